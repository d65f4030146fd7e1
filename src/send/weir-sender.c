/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sender.h"

#include <glib/gi18n.h>

#include "weir-close.h"
#include "weir-describe-error.h"
#include "weir-source.h"

/* In memory on the way to the connection: so many that it never waits for us, and no more bytes than that. */
#define MAX_UNDERWAY       8
#define MAX_UNDERWAY_BYTES (4 * 1024 * 1024)

/* After GTK's frames (G_PRIORITY_HIGH_IDLE + 20). */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

/* What was missed of a pace is made good in a burst of no more than that. */
#define MAX_LATE_US (100 * G_TIME_SPAN_MILLISECOND)

struct _WeirSender
{
  GObject parent_instance;

  WeirChannelWriter *writer;
  WeirRun *run;
  WeirSenderState state;
  GError *error; /* nullable */
  gboolean was_stopped;

  WeirWriting *writing;      /* nullable: what is or was written last */
  guint n_writings;          /* its number; messages by hand have 0 */
  WeirSource *source;        /* nullable: while there may be more of it */
  GCancellable *cancellable; /* of its writes */
  GQueue underway;           /* of Message */
  gsize n_underway_bytes;
  gint64 due_us; /* of the next message, where there is a pace */
  guint pump;    /* 0: none is due */

  guint64 n_messages, n_bytes;
  gint64 taken_us; /* when the last of them was taken */
};

/* One that the connection has not taken yet. They come back in order. */
typedef struct
{
  WeirSender *sender; /* a reference */
  guint writing;      /* the number of that which it is part of; 0: of none */
  GBytes *bytes;
  gboolean is_text;
  gint64 given_us; /* to the connection */
} Message;

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSender, weir_sender, G_TYPE_OBJECT)

static void weir_sender_pump_in (WeirSender *self, guint delay_ms);

static const char *
get_channel (WeirSender *self)
{
  return weir_channel_writer_get_ref (self->writer)->channel_id;
}

static void
weir_sender_set_state (WeirSender *self, WeirSenderState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
weir_sender_note_event (WeirSender *self, WeirWay way, const char *text)
{
  weir_run_note (self->run, WEIR_TRAVEL_EVENT, way, get_channel (self), text, 0);
}

/* --- the end of a writing --- */

static void
weir_sender_drop_source (WeirSender *self)
{
  g_clear_handle_id (&self->pump, g_source_remove);
  if (self->source != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->source, self);
      weir_source_cancel (self->source);
    }
  g_clear_object (&self->source);
}

/* Nothing is left to be written of it. */
static void
weir_sender_finish_writing (WeirSender *self)
{
  gboolean closes = self->writing->closes && self->error == NULL && !self->was_stopped;

  weir_sender_drop_source (self);
  weir_sender_set_state (self, WEIR_SENDER_OPEN);
  if (closes)
    weir_sender_close (self);
}

static void
weir_sender_fail_writing (WeirSender *self, GError *error)
{
  g_autofree char *text = weir_describe_error (error);

  g_clear_error (&self->error);
  self->error = error;
  weir_sender_note_event (self, WEIR_WAY_TO, text);
  weir_sender_drop_source (self);
  if (g_queue_is_empty (&self->underway))
    weir_sender_finish_writing (self);
}

/* --- messages --- */

static void
message_free (Message *message)
{
  g_bytes_unref (message->bytes);
  g_object_unref (message->sender);
  g_free (message);
}

static void
weir_sender_note_message (WeirSender *self, const Message *message)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (message->bytes, &len);
  gint64 now_us = g_get_monotonic_time ();

  self->n_messages++;
  self->n_bytes += len;
  weir_run_note_message (self->run, &(WeirTravelInit){
                                        .kind = message->is_text ? WEIR_TRAVEL_TEXT : WEIR_TRAVEL_BINARY,
                                        .way = WEIR_WAY_TO,
                                        .channel = get_channel (self),
                                        .number = self->n_messages,
                                        .size = len,
                                        .held_us = now_us - MAX (message->given_us, self->taken_us),
                                        .data = data,
                                        .len = len,
                                    });
  self->taken_us = now_us;
}

static void
weir_sender_message_over (WeirSender *self)
{
  if (self->state != WEIR_SENDER_WRITING)
    return;
  if (self->source != NULL)
    weir_sender_pump_in (self, 0);
  else if (g_queue_is_empty (&self->underway))
    weir_sender_finish_writing (self);
}

/* What the connection refused and stands all the same. Its own end is told by its "closed", and who stopped a writing
 * knows of it. */
