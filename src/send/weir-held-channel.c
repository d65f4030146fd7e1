/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-held-channel.h"

#include <glib/gi18n.h>

#include "weir-describe.h"

struct _WeirHeldChannel
{
  GObject parent_instance;

  char *id;
  char *name;
  WeirRef *refs[2]; /* nullable; by direction */
  WeirRun *run;
  WeirSender *sender; /* nullable */
  WeirTaker *taker;   /* nullable */

  WeirHeldFigures figures;
  gboolean has_connected[2]; /* the other side's end, as the run was told; by direction */
  gboolean is_another[2];    /* ends that we wanted and somebody else has; by direction */
  gboolean is_claimed[2];    /* the observer was told that they are ours; by direction */
  gboolean was_acknowledged; /* all of it, as the run was told */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirHeldChannel, weir_held_channel, G_TYPE_OBJECT)

static void
end_changed_cb (WeirHeldChannel *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- what the observer sees --- */

static const WeirEndInfo *
get_end (WeirChannel *channel, WeirDirection end)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  return end == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
}

static gboolean
holds (WeirHeldChannel *self, WeirDirection end)
{
  return end == WEIR_DIRECTION_WRITE ? self->sender != NULL : self->taker != NULL;
}

static void
look_at_end (WeirHeldChannel *self, WeirChannel *channel, WeirDirection direction)
{
  const WeirEndInfo *end = get_end (channel, direction);
  g_autofree char *who = NULL, *text = NULL;
  gint64 at_us;

  if (holds (self, direction) || self->has_connected[direction] || end->connected_at_ms == 0)
    return;
  self->has_connected[direction] = TRUE;
  at_us = weir_channel_to_local_us (channel, end->connected_at_ms) - weir_run_get_start_us (self->run);
  who = weir_describe_end (channel, direction);
  /* Translators: %s is the name of a function or a worker */
  text = g_strdup_printf (
      direction == WEIR_DIRECTION_READ ? _ ("%s connected as the reader") : _ ("%s connected as the writer"), who);
  weir_run_note_at (self->run, MAX (at_us, 0), WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, self->id, text, 0);
}

static void
look_at_acknowledged (WeirHeldChannel *self, WeirChannel *channel)
{
  const WeirTotals *totals = &weir_channel_get_info (channel)->totals;
  g_autofree char *count = weir_format_count (totals->acked_messages), *text = NULL;

  if (self->was_acknowledged || self->sender == NULL || weir_sender_get_state (self->sender) != WEIR_SENDER_CLOSED ||
      totals->written_messages == 0 || totals->acked_messages != totals->written_messages)
    return;
  self->was_acknowledged = TRUE;
  text = g_strdup_printf (ngettext ("everything acknowledged, %s of %s message",
                                    "everything acknowledged, %s of %s messages", totals->acked_messages),
                          count, count);
  weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, self->id, text, 0);
}

/* A reader that is turned away is told what the reader of an empty stream is told: then another still has the end. */
static void
look_for_another (WeirHeldChannel *self, WeirChannel *channel)
{
  const WeirEndInfo *reader = get_end (channel, WEIR_DIRECTION_READ);

  if (self->taker == NULL || weir_taker_get_state (self->taker) != WEIR_TAKER_ENDED ||
      weir_taker_get_n_messages (self->taker) > 0)
    return;
  if (reader->n_refused > 0 &&
      (reader->presence == WEIR_PRESENCE_HERE || weir_channel_get_info (channel)->totals.sent_messages > 0))
    self->is_another[WEIR_DIRECTION_READ] = TRUE;
}

/* Others are told so. @error: (nullable) */
static gboolean
was_turned_away (const GError *error)
{
  return g_error_matches (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TAKEN) ||
         g_error_matches (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_NOT_FOUND) ||
         g_error_matches (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CONNECT);
}

static gboolean
has_end (WeirHeldChannel *self, WeirDirection end)
{
  if (!holds (self, end) || self->is_another[end])
    return FALSE;
  return !was_turned_away (end == WEIR_DIRECTION_WRITE ? weir_sender_get_error (self->sender)
                                                       : weir_taker_get_error (self->taker));
}

void
weir_held_channel_claim (WeirHeldChannel *self, WeirObserver *observer)
{
  g_return_if_fail (WEIR_IS_HELD_CHANNEL (self));

  for (WeirDirection end = WEIR_DIRECTION_READ; end <= WEIR_DIRECTION_WRITE; end++)
    if (has_end (self, end) != self->is_claimed[end])
      {
        self->is_claimed[end] = !self->is_claimed[end];
        weir_observer_set_own_end (observer, self->id, end, self->is_claimed[end]);
      }
}

