/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-reader-private.h"

#include "weir-channel-error.h"
#include "weir-client-socket.h"
#include "weir-close.h"
#include "weir-client-source.h"
#include "weir-reader-stream.h"

#include <string.h>

/* For the handshake; what the SDKs of today allow (§1.5 of the protocol notes). */
#define CONNECT_TIMEOUT_MS (10 * 1000)

/* A stock engine does not look at a reader's socket, and so never answers (§5.6). */
#define CLOSE_TIMEOUT_US (2 * G_USEC_PER_SEC)

#define READ_ALL_DEFAULT_MAX (64 * 1024 * 1024)

typedef enum
{
  READER_NEW,
  READER_CONNECTING,
  READER_OPEN,
  READER_OVER, /* nothing more will come; the connection may still be closing */
} ReaderState;

/* Who gets the messages. */
typedef enum
{
  MODE_NONE,
  MODE_HANDLER,
  MODE_STREAM,
  MODE_ALL,
} ReaderMode;

/* A read of the stream that waits. Its buffer is filled as far as one dispatch goes. */
typedef struct
{
  WeirChannelReader *reader; /* a reference: the stream's task does not keep it */
  guint8 *buffer;
  gsize size, filled;
  GSource *cancel; /* nullable */
} Read;

struct _WeirChannelReader
{
  GObject parent_instance;

  char *engine_url;
  char **headers; /* nullable */
  WeirRef *ref;
  GMainContext *context;

  ReaderState state;
  WeirClientSocket *socket; /* nullable */
  GError *error;            /* nullable: once over */
  gboolean is_leaving;      /* our close is on its way, and keeps us */

  ReaderMode mode;
  gboolean is_held; /* by the handler */
  gboolean in_handler;
  WeirMessageFunc handler;
  gpointer handler_data;
  GDestroyNotify handler_destroy;

  GInputStream *stream; /* nullable: made when asked for */
  GTask *read;          /* nullable */
  GBytes *kept;         /* nullable: a message that nobody has asked for yet, from kept_offset on */
  gsize kept_offset;
  gboolean kept_is_text;

  GTask *all_task; /* nullable */
  GByteArray *all; /* nullable */
  gsize all_max;
  GSource *all_cancel; /* nullable */
};

G_DEFINE_FINAL_TYPE (WeirChannelReader, weir_channel_reader, G_TYPE_OBJECT)

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void weir_channel_reader_leave (WeirChannelReader *self, GError *error);

static void
weir_channel_reader_emit_text (WeirChannelReader *self, const guint8 *data, gsize len)
{
  g_autofree char *text = g_strndup ((const char *) data, len);

  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

/* --- the stream --- */

static void
read_free (Read *read)
{
  weir_client_source_clear (&read->cancel);
  g_object_unref (read->reader);
  g_free (read);
}

/* Ends the read that waits. @error: (nullable): if it has got nothing */
static void
weir_channel_reader_return_read (WeirChannelReader *self, const GError *error)
{
  GTask *task = g_steal_pointer (&self->read);
  Read *read;

  if (task == NULL)
    return;
  read = g_task_get_task_data (task);
  weir_client_source_clear (&read->cancel);
  if (read->filled > 0 || error == NULL)
    g_task_return_int (task, read->filled);
  else
    g_task_return_error (task, g_error_copy (error));
  g_object_unref (task);
}

static void
weir_channel_reader_keep (WeirChannelReader *self, gboolean is_text, const guint8 *data, gsize len)
{
  self->kept = g_bytes_new (data, len);
  self->kept_offset = 0;
  self->kept_is_text = is_text;
}

/* One message for the stream. What it has no room for is kept, and holds the writer. */
static void
weir_channel_reader_stream_message (WeirChannelReader *self, gboolean is_text, const guint8 *data, gsize len)
{
  Read *read = self->read != NULL ? g_task_get_task_data (self->read) : NULL;
  gsize n;

  if (is_text && read != NULL && read->filled == 0)
    {
      weir_channel_reader_emit_text (self, data, len);
      return;
    }
  if (is_text || read == NULL)
    {
      weir_channel_reader_keep (self, is_text, data, len);
      weir_channel_reader_return_read (self, NULL);
      return;
    }
  n = MIN (len, read->size - read->filled);
  memcpy (read->buffer + read->filled, data, n);
  read->filled += n;
  if (n < len)
    weir_channel_reader_keep (self, FALSE, data + n, len - n);
  if (read->filled == read->size)
    weir_channel_reader_return_read (self, NULL);
}

/* Returns how many bytes of the kept message went to @buffer; a text among them is told on the way. */
static gsize
weir_channel_reader_take_kept (WeirChannelReader *self, void *buffer, gsize count)
{
  gsize size;
  const guint8 *data;

  if (self->kept == NULL)
    return 0;
  data = g_bytes_get_data (self->kept, &size);
  if (self->kept_is_text)
    {
      g_autoptr (GBytes) kept = g_steal_pointer (&self->kept);

      weir_channel_reader_emit_text (self, data, size);
      return 0;
    }
  count = MIN (count, size - self->kept_offset);
  memcpy (buffer, data + self->kept_offset, count);
  self->kept_offset += count;
  if (self->kept_offset == size)
    g_clear_pointer (&self->kept, g_bytes_unref);

  return count;
}

static gboolean
read_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  weir_channel_reader_return_read (user_data, error);

  return G_SOURCE_REMOVE;
}

