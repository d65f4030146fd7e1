/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "weir-clock.h"

/* Rows are kept in blocks, so that a million of them are never copied to grow. */
#define BLOCK_ROWS 8192

/* Records are written in one go when there are this many bytes of them, and read ahead by as much. */
#define CHUNK_SIZE (256 * 1024)

/* A disk that was full is tried again after this. */
#define RETRY_US (1 * G_USEC_PER_SEC)

struct _WeirMessageStore
{
  int fd;
  guint64 max_bytes;
  guint max_rows;

  GPtrArray *blocks; /* of BLOCK_ROWS rows each */
  guint n_rows;

  guint64 n_written; /* bytes in the file; always whole records */
  GByteArray *tail;  /* the bytes after them */
  GError *error;     /* why the tail could not be written */
  gint64 retry_us;

  guint64 last_seq;
  guint64 n_lost; /* records refused since the last one that was kept */

  guint8 *window; /* what was read ahead */
  guint64 window_at;
  gsize window_len;
  gsize window_size;
};

WeirMessageStore *
weir_message_store_new_for_fd (int fd, guint64 max_bytes, guint max_rows)
{
  WeirMessageStore *self = g_rc_box_new0 (WeirMessageStore);

  self->fd = fd;
  self->max_bytes = max_bytes;
  self->max_rows = max_rows;
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->tail = g_byte_array_new ();
  return self;
}

WeirMessageStore *
weir_message_store_new (GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "weir", NULL);
  g_autofree char *path = g_build_filename (folder, "tap-XXXXXX", NULL);
  int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "No file for the messages can be made in %s: %s",
                   folder, g_strerror (code));
      return NULL;
    }
  g_unlink (path);
  return weir_message_store_new_for_fd (fd, WEIR_MESSAGE_STORE_MAX_BYTES, WEIR_MESSAGE_STORE_MAX_ROWS);
}

WeirMessageStore *
weir_message_store_ref (WeirMessageStore *self)
{
  return g_rc_box_acquire (self);
}

static void
store_free (gpointer data)
{
  WeirMessageStore *self = data;

  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->blocks);
  g_byte_array_unref (self->tail);
  g_clear_error (&self->error);
  g_free (self->window);
}

void
weir_message_store_unref (WeirMessageStore *self)
{
  g_rc_box_release_full (self, store_free);
}

guint
weir_message_store_get_n_rows (WeirMessageStore *self)
{
  return self->n_rows;
}

const WeirMessageRow *
weir_message_store_get_row (WeirMessageStore *self, guint i)
{
  const WeirMessageRow *block = g_ptr_array_index (self->blocks, i / BLOCK_ROWS);

  return &block[i % BLOCK_ROWS];
}

static WeirMessageRow *
add_row (WeirMessageStore *self)
{
  WeirMessageRow *block;

  if (self->n_rows % BLOCK_ROWS == 0)
    g_ptr_array_add (self->blocks, g_new0 (WeirMessageRow, BLOCK_ROWS));
  block = g_ptr_array_index (self->blocks, self->n_rows / BLOCK_ROWS);
  return &block[self->n_rows++ % BLOCK_ROWS];
}

/* --- writing --- */

/* Written where it belongs, so a try that failed half-way is simply done again. */
static gboolean
write_tail (WeirMessageStore *self)
{
  gsize done = 0;

  while (done < self->tail->len)
    {
      gssize n = pwrite (self->fd, self->tail->data + done, self->tail->len - done, self->n_written + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int code = n < 0 ? errno : ENOSPC;

          g_clear_error (&self->error);
          self->error = g_error_new (G_IO_ERROR, g_io_error_from_errno (code), "Messages cannot be kept on disk: %s",
                                     g_strerror (code));
          self->retry_us = g_get_monotonic_time () + RETRY_US;
          return FALSE;
        }
      done += n;
    }

  self->n_written += self->tail->len;
  if (self->tail->len > 2 * CHUNK_SIZE) /* one huge message must not be paid for ever after */
    {
      g_byte_array_unref (self->tail);
      self->tail = g_byte_array_new ();
    }
  g_byte_array_set_size (self->tail, 0);
  g_clear_error (&self->error);
  return TRUE;
}

