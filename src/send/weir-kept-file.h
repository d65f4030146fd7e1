/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-json.h"

/* A small file in which something of ours is kept over restarts: read once, and after that written whole (mode 0600,
 * atomically), always in a thread, one write at a time. The application does not end before all is on disk. Main
 * thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_KEPT_NOT_WRITTEN,  /* detail: why */
  WEIR_KEPT_NOT_READ,     /* why */
  WEIR_KEPT_DAMAGED,      /* the file, which begins anew */
  WEIR_KEPT_DAMAGED_ASIDE /* where what it was is now */
} WeirKeptProblem;

/* What is in it: a list, as `{"version":1,"@name":[…]}`. Items do not change once they are made. */
typedef struct
{
  const char *name;
  guint max_items; /* the rest is not read */
  gsize max_size;  /* bytes: a larger file is none of ours */

  gpointer (*parse) (WeirSpan item);            /* in a thread. NULL: the file is damaged */
  void (*append) (GString *out, gpointer item); /* in a thread: its JSON */
  GDestroyNotify free;                          /* in any thread */

  void (*merge) (GObject *owner, GPtrArray *items); /* what the file has: what came before it was read stays above */
  GPtrArray *(*snapshot) (GObject *owner);          /* what is to be written now. (transfer full) */
  char *(*describe) (WeirKeptProblem problem, const char *detail); /* a sentence */
} WeirKeptFormat;

typedef struct _WeirKeptFile WeirKeptFile;

/* @format: static; @owner: not owned, and not gone while anything is read or written. Its signal "failed"
 * (const GError *) says that it could not be written. */
WeirKeptFile *weir_kept_file_new (GFile *file, const WeirKeptFormat *format, GObject *owner);
void weir_kept_file_free (WeirKeptFile *self);

/* Once; by the owner, which is the source of the result. A damaged file is kept beside it (its name with `.damaged`):
 * the error (G_IO_ERROR_INVALID_DATA) says so, and it begins anew. One that cannot be read is left as it is: nothing is
 * written until it has been read. */
void weir_kept_file_load_async (WeirKeptFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean weir_kept_file_load_finish (WeirKeptFile *self, GAsyncResult *result, GError **error);

/* What there is then is written as soon as it can be. */
void weir_kept_file_write (WeirKeptFile *self);

/* All that was to be written is on disk when it completes. */
void weir_kept_file_flush_async (WeirKeptFile *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_kept_file_flush_finish (WeirKeptFile *self, GAsyncResult *result, GError **error);

G_END_DECLS
