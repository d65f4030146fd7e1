/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-builtins-private.h"

#include "weir-bindings.h"

#define OWN_NAME WEIR_BUILTINS_OWN_NAME

typedef gboolean (*BuiltinFunc) (WeirBuiltinCall *call);

typedef struct
{
  const char *id;
  const char *description;
  BuiltinFunc func;
} Builtin;

/* --- inputs --- */

/* As the stock engine words it (§3.5). */
static gboolean
fail_input (WeirBuiltinCall *call, const char *why)
{
  call->code = "deserialization_error";
  call->message = g_strdup_printf ("Failed to deserialize input for %s: %s", call->function_id, why);
  return FALSE;
}

/* No input means no filters. Anything but an object is refused. */
static gboolean
check_object (WeirBuiltinCall *call)
{
  WeirJsonType type = weir_json_type (call->data);

  return type == WEIR_JSON_OBJECT || type == WEIR_JSON_NULL || type == WEIR_JSON_ABSENT ||
         fail_input (call, "expected an object");
}

static WeirSpan
member (WeirSpan object, const char *name)
{
  return weir_json_type (object) == WEIR_JSON_OBJECT ? weir_json_member (object, name) : (WeirSpan){ NULL, 0 };
}

static gboolean
member_is_true (WeirSpan object, const char *name)
{
  WeirSpan value = member (object, name);

  return weir_json_type (value) == WEIR_JSON_BOOLEAN && *value.text == 't';
}

/* --- engine::channels::create --- */

static void
append_ref (GString *out, const WeirEngineChannel *channel, WeirDirection direction)
{
  WeirRef ref = { channel->id, channel->key, direction };

  weir_ref_append (out, &ref);
}

static void
set_creator_end (WeirEndInfo *end, const WeirSession *creator, const WeirExecution *executing)
{
  end->worker_id = g_strdup (creator->id);
  end->worker_name = g_strdup (creator->announce.name);
  end->worker_runtime = g_strdup (creator->announce.runtime);
  end->function_id = executing != NULL ? g_strdup (executing->function_id) : NULL;
  end->how = WEIR_HOW_CREATOR;
}

/* Both ends are the creator's until it hands their refs on, and its function's where that can be told. */
static WeirChannelInfo *
creator_info_new (WeirSession *creator, const char *trace_id)
{
  WeirChannelInfo *info = weir_channel_info_new (NULL);
  const WeirExecution *executing =
      weir_execution_guess (&creator->executing, creator->has_traced, creator->announce.runtime, trace_id);

  info->creator_worker_id = g_strdup (creator->id);
  info->creator_worker_name = g_strdup (creator->announce.name);
  set_creator_end (&info->writer, creator, executing);
  set_creator_end (&info->reader, creator, executing);
  return info;
}

static gboolean
channels_create (WeirBuiltinCall *call)
{
  WeirSpan size = member (call->data, "buffer_size");
  gint64 items = WEIR_CHANNEL_DEFAULT_ITEMS;
  const WeirEngineChannel *channel;

  if (!check_object (call))
    return FALSE;
  if (weir_json_type (size) > WEIR_JSON_NULL && (!weir_json_get_int (size, &items) || items < 0))
    return fail_input (call, "buffer_size is not a number of messages");
  channel = weir_channel_table_create (call->router->channels, (guint) CLAMP (items, 1, WEIR_CHANNEL_MAX_ITEMS),
                                       creator_info_new (call->caller, call->trace_id));
  if (channel == NULL)
    {
      call->code = "channel_limit";
      call->message = g_strdup_printf ("This engine has %u channels open, which is its limit.",
                                       weir_channel_table_get_size (call->router->channels));
      return FALSE;
    }
  g_info ("channel %.8s was created by %s", channel->id, call->caller->label);
  g_string_append (call->result, "{\"writer\":");
  append_ref (call->result, channel, WEIR_DIRECTION_WRITE);
  g_string_append (call->result, ",\"reader\":");
  append_ref (call->result, channel, WEIR_DIRECTION_READ);
  g_string_append_c (call->result, '}');
  return TRUE;
}

/* --- engine::workers::register --- */

static gboolean
workers_register (WeirBuiltinCall *call)
{
  WeirSession *caller = call->caller;

  if (!check_object (call))
    return FALSE;
  weir_session_set_announce (caller, call->data);
  weir_registry_note_worker (call->router->registry, caller->id, caller->announce.name, caller->announce.runtime);
  g_message ("%s has announced itself: %s %s", caller->label,
             caller->announce.runtime != NULL ? caller->announce.runtime : "",
             caller->announce.version != NULL ? caller->announce.version : "");
  weir_bindings_worker_event (call->router, "worker_metadata_updated", caller->id);
  g_string_append (call->result, "{\"success\":true}");
  return TRUE;
}

