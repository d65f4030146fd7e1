/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "weir-joiner.h"
#include "weir-stream-text.h"

/* A 0xfe stands for a gap. */
#define GAP 0xfe

static WeirJoiner *
join (const guint8 *data, gsize size, gsize piece)
{
  WeirJoiner *joiner = weir_joiner_new ();
  guint64 seq = 0;

  for (gsize at = 0; at < size;)
    {
      const guint8 *gap = memchr (data + at, GAP, size - at);
      gsize until = gap != NULL ? (gsize) (gap - data) : size;
      gsize n = MIN (piece, until - at);

      if (n == 0)
        {
          weir_joiner_push_gap (joiner, 1, 0);
          at++;
          continue;
        }
      g_assert_true (weir_joiner_push (joiner, ++seq, data + at, n));
      at += n;
    }
  return joiner;
}

static void
look_at (WeirJoiner *joiner, const guint8 *bytes, WeirJoined item)
{
  WeirStreamForm form;
  gsize head_len;
  const guint8 *head = weir_joiner_get_head (joiner, &head_len);
  gboolean is_json;
  g_autofree char *line = NULL, *whole = NULL;

  weir_stream_form_init (&form, weir_joiner_get_content (joiner), head, head_len);
  line = weir_stream_text_line (&form, bytes + item.start, item.len, 100);
  whole = weir_stream_text_whole (&form, bytes + item.start, item.len, &is_json);
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_true (g_utf8_validate (whole, -1, NULL));
  weir_stream_form_clear (&form);
}

static guint8 *
without_gaps (const guint8 *data, gsize size)
{
  guint8 *bytes = g_malloc (MAX (size, 1));
  gsize n = 0;

  for (gsize i = 0; i < size; i++)
    if (data[i] != GAP)
      bytes[n++] = data[i];
  return bytes;
}

/* The first byte says into which pieces the rest is cut: that must make no difference. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (WeirJoiner) whole = NULL;
  g_autoptr (WeirJoiner) pieces = NULL;
  g_autofree guint8 *bytes = NULL;
  guint64 at = 0;

  if (size == 0)
    return 0;
  whole = join (data + 1, size - 1, size);
  pieces = join (data + 1, size - 1, data[0] % 64 + 1);
  bytes = without_gaps (data + 1, size - 1);
  g_assert_cmpint (weir_joiner_get_content (whole), ==, weir_joiner_get_content (pieces));
  g_assert_cmpuint (weir_joiner_get_n_items (whole), ==, weir_joiner_get_n_items (pieces));
  for (guint i = 0; i < weir_joiner_get_n_items (whole); i++)
    {
      WeirJoined a = weir_joiner_get_item (whole, i), b = weir_joiner_get_item (pieces, i);
      guint found;

      g_assert_true (a.start == b.start && a.len == b.len && a.flags == b.flags);
      if ((a.flags & WEIR_JOINED_GAP) != 0)
        continue;
      g_assert_true (a.start >= at && a.start + a.len <= weir_joiner_get_size (whole));
      at = a.start + a.len;
      if (a.len > 0)
        g_assert_true (weir_joiner_find_item (whole, a.start, &found) && found == i);
      if (i < 8)
        look_at (whole, bytes, a);
    }
  return 0;
}
