/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-point.h"

#include <unistd.h>

#include "weir-interference.h"
#include "weir-request.h"
#include "weir-tap-feed.h"
#include "weir-secret.h"
#include "weir-watch-feed.h"

#define MAX_WATCHES     64
#define MAX_TAPS        256
#define DEFAULT_SNAPLEN (64 * 1024)

struct _WeirPoint
{
  GObject parent_instance;

  WeirWorker *worker;
  WeirRegistry *registry;
  const WeirPointHost *host;
  gpointer host_data;
  char *name;
  char *mode;
  char *listen;
  char *upstream;
  char *token;
  char *owner_token;
  WeirPermits permits;
  gint64 started_at_ms;

  GHashTable *watches; /* id → Watch */
  GHashTable *taps;    /* id → WeirTapFeed */
  guint last_id;
  WeirInterference *interference;

  gboolean is_stopping;
  WeirPointStoppedFunc stopped; /* nullable */
  gpointer stopped_data;
};

G_DEFINE_FINAL_TYPE (WeirPoint, weir_point, G_TYPE_OBJECT)

static const struct
{
  WeirPermits permit;
  const char *name;
} permits[] = {
  { WEIR_PERMIT_SEE, "see" },
  { WEIR_PERMIT_READ, "read" },
  { WEIR_PERMIT_REVEAL, "reveal" },
  { WEIR_PERMIT_INTERFERE, "interfere" },
};

/* One observer's watch, and what it has asked for with it. */
typedef struct
{
  WeirWatchFeed *feed;
  char *worker_id; /* whose it is; nullable */
  guint id;
  WeirInterference *interference; /* the point's */
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  weir_interference_forget_watch (watch->interference, watch->id);
  weir_watch_feed_free (watch->feed);
  g_free (watch->worker_id);
  g_free (watch);
}

/* As weir_request_…: answers the call with an error where it returns NULL. */
static const WeirChannelInfo *
get_any_channel (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const char *channel_id = weir_request_get_string (call, object, "channel_id");
  const WeirChannelInfo *info;

  if (channel_id == NULL)
    return NULL;
  info = weir_registry_lookup (self->registry, channel_id);
  if (info == NULL)
    weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL", "There is no such channel at this point");
  return info;
}

/* One that has not ended. */
static const WeirChannelInfo *
get_channel (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_any_channel (self, call, object);

  if (info == NULL || info->ended_by == WEIR_ENDED_NOT)
    return info;
  weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL", "That channel has ended");
  return NULL;
}

static const char *
get_permit_name (WeirPermits permit)
{
  for (guint i = 0; i < G_N_ELEMENTS (permits); i++)
    if (permits[i].permit == permit)
      return permits[i].name;
  return "";
}

static const char *
get_token (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "token");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static gboolean
is_owner (WeirPoint *self, JsonObject *object)
{
  return weir_secret_equal (self->owner_token, get_token (object));
}

/* Of this caller. Where none is demanded, a token that is not the owner's is as good as none: an observer gives the
 * same to every point. */
static WeirPermits
get_permits (WeirPoint *self, JsonObject *object)
{
  return is_owner (self, object) ? WEIR_PERMIT_ALL : self->permits;
}

static gboolean
is_allowed (WeirPoint *self, WeirInvocation *call, JsonObject *object, WeirPermits permit)
{
  WeirPermits permitted = get_permits (self, object);

  if (self->token != NULL && !is_owner (self, object) && !weir_secret_equal (self->token, get_token (object)))
    {
      weir_invocation_return_error (call, "WEIR_BAD_TOKEN",
                                    "“token” is missing or wrong: it is the one the server was started with");
      return FALSE;
    }
  if ((permitted & permit) == 0)
    {
      weir_invocation_return_error (
          call, "WEIR_NOT_PERMITTED", "This point was started without the right “%s”%s: see its option --permit",
          get_permit_name (permit), self->owner_token != NULL ? " for calls without its own token" : "");
      return FALSE;
    }
  return TRUE;
}

static void
return_id (WeirInvocation *call, JsonBuilder *builder, const char *name, guint id)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, id);
  json_builder_end_object (builder);
  weir_invocation_return (call, json_builder_get_root (builder));
}

/* --- describe --- */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value); /* NULL: null */
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_permits (WeirPermits permitted, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "permits");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (permits); i++)
    if (permitted & permits[i].permit)
      json_builder_add_string_value (builder, permits[i].name);
  json_builder_end_array (builder);
}

