/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-feed-link.h"

#include <string.h>

#include "weir-point-model.h"
#include "weir-priority.h"

/* For calls to a point, which answers from memory. */
#define CALL_TIMEOUT_MS (10 * 1000)

/* What a point answers to who gives it no token, or another than it wants. */
#define BAD_TOKEN "WEIR_BAD_TOKEN"

/* While there is no room, it is looked for so often. */
#define ROOM_INTERVAL_MS 10

/* After this much work in one turn of the main loop, the rest waits until frames have been drawn. */
#define TURN_US (4 * 1000)

struct _WeirFeedLink
{
  GObject parent_instance;

  WeirWorker *worker;
  char *prefix;
  char *verb;
  JsonObject *arguments;
  WeirRecentIds *own_ids;
  const WeirFeedLinkEvents *events;
  gpointer user_data;

  GCancellable *cancellable;
  char *channel_id;
  WeirChannelReader *reader;
  JsonNode *feed_id; /* the point's name for it, to stop it by: a number or a string */
  gint64 heard_us;
  guint n_silent_ticks;
  gint64 turn_us; /* when this turn's work began; 0: not yet */
  guint resume_source;
  guint turn_source;
  gboolean is_over;
};

G_DEFINE_FINAL_TYPE (WeirFeedLink, weir_feed_link, G_TYPE_OBJECT)

static void
weir_feed_link_dispose (GObject *object)
{
  weir_feed_link_close (WEIR_FEED_LINK (object));
  G_OBJECT_CLASS (weir_feed_link_parent_class)->dispose (object);
}

static void
weir_feed_link_finalize (GObject *object)
{
  WeirFeedLink *self = WEIR_FEED_LINK (object);

  g_clear_object (&self->worker);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reader);
  g_clear_pointer (&self->arguments, json_object_unref);
  g_clear_pointer (&self->own_ids, weir_recent_ids_unref);
  g_free (self->prefix);
  g_free (self->verb);
  g_free (self->channel_id);
  g_clear_pointer (&self->feed_id, json_node_unref);
  G_OBJECT_CLASS (weir_feed_link_parent_class)->finalize (object);
}

static void
weir_feed_link_class_init (WeirFeedLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_feed_link_dispose;
  object_class->finalize = weir_feed_link_finalize;
}

static void
weir_feed_link_init (WeirFeedLink *self)
{
  self->cancellable = g_cancellable_new ();
}

const char *
weir_feed_link_get_point (const char *prefix)
{
  const char *separator = g_strrstr (prefix, "::");

  return separator != NULL ? separator + strlen ("::") : prefix;
}

/* Also where it shows nothing at all to who has none; what else is not permitted may be so for everybody. */
static gboolean
wants_token (const char *code, const char *verb)
{
  return g_str_equal (code, BAD_TOKEN) || (g_str_equal (code, "WEIR_NOT_PERMITTED") && g_str_equal (verb, "describe"));
}

GError *
weir_feed_link_wrap_error (const char *prefix, const char *verb, const GError *error)
{
  const char *point = weir_feed_link_get_point (prefix);
  const char *code = weir_worker_error_get_code (error);

  if (code != NULL)
    return g_error_new (WEIR_POINT_ERROR,
                        wants_token (code, verb) ? WEIR_POINT_ERROR_WANTS_TOKEN : WEIR_POINT_ERROR_REFUSED,
                        "%s refused “%s”: %s", point, verb, error->message);
  return g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "%s did not answer “%s”: %s", point, verb,
                      error->message);
}

/* --- its end --- */

