/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>

#include "weir-appender.h"
#include "weir-clock.h"

/* Rows are kept in blocks, so that a million of them are never copied to grow. */
#define BLOCK_ROWS 8192

/* The share that is let go at a time, of what is kept at most. */
#define LET_GO_SHARE 8

struct _WeirMessageStore
{
  WeirAppender *file;
  guint64 max_bytes;
  guint max_rows;

  GPtrArray *blocks; /* of BLOCK_ROWS rows each; NULL: all of them were let go */
  guint32 first_row;
  guint32 n_rows;
  guint64 n_let_go;
  guint64 first_at; /* of the file, where the first row is */
  gint64 start_us;

  guint64 last_seq;
  guint64 n_lost; /* records refused since the last one that was kept */
};

WeirMessageStore *
weir_message_store_new_for_fd (int fd, guint64 max_bytes, guint max_rows)
{
  WeirMessageStore *self = g_rc_box_new0 (WeirMessageStore);

  self->file = weir_appender_new (fd);
  self->max_bytes = max_bytes;
  self->max_rows = max_rows;
  self->blocks = g_ptr_array_new_with_free_func (g_free);
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

  weir_appender_free (self->file);
  g_ptr_array_unref (self->blocks);
}

void
weir_message_store_unref (WeirMessageStore *self)
{
  g_rc_box_release_full (self, store_free);
}

void
weir_message_store_set_max_bytes (WeirMessageStore *self, guint64 max_bytes)
{
  self->max_bytes = max_bytes;
}

guint32
weir_message_store_get_first_row (WeirMessageStore *self)
{
  return self->first_row;
}

guint32
weir_message_store_get_n_rows (WeirMessageStore *self)
{
  return self->n_rows;
}

guint64
weir_message_store_get_n_let_go (WeirMessageStore *self)
{
  return self->n_let_go;
}

gint64
weir_message_store_get_start_us (WeirMessageStore *self)
{
  return self->start_us;
}

const WeirMessageRow *
weir_message_store_get_row (WeirMessageStore *self, guint32 i)
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

/* --- letting go --- */

static gboolean
has_room_for (WeirMessageStore *self, gsize size, guint64 max_bytes, guint max_rows)
{
  return weir_appender_get_size (self->file) - self->first_at + size <= max_bytes &&
         self->n_rows - self->first_row + 2 <= max_rows;
}

static void
drop_first_row (WeirMessageStore *self)
{
  const WeirMessageRow *row = weir_message_store_get_row (self, self->first_row);

  if (row->kind != WEIR_MESSAGE_ROW_GAP)
    {
      self->n_let_go++;
      self->first_at = row->offset + WEIR_RECORD_HEAD_SIZE + row->kept;
    }
  self->first_row++;
  if (self->first_row % BLOCK_ROWS == 0)
    g_clear_pointer (&self->blocks->pdata[self->first_row / BLOCK_ROWS - 1], g_free);
}

/* The newest are what people look at. All at once would be as bad as one by one would be slow. */
static void
let_go (WeirMessageStore *self, gsize size)
{
  guint64 max_bytes = self->max_bytes - self->max_bytes / LET_GO_SHARE;
  guint max_rows = self->max_rows - self->max_rows / LET_GO_SHARE;

  while (self->first_row < self->n_rows && !has_room_for (self, size, max_bytes, max_rows))
    drop_first_row (self);
  weir_appender_let_go (self->file, self->first_at);
}

/* --- writing --- */

static gboolean
make_room (WeirMessageStore *self, gsize size, GError **error)
{
  if (has_room_for (self, size, self->max_bytes, self->max_rows))
    return TRUE;
  if (size <= self->max_bytes && self->max_rows >= 2 && self->n_rows < G_MAXUINT32 - 2)
    {
      let_go (self, size);
      if (has_room_for (self, size, self->max_bytes, self->max_rows))
        return TRUE;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "A message is larger than all that a tap may keep");
  return FALSE;
}