static void
add_limits (JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  add_int (builder, "watches", MAX_WATCHES);
  add_int (builder, "taps", MAX_TAPS);
  add_int (builder, "tap_bytes", WEIR_TAP_MAX_BYTES);
  add_int (builder, "tap_records", WEIR_TAP_MAX_RECORDS);
  json_builder_end_object (builder);
}

static void
describe (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_int (builder, "protocol", 1);
  add_string (builder, "version", WEIR_VERSION);
  add_string (builder, "mode", self->mode);
  add_string (builder, "listen", self->listen);
  add_string (builder, "upstream", self->upstream);
  add_string (builder, "hostname", g_get_host_name ());
  add_int (builder, "pid", getpid ());
  add_int (builder, "now_ms", weir_registry_to_wall_ms (self->registry, g_get_monotonic_time ()));
  add_int (builder, "started_at_ms", self->started_at_ms);
  if (self->host->count_workers != NULL)
    add_int (builder, "workers", self->host->count_workers (self->host_data));
  add_permits (get_permits (self, object), builder);
  add_limits (builder);
  json_builder_end_object (builder);

  weir_invocation_return (call, json_builder_get_root (builder));
}

/* --- watch --- */

static void
update_interval (WeirPoint *self)
{
  GHashTableIter iter;
  gpointer watch;
  guint fastest = 0;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    {
      guint interval_ms = weir_watch_feed_get_interval_ms (((Watch *) watch)->feed);

      fastest = fastest == 0 ? interval_ms : MIN (fastest, interval_ms);
    }
  self->host->set_interval (self->host_data, fastest);
}

static gboolean
is_value (gpointer key, gpointer value, gpointer wanted)
{
  return value == wanted;
}

/* Once, when the last feed has gone. */
static void
check_stopped (WeirPoint *self)
{
  WeirPointStoppedFunc stopped;

  if (self->stopped == NULL || g_hash_table_size (self->watches) > 0 || g_hash_table_size (self->taps) > 0)
    return;
  stopped = g_steal_pointer (&self->stopped);
  stopped (self->stopped_data);
}

static gboolean
has_feed (gpointer key, gpointer value, gpointer feed)
{
  return ((Watch *) value)->feed == feed;
}

static void
watch_gone_cb (WeirWatchFeed *feed, gpointer user_data)
{
  WeirPoint *self = user_data;

  g_hash_table_foreach_remove (self->watches, has_feed, feed);
  update_interval (self);
  check_stopped (self);
}

/* (transfer full) (nullable): that was refused. A stock engine's log tells of these channels as of any other. */
static WeirChannelWriter *
get_feed_writer (WeirPoint *self, WeirInvocation *call)
{
  WeirChannelWriter *writer = weir_request_get_writer (call);

  if (writer != NULL && self->upstream != NULL)
    weir_registry_note_feed (self->registry, weir_channel_writer_get_ref (writer)->channel_id);
  return writer;
}

static void
watch (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  gint64 interval_ms = WEIR_WATCH_FEED_DEFAULT_INTERVAL_MS;
  WeirChannelWriter *writer;
  Watch *added;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!weir_request_get_int (call, object, "interval_ms", WEIR_WATCH_FEED_MIN_INTERVAL_MS,
                             WEIR_WATCH_FEED_MAX_INTERVAL_MS, &interval_ms))
    return;
  if (g_hash_table_size (self->watches) >= MAX_WATCHES)
    {
      weir_invocation_return_error (call, "WEIR_LIMIT", "This point serves at most %d watches at once", MAX_WATCHES);
      return;
    }
  writer = get_feed_writer (self, call);
  if (writer == NULL)
    return;

  added = g_new0 (Watch, 1);
  added->id = ++self->last_id;
  added->worker_id = g_strdup (weir_invocation_get_caller (call));
  added->interference = self->interference;
  added->feed = weir_watch_feed_new (self->registry, writer, interval_ms, watch_gone_cb, self);
  g_hash_table_insert (self->watches, GUINT_TO_POINTER (self->last_id), added);
  update_interval (self);
  return_id (call, builder, "watch_id", self->last_id);
}

/* --- tap --- */

static void
tap_feed_free (gpointer data)
{
  weir_tap_feed_free (data);
}

static void
let_go (WeirPoint *self, WeirTapFeed *feed)
{
  guint32 n = weir_tap_feed_get_n (feed);
  WeirChannelDoor *door = self->host->get_door (self->host_data, n);

  if (door != NULL)
    weir_channel_door_remove_tap (door, n, weir_tap_feed_get_tap (feed));
}

