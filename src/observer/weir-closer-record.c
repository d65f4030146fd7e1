/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-closer-record.h"

#include <glib/gstdio.h>

#include "weir-address.h"
#include "weir-json.h"

#define PREFIX   "closer-"
#define SUFFIX   ".json"
#define MAX_SIZE 65536

/* Of one folder that are looked at: they come one a crash. */
#define MAX_FILES 256

WeirCloserRecord *
weir_closer_record_new (const char *id, const char *url, const char *before, const char *set)
{
  WeirCloserRecord *self = g_new0 (WeirCloserRecord, 1);

  self->id = g_strdup (id);
  self->address = weir_address_normalise (url);
  if (self->address == NULL)
    self->address = g_strdup (url);
  self->before = g_strdup (before);
  self->set = g_strdup (set);
  return self;
}

void
weir_closer_record_free (WeirCloserRecord *self)
{
  g_free (self->id);
  g_free (self->address);
  g_free (self->before);
  g_free (self->set);
  g_free (self);
}

static char *
dup_path (const WeirCloserRecord *self, const char *folder)
{
  g_autofree char *name = g_strconcat (PREFIX, self->id, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

static void
append (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "%s\"%s\":", out->len > 1 ? "," : "", name);
  if (value != NULL)
    weir_json_append_string (out, value, -1);
  else
    g_string_append (out, "null");
}

static gboolean
save (const WeirCloserRecord *self, const char *folder, GError **error)
{
  g_autofree char *path = dup_path (self, folder);
  g_autoptr (GString) text = g_string_new ("{");

  append (text, "id", self->id);
  append (text, "engine", self->address);
  append (text, "before", self->before);
  append (text, "set", self->set);
  g_string_append (text, "}\n");
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", folder, g_strerror (code));
      return FALSE;
    }
  return g_file_set_contents_full (path, text->str, text->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

typedef struct
{
  WeirCloserRecord *record;
  char *folder;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_clear_pointer (&saving->record, weir_closer_record_free);
  g_free (saving->folder);
  g_free (saving);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Saving *saving = data;
  GError *error = NULL;

  if (save (saving->record, saving->folder, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
weir_closer_record_save_async (WeirCloserRecord *self, const char *folder, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Saving *saving = g_new0 (Saving, 1);

  saving->record = self;
  saving->folder = g_strdup (folder);
  g_task_set_source_tag (task, weir_closer_record_save_async);
  g_task_set_check_cancellable (task, FALSE); /* it may be there in any case */
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save_in_thread);
}

WeirCloserRecord *
weir_closer_record_save_finish (GAsyncResult *result, GError **error)
{
  Saving *saving = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? g_steal_pointer (&saving->record) : NULL;
}

void
weir_closer_record_remove (const WeirCloserRecord *self, const char *folder)
{
  g_autofree char *path = dup_path (self, folder);

  g_unlink (path);
}

static WeirCloserRecord *
read_record (WeirSpan text)
{
  g_autoptr (WeirCloserRecord) self = g_new0 (WeirCloserRecord, 1);

  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL) || weir_json_type (text) != WEIR_JSON_OBJECT)
    return NULL;
  self->id = weir_json_dup_string (weir_json_member (text, "id"));
  self->address = weir_json_dup_string (weir_json_member (text, "engine"));
  self->before = weir_json_dup_string (weir_json_member (text, "before"));
  self->set = weir_json_dup_string (weir_json_member (text, "set"));
  if (self->id == NULL || !g_uuid_string_is_valid (self->id) || self->address == NULL || self->set == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

static WeirCloserRecord *
load (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  GStatBuf info;
  gsize len;

  if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > MAX_SIZE ||
      !g_file_get_contents (path, &text, &len, NULL))
    return NULL;
  return read_record ((WeirSpan){ text, len });
}

typedef struct
{
  char *folder;
  char *url;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->folder);
  g_free (loading->url);
  g_free (loading);
}

static GPtrArray *
load_all (const char *folder, const char *url)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_closer_record_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *address = weir_address_normalise (url);
  const char *name;

  for (guint n = 0; dir != NULL && n < MAX_FILES && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autoptr (WeirCloserRecord) record = NULL;

      if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, SUFFIX))
        continue;
      n++;
      record = load (folder, name);
      if (record != NULL && g_strcmp0 (record->address, address != NULL ? address : url) == 0)
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return records;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Loading *loading = data;

  g_task_return_pointer (task, load_all (loading->folder, loading->url), (GDestroyNotify) g_ptr_array_unref);
}

void
weir_closer_record_load_all_async (const char *folder, const char *url, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  loading->folder = g_strdup (folder);
  loading->url = g_strdup (url);
  g_task_set_source_tag (task, weir_closer_record_load_all_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

GPtrArray *
weir_closer_record_load_all_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
