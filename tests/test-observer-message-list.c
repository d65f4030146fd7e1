/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define WAIT_LIMIT_US (60 * G_USEC_PER_SEC)

#include "wait-for.h"
#include "weir-appender.h"
#include "weir-message-list-private.h"
#include "weir-needle.h"

static WeirMessageList *
make_list (void)
{
  g_autoptr (GError) error = NULL;
  WeirMessageList *list = weir_message_list_new (&error);

  g_assert_no_error (error);
  return list;
}

static WeirRecordHead
head_of (WeirRecordKind kind, guint64 seq, gsize len)
{
  WeirRecordHead head = {
    WEIR_RECORD_HEAD_SIZE + len, kind, 0, seq, G_GINT64_CONSTANT (1700000000000000) + seq * 1000, len, 0
  };

  return head;
}

static gboolean
append (WeirMessageList *list, WeirRecordKind kind, guint64 seq, const char *text)
{
  WeirRecordHead head = head_of (kind, seq, strlen (text));

  return weir_message_list_append (list, &head, (const guint8 *) text, strlen (text), NULL);
}

static void
append_dropped (WeirMessageList *list, guint64 seq, guint32 n_dropped, const char *text)
{
  WeirRecordHead head = head_of (WEIR_RECORD_TEXT, seq, strlen (text));
  g_autoptr (GError) error = NULL;

  head.flags = WEIR_RECORD_DROPPED;
  head.n_dropped = n_dropped;
  weir_message_list_append (list, &head, (const guint8 *) text, strlen (text), &error);
  g_assert_no_error (error);
}

/* Until that many items are announced and nothing is left to be filtered. */
static void
wait_items (WeirMessageList *list, guint n)
{
  WAIT_FOR (!weir_message_list_is_filtering (list) && g_list_model_get_n_items (G_LIST_MODEL (list)) == n);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) user_data = weir_message_load_finish (WEIR_MESSAGE (object), result, &error);
  g_assert_no_error (error);
}

/* (transfer full): from memory or from disk */
static GBytes *
load (WeirMessage *message, gsize max_size)
{
  GBytes *bytes = NULL;

  weir_message_load_async (message, max_size, NULL, loaded_cb, &bytes);
  WAIT_FOR (bytes != NULL);
  return bytes;
}

static void
assert_row (WeirMessageList *list, guint i, WeirMessageKind kind, guint64 seq, const char *text)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (list), i);
  g_autoptr (GBytes) payload = NULL;

  g_assert_nonnull (message);
  g_assert_cmpint (weir_message_get_kind (message), ==, kind);
  g_assert_cmpuint (weir_message_get_seq (message), ==, seq);
  payload = load (message, G_MAXUINT32);
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), text, strlen (text));
}

/* A view that believes what the model says, and checks it. */
typedef struct
{
  guint n_items;
  guint n_signals;
} View;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, View *view)
{
  g_assert_cmpuint (position + removed, <=, view->n_items);
  view->n_items += added - removed;
  view->n_signals++;
  g_assert_cmpuint (view->n_items, ==, g_list_model_get_n_items (model));
}

static void
watch (WeirMessageList *list, View *view)
{
  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), view);
}

static void
test_rows (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (WeirMessage) message = NULL;
  g_autoptr (GBytes) start = NULL;
  View view = { 0 };

  watch (list, &view);
  append (list, WEIR_RECORD_EVENT, 0, "{\"event\":\"connected\"}");
  append (list, WEIR_RECORD_TEXT, 1, "{\"rows\":1}");
  append (list, WEIR_RECORD_BINARY, 2, "PAR1....");
  append (list, WEIR_RECORD_BINARY, 3, "");
  g_assert_cmpuint (weir_message_list_get_n_total (list), ==, 4);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0); /* not announced yet */
  wait_items (list, 4);
  g_assert_cmpuint (view.n_signals, ==, 1);

  assert_row (list, 0, WEIR_MESSAGE_EVENT, 0, "{\"event\":\"connected\"}");
  assert_row (list, 1, WEIR_MESSAGE_TEXT, 1, "{\"rows\":1}");
  assert_row (list, 2, WEIR_MESSAGE_BINARY, 2, "PAR1....");
  assert_row (list, 3, WEIR_MESSAGE_BINARY, 3, "");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 4));

  message = g_list_model_get_item (G_LIST_MODEL (list), 2);
  start = weir_message_dup_start (message, 4);
  g_assert_cmpmem (g_bytes_get_data (start, NULL), g_bytes_get_size (start), "PAR1", 4);
  g_assert_cmpuint (weir_message_get_size (message), ==, 8);
  g_assert_cmpint (weir_message_get_since_previous_us (message), ==, 1000);
  g_assert_cmpint (weir_message_get_since_start_us (message), ==, 2000);
  g_assert_false (weir_message_is_cut (message));

  /* It outlives the list. */
  g_clear_object (&list);
  g_assert_cmpuint (g_bytes_get_size (weir_message_get_payload (message)), ==, 8);
}

