/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-spool.h"

#include <fcntl.h>
#include <glib/gstdio.h>

#include "weir-appender.h"

/* Copied at a time. */
#define BLOCK_SIZE (1024 * 1024)

struct _WeirSpool
{
  GObject parent_instance;

  WeirAppender *file;
  guint64 limit;
  guint64 n_lost;
  gboolean is_at_limit; /* why */
};

G_DEFINE_FINAL_TYPE (WeirSpool, weir_spool, G_TYPE_OBJECT)

/* A copy that is being made. */
typedef struct
{
  guint64 at;
  guint64 size;
  GBytes *block; /* nullable: being written */
  GFileOutputStream *stream;
  GFileProgressCallback progress; /* nullable */
  gpointer progress_data;
} Save;

static void save_block (GTask *task);

static void
save_free (gpointer data)
{
  Save *save = data;

  g_clear_pointer (&save->block, g_bytes_unref);
  g_clear_object (&save->stream);
  g_free (save);
}

/* Closing a stream that is cancelled leaves the file that was there before; a new one is taken away. @error: (transfer
 * full) */
static void
save_fail (GTask *task, GError *error)
{
  Save *save = g_task_get_task_data (task);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  if (save->stream != NULL && !g_output_stream_is_closed (G_OUTPUT_STREAM (save->stream)))
    g_output_stream_close_async (G_OUTPUT_STREAM (save->stream), G_PRIORITY_DEFAULT, cancelled, NULL, NULL);
  g_task_return_error (task, error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    {
      save_fail (task, error);
      return;
    }
  save->at += g_bytes_get_size (save->block);
  g_clear_pointer (&save->block, g_bytes_unref);
  if (save->progress != NULL)
    save->progress (save->at, save->size, save->progress_data);
  save_block (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
write_block (GTask *task)
{
  Save *save = g_task_get_task_data (task);
  gsize size;
  const guint8 *data = g_bytes_get_data (save->block, &size);

  g_output_stream_write_all_async (G_OUTPUT_STREAM (save->stream), data, size, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), written_cb, task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->block = weir_appender_read_finish (result, &error);
  if (save->block != NULL && g_bytes_get_size (save->block) > 0)
    write_block (g_steal_pointer (&task));
  else if (error != NULL)
    save_fail (task, error);
  else
    save_fail (task,
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "What was kept is not on the disk any more"));
}

/* What the appender's thread has not written yet is in memory: a part that it works on, and the rest. */
static GBytes *
copy_from_memory (WeirSpool *self, const Save *save)
{
  guint64 rest_at = weir_appender_get_size (self->file) - weir_appender_get_waiting (self->file);
  guint64 end = save->at < rest_at ? MIN (rest_at, save->size) : save->size;
  gsize len = MIN (end - save->at, BLOCK_SIZE);
  const guint8 *data = weir_appender_peek (self->file, save->at, len);

  return data != NULL ? g_bytes_new (data, len) : NULL;
}

/* @task: (transfer full) */
static void
save_block (GTask *task)
{
  WeirSpool *self = g_task_get_source_object (task);
  Save *save = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (save->at == save->size)
    g_output_stream_close_async (G_OUTPUT_STREAM (save->stream), G_PRIORITY_DEFAULT, cancellable, closed_cb, task);
  else if ((save->block = copy_from_memory (self, save)) != NULL)
    write_block (task);
  else
    weir_appender_read_async (self->file, save->at, MIN (save->size - save->at, BLOCK_SIZE), cancellable, read_cb,
                              task);
}

static void
replaced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->stream = g_file_replace_finish (G_FILE (object), result, &error);
  if (save->stream == NULL)
    g_task_return_error (task, error);
  else
    save_block (g_steal_pointer (&task));
}

void
weir_spool_save_async (WeirSpool *self, GFile *file, GCancellable *cancellable, GFileProgressCallback progress,
                       gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Save *save;

  g_return_if_fail (WEIR_IS_SPOOL (self) && G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (task, FALSE); /* each step does, and undoes what was done first */
  g_task_set_source_tag (task, weir_spool_save_async);
  save = g_new0 (Save, 1);
  save->size = weir_spool_get_size (self);
  save->progress = progress;
  save->progress_data = progress_data;
  g_task_set_task_data (task, save, save_free);
  g_file_replace_async (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT, cancellable, replaced_cb, task);
}

gboolean
weir_spool_save_finish (WeirSpool *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- public --- */

static gboolean
weir_spool_is_within_limit (WeirSpool *self, gsize len)
{
  return weir_spool_get_size (self) + len <= self->limit;
}

/* A full disk does not stop the reading: what had come is kept, what comes is counted. */
static gboolean
weir_spool_can_keep (WeirSpool *self, gsize len)
{
  return self->file != NULL && weir_spool_is_within_limit (self, len) &&
         (weir_appender_get_error (self->file) == NULL || weir_appender_has_room (self->file));
}

void
weir_spool_append (WeirSpool *self, const guint8 *data, gsize len)
{
  g_return_if_fail (WEIR_IS_SPOOL (self));

  if (self->n_lost > 0 || !weir_spool_can_keep (self, len))
    {
      if (self->n_lost == 0)
        self->is_at_limit = !weir_spool_is_within_limit (self, len);
      self->n_lost += len; /* what is kept has no hole */
      return;
    }
  weir_appender_append (self->file, data, len);
  weir_appender_commit (self->file);
}

gboolean
weir_spool_has_room (WeirSpool *self)
{
  return self->file == NULL || self->n_lost > 0 || weir_appender_has_room (self->file) ||
         weir_appender_get_error (self->file) != NULL;
}

guint64
weir_spool_get_size (WeirSpool *self)
{
  return self->file != NULL ? weir_appender_get_size (self->file) : 0;
}

guint64
weir_spool_get_n_lost (WeirSpool *self)
{
  return self->n_lost;
}

void
weir_spool_set_limit (WeirSpool *self, guint64 limit)
{
  g_return_if_fail (WEIR_IS_SPOOL (self));

  self->limit = limit;
}

guint64
weir_spool_get_limit (WeirSpool *self)
{
  return self->limit;
}

gboolean
weir_spool_is_at_limit (WeirSpool *self)
{
  return self->is_at_limit;
}

/* --- GObject --- */

static void
weir_spool_finalize (GObject *object)
{
  WeirSpool *self = WEIR_SPOOL (object);

  g_clear_pointer (&self->file, weir_appender_free);
  G_OBJECT_CLASS (weir_spool_parent_class)->finalize (object);
}

static void
weir_spool_class_init (WeirSpoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_spool_finalize;
}

static void
weir_spool_init (WeirSpool *self)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "weir", NULL);
  g_autofree char *path = g_build_filename (folder, "read-XXXXXX", NULL);
  int fd = g_mkdir_with_parents (folder, 0700) == 0 ? g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600) : -1;

  self->limit = WEIR_SPOOL_DEFAULT_LIMIT;
  if (fd < 0)
    return;
  g_unlink (path);
  self->file = weir_appender_new (fd);
}

WeirSpool *
weir_spool_new (void)
{
  return g_object_new (WEIR_TYPE_SPOOL, NULL);
}