/* --- all of it --- */

static void
weir_channel_reader_return_all (WeirChannelReader *self, const GError *error)
{
  GTask *task = g_steal_pointer (&self->all_task);
  g_autoptr (GByteArray) all = g_steal_pointer (&self->all);

  weir_client_source_clear (&self->all_cancel);
  if (task == NULL)
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&all)), (GDestroyNotify) g_bytes_unref);
  g_object_unref (task);
}

static void
weir_channel_reader_all_message (WeirChannelReader *self, gboolean is_text, const guint8 *data, gsize len)
{
  if (is_text)
    weir_channel_reader_emit_text (self, data, len);
  else if (self->all == NULL)
    return; /* was cancelled: nobody wants it any more */
  else if (len <= self->all_max - self->all->len)
    g_byte_array_append (self->all, data, len);
  else
    weir_channel_reader_leave (self,
                               g_error_new (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TOO_LARGE,
                                            "The channel holds more than %" G_GSIZE_FORMAT " bytes", self->all_max));
}

static gboolean
all_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  weir_channel_reader_leave (user_data, g_steal_pointer (&error));

  return G_SOURCE_REMOVE;
}

/* --- events of the connection --- */

static WeirConn *
weir_channel_reader_get_conn (WeirChannelReader *self)
{
  return self->socket != NULL ? weir_client_socket_get_conn (self->socket) : NULL;
}

/* Whether the next message would find nobody. */
static gboolean
weir_channel_reader_is_full (WeirChannelReader *self)
{
  return self->mode == MODE_STREAM ? self->read == NULL || self->kept != NULL : self->is_held;
}

static void
weir_channel_reader_update_pause (WeirChannelReader *self)
{
  WeirConn *conn = weir_channel_reader_get_conn (self);

  if (conn != NULL && self->state == READER_OPEN)
    weir_conn_set_paused (conn, weir_channel_reader_is_full (self));
}

/* Often the handler's data keeps whoever keeps the reader. */
static void
weir_channel_reader_drop_handler (WeirChannelReader *self)
{
  gpointer data = g_steal_pointer (&self->handler_data);
  GDestroyNotify destroy = g_steal_pointer (&self->handler_destroy);

  if (destroy != NULL)
    destroy (data);
}

static void
weir_channel_reader_call_handler (WeirChannelReader *self, gboolean is_text, const guint8 *data, gsize len)
{
  self->in_handler = TRUE;
  self->is_held = !self->handler (self, is_text, data, len, self->handler_data);
  self->in_handler = FALSE;
  if (self->state == READER_OVER)
    weir_channel_reader_drop_handler (self);
}

/* Nothing more will come. @error: (transfer full) (nullable) */
static void
weir_channel_reader_end (WeirChannelReader *self, GError *error)
{
  g_assert (self->state != READER_OVER);

  g_object_ref (self);
  self->state = READER_OVER;
  self->error = error;
  weir_channel_reader_return_read (self, error);
  weir_channel_reader_return_all (self, error);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, error);
  if (!self->in_handler)
    weir_channel_reader_drop_handler (self);
  g_object_unref (self);
}

static void
opened_cb (gpointer owner)
{
  WeirChannelReader *self = owner;

  self->state = READER_OPEN;
  weir_channel_reader_update_pause (self);
}

