/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-registry.h"

#include "weir-envelope.h"

typedef struct
{
  char *id;
  char *trigger_type;
  char *function_id;
  GString *config; /* JSON text */
} Trigger;

struct _WeirWorkerRegistry
{
  GHashTable *functions; /* id → WeirWorkerFunction */
  GHashTable *triggers;  /* id → Trigger */
};

static void
weir_worker_function_clear (gpointer data)
{
  WeirWorkerFunction *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_clear_pointer (&self->metadata, json_node_unref);
  g_clear_pointer (&self->request_schema, json_node_unref);
  g_clear_pointer (&self->response_schema, json_node_unref);
  g_free (self->description);
  g_free (self->id);
}

WeirWorkerFunction *
weir_worker_function_ref (WeirWorkerFunction *self)
{
  return g_rc_box_acquire (self);
}

void
weir_worker_function_unref (WeirWorkerFunction *self)
{
  g_rc_box_release_full (self, weir_worker_function_clear);
}

static void
trigger_free (Trigger *trigger)
{
  g_free (trigger->id);
  g_free (trigger->trigger_type);
  g_free (trigger->function_id);
  g_string_free (trigger->config, TRUE);
  g_free (trigger);
}

static JsonNode *
copy_node (JsonNode *node)
{
  return node != NULL ? json_node_copy (node) : NULL;
}

static GString *
function_write (const WeirWorkerFunction *function)
{
  return weir_envelope_write_register_function (function->id, function->description, function->request_schema,
                                                function->response_schema, function->metadata);
}

static GString *
trigger_write (const Trigger *trigger)
{
  return weir_envelope_write_register_trigger (trigger->id, trigger->trigger_type, trigger->function_id,
                                               (WeirSpan){ trigger->config->str, trigger->config->len },
                                               (WeirSpan){ 0 });
}

GString *
weir_worker_registry_add_function (WeirWorkerRegistry *self, const WeirWorkerFunction *function)
{
  WeirWorkerFunction *copy = g_rc_box_new (WeirWorkerFunction);

  *copy = *function;
  copy->id = g_strdup (function->id);
  copy->description = g_strdup (function->description);
  copy->metadata = copy_node (function->metadata);
  copy->request_schema = copy_node (function->request_schema);
  copy->response_schema = copy_node (function->response_schema);
  g_hash_table_replace (self->functions, copy->id, copy);

  return function_write (copy);
}

GString *
weir_worker_registry_remove_function (WeirWorkerRegistry *self, const char *id)
{
  GString *message;

  if (!g_hash_table_contains (self->functions, id))
    return NULL;
  message = weir_envelope_write_unregister_function (id); /* first: @id may be the function's own */
  g_hash_table_remove (self->functions, id);

  return message;
}

GString *
weir_worker_registry_add_trigger (WeirWorkerRegistry *self, const char *id, const char *trigger_type,
                                  const char *function_id, JsonNode *config)
{
  Trigger *trigger = g_new0 (Trigger, 1);

  trigger->id = g_strdup (id);
  trigger->trigger_type = g_strdup (trigger_type);
  trigger->function_id = g_strdup (function_id);
  trigger->config = g_string_new (NULL);
  if (config != NULL)
    weir_json_append_node (trigger->config, config);
  else
    g_string_append (trigger->config, "{}");
  g_hash_table_replace (self->triggers, trigger->id, trigger);

  return trigger_write (trigger);
}

GString *
weir_worker_registry_remove_trigger (WeirWorkerRegistry *self, const char *id)
{
  Trigger *trigger = g_hash_table_lookup (self->triggers, id);
  GString *message;

  if (trigger == NULL)
    return NULL;
  message = weir_envelope_write_unregister_trigger (id, trigger->trigger_type);
  g_hash_table_remove (self->triggers, id);

  return message;
}

WeirWorkerFunction *
weir_worker_registry_find_function (WeirWorkerRegistry *self, const char *id)
{
  return g_hash_table_lookup (self->functions, id);
}

void
weir_worker_registry_replay (WeirWorkerRegistry *self, GQueue *messages)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->functions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_queue_push_tail (messages, function_write (value));
  g_hash_table_iter_init (&iter, self->triggers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_queue_push_tail (messages, trigger_write (value));
}

WeirWorkerRegistry *
weir_worker_registry_new (void)
{
  WeirWorkerRegistry *self = g_new0 (WeirWorkerRegistry, 1);

  self->functions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) weir_worker_function_unref);
  self->triggers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) trigger_free);

  return self;
}

void
weir_worker_registry_free (WeirWorkerRegistry *self)
{
  g_hash_table_unref (self->functions);
  g_hash_table_unref (self->triggers);
  g_free (self);
}
