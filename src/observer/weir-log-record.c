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

#define LAGGED "Log trigger subscriber lagged"

#define HANDLER "::ws_handler" /* the module that says it; its folder has had several names */

gboolean
weir_log_is_channel_id (const char *string)
{
  return strlen (string) == WEIR_LOG_ID_LENGTH && g_uuid_string_is_valid (string);
}

/* Lists of a thousand records come twice a second: each is gone through once. */
enum
{
  RECORD_TIME,
  RECORD_BODY,
  RECORD_ATTRIBUTES,
  N_RECORD
};
static const char *const record_names[N_RECORD] = { "timestamp_unix_nano", "body", "attributes" };

enum
{
  ATTRIBUTE_TARGET,
  ATTRIBUTE_ID,
  ATTRIBUTE_DIR,
  ATTRIBUTE_N,
  ATTRIBUTE_BYTES,
  ATTRIBUTE_TOTAL_N,
  ATTRIBUTE_TOTAL_BYTES,
  N_ATTRIBUTES
};
static const char *const attribute_names[N_ATTRIBUTES] = { "target", "channel_id", "dir",        "msg",
                                                           "bytes",  "msg_count",  "total_bytes" };

/* Of no escapes, which the engine has no need of. */
static gboolean
is_literal (WeirSpan literal, const char *name)
{
  gsize len = strlen (name);

  return literal.len == len + 2 && memcmp (literal.text + 1, name, len) == 0;
}

static void
get_members (WeirSpan object, const char *const *names, WeirSpan *values, guint n)
{
  WeirJsonIter iter;
  WeirSpan key, value;

  weir_json_iter_init (&iter, object);
  while (weir_json_iter_next (&iter, &key, &value))
    for (guint i = 0; i < n; i++)
      if (is_literal (key, names[i]))
        values[i] = value;
}

static gboolean
get_count (WeirSpan value, guint64 *count)
{
  gint64 number;

  if (!weir_json_get_int (value, &number) || number < 0)
    return FALSE;
  *count = number;
  return TRUE;
}

static gboolean
read_side (WeirLogRecord *self, WeirSpan dir, int is_writer)
{
  self->is_writer = is_writer;
  if (is_writer >= 0)
    return TRUE;
  if (weir_json_type (dir) != WEIR_JSON_STRING)
    return FALSE;
  self->is_writer = weir_json_string_equal (dir, "write");
  return self->is_writer || weir_json_string_equal (dir, "read");
}

static gboolean
read_counts (WeirLogRecord *self, const WeirSpan *attributes)
{
  switch (self->kind)
    {
    case WEIR_LOG_TEXT:
      return get_count (attributes[ATTRIBUTE_N], &self->n) && self->n > 0;
    case WEIR_LOG_BINARY:
      return get_count (attributes[ATTRIBUTE_N], &self->n) && self->n > 0 &&
             get_count (attributes[ATTRIBUTE_BYTES], &self->bytes);
    case WEIR_LOG_ENDED:
      return get_count (attributes[ATTRIBUTE_TOTAL_N], &self->n) &&
             get_count (attributes[ATTRIBUTE_TOTAL_BYTES], &self->bytes);
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
read_id (WeirLogRecord *self, WeirSpan id)
{
  if (weir_json_type (id) != WEIR_JSON_STRING || id.len != WEIR_LOG_ID_LENGTH + 2)
    return FALSE;
  memcpy (self->channel_id, id.text + 1, WEIR_LOG_ID_LENGTH);
  return weir_log_is_channel_id (self->channel_id);
}

static gboolean
is_of_handler (WeirSpan target)
{
  gsize len = strlen (HANDLER "\"");

  return target.len > len && memcmp (target.text + target.len - len, HANDLER "\"", len) == 0;
}

static gint64
get_time (WeirSpan time)
{
  gint64 at_ns;

  return weir_json_get_int (time, &at_ns) && at_ns > 0 ? at_ns : 0;
}

gint64
weir_log_record_get_time (WeirSpan text)
{
  WeirSpan time = { NULL, 0 };

  if (weir_json_type (text) == WEIR_JSON_OBJECT)
    get_members (text, record_names, &time, 1);
  return get_time (time);
}

gboolean
weir_log_record_is_lag (WeirSpan text)
{
  WeirSpan values[N_RECORD] = { { NULL, 0 } };
  WeirSpan body;

  if (weir_json_type (text) != WEIR_JSON_OBJECT)
    return FALSE;
  get_members (text, record_names, values, N_RECORD);
  body = values[RECORD_BODY];
  return body.len > strlen (LAGGED) + 1 && memcmp (body.text + 1, LAGGED, strlen (LAGGED)) == 0;
}

gboolean
weir_log_record_read (WeirLogRecord *self, WeirSpan text)
{
  WeirSpan record[N_RECORD] = { { NULL, 0 } };
  WeirSpan attributes[N_ATTRIBUTES] = { { NULL, 0 } };
  g_autofree char *body = NULL;

  *self = (WeirLogRecord){ .at_ns = 0 };
  if (weir_json_type (text) != WEIR_JSON_OBJECT)
    return FALSE;
  get_members (text, record_names, record, N_RECORD);
  self->at_ns = get_time (record[RECORD_TIME]);
  if (self->at_ns == 0 || weir_json_type (record[RECORD_ATTRIBUTES]) != WEIR_JSON_OBJECT)
    return FALSE;
  get_members (record[RECORD_ATTRIBUTES], attribute_names, attributes, N_ATTRIBUTES);
  body = is_of_handler (attributes[ATTRIBUTE_TARGET]) ? weir_json_dup_string (record[RECORD_BODY]) : NULL;
  for (guint i = 0; body != NULL && i < G_N_ELEMENTS (bodies); i++)
    if (g_str_equal (body, bodies[i].body))
      {
        self->kind = bodies[i].kind;
        return read_id (self, attributes[ATTRIBUTE_ID]) &&
               read_side (self, attributes[ATTRIBUTE_DIR], bodies[i].is_writer) && read_counts (self, attributes);
      }
  return FALSE;
}
