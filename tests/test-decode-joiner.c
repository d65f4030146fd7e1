/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-joiner.h"

#include <string.h>

#include "weir-garble.h"

/* A joiner that is fed a text in which each `^` is a gap of one message, cut into messages of the sizes that next_size
 * () gives. */

typedef gsize (*NextSize) (gpointer data);

static gsize
whole (gpointer data)
{
  return G_MAXUINT16;
}

static gsize
single (gpointer data)
{
  return 1;
}

static gsize
any_size (gpointer data)
{
  return g_rand_int_range (data, 0, 5) == 0 ? g_rand_int_range (data, 0, 5000) : g_rand_int_range (data, 0, 9);
}

static void
feed_bytes (WeirJoiner *joiner, const char *bytes, gsize len, NextSize next_size, gpointer data)
{
  guint64 seq = 0;

  for (gsize at = 0; at < len;)
    {
      const char *gap = memchr (bytes + at, '^', len - at);
      gsize until = gap != NULL ? (gsize) (gap - bytes) : len;
      gsize n = next_size (data);

      if (at == until)
        {
          g_assert_true (weir_joiner_push_gap (joiner, 1, 0));
          at++;
          continue;
        }
      n = MIN (n, until - at);
      g_assert_true (weir_joiner_push (joiner, ++seq, (const guint8 *) bytes + at, n));
      at += n;
    }
}

static WeirJoiner *
join_bytes (const char *bytes, gsize len, NextSize next_size, gpointer data)
{
  WeirJoiner *joiner = weir_joiner_new ();

  feed_bytes (joiner, bytes, len, next_size, data);
  return joiner;
}

/* Without its gaps, as offsets are counted. */
static char *
without_gaps (const char *bytes, gsize len)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < len; i++)
    if (bytes[i] != '^')
      g_string_append_c (out, bytes[i]);
  return g_string_free (out, FALSE);
}

static void
append_flags (GString *out, guint32 flags)
{
  static const char letters[] = "G<>+-…";

  for (guint i = 1; i < 5; i++)
    if ((flags & 1u << i) != 0)
      g_string_append_c (out, letters[i]);
  if ((flags & WEIR_JOINED_OPEN) != 0)
    g_string_append_c (out, '~');
  if ((flags & WEIR_JOINED_GARBLED) != 0)
    g_string_append_c (out, '!');
}

