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

#include "weir-frame.h"

/* A raw peer of a connection over loopback that is the test's own, who may say whatever it likes. Every wait has a
 * limit. */

#define LIMIT_US (20 * G_USEC_PER_SEC)

typedef struct
{
  int fd;
  gboolean keeps_silent; /* does not answer pings */
  gboolean is_server;    /* sends frames unmasked, and wants masked ones */
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
make_any_frame (WeirOp op, gboolean is_final, gboolean is_masked, const void *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = is_final, .is_masked = is_masked, .length = len };
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];
  GByteArray *bytes;
  gsize n;

  if (is_masked)
    memcpy (head.mask, "\1\2\3\4", 4);
  n = weir_frame_head_write (&head, wire);
  bytes = g_byte_array_sized_new (n + len);
  g_byte_array_append (bytes, wire, n);
  if (len > 0)
    g_byte_array_append (bytes, data, len);
  weir_mask_apply (bytes->data + n, len, head.mask, 0);
  return bytes;
}

/* As a client sends it. */
static inline GByteArray *
make_frame (WeirOp op, const void *data, gsize len)
{
  return make_any_frame (op, TRUE, TRUE, data, len);
}

static inline void
peer_send (Peer *peer, WeirOp op, const void *data, gsize len)
{
  g_autoptr (GByteArray) bytes = make_any_frame (op, TRUE, !peer->is_server, data, len);

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
  g_assert_cmpint (head.is_masked, ==, peer->is_server);

  frame = g_new0 (Frame, 1);
  frame->op = head.op;
  frame->len = head.length;
  frame->data = g_malloc (head.length + 1);
  frame->data[head.length] = 0;
  if (!peer_read_bytes (peer, frame->data, frame->len))
    {
      frame_free (frame);
      return NULL;
    }
  if (head.is_masked)
    weir_mask_apply (frame->data, frame->len, head.mask, 0);
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
