/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-reader.h"

#include <string.h>

static const guint8 mask[4] = { 0x11, 0x22, 0x33, 0x44 };

static void
append_frame (GByteArray *out, WeirOp op, gboolean is_final, const void *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = is_final, .is_masked = TRUE, .length = len };
  guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE];

  memcpy (head.mask, mask, 4);
  g_byte_array_append (out, bytes, weir_frame_head_write (&head, bytes));
  g_byte_array_append (out, data, len);
  weir_mask_apply (out->data + out->len - len, len, mask, 0);
}

/* What came out, as text: an op, a length and a checksum an item. */
static void
log_item (GString *log, WeirReaderResult result, const WeirReaderItem *item)
{
  g_autofree char *sum = NULL;

  if (result == WEIR_READER_BAD)
    {
      g_string_append_printf (log, "bad %u %s\n", item->code, item->reason);
      return;
    }
  sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, item->data, item->len);
  g_string_append_printf (log, "%x %" G_GSIZE_FORMAT " %s\n", item->op, item->len, sum);
}

/* Feeds @len bytes, through the room where there is one if @use_room. Returns FALSE once it is bad. */
static gboolean
feed (WeirReader *reader, const guint8 *data, gsize len, gboolean use_room, GString *log)
{
  guint8 *room;
  gsize n_room = use_room ? MIN (weir_reader_get_room (reader, &room), len) : 0;
  g_autofree guint8 *chunk = g_memdup2 (data + n_room, len - n_room);
  guint8 *cursor = chunk, *end = chunk + len - n_room;
  WeirReaderResult result;
  WeirReaderItem item;

  if (n_room > 0)
    {
      memcpy (room, data, n_room);
      weir_reader_commit (reader, n_room);
    }
  while ((result = weir_reader_next (reader, &cursor, end, &item)) != WEIR_READER_MORE)
    {
      log_item (log, result, &item);
      if (result == WEIR_READER_BAD)
        return FALSE;
    }
  g_assert_true (cursor == end);
  weir_reader_release (reader);

  return TRUE;
}

static char *
read_whole (GByteArray *bytes)
{
  g_autoptr (GString) log = g_string_new (NULL);
  WeirReader reader;

  weir_reader_init (&reader, WEIR_ROLE_SERVER);
  feed (&reader, bytes->data, bytes->len, FALSE, log);
  weir_reader_clear (&reader);

  return g_string_free (g_steal_pointer (&log), FALSE);
}

static void
append_random_message (GByteArray *out)
{
  static const gsize sizes[] = { 0, 1, 5, 125, 126, 127, 1000, 65535, 65536, 70000 };
  gsize len = sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))];
  g_autofree guint8 *data = g_malloc (len);
  WeirOp op = g_test_rand_bit () ? WEIR_OP_TEXT : WEIR_OP_BINARY;
  gsize done = 0;

  for (gsize i = 0; i < len; i++)
    data[i] = op == WEIR_OP_TEXT ? "é"[i % 2] : g_test_rand_int ();
  if (op == WEIR_OP_TEXT && len % 2 == 1)
    data[len - 1] = 'x';
  while (g_test_rand_int_range (0, 3) == 0) /* fragments, also in the middle of a character, and empty ones */
    {
      gsize n = len - done > 0 ? g_test_rand_int_range (0, len - done) : 0;

      append_frame (out, op, FALSE, data + done, n);
      op = WEIR_OP_CONTINUATION;
      done += n;
      if (g_test_rand_bit ())
        append_frame (out, g_test_rand_bit () ? WEIR_OP_PING : WEIR_OP_PONG, TRUE, "between",
                      g_test_rand_int_range (0, 8));
    }
  append_frame (out, op, TRUE, data + done, len - done);
}

/* Any chunking of the same bytes gives the same messages. */
static void
test_any_chunking (void)
{
  for (int round = 0; round < 60; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *expected = NULL;

      for (int i = 0; i < 8; i++)
        append_random_message (bytes);
      expected = read_whole (bytes);
      for (int i = 0; i < 6; i++)
        {
          g_autoptr (GString) log = g_string_new (NULL);
          gsize most = 1 << g_test_rand_int_range (3, 18);
          WeirReader reader;

          weir_reader_init (&reader, WEIR_ROLE_SERVER);
          for (gsize done = 0, n; done < bytes->len; done += n)
            {
              n = g_test_rand_int_range (1, most + 1);
              n = MIN (n, bytes->len - done);
              g_assert_true (feed (&reader, bytes->data + done, n, g_test_rand_bit (), log));
            }
          g_assert_cmpstr (log->str, ==, expected);
          g_assert_cmpuint (weir_reader_get_held (&reader), ==, 0);
          weir_reader_clear (&reader);
        }
    }
}

