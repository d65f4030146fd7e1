/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-writer-private.h"

#include "weir-channel-error.h"
#include "weir-client-socket.h"
#include "weir-close.h"
#include "weir-client-source.h"
#include "weir-utf8.h"
#include "weir-writer-stream.h"

/* For the handshake; what the SDKs of today allow (§1.5 of the protocol notes). */
#define CONNECT_TIMEOUT_MS (10 * 1000)

/* The engine answers a close when it has taken all that came before it, so a slow reader may hold the answer back for
 * as long as it likes, and giving up would lose what was accepted. A dead engine is noticed by weir_keep_alive (). */
#define CLOSE_TIMEOUT_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

/* Between the last message and the close, as every SDK does (§5.10). For an empty channel it is the time in which an
 * engine can say that this end is taken. */
#define CLOSE_DELAY_US (10 * 1000)

/* What the kernel keeps of ours unsent; more would only hide from the caller that the reader is slow. */
#define NOTSENT_LOWAT (128 * 1024)

/* Messages gathered into one call. */
#define MAX_GATHERED 16

typedef enum
{
  WRITER_NEW,
  WRITER_CONNECTING,
  WRITER_OPEN,
  WRITER_CLOSING, /* our close frame is on its way */
  WRITER_OVER,
} WriterState;

typedef struct
{
  WeirChannelWriter *writer; /* a reference: a stream's task does not keep it */
  GBytes *bytes;
  gsize n_taken;
  gboolean is_text;
  gboolean is_whole; /* one message, whatever its size */
  GSource *cancel;   /* nullable */
} Write;

struct _WeirChannelWriter
{
  GObject parent_instance;

  char *engine_url;
  char **headers; /* nullable */
  WeirRef *ref;
  GMainContext *context;
  GOutputStream *stream; /* nullable: made when asked for */

  WriterState state;
  WeirClientSocket *socket; /* nullable */
  GQueue writes;            /* GTask, whose data is a Write; the first may have been taken in part */
  gboolean is_pumping;
  GError *error; /* nullable: why it is over */

  gboolean close_asked;
  GTask *close_task;     /* nullable */
  GSource *close_cancel; /* nullable: of close_task */
  GSource *close_delay;  /* nullable */
  gint64 last_sent_us;

  gint64 held_us;
  gint64 held_since_us; /* 0: not held */
};

G_DEFINE_FINAL_TYPE (WeirChannelWriter, weir_channel_writer, G_TYPE_OBJECT)

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void weir_channel_writer_pump (WeirChannelWriter *self);

/* --- one write --- */

static void
write_free (Write *write)
{
  weir_client_source_clear (&write->cancel);
  g_bytes_unref (write->bytes);
  g_object_unref (write->writer);
  g_free (write);
}

/* The task has left the queue; this is the last of it. @error: (nullable): it failed */
static void
return_write (GTask *task, const GError *error)
{
  Write *write = g_task_get_task_data (task);

  weir_client_source_clear (&write->cancel);
  if (error == NULL)
    g_task_return_int (task, write->n_taken);
  else
    g_task_return_error (task, g_error_copy (error));
  g_object_unref (task);
}

static gboolean
write_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  Write *write = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  g_queue_remove (&write->writer->writes, task);
  return_write (task, error);

  return G_SOURCE_REMOVE;
}

/* Fills @out with the next messages of a write; a write of no bytes is one empty message. */
static guint
write_gather (const Write *write, WeirOut *out)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (write->bytes, &size);
  gsize at = write->n_taken;
  guint n = 0;

  do
    {
      gsize len = write->is_whole ? size : MIN (size - at, WEIR_CHANNEL_CHUNK_SIZE);

      out[n++] = (WeirOut){
        .kind = write->is_text ? WEIR_OP_TEXT : WEIR_OP_BINARY,
        .is_lent = TRUE,
        .data = data != NULL ? data + at : (const guint8 *) "",
        .len = len,
      };
      at += len;
    }
  while (at < size && n < MAX_GATHERED);

  return n;
}

/* Returns TRUE if the connection has taken all of it. */
static gboolean
write_send (Write *write, WeirConn *conn)
{
  gsize size = g_bytes_get_size (write->bytes);

  do
    {
      WeirOut out[MAX_GATHERED];
      guint n = write_gather (write, out);
      guint n_sent = weir_conn_sendv (conn, out, n);

      for (guint i = 0; i < n_sent; i++)
        write->n_taken += out[i].len;
      if (n_sent < n)
        return FALSE;
    }
  while (write->n_taken < size);

  return TRUE;
}

/* --- the end --- */

