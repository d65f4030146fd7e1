/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-passive-watch.h"

#define TIMEOUT_MS (5 * 1000)

/* How often the log is listed: deliveries come at once, lists say what was missed. The engine keeps 1000 records: with
 * each message logged it forgets sooner. */
#define LIST_US        (2 * G_USEC_PER_SEC)
#define LIST_CLOSER_US (250 * 1000)

/* An engine that is slow to answer is busy: it has so many times as long for what else it does. */
#define REST      4
#define TRACES_US (2 * G_USEC_PER_SEC)
#define RETRY_US  (5 * G_USEC_PER_SEC)

#define LIST_LIMIT   1000
#define TRACES_LIMIT 100

/* A list that is asked for again and again. */
typedef struct
{
  GCancellable *asking; /* NULL: it is not */
  gint64 at_us;         /* then it will be */
  gint64 asked_us;
} Asking;

struct _WeirPassiveWatch
{
  GObject parent_instance;

  WeirWorker *worker;
  WeirPassiveModel *model;
  WeirCloserLook *closer;

  char *log_id;      /* our functions that are told of records … */
  char *settings_id; /* … and of another configuration; NULL: were never registered */
  gboolean has_logs, has_traces, has_settings;
  Asking logs;
  Asking traces;
  gboolean is_live;
  GError *error;
};

enum
{
  NEWS,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirPassiveWatch, weir_passive_watch, G_TYPE_OBJECT)

static void
stop_asking (Asking *asking)
{
  if (asking->asking != NULL)
    g_cancellable_cancel (asking->asking);
  g_clear_object (&asking->asking);
  asking->at_us = 0;
}

/* --- what is told --- */

static char *
to_text (JsonNode *payload)
{
  GString *text = g_string_new (NULL);

  weir_json_append_node (text, payload);
  return g_string_free (text, FALSE);
}

static void
logged_cb (WeirInvocation *invocation, gpointer user_data)
{
  WeirPassiveWatch *self = user_data;
  g_autofree char *text = to_text (weir_invocation_get_payload (invocation));

  weir_invocation_return (invocation, NULL);
  if (self->model == NULL || !weir_json_check (WEIR_SPAN (text), WEIR_JSON_MAX_DEPTH, NULL))
    return;
  weir_passive_model_take (self->model, WEIR_SPAN (text), g_get_monotonic_time ());
  g_signal_emit (self, signals[NEWS], 0);
}

static void
settings_changed_cb (WeirInvocation *invocation, gpointer user_data)
{
  WeirPassiveWatch *self = user_data;

  weir_invocation_return (invocation, NULL);
  weir_closer_look_check (self->closer);
}

static char *
register_function (WeirPassiveWatch *self, const char *name, const char *description, WeirFunctionFunc func)
{
  g_autofree char *uuid = g_uuid_string_random ();
  char *id = g_strconcat ("weir-observer::", uuid, "::", name, NULL);
  g_autoptr (JsonNode) metadata = weir_json_parse (WEIR_SPAN ("{\"internal\":true}"), NULL);

  weir_worker_register_function (self->worker, id, description, metadata, func, self, NULL);
  return id;
}

/* Returns: (transfer full): the trigger's id */
static char *
register_level (WeirPassiveWatch *self, const char *level)
{
  g_autofree char *text = g_strdup_printf ("{\"level\":\"%s\"}", level);
  g_autoptr (JsonNode) config = weir_json_parse (WEIR_SPAN (text), NULL);

  return weir_worker_register_trigger (self->worker, "log", self->log_id, config);
}

/* A level's match is exact: one trigger each. None for messages: a stock engine that hands on a record for each of a
 * busy channel falls behind its own log, says so in there, and so on until it is started anew. They are listed. */
static void
register_triggers (WeirPassiveWatch *self)
{
  g_autofree char *info = NULL, *warn = NULL;

  if (self->log_id != NULL)
    return;
  self->log_id = register_function (self, "logged", "Tells this Weir what the engine logs", logged_cb);
  info = register_level (self, "info");
  warn = register_level (self, "warn");
}

static void
register_settings (WeirPassiveWatch *self)
{
  g_autoptr (JsonNode) config = weir_json_parse (WEIR_SPAN ("{\"configuration_id\":\"iii-observability\"}"), NULL);
  g_autofree char *trigger_id = NULL;

  if (self->settings_id != NULL)
    return;
  self->settings_id = register_function (self, "settings-changed", "Tells this Weir that the engine logs more or less",
                                         settings_changed_cb);
  trigger_id = weir_worker_register_trigger (self->worker, "configuration", self->settings_id, config);
}

