/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-handshake.h"

#include <string.h>

/* libsoup reads a request in blocks of 8 KiB; what it has read too far is less than one. */
#define READ_AHEAD_SIZE (64 * 1024)

#define STATUS_UPGRADE_REQUIRED 426 /* RFC 9110 §15.5.22; libsoup has no name for it */

/* A handshake that has been accepted and waits for its 101 to be written. */
typedef struct
{
  WeirHandshakeFunc callback;
  gpointer user_data;
} Acceptance;

/* What lies in the stolen stream already. Its socket must not be touched before. */
static GBytes *
drain_read_ahead (GIOStream *stream)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  g_autofree guint8 *buffer = g_malloc (READ_AHEAD_SIZE);
  gssize n = g_pollable_input_stream_read_nonblocking (input, buffer, READ_AHEAD_SIZE, NULL, NULL);

  /* An end of stream or an error will be met again on the socket. */
  return n > 0 ? g_bytes_new (buffer, n) : NULL;
}

static void
acceptance_free (gpointer data, GClosure *closure)
{
  Acceptance *self = data;

  if (self->callback != NULL) /* the message has gone without a 101 */
    self->callback (NULL, NULL, self->user_data);
  g_free (self);
}

static void
wrote_informational_cb (SoupServerMessage *message, gpointer user_data)
{
  Acceptance *self = user_data;
  WeirHandshakeFunc callback = g_steal_pointer (&self->callback);
  g_autoptr (GBytes) early = NULL;
  GIOStream *stream;

  if (callback == NULL)
    return;
  stream = soup_server_message_steal_connection (message);
  early = drain_read_ahead (stream);
  callback (stream, early, self->user_data);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Acceptance *self = user_data;
  WeirHandshakeFunc callback = g_steal_pointer (&self->callback);

  if (callback != NULL)
    callback (NULL, NULL, self->user_data);
}

static void
refuse (SoupServerMessage *message, guint status, const char *why)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, why, strlen (why));
}

/* Sets an answer and returns FALSE if this is no handshake. */
static gboolean
check_request (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);
  const char *version = soup_message_headers_get_one (headers, "Sec-WebSocket-Version");
  g_autoptr (GError) error = NULL;

  if (soup_server_message_get_method (message) != SOUP_METHOD_GET)
    {
      refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "A WebSocket is opened with GET.\n");
      soup_message_headers_replace (answer, "Allow", "GET");
      return FALSE;
    }
  if (!soup_message_headers_header_equals (headers, "Upgrade", "websocket"))
    {
      refuse (message, STATUS_UPGRADE_REQUIRED, "Only a WebSocket can be opened here.\n");
      soup_message_headers_replace (answer, "Upgrade", "websocket");
      return FALSE;
    }
  if (version != NULL && strcmp (version, "13") != 0)
    {
      refuse (message, STATUS_UPGRADE_REQUIRED, "Only version 13 of WebSocket is spoken here.\n");
      soup_message_headers_replace (answer, "Sec-WebSocket-Version", "13");
      return FALSE;
    }
  if (!soup_websocket_server_check_handshake (message, NULL, NULL, NULL, &error))
    {
      g_autofree char *why = g_strdup_printf ("Not a WebSocket handshake: %s.\n", error->message);

      refuse (message, SOUP_STATUS_BAD_REQUEST, why);
      return FALSE;
    }

  return TRUE;
}

gboolean
weir_handshake_accept (SoupServerMessage *message, WeirHandshakeFunc callback, gpointer user_data)
{
  Acceptance *self;

  if (!check_request (message))
    return FALSE;
  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    return FALSE;

  /* Stealing asks for the addresses and complains aloud if the peer has gone; what was asked before is remembered. */
  soup_server_message_get_remote_address (message);
  soup_server_message_get_local_address (message);
  self = g_new (Acceptance, 1);
  *self = (Acceptance){ callback, user_data };
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), self);
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (wrote_informational_cb), self, acceptance_free, 0);

  return TRUE;
}

static gboolean
host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

gboolean
weir_handshake_origin_is_allowed (const char *origin, const char *const *allowed)
{
  g_autoptr (GUri) uri = NULL;

  if (origin == NULL || (allowed != NULL && g_strv_contains (allowed, origin)))
    return TRUE;
  uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && host_is_loopback (g_uri_get_host (uri));
}

const char *
weir_handshake_find_token (SoupMessageHeaders *headers, GHashTable *query)
{
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    return authorization + 7;
  return query != NULL ? g_hash_table_lookup (query, "token") : NULL;
}
