/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* A real weir-engine, as something to be measured: its process, and a worker that is a raw socket. Whatever fails ends
 * the benchmark with a sentence. */

G_BEGIN_DECLS

typedef struct
{
  pid_t pid;
  guint16 port;
  const char *point; /* its name */
} Engine;

/* Starts @program on a free port of 127.0.0.1, as the point "bench", and waits until it listens. */
Engine engine_start (const char *program);

/* The same of a weir-relay before it, as the point "relay". */
Engine engine_start_relay (const char *program, const Engine *engine);
void engine_stop (Engine *self);

/* Resident memory, in bytes. */
gsize engine_get_rss (const Engine *self);

/* The socket of a worker. */
int engine_open_worker (const Engine *self);

/* Calls a function and waits for its result. @data: JSON. Returns the text of the whole answer. (transfer full) */
char *engine_call (int worker, const char *function_id, const char *data);

typedef struct
{
  char *write_path;
  char *read_path;
  char *id;
  char *writer; /* its ref, as JSON */
} EngineChannel;

EngineChannel engine_create_channel (int worker);
void engine_channel_clear (EngineChannel *self);

G_END_DECLS
