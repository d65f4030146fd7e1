/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fake-stock.h"
#include "weir-closer-record.h"
#include "weir-log-level.h"
#include "weir-observer.h"

#define ID  "a7701be4-913e-4979-bad1-bcd190bd6124"
#define KEY "5ec4e7aa-0000-4000-8000-0123456789ab"

#define CLOSER "info," WEIR_LOG_LEVEL_DIRECTIVE

typedef struct
{
  char *folder; /* where levels to put back are kept */
  FakeStock *stock;
  WeirObserver *weir;
} Fixture;

static WeirObserver *
start_weir (Fixture *fixture)
{
  WeirObserver *weir = weir_observer_new (fixture->stock->mock->url);

  weir_observer_start (weir);
  return weir;
}

/* As when it crashes: it says nothing more to anybody. */
static void
drop_weir (WeirObserver **weir)
{
  g_object_run_dispose (G_OBJECT (*weir));
  g_clear_object (weir);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **records = user_data;

  *records = weir_closer_record_load_all_finish (result);
}

static GPtrArray *
load_records (Fixture *fixture)
{
  GPtrArray *records = NULL;

  weir_closer_record_load_all_async (fixture->folder, fixture->stock->mock->url, NULL, loaded_cb, &records);
  mock_wait_until (records != NULL);
  return records;
}

static void
remove_records (Fixture *fixture)
{
  g_autoptr (GPtrArray) records = load_records (fixture);

  for (guint i = 0; i < records->len; i++)
    weir_closer_record_remove (records->pdata[i], fixture->folder);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_build_filename (g_get_user_state_dir (), "weir", NULL);
  fixture->stock = fake_stock_new ();
  fixture->weir = start_weir (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->weir != NULL)
    drop_weir (&fixture->weir);
  remove_records (fixture);
  fake_stock_free (fixture->stock);
  g_free (fixture->folder);
}

static void G_GNUC_PRINTF (2, 3) happen (Fixture *fixture, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  if (!fake_stock_do (fixture->stock, line))
    g_error ("“%s”", line);
}

static const WeirChannelInfo *
look (Fixture *fixture)
{
  WeirChannel *channel = weir_observer_lookup (fixture->weir, ID);

  return channel != NULL ? weir_channel_get_info (channel) : NULL;
}

static WeirCloserLook *
closer (WeirObserver *weir)
{
  return weir_observer_get_closer_look (weir);
}

static void
wait_state (WeirObserver *weir, WeirCloserState state)
{
  mock_poll_until (weir_closer_look_get_state (closer (weir)) == state);
}

static guint
count_records (Fixture *fixture)
{
  g_autoptr (GPtrArray) records = load_records (fixture);

  return records->len;
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  if (weir_closer_look_end_finish (WEIR_CLOSER_LOOK (object), result, error))
    *error = g_error_new (WEIR_WORKER_ERROR, 0, "well");
}

/* Ends it, and waits. */
static void
end (WeirObserver *weir)
{
  g_autoptr (GError) error = NULL;

  weir_closer_look_end_async (closer (weir), ended_cb, &error);
  mock_wait_until (error != NULL);
  g_assert_cmpstr (error->message, ==, "well");
}

static void
begin (WeirObserver *weir)
{
  wait_state (weir, WEIR_CLOSER_OFF);
  weir_closer_look_begin (closer (weir));
  wait_state (weir, WEIR_CLOSER_ON);
}

/* --- what is seen --- */

