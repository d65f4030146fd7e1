/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-reader-private.h"

#include "weir-feed-link.h"
#include "weir-json.h"
#include "weir-message-list-private.h"
#include "weir-point-model.h"

/* Kept of each message; what is longer is cut by the point and says so. */

#define TICK_SECONDS 2

/* The largest event that is looked into; the point's are some hundred bytes. */
#define MAX_EVENT_SIZE (64 * 1024)

struct _WeirTapReader
{
  GObject parent_instance;

  char *point;
  WeirMessageList *messages;
  WeirRecordReader *records;
  WeirFeedLink *link;
  guint tick_source;
  WeirTapReaderState state;
  WeirTapFigures figures;
  gboolean has_first;        /* message */
  guint32 n_dropped_unshown; /* that came with events which are no rows */
  GError *error;
  guint32 snaplen;
};

enum
{
  PROP_STATE = 1,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirTapReader, weir_tap_reader, G_TYPE_OBJECT)

static void
abandon (WeirTapReader *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  if (self->link != NULL)
    weir_feed_link_close (self->link);
  g_clear_object (&self->link);
}

static void
weir_tap_reader_dispose (GObject *object)
{
  abandon (WEIR_TAP_READER (object));
  G_OBJECT_CLASS (weir_tap_reader_parent_class)->dispose (object);
}

static void
weir_tap_reader_finalize (GObject *object)
{
  WeirTapReader *self = WEIR_TAP_READER (object);

  g_clear_object (&self->messages);
  g_clear_pointer (&self->records, weir_record_reader_free);
  g_clear_error (&self->error);
  g_free (self->point);
  G_OBJECT_CLASS (weir_tap_reader_parent_class)->finalize (object);
}

static void
weir_tap_reader_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirTapReader *self = WEIR_TAP_READER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_tap_reader_class_init (WeirTapReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_tap_reader_dispose;
  object_class->finalize = weir_tap_reader_finalize;
  object_class->get_property = weir_tap_reader_get_property;

  /* A WeirTapReaderState. Notified as well when an error comes or goes while the tap goes on: the disk is full. */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, WEIR_TAP_READER_FAILED, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
set_state (WeirTapReader *self, WeirTapReaderState state, const GError *error)
{
  self->state = state;
  if (error != NULL)
    {
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* --- records --- */

/* Of the events, those that say what became of the channel are shown; a heartbeat only says that the tap lives. */
static gboolean
is_shown_event (const guint8 *payload, gsize len)
{
  WeirSpan text = { (const char *) payload, len };
  WeirSpan event;

  if (len > MAX_EVENT_SIZE || !weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL) ||
      weir_json_type (text) != WEIR_JSON_OBJECT)
    return FALSE;
  event = weir_json_member (text, "event");
  return weir_json_type (event) == WEIR_JSON_STRING &&
         (weir_json_string_equal (event, "connected") || weir_json_string_equal (event, "closed") ||
          weir_json_string_equal (event, "shaped"));
}

/* Messages are numbered from 1, and the point keeps the last ones alone for who taps late. */
static void
count_before (WeirTapReader *self, const WeirRecordHead *head)
{
  if (!self->has_first)
    self->figures.n_before = head->seq - 1 - MIN (head->seq - 1, self->figures.n_dropped);
  self->has_first = TRUE;
}

static void
count_message (WeirTapReader *self, const WeirRecordHead *head, gsize len, gboolean is_kept)
{
  count_before (self, head);
  self->figures.n_seen += 1;
  self->figures.bytes_seen += head->payload_size;
  if (is_kept)
    {
      self->figures.n_kept += 1;
      self->figures.bytes_kept += len;
    }
  else
    {
      self->figures.n_dropped += 1;
    }
  if ((head->flags & WEIR_RECORD_CUT) != 0)
    self->figures.n_cut += 1;
}

static void
keep_record (WeirTapReader *self, const WeirRecordHead *head, const guint8 *payload, gsize len)
{
  g_autoptr (GError) error = NULL;
  gboolean is_kept = weir_message_list_append (self->messages, head, payload, len, &error);

  if (head->kind != WEIR_RECORD_EVENT)
    count_message (self, head, len, is_kept);

  /* The tap goes on counting; that messages are not kept, and why, is said once, again if the reason is another, and
   * not any longer than it is so. */
  if (is_kept && self->error != NULL)
    {
      g_clear_error (&self->error);
      set_state (self, self->state, NULL);
    }
  else if (!is_kept && (self->error == NULL || g_strcmp0 (self->error->message, error->message) != 0))
    {
      set_state (self, self->state, error);
    }
}

static void
record_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  WeirTapReader *self = user_data;
  WeirRecordHead with_gap = *head;

  self->figures.n_seen += head->n_dropped;
  self->figures.n_dropped += head->n_dropped;

  /* What was dropped before a heartbeat is shown before the next row. */
  with_gap.n_dropped = MIN ((guint64) head->n_dropped + self->n_dropped_unshown, G_MAXUINT32);
  if (head->kind == WEIR_RECORD_EVENT && !is_shown_event (payload, len))
    {
      self->n_dropped_unshown = with_gap.n_dropped;
      return;
    }
  if (with_gap.n_dropped > 0)
    with_gap.flags |= WEIR_RECORD_DROPPED;
  self->n_dropped_unshown = 0;
  keep_record (self, &with_gap, payload, len);
}

gboolean
weir_tap_reader_take (WeirTapReader *self, gboolean is_text, const guint8 *data, gsize len, GError **error)
{
  const char *reason = "a message of the feed is not binary";

  if (self->state == WEIR_TAP_READER_OPENING)
    set_state (self, WEIR_TAP_READER_LIVE, NULL);
  if (!is_text && weir_record_reader_push (self->records, data, len, &reason))
    return TRUE;
  g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s sends a tap that cannot be understood: %s",
               self->point, reason);
  return FALSE;
}

