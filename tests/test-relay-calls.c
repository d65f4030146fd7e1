/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-calls.h"
#include "weir-relay-worker.h"

/* What the relay learns of channels from the control messages that pass it. Worker 1 and worker 2 come through here, X
 * does not. */

#define ID1  "11111111-1111-4111-8111-111111111111"
#define ID2  "22222222-2222-4222-8222-222222222222"
#define CALL "33333333-3333-4333-8333-333333333333"
#define MAKE "44444444-4444-4444-8444-444444444444"
#define CHAN "55555555-5555-4555-8555-555555555555"
#define KEY  "66666666-6666-4666-8666-666666666666"

#define REF(direction) "{\"channel_id\":\"" CHAN "\",\"access_key\":\"" KEY "\",\"direction\":\"" direction "\"}"
#define TRACE(digit)   "\"traceparent\":\"00-" digit "0000000000000000000000000000000-1111111111111111-01\""

typedef struct
{
  WeirRegistry *registry;
  WeirRelayChannels *channels;
  WeirRelayCalls *calls;
} Fixture;

static void
ignore_message (const WeirLinkMessage *message, gpointer user_data)
{
}

static void
ignore_end (guint32 link, gpointer user_data)
{
}

static const WeirRelayChannelsEvents events = { .message = ignore_message, .link_ended = ignore_end };

static void
say (Fixture *fixture, guint32 link, gboolean is_from_worker, const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  WeirLinkMessage message = { link, is_from_worker, bytes, g_get_monotonic_time () };

  weir_relay_calls_read (fixture->calls, &message);
}

static void
from_worker (Fixture *fixture, guint32 link, const char *text)
{
  say (fixture, link, TRUE, text);
}

static void
from_engine (Fixture *fixture, guint32 link, const char *text)
{
  say (fixture, link, FALSE, text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  WeirRelayChannelsConfig config = { .n_threads = 1, .memory_bytes = 1 << 20 };
  g_autoptr (GError) error = NULL;

  fixture->registry = weir_registry_new (0);
  fixture->channels = weir_relay_channels_new (&config, fixture->registry, &events, fixture, &error);
  g_assert_no_error (error);
  fixture->calls = weir_relay_calls_new (fixture->channels, fixture->registry);
  weir_relay_calls_add_worker (fixture->calls, 1);
  weir_relay_calls_add_worker (fixture->calls, 2);
  from_worker (fixture, 1,
               "{\"type\":\"invokefunction\",\"function_id\":\"engine::workers::register\","
               "\"data\":{\"name\":\"one\",\"runtime\":\"node\"},\"action\":{\"type\":\"void\"}}");
  from_engine (fixture, 1, "{\"type\":\"workerregistered\",\"worker_id\":\"" ID1 "\"}");
  from_engine (fixture, 2, "{\"type\":\"workerregistered\",\"worker_id\":\"" ID2 "\"}");
  from_worker (fixture, 2,
               "{\"type\":\"invokefunction\",\"function_id\":\"engine::workers::register\","
               "\"data\":{\"name\":\"two\",\"runtime\":\"rust\"},\"action\":{\"type\":\"void\"}}");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  weir_relay_channels_free (fixture->channels);
  weir_relay_calls_free (fixture->calls);
  g_object_unref (fixture->registry);
}

static const WeirChannelInfo *
get_channel (Fixture *fixture)
{
  return weir_registry_lookup (fixture->registry, CHAN);
}

static void
create (Fixture *fixture, const char *input)
{
  g_autofree char *ask = g_strdup_printf ("{\"type\":\"invokefunction\",\"invocation_id\":\"" MAKE "\","
                                          "\"function_id\":\"engine::channels::create\",\"data\":%s," TRACE ("a") "}",
                                          input);

  from_worker (fixture, 1, ask);
  from_engine (fixture, 1,
               "{\"type\":\"invocationresult\",\"invocation_id\":\"" MAKE "\",\"function_id\":"
               "\"engine::channels::create\",\"result\":{\"writer\":" REF ("write") ",\"reader\":" REF ("read") "}}");
}

/* A call of `f` with the reader leaves worker 1. */
static void
call (Fixture *fixture)
{
  from_worker (fixture, 1,
               "{\"type\":\"invokefunction\",\"invocation_id\":\"" CALL "\",\"function_id\":\"f\","
               "\"data\":{\"input\":" REF ("read") "}}");
}

/* It arrives at worker 2, as the engine passes it on. @caller: the member that the engine adds. */
static void
arrive (Fixture *fixture, const char *caller)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"invokefunction\",\"invocation_id\":\"" CALL "\","
                                           "\"function_id\":\"f\",\"data\":{\"input\":" REF ("read") "%s}}",
                                           caller);

  from_engine (fixture, 2, text);
}

#define BY_1 ",\"_caller_worker_id\":\"" ID1 "\""
#define BY_X ",\"_caller_worker_id\":\"99999999-9999-4999-8999-999999999999\""

