/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include "forward.h"

/* How fast messages are forwarded from one connection to another: by WeirConns, and by a channel of weir-engine,
 * against a plain copying relay of TCP, and against libsoup's own WebSocket server. */

static const CompareSubject subjects[] = {
  { "plain TCP relay", forward_plain, FALSE, 0 },
  { "libsoup", forward_soup, TRUE, 0 },
  { "WeirConn", forward_weir, TRUE, 0 },
  { "WeirPipe", forward_pipe, TRUE, 0 },
  { "WeirPipe watched", forward_pipe_watched, TRUE, 0 },
  { "WeirPipe tapped", forward_pipe_tapped, TRUE, 3 },
  { "weir-engine", NULL, TRUE, 0 },
};

int
main (int argc, char **argv)
{
  static const Comparison comparison = { .subjects = subjects, .n_subjects = G_N_ELEMENTS (subjects), .libsoup = 1 };

  return compare_main (&comparison, argc, argv);
}
