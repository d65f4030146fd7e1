/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-state.h"

const char *const weir_totals_columns[WEIR_TOTALS_N_COLUMNS] = {
  "written_bytes",  "written_messages", "written_text",      "sent_bytes",     "sent_messages",  "acked_bytes",
  "acked_messages", "paused_us",        "buffered_messages", "buffered_bytes", "injected_bytes", "injected_messages",
};

/* A column is a place in the struct. */
G_STATIC_ASSERT (G_STRUCT_OFFSET (WeirTotals, unknown) == WEIR_TOTALS_N_COLUMNS * sizeof (guint64));

guint64
weir_totals_get (const WeirTotals *self, guint column)
{
  g_return_val_if_fail (column < WEIR_TOTALS_N_COLUMNS, 0);

  return ((const guint64 *) self)[column];
}

void
weir_totals_set (WeirTotals *self, guint column, guint64 value)
{
  g_return_if_fail (column < WEIR_TOTALS_N_COLUMNS);

  ((guint64 *) self)[column] = value;
}

void
weir_totals_append (GString *out, const WeirTotals *self, guint column)
{
  if (weir_totals_knows (self, 1u << column))
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, weir_totals_get (self, column));
  else
    g_string_append (out, "null");
}

gboolean
weir_totals_is_optional (guint column)
{
  return column >= G_STRUCT_OFFSET (WeirTotals, injected_bytes) / sizeof (guint64);
}

void
weir_totals_set_unknown (WeirTotals *self, guint32 columns)
{
  self->unknown |= columns;
  self->inferred &= ~columns;
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    if (columns & (1u << i))
      weir_totals_set (self, i, 0);
}

gboolean
weir_totals_knows (const WeirTotals *self, guint32 columns)
{
  return (self->unknown & columns) == 0;
}

guint64
weir_totals_get_unsent (const WeirTotals *self)
{
  guint64 all = self->written_messages + self->injected_messages;

  if (!weir_totals_knows (self, WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES))
    return 0;
  return all - MIN (all, self->sent_messages);
}

static gboolean
is_connected (WeirPresence presence)
{
  return presence == WEIR_PRESENCE_HERE || presence == WEIR_PRESENCE_ENGINE || presence == WEIR_PRESENCE_ELSEWHERE;
}

/* What the writer wrote and the reader has not got, as far as it can be seen. */
static gboolean
has_unread (const WeirMeters *meters)
{
  if (meters->is_writer_unseen || meters->is_reader_unseen) /* two figures that cannot be compared */
    return meters->outstanding_since_us != 0;
  return meters->outstanding_since_us != 0 || meters->totals.buffered_messages > 0 ||
         meters->totals.buffered_bytes > 0 || weir_totals_get_unsent (&meters->totals) > 0;
}

/* Of neither end it is known how much moved: both are elsewhere. */
static gboolean
is_blind (const WeirTotals *totals)
{
  return !weir_totals_knows (totals, WEIR_TOTALS_WRITTEN_MESSAGES) &&
         !weir_totals_knows (totals, WEIR_TOTALS_SENT_MESSAGES);
}

static gboolean
is_recent (gint64 at_us, gint64 now_us)
{
  return at_us != 0 && now_us - at_us < WEIR_STATE_QUIET_US;
}

/* What is slowed lets a message go now and then; a large one is followed by a long rest. */
static gboolean
is_held_back (const WeirMeters *meters, gint64 now_us)
{
  gboolean is_resting = meters->is_slowed && meters->totals.buffered_messages > 0 &&
                        meters->outstanding_since_us == 0 && !is_recent (meters->moved_us, now_us);

  return meters->is_held || is_resting;
}

