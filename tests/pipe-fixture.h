/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "weir-data-thread.h"
#include "weir-frame.h"

/* For the tests of src/pipe: a data thread with its control context in the test's thread, what it has told, and raw
 * peers, who may say whatever they like. Every wait has a limit. */

#define LIMIT_US (20 * G_USEC_PER_SEC)

/* --- a raw peer --- */

typedef struct
{
  int fd;
  gboolean keeps_silent; /* does not answer pings */
  guint n_pings;         /* seen */
} Peer;

typedef struct
{
  WeirOp op;
  gsize len;
  guint8 *data;
} Frame;

static inline void
frame_free (Frame *frame)
{
  g_free (frame->data);
  g_free (frame);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frame, frame_free)

/* A connected pair over loopback: our end as a stream, the peer's as a descriptor. */
static inline GIOStream *
peer_init (Peer *peer)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (GSocket) socket_ = NULL;
  int fd;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &size), ==, 0);
  *peer = (Peer){ .fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
  g_assert_cmpint (connect (peer->fd, (struct sockaddr *) &address, size), ==, 0);
  fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  close (listener);

  socket_ = g_socket_new_from_fd (fd, NULL);
  g_socket_set_blocking (socket_, FALSE);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket_));
}

static inline void
peer_clear (Peer *peer)
{
  if (peer->fd >= 0)
    close (peer->fd);
  peer->fd = -1;
}

/* As a process that is killed: with a reset. */
static inline void
peer_reset (Peer *peer)
{
  struct linger linger = { .l_onoff = 1 };

  setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  peer_clear (peer);
}

static inline void
peer_wait (Peer *peer, short events)
{
  struct pollfd pollfd = { .fd = peer->fd, .events = events };

  g_assert_cmpint (poll (&pollfd, 1, LIMIT_US / 1000), ==, 1);
}

static inline void
peer_send_bytes (Peer *peer, const void *data, gsize len)
{
  const guint8 *at = data;

  while (len > 0)
    {
      gssize n = send (peer->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EAGAIN)
        {
          peer_wait (peer, POLLOUT);
          continue;
        }
      g_assert_cmpint (n, >, 0);
      at += n;
      len -= n;
    }
}

static inline GByteArray *
make_frame (WeirOp op, const void *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = TRUE, .is_masked = TRUE, .mask = { 1, 2, 3, 4 }, .length = len };
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize n = weir_frame_head_write (&head, wire);
  GByteArray *bytes = g_byte_array_sized_new (n + len);

  g_byte_array_append (bytes, wire, n);
  if (len > 0)
    g_byte_array_append (bytes, data, len);
  weir_mask_apply (bytes->data + n, len, head.mask, 0);
  return bytes;
}

static inline void
peer_send (Peer *peer, WeirOp op, const void *data, gsize len)
{
  g_autoptr (GByteArray) bytes = make_frame (op, data, len);

  peer_send_bytes (peer, bytes->data, bytes->len);
}

static inline void
peer_send_text (Peer *peer, const char *text)
{
  peer_send (peer, WEIR_OP_TEXT, text, strlen (text));
}

static inline void
peer_send_close (Peer *peer, guint16 code, const char *reason)
{
  guint8 payload[125];
  gsize len = reason != NULL ? strlen (reason) : 0;

  payload[0] = code >> 8;
  payload[1] = code & 0xff;
  if (len > 0)
    memcpy (payload + 2, reason, len);
  peer_send (peer, WEIR_OP_CLOSE, payload, code != 0 ? len + 2 : 0);
}

/* FALSE: end of stream, or a reset. */
static inline gboolean
peer_read_bytes (Peer *peer, void *data, gsize len)
{
  guint8 *at = data;

  while (len > 0)
    {
      gssize n;

      peer_wait (peer, POLLIN);
      n = recv (peer->fd, at, len, 0);
      if (n <= 0)
        return FALSE;
      at += n;
      len -= n;
    }
  return TRUE;
}

/* The next frame, whatever it is. NULL: end of stream. */
static inline Frame *
peer_read_frame (Peer *peer)
{
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize n = 2;
  WeirFrameHead head;
  const char *reason;
  Frame *frame;

  if (!peer_read_bytes (peer, wire, n))
    return NULL;
  for (WeirParse parse; (parse = weir_frame_head_parse (&head, wire, n, &reason)) != WEIR_PARSE_OK; n++)
    {
      g_assert_cmpint (parse, ==, WEIR_PARSE_MORE);
      if (!peer_read_bytes (peer, wire + n, 1))
        return NULL;
    }
  g_assert_true (head.is_final);
  g_assert_false (head.is_masked);

  frame = g_new0 (Frame, 1);
  frame->op = head.op;
  frame->len = head.length;
  frame->data = g_malloc (head.length + 1);
  frame->data[head.length] = 0;
  if (!peer_read_bytes (peer, frame->data, frame->len))
    g_clear_pointer (&frame, frame_free);
  return frame;
}

/* The next frame that is not a ping; pings are answered, as a client's library does. */
static inline Frame *
peer_read (Peer *peer)
{
  for (;;)
    {
      Frame *frame = peer_read_frame (peer);

      if (frame == NULL || frame->op != WEIR_OP_PING)
        return frame;
      peer->n_pings++;
      if (!peer->keeps_silent)
        peer_send (peer, WEIR_OP_PONG, frame->data, frame->len);
      frame_free (frame);
    }
}

