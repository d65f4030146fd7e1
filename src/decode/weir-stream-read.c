/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-private.h"

#include <glib/gi18n.h>

#include "weir-key-mask.h"

/* The part of the stream that is wanted, as far as it is here. */
typedef struct
{
  guint message; /* the next to be read from */
  guint64 at;    /* of the stream */
  guint64 end;
  GByteArray *bytes;
  guint reading;         /* of the stream: which one's messages are counted */
  WeirMessageWalk *walk; /* nullable */
  guint source;
} Gathering;

static void
gathering_free (gpointer data)
{
  Gathering *gathering = data;

  g_clear_handle_id (&gathering->source, g_source_remove);
  g_clear_pointer (&gathering->walk, weir_message_walk_free);
  g_byte_array_unref (gathering->bytes);
  g_free (gathering);
}

static Gathering *
gathering_new (WeirStream *self, guint64 start, gsize len)
{
  Gathering *gathering = g_new0 (Gathering, 1);

  gathering->at = start;
  gathering->end = start + MIN (len, weir_stream_get_size (self) - MIN (start, weir_stream_get_size (self)));
  gathering->bytes = g_byte_array_new ();
  gathering->reading = self->n_readings;
  weir_joiner_find_message (self->joiner, start, &gathering->message);
  return gathering;
}

static gboolean
is_gathered (Gathering *gathering)
{
  return gathering->at >= gathering->end;
}

/* Where the part of the next message begins that is wanted. */
static gsize
get_part (WeirStream *self, Gathering *gathering, gsize *len)
{
  guint n = weir_joiner_get_n_messages (self->joiner);
  guint64 start, next = weir_stream_get_size (self);

  weir_joiner_get_message (self->joiner, gathering->message, &start);
  if (gathering->message + 1 < n)
    weir_joiner_get_message (self->joiner, gathering->message + 1, &next);
  *len = MIN (next, gathering->end) - gathering->at;
  return gathering->at - start;
}

static void
add_part (Gathering *gathering, const guint8 *data, gsize len)
{
  g_byte_array_append (gathering->bytes, data, len);
  gathering->at += len;
  gathering->message++;
}

gsize
weir_stream_get_lead (WeirStream *self, guint64 start)
{
  return MIN (start - MIN (weir_joiner_get_joined_from (self->joiner, start), start), WEIR_STREAM_MAX_LEAD);
}

GBytes *
weir_stream_mask (GBytes *bytes, gsize lead)
{
  gsize size = g_bytes_get_size (bytes), before = MIN (lead, size);
  g_autoptr (GBytes) first = g_bytes_new_from_bytes (bytes, 0, before);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, before, size - before);

  return weir_key_mask_shown (&(WeirKeyLead){ first, TRUE }, rest);
}

GBytes *
weir_stream_peek (WeirStream *self, guint64 start, gsize len)
{
  Gathering *gathering = gathering_new (self, start, len);
  gboolean is_here = TRUE;
  GBytes *bytes = NULL;

  while (is_here && !is_gathered (gathering))
    {
      gsize part, from = get_part (self, gathering, &part);
      const guint8 *data =
          weir_message_list_peek (self->messages, g_array_index (self->rows, guint32, gathering->message), from, part);

      is_here = data != NULL;
      if (is_here)
        add_part (gathering, data, part);
    }
  if (is_here)
    bytes = g_bytes_new (gathering->bytes->data, gathering->bytes->len);
  gathering_free (gathering);
  return bytes;
}

/* The rows of other kinds between are passed by. FALSE: it cannot be read. */
static gboolean
take_part (WeirStream *self, Gathering *gathering, const WeirWalkRow *row)
{
  gsize len, from;

  guint32 wanted = g_array_index (self->rows, guint32, gathering->message);

  if (row->row < wanted)
    return TRUE;
  from = get_part (self, gathering, &len);
  if (row->row > wanted || row->data == NULL || from + len > row->len) /* it was let go */
    return FALSE;
  add_part (gathering, row->data + from, len);
  return TRUE;
}

static gboolean
gather_cb (gpointer user_data)
{
  GTask *task = user_data;
  WeirStream *self = g_task_get_source_object (task);
  Gathering *gathering = g_task_get_task_data (task);
  gint64 end_us = g_get_monotonic_time () + WEIR_STREAM_SLICE_US;
  WeirWalk walk = WEIR_WALK_ROW;
  gboolean is_late = gathering->reading != self->n_readings;
  gboolean is_well = !is_late && !g_cancellable_is_cancelled (g_task_get_cancellable (task));
  WeirWalkRow row;

  while (is_well && !is_gathered (gathering) && (walk = weir_message_walk_get (gathering->walk, &row)) == WEIR_WALK_ROW)
    {
      is_well = take_part (self, gathering, &row);
      weir_message_walk_go_on (gathering->walk);
      if (g_get_monotonic_time () >= end_us)
        return G_SOURCE_CONTINUE;
    }
  gathering->source = 0;
  if (is_well && walk == WEIR_WALK_WAIT)
    return G_SOURCE_REMOVE;

  if (is_late)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The stream is read anew");
  else if (is_well && is_gathered (gathering))
    g_task_return_pointer (task, g_bytes_new (gathering->bytes->data, gathering->bytes->len),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("It was let go to make room, or cannot be read back from disk"));
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static void
queue_gather (gpointer user_data)
{
  Gathering *gathering = g_task_get_task_data (user_data);

  if (gathering->source == 0)
    gathering->source = g_idle_add (gather_cb, user_data);
}

void
weir_stream_read_async (WeirStream *self, guint64 start, gsize len, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Gathering *gathering = gathering_new (self, start, len);

  g_task_set_source_tag (task, weir_stream_read_async);
  g_task_set_task_data (task, gathering, gathering_free);
  gathering->walk = weir_message_walk_new (self->messages, queue_gather, task);
  if (!is_gathered (gathering))
    weir_message_walk_seek (gathering->walk, g_array_index (self->rows, guint32, gathering->message));
  queue_gather (task);
}

GBytes *
weir_stream_read_finish (WeirStream *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
