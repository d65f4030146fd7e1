/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-groups.h"

#include "weir-channel-private.h"

/* Calls that a group is known by: a ref that is passed on for ever must not fill the memory. The oldest are forgotten.
 */
#define MAX_CALLS 4096

/* Channels that belong together; one that is alone has no number to show. */
typedef struct
{
  guint id;
  GPtrArray *channels; /* borrowed: each leaves by weir_groups_remove () */
  GPtrArray *calls;    /* (element-type char): keys of by_call */
} Group;

struct _WeirGroups
{
  GHashTable *by_call;    /* (element-type char Group): both owned elsewhere: the group has its calls */
  GHashTable *by_channel; /* (element-type WeirChannel Group): owns neither */
  guint last_id;
};

static void
group_free (Group *group)
{
  for (guint i = 0; i < group->channels->len; i++) /* they may outlive it */
    weir_channel_set_group (group->channels->pdata[i], 0, NULL);
  g_ptr_array_unref (group->channels);
  g_ptr_array_unref (group->calls);
  g_free (group);
}

WeirGroups *
weir_groups_new (void)
{
  WeirGroups *self = g_new0 (WeirGroups, 1);

  self->by_call = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_channel = g_hash_table_new (NULL, NULL);
  return self;
}

void
weir_groups_free (WeirGroups *self)
{
  g_autoptr (GHashTable) groups = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) group_free, NULL);
  GHashTableIter iter;
  gpointer group;

  g_hash_table_iter_init (&iter, self->by_channel);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    g_hash_table_add (groups, group);
  g_hash_table_unref (self->by_call);
  g_hash_table_unref (self->by_channel);
  g_free (self);
}

/* What a call is known by. A void one has no id that its caller knows: two refs that one worker sent to one function at
 * one moment went together. */
static char *
dup_call_key (const WeirPassedInfo *passed)
{
  if (passed->invocation_id != NULL)
    return g_strdup (passed->invocation_id);
  return g_strdup_printf ("%s %s %" G_GINT64_FORMAT, passed->by_worker_id != NULL ? passed->by_worker_id : "",
                          passed->function_id != NULL ? passed->function_id : "", passed->at_ms);
}

gboolean
weir_groups_is_one_call (const WeirPassedInfo *a, const WeirPassedInfo *b)
{
  if (a->invocation_id != NULL || b->invocation_id != NULL)
    return g_strcmp0 (a->invocation_id, b->invocation_id) == 0;
  return a->at_ms == b->at_ms && g_strcmp0 (a->function_id, b->function_id) == 0 &&
         g_strcmp0 (a->by_worker_id, b->by_worker_id) == 0;
}

static void
limit_calls (WeirGroups *self, Group *group)
{
  while (group->calls->len > MAX_CALLS)
    {
      g_hash_table_remove (self->by_call, group->calls->pdata[0]);
      g_ptr_array_remove_index (group->calls, 0);
    }
}

static void
show_group (Group *group)
{
  guint id = group->channels->len > 1 ? group->id : 0;

  for (guint i = 0; i < group->channels->len; i++)
    weir_channel_set_group (g_ptr_array_index (group->channels, i), id, group->channels);
}

static Group *
add_group (WeirGroups *self, WeirChannel *channel)
{
  Group *group = g_new0 (Group, 1);

  group->id = ++self->last_id;
  group->channels = g_ptr_array_new ();
  group->calls = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (group->channels, channel);
  g_hash_table_insert (self->by_channel, channel, group);
  return group;
}

/* The smaller goes into the larger, so that a long chain costs little. */
static Group *
join (WeirGroups *self, Group *a, Group *b)
{
  Group *into = a->channels->len >= b->channels->len ? a : b;
  Group *from = into == a ? b : a;

  for (guint i = 0; i < from->channels->len; i++)
    {
      g_ptr_array_add (into->channels, from->channels->pdata[i]);
      g_hash_table_insert (self->by_channel, from->channels->pdata[i], into);
    }
  for (guint i = 0; i < from->calls->len; i++)
    g_hash_table_insert (self->by_call, from->calls->pdata[i], into);
  g_ptr_array_set_size (from->channels, 0);
  g_ptr_array_set_free_func (from->calls, NULL);
  g_ptr_array_extend (into->calls, from->calls, NULL, NULL);
  group_free (from);
  limit_calls (self, into);
  show_group (into);
  return into;
}

void
weir_groups_update (WeirGroups *self, WeirChannel *channel)
{
  const GPtrArray *passed = weir_channel_get_info (channel)->passed;
  Group *group = g_hash_table_lookup (self->by_channel, channel);

  for (guint i = 0; i < passed->len; i++)
    {
      g_autofree char *key = dup_call_key (g_ptr_array_index (passed, i));
      Group *other = g_hash_table_lookup (self->by_call, key);

      if (group == NULL)
        group = add_group (self, channel);
      if (other == NULL)
        {
          g_ptr_array_add (group->calls, key);
          g_hash_table_insert (self->by_call, g_steal_pointer (&key), group);
          limit_calls (self, group);
        }
      else if (other != group)
        {
          group = join (self, group, other);
        }
    }
}

void
weir_groups_remove (WeirGroups *self, WeirChannel *channel)
{
  Group *group = g_hash_table_lookup (self->by_channel, channel);

  if (group == NULL)
    return;

  g_hash_table_remove (self->by_channel, channel);
  g_ptr_array_remove_fast (group->channels, channel);
  weir_channel_set_group (channel, 0, NULL);
  if (group->channels->len > 0)
    {
      show_group (group);
      return;
    }
  for (guint i = 0; i < group->calls->len; i++)
    g_hash_table_remove (self->by_call, group->calls->pdata[i]);
  group_free (group);
}
