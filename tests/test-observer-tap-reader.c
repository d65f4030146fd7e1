/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "weir-message-list-private.h"
#include "weir-point-model.h"
#include "weir-tap-reader-private.h"

#define LIMIT_US (60 * G_USEC_PER_SEC)
#define TIME_US  G_GINT64_CONSTANT (1700000000000000)

typedef struct
{
  WeirMessageList *messages;
  WeirTapReader *tap;
  guint n_notified;
} Fixture;

static void
notify_cb (GObject *object, GParamSpec *pspec, Fixture *fixture)
{
  fixture->n_notified++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (data != NULL) /* a file of its own */
    fixture->messages = weir_message_list_new_for_store (
        weir_message_store_new_for_fd (g_open (data, O_RDWR, 0), G_MAXUINT64, G_MAXUINT));
  else
    fixture->messages = weir_message_list_new (&error);
  g_assert_no_error (error);
  fixture->tap = weir_tap_reader_new_unconnected (fixture->messages);
  g_signal_connect (fixture->tap, "notify::state", G_CALLBACK (notify_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->tap);
  g_object_unref (fixture->messages);
}

/* --- a feed --- */

static void
add_record (GByteArray *feed, WeirRecordHead head, const void *payload, gsize len)
{
  guint8 bytes[WEIR_RECORD_HEAD_SIZE];

  head.size = WEIR_RECORD_HEAD_SIZE + len;
  if (head.n_dropped > 0)
    head.flags |= WEIR_RECORD_DROPPED;
  head.time_us = TIME_US + head.seq;
  if (head.payload_size == 0)
    head.payload_size = len;
  weir_record_head_write (&head, bytes);
  g_byte_array_append (feed, bytes, sizeof bytes);
  g_byte_array_append (feed, payload, len);
}

static void
add_text (GByteArray *feed, guint64 seq, const char *text)
{
  add_record (feed, (WeirRecordHead){ .kind = WEIR_RECORD_TEXT, .seq = seq }, text, strlen (text));
}

static void
add_event (GByteArray *feed, const char *event, guint32 n_dropped)
{
  g_autofree char *json = g_strdup_printf ("{\"event\":\"%s\",\"end\":\"reader\"}", event);

  add_record (feed, (WeirRecordHead){ .kind = WEIR_RECORD_EVENT, .n_dropped = n_dropped }, json, strlen (json));
}

/* Everything that a tap can have in it. */
static GByteArray *
make_feed (void)
{
  GByteArray *feed = g_byte_array_new ();

  add_event (feed, "connected", 0);
  add_text (feed, 1, "{\"type\":\"progress\"}");
  add_event (feed, "heartbeat", 0);
  add_record (feed,
              (WeirRecordHead){ .kind = WEIR_RECORD_BINARY, .seq = 2, .flags = WEIR_RECORD_CUT, .payload_size = 1000 },
              "0123456789", 10);
  add_record (feed, (WeirRecordHead){ .kind = WEIR_RECORD_BINARY, .seq = 131, .n_dropped = 128 }, "", 0);
  add_event (feed, "shaped", 0);
  add_event (feed, "of the future", 0);
  add_event (feed, "closed", 0);
  return feed;
}

static gboolean
take (Fixture *fixture, const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;

  weir_tap_reader_take (fixture->tap, FALSE, data, len, &error);
  if (error == NULL)
    return TRUE;
  g_assert_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED);
  weir_tap_reader_finish (fixture->tap, error);
  return FALSE;
}

static void
wait_items (Fixture *fixture, guint n)
{
  gint64 end = g_get_monotonic_time () + LIMIT_US;

  while (g_list_model_get_n_items (G_LIST_MODEL (fixture->messages)) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}

static WeirMessageKind
kind_at (Fixture *fixture, guint i)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (fixture->messages), i);

  return weir_message_get_kind (message);
}