static void
failed_cb (guint status, const GError *error, gpointer owner)
{
  WeirChannelReader *self = owner;

  g_object_ref (self);
  weir_channel_reader_end (self, weir_channel_error_from_handshake (status, error));
  g_clear_pointer (&self->socket, weir_client_socket_free);
  g_object_unref (self);
}

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  g_autoptr (WeirChannelReader) self = g_object_ref (user_data);
  gboolean is_text = kind == WEIR_OP_TEXT;

  switch (self->mode)
    {
    case MODE_HANDLER:
      weir_channel_reader_call_handler (self, is_text, data, len);
      break;
    case MODE_STREAM:
      weir_channel_reader_stream_message (self, is_text, data, len);
      break;
    case MODE_ALL:
      weir_channel_reader_all_message (self, is_text, data, len);
      break;
    case MODE_NONE:
    default:
      g_assert_not_reached ();
    }

  return self->state == READER_OPEN && !weir_channel_reader_is_full (self);
}

static void
batch_end_cb (WeirConn *conn, gpointer user_data)
{
  WeirChannelReader *self = user_data;
  Read *read = self->read != NULL ? g_task_get_task_data (self->read) : NULL;

  if (read != NULL && read->filled > 0)
    weir_channel_reader_return_read (self, NULL);
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirChannelReader *self = user_data;
  WeirChannelEnd end = { how, code, reason };

  if (self->state != READER_OVER)
    weir_channel_reader_end (self, weir_channel_error_from_reader_end (&end));
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  WeirChannelReader *self = user_data;
  gboolean is_leaving = self->is_leaving;

  self->is_leaving = FALSE;
  g_clear_pointer (&self->socket, weir_client_socket_free);
  if (is_leaving)
    g_object_unref (self);
}

static const WeirClientSocketEvents socket_events = {
  .opened = opened_cb,
  .failed = failed_cb,
  .conn = { .message = message_cb, .batch_end = batch_end_cb, .ended = ended_cb, .closed = closed_cb },
};

static void
weir_channel_reader_connect (WeirChannelReader *self)
{
  g_autofree char *path = weir_ref_dup_path (self->ref);
  WeirClientSocketTarget target = {
    .base_url = self->engine_url,
    .path = path,
    .headers = (const char *const *) self->headers,
    .timeout_ms = CONNECT_TIMEOUT_MS,
  };

  if (self->state != READER_NEW)
    return;
  self->state = READER_CONNECTING;
  self->socket = weir_client_socket_new (self->context, &target, &socket_events, self);
}

/* Goes while there is more. @error: (transfer full): what the own side is told */
static void
weir_channel_reader_leave (WeirChannelReader *self, GError *error)
{
  WeirConn *conn = weir_channel_reader_get_conn (self);

  g_object_ref (self);
  if (self->state == READER_OPEN)
    {
      self->is_leaving = TRUE;
      g_object_ref (self); /* until closed_cb () */
      weir_conn_close (conn, WEIR_CLOSE_NORMAL, WEIR_REASON_CHANNEL_CLOSE, CLOSE_TIMEOUT_US);
    }
  else
    {
      g_clear_pointer (&self->socket, weir_client_socket_free);
    }
  weir_channel_reader_end (self, error);
  g_object_unref (self);
}

/* --- for the stream --- */

void
weir_channel_reader_read (WeirChannelReader *self, GTask *task, void *buffer, gsize count)
{
  g_autoptr (WeirChannelReader) keep = g_object_ref (self);
  Read *read;
  gsize n;

  g_return_if_fail (self->mode == MODE_NONE || self->mode == MODE_STREAM);
  g_return_if_fail (self->read == NULL);

  self->mode = MODE_STREAM;
  read = g_new0 (Read, 1);
  read->reader = g_object_ref (self);
  read->buffer = buffer;
  read->size = count;
  g_task_set_source_tag (task, weir_channel_reader_read);
  g_task_set_task_data (task, read, (GDestroyNotify) read_free);
  g_task_set_check_cancellable (task, FALSE); /* what was read is read */

  n = weir_channel_reader_take_kept (self, buffer, count);
  self->read = task;
  read->filled = n;
  if (n > 0 || self->state == READER_OVER)
    {
      weir_channel_reader_return_read (self, self->error);
      return;
    }
  read->cancel = weir_client_cancel_new (self->context, g_task_get_cancellable (task), read_cancelled_cb, self);
  weir_channel_reader_connect (self);
  weir_channel_reader_update_pause (self);
}

/* --- public --- */

void
weir_channel_reader_set_handler (WeirChannelReader *self, WeirMessageFunc func, gpointer user_data,
                                 GDestroyNotify destroy)
{
  g_return_if_fail (WEIR_IS_CHANNEL_READER (self) && func != NULL);
  g_return_if_fail (self->mode == MODE_NONE);

  self->mode = MODE_HANDLER;
  self->handler = func;
  self->handler_data = user_data;
  self->handler_destroy = destroy;
  weir_channel_reader_connect (self);
}