void
weir_held_channel_expect (WeirHeldChannel *self, WeirChannel *channel)
{
  g_return_if_fail (WEIR_IS_HELD_CHANNEL (self));

  for (WeirDirection end = WEIR_DIRECTION_READ; channel != NULL && end <= WEIR_DIRECTION_WRITE; end++)
    self->is_another[end] = get_end (channel, end)->connected_at_ms != 0;
}

/* Between two messages that the reader takes nobody is held: who was in the last second still counts. */
static WeirHeldBy
find_holder (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  gboolean was_held = weir_channel_get_held_share_now (channel, g_get_monotonic_time ()) > 0;

  if (info->paused_since_ms == 0 && !was_held)
    return WEIR_HELD_BY_UNKNOWN;
  if (info->shapes != NULL)
    return WEIR_HELD_BY_OBSERVER;
  if (info->paused_since_ms != 0 && info->state != WEIR_STATE_FLOWING && info->lacks_memory)
    return WEIR_HELD_BY_ENGINE;
  return info->reader.presence == WEIR_PRESENCE_NONE ? WEIR_HELD_BY_NO_READER : WEIR_HELD_BY_READER;
}

void
weir_held_channel_look (WeirHeldChannel *self, WeirChannel *channel, gint64 silence_us)
{
  const WeirChannelInfo *info = channel != NULL ? weir_channel_get_info (channel) : NULL;

  g_return_if_fail (WEIR_IS_HELD_CHANNEL (self));

  self->figures.silence_us = silence_us;
  if (info == NULL)
    return; /* forgotten: what was seen last stays */
  self->figures = (WeirHeldFigures){
    .silence_us = silence_us,
    .held_by = find_holder (channel),
    .is_seen = TRUE,
    .is_acknowledged = info->reader.probed || info->totals.acked_messages > 0,
    .written_bytes = info->totals.written_bytes,
    .written_messages = info->totals.written_messages,
    .sent_bytes = info->totals.sent_bytes,
    .sent_messages = info->totals.sent_messages,
    .acked_bytes = info->totals.acked_bytes,
    .acked_messages = info->totals.acked_messages,
    .had_reader = info->reader.presence != WEIR_PRESENCE_NONE,
    .is_over = info->state == WEIR_STATE_CLOSED || info->reader.closed_at_ms > 0,
    .was_refused = info->reader.n_refused > 0,
  };
  look_at_end (self, channel, WEIR_DIRECTION_READ);
  look_at_end (self, channel, WEIR_DIRECTION_WRITE);
  look_at_acknowledged (self, channel);
  look_for_another (self, channel);
}

WeirHeldFigures
weir_held_channel_get_figures (WeirHeldChannel *self)
{
  return self->figures;
}

/* --- public --- */

const char *
weir_held_channel_get_id (WeirHeldChannel *self)
{
  return self->id;
}

const char *
weir_held_channel_get_name (WeirHeldChannel *self)
{
  return self->name;
}

WeirSender *
weir_held_channel_get_sender (WeirHeldChannel *self)
{
  return self->sender;
}

WeirTaker *
weir_held_channel_get_taker (WeirHeldChannel *self)
{
  return self->taker;
}

const WeirRef *
weir_held_channel_get_ref (WeirHeldChannel *self, WeirDirection direction)
{
  return self->refs[direction];
}

gboolean
weir_held_channel_is_open (WeirHeldChannel *self)
{
  WeirSenderState sender = self->sender != NULL ? weir_sender_get_state (self->sender) : WEIR_SENDER_CLOSED;
  WeirTakerState taker = self->taker != NULL ? weir_taker_get_state (self->taker) : WEIR_TAKER_LEFT;

  return sender < WEIR_SENDER_CLOSED || taker <= WEIR_TAKER_READING;
}

gboolean
weir_held_channel_is_offered (WeirHeldChannel *self)
{
  gboolean has_written = self->sender != NULL && weir_sender_get_state (self->sender) == WEIR_SENDER_CLOSED;

  if (self->sender != NULL && self->taker != NULL)
    return FALSE;
  return weir_held_channel_is_open (self) || (has_written && !self->figures.had_reader && !self->figures.is_over);
}

void
weir_held_channel_close (WeirHeldChannel *self)
{
  g_return_if_fail (WEIR_IS_HELD_CHANNEL (self));

  if (self->sender != NULL)
    weir_sender_close (self->sender);
  if (self->taker != NULL)
    weir_taker_leave (self->taker);
}

gboolean
weir_held_channel_is_closing (WeirHeldChannel *self)
{
  g_return_val_if_fail (WEIR_IS_HELD_CHANNEL (self), FALSE);

  return self->sender != NULL && weir_sender_get_state (self->sender) == WEIR_SENDER_CLOSING;
}

