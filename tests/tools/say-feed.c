/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <stdio.h>

#include "../replay.h"

/* say-feed [--details] FILE AT_MS…: what the window says of each channel of a recorded feed at these times, in order:
 * its alarms, or all of its details as they are copied. */

static void
say_details (Replay *replay, GString *said)
{
  for (guint i = 0; i < weir_channel_list_get_size (replay->list); i++)
    {
      g_autofree char *details =
          weir_describe_details (weir_channel_list_peek (replay->list, i), replay->now_us, WEIR_UNITS_DECIMAL);

      g_string_append_printf (said, "%s\n", details);
    }
}

int
main (int argc, char **argv)
{
  gboolean is_detailed = argc > 1 && g_str_equal (argv[1], "--details");
  int file = is_detailed ? 2 : 1;
  g_autoptr (GString) said = g_string_new (NULL);
  Replay *replay;

  setlocale (LC_ALL, "C.UTF-8");
  if (argc < file + 2)
    {
      g_printerr ("say-feed [--details] FILE AT_MS…\n");
      return 2;
    }
  replay = replay_open (argv[file]);
  for (int i = file + 1; i < argc; i++)
    {
      replay_until (replay, g_ascii_strtoll (argv[i], NULL, 10));
      if (is_detailed)
        say_details (replay, said);
      else
        replay_say (replay, said);
    }
  replay_close (replay);
  fputs (said->str, stdout);
  return 0;
}
