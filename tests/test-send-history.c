/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "say-escaped.h"
#include "wait-for.h"
#include "weir-json.h"
#include "weir-send-drafts.h"
#include "weir-send-history.h"
#include "weir-send-setup.h"

/* What was sent, and what stands on the page and was not, over restarts. */

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("weir-history-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "sub", "history.json", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = g_path_get_dirname (fixture->path);
  g_autoptr (GDir) dir = g_dir_open (sub, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (sub, name, NULL);

      g_remove (path);
    }
  g_rmdir (sub);
  g_rmdir (fixture->folder);
  g_object_unref (fixture->file);
  g_free (fixture->path);
  g_free (fixture->folder);
}

typedef struct
{
  gboolean is_done;
  GError *error;
} Outcome;

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  weir_send_history_load_finish (WEIR_SEND_HISTORY (object), result, &outcome->error);
  outcome->is_done = TRUE;
}

static void
flushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  weir_send_history_flush_finish (WEIR_SEND_HISTORY (object), result, &outcome->error);
  outcome->is_done = TRUE;
}

static WeirSendHistory *
load (Fixture *fixture, GError **error)
{
  WeirSendHistory *history = weir_send_history_new (fixture->file);
  Outcome outcome = { 0 };

  weir_send_history_load_async (history, NULL, loaded_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);
  return history;
}

static void
flush (WeirSendHistory *history)
{
  Outcome outcome = { 0 };

  weir_send_history_flush_async (history, flushed_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  g_assert_no_error (outcome.error);
}

static void
add (WeirSendHistory *history, const char *function_id, const char *payload)
{
  g_autoptr (WeirSendEntry) entry =
      weir_send_entry_new (function_id, payload, 1500, FALSE, "{\"a\":1}", 17, "answered", 42);

  weir_send_history_add (history, entry);
}

/* What has become of a call since stands where the call does; one that is not there is not added. */
static void
test_update (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *function_id;
    gint64 at_us;
    gboolean is_there;
  } rows[] = { { "a::old", 17, TRUE }, { "a::old", 18, FALSE }, { "a::other", 17, FALSE } };
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirSendHistory) history = load (fixture, &error);

  g_assert_no_error (error);
  add (history, "a::old", "{}");
  add (history, "a::new", "{}");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirSendEntry) late =
          weir_send_entry_new (rows[i].function_id, "{}", 1500, FALSE, "{\"a\":1}", rows[i].at_us, "late", 4200);
      g_autoptr (WeirSendEntry) second = NULL;

      g_assert_cmpint (weir_send_history_update (history, late), ==, rows[i].is_there);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (history)), ==, 2);
      second = g_list_model_get_item (G_LIST_MODEL (history), 1);
      g_assert_cmpstr (weir_send_entry_get_outcome (second), ==, "late");
      g_assert_cmpint (weir_send_entry_get_duration_us (second), ==, 4200);
    }
  flush (history);
}

static guint
count (WeirSendHistory *history)
{
  return g_list_model_get_n_items (G_LIST_MODEL (history));
}

static WeirSendEntry *
get (WeirSendHistory *history, guint i)
{
  g_autoptr (WeirSendEntry) entry = g_list_model_get_item (G_LIST_MODEL (history), i);

  return entry;
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirSendHistory) history = load (fixture, &error);
  g_autoptr (WeirSendHistory) again = NULL;
  WeirSendEntry *entry;
  GStatBuf info;

  g_assert_no_error (error);
  g_assert_cmpuint (count (history), ==, 0);
  add (history, "a::b", "[1.10, \"ä\\n\"]");
  add (history, "a::c", "{}");
  flush (history);
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  again = load (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (again), ==, 2);
  entry = get (again, 1);
  g_assert_cmpstr (weir_send_entry_get_function_id (entry), ==, "a::b");
  g_assert_cmpstr (weir_send_entry_get_payload (entry), ==, "[1.10, \"ä\\n\"]");
  g_assert_cmpuint (weir_send_entry_get_timeout_ms (entry), ==, 1500);
  g_assert_cmpstr (weir_send_entry_get_sending (entry), ==, "{\"a\":1}");
  g_assert_cmpint (weir_send_entry_get_at_us (entry), ==, 17);
  g_assert_cmpint (weir_send_entry_get_duration_us (entry), ==, 42);
  g_assert_cmpstr (weir_send_entry_get_outcome (entry), ==, "answered");
}

