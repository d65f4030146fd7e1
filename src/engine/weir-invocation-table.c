/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-invocation-table.h"

struct _WeirInvocationTable
{
  GHashTable *by_key; /* see make_key () → WeirPending */
};

/* The 32 digits of a UUID: an SDK that has parsed an id may write it in another form. */
static char *
make_key (const char *id)
{
  char *key = g_ascii_strdown (id, -1);
  char *to = key;

  for (const char *from = key; *from != '\0'; from++)
    if (*from != '-')
      *to++ = *from;
  *to = '\0';
  return key;
}

void
weir_pending_free (WeirPending *self)
{
  g_free (self->execution.id);
  g_free (self->execution.function_id);
  g_free (self->execution.trace_id);
  g_free (self);
}

static void
pending_free (gpointer data)
{
  weir_pending_free (data);
}

WeirInvocationTable *
weir_invocation_table_new (void)
{
  WeirInvocationTable *self = g_new0 (WeirInvocationTable, 1);

  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pending_free);
  return self;
}

void
weir_invocation_table_free (WeirInvocationTable *self)
{
  g_hash_table_unref (self->by_key);
  g_free (self);
}

gboolean
weir_invocation_table_has (WeirInvocationTable *self, const char *id)
{
  g_autofree char *key = make_key (id);

  return g_hash_table_contains (self->by_key, key);
}

WeirPending *
weir_invocation_table_add (WeirInvocationTable *self, const char *id, const char *function_id, const char *trace_id,
                           WeirSession *caller, WeirSession *executor)
{
  WeirPending *pending = g_new0 (WeirPending, 1);

  pending->execution.id = g_strdup (id);
  pending->execution.function_id = g_strdup (function_id);
  pending->caller = caller;
  pending->executor = executor;
  pending->execution.trace_id = g_strdup (trace_id);
  pending->execution.link.data = pending;
  g_queue_push_tail_link (&executor->executing, &pending->execution.link);
  g_hash_table_replace (self->by_key, make_key (id), pending);
  return pending;
}

void
weir_invocation_table_drop_reply (WeirInvocationTable *self, const char *id)
{
  g_autofree char *key = make_key (id);
  WeirPending *pending = g_hash_table_lookup (self->by_key, key);

  if (pending != NULL)
    pending->reply = (WeirReply){ NULL, NULL };
}

WeirPending *
weir_invocation_table_take (WeirInvocationTable *self, const char *id, WeirSession *executor)
{
  g_autofree char *key = make_key (id);
  g_autofree char *stored_key = NULL;
  WeirPending *pending = g_hash_table_lookup (self->by_key, key);

  if (pending == NULL || pending->executor != executor)
    return NULL;
  g_queue_unlink (&executor->executing, &pending->execution.link);
  g_hash_table_steal_extended (self->by_key, key, (gpointer *) &stored_key, (gpointer *) &pending);
  return pending;
}

GPtrArray *
weir_invocation_table_remove_session (WeirInvocationTable *self, WeirSession *session)
{
  GPtrArray *executing = g_ptr_array_new_with_free_func (pending_free);
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      WeirPending *pending = value;

      if (pending->caller == session)
        pending->caller = NULL;
      if (pending->executor != session)
        continue;
      g_queue_unlink (&session->executing, &pending->execution.link);
      g_hash_table_iter_steal (&iter);
      g_free (key);
      g_ptr_array_add (executing, pending);
    }
  return executing;
}