/* "one|two~": items, with their flags behind them. */
static char *
dup_items (WeirJoiner *joiner, const char *stream)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < weir_joiner_get_n_items (joiner); i++)
    {
      WeirJoined item = weir_joiner_get_item (joiner, i);

      if (i > 0)
        g_string_append_c (out, '|');
      if ((item.flags & WEIR_JOINED_GAP) != 0)
        g_string_append_printf (out, "^%" G_GUINT64_FORMAT, weir_joiner_get_gap (joiner, item)->n_messages);
      else
        g_string_append_len (out, stream + item.start, item.len);
      append_flags (out, item.flags);
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *name;
  const char *stream;
  WeirContent content;
  const char *items;
} cases[] = {
  { "nothing", "", WEIR_CONTENT_TEXT, "" },
  { "lines", "one\ntwo\r\n\nthree", WEIR_CONTENT_TEXT, "one|two||three~" },
  { "characters", "h\303\244tte\n\342\202\254 5\n", WEIR_CONTENT_TEXT, "h\303\244tte|\342\202\254 5" },
  { "a gap in a line", "one\ntw^ree\nfour\n", WEIR_CONTENT_TEXT, "one|tw>|^1|ree<|four" },
  { "gaps that meet", "one\n^^two\n", WEIR_CONTENT_TEXT, "one|^2|two<" },
  { "a gap first", "^wo\nthree\n", WEIR_CONTENT_TEXT, "^1|wo<|three" },
  { "a gap last", "one\ntwo^", WEIR_CONTENT_TEXT, "one|two>|^1" },
  { "only a gap", "^", WEIR_CONTENT_TEXT, "^1" },
  { "NDJSON", "{\"a\":1}\n{\"b\":\"\\n}\"}\r\n[2", WEIR_CONTENT_NDJSON, "{\"a\":1}|{\"b\":\"\\n}\"}|[2~" },
  { "NDJSON with a gap", "{\"a\":1}\n{\"b\":1}\n{\"c\"^:1}\n{\"d\":1}\n", WEIR_CONTENT_NDJSON,
    "{\"a\":1}|{\"b\":1}|{\"c\">|^1|:1}<|{\"d\":1}" },
  { "values", "{\n \"a\": [1, \"}\\\"\"]\n}\n[2]{}", WEIR_CONTENT_JSON, "{\n \"a\": [1, \"}\\\"\"]\n}|[2]|{}" },
  { "a value that is not whole", "{\"a\": [1,", WEIR_CONTENT_JSON, "{\"a\": [1,~" },
  { "values with a gap", "{\"a\":\n1} {\"b\":^2}\n{\"c\":\n3}", WEIR_CONTENT_JSON,
    "{\"a\":\n1}|{\"b\":>|^1|2}<|{\"c\":\n3}" },
  { "values and words", "{\"a\":\n1}\nword\n[1]", WEIR_CONTENT_JSON, "{\"a\":\n1}|word!|[1]" },
  { "events", "event: a\ndata: 1\n\n\ndata: 2\r\ndata: 3\r\n\r\n: ping\n\nda", WEIR_CONTENT_SSE,
    "event: a\ndata: 1|data: 2\r\ndata: 3|: ping|da~" },
  { "events with returns", "data: 1\rdata: 2\r\rdata: 3\r\r", WEIR_CONTENT_SSE, "data: 1\rdata: 2|data: 3" },
  { "events with a gap", "data: 1\n\ndata: 2^ta: 3\n\ndata: 4\n\n", WEIR_CONTENT_SSE,
    "data: 1|data: 2>|^1|ta: 3<|data: 4" },
  { "a table", "a,b,c\n1,\"x\ny\",3\n4,5,6\n", WEIR_CONTENT_CSV, "a,b,c|1,\"x\ny\",3|4,5,6" },
  { "prose", "Well, yes\nno, never\n", WEIR_CONTENT_TEXT, "Well, yes|no, never" },
  { "a log", "[info] one\n[info] two\n", WEIR_CONTENT_TEXT, "[info] one|[info] two" },
  { "lines with bytes that are no text", "the first one\nthe s\377\001cond\nthe third one\nthe fourth one\ncut \303\n",
    WEIR_CONTENT_TEXT, "the first one|the s\377\001cond!|the third one|the fourth one|cut \303!" },
  { "a character that a gap cuts", "h\303^\244tte\nzwei\ndrei\n", WEIR_CONTENT_TEXT, "h\303>|^1|\244tte<|zwei|drei" },
  { "NDJSON with bytes that are no text", "{\"a\":\"one\"}\n{\"b\":\"\377\001\303\"}\n{\"c\":\"three\"}\n",
    WEIR_CONTENT_NDJSON, "{\"a\":\"one\"}|{\"b\":\"\377\001\303\"}!|{\"c\":\"three\"}" },
  { "NDJSON with lines that are not whole",
    "{\"a\":1}\n{\"b\":\n{\"c\":1}\n:1}\n{\"d\":1}\n{\"e\":1}\n{\"f\":1}{\"g\":1}\n", WEIR_CONTENT_NDJSON,
    "{\"a\":1}|{\"b\":!|{\"c\":1}|:1}!|{\"d\":1}|{\"e\":1}|{\"f\":1}{\"g\":1}!" },
  { "events with bytes that are no text", "data: one\n\nda\377a: two\n\ndata: three\n\n", WEIR_CONTENT_SSE,
    "data: one|da\377a: two!|data: three" },
  { "bytes", "\001\002\n\003", WEIR_CONTENT_BINARY, "" },
  { "bytes with a gap", "\001\002^\003", WEIR_CONTENT_BINARY, "^1" },
  { "an image", "\x89PNG\r\n\x1a\nxxxx", WEIR_CONTENT_IMAGE, "" },
};

static void
test_items (void)
{
  static const NextSize sizes[] = { whole, single };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        gsize len = strlen (cases[i].stream);
        g_autoptr (WeirJoiner) joiner = join_bytes (cases[i].stream, len, sizes[j], NULL);
        g_autofree char *stream = without_gaps (cases[i].stream, len), *items = dup_items (joiner, stream);

        g_test_message ("%s", cases[i].name);
        g_assert_cmpint (weir_joiner_get_content (joiner), ==, cases[i].content);
        g_assert_cmpstr (items, ==, cases[i].items);
      }
}

/* Two joiners that were fed the same bytes. */
static void
assert_same (WeirJoiner *a, WeirJoiner *b)
{
  g_assert_cmpint (weir_joiner_get_content (a), ==, weir_joiner_get_content (b));
  g_assert_cmpuint (weir_joiner_get_size (a), ==, weir_joiner_get_size (b));
  g_assert_cmpuint (weir_joiner_get_n_gaps (a), ==, weir_joiner_get_n_gaps (b));
  g_assert_cmpuint (weir_joiner_get_n_items (a), ==, weir_joiner_get_n_items (b));
  for (guint i = 0; i < weir_joiner_get_n_items (a); i++)
    {
      WeirJoined x = weir_joiner_get_item (a, i), y = weir_joiner_get_item (b, i);

      g_assert_cmpuint (x.start, ==, y.start);
      g_assert_cmpuint (x.len, ==, y.len);
      g_assert_cmpuint (x.flags, ==, y.flags);
    }
}