void
weir_tap_reader_finish (WeirTapReader *self, const GError *error)
{
  g_autoptr (GError) broken = NULL;

  if (self->state == WEIR_TAP_READER_ENDED || self->state == WEIR_TAP_READER_FAILED)
    return;

  abandon (self);
  if (error == NULL && !weir_record_reader_is_empty (self->records))
    {
      broken = g_error_new (WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "The tap of %s ends in the middle of a record",
                            self->point);
      error = broken;
    }
  set_state (self, error == NULL ? WEIR_TAP_READER_ENDED : WEIR_TAP_READER_FAILED, error);
}

/* --- the feed --- */

static void
opened_cb (WeirFeedLink *link, JsonObject *answer, gpointer user_data)
{
  WeirTapReader *self = user_data;

  if (self->state == WEIR_TAP_READER_OPENING)
    set_state (self, WEIR_TAP_READER_LIVE, NULL);
}

static gboolean
message_cb (WeirFeedLink *link, gboolean is_text, const guint8 *data, gsize len, gpointer user_data, GError **error)
{
  g_autoptr (WeirTapReader) self = g_object_ref (user_data); /* who listens may drop it */

  return weir_tap_reader_take (self, is_text, data, len, error);
}

static void
ended_cb (WeirFeedLink *link, const GError *error, gpointer user_data)
{
  g_autoptr (WeirTapReader) self = g_object_ref (user_data);

  weir_tap_reader_finish (self, error);
}

/* The point's tap drops and counts what is not read in time; nothing here is lost without a word. */
static gboolean
has_room_cb (WeirFeedLink *link, gpointer user_data)
{
  return weir_message_list_has_room (((WeirTapReader *) user_data)->messages);
}

static const WeirFeedLinkEvents link_events = {
  .opened = opened_cb,
  .message = message_cb,
  .has_room = has_room_cb,
  .ended = ended_cb,
};

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (WeirTapReader) self = g_object_ref (user_data);

  weir_feed_link_tick (self->link, g_get_monotonic_time ());
  return self->tick_source != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
open_feed (WeirTapReader *self, WeirWorker *worker, const char *prefix, const char *token, const char *channel_id,
           WeirRecentIds *own_ids)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "channel_id", channel_id);
  json_object_set_int_member (arguments, "snaplen", self->snaplen);
  json_object_set_boolean_member (arguments, "history", TRUE);
  self->link = weir_feed_link_new (worker, prefix, "tap", arguments, token, own_ids, &link_events, self);
  self->tick_source = g_timeout_add_seconds (TICK_SECONDS, tick_cb, self);
}

static void
weir_tap_reader_init (WeirTapReader *self)
{
  self->snaplen = WEIR_TAP_READER_SNAPLEN;
  self->records = weir_record_reader_new (record_cb, self);
}

WeirTapReader *
weir_tap_reader_new_unconnected (WeirMessageList *messages)
{
  WeirTapReader *self = g_object_new (WEIR_TYPE_TAP_READER, NULL);

  self->messages = g_object_ref (messages);
  self->point = g_strdup ("the point");
  return self;
}

WeirTapReader *
weir_tap_reader_new (WeirWorker *worker, const char *prefix, const char *token, const char *channel_id, guint32 snaplen,
                     WeirRecentIds *own_ids)
{
  WeirTapReader *self = g_object_new (WEIR_TYPE_TAP_READER, NULL);
  g_autoptr (GError) error = NULL;

  self->snaplen = snaplen;
  self->point = g_strdup (prefix != NULL ? weir_feed_link_get_point (prefix) : "the point");
  self->messages = weir_message_list_new (&error);
  if (self->messages == NULL)
    self->messages = weir_message_list_new_for_store (weir_message_store_new_for_fd (-1, 0, 0));
  else if (prefix == NULL)
    error = g_error_new_literal (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST,
                                 "No point sees this channel now, so it cannot be tapped");

  if (error != NULL)
    weir_tap_reader_finish (self, error);
  else
    open_feed (self, worker, prefix, token, channel_id, own_ids);
  return self;
}

WeirTapReaderState
weir_tap_reader_get_state (WeirTapReader *self)
{
  return self->state;
}

const GError *
weir_tap_reader_get_error (WeirTapReader *self)
{
  return self->error;
}

WeirMessageList *
weir_tap_reader_get_messages (WeirTapReader *self)
{
  return self->messages;
}

WeirTapFigures
weir_tap_reader_get_figures (WeirTapReader *self)
{
  return self->figures;
}

guint32
weir_tap_reader_get_snaplen (WeirTapReader *self)
{
  return self->snaplen;
}

void
weir_tap_reader_stop (WeirTapReader *self)
{
  if (self->state == WEIR_TAP_READER_ENDED || self->state == WEIR_TAP_READER_FAILED)
    return;
  abandon (self);
  set_state (self, WEIR_TAP_READER_ENDED, NULL);
}
