/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-state.h"

#include <string.h>

#define NOW   G_GINT64_CONSTANT (1000000000)
#define QUIET WEIR_STATE_QUIET_US

#define UNKNOWN   WEIR_PRESENCE_UNKNOWN
#define NONE      WEIR_PRESENCE_NONE
#define HERE      WEIR_PRESENCE_HERE
#define ENGINE    WEIR_PRESENCE_ENGINE
#define ELSEWHERE WEIR_PRESENCE_ELSEWHERE
#define GONE      WEIR_PRESENCE_GONE

/* A situation, in the ages of things (µs before now; -1: never), and the state that it is. */
static const struct
{
  const char *what;
  WeirPresence writer;
  WeirPresence reader;
  WeirEndedBy ended;
  gint64 moved_ago;
  gint64 outstanding_for;
  guint64 written;
  guint64 sent;
  guint64 buffered;
  WeirState state;
} rows[] = {
  /* unknown */
  { "nothing is known", UNKNOWN, UNKNOWN, 0, -1, -1, 0, 0, 0, WEIR_STATE_UNKNOWN },
  { "the reader is not known", HERE, UNKNOWN, 0, QUIET, -1, 5, 5, 0, WEIR_STATE_UNKNOWN },
  { "the writer is not known", UNKNOWN, HERE, 0, QUIET, -1, 5, 5, 0, WEIR_STATE_UNKNOWN },
  { "the writer is not known, the reader left", UNKNOWN, GONE, 0, 10, -1, 5, 5, 0, WEIR_STATE_UNKNOWN },

  /* closed, whatever else */
  { "closed by the writer", GONE, GONE, WEIR_ENDED_WRITER, 10, -1, 5, 5, 0, WEIR_STATE_CLOSED },
  { "the writer lost", GONE, GONE, WEIR_ENDED_WRITER_LOST, 10, -1, 5, 5, 0, WEIR_STATE_CLOSED },
  { "closed by the reader, unread", GONE, GONE, WEIR_ENDED_READER, 10, 10, 9, 5, 4, WEIR_STATE_CLOSED },
  { "expired before anybody came", NONE, NONE, WEIR_ENDED_EXPIRED, -1, -1, 0, 0, 0, WEIR_STATE_CLOSED },
  { "closed by the engine, both there", HERE, HERE, WEIR_ENDED_ENGINE, 10, 10, 5, 5, 0, WEIR_STATE_CLOSED },
  { "closed by an observer, stalled", HERE, HERE, WEIR_ENDED_OBSERVER, 10, QUIET, 5, 1, 4, WEIR_STATE_CLOSED },
  { "ended, of ends unknown", UNKNOWN, UNKNOWN, WEIR_ENDED_WRITER, -1, -1, 0, 0, 0, WEIR_STATE_CLOSED },

  /* reader-gone */
  { "the reader left, the writer is there", HERE, GONE, 0, 10, -1, 5, 5, 0, WEIR_STATE_READER_GONE },
  { "the same, the writer in the engine", ENGINE, GONE, 0, 10, -1, 5, 5, 0, WEIR_STATE_READER_GONE },
  { "the same, the writer elsewhere", ELSEWHERE, GONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_READER_GONE },
  { "both left, something buffered", GONE, GONE, 0, QUIET, -1, 5, 3, 2, WEIR_STATE_READER_GONE },
  { "both left, something not sent", GONE, GONE, 0, QUIET, -1, 5, 3, 0, WEIR_STATE_READER_GONE },
  { "both left, something not acknowledged", GONE, GONE, 0, QUIET, QUIET, 5, 5, 0, WEIR_STATE_READER_GONE },

  /* waiting-reader */
  { "the writer is there", HERE, NONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_READER },
  { "the writer just wrote", HERE, NONE, 0, 10, 10, 5, 0, 5, WEIR_STATE_WAITING_READER },
  { "the writer wrote long ago", HERE, NONE, 0, QUIET, QUIET, 5, 0, 5, WEIR_STATE_WAITING_READER },
  { "the writer in the engine", ENGINE, NONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_READER },
  { "the writer elsewhere", ELSEWHERE, NONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_READER },
  { "the writer has closed already", GONE, NONE, 0, QUIET, QUIET, 5, 0, 5, WEIR_STATE_WAITING_READER },

  /* waiting-writer */
  { "the reader is there", NONE, HERE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_WRITER },
  { "the reader in the engine", NONE, ENGINE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_WRITER },
  { "the reader elsewhere", NONE, ELSEWHERE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_WRITER },
  { "the reader came and left", NONE, GONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_WAITING_WRITER },

  /* created */
  { "neither has come", NONE, NONE, 0, -1, -1, 0, 0, 0, WEIR_STATE_CREATED },

  /* stalled */
  { "no progress for just 3 s", HERE, HERE, 0, QUIET, QUIET, 5, 1, 4, WEIR_STATE_STALLED },
  { "a hung reader behind small messages: all sent, none acknowledged, the writer goes on", HERE, HERE, 0, 1, QUIET,
    100000, 100000, 0, WEIR_STATE_STALLED },
  { "the same, nothing moves any more", HERE, HERE, 0, 100 * QUIET, 100 * QUIET, 3000, 3000, 0, WEIR_STATE_STALLED },
  { "the reader in the engine", HERE, ENGINE, 0, QUIET, QUIET, 5, 1, 4, WEIR_STATE_STALLED },
  { "the reader elsewhere", HERE, ELSEWHERE, 0, QUIET, QUIET, 5, 1, 4, WEIR_STATE_STALLED },
  { "the writer elsewhere", ELSEWHERE, HERE, 0, QUIET, QUIET, 5, 1, 4, WEIR_STATE_STALLED },
  { "the writer has closed", GONE, HERE, 0, QUIET, QUIET, 5, 1, 4, WEIR_STATE_STALLED },

  /* draining */
  { "the writer has closed, something is buffered", GONE, HERE, 0, 10, 10, 5, 1, 4, WEIR_STATE_DRAINING },
  { "just before it is a stall", GONE, HERE, 0, QUIET, QUIET - 1, 5, 1, 4, WEIR_STATE_DRAINING },
  { "something is not sent", GONE, HERE, 0, 10, -1, 5, 1, 0, WEIR_STATE_DRAINING },
  { "something is not acknowledged", GONE, HERE, 0, 10, 10, 5, 5, 0, WEIR_STATE_DRAINING },
  { "the reader in the engine", GONE, ENGINE, 0, 10, 10, 5, 1, 4, WEIR_STATE_DRAINING },
  { "only the close has not arrived", GONE, HERE, 0, QUIET, -1, 5, 5, 0, WEIR_STATE_DRAINING },

  /* flowing */
  { "a message moved now", HERE, HERE, 0, 0, -1, 5, 5, 0, WEIR_STATE_FLOWING },
  { "a message moved just less than 3 s ago", HERE, HERE, 0, QUIET - 1, -1, 5, 5, 0, WEIR_STATE_FLOWING },
  { "outstanding for just less than 3 s", HERE, HERE, 0, QUIET - 1, QUIET - 1, 5, 1, 4, WEIR_STATE_FLOWING },
  { "both elsewhere", ELSEWHERE, ELSEWHERE, 0, 10, -1, 5, 5, 0, WEIR_STATE_FLOWING },
  { "from the engine", ENGINE, HERE, 0, 10, -1, 5, 5, 0, WEIR_STATE_FLOWING },
  { "in the midst of a long message", HERE, HERE, 0, 4 * QUIET, 10, 5, 4, 1, WEIR_STATE_FLOWING },
  { "the writer just closed, nothing left", GONE, HERE, 0, 10, -1, 5, 5, 0, WEIR_STATE_FLOWING },

  /* idle */
  { "nothing ever moved", HERE, HERE, 0, -1, -1, 0, 0, 0, WEIR_STATE_IDLE },
  { "nothing for just 3 s", HERE, HERE, 0, QUIET, -1, 5, 5, 0, WEIR_STATE_IDLE },
  { "to the engine", HERE, ENGINE, 0, QUIET, -1, 5, 5, 0, WEIR_STATE_IDLE },
  { "both elsewhere", ELSEWHERE, ELSEWHERE, 0, -1, -1, 0, 0, 0, WEIR_STATE_IDLE },
};