static inline void
peer_expect (Peer *peer, WeirOp op, const char *data)
{
  g_autoptr (Frame) frame = peer_read (peer);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->op, ==, op);
  g_assert_cmpmem (frame->data, frame->len, data, strlen (data));
}

/* @code 0: an empty close frame. */
static inline void
peer_expect_close (Peer *peer, guint16 code, const char *reason)
{
  g_autoptr (Frame) frame = peer_read (peer);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->op, ==, WEIR_OP_CLOSE);
  if (code == 0)
    {
      g_assert_cmpuint (frame->len, ==, 0);
      return;
    }
  g_assert_cmpuint (frame->len, >=, 2);
  g_assert_cmpuint (frame->data[0] << 8 | frame->data[1], ==, code);
  g_assert_cmpstr ((char *) frame->data + 2, ==, reason);
}

/* Answers a close frame, and waits until our end has closed the socket. */
static inline void
peer_finish (Peer *peer)
{
  guint8 byte;

  peer_send_close (peer, 1000, NULL);
  g_assert_false (peer_read_bytes (peer, &byte, 1));
  peer_clear (peer);
}

static inline void
peer_expect_end (Peer *peer)
{
  g_autoptr (Frame) frame = peer_read (peer);

  g_assert_null (frame);
}

/* --- a data thread and what it says --- */

typedef struct
{
  GMainContext *context;
  WeirBudget *budget;
  WeirDataThread *thread;
  GPtrArray *events;  /* of WeirPipeEvent */
  GHashTable *meters; /* n → WeirMeters, the latest */
  guint n_blocks;     /* of meters */
  gboolean has_stopped;
} Fixture;

static inline void
fixture_note_meters (Fixture *self, guint32 n, const WeirMeters *meters)
{
  g_hash_table_insert (self->meters, GUINT_TO_POINTER (n), g_memdup2 (meters, sizeof *meters));
}

static inline void
fixture_event_cb (const WeirPipeEvent *event, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->events, weir_pipe_event_copy (event));
  fixture_note_meters (self, event->n, &event->meters);
}

static inline void
fixture_meters_cb (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_cmpuint (n_rows, >, 0);
  self->n_blocks++;
  for (guint i = 0; i < n_rows; i++)
    fixture_note_meters (self, rows[i].n, &rows[i].meters);
}

static inline void
fixture_stopped_cb (WeirDataThread *thread, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (thread == self->thread);
  g_assert_false (self->has_stopped);
  self->has_stopped = TRUE;
}

static inline void
fixture_init (Fixture *self, guint64 max_bytes)
{
  static const WeirDataEvents events = { fixture_event_cb, fixture_meters_cb, fixture_stopped_cb };
  g_autoptr (GError) error = NULL;

  *self = (Fixture){ .context = g_main_context_new (), .budget = weir_budget_new (max_bytes) };
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_pipe_event_free);
  self->meters = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->thread = weir_data_thread_new ("data", self->budget, self->context, &events, self, &error);
  g_assert_no_error (error);
  weir_data_thread_set_interval (self->thread, 50);
}

static inline void
fixture_clear (Fixture *self)
{
  if (self->thread != NULL)
    {
      weir_data_thread_stop (self->thread, 1001, "stopping", G_USEC_PER_SEC / 10);
      weir_data_thread_free (self->thread);
    }
  g_assert_cmpuint (weir_budget_get_used (self->budget), ==, 0);
  weir_budget_unref (self->budget);
  g_ptr_array_unref (self->events);
  g_hash_table_unref (self->meters);
  g_main_context_unref (self->context);
}

/* Iterates until it is so. */
#define WAIT_FOR(fixture, condition)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 limit_us_ = g_get_monotonic_time () + LIMIT_US;                                                             \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        if (!g_main_context_iteration ((fixture)->context, FALSE))                                                     \
          g_usleep (500);                                                                                              \
        if (g_get_monotonic_time () > limit_us_)                                                                       \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                                    \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

static inline const WeirMeters *
fixture_get_meters (Fixture *self, guint32 n)
{
  static const WeirMeters none = { 0 };
  const WeirMeters *meters = g_hash_table_lookup (self->meters, GUINT_TO_POINTER (n));

  return meters != NULL ? meters : &none;
}

static inline WeirState
fixture_get_state (Fixture *self, guint32 n)
{
  return weir_state_decide (fixture_get_meters (self, n), g_get_monotonic_time ());
}

/* The first event of that kind, of that side (−1: any). */
static inline const WeirPipeEvent *
fixture_find (Fixture *self, guint32 n, WeirPipeEventType type, int side)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const WeirPipeEvent *event = self->events->pdata[i];

      if (event->n == n && event->type == type && (side < 0 || (int) event->side == side))
        return event;
    }
  return NULL;
}

static inline const WeirPipeEvent *
fixture_wait_event (Fixture *self, guint32 n, WeirPipeEventType type, int side)
{
  const WeirPipeEvent *event = NULL;

  WAIT_FOR (self, (event = fixture_find (self, n, type, side)) != NULL);
  return event;
}

static inline void
fixture_open (Fixture *self, guint32 n, guint max_items, guint64 max_bytes)
{
  WeirPipeConfig config = {
    .n = n, .max_items = max_items, .max_bytes = max_bytes, .expiry_us = 0, .probe = TRUE, .keep_history = TRUE
  };

  weir_data_thread_open (self->thread, &config);
}

static inline void
fixture_attach (Fixture *self, guint32 n, WeirSide side, Peer *peer)
{
  weir_data_thread_attach (self->thread, n, side, peer_init (peer), NULL);
}