static void
test_life (Fixture *fixture, gconstpointer data)
{
  mock_poll_until (weir_observer_is_passive (fixture->weir));
  g_assert_cmpint (weir_observer_get_state (fixture->weir), ==, WEIR_OBSERVER_NO_POINT);
  happen (fixture, "asked " ID " writer");
  happen (fixture, "found " ID " writer");
  happen (fixture, "began " ID " writer");
  mock_poll_until (look (fixture) != NULL && look (fixture)->writer.presence == WEIR_PRESENCE_ELSEWHERE);
  g_assert_cmpint (look (fixture)->reader.presence, ==, WEIR_PRESENCE_UNKNOWN);
  g_assert_cmpint (look (fixture)->state, ==, WEIR_STATE_UNKNOWN); /* nobody waits, as far as is known */
  happen (fixture, "began " ID " reader");
  happen (fixture, "taken " ID " reader");
  happen (fixture, "close " ID " writer");
  happen (fixture, "ended " ID " writer 7 700");
  happen (fixture, "ended " ID " reader 7 700");
  mock_poll_until (look (fixture)->state == WEIR_STATE_CLOSED && look (fixture)->reader.n_refused == 1);
  g_assert_cmpint (look (fixture)->ended_by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpuint (look (fixture)->totals.sent_messages, ==, 7);
}

/* What was before we came is in the log that the engine keeps. */
static void
test_before (Fixture *fixture, gconstpointer data)
{
  drop_weir (&fixture->weir);
  happen (fixture, "began " ID " writer");
  happen (fixture, "missing " ID " reader");
  fixture->weir = start_weir (fixture);
  mock_poll_until (look (fixture) != NULL);
  g_assert_cmpint (look (fixture)->writer.presence, ==, WEIR_PRESENCE_ELSEWHERE);
  g_assert_cmpuint (look (fixture)->reader.n_not_found, ==, 1);
}

/* Deliveries get lost, come twice, come in any order: the lists put it right. */
static void
test_bad_deliveries (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  happen (fixture, "lose 0.5");
  happen (fixture, "twice 0.3");
  happen (fixture, "shuffle 7");
  happen (fixture, "began " ID " writer");
  happen (fixture, "began " ID " reader");
  for (guint i = 1; i <= 40; i++)
    {
      happen (fixture, "binary " ID " writer %u 100", i);
      if (i <= 30)
        happen (fixture, "binary " ID " reader %u 100", i);
    }
  mock_poll_until (look (fixture) != NULL && look (fixture)->totals.written_messages == 40 &&
                   weir_totals_knows (&look (fixture)->totals, WEIR_TOTALS_BUFFERED_MESSAGES));
  g_assert_cmpuint (look (fixture)->totals.sent_messages, ==, 30);
  g_assert_cmpuint (look (fixture)->totals.buffered_messages, ==, 10);
  g_assert_cmpuint (look (fixture)->totals.written_bytes, ==, 4000);
  g_assert_cmpint (look (fixture)->state, ==, WEIR_STATE_FLOWING);
  end (fixture->weir);
}

/* The engine starts anew: what was open ended with it. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  gint64 at_ms;

  happen (fixture, "began " ID " writer");
  mock_poll_until (look (fixture) != NULL);
  at_ms = look (fixture)->writer.connected_at_ms;
  happen (fixture, "restart");
  mock_poll_until (look (fixture)->ended_by == WEIR_ENDED_ENGINE);
  g_assert_cmpint (look (fixture)->state, ==, WEIR_STATE_CLOSED);
  g_assert_cmpint (look (fixture)->ended_at_ms, >=, at_ms);
  g_assert_cmpint (look (fixture)->ended_at_ms, <=, fixture->stock->started_ms);
}

/* The same of one that does not say since when it runs: what was open is not known to be so any more. */
static void
test_restart_unsaid (Fixture *fixture, gconstpointer data)
{
  fixture->stock->started_ms = -1;
  happen (fixture, "began " ID " writer");
  mock_poll_until (look (fixture) != NULL);
  happen (fixture, "restart");
  fixture->stock->started_ms = -1;
  mock_poll_until (weir_channel_is_stale (weir_observer_lookup (fixture->weir, ID)));
  mock_poll_until (!weir_channel_is_stale (weir_observer_lookup (fixture->weir, ID)));
  mock_poll_until (look (fixture)->writer.presence == WEIR_PRESENCE_UNKNOWN);
}

static void
test_no_logs (Fixture *fixture, gconstpointer data)
{
  fixture->stock->has_no_logs = TRUE;
  g_ptr_array_set_size (fixture->stock->ring, 0);
  happen (fixture, "began " ID " writer");
  mock_poll_until (weir_observer_is_passive (fixture->weir) && fixture->stock->n_lists > 0);
  g_assert_null (look (fixture));
}

static void
test_old_engine (Fixture *fixture, gconstpointer data)
{
  drop_weir (&fixture->weir);
  fixture->stock->is_old = TRUE;
  fixture->weir = start_weir (fixture);
  mock_poll_until (weir_observer_get_state (fixture->weir) == WEIR_OBSERVER_NO_POINT);
  g_assert_false (weir_observer_is_passive (fixture->weir));
  g_assert_null (weir_observer_get_passive_error (fixture->weir));
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_UNAVAILABLE);
  weir_closer_look_begin (closer (fixture->weir)); /* nothing comes of it */
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_UNAVAILABLE);
}