static WeirMeters
meters_of_row (guint i)
{
  WeirMeters meters = {
    .writer = rows[i].writer, .reader = rows[i].reader, .ended = rows[i].ended, .reader_answers = TRUE
  };

  meters.totals.written_messages = rows[i].written;
  meters.totals.sent_messages = rows[i].sent;
  meters.totals.buffered_messages = rows[i].buffered;
  meters.moved_us = rows[i].moved_ago < 0 ? 0 : NOW - rows[i].moved_ago;
  meters.outstanding_since_us = rows[i].outstanding_for < 0 ? 0 : NOW - rows[i].outstanding_for;
  return meters;
}

static void
test_decide (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WeirMeters meters = meters_of_row (i);
      WeirState state = weir_state_decide (&meters, NOW);

      if (state != rows[i].state)
        g_error ("%s: %s is %s", weir_state_to_string (rows[i].state), rows[i].what, weir_state_to_string (state));
    }
}

/* The next change is told exactly: a moment earlier all is as it was, then it is not; and if there is none, time
 * changes nothing. */
static void
test_next_change (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WeirMeters meters = meters_of_row (i);
      gint64 next_us = weir_state_next_change_us (&meters, NOW);

      if (next_us == 0)
        {
          for (gint64 later = 1; later < 100 * QUIET; later += QUIET / 2)
            g_assert_cmpint (weir_state_decide (&meters, NOW + later), ==, rows[i].state);
          continue;
        }
      g_assert_cmpint (next_us, >, NOW);
      g_assert_cmpint (weir_state_decide (&meters, next_us - 1), ==, rows[i].state);
      g_assert_cmpint (weir_state_decide (&meters, next_us), !=, rows[i].state);
    }
}

