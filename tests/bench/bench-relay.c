/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include "forward.h"

/* What a relay's link costs: the same frames, through it and through a plain copying relay of TCP; and what a tap of
 * whole messages takes of it, where the budget is 0.9 of untapped. */

static const CompareSubject subjects[] = {
  { "plain TCP relay", forward_plain, FALSE, 0 }, { "link", forward_link, FALSE, 0 },
  { "writer", forward_link_writer, FALSE, 0 },    { "writer tapped", forward_link_writer_tapped, FALSE, 2 },
  { "reader", forward_link_reader, FALSE, 0 },    { "reader tapped", forward_link_reader_tapped, FALSE, 4 },
};

int
main (int argc, char **argv)
{
  static const Comparison comparison = { .subjects = subjects,
                                         .n_subjects = G_N_ELEMENTS (subjects),
                                         .is_framed = TRUE };

  return compare_main (&comparison, argc, argv);
}
