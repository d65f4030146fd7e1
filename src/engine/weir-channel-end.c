/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-end.h"

#include "weir-pipe.h"

#include <sys/socket.h>
#include <unistd.h>

struct _WeirChannelEnd
{
  GHashTable *set; /* it belongs to */
  WeirConn *conn;
  WeirSide side;
  const WeirChannelEndEvents *events; /* NULL: nobody holds it any more */
  gpointer user_data;
};

static gboolean
conn_message (WeirConn *conn, WeirOp op, const guint8 *data, gsize len, gpointer user_data)
{
  WeirChannelEnd *self = user_data;

  if (self->events == NULL || self->events->message == NULL)
    return TRUE;
  return self->events->message (self, op, data, len, weir_conn_get_block (conn), self->user_data);
}

static void
conn_drained (WeirConn *conn, gpointer user_data)
{
  WeirChannelEnd *self = user_data;

  if (self->events != NULL && self->events->drained != NULL)
    self->events->drained (self, self->user_data);
}

static void
conn_ended (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirChannelEnd *self = user_data;
  const WeirChannelEndEvents *events = g_steal_pointer (&self->events);

  if (events != NULL)
    events->ended (self, how, code, self->user_data);
}

static void
conn_closed (WeirConn *conn, gpointer user_data)
{
  WeirChannelEnd *self = user_data;

  g_hash_table_remove (self->set, self);
}

static const WeirConnEvents conn_events = {
  .message = conn_message,
  .drained = conn_drained,
  .ended = conn_ended,
  .closed = conn_closed,
};

static void
weir_channel_end_free (gpointer data)
{
  WeirChannelEnd *self = data;

  weir_conn_free (self->conn);
  g_free (self);
}

GHashTable *
weir_channel_end_set_new (void)
{
  return g_hash_table_new_full (NULL, NULL, weir_channel_end_free, NULL);
}

/* Takes @fd in any case. */
static GIOStream *
stream_new (int fd)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);

  if (socket == NULL)
    {
      close (fd);
      return NULL;
    }
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

WeirChannelEnd *
weir_channel_end_new (GHashTable *set, WeirLoop *loop, WeirChannelTable *channels, guint32 n, WeirSide side,
                      const WeirChannelEndEvents *events, gpointer user_data)
{
  g_autoptr (GIOStream) ours = NULL;
  g_autoptr (GIOStream) theirs = NULL;
  WeirChannelEnd *self;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    return NULL;
  ours = stream_new (fds[0]);
  theirs = stream_new (fds[1]);
  if (ours == NULL || theirs == NULL)
    return NULL;
  self = g_new0 (WeirChannelEnd, 1);
  self->set = set;
  self->side = side;
  self->events = events;
  self->user_data = user_data;
  self->conn = weir_conn_new (loop, g_steal_pointer (&ours), WEIR_ROLE_CLIENT, NULL, &conn_events, self);
  if (side == WEIR_SIDE_WRITER)
    weir_conn_discard_messages (self->conn);
  g_hash_table_add (set, self);
  weir_channel_table_attach (channels, n, side, g_steal_pointer (&theirs), NULL);
  return self;
}

gboolean
weir_channel_end_write (WeirChannelEnd *self, const guint8 *data, gsize len)
{
  weir_conn_send (self->conn, WEIR_OP_BINARY, data, len);
  return weir_conn_get_queued (self->conn) == 0;
}

void
weir_channel_end_set_paused (WeirChannelEnd *self, gboolean paused)
{
  weir_conn_set_paused (self->conn, paused);
}

void
weir_channel_end_finish (WeirChannelEnd *self, guint16 code, const char *reason)
{
  self->events = NULL;
  weir_conn_discard_messages (self->conn);
  weir_conn_set_paused (self->conn, FALSE);
  /* A writer's rest waits for the reader, however slow, and the channel says when it is over. */
  weir_conn_close (self->conn, code, reason,
                   self->side == WEIR_SIDE_WRITER ? WEIR_CONN_NO_LIMIT : WEIR_PIPE_WRITER_CLOSE_US);
}

void
weir_channel_end_abort (WeirChannelEnd *self)
{
  self->events = NULL;
  weir_conn_abort (self->conn);
}
