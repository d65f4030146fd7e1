/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-calls.h"

#include "weir-client-source.h"
#include "weir-secret.h"
#include "weir-worker.h"

struct _WeirWorkerCalls
{
  GMainContext *context;
  GHashTable *calls; /* id → Call */
  guint n_late;
  WeirWorkerCallGoneFunc gone;
  gpointer owner;
};

/* What a call that has timed out leaves on its task: by this its answer is known when it comes. */
typedef struct
{
  char *id;
  char *function_id;
} Unanswered;

typedef struct
{
  WeirWorkerCalls *calls;
  char *id;
  char *function_id;
  GTask *task;
  guint timeout_ms;
  GSource *timeout;
  GSource *cancel; /* nullable */
  gboolean is_sent;
  gboolean is_late; /* it has timed out before */
} Call;

static void
unanswered_free (gpointer data)
{
  Unanswered *unanswered = data;

  g_free (unanswered->id);
  g_free (unanswered->function_id);
  g_free (unanswered);
}

static void
call_free (Call *call)
{
  if (call->is_late)
    call->calls->n_late--;
  weir_client_source_clear (&call->timeout);
  weir_client_source_clear (&call->cancel);
  g_object_unref (call->task);
  g_free (call->function_id);
  g_free (call->id);
  g_free (call);
}

/* The callback may do anything, so the call leaves the table first. */
static GTask *
weir_worker_calls_steal (WeirWorkerCalls *self, const char *id)
{
  Call *call = g_hash_table_lookup (self->calls, id);
  GTask *task;

  if (call == NULL)
    return NULL;
  task = g_object_ref (call->task);
  g_hash_table_remove (self->calls, id);

  return task;
}

/* @error: (transfer full) */
static void
give_up (Call *call, GError *error)
{
  WeirWorkerCalls *self = call->calls;

  self->gone (call->id, self->owner);
  weir_worker_calls_fail (self, call->id, error);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Call *call = user_data;

  if (call->is_sent && !call->is_late)
    {
      Unanswered *unanswered = g_new (Unanswered, 1);

      *unanswered = (Unanswered){ g_strdup (call->id), g_strdup (call->function_id) };
      g_task_set_task_data (call->task, unanswered, unanswered_free);
    }
  give_up (call, g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT, "%s has not answered within %u ms",
                              call->function_id, call->timeout_ms));

  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  give_up (user_data, error);

  return G_SOURCE_REMOVE;
}

gboolean
weir_worker_calls_is_full (WeirWorkerCalls *self)
{
  return g_hash_table_size (self->calls) - self->n_late >= WEIR_WORKER_CALLS_MAX;
}

/* @id, @task: (transfer full) */
static Call *
add (WeirWorkerCalls *self, char *id, GTask *task, const char *function_id, guint timeout_ms)
{
  Call *call = g_new0 (Call, 1);

  call->calls = self;
  call->id = id;
  call->function_id = g_strdup (function_id);
  call->task = task;
  call->timeout_ms = timeout_ms;
  call->timeout = weir_client_timeout_new (self->context, timeout_ms, timeout_cb, call);
  call->cancel = weir_client_cancel_new (self->context, g_task_get_cancellable (task), cancelled_cb, call);
  g_hash_table_insert (self->calls, call->id, call);

  return call;
}

const char *
weir_worker_calls_add (WeirWorkerCalls *self, GTask *task, const char *function_id, guint timeout_ms)
{
  return add (self, weir_secret_new_uuid (), task, function_id, timeout_ms)->id;
}

gboolean
weir_worker_calls_add_late (WeirWorkerCalls *self, GTask *task, GTask *late)
{
  const Unanswered *unanswered = g_task_get_task_data (task);
  Call *call;

  if (unanswered == NULL || self->n_late >= WEIR_WORKER_CALLS_MAX_LATE ||
      g_hash_table_contains (self->calls, unanswered->id))
    return FALSE;
  call = add (self, g_strdup (unanswered->id), late, unanswered->function_id, WEIR_WORKER_CALLS_LATE_MS);
  call->is_sent = TRUE;
  call->is_late = TRUE;
  self->n_late++;

  return TRUE;
}

void
weir_worker_calls_mark_sent (WeirWorkerCalls *self, const char *id)
{
  Call *call = g_hash_table_lookup (self->calls, id);

  if (call != NULL)
    call->is_sent = TRUE;
}

void
weir_worker_calls_return (WeirWorkerCalls *self, const char *id, WeirSpan value)
{
  g_autoptr (GTask) task = weir_worker_calls_steal (self, id);

  if (task != NULL)
    g_task_return_pointer (task, g_bytes_new (value.text, value.len), (GDestroyNotify) g_bytes_unref);
}

void
weir_worker_calls_fail (WeirWorkerCalls *self, const char *id, GError *error)
{
  g_autoptr (GTask) task = weir_worker_calls_steal (self, id);

  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

/* Takes them out first: a callback may make new ones. */
static void
weir_worker_calls_fail_some (WeirWorkerCalls *self, gboolean only_sent, const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  Call *call;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &call))
    if (call->is_sent || !only_sent)
      {
        g_ptr_array_add (tasks, g_object_ref (call->task));
        g_hash_table_iter_remove (&iter);
      }
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (tasks->pdata[i], g_error_copy (error));
}

void
weir_worker_calls_fail_sent (WeirWorkerCalls *self, const GError *error)
{
  weir_worker_calls_fail_some (self, TRUE, error);
}

void
weir_worker_calls_fail_all (WeirWorkerCalls *self, const GError *error)
{
  weir_worker_calls_fail_some (self, FALSE, error);
}

WeirWorkerCalls *
weir_worker_calls_new (GMainContext *context, WeirWorkerCallGoneFunc gone, gpointer owner)
{
  WeirWorkerCalls *self = g_new0 (WeirWorkerCalls, 1);

  self->context = g_main_context_ref (context);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) call_free);
  self->gone = gone;
  self->owner = owner;

  return self;
}

void
weir_worker_calls_free (WeirWorkerCalls *self)
{
  g_hash_table_unref (self->calls);
  g_main_context_unref (self->context);
  g_free (self);
}