static void
test_created (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;

  from_engine (fixture, 1,
               "{\"type\":\"invokefunction\",\"invocation_id\":\"" CALL
               "\",\"function_id\":\"maker\",\"data\":{}," TRACE ("a") "}");
  create (fixture, "{\"buffer_size\":8}");
  info = get_channel (fixture);
  g_assert_nonnull (info);
  g_assert_cmpuint (info->buffer_items, ==, 8);
  g_assert_cmpstr (info->creator_worker_name, ==, "one");
  g_assert_cmpstr (info->writer.worker_name, ==, "one");
  g_assert_cmpstr (info->writer.function_id, ==, "maker"); /* by its trace */
  g_assert_cmpint (info->reader.how, ==, WEIR_HOW_CREATOR);
  g_assert_cmpint (info->reader.presence, ==, WEIR_PRESENCE_NONE);
}

static void
test_buffer_size (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *input;
    guint items;
  } *row = data;

  create (fixture, row->input);
  g_assert_cmpuint (get_channel (fixture)->buffer_items, ==, row->items);
}

static void
test_refused_creation (Fixture *fixture, gconstpointer data)
{
  from_worker (fixture, 1,
               "{\"type\":\"invokefunction\",\"invocation_id\":\"" MAKE
               "\",\"function_id\":\"engine::channels::create\","
               "\"data\":{\"buffer_size\":-1}}");
  from_engine (fixture, 1,
               "{\"type\":\"invocationresult\",\"invocation_id\":\"" MAKE "\",\"function_id\":"
               "\"engine::channels::create\",\"error\":{\"code\":\"deserialization_error\",\"message\":\"no\"}}");
  g_assert_null (get_channel (fixture));
}

/* Both sides of a call pass: it is told once, with who executes it. */
static void
test_both_here (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;
  const WeirPassedInfo *passed;

  create (fixture, "{}");
  info = get_channel (fixture);
  call (fixture);
  g_assert_cmpint (info->reader.presence, ==, WEIR_PRESENCE_UNKNOWN); /* it may be executed elsewhere */
  arrive (fixture, BY_1);
  g_assert_cmpint (info->reader.presence, ==, WEIR_PRESENCE_NONE);
  g_assert_cmpuint (info->passed->len, ==, 1);
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->function_id, ==, "f");
  g_assert_cmpstr (passed->by_worker_name, ==, "one");
  g_assert_cmpstr (info->reader.worker_name, ==, "two");
  g_assert_cmpstr (info->reader.worker_runtime, ==, "rust");
  g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);
  g_assert_cmpstr (info->writer.worker_name, ==, "one");

  from_worker (fixture, 2,
               "{\"type\":\"invocationresult\",\"invocation_id\":\"" CALL "\",\"function_id\":\"f\","
               "\"error\":{\"code\":\"invocation_failed\",\"message\":\"boom\"}}");
  g_assert_cmpstr (passed->error_code, ==, "invocation_failed");
  g_assert_cmpstr (passed->error_message, ==, "boom");
  g_assert_cmpint (passed->returned_at_ms, !=, 0);
}

/* The answer of one that is executed elsewhere is seen as it comes to its caller. */
static void
test_executed_elsewhere (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;

  create (fixture, "{}");
  call (fixture);
  from_engine (fixture, 1,
               "{\"type\":\"invocationresult\",\"invocation_id\":\"" CALL "\",\"function_id\":\"f\",\"result\":5}");
  info = get_channel (fixture);
  g_assert_cmpint (info->reader.presence, ==, WEIR_PRESENCE_UNKNOWN);
  g_assert_null (info->reader.worker_name);
  g_assert_cmpstr (info->reader.function_id, ==, "f");
  g_assert_cmpint (((WeirPassedInfo *) info->passed->pdata[0])->returned_at_ms, !=, 0);
  g_assert_null (((WeirPassedInfo *) info->passed->pdata[0])->error_code);
}

/* A channel that was made elsewhere is known by the ref that comes to a worker here. */
static void
test_made_elsewhere (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;

  arrive (fixture, BY_X);
  info = get_channel (fixture);
  g_assert_nonnull (info);
  g_assert_null (info->creator_worker_id);
  g_assert_cmpuint (info->buffer_items, ==, 0);
  g_assert_cmpint (info->reader.presence, ==, WEIR_PRESENCE_NONE);
  g_assert_cmpint (info->writer.presence, ==, WEIR_PRESENCE_UNKNOWN);
  g_assert_cmpstr (info->reader.function_id, ==, "f");
  g_assert_cmpuint (info->passed->len, ==, 1);
}

static void
test_of_an_http_trigger (Fixture *fixture, gconstpointer data)
{
  arrive (fixture, "");
  g_assert_cmpint (get_channel (fixture)->writer.presence, ==, WEIR_PRESENCE_ENGINE);
  g_assert_cmpint (get_channel (fixture)->reader.presence, ==, WEIR_PRESENCE_NONE);
}