static gboolean
is_refusal (const GError *error)
{
  return error->domain == WEIR_CHANNEL_ERROR ? error->code == WEIR_CHANNEL_ERROR_TOO_LARGE
                                             : !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* @error: (transfer full) */
static void
weir_sender_message_failed (WeirSender *self, const Message *message, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autofree char *text = is_refusal (error) ? weir_describe_error (error) : NULL;

  if (text == NULL)
    return;
  if (self->state == WEIR_SENDER_WRITING && message->writing == self->n_writings)
    weir_sender_fail_writing (self, g_steal_pointer (&owned));
  else
    weir_sender_note_event (self, WEIR_WAY_TO, text);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Message *message = user_data;
  WeirSender *self = message->sender;
  GError *error = NULL;

  g_object_ref (self);
  g_queue_remove (&self->underway, message);
  self->n_underway_bytes -= g_bytes_get_size (message->bytes);
  if (weir_channel_writer_send_finish (WEIR_CHANNEL_WRITER (object), result, &error))
    weir_sender_note_message (self, message);
  else
    weir_sender_message_failed (self, message, error);
  message_free (message);
  weir_sender_message_over (self);
  g_object_unref (self);
}

static void
weir_sender_send (WeirSender *self, GBytes *bytes, gboolean is_text)
{
  Message *message = g_new0 (Message, 1);

  message->sender = g_object_ref (self);
  message->writing = self->state == WEIR_SENDER_WRITING ? self->n_writings : 0;
  message->bytes = g_bytes_ref (bytes);
  message->is_text = is_text;
  message->given_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->underway, message);
  self->n_underway_bytes += g_bytes_get_size (bytes);
  weir_channel_writer_send_async (self->writer, bytes, is_text, self->cancellable, sent_cb, message);
}

/* --- the pace --- */

static gboolean
has_room (WeirSender *self)
{
  return g_queue_get_length (&self->underway) < MAX_UNDERWAY && self->n_underway_bytes < MAX_UNDERWAY_BYTES;
}

/* When the message after one of @size is due. While the reader holds us nothing is owed to it. */
static void
weir_sender_pace (WeirSender *self, gsize size, gint64 now_us)
{
  double amount = self->writing->pace == WEIR_PACE_BYTES ? size : 1;

  if (self->writing->pace == WEIR_PACE_FREE)
    return;
  self->due_us = MAX (self->due_us, now_us - MAX_LATE_US);
  self->due_us += MIN (amount * G_USEC_PER_SEC / MAX (self->writing->rate, 1), G_MAXINT64 / 4);
}

/* FALSE: nothing more can be done now. */
static gboolean
weir_sender_step (WeirSender *self, gint64 now_us)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  if (self->source == NULL || !has_room (self))
    return FALSE;
  if (self->due_us > now_us)
    {
      weir_sender_pump_in (self, MIN ((self->due_us - now_us) / 1000 + 1, 1000));
      return FALSE;
    }
  switch (weir_source_next (self->source, &bytes, &error))
    {
    case WEIR_SOURCE_MESSAGE:
      weir_sender_pace (self, g_bytes_get_size (bytes), now_us);
      weir_sender_send (self, bytes, weir_source_is_text (self->source));
      return TRUE;
    case WEIR_SOURCE_WAIT:
      return FALSE;
    case WEIR_SOURCE_END:
      weir_sender_drop_source (self);
      if (g_queue_is_empty (&self->underway))
        weir_sender_finish_writing (self);
      return FALSE;
    case WEIR_SOURCE_FAILED:
    default:
      weir_sender_fail_writing (self, error);
      return FALSE;
    }
}

static gboolean
pump_cb (gpointer user_data)
{
  g_autoptr (WeirSender) self = g_object_ref (user_data);

  self->pump = 0;
  while (weir_sender_step (self, g_get_monotonic_time ()))
    ;
  return G_SOURCE_REMOVE;
}

static void
weir_sender_pump_in (WeirSender *self, guint delay_ms)
{
  g_clear_handle_id (&self->pump, g_source_remove);
  self->pump = delay_ms == 0 ? g_idle_add_full (PRIORITY, pump_cb, self, NULL)
                             : g_timeout_add_full (PRIORITY, delay_ms, pump_cb, self, NULL);
}

static void
ready_cb (WeirSource *source, WeirSender *self)
{
  if (self->state == WEIR_SENDER_WRITING)
    weir_sender_pump_in (self, 0);
}

/* --- the connection's end --- */

static void
closed_cb (WeirChannelWriter *writer, const GError *error, WeirSender *self)
{
  g_autofree char *text = error != NULL ? weir_describe_error (error) : NULL;

  if (self->state == WEIR_SENDER_ABORTED)
    return;
  g_object_ref (self);
  weir_sender_drop_source (self);
  if (error == NULL)
    {
      g_autofree char *closed =
          g_strdup_printf (_ ("writer closed: %d %s"), WEIR_CLOSE_NORMAL, WEIR_REASON_STREAM_COMPLETE);

      weir_sender_note_event (self, WEIR_WAY_TO, closed);
      weir_sender_set_state (self, WEIR_SENDER_CLOSED);
    }
  else if (self->state != WEIR_SENDER_FAILED)
    {
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
      self->was_stopped = self->state == WEIR_SENDER_WRITING || self->was_stopped;
      weir_sender_note_event (self, WEIR_WAY_FROM, text);
      weir_sender_set_state (self, WEIR_SENDER_FAILED);
    }
  g_object_unref (self);
}

