/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

/* JSON as spans of the original text. json-glib crashes on 200 KB of `[` and does not keep numbers, `\u0000` or
 * duplicate keys, so whatever comes from a peer is scanned here first: one pass, no recursion, no allocation, a bounded
 * depth. What is not for us is forwarded as the text it came in; json-glib parses only what passed weir_json_check ().
 * Everything here may be called from any thread. A span borrows its text and is never NUL-terminated. */

G_BEGIN_DECLS

/* As deep as a payload may nest (the limit of the stock engine's parser). */
#define WEIR_JSON_MAX_DEPTH 128

#define WEIR_JSON_ERROR (weir_json_error_quark ())
GQuark weir_json_error_quark (void);

typedef enum
{
  WEIR_JSON_ERROR_SYNTAX,
  WEIR_JSON_ERROR_TOO_DEEP,
  WEIR_JSON_ERROR_TYPE,    /* not of the type that is wanted here */
  WEIR_JSON_ERROR_MISSING, /* a member that must be there is not; the message names it */
} WeirJsonError;

typedef struct
{
  const char *text; /* NULL: absent */
  gsize len;
} WeirSpan;

typedef enum
{
  WEIR_JSON_ABSENT,
  WEIR_JSON_NULL,
  WEIR_JSON_BOOLEAN,
  WEIR_JSON_NUMBER,
  WEIR_JSON_STRING,
  WEIR_JSON_ARRAY,
  WEIR_JSON_OBJECT,
} WeirJsonType;

#define WEIR_SPAN(string) ((WeirSpan){ (string), strlen (string) })

/* (transfer full) (nullable): its text; NULL if it is absent. */
char *weir_span_dup (WeirSpan span);

/**
 * weir_json_check:
 * @text: what claims to be one JSON value, white space around it allowed
 * @max_depth: the most containers that may be open at once
 * @error: says what is wrong at which byte
 *
 * Checks the grammar of RFC 8259, UTF-8 excepted (the WebSocket layer has done that).
 */
gboolean weir_json_check (WeirSpan text, guint max_depth, GError **error);

/* The same for an editor. @offset: (out): the byte that is wrong; @reason: (out): a constant, as the error has it. */
gboolean weir_json_check_at (WeirSpan text, guint max_depth, gsize *offset, const char **reason);

/* The functions below take spans of text that weir_json_check () has passed. */

WeirJsonType weir_json_type (WeirSpan value);

/* Members of an object (key is the literal with its quotes) or elements of an array (key is absent). */
typedef struct
{
  const char *at;
  const char *end;
  gboolean is_object;
} WeirJsonIter;

void weir_json_iter_init (WeirJsonIter *iter, WeirSpan container);
gboolean weir_json_iter_next (WeirJsonIter *iter, WeirSpan *key, WeirSpan *value);

/* Whether a string literal stands for @string; escapes are honoured. */
gboolean weir_json_string_equal (WeirSpan literal, const char *string);

/* The member of that name, the last where there are several (as every parser of the SDKs takes it); absent: {NULL, 0}.
 */
WeirSpan weir_json_member (WeirSpan object, const char *name);

/* The string, unescaped, as valid UTF-8 (`\u0000`, half a surrogate pair and broken bytes become U+FFFD); NULL if
 * @value is no string. */
char *weir_json_dup_string (WeirSpan value);

/* FALSE if @value is not a number without fraction in the range of gint64. */
gboolean weir_json_get_int (WeirSpan value, gint64 *number);

/* The value for our own use. Checks it first, so any text may be given. */
JsonNode *weir_json_parse (WeirSpan text, GError **error);

void weir_json_append_string (GString *out, const char *string, gssize len); /* quoted, escaped, made valid UTF-8 */
void weir_json_append_node (GString *out, JsonNode *node);
void weir_json_append_span (GString *out, WeirSpan value); /* `null` if absent */

/**
 * weir_json_append_with_member:
 *
 * Appends @object as it stands, with one more member at its end: how the engine adds `_caller_worker_id`.
 * Anything but an object is appended unchanged.
 */
void weir_json_append_with_member (GString *out, WeirSpan object, const char *name, const char *string);

G_END_DECLS
