/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-own-ends.h"

struct _WeirOwnEnds
{
  GHashTable *ends; /* key of an end → its link in order */
  GQueue order;     /* of the same keys, oldest first */
};

static char *
make_key (const char *channel_id, WeirDirection end)
{
  return g_strconcat (end == WEIR_DIRECTION_WRITE ? "w" : "r", channel_id, NULL);
}

WeirOwnEnds *
weir_own_ends_new (void)
{
  WeirOwnEnds *self = g_new0 (WeirOwnEnds, 1);

  self->ends = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);
  return self;
}

void
weir_own_ends_free (WeirOwnEnds *self)
{
  g_hash_table_unref (self->ends);
  g_queue_clear_full (&self->order, g_free);
  g_free (self);
}

static void
forget (WeirOwnEnds *self, GList *link)
{
  g_hash_table_remove (self->ends, link->data);
  g_free (link->data);
  g_queue_delete_link (&self->order, link);
}

gboolean
weir_own_ends_set (WeirOwnEnds *self, const char *channel_id, WeirDirection end, gboolean is_own)
{
  g_autofree char *key = make_key (channel_id, end);
  GList *link = g_hash_table_lookup (self->ends, key);

  if ((link != NULL) == is_own)
    return FALSE;
  if (!is_own)
    {
      forget (self, link);
      return TRUE;
    }
  g_queue_push_tail (&self->order, key);
  g_hash_table_insert (self->ends, g_steal_pointer (&key), self->order.tail);
  if (g_queue_get_length (&self->order) > WEIR_OWN_ENDS_MAX)
    forget (self, self->order.head);
  return TRUE;
}

gboolean
weir_own_ends_has (WeirOwnEnds *self, const char *channel_id, WeirDirection end)
{
  g_autofree char *key = make_key (channel_id, end);

  return g_hash_table_contains (self->ends, key);
}
