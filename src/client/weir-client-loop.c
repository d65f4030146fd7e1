/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-client-loop.h"

typedef struct
{
  WeirLoop *loop;
  guint n_users;
} Entry;

static GMutex lock;
static GHashTable *entries; /* GMainContext → Entry; NULL while there is none */

WeirLoop *
weir_client_loop_acquire (GMainContext *context, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Entry *entry = entries != NULL ? g_hash_table_lookup (entries, context) : NULL;

  if (entry == NULL)
    {
      WeirLoop *loop = weir_loop_new_attached (context, G_PRIORITY_DEFAULT, error);

      if (loop == NULL)
        return NULL;
      if (entries == NULL)
        entries = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) g_main_context_unref, g_free);
      entry = g_new0 (Entry, 1);
      entry->loop = loop;
      g_hash_table_insert (entries, g_main_context_ref (context), entry);
    }
  entry->n_users++;

  return entry->loop;
}

/* Takes the loop out of the table if nobody uses it any more. */
static WeirLoop *
weir_client_loop_steal_unused (GMainContext *context)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Entry *entry = g_hash_table_lookup (entries, context);
  WeirLoop *loop;

  if (--entry->n_users > 0)
    return NULL;
  loop = entry->loop;
  g_hash_table_remove (entries, context);
  if (g_hash_table_size (entries) == 0)
    g_clear_pointer (&entries, g_hash_table_unref);

  return loop;
}

void
weir_client_loop_release (GMainContext *context)
{
  WeirLoop *loop = weir_client_loop_steal_unused (context);

  if (loop != NULL)
    weir_loop_unref (loop);
}
