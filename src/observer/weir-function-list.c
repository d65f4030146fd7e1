/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-list.h"

#include <string.h>

#include "weir-clock.h"

#define ASK_TIMEOUT_MS (10 * 1000)

/* More than this is not believed. */
#define MAX_FUNCTIONS 100000

/* What one turn of the main loop reads of a list of functions; looked at each so many functions. */
#define TURN_US   (4 * 1000)
#define LOOK_EACH 64

/* A list of functions that is being read. */
typedef struct
{
  GBytes *answer;
  WeirJsonIter iter;
  GPtrArray *functions; /* so far */
  GHashTable *seen;     /* their ids, borrowed */
} Reading;

struct _WeirFunctionList
{
  GObject parent_instance;

  WeirWorker *worker;
  GPtrArray *functions; /* sorted */
  GHashTable *by_id;    /* borrowed from there */
  GPtrArray *peers;     /* as the engine lists them */
  gboolean is_loaded;
  Reading *reading;           /* nullable */
  guint reading_source;       /* 0: it is not read from a turn of its own */
  GBytes *next;               /* nullable: came meanwhile */
  GCancellable *asking_peers; /* nullable */
  gboolean wants_peers;       /* asked for again while they are */
  GCancellable *looking;      /* at functions and workers, as long as the connection is there */
};

/* What somebody looks at. */
typedef struct
{
  WeirFunctionList *list;
  GObject *item;
} Look;

enum
{
  PROP_IS_LOADED = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  TAKEN,
  PEERS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_FUNCTION;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_FUNCTION_LIST (model)->functions->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirFunctionList *self = WEIR_FUNCTION_LIST (model);

  return position < self->functions->len ? g_object_ref (self->functions->pdata[position]) : NULL;
}

static void
weir_function_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirFunctionList, weir_function_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_function_list_model_init))

static WeirSpan
span_of (GBytes *bytes)
{
  return (WeirSpan){ g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) };
}

/* The array of that name in an answer; absent: there is none. */
static WeirSpan
array_of (GBytes *answer, const char *name)
{
  WeirSpan object = span_of (answer);
  WeirSpan array =
      weir_json_type (object) == WEIR_JSON_OBJECT ? weir_json_member (object, name) : (WeirSpan){ NULL, 0 };

  return weir_json_type (array) == WEIR_JSON_ARRAY ? array : (WeirSpan){ NULL, 0 };
}

static GString *
write_argument (const char *name, const char *value)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"%s\":", name);
  weir_json_append_string (text, value, -1);
  g_string_append_c (text, '}');
  return text;
}

static void
ask (WeirFunctionList *self, const char *function_id, GString *payload, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer user_data)
{
  weir_worker_trigger_text_async (self->worker, function_id, (WeirSpan){ payload->str, payload->len }, ASK_TIMEOUT_MS,
                                  cancellable, callback, user_data);
  g_string_free (payload, TRUE);
}

/* --- functions --- */

/* Numbers in names as numbers: f2 stands before f10. */
static int
compare (gconstpointer a, gconstpointer b)
{
  WeirFunction *left = *(WeirFunction *const *) a;
  WeirFunction *right = *(WeirFunction *const *) b;
  const char *left_name = weir_function_get_worker_name (left), *right_name = weir_function_get_worker_name (right);

  return g_str_equal (left_name, right_name) ? strverscmp (weir_function_get_id (left), weir_function_get_id (right))
                                             : strverscmp (left_name, right_name);
}

/* Those that were there before are the same objects, unless their worker has got another name: they stand elsewhere in
 * the list then, and below another heading. */