/* A function here returns a ref of a channel that nobody has seen being made. */
static void
test_ref_in_an_answer (Fixture *fixture, gconstpointer data)
{
  from_worker (fixture, 1,
               "{\"type\":\"invokefunction\",\"invocation_id\":\"" CALL "\",\"function_id\":\"g\",\"data\":{}}");
  from_engine (fixture, 1,
               "{\"type\":\"invocationresult\",\"invocation_id\":\"" CALL "\",\"function_id\":\"g\","
               "\"result\":{\"out\":" REF ("read") "}}");
  g_assert_cmpint (get_channel (fixture)->reader.presence, ==, WEIR_PRESENCE_NONE);
  g_assert_cmpint (get_channel (fixture)->writer.presence, ==, WEIR_PRESENCE_UNKNOWN);
  g_assert_cmpstr (get_channel (fixture)->reader.worker_name, ==, "one");
}

static void
test_executor_goes (Fixture *fixture, gconstpointer data)
{
  create (fixture, "{}");
  call (fixture);
  arrive (fixture, BY_1);
  weir_relay_calls_remove_worker (fixture->calls, 2);
  g_assert_cmpstr (((WeirPassedInfo *) get_channel (fixture)->passed->pdata[0])->error_code, ==, "invocation_stopped");
  g_assert_null (weir_relay_calls_get_worker_name (fixture->calls, ID2));
  g_assert_cmpstr (weir_relay_calls_get_worker_name (fixture->calls, ID1), ==, "one");
}

/* It has passed; nothing is learnt of it, and nothing breaks. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) deep = g_string_new ("{\"type\":\"invokefunction\",\"function_id\":\"f\",\"data\":");

  for (guint i = 0; i < 200000; i++)
    g_string_append_c (deep, '[');
  from_worker (fixture, 1, deep->str);
  from_worker (fixture, 1, NULL);
  from_worker (fixture, 1, "");
  from_worker (fixture, 1, "[]");
  from_worker (fixture, 1, "{\"type\":\"invokefunction\"}");
  from_engine (fixture, 1, "{\"type\":\"invocationresult\",\"invocation_id\":7,\"function_id\":\"f\"}");
  from_engine (fixture, 3, "{\"type\":\"workerregistered\",\"worker_id\":\"" ID1 "\"}"); /* no link of ours */
  create (fixture, "{}");
  g_assert_nonnull (get_channel (fixture));
}

/* What is remembered of a worker that asks and asks is bounded, and the last of it is remembered. */
static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 30000; i++)
    {
      g_autofree char *ask = g_strdup_printf (
          "{\"type\":\"invokefunction\",\"invocation_id\":\"77777777-7777-4777-8777-%012u\",\"function_id\":\"%s\","
          "\"data\":{}}",
          i, i % 2 == 0 ? "engine::channels::create" : "g");

      from_worker (fixture, 1, ask);
      from_engine (fixture, 2, ask);
    }
  create (fixture, "{}");
  g_assert_cmpstr (get_channel (fixture)->creator_worker_id, ==, ID1); /* the oldest questions made room for it */
}

static const struct
{
  const char *input;
  guint items;
} sizes[] = {
  { "{}", 64 },   { "{\"buffer_size\":null}", 64 }, { "{\"buffer_size\":0}", 1 }, { "{\"buffer_size\":5000}", 1024 },
  { "null", 64 },
};

#define ADD(path, func) g_test_add ("/relay/calls/" path, Fixture, NULL, set_up, func, tear_down)

/* A worker whose creations nobody answers does not keep later ones from being noted. */
static void
test_unanswered (void)
{
  WeirRelayWorker *worker = weir_relay_worker_new (1);

  for (guint i = 0; i <= WEIR_RELAY_WORKER_MAX_CALLS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      weir_relay_worker_ask (worker, id, WEIR_SPAN ("{\"buffer_size\":7}"), NULL);
    }
  for (guint i = 0; i <= WEIR_RELAY_WORKER_MAX_CALLS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);
      g_autoptr (WeirRelayCreation) creation = weir_relay_worker_take_creation (worker, id);

      g_assert_cmpuint (creation != NULL ? creation->items : 0, ==, i == 0 ? 0 : 7);
    }
  weir_relay_worker_free (worker);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("created", test_created);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/relay/calls/buffer-size-%u", i);

      g_test_add (path, Fixture, &sizes[i], set_up, test_buffer_size, tear_down);
    }
  ADD ("refused-creation", test_refused_creation);
  ADD ("both-here", test_both_here);
  ADD ("executed-elsewhere", test_executed_elsewhere);
  ADD ("made-elsewhere", test_made_elsewhere);
  ADD ("of-an-http-trigger", test_of_an_http_trigger);
  ADD ("ref-in-an-answer", test_ref_in_an_answer);
  ADD ("executor-goes", test_executor_goes);
  ADD ("unreadable", test_unreadable);
  ADD ("bounded", test_bounded);
  g_test_add_func ("/relay/calls/unanswered", test_unanswered);
  return g_test_run ();
}
