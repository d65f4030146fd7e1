/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-source.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-hex-text.h"
#include "weir-maker.h"

/* Made in one go by the thread: enough that handing them over costs little, and no more memory than that or one
 * message. While one batch is used up the next is made. */
#define BATCH_BYTES    (256 * 1024)
#define BATCH_MESSAGES 4096

/* What comes from a file comes sooner, unless nothing is there. */
#define WAITING_US (G_USEC_PER_SEC / 2)

struct _WeirSource
{
  GObject parent_instance;

  gboolean is_text;
  WeirMaker *maker; /* the thread's, while it makes */
  GCancellable *cancellable;
  gint64 making_us; /* since when; 0: it is not */

  GQueue made;     /* of GBytes */
  gsize made_size; /* bytes */
  gboolean has_ended;
  GError *error; /* nullable: it has failed, after what was made */
};

/* What the thread gives back. */
typedef struct
{
  GQueue made;
  gsize made_size;
  gboolean has_ended;
  GError *error; /* nullable */
} Batch;

enum
{
  SIGNAL_READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSource, weir_source, G_TYPE_OBJECT)

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_queue_clear_full (&batch->made, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&batch->error);
  g_free (batch);
}

/* --- the thread --- */

static void
make_batch (GTask *task, gpointer source, gpointer maker, GCancellable *cancellable)
{
  Batch *batch = g_new0 (Batch, 1);

  while (!batch->has_ended && batch->made_size < BATCH_BYTES && g_queue_get_length (&batch->made) < BATCH_MESSAGES)
    {
      GBytes *message;

      if (!weir_maker_next (maker, &message, cancellable, &batch->error) || message == NULL)
        {
          batch->has_ended = TRUE;
          break;
        }
      batch->made_size += g_bytes_get_size (message);
      g_queue_push_tail (&batch->made, message);
    }
  g_task_return_pointer (task, batch, batch_free);
}

/* --- the main thread --- */

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSource) self = user_data;
  Batch *batch = g_task_propagate_pointer (G_TASK (result), NULL);
  GBytes *message;

  self->making_us = 0;
  while ((message = g_queue_pop_head (&batch->made)) != NULL)
    g_queue_push_tail (&self->made, message);
  self->made_size += batch->made_size;
  self->has_ended = batch->has_ended;
  self->error = g_steal_pointer (&batch->error);
  batch_free (batch);
  g_signal_emit (self, signals[SIGNAL_READY], 0);
}

/* Ahead of need by no more than a batch. */
static void
weir_source_make (WeirSource *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->making_us != 0 || self->has_ended || self->made_size >= BATCH_BYTES ||
      g_queue_get_length (&self->made) >= BATCH_MESSAGES)
    return;
  self->making_us = g_get_monotonic_time ();
  /* The thread lets go of the task last, so the source is not the task's. */
  task = g_task_new (NULL, self->cancellable, made_cb, g_object_ref (self));
  g_task_set_check_cancellable (task, FALSE); /* the batch holds what there is */
  g_task_set_task_data (task, self->maker, NULL);
  g_task_run_in_thread (task, make_batch);
}

WeirSourceResult
weir_source_next (WeirSource *self, GBytes **message, GError **error)
{
  g_return_val_if_fail (WEIR_IS_SOURCE (self) && message != NULL, WEIR_SOURCE_FAILED);

  *message = g_queue_pop_head (&self->made);
  if (*message != NULL)
    self->made_size -= g_bytes_get_size (*message);
  weir_source_make (self);
  if (*message != NULL)
    return WEIR_SOURCE_MESSAGE;
  if (!self->has_ended)
    return WEIR_SOURCE_WAIT;
  if (self->error == NULL)
    return WEIR_SOURCE_END;
  g_propagate_error (error, g_error_copy (self->error));
  return WEIR_SOURCE_FAILED;
}

gboolean
weir_source_is_waiting (WeirSource *self)
{
  return self->making_us != 0 && g_queue_is_empty (&self->made) &&
         g_get_monotonic_time () - self->making_us > WAITING_US;
}

void
weir_source_cancel (WeirSource *self)
{
  g_cancellable_cancel (self->cancellable);
}

gboolean
weir_source_is_text (WeirSource *self)
{
  return self->is_text;
}

/* --- GObject --- */

static void
weir_source_dispose (GObject *object)
{
  g_cancellable_cancel (WEIR_SOURCE (object)->cancellable);
  G_OBJECT_CLASS (weir_source_parent_class)->dispose (object);
}

/* Nothing is being made: that would keep the source. */
static void
weir_source_finalize (GObject *object)
{
  WeirSource *self = WEIR_SOURCE (object);

  g_clear_pointer (&self->maker, weir_maker_free);
  g_queue_clear_full (&self->made, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (weir_source_parent_class)->finalize (object);
}

static void
weir_source_class_init (WeirSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_source_dispose;
  object_class->finalize = weir_source_finalize;

  signals[SIGNAL_READY] =
      g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_source_init (WeirSource *self)
{
  self->cancellable = g_cancellable_new ();
}

gboolean
weir_source_check (const WeirWriting *writing, GError **error)
{
  if (writing->message_size > WEIR_WRITING_MAX_MESSAGE_SIZE)
    {
      g_autofree char *limit = weir_format_limit (WEIR_WRITING_MAX_MESSAGE_SIZE);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: %s is "16 MiB" */
                   _ ("A message can have %s at most: engines take no larger one. Send it in several"), limit);
      return FALSE;
    }
  if (writing->kind == WEIR_WRITING_HEX)
    return weir_hex_text_check (writing->hex, error);
  if (writing->kind != WEIR_WRITING_FILE || writing->path != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("No file is chosen"));
  return FALSE;
}

WeirSource *
weir_source_new (const WeirWriting *writing, GError **error)
{
  WeirSource *self;

  if (!weir_source_check (writing, error))
    return NULL;
  self = g_object_new (WEIR_TYPE_SOURCE, NULL);
  self->is_text = writing->is_text;
  self->maker = weir_maker_new (writing);
  return self;
}
