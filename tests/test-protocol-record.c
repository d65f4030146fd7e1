/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-record.h"

#include <string.h>

static const WeirRecordHead plain = {
  .size = WEIR_RECORD_HEAD_SIZE + 3, .kind = WEIR_RECORD_TEXT, .seq = 1, .time_us = 1, .payload_size = 3
};

static void
test_bytes (void)
{
  WeirRecordHead head = { .size = 0x00010203,
                          .kind = WEIR_RECORD_BINARY,
                          .flags = WEIR_RECORD_CUT | WEIR_RECORD_DROPPED,
                          .seq = G_GUINT64_CONSTANT (0x1112131415161718),
                          .time_us = G_GINT64_CONSTANT (0x2122232425262728),
                          .payload_size = 0x31323334,
                          .n_dropped = 0x41424344 };
  static const guint8 expected[WEIR_RECORD_HEAD_SIZE] = {
    0x03, 0x02, 0x01, 0x00, 2,    0,    5,    0,    0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11,
    0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21, 0x34, 0x33, 0x32, 0x31, 0x44, 0x43, 0x42, 0x41,
  };
  guint8 data[WEIR_RECORD_HEAD_SIZE];
  WeirRecordHead again;
  const char *reason = NULL;

  weir_record_head_write (&head, data);
  g_assert_cmpmem (data, sizeof data, expected, sizeof expected);
  g_assert_cmpint (weir_record_head_parse (&again, data, sizeof data, &reason), ==, WEIR_RECORD_OK);
  g_assert_cmpuint (again.size, ==, head.size);
  g_assert_cmpuint (again.kind, ==, head.kind);
  g_assert_cmpuint (again.flags, ==, head.flags);
  g_assert_cmpuint (again.seq, ==, head.seq);
  g_assert_cmpint (again.time_us, ==, head.time_us);
  g_assert_cmpuint (again.payload_size, ==, head.payload_size);
  g_assert_cmpuint (again.n_dropped, ==, head.n_dropped);
  g_assert_null (reason);
}

static void
test_cut_head (void)
{
  guint8 data[WEIR_RECORD_HEAD_SIZE];

  weir_record_head_write (&plain, data);
  for (gsize cut = 0; cut < sizeof data; cut++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, MAX (cut, 1));
      WeirRecordHead head = { .size = 77 };
      const char *reason = NULL;

      g_assert_cmpint (weir_record_head_parse (&head, copy, cut, &reason), ==, WEIR_RECORD_MORE);
      g_assert_cmpuint (head.size, ==, 77);
    }
}

/* Each breaks one rule of a record that is well otherwise. */
static const struct
{
  const char *rule;
  WeirRecordHead head;
  guint8 reserved;
} broken[] = {
  { "smaller", { .size = 0, .kind = 1, .seq = 1 }, 0 },
  { "smaller", { .size = WEIR_RECORD_HEAD_SIZE - 1, .kind = 1, .seq = 1 }, 0 },
  { "larger", { .size = WEIR_RECORD_MAX_SIZE + 1, .kind = 1, .seq = 1, .payload_size = G_MAXUINT32, .flags = 1 }, 0 },
  { "larger", { .size = G_MAXUINT32, .kind = 1, .seq = 1, .payload_size = G_MAXUINT32 }, 0 },
  { "kind", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 0, .seq = 1 }, 0 },
  { "kind", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 4, .seq = 1 }, 0 },
  { "kind", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 255, .seq = 1 }, 0 },
  { "reserved", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 1, .seq = 1 }, 1 },
  { "more than", { .size = WEIR_RECORD_HEAD_SIZE + 4, .kind = 1, .seq = 1, .payload_size = 3 }, 0 },
  { "cut", { .size = WEIR_RECORD_HEAD_SIZE + 2, .kind = 1, .seq = 1, .payload_size = 3 }, 0 },
  { "cut", { .size = WEIR_RECORD_HEAD_SIZE + 3, .kind = 1, .seq = 1, .payload_size = 3, .flags = WEIR_RECORD_CUT }, 0 },
  { "dropped", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 1, .seq = 1, .n_dropped = 1 }, 0 },
  { "dropped", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 1, .seq = 1, .flags = WEIR_RECORD_DROPPED }, 0 },
  { "number", { .size = WEIR_RECORD_HEAD_SIZE, .kind = 1, .seq = 0 }, 0 },
  { "number", { .size = WEIR_RECORD_HEAD_SIZE, .kind = WEIR_RECORD_EVENT, .seq = 1 }, 0 },
};

