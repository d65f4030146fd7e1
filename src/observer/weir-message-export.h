/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-list.h"

/* Messages of a tap into a file, as they are: access keys in them are not masked. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_EXPORT_BYTES,  /* the payloads, one behind the other; no events */
  WEIR_EXPORT_NDJSON, /* a line each, also for events and for what was dropped: see weir-message-export.c */
} WeirExportFormat;

typedef struct
{
  guint64 n_messages; /* and events */
  guint64 n_bytes;    /* of their payloads */
  guint64 n_cut;      /* of which only the beginning was kept */
  guint64 n_dropped;  /* messages that the tap never had, in the part that was saved */
  guint64 n_gone;     /* rows that were let go before they were saved */
  guint64 n_before;   /* messages before the first that there is, where all were asked for */
  guint64 n_texts;    /* that are left out: binary messages alone were asked for */
  guint64 n_keyed;    /* messages that hold an access key */
} WeirExportResult;

/* Whether a payload holds what is not to be passed on; called in a thread. */
typedef gboolean (*WeirExportCheck) (const guint8 *data, gsize len);

/**
 * weir_message_export_async:
 * @rows: (nullable) (element-type guint32): ascending; %NULL: all there are now, whatever the filter shows
 * @kinds: of these only
 * @check: (nullable)
 * @progress: (nullable): called on the main thread, with rows of rows
 *
 * Writes in a thread. A file that is there already stays as it was until all is written; when it is cancelled or fails,
 * nothing is left of it.
 */
void weir_message_export_async (WeirMessageList *list, GArray *rows, WeirMessageKinds kinds, WeirExportFormat format,
                                GFile *file, WeirExportCheck check, GFileProgressCallback progress,
                                gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean weir_message_export_finish (GAsyncResult *result, WeirExportResult *out, GError **error);

/* The payloads, one behind the other, until there are @max_bytes: for a clipboard. Events as well. */
void weir_message_gather_async (WeirMessageList *list, GArray *rows, gsize max_bytes, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_message_gather_finish (GAsyncResult *result, GError **error);

G_END_DECLS
