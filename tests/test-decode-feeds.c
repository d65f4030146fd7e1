/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "replay.h"

/* Recorded feeds, and beside each in a table of text what the window says of each channel at which second: state, the
 * line in the list, and every finding with its sentence and its advice. tests/tools/say-feed writes such a table. */

static char *
dup_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "feeds", name, NULL);
}

static char *
say_all (const char *feed, char **lines)
{
  g_autoptr (GString) said = g_string_new (NULL);
  Replay *replay = replay_open (feed);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], REPLAY_TIME))
      {
        replay_until (replay, g_ascii_strtoll (lines[i] + strlen (REPLAY_TIME), NULL, 10));
        replay_say (replay, said);
      }
  replay_close (replay);
  return g_string_free (g_steal_pointer (&said), FALSE);
}

static void
test_feed (gconstpointer data)
{
  const char *name = data;
  g_autofree char *feed_name = g_strdup_printf ("%s.ndjson", name), *table_name = g_strdup_printf ("%s.txt", name);
  g_autofree char *feed = dup_path (feed_name), *table = dup_path (table_name);
  g_autofree char *text = NULL, *said = NULL;
  g_auto (GStrv) expected = NULL, actual = NULL;

  g_assert_true (g_file_get_contents (table, &text, NULL, NULL));
  expected = g_strsplit (text, "\n", -1);
  said = say_all (feed, expected);
  actual = g_strsplit (said, "\n", -1);
  for (guint i = 0; expected[i] != NULL && actual[i] != NULL; i++)
    g_assert_cmpstr (actual[i], ==, expected[i]);
  g_assert_cmpuint (g_strv_length (actual), ==, g_strv_length (expected));
}

/* What is known of a channel does not hang on how often one has looked. */
static void
test_in_steps (void)
{
  g_autofree char *feed = dup_path ("faults.ndjson");
  g_autoptr (GString) once = g_string_new (NULL), often = g_string_new (NULL);
  Replay *replay = replay_open (feed);

  replay_until (replay, 10000);
  replay_say (replay, once);
  replay_close (replay);

  replay = replay_open (feed);
  for (gint64 at_ms = 0; at_ms <= 10000; at_ms += 100)
    {
      g_string_truncate (often, 0);
      replay_until (replay, at_ms);
      replay_say (replay, often);
    }
  replay_close (replay);
  g_assert_cmpstr (often->str, ==, once->str);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/decode/feeds/faults", "faults", test_feed);
  g_test_add_data_func ("/decode/feeds/culprits", "culprits", test_feed);
  g_test_add_func ("/decode/feeds/in-steps", test_in_steps);
  return g_test_run ();
}
