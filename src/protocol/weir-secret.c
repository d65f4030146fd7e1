/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-secret.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

char *
weir_secret_new_uuid (void)
{
  guint8 b[16];

  if (getrandom (b, sizeof b, 0) != sizeof b) /* up to 256 bytes come whole (getrandom(2)) */
    g_error ("The kernel gives no random bytes: %s", g_strerror (errno));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                          b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

gboolean
weir_secret_equal (const char *expected, const char *given)
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
