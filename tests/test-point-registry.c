/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-registry.h"

#define START_US  (1000 * G_USEC_PER_SEC)
#define EXPIRY_US (300 * G_USEC_PER_SEC)

typedef struct
{
  WeirRegistry *registry;
  guint n_opened, n_changed, n_sampled, n_internal;
  GPtrArray *forgotten;
} Fixture;

static void
count_cb (WeirRegistry *registry, guint n, guint *count)
{
  (*count)++;
}

static void
forgotten_cb (WeirRegistry *registry, guint n, const char *channel_id, GPtrArray *forgotten)
{
  g_ptr_array_add (forgotten, g_strdup (channel_id));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->registry = weir_registry_new (EXPIRY_US);
  f->forgotten = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (f->registry, "opened", G_CALLBACK (count_cb), &f->n_opened);
  g_signal_connect (f->registry, "changed", G_CALLBACK (count_cb), &f->n_changed);
  g_signal_connect (f->registry, "sampled", G_CALLBACK (count_cb), &f->n_sampled);
  g_signal_connect (f->registry, "internal", G_CALLBACK (count_cb), &f->n_internal);
  g_signal_connect (f->registry, "forgotten", G_CALLBACK (forgotten_cb), f->forgotten);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->registry);
  g_ptr_array_unref (f->forgotten);
}

static guint32
add (Fixture *f, const char *id)
{
  WeirChannelInfo *info = weir_channel_info_new (id);

  info->buffer_items = 64;
  info->creator_worker_id = g_strdup ("w1");
  info->writer.worker_id = g_strdup ("w1");
  info->writer.how = WEIR_HOW_CREATOR;
  return weir_registry_add (f->registry, info, START_US);
}

static void
call (Fixture *f, const char *function_id, const char *invocation_id, const char *payload, gint64 at_us)
{
  WeirRegistryCall registry_call = {
    .function_id = function_id,
    .invocation_id = invocation_id,
    .by_worker_id = "w1",
    .by_worker_name = "one",
    .to_worker_id = "w2",
    .to_worker_name = "two",
    .to_worker_runtime = "node",
  };

  weir_registry_note_call (f->registry, &registry_call, WEIR_SPAN (payload), at_us);
}

static void
event (Fixture *f, WeirPipeEventType type, guint32 n, WeirSide side, gint64 at_us, WeirMeters meters)
{
  WeirPipeEvent pipe_event = { .type = type, .n = n, .side = side, .at_us = at_us, .meters = meters };

  if (type == WEIR_PIPE_ENDED)
    pipe_event.by = WEIR_ENDED_WRITER;
  weir_registry_note_event (f->registry, &pipe_event);
}

/* How an end left: closed or broke off; a reason without a code is the point's own and none of the end's. */
static void
test_left (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gboolean is_clean;
    guint16 code;
    const char *reason, *kept;
  } cases[] = {
    { TRUE, 1009, "too large", "too large" },
    { TRUE, 0, "writer_lost", NULL },
    { FALSE, 0, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);
      guint32 n = add (f, id);
      const WeirChannelInfo *info = weir_registry_get (f->registry, n);
      WeirPipeEvent left = { .type = WEIR_PIPE_LEFT,
                             .n = n,
                             .side = WEIR_SIDE_READER,
                             .at_us = START_US + 1000,
                             .code = cases[i].code,
                             .is_clean = cases[i].is_clean,
                             .reason = (char *) cases[i].reason };

      weir_registry_note_event (f->registry, &left);
      g_assert_cmpint (info->reader.close_clean, ==, cases[i].is_clean);
      g_assert_cmpint (info->reader.close_code, ==, cases[i].code);
      g_assert_cmpstr (info->reader.close_reason, ==, cases[i].kept);
    }
}

