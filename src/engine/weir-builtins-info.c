/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-builtins-private.h"

/* All that is known of a function or of a worker: what the lists leave out. */

/* As many as the stock engine answers at once (§4.2). */
#define MAX_IDS 32

/* As deep as a trigger's config may nest here: an answer has it five levels down
 * ({"functions":[{"registered_triggers":[{…}]}]}), and may itself be no deeper than any payload. */
#define MAX_CONFIG_DEPTH (WEIR_JSON_MAX_DEPTH - 5)

static gboolean
fail (WeirBuiltinCall *call, const char *code, char *message)
{
  call->code = code;
  call->message = message;
  return FALSE;
}

static WeirSpan
member (WeirSpan object, const char *name)
{
  return weir_json_type (object) == WEIR_JSON_OBJECT ? weir_json_member (object, name) : (WeirSpan){ NULL, 0 };
}

/* --- engine::functions::info --- */

/* None where nobody could read the answer with it: the trigger's provider was given it all the same. */
static const char *
get_config (const WeirTrigger *trigger)
{
  if (trigger->config == NULL || !weir_json_check (WEIR_SPAN (trigger->config), MAX_CONFIG_DEPTH, NULL))
    return "null";
  return trigger->config;
}

/* @triggers: (transfer full) */
static void
append_triggers (GString *out, GPtrArray *triggers)
{
  g_string_append (out, ",\"registered_triggers\":[");
  for (guint i = 0; i < triggers->len; i++)
    {
      const WeirTrigger *trigger = triggers->pdata[i];

      g_string_append (out, i > 0 ? ",{\"id\":" : "{\"id\":");
      weir_json_append_string (out, trigger->id, -1);
      weir_builtins_append_string (out, "trigger_type", trigger->type);
      weir_builtins_append_string (out, "function_id", trigger->function_id);
      weir_builtins_append_json (out, "config", get_config (trigger));
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  g_ptr_array_unref (triggers);
}

/* More than the stock engine says: a schema that the worker gave, and that is not here. */
static void
append_too_deep (GString *out, guint too_deep)
{
  if ((too_deep & WEIR_SCHEMA_REQUEST) != 0)
    weir_builtins_append_json (out, "request_schema_too_deep", "true");
  if ((too_deep & WEIR_SCHEMA_RESPONSE) != 0)
    weir_builtins_append_json (out, "response_schema_too_deep", "true");
}

static void
append_function (GString *out, WeirRouter *router, const WeirFunction *function)
{
  g_autofree char *worker_name = weir_builtins_dup_worker_name (function);

  g_string_append (out, "{\"function_id\":");
  weir_json_append_string (out, function->id, -1);
  g_string_append (out, ",\"namespace\":\"default\"");
  weir_builtins_append_string (out, "worker_name", worker_name);
  weir_builtins_append_json (out, "description", function->description);
  weir_builtins_append_json (out, "request_schema", function->request_format);
  weir_builtins_append_json (out, "response_schema", function->response_format);
  append_too_deep (out, function->too_deep);
  weir_builtins_append_json (out, "metadata", function->metadata);
  append_triggers (out, weir_trigger_table_list_function (router->triggers, function->id));
  g_string_append_c (out, '}');
}

static gboolean
one_function_info (WeirBuiltinCall *call, WeirSpan id_span)
{
  g_autofree char *id = weir_json_dup_string (id_span);
  const WeirFunction *function = weir_function_table_lookup (call->router->functions, id);

  if (function == NULL)
    return fail (call, "NOT_FOUND", g_strdup_printf ("Function not found: %s", id));
  append_function (call->result, call->router, function);
  return TRUE;
}

static void
append_one_of_several (WeirBuiltinCall *call, WeirSpan id_span)
{
  g_autofree char *id = weir_json_dup_string (id_span);
  const WeirFunction *function = id != NULL ? weir_function_table_lookup (call->router->functions, id) : NULL;

  if (function != NULL)
    {
      append_function (call->result, call->router, function);
      return;
    }
  g_string_append (call->result, "{\"function_id\":");
  weir_json_append_span (call->result, id_span);
  g_string_append (call->result, ",\"error\":\"not_found\"}");
}

static guint
count (WeirSpan array)
{
  WeirJsonIter iter;
  WeirSpan key, value;
  guint n = 0;

  weir_json_iter_init (&iter, array);
  while (n <= MAX_IDS && weir_json_iter_next (&iter, &key, &value))
    n++;
  return n;
}

static gboolean
several_functions_info (WeirBuiltinCall *call, WeirSpan ids)
{
  WeirJsonIter iter;
  WeirSpan key, value;
  const char *separator = "";

  if (count (ids) > MAX_IDS)
    return fail (call, "INVALID_ARGUMENTS", g_strdup_printf ("function_ids may name %d functions", MAX_IDS));
  g_string_append (call->result, "{\"functions\":[");
  weir_json_iter_init (&iter, ids);
  while (weir_json_iter_next (&iter, &key, &value))
    {
      g_string_append (call->result, separator);
      append_one_of_several (call, value);
      separator = ",";
    }
  g_string_append (call->result, "]}");
  return TRUE;
}

gboolean
weir_builtins_functions_info (WeirBuiltinCall *call)
{
  WeirSpan id = member (call->data, "function_id");
  WeirSpan ids = member (call->data, "function_ids");
  gboolean has_id = weir_json_type (id) == WEIR_JSON_STRING;
  gboolean has_ids = weir_json_type (ids) == WEIR_JSON_ARRAY;

  if (has_id == has_ids)
    return fail (call, "INVALID_ARGUMENTS", g_strdup ("Either function_id or function_ids must be given"));
  return has_id ? one_function_info (call, id) : several_functions_info (call, ids);
}

/* --- engine::workers::info --- */

/* NULL: none. Of several of that name the first that came. */
static WeirSession *
find_worker (WeirRouter *router, const char *name)
{
  WeirSession *found = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, router->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      WeirSession *session = value;

      if (g_strcmp0 (session->announce.name, name) == 0 &&
          (found == NULL || session->connected_at_ms < found->connected_at_ms))
        found = session;
    }
  return found;
}

