/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_LIMIT_US (60 * G_USEC_PER_SEC)

#include "wait-for.h"
#include "weir-appender.h"
#include "weir-message-export.h"
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

static void
set_filter (WeirMessageList *list, WeirMessageKinds kinds, WeirNeedleMode mode, const char *string)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirNeedle) needle = weir_needle_new (mode, string, &error);

  g_assert_no_error (error);
  weir_message_list_set_filter (list, kinds, needle);
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

static void
failed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_message_load_finish (WEIR_MESSAGE (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  *(GBytes **) user_data = g_bytes_new_static ("", 0);
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
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "o");
  wait_items (list, 1);
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "zzz");
  wait_items (list, 0);
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, NULL);
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

  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "PROGRESS");
  wait_items (list, 3);
  assert_row (list, 0, WEIR_MESSAGE_EVENT, 0, "{\"event\":\"connected\",\"function\":\"a::progress\"}");
  assert_row (list, 1, WEIR_MESSAGE_TEXT, 1, "{\"type\":\"Progress\"}");
  assert_row (list, 2, WEIR_MESSAGE_GAP, 3, ""); /* always shown */
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 2);

  set_filter (list, WEIR_SHOW_TEXT, WEIR_NEEDLE_TEXT, "progress");
  wait_items (list, 2);
  set_filter (list, WEIR_SHOW_BINARY, WEIR_NEEDLE_TEXT, NULL);
  wait_items (list, 2);
  assert_row (list, 0, WEIR_MESSAGE_BINARY, 2, "PAR1");
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 3);
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_HEX, "41 52");
  wait_items (list, 2);
  assert_row (list, 0, WEIR_MESSAGE_BINARY, 2, "PAR1");

  /* What comes is filtered, too. */
  append (list, WEIR_RECORD_BINARY, 7, "xARx");
  append (list, WEIR_RECORD_BINARY, 8, "arch");
  wait_items (list, 3);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, 4);

  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "");
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
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "needle");
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

/* For what comes the oldest is let go, which is counted; what is larger than all there is room for is refused. */
static void
test_bounds (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-bounds-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (WeirMessageList) list = make_list_on (path, 1000, G_MAXUINT);
  g_autoptr (WeirMessageList) few = make_list_on (path, G_MAXUINT64, 8);
  g_autofree char *text = g_strnfill (900, 'x');
  g_autofree char *large = g_strnfill (1000, 'x');
  View view = { 0 };

  close (fd);
  unlink (path);
  g_assert_true (append (list, WEIR_RECORD_TEXT, 1, text));
  wait_items (list, 1);
  g_assert_true (append (list, WEIR_RECORD_TEXT, 2, text));
  wait_items (list, 1);
  assert_row (list, 0, WEIR_MESSAGE_TEXT, 2, text);
  g_assert_false (append (list, WEIR_RECORD_TEXT, 3, large));
  g_assert_cmpuint (weir_message_list_get_n_let_go (list), ==, 1);
  g_assert_true (append (list, WEIR_RECORD_TEXT, 4, "x")); /* the gap before it is said */
  wait_items (list, 3);
  assert_row (list, 1, WEIR_MESSAGE_GAP, 3, "");

  watch (few, &view);
  for (guint i = 1; i <= 100; i++)
    {
      g_assert_true (append (few, WEIR_RECORD_TEXT, i, "x"));
      if (i % 3 == 0)
        while (g_main_context_iteration (NULL, FALSE))
          ;
    }
  WAIT_FOR (view.n_items + weir_message_list_get_n_let_go (few) == 100);
  g_assert_cmpuint (view.n_items, <=, 8);
  g_assert_cmpuint (view.n_items, >=, 6);
  assert_row (few, view.n_items - 1, WEIR_MESSAGE_TEXT, 100, "x");
}