static void
test_add (Fixture *f, gconstpointer data)
{
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_lookup (f->registry, "c1");

  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (f->n_opened, ==, 1);
  g_assert_true (weir_registry_get (f->registry, n) == info);
  g_assert_cmpint (info->state, ==, WEIR_STATE_CREATED);
  g_assert_cmpint (info->expires_at_ms - info->created_at_ms, ==, EXPIRY_US / 1000);
  g_assert_cmpuint (add (f, "c2"), ==, 2);
  g_assert_null (weir_registry_lookup (f->registry, "c3"));
}

/* What a held writer's socket still holds hides that its process is gone: its worker's connection tells. */
static void
test_worker_left (Fixture *f, gconstpointer data)
{
  WeirMeters meters = { .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_HERE };
  guint32 n = add (f, "c1"), other = add (f, "c2");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US, meters);
  f->n_changed = 0;
  weir_registry_note_worker_left (f->registry, "nobody", START_US + G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 0);
  weir_registry_note_worker_left (f->registry, info->writer.worker_id, START_US + G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpint (info->writer.worker_left_at_ms - info->created_at_ms, ==, 1000);
  g_assert_cmpint (weir_registry_get (f->registry, other)->writer.worker_left_at_ms, ==, 0); /* it is not there yet */
}

/* Connections of a process that is killed break in any order: its ends' before its worker's own, too. */
static void
test_worker_killed (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gint64 before_us;
    gboolean is_clean;
    gboolean is_with_it;
  } cases[] = {
    { 10000, FALSE, TRUE },
    { 10000, TRUE, FALSE },
    { 2 * G_USEC_PER_SEC, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);
      guint32 n = add (f, id);
      const WeirChannelInfo *info = weir_registry_get (f->registry, n);
      WeirPipeEvent left = { .type = WEIR_PIPE_LEFT,
                             .n = n,
                             .side = WEIR_SIDE_WRITER,
                             .at_us = START_US + 3 * G_USEC_PER_SEC - cases[i].before_us,
                             .is_clean = cases[i].is_clean };

      event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US, (WeirMeters){ .writer = WEIR_PRESENCE_HERE });
      weir_registry_note_event (f->registry, &left);
      weir_registry_note_worker_left (f->registry, info->writer.worker_id, START_US + 3 * G_USEC_PER_SEC);
      g_assert_cmpint (info->writer.worker_left_at_ms != 0, ==, cases[i].is_with_it);
    }
}

/* The stock engine does not wait longer for what has been used meanwhile. */
static void
test_expires_by_age (Fixture *f, gconstpointer data)
{
  WeirMeters meters = { .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  weir_registry_set_expires_by_age (f->registry, TRUE);
  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US + G_USEC_PER_SEC, meters);
  g_assert_cmpint (info->expires_at_ms - info->created_at_ms, ==, EXPIRY_US / 1000);
  meters.writer = WEIR_PRESENCE_GONE;
  event (f, WEIR_PIPE_LEFT, n, WEIR_SIDE_WRITER, START_US + 9 * G_USEC_PER_SEC, meters);
  g_assert_cmpint (info->expires_at_ms - info->created_at_ms, ==, EXPIRY_US / 1000);
}

static void
test_passed (Fixture *f, gconstpointer data)
{
  const WeirChannelInfo *info;
  const WeirPassedInfo *passed;
  guint32 n = add (f, "c1");

  call (f, "b::consume", "i1",
        "{\"x\":[1,{\"reader\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"}}],"
        "\"other\":{\"channel_id\":\"nobody\",\"access_key\":\"k\",\"direction\":\"read\"}}",
        START_US + 12000);
  info = weir_registry_get (f->registry, n);
  g_assert_cmpuint (info->passed->len, ==, 1);
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->path, ==, "x[1].reader");
  g_assert_cmpint (passed->at_ms - info->created_at_ms, ==, 12);
  g_assert_cmpint (passed->returned_at_ms, ==, 0);
  g_assert_cmpstr (info->reader.function_id, ==, "b::consume");
  g_assert_cmpstr (info->reader.worker_name, ==, "two");
  g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);
  g_assert_cmpint (info->writer.how, ==, WEIR_HOW_CREATOR);
  g_assert_cmpuint (f->n_changed, ==, 1);

  weir_registry_note_returned (f->registry, "unknown", NULL, NULL, START_US + 13000);
  g_assert_cmpuint (f->n_changed, ==, 1);
  weir_registry_note_returned (f->registry, "i1", "invocation_failed", "ENOENT", START_US + 24000);
  g_assert_cmpuint (f->n_changed, ==, 2);
  g_assert_cmpint (passed->returned_at_ms - passed->at_ms, ==, 12);
  g_assert_cmpstr (passed->error_code, ==, "invocation_failed");
  g_assert_cmpstr (passed->error_message, ==, "ENOENT");
}

