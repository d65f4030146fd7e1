/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-private.h"

#include "weir-envelope.h"
#include "weir-frame.h"

/* @id: (nullable): void */
static GString *
write_invoke (const char *id, const char *function_id, WeirSpan payload)
{
  WeirInvoke invoke = { .invocation_id = id, .function_id = function_id, .data = payload, .is_void = id == NULL };

  return weir_envelope_write_invoke (&invoke);
}

/* (transfer full): absent: null. */
static GString *
write_payload (JsonNode *payload)
{
  GString *text = g_string_new (NULL);

  if (payload != NULL)
    weir_json_append_node (text, payload);
  else
    g_string_append (text, "null");
  return text;
}

static gboolean
check_size (GString *message, const char *function_id, GError **error)
{
  if (message->len <= WEIR_FRAME_MAX_SIZE)
    return TRUE;
  g_set_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TOO_LARGE,
               "The payload for %s has %" G_GSIZE_FORMAT " bytes; a channel would carry it", function_id, message->len);

  return FALSE;
}

static GError *
error_too_many (void)
{
  return g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED,
                              "Too many calls are waiting for the engine already");
}

void
weir_worker_trigger_text_async (WeirWorker *self, const char *function_id, WeirSpan payload, guint timeout_ms,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GString *message;
  GError *error = NULL;
  const char *id;

  g_return_if_fail (WEIR_IS_WORKER (self) && function_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_worker_trigger_text_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->was_stopped || weir_worker_calls_is_full (self->calls))
    {
      g_task_return_error (task, self->was_stopped ? g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED,
                                                                          "The worker has been stopped")
                                                   : error_too_many ());
      return;
    }

  id = weir_worker_calls_add (self->calls, g_object_ref (task), function_id,
                              timeout_ms > 0 ? timeout_ms : WEIR_WORKER_DEFAULT_TIMEOUT_MS);
  message = write_invoke (id, function_id, payload);
  if (!check_size (message, function_id, &error))
    {
      g_string_free (message, TRUE);
      weir_worker_calls_fail (self->calls, id, error);
    }
  else if (!weir_worker_send (self, WEIR_OUTGOING_CALL, message, id))
    {
      weir_worker_calls_fail (self->calls, id, error_too_many ());
    }
}

GBytes *
weir_worker_trigger_text_finish (WeirWorker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
weir_worker_trigger_late_async (WeirWorker *self, GAsyncResult *timed_out, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_val_if_fail (WEIR_IS_WORKER (self) && g_task_is_valid (timed_out, self), FALSE);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_worker_trigger_late_async);
  if (weir_worker_calls_add_late (self->calls, G_TASK (timed_out), task))
    return TRUE;
  g_object_unref (task);

  return FALSE;
}

gboolean
weir_worker_trigger_text_void (WeirWorker *self, const char *function_id, WeirSpan payload, GError **error)
{
  g_autoptr (GString) message = NULL;

  g_return_val_if_fail (WEIR_IS_WORKER (self) && function_id != NULL, FALSE);

  if (self->state != WEIR_WORKER_CONNECTED)
    {
      g_set_error_literal (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED,
                           "There is no connection to the engine");
      return FALSE;
    }
  message = write_invoke (NULL, function_id, payload);
  if (!check_size (message, function_id, error))
    return FALSE;
  if (!weir_worker_send (self, WEIR_OUTGOING_OTHER, g_steal_pointer (&message), NULL))
    {
      g_propagate_error (error, error_too_many ());
      return FALSE;
    }

  return TRUE;
}

void
weir_worker_trigger_async (WeirWorker *self, const char *function_id, JsonNode *payload, guint timeout_ms,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GString) text = write_payload (payload);

  weir_worker_trigger_text_async (self, function_id, (WeirSpan){ text->str, text->len }, timeout_ms, cancellable,
                                  callback, user_data);
}

JsonNode *
weir_worker_trigger_finish (WeirWorker *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (self, result, error);
  g_autoptr (GError) parse_error = NULL;
  JsonNode *value;

  if (answer == NULL)
    return NULL;
  value = weir_json_parse ((WeirSpan){ g_bytes_get_data (answer, NULL), g_bytes_get_size (answer) }, &parse_error);
  if (value == NULL)
    g_set_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER, "The answer is no JSON: %s",
                 parse_error->message);
  return value;
}

gboolean
weir_worker_trigger_void (WeirWorker *self, const char *function_id, JsonNode *payload, GError **error)
{
  g_autoptr (GString) text = write_payload (payload);

  return weir_worker_trigger_text_void (self, function_id, (WeirSpan){ text->str, text->len }, error);
}