/* What was let go is given back to the disk, and a message that was looked at says what became of it. */
static void
test_let_go (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-let-go-XXXXXX", NULL);
  int fd = g_mkstemp (path), copy = dup (fd);
  g_autoptr (WeirMessageList) list =
      weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, 8 << 20, G_MAXUINT));
  g_autofree char *text = g_strnfill (50000, 'x');
  g_autoptr (WeirMessage) first = NULL;
  g_autoptr (GBytes) payload = NULL;
  struct stat info;

  unlink (path);
  for (guint i = 1; i <= 1000; i++)
    {
      g_assert_true (append (list, WEIR_RECORD_TEXT, i, text));
      wait_room (list);
      if (i != 10)
        continue;
      wait_items (list, 10);
      first = g_list_model_get_item (G_LIST_MODEL (list), 0);
      weir_message_list_toggle_mark (list, first);
      g_assert_cmpuint (weir_message_list_get_n_marks (list), ==, 1);
    }
  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (list)) + weir_message_list_get_n_let_go (list) == 1000);
  g_assert_cmpuint (weir_message_list_get_n_marks (list), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), >, 100);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <, 168);
  g_assert_cmpint (fstat (copy, &info), ==, 0);
  g_assert_cmpuint (info.st_size, >, 16 << 20);
  g_test_message ("%u MiB on disk", (guint) (info.st_blocks * 512 >> 20));
  g_assert_cmpuint (info.st_blocks * 512, <, info.st_size - (8 << 20));
  weir_message_load_async (first, G_MAXUINT32, NULL, failed_cb, &payload);
  WAIT_FOR (payload != NULL);
  close (copy);
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

/* --- against the plain way --- */

typedef struct
{
  WeirRecordKind kind; /* 0: a gap */
  char text[8];
} Plain;

typedef struct
{
  WeirNeedleMode mode;
  const char *string;
} Sought;

static const Sought soughts[] = {
  { WEIR_NEEDLE_TEXT, NULL },       { WEIR_NEEDLE_TEXT, "ab" },  { WEIR_NEEDLE_TEXT, "B" },
  { WEIR_NEEDLE_HEX, "61 61" },     { WEIR_NEEDLE_HEX, "62" },   { WEIR_NEEDLE_REGEX, "^a" },
  { WEIR_NEEDLE_REGEX, "b{2}|ca" }, { WEIR_NEEDLE_REGEX, "c$" }, { WEIR_NEEDLE_TEXT, "zz" },
};

static gboolean
plainly_has (const Plain *plain, const Sought *sought)
{
  static const char *const words[] = { "", "ab", "b", "aa", "b", "", "", "", "zz" };

  if (sought->mode == WEIR_NEEDLE_REGEX)
    return g_regex_match_simple (sought->string, plain->text, 0, 0);
  return strstr (plain->text, words[sought - soughts]) != NULL;
}

static gboolean
plainly_shows (const Plain *plain, WeirMessageKinds kinds, const Sought *sought)
{
  static const WeirMessageKinds kinds_of[] = { 0, WEIR_SHOW_TEXT, WEIR_SHOW_BINARY, WEIR_SHOW_EVENTS };

  return plain->kind == 0 || ((kinds & kinds_of[plain->kind]) != 0 && plainly_has (plain, sought));
}

static void
append_random (WeirMessageList *list, GArray *plains, guint64 *seq)
{
  Plain plain = { g_test_rand_int_range (1, 4), "" };
  guint n_dropped = g_test_rand_int_range (0, 10) == 0 ? g_test_rand_int_range (1, 100) : 0;
  gsize len = g_test_rand_int_range (0, 7);
  WeirRecordHead head;

  for (gsize i = 0; i < len; i++)
    plain.text[i] = "abc"[g_test_rand_int_range (0, 3)];
  if (n_dropped > 0)
    g_array_append_val (plains, (Plain){ 0 });
  g_array_append_val (plains, plain);
  *seq += 1 + n_dropped;
  head = head_of (plain.kind, *seq, len);
  head.n_dropped = n_dropped;
  head.flags = n_dropped > 0 ? WEIR_RECORD_DROPPED : 0;
  g_assert_true (weir_message_list_append (list, &head, (const guint8 *) plain.text, len, NULL));
}

static void
assert_same (WeirMessageList *list, GArray *plains, guint first, WeirMessageKinds kinds, const Sought *filter,
             const Sought *search)
{
  guint position = 0, n_hits = 0;

  for (guint row = first; row < plains->len; row++)
    {
      const Plain *plain = &g_array_index (plains, Plain, row);
      g_autoptr (WeirMessage) message = NULL;
      gboolean is_hit;

      if (!plainly_shows (plain, kinds, filter))
        continue;
      message = g_list_model_get_item (G_LIST_MODEL (list), position++);
      g_assert_nonnull (message);
      g_assert_cmpuint (weir_message_get_row (message), ==, row);
      is_hit = search->string != NULL && plain->kind != 0 && plainly_has (plain, search);
      n_hits += is_hit;
      g_assert_cmpuint (weir_message_list_get_hit_index (list, message), ==, is_hit ? n_hits : 0);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, position);
  g_assert_cmpuint (weir_message_list_get_n_hits (list), ==, n_hits);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, plains->len - first - position);
}

