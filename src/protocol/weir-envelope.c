/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-envelope.h"

#include <string.h>

#include "weir-json-scan.h"

/* The members that we know, in the order of the struct. */
typedef enum
{
  ID,
  FUNCTION_ID,
  INVOCATION_ID,
  TRIGGER_TYPE,
  TRACEPARENT,
  BAGGAGE,
  NAMESPACE,
  WORKER_ID,
  REATTACH_TOKEN,
  PREVIOUS_WORKER_ID,
  CODE,
  DESCRIPTION,
  LAST_STRING = DESCRIPTION,
  DATA,
  ACTION,
  RESULT,
  ERROR,
  METADATA,
  CONFIG,
  REQUEST_FORMAT,
  RESPONSE_FORMAT,
  INVOCATION,
  N_MEMBERS,
} Member;

static const struct
{
  const char *name;
  gsize offset;
} members[N_MEMBERS] = {
  [ID] = { "id", G_STRUCT_OFFSET (WeirEnvelope, id) },
  [FUNCTION_ID] = { "function_id", G_STRUCT_OFFSET (WeirEnvelope, function_id) },
  [INVOCATION_ID] = { "invocation_id", G_STRUCT_OFFSET (WeirEnvelope, invocation_id) },
  [TRIGGER_TYPE] = { "trigger_type", G_STRUCT_OFFSET (WeirEnvelope, trigger_type) },
  [TRACEPARENT] = { "traceparent", G_STRUCT_OFFSET (WeirEnvelope, traceparent) },
  [BAGGAGE] = { "baggage", G_STRUCT_OFFSET (WeirEnvelope, baggage) },
  [NAMESPACE] = { "namespace", G_STRUCT_OFFSET (WeirEnvelope, namespace_) },
  [WORKER_ID] = { "worker_id", G_STRUCT_OFFSET (WeirEnvelope, worker_id) },
  [REATTACH_TOKEN] = { "reattach_token", G_STRUCT_OFFSET (WeirEnvelope, reattach_token) },
  [PREVIOUS_WORKER_ID] = { "previous_worker_id", G_STRUCT_OFFSET (WeirEnvelope, previous_worker_id) },
  [CODE] = { "code", G_STRUCT_OFFSET (WeirEnvelope, code) },
  [DESCRIPTION] = { "description", G_STRUCT_OFFSET (WeirEnvelope, description) },
  [DATA] = { "data", G_STRUCT_OFFSET (WeirEnvelope, data) },
  [ACTION] = { "action", G_STRUCT_OFFSET (WeirEnvelope, action) },
  [RESULT] = { "result", G_STRUCT_OFFSET (WeirEnvelope, result) },
  [ERROR] = { "error", G_STRUCT_OFFSET (WeirEnvelope, error) },
  [METADATA] = { "metadata", G_STRUCT_OFFSET (WeirEnvelope, metadata) },
  [CONFIG] = { "config", G_STRUCT_OFFSET (WeirEnvelope, config) },
  [REQUEST_FORMAT] = { "request_format", G_STRUCT_OFFSET (WeirEnvelope, request_format) },
  [RESPONSE_FORMAT] = { "response_format", G_STRUCT_OFFSET (WeirEnvelope, response_format) },
  [INVOCATION] = { "invocation", G_STRUCT_OFFSET (WeirEnvelope, invocation) },
};

#define BIT(member) (1u << (member))

/* §3 of the protocol notes. `data` and `config` are left out by two SDKs, so they are not required; nor is what only an
 * engine's text about a rejection needs. Of the strings that belong to a type each must be one; others do not matter.
 */