static void
never_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_broken_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (WeirRecordReader) reader = weir_record_reader_new (never_cb, NULL);
      guint8 data[WEIR_RECORD_HEAD_SIZE];
      WeirRecordHead head = { .size = 77 };
      const char *reason = NULL, *again = NULL;

      weir_record_head_write (&broken[i].head, data);
      data[5] = broken[i].reserved;
      g_assert_cmpint (weir_record_head_parse (&head, data, sizeof data, &reason), ==, WEIR_RECORD_BAD);
      g_assert_nonnull (strstr (reason, broken[i].rule));
      g_assert_cmpuint (head.size, ==, 77);

      /* The reader refuses it as soon as the head is whole, and everything after it. */
      g_assert_true (weir_record_reader_push (reader, data, sizeof data - 1, &again));
      g_assert_false (weir_record_reader_push (reader, data + sizeof data - 1, 1, &again));
      g_assert_cmpstr (again, ==, reason);
      weir_record_head_write (&plain, data);
      again = NULL;
      g_assert_false (weir_record_reader_push (reader, data, sizeof data, &again));
      g_assert_cmpstr (again, ==, reason);
    }
}

/* Allowed, at their limits. */
static void
test_limits (void)
{
  static const WeirRecordHead heads[] = {
    { .size = WEIR_RECORD_HEAD_SIZE, .kind = WEIR_RECORD_TEXT, .seq = G_MAXUINT64 },
    { .size = WEIR_RECORD_MAX_SIZE, .kind = WEIR_RECORD_BINARY, .seq = 1, .payload_size = 16 << 20 },
    { .size = WEIR_RECORD_HEAD_SIZE,
      .kind = WEIR_RECORD_BINARY,
      .seq = 1,
      .payload_size = G_MAXUINT32,
      .flags = WEIR_RECORD_CUT },
    { .size = WEIR_RECORD_HEAD_SIZE,
      .kind = WEIR_RECORD_EVENT,
      .n_dropped = G_MAXUINT32,
      .flags = WEIR_RECORD_DROPPED },
    { .size = WEIR_RECORD_HEAD_SIZE,
      .kind = WEIR_RECORD_TEXT,
      .seq = 1,
      .time_us = G_MININT64,
      .flags = 0xff00 | WEIR_RECORD_INJECTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      guint8 data[WEIR_RECORD_HEAD_SIZE];
      WeirRecordHead head;
      const char *reason = NULL;

      weir_record_head_write (&heads[i], data);
      g_assert_cmpint (weir_record_head_parse (&head, data, sizeof data, &reason), ==, WEIR_RECORD_OK);
    }
}

static void
append_record (GByteArray *stream, guint64 seq, const guint8 *payload, gsize len)
{
  WeirRecordHead head = { .size = WEIR_RECORD_HEAD_SIZE + len,
                          .kind = seq == 0 ? WEIR_RECORD_EVENT : WEIR_RECORD_TEXT,
                          .seq = seq,
                          .time_us = (gint64) seq * 7,
                          .payload_size = len };
  guint8 data[WEIR_RECORD_HEAD_SIZE];

  weir_record_head_write (&head, data);
  g_byte_array_append (stream, data, sizeof data);
  g_byte_array_append (stream, payload, len);
}

/* Writes what it is given again: the stream must come out as it went in. */
static void
rewrite_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  guint8 data[WEIR_RECORD_HEAD_SIZE];

  g_assert_cmpuint (len, ==, head->size - WEIR_RECORD_HEAD_SIZE);
  weir_record_head_write (head, data);
  g_byte_array_append (user_data, data, sizeof data);
  g_byte_array_append (user_data, payload, len);
}

