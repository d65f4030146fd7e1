/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-client.h"
#include "weir-placeholder.h"

/* One call of a function, from what was typed to the answer. The payload goes to the engine as it was typed, with refs
 * in the place of its placeholders: whoever makes the channels gives them first. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CALL_READY,     /* not started */
  WEIR_CALL_RUNNING,   /* the answer is awaited */
  WEIR_CALL_ANSWERED,  /* see weir_call_get_answer () */
  WEIR_CALL_SENT,      /* void: nobody waits for an answer */
  WEIR_CALL_FAILED,    /* see weir_call_get_error (). One that has timed out may be answered yet */
  WEIR_CALL_ABANDONED, /* nobody waits any more; the function may go on */
} WeirCallState;

#define WEIR_TYPE_CALL (weir_call_get_type ())
G_DECLARE_FINAL_TYPE (WeirCall, weir_call, WEIR, CALL, GObject)

/**
 * weir_call_new:
 * @payload: as it was typed, with placeholders
 * @timeout_ms: 0: WEIR_WORKER_DEFAULT_TIMEOUT_MS
 *
 * Returns: (nullable): NULL if the payload cannot be sent: a WEIR_JSON_ERROR says where it is wrong
 */
WeirCall *weir_call_new (const char *function_id, const char *payload, guint timeout_ms, gboolean is_void,
                         GError **error);

const char *weir_call_get_function_id (WeirCall *self);
const char *weir_call_get_payload (WeirCall *self);
guint weir_call_get_timeout_ms (WeirCall *self);
gboolean weir_call_is_void (WeirCall *self);

/* What its maker wants to remember with it: JSON, nullable. */
void weir_call_set_settings (WeirCall *self, const char *settings);
const char *weir_call_get_settings (WeirCall *self);

/* (transfer none) (element-type WeirPayloadChannel): for each the refs that it gives must be set before it starts. */
GPtrArray *weir_call_get_channels (WeirCall *self);

/* @name: of one of its channels; @ref is copied. */
void weir_call_set_ref (WeirCall *self, const char *name, const WeirRef *ref);

/* FALSE while a ref is missing; then it fails at its start, naming it. */
gboolean weir_call_has_refs (WeirCall *self);

/* Once. It keeps itself alive until it is over; "changed" comes with each new state, its first one too. */
void weir_call_start (WeirCall *self, WeirWorker *worker);

/* Stops waiting, if it is RUNNING. */
void weir_call_abandon (WeirCall *self);

WeirCallState weir_call_get_state (WeirCall *self);
gint64 weir_call_get_started_at_us (WeirCall *self); /* wall clock, since 1970 UTC; 0: not started */
gint64 weir_call_get_started_us (WeirCall *self);    /* monotonic; what travelled is counted from here */
gint64 weir_call_get_duration_us (WeirCall *self);   /* until it was over, or until now */

/* (transfer none) (nullable): JSON as it came; refs in it are whole: mask them where they are shown. */
GBytes *weir_call_get_answer (WeirCall *self);
const GError *weir_call_get_error (WeirCall *self);

/* While it has timed out: its answer is told if it comes. "unawaited" tells that it will not any more. */
gboolean weir_call_awaits_late (WeirCall *self);
/* What it has come to, an answer or a failure, came after it had timed out. */
gboolean weir_call_is_late (WeirCall *self);

/* "changed": it has another state; late it may fail once more, for another reason. */

G_END_DECLS