static const struct
{
  const char *name;
  guint required;
  guint strings; /* besides the required ones */
} types[] = {
  [WEIR_ENVELOPE_UNKNOWN] = { NULL, 0, 0 },
  [WEIR_ENVELOPE_REGISTER_FUNCTION] = { "registerfunction", BIT (ID), BIT (DESCRIPTION) },
  [WEIR_ENVELOPE_UNREGISTER_FUNCTION] = { "unregisterfunction", BIT (ID), 0 },
  [WEIR_ENVELOPE_INVOKE_FUNCTION] = { "invokefunction", BIT (FUNCTION_ID),
                                      BIT (INVOCATION_ID) | BIT (TRACEPARENT) | BIT (BAGGAGE) | BIT (NAMESPACE) },
  [WEIR_ENVELOPE_INVOCATION_RESULT] = { "invocationresult", BIT (INVOCATION_ID) | BIT (FUNCTION_ID),
                                        BIT (TRACEPARENT) | BIT (BAGGAGE) },
  [WEIR_ENVELOPE_REGISTER_TRIGGER] = { "registertrigger", BIT (ID) | BIT (TRIGGER_TYPE) | BIT (FUNCTION_ID),
                                       BIT (NAMESPACE) },
  [WEIR_ENVELOPE_UNREGISTER_TRIGGER] = { "unregistertrigger", BIT (ID), BIT (TRIGGER_TYPE) },
  [WEIR_ENVELOPE_REGISTER_TRIGGER_TYPE] = { "registertriggertype", BIT (ID) | BIT (DESCRIPTION), BIT (NAMESPACE) },
  [WEIR_ENVELOPE_TRIGGER_REGISTRATION_RESULT] = { "triggerregistrationresult",
                                                  BIT (ID) | BIT (TRIGGER_TYPE) | BIT (FUNCTION_ID), 0 },
  [WEIR_ENVELOPE_REGISTER_SERVICE] = { "registerservice", BIT (ID), BIT (DESCRIPTION) },
  [WEIR_ENVELOPE_REATTACH] = { "reattach", BIT (PREVIOUS_WORKER_ID), BIT (REATTACH_TOKEN) },
  [WEIR_ENVELOPE_WORKER_REGISTERED] = { "workerregistered", BIT (WORKER_ID), BIT (REATTACH_TOKEN) },
  [WEIR_ENVELOPE_REGISTRATION_REJECTED] = { "registrationrejected", BIT (CODE), BIT (NAMESPACE) | BIT (FUNCTION_ID) },
  [WEIR_ENVELOPE_PING] = { "ping", 0, 0 },
  [WEIR_ENVELOPE_PONG] = { "pong", 0, 0 },
  [WEIR_ENVELOPE_ERROR] = { "error", BIT (ERROR), 0 },
};

static WeirSpan *
get_member (WeirEnvelope *self, Member member)
{
  return G_STRUCT_MEMBER_P (self, members[member].offset);
}

static gboolean
set_type (WeirEnvelope *self, WeirSpan value, GError **error)
{
  if (weir_json_type (value) != WEIR_JSON_STRING)
    {
      g_set_error (error, WEIR_JSON_ERROR, value.text == NULL ? WEIR_JSON_ERROR_MISSING : WEIR_JSON_ERROR_TYPE,
                   value.text == NULL ? "The message has no “type”" : "The message's “type” is not a string");
      return FALSE;
    }
  for (guint i = WEIR_ENVELOPE_UNKNOWN + 1; i < G_N_ELEMENTS (types); i++)
    if (weir_json_string_equal (value, types[i].name))
      self->type = i;
  return TRUE;
}

/* An object nested too deep is stepped over by its brackets alone: what stands behind it may be what is needed to
 * refuse it. One that never ends takes the rest. */
static gboolean
scan_member_value (WeirEnvelope *self, WeirJsonScan *scan, WeirSpan *value)
{
  const char *start = weir_json_skip_space (scan->at, scan->end);

  if (weir_json_scan_value (scan, WEIR_JSON_MAX_DEPTH, value))
    return TRUE;
  if (scan->code != WEIR_JSON_ERROR_TOO_DEEP)
    return FALSE;
  self->too_deep = TRUE;
  scan->at = weir_json_skip_value (start, scan->end);
  *value = (WeirSpan){ start, (gsize) (scan->at - start) };
  return TRUE;
}