static void
remove_tap (WeirPoint *self, WeirTapFeed *feed)
{
  let_go (self, feed);
  g_hash_table_foreach_remove (self->taps, is_value, feed);
}

static void
tap_done_cb (WeirTapFeed *feed, gpointer user_data)
{
  remove_tap (user_data, feed);
  check_stopped (user_data);
}

/* As the tap numbers them: where the writer is elsewhere they are those that went to the reader. */
static guint64
get_n_messages (const WeirTotals *totals)
{
  return MAX (totals->written_messages + totals->injected_messages, totals->sent_messages);
}

static void
tap (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  gint64 snaplen = DEFAULT_SNAPLEN;
  gboolean history;
  WeirTapKinds kinds;
  const WeirChannelInfo *info;
  WeirChannelWriter *writer;
  WeirTapFeed *feed;
  WeirChannelDoor *door;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!weir_request_get_int (call, object, "snaplen", 0, G_MAXUINT32, &snaplen) ||
      !weir_request_get_kinds (call, object, &kinds) || !weir_request_get_history (call, object, &history))
    return;
  info = history ? get_any_channel (self, call, object) : get_channel (self, call, object);
  if (info == NULL)
    return;
  if (info->internal)
    {
      weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL",
                                    "That channel carries a feed of Weir's own, which is not tapped");
      return;
    }
  if (g_hash_table_size (self->taps) >= MAX_TAPS)
    {
      weir_invocation_return_error (call, "WEIR_LIMIT", "This point serves at most %d taps at once", MAX_TAPS);
      return;
    }
  writer = get_feed_writer (self, call);
  if (writer == NULL)
    return;

  feed = weir_tap_feed_new (weir_invocation_get_caller (call), info->n, snaplen, kinds, writer, tap_done_cb, self);
  g_hash_table_insert (self->taps, GUINT_TO_POINTER (++self->last_id), feed);
  door = self->host->get_door (self->host_data, info->n);
  if (door != NULL)
    weir_channel_door_add_tap (door, info->n, weir_tap_feed_get_tap (feed), history);

  json_builder_begin_object (builder);
  add_int (builder, "tap_id", self->last_id);
  add_int (builder, "next_seq", get_n_messages (&info->totals) + 1);
  json_builder_end_object (builder);
  weir_invocation_return (call, json_builder_get_root (builder));
}

static void
ended_cb (WeirRegistry *registry, guint n, WeirPoint *self)
{
  g_autoptr (GList) feeds = g_hash_table_get_values (self->taps); /* finishing may remove one */

  for (GList *at = feeds; at != NULL; at = at->next)
    if (weir_tap_feed_get_n (at->data) == n)
      weir_tap_feed_finish (at->data);
}

static void
internal_cb (WeirRegistry *registry, guint n, WeirPoint *self)
{
  WeirChannelDoor *door = self->host->get_door (self->host_data, n);

  if (door != NULL)
    weir_channel_door_set_internal (door, n);
}

/* --- stop, reveal --- */

static void
return_nothing (WeirInvocation *call)
{
  JsonNode *empty = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (empty, json_object_new ());
  weir_invocation_return (call, empty);
}

static gboolean
is_caller (WeirInvocation *call, const char *worker_id)
{
  return g_strcmp0 (worker_id, weir_invocation_get_caller (call)) == 0;
}

/* What an observer sees is ended by that observer alone. */
static void
stop (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  gint64 watch_id = 0, tap_id = 0;
  WeirTapFeed *feed;
  Watch *found;

  if (!weir_request_get_int (call, object, "watch_id", 1, G_MAXINT32, &watch_id) ||
      !weir_request_get_int (call, object, "tap_id", 1, G_MAXINT32, &tap_id))
    return;
  if ((watch_id == 0) == (tap_id == 0))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "Either “watch_id” or “tap_id” must be given");
      return;
    }

  /* What is gone already has been stopped. */
  feed = g_hash_table_lookup (self->taps, GUINT_TO_POINTER (tap_id));
  found = g_hash_table_lookup (self->watches, GUINT_TO_POINTER (watch_id));
  if ((feed != NULL && !is_caller (call, weir_tap_feed_get_worker_id (feed))) ||
      (found != NULL && !is_caller (call, found->worker_id)))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST",
                                    "“%s” must be one of the caller's: another observer has it",
                                    feed != NULL ? "tap_id" : "watch_id");
      return;
    }
  if (feed != NULL)
    remove_tap (self, feed);
  if (g_hash_table_remove (self->watches, GUINT_TO_POINTER (watch_id)))
    update_interval (self);
  return_nothing (call);
}