/* For how long nothing may be shown to be read before the reader counts as stalled. */
static gint64
get_patience (const WeirMeters *meters, gint64 now_us)
{
  gboolean takes_all = meters->totals.acked_messages > 0 && meters->totals.buffered_messages == 0 &&
                       is_recent (meters->moved_us, now_us);

  return CLAMP (meters->patience_us, takes_all && !meters->has_rhythm ? WEIR_STATE_LUMP_US : WEIR_STATE_QUIET_US,
                WEIR_STATE_PATIENCE_MAX_US);
}

/* Both ends have connected, and the channel has not ended. */
static WeirState
decide_connected (const WeirMeters *meters, gint64 now_us)
{
  if (is_held_back (meters, now_us)) /* before all else: what else it looks like may be for that alone */
    return WEIR_STATE_HELD;
  if (meters->outstanding_since_us != 0 && now_us - meters->outstanding_since_us >= get_patience (meters, now_us))
    return WEIR_STATE_STALLED;
  if (meters->writer == WEIR_PRESENCE_GONE && has_unread (meters))
    return WEIR_STATE_DRAINING;
  if (is_recent (meters->moved_us, now_us))
    return WEIR_STATE_FLOWING;
  if (meters->outstanding_since_us != 0) /* in the midst of a message that takes longer than that: its bytes do move */
    return WEIR_STATE_FLOWING;
  if (meters->writer == WEIR_PRESENCE_GONE)
    return WEIR_STATE_DRAINING; /* of its messages nothing is left but the close, which has not arrived */
  if (is_blind (&meters->totals))
    return WEIR_STATE_UNKNOWN; /* it may flow, or not */
  return WEIR_STATE_IDLE;
}

/* Of an end nothing is known. What is seen of the other says as much as it does: what moves flows, and a writer that is
 * held is held because nobody takes what it writes. */
static WeirState
decide_partly (const WeirMeters *meters, gint64 now_us)
{
  gboolean is_one_here = meters->writer == WEIR_PRESENCE_HERE || meters->reader == WEIR_PRESENCE_HERE;
  gboolean is_held = meters->writer == WEIR_PRESENCE_HERE && meters->paused_since_us != 0;
  gint64 since_us = meters->outstanding_since_us != 0 ? meters->outstanding_since_us : meters->paused_since_us;

  if (is_held) /* what its socket takes now and then is what shows that somebody reads */
    return now_us - since_us >= get_patience (meters, now_us) ? WEIR_STATE_STALLED : WEIR_STATE_FLOWING;
  return is_one_here && is_recent (meters->moved_us, now_us) ? WEIR_STATE_FLOWING : WEIR_STATE_UNKNOWN;
}

WeirState
weir_state_decide (const WeirMeters *meters, gint64 now_us)
{
  if (meters->ended != WEIR_ENDED_NOT)
    return WEIR_STATE_CLOSED; /* known for certain, so "unknown" does not fit, however little is known of the ends */
  if (meters->writer == WEIR_PRESENCE_UNKNOWN || meters->reader == WEIR_PRESENCE_UNKNOWN)
    return decide_partly (meters, now_us);
  if (meters->reader == WEIR_PRESENCE_GONE && (is_connected (meters->writer) || has_unread (meters)))
    return WEIR_STATE_READER_GONE;
  if (meters->writer == WEIR_PRESENCE_NONE)
    return meters->reader == WEIR_PRESENCE_NONE ? WEIR_STATE_CREATED : WEIR_STATE_WAITING_WRITER;
  if (meters->reader == WEIR_PRESENCE_NONE)
    return WEIR_STATE_WAITING_READER;
  return decide_connected (meters, now_us);
}

