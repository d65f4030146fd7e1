/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"
#include "weir-worker-calls.h"
#include "weir-worker-link.h"
#include "weir-worker-outbox.h"
#include "weir-worker-registry.h"
#include "weir-worker.h"

/* What weir-worker.c (the session), weir-worker-trigger.c (calls of ours) and weir-worker-incoming.c (what the engine
 * says) share. */

G_BEGIN_DECLS

struct _WeirWorker
{
  GObject parent_instance;

  char *url;
  char *name;
  char *description; /* nullable */
  char *token;       /* nullable */
  char **headers;    /* nullable: names and values in turn */
  WeirWorkerKeepalive keepalive;
  guint greeting_ms; /* how long `workerregistered` may take */
  GMainContext *context;

  WeirWorkerState state;
  gboolean was_stopped;
  WeirWorkerLink *link;    /* nullable */
  gboolean is_open;        /* the link is; `workerregistered` may not have come yet */
  gint64 heard_us;         /* when something last came on the link before; 0: never */
  guint n_failed;          /* tries, since the last connection that came about */
  GSource *greeting_timer; /* nullable: while `workerregistered` is waited for */
  GSource *retry_timer;    /* nullable */
  gint64 retry_at_us;
  GError *last_error;   /* nullable */
  gboolean was_told;    /* by the engine why it is about to close; last_error has it */
  char *worker_id;      /* nullable */
  char *reattach_token; /* nullable */

  WeirWorkerOutbox outbox;
  WeirWorkerCalls *calls;
  WeirWorkerRegistry *registry;
  GPtrArray *running; /* WeirInvocation, not references: those that are not answered */
};

/* For the connections to come. */
void weir_worker_set_keepalive (WeirWorker *self, const WeirWorkerKeepalive *keepalive);
void weir_worker_set_greeting_ms (WeirWorker *self, guint greeting_ms);

void weir_worker_handle_message (WeirWorker *self, WeirSpan text);

/* `workerregistered` has come. (transfer full) */
void weir_worker_set_registered (WeirWorker *self, char *worker_id, char *reattach_token);

/* The engine has said why it is about to close. */
void weir_worker_set_told (WeirWorker *self, const GError *error);

/* Stops for good. */
void weir_worker_fail (WeirWorker *self, const GError *error);

/* @text: (transfer full). FALSE: there is no room; nothing was kept. */
gboolean weir_worker_send (WeirWorker *self, WeirOutgoingKind kind, GString *text, const char *call_id);

/* What concerns this connection only is sent if there is one: a new one is told everything. @text: (transfer full)
 * (nullable) */
void weir_worker_send_session (WeirWorker *self, GString *text);

G_END_DECLS
