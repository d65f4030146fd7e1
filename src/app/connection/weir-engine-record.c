/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-record.h"

#include <glib/gstdio.h>
#include <string.h>

#define GROUP  "engine"
#define PREFIX "engine-"
/* Field 22 of /proc/PID/stat, counted from behind the name in brackets, which is the second. */
#define STATE_FIELD   1
#define STARTED_FIELD 20

void
weir_engine_record_free (WeirEngineRecord *self)
{
  g_free (self->url);
  g_free (self->point_name);
  g_free (self->point_token);
  g_free (self);
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "weir", NULL);
}

static char *
dup_path (GPid pid)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *name = g_strdup_printf (PREFIX "%d", (int) pid);

  return g_build_filename (folder, name, NULL);
}

/* 0: there is no such process, or it has ended. */
static guint64
read_started (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (rest = strrchr (text, ')')) == NULL)
    return 0;

  fields = g_strsplit (rest + 1, " ", -1);
  if (g_strv_length (fields) <= STARTED_FIELD || g_str_equal (fields[STATE_FIELD], "Z"))
    return 0;
  return g_ascii_strtoull (fields[STARTED_FIELD], NULL, 10);
}

void
weir_engine_record_write (GPid pid, const char *url, const char *point_name, const char *point_token)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = dup_path (pid);
  g_autofree char *text = NULL;

  g_key_file_set_uint64 (file, GROUP, "pid", pid);
  g_key_file_set_uint64 (file, GROUP, "started", read_started (pid));
  g_key_file_set_string (file, GROUP, "url", url);
  g_key_file_set_string (file, GROUP, "point", point_name);
  g_key_file_set_string (file, GROUP, "token", point_token);
  text = g_key_file_to_data (file, NULL, NULL);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_warning ("The engine is not written down, another Weir will not find it: %s", error->message);
}

void
weir_engine_record_remove (GPid pid)
{
  g_autofree char *path = dup_path (pid);

  g_unlink (path);
}

gboolean
weir_engine_record_is_alive (const WeirEngineRecord *self)
{
  return self->started != 0 && read_started (self->pid) == self->started;
}

/* NULL: it is not whole, or the engine has ended. */
static WeirEngineRecord *
load (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  WeirEngineRecord *record;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;

  record = g_new0 (WeirEngineRecord, 1);
  record->pid = g_key_file_get_integer (file, GROUP, "pid", NULL);
  record->started = g_key_file_get_uint64 (file, GROUP, "started", NULL);
  record->url = g_key_file_get_string (file, GROUP, "url", NULL);
  record->point_name = g_key_file_get_string (file, GROUP, "point", NULL);
  record->point_token = g_key_file_get_string (file, GROUP, "token", NULL);
  if (record->pid > 0 && record->url != NULL && weir_engine_record_is_alive (record))
    return record;

  weir_engine_record_free (record);
  return NULL;
}

GPtrArray *
weir_engine_record_load_all (void)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_engine_record_free);
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      WeirEngineRecord *record = g_str_has_prefix (name, PREFIX) ? load (path) : NULL;

      if (record != NULL)
        g_ptr_array_add (records, record);
      else if (g_str_has_prefix (name, PREFIX))
        g_unlink (path);
    }
  return records;
}