static void
reveal (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_channel (self, call, object);
  const char *word = info != NULL ? weir_request_get_string (call, object, "direction") : NULL;
  g_autofree char *key = NULL;
  g_autoptr (WeirRef) ref = NULL;
  g_autoptr (JsonObject) answer = NULL;
  WeirDirection direction;

  if (word == NULL)
    return;
  if (!weir_direction_from_string (word, &direction))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“direction” must be “read” or “write”");
      return;
    }
  key = self->host->dup_access_key (self->host_data, info->channel_id);
  if (key == NULL)
    {
      weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL", "This point does not know that channel's key");
      return;
    }

  ref = weir_ref_new (info->channel_id, key, direction);
  answer = json_object_new ();
  json_object_set_member (answer, "ref", weir_ref_to_json (ref));
  weir_invocation_return (call, json_node_init_object (json_node_alloc (), answer));
}

/* --- inject, shape, close --- */

/* As get_channel (): one that may be interfered with. */
static const WeirChannelInfo *
get_shown_channel (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_channel (self, call, object);

  if (info == NULL || !info->internal)
    return info;
  weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL",
                                "That channel carries a feed of Weir's own, which is left alone");
  return NULL;
}

static void
inject (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_shown_channel (self, call, object);

  if (info != NULL)
    weir_interference_inject (self->interference, call, info, object);
}

/* Nobody hangs a shape on the watch of another. */
static gboolean
is_own_watch (WeirPoint *self, WeirInvocation *call, gint64 watch_id)
{
  const Watch *found = g_hash_table_lookup (self->watches, GUINT_TO_POINTER (watch_id));

  if (found != NULL && is_caller (call, found->worker_id))
    return TRUE;
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST",
                                "“watch_id” must be a watch of the caller's: the shape lasts as long as it does");
  return FALSE;
}

static void
shape (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_shown_channel (self, call, object);
  gint64 watch_id = 0;

  if (info != NULL && weir_request_get_int (call, object, "watch_id", 1, G_MAXINT32, &watch_id) &&
      is_own_watch (self, call, watch_id))
    weir_interference_shape (self->interference, call, info, object, watch_id);
}

static void
close_end (WeirPoint *self, WeirInvocation *call, JsonObject *object)
{
  const WeirChannelInfo *info = get_shown_channel (self, call, object);

  if (info != NULL)
    weir_interference_close (self->interference, call, info, object);
}

/* --- the functions --- */

typedef struct
{
  const char *verb;
  const char *description;
  WeirPermits permit;
  void (*run) (WeirPoint *self, WeirInvocation *call, JsonObject *object);
} Verb;

static const Verb verbs[] = {
  { "describe", "What this point is, and what it permits", WEIR_PERMIT_SEE, describe },
  { "watch", "Tells of all channels through the writer that it is handed", WEIR_PERMIT_SEE, watch },
  { "tap", "Copies a channel's messages into the writer that it is handed", WEIR_PERMIT_READ, tap },
  { "stop", "Ends a watch or a tap", WEIR_PERMIT_SEE, stop },
  { "reveal", "A channel's ref, with its access key", WEIR_PERMIT_REVEAL, reveal },
  { "inject", "Puts one more message into a live channel", WEIR_PERMIT_INTERFERE, inject },
  { "shape", "Holds or slows a live channel, as long as the watch lasts", WEIR_PERMIT_INTERFERE, shape },
  { "close", "Closes one end of a live channel", WEIR_PERMIT_INTERFERE, close_end },
};

static const Verb *
find_verb (const char *function_id)
{
  const char *word = g_strrstr (function_id, "::");

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (word != NULL && g_str_equal (word + 2, verbs[i].verb))
      return &verbs[i];
  return NULL;
}

static void
call_cb (WeirInvocation *call, gpointer user_data)
{
  WeirPoint *self = user_data;
  const Verb *verb = find_verb (weir_invocation_get_function_id (call));
  JsonObject *object;

  g_return_if_fail (verb != NULL); /* only these were registered */

  if (self->is_stopping)
    weir_invocation_return_error (call, "invocation_stopped", "This point is being stopped");
  else if (weir_request_get_object (call, &object) && is_allowed (self, call, object, verb->permit))
    verb->run (self, call, object);
}