static void
weir_channel_writer_return_close (WeirChannelWriter *self)
{
  GTask *task = g_steal_pointer (&self->close_task);

  weir_client_source_clear (&self->close_cancel);
  if (task == NULL)
    return;
  if (self->error != NULL)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Whether what was given waits for room: a write, or, when there are to be no more, what the last of them left behind;
 * and then the close, which stands behind all that. */
static gboolean
weir_channel_writer_has_waiting (WeirChannelWriter *self)
{
  if (self->state != WRITER_OPEN)
    return self->state == WRITER_CLOSING;
  return !g_queue_is_empty (&self->writes) ||
         (self->close_asked && weir_conn_get_queued (weir_client_socket_get_conn (self->socket)) > 0);
}

static void
weir_channel_writer_update_held (WeirChannelWriter *self)
{
  gboolean is_held = weir_channel_writer_has_waiting (self);
  gint64 now_us = g_get_monotonic_time ();

  if (is_held == (self->held_since_us != 0))
    return;
  if (!is_held)
    self->held_us += now_us - self->held_since_us;
  self->held_since_us = is_held ? now_us : 0;
}

/* Nothing more can be written. @error: (transfer full) (nullable): NULL after a close of ours that was answered */
static void
weir_channel_writer_end (WeirChannelWriter *self, GError *error)
{
  GTask *task;

  g_assert (self->state != WRITER_OVER);

  g_object_ref (self);
  self->state = WRITER_OVER;
  self->error = error;
  weir_channel_writer_update_held (self);
  weir_client_source_clear (&self->close_delay);
  while ((task = g_queue_pop_head (&self->writes)) != NULL)
    return_write (task, self->error);
  weir_channel_writer_return_close (self);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, self->error);
  g_object_unref (self);
}

/* Whoever asked for the close may have dropped the writer since: what it accepted must arrive all the same. */
static void
weir_channel_writer_release (WeirChannelWriter *self)
{
  g_clear_pointer (&self->socket, weir_client_socket_free);
  if (self->close_asked)
    g_object_unref (self);
}

/* --- events of the connection --- */

static void
opened_cb (gpointer owner)
{
  WeirChannelWriter *self = owner;

  self->state = WRITER_OPEN;
  self->last_sent_us = g_get_monotonic_time ();
  weir_conn_set_notsent_lowat (weir_client_socket_get_conn (self->socket), NOTSENT_LOWAT);
  weir_channel_writer_pump (self);
}

static void
failed_cb (guint status, const GError *error, gpointer owner)
{
  WeirChannelWriter *self = owner;

  g_object_ref (self);
  weir_channel_writer_end (self, weir_channel_error_from_handshake (status, error));
  if (self->socket != NULL)
    weir_channel_writer_release (self);
  g_object_unref (self);
}

/* Engines send nothing to a writer; what they may send one day is none of our business. */
static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  return TRUE;
}

static void
drained_cb (WeirConn *conn, gpointer user_data)
{
  weir_channel_writer_pump (user_data);
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirChannelWriter *self = user_data;
  WeirChannelEnd end = { how, code, reason };

  if (self->state == WRITER_OVER)
    return;
  if (how == WEIR_CLOSED_BY_US)
    {
      end.how = weir_conn_get_peer_close (conn, &end.code, &end.reason) ? WEIR_CLOSED_CLEAN : WEIR_CLOSED_LOST;
      weir_channel_writer_end (self, weir_channel_error_from_writer_answer (&end));
    }
  else
    {
      weir_channel_writer_end (self, weir_channel_error_from_writer_end (&end));
    }
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  weir_channel_writer_release (user_data);
}

static const WeirClientSocketEvents socket_events = {
  .opened = opened_cb,
  .failed = failed_cb,
  .conn = { .message = message_cb, .drained = drained_cb, .ended = ended_cb, .closed = closed_cb },
};

/* --- sending --- */

static void
weir_channel_writer_open (WeirChannelWriter *self)
{
  g_autofree char *path = weir_ref_dup_path (self->ref);
  WeirClientSocketTarget target = {
    .base_url = self->engine_url,
    .path = path,
    .headers = (const char *const *) self->headers,
    .timeout_ms = CONNECT_TIMEOUT_MS,
  };

  self->state = WRITER_CONNECTING;
  self->socket = weir_client_socket_new (self->context, &target, &socket_events, self);
}

static gboolean
close_delay_cb (gpointer user_data)
{
  WeirChannelWriter *self = user_data;

  weir_client_source_clear (&self->close_delay);
  self->state = WRITER_CLOSING;
  weir_conn_close (weir_client_socket_get_conn (self->socket), WEIR_CLOSE_NORMAL, WEIR_REASON_STREAM_COMPLETE,
                   CLOSE_TIMEOUT_US);
  weir_channel_writer_update_held (self);
  return G_SOURCE_REMOVE;
}