gboolean
weir_held_channel_get_unread (WeirHeldChannel *self, guint64 *n_messages, guint64 *n_bytes)
{
  const WeirHeldFigures *seen = &self->figures;
  guint64 read_messages = seen->is_acknowledged ? seen->acked_messages : seen->sent_messages;
  guint64 read_bytes = seen->is_acknowledged ? seen->acked_bytes : seen->sent_bytes;
  WeirSenderFigures figures;

  g_return_val_if_fail (WEIR_IS_HELD_CHANNEL (self) && self->sender != NULL, FALSE);

  figures = weir_sender_get_figures (self->sender);
  *n_messages = figures.n_messages - MIN (read_messages, figures.n_messages);
  *n_bytes = figures.n_bytes - MIN (read_bytes, figures.n_bytes);
  return seen->is_seen;
}

void
weir_held_channel_abort (WeirHeldChannel *self)
{
  g_return_if_fail (WEIR_IS_HELD_CHANNEL (self));

  if (self->sender != NULL && weir_sender_get_state (self->sender) < WEIR_SENDER_CLOSED)
    {
      weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_TO, self->id, _ ("given up here, the writer is cut off"),
                     0);
      weir_sender_abort (self->sender);
    }
  if (self->taker != NULL)
    weir_taker_leave (self->taker);
}

/* --- GObject --- */

static void
weir_held_channel_finalize (GObject *object)
{
  WeirHeldChannel *self = WEIR_HELD_CHANNEL (object);

  g_clear_object (&self->sender);
  g_clear_object (&self->taker);
  g_clear_object (&self->run);
  g_clear_pointer (&self->refs[WEIR_DIRECTION_READ], weir_ref_free);
  g_clear_pointer (&self->refs[WEIR_DIRECTION_WRITE], weir_ref_free);
  g_free (self->id);
  g_free (self->name);
  G_OBJECT_CLASS (weir_held_channel_parent_class)->finalize (object);
}

static void
weir_held_channel_class_init (WeirHeldChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_held_channel_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_held_channel_init (WeirHeldChannel *self)
{
}

static WeirHeldChannel *
new_channel (const char *name, const char *id, WeirRun *run)
{
  WeirHeldChannel *self = g_object_new (WEIR_TYPE_HELD_CHANNEL, NULL);

  self->name = g_strdup (name);
  self->id = g_strdup (id);
  self->run = g_object_ref (run);
  return self;
}

static void
hold_writer (WeirHeldChannel *self, WeirChannelWriter *writer)
{
  self->sender = weir_sender_new (writer, self->run);
  g_signal_connect_object (self->sender, "changed", G_CALLBACK (end_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
hold_reader (WeirHeldChannel *self, WeirChannelReader *reader)
{
  self->taker = weir_taker_new (reader, self->run);
  g_signal_connect_object (self->taker, "changed", G_CALLBACK (end_changed_cb), self, G_CONNECT_SWAPPED);
}

WeirHeldChannel *
weir_held_channel_new (const char *name, WeirHold hold, WeirChannelPair *pair, WeirRun *run)
{
  g_autoptr (WeirChannelPair) owned = pair;
  WeirHeldChannel *self = new_channel (name, pair->writer_ref->channel_id, run);

  self->refs[WEIR_DIRECTION_WRITE] = g_steal_pointer (&pair->writer_ref);
  self->refs[WEIR_DIRECTION_READ] = g_steal_pointer (&pair->reader_ref);
  if (hold == WEIR_HOLD_WRITER || hold == WEIR_HOLD_BOTH)
    hold_writer (self, pair->writer);
  if (hold == WEIR_HOLD_READER || hold == WEIR_HOLD_BOTH)
    hold_reader (self, pair->reader);
  return self;
}

WeirHeldChannel *
weir_held_channel_new_for_ref (const char *name, const WeirRef *ref, WeirWorker *worker, WeirRun *run)
{
  WeirHeldChannel *self = new_channel (name, ref->channel_id, run);

  self->refs[ref->direction] = weir_ref_copy (ref);
  if (worker != NULL && ref->direction == WEIR_DIRECTION_WRITE)
    {
      g_autoptr (WeirChannelWriter) writer = weir_worker_open_writer (worker, ref);

      hold_writer (self, writer);
      weir_channel_writer_connect (writer); /* so that it is known at once whether the end can be had */
    }
  else if (worker != NULL)
    {
      g_autoptr (WeirChannelReader) reader = weir_worker_open_reader (worker, ref);

      hold_reader (self, reader);
    }
  return self;
}