static void
append_functions_of (WeirBuiltinCall *call, const char *worker)
{
  g_autoptr (GString) query = g_string_new ("{\"include_internal\":true,\"worker\":");

  weir_json_append_string (query, worker, -1);
  g_string_append_c (query, '}');
  weir_builtins_append_functions (call->result, call->router, (WeirSpan){ query->str, query->len });
}

gboolean
weir_builtins_workers_info (WeirBuiltinCall *call)
{
  g_autofree char *name = weir_json_dup_string (member (call->data, "name"));
  gboolean is_own = g_strcmp0 (name, WEIR_BUILTINS_OWN_NAME) == 0;
  WeirSession *session = name != NULL && !is_own ? find_worker (call->router, name) : NULL;

  if (name == NULL)
    return fail (call, "INVALID_ARGUMENTS", g_strdup ("name must be given"));
  if (session == NULL && !is_own)
    return fail (call, "NOT_FOUND", g_strdup_printf ("Worker not found: %s", name));
  g_string_append (call->result, "{\"worker\":");
  if (session != NULL)
    weir_builtins_append_worker (call->result, call->router, session);
  else
    weir_builtins_append_own_worker (call->result, call->router);
  g_string_truncate (call->result, call->result->len - 1); /* its brace: here it says more than in the list */
  if (session != NULL && session->announce.pid != 0)
    g_string_append_printf (call->result, ",\"pid\":%" G_GINT64_FORMAT, session->announce.pid);
  g_string_append_printf (call->result, ",\"internal\":%s},\"functions\":", is_own ? "true" : "false");
  append_functions_of (call, name);
  if (session != NULL)
    append_triggers (call->result, weir_trigger_table_list_owner (call->router->triggers, session));
  g_string_append_c (call->result, '}');
  return TRUE;
}