static void
read_function (WeirFunctionList *self, WeirSpan value)
{
  Reading *reading = self->reading;
  g_autoptr (WeirFunction) read = weir_function_new (value);
  WeirFunction *known = read != NULL ? g_hash_table_lookup (self->by_id, weir_function_get_id (read)) : NULL;

  if (read == NULL || g_hash_table_contains (reading->seen, weir_function_get_id (read)))
    return;
  if (known != NULL && !g_str_equal (weir_function_get_worker_name (known), weir_function_get_worker_name (read)))
    known = NULL;
  if (known != NULL)
    weir_function_update (known, read);
  g_ptr_array_add (reading->functions, g_object_ref (known != NULL ? known : read));
  g_hash_table_add (reading->seen,
                    (gpointer) weir_function_get_id (reading->functions->pdata[reading->functions->len - 1]));
}

/* Says what is different between the two, at their ends. */
static void
replace_functions (WeirFunctionList *self, GPtrArray *functions)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->functions);
  guint shorter = MIN (before->len, functions->len);
  guint start = 0, end = 0;

  while (start < shorter && before->pdata[start] == functions->pdata[start])
    start++;
  while (end < shorter - start && before->pdata[before->len - 1 - end] == functions->pdata[functions->len - 1 - end])
    end++;

  self->functions = functions;
  g_hash_table_remove_all (self->by_id);
  for (guint i = 0; i < functions->len; i++)
    g_hash_table_insert (self->by_id, (gpointer) weir_function_get_id (functions->pdata[i]), functions->pdata[i]);
  if (before->len - start - end > 0 || functions->len - start - end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, before->len - start - end, functions->len - start - end);
}

/* --- workers --- */

static void refresh_peers (WeirFunctionList *self);

static GHashTable *
index_peers (GPtrArray *peers)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < peers->len; i++)
    g_hash_table_insert (by_id, (gpointer) weir_peer_get_id (peers->pdata[i]), peers->pdata[i]);
  return by_id;
}

static void
take_peers (WeirFunctionList *self, WeirSpan array)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->peers);
  g_autoptr (GHashTable) known_by_id = index_peers (before);
  WeirJsonIter iter;
  WeirSpan key, value;

  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  weir_json_iter_init (&iter, array);
  while (self->peers->len < MAX_FUNCTIONS && weir_json_iter_next (&iter, &key, &value))
    {
      g_autoptr (WeirPeer) read = weir_peer_new (value);
      WeirPeer *known = read != NULL ? g_hash_table_lookup (known_by_id, weir_peer_get_id (read)) : NULL;

      if (read == NULL)
        continue;
      if (known != NULL)
        weir_peer_update (known, value);
      g_ptr_array_add (self->peers, g_object_ref (known != NULL ? known : read));
    }
}

static void
peers_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirFunctionList) self = user_data;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, NULL);

  if (self->asking_peers == NULL || g_task_get_cancellable (G_TASK (result)) != self->asking_peers)
    return;
  g_clear_object (&self->asking_peers);
  if (answer != NULL) /* an engine that does not tell its workers has none that are known */
    {
      take_peers (self, array_of (answer, "workers"));
      g_signal_emit (self, signals[PEERS_CHANGED], 0);
    }
  if (self->wants_peers)
    refresh_peers (self);
}

static void
refresh_peers (WeirFunctionList *self)
{
  self->wants_peers = self->asking_peers != NULL;
  if (self->wants_peers)
    return;
  self->asking_peers = g_cancellable_new ();
  ask (self, "engine::workers::list", g_string_new ("{}"), self->asking_peers, peers_cb, g_object_ref (self));
}

/* --- reading: the functions of a large engine take longer than a turn may --- */

static void
reading_free (Reading *reading)
{
  g_bytes_unref (reading->answer);
  g_ptr_array_unref (reading->functions);
  g_hash_table_unref (reading->seen);
  g_free (reading);
}

static void
begin_reading (WeirFunctionList *self, GBytes *answer)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->answer = g_bytes_ref (answer);
  reading->functions = g_ptr_array_new_with_free_func (g_object_unref);
  reading->seen = g_hash_table_new (g_str_hash, g_str_equal);
  weir_json_iter_init (&reading->iter, array_of (answer, "functions"));
  self->reading = reading;
}

