/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-own-relay.h"

#define ANSWER_TIMEOUT_MS 1000

struct _WeirOwnRelay
{
  GObject parent_instance;

  WeirObserver *observer; /* a reference: a start that is awaited may keep us for longer than our connection */
  WeirLocalServer *server;
  gboolean is_starting;
  gboolean has_passed;
  GError *error;
  char *lost;     /* (nullable): why it ended by itself … */
  char *lost_url; /* … and what workers have as III_URL, masked */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirOwnRelay, weir_own_relay, G_TYPE_OBJECT)

static void
weir_own_relay_changed (WeirOwnRelay *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what passes it --- */

/* (nullable): what it sees of @channel; NULL: that does not pass it. */
static const WeirChannelInfo *
find_seen (WeirOwnRelay *self, WeirChannel *channel)
{
  const char *point = weir_local_server_get_point_name (self->server);
  WeirChannelPlane plane;

  for (guint i = 0; i < weir_channel_get_n_planes (channel); i++)
    {
      weir_channel_get_plane (channel, i, &plane);
      if (g_strcmp0 (plane.name, point) == 0)
        return plane.info;
    }
  return NULL;
}

/* Until the first is seen. */
static void
updated_cb (WeirOwnRelay *self)
{
  GListModel *channels = weir_observer_get_channels (self->observer);

  if (self->has_passed || weir_own_relay_get_url (self) == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (channels) && !self->has_passed; i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (channels, i);

      self->has_passed = find_seen (self, channel) != NULL;
    }
  if (self->has_passed)
    weir_own_relay_changed (self);
}

/* --- its life --- */

static void
failed_cb (WeirLocalServer *server, const char *message, WeirOwnRelay *self)
{
  g_free (self->lost);
  self->lost = g_strdup (message);
  g_free (self->lost_url);
  self->lost_url = weir_own_relay_dup_client_url (self, TRUE);
  weir_own_relay_stop (self);
}

void
weir_own_relay_forget_lost (WeirOwnRelay *self)
{
  g_clear_pointer (&self->lost, g_free);
  g_clear_pointer (&self->lost_url, g_free);
  weir_own_relay_changed (self);
}

static void
weir_own_relay_take (WeirOwnRelay *self, WeirLocalServer *server)
{
  self->has_passed = FALSE;
  g_clear_error (&self->error);
  g_clear_pointer (&self->lost, g_free);
  g_clear_pointer (&self->lost_url, g_free);
  g_set_object (&self->server, server);
  g_signal_connect_object (server, "failed", G_CALLBACK (failed_cb), self, 0);
}

/* We may do to its point what others may not. */
static void
weir_own_relay_use_token (WeirOwnRelay *self)
{
  const char *point = weir_local_server_get_point_name (self->server);

  if (point != NULL)
    weir_observer_set_point_token (self->observer, point, weir_local_server_get_point_token (self->server));
  weir_observer_retry_now (self->observer);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirOwnRelay) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *url = weir_local_server_start_finish (WEIR_LOCAL_SERVER (object), result, &error);

  if (self->server != WEIR_LOCAL_SERVER (object)) /* stopped meanwhile */
    return;
  self->is_starting = FALSE;
  if (url != NULL)
    {
      weir_own_relay_use_token (self);
    }
  else
    {
      g_clear_object (&self->server);
      self->error = g_steal_pointer (&error);
    }
  weir_own_relay_changed (self);
}

void
weir_own_relay_start (WeirOwnRelay *self, const char *token)
{
  g_autoptr (WeirLocalServer) server = NULL;

  if (self->server != NULL)
    return;
  server = weir_local_server_new_relay (weir_observer_get_url (self->observer), token);
  weir_own_relay_take (self, server);
  self->is_starting = TRUE;
  weir_local_server_start_async (server, TRUE, NULL, started_cb, g_object_ref (self));
  weir_own_relay_changed (self);
}

gboolean
weir_own_relay_adopt (WeirOwnRelay *self, WeirLocalServer *server)
{
  if (self->server != NULL)
    return FALSE;
  weir_own_relay_take (self, server);
  weir_own_relay_use_token (self);
  weir_own_relay_changed (self);
  return TRUE;
}

static void
weir_own_relay_drop (WeirOwnRelay *self, void (*end) (WeirLocalServer *server))
{
  g_autoptr (WeirLocalServer) server = g_steal_pointer (&self->server);

  if (server == NULL)
    return;
  self->is_starting = FALSE;
  g_signal_handlers_disconnect_by_data (server, self);
  end (server);
  weir_own_relay_changed (self);
}

void
weir_own_relay_stop (WeirOwnRelay *self)
{
  weir_own_relay_drop (self, weir_local_server_stop);
}

void
weir_own_relay_leave (WeirOwnRelay *self)
{
  weir_own_relay_drop (self, weir_local_server_leave);
}

/* --- what is said of it --- */

gboolean
weir_own_relay_is_starting (WeirOwnRelay *self)
{
  return self->is_starting;
}

const char *
weir_own_relay_get_url (WeirOwnRelay *self)
{
  return self->server != NULL && !self->is_starting ? weir_local_server_get_url (self->server) : NULL;
}

