/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-record.h"

static void
rewrite_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  guint8 data[WEIR_RECORD_HEAD_SIZE];

  weir_record_head_write (head, data);
  g_byte_array_append (user_data, data, sizeof data);
  if (len > 0)
    g_byte_array_append (user_data, payload, len);
}

/* The records of the stream, cut into pieces of at most that size, written again. */
static GByteArray *
read_in_pieces (const guint8 *data, gsize size, gsize piece, const char **reason)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (WeirRecordReader) reader = weir_record_reader_new (rewrite_cb, out);
  gboolean is_well = TRUE;

  for (gsize at = 0; at < size && is_well; at += piece)
    is_well = weir_record_reader_push (reader, data + at, MIN (piece, size - at), reason);
  g_assert_true (is_well == (*reason == NULL));
  if (is_well)
    g_assert_true (weir_record_reader_is_empty (reader) == (out->len == size));
  return out;
}

/* The first byte says into which pieces the rest is cut: that must make no difference. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize piece = size > 0 ? data[0] % 64 + 1 : 1;
  const char *reason = NULL, *reason_in_pieces = NULL;
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) pieces = NULL;

  if (size == 0)
    return 0;
  whole = read_in_pieces (data + 1, size - 1, size, &reason);
  pieces = read_in_pieces (data + 1, size - 1, piece, &reason_in_pieces);
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  g_assert_cmpmem (whole->data, whole->len, data + 1, whole->len);
  g_assert_cmpstr (reason, ==, reason_in_pieces);
  return 0;
}
