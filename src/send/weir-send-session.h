/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-call.h"
#include "weir-held-channel.h"

/* One use of the Send page: its channels are made or opened, the call (if there is one) is given their refs, what is to
 * be written is written and what comes is read, until the ends are closed. Main thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SESSION_NEW,
  WEIR_SESSION_PREPARING, /* the engine makes the channels */
  WEIR_SESSION_READY,     /* nothing has been written or read */
  WEIR_SESSION_RUNNING,   /* an end that is held is open */
  WEIR_SESSION_OVER,      /* none is */
} WeirSessionState;

#define WEIR_TYPE_SEND_SESSION (weir_send_session_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendSession, weir_send_session, WEIR, SEND_SESSION, GObject)

WeirSendSession *weir_send_session_new (WeirObserver *observer);

/* Once. Without its channels there is no session: a failure is the engine's, or that of what is to be written.
 * @writes: what is set is to be written into the channels that are written into; else they wait for what is written by
 * hand. @for_call: only of use are the channels that the call wants, and pasted refs. CANCELLED: it was ended. */
void weir_send_session_prepare_async (WeirSendSession *self, WeirSendSetup *setup, gboolean writes, gboolean for_call,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_send_session_prepare_finish (WeirSendSession *self, GAsyncResult *result, GError **error);

/* While RUNNING: one more call, with channels of its own; those that are open stay as they are. The same follows as
 * after prepare_async (), which finishes it. FALSE: not RUNNING, one is under way, the ends are closing, or there are
 * too many channels. */
gboolean weir_send_session_can_extend (WeirSendSession *self);
void weir_send_session_extend_async (WeirSendSession *self, WeirSendSetup *setup, gboolean writes,
                                     GAsyncReadyCallback callback, gpointer user_data);

/* While READY, or extended: the refs of the channels that @call asks for. */
void weir_send_session_give_refs (WeirSendSession *self, WeirCall *call);

/* READY, or extended → RUNNING: reads and writes. */
void weir_send_session_begin (WeirSendSession *self);

/* While RUNNING: writes this into all writers that are open and have nothing to write. FALSE: what was typed is wrong.
 */
gboolean weir_send_session_write (WeirSendSession *self, const WeirWriting *writing, GError **error);

/* (transfer full) (element-type WeirHeldChannel): those writers, while RUNNING */
GPtrArray *weir_send_session_list_writers (WeirSendSession *self);

void weir_send_session_stop (WeirSendSession *self); /* writes no more; all ends stay */
/* Closes all ends that are held; while PREPARING there will be none. */
void weir_send_session_end (WeirSendSession *self);
gboolean weir_send_session_is_ending (WeirSendSession *self); /* a writer waits for the reader to take the rest */
void weir_send_session_abort (WeirSendSession *self);         /* the same now: the rest is given up */

/* Before it begins. @bytes: what is kept for saving of what a channel's reader is given, on disk. */
void weir_send_session_set_keep_limit (WeirSendSession *self, guint64 bytes);

WeirSessionState weir_send_session_get_state (WeirSendSession *self);
gboolean weir_send_session_is_writing (WeirSendSession *self);        /* what was set is not all written */
WeirObserver *weir_send_session_get_observer (WeirSendSession *self); /* (transfer none) */
WeirRun *weir_send_session_get_run (WeirSendSession *self);           /* (nullable) (transfer none): since READY */
GListModel *weir_send_session_get_channels (WeirSendSession *self);   /* (transfer none): of WeirHeldChannel */

/* Signal "changed": its state, or that of an end. "updated": figures are new, some times a second. */

G_END_DECLS