/* Whether one more record may be put into the tail. */
static gboolean
make_room (WeirMessageStore *self, gsize size, GError **error)
{
  if (self->n_written + self->tail->len + size > self->max_bytes || self->n_rows + 2 > self->max_rows)
    {
      g_autofree char *most = g_format_size_full (self->max_bytes, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   "A tap keeps at most %s or %u messages: what comes now is counted, but not kept", most,
                   self->max_rows);
      return FALSE;
    }

  if (self->tail->len < CHUNK_SIZE || self->tail->len + size == size)
    return TRUE;
  if ((self->error == NULL || g_get_monotonic_time () >= self->retry_us) && write_tail (self))
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

static void
add_gap (WeirMessageStore *self, const WeirRecordHead *head, gint64 time_us)
{
  guint64 n = head->n_dropped + self->n_lost;
  WeirMessageRow *row;

  if (n == 0)
    return;

  row = add_row (self);
  row->kind = WEIR_MESSAGE_ROW_GAP;
  row->seq = head->seq > n ? head->seq - n : self->last_seq + 1;
  row->time_us = time_us;
  row->size = MIN (n, G_MAXUINT32);
}

gboolean
weir_message_store_append (WeirMessageStore *self, const WeirRecordHead *head, const guint8 *payload, gsize len,
                           GError **error)
{
  gint64 time_us = CLAMP (head->time_us, 0, WEIR_CLOCK_MAX_MS * 1000);
  guint8 bytes[WEIR_RECORD_HEAD_SIZE];
  WeirMessageRow *row;

  if (!make_room (self, WEIR_RECORD_HEAD_SIZE + len, error))
    {
      self->n_lost += 1 + head->n_dropped;
      return FALSE;
    }

  add_gap (self, head, time_us);
  row = add_row (self);
  row->offset = self->n_written + self->tail->len;
  row->seq = head->seq;
  row->time_us = time_us;
  row->kept = len;
  row->size = head->payload_size;
  row->kind = head->kind;
  row->flags = head->flags;

  weir_record_head_write (head, bytes);
  g_byte_array_append (self->tail, bytes, sizeof bytes);
  g_byte_array_append (self->tail, payload, len);
  self->n_lost = 0;
  if (head->seq != 0)
    self->last_seq = head->seq;

  if (self->tail->len >= CHUNK_SIZE)
    write_tail (self); /* if it fails, this record is safe in the tail; the next one is told */
  return TRUE;
}

/* --- reading --- */

static gboolean
read_at (WeirMessageStore *self, guint64 at, guint8 *out, gsize len, gsize *n_read)
{
  gsize done = 0;

  while (done < len)
    {
      gssize n = pread (self->fd, out + done, len - done, at + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      done += n;
    }
  *n_read = done;
  return TRUE;
}

/* Cuts @from and *@len to the payload; where it lies. */
static guint64
locate (const WeirMessageRow *row, gsize from, gsize *len)
{
  from = MIN (from, row->kept);
  *len = MIN (*len, row->kept - from);
  return row->offset + WEIR_RECORD_HEAD_SIZE + from;
}

GBytes *
weir_message_store_read (WeirMessageStore *self, const WeirMessageRow *row, gsize from, gsize len, GError **error)
{
  guint64 at = locate (row, from, &len);
  g_autofree guint8 *data = NULL;
  gsize n_read = 0;

  if (len == 0)
    return g_bytes_new (NULL, 0);
  if (at >= self->n_written)
    return g_bytes_new (self->tail->data + (at - self->n_written), len);

  data = g_malloc (len);
  if (!read_at (self, at, data, len, &n_read) || n_read != len)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "A message that was kept on disk cannot be read back");
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), len);
}

static gboolean
read_ahead (WeirMessageStore *self, guint64 at, gsize len)
{
  gsize size = MAX (CHUNK_SIZE, len);

  if (self->window_size < size)
    {
      g_free (self->window);
      self->window = g_malloc (size);
      self->window_size = size;
    }
  self->window_at = at;
  self->window_len = 0;
  return read_at (self, at, self->window, MIN (size, self->n_written - at), &self->window_len) &&
         self->window_len >= len;
}

const guint8 *
weir_message_store_peek (WeirMessageStore *self, const WeirMessageRow *row, gsize from, gsize *len)
{
  guint64 at = locate (row, from, len);

  if (*len == 0)
    return (const guint8 *) "";
  if (at >= self->n_written)
    return self->tail->data + (at - self->n_written);
  if (at < self->window_at || at + *len > self->window_at + self->window_len)
    {
      if (!read_ahead (self, at, *len))
        return NULL;
    }
  return self->window + (at - self->window_at);
}