/* --- lists --- */

void
weir_builtins_append_string (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  if (value != NULL)
    weir_json_append_string (out, value, -1);
  else
    g_string_append (out, "null");
}

void
weir_builtins_append_json (GString *out, const char *name, const char *json)
{
  if (json != NULL)
    g_string_append_printf (out, ",\"%s\":%s", name, json);
}

static const char *
function_worker_name (const WeirFunction *function)
{
  if (function->owner == NULL)
    return OWN_NAME;
  return function->owner->announce.name;
}

typedef struct
{
  char *search;
  char *prefix;
  char *worker;
  WeirSpan workers;
  gboolean include_internal;
} FunctionQuery;

static void
function_query_clear (FunctionQuery *query)
{
  g_free (query->search);
  g_free (query->prefix);
  g_free (query->worker);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FunctionQuery, function_query_clear)

static gboolean
is_one_of (WeirSpan names, const char *name)
{
  WeirJsonIter iter;
  WeirSpan key;
  WeirSpan value;

  if (weir_json_type (names) != WEIR_JSON_ARRAY)
    return TRUE;
  weir_json_iter_init (&iter, names);
  while (weir_json_iter_next (&iter, &key, &value))
    if (weir_json_type (value) == WEIR_JSON_STRING && weir_json_string_equal (value, name))
      return TRUE;
  return FALSE;
}

static gboolean
contains (const char *text, const char *search)
{
  return text != NULL && strstr (text, search) != NULL;
}

static gboolean
function_matches (const WeirFunction *function, const FunctionQuery *query, const char *worker_name)
{
  if (function->is_internal && !query->include_internal)
    return FALSE;
  if (query->prefix != NULL && !g_str_has_prefix (function->id, query->prefix))
    return FALSE;
  if (query->search != NULL && !contains (function->id, query->search) &&
      !contains (function->description, query->search))
    return FALSE;
  if (query->worker != NULL && !g_str_equal (worker_name, query->worker))
    return FALSE;
  return is_one_of (query->workers, worker_name);
}

/* A worker that has not announced itself is named after the first part of the function's id (§4.2). */
char *
weir_builtins_dup_worker_name (const WeirFunction *function)
{
  const char *name = function_worker_name (function);
  const char *colons;

  if (name != NULL)
    return g_strdup (name);
  colons = strstr (function->id, "::");
  return colons != NULL ? g_strndup (function->id, (gsize) (colons - function->id)) : g_strdup (function->id);
}

void
weir_builtins_append_functions (GString *out, WeirRouter *router, WeirSpan query_span)
{
  g_autoptr (GPtrArray) functions = weir_function_table_list (router->functions);
  g_auto (FunctionQuery) query = {
    .search = weir_json_dup_string (member (query_span, "search")),
    .prefix = weir_json_dup_string (member (query_span, "prefix")),
    .worker = weir_json_dup_string (member (query_span, "worker")),
    .workers = member (query_span, "workers"),
    .include_internal = member_is_true (query_span, "include_internal"),
  };
  const char *separator = "";

  g_string_append_c (out, '[');
  for (guint i = 0; i < functions->len; i++)
    {
      const WeirFunction *function = functions->pdata[i];
      g_autofree char *worker_name = weir_builtins_dup_worker_name (function);

      if (!function_matches (function, &query, worker_name))
        continue;
      g_string_append_printf (out, "%s{\"function_id\":", separator);
      weir_json_append_string (out, function->id, -1);
      g_string_append (out, ",\"namespace\":\"default\"");
      weir_builtins_append_string (out, "worker_name", worker_name);
      weir_builtins_append_json (out, "description", function->description);
      weir_builtins_append_json (out, "metadata", function->metadata);
      g_string_append_c (out, '}');
      separator = ",";
    }
  g_string_append_c (out, ']');
}

static gboolean
functions_list (WeirBuiltinCall *call)
{
  if (!check_object (call))
    return FALSE;
  g_string_append (call->result, "{\"functions\":");
  weir_builtins_append_functions (call->result, call->router, call->data);
  g_string_append_c (call->result, '}');
  return TRUE;
}

