/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-local-server.h"

#include <glib/gi18n.h>

#include "weir-server-record.h"
#include "weir-process.h"
#include "weir-secret.h"

#define ANY_ADDRESS "localhost:0"
#define READY       ": listening on "
/* It listens within milliseconds; a machine under load may take longer. */
#define READY_TIMEOUT_S 20

struct _WeirLocalServer
{
  GObject parent_instance;

  const char *program;
  const char *usual_address;
  char *upstream;       /* (nullable): it is an engine */
  char *upstream_token; /* (nullable) */
  WeirProcess *process;
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

G_DEFINE_FINAL_TYPE (WeirLocalServer, weir_local_server, G_TYPE_OBJECT)

static void weir_local_server_spawn (WeirLocalServer *self, const char *address);

/* (transfer full): @error; NULL: it listens */
static void
weir_local_server_return (WeirLocalServer *self, GError *error)
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
weir_local_server_write_down (WeirLocalServer *self)
{
  WeirServerRecord record = {
    .program = (char *) self->program,
    .pid = weir_process_get_pid (self->process),
    .url = self->url,
    .upstream = self->upstream,
    .point_name = self->point_name,
    .point_token = self->point_token,
  };

  weir_server_record_write (&record);
}

static void
line_cb (WeirProcess *process, const char *line, WeirLocalServer *self)
{
  if (self->starting == NULL || !g_str_has_prefix (line, self->program) ||
      !g_str_has_prefix (line + strlen (self->program), READY))
    return;

  self->url = g_strstrip (g_strdup (line + strlen (self->program) + strlen (READY)));
  weir_local_server_write_down (self);
  weir_local_server_return (self, NULL);
}

static void
weir_local_server_emit_failed (WeirLocalServer *self, const char *name, const char *reason)
{
  g_autofree char *message = g_strdup_printf (_ ("%s has ended: %s"), name, reason);

  g_signal_emit (self, signals[FAILED], 0, message);
}

static GError *
new_not_started (WeirLocalServer *self, const char *reason)
{
  if (self->upstream != NULL)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The relay did not start: %s"), reason);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The engine did not start: %s"), reason);
}

static void
ended_cb (WeirProcess *process, const char *reason, WeirLocalServer *self)
{
  g_autoptr (WeirProcess) ended = g_steal_pointer (&self->process);

  if (self->starting != NULL && self->any_port && reason != NULL)
    {
      self->any_port = FALSE; /* once */
      weir_local_server_spawn (self, ANY_ADDRESS);
    }
  else if (self->starting != NULL)
    weir_local_server_return (self, new_not_started (self, reason != NULL ? reason : _ ("it was stopped")));
  else if (reason != NULL)
    weir_local_server_emit_failed (self, weir_process_get_name (ended), reason);
}

static void
demo_ended_cb (WeirProcess *process, const char *reason, WeirLocalServer *self)
{
  g_autoptr (WeirProcess) ended = g_steal_pointer (&self->demo);

  if (reason != NULL)
    weir_local_server_emit_failed (self, weir_process_get_name (ended), reason);
}

/* What is secret, or may be, goes through the environment: others can see arguments. */
static void
weir_local_server_spawn (WeirLocalServer *self, const char *address)
{
  const char *arguments[] = { "--listen", address, "--name", self->point_name, NULL };
  const char *environment[] = { "WEIR_POINT_TOKEN", self->point_token, NULL, NULL, NULL, NULL, NULL };
  GError *error = NULL;

  if (self->upstream != NULL)
    {
      environment[2] = "III_URL";
      environment[3] = self->upstream;
    }
  if (self->upstream_token != NULL)
    {
      environment[4] = "WEIR_UPSTREAM_TOKEN";
      environment[5] = self->upstream_token;
    }
  self->process = weir_process_new (self->program, arguments, environment, WEIR_PROCESS_STAYS, &error);
  if (self->process == NULL)
    {
      weir_local_server_return (self, error);
      return;
    }
  g_signal_connect_object (self->process, "line", G_CALLBACK (line_cb), self, 0);
  g_signal_connect_object (self->process, "ended", G_CALLBACK (ended_cb), self, 0);
}

static gboolean
timeout_cb (gpointer user_data)
{
  WeirLocalServer *self = user_data;

  self->timer = 0;
  weir_process_stop (self->process);
  weir_local_server_return (self, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                               _ ("%s did not say that it listens within %d seconds."), self->program,
                                               READY_TIMEOUT_S));
  return G_SOURCE_REMOVE;
}

static void
weir_local_server_dispose (GObject *object)
{
  weir_local_server_stop (WEIR_LOCAL_SERVER (object));
  G_OBJECT_CLASS (weir_local_server_parent_class)->dispose (object);
}

static void
weir_local_server_finalize (GObject *object)
{
  WeirLocalServer *self = WEIR_LOCAL_SERVER (object);

  g_free (self->upstream);
  g_free (self->upstream_token);
  g_free (self->url);
  g_free (self->point_name);
  g_free (self->point_token);
  G_OBJECT_CLASS (weir_local_server_parent_class)->finalize (object);
}