static char *
dump (WeirChannel *channel)
{
  GString *out = g_string_new (NULL);

  weir_channel_info_append (out, weir_channel_get_info (channel));
  return g_string_free (out, FALSE);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;

  happen (fixture, "span " ID " read files::process " KEY);
  mock_poll_until (look (fixture) != NULL && look (fixture)->passed->len == 1);
  all = dump (weir_observer_lookup (fixture->weir, ID));
  g_assert_nonnull (strstr (all, "files::process"));
  g_assert_null (strstr (all, KEY));
  for (guint i = 0; i < fixture->stock->mock->peers->len; i++) /* nor was it used: no socket but the worker's */
    g_assert_cmpstr (((MockPeer *) fixture->stock->mock->peers->pdata[i])->path, ==, "/");
}

/* Two engines at once: what one logs is not in the other's list. */
static void
test_two_engines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeStock) other = fake_stock_new ();
  WeirObserver *weir = weir_observer_new (other->mock->url);

  weir_observer_start (weir);
  mock_poll_until (weir_observer_is_passive (weir) && weir_observer_is_passive (fixture->weir));
  g_assert_true (fake_stock_do (other, "began b7701be4-913e-4979-bad1-bcd190bd6124 writer"));
  happen (fixture, "began " ID " writer");
  mock_poll_until (look (fixture) != NULL &&
                   weir_observer_lookup (weir, "b7701be4-913e-4979-bad1-bcd190bd6124") != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (weir_observer_get_channels (fixture->weir)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (weir_observer_get_channels (weir)), ==, 1);
  drop_weir (&weir);
}

/* 1000 workers, 10 000 channels: in bounded time. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  GListModel *channels;
  gint64 begin_us;

  drop_weir (&fixture->weir);
  fixture->stock->n_workers = 1000;
  fixture->weir = start_weir (fixture);
  channels = weir_observer_get_channels (fixture->weir);
  mock_poll_until (weir_observer_is_passive (fixture->weir));
  mock_poll_until (weir_function_list_lookup_peer (weir_observer_get_functions (fixture->weir), "many:999") != NULL);
  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < 10000; i++)
    {
      happen (fixture, "began %08x-913e-4979-bad1-bcd190bd6124 writer", i);
      if (i % 500 == 0) /* a stock engine has room for as many deliveries as an observer takes */
        mock_poll_until (g_list_model_get_n_items (channels) + 500 >= i);
    }
  mock_poll_until (g_list_model_get_n_items (channels) == 10000);
  g_test_message ("10 000 channels came in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin_us) / 1000);
}

/* --- look closer --- */

static void
assert_secret_record (Fixture *fixture)
{
  g_autoptr (GPtrArray) records = load_records (fixture);
  g_autofree char *name = NULL, *path = NULL;
  GStatBuf info;

  g_assert_cmpuint (records->len, ==, 1);
  name = g_strdup_printf ("closer-%s.json", ((WeirCloserRecord *) records->pdata[0])->id);
  path = g_build_filename (fixture->folder, name, NULL);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpstr (((WeirCloserRecord *) records->pdata[0])->before, ==, "info");
  g_assert_cmpstr (((WeirCloserRecord *) records->pdata[0])->set, ==, CLOSER);
}

static void
test_closer (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER);
  g_assert_cmpstr (fixture->stock->set_values->pdata[0], ==, /* the rest as it was, to the letter */
                   "{\"enabled\":true,\"sampling_ratio\":0.1,\"big\":18446744073709551615,\"end\":0,\"level\":\"" CLOSER
                   "\"}");
  g_assert_cmpstr (weir_closer_look_get_before (closer (fixture->weir)), ==, "info");
  assert_secret_record (fixture);

  end (fixture->weir);
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  g_assert_cmpuint (count_records (fixture), ==, 0);
  g_assert_cmpuint (fixture->stock->n_sets, ==, 2);
  end (fixture->weir); /* nothing to do */
  g_assert_cmpuint (fixture->stock->n_sets, ==, 2);
}

