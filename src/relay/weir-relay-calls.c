/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-calls.h"

#include "weir-envelope.h"
#include "weir-relay-worker.h"

/* Calls of workers here that have not been answered, as the registry remembers them. The oldest are given up. */
#define MAX_PENDING 10000

struct _WeirRelayCalls
{
  WeirRelayChannels *channels;
  WeirRegistry *registry;
  GHashTable *workers; /* link → WeirRelayWorker */
  GHashTable *by_id;   /* worker's id, borrowed → WeirRelayWorker */
  GHashTable *pending; /* invocation id, borrowed → its GList in order: calls that were seen to leave a worker here */
  GQueue order;        /* of the ids, oldest first */
  gboolean has_missed; /* the log has been told that some cannot be read */
};

/* One message with its strings taken out. */
typedef struct
{
  WeirRelayWorker *worker;
  WeirEnvelope envelope;
  char *id; /* of the invocation, nullable */
  char *function_id;
  char *trace_id; /* nullable */
  gint64 at_us;
} Reading;

static void
reading_clear (Reading *reading)
{
  g_free (reading->id);
  g_free (reading->function_id);
  g_free (reading->trace_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/* --- workers --- */

static void
worker_free (gpointer data)
{
  weir_relay_worker_free (data);
}

WeirRelayCalls *
weir_relay_calls_new (WeirRelayChannels *channels, WeirRegistry *registry)
{
  WeirRelayCalls *self = g_new0 (WeirRelayCalls, 1);

  self->channels = channels;
  self->registry = g_object_ref (registry);
  self->workers = g_hash_table_new_full (NULL, NULL, NULL, worker_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->pending = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
weir_relay_calls_free (WeirRelayCalls *self)
{
  g_hash_table_unref (self->pending);
  g_queue_clear_full (&self->order, g_free);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->workers);
  g_object_unref (self->registry);
  g_free (self);
}

void
weir_relay_calls_add_worker (WeirRelayCalls *self, guint32 link)
{
  g_hash_table_insert (self->workers, GUINT_TO_POINTER (link), weir_relay_worker_new (link));
}

guint
weir_relay_calls_get_n_workers (WeirRelayCalls *self)
{
  return g_hash_table_size (self->workers);
}

const char *
weir_relay_calls_get_worker_name (WeirRelayCalls *self, const char *worker_id)
{
  const WeirRelayWorker *worker = worker_id != NULL ? g_hash_table_lookup (self->by_id, worker_id) : NULL;

  return worker != NULL ? worker->announce.name : NULL;
}

/* Its id has been told, or it is over: NULL. */
static void
set_id (WeirRelayCalls *self, WeirRelayWorker *worker, char *id)
{
  if (worker->id != NULL && g_hash_table_lookup (self->by_id, worker->id) == worker)
    g_hash_table_remove (self->by_id, worker->id);
  g_free (worker->id);
  worker->id = id;
  if (id != NULL)
    g_hash_table_replace (self->by_id, id, worker);
}

/* What it was executing ends with it (§2.5 of the protocol notes). */
void
weir_relay_calls_remove_worker (WeirRelayCalls *self, guint32 link)
{
  WeirRelayWorker *worker = g_hash_table_lookup (self->workers, GUINT_TO_POINTER (link));

  if (worker == NULL)
    return;
  for (const GList *l = worker->executing.head; l != NULL; l = l->next)
    weir_registry_note_returned (self->registry, ((const WeirExecution *) l->data)->id, "invocation_stopped",
                                 "Invocation stopped", g_get_monotonic_time ());
  if (worker->id != NULL)
    weir_registry_note_worker_left (self->registry, worker->id, g_get_monotonic_time ());
  set_id (self, worker, NULL);
  g_hash_table_remove (self->workers, GUINT_TO_POINTER (link));
}

static void
name_worker (WeirRelayCalls *self, const WeirRelayWorker *worker)
{
  if (worker->id != NULL && worker->announce.name != NULL)
    weir_registry_note_worker (self->registry, worker->id, worker->announce.name, worker->announce.runtime);
}

/* --- pending calls --- */

/* The first of the order, or one that is somewhere in it. */
static void
forget_link (WeirRelayCalls *self, GList *link)
{
  g_hash_table_remove (self->pending, link->data);
  g_free (link->data);
  g_queue_delete_link (&self->order, link);
}

static void
remember (WeirRelayCalls *self, const char *invocation_id)
{
  char *id;

  if (g_hash_table_contains (self->pending, invocation_id))
    return;
  if (self->order.length >= MAX_PENDING)
    forget_link (self, self->order.head);
  id = g_strdup (invocation_id);
  g_queue_push_tail (&self->order, id);
  g_hash_table_insert (self->pending, id, self->order.tail);
}

static gboolean
is_pending (WeirRelayCalls *self, const char *invocation_id)
{
  return invocation_id != NULL && g_hash_table_contains (self->pending, invocation_id);
}

static void
forget (WeirRelayCalls *self, const char *invocation_id)
{
  GList *link = g_hash_table_lookup (self->pending, invocation_id);

  if (link != NULL)
    forget_link (self, link);
}

/* --- refs in payloads --- */

typedef struct
{
  WeirRelayCalls *self;
  WeirPresence own;   /* of the end whose ref it is */
  WeirPresence other; /* of its other end, where the channel is new to us */
  gboolean adds;      /* channels that are new to us are added */
} RefNote;

static gboolean
note_ref (WeirSpan span, const char *path, gpointer user_data)
{
  const RefNote *note = user_data;
  WeirRelayChannels *channels = note->self->channels;
  g_autoptr (WeirRef) ref = weir_ref_from_span (span, NULL);
  gboolean is_read = ref != NULL && ref->direction == WEIR_DIRECTION_READ;
  guint32 n;

  if (ref == NULL)
    return TRUE;
  n = weir_relay_channels_lookup (channels, ref->channel_id, NULL);
  if (n != 0)
    weir_relay_channels_set_presence (channels, n, is_read ? WEIR_SIDE_READER : WEIR_SIDE_WRITER, note->own);
  else if (note->adds && weir_route_is_channel_id (ref->channel_id))
    weir_relay_channels_add (channels, weir_channel_info_new (ref->channel_id), ref->access_key,
                             is_read ? note->other : note->own, is_read ? note->own : note->other);
  return TRUE;
}

static void
note_refs (WeirRelayCalls *self, WeirSpan payload, gboolean adds, WeirPresence own, WeirPresence other)
{
  RefNote note = { self, own, other, adds };

  if (payload.text != NULL)
    weir_ref_foreach (payload, note_ref, &note);
}

/* --- calls --- */

static WeirRegistryCall
describe_executor (const WeirRelayWorker *worker)
{
  return (WeirRegistryCall){
    .to_worker_id = worker->id,
    .to_worker_name = worker->announce.name,
    .to_worker_runtime = worker->announce.runtime,
  };
}

/* Leaves a worker here. Who executes it may not come through here: then nothing more is known of the ends it is handed.
 */
static void
read_call (WeirRelayCalls *self, const Reading *reading)
{
  const WeirRelayWorker *worker = reading->worker;
  WeirSpan data = reading->envelope.data;
  WeirRegistryCall call = {
    .function_id = reading->function_id,
    .invocation_id = reading->id,
    .by_worker_id = worker->id,
    .by_worker_name = worker->announce.name,
    .trace_id = reading->trace_id,
  };

  if (reading->id != NULL)
    remember (self, reading->id);
  note_refs (self, data, FALSE, WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_UNKNOWN);
  weir_registry_note_call (self->registry, &call, data, reading->at_us);
}

/* Arrives at a worker here: it is this worker that will take the ends. A call that no worker has made comes from the
 * engine itself, and so do its channels' other ends: an HTTP trigger's (§6). */
static void
read_arrival (WeirRelayCalls *self, const Reading *reading)
{
  WeirSpan data = reading->envelope.data;
  WeirSpan by = { NULL, 0 };
  g_autofree char *by_id = NULL;
  WeirRegistryCall call = describe_executor (reading->worker);

  if (weir_json_type (data) == WEIR_JSON_OBJECT)
    by = weir_json_member (data, "_caller_worker_id");
  by_id = weir_json_dup_string (by);
  if (reading->id != NULL)
    weir_relay_worker_begin (reading->worker, reading->id, reading->function_id, reading->trace_id);
  note_refs (self, data, TRUE, WEIR_PRESENCE_NONE, by_id != NULL ? WEIR_PRESENCE_UNKNOWN : WEIR_PRESENCE_ENGINE);
  if (is_pending (self, reading->id))
    {
      weir_registry_note_executor (self->registry, reading->id, &call);
      return;
    }
  call.function_id = reading->function_id;
  call.invocation_id = reading->id;
  call.by_worker_id = by_id;
  call.by_worker_name = weir_relay_calls_get_worker_name (self, by_id);
  call.trace_id = reading->trace_id;
  weir_registry_note_call (self->registry, &call, data, reading->at_us);
}

static void
note_returned (WeirRelayCalls *self, const Reading *reading)
{
  WeirSpan error = reading->envelope.error;
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;

  if (weir_json_type (error) == WEIR_JSON_OBJECT)
    {
      code = weir_json_dup_string (weir_json_member (error, "code"));
      message = weir_json_dup_string (weir_json_member (error, "message"));
    }
  if (error.text != NULL && code == NULL)
    code = g_strdup ("unknown");
  weir_registry_note_returned (self->registry, reading->id, code, message, reading->at_us);
}

/* The result of `engine::channels::create`. */
static void
add_created (WeirRelayCalls *self, const WeirRelayWorker *worker, const WeirRelayCreation *creation, WeirSpan result)
{
  g_autoptr (WeirRef) ref = NULL;
  WeirChannelInfo *info;
  WeirEndInfo *ends[2];

  if (weir_json_type (result) == WEIR_JSON_OBJECT)
    ref = weir_ref_from_span (weir_json_member (result, "writer"), NULL);
  if (ref == NULL || !weir_route_is_channel_id (ref->channel_id) ||
      weir_relay_channels_lookup (self->channels, ref->channel_id, NULL) != 0)
    return;
  info = weir_channel_info_new (ref->channel_id);
  info->buffer_items = creation->items;
  info->creator_worker_id = g_strdup (worker->id);
  info->creator_worker_name = g_strdup (worker->announce.name);
  ends[0] = &info->writer;
  ends[1] = &info->reader;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      ends[i]->worker_id = g_strdup (worker->id);
      ends[i]->worker_name = g_strdup (worker->announce.name);
      ends[i]->worker_runtime = g_strdup (worker->announce.runtime);
      ends[i]->function_id = g_strdup (creation->function_id);
      ends[i]->how = WEIR_HOW_CREATOR;
    }
  weir_relay_channels_add (self->channels, info, ref->access_key, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
}

/* An answer comes to a worker here. */
static void
read_answer (WeirRelayCalls *self, const Reading *reading)
{
  WeirRelayWorker *worker = reading->worker;
  WeirSpan result = reading->envelope.result;
  g_autoptr (WeirRelayCreation) creation = weir_relay_worker_take_creation (worker, reading->id);
  WeirRegistryCall to = describe_executor (worker);

  if (creation != NULL)
    {
      add_created (self, worker, creation, result);
      return;
    }
  forget (self, reading->id);
  note_returned (self, reading);
  note_refs (self, result, TRUE, WEIR_PRESENCE_NONE, WEIR_PRESENCE_UNKNOWN);
  to.function_id = weir_relay_worker_guess_function (worker, reading->trace_id);
  weir_registry_note_result (self->registry, &to, result);
}

/* A worker here has executed something. */
static void
read_result (WeirRelayCalls *self, const Reading *reading)
{
  weir_relay_worker_end (reading->worker, reading->id);
  note_refs (self, reading->envelope.result, FALSE, WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_UNKNOWN);
  note_returned (self, reading);
}

/* --- messages --- */

static void
read_from_worker (WeirRelayCalls *self, const Reading *reading)
{
  WeirRelayWorker *worker = reading->worker;

  if (reading->envelope.type == WEIR_ENVELOPE_INVOCATION_RESULT)
    read_result (self, reading);
  if (reading->envelope.type != WEIR_ENVELOPE_INVOKE_FUNCTION)
    return;
  worker->has_traced |= reading->trace_id != NULL;
  if (g_str_equal (reading->function_id, "engine::workers::register"))
    {
      weir_announce_take (&worker->announce, reading->envelope.data);
      name_worker (self, worker);
    }
  else if (!g_str_equal (reading->function_id, "engine::channels::create"))
    read_call (self, reading);
  else if (reading->id != NULL)
    weir_relay_worker_ask (worker, reading->id, reading->envelope.data, reading->trace_id);
}

static void
read_from_engine (WeirRelayCalls *self, const Reading *reading)
{
  WeirRelayWorker *worker = reading->worker;

  if (reading->envelope.type == WEIR_ENVELOPE_WORKER_REGISTERED)
    {
      set_id (self, worker, weir_json_dup_string (reading->envelope.worker_id));
      name_worker (self, worker);
    }
  else if (reading->envelope.type == WEIR_ENVELOPE_INVOKE_FUNCTION)
    read_arrival (self, reading);
  else if (reading->envelope.type == WEIR_ENVELOPE_INVOCATION_RESULT)
    read_answer (self, reading);
}

/* It has passed all the same: what is lost is what it would have told of channels. */
static void
note_missed (WeirRelayCalls *self, const WeirRelayWorker *worker, const char *why)
{
  if (!self->has_missed)
    g_message ("a message of worker %s passed unread, and so may others: %s",
               worker->announce.name != NULL ? worker->announce.name : "without a name", why);
  self->has_missed = TRUE;
}

void
weir_relay_calls_read (WeirRelayCalls *self, const WeirLinkMessage *message)
{
  g_auto (Reading) reading = { .at_us = message->at_us };
  g_autoptr (GError) error = NULL;
  g_autofree char *traceparent = NULL;
  WeirSpan text = { NULL, 0 };

  reading.worker = g_hash_table_lookup (self->workers, GUINT_TO_POINTER (message->link));
  if (reading.worker == NULL)
    return;
  if (message->text == NULL)
    {
      note_missed (self, reading.worker, "it is too large, or too many came at once");
      return;
    }
  text.text = g_bytes_get_data (message->text, &text.len);
  if (!weir_envelope_parse (&reading.envelope, text, &error) || reading.envelope.too_deep)
    {
      note_missed (self, reading.worker, error != NULL ? error->message : "it nests too deep");
      return;
    }
  reading.id = weir_json_dup_string (reading.envelope.invocation_id);
  reading.function_id = weir_json_dup_string (reading.envelope.function_id);
  traceparent = weir_json_dup_string (reading.envelope.traceparent);
  reading.trace_id = weir_execution_dup_trace_id (traceparent);
  if (message->is_from_worker)
    read_from_worker (self, &reading);
  else
    read_from_engine (self, &reading);
}
