/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-recent-ids.h"

struct _WeirRecentIds
{
  guint max;
  GQueue order;      /* of ids, oldest first */
  GHashTable *links; /* id → its link of the order, which owns it */
};

WeirRecentIds *
weir_recent_ids_new (guint max)
{
  WeirRecentIds *self = g_rc_box_new0 (WeirRecentIds);

  self->max = max;
  g_queue_init (&self->order);
  self->links = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

WeirRecentIds *
weir_recent_ids_ref (WeirRecentIds *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  WeirRecentIds *self = data;

  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->order, g_free);
}

void
weir_recent_ids_unref (WeirRecentIds *self)
{
  g_rc_box_release_full (self, clear);
}

gboolean
weir_recent_ids_remove (WeirRecentIds *self, const char *id)
{
  GList *link = g_hash_table_lookup (self->links, id);

  if (link == NULL)
    return FALSE;
  g_hash_table_remove (self->links, id);
  g_free (link->data);
  g_queue_delete_link (&self->order, link);
  return TRUE;
}

void
weir_recent_ids_add (WeirRecentIds *self, const char *id)
{
  char *copy = g_strdup (id);

  weir_recent_ids_remove (self, copy);
  if (self->order.length == self->max)
    weir_recent_ids_remove (self, self->order.head->data);
  g_queue_push_tail (&self->order, copy);
  g_hash_table_insert (self->links, copy, self->order.tail);
}

gboolean
weir_recent_ids_contains (WeirRecentIds *self, const char *id)
{
  return g_hash_table_contains (self->links, id);
}

guint
weir_recent_ids_get_size (WeirRecentIds *self)
{
  return self->order.length;
}