static void
test_cut_at_every_byte (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  const char *reason = NULL;

  append_record (stream, 1, (const guint8 *) "abc", 3);
  append_record (stream, 2, NULL, 0);
  append_record (stream, 0, (const guint8 *) "{}", 2);
  for (gsize cut = 0; cut <= stream->len; cut++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      g_autoptr (WeirRecordReader) reader = weir_record_reader_new (rewrite_cb, out);
      g_autofree guint8 *copy = g_memdup2 (stream->data, MAX (cut, 1));

      g_assert_true (weir_record_reader_push (reader, copy, cut, &reason));
      g_assert_cmpint (weir_record_reader_is_empty (reader), ==, out->len == cut);
      g_assert_cmpuint (out->len, <=, cut);
      g_assert_cmpmem (out->data, out->len, stream->data, out->len);
      g_assert_true (weir_record_reader_push (reader, stream->data + cut, stream->len - cut, &reason));
      g_assert_true (weir_record_reader_is_empty (reader));
      g_assert_cmpmem (out->data, out->len, stream->data, stream->len);
    }
}

static void
fill_random (GRand *rand, guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    data[i] = g_rand_int_range (rand, 0, 256);
}

/* Any chunking gives the same records. */
static void
test_any_chunking (void)
{
  for (guint seed = 0; seed < 200; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      g_autoptr (GByteArray) out = g_byte_array_new ();
      g_autoptr (WeirRecordReader) reader = weir_record_reader_new (rewrite_cb, out);
      guint max_chunk = seed % 3 == 0 ? 5 : seed % 3 == 1 ? 80 : 3000;
      const char *reason = NULL;

      for (guint i = g_rand_int_range (rand, 1, 30); i > 0; i--)
        {
          guint8 payload[300];
          gsize len = g_rand_int_range (rand, 0, sizeof payload);

          fill_random (rand, payload, len);
          append_record (stream, g_rand_int_range (rand, 0, 3), payload, len);
        }
      for (gsize at = 0, n; at < stream->len; at += n)
        {
          n = g_rand_int_range (rand, 0, max_chunk);
          n = MIN (n, stream->len - at);
          g_assert_true (weir_record_reader_push (reader, stream->data + at, n, &reason));
        }
      g_assert_true (weir_record_reader_is_empty (reader));
      g_assert_cmpmem (out->data, out->len, stream->data, stream->len);
    }
}

/* The largest record, in the feed's messages of 64 KiB, and a small one behind it. */
static void
test_largest (void)
{
  g_autofree guint8 *payload = g_malloc (16 << 20);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (WeirRecordReader) reader = weir_record_reader_new (rewrite_cb, out);
  const char *reason = NULL;

  for (gsize i = 0; i < 16 << 20; i += 4096)
    payload[i] = g_rand_int_range (rand, 0, 256);
  append_record (stream, 1, payload, 16 << 20);
  append_record (stream, 2, payload, 1);
  for (gsize at = 0; at < stream->len; at += 65536)
    g_assert_true (weir_record_reader_push (reader, stream->data + at, MIN (65536, stream->len - at), &reason));
  g_assert_true (weir_record_reader_is_empty (reader));
  g_assert_cmpmem (out->data, out->len, stream->data, stream->len);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/record/bytes", test_bytes);
  g_test_add_func ("/protocol/record/cut-head", test_cut_head);
  g_test_add_func ("/protocol/record/broken-rules", test_broken_rules);
  g_test_add_func ("/protocol/record/limits", test_limits);
  g_test_add_func ("/protocol/record/cut-at-every-byte", test_cut_at_every_byte);
  g_test_add_func ("/protocol/record/any-chunking", test_any_chunking);
  g_test_add_func ("/protocol/record/largest", test_largest);
  return g_test_run ();
}
