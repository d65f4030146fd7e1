/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-history.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "weir-send-entry-private.h"

/* A larger file is none of ours: a byte that is kept takes no more than six of the file. */
#define MAX_FILE_SIZE (6 * WEIR_SEND_HISTORY_MAX_SIZE + 1024 * 1024)

struct _WeirSendHistory
{
  GObject parent_instance;

  GFile *file;
  GPtrArray *entries; /* newest first */
  gboolean is_loaded; /* else it is not written: what the file has would be lost */
  GError *load_error; /* nullable: it could not be read, and is left as it is */
  gboolean is_writing;
  gboolean is_dirty;        /* there is more to be written than what is being */
  GPtrArray *waiting;       /* GTask: until all is on disk */
  GApplication *keeps_open; /* nullable: does not end before all is on disk */
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_SEND_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_SEND_HISTORY (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirSendHistory *self = WEIR_SEND_HISTORY (model);

  return position < self->entries->len ? g_object_ref (self->entries->pdata[position]) : NULL;
}

static void
model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirSendHistory, weir_send_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

/* --- writing --- */

static void write_soon (WeirSendHistory *self);

static GString *
serialize (GPtrArray *entries)
{
  GString *out = g_string_new ("{\"version\":1,\"entries\":[");

  for (guint i = 0; i < entries->len; i++)
    {
      g_string_append (out, i > 0 ? ",\n" : "\n");
      weir_send_entry_append (out, entries->pdata[i]);
    }
  g_string_append (out, "\n]}\n");
  return out;
}

static gboolean
write_file (GFile *file, GPtrArray *entries, GError **error)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GString) contents = serialize (entries);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", folder, g_strerror (code));
      return FALSE;
    }
  return g_file_set_contents_full (path, contents->str, (gssize) contents->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                   error);
}

/* In a thread; entries do not change. */
static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_file (WEIR_SEND_HISTORY (source)->file, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Who ends the program right behind a call finds it in the history all the same. */
static void
keep_open (WeirSendHistory *self, gboolean is_wanted)
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
tell_waiting (WeirSendHistory *self, const GError *error)
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
  WeirSendHistory *self = WEIR_SEND_HISTORY (object);
  g_autoptr (GError) error = NULL;

  self->is_writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_autoptr (GError) told =
          g_error_new (error->domain, error->code, _ ("The history could not be kept: %s"), error->message);

      g_signal_emit (self, signals[FAILED], 0, told);
    }
  if (self->is_dirty)
    write_soon (self);
  else
    {
      keep_open (self, FALSE);
      tell_waiting (self, error);
    }
}

/* One at a time: what comes meanwhile is written after it. */
static void
write_soon (WeirSendHistory *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->load_error != NULL)
    return;
  keep_open (self, TRUE);
  self->is_dirty = self->is_writing || !self->is_loaded;
  if (self->is_dirty)
    return;
  self->is_writing = TRUE;
  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_task_data (task, g_ptr_array_copy (self->entries, (GCopyFunc) (void (*) (void)) g_object_ref, NULL),
                        (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, write_thread);
}

/* --- reading --- */

/* (transfer full) (element-type WeirSendEntry) (nullable) */
static GPtrArray *
parse (WeirSpan text)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  WeirSpan array, key, value;
  WeirJsonIter iter;

  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL) || weir_json_type (text) != WEIR_JSON_OBJECT)
    return NULL;
  array = weir_json_member (text, "entries");
  if (weir_json_type (array) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, array);
  while (entries->len < WEIR_SEND_HISTORY_MAX && weir_json_iter_next (&iter, &key, &value))
    {
      WeirSendEntry *entry = weir_send_entry_from_json (value);

      if (entry == NULL)
        return NULL;
      g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

static GPtrArray *
keep_damaged (const char *path, GError **error)
{
  g_autofree char *kept = g_strconcat (path, ".damaged", NULL);

  if (g_rename (path, kept) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The history is damaged, and begins anew: %s"), path);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The history was damaged, and begins anew; what it was is in %s"), kept);
  return NULL;
}