/* A function that checks what it is given says what it was, and every observer reads that. */
static void
test_failure_is_masked (Fixture *f, gconstpointer data)
{
  static const char payload[] = "{\"reader\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"}}";
  const WeirChannelInfo *info = weir_registry_get (f->registry, add (f, "c1"));
  const WeirPassedInfo *passed;

  call (f, "b::consume", "i1", payload, START_US);
  weir_registry_note_returned (f->registry, "i1", "invalid",
                               "not of type string: {\"reader\":{\"access_key\":\"secretsecret\"}}", START_US + 1);
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->error_message, ==, "not of type string: {\"reader\":{\"access_key\":\"sec*********\"}}");
}

/* What the engine refuses is told with its fate, and gives the end to nobody; not even where it has no id to tell it
 * from other calls. */
/* A worker may make a channel before it has said its name. */
static void
test_named_late (Fixture *f, gconstpointer data)
{
  const WeirChannelInfo *info = weir_registry_get (f->registry, add (f, "c1"));

  weir_registry_note_worker (f->registry, "w2", "two", "node");
  weir_registry_note_worker (f->registry, "w1", NULL, NULL);
  g_assert_null (info->creator_worker_name);
  g_assert_cmpuint (f->n_changed, ==, 0);

  weir_registry_note_worker (f->registry, "w1", "one", "node");
  g_assert_cmpstr (info->creator_worker_name, ==, "one");
  g_assert_cmpstr (info->writer.worker_name, ==, "one");
  g_assert_cmpstr (info->writer.worker_runtime, ==, "node");
  g_assert_null (info->reader.worker_name);
  g_assert_cmpuint (f->n_changed, ==, 1);

  weir_registry_note_worker (f->registry, "w1", "another", "node");
  g_assert_cmpstr (info->creator_worker_name, ==, "one");
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  static const char payload[] = "{\"reader\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"}}";
  WeirRegistryCall refused = {
    .function_id = "c::nosuch",
    .by_worker_id = "w1",
    .refused_code = "function_not_found",
    .refused_message = "Function c::nosuch not found in namespace default.",
  };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);
  const WeirPassedInfo *passed;

  weir_registry_note_call (f->registry, &refused, WEIR_SPAN (payload), START_US + 12000);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpuint (info->passed->len, ==, 1);
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->function_id, ==, "c::nosuch");
  g_assert_cmpstr (passed->path, ==, "reader");
  g_assert_cmpstr (passed->error_code, ==, "function_not_found");
  g_assert_cmpint (passed->at_ms - info->created_at_ms, ==, 12);
  g_assert_cmpint (passed->returned_at_ms, ==, passed->at_ms);
  g_assert_null (info->reader.function_id);

  refused.function_id = "weir::engine::nosuch::watch"; /* a feed that does not come about makes nothing internal */
  weir_registry_note_call (f->registry, &refused, WEIR_SPAN (payload), START_US + 13000);
  g_assert_cmpuint (f->n_internal, ==, 0);

  call (f, "b::consume", "i1", payload, START_US + 14000);
  refused.function_id = "c::nosuch";
  weir_registry_note_call (f->registry, &refused, WEIR_SPAN (payload), START_US + 15000);
  g_assert_cmpstr (info->reader.function_id, ==, "b::consume");
}

