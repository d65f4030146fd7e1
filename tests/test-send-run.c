/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wait-for.h"
#include "weir-run.h"
#include "weir-send-setup.h"

/* The list of what travelled, and what is set on the page. */

/* Follows a list by its news alone. */
static void
follow_cb (GListModel *model, guint position, guint removed, guint added, GListStore *copy)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_list_model_get_item (model, position + i));
  g_list_store_splice (copy, position, removed, items->pdata, added);
}

static void
assert_same (GListModel *model, GListStore *copy)
{
  guint n = g_list_model_get_n_items (model);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (copy)), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) a = g_list_model_get_item (model, i), b = g_list_model_get_item (G_LIST_MODEL (copy), i);

      g_assert_true (a == b);
    }
}

static WeirTravel *
peek (WeirRun *run, guint i)
{
  g_autoptr (WeirTravel) line = g_list_model_get_item (G_LIST_MODEL (run), i);

  return line;
}

static void
add_messages (WeirRun *run, guint64 from, guint64 to)
{
  for (guint64 i = from; i <= to; i++)
    weir_run_note_message (run, &(WeirTravelInit){ .kind = WEIR_TRAVEL_BINARY,
                                                   .way = WEIR_WAY_TO,
                                                   .channel = "c",
                                                   .number = i,
                                                   .size = 3,
                                                   .data = "abc",
                                                   .len = 3 });
}

/* The first and the last are kept, the line between counts the others, events stay. */
static void
test_bounded (void)
{
  g_autoptr (WeirRun) run = weir_run_new ();
  g_autoptr (GListStore) copy = g_list_store_new (WEIR_TYPE_TRAVEL);
  guint n, n_events = 0;

  g_signal_connect (run, "items-changed", G_CALLBACK (follow_cb), copy);
  weir_run_note (run, WEIR_TRAVEL_CALL, WEIR_WAY_TO, NULL, "f", 0);
  add_messages (run, 1, 3000);
  weir_run_note (run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, "c", "an event", 0);
  add_messages (run, 3001, 100000);
  weir_run_note (run, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, "c", "the last", 0);
  weir_run_flush (run);
  assert_same (G_LIST_MODEL (run), copy);
  n = g_list_model_get_n_items (G_LIST_MODEL (run));
  g_assert_cmpuint (n, ==, WEIR_RUN_N_FIRST + 1 + WEIR_RUN_N_LAST);
  g_assert_cmpint (weir_travel_get_kind (peek (run, 0)), ==, WEIR_TRAVEL_CALL);
  g_assert_cmpint (weir_travel_get_kind (peek (run, WEIR_RUN_N_FIRST)), ==, WEIR_TRAVEL_GAP);
  g_assert_cmpuint (weir_travel_get_number (peek (run, WEIR_RUN_N_FIRST)), ==, weir_run_get_n_left_out (run));
  g_assert_cmpuint (weir_run_get_n_left_out (run), ==, 100003 - (n - 1));
  g_assert_cmpuint (weir_travel_get_number (peek (run, n - 2)), ==, 100000);
  for (guint i = 0; i < n; i++)
    n_events += weir_travel_get_kind (peek (run, i)) == WEIR_TRAVEL_EVENT;
  g_assert_cmpuint (n_events, ==, 2);
}

/* However many events there are, the list stays bounded, and its order is kept. */
static void
test_many_events (void)
{
  g_autoptr (WeirRun) run = weir_run_new ();
  g_autoptr (GListStore) copy = g_list_store_new (WEIR_TYPE_TRAVEL);
  gint64 last = 0;

  g_signal_connect (run, "items-changed", G_CALLBACK (follow_cb), copy);
  for (guint i = 0; i < 20000; i++)
    if (i % 7 == 0)
      add_messages (run, i, i);
    else
      weir_run_note (run, WEIR_TRAVEL_EVENT, WEIR_WAY_TO, "c", "event", 0);
  weir_run_flush (run);
  assert_same (G_LIST_MODEL (run), copy);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run)), ==, WEIR_RUN_N_FIRST + 1 + WEIR_RUN_N_LAST);
  for (guint i = WEIR_RUN_N_FIRST + 1; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_assert_cmpint (weir_travel_get_at_us (peek (run, i)), >=, last);
      last = weir_travel_get_at_us (peek (run, i));
    }
}

/* What is learned late stands where it belongs. */
static void
test_late (void)
{
  g_autoptr (WeirRun) run = weir_run_new ();
  g_autoptr (GListStore) copy = g_list_store_new (WEIR_TYPE_TRAVEL);

  g_signal_connect (run, "items-changed", G_CALLBACK (follow_cb), copy);
  add_messages (run, 1, 3);
  weir_run_note_at (run, -1, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, "c", "before all", 0);
  g_assert_cmpint (weir_travel_get_kind (peek (run, 0)), ==, WEIR_TRAVEL_EVENT);
  add_messages (run, 4, 5000);
  weir_run_note_at (run, 0, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, "c", "long ago", 0);
  g_assert_cmpint (weir_travel_get_kind (peek (run, WEIR_RUN_N_FIRST)), ==, WEIR_TRAVEL_GAP);
  assert_same (G_LIST_MODEL (run), copy);
}

/* News come by themselves. */
static void
test_announced (void)
{
  g_autoptr (WeirRun) run = weir_run_new ();

  add_messages (run, 1, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run)), ==, 0);
  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (run)) == 1);
}

/* --- the setup --- */

static void
count_cb (WeirSendSetup *setup, guint *n)
{
  (*n)++;
}

static void
want (WeirSendSetup *setup, const char *payload)
{
  g_autoptr (GPtrArray) wanted = weir_payload_list_channels (WEIR_SPAN (payload));

  weir_send_setup_set_wanted (setup, wanted);
}