/* There was no level: what counts without it is set, and then it is taken away again. */
static void
test_closer_no_level (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->stock->level, g_free);
  begin (fixture->weir);
  g_assert_null (weir_closer_look_get_before (closer (fixture->weir)));
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER);
  end (fixture->weir);
  g_assert_null (fixture->stock->level);
  g_assert_cmpstr (fixture->stock->filter, ==, "info");
  g_assert_cmpuint (count_records (fixture), ==, 0);
}

static void
test_closer_refused (Fixture *fixture, gconstpointer data)
{
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  happen (fixture, "refuse");
  weir_closer_look_begin (closer (fixture->weir));
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_BEGINNING);
  mock_poll_until (weir_closer_look_get_error (closer (fixture->weir)) != NULL);
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_nonnull (strstr (weir_closer_look_get_error (closer (fixture->weir))->message, "FORBIDDEN"));
  g_assert_cmpuint (count_records (fixture), ==, 0);
  happen (fixture, "permit");
  begin (fixture->weir);
  g_assert_no_error (weir_closer_look_get_error (closer (fixture->weir)));
}

/* Nobody knows whether it was set; then it is seen that it was. */
static void
test_closer_mute (Fixture *fixture, gconstpointer data)
{
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  fixture->stock->is_mute_set = TRUE;
  weir_closer_look_begin (closer (fixture->weir));
  mock_poll_until (fixture->stock->n_muted == 1);
  g_free (fixture->stock->level);
  fixture->stock->level = g_strdup (CLOSER);
  fixture->stock->is_mute_set = FALSE;
  wait_state (fixture->weir, WEIR_CLOSER_LEFT);
  g_assert_nonnull (weir_closer_look_get_error (closer (fixture->weir)));
  g_assert_cmpuint (count_records (fixture), ==, 1);
  weir_closer_look_restore (closer (fixture->weir));
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
}

/* Where what is to be put back cannot be kept, nothing is changed. */
static void
test_closer_no_disk (Fixture *fixture, gconstpointer data)
{
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_rmdir (fixture->folder);
  g_assert_true (g_file_set_contents (fixture->folder, "in the way", -1, NULL));
  weir_closer_look_begin (closer (fixture->weir));
  mock_poll_until (weir_closer_look_get_error (closer (fixture->weir)) != NULL);
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpuint (fixture->stock->n_sets, ==, 0);
  g_assert_cmpint (g_unlink (fixture->folder), ==, 0);
  begin (fixture->weir);
  assert_secret_record (fixture);
  end (fixture->weir);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirCloserRecord **record = user_data;

  *record = weir_closer_record_save_finish (result, NULL);
}

/* It is there when it is done, also where that was called off meanwhile: whoever did removes it. */
static void
test_closer_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (WeirCloserRecord) record = NULL;

  wait_state (fixture->weir, WEIR_CLOSER_OFF); /* it has looked what was left, and would take this away */
  weir_closer_record_save_async (weir_closer_record_new (id, fixture->stock->mock->url, "info", CLOSER),
                                 fixture->folder, cancellable, saved_cb, &record);
  g_cancellable_cancel (cancellable);
  mock_wait_until (record != NULL);
  assert_secret_record (fixture);
  weir_closer_record_remove (record, fixture->folder);
  g_assert_cmpuint (count_records (fixture), ==, 0);
}

/* The level cannot be put back: the next start offers it. */
static void
test_closer_end_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  begin (fixture->weir);
  happen (fixture, "refuse");
  weir_closer_look_end_async (closer (fixture->weir), ended_cb, &error);
  mock_wait_until (error != NULL);
  g_assert_nonnull (strstr (error->message, "FORBIDDEN"));
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_LEFT);
  happen (fixture, "permit");
  weir_closer_look_restore (closer (fixture->weir));
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
}

static void
crash_and_start (Fixture *fixture)
{
  drop_weir (&fixture->weir);
  mock_poll_until (fixture->stock->functions->len == 0); /* the engine has noticed */
  fixture->weir = start_weir (fixture);
}

static void
test_crash (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  crash_and_start (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_LEFT);
  g_assert_cmpstr (weir_closer_look_get_before (closer (fixture->weir)), ==, "info");
  g_assert_cmpstr (weir_closer_look_get_set (closer (fixture->weir)), ==, CLOSER);
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER); /* nothing is done unasked */
  weir_closer_look_restore (closer (fixture->weir));
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  g_assert_cmpuint (count_records (fixture), ==, 0);
}

