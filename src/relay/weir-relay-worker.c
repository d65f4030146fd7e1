/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-worker.h"

/* Items of a channel's buffer, as the stock engine has them (§4.1 of the protocol notes). */
#define DEFAULT_ITEMS 64
#define MAX_ITEMS     1024

static void
execution_free (gpointer data)
{
  WeirExecution *execution = data;

  g_free (execution->id);
  g_free (execution->function_id);
  g_free (execution->trace_id);
  g_free (execution);
}

void
weir_relay_creation_free (WeirRelayCreation *self)
{
  g_free (self->function_id);
  g_free (self->invocation_id);
  g_free (self);
}

WeirRelayWorker *
weir_relay_worker_new (guint32 link)
{
  WeirRelayWorker *self = g_new0 (WeirRelayWorker, 1);

  self->link = link;
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, execution_free);
  self->creating = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) weir_relay_creation_free);
  return self;
}

void
weir_relay_worker_free (WeirRelayWorker *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->creating);
  weir_announce_clear (&self->announce);
  g_free (self->id);
  g_free (self);
}

static void
forget (WeirRelayWorker *self, WeirExecution *execution)
{
  g_queue_unlink (&self->executing, &execution->link);
  g_hash_table_remove (self->by_id, execution->id);
}

void
weir_relay_worker_begin (WeirRelayWorker *self, const char *invocation_id, const char *function_id,
                         const char *trace_id)
{
  WeirExecution *execution;

  weir_relay_worker_end (self, invocation_id);
  if (self->executing.length >= WEIR_RELAY_WORKER_MAX_CALLS)
    forget (self, g_queue_peek_head (&self->executing));
  execution = g_new0 (WeirExecution, 1);
  execution->id = g_strdup (invocation_id);
  execution->function_id = g_strdup (function_id);
  execution->trace_id = g_strdup (trace_id);
  execution->link.data = execution;
  g_queue_push_tail_link (&self->executing, &execution->link);
  g_hash_table_insert (self->by_id, execution->id, execution);
}

void
weir_relay_worker_end (WeirRelayWorker *self, const char *invocation_id)
{
  WeirExecution *execution = g_hash_table_lookup (self->by_id, invocation_id);

  if (execution != NULL)
    forget (self, execution);
}

const char *
weir_relay_worker_guess_function (WeirRelayWorker *self, const char *trace_id)
{
  const WeirExecution *execution =
      weir_execution_guess (&self->executing, self->has_traced, self->announce.runtime, trace_id);

  return execution != NULL ? execution->function_id : NULL;
}

void
weir_relay_worker_ask (WeirRelayWorker *self, const char *invocation_id, WeirSpan data, const char *trace_id)
{
  WeirRelayCreation *creation = weir_relay_worker_take_creation (self, invocation_id); /* ids may come again */
  gint64 items = DEFAULT_ITEMS;

  g_clear_pointer (&creation, weir_relay_creation_free);
  if (self->asked.length >= WEIR_RELAY_WORKER_MAX_CALLS)
    weir_relay_creation_free (
        weir_relay_worker_take_creation (self, ((WeirRelayCreation *) self->asked.head->data)->invocation_id));
  if (weir_json_type (data) == WEIR_JSON_OBJECT)
    weir_json_get_int (weir_json_member (data, "buffer_size"), &items);
  creation = g_new0 (WeirRelayCreation, 1);
  creation->items = (guint) CLAMP (items, 1, MAX_ITEMS);
  creation->function_id = g_strdup (weir_relay_worker_guess_function (self, trace_id));
  creation->invocation_id = g_strdup (invocation_id);
  creation->link.data = creation;
  g_queue_push_tail_link (&self->asked, &creation->link);
  g_hash_table_insert (self->creating, creation->invocation_id, creation);
}

WeirRelayCreation *
weir_relay_worker_take_creation (WeirRelayWorker *self, const char *invocation_id)
{
  WeirRelayCreation *creation = NULL;

  if (g_hash_table_steal_extended (self->creating, invocation_id, NULL, (gpointer *) &creation))
    g_queue_unlink (&self->asked, &creation->link);
  return creation;
}