static void
test_next_change_of (void)
{
  WeirMeters meters = { .writer = HERE, .reader = HERE, .moved_us = NOW };

  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW + QUIET); /* flowing, then idle */
  meters.outstanding_since_us = NOW - QUIET / 2;
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW + QUIET - QUIET / 2); /* flowing, then stalled */
  meters.reader = NONE;
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, 0); /* only the reader's coming ends it */
}

static void
test_totals (void)
{
  static const char *const names[] = { "written_bytes",     "written_messages", "written_text",   "sent_bytes",
                                       "sent_messages",     "acked_bytes",      "acked_messages", "paused_us",
                                       "buffered_messages", "buffered_bytes",   "injected_bytes", "injected_messages" };
  WeirTotals totals = { 0 };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == WEIR_TOTALS_N_COLUMNS);
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      g_assert_cmpstr (weir_totals_columns[i], ==, names[i]);
      weir_totals_set (&totals, i, i + 100);
    }
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    g_assert_cmpuint (weir_totals_get (&totals, i), ==, i + 100);
  g_assert_cmpuint (totals.written_bytes, ==, 100);
  g_assert_cmpuint (totals.paused_us, ==, 107);
  g_assert_cmpuint (totals.buffered_bytes, ==, 109);
}

/* What an observer holds is nobody's fault; what it slows is so only while nothing else keeps it. */
static void
test_held (void)
{
  WeirMeters meters = { .writer = HERE, .reader = HERE, .moved_us = NOW - QUIET };

  meters.totals.buffered_messages = 3;
  meters.outstanding_since_us = NOW - QUIET;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_STALLED);
  meters.is_slowed = TRUE;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_STALLED);
  meters.outstanding_since_us = 0;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_HELD);
  meters.moved_us = NOW - 1;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW - 1 + QUIET);
  meters.totals.buffered_messages = 0;
  g_assert_cmpint (weir_state_decide (&meters, NOW + QUIET), ==, WEIR_STATE_IDLE);

  meters.is_held = TRUE;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_HELD);
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, 0);
  meters.writer = GONE;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_HELD);
  meters.reader = NONE;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_WAITING_READER);
  meters.ended = WEIR_ENDED_OBSERVER;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_CLOSED);
}

