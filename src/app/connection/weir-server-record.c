/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-server-record.h"

#include <glib/gstdio.h>
#include <string.h>

#define GROUP          "engine"
#define PROGRAM_PREFIX "weir-"
/* Field 22 of /proc/PID/stat, counted from behind the name in brackets, which is the second. */
#define STATE_FIELD   1
#define STARTED_FIELD 20

void
weir_server_record_free (WeirServerRecord *self)
{
  g_free (self->program);
  g_free (self->upstream);
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

static const char *const programs[] = { "weir-engine", "weir-relay" };

/* engine-123, relay-456 */
static char *
dup_path (const char *program, GPid pid)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *name = g_strdup_printf ("%s-%d", program + strlen (PROGRAM_PREFIX), (int) pid);

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
weir_server_record_write (const WeirServerRecord *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = dup_path (self->program, self->pid);
  g_autofree char *text = NULL;

  g_key_file_set_uint64 (file, GROUP, "pid", self->pid);
  g_key_file_set_uint64 (file, GROUP, "started", read_started (self->pid));
  g_key_file_set_string (file, GROUP, "url", self->url);
  g_key_file_set_string (file, GROUP, "point", self->point_name);
  g_key_file_set_string (file, GROUP, "token", self->point_token);
  if (self->upstream != NULL)
    g_key_file_set_string (file, GROUP, "upstream", self->upstream);
  text = g_key_file_to_data (file, NULL, NULL);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_warning ("%s is not written down, another Weir will not find it: %s", self->program, error->message);
}

void
weir_server_record_remove (const char *program, GPid pid)
{
  g_autofree char *path = dup_path (program, pid);

  g_unlink (path);
}

gboolean
weir_server_record_is_alive (const WeirServerRecord *self)
{
  return self->started != 0 && read_started (self->pid) == self->started;
}

/* NULL: it is not whole, or the program has ended. */
static WeirServerRecord *
load (const char *path, const char *program)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  WeirServerRecord *record;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;

  record = g_new0 (WeirServerRecord, 1);
  record->program = g_strdup (program);
  record->upstream = g_key_file_get_string (file, GROUP, "upstream", NULL);
  record->pid = g_key_file_get_integer (file, GROUP, "pid", NULL);
  record->started = g_key_file_get_uint64 (file, GROUP, "started", NULL);
  record->url = g_key_file_get_string (file, GROUP, "url", NULL);
  record->point_name = g_key_file_get_string (file, GROUP, "point", NULL);
  record->point_token = g_key_file_get_string (file, GROUP, "token", NULL);
  if (record->pid > 0 && record->url != NULL && weir_server_record_is_alive (record))
    return record;

  weir_server_record_free (record);
  return NULL;
}

/* (nullable): which program a file is about */
static const char *
find_program (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      const char *word = programs[i] + strlen (PROGRAM_PREFIX);

      if (g_str_has_prefix (name, word) && name[strlen (word)] == '-')
        return programs[i];
    }
  return NULL;
}

GPtrArray *
weir_server_record_load_all (void)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_server_record_free);
  g_autofree char *folder = dup_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      const char *program = find_program (name);
      WeirServerRecord *record = program != NULL ? load (path, program) : NULL;

      if (record != NULL)
        g_ptr_array_add (records, record);
      else if (program != NULL)
        g_unlink (path);
    }
  return records;
}
