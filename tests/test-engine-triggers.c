/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

/* Triggers: parked, bound, undone, refused; and the engine's own two events. */

#define TRIGGER(id)                                                                                                    \
  "{\"type\":\"registertrigger\",\"id\":\"" id "\",\"trigger_type\":\"clock\",\"function_id\":\"on::tick\","           \
  "\"config\":{\"every\":1.50},\"metadata\":{\"m\":0.10}}"
#define PROVIDE "{\"type\":\"registertriggertype\",\"id\":\"clock\",\"description\":\"Ticks\"}"

static void
assert_binding (RawPeer *provider, const char *id)
{
  g_autofree char *message = raw_peer_next_text (provider);
  g_autofree char *config = message_dup_span (message, "config");
  g_autofree char *metadata = message_dup_span (message, "metadata");

  assert_message (message, "type", "registertrigger");
  assert_message (message, "id", id);
  assert_message (message, "trigger_type", "clock");
  assert_message (message, "function_id", "on::tick");
  g_assert_cmpstr (config, ==, "{\"every\":1.50}");
  g_assert_cmpstr (metadata, ==, "{\"m\":0.10}");
}

static void
assert_unbinding (RawPeer *provider, const char *id)
{
  g_autofree char *message = raw_peer_next_text (provider);

  assert_message (message, "type", "unregistertrigger");
  assert_message (message, "id", id);
  assert_message (message, "trigger_type", "clock");
}

static void
test_parked (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) provider = worker_connect (engine, NULL, NULL);

  raw_peer_send_text (owner, TRIGGER ("t1"));
  worker_sync (owner); /* parked: no answer, no error */
  raw_peer_send_text (provider, PROVIDE);
  assert_binding (provider, "t1");
  raw_peer_send_text (owner, TRIGGER ("t2"));
  assert_binding (provider, "t2");
  raw_peer_send_text (owner, "{\"type\":\"unregistertrigger\",\"id\":\"t1\"}");
  assert_unbinding (provider, "t1");
  worker_sync (provider);
}

static void
test_owner_leaves (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  RawPeer *owner = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) provider = worker_connect (engine, NULL, NULL);

  raw_peer_send_text (provider, PROVIDE);
  worker_sync (provider);
  raw_peer_send_text (owner, TRIGGER ("t1"));
  assert_binding (provider, "t1");
  raw_peer_free (owner);
  assert_unbinding (provider, "t1");
}

static void
test_provider_leaves (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  RawPeer *provider = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) next = worker_connect (engine, NULL, NULL);

  raw_peer_send_text (provider, PROVIDE);
  worker_sync (provider);
  raw_peer_send_text (owner, TRIGGER ("t1"));
  assert_binding (provider, "t1");
  raw_peer_free (provider);
  engine_program_assert_logged (engine, "has left");
  raw_peer_send_text (next, PROVIDE);
  assert_binding (next, "t1");
}

static void
test_refusal (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) provider = worker_connect (engine, NULL, NULL);
  g_autofree char *refusal = NULL;

  raw_peer_send_text (provider, PROVIDE);
  worker_sync (provider);
  raw_peer_send_text (owner, TRIGGER ("t1"));
  assert_binding (provider, "t1");
  raw_peer_send_text (provider, "{\"type\":\"triggerregistrationresult\",\"id\":\"t1\",\"trigger_type\":\"clock\","
                                "\"function_id\":\"on::tick\"}");
  worker_sync (provider);
  worker_sync (owner); /* success is silent */
  raw_peer_send_text (provider, "{\"type\":\"triggerregistrationresult\",\"id\":\"t1\",\"trigger_type\":\"clock\","
                                "\"function_id\":\"on::tick\",\"error\":{\"code\":\"too_fast\",\"message\":\"No.\"}}");
  refusal = raw_peer_next_text (owner);
  assert_message (refusal, "type", "triggerregistrationresult");
  assert_message (refusal, "id", "t1");
  assert_error (refusal, "too_fast");
}

/* An id belongs to the worker that has it, and the engine's own types to the engine. */
static void
test_not_its_own (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) other = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) provider = worker_connect (engine, NULL, NULL);
  g_autofree char *refusal = NULL;

  raw_peer_send_text (owner, TRIGGER ("t1"));
  worker_sync (owner);
  raw_peer_send_text (other, TRIGGER ("t1"));
  refusal = raw_peer_next_text (other);
  assert_error (refusal, "trigger_registration_failed");
  raw_peer_send_text (other, "{\"type\":\"unregistertrigger\",\"id\":\"t1\"}");
  worker_sync (other);
  raw_peer_send_text (provider, PROVIDE);
  assert_binding (provider, "t1");
  raw_peer_send_text (provider,
                      "{\"type\":\"registertriggertype\",\"id\":\"engine::workers-available\",\"description\":\"\"}");
  worker_sync (provider);
  engine_program_assert_logged (engine, "engine::workers-available, which is the engine's own");
}