/* A relay sees one end alone: what the other would have counted is no figure that anything follows from. */
static void
test_unseen (void)
{
  WeirMeters meters = {
    .writer = HERE, .reader = ELSEWHERE, .is_reader_unseen = TRUE, .moved_us = NOW - 10, .totals.written_messages = 5
  };

  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_state_decide (&meters, NOW + QUIET), ==, WEIR_STATE_IDLE);
  meters.outstanding_since_us = NOW - QUIET;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_STALLED);

  meters = (WeirMeters){ .writer = GONE, .reader = GONE, .is_reader_unseen = TRUE, .totals.written_messages = 5 };
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_DRAINING);
  meters.is_reader_unseen = FALSE;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_READER_GONE);
}

/* Of an end of which nothing is known nothing is said; what the other does is seen all the same. */
static void
test_partly (void)
{
  WeirMeters meters = { .writer = HERE, .reader = WEIR_PRESENCE_UNKNOWN, .moved_us = NOW - 10 };

  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW - 10 + QUIET);
  g_assert_cmpint (weir_state_decide (&meters, NOW + QUIET), ==, WEIR_STATE_UNKNOWN);
  meters.moved_us = NOW - 2 * QUIET;
  meters.paused_since_us = NOW - QUIET + 5;
  g_assert_cmpint (weir_state_decide (&meters, NOW), ==, WEIR_STATE_FLOWING); /* its last message is on its way */
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW + 5);
  g_assert_cmpint (weir_state_decide (&meters, NOW + 5), ==, WEIR_STATE_STALLED);
  meters.outstanding_since_us = NOW - 5; /* it is held all the time, but its socket has just taken something */
  g_assert_cmpint (weir_state_decide (&meters, NOW + 5), ==, WEIR_STATE_FLOWING);
  meters.outstanding_since_us = NOW - QUIET;
  meters.patience_us = 2 * QUIET; /* it takes something every few seconds */
  g_assert_cmpint (weir_state_decide (&meters, NOW + QUIET - 1), ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_state_next_change_us (&meters, NOW), ==, NOW + QUIET);
  g_assert_cmpint (weir_state_decide (&meters, NOW + QUIET), ==, WEIR_STATE_STALLED);
  meters.writer = WEIR_PRESENCE_UNKNOWN; /* then it is not seen that it is held */
  g_assert_cmpint (weir_state_decide (&meters, NOW + 5), ==, WEIR_STATE_UNKNOWN);
}

static void
test_unsent (void)
{
  WeirTotals totals = { .written_messages = 5, .injected_messages = 2, .sent_messages = 6 };

  g_assert_cmpuint (weir_totals_get_unsent (&totals), ==, 1);
  totals.sent_messages = 9;
  g_assert_cmpuint (weir_totals_get_unsent (&totals), ==, 0);
  g_assert_false (weir_totals_is_optional (9));
  g_assert_true (weir_totals_is_optional (10));
  g_assert_true (weir_totals_is_optional (11));
}

