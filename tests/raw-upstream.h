/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "raw-peer.h"

/* An engine's place that a test fills itself: a listening socket, the heads that come there as they came, and whatever
 * answer. The relay's own worker calls there too; it is left to wait. */

typedef struct
{
  int fd;
  guint16 port;
  char *url;
  GPtrArray *others; /* connections that nobody has waited for */
} RawUpstream;

static inline RawUpstream *
raw_upstream_new (void)
{
  RawUpstream *self = g_new0 (RawUpstream, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t len = sizeof address;

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (bind (self->fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (self->fd, 64));
  g_assert_no_errno (getsockname (self->fd, (struct sockaddr *) &address, &len));
  self->port = ntohs (address.sin_port);
  self->url = g_strdup_printf ("ws://127.0.0.1:%u", self->port);
  self->others = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  return self;
}

static inline void
raw_upstream_free (RawUpstream *self)
{
  close (self->fd);
  g_ptr_array_unref (self->others);
  g_free (self->url);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawUpstream, raw_upstream_free)

static inline RawPeer *
raw_upstream_accept_any (RawUpstream *self)
{
  RawPeer *peer = g_new0 (RawPeer, 1);
  struct pollfd poll_fd = { .fd = self->fd, .events = POLLIN };

  g_assert_cmpint (poll (&poll_fd, 1, RAW_LIMIT_MS), ==, 1);
  peer->fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (peer->fd, >=, 0);
  peer->in = g_byte_array_sized_new (4096);
  while (memmem (peer->in->data, peer->in->len, "\r\n\r\n", 4) == NULL && !peer->is_at_end)
    if (!raw_peer_fill (peer, RAW_LIMIT_MS))
      g_error ("half a head is all that came");
  return peer;
}

/* The next connection whose head has @mark in it. @head: (out) (nullable): that head, which is taken out of what came.
 */
static inline RawPeer *
raw_upstream_accept (RawUpstream *self, const char *mark, char **head)
{
  for (;;)
    {
      RawPeer *peer = raw_upstream_accept_any (self);
      const guint8 *end = memmem (peer->in->data, peer->in->len, "\r\n\r\n", 4);
      g_autofree char *text = NULL;

      if (end != NULL)
        text = g_strndup ((const char *) peer->in->data, (gsize) (end + 4 - peer->in->data));
      if (text == NULL || strstr (text, mark) == NULL)
        {
          g_ptr_array_add (self->others, peer);
          continue;
        }
      g_byte_array_remove_range (peer->in, 0, (guint) strlen (text));
      if (head != NULL)
        *head = g_steal_pointer (&text);
      return peer;
    }
}