/* Takes the delivery of a trigger and returns its data. */
static char *
take_event (RawPeer *worker, const char *function_id)
{
  g_autofree char *call = raw_peer_next_text (worker);
  g_autofree char *id = message_dup (call, "invocation_id");
  g_autofree char *answer = NULL;

  assert_message (call, "type", "invokefunction");
  assert_message (call, "function_id", function_id);
  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_null (strstr (call, "_caller_worker_id"));
  answer = g_strdup_printf ("{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"%s\"}", id,
                            function_id);
  raw_peer_send_text (worker, answer);
  return message_dup_span (call, "data");
}

/* Takes the next event about that worker. Others may come and go: a worker of another test that looks for its own
 * engine, which has ended and whose port is this one's now, is a worker, too. */
static void
assert_worker_event (RawPeer *watcher, const char *event, const char *id)
{
  g_autofree char *wanted = g_strdup_printf ("{\"event\":\"%s\",\"worker_id\":\"%s\"}", event, id);

  for (;;)
    {
      g_autofree char *data = take_event (watcher, "on::worker");

      if (strstr (data, id) == NULL)
        continue;
      g_assert_cmpstr (data, ==, wanted);
      return;
    }
}

static void
test_workers_available (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) watcher = worker_connect (engine, NULL, NULL);
  RawPeer *worker = NULL;
  g_autofree char *id = NULL;

  /* Events go to the function's worker, so the trigger's owner gets the pong and nothing else. */
  worker_register (watcher, "on::worker");
  raw_peer_send_text (owner,
                      "{\"type\":\"registertrigger\",\"id\":\"w\",\"trigger_type\":\"engine::workers-available\","
                      "\"function_id\":\"on::worker\"}");
  worker_sync (owner);
  worker = worker_connect (engine, &id, NULL);
  assert_worker_event (watcher, "worker_connected", id);
  worker_announce (worker, "newcomer");
  assert_worker_event (watcher, "worker_metadata_updated", id);
  raw_peer_free (worker);
  assert_worker_event (watcher, "worker_disconnected", id);
}

/* In one write, so that the engine has them all at once. */
static void
register_many (RawPeer *worker, guint n)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message = g_strdup_printf ("{\"type\":\"registerfunction\",\"id\":\"many::f%u\"}", i);
      g_autoptr (GByteArray) frame = raw_frame_build (RAW_FINAL | RAW_TEXT, TRUE, message, strlen (message));

      g_byte_array_append (frames, frame->data, frame->len);
    }
  g_assert_true (raw_peer_write (worker, frames->data, frames->len));
}

/* The trigger is there before the function: the event that tells of the function is the first one delivered to it,
 * whenever the event is due that tells of what the engine's own worker has registered. */
static void
test_functions_available (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) watcher = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *own = NULL;
  g_autofree char *data = NULL;

  raw_peer_send_text (watcher,
                      "{\"type\":\"registertrigger\",\"id\":\"f\",\"trigger_type\":\"engine::functions-available\","
                      "\"function_id\":\"on::functions\",\"config\":{},\"metadata\":{\"internal\":true}}");
  worker_sync (watcher);
  raw_peer_send_text (watcher, "{\"type\":\"registerfunction\",\"id\":\"on::functions\"}");
  own = take_event (watcher, "on::functions"); /* about itself */
  g_assert_nonnull (strstr (own, "\"on::functions\""));
  register_many (worker, 50);
  data = take_event (watcher, "on::functions"); /* fifty changes, one event */
  assert_message (data, "event", "functions_changed");
  g_assert_nonnull (strstr (data, "\"many::f0\""));
  g_assert_nonnull (strstr (data, "\"many::f49\""));
  g_assert_nonnull (strstr (data, "\"engine::channels::create\""));
}

static void
test_target_missing (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) watcher = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) other = NULL;

  raw_peer_send_text (watcher,
                      "{\"type\":\"registertrigger\",\"id\":\"w\",\"trigger_type\":\"engine::workers-available\","
                      "\"function_id\":\"on::nothing\"}");
  worker_sync (watcher);
  other = worker_connect (engine, NULL, NULL);
  engine_program_assert_logged (engine, "a trigger has fired for on::nothing, which no worker has registered");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/triggers/parked", test_parked);
  g_test_add_func ("/engine/triggers/owner-leaves", test_owner_leaves);
  g_test_add_func ("/engine/triggers/provider-leaves", test_provider_leaves);
  g_test_add_func ("/engine/triggers/refusal", test_refusal);
  g_test_add_func ("/engine/triggers/not-its-own", test_not_its_own);
  g_test_add_func ("/engine/triggers/workers-available", test_workers_available);
  g_test_add_func ("/engine/triggers/functions-available", test_functions_available);
  g_test_add_func ("/engine/triggers/target-missing", test_target_missing);
  return g_test_run ();
}