static void
test_first_row (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (WeirMessage) message = NULL;

  append (list, WEIR_RECORD_TEXT, 7, "x");
  wait_items (list, 1);
  message = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpint (weir_message_get_since_previous_us (message), ==, -1);
  g_assert_cmpint (weir_message_get_since_start_us (message), ==, 0);
}

static void
test_gaps (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (WeirMessage) gap = NULL;
  g_autoptr (WeirMessage) after = NULL;
  g_autoptr (WeirMessage) second = NULL;

  append (list, WEIR_RECORD_TEXT, 8, "a");
  append_dropped (list, 137, 128, "b");
  append_dropped (list, 1, 5, "a number that cannot be");
  wait_items (list, 5);

  gap = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_cmpint (weir_message_get_kind (gap), ==, WEIR_MESSAGE_GAP);
  g_assert_cmpuint (weir_message_get_n_dropped (gap), ==, 128);
  g_assert_cmpuint (weir_message_get_seq (gap), ==, 9);
  g_assert_cmpuint (weir_message_get_size (gap), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (weir_message_get_payload (gap)), ==, 0);
  after = g_list_model_get_item (G_LIST_MODEL (list), 2);
  g_assert_cmpuint (weir_message_get_seq (after), ==, 137);
  g_assert_cmpuint (weir_message_get_n_dropped (after), ==, 0);
  g_assert_cmpint (weir_message_get_since_previous_us (after), ==, 129 * 1000); /* to the record, not to the gap */
  second = g_list_model_get_item (G_LIST_MODEL (list), 3);
  g_assert_cmpuint (weir_message_get_seq (second), ==, 138);
  g_assert_cmpuint (weir_message_list_get_n_total (list), ==, 3);
}

static void
test_flags (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  WeirRecordHead head = head_of (WEIR_RECORD_BINARY, 1, 3);
  g_autoptr (WeirMessage) message = NULL;

  head.flags = WEIR_RECORD_CUT | WEIR_RECORD_INJECTED;
  head.payload_size = 262144;
  weir_message_list_append (list, &head, (const guint8 *) "abc", 3, NULL);
  wait_items (list, 1);
  message = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (weir_message_is_cut (message));
  g_assert_true (weir_message_is_injected (message));
  g_assert_cmpuint (weir_message_get_size (message), ==, 262144);
  g_assert_cmpuint (g_bytes_get_size (weir_message_get_payload (message)), ==, 3);
}

/* Times that a peer made up must not overflow. */
static void
test_hostile_times (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  static const gint64 times[] = { G_MININT64, G_MAXINT64, 0, -1 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      WeirRecordHead head = head_of (WEIR_RECORD_TEXT, G_MAXUINT64 - i, 1);

      head.time_us = times[i];
      head.n_dropped = G_MAXUINT32;
      weir_message_list_append (list, &head, (const guint8 *) "x", 1, NULL);
    }
  wait_items (list, 2 * G_N_ELEMENTS (times));
  for (guint i = 0; i < 2 * G_N_ELEMENTS (times); i++)
    {
      g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_cmpint (weir_message_get_time_us (message), >=, 0);
    }
}

