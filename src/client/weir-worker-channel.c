/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-reader-private.h"
#include "weir-channel-writer-private.h"
#include "weir-ref.h"
#include "weir-worker-private.h"

void
weir_channel_pair_free (WeirChannelPair *self)
{
  g_clear_object (&self->writer);
  g_clear_object (&self->reader);
  g_clear_pointer (&self->writer_ref, weir_ref_free);
  g_clear_pointer (&self->reader_ref, weir_ref_free);
  g_free (self);
}

/* @value: (nullable): of the answer's member */
static WeirRef *
ref_of_answer (JsonNode *answer, const char *name, WeirDirection direction, GError **error)
{
  JsonNode *value =
      JSON_NODE_HOLDS_OBJECT (answer) ? json_object_get_member (json_node_get_object (answer), name) : NULL;
  g_autoptr (GError) inner = NULL;
  g_autoptr (WeirRef) ref = value != NULL ? weir_ref_from_json (value, &inner) : NULL;

  if (ref != NULL && ref->direction == direction)
    return g_steal_pointer (&ref);
  g_set_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER,
               "The engine made a channel without a usable “%s”: %s", name,
               inner != NULL   ? inner->message
               : value == NULL ? "it is missing"
                               : "it has the wrong direction");

  return NULL;
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirWorker *self = WEIR_WORKER (object);
  g_autoptr (GTask) task = user_data;
  g_autoptr (WeirChannelPair) pair = g_new0 (WeirChannelPair, 1);
  GError *error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (self, result, &error);

  if (answer == NULL || (pair->writer_ref = ref_of_answer (answer, "writer", WEIR_DIRECTION_WRITE, &error)) == NULL ||
      (pair->reader_ref = ref_of_answer (answer, "reader", WEIR_DIRECTION_READ, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  pair->writer = weir_worker_open_writer (self, pair->writer_ref);
  pair->reader = weir_worker_open_reader (self, pair->reader_ref);
  g_task_return_pointer (task, g_steal_pointer (&pair), (GDestroyNotify) weir_channel_pair_free);
}

void
weir_worker_create_channel_async (WeirWorker *self, guint buffer_size, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  JsonObject *input = json_object_new ();
  g_autoptr (JsonNode) payload = json_node_init_object (json_node_alloc (), input);
  GTask *task;

  json_object_unref (input);
  g_return_if_fail (WEIR_IS_WORKER (self));

  if (buffer_size > 0)
    json_object_set_int_member (input, "buffer_size", buffer_size);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_worker_create_channel_async);
  weir_worker_trigger_async (self, "engine::channels::create", payload, 0, cancellable, created_cb, task);
}

WeirChannelPair *
weir_worker_create_channel_finish (WeirWorker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

WeirChannelWriter *
weir_worker_open_writer (WeirWorker *self, const WeirRef *ref)
{
  WeirChannelWriter *writer;

  g_return_val_if_fail (WEIR_IS_WORKER (self) && ref != NULL, NULL);

  writer = weir_channel_writer_new (weir_worker_get_url (self), ref);
  weir_channel_writer_set_headers (writer, (const char *const *) self->headers);
  return writer;
}

WeirChannelReader *
weir_worker_open_reader (WeirWorker *self, const WeirRef *ref)
{
  WeirChannelReader *reader;

  g_return_val_if_fail (WEIR_IS_WORKER (self) && ref != NULL, NULL);

  reader = weir_channel_reader_new (weir_worker_get_url (self), ref);
  weir_channel_reader_set_headers (reader, (const char *const *) self->headers);
  return reader;
}