static void
test_wanted (void)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  g_autoptr (WeirChannelSetup) changed = NULL;
  guint n_changed = 0;

  g_signal_connect (setup, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_cmpuint (weir_send_setup_get_n_channels (setup), ==, 1);
  want (setup, "{}");
  g_assert_cmpuint (n_changed, ==, 0);

  /* What is wanted takes the place of the channel that was there for want of another. */
  want (setup, "{\"a\": \"$reader\", \"b\": \"$writer\"}");
  g_assert_cmpuint (weir_send_setup_get_n_channels (setup), ==, 2);
  g_assert_cmpint (weir_send_setup_get_channel (setup, 0)->hold, ==, WEIR_HOLD_WRITER);
  g_assert_cmpint (weir_send_setup_get_channel (setup, 1)->hold, ==, WEIR_HOLD_READER);
  g_assert_true (weir_send_setup_is_written_into (setup, FALSE));

  /* What was set for a name stays when the payload changes. */
  changed = weir_channel_setup_copy (weir_send_setup_get_channel (setup, 1));
  changed->buffer_size = 3;
  weir_send_setup_set_channel (setup, 1, changed);
  want (setup, "[\"$writer\"]");
  g_assert_cmpuint (weir_send_setup_get_n_channels (setup), ==, 1);
  g_assert_cmpuint (weir_send_setup_get_channel (setup, 0)->buffer_size, ==, 3);
  g_assert_false (weir_send_setup_is_written_into (setup, FALSE));

  /* Both ends for the function: nothing is left for us. */
  want (setup, "[\"$writer:x\", \"$reader:x\"]");
  g_assert_cmpint (weir_send_setup_get_channel (setup, 0)->hold, ==, WEIR_HOLD_NONE);
  want (setup, "no JSON at all");
  g_assert_cmpuint (weir_send_setup_get_n_channels (setup), ==, 1);
  g_assert_false (weir_send_setup_get_channel (setup, 0)->is_wanted);
}

/* What goes into the history comes back, but for the keys. */
static void
test_json (void)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new (), again = weir_send_setup_new ();
  g_autoptr (WeirChannelSetup) channel = weir_channel_setup_copy (weir_send_setup_get_channel (setup, 0));
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  channel->ref = weir_ref_new ("the-channel", "s3cret", WEIR_DIRECTION_READ);
  channel->hold = WEIR_HOLD_READER;
  channel->buffer_size = 7;
  weir_send_setup_set_channel (setup, 1, channel);
  writing->kind = WEIR_WRITING_GENERATED;
  writing->generator = WEIR_GENERATOR_RANDOM;
  writing->seed = G_MAXUINT64;
  writing->count = 12;
  writing->message_size = 77;
  writing->pace = WEIR_PACE_BYTES;
  writing->rate = 1000;
  writing->closes = FALSE;
  writing->is_text = TRUE;
  writing->path = g_strdup ("/tmp/x");
  weir_send_setup_set_writing (setup, writing);

  node = weir_send_setup_to_json (setup);
  text = json_to_string (node, FALSE);
  g_assert_null (strstr (text, "s3cret"));
  weir_send_setup_load_json (again, node);
  g_assert_true (weir_writing_equal (weir_send_setup_get_writing (again), writing));
  g_assert_cmpuint (weir_send_setup_get_n_channels (again), ==, 2);
  g_assert_cmpuint (weir_send_setup_get_channel (again, 1)->buffer_size, ==, 7);
  g_assert_cmpint (weir_send_setup_get_channel (again, 1)->hold, ==, WEIR_HOLD_READER);
  g_assert_null (weir_send_setup_get_channel (again, 1)->ref);
}

/* Anybody may have written the file. */
static void
test_bad_json (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "null",
    "{\"channels\":3,\"writing\":[]}",
    "{\"channels\":[3,null,{}],\"writing\":{\"kind\":7}}",
    "{\"channels\":[{\"name\":1,\"hold\":\"x\",\"buffer_size\":-5}],\"writing\":{\"message_size\":0,\"rate\":\"0\","
    "\"seed\":\"-1\",\"count\":\"x\",\"closes\":1,\"pace\":\"warp\"}}",
    "{\"channels\":[{\"buffer_size\":99999999999}],\"writing\":{\"message_size\":99999999999}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
      g_autoptr (JsonNode) node = json_from_string (texts[i], NULL);
      const WeirWriting *writing;

      weir_send_setup_load_json (setup, node);
      writing = weir_send_setup_get_writing (setup);
      g_assert_cmpuint (weir_send_setup_get_n_channels (setup), >=, 1);
      g_assert_cmpuint (weir_send_setup_get_channel (setup, 0)->buffer_size, >=, 1);
      g_assert_cmpuint (weir_send_setup_get_channel (setup, 0)->buffer_size, <=, WEIR_SEND_MAX_BUFFER);
      g_assert_cmpuint (writing->message_size, >=, 1);
      g_assert_cmpuint (writing->message_size, <=, WEIR_WRITING_MAX_MESSAGE_SIZE);
      g_assert_cmpuint (writing->rate, >=, 1);
      g_assert_true (writing->closes);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/run/bounded", test_bounded);
  g_test_add_func ("/send/run/many-events", test_many_events);
  g_test_add_func ("/send/run/late", test_late);
  g_test_add_func ("/send/run/announced", test_announced);
  g_test_add_func ("/send/setup/wanted", test_wanted);
  g_test_add_func ("/send/setup/json", test_json);
  g_test_add_func ("/send/setup/bad-json", test_bad_json);
  return g_test_run ();
}
