/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include "forward.h"

/* How fast messages are forwarded from one connection to another: by WeirConns, and by a channel of weir-engine,
 * against a plain copying relay of TCP, and against libsoup's own WebSocket server. */

static const CompareSubject subjects[] = {
  { "plain TCP relay", forward_plain, FALSE },
  { "libsoup", forward_soup, TRUE },
  { "WeirConn", forward_weir, TRUE },
  { "WeirPipe", forward_pipe, TRUE },
  { "WeirPipe watched", forward_pipe_watched, TRUE },
  { "WeirPipe tapped", forward_pipe_tapped, TRUE },
  { "weir-engine", NULL, TRUE },
};

int
main (int argc, char **argv)
{
  static const Comparison comparison = { .subjects = subjects, .n_subjects = G_N_ELEMENTS (subjects), .libsoup = 1 };

  return compare_main (&comparison, argc, argv);
}