/* When the connection has handed everything to the socket: a close that times out drops what it has queued. */
static void
weir_channel_writer_maybe_close (WeirChannelWriter *self)
{
  gint64 due_us = self->last_sent_us + CLOSE_DELAY_US - g_get_monotonic_time ();

  if (self->state != WRITER_OPEN || !self->close_asked || self->close_delay != NULL ||
      !g_queue_is_empty (&self->writes) || weir_conn_get_queued (weir_client_socket_get_conn (self->socket)) > 0)
    return;
  self->close_delay = weir_client_timeout_new (self->context, (MAX (due_us, 0) + 999) / 1000, close_delay_cb, self);
}

/* Sends what there is room for. The tasks' callbacks may come back in here, and drop the writer. */
static void
weir_channel_writer_pump (WeirChannelWriter *self)
{
  GTask *task;

  if (self->is_pumping)
    return;
  g_object_ref (self);
  self->is_pumping = TRUE;
  while (self->state == WRITER_OPEN && (task = g_queue_peek_head (&self->writes)) != NULL &&
         write_send (g_task_get_task_data (task), weir_client_socket_get_conn (self->socket)))
    {
      self->last_sent_us = g_get_monotonic_time ();
      g_queue_pop_head (&self->writes);
      return_write (task, NULL);
    }
  self->is_pumping = FALSE;
  weir_channel_writer_update_held (self);
  weir_channel_writer_maybe_close (self);
  g_object_unref (self);
}

static void
weir_channel_writer_add (WeirChannelWriter *self, GTask *task, GBytes *bytes, gboolean is_text, gboolean is_whole)
{
  Write *write = g_new0 (Write, 1);

  write->writer = g_object_ref (self);
  write->bytes = g_bytes_ref (bytes);
  write->is_text = is_text;
  write->is_whole = is_whole;
  g_task_set_task_data (task, write, (GDestroyNotify) write_free);
  g_task_set_check_cancellable (task, FALSE); /* what was taken is taken */

  if (self->close_asked || self->state >= WRITER_CLOSING)
    {
      g_autoptr (GError) closed =
          g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED, "This end of the channel is closed");

      return_write (task, self->error != NULL ? self->error : closed);
      return;
    }
  write->cancel = weir_client_cancel_new (self->context, g_task_get_cancellable (task), write_cancelled_cb, task);
  g_queue_push_tail (&self->writes, task);
  if (self->state == WRITER_NEW)
    weir_channel_writer_open (self);
  weir_channel_writer_pump (self);
}

void
weir_channel_writer_queue (WeirChannelWriter *self, GTask *task, GBytes *bytes)
{
  g_task_set_source_tag (task, weir_channel_writer_queue);
  weir_channel_writer_add (self, task, bytes, FALSE, FALSE);
}

/* --- public --- */

void
weir_channel_writer_write_async (WeirChannelWriter *self, GBytes *bytes, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self) && bytes != NULL);

  weir_channel_writer_queue (self, g_task_new (self, cancellable, callback, user_data), bytes);
}

gboolean
weir_channel_writer_write_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_int (G_TASK (result), error) >= 0;
}

/* The first thing that no engine would take. */
static GError *
check_message (GBytes *bytes, gboolean is_text)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  WeirUtf8 utf8 = { 0 };

  if (len > WEIR_FRAME_MAX_SIZE)
    return g_error_new (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TOO_LARGE,
                        "The message is larger than an engine takes: %" G_GSIZE_FORMAT " bytes", len);
  if (is_text && (!weir_utf8_push (&utf8, data, len) || !weir_utf8_is_complete (&utf8)))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "A text message must be UTF-8");
  return NULL;
}

static void
weir_channel_writer_send (WeirChannelWriter *self, GTask *task, GBytes *bytes, gboolean is_text)
{
  GError *error = check_message (bytes, is_text);

  if (error == NULL)
    {
      weir_channel_writer_add (self, task, bytes, is_text, TRUE);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
weir_channel_writer_send_async (WeirChannelWriter *self, GBytes *bytes, gboolean is_text, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self) && bytes != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_channel_writer_send_async);
  weir_channel_writer_send (self, task, bytes, is_text);
}

gboolean
weir_channel_writer_send_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error)
{
  return weir_channel_writer_write_finish (self, result, error);
}

void
weir_channel_writer_send_message_async (WeirChannelWriter *self, const char *text, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  g_autoptr (GBytes) bytes = NULL;

  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self) && text != NULL);

  bytes = g_bytes_new (text, strlen (text));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_channel_writer_send_message_async);
  weir_channel_writer_send (self, task, bytes, TRUE);
}

