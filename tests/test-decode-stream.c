/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream.h"

#include <string.h>

#define WAIT_LIMIT_US (60 * G_USEC_PER_SEC)
#include "wait-for.h"

typedef struct
{
  WeirMessageList *messages;
  WeirStream *stream;
  guint64 seq;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->messages = weir_message_list_new (&error);
  g_assert_no_error (error);
  fixture->stream = weir_stream_new (fixture->messages);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->stream);
  g_object_unref (fixture->messages);
}

static void
send (Fixture *fixture, WeirRecordKind kind, const char *data, gsize len, gsize size, guint32 n_dropped)
{
  WeirRecordHead head = {
    .size = WEIR_RECORD_HEAD_SIZE + len,
    .kind = kind,
    .flags = (len < size ? WEIR_RECORD_CUT : 0) | (n_dropped > 0 ? WEIR_RECORD_DROPPED : 0),
    .payload_size = size,
    .n_dropped = n_dropped,
  };
  g_autoptr (GError) error = NULL;

  fixture->seq += n_dropped + 1;
  head.seq = fixture->seq;
  head.time_us = fixture->seq;
  while (!weir_message_list_append (fixture->messages, &head, (const guint8 *) data, len, &error))
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
      g_clear_error (&error);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
send_binary (Fixture *fixture, const char *text)
{
  send (fixture, WEIR_RECORD_BINARY, text, strlen (text), strlen (text), 0);
}

static void
send_text (Fixture *fixture, const char *text)
{
  send (fixture, WEIR_RECORD_TEXT, text, strlen (text), strlen (text), 0);
}

static void
wait_items (Fixture *fixture, guint n)
{
  weir_stream_start (fixture->stream);
  WAIT_FOR (!weir_stream_is_reading (fixture->stream) &&
            g_list_model_get_n_items (G_LIST_MODEL (fixture->stream)) == n);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) user_data = weir_stream_read_finish (WEIR_STREAM (object), result, &error);
  g_assert_no_error (error);
}

static GBytes *
read_bytes (Fixture *fixture, guint64 start, gsize len)
{
  GBytes *bytes = NULL;

  weir_stream_read_async (fixture->stream, start, len, NULL, read_cb, &bytes);
  WAIT_FOR (bytes != NULL);
  return bytes;
}

static char *
dup_line (Fixture *fixture, guint i)
{
  g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (fixture->stream), i);
  WeirJoined joined = weir_stream_item_get_joined (item);
  g_autoptr (GBytes) bytes = NULL;
  gsize len;
  const guint8 *data;

  g_assert_cmpuint (weir_stream_item_get_index (item), ==, i);
  if ((joined.flags & WEIR_JOINED_GAP) != 0)
    return weir_stream_describe_gap (fixture->stream, joined);
  bytes = read_bytes (fixture, joined.start, joined.len);
  data = g_bytes_get_data (bytes, &len);
  g_assert_cmpuint (len, ==, joined.len);
  return weir_stream_text_line (weir_stream_get_form (fixture->stream), data, len, 100);
}

static void
check_line (Fixture *fixture, guint i, const char *wanted)
{
  g_autofree char *line = dup_line (fixture, i);

  g_assert_cmpstr (line, ==, wanted);
}

/* Messages of text lie between, and are no part of it. */
static void
test_events (Fixture *fixture, gconstpointer data)
{
  guint64 first, last;
  guint position;
  g_autoptr (WeirStreamItem) item = NULL;

  send_binary (fixture, "event: ti");
  send_text (fixture, "{\"type\":\"progress\",\"percent\":1}");
  send_binary (fixture, "ck\ndata: {\"n\":");
  send_binary (fixture, "1}\n\ndata: 2\n\nda");
  wait_items (fixture, 3);
  g_assert_cmpint (weir_stream_get_content (fixture->stream), ==, WEIR_CONTENT_SSE);
  check_line (fixture, 0, "tick  {\"n\":1}");
  check_line (fixture, 1, "2");
  item = g_list_model_get_item (G_LIST_MODEL (fixture->stream), 0);
  g_assert_true (weir_stream_get_messages (fixture->stream, weir_stream_item_get_joined (item), &first, &last));
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (last, ==, 4);
  g_assert_true (weir_stream_find_item (fixture->stream, 3, &position));
  g_assert_cmpuint (position, ==, 0);
  g_assert_false (weir_stream_find_item (fixture->stream, 2, &position));

  send_binary (fixture, "ta: 3\n\n"); /* live */
  WAIT_FOR (weir_stream_get_size (fixture->stream) == 45);
  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (fixture->stream)) == 3);
  check_line (fixture, 2, "3");
}