/* A ref in an answer: its end is the caller's, unless it has been taken. */
static void
test_returned (Fixture *f, gconstpointer data)
{
  static const char answer[] = "[{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"},"
                               "{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"write\"}]";
  WeirRegistryCall to = { .function_id = "a::asks", .to_worker_id = "w3", .to_worker_name = "three" };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US + 1000, (WeirMeters){ .writer = WEIR_PRESENCE_HERE });
  weir_registry_note_result (f->registry, &to, WEIR_SPAN (answer));
  g_assert_cmpstr (info->reader.worker_id, ==, "w3");
  g_assert_cmpstr (info->reader.function_id, ==, "a::asks");
  g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);
  g_assert_cmpstr (info->writer.worker_id, ==, "w1");
  g_assert_cmpint (info->writer.how, ==, WEIR_HOW_CREATOR);
  g_assert_cmpuint (info->passed->len, ==, 0);
  g_assert_cmpuint (f->n_changed, ==, 2);
}

static void
test_passed_bounded (Fixture *f, gconstpointer data)
{
  const WeirChannelInfo *info;
  guint32 n = add (f, "c1");

  for (guint i = 0; i < 3 * WEIR_CHANNEL_INFO_MAX_PASSED; i++)
    {
      g_autofree char *function_id = g_strdup_printf ("f::%u", i);

      call (f, function_id, NULL, "{\"r\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"}}",
            START_US + i);
    }
  info = weir_registry_get (f->registry, n);
  g_assert_cmpuint (info->passed->len, ==, WEIR_CHANNEL_INFO_MAX_PASSED);
  g_assert_cmpstr (((WeirPassedInfo *) info->passed->pdata[0])->function_id, ==, "f::0");
  g_assert_cmpstr (((WeirPassedInfo *) info->passed->pdata[WEIR_CHANNEL_INFO_MAX_PASSED - 1])->function_id, ==,
                   "f::47");
}

/* Two functions are handed one end: whose it is shows as one of them returns, or as it was taken before. */
static void
test_owners (Fixture *f, gconstpointer data)
{
  static const char ref[] = "{\"r\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"read\"}}";
  WeirMeters meters = { .writer = WEIR_PRESENCE_NONE, .reader = WEIR_PRESENCE_HERE };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  call (f, "b::drain", "i1", ref, START_US);
  call (f, "b::slow", "i2", ref, START_US);
  g_assert_cmpstr (info->reader.function_id, ==, "b::slow");
  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_READER, START_US + 5000, meters);
  weir_registry_note_returned (f->registry, "i2", NULL, NULL, START_US + 27000);
  g_assert_cmpstr (info->reader.function_id, ==, "b::drain");
  g_assert_cmpstr (info->reader.worker_name, ==, "two");
  g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);

  call (f, "b::late", "i3", ref, START_US + 30000);
  g_assert_cmpstr (info->reader.function_id, ==, "b::drain");
  g_assert_cmpuint (info->passed->len, ==, 3);
}

/* What an end did that it was closed for. */
static void
test_violation (Fixture *f, gconstpointer data)
{
  guint32 n = add (f, "c1");
  WeirPipeEvent left = { .type = WEIR_PIPE_LEFT,
                         .n = n,
                         .side = WEIR_SIDE_WRITER,
                         .at_us = START_US + 1000,
                         .violation = (char *) "frame larger than 16 MiB" };

  weir_registry_note_event (f->registry, &left);
  g_assert_cmpstr (weir_registry_get (f->registry, n)->writer.violation, ==, "frame larger than 16 MiB");
}