/* What is shown and found is what a plain loop over all messages shows and finds, whatever is asked for, whenever, and
 * whatever was let go. */
static void
test_property (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-property-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (WeirMessageList) list =
      weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, G_MAXUINT64, 400));
  g_autoptr (GArray) plains = g_array_new (FALSE, TRUE, sizeof (Plain));
  View view = { 0 };
  guint64 seq = 0;

  unlink (path);
  watch (list, &view);
  for (guint round = 0; round < 60; round++)
    {
      const Sought *filter = &soughts[g_test_rand_int_range (0, G_N_ELEMENTS (soughts))];
      const Sought *search = &soughts[g_test_rand_int_range (0, G_N_ELEMENTS (soughts))];
      WeirMessageKinds kinds = g_test_rand_int_range (0, 8);
      g_autoptr (WeirNeedle) needle = weir_needle_new (search->mode, search->string, NULL);
      guint first;

      weir_message_list_set_search (list, needle);
      for (guint n = g_test_rand_int_range (0, 60); n > 0; n--)
        append_random (list, plains, &seq);
      set_filter (list, kinds, filter->mode, filter->string);
      for (guint n = g_test_rand_int_range (0, 60); n > 0; n--)
        append_random (list, plains, &seq);
      first = weir_message_store_get_first_row (weir_message_list_get_store (list));
      WAIT_FOR (!weir_message_list_is_filtering (list) && !weir_message_list_is_searching (list) &&
                view.n_items + weir_message_list_get_n_hidden (list) == plains->len - first);
      assert_same (list, plains, first, kinds, filter, search);
    }
}

/* Bytes are looked for as they are typed everywhere; what has none in it looks for nothing. */
static void
test_needle_hex (void)
{
  static const struct
  {
    const char *typed;
    gboolean is_found;
  } rows[] = {
    { "41 42", TRUE }, { "0x41,0x42", TRUE }, { "41:42", TRUE }, { "\\x41\\x42", TRUE }, { "42 41", FALSE }
  };
  static const char *const empty[] = { "", "  ", "\t", "0x", ", " };
  static const char *const wrong[] = { "4", "41 4", "xy", "41 é" };
  gsize start, end;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_HEX, rows[i].typed, NULL);

      g_test_message ("%s", rows[i].typed);
      g_assert_nonnull (needle);
      g_assert_cmpint (weir_needle_find (needle, (const guint8 *) "xABy", 4, 0, &start, &end), ==,
                       rows[i].is_found ? WEIR_NEEDLE_FOUND : WEIR_NEEDLE_NOT_FOUND);
    }
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_needle_new (WEIR_NEEDLE_HEX, empty[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_needle_new (WEIR_NEEDLE_HEX, wrong[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* --- search and marks --- */

static guint64
go (WeirMessageList *list, WeirMessage **at, gboolean forward,
    gboolean (*find) (WeirMessageList *, WeirMessage *, gboolean, guint *))
{
  guint position;

  if (!find (list, *at, forward, &position))
    return 0;
  g_clear_object (at);
  *at = g_list_model_get_item (G_LIST_MODEL (list), position);
  return weir_message_get_seq (*at);
}

static void
test_search (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (WeirMessage) at = NULL;
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, "x", NULL);

  for (guint i = 1; i <= 9; i++)
    append (list, i % 2 == 0 ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY, i, i % 3 == 0 ? "axb" : "ab");
  wait_items (list, 9);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 0);
  weir_message_list_set_search (list, needle);
  WAIT_FOR (!weir_message_list_is_searching (list));
  g_assert_cmpuint (weir_message_list_get_n_hits (list), ==, 3);

  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 3);
  g_assert_cmpuint (weir_message_list_get_hit_index (list, at), ==, 1);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 6);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 9);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 3); /* from the last to the first */
  g_assert_cmpuint (go (list, &at, FALSE, weir_message_list_find_hit), ==, 9);
  g_assert_cmpuint (go (list, &at, FALSE, weir_message_list_find_hit), ==, 6);

  /* Among what the filter shows, also from a message that it hides. */
  set_filter (list, WEIR_SHOW_BINARY, WEIR_NEEDLE_TEXT, NULL);
  WAIT_FOR (!weir_message_list_is_searching (list));
  g_assert_cmpuint (weir_message_list_get_n_hits (list), ==, 2);
  g_assert_cmpuint (weir_message_list_get_hit_index (list, at), ==, 0);
  g_assert_cmpuint (go (list, &at, FALSE, weir_message_list_find_hit), ==, 3);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 9);

  /* What comes is searched, too. */
  append (list, WEIR_RECORD_BINARY, 10, "X");
  WAIT_FOR (weir_message_list_get_n_hits (list) == 3 && g_list_model_get_n_items (G_LIST_MODEL (list)) == 6);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_hit), ==, 10);
  weir_message_list_set_search (list, NULL);
  g_assert_cmpuint (weir_message_list_get_n_hits (list), ==, 0);
}

