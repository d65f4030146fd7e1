/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-point-watch.h"

#include "weir-feed-link.h"

#define INTERVAL_MS         250
#define DESCRIBE_TIMEOUT_MS (10 * 1000)
#define PROTOCOL            1 /* of the weir:: functions */

#define FIRST_RETRY_US (1 * G_USEC_PER_SEC)
#define LAST_RETRY_US  (30 * G_USEC_PER_SEC)

/* A feed that lasted this long was a good one: the next failure is a first one again. */
#define GOOD_US (30 * G_USEC_PER_SEC)

struct _WeirPointWatch
{
  GObject parent_instance;

  WeirWorker *worker;
  char *prefix;
  char *token;
  WeirPointModel *model;
  WeirRecentIds *own_ids;

  WeirRights rights;
  gboolean is_relay;
  char *listen;
  char *upstream;
  gint64 watch_id;          /* 0: there is no feed */
  GCancellable *describing; /* NULL: not at it */
  WeirFeedLink *link;
  gint64 live_us; /* since when */
  gint64 retry_at_us;
  gint64 retry_us; /* how long the next wait is */
  GError *error;
};

enum
{
  DESCRIBED,
  CHANGED,
  NEWS,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirPointWatch, weir_point_watch, G_TYPE_OBJECT)

static void
abandon (WeirPointWatch *self)
{
  if (self->describing != NULL)
    g_cancellable_cancel (self->describing);
  g_clear_object (&self->describing);
  if (self->link != NULL)
    weir_feed_link_close (self->link);
  g_clear_object (&self->link);
  self->watch_id = 0;
}

static void
weir_point_watch_dispose (GObject *object)
{
  WeirPointWatch *self = WEIR_POINT_WATCH (object);

  abandon (self);
  g_clear_pointer (&self->model, weir_point_model_free);
  G_OBJECT_CLASS (weir_point_watch_parent_class)->dispose (object);
}

static void
weir_point_watch_finalize (GObject *object)
{
  WeirPointWatch *self = WEIR_POINT_WATCH (object);

  g_clear_object (&self->worker);
  g_clear_pointer (&self->own_ids, weir_recent_ids_unref);
  g_clear_error (&self->error);
  g_free (self->prefix);
  g_free (self->token);
  g_free (self->listen);
  g_free (self->upstream);
  G_OBJECT_CLASS (weir_point_watch_parent_class)->finalize (object);
}

static void
weir_point_watch_class_init (WeirPointWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_point_watch_dispose;
  object_class->finalize = weir_point_watch_finalize;

  signals[DESCRIBED] =
      g_signal_new ("described", WEIR_TYPE_POINT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_POINT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NEWS] = g_signal_new ("news", WEIR_TYPE_POINT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_point_watch_init (WeirPointWatch *self)
{
  self->retry_us = FIRST_RETRY_US;
}

WeirPointWatch *
weir_point_watch_new (WeirWorker *worker, const char *prefix, const char *token, WeirPointModel *model,
                      WeirRecentIds *own_ids)
{
  WeirPointWatch *self = g_object_new (WEIR_TYPE_POINT_WATCH, NULL);

  self->worker = g_object_ref (worker);
  self->prefix = g_strdup (prefix);
  self->token = g_strdup (token);
  self->model = model;
  self->own_ids = weir_recent_ids_ref (own_ids);
  return self;
}

/* --- failing --- */

static void
fail (WeirPointWatch *self, const GError *error)
{
  gint64 now_us = g_get_monotonic_time ();

  abandon (self);
  if (self->live_us != 0 && now_us - self->live_us >= GOOD_US)
    self->retry_us = FIRST_RETRY_US;
  self->live_us = 0;
  self->retry_at_us = now_us + self->retry_us;
  self->retry_us = MIN (self->retry_us * 2, LAST_RETRY_US);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  weir_point_model_lose (self->model);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- the feed --- */

static gboolean
message_cb (WeirFeedLink *link, gboolean is_text, const guint8 *data, gsize len, gpointer user_data, GError **error)
{
  g_autoptr (WeirPointWatch) self = g_object_ref (user_data); /* who listens may drop it */
  gboolean was_live = weir_point_watch_is_live (self);

  if (!is_text)
    {
      g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s: a message of its feed is not text",
                   weir_point_model_get_name (self->model));
      return FALSE;
    }
  if (!weir_point_model_take (self->model, (const char *) data, len, g_get_monotonic_time (), error))
    return FALSE;

  if (!was_live && weir_point_watch_is_live (self))
    {
      self->live_us = g_get_monotonic_time ();
      g_clear_error (&self->error);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  g_signal_emit (self, signals[NEWS], 0);
  return TRUE;
}

static void
ended_cb (WeirFeedLink *link, const GError *error, gpointer user_data)
{
  g_autoptr (WeirPointWatch) self = g_object_ref (user_data);
  g_autoptr (GError) ended = NULL;

  if (error == NULL)
    ended = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "%s has ended its feed",
                         weir_point_model_get_name (self->model));
  fail (self, error != NULL ? error : ended);
}

static void
opened_cb (WeirFeedLink *link, JsonObject *answer, gpointer user_data)
{
  WeirPointWatch *self = user_data;

  self->watch_id = json_object_get_int_member_with_default (answer, "watch_id", 0);
}

static const WeirFeedLinkEvents link_events = { .opened = opened_cb, .message = message_cb, .ended = ended_cb };

static void
open_feed (WeirPointWatch *self)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_int_member (arguments, "interval_ms", INTERVAL_MS);
  self->link = weir_feed_link_new (self->worker, self->prefix, "watch", arguments, self->token, self->own_ids,
                                   &link_events, self);
}

/* --- what it is --- */

static gboolean
has_permit (JsonObject *description, const char *permit)
{
  JsonNode *node = json_object_get_member (description, "permits");
  JsonArray *permits = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; permits != NULL && i < json_array_get_length (permits); i++)
    {
      JsonNode *element = json_array_get_element (permits, i);

      if (json_node_get_value_type (element) == G_TYPE_STRING && g_str_equal (json_node_get_string (element), permit))
        return TRUE;
    }
  return FALSE;
}

