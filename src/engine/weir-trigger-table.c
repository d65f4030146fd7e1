/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-trigger-table.h"

struct _WeirTriggerTable
{
  GHashTable *by_id;     /* id → WeirTrigger */
  GHashTable *providers; /* type → WeirSession */
};

static void
trigger_free (gpointer data)
{
  WeirTrigger *trigger = data;

  weir_session_hold (trigger->owner, -(gssize) trigger->size);
  g_free (trigger->id);
  g_free (trigger->type);
  g_free (trigger->function_id);
  g_free (trigger->config);
  g_free (trigger->metadata);
  g_free (trigger);
}

WeirTriggerTable *
weir_trigger_table_new (void)
{
  WeirTriggerTable *self = g_new0 (WeirTriggerTable, 1);

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, trigger_free);
  self->providers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
weir_trigger_table_free (WeirTriggerTable *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->providers);
  g_free (self);
}

WeirSession *
weir_trigger_table_get_provider (WeirTriggerTable *self, const char *type)
{
  return g_hash_table_lookup (self->providers, type);
}

gboolean
weir_trigger_table_set_provider (WeirTriggerTable *self, const char *type, WeirSession *provider)
{
  /* Charged for good: a type can only be given back by leaving (§3 of the protocol notes). */
  if (g_hash_table_lookup (self->providers, type) != provider &&
      !weir_session_hold (provider, (gssize) (strlen (type) + sizeof (gpointer) * 4)))
    return FALSE;
  g_hash_table_replace (self->providers, g_strdup (type), provider);
  return TRUE;
}

const WeirTrigger *
weir_trigger_table_add (WeirTriggerTable *self, WeirSession *owner, const WeirEnvelope *envelope, const char **why)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);
  const WeirTrigger *old = g_hash_table_lookup (self->by_id, id);
  WeirTrigger *trigger;
  gsize size = sizeof *trigger + envelope->text.len;

  if (old != NULL && old->owner != owner)
    *why = "another worker has a trigger of that id";
  else if (!weir_session_hold (owner, (gssize) size))
    *why = "the worker's registrations hold too much";
  else
    {
      trigger = g_new0 (WeirTrigger, 1);
      trigger->id = g_steal_pointer (&id);
      trigger->type = weir_json_dup_string (envelope->trigger_type);
      trigger->function_id = weir_json_dup_string (envelope->function_id);
      trigger->config = weir_span_dup (envelope->config);
      trigger->metadata = weir_span_dup (envelope->metadata);
      trigger->owner = owner;
      trigger->size = size;
      g_hash_table_replace (self->by_id, trigger->id, trigger);
      return trigger;
    }
  return NULL;
}

const WeirTrigger *
weir_trigger_table_lookup (WeirTriggerTable *self, const char *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

gboolean
weir_trigger_table_remove (WeirTriggerTable *self, WeirSession *owner, const char *id)
{
  const WeirTrigger *trigger = g_hash_table_lookup (self->by_id, id);

  return trigger != NULL && trigger->owner == owner && g_hash_table_remove (self->by_id, id);
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(WeirTrigger *const *) a)->id, (*(WeirTrigger *const *) b)->id);
}

static GPtrArray *
list (WeirTriggerTable *self, const char *type, const char *function_id, WeirSession *owner)
{
  GPtrArray *found = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      WeirTrigger *trigger = value;

      if ((type == NULL || strcmp (trigger->type, type) == 0) &&
          (function_id == NULL || strcmp (trigger->function_id, function_id) == 0) &&
          (owner == NULL || trigger->owner == owner))
        g_ptr_array_add (found, trigger);
    }
  g_ptr_array_sort (found, compare_ids);
  return found;
}

GPtrArray *
weir_trigger_table_list_type (WeirTriggerTable *self, const char *type)
{
  return list (self, type, NULL, NULL);
}

GPtrArray *
weir_trigger_table_list_function (WeirTriggerTable *self, const char *function_id)
{
  return list (self, NULL, function_id, NULL);
}

GPtrArray *
weir_trigger_table_list_owner (WeirTriggerTable *self, WeirSession *owner)
{
  return list (self, NULL, NULL, owner);
}

static gboolean
is_trigger_of (gpointer key, gpointer value, gpointer user_data)
{
  return ((WeirTrigger *) value)->owner == user_data;
}

static gboolean
is_provided_by (gpointer key, gpointer value, gpointer user_data)
{
  return value == user_data;
}

void
weir_trigger_table_remove_session (WeirTriggerTable *self, WeirSession *session)
{
  g_hash_table_foreach_remove (self->by_id, is_trigger_of, session);
  g_hash_table_foreach_remove (self->providers, is_provided_by, session);
}
