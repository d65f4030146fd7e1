/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-local-engine.h"

#include <glib/gi18n.h>

#include "weir-engine-record.h"
#include "weir-process.h"
#include "weir-secret.h"

#define USUAL_ADDRESS "localhost:49134"
#define ANY_ADDRESS   "localhost:0"
#define READY_PREFIX  "weir-engine: listening on "
/* It listens within milliseconds; a machine under load may take longer. */
#define READY_TIMEOUT_S 20

struct _WeirLocalEngine
{
  GObject parent_instance;

  WeirProcess *engine;
  WeirProcess *demo;
  char *url;
  char *point_name;
  char *point_token;
  GTask *starting;
  guint timer;
  gboolean any_port;
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirLocalEngine, weir_local_engine, G_TYPE_OBJECT)

static void weir_local_engine_spawn (WeirLocalEngine *self, const char *address);

/* (transfer full): @error; NULL: it listens */
static void
weir_local_engine_return (WeirLocalEngine *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
engine_line_cb (WeirProcess *process, const char *line, WeirLocalEngine *self)
{
  if (self->starting == NULL || !g_str_has_prefix (line, READY_PREFIX))
    return;

  self->url = g_strstrip (g_strdup (line + strlen (READY_PREFIX)));
  weir_engine_record_write (weir_process_get_pid (process), self->url, self->point_name, self->point_token);
  weir_local_engine_return (self, NULL);
}

static void
weir_local_engine_emit_failed (WeirLocalEngine *self, const char *name, const char *reason)
{
  g_autofree char *message = g_strdup_printf (_ ("%s has ended: %s"), name, reason);

  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
engine_ended_cb (WeirProcess *process, const char *reason, WeirLocalEngine *self)
{
  g_autoptr (WeirProcess) ended = g_steal_pointer (&self->engine);

  if (self->starting != NULL && self->any_port && reason != NULL)
    {
      self->any_port = FALSE; /* once */
      weir_local_engine_spawn (self, ANY_ADDRESS);
    }
  else if (self->starting != NULL)
    weir_local_engine_return (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The engine did not start: %s"),
                                                 reason != NULL ? reason : _ ("it was stopped")));
  else if (reason != NULL)
    weir_local_engine_emit_failed (self, weir_process_get_name (ended), reason);
}

static void
demo_ended_cb (WeirProcess *process, const char *reason, WeirLocalEngine *self)
{
  g_autoptr (WeirProcess) ended = g_steal_pointer (&self->demo);

  if (reason != NULL)
    weir_local_engine_emit_failed (self, weir_process_get_name (ended), reason);
}

static void
weir_local_engine_spawn (WeirLocalEngine *self, const char *address)
{
  const char *arguments[] = { "--listen", address, "--name", self->point_name, NULL };
  GError *error = NULL;

  self->engine =
      weir_process_new ("weir-engine", arguments, "WEIR_POINT_TOKEN", self->point_token, WEIR_PROCESS_STAYS, &error);
  if (self->engine == NULL)
    {
      weir_local_engine_return (self, error);
      return;
    }
  g_signal_connect_object (self->engine, "line", G_CALLBACK (engine_line_cb), self, 0);
  g_signal_connect_object (self->engine, "ended", G_CALLBACK (engine_ended_cb), self, 0);
}

static gboolean
timeout_cb (gpointer user_data)
{
  WeirLocalEngine *self = user_data;

  self->timer = 0;
  weir_process_stop (self->engine);
  weir_local_engine_return (self, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                               _ ("The engine did not say that it listens within %d seconds."),
                                               READY_TIMEOUT_S));
  return G_SOURCE_REMOVE;
}

static void
weir_local_engine_dispose (GObject *object)
{
  weir_local_engine_stop (WEIR_LOCAL_ENGINE (object));
  G_OBJECT_CLASS (weir_local_engine_parent_class)->dispose (object);
}

static void
weir_local_engine_finalize (GObject *object)
{
  WeirLocalEngine *self = WEIR_LOCAL_ENGINE (object);

  g_free (self->url);
  g_free (self->point_name);
  g_free (self->point_token);
  G_OBJECT_CLASS (weir_local_engine_parent_class)->finalize (object);
}

