/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-round.h"

#include <string.h>

/* Some functions run as long as their stream does. */
#define CALL_TIMEOUT_MS (30 * 60 * 1000)

struct _WeirDemoRound
{
  WeirDemo *demo;
  WeirWorker *worker;
  guint n_channels;
  guint buffer_size;
  GPtrArray *channels; /* WeirChannelPair */
  WeirDemoReadyFunc ready;
  GTask *task;
  guint n_holds;
};

static void weir_demo_round_create (WeirDemoRound *self);

/* @error: (transfer full) (nullable) */
static void
weir_demo_round_end (WeirDemoRound *self, GError *error)
{
  g_autoptr (GTask) task = self->task;

  g_ptr_array_unref (self->channels);
  g_free (self);
  if (g_task_return_error_if_cancelled (task))
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
weir_demo_round_hold (WeirDemoRound *self)
{
  self->n_holds++;
}

void
weir_demo_round_release (WeirDemoRound *self)
{
  if (--self->n_holds == 0)
    weir_demo_round_end (self, NULL);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirDemoRound *self = user_data;
  GError *error = NULL;
  WeirChannelPair *pair = weir_worker_create_channel_finish (WEIR_WORKER (object), result, &error);

  if (pair == NULL)
    {
      weir_demo_round_end (self, error);
      return;
    }
  g_ptr_array_add (self->channels, pair);
  if (self->channels->len < self->n_channels)
    {
      weir_demo_round_create (self);
      return;
    }
  weir_demo_round_hold (self); /* until all calls are made */
  self->ready (self);
  weir_demo_round_release (self);
}

static void
weir_demo_round_create (WeirDemoRound *self)
{
  weir_worker_create_channel_async (self->worker, self->buffer_size, g_task_get_cancellable (self->task), created_cb,
                                    self);
}

void
weir_demo_round_start (WeirDemo *demo, const char *worker, guint n_channels, guint buffer_size, WeirDemoReadyFunc ready,
                       GTask *task)
{
  WeirDemoRound *self = g_new0 (WeirDemoRound, 1);

  self->demo = demo;
  self->worker = weir_demo_get_worker (demo, worker);
  self->n_channels = n_channels;
  self->buffer_size = buffer_size;
  self->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_pair_free);
  self->ready = ready;
  self->task = task;
  weir_demo_round_create (self);
}

WeirDemo *
weir_demo_round_get_demo (WeirDemoRound *self)
{
  return self->demo;
}

WeirChannelPair *
weir_demo_round_get_channel (WeirDemoRound *self, guint n)
{
  return self->channels->pdata[n];
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);

  if (answer == NULL)
    g_debug ("%s", error->message);
  weir_demo_round_release (user_data);
}

static JsonNode *
make_payload (WeirDemoRound *self, const char *payload)
{
  g_autoptr (GString) text = g_string_new (payload);
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  for (guint i = 0; i < self->n_channels; i++)
    {
      WeirChannelPair *pair = self->channels->pdata[i];
      const WeirRef *const refs[] = { pair->writer_ref, pair->reader_ref };

      for (guint k = 0; k < G_N_ELEMENTS (refs); k++)
        {
          g_autofree char *mark = g_strdup_printf ("$%c%u", "wr"[k], i);
          g_autoptr (GString) ref = g_string_new (NULL);

          weir_ref_append (ref, refs[k]);
          g_string_replace (text, mark, ref->str, 0);
        }
    }
  node = weir_json_parse ((WeirSpan){ text->str, text->len }, &error);
  if (node == NULL)
    g_error ("A payload of a scenario is not JSON: %s", error->message);

  return node;
}

void
weir_demo_round_call (WeirDemoRound *self, const char *function_id, const char *payload)
{
  g_autoptr (JsonNode) node = make_payload (self, payload);

  weir_demo_round_hold (self);
  weir_worker_trigger_async (self->worker, function_id, node, CALL_TIMEOUT_MS, weir_demo_get_cancellable (self->demo),
                             called_cb, self);
}

static gboolean
leave_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  weir_channel_reader_close (reader);

  return TRUE;
}

static void
swept_cb (WeirChannelReader *reader, const GError *error, gpointer user_data)
{
  weir_demo_round_release (user_data);
}

void
weir_demo_round_sweep (WeirDemoRound *self, guint n)
{
  WeirChannelReader *reader = weir_demo_round_get_channel (self, n)->reader;

  weir_demo_round_hold (self);
  g_signal_connect (reader, "ended", G_CALLBACK (swept_cb), self);
  weir_channel_reader_set_handler (reader, leave_cb, NULL, NULL);
}