static void
stop_reading (WeirFunctionList *self)
{
  g_clear_handle_id (&self->reading_source, g_source_remove);
  g_clear_pointer (&self->reading, reading_free);
  g_clear_pointer (&self->next, g_bytes_unref);
}

static void
end_reading (WeirFunctionList *self)
{
  Reading *reading = g_steal_pointer (&self->reading);

  g_ptr_array_sort (reading->functions, compare);
  replace_functions (self, g_ptr_array_ref (reading->functions));
  reading_free (reading);
  if (!self->is_loaded)
    {
      self->is_loaded = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADED]);
    }
  refresh_peers (self);
  g_signal_emit (self, signals[TAKEN], 0);
}

/* Returns whether there is more. */
static gboolean
read_some (WeirFunctionList *self)
{
  gint64 until_us = g_get_monotonic_time () + TURN_US;
  WeirSpan key, value;

  for (guint n = 1; self->reading->functions->len < MAX_FUNCTIONS; n++)
    {
      if (!weir_json_iter_next (&self->reading->iter, &key, &value))
        break;
      read_function (self, value);
      if (n % LOOK_EACH == 0 && g_get_monotonic_time () >= until_us)
        return TRUE;
    }
  return FALSE;
}

static void
finish_reading (WeirFunctionList *self)
{
  g_autoptr (WeirFunctionList) held = g_object_ref (self); /* whoever hears of it may let it go */
  g_autoptr (GBytes) next = NULL;

  end_reading (self);
  next = g_steal_pointer (&self->next);
  if (next != NULL)
    weir_function_list_take (self, next);
}

static gboolean
read_cb (gpointer user_data)
{
  WeirFunctionList *self = user_data;

  if (read_some (self))
    return G_SOURCE_CONTINUE;
  self->reading_source = 0;
  finish_reading (self);
  return G_SOURCE_REMOVE;
}

gboolean
weir_function_list_take (WeirFunctionList *self, GBytes *answer)
{
  if (array_of (answer, "functions").text == NULL)
    return FALSE;
  if (self->reading != NULL)
    {
      g_clear_pointer (&self->next, g_bytes_unref);
      self->next = g_bytes_ref (answer);
      return TRUE;
    }
  begin_reading (self, answer);
  if (read_some (self))
    self->reading_source = g_idle_add (read_cb, self);
  else
    finish_reading (self);
  return TRUE;
}

GPtrArray *
weir_function_list_get_peers (WeirFunctionList *self)
{
  return self->peers;
}

WeirPeer *
weir_function_list_lookup_peer (WeirFunctionList *self, const char *name)
{
  for (guint i = 0; i < self->peers->len; i++)
    if (g_str_equal (weir_peer_get_name (self->peers->pdata[i]), name))
      return self->peers->pdata[i];
  return NULL;
}

guint
weir_function_list_count_peers (WeirFunctionList *self, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < self->peers->len; i++)
    n += g_str_equal (weir_peer_get_name (self->peers->pdata[i]), name);
  return n;
}

/* --- one of them --- */

static void
look_free (Look *look)
{
  g_object_unref (look->item);
  g_object_unref (look->list);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static Look *
look_new (WeirFunctionList *self, gpointer item)
{
  Look *look = g_new (Look, 1);

  look->list = g_object_ref (self);
  look->item = g_object_ref (item);
  return look;
}

static void
function_info_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);

  if (answer != NULL)
    weir_function_set_schemas (WEIR_FUNCTION (look->item), span_of (answer));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           weir_function_get_schemas_state (WEIR_FUNCTION (look->item)) != WEIR_SCHEMAS_KNOWN)
    weir_function_set_schemas (WEIR_FUNCTION (look->item), (WeirSpan){ NULL, 0 });
}