static void
test_internal (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *function_id;
    gboolean internal;
  } cases[] = {
    { "weir::weir-engine-h-0001::watch", TRUE },
    { "weir::p::tap", TRUE },
    { "prefix::weir::p::tap", TRUE },
    { "weir::p::describe", FALSE },
    { "notweir::p::tap", FALSE },
    { "x::tap", FALSE },
    { "a:weir::p::watch", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);
      g_autofree char *payload =
          g_strdup_printf ("{\"writer\":{\"channel_id\":\"%s\",\"access_key\":\"k\",\"direction\":\"write\"}}", id);
      guint before = f->n_internal;

      add (f, id);
      call (f, cases[i].function_id, "i", payload, START_US);
      g_assert_cmpint (weir_registry_lookup (f->registry, id)->internal, ==, cases[i].internal);
      g_assert_cmpuint (f->n_internal - before, ==, cases[i].internal);
    }
}

/* What was last known of a feed of ours was a moment in which something was on its way; nobody looks, so nobody knows.
 */
static void
test_internal_is_unknown (Fixture *f, gconstpointer data)
{
  WeirMeters meters = { .writer = WEIR_PRESENCE_HERE,
                        .reader = WEIR_PRESENCE_HERE,
                        .totals = { .written_messages = 3 },
                        .paused_since_us = START_US,
                        .outstanding_since_us = START_US };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  call (f, "weir::p::watch", "i", "{\"writer\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"write\"}}",
        START_US);
  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US, meters);
  weir_registry_tick (f->registry, START_US + 2 * WEIR_STATE_QUIET_US);
  g_assert_cmpint (info->state, ==, WEIR_STATE_UNKNOWN);
  g_assert_cmpint (info->writer.presence, ==, WEIR_PRESENCE_HERE);
  g_assert_cmpuint (info->totals.written_messages, ==, 0);
  g_assert_cmpint (info->paused_since_ms, ==, 0);
  meters.ended = WEIR_ENDED_READER;
  event (f, WEIR_PIPE_ENDED, n, WEIR_SIDE_WRITER, START_US + 4 * WEIR_STATE_QUIET_US, meters);
  g_assert_cmpint (info->state, ==, WEIR_STATE_CLOSED);
}