/* What is not known is not taken for nothing: no unread message is made up, and no quiet writer. */
static void
test_unknown (void)
{
  static const struct
  {
    const char *what;
    WeirPresence writer, reader;
    gint64 moved_ago; /* -1: never */
    guint32 unknown;
    WeirState state;
  } blind[] = {
    { "its writer does not pass here", ELSEWHERE, HERE, QUIET, WEIR_TOTALS_OF_WRITER, WEIR_STATE_IDLE },
    { "its reader does not", HERE, ELSEWHERE, QUIET, WEIR_TOTALS_OF_READER, WEIR_STATE_IDLE },
    { "its reader does not, the writer writes", HERE, ELSEWHERE, 1, WEIR_TOTALS_OF_READER, WEIR_STATE_FLOWING },
    { "neither does", ELSEWHERE, ELSEWHERE, -1, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER, WEIR_STATE_UNKNOWN },
    { "neither does, and one is in the engine", ELSEWHERE, ENGINE, -1, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER,
      WEIR_STATE_UNKNOWN },
    { "neither does, the writer left", GONE, ELSEWHERE, -1, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER,
      WEIR_STATE_DRAINING },
    { "neither does, the reader left", ELSEWHERE, GONE, -1, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER,
      WEIR_STATE_READER_GONE },
    { "both left, how much was read is not known", GONE, GONE, QUIET, WEIR_TOTALS_OF_READER, WEIR_STATE_DRAINING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (blind); i++)
    {
      WeirMeters meters = { .writer = blind[i].writer, .reader = blind[i].reader };

      meters.totals.written_messages = meters.totals.sent_messages = 5;
      meters.moved_us = blind[i].moved_ago < 0 ? 0 : NOW - blind[i].moved_ago;
      weir_totals_set_unknown (&meters.totals, blind[i].unknown);
      if (weir_state_decide (&meters, NOW) != blind[i].state)
        g_error ("%s: %s is %s", weir_state_to_string (blind[i].state), blind[i].what,
                 weir_state_to_string (weir_state_decide (&meters, NOW)));
    }
}

static void
test_set_unknown (void)
{
  WeirTotals totals = { .written_messages = 5, .sent_messages = 3, .sent_bytes = 7 };
  g_autoptr (GString) out = g_string_new (NULL);

  totals.inferred = WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES;
  g_assert_true (weir_totals_knows (&totals, G_MAXUINT32));
  weir_totals_set_unknown (&totals, WEIR_TOTALS_OF_READER);
  g_assert_cmpuint (totals.sent_messages, ==, 0);
  g_assert_cmpuint (totals.inferred, ==, WEIR_TOTALS_WRITTEN_MESSAGES);
  g_assert_false (weir_totals_knows (&totals, WEIR_TOTALS_SENT_BYTES));
  g_assert_true (weir_totals_knows (&totals, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_BUFFER));
  g_assert_cmpuint (weir_totals_get_unsent (&totals), ==, 0);
  weir_totals_append (out, &totals, 1);
  weir_totals_append (out, &totals, 4);
  g_assert_cmpstr (out->str, ==, "5null");
}

static void
test_state_words (void)
{
  static const char *const words[] = { "unknown", "created",  "waiting-reader", "waiting-writer", "flowing", "held",
                                       "stalled", "draining", "idle",           "reader-gone",    "closed" };
  WeirState state;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpstr (weir_state_to_string (i), ==, words[i]);
      g_assert_true (weir_state_from_string (words[i], &state));
      g_assert_cmpint (state, ==, i);
    }
  g_assert_false (weir_state_from_string ("Flowing", &state));
  g_assert_false (weir_state_from_string ("", &state));
  g_assert_false (weir_state_from_string (NULL, &state));
}

static void
test_presence_words (void)
{
  static const char *const words[] = { "unknown", "none", "here", "engine", "elsewhere", "gone" };
  WeirPresence presence;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpstr (weir_presence_to_string (i), ==, words[i]);
      g_assert_true (weir_presence_from_string (words[i], &presence));
      g_assert_cmpint (presence, ==, i);
    }
  g_assert_false (weir_presence_from_string ("there", &presence));
  g_assert_false (weir_presence_from_string (NULL, &presence));
}

static void
test_ended_by_words (void)
{
  static const char *const words[] = { NULL,      "writer", "writer-lost", "reader",
                                       "expired", "engine", "observer",    "unknown" };
  WeirEndedBy by;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpstr (weir_ended_by_to_string (i), ==, words[i]);
      g_assert_cmpint (weir_ended_by_from_string (words[i], &by), ==, words[i] != NULL);
      if (words[i] != NULL)
        g_assert_cmpint (by, ==, i);
    }
  g_assert_false (weir_ended_by_from_string ("somebody", &by));
}