static void
register_functions (WeirPoint *self)
{
  g_autoptr (JsonNode) metadata = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (metadata, json_object_new ());
  json_object_set_boolean_member (json_node_get_object (metadata), "internal", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *id = g_strdup_printf ("weir::%s::%s", self->name, verbs[i].verb);

      weir_worker_register_function (self->worker, id, verbs[i].description, metadata, call_cb, self, NULL);
    }
}

static void
unregister_functions (WeirPoint *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *id = g_strdup_printf ("weir::%s::%s", self->name, verbs[i].verb);

      weir_worker_unregister_function (self->worker, id);
    }
}

/* --- GObject --- */

/* `[a-z0-9-]+`, as an id of a point must be. */
static char *
sanitise (const char *name)
{
  char *clean = g_ascii_strdown (name, -1);

  for (char *c = clean; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      *c = '-';
  return clean;
}

static char *
default_name (const char *mode)
{
  g_autofree char *host = sanitise (g_get_host_name ());

  return g_strdup_printf ("weir-%s-%.40s-%04x", mode, host, g_random_int () & 0xffff);
}

static void
drop_feeds (WeirPoint *self)
{
  g_autoptr (GList) feeds = g_hash_table_get_values (self->taps);

  for (GList *at = feeds; at != NULL; at = at->next)
    remove_tap (self, at->data);
  g_hash_table_remove_all (self->watches);
  update_interval (self);
}

static void
weir_point_dispose (GObject *object)
{
  WeirPoint *self = WEIR_POINT (object);

  if (self->worker != NULL)
    {
      drop_feeds (self);
      g_clear_pointer (&self->interference, weir_interference_free);
      unregister_functions (self);
      g_signal_handlers_disconnect_by_data (self->registry, self);
    }
  g_clear_object (&self->worker);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (weir_point_parent_class)->dispose (object);
}

static void
weir_point_finalize (GObject *object)
{
  WeirPoint *self = WEIR_POINT (object);

  g_hash_table_unref (self->watches);
  g_hash_table_unref (self->taps);
  g_free (self->name);
  g_free (self->mode);
  g_free (self->listen);
  g_free (self->upstream);
  g_free (self->token);
  g_free (self->owner_token);

  G_OBJECT_CLASS (weir_point_parent_class)->finalize (object);
}

static void
weir_point_class_init (WeirPointClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_point_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_point_finalize;
}

static void
weir_point_init (WeirPoint *self)
{
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, watch_free);
  self->taps = g_hash_table_new_full (NULL, NULL, NULL, tap_feed_free);
}

WeirPoint *
weir_point_new (WeirWorker *worker, WeirRegistry *registry, const WeirPointConfig *config, const WeirPointHost *host,
                gpointer host_data)
{
  WeirPoint *self;

  g_return_val_if_fail (WEIR_IS_WORKER (worker), NULL);
  g_return_val_if_fail (WEIR_IS_REGISTRY (registry), NULL);

  self = g_object_new (WEIR_TYPE_POINT, NULL);
  self->worker = g_object_ref (worker);
  self->registry = g_object_ref (registry);
  self->host = host;
  self->host_data = host_data;
  self->interference = weir_interference_new (registry, host, host_data);
  self->mode = g_strdup (config->mode);
  self->listen = g_strdup (config->listen);
  self->upstream = g_strdup (config->upstream);
  self->token = g_strdup (config->token);
  self->owner_token = g_strdup (config->owner_token);
  self->permits = config->permits;
  self->name = config->name != NULL ? sanitise (config->name) : default_name (config->mode);
  self->started_at_ms = weir_registry_to_wall_ms (registry, g_get_monotonic_time ());

  g_signal_connect (registry, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect (registry, "internal", G_CALLBACK (internal_cb), self);
  register_functions (self);

  return self;
}

const char *
weir_point_get_name (WeirPoint *self)
{
  return self->name;
}

void
weir_point_stop (WeirPoint *self, WeirPointStoppedFunc stopped, gpointer user_data)
{
  g_autoptr (GList) taps = NULL, watches = NULL;

  g_return_if_fail (WEIR_IS_POINT (self));
  g_return_if_fail (!self->is_stopping);

  self->is_stopping = TRUE;
  self->stopped = stopped;
  self->stopped_data = user_data;
  taps = g_hash_table_get_values (self->taps);
  watches = g_hash_table_get_values (self->watches);
  for (GList *at = taps; at != NULL; at = at->next)
    {
      let_go (self, at->data);
      weir_tap_feed_finish (at->data);
    }
  for (GList *at = watches; at != NULL; at = at->next)
    weir_watch_feed_finish (((Watch *) at->data)->feed);
  check_stopped (self);
}
