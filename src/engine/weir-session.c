/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-session.h"

#include <string.h>

#include "weir-close.h"
#include "weir-secret.h"
#include "weir-utf8.h"

/* Longest name or description that is kept, in characters, as the stock engine has it (§2.3). */

/* How long a worker may take to answer our close frame. */
#define CLOSE_TIMEOUT_US G_USEC_PER_SEC

static void check_stall (gpointer data);

void
weir_session_recount (WeirSession *self)
{
  gsize held = self->held_bytes;
  gssize more;

  if (self->conn != NULL)
    held += weir_conn_get_unread (self->conn) + weir_conn_get_queued (self->conn);
  more = (gssize) held - (gssize) self->counted;
  self->counted = held;
  if (more != 0)
    self->events->held (self, more, self->user_data);
}

/* --- waiting for one that is slow --- */

static void
release_waiting (WeirSession *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  weir_timer_clear (&self->stall_timer);
  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      WeirSession *other = waiting->pdata[i];

      other->waits_for = NULL;
      weir_conn_set_paused (other->conn, FALSE);
    }
}

static void
stop_waiting (WeirSession *self)
{
  if (self->waits_for != NULL)
    g_ptr_array_remove_fast (self->waits_for->waiting, self);
  self->waits_for = NULL;
}

static void
end (WeirSession *self, const char *why)
{
  if (self->has_ended)
    return;
  self->has_ended = TRUE;
  stop_waiting (self);
  release_waiting (self);
  self->events->ended (self, why, self->user_data);
}

static void
give_up (WeirSession *self)
{
  g_autofree char *why = g_strdup_printf ("it does not read: %" G_GSIZE_FORMAT " bytes in %u messages wait for it",
                                          weir_conn_get_queued (self->conn), self->n_queued);

  end (self, why);
  weir_conn_abort (self->conn);
}

static void
start_stall_timer (WeirSession *self)
{
  self->stall_queued = weir_conn_get_queued (self->conn);
  self->stall_timer =
      weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + WEIR_SESSION_STALL_US, check_stall, self);
}

static void
check_stall (gpointer data)
{
  WeirSession *self = data;

  self->stall_timer = NULL;
  if (weir_conn_get_queued (self->conn) < self->stall_queued)
    start_stall_timer (self);
  else
    give_up (self);
}

gboolean
weir_session_is_congested (WeirSession *self)
{
  return !self->has_ended && weir_conn_get_queued (self->conn) > WEIR_SESSION_CONGESTED_BYTES;
}

void
weir_session_wait_for (WeirSession *self, WeirSession *other)
{
  if (self->has_ended || other->has_ended || self->waits_for != NULL)
    return;
  self->waits_for = other;
  if (other->waiting == NULL)
    other->waiting = g_ptr_array_new ();
  g_ptr_array_add (other->waiting, self);
  if (other->stall_timer == NULL)
    start_stall_timer (other);
  weir_conn_set_paused (self->conn, TRUE);
}

/* --- what comes in --- */

/* Telemetry comes as OTLP/JSON behind one of these words (§1.3); it is accepted and not kept. */
static gboolean
is_telemetry (const guint8 *data, gsize len)
{
  return len >= 4 && (memcmp (data, "OTLP", 4) == 0 || memcmp (data, "MTRC", 4) == 0 || memcmp (data, "LOGS", 4) == 0);
}

static gboolean
is_utf8 (const guint8 *data, gsize len)
{
  WeirUtf8 utf8 = { 0 };

  return weir_utf8_push (&utf8, data, len) && weir_utf8_is_complete (&utf8);
}

static gboolean
is_blank (const guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (data[i] != ' ' && data[i] != '\t' && data[i] != '\r' && data[i] != '\n')
      return FALSE;
  return TRUE;
}

/* TRUE: go on. */
static gboolean
conn_message (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  WeirSession *self = user_data;
  WeirEnvelope envelope;
  g_autoptr (GError) error = NULL;

  if (self->has_ended)
    return TRUE;
  if (is_blank (data, len) || (kind == WEIR_OP_BINARY && is_telemetry (data, len)))
    return TRUE;
  if (kind == WEIR_OP_BINARY && !is_utf8 (data, len)) /* it would go out in text messages */
    g_message ("%s: ignored a binary message of %" G_GSIZE_FORMAT " bytes that is neither telemetry nor JSON",
               self->label, len);
  else if (!weir_envelope_parse (&envelope, (WeirSpan){ (const char *) data, len }, &error))
    g_message ("%s: ignored a message of %" G_GSIZE_FORMAT " bytes: %s", self->label, len, error->message);
  else
    self->events->message (self, &envelope, self->user_data);
  return self->waits_for == NULL;
}

/* Also after a read that has brought a part of a message only. */
static void
conn_batch_end (WeirConn *conn, gpointer user_data)
{
  weir_session_recount (user_data);
}

static void
conn_drained (WeirConn *conn, gpointer user_data)
{
  WeirSession *self = user_data;

  weir_session_recount (self);
  self->n_queued = 0;
  release_waiting (self);
}

