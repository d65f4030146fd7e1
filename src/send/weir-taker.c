/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-taker.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-format.h"

/* Reading is done before GTK's frames (G_PRIORITY_HIGH_IDLE + 20), so after this long they have their turn. */
#define SLICE_US (4 * G_TIME_SPAN_MILLISECOND)
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

/* Until the disk has taken what waits for it. */
#define ROOM_MS 10

struct _WeirTaker
{
  GObject parent_instance;

  WeirChannelReader *reader;
  WeirRun *run;
  WeirSpool *spool;
  WeirTakerState state;
  GError *error; /* nullable */
  gboolean is_held;

  gint64 slice_us; /* when the slice began; 0: none has */
  guint resume;    /* 0: none is due */
  guint64 n_messages, n_bytes;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirTaker, weir_taker, G_TYPE_OBJECT)

static const char *
get_channel (WeirTaker *self)
{
  return weir_channel_reader_get_ref (self->reader)->channel_id;
}

static void
weir_taker_set_state (WeirTaker *self, WeirTakerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- slices --- */

static void weir_taker_resume_later (WeirTaker *self);

static gboolean
resume_cb (gpointer user_data)
{
  WeirTaker *self = user_data;

  self->resume = 0;
  self->slice_us = 0;
  if (!weir_spool_has_room (self->spool))
    weir_taker_resume_later (self);
  else if (!self->is_held && self->state == WEIR_TAKER_READING)
    weir_channel_reader_resume (self->reader);
  return G_SOURCE_REMOVE;
}

static void
weir_taker_resume_later (WeirTaker *self)
{
  if (self->resume != 0)
    return;
  self->resume = weir_spool_has_room (self->spool) ? g_idle_add_full (PRIORITY, resume_cb, self, NULL)
                                                   : g_timeout_add_full (PRIORITY, ROOM_MS, resume_cb, self, NULL);
}

/* FALSE: no more now. A slice that began long ago is over: the loop has been elsewhere since. */
static gboolean
weir_taker_may_go_on (WeirTaker *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->is_held)
    return FALSE;
  if (self->slice_us == 0)
    self->slice_us = now_us;
  if (now_us - self->slice_us < SLICE_US && weir_spool_has_room (self->spool))
    return TRUE;
  weir_taker_resume_later (self);
  return FALSE;
}

/* --- the reader --- */

/* Once, in its place among the messages. */
static void
note_lost (WeirTaker *self)
{
  g_autofree char *kept = weir_format_bytes_exact (weir_spool_get_size (self->spool)), *text = NULL;

  text = g_strdup_printf (weir_spool_is_at_limit (self->spool)
                              ? _ ("from here on nothing is kept for saving: the limit is reached with %s")
                              : _ ("from here on nothing is kept for saving: the disk has no room after %s"),
                          kept);
  weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, get_channel (self), text, 0);
}

static void
weir_taker_keep (WeirTaker *self, const guint8 *data, gsize len)
{
  gboolean was_whole = weir_spool_get_n_lost (self->spool) == 0;

  weir_spool_append (self->spool, data, len);
  if (was_whole && weir_spool_get_n_lost (self->spool) > 0)
    note_lost (self);
}

static gboolean
message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  WeirTaker *self = user_data;

  self->n_messages++;
  self->n_bytes += len;
  weir_taker_keep (self, data, len);
  weir_run_note_message (self->run, &(WeirTravelInit){
                                        .kind = is_text ? WEIR_TRAVEL_TEXT : WEIR_TRAVEL_BINARY,
                                        .way = WEIR_WAY_FROM,
                                        .channel = get_channel (self),
                                        .number = self->n_messages,
                                        .size = len,
                                        .data = data,
                                        .len = len,
                                    });
  return weir_taker_may_go_on (self);
}

static void
ended_cb (WeirChannelReader *reader, const GError *error, WeirTaker *self)
{
  g_autofree char *text = error != NULL ? weir_describe_error (error) : g_strdup (_ ("writer closed"));

  if (self->state != WEIR_TAKER_READING)
    return;
  if (error != NULL)
    self->error = g_error_copy (error);
  weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, get_channel (self), text, 0);
  weir_taker_set_state (self, error != NULL ? WEIR_TAKER_FAILED : WEIR_TAKER_ENDED);
}

/* --- public --- */

void
weir_taker_start (WeirTaker *self)
{
  g_return_if_fail (WEIR_IS_TAKER (self) && self->state == WEIR_TAKER_NEW);

  weir_taker_set_state (self, WEIR_TAKER_READING);
  weir_channel_reader_set_handler (self->reader, message_cb, g_object_ref (self), g_object_unref);
}

void
weir_taker_set_held (WeirTaker *self, gboolean is_held)
{
  g_return_if_fail (WEIR_IS_TAKER (self));

  if (self->is_held == is_held)
    return;
  self->is_held = is_held;
  if (self->state == WEIR_TAKER_READING)
    weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, get_channel (self),
                   is_held ? _ ("reading held") : _ ("reading goes on"), 0);
  if (!is_held && self->state == WEIR_TAKER_READING)
    weir_taker_resume_later (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gboolean
weir_taker_is_held (WeirTaker *self)
{
  return self->is_held;
}

void
weir_taker_leave (WeirTaker *self)
{
  g_return_if_fail (WEIR_IS_TAKER (self));

  if (self->state == WEIR_TAKER_READING)
    weir_run_note (self->run, WEIR_TRAVEL_EVENT, WEIR_WAY_TO, get_channel (self), _ ("reader left"), 0);
  if (self->state == WEIR_TAKER_READING || self->state == WEIR_TAKER_NEW)
    {
      gboolean was_reading = self->state == WEIR_TAKER_READING;

      weir_taker_set_state (self, WEIR_TAKER_LEFT);
      if (was_reading)
        weir_channel_reader_close (self->reader);
    }
}

WeirTakerState
weir_taker_get_state (WeirTaker *self)
{
  return self->state;
}

guint64
weir_taker_get_n_messages (WeirTaker *self)
{
  return self->n_messages;
}

guint64
weir_taker_get_n_bytes (WeirTaker *self)
{
  return self->n_bytes;
}

const GError *
weir_taker_get_error (WeirTaker *self)
{
  return self->error;
}

WeirSpool *
weir_taker_get_spool (WeirTaker *self)
{
  return self->spool;
}

/* --- GObject --- */

static void
weir_taker_dispose (GObject *object)
{
  WeirTaker *self = WEIR_TAKER (object);

  g_clear_handle_id (&self->resume, g_source_remove);
  if (self->reader != NULL)
    g_signal_handlers_disconnect_by_data (self->reader, self);
  g_clear_object (&self->reader);
  g_clear_object (&self->run);
  g_clear_object (&self->spool);
  G_OBJECT_CLASS (weir_taker_parent_class)->dispose (object);
}

static void
weir_taker_finalize (GObject *object)
{
  g_clear_error (&WEIR_TAKER (object)->error);
  G_OBJECT_CLASS (weir_taker_parent_class)->finalize (object);
}

static void
weir_taker_class_init (WeirTakerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_taker_dispose;
  object_class->finalize = weir_taker_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_taker_init (WeirTaker *self)
{
  self->spool = weir_spool_new ();
}

WeirTaker *
weir_taker_new (WeirChannelReader *reader, WeirRun *run)
{
  WeirTaker *self = g_object_new (WEIR_TYPE_TAKER, NULL);

  self->reader = g_object_ref (reader);
  self->run = g_object_ref (run);
  g_signal_connect (reader, "ended", G_CALLBACK (ended_cb), self);
  return self;
}
