/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "weir-follower.h"
#include "weir-viewer.h"

#include <string.h>

/* A stream that a relay follows: in pieces of any size as in one, and what is seen in it is what it counts. The first
 * byte is the size of the pieces. */

static void
viewed_cb (WeirViewed *message, gpointer user_data)
{
  guint64 *n_bytes = user_data;

  g_assert_cmpuint (message->len, ==, message->size);
  weir_viewed_unmask (message);
  *n_bytes += message->len;
}

/* Returns where it came to. */
static gsize
follow (WeirFollower *follower, const guint8 *data, gsize size, gsize piece, gboolean is_viewed)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  WeirStepResult result = WEIR_STEP_MORE;
  WeirViewer viewer = { 0 };
  guint64 n_seen = 0;
  gsize at = 0, n;

  while (at < size && result == WEIR_STEP_MORE)
    {
      WeirFollower from = *follower;
      gsize len = MIN (piece, size - at);

      result = weir_follower_walk (follower, copy + at, len, 0, WEIR_STOP_NOWHERE, &n);
      g_assert_cmpuint (n, <=, len);
      if (is_viewed)
        weir_viewer_take (&viewer, &from, copy + at, len, G_MAXSIZE, viewed_cb, &n_seen);
      at += n;
    }
  weir_viewer_clear (&viewer);
  if (is_viewed)
    g_assert_cmpuint (n_seen, ==, follower->n_bytes);
  return at;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  WeirFollower whole = { 0 }, pieces = { 0 };

  if (size < 2)
    return 0;
  follow (&whole, data + 1, size - 1, size - 1, TRUE);
  follow (&pieces, data + 1, size - 1, data[0] + 1, TRUE);
  g_assert_cmpuint (whole.n_messages, ==, pieces.n_messages);
  g_assert_cmpuint (whole.n_bytes, ==, pieces.n_bytes);
  g_assert_cmpuint (whole.n_text, ==, pieces.n_text);

  return 0;
}