static void
weir_local_server_class_init (WeirLocalServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_local_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_local_server_finalize;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_local_server_init (WeirLocalServer *self)
{
}

WeirLocalServer *
weir_local_server_new_engine (void)
{
  WeirLocalServer *self = g_object_new (WEIR_TYPE_LOCAL_SERVER, NULL);

  self->program = "weir-engine";
  self->usual_address = "localhost:49134";
  return self;
}

WeirLocalServer *
weir_local_server_new_relay (const char *upstream, const char *token)
{
  WeirLocalServer *self = g_object_new (WEIR_TYPE_LOCAL_SERVER, NULL);

  self->program = "weir-relay";
  self->usual_address = "localhost:49135";
  self->upstream = g_strdup (upstream);
  self->upstream_token = g_strdup (token);
  return self;
}

/* It is ours: we may do everything to it; others who can reach it, what they may do to any engine. */
static void
weir_local_server_make_token (WeirLocalServer *self)
{
  g_autofree char *random = weir_secret_new_uuid ();

  self->point_name = g_strdup_printf ("%s-%.8s", self->program, random);
  self->point_token = weir_secret_new_uuid ();
}

static WeirLocalServer *
weir_local_server_new_found (const WeirServerRecord *record)
{
  g_autoptr (WeirProcess) process = weir_process_new_for_pid (record->program, record->pid);
  WeirLocalServer *self;

  if (process == NULL || !weir_server_record_is_alive (record)) /* asked while the process is held */
    return NULL;

  self =
      record->upstream != NULL ? weir_local_server_new_relay (record->upstream, NULL) : weir_local_server_new_engine ();
  self->process = g_steal_pointer (&process);
  self->url = g_strdup (record->url);
  self->point_name = g_strdup (record->point_name);
  self->point_token = g_strdup (record->point_token);
  g_signal_connect_object (self->process, "ended", G_CALLBACK (ended_cb), self, 0);
  return self;
}

GPtrArray *
weir_local_server_find_all (void)
{
  g_autoptr (GPtrArray) records = weir_server_record_load_all ();
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    {
      WeirLocalServer *engine = weir_local_server_new_found (records->pdata[i]);

      if (engine != NULL)
        g_ptr_array_add (found, engine);
    }
  return found;
}

void
weir_local_server_start_async (WeirLocalServer *self, gboolean any_port, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->starting == NULL && self->process == NULL);

  self->starting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->starting, weir_local_server_start_async);
  self->any_port = any_port;
  weir_local_server_make_token (self);
  self->timer = g_timeout_add_seconds (READY_TIMEOUT_S, timeout_cb, self);
  weir_local_server_spawn (self, self->usual_address);
}

const char *
weir_local_server_start_finish (WeirLocalServer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? self->url : NULL;
}

gboolean
weir_local_server_start_demo (WeirLocalServer *self, GError **error)
{
  const char *arguments[] = { NULL };
  const char *environment[] = { "III_URL", self->url, NULL };

  self->demo = weir_process_new ("weir-demo", arguments, environment, WEIR_PROCESS_GOES_WITH_US, error);
  if (self->demo == NULL)
    return FALSE;

  g_signal_connect_object (self->demo, "ended", G_CALLBACK (demo_ended_cb), self, 0);
  return TRUE;
}

gboolean
weir_local_server_has_demo (WeirLocalServer *self)
{
  return self->demo != NULL;
}

const char *
weir_local_server_get_url (WeirLocalServer *self)
{
  return self->url;
}

const char *
weir_local_server_get_upstream (WeirLocalServer *self)
{
  return self->upstream;
}

const char *
weir_local_server_get_point_name (WeirLocalServer *self)
{
  return self->point_name;
}

const char *
weir_local_server_get_point_token (WeirLocalServer *self)
{
  return self->point_token;
}

gboolean
weir_local_server_is_running (WeirLocalServer *self)
{
  return self->process != NULL;
}

GPid
weir_local_server_get_demo_pid (WeirLocalServer *self)
{
  return self->demo != NULL ? weir_process_get_pid (self->demo) : 0;
}

static void
weir_local_server_stop_demo (WeirLocalServer *self)
{
  if (self->demo != NULL)
    weir_process_stop (self->demo);
  g_clear_object (&self->demo);
}

void
weir_local_server_stop (WeirLocalServer *self)
{
  weir_local_server_stop_demo (self);
  if (self->process != NULL)
    {
      weir_server_record_remove (self->program, weir_process_get_pid (self->process));
      weir_process_stop (self->process);
    }
  g_clear_object (&self->process);
  weir_local_server_return (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("It was stopped.")));
}

void
weir_local_server_leave (WeirLocalServer *self)
{
  weir_local_server_stop_demo (self);
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
}
