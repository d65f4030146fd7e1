/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-secret.h"

#include <string.h>
#include <sys/random.h>

#define DIGEST_SIZE 32

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

static void
digest (const char *secret, guint8 out[DIGEST_SIZE])
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize len = DIGEST_SIZE;

  g_checksum_update (checksum, (const guchar *) secret, (gssize) strlen (secret));
  g_checksum_get_digest (checksum, out, &len);
}

gboolean
weir_secret_equal (const char *a, const char *b)
{
  guint8 digest_a[DIGEST_SIZE];
  guint8 digest_b[DIGEST_SIZE];
  guint8 difference = 0;

  if (a == NULL || b == NULL)
    return FALSE;
  /* Digests are of one length, and where they differ says nothing about the secret. */
  digest (a, digest_a);
  digest (b, digest_b);
  for (guint i = 0; i < DIGEST_SIZE; i++)
    difference |= digest_a[i] ^ digest_b[i];
  return difference == 0;
}