void
weir_channel_reader_resume (WeirChannelReader *self)
{
  g_return_if_fail (WEIR_IS_CHANNEL_READER (self));

  self->is_held = FALSE;
  weir_channel_reader_update_pause (self);
}

GInputStream *
weir_channel_reader_get_stream (WeirChannelReader *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_READER (self), NULL);

  if (self->stream == NULL)
    self->stream = weir_reader_stream_new (self);

  return self->stream;
}

void
weir_channel_reader_read_all_async (WeirChannelReader *self, gsize max_bytes, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (WEIR_IS_CHANNEL_READER (self));
  g_return_if_fail (self->mode == MODE_NONE);

  self->mode = MODE_ALL;
  self->all_task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->all_task, weir_channel_reader_read_all_async);
  g_task_set_check_cancellable (self->all_task, FALSE);
  self->all = g_byte_array_new ();
  self->all_max = max_bytes > 0 ? max_bytes : READ_ALL_DEFAULT_MAX;
  if (self->state == READER_OVER)
    {
      weir_channel_reader_return_all (self, self->error);
      return;
    }
  self->all_cancel = weir_client_cancel_new (self->context, cancellable, all_cancelled_cb, self);
  weir_channel_reader_connect (self);
}

GBytes *
weir_channel_reader_read_all_finish (WeirChannelReader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
weir_channel_reader_close (WeirChannelReader *self)
{
  g_return_if_fail (WEIR_IS_CHANNEL_READER (self));

  if (self->state != READER_OVER)
    weir_channel_reader_leave (
        self, g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED, "This end of the channel is closed"));
}

void
weir_channel_reader_abort (WeirChannelReader *self)
{
  gboolean was_leaving;

  g_return_if_fail (WEIR_IS_CHANNEL_READER (self));

  g_object_ref (self);
  was_leaving = self->is_leaving;
  self->is_leaving = FALSE;
  g_clear_pointer (&self->socket, weir_client_socket_free);
  if (was_leaving)
    g_object_unref (self);
  if (self->state != READER_OVER)
    weir_channel_reader_end (self, g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED,
                                                        "This end of the channel was given up"));
  g_object_unref (self);
}

const WeirRef *
weir_channel_reader_get_ref (WeirChannelReader *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_READER (self), NULL);

  return self->ref;
}

/* --- GObject --- */

static void
weir_channel_reader_dispose (GObject *object)
{
  WeirChannelReader *self = WEIR_CHANNEL_READER (object);

  /* No task is left: each keeps the reader. */
  g_clear_pointer (&self->socket, weir_client_socket_free);
  g_clear_object (&self->stream);
  weir_channel_reader_drop_handler (self);

  G_OBJECT_CLASS (weir_channel_reader_parent_class)->dispose (object);
}

static void
weir_channel_reader_finalize (GObject *object)
{
  WeirChannelReader *self = WEIR_CHANNEL_READER (object);

  g_clear_pointer (&self->kept, g_bytes_unref);
  g_clear_error (&self->error);
  weir_ref_free (self->ref);
  g_free (self->engine_url);
  g_strfreev (self->headers);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (weir_channel_reader_parent_class)->finalize (object);
}

static void
weir_channel_reader_class_init (WeirChannelReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_channel_reader_dispose;
  object_class->finalize = weir_channel_reader_finalize;

  /**
   * WeirChannelReader::message:
   * @text: up to its first NUL, if it has one
   *
   * A text message, where no handler is set.
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * WeirChannelReader::ended:
   * @error: (nullable): NULL if the writer closed as it should
   *
   * After the last message. Once.
   */
  signals[SIGNAL_ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
weir_channel_reader_init (WeirChannelReader *self)
{
  self->context = g_main_context_ref_thread_default ();
}

WeirChannelReader *
weir_channel_reader_new (const char *engine_url, const WeirRef *ref)
{
  WeirChannelReader *self;

  g_return_val_if_fail (engine_url != NULL && ref != NULL, NULL);

  self = g_object_new (WEIR_TYPE_CHANNEL_READER, NULL);
  self->engine_url = g_strdup (engine_url);
  self->ref = weir_ref_copy (ref);

  return self;
}

void
weir_channel_reader_set_headers (WeirChannelReader *self, const char *const *headers)
{
  g_strfreev (self->headers);
  self->headers = g_strdupv ((char **) headers);
}