static void
count_cb (WeirMessageList *list, guint *n)
{
  (*n)++;
}

static void
test_marks (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (WeirMessage) at = NULL;
  static const guint marked[] = { 6, 1, 3 };
  guint n_changes = 0;
  gint64 since_us;

  g_signal_connect (list, "marks-changed", G_CALLBACK (count_cb), &n_changes);
  for (guint i = 1; i <= 9; i++)
    append (list, i % 2 == 0 ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY, i, "x");
  wait_items (list, 9);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (marked); i++)
    {
      g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (list), marked[i]);

      g_assert_false (weir_message_list_is_marked (list, message));
      weir_message_list_toggle_mark (list, message);
      g_assert_true (weir_message_list_is_marked (list, message));
    }
  g_assert_cmpuint (n_changes, ==, 3);
  g_assert_cmpuint (weir_message_list_get_n_marks (list), ==, 3);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 2);
  g_assert_true (weir_message_list_get_since_mark_us (list, at, &since_us));
  g_assert_cmpint (since_us, ==, 0);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 4);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 7);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 2);
  g_assert_cmpuint (go (list, &at, FALSE, weir_message_list_find_mark), ==, 7);

  g_clear_object (&at);
  at = g_list_model_get_item (G_LIST_MODEL (list), 8);
  g_assert_true (weir_message_list_get_since_mark_us (list, at, &since_us));
  g_assert_cmpint (since_us, ==, 2000);
  g_clear_object (&at);
  at = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_false (weir_message_list_get_since_mark_us (list, at, &since_us)); /* none yet */

  /* Those that are hidden are passed over. */
  set_filter (list, WEIR_SHOW_TEXT, WEIR_NEEDLE_TEXT, NULL);
  wait_items (list, 4);
  g_assert_cmpuint (go (list, &at, FALSE, weir_message_list_find_mark), ==, 4);
  weir_message_list_toggle_mark (list, at);
  g_assert_cmpuint (go (list, &at, TRUE, weir_message_list_find_mark), ==, 2);
  g_assert_cmpuint (weir_message_list_get_n_marks (list), ==, 2);
}

/* --- saving --- */

typedef struct
{
  WeirExportResult result;
  GError *error;
  gboolean is_done;
  guint n_steps;
} Saving;

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;

  weir_message_export_finish (result, &saving->result, &saving->error);
  saving->is_done = TRUE;
}

static void
progress_cb (goffset done, goffset all, gpointer user_data)
{
  Saving *saving = user_data;

  g_assert_cmpint (done, <=, all);
  saving->n_steps++;
}

static gboolean
check_key (const guint8 *data, gsize len)
{
  return memmem (data, len, "secret", 6) != NULL;
}

static char *export(WeirMessageList *list, GArray *rows, WeirMessageKinds kinds, WeirExportFormat format,
                    Saving *saving)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-export-XXXXXX", NULL);
  g_autoptr (GFile) file = NULL;
  char *text = NULL;

  close (g_mkstemp (path));
  file = g_file_new_for_path (path);
  *saving = (Saving){ 0 };
  weir_message_export_async (list, rows, kinds, format, file, check_key, progress_cb, saving, NULL, exported_cb,
                             saving);
  WAIT_FOR (saving->is_done);
  g_assert_no_error (saving->error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  unlink (path);
  return text;
}

