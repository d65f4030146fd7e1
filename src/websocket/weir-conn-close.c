/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-conn-private.h"

#include <string.h>

/* How long a connection whose closing handshake is done may take to reach its end of stream. */
#define LINGER_US (2 * G_USEC_PER_SEC)

/* What a close frame can carry beside its code. */
#define REASON_MAX_SIZE (WEIR_CONTROL_MAX_SIZE - 2)

static void
weir_conn_set_end (WeirConn *self, WeirClosedHow how, guint16 code, const char *reason)
{
  if (self->has_end)
    return;
  self->has_end = TRUE;
  self->how = how;
  self->code = code;
  g_free (self->reason); /* that we asked for */
  self->reason = g_strdup (reason);
}

/* It ends as weir_conn_close () asked for, with its code and reason. */
static void
weir_conn_set_end_by_us (WeirConn *self)
{
  if (self->has_end)
    return;
  self->has_end = TRUE;
  self->how = WEIR_CLOSED_BY_US;
}

static void weir_conn_timer_cb (gpointer data);

static void
weir_conn_set_timer (WeirConn *self, gint64 timeout_us)
{
  weir_timer_clear (&self->timer);
  self->has_progressed = FALSE;
  self->timer_us = weir_loop_now_us (self->loop) + timeout_us;
  self->timer = weir_loop_add_timer (self->loop, self->timer_us, weir_conn_timer_cb, self);
}

/* How long our close may take, unless that is known to be less. */
static void
weir_conn_limit_close (WeirConn *self, gint64 timeout_us)
{
  if (timeout_us == WEIR_CONN_NO_LIMIT ||
      (self->timer != NULL && self->timer_us <= weir_loop_now_us (self->loop) + timeout_us))
    return;
  weir_conn_set_timer (self, MAX (timeout_us, 0));
}

/* The peer will send nothing of interest any more. */
static void
weir_conn_start_draining (WeirConn *self)
{
  self->in = WEIR_IN_DRAINING;
  weir_conn_set_timer (self, LINGER_US);
}

/* Returns the longest valid beginning of @reason that fits. */
static gsize
reason_size (const char *reason)
{
  const char *end;

  if (reason == NULL)
    return 0;
  g_utf8_validate (reason, MIN (strlen (reason), REASON_MAX_SIZE), &end);

  return end - reason;
}

static void
weir_conn_queue_close (WeirConn *self, guint16 code, const char *reason)
{
  guint8 payload[WEIR_CONTROL_MAX_SIZE];
  gsize len = 0;
  WeirBlock *block;

  if (code != 0)
    {
      guint16 wire = GUINT16_TO_BE (code);

      len = reason_size (reason);
      memcpy (payload, &wire, sizeof wire);
      if (len > 0)
        memcpy (payload + sizeof wire, reason, len);
      len += sizeof wire;
    }
  block = weir_conn_make_frame (self, WEIR_OP_CLOSE, payload, len);
  weir_out_queue_push (&self->queue, block, block->data, block->size, FALSE);
  self->out = WEIR_OUT_CLOSING;
  if (!self->was_full)
    weir_conn_flush (self);
}

void
weir_conn_fail (WeirConn *self, guint16 code, const char *reason)
{
  if (self->in == WEIR_IN_READING)
    {
      weir_conn_set_end (self, WEIR_CLOSED_VIOLATED, code, reason);
      if (self->out == WEIR_OUT_OPEN)
        weir_conn_queue_close (self, code, reason);
    }
  weir_conn_set_end_by_us (self);
  weir_conn_start_draining (self);
}

