/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"
#include "weir-reader.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A WeirConn under test, and at the other end of its socket a raw peer that can send every malformed byte. Both live in
 * the test's own thread and context. What happens to the connection is written down as text. */

/* Long enough for a loaded machine: only a test that fails waits for it. */
#define PEER_LIMIT_S 60

typedef struct _Peer Peer;
struct _Peer
{
  GMainContext *context;
  WeirLoop *loop;
  WeirConn *conn; /* NULL once freed */
  int fd;         /* the raw end; -1 once closed */

  GString *log;      /* of events: see the callbacks */
  gboolean is_brief; /* messages are counted only */
  guint n_messages;
  guint64 n_bytes;

  /* nullable: what a test does in its events */
  gboolean (*on_message) (Peer *peer, WeirOp kind, const guint8 *data, gsize len);
  void (*on_batch_end) (Peer *peer);
  void (*on_drained) (Peer *peer);
  void (*on_pong) (Peer *peer);
  void (*on_ended) (Peer *peer);
  void (*on_closed) (Peer *peer);
  gpointer data;
};

static inline gboolean
peer_message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  Peer *self = user_data;

  self->n_messages++;
  self->n_bytes += len;
  if (!self->is_brief && len <= 64)
    g_string_append_printf (self->log, "%c(%.*s) ", kind == WEIR_OP_TEXT ? 'T' : 'B', (int) len, data);
  else if (!self->is_brief)
    g_string_append_printf (self->log, "%c%" G_GSIZE_FORMAT " ", kind == WEIR_OP_TEXT ? 'T' : 'B', len);

  return self->on_message == NULL || self->on_message (self, kind, data, len);
}

static inline void
peer_batch_end_cb (WeirConn *conn, gpointer user_data)
{
  Peer *self = user_data;

  if (self->on_batch_end != NULL)
    self->on_batch_end (self);
}

static inline void
peer_drained_cb (WeirConn *conn, gpointer user_data)
{
  Peer *self = user_data;

  if (self->on_drained != NULL)
    self->on_drained (self);
}

static inline void
peer_pong_cb (WeirConn *conn, const guint8 *data, gsize len, gpointer user_data)
{
  Peer *self = user_data;

  g_string_append_printf (self->log, "pong(%.*s) ", (int) len, data);
  if (self->on_pong != NULL)
    self->on_pong (self);
}

static inline void
peer_ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  static const char *const names[] = { "clean", "lost", "violated", "by-us" };
  Peer *self = user_data;

  g_string_append_printf (self->log, "%s(%u,%s) ", names[how], code, reason != NULL ? reason : "");
  if (self->on_ended != NULL)
    self->on_ended (self);
}

static inline void
peer_closed_cb (WeirConn *conn, gpointer user_data)
{
  Peer *self = user_data;

  g_string_append (self->log, "closed ");
  if (self->on_closed != NULL)
    self->on_closed (self);
  else
    g_clear_pointer (&self->conn, weir_conn_free);
}

static const WeirConnEvents peer_events = {
  .message = peer_message_cb,
  .batch_end = peer_batch_end_cb,
  .drained = peer_drained_cb,
  .pong = peer_pong_cb,
  .ended = peer_ended_cb,
  .closed = peer_closed_cb,
};

/* (transfer full) */
static inline GIOStream *
peer_stream_of_fd (int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);

  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

/* @fds: the connection's end and the raw one. */
static inline void
peer_init_with_fds (Peer *self, const int fds[2], WeirRole role, GBytes *early)
{
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->context = g_main_context_new ();
  self->loop = weir_loop_new_attached (self->context, G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  self->log = g_string_new (NULL);
  self->fd = fds[1];
  self->conn = weir_conn_new (self->loop, peer_stream_of_fd (fds[0]), role, early, &peer_events, self);
}

/* Two ends of a TCP connection. */
static inline void
peer_make_tcp_pair (int fds[2])
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &size), ==, 0);
  fds[1] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fds[1], (struct sockaddr *) &address, size), ==, 0);
  fds[0] = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (fds[0], >=, 0);
  close (listener);
}

static inline void
peer_init (Peer *self, WeirRole role)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  peer_init_with_fds (self, fds, role, NULL);
}

static inline void
peer_close (Peer *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static inline void
peer_clear (Peer *self)
{
  g_clear_pointer (&self->conn, weir_conn_free);
  peer_close (self);
  g_clear_pointer (&self->loop, weir_loop_unref);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_unref (self->context);
  g_string_free (self->log, TRUE);
}

static inline gboolean
peer_too_late_cb (gpointer data)
{
  g_error ("nothing came in time; until now: %s", ((Peer *) data)->log->str);

  return G_SOURCE_REMOVE;
}

/* One turn of the loop, at most a millisecond long. */
static inline gboolean
peer_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GSource *limit, *tick;
} PeerWait;

