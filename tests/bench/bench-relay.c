/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"
#include "forward.h"

/* What a relay's link costs: the same frames, through it and through a plain copying relay of TCP. */

static const CompareSubject subjects[] = {
  { "plain TCP relay", forward_plain, FALSE }, { "link", forward_link, FALSE },
  { "writer", forward_link_writer, FALSE },    { "writer tapped", forward_link_writer_tapped, FALSE },
  { "reader", forward_link_reader, FALSE },    { "reader tapped", forward_link_reader_tapped, FALSE },
};

int
main (int argc, char **argv)
{
  static const Comparison comparison = { .subjects = subjects,
                                         .n_subjects = G_N_ELEMENTS (subjects),
                                         .is_framed = TRUE };

  return compare_main (&comparison, argc, argv);
}