static void
conn_ended (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirSession *self = user_data;
  g_autofree char *why = NULL;

  switch (how)
    {
    case WEIR_CLOSED_CLEAN:
      why = g_strdup_printf ("it closed%s%s", reason != NULL && *reason != '\0' ? ": " : "",
                             reason != NULL ? reason : "");
      break;
    case WEIR_CLOSED_LOST:
      why = g_strdup ("its connection was lost without a close");
      break;
    case WEIR_CLOSED_VIOLATED:
      why = g_strdup_printf ("it broke the WebSocket protocol and was closed with %u: %s", code, reason);
      break;
    case WEIR_CLOSED_BY_US:
      why = g_strdup ("closed by the engine");
      break;
    default:
      g_assert_not_reached ();
    }
  end (self, why);
}

static void
conn_closed (WeirConn *conn, gpointer user_data)
{
  WeirSession *self = user_data;

  self->events->closed (self, self->user_data);
}

static const WeirConnEvents conn_events = {
  .message = conn_message,
  .batch_end = conn_batch_end,
  .drained = conn_drained,
  .ended = conn_ended,
  .closed = conn_closed,
};

/* --- life --- */

static void
update_label (WeirSession *self)
{
  g_free (self->label);
  if (self->announce.name != NULL)
    self->label = g_strdup_printf ("worker %s (%.8s)", self->announce.name, self->id);
  else
    self->label = g_strdup_printf ("worker %.8s at %s", self->id, weir_conn_get_peer (self->conn));
}

/* Of `HOST:PORT`, or `[HOST]:PORT` where it holds colons. */
static char *
dup_host (const char *peer)
{
  const char *colon = peer != NULL ? strrchr (peer, ':') : NULL;
  gsize len;

  if (colon == NULL)
    return g_strdup (peer);
  len = (gsize) (colon - peer);
  return *peer == '[' ? g_strndup (peer + 1, len - 2) : g_strndup (peer, len);
}

WeirSession *
weir_session_new (WeirLoop *loop, GIOStream *stream, GBytes *early, const WeirSessionEvents *events, gpointer user_data)
{
  WeirSession *self = g_new0 (WeirSession, 1);

  self->id = weir_secret_new_uuid ();
  self->reattach_token = weir_secret_new_uuid ();
  self->events = events;
  self->user_data = user_data;
  self->loop = loop;
  self->conn = weir_conn_new (loop, stream, WEIR_ROLE_SERVER, early, &conn_events, self);
  self->peer = dup_host (weir_conn_get_peer (self->conn));
  update_label (self);
  return self;
}

static void
free_now (gpointer data)
{
  WeirSession *self = data;

  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  weir_announce_clear (&self->announce);
  g_free (self->id);
  g_free (self->reattach_token);
  g_free (self->label);
  g_free (self->peer);
  g_free (self);
}

void
weir_session_free (WeirSession *self)
{
  stop_waiting (self);
  release_waiting (self);
  /* Whoever sends may be inside of a call that still looks at this session. */
  weir_conn_free (g_steal_pointer (&self->conn));
  weir_session_recount (self);
  weir_loop_post (self->loop, free_now, self, free_now);
}

/* --- what goes out --- */

void
weir_session_send (WeirSession *self, GString *message)
{
  gsize queued;

  if (!self->has_ended && weir_conn_send (self->conn, WEIR_OP_TEXT, message->str, message->len))
    {
      queued = weir_conn_get_queued (self->conn);
      self->n_queued = queued > 0 ? self->n_queued + 1 : 0;
      if (queued > WEIR_SESSION_MAX_QUEUED_BYTES || self->n_queued > WEIR_SESSION_MAX_QUEUED_MESSAGES)
        give_up (self);
      weir_session_recount (self);
    }
  g_string_free (message, TRUE);
}

void
weir_session_close (WeirSession *self, guint16 code, const char *why)
{
  if (self->has_ended)
    return;
  end (self, why);
  weir_conn_close (self->conn, code, why, CLOSE_TIMEOUT_US);
}

void
weir_session_evict (WeirSession *self, const char *why)
{
  if (self->has_ended)
    return;
  end (self, why);
  if (weir_conn_get_queued (self->conn) > 0) /* a close frame would wait behind what is not read */
    weir_conn_abort (self->conn);
  else
    weir_conn_close (self->conn, WEIR_CLOSE_TRY_AGAIN_LATER, WEIR_REASON_MEMORY, CLOSE_TIMEOUT_US);
  weir_session_recount (self); /* what waited for it is gone with that; the rest when its socket is */
}

void
weir_session_refuse (WeirSession *self, guint16 code, const char *reason)
{
  self->has_ended = TRUE;
  weir_conn_close (self->conn, code, reason, CLOSE_TIMEOUT_US);
}

/* --- what the worker says of itself --- */

void
weir_session_set_announce (WeirSession *self, WeirSpan data)
{
  if (weir_announce_take (&self->announce, data))
    update_label (self);
}

gboolean
weir_session_hold (WeirSession *self, gssize more)
{
  if (more > 0 && self->held_bytes + (gsize) more > WEIR_SESSION_MAX_HELD_BYTES)
    return FALSE;
  self->held_bytes = (gsize) ((gssize) self->held_bytes + more);
  weir_session_recount (self);
  return TRUE;
}