void
weir_builtins_append_worker (GString *out, WeirRouter *router, WeirSession *session)
{
  const WeirAnnounce *announce = &session->announce;

  g_string_append (out, "{\"id\":");
  weir_json_append_string (out, session->id, -1);
  weir_builtins_append_string (out, "name", announce->name);
  weir_builtins_append_string (out, "description", announce->description);
  weir_builtins_append_string (out, "version", announce->version);
  weir_builtins_append_string (out, "namespace", "default");
  weir_builtins_append_string (out, "runtime", announce->runtime);
  weir_builtins_append_string (out, "os", announce->os);
  weir_builtins_append_string (out, "status", "connected");
  weir_builtins_append_string (out, "isolation", announce->isolation);
  weir_builtins_append_string (out, "ip_address", session->peer);
  if (session->has_refused) /* more than the stock engine says: it registered functions that are another's */
    weir_builtins_append_json (out, "has_refused_functions", "true");
  g_string_append_printf (
      out, ",\"function_count\":%u,\"connected_at_ms\":%" G_GINT64_FORMAT ",\"active_invocations\":%u}",
      weir_function_table_count (router->functions, session), session->connected_at_ms, session->executing.length);
}

/* The engine itself, as the stock engine lists the workers in its own process. */
void
weir_builtins_append_own_worker (GString *out, WeirRouter *router)
{
  g_string_append (out,
                   "{\"id\":\"" OWN_NAME "\",\"name\":\"" OWN_NAME "\",\"description\":null,\"version\":\"" WEIR_VERSION
                   "\",\"namespace\":\"default\",\"runtime\":\"engine\",\"os\":null,\"status\":\"available\","
                   "\"isolation\":\"in-process\",\"ip_address\":null");
  g_string_append_printf (out,
                          ",\"function_count\":%u,\"connected_at_ms\":%" G_GINT64_FORMAT ",\"active_invocations\":0}",
                          weir_function_table_count (router->functions, NULL), router->start_ms);
}

typedef struct
{
  char *search;
  char *runtime;
  char *status;
} WorkerQuery;

static void
worker_query_clear (WorkerQuery *query)
{
  g_free (query->search);
  g_free (query->runtime);
  g_free (query->status);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WorkerQuery, worker_query_clear)

static gboolean
worker_matches (const WorkerQuery *query, const char *name, const char *runtime, const char *status)
{
  return (query->search == NULL || contains (name, query->search)) &&
         (query->runtime == NULL || g_strcmp0 (runtime, query->runtime) == 0) &&
         (query->status == NULL || g_str_equal (status, query->status));
}

static gint
compare_connected (gconstpointer a, gconstpointer b)
{
  const WeirSession *left = a;
  const WeirSession *right = b;

  if (left->connected_at_ms != right->connected_at_ms)
    return left->connected_at_ms < right->connected_at_ms ? -1 : 1;
  return strcmp (left->id, right->id);
}

/* Workers without a pid are left out, as the stock engine does (§4.2): telemetry's and browsers' connections. */
static gboolean
workers_list (WeirBuiltinCall *call)
{
  g_autoptr (GList) sessions = g_list_sort (g_hash_table_get_values (call->router->sessions), compare_connected);
  g_auto (WorkerQuery) query = {
    .search = weir_json_dup_string (member (call->data, "search")),
    .runtime = weir_json_dup_string (member (call->data, "runtime")),
    .status = weir_json_dup_string (member (call->data, "status")),
  };
  const char *separator = "";

  if (!check_object (call))
    return FALSE;
  g_string_append (call->result, "{\"workers\":[");
  if (worker_matches (&query, OWN_NAME, "engine", "available"))
    {
      weir_builtins_append_own_worker (call->result, call->router);
      separator = ",";
    }
  for (GList *l = sessions; l != NULL; l = l->next)
    {
      WeirSession *session = l->data;

      if (session->announce.pid == 0 ||
          !worker_matches (&query, session->announce.name, session->announce.runtime, "connected"))
        continue;
      g_string_append (call->result, separator);
      weir_builtins_append_worker (call->result, call->router, session);
      separator = ",";
    }
  g_string_append (call->result, "]}");
  return TRUE;
}

/* --- the table --- */

static const Builtin builtins[] = {
  { "engine::channels::create", "Create a streaming channel pair", channels_create },
  { "engine::workers::register", "Say what this worker is", workers_register },
  { "engine::functions::list", "List the functions that can be called", functions_list },
  { "engine::functions::info", "Tell all of one function or of several", weir_builtins_functions_info },
  { "engine::workers::list", "List the workers that are connected", workers_list },
  { "engine::workers::info", "Tell all of one worker", weir_builtins_workers_info },
};

void
weir_builtins_register (WeirFunctionTable *functions)
{
  for (guint i = 0; i < G_N_ELEMENTS (builtins); i++)
    weir_function_table_add_builtin (functions, builtins[i].id, builtins[i].description, (gpointer) &builtins[i]);
}

gboolean
weir_builtins_run (const WeirFunction *function, WeirBuiltinCall *call)
{
  const Builtin *builtin = function->builtin;

  return builtin->func (call);
}