static void
test_export (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  WeirRecordHead cut = head_of (WEIR_RECORD_BINARY, 2, 3);
  g_autofree char *bytes = NULL, *lines = NULL, *some = NULL;
  Saving saving;

  append (list, WEIR_RECORD_EVENT, 0, "{\"event\":\"connected\"}");
  append (list, WEIR_RECORD_TEXT, 1, "a \"secret\"\n\001\303\274");
  cut.flags = WEIR_RECORD_CUT | WEIR_RECORD_INJECTED;
  cut.payload_size = 262144;
  g_assert_true (weir_message_list_append (list, &cut, (const guint8 *) "PAR", 3, NULL));
  append_dropped (list, 12, 9, "\377");

  bytes = export(list, NULL, WEIR_SHOW_ALL, WEIR_EXPORT_BYTES, &saving);
  g_assert_cmpstr (bytes, ==, "a \"secret\"\n\001\303\274PAR\377");
  g_assert_cmpuint (saving.result.n_messages, ==, 3);
  g_assert_cmpuint (saving.result.n_bytes, ==, 18);
  g_assert_cmpuint (saving.result.n_cut, ==, 1);
  g_assert_cmpuint (saving.result.n_dropped, ==, 9);
  g_assert_cmpuint (saving.result.n_keyed, ==, 1);

  lines = export(list, NULL, WEIR_SHOW_ALL, WEIR_EXPORT_NDJSON, &saving);
  g_assert_cmpstr (
      lines, ==,
      "{\"time_us\":1700000000000000,\"kind\":\"event\",\"size\":21,\"text\":\"{\\\"event\\\":\\\"connected\\\"}\"}\n"
      "{\"seq\":1,\"time_us\":1700000000001000,\"kind\":\"text\",\"size\":14,\"text\":"
      "\"a \\\"secret\\\"\\u000a\\u0001\303\274\"}\n"
      "{\"seq\":2,\"time_us\":1700000000002000,\"kind\":\"binary\",\"size\":262144,\"kept\":3,\"injected\":true,"
      "\"base64\":\"UEFS\"}\n"
      "{\"seq\":3,\"kind\":\"dropped\",\"count\":9}\n"
      "{\"seq\":12,\"time_us\":1700000000012000,\"kind\":\"text\",\"size\":1,\"base64\":\"/w==\"}\n");
  g_assert_cmpuint (saving.result.n_messages, ==, 4);

  g_array_append_val (rows, (guint32){ 2 });
  some = export(list, rows, WEIR_SHOW_BINARY, WEIR_EXPORT_BYTES, &saving);
  g_assert_cmpstr (some, ==, "PAR");
  g_assert_cmpuint (saving.result.n_dropped, ==, 0);
  g_assert_cmpuint (saving.result.n_texts, ==, 0);
}

/* What is no part of the file is counted. */
static void
test_export_missing (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autofree char *bytes = NULL;
  Saving saving;

  append (list, WEIR_RECORD_EVENT, 0, "{\"event\":\"connected\"}");
  append (list, WEIR_RECORD_TEXT, 688, "of it");
  append (list, WEIR_RECORD_BINARY, 689, "it");
  append (list, WEIR_RECORD_TEXT, 690, "of it");
  bytes = export(list, NULL, WEIR_SHOW_BINARY, WEIR_EXPORT_BYTES, &saving);
  g_assert_cmpstr (bytes, ==, "it");
  g_assert_cmpuint (saving.result.n_messages, ==, 1);
  g_assert_cmpuint (saving.result.n_before, ==, 687);
  g_assert_cmpuint (saving.result.n_texts, ==, 2);
}

static void
cancel_cb (goffset done, goffset all, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* A large one is written piece by piece; when it is cancelled, or fails, nothing is left and what was there stays. */
static void
test_export_large (void)
{
  g_autoptr (WeirMessageList) list = make_list ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *text = g_strnfill (1000, 'x'), *all = NULL, *left = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-export-large", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path), nowhere = g_file_new_for_path ("/nonexistent/there");
  Saving saving, cancelled = { 0 }, failed = { 0 };

  for (guint i = 1; i <= 20000; i++)
    {
      append (list, WEIR_RECORD_BINARY, i, text);
      wait_room (list);
    }
  all = export(list, NULL, WEIR_SHOW_BINARY, WEIR_EXPORT_BYTES, &saving);
  g_assert_cmpuint (strlen (all), ==, 20000 * 1000);
  g_assert_cmpuint (saving.n_steps, >=, 5);

  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_cancellable_reset (cancellable);
      cancelled.is_done = FALSE;
      weir_message_export_async (list, NULL, WEIR_SHOW_ALL, WEIR_EXPORT_NDJSON, file, NULL, cancel_cb, cancellable,
                                 cancellable, exported_cb, &cancelled);
      WAIT_FOR (cancelled.is_done);
      g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&cancelled.error);
      if (i == 0)
        g_assert_true (g_file_get_contents (path, &left, NULL, NULL));
      else
        g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      unlink (path);
    }
  g_assert_cmpstr (left, ==, "before");

  weir_message_export_async (list, NULL, WEIR_SHOW_ALL, WEIR_EXPORT_BYTES, nowhere, NULL, NULL, NULL, NULL, exported_cb,
                             &failed);
  WAIT_FOR (failed.is_done);
  g_assert_error (failed.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&failed.error);
}

