/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-list.h"

/* The place is taken when the channel comes: a clock that is learnt better must not move rows. */
typedef struct
{
  gint64 created_us;
  WeirChannel *channel;
} Entry;

struct _WeirChannelList
{
  GObject parent_instance;

  GArray *entries;   /* (element-type Entry), oldest first; owns them */
  GHashTable *by_id; /* (element-type char Channel): the channel has its id */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirChannelList, weir_channel_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_CHANNEL;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_CHANNEL_LIST (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirChannelList *self = WEIR_CHANNEL_LIST (model);

  if (position >= self->entries->len)
    return NULL;
  return g_object_ref (weir_channel_list_peek (self, self->entries->len - 1 - position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
clear_entry (gpointer data)
{
  g_clear_object (&((Entry *) data)->channel);
}

static void
weir_channel_list_finalize (GObject *object)
{
  WeirChannelList *self = WEIR_CHANNEL_LIST (object);

  g_hash_table_unref (self->by_id);
  g_array_unref (self->entries);
  G_OBJECT_CLASS (weir_channel_list_parent_class)->finalize (object);
}

static void
weir_channel_list_class_init (WeirChannelListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_channel_list_finalize;
}

static void
weir_channel_list_init (WeirChannelList *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

WeirChannelList *
weir_channel_list_new (void)
{
  return g_object_new (WEIR_TYPE_CHANNEL_LIST, NULL);
}

WeirChannel *
weir_channel_list_lookup (WeirChannelList *self, const char *channel_id)
{
  return g_hash_table_lookup (self->by_id, channel_id);
}

guint
weir_channel_list_get_size (WeirChannelList *self)
{
  return self->entries->len;
}

WeirChannel *
weir_channel_list_peek (WeirChannelList *self, guint i)
{
  return g_array_index (self->entries, Entry, i).channel;
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = a;
  const Entry *second = b;
  guint32 first_n = weir_channel_get_info (first->channel)->n;
  guint32 second_n = weir_channel_get_info (second->channel)->n;

  if (first->created_us != second->created_us)
    return first->created_us < second->created_us ? -1 : 1;
  return first_n < second_n ? -1 : first_n > second_n;
}

/* The new ones as entries, oldest first. */
static GArray *
dup_new_entries (WeirChannelList *self, GPtrArray *channels)
{
  GArray *fresh = g_array_sized_new (FALSE, FALSE, sizeof (Entry), channels->len);

  for (guint i = 0; i < channels->len; i++)
    {
      WeirChannel *channel = g_ptr_array_index (channels, i);
      Entry entry = { weir_channel_to_local_us (channel, weir_channel_get_begin_ms (channel)), channel };

      if (g_hash_table_contains (self->by_id, weir_channel_get_id (channel)))
        continue;
      g_hash_table_insert (self->by_id, (gpointer) weir_channel_get_id (channel), channel);
      g_object_ref (channel);
      g_array_append_val (fresh, entry);
    }
  g_array_sort (fresh, compare_entries);
  return fresh;
}

/* Merges from the end, so that nothing older than the oldest new one is touched; returns where that is. */
static guint
merge (GArray *entries, GArray *fresh)
{
  guint i = entries->len;
  guint j = fresh->len;

  g_array_set_size (entries, i + j);
  while (j > 0)
    {
      Entry *newest = &g_array_index (fresh, Entry, j - 1);

      if (i > 0 && compare_entries (&g_array_index (entries, Entry, i - 1), newest) > 0)
        {
          g_array_index (entries, Entry, i + j - 1) = g_array_index (entries, Entry, i - 1);
          i--;
        }
      else
        {
          g_array_index (entries, Entry, i + j - 1) = *newest;
          j--;
        }
    }
  return i;
}

void
weir_channel_list_add (WeirChannelList *self, GPtrArray *channels)
{
  g_autoptr (GArray) fresh = dup_new_entries (self, channels);
  guint n_before = self->entries->len;
  guint first;

  if (fresh->len == 0)
    return;
  first = merge (self->entries, fresh);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before - first, self->entries->len - first);
}

void
weir_channel_list_remove (WeirChannelList *self, GPtrArray *channels)
{
  g_autoptr (GHashTable) leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  guint n_before = self->entries->len;
  guint first = n_before, last = 0, n_kept = 0;

  for (guint i = 0; i < channels->len; i++)
    {
      WeirChannel *channel = g_ptr_array_index (channels, i);

      if (weir_channel_list_lookup (self, weir_channel_get_id (channel)) == channel)
        {
          g_hash_table_remove (self->by_id, weir_channel_get_id (channel));
          g_hash_table_add (leaving, channel); /* takes the list's reference over */
        }
    }
  if (g_hash_table_size (leaving) == 0)
    return;

  for (guint i = 0; i < n_before; i++)
    {
      Entry entry = g_array_index (self->entries, Entry, i);

      if (g_hash_table_contains (leaving, entry.channel))
        {
          first = MIN (first, i);
          last = i;
        }
      else
        {
          g_array_index (self->entries, Entry, n_kept++) = entry;
        }
    }
  for (guint i = n_kept; i < n_before; i++)
    g_array_index (self->entries, Entry, i).channel = NULL; /* moved, or leaving */
  g_array_set_size (self->entries, n_kept);
  g_list_model_items_changed (G_LIST_MODEL (self), n_before - 1 - last, last - first + 1,
                              last - first + 1 - g_hash_table_size (leaving));
}