/* It goes on looking closer instead: what is put back then is what was before the crash. */
static void
test_crash_go_on (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  crash_and_start (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_LEFT);
  weir_closer_look_begin (closer (fixture->weir));
  wait_state (fixture->weir, WEIR_CLOSER_ON);
  g_assert_cmpuint (count_records (fixture), ==, 1);
  end (fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
}

static void
test_crash_forget (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  crash_and_start (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_LEFT);
  weir_closer_look_forget (closer (fixture->weir));
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_OFF);
  crash_and_start (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER);
}

/* Between the record and the engine's answer: whether it was set or not, the next start knows. */
static void
test_crash_between (Fixture *fixture, gconstpointer is_set)
{
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  fixture->stock->is_mute_set = TRUE;
  weir_closer_look_begin (closer (fixture->weir));
  mock_poll_until (fixture->stock->n_muted == 1);
  g_assert_cmpuint (count_records (fixture), ==, 1); /* on the disk before anything is set */
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  if (is_set != NULL)
    {
      g_free (fixture->stock->level);
      fixture->stock->level = g_strdup (CLOSER);
    }
  fixture->stock->is_mute_set = FALSE;
  crash_and_start (fixture);
  wait_state (fixture->weir, is_set != NULL ? WEIR_CLOSER_LEFT : WEIR_CLOSER_OFF);
  g_assert_cmpuint (count_records (fixture), ==, is_set != NULL);
}

/* By hand, as a person does. */
static void
set_level (Fixture *fixture, const char *level)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("{\"id\":\"iii-observability\",\"value\":{\"level\":\"%s\"}}", level);
  guint n_sets = fixture->stock->n_sets;

  weir_worker_trigger_text_void (weir_observer_get_worker (fixture->weir), "configuration::set", WEIR_SPAN (text),
                                 &error);
  g_assert_no_error (error);
  mock_wait_until (fixture->stock->n_sets > n_sets);
}

static void
test_changed_by_another (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  set_level (fixture, "warn");
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (weir_closer_look_get_other (closer (fixture->weir)), ==, "warn");
  end (fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, "warn");
  g_assert_cmpuint (count_records (fixture), ==, 0);

  begin (fixture->weir); /* of that it makes something closer, and puts it back */
  g_assert_cmpstr (fixture->stock->level, ==, "warn," WEIR_LOG_LEVEL_DIRECTIVE);
  g_assert_null (weir_closer_look_get_other (closer (fixture->weir)));
  set_level (fixture, "error," WEIR_LOG_LEVEL_DIRECTIVE); /* the rest of it: that is not undone */
  mock_poll_until (weir_closer_look_get_other (closer (fixture->weir)) != NULL);
  g_assert_cmpint (weir_closer_look_get_state (closer (fixture->weir)), ==, WEIR_CLOSER_ON);
  end (fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, "error," WEIR_LOG_LEVEL_DIRECTIVE);
}