/* Of what the tap lets go while it is saved nothing is saved as something else: it is counted. And the file is for its
 * owner's eyes, also where there was one for all. */
static void
test_export_beside_let_go (void)
{
  const gsize size = 8192;
  g_autofree char *text = g_strnfill (size, 'x');
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "weir-export-let-go", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *kept = g_build_filename (g_get_tmp_dir (), "weir-kept-XXXXXX", NULL);
  int fd = g_mkstemp (kept);
  g_autoptr (WeirMessageList) list =
      weir_message_list_new_for_store (weir_message_store_new_for_fd (fd, 16 << 20, G_MAXUINT));
  GStatBuf buf;
  guint seq = 0;

  unlink (kept);
  for (; seq < 3000; wait_room (list))
    append (list, WEIR_RECORD_BINARY, ++seq, text);
  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  for (guint run = 0; run < 10; run++)
    {
      Saving saving = { 0 };
      g_autofree char *saved = NULL;
      gsize len;

      weir_message_export_async (list, NULL, WEIR_SHOW_ALL, WEIR_EXPORT_BYTES, file, NULL, NULL, NULL, NULL,
                                 exported_cb, &saving);
      while (!saving.is_done)
        {
          for (guint i = 0; i < 32; i++, wait_room (list))
            append (list, WEIR_RECORD_BINARY, ++seq, text);
          g_main_context_iteration (NULL, FALSE);
        }
      g_assert_no_error (saving.error);
      g_assert_true (g_file_get_contents (path, &saved, &len, NULL));
      g_assert_cmpuint (len, ==, saving.result.n_bytes);
      g_assert_null (memchr (saved, 0, len));
    }
  g_assert_cmpint (g_stat (path, &buf), ==, 0);
  g_assert_cmpint (buf.st_mode & 0777, ==, 0600);
  unlink (path);
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
  set_filter (list, WEIR_SHOW_ALL, WEIR_NEEDLE_TEXT, "\"NUMBER\":99999");
  run_slices (list, 11, &longest); /* 99999 and 999990 … 999999 */
  searched = g_get_monotonic_time () - start;
  g_test_message ("search: %.3f s, longest slice %.1f ms", searched / 1e6, longest / 1e3);
  g_assert_cmpuint (weir_message_list_get_n_hidden (list), ==, MANY - 11);

  start = g_get_monotonic_time ();
  set_filter (list, WEIR_SHOW_TEXT, WEIR_NEEDLE_TEXT, NULL);
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

/* Where it is found first; −1: it is not, −2: it takes too long. */
static int
place (WeirNeedleMode mode, const char *string, const char *hay, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirNeedle) self = weir_needle_new (mode, string, &error);
  gsize start, end;

  g_assert_no_error (error);
  switch (weir_needle_find (self, (const guint8 *) hay, len, 0, &start, &end))
    {
    case WEIR_NEEDLE_FOUND:
      g_assert_cmpuint (end, >, start);
      g_assert_cmpuint (end, <=, len);
      return start;
    case WEIR_NEEDLE_GAVE_UP:
      return -2;
    case WEIR_NEEDLE_NOT_FOUND:
    default:
      return -1;
    }
}

