/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-walk.h"

#include "weir-message-list-private.h"
#include "weir-message-private.h"

/* Read at a time: small messages lie close together. */
#define WINDOW_SIZE (1024 * 1024)

struct _WeirMessageWalk
{
  WeirMessageList *list;
  WeirMessageStore *store;
  GSourceOnceFunc ready;
  gpointer user_data;

  guint32 row;    /* the next */
  GBytes *window; /* nullable: a part of the file */
  guint64 window_at;
  GCancellable *reading;  /* nullable */
  gboolean is_unreadable; /* the row could not be read */
};

WeirMessageWalk *
weir_message_walk_new (WeirMessageList *list, GSourceOnceFunc ready, gpointer user_data)
{
  WeirMessageWalk *self = g_new0 (WeirMessageWalk, 1);

  self->list = g_object_ref (list);
  self->store = weir_message_list_get_store (list);
  self->ready = ready;
  self->user_data = user_data;
  return self;
}

void
weir_message_walk_free (WeirMessageWalk *self)
{
  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->window, g_bytes_unref);
  g_object_unref (self->list);
  g_free (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirMessageWalk *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_message_store_read_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* it is freed */
    return;
  g_clear_object (&self->reading);
  g_clear_pointer (&self->window, g_bytes_unref);
  self->window = g_steal_pointer (&bytes);
  self->is_unreadable = TRUE; /* unless it is in there */
  self->ready (self->user_data);
}

static void
read_window (WeirMessageWalk *self, const WeirMessageRow *row)
{
  self->reading = g_cancellable_new ();
  self->window_at = row->offset + WEIR_RECORD_HEAD_SIZE;
  weir_message_store_read_async (self->store, self->window_at, MAX (WINDOW_SIZE, row->kept), self->reading, read_cb,
                                 self);
}

static const guint8 *
find_in_window (WeirMessageWalk *self, const WeirMessageRow *row)
{
  guint64 at = row->offset + WEIR_RECORD_HEAD_SIZE;
  gsize size;
  const guint8 *data = self->window != NULL ? g_bytes_get_data (self->window, &size) : NULL;

  if (data == NULL || at < self->window_at || at + row->kept > self->window_at + size)
    return NULL;
  return data + (at - self->window_at);
}

WeirWalk
weir_message_walk_get (WeirMessageWalk *self, WeirWalkRow *out)
{
  guint32 first = weir_message_store_get_first_row (self->store);
  const WeirMessageRow *row;

  if (self->reading != NULL)
    return WEIR_WALK_WAIT;
  if (self->row < first) /* what was let go is as good as dropped */
    {
      *out = (WeirWalkRow){ .kind = WEIR_MESSAGE_GAP, .row = first - 1, .n_dropped = first - self->row };
      self->row = first - 1;
      return WEIR_WALK_ROW;
    }
  self->row = MAX (self->row, weir_message_store_get_first_row (self->store)); /* those before were let go */
  if (self->row >= weir_message_store_get_n_rows (self->store))
    return WEIR_WALK_END;

  row = weir_message_store_get_row (self->store, self->row);
  *out = (WeirWalkRow){ .kind = weir_message_row_get_kind (row), .row = self->row, .seq = row->seq };
  if (out->kind == WEIR_MESSAGE_GAP)
    {
      out->n_dropped = row->size;
      return WEIR_WALK_ROW;
    }
  out->size = row->size;
  out->len = row->kept;
  out->data = weir_message_store_peek (self->store, row, 0, &out->len);
  if (out->data == NULL)
    out->data = find_in_window (self, row);
  if (out->data != NULL || self->is_unreadable)
    return WEIR_WALK_ROW;
  read_window (self, row);
  return WEIR_WALK_WAIT;
}

void
weir_message_walk_go_on (WeirMessageWalk *self)
{
  self->row++;
  self->is_unreadable = FALSE;
}

void
weir_message_walk_seek (WeirMessageWalk *self, guint32 row)
{
  self->row = row;
  self->is_unreadable = FALSE;
}

const guint8 *
weir_message_list_peek (WeirMessageList *self, guint32 row, gsize from, gsize len)
{
  WeirMessageStore *store = weir_message_list_get_store (self);
  gsize there = len;
  const guint8 *data;

  if (row < weir_message_store_get_first_row (store))
    return NULL;
  data = weir_message_store_peek (store, weir_message_store_get_row (store, row), from, &there);

  return there == len ? data : NULL;
}