/* --- public --- */

void
weir_sender_start (WeirSender *self, const WeirWriting *writing)
{
  g_return_if_fail (WEIR_IS_SENDER (self) && self->state == WEIR_SENDER_OPEN);

  g_clear_pointer (&self->writing, weir_writing_free);
  self->writing = weir_writing_copy (writing);
  self->n_writings++;
  g_clear_error (&self->error);
  self->was_stopped = FALSE;
  self->due_us = 0;
  self->source = weir_source_new (writing, &self->error);
  if (self->source == NULL)
    {
      weir_sender_note_event (self, WEIR_WAY_TO, self->error->message);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
      return;
    }
  g_signal_connect (self->source, "ready", G_CALLBACK (ready_cb), self);
  weir_sender_pump_in (self, 0);
  weir_sender_set_state (self, WEIR_SENDER_WRITING);
}

/* @event: what travelled is told of it */
static void
weir_sender_stop_writing (WeirSender *self, const char *event)
{
  if (self->state != WEIR_SENDER_WRITING)
    return;
  self->was_stopped = TRUE;
  weir_sender_drop_source (self);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  weir_sender_note_event (self, WEIR_WAY_TO, event);
  weir_sender_set_state (self, WEIR_SENDER_OPEN);
}

void
weir_sender_stop (WeirSender *self)
{
  g_return_if_fail (WEIR_IS_SENDER (self));

  weir_sender_stop_writing (self, _ ("stopped here, the writer is open"));
}

gboolean
weir_sender_write (WeirSender *self, GBytes *bytes, gboolean is_text)
{
  g_return_val_if_fail (WEIR_IS_SENDER (self) && bytes != NULL, FALSE);

  if (self->state != WEIR_SENDER_OPEN || !has_room (self))
    return FALSE;
  weir_sender_send (self, bytes, is_text);
  return TRUE;
}

void
weir_sender_close (WeirSender *self)
{
  g_return_if_fail (WEIR_IS_SENDER (self));

  weir_sender_stop_writing (self, _ ("stopped here, the writer is closed after it"));
  if (self->state != WEIR_SENDER_OPEN)
    return;
  weir_sender_set_state (self, WEIR_SENDER_CLOSING);
  weir_channel_writer_close_async (self->writer, NULL, NULL, NULL); /* "closed" tells */
}

void
weir_sender_abort (WeirSender *self)
{
  g_return_if_fail (WEIR_IS_SENDER (self));

  if (self->state >= WEIR_SENDER_CLOSED)
    return;
  g_object_ref (self);
  self->was_stopped = self->state == WEIR_SENDER_WRITING || self->was_stopped;
  weir_sender_drop_source (self);
  self->state = WEIR_SENDER_ABORTED; /* what comes of it is of our making */
  weir_channel_writer_abort (self->writer);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  g_object_unref (self);
}

WeirSenderState
weir_sender_get_state (WeirSender *self)
{
  return self->state;
}

WeirSenderFigures
weir_sender_get_figures (WeirSender *self)
{
  return (WeirSenderFigures){
    .n_messages = self->n_messages,
    .n_bytes = self->n_bytes,
    .held_us = weir_channel_writer_get_held_us (self->writer),
    .is_held = weir_channel_writer_is_held (self->writer),
  };
}

const char *
weir_sender_get_awaited (WeirSender *self)
{
  gboolean is_waiting = self->state == WEIR_SENDER_WRITING && self->source != NULL &&
                        g_queue_is_empty (&self->underway) && weir_source_is_waiting (self->source);

  return is_waiting ? self->writing->path : NULL;
}

gboolean
weir_sender_was_stopped (WeirSender *self)
{
  return self->was_stopped;
}

const GError *
weir_sender_get_error (WeirSender *self)
{
  return self->error;
}

/* --- GObject --- */

static void
weir_sender_dispose (GObject *object)
{
  WeirSender *self = WEIR_SENDER (object);

  weir_sender_drop_source (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->writer != NULL)
    g_signal_handlers_disconnect_by_data (self->writer, self);
  g_clear_object (&self->writer);
  g_clear_object (&self->run);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (weir_sender_parent_class)->dispose (object);
}

static void
weir_sender_finalize (GObject *object)
{
  WeirSender *self = WEIR_SENDER (object);

  g_clear_pointer (&self->writing, weir_writing_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (weir_sender_parent_class)->finalize (object);
}

static void
weir_sender_class_init (WeirSenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_sender_dispose;
  object_class->finalize = weir_sender_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_sender_init (WeirSender *self)
{
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->underway);
}

WeirSender *
weir_sender_new (WeirChannelWriter *writer, WeirRun *run)
{
  WeirSender *self = g_object_new (WEIR_TYPE_SENDER, NULL);

  self->writer = g_object_ref (writer);
  self->run = g_object_ref (run);
  g_signal_connect (writer, "closed", G_CALLBACK (closed_cb), self);
  return self;
}