/* Who does not look for room before still finds a bound. */
static gboolean
check_disk (WeirMessageStore *self, GError **error)
{
  const GError *failure;

  if (weir_appender_has_room (self->file))
    return TRUE;
  failure = weir_appender_get_error (self->file);
  if (failure == NULL && weir_appender_get_waiting (self->file) < 2 * WEIR_APPENDER_ROOM)
    return TRUE;
  if (failure != NULL)
    g_propagate_error (error, g_error_copy (failure));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "The disk is too slow to keep all messages");
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

  if (!check_disk (self, error) || !make_room (self, WEIR_RECORD_HEAD_SIZE + len, error))
    {
      self->n_lost += 1 + head->n_dropped;
      return FALSE;
    }

  if (self->n_rows == 0)
    self->start_us = time_us;
  add_gap (self, head, time_us);
  row = add_row (self);
  row->offset = weir_appender_get_size (self->file);
  row->seq = head->seq;
  row->time_us = time_us;
  row->kept = len;
  row->size = head->payload_size;
  row->kind = head->kind;
  row->flags = head->flags;

  weir_record_head_write (head, bytes);
  weir_appender_append (self->file, bytes, sizeof bytes);
  weir_appender_append (self->file, payload, len);
  weir_appender_commit (self->file);
  self->n_lost = 0;
  if (head->seq != 0)
    self->last_seq = head->seq;
  return TRUE;
}

gboolean
weir_message_store_has_room (WeirMessageStore *self)
{
  return weir_appender_has_room (self->file) || weir_appender_get_error (self->file) != NULL;
}

/* --- reading --- */

void
weir_message_store_read_async (WeirMessageStore *self, guint64 at, gsize len, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  weir_appender_read_async (self->file, at, len, cancellable, callback, user_data);
}

GBytes *
weir_message_store_read_finish (GAsyncResult *result, GError **error)
{
  return weir_appender_read_finish (result, error);
}

/* Cuts @from and *@len to the payload; where it lies. */
static guint64
locate (const WeirMessageRow *row, gsize from, gsize *len)
{
  from = MIN (from, row->kept);
  *len = MIN (*len, row->kept - from);
  return row->offset + WEIR_RECORD_HEAD_SIZE + from;
}

const guint8 *
weir_message_store_peek (WeirMessageStore *self, const WeirMessageRow *row, gsize from, gsize *len)
{
  guint64 at = locate (row, from, len);

  return *len > 0 ? weir_appender_peek (self->file, at, *len) : (const guint8 *) "";
}

guint64
weir_message_store_get_region_end (WeirMessageStore *self, guint64 at)
{
  return weir_appender_get_region_end (self->file, at);
}

const guint8 *
weir_message_store_peek_records (WeirMessageStore *self, guint64 at, gsize len)
{
  return weir_appender_peek (self->file, at, len);
}

guint64
weir_message_store_get_let_go_to (WeirMessageStore *self)
{
  return weir_appender_get_let_go (self->file);
}

int
weir_message_store_dup_fd (WeirMessageStore *self)
{
  return weir_appender_dup_fd (self->file);
}

/* What was there once and is not any more, or not all of it. */
static GError *
unreadable_error (const GError *why)
{
  if (why != NULL)
    return g_error_new (G_IO_ERROR, why->code, "A message that was kept on disk cannot be read back: %s", why->message);
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "A message that was kept on disk cannot be read back");
}

static GError *
let_go_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                              "This message was let go: the tap keeps the newest ones");
}

typedef struct
{
  WeirMessageStore *store;
  guint64 offset; /* of the record */
  gsize len;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  weir_message_store_unref (load->store);
  g_free (load);
}

/* What was let go while it was read may be a hole. */
static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_appender_read_finish (result, &error);

  if (bytes != NULL && load->offset < load->store->first_at)
    g_task_return_error (task, let_go_error ());
  else if (bytes != NULL && g_bytes_get_size (bytes) == load->len)
    g_task_return_pointer (task, g_steal_pointer (&bytes), (GDestroyNotify) g_bytes_unref);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_error (task, unreadable_error (error));
}

void
weir_message_store_load_async (WeirMessageStore *self, const WeirMessageRow *row, gsize len, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  guint64 at = locate (row, 0, &len);
  Load *load = g_new (Load, 1);

  g_task_set_source_tag (task, weir_message_store_load_async);
  *load = (Load){ weir_message_store_ref (self), row->offset, len };
  g_task_set_task_data (task, load, load_free);
  if (row->offset < self->first_at)
    {
      g_task_return_error (task, let_go_error ());
      g_object_unref (task);
      return;
    }
  weir_appender_read_async (self->file, at, len, cancellable, loaded_cb, task);
}

GBytes *
weir_message_store_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
