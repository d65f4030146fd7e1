/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <stdio.h>

#include "../replay.h"

/* say-feed FILE AT_MS…: what the window says of each channel of a recorded feed at these times, in order. */

int
main (int argc, char **argv)
{
  g_autoptr (GString) said = g_string_new (NULL);
  Replay *replay;

  setlocale (LC_ALL, "C.UTF-8");
  if (argc < 3)
    {
      g_printerr ("say-feed FILE AT_MS…\n");
      return 2;
    }
  replay = replay_open (argv[1]);
  for (int i = 2; i < argc; i++)
    {
      replay_until (replay, g_ascii_strtoll (argv[i], NULL, 10));
      replay_say (replay, said);
    }
  replay_close (replay);
  fputs (said->str, stdout);
  return 0;
}