/* --- the closer look --- */

static void
closer_cb (WeirPassiveWatch *self)
{
  gboolean is_on = weir_closer_look_get_state (self->closer) == WEIR_CLOSER_ON;

  if (self->model == NULL)
    return;
  weir_passive_model_set_closer (self->model, is_on, g_get_monotonic_time ());
  self->logs.at_us = 0;
  g_signal_emit (self, signals[NEWS], 0);
}

/* --- what is asked for --- */

static void
take_error (WeirPassiveWatch *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  self->is_live = error == NULL;
  if (error != NULL)
    weir_passive_model_lose (self->model);
}

/* (nullable): the answer of the call that is awaited; NULL with no error: it is not awaited any more. */
static GBytes *
finish_asking (Asking *asking, GObject *worker, GAsyncResult *result, GError **error)
{
  GBytes *answer;

  if (asking->asking == NULL || g_task_get_cancellable (G_TASK (result)) != asking->asking)
    return NULL;
  answer = weir_worker_trigger_text_finish (WEIR_WORKER (worker), result, error);
  g_clear_object (&asking->asking);
  return answer;
}

static WeirSpan
span_of (GBytes *bytes)
{
  return (WeirSpan){ g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) };
}

static gint64
get_interval (WeirPassiveWatch *self, gint64 now_us)
{
  gint64 rest_us = MIN (REST * (now_us - self->logs.asked_us), LIST_US);

  if (weir_passive_model_has_more (self->model))
    return 0;
  return weir_closer_look_get_state (self->closer) == WEIR_CLOSER_ON ? MAX (LIST_CLOSER_US, rest_us) : LIST_US;
}

/* Nothing more is to be learnt by it, and it makes the engine slow. */
static void
see_flood (WeirPassiveWatch *self)
{
  if (weir_passive_model_is_overrun (self->model))
    weir_closer_look_give_up (self->closer);
}

static void
logs_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirPassiveWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = finish_asking (&self->logs, object, result, &error);
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_good;

  if (self->model == NULL || (answer == NULL && error == NULL))
    return;
  is_good = answer != NULL && weir_passive_model_take_list (self->model, span_of (answer), now_us, &error);
  take_error (self, g_steal_pointer (&error));
  self->logs.at_us = now_us + (is_good ? get_interval (self, now_us) : RETRY_US);
  see_flood (self);
  g_signal_emit (self, signals[NEWS], 0);
}

static void
traces_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirPassiveWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = finish_asking (&self->traces, object, result, &error);
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_good;

  if (self->model == NULL || (answer == NULL && error == NULL))
    return;
  /* Traces are a help, and may be off: that they fail is no trouble. */
  is_good = answer != NULL && weir_passive_model_take_traces (self->model, span_of (answer), now_us, NULL);
  self->traces.at_us = now_us + (is_good ? TRACES_US : 6 * RETRY_US);
  g_signal_emit (self, signals[NEWS], 0);
}

static void
ask (WeirPassiveWatch *self, Asking *asking, const char *function_id, const char *payload, GAsyncReadyCallback callback)
{
  asking->asking = g_cancellable_new ();
  asking->asked_us = g_get_monotonic_time ();
  weir_worker_trigger_text_async (self->worker, function_id, WEIR_SPAN (payload), TIMEOUT_MS, asking->asking, callback,
                                  g_object_ref (self));
}

static void
ask_logs (WeirPassiveWatch *self)
{
  gint64 start_ms = weir_passive_model_get_start_ms (self->model);
  g_autofree char *payload =
      g_strdup_printf ("{\"start_time\":%" G_GINT64_FORMAT ",\"limit\":%d}", start_ms, LIST_LIMIT);

  ask (self, &self->logs, "engine::logs::list", payload, logs_cb);
}

static void
ask_traces (WeirPassiveWatch *self)
{
  gint64 start_ms = weir_passive_model_get_traces_start_ms (self->model);
  g_autofree char *payload =
      g_strdup_printf ("{\"search_all_spans\":true,\"name\":\"execute \",\"sort_order\":\"desc\","
                       "\"start_time\":%" G_GINT64_FORMAT ",\"limit\":%d}",
                       start_ms, TRACES_LIMIT);

  ask (self, &self->traces, "engine::traces::list", payload, traces_cb);
}