static void
test_needle (void)
{
  static const struct
  {
    WeirNeedleMode mode;
    const char *string, *hay;
    int at;
  } cases[] = {
    { WEIR_NEEDLE_TEXT, "a", "a", 0 },
    { WEIR_NEEDLE_TEXT, "a", "", -1 },
    { WEIR_NEEDLE_TEXT, "ab", "a", -1 },
    { WEIR_NEEDLE_TEXT, "AbC", "xxaBcxx", 2 },
    { WEIR_NEEDLE_TEXT, "aab", "aaab", 1 },
    { WEIR_NEEDLE_TEXT, "abab", "ababab", 0 },
    { WEIR_NEEDLE_TEXT, "abac", "ababab", -1 },
    { WEIR_NEEDLE_TEXT, "\303\234bung", "die \303\234bung", 4 },
    { WEIR_NEEDLE_TEXT, "\303\274bung", "die \303\234bung", 4 },
    { WEIR_NEEDLE_TEXT, "\303\204", "\377\303x\303\244", 3 }, /* also where not all of it is text */
    { WEIR_NEEDLE_TEXT, "a\303\204", "aA\303\244", 1 },
    { WEIR_NEEDLE_TEXT, "\303\244x", "\303\244\303", -1 },
    { WEIR_NEEDLE_TEXT, "\316\243", "\317\202", 0 },              /* of several small ones */
    { WEIR_NEEDLE_TEXT, "\342\204\252\303\251", "K\303\211", 0 }, /* of other lengths */
    { WEIR_NEEDLE_TEXT, "41 42", "AB", -1 },                      /* text is text */
    { WEIR_NEEDLE_HEX, "4142", "xAB", 1 },
    { WEIR_NEEDLE_HEX, " 41 42 ", "xAB", 1 },
    { WEIR_NEEDLE_HEX, "4142", "xab", -1 }, /* bytes are bytes */
    { WEIR_NEEDLE_REGEX, "a.c", "xabc", 1 },
    { WEIR_NEEDLE_REGEX, "A.C", "xabc", -1 },
    { WEIR_NEEDLE_REGEX, "(?i)A.C", "xabc", 1 },
    { WEIR_NEEDLE_REGEX, "^b$", "a\nb\nc", 2 }, /* lines by themselves */
    { WEIR_NEEDLE_REGEX, "x*", "aaa", -1 },     /* what is empty is no hit */
    { WEIR_NEEDLE_REGEX, "x*", "aax", 2 },
    { WEIR_NEEDLE_REGEX, "\\xff\\xfe", "a\377\376", 1 }, /* bytes that are no text */
    { WEIR_NEEDLE_REGEX, "[\303\244\303\266]{2}", "x\303\266\303\244", 1 },
    { WEIR_NEEDLE_REGEX, "rows\":\\d+", "{\"rows\":12}", 2 },
    { WEIR_NEEDLE_REGEX, "\\x{202e}", "a\342\200\256b", 1 }, /* a character that is no byte */
    { WEIR_NEEDLE_REGEX, "\\x{202e}", "a\377b", -1 },
    { WEIR_NEEDLE_REGEX, "\\x{fc}", "a\303\274b", 1 },
    { WEIR_NEEDLE_REGEX, "\\x{fc}", "a\374b", 1 },
    { WEIR_NEEDLE_REGEX, "\\p{Lu}", "a\303\234b", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (place (cases[i].mode, cases[i].string, cases[i].hay, strlen (cases[i].hay)), ==, cases[i].at);
}

/* What is looked for may be a place only: then there is nothing to colour, but the message fits. */
static void
test_needle_match (void)
{
  static const struct
  {
    const char *string, *hay;
    gboolean fits;
  } cases[] = {
    { "$", "abc", TRUE },       { "$", "", TRUE },        { "^", "abc", TRUE },      { "x*$", "abc", TRUE },
    { "^$", "", TRUE },         { "^$", "abc", FALSE },   { "^$", "a\n\nb", TRUE },  { "progress|$", "abc", TRUE },
    { "\\bx*\\b", "", FALSE },  { "(?=b)", "abc", TRUE }, { "(?=d)", "abc", FALSE }, { "^\303\274*$", "", TRUE },
    { "\\x{202e}", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_REGEX, cases[i].string, NULL);
      gsize len = strlen (cases[i].hay);

      g_assert_cmpint (weir_needle_match (needle, len > 0 ? (const guint8 *) cases[i].hay : NULL, len), ==,
                       cases[i].fits ? WEIR_NEEDLE_FOUND : WEIR_NEEDLE_NOT_FOUND);
    }
}

/* Of a long message its first 64 KiB are looked at, wherever its characters lie. */
static void
test_needle_long (void)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_REGEX, "\\x{202e}", NULL);

  for (guint n = 0; n < 4; n++)
    {
      g_autoptr (GString) text = g_string_new ("\342\200\256");
      gsize start, end;

      while (text->len < 64 * 1024 - n)
        g_string_append_c (text, 'x');
      for (guint i = 0; i < 4; i++)
        g_string_append (text, "\360\237\230\200");
      g_assert_cmpint (weir_needle_match (needle, (const guint8 *) text->str, text->len), ==, WEIR_NEEDLE_FOUND);
      g_assert_cmpint (weir_needle_find (needle, (const guint8 *) text->str, text->len, 0, &start, &end), ==,
                       WEIR_NEEDLE_FOUND);
      g_assert_cmpuint (end, ==, 3);
    }
}

