/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-kept-file.h"

#include <errno.h>
#include <glib/gstdio.h>

struct _WeirKeptFile
{
  char *path;
  const WeirKeptFormat *format;
  GObject *owner; /* not a reference: who waits for a thread has one */

  gboolean is_loaded; /* else it is not written: what the file has would be lost */
  GError *load_error; /* nullable: it could not be read, and is left as it is */
  gboolean is_writing;
  gboolean is_dirty;        /* there is more to be written than what is being */
  GPtrArray *waiting;       /* GTask: until all is on disk */
  GApplication *keeps_open; /* nullable: does not end before all is on disk */
};

/* What a thread works on. It may let go of its task last, so the task does not have the owner, whose listeners are not
 * to be left in a thread. */
typedef struct
{
  const WeirKeptFormat *format;
  char *path;
  GPtrArray *items; /* nullable: to be written */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->items, g_ptr_array_unref);
  g_free (job->path);
  g_free (job);
}

/* @items: (transfer full) (nullable) */
static Job *
job_new (WeirKeptFile *self, GPtrArray *items)
{
  Job *job = g_new0 (Job, 1);

  job->format = self->format;
  job->path = g_strdup (self->path);
  job->items = items;
  return job;
}

static GError *
new_error (const WeirKeptFormat *format, GQuark domain, int code, WeirKeptProblem problem, const char *detail)
{
  g_autofree char *text = format->describe (problem, detail);

  return g_error_new_literal (domain, code, text);
}

/* --- writing --- */

static GString *
serialize (const Job *job)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"version\":1,\"%s\":[", job->format->name);
  for (guint i = 0; i < job->items->len; i++)
    {
      g_string_append (out, i > 0 ? ",\n" : "\n");
      job->format->append (out, job->items->pdata[i]);
    }
  g_string_append (out, "\n]}\n");
  return out;
}

static gboolean
write_file (Job *job, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (job->path);
  g_autoptr (GString) text = serialize (job);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", folder, g_strerror (code));
      return FALSE;
    }
  return g_file_set_contents_full (job->path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                   error);
}

/* In a thread. */
static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_file (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Who ends the program right behind a change finds it there all the same. */
static void
keep_open (WeirKeptFile *self, gboolean is_wanted)
{
  if (is_wanted == (self->keeps_open != NULL) || (is_wanted && g_application_get_default () == NULL))
    return;
  if (is_wanted)
    {
      self->keeps_open = g_object_ref (g_application_get_default ());
      g_application_hold (self->keeps_open);
      return;
    }
  g_application_release (self->keeps_open);
  g_clear_object (&self->keeps_open);
}

static void
tell_waiting (WeirKeptFile *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (waiting->pdata[i], TRUE);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirKeptFile *self = user_data;
  g_autoptr (GObject) owner = self->owner; /* which frees us */
  g_autoptr (GError) error = NULL;

  self->is_writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_autoptr (GError) told =
          new_error (self->format, error->domain, error->code, WEIR_KEPT_NOT_WRITTEN, error->message);

      g_signal_emit_by_name (owner, "failed", told);
    }
  if (self->is_dirty)
    weir_kept_file_write (self);
  else
    {
      keep_open (self, FALSE);
      tell_waiting (self, error);
    }
}

/* One at a time: what comes meanwhile is written after it. */
void
weir_kept_file_write (WeirKeptFile *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->load_error != NULL)
    return;
  keep_open (self, TRUE);
  self->is_dirty = self->is_writing || !self->is_loaded;
  if (self->is_dirty)
    return;
  self->is_writing = TRUE;
  g_object_ref (self->owner);
  task = g_task_new (NULL, NULL, written_cb, self);
  g_task_set_task_data (task, job_new (self, self->format->snapshot (self->owner)), job_free);
  g_task_run_in_thread (task, write_thread);
}

void
weir_kept_file_flush_async (WeirKeptFile *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self->owner, NULL, callback, user_data);

  g_ptr_array_add (self->waiting, task);
  if (!self->is_writing && !self->is_dirty)
    tell_waiting (self, self->load_error);
}