/* The raw end is not in the context, so waiting for what it gets ticks. */
static inline PeerWait
peer_wait_begin (Peer *self)
{
  PeerWait wait = { g_timeout_source_new_seconds (PEER_LIMIT_S), g_timeout_source_new (1) };

  g_source_set_callback (wait.limit, peer_too_late_cb, self, NULL);
  g_source_attach (wait.limit, self->context);
  g_source_set_callback (wait.tick, peer_tick_cb, NULL, NULL);
  g_source_attach (wait.tick, self->context);

  return wait;
}

static inline void
peer_wait_end (PeerWait *wait)
{
  g_source_destroy (wait->limit);
  g_source_unref (wait->limit);
  g_source_destroy (wait->tick);
  g_source_unref (wait->tick);
}

#define peer_wait_for(self, condition)                                                                                 \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    PeerWait peer_wait_ = peer_wait_begin (self);                                                                      \
    while (!(condition))                                                                                               \
      g_main_context_iteration ((self)->context, TRUE);                                                                \
    peer_wait_end (&peer_wait_);                                                                                       \
  }                                                                                                                    \
  G_STMT_END

/* Runs what can be run without waiting. */
static inline void
peer_settle (Peer *self)
{
  while (g_main_context_iteration (self->context, FALSE))
    ;
}

/* Waits until so much has been written down, then compares all of it. */
#define peer_expect_log(self, expected)                                                                                \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    peer_wait_for (self, (self)->log->len >= strlen (expected));                                                       \
    g_assert_cmpstr ((self)->log->str, ==, expected);                                                                  \
    g_string_truncate ((self)->log, 0);                                                                                \
  }                                                                                                                    \
  G_STMT_END

/* --- the raw end --- */

static const guint8 peer_mask[4] = { 0x9a, 0x31, 0x07, 0xc5 };

static inline void
peer_append_frame (GByteArray *out, WeirOp op, gboolean is_final, gboolean is_masked, const void *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = is_final, .is_masked = is_masked, .length = len };
  guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize size;

  memcpy (head.mask, peer_mask, 4);
  size = weir_frame_head_write (&head, bytes);
  g_byte_array_append (out, bytes, size);
  g_byte_array_append (out, data, len);
  if (is_masked)
    weir_mask_apply (out->data + out->len - len, len, peer_mask, 0);
}

/* All of it, running the connection where the socket is full. */
static inline void
peer_send (Peer *self, const void *data, gsize len)
{
  PeerWait wait = peer_wait_begin (self);

  for (gsize done = 0; done < len;)
    {
      gssize n = send (self->fd, (const guint8 *) data + done, len - done, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n > 0)
        done += n;
      else if (n < 0 && errno == EAGAIN)
        g_main_context_iteration (self->context, TRUE);
      else
        break; /* the connection has gone */
    }
  peer_wait_end (&wait);
}

/* As a client does. */
static inline void
peer_send_frame (Peer *self, WeirOp op, const void *data, gsize len)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  peer_append_frame (frame, op, TRUE, TRUE, data, len);
  peer_send (self, frame->data, frame->len);
}

#define peer_send_text(self, text) peer_send_frame (self, WEIR_OP_TEXT, text, strlen (text))

/* Returns what there is: bytes, 0 at the end of stream, -1 if there is nothing. */
static inline gssize
peer_receive (Peer *self, guint8 *data, gsize len)
{
  gssize n = recv (self->fd, data, len, MSG_DONTWAIT);

  return n < 0 && errno != EAGAIN ? 0 : n;
}

static inline void
peer_receive_exactly (Peer *self, guint8 *data, gsize len)
{
  PeerWait wait = peer_wait_begin (self);

  for (gsize done = 0; done < len;)
    {
      gssize n = peer_receive (self, data + done, len - done);

      g_assert_cmpint (n, !=, 0);
      if (n > 0)
        done += n;
      else
        g_main_context_iteration (self->context, TRUE);
    }
  peer_wait_end (&wait);
}

#define peer_expect_bytes(self, bytes)                                                                                 \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint8 peer_bytes_[sizeof (bytes) - 1];                                                                            \
    peer_receive_exactly (self, peer_bytes_, sizeof peer_bytes_);                                                      \
    g_assert_cmpmem (peer_bytes_, sizeof peer_bytes_, bytes, sizeof (bytes) - 1);                                      \
  }                                                                                                                    \
  G_STMT_END

static inline void
peer_expect_nothing (Peer *self)
{
  guint8 byte;

  peer_settle (self);
  g_assert_cmpint (peer_receive (self, &byte, 1), ==, -1);
}

static inline void
peer_expect_end (Peer *self)
{
  guint8 byte;
  gssize n;

  peer_wait_for (self, (n = peer_receive (self, &byte, 1)) >= 0);
  g_assert_cmpint (n, ==, 0);
}
