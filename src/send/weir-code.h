/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-placeholder.h"
#include "weir-send-setup.h"

/* What the Send page does, as a whole program for one of iii's clients: it connects, makes the channels, triggers the
 * function, writes into them and reads from them, and says what came. It runs as it is pasted. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CODE_NODE,
  WEIR_CODE_PYTHON,
  WEIR_CODE_RUST,
} WeirCodeLanguage;

/* Borrowed. */
typedef struct
{
  const char *url;
  const char *function_id;
  const char *payload; /* as it was typed, with placeholders */
  guint timeout_ms;
  gboolean is_void;
  WeirSendSetup *setup; /* nullable: the channels are the engine's usual ones, and nothing is written */
} WeirCodeRequest;

/* Typed data up to this stands in the program. */
#define WEIR_CODE_MAX_DATA (64 * 1024)

/* Whether a program can do what is set: the error says in the user's language what it cannot. */
gboolean weir_code_check (const WeirCodeRequest *request, GError **error);

/* (transfer full): a program, with a line on top that says what it needs. @request has been checked. */
char *weir_code_write (WeirCodeLanguage language, const WeirCodeRequest *request);

G_END_DECLS
