/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* The scanner below weir-json and weir-envelope, for this room only: steps over one value at a time and says what is
 * wrong. Memory is a bit per open container, on the stack. Any thread. */

G_BEGIN_DECLS

typedef struct
{
  const char *start; /* of the whole text, for the byte in an error */
  const char *at;    /* where to go on; after a failure: where it failed */
  const char *end;
  const char *reason; /* a constant, set by a failure */
  WeirJsonError code; /* of that failure: SYNTAX or TOO_DEEP */
} WeirJsonScan;

void weir_json_scan_init (WeirJsonScan *scan, WeirSpan text);

/* Each steps over what it names, white space before it included, and gives its span. FALSE: it is not there, or broken.
 */
gboolean weir_json_scan_value (WeirJsonScan *scan, guint max_depth, WeirSpan *value);
gboolean weir_json_scan_key (WeirJsonScan *scan, WeirSpan *key); /* and the colon behind it */
gboolean weir_json_scan_char (WeirJsonScan *scan, char c, const char *reason);
gboolean weir_json_scan_is_at_end (WeirJsonScan *scan);

/* Whether @c is next; it is not consumed. */
gboolean weir_json_scan_peek (WeirJsonScan *scan, char c);

void weir_json_scan_set_error (const WeirJsonScan *scan, GError **error);

/* Past the white space at @at. */
const char *weir_json_skip_space (const char *at, const char *end);

/* Past the value at @at, which is not checked: brackets are only counted. Never past @end, whatever the text is. */
const char *weir_json_skip_value (const char *at, const char *end);

/* Past the string literal at @at; @end if it has no closing quote. */
const char *weir_json_skip_string (const char *at, const char *end);

/* The next character of a string's inside, escapes resolved. Something that no text can hold (`\u0000`, half a
 * surrogate pair) becomes U+FFFD. Returns its UTF-8 length; bytes that are not part of an escape come one by one, as
 * they are. */
guint weir_json_decode_char (const char **at, const char *end, char out[6]);

G_END_DECLS
