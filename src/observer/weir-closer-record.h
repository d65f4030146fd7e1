/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What has to be put back in an engine, on disk before anything is changed there: so that it can be put back after a
 * crash. One file for each Weir that looks closer, for its user alone. Inner to the room. */

G_BEGIN_DECLS

typedef struct
{
  char *id;      /* of who looks: a UUID */
  char *address; /* of the engine, normalised */
  char *before;  /* (nullable): the level that was there */
  char *set;     /* the level that it was made */
} WeirCloserRecord;

WeirCloserRecord *weir_closer_record_new (const char *id, const char *url, const char *before, const char *set);
void weir_closer_record_free (WeirCloserRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCloserRecord, weir_closer_record_free)

/* In a thread: disks are slow. All of it is on the disk when it is done. The folder is made. @self: (transfer full):
 * the task's; it is given back by weir_closer_record_save_finish (), or freed with it. */
void weir_closer_record_save_async (WeirCloserRecord *self, const char *folder, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): what was saved, also where it was cancelled meanwhile. */
WeirCloserRecord *weir_closer_record_save_finish (GAsyncResult *result, GError **error);
void weir_closer_record_remove (const WeirCloserRecord *self, const char *folder);

/* In a thread, too: those of that engine. */
void weir_closer_record_load_all_async (const char *folder, const char *url, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type WeirCloserRecord): in no order. What cannot be read is left out. */
GPtrArray *weir_closer_record_load_all_finish (GAsyncResult *result);

G_END_DECLS
