/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* A real weir-engine, as something to be measured: its process, and channels made by a worker that is a raw socket. */

G_BEGIN_DECLS

typedef struct
{
  pid_t pid;
  guint16 port;
} Engine;

/* Starts @program on a free port of 127.0.0.1 and waits until it listens. Ends the benchmark with a sentence if it does
 * not. */
Engine engine_start (const char *program);
void engine_stop (Engine *self);

typedef struct
{
  char *write_path;
  char *read_path;
} EngineChannel;

/* Calls engine::channels::create. @buffer_size: 0: the engine's default */
EngineChannel engine_create_channel (const Engine *self, guint buffer_size);
void engine_channel_clear (EngineChannel *self);

G_END_DECLS