static void
stop_at_point (WeirFeedLink *self)
{
  g_autofree char *function_id = g_strconcat (self->prefix, "::stop", NULL);
  g_autofree char *member = g_strconcat (self->verb, "_id", NULL);
  JsonObject *payload;
  g_autoptr (JsonNode) node = NULL;

  if (self->feed_id == NULL || weir_worker_get_state (self->worker) != WEIR_WORKER_CONNECTED)
    return;

  payload = json_object_new ();
  json_object_set_member (payload, member, json_node_copy (self->feed_id));
  if (json_object_has_member (self->arguments, "token"))
    json_object_set_string_member (payload, "token", json_object_get_string_member (self->arguments, "token"));
  node = json_node_init_object (json_node_alloc (), payload);
  json_object_unref (payload);
  weir_worker_trigger_void (self->worker, function_id, node,
                            NULL); /* a courtesy: the reader's leaving says it as well */
}

/* Its handler holds a reference to us, which goes with this. */
static void
close_reader (WeirFeedLink *self)
{
  g_autoptr (WeirChannelReader) reader = g_steal_pointer (&self->reader);

  g_signal_handlers_disconnect_by_data (reader, self);
  weir_channel_reader_close (reader);
}

void
weir_feed_link_close (WeirFeedLink *self)
{
  if (self->is_over)
    return;

  self->is_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->resume_source, g_source_remove);
  g_clear_handle_id (&self->turn_source, g_source_remove);
  stop_at_point (self);
  if (self->reader != NULL)
    close_reader (self);
}

static void
end (WeirFeedLink *self, const GError *error)
{
  g_autoptr (WeirFeedLink) alive = g_object_ref (self);

  if (self->is_over)
    return;
  weir_feed_link_close (self);
  self->events->ended (self, error, self->user_data);
}

static void
reader_ended_cb (WeirChannelReader *reader, const GError *error, gpointer user_data)
{
  WeirFeedLink *self = user_data;
  g_autoptr (GError) lost = NULL;

  if (error != NULL)
    lost = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "The feed of %s broke off: %s",
                        weir_feed_link_get_point (self->prefix), error->message);
  end (self, lost);
}

void
weir_feed_link_tick (WeirFeedLink *self, gint64 now_us)
{
  g_autoptr (GError) error = NULL;

  if (self->is_over || self->heard_us == 0 || self->resume_source != 0 ||
      now_us - self->heard_us < WEIR_POINT_SILENCE_US)
    {
      self->n_silent_ticks = 0;
      return;
    }

  /* The second time, so that what came while we were held up ourselves has been read. */
  if (self->n_silent_ticks++ == 0)
    return;
  error = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "%s has said nothing for %d seconds",
                       weir_feed_link_get_point (self->prefix), (int) (WEIR_POINT_SILENCE_US / G_USEC_PER_SEC));
  end (self, error);
}

/* --- what comes --- */

static gboolean
has_room (WeirFeedLink *self)
{
  return self->events->has_room == NULL || self->events->has_room (self, self->user_data);
}

static gboolean resume_cb (gpointer user_data);

/* Reads no more until the rest of the main loop, and what takes the messages in, have had their chance. */
static void
hold (WeirFeedLink *self)
{
  if (self->resume_source != 0)
    return;
  if (has_room (self))
    self->resume_source = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, resume_cb, self, NULL);
  else
    self->resume_source = g_timeout_add (ROOM_INTERVAL_MS, resume_cb, self);
}

static gboolean
resume_cb (gpointer user_data)
{
  WeirFeedLink *self = user_data;

  self->resume_source = 0;
  self->turn_us = 0;
  self->heard_us = g_get_monotonic_time (); /* the silence was ours */
  if (has_room (self))
    weir_channel_reader_resume (self->reader);
  else
    hold (self);
  return G_SOURCE_REMOVE;
}

static gboolean
turn_over_cb (gpointer user_data)
{
  WeirFeedLink *self = user_data;

  self->turn_source = 0;
  self->turn_us = 0;
  return G_SOURCE_REMOVE;
}