/* No access key is in the file, and placeholders are. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendHistory) history = load (fixture, NULL);
  g_autofree char *contents = NULL;

  add (history, "a::b",
       "[\"$reader\",{\"channel_id\":\"c\",\"access_key\":\"0123456789abcdef-secret\",\"direction\":\"read\"}]");
  flush (history);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "$reader"));
  g_assert_null (strstr (contents, "secret"));
  g_assert_nonnull (strstr (contents, "***"));
}

static void
test_bounds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendHistory) history = load (fixture, NULL);
  g_autofree char *large = g_strnfill (WEIR_SEND_HISTORY_MAX_PAYLOAD + 10, 'x');

  for (guint i = 0; i < WEIR_SEND_HISTORY_MAX + 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("f::%u", i);

      add (history, id, "{}");
    }
  g_assert_cmpuint (count (history), ==, WEIR_SEND_HISTORY_MAX);
  add (history, "f::last", "{}");
  add (history, "f::last", "{}"); /* the same again is one */
  g_assert_cmpstr (weir_send_entry_get_function_id (get (history, 0)), ==, "f::last");
  g_assert_cmpstr (weir_send_entry_get_function_id (get (history, 1)), !=, "f::last");
  add (history, "f::large", large);
  g_assert_true (weir_send_entry_is_cut (get (history, 0)));
  g_assert_cmpuint (strlen (weir_send_entry_get_payload (get (history, 0))), ==, WEIR_SEND_HISTORY_MAX_PAYLOAD);
  flush (history);
  weir_send_history_clear (history);
  flush (history);
  g_assert_cmpuint (count (history), ==, 0);
}

/* A damaged file is kept beside the new one, and beside one that was damaged earlier, and it is said. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "", "{", "[]", "{\"entries\":7}", "{\"entries\":[7]}", "{\"entries\":[{\"function_id\":\"a\"}]}", "\xff\xfe"
  };
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WeirSendHistory) history = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *damaged = i == 0 ? g_strconcat (fixture->path, ".damaged", NULL)
                                        : g_strdup_printf ("%s.damaged-%u", fixture->path, i + 1);
      g_autofree char *kept = NULL;

      say_escaped (texts[i]);
      g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
      history = load (fixture, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, damaged));
      g_assert_true (g_file_get_contents (damaged, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, texts[i]);
      g_assert_cmpuint (count (history), ==, 0);
      add (history, "a::b", "{}"); /* and goes on */
      flush (history);
    }
}

static void
failed_cb (WeirSendHistory *history, const GError *error, gpointer user_data)
{
  *(char **) user_data = g_strdup (error->message);
}

/* What cannot be written stays in memory, and it is said. */
static void
test_no_room (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/proc/nowhere/history.json");
  g_autoptr (WeirSendHistory) history = weir_send_history_new (file);
  g_autofree char *failure = NULL;
  Outcome outcome = { 0 };

  g_signal_connect (history, "failed", G_CALLBACK (failed_cb), &failure);
  weir_send_history_load_async (history, NULL, loaded_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  g_clear_error (&outcome.error);
  add (history, "a::b", "{}");
  WAIT_FOR (failure != NULL);
  g_assert_cmpuint (count (history), ==, 1);
}

/* What is added before the file was read stays above what that has. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendHistory) first = load (fixture, NULL);
  g_autoptr (WeirSendHistory) history = weir_send_history_new (fixture->file);
  Outcome outcome = { 0 };

  add (first, "a::old", "{}");
  flush (first);
  weir_send_history_load_async (history, NULL, loaded_cb, &outcome);
  add (history, "a::new", "{}");
  WAIT_FOR (outcome.is_done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count (history), ==, 2);
  g_assert_cmpstr (weir_send_entry_get_function_id (get (history, 0)), ==, "a::new");
  flush (history);
}

/* However much is typed into the page, the file is one that can be read again, and the newest are in it. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendHistory) history = load (fixture, NULL), again = NULL;
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new (), back = weir_send_setup_new ();
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (JsonNode) node = NULL, kept = NULL;
  g_autofree char *settings = NULL, *unkept = g_strnfill (WEIR_SEND_HISTORY_MAX_SENDING + 1, ' ');
  g_autoptr (GError) error = NULL;

  g_free (writing->text);
  g_free (writing->hex);
  writing->text = g_strnfill (1024 * 1024, 'x');
  writing->hex = g_strnfill (1024 * 1024, '0');
  weir_send_setup_set_writing (setup, writing);
  node = weir_send_setup_to_json (setup);
  settings = json_to_string (node, FALSE);
  g_assert_cmpuint (strlen (settings), <, WEIR_SEND_HISTORY_MAX_SENDING);
  for (guint i = 0; i < WEIR_SEND_HISTORY_MAX; i++)
    {
      g_autofree char *payload = g_strdup_printf ("%u", i);
      g_autoptr (WeirSendEntry) entry =
          weir_send_entry_new ("a::b", payload, 1500, FALSE, settings, 17, "answered", 42);

      weir_send_history_add (history, entry);
    }
  flush (history);
  g_assert_cmpuint (count (history), <, WEIR_SEND_HISTORY_MAX);
  again = load (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (again), ==, count (history));
  g_assert_cmpuint (count (again), >, 50);
  g_assert_cmpstr (weir_send_entry_get_payload (get (again, 0)), ==, "199");

  kept = weir_json_parse (WEIR_SPAN (weir_send_entry_get_sending (get (again, 0))), NULL);
  g_assert_false (weir_send_setup_load_json (back, kept)); /* it is not whole, and that is said */
  g_assert_cmpuint (strlen (weir_send_setup_get_writing (back)->text), ==, WEIR_WRITING_MAX_KEPT_SIZE);

  {
    g_autoptr (WeirSendEntry) entry = weir_send_entry_new ("a::b", "{}", 1500, FALSE, unkept, 17, "answered", 42);

    g_assert_null (weir_send_entry_get_sending (entry));
    g_assert_true (weir_send_entry_is_cut (entry));
  }
}

