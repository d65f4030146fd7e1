/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

/* What passes a link, whatever it is. */

static void
test_both_ways (void)
{
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  peer_send_text (&link.worker, "{\"type\":\"ping\"}");
  peer_expect (&link.engine, WEIR_OP_TEXT, "{\"type\":\"ping\"}");
  peer_send_text (&link.engine, "{\"type\":\"pong\"}");
  peer_expect (&link.worker, WEIR_OP_TEXT, "{\"type\":\"pong\"}");
  link_clear (&link);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/pass/both-ways", test_both_ways);
  return g_test_run ();
}
