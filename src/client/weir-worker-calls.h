/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-json.h"

/* The calls that wait for their answer: bounded, each with its own limit of time, since engines have none (§3.5 of the
 * protocol notes). */

G_BEGIN_DECLS

#define WEIR_WORKER_CALLS_MAX 1000

/* Calls that have timed out, and whose answers are told all the same when they come: so many at most, for so long. */
#define WEIR_WORKER_CALLS_MAX_LATE 100
#define WEIR_WORKER_CALLS_LATE_MS  (3600 * 1000)

typedef struct _WeirWorkerCalls WeirWorkerCalls;

/* Nobody waits for a call any more: it has timed out, or was cancelled. */
typedef void (*WeirWorkerCallGoneFunc) (const char *id, gpointer owner);

WeirWorkerCalls *weir_worker_calls_new (GMainContext *context, WeirWorkerCallGoneFunc gone, gpointer owner);
void weir_worker_calls_free (WeirWorkerCalls *self); /* empty by then: each task keeps the owner */

gboolean weir_worker_calls_is_full (WeirWorkerCalls *self);

/* @task: (transfer full). Returns the call's id, a UUID. Not to be called when full. */
const char *weir_worker_calls_add (WeirWorkerCalls *self, GTask *task, const char *function_id, guint timeout_ms);

/* @task: that of a call that has timed out after it was sent: @late, (transfer full), waits for the same answer. FALSE:
 * there is nothing to wait for, or too many wait; @late is not taken then. */
gboolean weir_worker_calls_add_late (WeirWorkerCalls *self, GTask *task, GTask *late);

/* It has left for the engine, so its fate is that of the connection. */
void weir_worker_calls_mark_sent (WeirWorkerCalls *self, const char *id);

/* @value: JSON text; @error: (transfer full). An id that is not known is a late answer, and ignored. */
void weir_worker_calls_return (WeirWorkerCalls *self, const char *id, WeirSpan value);
void weir_worker_calls_fail (WeirWorkerCalls *self, const char *id, GError *error);

void weir_worker_calls_fail_sent (WeirWorkerCalls *self, const GError *error);
void weir_worker_calls_fail_all (WeirWorkerCalls *self, const GError *error);

G_END_DECLS
