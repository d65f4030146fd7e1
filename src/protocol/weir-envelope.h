/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What workers and engines say to each other on the main socket: one JSON object a text message, told apart by `type`.
 * Parsing borrows from the text and allocates nothing; members are spans, absent and `null` alike are {NULL, 0}, except
 * where said. Source of the facts: §3 of the protocol notes (the engine's protocol.rs, and what the SDKs were seen to
 * send). */

G_BEGIN_DECLS

typedef enum
{
  WEIR_ENVELOPE_UNKNOWN, /* a type of the future: ignored, as the stock engine and every SDK does */
  WEIR_ENVELOPE_REGISTER_FUNCTION,
  WEIR_ENVELOPE_UNREGISTER_FUNCTION,
  WEIR_ENVELOPE_INVOKE_FUNCTION,
  WEIR_ENVELOPE_INVOCATION_RESULT,
  WEIR_ENVELOPE_REGISTER_TRIGGER,
  WEIR_ENVELOPE_UNREGISTER_TRIGGER,
  WEIR_ENVELOPE_REGISTER_TRIGGER_TYPE,
  WEIR_ENVELOPE_TRIGGER_REGISTRATION_RESULT,
  WEIR_ENVELOPE_REGISTER_SERVICE,
  WEIR_ENVELOPE_REATTACH,
  WEIR_ENVELOPE_WORKER_REGISTERED,
  WEIR_ENVELOPE_REGISTRATION_REJECTED,
  WEIR_ENVELOPE_PING,
  WEIR_ENVELOPE_PONG,
  WEIR_ENVELOPE_ERROR, /* {"type":"error","error":{…}}: authentication failed */
} WeirEnvelopeType;

typedef struct
{
  WeirEnvelopeType type;
  WeirSpan text; /* all of it */
  gboolean
      too_deep; /* a value nests deeper than WEIR_JSON_MAX_DEPTH: refuse it by its invocation_id; do not look into it */

  /* String literals, quotes included. */
  WeirSpan id;
  WeirSpan function_id;
  WeirSpan invocation_id;
  WeirSpan trigger_type;
  WeirSpan traceparent;
  WeirSpan baggage;
  WeirSpan namespace_;
  WeirSpan worker_id;
  WeirSpan reattach_token;
  WeirSpan previous_worker_id;
  WeirSpan code;
  WeirSpan description;

  /* Any JSON. A `data` or `config` that is absent means null: two SDKs leave them out (§3). */
  WeirSpan data;
  WeirSpan action;
  WeirSpan result;
  WeirSpan error;
  WeirSpan metadata;
  WeirSpan config;
  WeirSpan request_format;
  WeirSpan response_format;
  WeirSpan invocation;
} WeirEnvelope;

/**
 * weir_envelope_parse:
 *
 * Fails when @text is not one JSON object with a string `type`, or a member that must be there for its type is not, or
 * one has the wrong type (a string that is a number, an `invocation_id` that is no UUID). What nests too deep does not
 * fail: see
 * @too_deep; of such a value only the brackets are counted, and one that is never closed takes the rest of the message.
 */
gboolean weir_envelope_parse (WeirEnvelope *self, WeirSpan text, GError **error);

/* `{"action":{"type":"void"}}` */
gboolean weir_envelope_is_void (const WeirEnvelope *self);

/* Writers: each returns one whole message. Strings are plain, spans and @…_json are JSON text that goes in as it
 * stands. */

typedef struct
{
  const char *invocation_id; /* nullable: void */
  const char *function_id;
  WeirSpan data;                /* absent: null */
  const char *caller_worker_id; /* nullable; spliced into an object @data */
  WeirSpan traceparent;         /* literals, or absent */
  WeirSpan baggage;
  WeirSpan metadata;
  gboolean is_void; /* writes "action":{"type":"void"} */
} WeirInvoke;

GString *weir_envelope_write_invoke (const WeirInvoke *invoke);
GString *weir_envelope_write_result (const char *invocation_id, const char *function_id, WeirSpan result,
                                     WeirSpan traceparent);
GString *weir_envelope_write_error (const char *invocation_id, const char *function_id, const char *code,
                                    const char *message);
/* The worker's own error object, forwarded as the bytes it came in. */
GString *weir_envelope_write_error_span (const char *invocation_id, const char *function_id, WeirSpan error,
                                         WeirSpan traceparent);
GString *weir_envelope_write_worker_registered (const char *worker_id, const char *reattach_token);
GString *weir_envelope_write_reattach (const char *previous_worker_id, const char *reattach_token);
GString *weir_envelope_write_register_function (const char *id, const char *description, JsonNode *request_format,
                                                JsonNode *response_format, JsonNode *metadata);
GString *weir_envelope_write_unregister_function (const char *id);
GString *weir_envelope_write_register_trigger (const char *id, const char *trigger_type, const char *function_id,
                                               WeirSpan config, WeirSpan metadata);
GString *weir_envelope_write_unregister_trigger (const char *id, const char *trigger_type);
GString *weir_envelope_write_trigger_result (const char *id, const char *trigger_type, const char *function_id,
                                             const char *code, const char *message);

G_END_DECLS