/* Items lie one behind the other, and what is between them is white space or commas. */
static void
assert_ordered (WeirJoiner *joiner, const char *stream)
{
  guint64 at = 0;

  if (weir_joiner_get_content (joiner) == WEIR_CONTENT_BINARY || weir_joiner_get_content (joiner) == WEIR_CONTENT_IMAGE)
    return;
  for (guint i = 0; i < weir_joiner_get_n_items (joiner); i++)
    {
      WeirJoined item = weir_joiner_get_item (joiner, i);

      g_assert_cmpuint (item.start, >=, at);
      for (; at < item.start; at++)
        g_assert_nonnull (strchr (", \t\r\n", stream[at]));
      if ((item.flags & WEIR_JOINED_GAP) == 0)
        {
          g_assert_cmpuint (item.len, <=, WEIR_JOINER_MAX_ITEM + 3);
          at += item.len;
        }
    }
  g_assert_cmpuint (at, <=, weir_joiner_get_size (joiner));
}

/* From pieces of all kinds, so that what it is changes on the way; some longer than what is looked at to tell. */
static char *
make_stream (GRand *rand, gsize *len)
{
  GString *out = g_string_new (NULL);
  guint kind = g_rand_int_range (rand, 1, G_N_ELEMENTS (cases));
  guint n = g_rand_int_range (rand, 1, g_rand_int_range (rand, 0, 4) == 0 ? 2000 : 6);

  for (guint i = 0; i < n; i++)
    {
      if (g_rand_int_range (rand, 0, 12) == 0)
        kind = g_rand_int_range (rand, 1, G_N_ELEMENTS (cases));
      g_string_append (out, cases[kind].stream);
      if (g_rand_int_range (rand, 0, 3) > 0)
        g_string_append_c (out, '\n');
      if (g_rand_int_range (rand, 0, 400) == 0)
        for (guint j = 0; j < WEIR_JOINER_MAX_ITEM; j += 2)
          g_string_append (out, "\303\244");
    }
  *len = out->len;
  return g_string_free (out, FALSE);
}

/* What an item is marked with depends on its bytes alone. */
static void
assert_garbled (WeirJoiner *joiner, const char *stream)
{
  guint n = 0, next = G_MAXUINT, last = weir_joiner_get_n_items (joiner);

  for (guint i = 0; i < weir_joiner_get_n_items (joiner); i++)
    {
      WeirJoined item = weir_joiner_get_item (joiner, i);
      WeirSpan span = { stream + item.start, item.len };

      n += (item.flags & WEIR_JOINED_GARBLED) != 0;
      if ((item.flags & ~WEIR_JOINED_GARBLED) == 0)
        g_assert_true (weir_garble_is_item (weir_joiner_get_content (joiner), span) == (item.flags == 0));
      if (next == G_MAXUINT && (item.flags & WEIR_JOINED_GARBLED) != 0)
        next = i;
    }
  g_assert_cmpuint (weir_joiner_get_n_garbled (joiner), ==, n);
  g_assert_true (weir_joiner_find_garbled (joiner, G_MAXUINT, &last) == (n > 0));
  if (n > 0)
    g_assert_cmpuint (last, ==, next);
}

/* Whatever it looks like. */
static void
assert_told (const char *stream, gsize len, const char *bytes, GRand *rand)
{
  WeirContent content = g_rand_int_range (rand, WEIR_CONTENT_BINARY, WEIR_CONTENT_IMAGE);
  g_autoptr (WeirJoiner) once = weir_joiner_new_for_content (content);
  g_autoptr (WeirJoiner) chunks = weir_joiner_new_for_content (content);

  feed_bytes (once, stream, len, whole, NULL);
  feed_bytes (chunks, stream, len, any_size, rand);
  g_assert_cmpint (weir_joiner_get_content (once), ==, content);
  assert_same (once, chunks);
  assert_ordered (once, bytes);
  assert_garbled (once, bytes);
}