/* A file that could not be read is not written over; once it can be, it goes on. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendHistory) history = weir_send_history_new (fixture->file), again = NULL;
  g_autoptr (WeirSendHistory) first = load (fixture, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 }, flushed = { 0 };

  add (first, "a::old", "{}");
  flush (first);
  g_cancellable_cancel (cancellable);
  add (history, "a::new", "{}");
  weir_send_history_load_async (history, cancellable, loaded_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);
  add (history, "a::newer", "{}");
  weir_send_history_flush_async (history, flushed_cb, &flushed);
  WAIT_FOR (flushed.is_done);
  g_assert_error (flushed.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&flushed.error);
  again = load (fixture, NULL);
  g_assert_cmpuint (count (again), ==, 1);
  g_assert_cmpstr (weir_send_entry_get_function_id (get (again, 0)), ==, "a::old");

  outcome.is_done = FALSE;
  weir_send_history_load_async (history, NULL, loaded_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count (history), ==, 3);
  add (history, "a::newest", "{}");
  flush (history);
}

static void
activate_cb (GApplication *application, WeirSendHistory *history)
{
  add (history, "a::last", "{}");
}

/* Who ends the program right behind a call finds it in the history. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GApplication) application =
      g_application_new ("io.github.weir.Weir.TestHistory", G_APPLICATION_NON_UNIQUE);
  g_autoptr (WeirSendHistory) history = load (fixture, NULL), again = NULL;

  g_application_set_default (application);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), history);
  g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
  g_application_set_default (NULL);
  again = load (fixture, NULL);
  g_assert_cmpuint (count (again), ==, 1);
}

/* --- drafts --- */

static void
drafts_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  weir_send_drafts_load_finish (WEIR_SEND_DRAFTS (object), result, &outcome->error);
  outcome->is_done = TRUE;
}

static WeirSendDrafts *
load_drafts (Fixture *fixture, GError **error)
{
  WeirSendDrafts *drafts = weir_send_drafts_new (fixture->file);
  Outcome outcome = { 0 };

  weir_send_drafts_load_async (drafts, NULL, drafts_loaded_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);
  return drafts;
}

static void
drafts_flushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  weir_send_drafts_flush_finish (WEIR_SEND_DRAFTS (object), result, &outcome->error);
  outcome->is_done = TRUE;
}

static void
flush_drafts (WeirSendDrafts *drafts)
{
  Outcome outcome = { 0 };

  weir_send_drafts_flush_async (drafts, drafts_flushed_cb, &outcome);
  WAIT_FOR (outcome.is_done);
  g_assert_no_error (outcome.error);
}

static void
set_draft (WeirSendDrafts *drafts, const char *url, const char *function_id, const char *payload)
{
  g_autoptr (WeirSendEntry) draft = weir_send_entry_new (function_id, payload, 7000, TRUE, "{\"a\":1}", 0, "draft", 0);

  weir_send_drafts_set (drafts, url, draft);
}

#define assert_draft(drafts, url, id)                                                                                  \
  g_assert_cmpstr (weir_send_entry_get_function_id (weir_send_drafts_get (drafts, url)), ==, id)

/* Of each connection the last one, and none that was taken back. */
static void
test_drafts_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirSendDrafts) drafts = load_drafts (fixture, &error), again = NULL;
  WeirSendEntry *draft;
  GStatBuf info;

  g_assert_no_error (error);
  set_draft (drafts, "ws://a", "a::first", "{}");
  set_draft (drafts, "ws://b", "b::only", "{}");
  set_draft (drafts, "ws://c", "c::gone", "{}");
  set_draft (drafts, "ws://a", "a::last", "[1.10]");
  weir_send_drafts_set (drafts, "ws://c", NULL);
  flush_drafts (drafts);
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  again = load_drafts (fixture, &error);
  g_assert_no_error (error);
  assert_draft (again, "ws://a", "a::last");
  assert_draft (again, "ws://b", "b::only");
  g_assert_null (weir_send_drafts_get (again, "ws://c"));
  draft = weir_send_drafts_get (again, "ws://a");
  g_assert_cmpstr (weir_send_entry_get_payload (draft), ==, "[1.10]");
  g_assert_cmpuint (weir_send_entry_get_timeout_ms (draft), ==, 7000);
  g_assert_true (weir_send_entry_is_void (draft));
  g_assert_cmpstr (weir_send_entry_get_sending (draft), ==, "{\"a\":1}");
}