/* Whether more may be read in this turn of the main loop; a turn is over when background work gets its chance. */
static gboolean
go_on (WeirFeedLink *self, gint64 now_us)
{
  if (now_us - self->turn_us < TURN_US && has_room (self))
    {
      if (self->turn_source == 0)
        self->turn_source = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, turn_over_cb, self, NULL);
      return TRUE;
    }
  g_clear_handle_id (&self->turn_source, g_source_remove);
  hold (self);
  return FALSE;
}

static gboolean
message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (WeirFeedLink) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (self->is_over)
    return TRUE;

  self->heard_us = g_get_monotonic_time ();
  if (self->turn_us == 0)
    self->turn_us = self->heard_us;
  if (!self->events->message (self, is_text, data, len, self->user_data, &error))
    end (self, error);
  return self->is_over || go_on (self, g_get_monotonic_time ());
}

/* --- its beginning --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirFeedLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) wrapped = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);
  g_autofree char *member = g_strconcat (self->verb, "_id", NULL);
  JsonNode *feed_id;

  if (self->is_over)
    return;
  if (answer == NULL)
    {
      wrapped = weir_feed_link_wrap_error (self->prefix, self->verb, error);
      end (self, wrapped);
      return;
    }

  feed_id = JSON_NODE_HOLDS_OBJECT (answer) ? json_object_get_member (json_node_get_object (answer), member) : NULL;
  if (feed_id == NULL || !JSON_NODE_HOLDS_VALUE (feed_id))
    {
      wrapped = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s answered “%s” without a %s",
                             weir_feed_link_get_point (self->prefix), self->verb, member);
      end (self, wrapped);
      return;
    }

  self->feed_id = json_node_copy (feed_id);
  if (self->heard_us == 0)
    self->heard_us = g_get_monotonic_time (); /* from now on it must not be silent */
  if (self->events->opened != NULL)
    self->events->opened (self, json_node_get_object (answer), self->user_data);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirFeedLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirChannelPair) pair = weir_worker_create_channel_finish (WEIR_WORKER (object), result, &error);
  g_autofree char *function_id = g_strconcat (self->prefix, "::", self->verb, NULL);
  g_autoptr (JsonNode) payload = NULL;

  if (self->is_over)
    return;
  if (pair == NULL)
    {
      g_autoptr (GError) wrapped = weir_feed_link_wrap_error (self->prefix, self->verb, error);

      end (self, wrapped);
      return;
    }

  self->channel_id = g_strdup (pair->reader_ref->channel_id);
  weir_recent_ids_add (self->own_ids, self->channel_id);
  self->reader = g_object_ref (pair->reader);
  g_signal_connect_object (self->reader, "ended", G_CALLBACK (reader_ended_cb), self, 0);
  weir_channel_reader_set_handler (self->reader, message_cb, g_object_ref (self), g_object_unref);

  json_object_set_member (self->arguments, "writer", weir_ref_to_json (pair->writer_ref));
  payload = json_node_init_object (json_node_alloc (), self->arguments);
  weir_worker_trigger_async (self->worker, function_id, payload, CALL_TIMEOUT_MS, self->cancellable, called_cb,
                             g_object_ref (self));
}

WeirFeedLink *
weir_feed_link_new (WeirWorker *worker, const char *prefix, const char *verb, JsonObject *arguments, const char *token,
                    WeirRecentIds *own_ids, const WeirFeedLinkEvents *events, gpointer user_data)
{
  WeirFeedLink *self = g_object_new (WEIR_TYPE_FEED_LINK, NULL);

  self->worker = g_object_ref (worker);
  self->prefix = g_strdup (prefix);
  self->verb = g_strdup (verb);
  self->arguments = arguments;
  self->own_ids = weir_recent_ids_ref (own_ids);
  self->events = events;
  self->user_data = user_data;
  if (token != NULL)
    json_object_set_string_member (self->arguments, "token", token);
  weir_worker_create_channel_async (worker, 0, self->cancellable, created_cb, g_object_ref (self));
  return self;
}
