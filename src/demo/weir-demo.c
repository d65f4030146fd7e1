/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo.h"

#include <unistd.h>

#include "weir-demo-schema.h"

/* After a round that failed: an engine that is away is no news, and trying is cheap. */
#define FAILED_PAUSE_MS 1000

struct _WeirDemo
{
  char *url;           /* nullable */
  GHashTable *workers; /* name → WeirWorker */
  gboolean is_away;    /* the engine, as far as anyone was told */
  WeirDemoNewsFunc news_func;
  gpointer news_data;
  GCancellable *cancellable;
  GTask *task;     /* nullable: of the run */
  GSource *caller; /* nullable: watches the run's cancellable */
  gboolean once;
  guint n_playing;
  GError *error; /* nullable: the first of a round */
};

/* One scenario that plays. */
typedef struct
{
  WeirDemo *demo;
  const WeirDemoScenario *scenario;
} Play;

/* --- sleeping --- */

typedef struct
{
  GSource *timeout;
  GSource *cancel;
} Sleep;

static void
sleep_free (gpointer data)
{
  Sleep *sleep = data;

  g_source_unref (sleep->timeout);
  g_source_unref (sleep->cancel);
  g_free (sleep);
}

/* Either source ends the sleep, and the other one. */
static void
sleep_end (GTask *task)
{
  Sleep *sleep = g_task_get_task_data (task);

  g_source_destroy (sleep->timeout);
  g_source_destroy (sleep->cancel);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
woken_cb (gpointer user_data)
{
  sleep_end (user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
disturbed_cb (GCancellable *cancellable, gpointer user_data)
{
  sleep_end (user_data);

  return G_SOURCE_REMOVE;
}

void
weir_demo_sleep_async (WeirDemo *self, guint ms, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, self->cancellable, callback, user_data);
  Sleep *sleep = g_new (Sleep, 1);

  sleep->timeout = g_timeout_source_new (ms);
  sleep->cancel = g_cancellable_source_new (self->cancellable);
  g_task_set_source_tag (task, weir_demo_sleep_async);
  g_task_set_task_data (task, sleep, sleep_free);
  g_source_set_callback (sleep->timeout, woken_cb, task, NULL);
  g_source_set_callback (sleep->cancel, G_SOURCE_FUNC (disturbed_cb), task, NULL);
  g_source_attach (sleep->timeout, g_task_get_context (task));
  g_source_attach (sleep->cancel, g_task_get_context (task));
}

gboolean
weir_demo_sleep_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- playing --- */

static void play_sleep (Play *play, guint ms);

static void
weir_demo_end_run (WeirDemo *self)
{
  GTask *task = g_steal_pointer (&self->task);

  if (self->caller != NULL)
    g_source_destroy (self->caller);
  g_clear_pointer (&self->caller, g_source_unref);
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* @error: (transfer full) (nullable) */
static void
play_end (Play *play, GError *error)
{
  WeirDemo *self = play->demo;

  g_free (play);
  if (error != NULL && self->error == NULL)
    self->error = error;
  else
    g_clear_error (&error);
  if (--self->n_playing == 0)
    weir_demo_end_run (self);
}

static void
played_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Play *play = user_data;
  GError *error = NULL;
  gboolean is_good = g_task_propagate_boolean (G_TASK (result), &error);

  if (play->demo->once || g_cancellable_is_cancelled (play->demo->cancellable))
    {
      play_end (play, error);
      return;
    }
  if (!is_good)
    g_debug ("%s: %s", play->scenario->name, error->message);
  g_clear_error (&error);
  play_sleep (play, is_good ? play->scenario->pause_ms : FAILED_PAUSE_MS);
}

static void
begin_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Play *play = user_data;
  GError *error = NULL;

  if (weir_demo_sleep_finish (result, &error))
    play->scenario->start (play->demo, g_task_new (NULL, play->demo->cancellable, played_cb, play));
  else
    play_end (play, error);
}

static void
play_sleep (Play *play, guint ms)
{
  weir_demo_sleep_async (play->demo, ms, begin_cb, play);
}

static gboolean
caller_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  WeirDemo *self = user_data;

  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static void
weir_demo_watch_caller (WeirDemo *self, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  self->caller = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->caller, G_SOURCE_FUNC (caller_cancelled_cb), self, NULL);
  g_source_attach (self->caller, g_task_get_context (self->task));
}