static void
test_cut_everywhere (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *expected = NULL;

  append_frame (bytes, WEIR_OP_TEXT, TRUE, "hello", 5);
  append_frame (bytes, WEIR_OP_BINARY, FALSE, "one", 3);
  append_frame (bytes, WEIR_OP_PING, TRUE, "ping", 4);
  append_frame (bytes, WEIR_OP_CONTINUATION, FALSE, "", 0);
  append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, "two", 3);
  append_frame (bytes, WEIR_OP_TEXT, TRUE, "", 0);
  append_frame (bytes, WEIR_OP_CLOSE, TRUE,
                "\x03\xe8"
                "bye",
                5);
  expected = read_whole (bytes);
  for (gsize cut = 0; cut <= bytes->len; cut++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      WeirReader reader;

      weir_reader_init (&reader, WEIR_ROLE_SERVER);
      feed (&reader, bytes->data, cut, FALSE, log);
      feed (&reader, bytes->data + cut, bytes->len - cut, TRUE, log);
      g_assert_cmpstr (log->str, ==, expected);
      weir_reader_clear (&reader);
    }
}

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  WeirRole role;
  guint16 code;
  const char *word;
} Bad;

#define BAD(name, bytes, code, word)                                                                                   \
  {                                                                                                                    \
    name, bytes, sizeof bytes - 1, WEIR_ROLE_SERVER, code, word                                                        \
  }
#define NO_MASK "\0\0\0\0"

static const Bad bads[] = {
  BAD ("unmasked",
       "\x81\x01"
       "a",
       1002, "not masked"),
  BAD ("unmasked ping", "\x89\x00", 1002, "not masked"),
  { "masked by a server", "\x81\x81" NO_MASK "a", 7, WEIR_ROLE_CLIENT, 1002, "masked" },
  BAD ("rsv", "\xc1\x80" NO_MASK, 1002, "RSV"),
  BAD ("opcode", "\x83\x80" NO_MASK, 1002, "opcode"),
  BAD ("fragmented ping", "\x09\x80" NO_MASK, 1002, "fragmented"),
  BAD ("long ping", "\x89\xfe", 1002, "125"),
  BAD ("continuation of nothing", "\x80\x80" NO_MASK, 1002, "continuation"),
  BAD ("message in a message", "\x01\x80" NO_MASK "\x81\x80" NO_MASK, 1002, "inside"),
  BAD ("frame of 16 MiB + 1", "\x82\xff\0\0\0\0\x01\0\0\x01" NO_MASK, 1009, "16 MiB"),
  BAD ("not utf-8",
       "\x81\x83" NO_MASK "a\xff"
       "b",
       1007, "UTF-8"),
  BAD ("utf-8 cut by the end", "\x81\x82" NO_MASK "a\xc3", 1007, "UTF-8"),
  BAD ("not utf-8 in a fragment", "\x01\x81" NO_MASK "a\x80\x81" NO_MASK "\xff", 1007, "UTF-8"),
  BAD ("utf-8 cut by the last fragment", "\x01\x81" NO_MASK "\xc3\x80\x80" NO_MASK, 1007, "UTF-8"),
};

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;

  for (gsize cut = 0; cut <= bad->len; cut++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      g_autofree char *code = g_strdup_printf ("bad %u ", bad->code);
      WeirReader reader;

      weir_reader_init (&reader, bad->role);
      if (feed (&reader, (const guint8 *) bad->bytes, cut, FALSE, log))
        g_assert_false (feed (&reader, (const guint8 *) bad->bytes + cut, bad->len - cut, TRUE, log));
      g_assert_true (g_str_has_prefix (log->str, code));
      g_assert_nonnull (strstr (log->str, bad->word));
      weir_reader_clear (&reader);
    }
}

/* Text that is not UTF-8 is refused as it comes, not when it is whole. */
static void
test_utf8_fails_early (void)
{
  static const guint8 bytes[] = { 0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0, 'a', 0xff };
  g_autoptr (GString) log = g_string_new (NULL);
  WeirReader reader;

  weir_reader_init (&reader, WEIR_ROLE_SERVER);
  g_assert_false (feed (&reader, bytes, sizeof bytes, FALSE, log));
  weir_reader_clear (&reader);
}

