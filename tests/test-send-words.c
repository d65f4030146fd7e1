/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-held-words.h"

/* What an end that Weir holds is doing: what is known, and no guess. */

#define S  G_USEC_PER_SEC
#define NB "\302\240"

static void
test_sender (void)
{
  static const struct
  {
    WeirSenderSituation situation;
    const char *words;
  } rows[] = {
    { { WEIR_SENDER_OPEN }, "open" },
    { { WEIR_SENDER_WRITING }, "writing" },
    { { WEIR_SENDER_WRITING, .held_by = WEIR_HELD_BY_READER }, "writing" },
    { { WEIR_SENDER_WRITING, .waits_for_file = TRUE, .silence_us = 4 * S }, "waits for its file" },
    { { WEIR_SENDER_WRITING, .is_held = TRUE }, "writing, held" },
    { { WEIR_SENDER_WRITING, .is_held = TRUE, .held_by = WEIR_HELD_BY_READER }, "writing, held by the reader" },
    { { WEIR_SENDER_WRITING, .is_held = TRUE, .held_by = WEIR_HELD_BY_NO_READER },
      "writing, held until a reader comes" },
    { { WEIR_SENDER_WRITING, .is_held = TRUE, .held_by = WEIR_HELD_BY_OBSERVER }, "writing, held by an observer" },
    { { WEIR_SENDER_WRITING, .is_held = TRUE, .held_by = WEIR_HELD_BY_ENGINE }, "writing, held by the engine" },
    /* What the point said last is old. */
    { { WEIR_SENDER_WRITING, .is_held = TRUE, .held_by = WEIR_HELD_BY_READER, .silence_us = 4 * S },
      "writing, held: nothing from the engine for 4.0" NB "s" },
    { { WEIR_SENDER_WRITING, .silence_us = 4 * S }, "writing: nothing from the engine for 4.0" NB "s" },
    { { WEIR_SENDER_CLOSING }, "closing: the rest is on its way" },
    { { WEIR_SENDER_CLOSING, .silence_us = 12 * S }, "closing: nothing from the engine for 12" NB "s" },
    { { WEIR_SENDER_OPEN, .silence_us = 4 * S }, "open" },
    { { WEIR_SENDER_CLOSED, .silence_us = 4 * S }, "closed" },
    { { WEIR_SENDER_FAILED, .silence_us = 4 * S }, "cut off" },
    { { WEIR_SENDER_ABORTED, .silence_us = 4 * S }, "given up" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = weir_held_words_of_sender (&rows[i].situation);

      g_assert_cmpstr (words, ==, rows[i].words);
    }
}

static void
test_taker (void)
{
  static const struct
  {
    WeirTakerState state;
    gboolean is_held;
    gint64 silence_us;
    const char *words;
  } rows[] = {
    { WEIR_TAKER_NEW, FALSE, 4 * S, "not connected" },
    { WEIR_TAKER_READING, FALSE, 0, "reading" },
    { WEIR_TAKER_READING, FALSE, 4 * S, "reading: nothing from the engine for 4.0" NB "s" },
    { WEIR_TAKER_READING, TRUE, 4 * S, "not reading" },
    { WEIR_TAKER_ENDED, FALSE, 4 * S, "ended" },
    { WEIR_TAKER_LEFT, FALSE, 4 * S, "left" },
    { WEIR_TAKER_FAILED, FALSE, 4 * S, "cut off" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = weir_held_words_of_taker (rows[i].state, rows[i].is_held, rows[i].silence_us);

      g_assert_cmpstr (words, ==, rows[i].words);
    }
}

/* Each message has its own share of the time that the writer was held, where that is worth a word. */
static void
test_held_message (void)
{
  static const gint64 rows[][2] = {
    { 0, 0 },
    { -1, 0 },
    { WEIR_TRAVEL_MIN_HELD_US - 1, 0 },
    { WEIR_TRAVEL_MIN_HELD_US, WEIR_TRAVEL_MIN_HELD_US },
    { 5 * S, 5 * S },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirTravel) travel = weir_travel_new (
          &(WeirTravelInit){ .kind = WEIR_TRAVEL_BINARY, .held_us = rows[i][0], .data = "", .len = 0 });

      g_assert_cmpint (weir_travel_get_held_us (travel), ==, rows[i][1]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/words/sender", test_sender);
  g_test_add_func ("/send/words/taker", test_taker);
  g_test_add_func ("/send/words/held-message", test_held_message);
  return g_test_run ();
}