static void
test_life (Fixture *f, gconstpointer data)
{
  WeirMeters meters = { .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE };
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);

  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_WRITER, START_US + G_USEC_PER_SEC, meters);
  g_assert_cmpint (info->state, ==, WEIR_STATE_WAITING_READER);
  g_assert_cmpint (info->writer.connected_at_ms - info->created_at_ms, ==, 1000);
  g_assert_cmpint (info->expires_at_ms - info->created_at_ms, ==, 1000 + EXPIRY_US / 1000);

  meters.reader = WEIR_PRESENCE_HERE;
  meters.reader_answers = TRUE;
  meters.moved_us = START_US + 2 * G_USEC_PER_SEC;
  meters.outstanding_since_us = meters.moved_us;
  meters.totals.written_messages = meters.totals.sent_messages = 1;
  event (f, WEIR_PIPE_CONNECTED, n, WEIR_SIDE_READER, START_US + 2 * G_USEC_PER_SEC, meters);
  g_assert_cmpint (info->state, ==, WEIR_STATE_FLOWING);
  g_assert_cmpint (info->expires_at_ms, ==, 0);
  g_assert_true (info->reader.probed);

  f->n_changed = 0;
  weir_registry_tick (f->registry, START_US + 4 * G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 0);
  weir_registry_tick (f->registry, START_US + 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpint (info->state, ==, WEIR_STATE_STALLED);
  g_assert_cmpint (info->since_ms - info->created_at_ms, ==, 5000);
  weir_registry_tick (f->registry, START_US + 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 1);

  meters.writer = meters.reader = WEIR_PRESENCE_GONE;
  meters.ended = WEIR_ENDED_WRITER;
  event (f, WEIR_PIPE_LEFT, n, WEIR_SIDE_WRITER, START_US + 61 * G_USEC_PER_SEC, meters);
  event (f, WEIR_PIPE_ENDED, n, 0, START_US + 62 * G_USEC_PER_SEC, meters);
  g_assert_cmpint (info->state, ==, WEIR_STATE_CLOSED);
  g_assert_cmpint (info->ended_by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpint (info->writer.closed_at_ms - info->created_at_ms, ==, 61000);
  g_assert_cmpint (info->ended_at_ms - info->created_at_ms, ==, 61000);

  weir_registry_tick (f->registry, START_US + 62 * G_USEC_PER_SEC + WEIR_REGISTRY_KEEP_US - 1);
  g_assert_cmpuint (f->forgotten->len, ==, 0);
  weir_registry_tick (f->registry, START_US + 62 * G_USEC_PER_SEC + WEIR_REGISTRY_KEEP_US);
  g_assert_cmpuint (f->forgotten->len, ==, 1);
  g_assert_null (weir_registry_lookup (f->registry, "c1"));
}

static void
test_forgets_the_oldest (Fixture *f, gconstpointer data)
{
  WeirMeters meters = { .writer = WEIR_PRESENCE_GONE, .reader = WEIR_PRESENCE_GONE, .ended = WEIR_ENDED_WRITER };

  for (guint i = 0; i < WEIR_REGISTRY_KEEP_MAX + 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      event (f, WEIR_PIPE_ENDED, add (f, id), 0, START_US + i, meters);
    }
  g_assert_cmpuint (f->forgotten->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      g_assert_cmpstr (f->forgotten->pdata[i], ==, id);
    }
}

static void
test_pause (Fixture *f, gconstpointer data)
{
  WeirMeters meters = {
    .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_HERE,
    .moved_us = START_US,
    .outstanding_since_us = START_US,
    .paused_since_us = START_US,
    .totals = { .buffered_messages = 64 },
  };
  WeirMeterRow row = { .n = add (f, "c1"), .meters = meters };
  const WeirChannelInfo *info = weir_registry_get (f->registry, row.n);

  weir_registry_note_meters (f->registry, &row, 1, START_US + 250000);
  g_assert_cmpuint (f->n_sampled, ==, 1);
  g_assert_cmpint (info->paused_since_ms, ==, 0);
  f->n_changed = 0;
  weir_registry_tick (f->registry, START_US + G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpint (info->paused_since_ms, ==, info->created_at_ms);
  g_assert_false (info->lacks_memory);

  /* It is held on, for want of memory now: that goes with the hold. */
  row.meters.lacks_memory = TRUE;
  weir_registry_note_meters (f->registry, &row, 1, START_US + 1300000);
  g_assert_cmpuint (f->n_changed, ==, 2);
  g_assert_true (info->lacks_memory);

  row.meters.paused_since_us = 0;
  row.meters.totals.paused_us = 1500000;
  row.meters.moved_us = START_US + 1500000;
  weir_registry_note_meters (f->registry, &row, 1, START_US + 1600000);
  g_assert_cmpuint (f->n_changed, ==, 3);
  g_assert_cmpint (info->paused_since_ms, ==, 0);
  g_assert_false (info->lacks_memory);
  g_assert_cmpuint (info->totals.paused_us, ==, 1500000);
}

/* When the first message came is told at once, and as the pipe tells it: not when figures were next asked for. */
static void
test_first_message (Fixture *f, gconstpointer data)
{
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);
  WeirMeterRow row = { n, { .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE } };

  weir_registry_note_meters (f->registry, &row, 1, START_US + 100000);
  g_assert_cmpint (info->first_message_at_ms, ==, 0);
  f->n_changed = 0;
  row.meters.first_us = START_US + 113000;
  weir_registry_note_meters (f->registry, &row, 1, START_US + 350000);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpint (info->first_message_at_ms - info->created_at_ms, ==, 113);
  weir_registry_note_meters (f->registry, &row, 1, START_US + 600000);
  g_assert_cmpuint (f->n_changed, ==, 1);
}

/* What is not here has no figures, and what has passed shows where it is. */
static void
test_elsewhere (Fixture *f, gconstpointer data)
{
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);
  WeirMeterRow row = { n,
                       { .writer = WEIR_PRESENCE_UNKNOWN,
                         .reader = WEIR_PRESENCE_HERE,
                         .is_writer_unseen = TRUE,
                         .totals = { .sent_messages = 7, .sent_bytes = 70 } } };

  g_assert_true (weir_totals_knows (&info->totals, WEIR_TOTALS_WRITTEN_MESSAGES));
  weir_registry_note_presence (f->registry, n, WEIR_SIDE_WRITER, WEIR_PRESENCE_UNKNOWN);
  g_assert_false (weir_totals_knows (&info->totals, WEIR_TOTALS_WRITTEN_MESSAGES));
  weir_registry_note_meters (f->registry, &row, 1, START_US + 100000);
  g_assert_cmphex (info->totals.unknown, ==, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_BUFFER);
  g_assert_cmpuint (info->totals.sent_messages, ==, 7);
  g_assert_cmpint (info->writer.presence, ==, WEIR_PRESENCE_UNKNOWN);
  f->n_changed = 0;
  row.meters.writer = WEIR_PRESENCE_ELSEWHERE;
  weir_registry_note_meters (f->registry, &row, 1, START_US + 200000);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpint (info->writer.presence, ==, WEIR_PRESENCE_ELSEWHERE);
  weir_registry_note_presence (f->registry, n, WEIR_SIDE_WRITER, WEIR_PRESENCE_UNKNOWN); /* says less */
  g_assert_cmpint (info->writer.presence, ==, WEIR_PRESENCE_ELSEWHERE);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) infos = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      add (f, id);
    }
  infos = weir_registry_list (f->registry);
  g_assert_cmpuint (infos->len, ==, 50);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpuint (((WeirChannelInfo *) infos->pdata[i])->n, ==, i + 1);
}