gboolean
weir_channel_writer_send_message_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error)
{
  return weir_channel_writer_write_finish (self, result, error);
}

static gboolean
close_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  WeirChannelWriter *self = user_data;
  GTask *task = g_steal_pointer (&self->close_task);

  weir_client_source_clear (&self->close_cancel);
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

void
weir_channel_writer_close_async (WeirChannelWriter *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_channel_writer_close_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->state == WRITER_OVER && self->error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->error));
      g_object_unref (task);
      return;
    }
  if (self->close_asked || self->state == WRITER_OVER)
    {
      g_task_return_new_error (task, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED, "This end is being closed already");
      g_object_unref (task);
      return;
    }

  self->close_asked = TRUE;
  g_object_ref (self); /* until weir_channel_writer_release () */
  self->close_task = task;
  self->close_cancel = weir_client_cancel_new (self->context, cancellable, close_cancelled_cb, self);
  if (self->state == WRITER_NEW)
    weir_channel_writer_open (self);
  weir_channel_writer_update_held (self);
  weir_channel_writer_maybe_close (self);
}

gboolean
weir_channel_writer_close_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
weir_channel_writer_abort (WeirChannelWriter *self)
{
  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self));

  g_object_ref (self);
  if (self->socket != NULL)
    weir_channel_writer_release (self);
  if (self->state != WRITER_OVER)
    weir_channel_writer_end (self, g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED,
                                                        "This end of the channel was given up"));
  g_object_unref (self);
}

void
weir_channel_writer_connect (WeirChannelWriter *self)
{
  g_return_if_fail (WEIR_IS_CHANNEL_WRITER (self));

  if (self->state == WRITER_NEW)
    weir_channel_writer_open (self);
}

gboolean
weir_channel_writer_is_open (WeirChannelWriter *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_WRITER (self), FALSE);

  return self->state == WRITER_OPEN;
}

gboolean
weir_channel_writer_is_held (WeirChannelWriter *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_WRITER (self), FALSE);

  return self->held_since_us != 0;
}

GOutputStream *
weir_channel_writer_get_stream (WeirChannelWriter *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_WRITER (self), NULL);

  if (self->stream == NULL)
    self->stream = weir_writer_stream_new (self);

  return self->stream;
}

gint64
weir_channel_writer_get_held_us (WeirChannelWriter *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_WRITER (self), 0);

  return self->held_us + (self->held_since_us != 0 ? g_get_monotonic_time () - self->held_since_us : 0);
}

const WeirRef *
weir_channel_writer_get_ref (WeirChannelWriter *self)
{
  g_return_val_if_fail (WEIR_IS_CHANNEL_WRITER (self), NULL);

  return self->ref;
}

/* --- GObject --- */

static void
weir_channel_writer_dispose (GObject *object)
{
  WeirChannelWriter *self = WEIR_CHANNEL_WRITER (object);

  /* No task is left: each keeps the writer. */
  weir_client_source_clear (&self->close_delay);
  g_clear_pointer (&self->socket, weir_client_socket_free);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (weir_channel_writer_parent_class)->dispose (object);
}

static void
weir_channel_writer_finalize (GObject *object)
{
  WeirChannelWriter *self = WEIR_CHANNEL_WRITER (object);

  g_clear_error (&self->error);
  weir_ref_free (self->ref);
  g_free (self->engine_url);
  g_strfreev (self->headers);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (weir_channel_writer_parent_class)->finalize (object);
}

static void
weir_channel_writer_class_init (WeirChannelWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_channel_writer_dispose;
  object_class->finalize = weir_channel_writer_finalize;

  /**
   * WeirChannelWriter::closed:
   * @error: (nullable): NULL after a close of ours
   *
   * The connection is over. Once.
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
weir_channel_writer_init (WeirChannelWriter *self)
{
  self->context = g_main_context_ref_thread_default ();
  g_queue_init (&self->writes);
}

WeirChannelWriter *
weir_channel_writer_new (const char *engine_url, const WeirRef *ref)
{
  WeirChannelWriter *self;

  g_return_val_if_fail (engine_url != NULL && ref != NULL, NULL);

  self = g_object_new (WEIR_TYPE_CHANNEL_WRITER, NULL);
  self->engine_url = g_strdup (engine_url);
  self->ref = weir_ref_copy (ref);

  return self;
}

void
weir_channel_writer_set_headers (WeirChannelWriter *self, const char *const *headers)
{
  g_strfreev (self->headers);
  self->headers = g_strdupv ((char **) headers);
}
