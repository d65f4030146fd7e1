/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-history.h"

#include <glib/gi18n.h>

#include "weir-kept-file.h"
#include "weir-send-entry-private.h"

/* A larger file is none of ours: a byte that is kept takes no more than six of the file. */
#define MAX_FILE_SIZE (6 * WEIR_SEND_HISTORY_MAX_SIZE + 1024 * 1024)

struct _WeirSendHistory
{
  GObject parent_instance;

  WeirKeptFile *file;
  GPtrArray *entries; /* newest first */
};

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

/* --- the file --- */

static gpointer
parse (WeirSpan value)
{
  return weir_send_entry_from_json (value);
}

static void
append (GString *out, gpointer entry)
{
  weir_send_entry_append (out, entry);
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

static void
merge (GObject *owner, GPtrArray *read)
{
  WeirSendHistory *self = WEIR_SEND_HISTORY (owner);
  guint n = self->entries->len;

  if (read->len == 0)
    return;
  g_ptr_array_extend (self->entries, read, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  g_list_model_items_changed (G_LIST_MODEL (self), n, 0, read->len);
  cut (self);
}

static GPtrArray *
snapshot (GObject *owner)
{
  return g_ptr_array_copy (WEIR_SEND_HISTORY (owner)->entries, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
}

static char *
describe (WeirKeptProblem problem, const char *detail)
{
  switch (problem)
    {
    case WEIR_KEPT_NOT_WRITTEN:
      return g_strdup_printf (_ ("The history could not be kept: %s"), detail);
    case WEIR_KEPT_NOT_READ:
      return g_strdup_printf (_ ("The history cannot be read, and nothing is added to it: %s"), detail);
    case WEIR_KEPT_DAMAGED_ASIDE:
      return g_strdup_printf (_ ("The history was damaged, and begins anew; what it was is in %s"), detail);
    case WEIR_KEPT_DAMAGED:
    default:
      return g_strdup_printf (_ ("The history is damaged, and begins anew: %s"), detail);
    }
}

static const WeirKeptFormat format = {
  .name = "entries",
  .max_items = WEIR_SEND_HISTORY_MAX,
  .max_size = MAX_FILE_SIZE,
  .parse = parse,
  .append = append,
  .free = g_object_unref,
  .merge = merge,
  .snapshot = snapshot,
  .describe = describe,
};

void
weir_send_history_load_async (WeirSendHistory *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  weir_kept_file_load_async (self->file, cancellable, callback, user_data);
}

gboolean
weir_send_history_load_finish (WeirSendHistory *self, GAsyncResult *result, GError **error)
{
  return weir_kept_file_load_finish (self->file, result, error);
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
  weir_kept_file_write (self->file);
}

gboolean
weir_send_history_update (WeirSendHistory *self, WeirSendEntry *entry)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      WeirSendEntry *old = self->entries->pdata[i];

      if (weir_send_entry_get_at_us (old) != weir_send_entry_get_at_us (entry) || !weir_send_entry_is_same (old, entry))
        continue;
      self->entries->pdata[i] = g_object_ref (entry);
      g_object_unref (old);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
      weir_kept_file_write (self->file);
      return TRUE;
    }
  return FALSE;
}

void
weir_send_history_clear (WeirSendHistory *self)
{
  guint n = self->entries->len;

  g_ptr_array_set_size (self->entries, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  weir_kept_file_write (self->file);
}

void
weir_send_history_flush_async (WeirSendHistory *self, GAsyncReadyCallback callback, gpointer user_data)
{
  weir_kept_file_flush_async (self->file, callback, user_data);
}

gboolean
weir_send_history_flush_finish (WeirSendHistory *self, GAsyncResult *result, GError **error)
{
  return weir_kept_file_flush_finish (self->file, result, error);
}

/* --- the type --- */

static void
weir_send_history_finalize (GObject *object)
{
  WeirSendHistory *self = WEIR_SEND_HISTORY (object);

  weir_kept_file_free (self->file);
  g_ptr_array_unref (self->entries);
  G_OBJECT_CLASS (weir_send_history_parent_class)->finalize (object);
}

static void
weir_send_history_class_init (WeirSendHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_send_history_finalize;
  g_signal_new ("failed", WEIR_TYPE_SEND_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
weir_send_history_init (WeirSendHistory *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirSendHistory *
weir_send_history_new (GFile *file)
{
  WeirSendHistory *self = g_object_new (WEIR_TYPE_SEND_HISTORY, NULL);

  self->file = weir_kept_file_new (file, &format, G_OBJECT (self));
  return self;
}