const GError *
weir_own_relay_get_error (WeirOwnRelay *self)
{
  return self->error;
}

char *
weir_own_relay_dup_client_url (WeirOwnRelay *self, gboolean is_masked)
{
  const char *url = weir_own_relay_get_url (self);
  g_autofree char *direct = weir_observer_dup_worker_url (self->observer, is_masked);
  const char *query = strchr (direct, '?');

  return url != NULL ? g_strconcat (url, query, NULL) : NULL;
}

const char *
weir_own_relay_get_lost (WeirOwnRelay *self, const char **url)
{
  *url = self->lost_url;
  return self->lost;
}

gboolean
weir_own_relay_has_passed (WeirOwnRelay *self)
{
  return self->has_passed;
}

/* --- who uses it --- */

static gboolean
is_open_here (const WeirChannelInfo *info)
{
  return info->writer.presence == WEIR_PRESENCE_HERE || info->reader.presence == WEIR_PRESENCE_HERE;
}

static guint
count_channels (WeirOwnRelay *self)
{
  GListModel *channels = weir_observer_get_channels (self->observer);
  guint n = 0;

  for (guint i = 0; self->server != NULL && i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (channels, i);
      const WeirChannelInfo *seen = find_seen (self, channel);

      if (seen != NULL && is_open_here (seen))
        n++;
    }
  return n;
}

/* Its functions: their ids may have a prefix that the engine's listener gave them. (nullable) */
static const char *
find_prefix (WeirOwnRelay *self)
{
  const char *name = self->server != NULL ? weir_local_server_get_point_name (self->server) : NULL;

  for (guint i = 0; i < weir_observer_get_n_points (self->observer); i++)
    {
      WeirPointInfo point = weir_observer_get_point (self->observer, i);

      if (g_strcmp0 (point.name, name) == 0 && point.state != WEIR_POINT_GONE)
        return point.prefix;
    }
  return NULL;
}

/* Anybody may have registered what has a prefix: our token is not for them. */
static JsonNode *
make_question (WeirOwnRelay *self, const char *prefix)
{
  JsonNode *payload = json_node_alloc ();
  g_autoptr (JsonObject) arguments = json_object_new ();

  if (g_str_has_prefix (prefix, "weir::"))
    json_object_set_string_member (arguments, "token", weir_local_server_get_point_token (self->server));
  json_node_init_object (payload, arguments);
  return payload;
}

static void
return_use (GTask *task, gint64 n_workers)
{
  WeirRelayUse *use = g_new (WeirRelayUse, 1);

  *use = (WeirRelayUse){ .is_known = n_workers >= 0,
                         .n_workers = (guint) CLAMP (n_workers, 0, G_MAXINT),
                         .n_channels = count_channels (g_task_get_source_object (task)) };
  g_task_return_pointer (task, use, g_free);
}

static void
described_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);
  gint64 n = -1;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    n = json_object_get_int_member_with_default (json_node_get_object (answer), "workers", -1);
  else if (error != NULL)
    g_info ("Nobody knows who uses the relay: %s", error->message);
  return_use (task, n);
}

void
weir_own_relay_get_use_async (WeirOwnRelay *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  const char *prefix = find_prefix (self);
  g_autofree char *function = g_strdup_printf ("%s::describe", prefix);
  g_autoptr (JsonNode) payload = NULL;

  g_task_set_source_tag (task, weir_own_relay_get_use_async);
  if (prefix == NULL)
    {
      return_use (task, -1);
      return;
    }
  payload = make_question (self, prefix);
  weir_worker_trigger_async (weir_observer_get_worker (self->observer), function, payload, ANSWER_TIMEOUT_MS, NULL,
                             described_cb, g_steal_pointer (&task));
}

WeirRelayUse
weir_own_relay_get_use_finish (WeirOwnRelay *self, GAsyncResult *result)
{
  g_autofree WeirRelayUse *use = g_task_propagate_pointer (G_TASK (result), NULL);

  return *use;
}

/* --- the type --- */

static void
weir_own_relay_dispose (GObject *object)
{
  WeirOwnRelay *self = WEIR_OWN_RELAY (object);

  g_clear_object (&self->server);
  g_clear_object (&self->observer);
  G_OBJECT_CLASS (weir_own_relay_parent_class)->dispose (object);
}

static void
weir_own_relay_finalize (GObject *object)
{
  WeirOwnRelay *self = WEIR_OWN_RELAY (object);

  g_clear_error (&self->error);
  g_free (self->lost);
  g_free (self->lost_url);
  G_OBJECT_CLASS (weir_own_relay_parent_class)->finalize (object);
}

static void
weir_own_relay_class_init (WeirOwnRelayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_own_relay_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_own_relay_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_OWN_RELAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_own_relay_init (WeirOwnRelay *self)
{
}

WeirOwnRelay *
weir_own_relay_new (WeirObserver *observer)
{
  WeirOwnRelay *self = g_object_new (WEIR_TYPE_OWN_RELAY, NULL);

  self->observer = g_object_ref (observer);
  g_signal_connect_object (observer, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED);
  return self;
}
