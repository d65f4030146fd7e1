/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-rows.h"

#include "weir-channel-private.h"

/* More rows than this that nobody sees do not wait for a sweep. */
#define MAX_LEAVING 4096

/* Ids of feeds that are remembered, also when their point has forgotten them: another plane may tell of them later.
 * They are few. */
#define MAX_HIDDEN 65536

/* Channels that carry feeds to us, of which no point has said yet that it has forgotten them: who tries again and again
 * makes one each time. */
#define MAX_OWN 4096

/* Those that have ended and that a log may still tell of. */
#define MAX_ENDED 16384

struct _WeirRows
{
  WeirChannelList *list;
  WeirGroups *groups;
  WeirRecentIds *own_ids;
  WeirRecentIds *ended; /* a point has seen their end, and forgotten them */
  GHashTable *hidden;   /* (element-type char) */
  GHashTable *fresh;    /* (element-type char WeirChannel): not listed yet */
  GHashTable *leaving;  /* (element-type WeirChannel): listed, and perhaps seen by nobody */
};

WeirRows *
weir_rows_new (WeirChannelList *list)
{
  WeirRows *self = g_new0 (WeirRows, 1);

  self->list = g_object_ref (list);
  self->groups = weir_groups_new ();
  self->own_ids = weir_recent_ids_new (MAX_OWN);
  self->ended = weir_recent_ids_new (MAX_ENDED);
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->fresh = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  return self;
}

void
weir_rows_free (WeirRows *self)
{
  weir_rows_sweep (self);
  g_hash_table_unref (self->leaving);
  g_hash_table_unref (self->fresh);
  g_hash_table_unref (self->hidden);
  weir_recent_ids_unref (self->ended);
  weir_recent_ids_unref (self->own_ids);
  weir_groups_free (self->groups);
  g_object_unref (self->list);
  g_free (self);
}

WeirRecentIds *
weir_rows_get_own_ids (WeirRows *self)
{
  return self->own_ids;
}

WeirChannel *
weir_rows_lookup (WeirRows *self, const char *channel_id)
{
  WeirChannel *fresh = g_hash_table_lookup (self->fresh, channel_id);

  return fresh != NULL ? fresh : weir_channel_list_lookup (self->list, channel_id);
}

/* --- hidden ones --- */

gboolean
weir_rows_is_hidden (WeirRows *self, const char *channel_id)
{
  return g_hash_table_contains (self->hidden, channel_id) || weir_recent_ids_contains (self->own_ids, channel_id);
}

static void
unlist (WeirRows *self, GPtrArray *channels)
{
  weir_channel_list_remove (self->list, channels);
  for (guint i = 0; i < channels->len; i++)
    weir_groups_remove (self->groups, channels->pdata[i]);
}

void
weir_rows_hide (WeirRows *self, const char *channel_id)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  WeirChannel *channel = weir_channel_list_lookup (self->list, channel_id);

  if (g_hash_table_size (self->hidden) >= MAX_HIDDEN)
    g_hash_table_remove_all (self->hidden);
  g_hash_table_add (self->hidden, g_strdup (channel_id));
  g_hash_table_remove (self->fresh, channel_id);
  if (channel == NULL)
    return;
  g_hash_table_remove (self->leaving, channel);
  g_ptr_array_add (channels, g_object_ref (channel));
  unlist (self, channels);
}

/* --- they come --- */

/* Its place in the list is for a new one of its id, if nobody sees it. */
static WeirChannel *
find_seen (WeirRows *self, const char *channel_id)
{
  WeirChannel *channel = weir_rows_lookup (self, channel_id);

  if (channel == NULL || weir_channel_is_seen (channel))
    return channel;
  weir_rows_sweep (self);
  return NULL;
}

WeirChannel *
weir_rows_see (WeirRows *self, WeirPlane *plane, WeirChannelInfo *info, gint64 now_us)
{
  WeirChannel *channel;

  if (weir_rows_is_hidden (self, info->channel_id))
    {
      weir_channel_info_free (info);
      return NULL;
    }

  channel = find_seen (self, info->channel_id);
  if (channel == NULL && plane->kind == WEIR_PLANE_PASSIVE && weir_recent_ids_contains (self->ended, info->channel_id))
    {
      weir_channel_info_free (info);
      return NULL;
    }
  if (channel == NULL)
    {
      channel = weir_channel_new (plane, info, now_us);
      g_hash_table_insert (self->fresh, (gpointer) weir_channel_get_id (channel), channel);
      return channel;
    }
  weir_channel_apply_info (channel, plane, info, now_us);
  if (weir_channel_list_lookup (self->list, weir_channel_get_id (channel)) == channel)
    weir_groups_update (self->groups, channel);
  return channel;
}

void
weir_rows_flush (WeirRows *self)
{
  g_autoptr (GPtrArray) channels = NULL;
  GHashTableIter iter;
  gpointer channel;

  if (g_hash_table_size (self->fresh) == 0)
    return;

  channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, self->fresh);
  while (g_hash_table_iter_next (&iter, NULL, &channel))
    g_ptr_array_add (channels, g_object_ref (channel));
  g_hash_table_remove_all (self->fresh);
  weir_channel_list_add (self->list, channels);
  for (guint i = 0; i < channels->len; i++)
    weir_groups_update (self->groups, channels->pdata[i]);
}

/* --- they go --- */

/* What a log comes to tell of it later is of before. */
static void
note_ended (WeirRows *self, WeirChannel *channel, WeirPlane *plane)
{
  if (plane->kind != WEIR_PLANE_PASSIVE && weir_channel_get_info (channel)->ended_by != WEIR_ENDED_NOT)
    weir_recent_ids_add (self->ended, weir_channel_get_id (channel));
}

void
weir_rows_leave (WeirRows *self, WeirPlane *plane, const char *channel_id, gint64 now_us)
{
  WeirChannel *channel = weir_rows_lookup (self, channel_id);

  if (channel == NULL || weir_channel_leave (channel, plane, now_us))
    return;
  note_ended (self, channel, plane);
  if (g_hash_table_remove (self->fresh, channel_id)) /* was never listed */
    return;
  g_hash_table_add (self->leaving, g_object_ref (channel));
  if (g_hash_table_size (self->leaving) >= MAX_LEAVING)
    weir_rows_sweep (self);
}

void
weir_rows_sweep (WeirRows *self)
{
  g_autoptr (GPtrArray) channels = NULL;
  GHashTableIter iter;
  gpointer channel;

  if (g_hash_table_size (self->leaving) == 0)
    return;

  channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, self->leaving);
  while (g_hash_table_iter_next (&iter, &channel, NULL))
    if (!weir_channel_is_seen (channel))
      g_ptr_array_add (channels, g_object_ref (channel));
  g_hash_table_remove_all (self->leaving);
  unlist (self, channels);
}

void
weir_rows_tick (WeirRows *self, gint64 now_us)
{
  weir_rows_sweep (self);
  for (guint i = 0; i < weir_channel_list_get_size (self->list); i++)
    weir_channel_tick (weir_channel_list_peek (self->list, i), now_us);
}