/* Nothing to look for is no error; what cannot be looked for is one, which says why. */
static void
test_needle_wrong (void)
{
  static const char *const wrong_hex[] = { "4", "4 1", "zz", "hex 41" };
  g_autoptr (GError) error = NULL;

  for (guint mode = 0; mode < WEIR_N_NEEDLE_MODES; mode++)
    {
      g_assert_null (weir_needle_new (mode, NULL, &error));
      g_assert_null (weir_needle_new (mode, "", &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong_hex); i++)
    {
      g_assert_null (weir_needle_new (WEIR_NEEDLE_HEX, wrong_hex[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_null (weir_needle_new (WEIR_NEEDLE_REGEX, "a(b", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "missing terminating )");

  g_assert_true (weir_needle_is_like_hex ("50 41"));
  g_assert_true (weir_needle_is_like_hex ("50 41 "));
  g_assert_false (weir_needle_is_like_hex ("50"));
  g_assert_false (weir_needle_is_like_hex ("5041"));
  g_assert_false (weir_needle_is_like_hex ("50 4g"));
}

/* A pattern that goes back and forth for ever ends soon, whatever the message. */
static void
test_needle_catastrophe (void)
{
  static const char *const patterns[] = { "(a+)+[bc]",      "(a|aa)+[bc]", "(a*)*[bc]",
                                          "(?:a?){40}[bc]", ".*.*.*[bc]",  "a.*[bc]" };
  g_autofree char *hay = g_strnfill (64 * 1024, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      gint64 start = g_get_monotonic_time ();
      int at = place (WEIR_NEEDLE_REGEX, patterns[i], hay, 64 * 1024);

      g_test_message ("%s: %d after %.1f ms", patterns[i], at, (g_get_monotonic_time () - start) / 1e3);
      g_assert_cmpint (at, <, 0);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
    }
}

/* Against the plain way, over all short strings of three letters. */
static void
test_needle_all (void)
{
  for (guint m = 0; m < 81; m++)
    {
      char string[5] = { 0 };
      g_autoptr (WeirNeedle) needle = NULL;

      for (guint i = 0, rest = m; i < 1 + m % 4; i++, rest /= 3)
        string[i] = "abc"[rest % 3];
      needle = weir_needle_new (WEIR_NEEDLE_TEXT, string, NULL);
      for (guint n = 0; n < 2187; n++)
        {
          char hay[8] = { 0 };
          const char *found;
          gsize start, end;

          for (guint i = 0, rest = n; i < 7; i++, rest /= 3)
            hay[i] = "abc"[rest % 3];
          found = strstr (hay, string);
          g_assert_cmpint (weir_needle_find (needle, (const guint8 *) hay, 7, 0, &start, &end), ==,
                           found != NULL ? WEIR_NEEDLE_FOUND : WEIR_NEEDLE_NOT_FOUND);
          g_assert_true (found == NULL || start == (gsize) (found - hay));
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
  g_test_add_func ("/observer/message-list/needle-hex", test_needle_hex);
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
  g_test_add_func ("/observer/message-list/let-go", test_let_go);
  g_test_add_func ("/observer/message-list/file", test_file);
  g_test_add_func ("/observer/message-list/announce-rate", test_announce_rate);
  g_test_add_func ("/observer/message-list/million", test_million);
  g_test_add_func ("/observer/message-list/property", test_property);
  g_test_add_func ("/observer/message-list/search", test_search);
  g_test_add_func ("/observer/message-list/marks", test_marks);
  g_test_add_func ("/observer/message-list/export", test_export);
  g_test_add_func ("/observer/message-list/export/missing", test_export_missing);
  g_test_add_func ("/observer/message-list/export-large", test_export_large);
  g_test_add_func ("/observer/message-list/export-beside-let-go", test_export_beside_let_go);
  g_test_add_func ("/observer/needle/cases", test_needle);
  g_test_add_func ("/observer/needle/wrong", test_needle_wrong);
  g_test_add_func ("/observer/needle/match", test_needle_match);
  g_test_add_func ("/observer/needle/long", test_needle_long);
  g_test_add_func ("/observer/needle/catastrophe", test_needle_catastrophe);
  g_test_add_func ("/observer/needle/all", test_needle_all);
  result = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache); /* both are empty: the files were unlinked as they were made */
  return result;
}
