/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-link.h"

#include "weir-client-socket.h"
#include "weir-client-source.h"
#include "weir-close.h"
#include "weir-tls.h"
#include "weir-worker.h"

#include <libsoup/soup.h>
#include <string.h>

/* For the handshake, as the SDKs (§1.5 of the protocol notes). */
#define CONNECT_TIMEOUT_MS (10 * 1000)

#define CLOSE_TIMEOUT_US (2 * G_USEC_PER_SEC)

/* Of silence until it is asked for a sign of life, and for how long it may take to give one. */
#define ASK_US G_USEC_PER_SEC

struct _WeirWorkerLink
{
  WeirClientSocket *socket;
  GMainContext *context;
  const WeirWorkerLinkEvents *events;
  gpointer owner;     /* NULL once it has let go */
  gboolean has_token; /* the handshake shows one, wherever it came from */
  WeirWorkerKeepalive keepalive;
  GSource *ping_timer; /* nullable */
  gint64 heard_us;     /* when something came last */
  gint64 asked_us;     /* when it was asked for a sign of life besides; 0: never */
  gint64 latency_us;
};

static void
weir_worker_link_lose (WeirWorkerLink *self, const GError *error)
{
  weir_client_source_clear (&self->ping_timer);
  if (self->owner != NULL)
    self->events->lost (error, self->owner); /* frees the link */
  else
    weir_worker_link_free (self);
}

static void
weir_worker_link_ping (WeirWorkerLink *self)
{
  gint64 now_us = g_get_monotonic_time ();

  weir_conn_ping (weir_client_socket_get_conn (self->socket), &now_us, sizeof now_us);
}

static gboolean
ping_timer_cb (gpointer user_data)
{
  WeirWorkerLink *self = user_data;
  gint64 silent_us = g_get_monotonic_time () - self->heard_us;
  g_autoptr (GError) error = NULL;

  if (silent_us < self->keepalive.silence_ms * G_GINT64_CONSTANT (1000))
    {
      weir_worker_link_ping (self);
      return G_SOURCE_CONTINUE;
    }
  error = g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT, "The engine has not been heard of for %u s",
                       self->keepalive.silence_ms / 1000);
  weir_worker_link_lose (self, error);

  return G_SOURCE_REMOVE;
}

static void
opened_cb (gpointer owner)
{
  WeirWorkerLink *self = owner;

  self->heard_us = g_get_monotonic_time ();
  self->ping_timer = weir_client_timeout_new (self->context, self->keepalive.ping_ms, ping_timer_cb, self);
  weir_worker_link_ping (self);
  self->events->opened (self->owner);
}

static WeirWorkerError
code_from_refusal (WeirWorkerLink *self, guint status, const GError *error)
{
  if (status == SOUP_STATUS_UNAUTHORIZED)
    return self->has_token ? WEIR_WORKER_ERROR_WRONG_TOKEN : WEIR_WORKER_ERROR_WANTS_TOKEN;
  if (status != 0 && status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return WEIR_WORKER_ERROR_NO_WEBSOCKET;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return WEIR_WORKER_ERROR_NOBODY_LISTENS;
  if (g_error_matches (error, WEIR_TLS_ERROR, WEIR_TLS_ERROR_UNKNOWN_AUTHORITY))
    return WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY;
  if (g_error_matches (error, WEIR_TLS_ERROR, WEIR_TLS_ERROR_OTHER))
    return WEIR_WORKER_ERROR_BAD_CERTIFICATE;
  return WEIR_WORKER_ERROR_NOT_CONNECTED;
}

static void
failed_cb (guint status, const GError *error, gpointer owner)
{
  g_autoptr (GError) refused =
      g_error_new (WEIR_WORKER_ERROR, code_from_refusal (owner, status, error), "%s", error->message);

  weir_worker_link_lose (owner, refused);
}

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  WeirWorkerLink *self = user_data;

  self->heard_us = g_get_monotonic_time ();
  if (kind == WEIR_OP_TEXT) /* an engine sends nothing else (§1.3) */
    self->events->message ((const char *) data, len, self->owner);

  return TRUE;
}

/* A stock engine answers each ping twice (§1.5); the second only looks a little slower. */
static void
pong_cb (WeirConn *conn, const guint8 *data, gsize len, gpointer user_data)
{
  WeirWorkerLink *self = user_data;
  gint64 sent_us;

  self->heard_us = g_get_monotonic_time ();
  if (len != sizeof sent_us)
    return;
  memcpy (&sent_us, data, sizeof sent_us);
  if (sent_us > 0 && sent_us <= self->heard_us)
    self->latency_us = MAX (self->heard_us - sent_us, 1);
}