static void
test_held (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  View view = { 0 };

  watch (list, &view);
  append (list, WEIR_RECORD_TEXT, 1, "one");
  weir_message_list_set_held (list, TRUE); /* what has come is shown */
  g_assert_cmpuint (view.n_items, ==, 1);
  append (list, WEIR_RECORD_TEXT, 2, "two");
  append_dropped (list, 10, 7, "three");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (view.n_items, ==, 1);
  g_assert_cmpuint (weir_message_list_get_n_waiting (list), ==, 2);
  g_assert_cmpuint (weir_message_list_get_n_total (list), ==, 3);

  /* Filtering while held goes over what was shown. */
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "o");
  wait_items (list, 1);
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "zzz");
  wait_items (list, 0);
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, NULL);
  wait_items (list, 1);

  weir_message_list_set_held (list, FALSE);
  g_assert_cmpuint (view.n_items, ==, 4);
  g_assert_cmpuint (weir_message_list_get_n_waiting (list), ==, 0);
}

static void
test_filter (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  View view = { 0 };

  watch (list, &view);
  append (list, WEIR_RECORD_EVENT, 0, "{\"event\":\"connected\",\"function\":\"a::progress\"}");
  append (list, WEIR_RECORD_TEXT, 1, "{\"type\":\"Progress\"}");
  append (list, WEIR_RECORD_BINARY, 2, "\x50\x41\x52\x31");
  append_dropped (list, 6, 3, "{\"type\":\"complete\"}");
  wait_items (list, 5);

  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "PROGRESS");
  wait_items (list, 3);
  assert_row (list, 0, WEIR_MESSAGE_EVENT, 0, "{\"event\":\"connected\",\"function\":\"a::progress\"}");
  assert_row (list, 1, WEIR_MESSAGE_TEXT, 1, "{\"type\":\"Progress\"}");
  assert_row (list, 2, WEIR_MESSAGE_GAP, 3, ""); /* always shown */
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 2);

  weir_message_list_set_filter (list, WEIR_SHOW_TEXT, "progress");
  wait_items (list, 2);
  weir_message_list_set_filter (list, WEIR_SHOW_BINARY, NULL);
  wait_items (list, 2);
  assert_row (list, 0, WEIR_MESSAGE_BINARY, 2, "PAR1");
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 3);
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "hex 41 52");
  wait_items (list, 2);
  assert_row (list, 0, WEIR_MESSAGE_BINARY, 2, "PAR1");

  /* What comes is filtered, too. */
  append (list, WEIR_RECORD_BINARY, 7, "xARx");
  append (list, WEIR_RECORD_BINARY, 8, "arch");
  wait_items (list, 3);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 4);

  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "");
  wait_items (list, 7);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 0);
  g_assert_cmpuint (view.n_items, ==, 7);
}

/* A hit is found wherever it lies in a message of several looks, also across two. */
static void
test_hit_across (void)
{
  const gsize size = 300 * 1000;
  const gsize places[] = { 0, 65535, 65536, 65530, 131068, size - 6 };
  g_autoptr (WeirMessageList) list = make_list ();

  for (guint i = 0; i <= G_N_ELEMENTS (places); i++)
    {
      g_autofree guint8 *data = g_malloc (size);
      WeirRecordHead head = head_of (WEIR_RECORD_BINARY, i + 1, size);

      memset (data, 'n', size);
      if (i < G_N_ELEMENTS (places))
        memcpy (data + places[i], "needle", 6);
      g_assert_true (weir_message_list_append (list, &head, data, size, NULL));
    }
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "needle");
  wait_items (list, G_N_ELEMENTS (places));
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 1);
}

/* --- the disk --- */

static WeirMessageList *
make_list_on (const char *path, guint64 max_bytes, guint max_rows)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, max_bytes, max_rows));
}

/* As a feed does it: what the disk has not taken yet is waited for. */
static void
wait_room (WeirMessageList *list)
{
  gint64 end = g_get_monotonic_time () + WAIT_LIMIT_US;

  while (!weir_message_list_has_room (list))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_thread_yield ();
    }
}