gint64
weir_state_next_change_us (const WeirMeters *meters, gint64 now_us)
{
  gint64 since_us = meters->outstanding_since_us;
  gint64 moments[] = { since_us != 0 ? since_us + WEIR_STATE_QUIET_US : 0,
                       since_us != 0 ? since_us + WEIR_STATE_LUMP_US : 0,
                       since_us != 0 ? since_us + MIN (meters->patience_us, WEIR_STATE_PATIENCE_MAX_US) : 0,
                       meters->paused_since_us != 0 ? meters->paused_since_us + WEIR_STATE_QUIET_US : 0,
                       meters->moved_us != 0 ? meters->moved_us + WEIR_STATE_QUIET_US : 0 };
  WeirState now = weir_state_decide (meters, now_us);
  gint64 next_us = 0;

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    if (moments[i] > now_us && (next_us == 0 || moments[i] < next_us) && weir_state_decide (meters, moments[i]) != now)
      next_us = moments[i];
  return next_us;
}

static const char *const state_words[] = {
  [WEIR_STATE_UNKNOWN] = "unknown",
  [WEIR_STATE_CREATED] = "created",
  [WEIR_STATE_WAITING_READER] = "waiting-reader",
  [WEIR_STATE_WAITING_WRITER] = "waiting-writer",
  [WEIR_STATE_FLOWING] = "flowing",
  [WEIR_STATE_HELD] = "held",
  [WEIR_STATE_STALLED] = "stalled",
  [WEIR_STATE_DRAINING] = "draining",
  [WEIR_STATE_IDLE] = "idle",
  [WEIR_STATE_READER_GONE] = "reader-gone",
  [WEIR_STATE_CLOSED] = "closed",
};

static const char *const presence_words[] = {
  [WEIR_PRESENCE_UNKNOWN] = "unknown", [WEIR_PRESENCE_NONE] = "none",           [WEIR_PRESENCE_HERE] = "here",
  [WEIR_PRESENCE_ENGINE] = "engine",   [WEIR_PRESENCE_ELSEWHERE] = "elsewhere", [WEIR_PRESENCE_GONE] = "gone",
};

static const char *const ended_by_words[] = {
  [WEIR_ENDED_NOT] = NULL,
  [WEIR_ENDED_WRITER] = "writer",
  [WEIR_ENDED_WRITER_LOST] = "writer-lost",
  [WEIR_ENDED_READER] = "reader",
  [WEIR_ENDED_EXPIRED] = "expired",
  [WEIR_ENDED_ENGINE] = "engine",
  [WEIR_ENDED_OBSERVER] = "observer",
  [WEIR_ENDED_UNKNOWN] = "unknown",
};

/* Its place in @words, -1 if it is none of them. */
static int
find_word (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; i < n_words; i++)
    if (word != NULL && g_strcmp0 (words[i], word) == 0)
      return i;
  return -1;
}

const char *
weir_state_to_string (WeirState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_words), NULL);

  return state_words[state];
}

gboolean
weir_state_from_string (const char *string, WeirState *state)
{
  int i = find_word (state_words, G_N_ELEMENTS (state_words), string);

  if (i >= 0)
    *state = i;
  return i >= 0;
}

gboolean
weir_presence_is_news (WeirPresence before, WeirPresence now)
{
  gboolean says_less = now == WEIR_PRESENCE_NONE || now == WEIR_PRESENCE_UNKNOWN;

  return now != before && !(before == WEIR_PRESENCE_ELSEWHERE && says_less);
}

const char *
weir_presence_to_string (WeirPresence presence)
{
  g_return_val_if_fail (presence < G_N_ELEMENTS (presence_words), NULL);

  return presence_words[presence];
}

gboolean
weir_presence_from_string (const char *string, WeirPresence *presence)
{
  int i = find_word (presence_words, G_N_ELEMENTS (presence_words), string);

  if (i >= 0)
    *presence = i;
  return i >= 0;
}

const char *
weir_ended_by_to_string (WeirEndedBy by)
{
  g_return_val_if_fail (by < G_N_ELEMENTS (ended_by_words), NULL);

  return ended_by_words[by];
}

gboolean
weir_ended_by_from_string (const char *string, WeirEndedBy *by)
{
  int i = find_word (ended_by_words, G_N_ELEMENTS (ended_by_words), string);

  if (i >= 0)
    *by = i;
  return i >= 0;
}
