/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-http-head.h"
#include "weir-http-routes.h"
#include "weir-json.h"
#include "weir-ref.h"

/* What a function is called with for an HTTP request, and what its value means as an answer (§6.2 and §6.3 of the
 * protocol notes). Data, no I/O. */

G_BEGIN_DECLS

typedef struct
{
  const WeirHttpHead *head;
  const WeirHttpRoute *route;
  const char *const *values; /* of the route's parameters */
  WeirSpan body;             /* JSON; absent: null */
  WeirRef request_body;
  WeirRef response;
} WeirHttpPayload;

/* @has_channels: FALSE for a condition, which is not given them. */
GString *weir_http_payload_write (const WeirHttpPayload *payload, gboolean has_channels);

/* The part of it that middleware is given. */
GString *weir_http_payload_write_middleware (const WeirHttpPayload *payload);

/* Whether a body is JSON by what its head says. */
gboolean weir_http_payload_is_json (const WeirHttpHead *head);

/* The body as a span of @bytes; absent: it is no JSON that can be passed on. */
WeirSpan weir_http_payload_take_json (GByteArray *bytes);

/* An answer. */
typedef struct
{
  guint status;
  SoupMessageHeaders *headers;
  GString *body; /* (nullable) */
} WeirHttpAnswer;

void weir_http_answer_init (WeirHttpAnswer *self);
void weir_http_answer_clear (WeirHttpAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirHttpAnswer, weir_http_answer_clear)

/* Takes a function's value: `{status_code, headers, body}`, each of which may be missing. */
void weir_http_answer_take_value (WeirHttpAnswer *self, WeirSpan value);

/* Takes a text message of the response's channel: set_status, set_headers; anything else says nothing. */
void weir_http_answer_take_message (WeirHttpAnswer *self, WeirSpan message);

/* `{"error":{"code","message","error_id"}}`. Returns the id, for the log. (transfer full) */
char *weir_http_answer_take_error (WeirHttpAnswer *self, guint status, const char *code, const char *message);

G_END_DECLS
