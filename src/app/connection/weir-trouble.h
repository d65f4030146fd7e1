/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-connection.h"

/* Why nothing is seen of an engine, in words: what is wrong and on which side, and what to do about it. */

G_BEGIN_DECLS

typedef struct
{
  const char *title;  /* (nullable): nothing is wrong, there is just no engine yet */
  char *text;         /* the cause and the remedy */
  const char *button; /* (nullable): the remedy as a button */
  const char *action; /* what the button does */
} WeirTrouble;

/* (transfer full): of a connection that was not made yet */
WeirTrouble *weir_trouble_of_connection (WeirConnection *connection);
void weir_trouble_free (WeirTrouble *self);

/* For who is asked for help: address, state and error, without what is secret. (transfer full) */
char *weir_trouble_dup_details (WeirConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTrouble, weir_trouble_free)

G_END_DECLS