/* NULL without an error: there is none yet. */
static GPtrArray *
read_file (GFile *file, GError **error)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *contents = NULL;
  g_autoptr (GError) read_error = NULL;
  GPtrArray *entries;
  GStatBuf info;
  gsize len;

  if (g_stat (path, &info) == 0 && info.st_size > MAX_FILE_SIZE)
    return keep_damaged (path, error);
  if (!g_file_get_contents (path, &contents, &len, &read_error))
    {
      if (!g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_propagate_error (error, g_steal_pointer (&read_error));
      return NULL;
    }
  entries = parse ((WeirSpan){ contents, len });
  return entries != NULL ? entries : keep_damaged (path, error);
}

/* In a thread. */
static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *entries = read_file (WEIR_SEND_HISTORY (source)->file, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
}

/* The oldest go; the newest stays. */
static void
cut (WeirSendHistory *self)
{
  gsize size = 0;
  guint n = self->entries->len, n_kept = 0;

  for (; n_kept < MIN (n, WEIR_SEND_HISTORY_MAX); n_kept++)
    {
      size += weir_send_entry_get_size (self->entries->pdata[n_kept]);
      if (n_kept > 0 && size > WEIR_SEND_HISTORY_MAX_SIZE)
        break;
    }
  if (n_kept == n)
    return;
  g_ptr_array_set_size (self->entries, (int) n_kept);
  g_list_model_items_changed (G_LIST_MODEL (self), n_kept, n - n_kept, 0);
}

void
weir_send_history_load_async (WeirSendHistory *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_run_in_thread (task, read_thread);
}

/* What the file has may be all right: nothing is written over it. */
static gboolean
fail_load (WeirSendHistory *self, GError *read_error, GError **error)
{
  g_clear_error (&self->load_error);
  self->load_error =
      g_error_new (read_error->domain, read_error->code,
                   _ ("The history cannot be read, and nothing is added to it: %s"), read_error->message);
  g_error_free (read_error);
  self->is_dirty = FALSE;
  keep_open (self, FALSE);
  tell_waiting (self, self->load_error);
  g_propagate_error (error, g_error_copy (self->load_error));
  return FALSE;
}

gboolean
weir_send_history_load_finish (WeirSendHistory *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (GPtrArray) read = g_task_propagate_pointer (G_TASK (result), &read_error);
  guint n = self->entries->len;

  if (read_error != NULL && !g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return fail_load (self, g_steal_pointer (&read_error), error);
  g_clear_error (&self->load_error);
  self->is_loaded = TRUE;
  if (read != NULL && read->len > 0)
    {
      g_ptr_array_extend (self->entries, read, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
      g_list_model_items_changed (G_LIST_MODEL (self), n, 0, read->len);
      cut (self);
    }
  if (self->is_dirty)
    write_soon (self);
  if (read_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&read_error));
  return FALSE;
}

/* --- changes --- */

void
weir_send_history_add (WeirSendHistory *self, WeirSendEntry *entry)
{
  guint n_same = self->entries->len > 0 && weir_send_entry_is_same (self->entries->pdata[0], entry) ? 1 : 0;

  if (n_same > 0)
    g_ptr_array_remove_index (self->entries, 0);
  g_ptr_array_insert (self->entries, 0, g_object_ref (entry));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_same, 1);
  cut (self);
  write_soon (self);
}

void
weir_send_history_clear (WeirSendHistory *self)
{
  guint n = self->entries->len;

  g_ptr_array_set_size (self->entries, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  write_soon (self);
}

void
weir_send_history_flush_async (WeirSendHistory *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_ptr_array_add (self->waiting, task);
  if (!self->is_writing && !self->is_dirty)
    tell_waiting (self, self->load_error);
}

gboolean
weir_send_history_flush_finish (WeirSendHistory *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the type --- */

static void
weir_send_history_finalize (GObject *object)
{
  WeirSendHistory *self = WEIR_SEND_HISTORY (object);

  keep_open (self, FALSE);
  g_clear_error (&self->load_error);
  g_object_unref (self->file);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->waiting);
  G_OBJECT_CLASS (weir_send_history_parent_class)->finalize (object);
}

static void
weir_send_history_class_init (WeirSendHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_send_history_finalize;
  signals[FAILED] = g_signal_new ("failed", WEIR_TYPE_SEND_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_ERROR);
}

static void
weir_send_history_init (WeirSendHistory *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirSendHistory *
weir_send_history_new (GFile *file)
{
  WeirSendHistory *self = g_object_new (WEIR_TYPE_SEND_HISTORY, NULL);

  self->file = g_object_ref (file);
  return self;
}
