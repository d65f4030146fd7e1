/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-batch.h"

#include <errno.h>
#include <unistd.h>

/* Where the payload of a row ends; a gap has none. */
static guint64
get_end (const WeirMessageRow *row)
{
  return row->offset + WEIR_RECORD_HEAD_SIZE + row->kept;
}

/* FALSE: it lies too far away from the others, or elsewhere. */
static gboolean
take_row (WeirMessageBatch *self, WeirMessageStore *store, guint32 number, guint64 *region_end)
{
  const WeirMessageRow *row = weir_message_store_get_row (store, number);

  if (row->kind != WEIR_MESSAGE_ROW_GAP)
    {
      if (self->len == 0)
        {
          self->at = row->offset;
          *region_end = weir_message_store_get_region_end (store, row->offset);
          if (weir_message_store_peek_records (store, self->at, 0) != NULL)
            *region_end = MIN (*region_end, self->at + WEIR_MESSAGE_BATCH_COPIED);
          else
            *region_end = MIN (*region_end, self->at + WEIR_MESSAGE_BATCH_BYTES);
        }
      else if (get_end (row) > *region_end)
        {
          return FALSE;
        }
      self->len = get_end (row) - self->at;
    }
  self->numbers[self->n] = number;
  self->rows[self->n++] = *row;
  return TRUE;
}

WeirMessageBatch *
weir_message_batch_new (WeirMessageStore *store, const guint32 *numbers, guint32 first, guint n)
{
  WeirMessageBatch *self = g_new0 (WeirMessageBatch, 1);
  guint64 region_end = 0;
  const guint8 *here;

  n = MIN (n, WEIR_MESSAGE_BATCH_ROWS);
  self->numbers = g_new (guint32, n);
  self->rows = g_new (WeirMessageRow, n);
  for (guint i = 0; i < n; i++)
    if (!take_row (self, store, numbers != NULL ? numbers[i] : first + i, &region_end))
      break;

  self->fd = -1;
  here = self->len > 0 ? weir_message_store_peek_records (store, self->at, self->len) : NULL;
  if (here != NULL)
    self->data = g_memdup2 (here, self->len);
  else if (self->len > 0)
    self->fd = weir_message_store_dup_fd (store);
  return self;
}

void
weir_message_batch_free (WeirMessageBatch *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->numbers);
  g_free (self->rows);
  g_free (self->data);
  g_free (self);
}

gboolean
weir_message_batch_read (WeirMessageBatch *self, GError **error)
{
  g_autofree guint8 *data = NULL;
  gsize done = 0;

  if (self->data != NULL || self->len == 0)
    return TRUE;

  data = g_malloc (self->len);
  while (done < self->len)
    {
      gssize n = pread (self->fd, data + done, self->len - done, self->at + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int code = n < 0 ? errno : EIO;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       "Messages that were kept on disk cannot be read back: %s", g_strerror (code));
          return FALSE;
        }
      done += n;
    }
  self->data = g_steal_pointer (&data);
  return TRUE;
}

const guint8 *
weir_message_batch_get_payload (WeirMessageBatch *self, guint i)
{
  const WeirMessageRow *row = &self->rows[i];

  if (row->kind == WEIR_MESSAGE_ROW_GAP || row->kept == 0)
    return (const guint8 *) "";
  return self->data + (row->offset - self->at) + WEIR_RECORD_HEAD_SIZE;
}
