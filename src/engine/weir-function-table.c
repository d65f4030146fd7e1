/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-table.h"

struct _WeirFunctionTable
{
  GHashTable *by_id; /* id → WeirFunction */
  guint64 version;
};

static void
function_free (gpointer data)
{
  WeirFunction *function = data;

  if (function->owner != NULL)
    weir_session_hold (function->owner, -(gssize) function->size);
  g_free (function->id);
  g_free (function->description);
  g_free (function->metadata);
  g_free (function->request_format);
  g_free (function->response_format);
  g_free (function);
}

WeirFunctionTable *
weir_function_table_new (void)
{
  WeirFunctionTable *self = g_new0 (WeirFunctionTable, 1);

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, function_free);
  return self;
}

void
weir_function_table_free (WeirFunctionTable *self)
{
  g_hash_table_unref (self->by_id);
  g_free (self);
}

void
weir_function_table_add_builtin (WeirFunctionTable *self, const char *id, const char *description, gpointer builtin)
{
  WeirFunction *function = g_new0 (WeirFunction, 1);
  g_autoptr (GString) literal = g_string_new (NULL);

  function->id = g_strdup (id);
  weir_json_append_string (literal, description, -1);
  function->description = g_strndup (literal->str, literal->len);
  function->builtin = builtin;
  function->is_internal = g_str_has_prefix (id, "engine::");
  g_hash_table_replace (self->by_id, function->id, function);
}

/* `metadata.internal` is how a function asks to be left out of lists (§4.2). */
static gboolean
is_marked_internal (WeirSpan metadata)
{
  WeirSpan internal = { NULL, 0 };

  if (weir_json_type (metadata) == WEIR_JSON_OBJECT)
    internal = weir_json_member (metadata, "internal");
  return weir_json_type (internal) == WEIR_JSON_BOOLEAN && *internal.text == 't';
}

static WeirFunction *
function_new (WeirSession *owner, const WeirEnvelope *envelope)
{
  WeirFunction *function = g_new0 (WeirFunction, 1);

  function->id = weir_json_dup_string (envelope->id);
  function->owner = owner;
  function->description = weir_span_dup (envelope->description);
  function->metadata = weir_span_dup (envelope->metadata);
  function->request_format = weir_span_dup (envelope->request_format);
  function->response_format = weir_span_dup (envelope->response_format);
  function->is_internal = g_str_has_prefix (function->id, "engine::") || is_marked_internal (envelope->metadata);
  return function;
}

WeirRegisterStatus
weir_function_table_add (WeirFunctionTable *self, WeirSession *owner, const WeirEnvelope *envelope, guint too_deep,
                         WeirSession **conflict)
{
  WeirFunction *function = function_new (owner, envelope);
  const WeirFunction *old = g_hash_table_lookup (self->by_id, function->id);
  gsize size = sizeof *function + envelope->text.len;

  if (old != NULL && old->owner != owner)
    {
      *conflict = old->owner;
      function_free (function);
      return WEIR_REGISTER_CONFLICT;
    }
  if (!weir_session_hold (owner, (gssize) size))
    {
      function_free (function);
      return WEIR_REGISTER_TOO_MUCH;
    }
  function->size = size;
  function->too_deep = too_deep;
  if (old == NULL)
    self->version++;
  g_hash_table_replace (self->by_id, function->id, function);
  return WEIR_REGISTER_OK;
}

gboolean
weir_function_table_remove (WeirFunctionTable *self, WeirSession *owner, const char *id)
{
  const WeirFunction *function = g_hash_table_lookup (self->by_id, id);

  if (function == NULL || function->owner != owner)
    return FALSE;
  self->version++;
  return g_hash_table_remove (self->by_id, id);
}

static gboolean
is_owned_by (gpointer key, gpointer value, gpointer user_data)
{
  const WeirFunction *function = value;

  return function->owner == user_data;
}

guint
weir_function_table_remove_all (WeirFunctionTable *self, WeirSession *owner)
{
  guint n = g_hash_table_foreach_remove (self->by_id, is_owned_by, owner);

  self->version += n;
  return n;
}

const WeirFunction *
weir_function_table_lookup (WeirFunctionTable *self, const char *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(WeirFunction *const *) a)->id, (*(WeirFunction *const *) b)->id);
}

GPtrArray *
weir_function_table_list (WeirFunctionTable *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_ids);
  return list;
}

guint
weir_function_table_get_size (WeirFunctionTable *self)
{
  return g_hash_table_size (self->by_id);
}

guint
weir_function_table_count (WeirFunctionTable *self, WeirSession *owner)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += is_owned_by (NULL, value, owner);
  return n;
}

guint64
weir_function_table_get_version (WeirFunctionTable *self)
{
  return self->version;
}