static void
assert_whole_feed (Fixture *fixture)
{
  static const WeirMessageKind kinds[] = { WEIR_MESSAGE_EVENT, WEIR_MESSAGE_TEXT,   WEIR_MESSAGE_BINARY,
                                           WEIR_MESSAGE_GAP,   WEIR_MESSAGE_BINARY, WEIR_MESSAGE_EVENT,
                                           WEIR_MESSAGE_EVENT };
  WeirTapFigures figures = weir_tap_reader_get_figures (fixture->tap);

  wait_items (fixture, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (kind_at (fixture, i), ==, kinds[i]);
  g_assert_cmpuint (figures.n_kept, ==, 3);
  g_assert_cmpuint (figures.n_dropped, ==, 128);
  g_assert_cmpuint (figures.n_seen, ==, 131);
  g_assert_cmpuint (figures.n_cut, ==, 1);
  g_assert_cmpuint (figures.n_before, ==, 0);
  g_assert_cmpuint (figures.bytes_seen, ==, 19 + 1000);
  g_assert_cmpuint (figures.bytes_kept, ==, 19 + 10);
}

static void
test_feed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) feed = make_feed ();

  g_assert_cmpint (weir_tap_reader_get_state (fixture->tap), ==, WEIR_TAP_READER_OPENING);
  g_assert_true (take (fixture, feed->data, feed->len));
  g_assert_cmpint (weir_tap_reader_get_state (fixture->tap), ==, WEIR_TAP_READER_LIVE);
  assert_whole_feed (fixture);

  weir_tap_reader_finish (fixture->tap, NULL);
  g_assert_cmpint (weir_tap_reader_get_state (fixture->tap), ==, WEIR_TAP_READER_ENDED);
  g_assert_null (weir_tap_reader_get_error (fixture->tap));
  g_assert_cmpuint (fixture->n_notified, ==, 2);
  assert_whole_feed (fixture); /* what came stays */
}

/* The same in messages of one byte. */
static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) feed = make_feed ();

  for (guint i = 0; i < feed->len; i++)
    g_assert_true (take (fixture, feed->data + i, 1));
  assert_whole_feed (fixture);
}

/* An end in the middle of a record is no end. */
static void
test_cuts (void)
{
  g_autoptr (GByteArray) feed = g_byte_array_new ();

  add_text (feed, 1, "abc");
  for (guint cut = 0; cut <= feed->len; cut++)
    {
      Fixture fixture = { 0 };
      gboolean is_whole = cut == 0 || cut == feed->len;

      set_up (&fixture, NULL);
      g_assert_true (take (&fixture, feed->data, cut));
      weir_tap_reader_finish (fixture.tap, NULL);
      g_assert_cmpint (weir_tap_reader_get_state (fixture.tap), ==,
                       is_whole ? WEIR_TAP_READER_ENDED : WEIR_TAP_READER_FAILED);
      g_assert_true ((weir_tap_reader_get_error (fixture.tap) == NULL) == is_whole);
      tear_down (&fixture, NULL);
    }
}

/* Each byte of a record set to each of some values: an error that says so, or a record; never a crash. */
static void
test_corrupt (void)
{
  static const guint8 values[] = { 0, 1, 0x7f, 0x80, 0xff };
  g_autoptr (GByteArray) feed = g_byte_array_new ();
  guint n_failed = 0;

  add_text (feed, 1, "abc");
  add_event (feed, "closed", 0);
  for (guint i = 0; i < feed->len; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (values); j++)
        {
          g_autofree guint8 *copy = g_memdup2 (feed->data, feed->len);
          Fixture fixture = { 0 };

          copy[i] = values[j];
          set_up (&fixture, NULL);
          take (&fixture, copy, feed->len);
          weir_tap_reader_finish (fixture.tap, NULL);
          if (weir_tap_reader_get_state (fixture.tap) == WEIR_TAP_READER_FAILED)
            {
              g_assert_nonnull (weir_tap_reader_get_error (fixture.tap));
              n_failed++;
            }
          tear_down (&fixture, NULL);
        }
    }
  g_assert_cmpuint (n_failed, >, 0);
}

static void
test_text_message (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_tap_reader_take (fixture->tap, TRUE, (const guint8 *) "{}", 2, &error));
  g_assert_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED);
}

/* What was dropped before a heartbeat is not lost with it. */
static void
test_dropped_before_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) feed = g_byte_array_new ();
  g_autoptr (WeirMessage) gap = NULL;

  add_text (feed, 1, "a");
  add_event (feed, "heartbeat", 5);
  add_record (feed, (WeirRecordHead){ .kind = WEIR_RECORD_TEXT, .seq = 9, .n_dropped = 2 }, "b", 1);
  g_assert_true (take (fixture, feed->data, feed->len));
  wait_items (fixture, 3);
  gap = g_list_model_get_item (G_LIST_MODEL (fixture->messages), 1);
  g_assert_cmpuint (weir_message_get_n_dropped (gap), ==, 7);
  g_assert_cmpuint (weir_message_get_seq (gap), ==, 2);
  g_assert_cmpuint (weir_tap_reader_get_figures (fixture->tap).n_seen, ==, 9);
}