#define LIVE_WRITER                                                                                                    \
  "{\"ws\":null,\"url\":\"ws://h/ws/channels/"                                                                         \
  "c1?key=SECRET&dir=write\",\"stream\":{\"_writableState\":{\"length\":0}}}"

/* The client's object in place of a ref: the end stays whose it was, what becomes of the call is told. */
static void
test_live (Fixture *f, gconstpointer data)
{
  guint32 n = add (f, "c1");
  const WeirChannelInfo *info = weir_registry_get (f->registry, n);
  const WeirPassedInfo *passed;

  call (f, "b::write", "i1", "{\"to\":" LIVE_WRITER ",\"again\":" LIVE_WRITER "}", START_US + 12000);
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_assert_cmpuint (info->passed->len, ==, 1); /* once for a call */
  passed = info->passed->pdata[0];
  g_assert_true (passed->live);
  g_assert_cmpstr (passed->path, ==, "to");
  g_assert_cmpint (passed->direction, ==, WEIR_DIRECTION_WRITE);
  g_assert_cmpint (info->writer.how, ==, WEIR_HOW_CREATOR);
  g_assert_null (info->writer.function_id);
  weir_registry_note_returned (f->registry, "i1", "invocation_failed", "to.write is no function", START_US + 13000);
  g_assert_cmpstr (passed->error_message, ==, "to.write is no function");
  g_assert_null (weir_registry_get_call (f->registry, 0)); /* the channel tells of it */

  call (f, "b::write", "i2",
        "{\"ref\":{\"channel_id\":\"c1\",\"access_key\":\"k\",\"direction\":\"write\"},\"too\":" LIVE_WRITER "}",
        START_US + 14000);
  g_assert_cmpuint (info->passed->len, ==, 2); /* its ref went as well */
  g_assert_false (((WeirPassedInfo *) info->passed->pdata[1])->live);
  g_assert_cmpstr (info->writer.function_id, ==, "b::write");
}

