/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forward.h"

#include "weir-conn.h"
#include "weir-handshake.h"

#include <stdlib.h>
#include <unistd.h>

/* One way from a writer to a reader, on the data thread. What the reader's socket does not take is kept, and the writer
 * paused. */
typedef struct
{
  WeirConn *writer, *reader; /* nullable */
  GArray *batch;             /* of WeirOut, lent */
  GArray *rest;              /* of WeirOut, each with a block */
} Pair;

static WeirLoop *data_loop;
static Pair *pair; /* the latest; the reader comes first */

static void
clear_rest (WeirOut *out)
{
  weir_block_unref (out->block);
}

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  Pair *self = user_data;
  WeirOut out = { .kind = kind, .is_lent = TRUE, .data = data, .len = len, .block = weir_conn_get_block (conn) };

  if (conn == self->writer)
    g_array_append_val (self->batch, out);

  return TRUE;
}

static void
keep (Pair *self, const WeirOut *out)
{
  WeirOut kept = *out;

  kept.block = out->block != NULL ? weir_block_ref (out->block) : weir_block_new_copy (out->data, out->len);
  kept.data = kept.block->data;
  kept.is_lent = FALSE;
  g_array_append_val (self->rest, kept);
}

static void
batch_end_cb (WeirConn *conn, gpointer user_data)
{
  Pair *self = user_data;
  guint n = 0;

  if (self->reader != NULL && self->rest->len == 0)
    n = weir_conn_sendv (self->reader, (WeirOut *) self->batch->data, self->batch->len);
  for (; n < self->batch->len; n++)
    keep (self, &g_array_index (self->batch, WeirOut, n));
  g_array_set_size (self->batch, 0);
  weir_conn_set_paused (conn, self->rest->len > 0 || (self->reader != NULL && weir_conn_get_queued (self->reader) > 0));
}

static void
drained_cb (WeirConn *conn, gpointer user_data)
{
  Pair *self = user_data;
  guint n = weir_conn_sendv (conn, (WeirOut *) self->rest->data, self->rest->len);

  if (n > 0)
    g_array_remove_range (self->rest, 0, n);
  if (self->rest->len == 0 && self->writer != NULL && weir_conn_get_queued (conn) == 0)
    weir_conn_set_paused (self->writer, FALSE);
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  Pair *self = user_data;
  WeirConn *other = conn == self->writer ? self->reader : self->writer;

  if (other != NULL)
    weir_conn_abort (other);
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  Pair *self = user_data;

  if (conn == self->writer)
    self->writer = NULL;
  else
    self->reader = NULL;
  weir_conn_free (conn);
  if (self->writer != NULL || self->reader != NULL)
    return;
  g_array_unref (self->batch);
  g_array_unref (self->rest);
  if (self == pair)
    pair = NULL;
  g_free (self);
}

static const WeirConnEvents events = {
  .message = message_cb,
  .batch_end = batch_end_cb,
  .drained = drained_cb,
  .ended = ended_cb,
  .closed = closed_cb,
};

typedef struct
{
  GIOStream *stream;
  GBytes *early;
  gboolean is_reader;
} Arrival;

static void
arrive (gpointer data)
{
  g_autofree Arrival *arrival = data;

  if (arrival->is_reader)
    {
      pair = g_new0 (Pair, 1);
      pair->batch = g_array_new (FALSE, FALSE, sizeof (WeirOut));
      pair->rest = g_array_new (FALSE, FALSE, sizeof (WeirOut));
      g_array_set_clear_func (pair->rest, (GDestroyNotify) clear_rest);
      pair->reader = weir_conn_new (data_loop, arrival->stream, WEIR_ROLE_SERVER, arrival->early, &events, pair);
    }
  else if (pair != NULL)
    {
      pair->writer = weir_conn_new (data_loop, arrival->stream, WEIR_ROLE_SERVER, arrival->early, &events, pair);
    }
  g_clear_pointer (&arrival->early, g_bytes_unref);
}

static void
accepted_cb (GIOStream *stream, GBytes *early, gpointer user_data)
{
  Arrival *arrival = g_new (Arrival, 1);

  *arrival = (Arrival){ stream, early != NULL ? g_bytes_ref (early) : NULL, GPOINTER_TO_INT (user_data) };
  if (stream != NULL)
    weir_loop_post (data_loop, arrive, arrival, NULL);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  weir_handshake_accept (message, accepted_cb, GINT_TO_POINTER (g_str_equal (path, "/read")));
}

static gpointer
run (gpointer data)
{
  weir_loop_run (data_loop);

  return NULL;
}

void
forward_weir (int port_fd)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  GSList *uris;
  guint16 port;

  data_loop = weir_loop_new (NULL);
  g_thread_new ("data", run, NULL);
  soup_server_add_handler (server, NULL, request_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    exit (1);
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  if (write (port_fd, &port, sizeof port) != sizeof port)
    exit (1);
  g_main_loop_run (main_loop);
  exit (0);
}