void
weir_passive_watch_tick (WeirPassiveWatch *self, gint64 now_us)
{
  if (self->has_logs && self->logs.asking == NULL && now_us >= self->logs.at_us)
    ask_logs (self);
  if (self->has_logs && self->has_traces && self->traces.asking == NULL && now_us >= self->traces.at_us)
    ask_traces (self);
  weir_passive_model_tick (self->model, now_us);
}

/* --- the engine --- */

static gboolean
has_function (WeirFunctionList *functions, const char *function_id)
{
  return weir_function_list_lookup (functions, function_id) != NULL;
}

static gboolean
has_functions_of (WeirFunctionList *functions, const char *prefix)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (functions));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirFunction) function = g_list_model_get_item (G_LIST_MODEL (functions), i);

      if (g_str_has_prefix (weir_function_get_id (function), prefix))
        return TRUE;
    }
  return FALSE;
}

/* Its inner workers have functions of their names; where they have other names, nobody knows. */
static gboolean
may_serve_http (WeirFunctionList *functions)
{
  return has_functions_of (functions, "iii-http::") || !has_functions_of (functions, "iii-observability::");
}

void
weir_passive_watch_sync (WeirPassiveWatch *self, WeirFunctionList *functions)
{
  self->has_logs = has_function (functions, "engine::logs::list");
  self->has_traces = has_function (functions, "engine::traces::list");
  self->has_settings = self->has_logs && has_function (functions, "configuration::get") &&
                       has_function (functions, "configuration::set");
  weir_passive_model_set_http (self->model, may_serve_http (functions));
  if (self->has_logs)
    register_triggers (self);
  if (self->has_settings)
    register_settings (self);
  weir_closer_look_set_available (self->closer, self->has_settings);
}

void
weir_passive_watch_pause (WeirPassiveWatch *self)
{
  stop_asking (&self->logs);
  stop_asking (&self->traces);
  self->has_logs = self->has_traces = self->has_settings = FALSE;
  self->is_live = FALSE;
  g_clear_error (&self->error);
  weir_closer_look_set_available (self->closer, FALSE);
  weir_passive_model_lose (self->model);
}

/* --- the object --- */

static void
weir_passive_watch_dispose (GObject *object)
{
  WeirPassiveWatch *self = WEIR_PASSIVE_WATCH (object);
  char **ids[] = { &self->log_id, &self->settings_id };

  stop_asking (&self->logs);
  stop_asking (&self->traces);
  if (self->closer != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->closer, self);
      weir_closer_look_dispose_now (self->closer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      if (*ids[i] != NULL) /* it is called with us */
        weir_worker_unregister_function (self->worker, *ids[i]);
      g_clear_pointer (ids[i], g_free);
    }
  g_clear_object (&self->closer);
  g_clear_pointer (&self->model, weir_passive_model_free);
  G_OBJECT_CLASS (weir_passive_watch_parent_class)->dispose (object);
}

static void
weir_passive_watch_finalize (GObject *object)
{
  WeirPassiveWatch *self = WEIR_PASSIVE_WATCH (object);

  g_clear_object (&self->worker);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (weir_passive_watch_parent_class)->finalize (object);
}

static void
weir_passive_watch_class_init (WeirPassiveWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_passive_watch_dispose;
  object_class->finalize = weir_passive_watch_finalize;
  signals[NEWS] =
      g_signal_new ("news", WEIR_TYPE_PASSIVE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_passive_watch_init (WeirPassiveWatch *self)
{
}

WeirPassiveWatch *
weir_passive_watch_new (WeirWorker *worker, WeirRows *rows, const char *folder)
{
  WeirPassiveWatch *self = g_object_new (WEIR_TYPE_PASSIVE_WATCH, NULL);

  self->worker = g_object_ref (worker);
  self->model = weir_passive_model_new (rows);
  self->closer = weir_closer_look_new (worker, folder);
  g_signal_connect_swapped (self->closer, "notify::state", G_CALLBACK (closer_cb), self);
  return self;
}

gboolean
weir_passive_watch_is_live (WeirPassiveWatch *self)
{
  return self->is_live;
}

const GError *
weir_passive_watch_get_error (WeirPassiveWatch *self)
{
  return self->error;
}

WeirPassiveModel *
weir_passive_watch_get_model (WeirPassiveWatch *self)
{
  return self->model;
}

WeirCloserLook *
weir_passive_watch_get_closer_look (WeirPassiveWatch *self)
{
  return self->closer;
}