/* What does not fit on the disk is refused and counted; what was accepted can be read. */
static void
test_full_disk (void)
{
  g_autoptr (WeirMessageList) list = make_list_on ("/dev/full", G_MAXUINT64, G_MAXUINT);
  g_autofree char *text = g_strnfill (50000, 'x');
  g_autoptr (GError) error = NULL;
  guint n_kept = 0;

  for (;;)
    {
      WeirRecordHead head = head_of (WEIR_RECORD_TEXT, n_kept + 1, 50000);

      wait_room (list);
      if (!weir_message_list_append (list, &head, (const guint8 *) text, 50000, &error))
        break;
      n_kept++;
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (n_kept, >, WEIR_APPENDER_ROOM / 50032); /* what waits in memory */
  g_assert_cmpuint (n_kept, <, 3 * WEIR_APPENDER_ROOM / 50032);
  g_assert_cmpuint (weir_message_list_get_n_total (list), ==, n_kept + 1);
  wait_items (list, n_kept);
  assert_row (list, 0, WEIR_MESSAGE_TEXT, 1, text);
  assert_row (list, n_kept - 1, WEIR_MESSAGE_TEXT, n_kept, text);
}

/* Whether a message lies in the file, on its way there or in memory is not to be noticed. */
static void
test_everywhere (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  const guint n = 3000;

  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%0*u", (int) (1 + i % 1000), i);

      g_assert_true (append (list, WEIR_RECORD_TEXT, i, text));
      if (i % 100 == 0)
        wait_room (list);
    }
  wait_items (list, n);
  for (guint i = n; i >= 1; i--)
    {
      g_autofree char *text = g_strdup_printf ("%0*u", (int) (1 + i % 1000), i);

      assert_row (list, i - 1, WEIR_MESSAGE_TEXT, i, text);
    }
}

/* A bound is a bound; when there is room again (here never), a gap would say what is missing. */
static void
test_bounds (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-bounds-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (WeirMessageList) list = make_list_on (path, 1000, G_MAXUINT);
  g_autoptr (WeirMessageList) few = make_list_on (path, G_MAXUINT64, 3);
  g_autofree char *text = g_strnfill (900, 'x');

  close (fd);
  unlink (path);
  g_assert_true (append (list, WEIR_RECORD_TEXT, 1, text));
  g_assert_false (append (list, WEIR_RECORD_TEXT, 2, text));
  g_assert_true (append (list, WEIR_RECORD_TEXT, 3, "x")); /* this one fits, and the gap before it is said */
  wait_items (list, 3);
  assert_row (list, 1, WEIR_MESSAGE_GAP, 2, "");

  g_assert_true (append (few, WEIR_RECORD_TEXT, 1, "x"));
  g_assert_true (append (few, WEIR_RECORD_TEXT, 2, "x"));
  g_assert_false (append (few, WEIR_RECORD_TEXT, 3, "x"));
}

/* The file is nobody else's, and nothing is left of it. */
static void
test_file (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "weir", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  g_assert_nonnull (dir);
  g_assert_null (g_dir_read_name (dir));
}

/* --- many --- */

#define MANY 1000000

static void
run_slices (WeirMessageList *list, guint n_items, gint64 *longest_us)
{
  gint64 end = g_get_monotonic_time () + WAIT_LIMIT_US;

  *longest_us = 0;
  while (weir_message_list_is_filtering (list) || g_list_model_get_n_items (G_LIST_MODEL (list)) != n_items)
    {
      gint64 before = g_get_monotonic_time ();

      g_assert_cmpint (before, <, end);
      if (g_main_context_iteration (NULL, FALSE))
        *longest_us = MAX (*longest_us, g_get_monotonic_time () - before);
    }
}

static void
test_million (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  gint64 start = g_get_monotonic_time ();
  gint64 longest, searched;
  char text[201];

  memset (text, '.', sizeof text);
  for (guint i = 1; i <= MANY; i++)
    {
      WeirRecordHead head = head_of (i % 2 == 0 ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY, i, 200);

      text[g_snprintf (text, sizeof text, "{\"type\":\"row\",\"number\":%u}", i)] = ' ';
      g_assert_true (weir_message_list_append (list, &head, (const guint8 *) text, 200, NULL));
      if (i % 1000 == 0)
        wait_room (list);
    }
  g_test_message ("append: %.3f s", (g_get_monotonic_time () - start) / 1e6);
  run_slices (list, MANY, &longest);

  start = g_get_monotonic_time ();
  weir_message_list_set_filter (list, WEIR_SHOW_ALL, "\"NUMBER\":99999");
  run_slices (list, 11, &longest); /* 99999 and 999990 … 999999 */
  searched = g_get_monotonic_time () - start;
  g_test_message ("search: %.3f s, longest slice %.1f ms", searched / 1e6, longest / 1e3);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, MANY - 11);

  start = g_get_monotonic_time ();
  weir_message_list_set_filter (list, WEIR_SHOW_TEXT, NULL);
  run_slices (list, MANY / 2, &longest);
  g_test_message ("kinds: %.3f s, longest slice %.1f ms", (g_get_monotonic_time () - start) / 1e6, longest / 1e3);
  for (guint i = 0; i < MANY / 2; i += 99991)
    {
      g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_cmpuint (weir_message_get_seq (message), ==, 2 * (i + 1));
    }
}