/* What a head claims is not believed: memory grows with what has come. */
static void
test_memory_grows_with_bytes (void)
{
  static const guint8 head[] = { 0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
  g_autoptr (GString) log = g_string_new (NULL);
  WeirReader reader;
  guint8 *room;
  gsize done = 0;

  weir_reader_init (&reader, WEIR_ROLE_SERVER);
  g_assert_true (feed (&reader, head, sizeof head, FALSE, log));
  while (done < 16 << 20)
    {
      gsize n = MIN (weir_reader_get_room (&reader, &room), 100000);

      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (reader.block->size, <=, MAX (256 * 1024, 2 * done));
      memset (room, 'x', n);
      weir_reader_commit (&reader, n);
      done += n;
      g_assert_cmpuint (weir_reader_get_held (&reader), ==, done);
    }
  g_assert_true (feed (&reader, head, 0, FALSE, log));
  g_assert_true (g_str_has_prefix (log->str, "2 16777216 "));
  weir_reader_clear (&reader);
}

/* Fragments without end: refused at 64 MiB, not by one byte earlier. */
static void
test_endless_fragments (void)
{
  g_autoptr (GByteArray) fragment = g_byte_array_new ();
  g_autofree guint8 *payload = g_malloc0 (1 << 20);
  g_autoptr (GString) log = g_string_new (NULL);
  WeirReader reader;

  weir_reader_init (&reader, WEIR_ROLE_SERVER);
  for (int i = 0; i < 64; i++)
    {
      g_byte_array_set_size (fragment, 0);
      append_frame (fragment, i == 0 ? WEIR_OP_BINARY : WEIR_OP_CONTINUATION, FALSE, payload, 1 << 20);
      g_assert_true (feed (&reader, fragment->data, fragment->len, FALSE, log));
    }
  g_byte_array_set_size (fragment, 0);
  append_frame (fragment, WEIR_OP_CONTINUATION, FALSE, payload, 0);
  g_assert_true (feed (&reader, fragment->data, fragment->len, FALSE, log));
  g_byte_array_set_size (fragment, 0);
  append_frame (fragment, WEIR_OP_CONTINUATION, FALSE, payload, 1);
  g_assert_false (feed (&reader, fragment->data, fragment->len, FALSE, log));
  g_assert_true (g_str_has_prefix (log->str, "bad 1009 "));
  weir_reader_clear (&reader);
}

/* Stops after any item, and leaves what follows as it came. */
static void
test_stops_between (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *copy = NULL;
  WeirReader reader;
  WeirReaderItem item;
  guint8 *cursor;

  append_frame (bytes, WEIR_OP_TEXT, TRUE, "first", 5);
  append_frame (bytes, WEIR_OP_TEXT, TRUE, "second", 6);
  copy = g_memdup2 (bytes->data, bytes->len);
  cursor = copy;
  weir_reader_init (&reader, WEIR_ROLE_SERVER);
  g_assert_cmpint (weir_reader_next (&reader, &cursor, copy + bytes->len, &item), ==, WEIR_READER_MESSAGE);
  g_assert_cmpmem (item.data, item.len, "first", 5);
  g_assert_true (item.data > copy && item.data < cursor); /* in place */
  g_assert_null (item.block);
  g_assert_cmpmem (cursor, copy + bytes->len - cursor, bytes->data + 11, 12);
  weir_reader_clear (&reader);
}

static void
test_discard (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, WEIR_OP_TEXT, FALSE, "unfinished", 10);
  append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, "\xc3\xa9",
                2); /* its beginning has gone, and it must still be right */
  append_frame (bytes, WEIR_OP_BINARY, TRUE, "\xff\xff", 2);
  append_frame (bytes, WEIR_OP_CLOSE, TRUE, "", 0);
  for (gsize cut = 0; cut < bytes->len - 6; cut++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      WeirReader reader;

      weir_reader_init (&reader, WEIR_ROLE_SERVER);
      if (cut <= 16) /* into the unfinished message */
        feed (&reader, bytes->data, cut, FALSE, log);
      weir_reader_discard (&reader);
      g_assert_null (reader.block);
      feed (&reader, bytes->data + (cut <= 16 ? cut : 0), bytes->len - (cut <= 16 ? cut : 0), TRUE, log);
      g_assert_true (g_str_has_prefix (log->str, "8 0 "));
      weir_reader_clear (&reader);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/reader/any-chunking", test_any_chunking);
  g_test_add_func ("/websocket/reader/cut-everywhere", test_cut_everywhere);
  for (guint i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/reader/bad/%s", bads[i].name);

      g_test_add_data_func (path, &bads[i], test_bad);
    }
  g_test_add_func ("/websocket/reader/utf8-fails-early", test_utf8_fails_early);
  g_test_add_func ("/websocket/reader/memory-grows-with-bytes", test_memory_grows_with_bytes);
  g_test_add_func ("/websocket/reader/endless-fragments", test_endless_fragments);
  g_test_add_func ("/websocket/reader/stops-between", test_stops_between);
  g_test_add_func ("/websocket/reader/discard", test_discard);

  return g_test_run ();
}
