/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-session.h"

/* Bindings of functions to events, and the workers that provide the events. A trigger of a type that nobody provides is
 * parked until somebody does (§3.6 of the protocol notes). Control thread. */

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *type;
  char *function_id;
  char *config;   /* JSON text as it came; nullable */
  char *metadata; /* the same */
  WeirSession *owner;
  gsize size; /* what the owner is charged with */
} WeirTrigger;

typedef struct _WeirTriggerTable WeirTriggerTable;

WeirTriggerTable *weir_trigger_table_new (void);
void weir_trigger_table_free (WeirTriggerTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTriggerTable, weir_trigger_table_free)

/* Who provides that type; NULL: nobody, or the engine itself. */
WeirSession *weir_trigger_table_get_provider (WeirTriggerTable *self, const char *type);

/* FALSE: the worker's registrations hold too much. An earlier provider of the type loses it. */
gboolean weir_trigger_table_set_provider (WeirTriggerTable *self, const char *type, WeirSession *provider);

/* From a `registertrigger`. An earlier trigger of the same worker and id is replaced. NULL: it is another's, or the
 * worker's registrations hold too much; @why (out) is a constant that says so. */
const WeirTrigger *weir_trigger_table_add (WeirTriggerTable *self, WeirSession *owner, const WeirEnvelope *envelope,
                                           const char **why);
const WeirTrigger *weir_trigger_table_lookup (WeirTriggerTable *self, const char *id);

/* Forgets it; FALSE: it is not @owner's. */
gboolean weir_trigger_table_remove (WeirTriggerTable *self, WeirSession *owner, const char *id);

/* (transfer container) (element-type WeirTrigger): of one type, of one function, or of one owner. Valid until the table
 * changes. */
GPtrArray *weir_trigger_table_list_type (WeirTriggerTable *self, const char *type);
GPtrArray *weir_trigger_table_list_function (WeirTriggerTable *self, const char *function_id);
GPtrArray *weir_trigger_table_list_owner (WeirTriggerTable *self, WeirSession *owner);

/* The worker has gone: its triggers and its types are forgotten. */
void weir_trigger_table_remove_session (WeirTriggerTable *self, WeirSession *session);

G_END_DECLS