/* A held list holds nothing up. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) feed = g_byte_array_new ();

  weir_message_list_set_held (fixture->messages, TRUE);
  for (guint i = 1; i <= 50000; i++)
    add_text (feed, i, "0123456789");
  g_assert_true (take (fixture, feed->data, feed->len));
  g_assert_cmpuint (weir_tap_reader_get_figures (fixture->tap).n_seen, ==, 50000);
  g_assert_cmpuint (weir_message_list_get_n_waiting (fixture->messages), ==, 50000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->messages)), ==, 0);
}

/* The disk is full: the error is there, the tap goes on counting. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + LIMIT_US;
  g_autofree char *text = g_strnfill (10000, 'x');
  WeirTapFigures figures;
  guint64 n = 0;

  while (weir_tap_reader_get_error (fixture->tap) == NULL)
    {
      g_autoptr (GByteArray) feed = g_byte_array_new ();

      g_assert_cmpint (g_get_monotonic_time (), <, end);
      add_text (feed, ++n, text);
      if (weir_message_list_has_room (fixture->messages))
        g_assert_true (take (fixture, feed->data, feed->len));
      else
        n--;
    }
  g_assert_error (weir_tap_reader_get_error (fixture->tap), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpint (weir_tap_reader_get_state (fixture->tap), ==, WEIR_TAP_READER_LIVE);
  g_assert_cmpuint (fixture->n_notified, ==, 2); /* live; then the error, once */
  figures = weir_tap_reader_get_figures (fixture->tap);
  g_assert_cmpuint (figures.n_seen, ==, n);
  g_assert_cmpuint (figures.n_kept, ==, n - 1);
  g_assert_cmpuint (figures.n_dropped, ==, 1);
}

/* What is too large for the room that is left is not kept, what is smaller is: the error is there as long as it is so.
 */
static void
test_error_goes (void)
{
  g_autofree char *path = NULL;
  Fixture fixture = { 0 };
  g_autoptr (GByteArray) feed = g_byte_array_new ();
  g_autofree char *large = g_strnfill (1000, 'x');
  int fd = g_file_open_tmp ("weir-test-XXXXXX", &path, NULL);

  g_unlink (path);
  fixture.messages = weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, 500, 100));
  fixture.tap = weir_tap_reader_new_unconnected (fixture.messages);
  g_signal_connect (fixture.tap, "notify::state", G_CALLBACK (notify_cb), &fixture);
  add_text (feed, 1, large);
  g_assert_true (take (&fixture, feed->data, feed->len));
  g_assert_error (weir_tap_reader_get_error (fixture.tap), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_byte_array_set_size (feed, 0);
  add_text (feed, 2, "small");
  g_assert_true (take (&fixture, feed->data, feed->len));
  g_assert_no_error (weir_tap_reader_get_error (fixture.tap));
  g_assert_cmpuint (fixture.n_notified, ==, 3); /* live; the error; none */
  tear_down (&fixture, NULL);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  weir_tap_reader_stop (fixture->tap);
  g_assert_cmpint (weir_tap_reader_get_state (fixture->tap), ==, WEIR_TAP_READER_ENDED);
  weir_tap_reader_stop (fixture->tap);
  g_assert_cmpuint (fixture->n_notified, ==, 1);
}

#define TAP(name, data, test) g_test_add ("/observer/tap-reader/" name, Fixture, data, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("weir-test-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (cache, "weir", NULL);
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  TAP ("feed", NULL, test_feed);
  TAP ("bytes", NULL, test_bytes);
  g_test_add_func ("/observer/tap-reader/cuts", test_cuts);
  g_test_add_func ("/observer/tap-reader/corrupt", test_corrupt);
  TAP ("text-message", NULL, test_text_message);
  TAP ("dropped-before-heartbeat", NULL, test_dropped_before_heartbeat);
  TAP ("held", NULL, test_held);
  TAP ("full-disk", "/dev/full", test_full_disk);
  g_test_add_func ("/observer/tap-reader/error-goes", test_error_goes);
  TAP ("stop", NULL, test_stop);
  result = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache);
  return result;
}
