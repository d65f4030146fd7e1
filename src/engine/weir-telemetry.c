/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-telemetry.h"

struct _WeirTelemetry
{
  WeirLoop *loop; /* not owned */
  GHashTable *conns;
  void (*closed) (gpointer user_data);
  gpointer user_data;
};

static void
conn_ended (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  if (how == WEIR_CLOSED_VIOLATED)
    g_message ("telemetry of %s broke the WebSocket protocol and was closed with %u: %s", weir_conn_get_peer (conn),
               code, reason);
}

static void
conn_closed (WeirConn *conn, gpointer user_data)
{
  WeirTelemetry *self = user_data;

  g_hash_table_remove (self->conns, conn);
  weir_conn_free (conn);
  self->closed (self->user_data);
}

static const WeirConnEvents conn_events = {
  .ended = conn_ended,
  .closed = conn_closed,
};

WeirTelemetry *
weir_telemetry_new (WeirLoop *loop, void (*closed) (gpointer user_data), gpointer user_data)
{
  WeirTelemetry *self = g_new0 (WeirTelemetry, 1);

  self->loop = loop;
  self->conns = g_hash_table_new (NULL, NULL);
  self->closed = closed;
  self->user_data = user_data;
  return self;
}

void
weir_telemetry_free (WeirTelemetry *self)
{
  GHashTableIter iter;
  gpointer conn;

  g_hash_table_iter_init (&iter, self->conns);
  while (g_hash_table_iter_next (&iter, &conn, NULL))
    weir_conn_free (conn);
  g_hash_table_unref (self->conns);
  g_free (self);
}

void
weir_telemetry_accept (WeirTelemetry *self, GIOStream *stream, GBytes *early)
{
  WeirConn *conn = weir_conn_new (self->loop, stream, WEIR_ROLE_SERVER, early, &conn_events, self);

  weir_conn_discard_messages (conn);
  g_hash_table_add (self->conns, conn);
}

void
weir_telemetry_stop (WeirTelemetry *self, guint16 code, const char *reason, gint64 timeout_us)
{
  g_autoptr (GList) conns = g_hash_table_get_keys (self->conns);

  for (GList *l = conns; l != NULL; l = l->next)
    weir_conn_close (l->data, code, reason, timeout_us);
}

guint
weir_telemetry_get_n_open (WeirTelemetry *self)
{
  return g_hash_table_size (self->conns);
}