static void
test_changed_while_away (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  drop_weir (&fixture->weir);
  g_free (fixture->stock->level);
  fixture->stock->level = g_strdup ("debug");
  mock_poll_until (fixture->stock->functions->len == 0);
  fixture->weir = start_weir (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpuint (count_records (fixture), ==, 0);
  g_assert_cmpstr (fixture->stock->level, ==, "debug");
}

/* The first to leave leaves the level to the other, whoever that is. */
static void
test_two_weirs (Fixture *fixture, gconstpointer is_first)
{
  WeirObserver *other = start_weir (fixture);

  begin (fixture->weir);
  begin (other);
  g_assert_cmpuint (fixture->stock->n_sets, ==, 1);
  end (is_first != NULL ? fixture->weir : other);
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER);
  g_assert_cmpuint (count_records (fixture), ==, 1);
  end (is_first != NULL ? other : fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  g_assert_cmpuint (count_records (fixture), ==, 0);
  drop_weir (&other);
}

/* One crashes while the other looks: nothing to offer, the other puts it back. */
static void
test_two_weirs_crash (Fixture *fixture, gconstpointer data)
{
  WeirObserver *other = start_weir (fixture);
  guint n_functions;

  begin (fixture->weir);
  begin (other);
  n_functions = fixture->stock->functions->len;
  drop_weir (&fixture->weir);
  mock_poll_until (fixture->stock->functions->len < n_functions);
  fixture->weir = start_weir (fixture);
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_cmpstr (fixture->stock->level, ==, CLOSER);
  end (other);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  drop_weir (&other);
}

/* What costs the engine its log, and tells nothing any more, ends by itself. */
static void
test_closer_gives_up (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  g_assert_false (weir_closer_look_has_given_up (closer (fixture->weir)));
  happen (fixture, "flood 300");
  wait_state (fixture->weir, WEIR_CLOSER_OFF);
  g_assert_true (weir_closer_look_has_given_up (closer (fixture->weir)));
  g_assert_cmpstr (fixture->stock->level, ==, "info");
  g_assert_cmpuint (count_records (fixture), ==, 0);
  begin (fixture->weir); /* asked for, it looks again */
  g_assert_false (weir_closer_look_has_given_up (closer (fixture->weir)));
}

/* It goes on when the engine is back; the level has stayed in its file. */
static void
test_closer_restart (Fixture *fixture, gconstpointer data)
{
  begin (fixture->weir);
  happen (fixture, "restart");
  wait_state (fixture->weir, WEIR_CLOSER_UNAVAILABLE);
  wait_state (fixture->weir, WEIR_CLOSER_ON);
  end (fixture->weir);
  g_assert_cmpstr (fixture->stock->level, ==, "info");
}

/* --- the level --- */

static void
test_level (void)
{
  static const struct
  {
    const char *level;
    gboolean is_closer;
    const char *closer;
  } levels[] = {
    { NULL, FALSE, CLOSER },
    { "", FALSE, CLOSER },
    { "info", FALSE, CLOSER },
    { "debug", TRUE, "debug" },
    { "warn,my::app=trace", FALSE, "warn,my::app=trace," WEIR_LOG_LEVEL_DIRECTIVE },
    { CLOSER, TRUE, CLOSER },
    { "info,iii::workers=debug", TRUE, "info,iii::workers=debug" },
    { "debug,iii::workers::worker::ws_handler=warn", FALSE,
      "debug,iii::workers::worker::ws_handler=warn," WEIR_LOG_LEVEL_DIRECTIVE },
    { "${LOG_LEVEL:info}", FALSE, "${LOG_LEVEL:info}," WEIR_LOG_LEVEL_DIRECTIVE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autofree char *made = weir_log_level_make_closer (levels[i].level);

      g_assert_cmpint (weir_log_level_is_closer (levels[i].level), ==, levels[i].is_closer);
      g_assert_cmpstr (made, ==, levels[i].closer);
      g_assert_true (weir_log_level_is_closer (made));
    }
}

/* --- a real one, where III_ENGINE_URL names it --- */

typedef struct
{
  WeirChannelPair *pair;
  gboolean has_failed;
} Opened;

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Opened *opened = user_data;

  opened->pair = weir_worker_create_channel_finish (WEIR_WORKER (object), result, NULL);
  opened->has_failed = opened->pair == NULL;
}

/* (nullable): what the engine says of the channel. */
static const WeirChannelInfo *
find_info (WeirObserver *weir, const char *channel_id)
{
  WeirChannel *channel = weir_observer_lookup (weir, channel_id);

  return channel != NULL ? weir_channel_get_info (channel) : NULL;
}

static gboolean
message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  guint *n = user_data;

  return ++*n != 10; /* then it reads no more, until it is told to */
}