static void
test_gaps (Fixture *fixture, gconstpointer data)
{
  fixture->seq = 4;
  send_binary (fixture, "{\"a\":1}\n");
  send (fixture, WEIR_RECORD_BINARY, "{\"b\"", 4, 10, 0);
  send (fixture, WEIR_RECORD_BINARY, "}\n{\"c\":1}\n", 10, 10, 3);
  send (fixture, WEIR_RECORD_BINARY, "{\"d\":1}\n", 8, 8, 1);
  wait_items (fixture, 8);
  g_assert_cmpint (weir_stream_get_content (fixture->stream), ==, WEIR_CONTENT_NDJSON);
  check_line (fixture, 0, "4 messages came before what the tap has");
  check_line (fixture, 1, "{\"a\":1}");
  check_line (fixture, 2, "{\"b\"");
  check_line (fixture, 3, "3 messages are missing here, and 6\302\240B of one that was cut");
  check_line (fixture, 4, "}");
  check_line (fixture, 6, "1 message is missing here");
  check_line (fixture, 7, "{\"d\":1}");
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  send_binary (fixture, "id,na");
  send_binary (fixture, "me,v\n1,\"Zo\303");
  send_binary (fixture, "\253\",2\n");
  wait_items (fixture, 2);
  check_line (fixture, 0, "id  name  v");
  check_line (fixture, 1, "1   Zo\303\253   2");
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) user_data = weir_message_load_finish (WEIR_MESSAGE (object), result, &error);
  g_assert_no_error (error);
}

/* What is known to have come before a message is what is before it in the stream, in memory or on disk. */
static void
check_before (Fixture *fixture, const GString *all, guint i)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->messages), i);
  g_autoptr (GBytes) start = NULL;
  GBytes *before;
  gsize at = 0, len;

  for (guint j = 0; j < i; j++)
    at += MIN (1 + (at * 7919) % 4099, all->len - at);
  weir_message_load_async (message, 10, NULL, loaded_cb, &start);
  WAIT_FOR (start != NULL);
  g_assert_cmpmem (g_bytes_get_data (start, NULL), g_bytes_get_size (start), all->str + at, g_bytes_get_size (start));
  before = weir_message_get_before (message);
  g_assert_nonnull (before);
  len = g_bytes_get_size (before);
  g_assert_cmpuint (len, ==, MIN (at, WEIR_MESSAGE_BEFORE));
  g_assert_cmpmem (g_bytes_get_data (before, NULL), len, all->str + at - len, len);
}

/* More than lies in memory, in messages of odd sizes: it comes back from disk as it was. */
static void
test_from_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GBytes) read = NULL;
  gsize size;

  for (guint i = 0; i < 300000; i++)
    g_string_append_printf (all, "{\"n\":%u,\"s\":\"h\303\244tte gern\"}\n", i);
  for (gsize at = 0; at < all->len;)
    {
      gsize n = MIN (1 + (at * 7919) % 4099, all->len - at);

      send (fixture, WEIR_RECORD_BINARY, all->str + at, n, n, 0);
      at += n;
    }
  wait_items (fixture, 300000);
  check_line (fixture, 0, "{\"n\":0,\"s\":\"h\303\244tte gern\"}");
  check_line (fixture, 299999, "{\"n\":299999,\"s\":\"h\303\244tte gern\"}");
  for (guint i = 0; i < 40; i++)
    check_before (fixture, all, i);
  check_before (fixture, all, g_list_model_get_n_items (G_LIST_MODEL (fixture->messages)) - 1);
  read = read_bytes (fixture, 0, G_MAXSIZE);
  g_assert_cmpmem (g_bytes_get_data (read, &size), g_bytes_get_size (read), all->str, all->len);
}

static void
test_growing (Fixture *fixture, gconstpointer data)
{
  gboolean has_gaps;
  g_autofree char *text = NULL;

  send_text (fixture, "{\"type\":\"message_start\"}");
  send_text (fixture, "{\"type\":\"text_delta\",\"delta\":\"A \"}");
  send_text (fixture, "{\"type\":\"text_delta\",\"delta\":\"channel\"}");
  wait_items (fixture, 0);
  text = weir_stream_dup_growing (fixture->stream, 3, 100, &has_gaps);
  g_assert_cmpstr (text, ==, "A channel");
}

