/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-worker.h"

/* What a worker has registered: kept here, because a new connection must be told all of it anew (§2.6 of the protocol
 * notes). */

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *description;  /* nullable */
  JsonNode *metadata; /* nullable, as the two below */
  JsonNode *request_schema;
  JsonNode *response_schema;
  WeirFunctionFunc func;
  gpointer user_data;
  GDestroyNotify destroy; /* nullable */
} WeirWorkerFunction;

/* It may be unregistered while it runs. */
WeirWorkerFunction *weir_worker_function_ref (WeirWorkerFunction *self);
void weir_worker_function_unref (WeirWorkerFunction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirWorkerFunction, weir_worker_function_unref)

typedef struct _WeirWorkerRegistry WeirWorkerRegistry;

WeirWorkerRegistry *weir_worker_registry_new (void);
void weir_worker_registry_free (WeirWorkerRegistry *self);

/* The message that tells the engine. (transfer full); NULL where there was nothing to take away. */
GString *weir_worker_registry_add_function (WeirWorkerRegistry *self, const WeirWorkerFunction *function);
GString *weir_worker_registry_remove_function (WeirWorkerRegistry *self, const char *id);
GString *weir_worker_registry_add_trigger (WeirWorkerRegistry *self, const char *id, const char *trigger_type,
                                           const char *function_id, JsonNode *config);
GString *weir_worker_registry_remove_trigger (WeirWorkerRegistry *self, const char *id);

/* NULL: not ours */
WeirWorkerFunction *weir_worker_registry_find_function (WeirWorkerRegistry *self, const char *id);

/* Appends the messages (GString, transfer full) that tell all of it: functions, then triggers. */
void weir_worker_registry_replay (WeirWorkerRegistry *self, GQueue *messages);

G_END_DECLS