static WeirRights
get_rights (JsonObject *description)
{
  static const char *const names[] = { "see", "read", "reveal", "interfere" };
  WeirRights rights = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (has_permit (description, names[i]))
      rights |= WEIR_RIGHT_SEE << i;
  return rights;
}

static gboolean
check_description (WeirPointWatch *self, JsonNode *answer, GError **error)
{
  JsonObject *description = JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  const char *name = weir_point_model_get_name (self->model);
  gint64 protocol = description != NULL ? json_object_get_int_member_with_default (description, "protocol", 0) : 0;

  if (protocol == 0)
    g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s does not say which protocol it speaks", name);
  else if (protocol != PROTOCOL)
    g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED,
                 "%s speaks protocol %" G_GINT64_FORMAT ", this program speaks %d: one of them is older", name,
                 protocol, PROTOCOL);
  else if (!has_permit (description, "see"))
    g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_WANTS_TOKEN, "%s does not permit its channels to be seen",
                 name);
  else
    return TRUE;
  return FALSE;
}

static char *
dup_string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node) : NULL;
}

static void
take_description (WeirPointWatch *self, JsonObject *description)
{
  g_autofree char *mode = dup_string_member (description, "mode");
  gint64 now_ms = json_object_get_int_member_with_default (description, "now_ms", 0);

  self->rights = get_rights (description);
  self->is_relay = g_strcmp0 (mode, "relay") == 0;
  g_free (self->listen);
  self->listen = dup_string_member (description, "listen");
  g_free (self->upstream);
  self->upstream = dup_string_member (description, "upstream");
  if (now_ms > 0)
    weir_point_model_learn_time (self->model, now_ms, g_get_monotonic_time ());
  g_signal_emit (self, signals[DESCRIBED], 0);
}

static void
described_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirPointWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->describing || self->describing == NULL)
    return; /* abandoned */

  g_clear_object (&self->describing);
  if (answer == NULL)
    {
      g_autoptr (GError) wrapped = weir_feed_link_wrap_error (self->prefix, "describe", error);

      fail (self, wrapped);
    }
  else if (!check_description (self, answer, &error))
    {
      fail (self, error);
    }
  else
    {
      take_description (self, json_node_get_object (answer));
      open_feed (self);
    }
}

void
weir_point_watch_start (WeirPointWatch *self)
{
  g_autofree char *function_id = g_strconcat (self->prefix, "::describe", NULL);
  JsonObject *arguments;
  g_autoptr (JsonNode) payload = NULL;

  if (self->describing != NULL || self->link != NULL)
    return;

  self->retry_at_us = 0;
  weir_point_model_set_worker (self->model, weir_worker_get_id (self->worker), weir_worker_get_name (self->worker));
  self->describing = g_cancellable_new ();
  arguments = json_object_new ();
  if (self->token != NULL)
    json_object_set_string_member (arguments, "token", self->token);
  payload = json_node_init_object (json_node_alloc (), arguments);
  json_object_unref (arguments);
  weir_worker_trigger_async (self->worker, function_id, payload, DESCRIBE_TIMEOUT_MS, self->describing, described_cb,
                             g_object_ref (self));
}

void
weir_point_watch_set_token (WeirPointWatch *self, const char *token)
{
  gboolean is_trying = self->describing != NULL || self->link != NULL;

  if (g_strcmp0 (self->token, token) == 0)
    return;

  g_free (self->token);
  self->token = g_strdup (token);
  if (!is_trying)
    return;
  weir_point_watch_pause (self);
  weir_point_watch_start (self);
}

void
weir_point_watch_pause (WeirPointWatch *self)
{
  abandon (self);
  self->live_us = 0;
  self->retry_at_us = 0;
  self->retry_us = FIRST_RETRY_US;
  weir_point_model_lose (self->model);
}

void
weir_point_watch_tick (WeirPointWatch *self, gint64 now_us)
{
  if (self->link != NULL)
    weir_feed_link_tick (self->link, now_us);
  if (self->retry_at_us != 0 && now_us >= self->retry_at_us)
    weir_point_watch_start (self);
}

const char *
weir_point_watch_get_prefix (WeirPointWatch *self)
{
  return self->prefix;
}

const char *
weir_point_watch_get_token (WeirPointWatch *self)
{
  return self->token;
}

WeirRights
weir_point_watch_get_rights (WeirPointWatch *self)
{
  return self->rights;
}

gint64
weir_point_watch_get_id (WeirPointWatch *self)
{
  return self->watch_id;
}

gboolean
weir_point_watch_is_engine (WeirPointWatch *self)
{
  return !self->is_relay;
}

const char *
weir_point_watch_get_listen (WeirPointWatch *self)
{
  return self->listen;
}

const char *
weir_point_watch_get_upstream (WeirPointWatch *self)
{
  return self->upstream;
}

WeirPointModel *
weir_point_watch_get_model (WeirPointWatch *self)
{
  return self->model;
}

gboolean
weir_point_watch_is_live (WeirPointWatch *self)
{
  return weir_point_model_is_live (self->model);
}

gint64
weir_point_watch_get_retry_at_us (WeirPointWatch *self)
{
  return self->retry_at_us;
}

const GError *
weir_point_watch_get_error (WeirPointWatch *self)
{
  return self->error;
}