/* The property that all of this is for: where messages are cut makes no difference. */
static void
test_any_chunks (void)
{
  for (guint round = 0; round < 150; round++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (round);
      gsize len;
      g_autofree char *stream = make_stream (rand, &len), *bytes = without_gaps (stream, len);
      g_autoptr (WeirJoiner) once = join_bytes (stream, len, whole, NULL);
      g_autoptr (WeirJoiner) one_by_one = join_bytes (stream, len, single, NULL);

      g_test_message ("round %u, %" G_GSIZE_FORMAT " bytes", round, len);
      assert_same (once, one_by_one);
      assert_ordered (once, bytes);
      assert_garbled (once, bytes);
      if (round % 4 == 0)
        assert_told (stream, len, bytes, rand);
      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (WeirJoiner) chunks = join_bytes (stream, len, any_size, rand);

          assert_same (once, chunks);
        }
    }
}

/* From an item to its messages, and back. */
static void
test_messages (void)
{
  static const char *const chunks[] = { "{\"a\"", ":1}\n", "", "{\"b\":1}\n{\"c\":", "1}\n" };
  g_autoptr (WeirJoiner) joiner = weir_joiner_new ();
  guint i, item;
  guint64 start;

  for (i = 0; i < G_N_ELEMENTS (chunks); i++)
    weir_joiner_push (joiner, 10 + 2 * i, (const guint8 *) chunks[i], strlen (chunks[i]));
  g_assert_cmpuint (weir_joiner_get_n_messages (joiner), ==, 5);
  g_assert_true (weir_joiner_find_message (joiner, 3, &i));
  g_assert_cmpuint (weir_joiner_get_message (joiner, i, &start), ==, 10);
  g_assert_true (weir_joiner_find_message (joiner, 8, &i)); /* not the empty one */
  g_assert_cmpuint (weir_joiner_get_message (joiner, i, &start), ==, 16);
  g_assert_cmpuint (start, ==, 8);
  g_assert_false (weir_joiner_find_message (joiner, weir_joiner_get_size (joiner), &i));

  g_assert_true (weir_joiner_find_start (joiner, 18, &start));
  g_assert_true (weir_joiner_find_item (joiner, start, &item));
  g_assert_cmpuint (item, ==, 2);
  g_assert_true (weir_joiner_find_item (joiner, 7, &item)); /* a line's end: the next */
  g_assert_cmpuint (item, ==, 1);
  g_assert_false (weir_joiner_find_start (joiner, 11, &start));
  g_assert_false (weir_joiner_find_start (joiner, 9, &start));
  g_assert_false (weir_joiner_find_item (joiner, weir_joiner_get_size (joiner), &item));
}

static void
test_long_line (void)
{
  g_autoptr (WeirJoiner) joiner = weir_joiner_new ();
  guint8 block[1024];

  memset (block, 'a', sizeof block);
  for (guint i = 0; i < 3 * 64; i++)
    weir_joiner_push (joiner, i + 1, block, sizeof block);
  g_assert_cmpuint (weir_joiner_get_n_items (joiner), ==, 3);
  g_assert_cmpuint (weir_joiner_get_item (joiner, 0).flags, ==, WEIR_JOINED_GOES_ON);
  g_assert_cmpuint (weir_joiner_get_item (joiner, 1).flags, ==, WEIR_JOINED_GOES_ON | WEIR_JOINED_CONTINUED);
  g_assert_cmpuint (weir_joiner_get_item (joiner, 2).flags, ==, WEIR_JOINED_OPEN | WEIR_JOINED_CONTINUED);
  g_assert_cmpuint (weir_joiner_get_item (joiner, 1).len, ==, WEIR_JOINER_MAX_ITEM);
}

static void
test_full (void)
{
  g_autoptr (WeirJoiner) joiner = weir_joiner_new ();
  g_autofree guint8 *lines = g_malloc (WEIR_JOINER_MAX_ITEMS / 2);

  memset (lines, '\n', WEIR_JOINER_MAX_ITEMS / 2);
  g_assert_true (weir_joiner_push (joiner, 1, (const guint8 *) "text\n", 5));
  g_assert_true (weir_joiner_push (joiner, 2, lines, WEIR_JOINER_MAX_ITEMS / 2));
  g_assert_false (weir_joiner_push (joiner, 3, lines, WEIR_JOINER_MAX_ITEMS / 2));
  g_assert_true (weir_joiner_is_full (joiner));
  g_assert_false (weir_joiner_push (joiner, 4, lines, 1));
  g_assert_false (weir_joiner_push_gap (joiner, 1, 0));
  g_assert_cmpuint (weir_joiner_get_n_items (joiner), ==, WEIR_JOINER_MAX_ITEMS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/joiner/items", test_items);
  g_test_add_func ("/joiner/any-chunks", test_any_chunks);
  g_test_add_func ("/joiner/messages", test_messages);
  g_test_add_func ("/joiner/long-line", test_long_line);
  g_test_add_func ("/joiner/full", test_full);

  return g_test_run ();
}
