/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A WebSocket peer for tests that can send every malformed byte: a blocking socket and frames by hand. It shares no
 * code with what is tested. Every wait has a limit; a peer that waits in vain fails its test. */

#define RAW_LIMIT_MS 20000

enum
{
  RAW_CONTINUATION = 0x0,
  RAW_TEXT = 0x1,
  RAW_BINARY = 0x2,
  RAW_CLOSE = 0x8,
  RAW_PING = 0x9,
  RAW_PONG = 0xa,
  RAW_FINAL = 0x80,
};

typedef struct
{
  int fd;
  GByteArray *in; /* read and not taken */
  gboolean is_at_end;
} RawPeer;

typedef struct
{
  guint8 first; /* flags and opcode, as they came; 0xff: end of stream */
  GBytes *payload;
} RawFrame;

#define RAW_END 0xff

static inline void
raw_frame_clear (RawFrame *frame)
{
  g_clear_pointer (&frame->payload, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawFrame, raw_frame_clear)

/* --- bytes --- */

static inline RawPeer *
raw_peer_connect (guint16 port)
{
  RawPeer *self = g_new0 (RawPeer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  self->in = g_byte_array_sized_new (4096);
  g_assert_cmpint (self->fd, >=, 0);
  g_assert_no_errno (connect (self->fd, (struct sockaddr *) &address, sizeof address));
  return self;
}

static inline void
raw_peer_free (RawPeer *self)
{
  close (self->fd);
  g_byte_array_unref (self->in);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawPeer, raw_peer_free)

/* FALSE: nothing came within @ms. Bytes, or the end of the stream, did otherwise. */
static inline gboolean
raw_peer_fill (RawPeer *self, int ms)
{
  struct pollfd poll_fd = { .fd = self->fd, .events = POLLIN };
  guint8 buffer[65536];
  gssize n;

  if (self->is_at_end)
    return TRUE;
  if (poll (&poll_fd, 1, ms) <= 0)
    return FALSE;
  n = recv (self->fd, buffer, sizeof buffer, 0);
  if (n <= 0)
    self->is_at_end = TRUE;
  else
    g_byte_array_append (self->in, buffer, (guint) n);
  return TRUE;
}

/* FALSE once the other side does not want it: it is a test's business whether that is right. */
static inline gboolean
raw_peer_write (RawPeer *self, const void *data, gsize len)
{
  const guint8 *p = data;

  while (len > 0)
    {
      struct pollfd poll_fd = { .fd = self->fd, .events = POLLOUT };
      gssize n;

      if (poll (&poll_fd, 1, RAW_LIMIT_MS) <= 0)
        g_error ("the peer takes nothing any more");
      n = send (self->fd, p, len, MSG_NOSIGNAL);
      if (n < 0)
        return FALSE;
      p += n;
      len -= (gsize) n;
    }
  return TRUE;
}

/* What there is until the end of the stream, as text. */
static inline char *
raw_peer_read_all (RawPeer *self)
{
  while (!self->is_at_end)
    if (!raw_peer_fill (self, RAW_LIMIT_MS))
      g_error ("the stream does not end");
  return g_strndup ((const char *) self->in->data, self->in->len);
}

/* --- handshake --- */

/* Takes the answer to a request, and returns its status. */
static inline guint
raw_peer_read_answer (RawPeer *self)
{
  const char *end = NULL;
  guint status;

  while (self->in->len == 0 || (end = memmem (self->in->data, self->in->len, "\r\n\r\n", 4)) == NULL)
    {
      g_assert_true (raw_peer_fill (self, RAW_LIMIT_MS));
      if (self->is_at_end)
        g_error ("the stream ended without an answer to the handshake");
    }
  g_assert_cmpint (self->in->len, >, 12);
  status = (guint) g_ascii_strtoull ((const char *) self->in->data + strlen ("HTTP/1.1 "), NULL, 10);
  if (status == 101)
    g_byte_array_remove_range (self->in, 0, (guint) (end + 4 - (const char *) self->in->data));
  return status;
}

/* Sends a request and returns the status of its answer. @headers: more lines, each with its end; nullable. */
static inline guint
raw_peer_request (RawPeer *self, const char *path, const char *headers)
{
  g_autofree char *request =
      g_strdup_printf ("GET %s HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
                       path, headers != NULL ? headers : "");

  raw_peer_write (self, request, strlen (request));
  return raw_peer_read_answer (self);
}

static inline RawPeer *
raw_peer_open (guint16 port, const char *path)
{
  RawPeer *self = raw_peer_connect (port);

  g_assert_cmpuint (raw_peer_request (self, path, NULL), ==, 101);
  return self;
}

static inline guint
raw_peer_probe (guint16 port, const char *path, const char *headers)
{
  g_autoptr (RawPeer) self = raw_peer_connect (port);

  return raw_peer_request (self, path, headers);
}

/* --- frames --- */

static inline GByteArray *
raw_frame_build (guint8 first, gboolean is_masked, const void *payload, gsize len)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  GByteArray *frame = g_byte_array_sized_new ((guint) len + 14);
  guint8 mask_bit = is_masked ? 0x80 : 0;
  guint8 head[10] = { first };
  guint head_len = 2;

  if (len < 126)
    head[1] = mask_bit | (guint8) len;
  else if (len < 65536)
    {
      head[1] = mask_bit | 126;
      head[2] = (guint8) (len >> 8);
      head[3] = (guint8) len;
      head_len = 4;
    }
  else
    {
      head[1] = mask_bit | 127;
      for (guint i = 0; i < 8; i++)
        head[2 + i] = (guint8) ((guint64) len >> (56 - 8 * i));
      head_len = 10;
    }
  g_byte_array_append (frame, head, head_len);
  if (is_masked)
    g_byte_array_append (frame, mask, 4);
  g_byte_array_append (frame, payload, (guint) len);
  for (gsize i = 0; is_masked && i < len; i++)
    frame->data[head_len + 4 + i] ^= mask[i % 4];
  return frame;
}

/* A masked frame. @first: RAW_FINAL | RAW_TEXT, say. */
static inline gboolean
raw_peer_send (RawPeer *self, guint8 first, const void *payload, gsize len)
{
  g_autoptr (GByteArray) frame = raw_frame_build (first, TRUE, payload, len);

  return raw_peer_write (self, frame->data, frame->len);
}

static inline void
raw_peer_send_text (RawPeer *self, const char *text)
{
  g_assert_true (raw_peer_send (self, RAW_FINAL | RAW_TEXT, text, strlen (text)));
}

static inline void
raw_peer_send_close (RawPeer *self, guint16 code, const char *reason)
{
  g_autoptr (GByteArray) payload = g_byte_array_sized_new (4096);
  guint8 number[2] = { (guint8) (code >> 8), (guint8) code };

  g_byte_array_append (payload, number, 2);
  g_byte_array_append (payload, (const guint8 *) reason, (guint) strlen (reason));
  raw_peer_send (self, RAW_FINAL | RAW_CLOSE, payload->data, payload->len);
}

/* Takes the next frame out of what has been read. */
static inline gboolean
raw_peer_take (RawPeer *self, RawFrame *frame)
{
  const guint8 *p = self->in->data;
  gsize have = self->in->len;
  guint64 len;
  guint head = 2;

  if (have < 2)
    return FALSE;
  g_assert_cmpint (p[1] & 0x80, ==, 0); /* a server does not mask */
  len = p[1] & 0x7f;
  if (len >= 126)
    {
      guint n = len == 126 ? 2 : 8;

      head += n;
      if (have < head)
        return FALSE;
      len = 0;
      for (guint i = 0; i < n; i++)
        len = len << 8 | p[2 + i];
    }
  if (have < head + len)
    return FALSE;
  frame->first = p[0];
  frame->payload = g_bytes_new (p + head, len);
  g_byte_array_remove_range (self->in, 0, (guint) (head + len));
  return TRUE;
}

/* The next frame of whatever kind, or the end of the stream. FALSE: nothing within @ms. */
static inline gboolean
raw_peer_poll (RawPeer *self, RawFrame *frame, int ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (!raw_peer_take (self, frame))
    {
      gint64 left = until - g_get_monotonic_time ();

      if (self->is_at_end)
        {
          *frame = (RawFrame){ .first = RAW_END };
          return TRUE;
        }
      if (!raw_peer_fill (self, left > 0 ? (int) (left / 1000) : 0))
        return FALSE;
    }
  return TRUE;
}

static inline void
raw_peer_receive (RawPeer *self, RawFrame *frame)
{
  if (!raw_peer_poll (self, frame, RAW_LIMIT_MS))
    g_error ("nothing came within %d ms", RAW_LIMIT_MS);
}

/* The next data message or close or end; pings are answered on the way, as every client's library does. */
static inline void
raw_peer_next (RawPeer *self, RawFrame *frame)
{
  for (;;)
    {
      raw_peer_receive (self, frame);
      if (frame->first == (RAW_FINAL | RAW_PING))
        raw_peer_send (self, RAW_FINAL | RAW_PONG, g_bytes_get_data (frame->payload, NULL),
                       g_bytes_get_size (frame->payload));
      else if (frame->first != (RAW_FINAL | RAW_PONG))
        return;
      raw_frame_clear (frame);
    }
}

/* (transfer full): the next message, which has to be text. */
static inline char *
raw_peer_next_text (RawPeer *self)
{
  g_auto (RawFrame) frame = { 0 };

  raw_peer_next (self, &frame);
  g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_TEXT);
  return g_strndup (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload));
}

/* Reads until the close frame, and returns its code; 0: it has none; 1006: the stream ended without one. */
static inline guint
raw_peer_wait_close (RawPeer *self, char **reason)
{
  for (;;)
    {
      g_auto (RawFrame) frame = { 0 };
      const guint8 *p;
      gsize len;

      raw_peer_next (self, &frame);
      if (frame.first == RAW_END)
        return 1006;
      if (frame.first != (RAW_FINAL | RAW_CLOSE))
        continue;
      p = g_bytes_get_data (frame.payload, &len);
      if (reason != NULL)
        *reason = len > 2 ? g_strndup ((const char *) p + 2, len - 2) : g_strdup ("");
      return len >= 2 ? (guint) (p[0] << 8 | p[1]) : 0;
    }
}