static void
called_cb (WeirRegistry *registry, guint place, guint *last)
{
  *last = place;
}

/* What should not have been a payload: by function, bounded, and none of ours. */
static void
test_wrong_calls (Fixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (WEIR_CALL_INFO_BIG_SIZE + 1, ' ');
  const WeirCallInfo *info;
  guint last = 99;

  big[0] = '1';
  g_signal_connect (f->registry, "called", G_CALLBACK (called_cb), &last);
  call (f, "b::small", "i0", big + 1, START_US);
  g_assert_cmpuint (last, ==, 99);
  call (f, "weir::mine::inject", "i1", big, START_US);
  g_assert_cmpuint (last, ==, 99);
  call (f, "b::big", "i2", big, START_US);
  call (f, "b::big", "i3", big, START_US + 12000);
  g_assert_cmpuint (last, ==, 0);
  info = weir_registry_get_call (f->registry, 0);
  g_assert_cmpuint (info->bytes, ==, WEIR_CALL_INFO_BIG_SIZE + 1);
  g_assert_cmpuint (info->n_calls, ==, 2);
  g_assert_false (info->has_stream);

  call (f, "b::big", "i4", "{\"s\":{\"_readableState\":{\"length\":0}}}", START_US);
  g_assert_cmpuint (last, ==, 0); /* there is no channel, so whose stream it is does not matter here */
  add (f, "c1");
  call (f, "b::big", "i5", "{\"s\":{\"_readableState\":{\"length\":0}}}", START_US);
  g_assert_cmpuint (last, ==, 1);
  g_assert_true (weir_registry_get_call (f->registry, 1)->has_stream);

  for (guint i = 0; i < 2 * WEIR_REGISTRY_MAX_CALLS; i++)
    {
      g_autofree char *id = g_strdup_printf ("b::big-%u", i);

      call (f, id, id, big, START_US + 20000 + i * 1000);
      g_assert_cmpstr (weir_registry_get_call (f->registry, last)->function_id, ==, id);
    }
  g_assert_cmpuint (last, <, WEIR_REGISTRY_MAX_CALLS);
  g_assert_null (weir_registry_get_call (f->registry, WEIR_REGISTRY_MAX_CALLS));
}

/* The latest of them, in order. */
static void
test_feeds (Fixture *f, gconstpointer data)
{
  const GQueue *feeds = weir_registry_get_feeds (f->registry);

  for (guint i = 0; i < WEIR_REGISTRY_MAX_FEEDS + 2; i++)
    {
      g_autofree char *id = g_strdup_printf ("feed-%u", i);

      weir_registry_note_feed (f->registry, id);
    }
  g_assert_cmpuint (feeds->length, ==, WEIR_REGISTRY_MAX_FEEDS);
  g_assert_cmpstr (feeds->head->data, ==, "feed-2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/point/registry/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("add", test_add);
  ADD ("expires-by-age", test_expires_by_age);
  ADD ("worker-left", test_worker_left);
  ADD ("worker-killed", test_worker_killed);
  ADD ("passed", test_passed);
  ADD ("failure-is-masked", test_failure_is_masked);
  ADD ("refused", test_refused);
  ADD ("named-late", test_named_late);
  ADD ("left", test_left);
  ADD ("first-message", test_first_message);
  ADD ("returned", test_returned);
  ADD ("passed-bounded", test_passed_bounded);
  ADD ("owners", test_owners);
  ADD ("violation", test_violation);
  ADD ("internal", test_internal);
  ADD ("internal-is-unknown", test_internal_is_unknown);
  ADD ("life", test_life);
  ADD ("forgets-the-oldest", test_forgets_the_oldest);
  ADD ("pause", test_pause);
  ADD ("elsewhere", test_elsewhere);
  ADD ("list", test_list);
  ADD ("live", test_live);
  ADD ("wrong-calls", test_wrong_calls);
  ADD ("feeds", test_feeds);

  return g_test_run ();
}