/* A reader that shows in lumps what it has read, and one that has stopped. */
static void
test_patience (void)
{
  static const struct
  {
    guint64 acked, buffered;
    gint64 moved_ago, outstanding_for, patience;
    WeirState state;
    gboolean has_rhythm;
  } cases[] = {
    { 0, 0, 1, QUIET, 0, WEIR_STATE_STALLED },
    { 5, 0, 1, QUIET, 0, WEIR_STATE_FLOWING },
    { 5, 0, 1, WEIR_STATE_LUMP_US - 1, 0, WEIR_STATE_FLOWING },
    { 5, 0, 1, WEIR_STATE_LUMP_US, 0, WEIR_STATE_STALLED },
    { 5, 0, QUIET, QUIET, 0, WEIR_STATE_STALLED },
    { 5, 4, 1, QUIET, 0, WEIR_STATE_STALLED },
    { 5, 4, 1, QUIET, 2 * QUIET, WEIR_STATE_FLOWING },
    { 5, 4, QUIET, 2 * QUIET - 1, 2 * QUIET, WEIR_STATE_FLOWING },
    { 5, 4, QUIET, 2 * QUIET, 2 * QUIET, WEIR_STATE_STALLED },
    { 5, 4, 1, WEIR_STATE_PATIENCE_MAX_US, 100 * QUIET, WEIR_STATE_STALLED },
    /* Its rhythm is known: it acknowledged all the time, and its socket still takes all, but it has stopped. */
    { 5, 0, 1, QUIET - 1, 500, WEIR_STATE_FLOWING, TRUE },
    { 5, 0, 1, QUIET, 500, WEIR_STATE_STALLED, TRUE },
    /* Between two of its lumps. */
    { 5, 0, 1, 2 * QUIET - 1, 2 * QUIET, WEIR_STATE_FLOWING, TRUE },
    { 5, 0, 1, 2 * QUIET, 2 * QUIET, WEIR_STATE_STALLED, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirMeters meters = { .writer = HERE,
                            .reader = HERE,
                            .moved_us = NOW - cases[i].moved_ago,
                            .outstanding_since_us = NOW - cases[i].outstanding_for,
                            .patience_us = cases[i].patience,
                            .has_rhythm = cases[i].has_rhythm };
      gint64 next_us;

      meters.totals.written_messages = 9 + cases[i].buffered;
      meters.totals.sent_messages = 9;
      meters.totals.acked_messages = cases[i].acked;
      meters.totals.buffered_messages = cases[i].buffered;
      g_assert_cmpint (weir_state_decide (&meters, NOW), ==, cases[i].state);
      next_us = weir_state_next_change_us (&meters, NOW);
      if (next_us == 0)
        continue;
      g_assert_cmpint (weir_state_decide (&meters, next_us - 1), ==, cases[i].state);
      g_assert_cmpint (weir_state_decide (&meters, next_us), !=, cases[i].state);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/state/decide", test_decide);
  g_test_add_func ("/protocol/state/next-change", test_next_change);
  g_test_add_func ("/protocol/state/next-change-of", test_next_change_of);
  g_test_add_func ("/protocol/state/totals", test_totals);
  g_test_add_func ("/protocol/state/held", test_held);
  g_test_add_func ("/protocol/state/unseen", test_unseen);
  g_test_add_func ("/protocol/state/partly", test_partly);
  g_test_add_func ("/protocol/state/unsent", test_unsent);
  g_test_add_func ("/protocol/state/unknown", test_unknown);
  g_test_add_func ("/protocol/state/set-unknown", test_set_unknown);
  g_test_add_func ("/protocol/state/state-words", test_state_words);
  g_test_add_func ("/protocol/state/presence-words", test_presence_words);
  g_test_add_func ("/protocol/state/ended-by-words", test_ended_by_words);
  g_test_add_func ("/protocol/state/patience", test_patience);
  return g_test_run ();
}
