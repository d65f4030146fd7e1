/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What was triggered and sent, newest first, kept over restarts in a file (mode 0600) that is written atomically and
 * off the main thread. No access key ever goes in: placeholders stay placeholders, and refs that were pasted are
 * masked. */

G_BEGIN_DECLS

#define WEIR_SEND_HISTORY_MAX      200
#define WEIR_SEND_HISTORY_MAX_SIZE (16 * 1024 * 1024) /* bytes of all of them: the oldest go */

/* What of a payload is kept: a larger one is kept as its start, and cannot be sent again. */
#define WEIR_SEND_HISTORY_MAX_PAYLOAD (64 * 1024)
/* What the page has set besides is kept whole or not at all. */
#define WEIR_SEND_HISTORY_MAX_SENDING (512 * 1024)

#define WEIR_TYPE_SEND_ENTRY (weir_send_entry_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendEntry, weir_send_entry, WEIR, SEND_ENTRY, GObject)

/* Masks keys. @sending: (nullable): what the page has set besides, for itself: JSON. @outcome: "answered", "sent",
 * "failed", "late" (it has timed out, and was answered after that), "failed-late" or "abandoned". */
WeirSendEntry *weir_send_entry_new (const char *function_id, const char *payload, guint timeout_ms, gboolean is_void,
                                    const char *sending, gint64 at_us, const char *outcome, gint64 duration_us);

const char *weir_send_entry_get_function_id (WeirSendEntry *self);
const char *weir_send_entry_get_payload (WeirSendEntry *self);
gboolean weir_send_entry_is_cut (WeirSendEntry *self);
guint weir_send_entry_get_timeout_ms (WeirSendEntry *self);
gboolean weir_send_entry_is_void (WeirSendEntry *self);
const char *weir_send_entry_get_sending (WeirSendEntry *self); /* nullable */
gint64 weir_send_entry_get_at_us (WeirSendEntry *self);
const char *weir_send_entry_get_outcome (WeirSendEntry *self);
gint64 weir_send_entry_get_duration_us (WeirSendEntry *self);

#define WEIR_TYPE_SEND_HISTORY (weir_send_history_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendHistory, weir_send_history, WEIR, SEND_HISTORY, GObject)

/* It implements GListModel of WeirSendEntry. */
WeirSendHistory *weir_send_history_new (GFile *file);

/* Reads the file, once. A damaged one is kept beside it (its name with `.damaged`): the error says so, and the history
 * begins anew. One that cannot be read is left as it is: nothing is written until it has been read. */
void weir_send_history_load_async (WeirSendHistory *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean weir_send_history_load_finish (WeirSendHistory *self, GAsyncResult *result, GError **error);

/* Added before it is loaded, entries stay above what the file has. The same call as the newest replaces that. */
void weir_send_history_add (WeirSendHistory *self, WeirSendEntry *entry);
/* Of a call that is in it, what has become of that since. FALSE: it is not there any more. */
gboolean weir_send_history_update (WeirSendHistory *self, WeirSendEntry *entry);
void weir_send_history_clear (WeirSendHistory *self);

/* "failed" (const GError *): it could not be written; what is in memory stays. */

/* For tests: all that was added is on disk when it completes. (The application does not end before that.) */
void weir_send_history_flush_async (WeirSendHistory *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_send_history_flush_finish (WeirSendHistory *self, GAsyncResult *result, GError **error);

G_END_DECLS