static void
weir_local_engine_class_init (WeirLocalEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_local_engine_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_local_engine_finalize;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_local_engine_init (WeirLocalEngine *self)
{
}

WeirLocalEngine *
weir_local_engine_new (void)
{
  return g_object_new (WEIR_TYPE_LOCAL_ENGINE, NULL);
}

/* It is ours: we may do everything to it; others who can reach it, what they may do to any engine. */
static void
weir_local_engine_make_token (WeirLocalEngine *self)
{
  g_autofree char *random = weir_secret_new_uuid ();

  self->point_name = g_strdup_printf ("weir-engine-%.8s", random);
  self->point_token = weir_secret_new_uuid ();
}

static WeirLocalEngine *
weir_local_engine_new_found (const WeirEngineRecord *record)
{
  g_autoptr (WeirProcess) process = weir_process_new_for_pid ("weir-engine", record->pid);
  WeirLocalEngine *self;

  if (process == NULL || !weir_engine_record_is_alive (record)) /* asked while the process is held */
    return NULL;

  self = weir_local_engine_new ();
  self->engine = g_steal_pointer (&process);
  self->url = g_strdup (record->url);
  self->point_name = g_strdup (record->point_name);
  self->point_token = g_strdup (record->point_token);
  g_signal_connect_object (self->engine, "ended", G_CALLBACK (engine_ended_cb), self, 0);
  return self;
}

GPtrArray *
weir_local_engine_find_all (void)
{
  g_autoptr (GPtrArray) records = weir_engine_record_load_all ();
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    {
      WeirLocalEngine *engine = weir_local_engine_new_found (records->pdata[i]);

      if (engine != NULL)
        g_ptr_array_add (found, engine);
    }
  return found;
}

void
weir_local_engine_start_async (WeirLocalEngine *self, gboolean any_port, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->starting == NULL && self->engine == NULL);

  self->starting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->starting, weir_local_engine_start_async);
  self->any_port = any_port;
  weir_local_engine_make_token (self);
  self->timer = g_timeout_add_seconds (READY_TIMEOUT_S, timeout_cb, self);
  weir_local_engine_spawn (self, USUAL_ADDRESS);
}

const char *
weir_local_engine_start_finish (WeirLocalEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? self->url : NULL;
}

gboolean
weir_local_engine_start_demo (WeirLocalEngine *self, GError **error)
{
  const char *arguments[] = { NULL };

  self->demo = weir_process_new ("weir-demo", arguments, "III_URL", self->url, WEIR_PROCESS_GOES_WITH_US, error);
  if (self->demo == NULL)
    return FALSE;

  g_signal_connect_object (self->demo, "ended", G_CALLBACK (demo_ended_cb), self, 0);
  return TRUE;
}

gboolean
weir_local_engine_has_demo (WeirLocalEngine *self)
{
  return self->demo != NULL;
}

const char *
weir_local_engine_get_url (WeirLocalEngine *self)
{
  return self->url;
}

const char *
weir_local_engine_get_point_name (WeirLocalEngine *self)
{
  return self->point_name;
}

const char *
weir_local_engine_get_point_token (WeirLocalEngine *self)
{
  return self->point_token;
}

gboolean
weir_local_engine_is_running (WeirLocalEngine *self)
{
  return self->engine != NULL;
}

GPid
weir_local_engine_get_demo_pid (WeirLocalEngine *self)
{
  return self->demo != NULL ? weir_process_get_pid (self->demo) : 0;
}

static void
weir_local_engine_stop_demo (WeirLocalEngine *self)
{
  if (self->demo != NULL)
    weir_process_stop (self->demo);
  g_clear_object (&self->demo);
}

void
weir_local_engine_stop (WeirLocalEngine *self)
{
  weir_local_engine_stop_demo (self);
  if (self->engine != NULL)
    {
      weir_engine_record_remove (weir_process_get_pid (self->engine));
      weir_process_stop (self->engine);
    }
  g_clear_object (&self->engine);
  weir_local_engine_return (self,
                            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The engine was stopped.")));
}

void
weir_local_engine_leave (WeirLocalEngine *self)
{
  weir_local_engine_stop_demo (self);
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
}