void
weir_demo_run_async (WeirDemo *self, const WeirDemoScenario *const *scenarios, gboolean once, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GHashTableIter iter;
  gpointer worker;

  g_return_if_fail (self->task == NULL && scenarios[0] != NULL);

  self->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_check_cancellable (self->task, FALSE);
  self->once = once;
  weir_demo_watch_caller (self, cancellable);
  for (guint i = 0; scenarios[i] != NULL; i++)
    scenarios[i]->set_up (self);
  g_hash_table_iter_init (&iter, self->workers);
  while (g_hash_table_iter_next (&iter, NULL, &worker)) /* only now: with all of their functions at once */
    weir_worker_start (worker);
  for (guint i = 0; scenarios[i] != NULL; i++)
    {
      Play *play = g_new (Play, 1);

      *play = (Play){ .demo = self, .scenario = scenarios[i] };
      self->n_playing++;
      play_sleep (play, scenarios[i]->first_ms);
    }
}

gboolean
weir_demo_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
weir_demo_stop (WeirDemo *self)
{
  GHashTableIter iter;
  gpointer worker;

  g_hash_table_iter_init (&iter, self->workers);
  while (g_hash_table_iter_next (&iter, NULL, &worker))
    {
      g_signal_handlers_disconnect_by_data (worker, self);
      weir_worker_stop (worker);
    }
}

/* --- the rest --- */

/* All workers are at the same engine, so what one of them meets is news for once. */
static void
worker_state_cb (WeirWorker *worker, GParamSpec *pspec, gpointer user_data)
{
  WeirDemo *self = user_data;
  WeirWorkerState state = weir_worker_get_state (worker);
  gboolean is_away = state == WEIR_WORKER_WAITING;

  if (self->news_func == NULL || is_away == self->is_away || (!is_away && state != WEIR_WORKER_CONNECTED))
    return;
  self->is_away = is_away;
  self->news_func (is_away ? weir_worker_get_last_error (worker) : NULL, self->news_data);
}

void
weir_demo_set_news_func (WeirDemo *self, WeirDemoNewsFunc func, gpointer user_data)
{
  self->news_func = func;
  self->news_data = user_data;
}

WeirWorker *
weir_demo_get_worker (WeirDemo *self, const char *name)
{
  WeirWorker *worker = g_hash_table_lookup (self->workers, name);

  if (worker == NULL)
    {
      g_autofree char *description = g_strdup_printf ("Sample worker of weir-demo, process %d", (int) getpid ());

      worker = weir_worker_new (self->url, name);
      weir_worker_set_description (worker, description); /* whoever started this process knows its workers by it */
      g_signal_connect (worker, "notify::state", G_CALLBACK (worker_state_cb), self);
      g_hash_table_insert (self->workers, g_strdup (name), worker);
      if (self->n_playing > 0) /* else it waits for its functions */
        weir_worker_start (worker);
    }

  return worker;
}

void
weir_demo_add_function (WeirDemo *self, const char *worker, const char *id, const char *description,
                        WeirFunctionFunc func)
{
  g_autoptr (JsonNode) request = weir_demo_request_schema_new (id);
  g_autoptr (JsonNode) response = weir_demo_response_schema_new (id);

  weir_worker_register_function_with_schemas (weir_demo_get_worker (self, worker), id, description, NULL, request,
                                              response, func, self, NULL);
}

GCancellable *
weir_demo_get_cancellable (WeirDemo *self)
{
  return self->cancellable;
}

WeirDemo *
weir_demo_new (const char *url)
{
  WeirDemo *self = g_new0 (WeirDemo, 1);

  self->url = g_strdup (url);
  self->workers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();

  return self;
}

void
weir_demo_free (WeirDemo *self)
{
  g_hash_table_unref (self->workers);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self->url);
  g_free (self);
}