static void
worker_info_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, NULL);
  WeirSpan object_span = answer != NULL ? span_of (answer) : (WeirSpan){ NULL, 0 };
  WeirSpan worker = weir_json_type (object_span) == WEIR_JSON_OBJECT ? weir_json_member (object_span, "worker")
                                                                     : (WeirSpan){ NULL, 0 };
  g_autofree char *id =
      weir_json_type (worker) == WEIR_JSON_OBJECT ? weir_json_dup_string (weir_json_member (worker, "id")) : NULL;

  /* An engine may know several workers of that name: only this one's figures are its own. */
  if (id != NULL && g_strcmp0 (id, weir_peer_get_id (WEIR_PEER (look->item))) == 0)
    weir_peer_update (WEIR_PEER (look->item), worker);
}

void
weir_function_list_look (WeirFunctionList *self, WeirFunction *function)
{
  const char *name = weir_function_get_worker_name (function);
  WeirPeer *peer = weir_function_list_lookup_peer (self, name);

  weir_function_set_asked (function);
  ask (self, "engine::functions::info", write_argument ("function_id", weir_function_get_id (function)), self->looking,
       function_info_cb, look_new (self, function));
  if (peer != NULL)
    ask (self, "engine::workers::info", write_argument ("name", name), self->looking, worker_info_cb,
         look_new (self, peer));
}

void
weir_function_list_pause (WeirFunctionList *self)
{
  stop_reading (self);
  if (self->asking_peers != NULL)
    g_cancellable_cancel (self->asking_peers);
  g_clear_object (&self->asking_peers);
  self->wants_peers = FALSE;
  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  self->looking = g_cancellable_new ();
}

/* --- the type --- */

gboolean
weir_function_list_is_loaded (WeirFunctionList *self)
{
  return self->is_loaded;
}

WeirFunction *
weir_function_list_lookup (WeirFunctionList *self, const char *function_id)
{
  return g_hash_table_lookup (self->by_id, function_id);
}

static void
weir_function_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_IS_LOADED:
      g_value_set_boolean (value, WEIR_FUNCTION_LIST (object)->is_loaded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
weir_function_list_finalize (GObject *object)
{
  WeirFunctionList *self = WEIR_FUNCTION_LIST (object);

  stop_reading (self);
  g_object_unref (self->worker);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->functions);
  g_ptr_array_unref (self->peers);
  g_clear_object (&self->asking_peers);
  g_object_unref (self->looking);
  G_OBJECT_CLASS (weir_function_list_parent_class)->finalize (object);
}

gint64
weir_function_list_get_engine_started_ms (WeirFunctionList *self)
{
  gint64 started_ms = 0;

  for (guint i = 0; i < self->peers->len; i++)
    {
      gint64 at_ms = weir_peer_get_connected_at_ms (self->peers->pdata[i]);

      if (weir_peer_is_within_engine (self->peers->pdata[i]) && at_ms > 0 && at_ms <= WEIR_CLOCK_MAX_MS)
        started_ms = started_ms == 0 ? at_ms : MIN (started_ms, at_ms);
    }
  return started_ms;
}

static void
weir_function_list_class_init (WeirFunctionListClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = weir_function_list_get_property;
  G_OBJECT_CLASS (klass)->finalize = weir_function_list_finalize;
  properties[PROP_IS_LOADED] =
      g_param_spec_boolean ("is-loaded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES, properties);
  signals[TAKEN] =
      g_signal_new ("taken", WEIR_TYPE_FUNCTION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PEERS_CHANGED] =
      g_signal_new ("peers-changed", WEIR_TYPE_FUNCTION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_function_list_init (WeirFunctionList *self)
{
  self->functions = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  self->looking = g_cancellable_new ();
}

WeirFunctionList *
weir_function_list_new (WeirWorker *worker)
{
  WeirFunctionList *self = g_object_new (WEIR_TYPE_FUNCTION_LIST, NULL);

  self->worker = g_object_ref (worker);
  return self;
}