/* However fast it comes, news is announced ten times a second. */
static void
test_announce_rate (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  View view = { 0 };
  gint64 start = g_get_monotonic_time ();
  guint64 seq = 0;
  gint64 elapsed;

  watch (list, &view);
  while (view.n_signals < 4)
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, WAIT_LIMIT_US);
      append (list, WEIR_RECORD_TEXT, ++seq, "x");
      g_main_context_iteration (NULL, FALSE);
    }
  elapsed = g_get_monotonic_time () - start;
  g_assert_cmpuint (view.n_signals, <=, elapsed / (G_USEC_PER_SEC / 10) + 2);
}

/* --- the needle --- */

static gboolean
is_in (const char *needle, const char *hay)
{
  g_autoptr (WeirNeedle) self = weir_needle_new (needle);

  return weir_needle_is_in (self, (const guint8 *) hay, strlen (hay));
}

static void
test_needle (void)
{
  g_assert_null (weir_needle_new (NULL));
  g_assert_null (weir_needle_new (""));
  g_assert_true (is_in ("a", "a"));
  g_assert_false (is_in ("a", ""));
  g_assert_false (is_in ("ab", "a"));
  g_assert_true (is_in ("AbC", "xxaBcxx"));
  g_assert_true (is_in ("aab", "aaab"));
  g_assert_true (is_in ("abab", "ababab"));
  g_assert_false (is_in ("abac", "ababab"));
  g_assert_true (is_in ("Übung", "die Übung"));
  g_assert_false (is_in ("übung", "die Übung")); /* folded for ASCII only */
  g_assert_true (is_in ("hex 4142", "xAB"));
  g_assert_true (is_in ("hex 41 42 ", "xAB"));
  g_assert_false (is_in ("hex 4142", "xab"));   /* bytes are bytes */
  g_assert_true (is_in ("hex 4", "a hex 4 b")); /* no pairs: text */
  g_assert_true (is_in ("hex zz", "a hex zz b"));
  g_assert_true (is_in ("hex ", "a hex b"));
}

/* Against the plain way, over all short strings of three letters. */
static void
test_needle_all (void)
{
  for (guint n = 0; n < 2187; n++)
    {
      char hay[8] = { 0 };

      for (guint i = 0, rest = n; i < 7; i++, rest /= 3)
        hay[i] = "abc"[rest % 3];
      for (guint m = 0; m < 81; m++)
        {
          char needle[5] = { 0 };

          for (guint i = 0, rest = m; i < 1 + m % 4; i++, rest /= 3)
            needle[i] = "abc"[rest % 3];
          g_assert_true (is_in (needle, hay) == (strstr (hay, needle) != NULL));
        }
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("weir-test-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (cache, "weir", NULL);
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/observer/message-list/rows", test_rows);
  g_test_add_func ("/observer/message-list/first-row", test_first_row);
  g_test_add_func ("/observer/message-list/gaps", test_gaps);
  g_test_add_func ("/observer/message-list/flags", test_flags);
  g_test_add_func ("/observer/message-list/hostile-times", test_hostile_times);
  g_test_add_func ("/observer/message-list/held", test_held);
  g_test_add_func ("/observer/message-list/filter", test_filter);
  g_test_add_func ("/observer/message-list/hit-across", test_hit_across);
  g_test_add_func ("/observer/message-list/full-disk", test_full_disk);
  g_test_add_func ("/observer/message-list/everywhere", test_everywhere);
  g_test_add_func ("/observer/message-list/bounds", test_bounds);
  g_test_add_func ("/observer/message-list/file", test_file);
  g_test_add_func ("/observer/message-list/announce-rate", test_announce_rate);
  g_test_add_func ("/observer/message-list/million", test_million);
  g_test_add_func ("/observer/needle/cases", test_needle);
  g_test_add_func ("/observer/needle/all", test_needle_all);
  result = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache); /* both are empty: the files were unlinked as they were made */
  return result;
}
