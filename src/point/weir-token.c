/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-token.h"

#include <string.h>

gboolean
weir_token_equal (const char *expected, const char *given)
{
  gsize expected_len, given_len;
  guint difference;

  if (expected == NULL || given == NULL || *expected == '\0')
    return FALSE;

  expected_len = strlen (expected);
  given_len = strlen (given);
  difference = expected_len != given_len;
  for (gsize i = 0; i < given_len; i++) /* as long as what was given: its length is no secret to whoever gave it */
    difference |= (guint8) given[i] ^ (guint8) expected[i % expected_len];

  return difference == 0;
}