/* What is set while the file is read stays, also that there is nothing any more. */
static void
test_drafts_early (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendDrafts) first = load_drafts (fixture, NULL), drafts = NULL, again = NULL;
  Outcome outcome = { 0 };

  set_draft (first, "ws://a", "a::old", "{}");
  set_draft (first, "ws://b", "b::old", "{}");
  set_draft (first, "ws://c", "c::old", "{}");
  flush_drafts (first);
  drafts = weir_send_drafts_new (fixture->file);
  weir_send_drafts_load_async (drafts, NULL, drafts_loaded_cb, &outcome);
  set_draft (drafts, "ws://a", "a::new", "{}");
  weir_send_drafts_set (drafts, "ws://b", NULL);
  WAIT_FOR (outcome.is_done);
  g_assert_no_error (outcome.error);
  flush_drafts (drafts);
  again = load_drafts (fixture, NULL);
  assert_draft (again, "ws://a", "a::new");
  g_assert_null (weir_send_drafts_get (again, "ws://b"));
  assert_draft (again, "ws://c", "c::old");
}

/* However many connections there are and however much was typed, the file can be read again; no key is in it. */
/* Who types a payload of their own empties the editor first. */
static void
test_drafts_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendDrafts) drafts = load_drafts (fixture, NULL), again = NULL;

  set_draft (drafts, "ws://a", "a::b", "");
  set_draft (drafts, "ws://a", "a::b", "");
  g_assert_cmpstr (weir_send_entry_get_payload (weir_send_drafts_get (drafts, "ws://a")), ==, "");
  flush_drafts (drafts);
  again = load_drafts (fixture, NULL);
  g_assert_cmpstr (weir_send_entry_get_payload (weir_send_drafts_get (again, "ws://a")), ==, "");
}

static void
test_drafts_bounds (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendDrafts) drafts = load_drafts (fixture, NULL), again = NULL;
  g_autofree char *large = g_strnfill (WEIR_SEND_HISTORY_MAX_PAYLOAD + 10, '"'), *contents = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < WEIR_SEND_DRAFTS_MAX + 5; i++)
    {
      g_autofree char *url = g_strdup_printf ("ws://%u", i);

      set_draft (drafts, url, "a::b", large);
    }
  set_draft (drafts, "ws://key", "a::b",
             "{\"channel_id\":\"c\",\"access_key\":\"0123456789abcdef-secret\",\"direction\":\"read\"}");
  flush_drafts (drafts);
  again = load_drafts (fixture, &error);
  g_assert_no_error (error);
  g_assert_null (weir_send_drafts_get (again, "ws://0"));
  assert_draft (again, "ws://24", "a::b");
  g_assert_true (weir_send_entry_is_cut (weir_send_drafts_get (again, "ws://24")));
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_null (strstr (contents, "secret"));
}

static void
test_drafts_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "",
                                       "{",
                                       "[]",
                                       "{\"drafts\":7}",
                                       "{\"drafts\":[7]}",
                                       "{\"drafts\":[{\"url\":\"a\"}]}",
                                       "{\"drafts\":[{\"url\":\"a\",\"draft\":{\"payload\":1}}]}" };
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WeirSendDrafts) drafts = NULL;
      g_autoptr (GError) error = NULL;

      say_escaped (texts[i]);
      g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
      drafts = load_drafts (fixture, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, ".damaged"));
      set_draft (drafts, "ws://a", "a::b", "{}"); /* and goes on */
      flush_drafts (drafts);
    }
}

#define ADD(path, func) g_test_add ("/send/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("history/restart", test_restart);
  ADD ("history/update", test_update);
  ADD ("history/keys", test_keys);
  ADD ("history/bounds", test_bounds);
  ADD ("history/damaged", test_damaged);
  ADD ("history/no-room", test_no_room);
  ADD ("history/early", test_early);
  ADD ("history/large", test_large);
  ADD ("history/unreadable", test_unreadable);
  ADD ("history/end", test_end);
  ADD ("drafts/restart", test_drafts_restart);
  ADD ("drafts/early", test_drafts_early);
  ADD ("drafts/empty", test_drafts_empty);
  ADD ("drafts/bounds", test_drafts_bounds);
  ADD ("drafts/damaged", test_drafts_damaged);
  return g_test_run ();
}