/* A channel of another worker: its figures are as they are, and at the end the engine is as it was. */
static void
test_real (void)
{
  const char *url = g_getenv ("III_ENGINE_URL");
  g_autoptr (WeirWorker) worker = NULL;
  WeirObserver *weir;
  Opened opened = { NULL };
  g_autofree char *id = NULL;
  g_autofree char *kibibyte = g_strnfill (65536, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (kibibyte, 65536);
  const WeirChannelInfo *info;
  guint n_read = 0;

  weir = weir_observer_new (url);
  weir_observer_start (weir);
  begin (weir);
  worker = weir_worker_new (url, "stock-test");
  weir_worker_start (worker);
  weir_worker_create_channel_async (worker, 0, NULL, created_cb, &opened);
  mock_wait_until (opened.pair != NULL || opened.has_failed);
  g_assert_false (opened.has_failed);
  id = g_strdup (opened.pair->reader_ref->channel_id);

  weir_channel_reader_set_handler (opened.pair->reader, message_cb, &n_read, NULL);
  for (guint i = 0; i < 300; i++)
    weir_channel_writer_send_async (opened.pair->writer, bytes, FALSE, NULL, NULL, NULL);
  mock_poll_until ((info = find_info (weir, id)) != NULL && info->state == WEIR_STATE_STALLED);
  g_test_message ("stalled: %" G_GUINT64_FORMAT " written, %" G_GUINT64_FORMAT " sent, %" G_GUINT64_FORMAT " between",
                  info->totals.written_messages, info->totals.sent_messages, info->totals.buffered_messages);
  g_assert_cmpuint (info->totals.buffered_messages, <=, 65); /* its 64, and one in hand */
  g_assert_cmpuint (info->totals.buffered_messages, >=, 64);

  weir_channel_reader_resume (opened.pair->reader);
  mock_poll_until (n_read == 300);
  weir_channel_writer_close_async (opened.pair->writer, NULL, NULL, NULL);
  mock_poll_until ((info = find_info (weir, id))->state == WEIR_STATE_CLOSED);
  g_assert_cmpint (info->ended_by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpuint (info->totals.written_messages, ==, 300);
  g_assert_cmpuint (info->totals.sent_messages, ==, 300);
  g_assert_cmpuint (info->totals.written_bytes, ==, 300 * 65536);
  end (weir);
  weir_channel_pair_free (opened.pair);
  weir_worker_stop (worker);
  drop_weir (&weir);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = g_dir_make_tmp ("weir-stock-XXXXXX", &error);
  g_autofree char *folder = NULL;
  int result;

  g_assert_no_error (error);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
#define STOCK(name, data, func) g_test_add ("/observer/stock/" name, Fixture, data, set_up, func, tear_down)
  STOCK ("life", NULL, test_life);
  STOCK ("before", NULL, test_before);
  STOCK ("bad-deliveries", NULL, test_bad_deliveries);
  STOCK ("restart", NULL, test_restart);
  STOCK ("restart-unsaid", NULL, test_restart_unsaid);
  STOCK ("no-logs", NULL, test_no_logs);
  STOCK ("old-engine", NULL, test_old_engine);
  STOCK ("keys", NULL, test_keys);
  STOCK ("two-engines", NULL, test_two_engines);
  STOCK ("many", NULL, test_many);
  STOCK ("closer/set-and-back", NULL, test_closer);
  STOCK ("closer/no-level", NULL, test_closer_no_level);
  STOCK ("closer/refused", NULL, test_closer_refused);
  STOCK ("closer/mute", NULL, test_closer_mute);
  STOCK ("closer/no-disk", NULL, test_closer_no_disk);
  STOCK ("closer/record", NULL, test_closer_record);
  STOCK ("closer/end-refused", NULL, test_closer_end_refused);
  STOCK ("closer/crash", NULL, test_crash);
  STOCK ("closer/crash-go-on", NULL, test_crash_go_on);
  STOCK ("closer/crash-forget", NULL, test_crash_forget);
  STOCK ("closer/crash-before-set", NULL, test_crash_between);
  STOCK ("closer/crash-after-set", GINT_TO_POINTER (1), test_crash_between);
  STOCK ("closer/changed-by-another", NULL, test_changed_by_another);
  STOCK ("closer/changed-while-away", NULL, test_changed_while_away);
  STOCK ("closer/two-first-leaves", GINT_TO_POINTER (1), test_two_weirs);
  STOCK ("closer/two-second-leaves", NULL, test_two_weirs);
  STOCK ("closer/two-one-crashes", NULL, test_two_weirs_crash);
  STOCK ("closer/gives-up", NULL, test_closer_gives_up);
  STOCK ("closer/restart", NULL, test_closer_restart);
  g_test_add_func ("/observer/stock/level", test_level);
  if (g_getenv ("III_ENGINE_URL") != NULL) /* of a stock engine */
    g_test_add_func ("/observer/stock/real", test_real);
  result = g_test_run ();
  folder = g_build_filename (state, "weir", NULL);
  g_rmdir (folder);
  g_rmdir (state);
  return result;
}
