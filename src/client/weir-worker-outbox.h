/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Messages that wait for the connection, in order: because there is none, or because its socket is full. Bounded by
 * number and by bytes; what would go over is refused, and whoever made it is told. */

G_BEGIN_DECLS

/* Results and calls made while disconnected; the Python SDK's number (§2.6 of the protocol notes). */
#define WEIR_WORKER_OUTBOX_MAX_ITEMS 1000
#define WEIR_WORKER_OUTBOX_MAX_BYTES (64 * 1024 * 1024)

typedef enum
{
  WEIR_OUTGOING_SESSION, /* means this connection only: greetings and registrations, which a new one is told anew. Not
                            counted: there are as many as the program has registered */
  WEIR_OUTGOING_CALL,
  WEIR_OUTGOING_OTHER, /* results, and calls that want no answer */
} WeirOutgoingKind;

typedef struct
{
  WeirOutgoingKind kind;
  GString *text;
  char *call_id; /* nullable: of a CALL */
} WeirOutgoing;

typedef struct
{
  GQueue items; /* WeirOutgoing */
  guint n_items;
  gsize n_bytes;
} WeirWorkerOutbox;

void weir_worker_outbox_init (WeirWorkerOutbox *self);
void weir_worker_outbox_clear (WeirWorkerOutbox *self);

/* @text: (transfer full), freed if it is refused. @call_id: (nullable) */
gboolean weir_worker_outbox_push (WeirWorkerOutbox *self, WeirOutgoingKind kind, GString *text, const char *call_id);

/* NULL: empty */
const WeirOutgoing *weir_worker_outbox_peek (WeirWorkerOutbox *self);
void weir_worker_outbox_pop (WeirWorkerOutbox *self);

/* A call that nobody waits for any more. */
void weir_worker_outbox_remove_call (WeirWorkerOutbox *self, const char *call_id);

/* A new connection: what was meant for the last one goes, and @session (transfer full items, GString) comes first. */
void weir_worker_outbox_renew (WeirWorkerOutbox *self, GQueue *session);

G_END_DECLS
