/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "weir-placeholder.h"

/* What the Send page does, as a whole program for one of iii's clients: it connects, makes the channels, triggers the
 * function, writes into them and reads from them, and says what came. It runs as it is pasted. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CODE_NODE,
  WEIR_CODE_PYTHON,
  WEIR_CODE_RUST,
} WeirCodeLanguage;

/* What is written into the channels whose reader the function gets. Either of @data and @path, or neither: then nothing
 * is written before the close. Borrowed. */
typedef struct
{
  guint buffer_size;  /* messages; 0: the engine's default */
  gboolean is_text;   /* each part goes as a text message; else as bytes */
  gboolean is_open;   /* the writer is not closed at the end */
  GBytes *data;       /* nullable */
  const char *path;   /* nullable: a file */
  guint message_size; /* bytes; 0: 64 KiB */
} WeirSending;

typedef struct
{
  const char *url;
  const char *function_id;
  const char *payload; /* as it was typed, with placeholders */
  guint timeout_ms;
  gboolean is_void;
  WeirSending sending;
} WeirCodeRequest;

/* (transfer full): a program, with a line on top that says what it needs. What it cannot hold (data of more than 64
 * KiB) is read from a file whose name is in a comment. */
char *weir_code_write (WeirCodeLanguage language, const WeirCodeRequest *request);

G_END_DECLS