gboolean
weir_kept_file_flush_finish (WeirKeptFile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- reading --- */

#define MAX_DAMAGED 9

/* None that is kept already is written over, as long as there are few: what is in the last one goes. */
static char *
dup_damaged_path (const char *path)
{
  char *kept = g_strconcat (path, ".damaged", NULL);

  for (guint i = 2; i <= MAX_DAMAGED && g_file_test (kept, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK); i++)
    {
      g_free (kept);
      kept = g_strdup_printf ("%s.damaged-%u", path, i);
    }
  return kept;
}

static GPtrArray *
keep_damaged (const Job *job, GError **error)
{
  g_autofree char *kept = dup_damaged_path (job->path);
  gboolean is_aside = g_rename (job->path, kept) == 0;

  g_propagate_error (error,
                     new_error (job->format, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                is_aside ? WEIR_KEPT_DAMAGED_ASIDE : WEIR_KEPT_DAMAGED, is_aside ? kept : job->path));
  return NULL;
}

/* NULL: it is damaged. */
static GPtrArray *
parse (const WeirKeptFormat *format, WeirSpan text)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (format->free);
  WeirSpan array, key, value;
  WeirJsonIter iter;

  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL) || weir_json_type (text) != WEIR_JSON_OBJECT)
    return NULL;
  array = weir_json_member (text, format->name);
  if (weir_json_type (array) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, array);
  while (items->len < format->max_items && weir_json_iter_next (&iter, &key, &value))
    {
      gpointer item = format->parse (value);

      if (item == NULL)
        return NULL;
      g_ptr_array_add (items, item);
    }
  return g_steal_pointer (&items);
}

/* NULL without an error: there is none yet. */
static GPtrArray *
read_file (const Job *job, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) read_error = NULL;
  GPtrArray *items;
  GStatBuf info;
  gsize len;

  if (g_stat (job->path, &info) == 0 && (gsize) info.st_size > job->format->max_size)
    return keep_damaged (job, error);
  if (!g_file_get_contents (job->path, &text, &len, &read_error))
    {
      if (!g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_propagate_error (error, g_steal_pointer (&read_error));
      return NULL;
    }
  items = parse (job->format, (WeirSpan){ text, len });
  return items != NULL ? items : keep_damaged (job, error);
}

/* @items: (transfer full) (nullable) */
static void
return_items (GTask *task, GPtrArray *items)
{
  g_task_return_pointer (task, items, items != NULL ? (GDestroyNotify) g_ptr_array_unref : NULL);
}

/* In a thread. */
static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  GPtrArray *items = read_file (job, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_items (task, items);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) loading = user_data;
  GError *error = NULL;
  GPtrArray *items = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (loading, error);
  else
    return_items (loading, items);
}

void
weir_kept_file_load_async (WeirKeptFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *loading = g_task_new (self->owner, cancellable, callback, user_data);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, read_cb, loading);

  g_task_set_task_data (task, job_new (self, NULL), job_free);
  g_task_run_in_thread (task, read_thread);
}

/* What the file has may be all right: nothing is written over it. */
static gboolean
fail_load (WeirKeptFile *self, const GError *read_error, GError **error)
{
  g_clear_error (&self->load_error);
  self->load_error =
      new_error (self->format, read_error->domain, read_error->code, WEIR_KEPT_NOT_READ, read_error->message);
  self->is_dirty = FALSE;
  keep_open (self, FALSE);
  tell_waiting (self, self->load_error);
  g_propagate_error (error, g_error_copy (self->load_error));
  return FALSE;
}

gboolean
weir_kept_file_load_finish (WeirKeptFile *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), &read_error);

  if (read_error != NULL && !g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return fail_load (self, read_error, error);
  g_clear_error (&self->load_error);
  self->is_loaded = TRUE;
  if (items != NULL)
    self->format->merge (self->owner, items);
  if (self->is_dirty)
    weir_kept_file_write (self);
  if (read_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&read_error));
  return FALSE;
}

/* --- the type --- */

WeirKeptFile *
weir_kept_file_new (GFile *file, const WeirKeptFormat *format, GObject *owner)
{
  WeirKeptFile *self = g_new0 (WeirKeptFile, 1);

  self->path = g_file_get_path (file);
  self->format = format;
  self->owner = owner;
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
weir_kept_file_free (WeirKeptFile *self)
{
  keep_open (self, FALSE);
  g_clear_error (&self->load_error);
  g_ptr_array_unref (self->waiting);
  g_free (self->path);
  g_free (self);
}
