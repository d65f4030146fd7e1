/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-log-record.h"

#include <string.h>

/* What the engine's channel handler says, of which end. */
static const struct
{
  const char *body;
  WeirLogKind kind;
  int is_writer; /* -1: the record's `dir` says */
} bodies[] = {
  { "Channel WS upgrade requested", WEIR_LOG_ASKED, -1 },
  { "Channel not found — returning 404", WEIR_LOG_NOT_FOUND, -1 },
  { "Channel found, upgrading to WebSocket", WEIR_LOG_FOUND, -1 },
  { "Read: receiver acquired, streaming channel → WS", WEIR_LOG_BEGAN, FALSE },
  { "Read: forwarding text message to WS", WEIR_LOG_TEXT, FALSE },
  { "Read: forwarding binary chunk to WS", WEIR_LOG_BINARY, FALSE },
  { "Read: WS send failed, aborting", WEIR_LOG_FAILED, FALSE },
  { "Read: stream complete, sending WS close", WEIR_LOG_ENDED, FALSE },
  { "Read: channel receiver already taken or missing", WEIR_LOG_TAKEN, FALSE },
  { "Write: sender acquired, streaming WS → channel", WEIR_LOG_BEGAN, TRUE },
  { "Write: WS receive error", WEIR_LOG_LOST, TRUE },
  { "Write: received text message from WS", WEIR_LOG_TEXT, TRUE },
  { "Write: received binary chunk from WS", WEIR_LOG_BINARY, TRUE },
  { "Write: drained text after close", WEIR_LOG_TEXT, TRUE },
  { "Write: drained binary after close", WEIR_LOG_BINARY, TRUE },
  { "Write: received WS close frame", WEIR_LOG_CLOSE, TRUE },
  { "Write: channel send failed (receiver dropped), aborting", WEIR_LOG_FAILED, TRUE },
  { "Write: stream complete, dropping sender", WEIR_LOG_ENDED, TRUE },
  { "Write: channel sender already taken or missing", WEIR_LOG_TAKEN, TRUE },
};

#define HANDLER "::ws_handler" /* the module that says it; its folder has had several names */

gboolean
weir_log_is_channel_id (const char *string)
{
  return strlen (string) == WEIR_LOG_ID_LENGTH && g_uuid_string_is_valid (string);
}

static gboolean
get_count (WeirSpan attributes, const char *name, guint64 *count)
{
  gint64 number;

  if (!weir_json_get_int (weir_json_member (attributes, name), &number) || number < 0)
    return FALSE;
  *count = number;
  return TRUE;
}

static gboolean
read_side (WeirLogRecord *self, WeirSpan attributes, int is_writer)
{
  WeirSpan dir = weir_json_member (attributes, "dir");

  self->is_writer = is_writer;
  if (is_writer >= 0)
    return TRUE;
  if (weir_json_type (dir) != WEIR_JSON_STRING)
    return FALSE;
  self->is_writer = weir_json_string_equal (dir, "write");
  return self->is_writer || weir_json_string_equal (dir, "read");
}

static gboolean
read_counts (WeirLogRecord *self, WeirSpan attributes)
{
  switch (self->kind)
    {
    case WEIR_LOG_TEXT:
      return get_count (attributes, "msg", &self->n) && self->n > 0;
    case WEIR_LOG_BINARY:
      return get_count (attributes, "msg", &self->n) && self->n > 0 && get_count (attributes, "bytes", &self->bytes);
    case WEIR_LOG_ENDED:
      return get_count (attributes, "msg_count", &self->n) && get_count (attributes, "total_bytes", &self->bytes);
    case WEIR_LOG_ASKED:
    case WEIR_LOG_NOT_FOUND:
    case WEIR_LOG_FOUND:
    case WEIR_LOG_BEGAN:
    case WEIR_LOG_TAKEN:
    case WEIR_LOG_FAILED:
    case WEIR_LOG_LOST:
    case WEIR_LOG_CLOSE:
    default:
      return TRUE;
    }
}

static gboolean
read_id (WeirLogRecord *self, WeirSpan attributes)
{
  g_autofree char *id = weir_json_dup_string (weir_json_member (attributes, "channel_id"));

  if (id == NULL || !weir_log_is_channel_id (id))
    return FALSE;
  memcpy (self->channel_id, id, sizeof self->channel_id);
  return TRUE;
}

static gboolean
is_of_handler (WeirSpan attributes)
{
  g_autofree char *target = weir_json_dup_string (weir_json_member (attributes, "target"));

  return target != NULL && g_str_has_suffix (target, HANDLER);
}

gint64
weir_log_record_get_time (WeirSpan text)
{
  gint64 at_ns;

  if (weir_json_type (text) != WEIR_JSON_OBJECT ||
      !weir_json_get_int (weir_json_member (text, "timestamp_unix_nano"), &at_ns) || at_ns < 0)
    return 0;
  return at_ns;
}

gboolean
weir_log_record_read (WeirLogRecord *self, WeirSpan text)
{
  WeirSpan body, attributes;

  *self = (WeirLogRecord){ .at_ns = weir_log_record_get_time (text) };
  if (self->at_ns == 0)
    return FALSE;
  attributes = weir_json_member (text, "attributes");
  body = weir_json_member (text, "body");
  if (weir_json_type (attributes) != WEIR_JSON_OBJECT || weir_json_type (body) != WEIR_JSON_STRING ||
      !is_of_handler (attributes))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    if (weir_json_string_equal (body, bodies[i].body))
      {
        self->kind = bodies[i].kind;
        return read_id (self, attributes) && read_side (self, attributes, bodies[i].is_writer) &&
               read_counts (self, attributes);
      }
  return FALSE;
}