static void
drained_cb (WeirConn *conn, gpointer user_data)
{
  WeirWorkerLink *self = user_data;

  self->events->writable (self->owner);
}

static GError *
error_from_end (WeirClosedHow how, guint16 code, const char *reason)
{
  const char *why = reason != NULL ? reason : "no reason given";

  switch (how)
    {
    case WEIR_CLOSED_CLEAN:
      return g_error_new (WEIR_WORKER_ERROR,
                          code == WEIR_CLOSE_TRY_AGAIN_LATER && g_str_equal (why, WEIR_REASON_TOO_MANY_WORKERS)
                              ? WEIR_WORKER_ERROR_FULL
                              : WEIR_WORKER_ERROR_NOT_CONNECTED,
                          "The engine closed the connection with %u, %s", code, why);
    case WEIR_CLOSED_VIOLATED:
      return g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED,
                          "The engine broke the WebSocket protocol: %s", why);
    case WEIR_CLOSED_LOST:
    case WEIR_CLOSED_BY_US:
    default:
      return g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED,
                                  "The connection to the engine broke");
    }
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirWorkerLink *self = user_data;
  g_autoptr (GError) error = error_from_end (how, code, reason);

  if (self->owner != NULL)
    weir_worker_link_lose (self, error);
}

/* Only a link that its owner has let go comes to this. */
static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  weir_worker_link_free (user_data);
}

static const WeirClientSocketEvents socket_events = {
  .opened = opened_cb,
  .failed = failed_cb,
  .conn = {
    .message = message_cb,
    .pong = pong_cb,
    .drained = drained_cb,
    .ended = ended_cb,
    .closed = closed_cb,
  },
};

gboolean
weir_worker_link_send (WeirWorkerLink *self, const char *text, gsize len)
{
  WeirOut out = { .kind = WEIR_OP_TEXT, .is_lent = TRUE, .data = (const guint8 *) text, .len = len };

  return weir_conn_sendv (weir_client_socket_get_conn (self->socket), &out, 1) == 1;
}

gint64
weir_worker_link_get_heard_us (WeirWorkerLink *self)
{
  return self->heard_us;
}

gint64
weir_worker_link_check_silence_us (WeirWorkerLink *self, gint64 now_us)
{
  if (self->heard_us == 0 || now_us - self->heard_us < ASK_US)
    return 0;
  if (self->asked_us <= self->heard_us) /* also after we have slept: what came meanwhile is read first */
    {
      self->asked_us = now_us;
      weir_worker_link_ping (self);
    }
  return now_us - self->asked_us >= ASK_US ? now_us - self->heard_us : 0;
}

gint64
weir_worker_link_get_latency_us (WeirWorkerLink *self)
{
  return self->latency_us;
}

static gboolean
has_token (const WeirClientSocketTarget *target)
{
  g_autoptr (GUri) uri = g_uri_parse (target->base_url, G_URI_FLAGS_NONE, NULL);
  const char *query = uri != NULL ? g_uri_get_query (uri) : NULL;

  for (guint i = 0; target->headers != NULL && target->headers[i] != NULL; i += 2)
    if (g_ascii_strcasecmp (target->headers[i], "Authorization") == 0)
      return TRUE;
  return target->token != NULL || (query != NULL && strstr (query, "token=") != NULL);
}

WeirWorkerLink *
weir_worker_link_new (GMainContext *context, const char *url, const char *token, const char *const *headers,
                      const WeirWorkerKeepalive *keepalive, const WeirWorkerLinkEvents *events, gpointer owner)
{
  WeirWorkerLink *self = g_new0 (WeirWorkerLink, 1);
  WeirClientSocketTarget target = {
    .base_url = url, .path = "/", .token = token, .headers = headers, .timeout_ms = CONNECT_TIMEOUT_MS
  };

  self->context = g_main_context_ref (context);
  self->events = events;
  self->owner = owner;
  self->keepalive = *keepalive;
  self->has_token = has_token (&target);
  self->socket = weir_client_socket_new (context, &target, &socket_events, self);

  return self;
}

void
weir_worker_link_close (WeirWorkerLink *self)
{
  WeirConn *conn = weir_client_socket_get_conn (self->socket);

  self->owner = NULL;
  weir_client_source_clear (&self->ping_timer);
  if (conn != NULL)
    weir_conn_close (conn, WEIR_CLOSE_NORMAL, NULL, CLOSE_TIMEOUT_US);
  else
    weir_worker_link_free (self);
}

void
weir_worker_link_free (WeirWorkerLink *self)
{
  weir_client_source_clear (&self->ping_timer);
  weir_client_socket_free (self->socket);
  g_main_context_unref (self->context);
  g_free (self);
}