static void
take_member (WeirEnvelope *self, WeirSpan key, WeirSpan value, WeirSpan *type)
{
  if (weir_json_string_equal (key, "type"))
    *type = value;
  for (guint i = 0; i < N_MEMBERS; i++)
    if (weir_json_string_equal (key, members[i].name))
      *get_member (self, i) = weir_json_type (value) == WEIR_JSON_NULL ? (WeirSpan){ NULL, 0 } : value;
}

static gboolean
scan_members (WeirEnvelope *self, WeirJsonScan *scan, WeirSpan *type)
{
  WeirSpan key, value;

  if (!weir_json_scan_char (scan, '{', "the message is not an object"))
    return FALSE;
  if (weir_json_scan_peek (scan, '}'))
    return weir_json_scan_char (scan, '}', "");
  do
    {
      if (!weir_json_scan_key (scan, &key) || !scan_member_value (self, scan, &value))
        return FALSE;
      take_member (self, key, value, type);
      if (self->too_deep && weir_json_scan_is_at_end (scan))
        return TRUE;
    }
  while (weir_json_scan_peek (scan, ',') && weir_json_scan_char (scan, ',', ""));
  return weir_json_scan_char (scan, '}', "a comma or } should be here");
}

/* As the receivers parse it: with hyphens, or as 32 digits. */
static gboolean
is_uuid (WeirSpan literal)
{
  const char *at = literal.text + 1, *end = literal.text + literal.len - 1;
  guint n_digits = 0, n_hyphens = 0;

  while (at < end)
    {
      char c[6];
      guint n = weir_json_decode_char (&at, end, c);

      if (n == 1 && g_ascii_isxdigit (c[0]))
        n_digits++;
      else if (n == 1 && c[0] == '-' && (n_digits == 8 || n_digits == 12 || n_digits == 16 || n_digits == 20) &&
               n_hyphens == n_digits / 4 - 2)
        n_hyphens++;
      else
        return FALSE;
    }
  return n_digits == 32 && (n_hyphens == 0 || n_hyphens == 4);
}

/* What is no string where one is expected is either an error or, where the type has no such member, not there. */
static gboolean
check_string (WeirEnvelope *self, Member member, GError **error)
{
  guint belongs = types[self->type].required | types[self->type].strings;
  WeirSpan *value = get_member (self, member);

  if (value->text != NULL && weir_json_type (*value) != WEIR_JSON_STRING)
    {
      if (belongs & BIT (member))
        {
          g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "The “%s” of “%s” is not a string",
                       members[member].name, types[self->type].name);
          return FALSE;
        }
      *value = (WeirSpan){ NULL, 0 };
    }
  if (member == INVOCATION_ID && belongs & BIT (member) && value->text != NULL && !is_uuid (*value))
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "The “invocation_id” of “%s” is not a UUID",
                   types[self->type].name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_members (WeirEnvelope *self, GError **error)
{
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      if (types[self->type].required & BIT (i) && get_member (self, i)->text == NULL)
        {
          g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_MISSING, "“%s” has no “%s”", types[self->type].name,
                       members[i].name);
          return FALSE;
        }
      if (i <= LAST_STRING && !check_string (self, i, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
weir_envelope_parse (WeirEnvelope *self, WeirSpan text, GError **error)
{
  WeirSpan type = { NULL, 0 };
  WeirJsonScan scan;

  *self = (WeirEnvelope){ .text = text };
  weir_json_scan_init (&scan, text);
  if (!scan_members (self, &scan, &type) || !weir_json_scan_is_at_end (&scan))
    {
      weir_json_scan_set_error (&scan, error);
      return FALSE;
    }
  return set_type (self, type, error) && check_members (self, error);
}

gboolean
weir_envelope_is_void (const WeirEnvelope *self)
{
  return !self->too_deep && weir_json_string_equal (weir_json_member (self->action, "type"), "void");
}