/* The codes that may be sent (RFC 6455 §7.4, and the registry of IANA up to 1014). */
static gboolean
close_code_is_valid (guint16 code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/* What a close frame says. Returns 0, or the code that it is refused with, and *@why. @reason: (out) (nullable) */
static guint16
close_parse (const guint8 *data, gsize len, guint16 *code, char **reason, const char **why)
{
  WeirUtf8 utf8 = { 0 };

  *code = 0;
  *reason = NULL;
  *why = len == 1 ? "close frame of one byte" : NULL;
  if (len == 1)
    return WEIR_CLOSE_PROTOCOL_ERROR;
  if (len == 0)
    return 0;

  memcpy (code, data, sizeof *code);
  *code = GUINT16_FROM_BE (*code);
  *why = "close code that may not be sent";
  if (!close_code_is_valid (*code))
    return WEIR_CLOSE_PROTOCOL_ERROR;
  *why = "reason of a close that is not UTF-8";
  if (!weir_utf8_push (&utf8, data + 2, len - 2) || !weir_utf8_is_complete (&utf8))
    return WEIR_CLOSE_NOT_UTF8;
  if (len > 2)
    *reason = g_strndup ((const char *) data + 2, len - 2);

  return 0;
}

void
weir_conn_handle_close (WeirConn *self, const guint8 *data, gsize len)
{
  const char *why;
  guint16 refusal = close_parse (data, len, &self->peer_code, &self->peer_reason, &why);

  self->has_peer_close = refusal == 0;
  if (self->in == WEIR_IN_DISCARDING)
    {
      weir_conn_set_end_by_us (self);
      weir_conn_start_draining (self);
      return;
    }
  if (refusal != 0)
    {
      weir_conn_fail (self, refusal, why);
      return;
    }
  weir_conn_set_end (self, WEIR_CLOSED_CLEAN, self->peer_code, self->peer_reason);
  weir_conn_start_draining (self);
  if (self->out == WEIR_OUT_OPEN)
    weir_conn_queue_close (self, self->peer_code, NULL);
}

gboolean
weir_conn_get_peer_close (WeirConn *self, guint16 *code, const char **reason)
{
  *code = self->has_peer_close ? self->peer_code : 0;
  *reason = self->has_peer_close ? self->peer_reason : NULL;

  return self->has_peer_close;
}

void
weir_conn_close (WeirConn *self, guint16 code, const char *reason, gint64 timeout_us)
{
  if (self->in == WEIR_IN_DISCARDING && !self->is_freed)
    weir_conn_limit_close (self, timeout_us);
  if (self->in != WEIR_IN_READING || self->is_freed)
    return;

  self->code = code;
  self->reason = g_strdup (reason);
  self->in = WEIR_IN_DISCARDING;
  weir_reader_discard (&self->reader);
  weir_conn_limit_close (self, timeout_us);
  if (self->out == WEIR_OUT_OPEN)
    weir_conn_queue_close (self, code, reason);
  weir_conn_update_events (self, FALSE);
  if (self->kept != NULL || self->out == WEIR_OUT_BROKEN)
    weir_loop_make_ready (self->loop, &self->transport.watch);
}

void
weir_conn_abort (WeirConn *self)
{
  if (self->has_closed || self->is_freed || self->is_aborted)
    return;
  self->is_aborted = TRUE;
  self->in = WEIR_IN_DONE;
  weir_conn_break (self);
  weir_timer_clear (&self->timer);
  weir_conn_set_end (self, WEIR_CLOSED_LOST, 0, NULL);
  weir_transport_close (&self->transport, FALSE);
  weir_loop_make_ready (self->loop, &self->transport.watch);
}

/* The connection is over. */
static void
weir_conn_finish (WeirConn *self)
{
  self->has_closed = TRUE;
  weir_timer_clear (&self->timer);
  weir_transport_close (&self->transport, self->out == WEIR_OUT_SHUT);
  self->events->closed (self, self->user_data);
}

void
weir_conn_settle (WeirConn *self, gboolean strictly)
{
  if (self->is_freed || self->has_closed)
    return;
  if (self->has_end && !self->has_told_end)
    {
      self->has_told_end = TRUE;
      if (self->events->ended != NULL)
        self->events->ended (self, self->how, self->code, self->reason, self->user_data);
      if (self->is_freed)
        return;
    }

  if (self->in == WEIR_IN_DRAINING && self->out == WEIR_OUT_CLOSING && weir_conn_get_queued (self) == 0)
    {
      self->out = WEIR_OUT_SHUT;
      weir_transport_shutdown_write (&self->transport);
      weir_conn_set_timer (self, LINGER_US);
    }
  if (self->in == WEIR_IN_DRAINING && self->out == WEIR_OUT_BROKEN)
    self->in = WEIR_IN_DONE;

  if (self->in == WEIR_IN_DONE && weir_conn_get_queued (self) == 0)
    weir_conn_finish (self);
  else
    weir_conn_update_events (self, strictly);
}

static void
weir_conn_timer_cb (gpointer data)
{
  WeirConn *self = data;

  self->timer = NULL;
  if (self->in != WEIR_IN_DISCARDING && weir_conn_get_queued (self) > 0 && self->has_progressed)
    {
      weir_conn_set_timer (self, LINGER_US);
      return;
    }
  weir_conn_set_end_by_us (self);
  if (self->in == WEIR_IN_DISCARDING && weir_conn_get_queued (self) == 0)
    {
      weir_conn_start_draining (self);
    }
  else
    {
      self->in = WEIR_IN_DONE;
      weir_conn_break (self);
    }
  weir_conn_settle (self, FALSE);
}

void
weir_conn_end_of_stream (WeirConn *self, gboolean has_failed)
{
  /* A peer that goes by itself when it has read our close frame; one that has not read it all is reset by its kernel.
   */
  if (self->in == WEIR_IN_DISCARDING && self->out == WEIR_OUT_CLOSING && weir_conn_get_queued (self) == 0 &&
      !has_failed)
    weir_conn_set_end_by_us (self);
  else
    weir_conn_set_end (self, WEIR_CLOSED_LOST, 0, NULL);
  if (self->in != WEIR_IN_DRAINING || has_failed) /* else our answer may still be on its way */
    weir_conn_break (self);
  self->in = WEIR_IN_DONE;
}