static void
cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

/* Most lines say what it is, the garbled one is there with its bytes, and it can be read as something else, while it is
 * being read, too. */
static void
test_read_as (Fixture *fixture, gconstpointer data)
{
  gboolean is_cancelled = FALSE;
  guint position;

  send_binary (fixture, "{\"a\":1}\n{\"b\":");
  send_binary (fixture, "\"\377\300\"}\n{\"c\":3}\n");
  wait_items (fixture, 3);
  g_assert_cmpint (weir_stream_get_content (fixture->stream), ==, WEIR_CONTENT_NDJSON);
  g_assert_false (weir_stream_is_told (fixture->stream));
  g_assert_cmpuint (weir_stream_get_n_garbled (fixture->stream), ==, 1);
  g_assert_true (weir_stream_find_garbled (fixture->stream, 1, &position));
  g_assert_cmpuint (position, ==, 1);
  check_line (fixture, 1, "{\"b\":\"⟨ff c0⟩\"}");

  weir_stream_read_async (fixture->stream, 0, 20, NULL, cancelled_cb, &is_cancelled);
  weir_stream_read_as (fixture->stream, &(WeirContent){ WEIR_CONTENT_BINARY });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->stream)), ==, 0);
  WAIT_FOR (is_cancelled && !weir_stream_is_reading (fixture->stream));
  g_assert_cmpint (weir_stream_get_content (fixture->stream), ==, WEIR_CONTENT_BINARY);
  g_assert_cmpuint (weir_stream_get_n_messages (fixture->stream), ==, 2);
  g_assert_true (weir_stream_is_told (fixture->stream));

  weir_stream_read_as (fixture->stream, &(WeirContent){ WEIR_CONTENT_CSV });
  wait_items (fixture, 3);
  check_line (fixture, 2, "{\"c\":3}");
  weir_stream_read_as (fixture->stream, NULL);
  wait_items (fixture, 3);
  g_assert_cmpint (weir_stream_get_content (fixture->stream), ==, WEIR_CONTENT_NDJSON);
  g_assert_cmpuint (weir_stream_get_size (fixture->stream), ==, 27);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* so that waiting is never for ever */
}

/* What belongs to no field a reader passes over: who looks for what is wrong has to see it. */
static void
test_no_field (void)
{
  static const char text[] = "garbled\nlines \377";
  WeirStreamForm form;
  g_autofree char *line = NULL, *whole = NULL, *id = NULL;
  gboolean is_json;

  weir_stream_form_init (&form, WEIR_CONTENT_SSE, NULL, 0);
  line = weir_stream_text_line (&form, (const guint8 *) text, sizeof text - 1, 100);
  g_assert_cmpstr (line, ==, "garbled lines ⟨ff⟩");
  whole = weir_stream_text_whole (&form, (const guint8 *) text, sizeof text - 1, &is_json);
  g_assert_cmpstr (whole, ==, "garbled\nlines ⟨ff⟩");
  id = weir_stream_text_whole (&form, (const guint8 *) "id: 7", 5, &is_json);
  g_assert_cmpstr (id, ==, "id: 7\n");
  weir_stream_form_clear (&form);
}

/* The head of a table has titles, and is not told of by itself. */
static void
test_head (void)
{
  static const char text[] = "id,name\n1,Zo\n2,Al\n3,Bo\n";
  WeirStreamForm form;
  g_autofree char *head = NULL, *record = NULL;
  gboolean is_json;

  weir_stream_form_init (&form, WEIR_CONTENT_CSV, (const guint8 *) text, sizeof text - 1);
  head = weir_stream_text_whole (&form, (const guint8 *) "id,name", 7, &is_json);
  g_assert_cmpstr (head, ==, "id\nname\n");
  record = weir_stream_text_whole (&form, (const guint8 *) "1,Zo", 4, &is_json);
  g_assert_cmpstr (record, ==, "id: 1\nname: Zo\n");
  weir_stream_form_clear (&form);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/stream/events", test_events },       { "/stream/gaps", test_gaps },       { "/stream/table", test_table },
    { "/stream/from-disk", test_from_disk }, { "/stream/growing", test_growing }, { "/stream/read-as", test_read_as },
  };
  g_test_init (&argc, &argv, NULL);
  g_timeout_add (50, tick_cb, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);

  g_test_add_func ("/decode/stream/no-field", test_no_field);
  g_test_add_func ("/decode/stream/head", test_head);
  return g_test_run ();
}
