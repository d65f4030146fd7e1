/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-send-history.h"

/* What stands on the Send page and was perhaps never sent, of each connection, kept over restarts in a file as the
 * history is: mode 0600, written off the main thread, with no access key in it, and no more of what was typed than the
 * history keeps. Main thread. */

G_BEGIN_DECLS

/* Connections: those that were changed least recently go. */
#define WEIR_SEND_DRAFTS_MAX 20

#define WEIR_TYPE_SEND_DRAFTS (weir_send_drafts_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendDrafts, weir_send_drafts, WEIR, SEND_DRAFTS, GObject)

WeirSendDrafts *weir_send_drafts_new (GFile *file);

/* Reads the file, once; what was set before stays. Errors as those of the history. */
void weir_send_drafts_load_async (WeirSendDrafts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean weir_send_drafts_load_finish (WeirSendDrafts *self, GAsyncResult *result, GError **error);

/* @url: of a connection, as it may be shown. Returns: (nullable) (transfer none) */
WeirSendEntry *weir_send_drafts_get (WeirSendDrafts *self, const char *url);

/* @draft: (nullable): NULL: nothing stands there. What is there already is not written again. */
void weir_send_drafts_set (WeirSendDrafts *self, const char *url, WeirSendEntry *draft);

/* For tests: all is on disk when it completes. (The application does not end before that.) */
void weir_send_drafts_flush_async (WeirSendDrafts *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_send_drafts_flush_finish (WeirSendDrafts *self, GAsyncResult *result, GError **error);

/* Signal "failed" (const GError *): they could not be written; what is in memory stays. */

G_END_DECLS
