/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json-scan.h"

#include <glib/gi18n.h>
#include <string.h>

/* Room for what any caller asks: a payload of WEIR_JSON_MAX_DEPTH and the message around it. */
#define STACK_BITS 256

G_STATIC_ASSERT (STACK_BITS > WEIR_JSON_MAX_DEPTH);

typedef struct
{
  guint64 is_object[STACK_BITS / 64]; /* a bit per open container */
  guint depth;
  guint max_depth;
} Stack;

#define EACH_BYTE(b)   (G_GUINT64_CONSTANT (0x0101010101010101) * (b))
#define HAS_ZERO(word) (((word) -EACH_BYTE (1)) & ~(word) &EACH_BYTE (0x80))

/* Whether eight bytes hold nothing that ends, escapes or breaks a string. May say no where it is yes, never the
 * reverse. */
static inline gboolean
is_plain (const char *at)
{
  guint64 word, special;

  memcpy (&word, at, sizeof word);
  special = (word - EACH_BYTE (0x20)) & ~word & EACH_BYTE (0x80);
  special |= HAS_ZERO (word ^ EACH_BYTE ('"'));
  special |= HAS_ZERO (word ^ EACH_BYTE ('\\'));
  return special == 0;
}

/* The next byte of a string that is a quote, a backslash or a control character. */
static inline const char *
find_special (const char *at, const char *end)
{
  while (end - at >= 8 && is_plain (at))
    at += 8;
  while (at < end && (guchar) *at >= 0x20 && *at != '"' && *at != '\\')
    at++;
  return at;
}

static inline const char *
skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static const char *
fail_with (WeirJsonScan *scan, const char *at, WeirJsonError code, const char *reason)
{
  scan->at = at;
  scan->code = code;
  scan->reason = reason;
  return NULL;
}

static const char *
fail (WeirJsonScan *scan, const char *at, const char *reason)
{
  return fail_with (scan, at, WEIR_JSON_ERROR_SYNTAX, reason);
}

static inline gboolean
stack_top_is_object (const Stack *stack)
{
  guint top = stack->depth - 1;

  return (stack->is_object[top / 64] >> (top % 64)) & 1;
}

static gboolean
stack_push (Stack *stack, gboolean is_object)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << (stack->depth % 64);

  if (stack->depth >= stack->max_depth)
    return FALSE;
  if (is_object)
    stack->is_object[stack->depth / 64] |= bit;
  else
    stack->is_object[stack->depth / 64] &= ~bit;
  stack->depth++;
  return TRUE;
}

static const char *
scan_escape (WeirJsonScan *scan, const char *at)
{
  if (scan->end - at < 2)
    return fail (scan, scan->end, N_ ("a closing \" is missing"));
  if (at[1] != 'u')
    return strchr ("\"\\/bfnrt", at[1]) != NULL && at[1] != '\0' ? at + 2 : fail (scan, at, N_ ("no such escape"));
  for (int i = 2; i < 6; i++)
    {
      if (at + i == scan->end)
        return fail (scan, scan->end, N_ ("a closing \" is missing"));
      if (!g_ascii_isxdigit (at[i]))
        return fail (scan, at + i, N_ ("\\u wants four hexadecimal digits"));
    }
  return at + 6;
}

/* @at: on the opening quote. */
static const char *
scan_string (WeirJsonScan *scan, const char *at)
{
  for (at++; at != NULL;)
    {
      at = find_special (at, scan->end);
      if (at == scan->end)
        return fail (scan, at, N_ ("a closing \" is missing"));
      if (*at == '"')
        return at + 1;
      if (*at != '\\')
        return fail (scan, at, N_ ("a control character in a string"));
      at = scan_escape (scan, at);
    }
  return NULL;
}

static inline const char *
skip_digits (const char *at, const char *end)
{
  while (at < end && *at >= '0' && *at <= '9')
    at++;
  return at;
}

/* At least one digit. */
static const char *
scan_digits (WeirJsonScan *scan, const char *at)
{
  const char *digits_end = skip_digits (at, scan->end);

  return digits_end > at ? digits_end : fail (scan, at, N_ ("a digit should be here"));
}

static const char *
scan_number (WeirJsonScan *scan, const char *at)
{
  const char *end = scan->end;

  if (*at == '-')
    at++;
  if (at < end && *at == '0')
    at++;
  else if ((at = scan_digits (scan, at)) == NULL)
    return NULL;
  if (at < end && *at == '.' && (at = scan_digits (scan, at + 1)) == NULL)
    return NULL;
  if (at < end && (*at == 'e' || *at == 'E'))
    {
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      at = scan_digits (scan, at);
    }
  return at;
}

static const char *
scan_word (WeirJsonScan *scan, const char *at, const char *word)
{
  gsize len = strlen (word);

  if ((gsize) (scan->end - at) < len || memcmp (at, word, len) != 0)
    return fail (scan, at, N_ ("no such word"));
  return at + len;
}

static const char *
scan_scalar (WeirJsonScan *scan, const char *at)
{
  switch (*at)
    {
    case '"':
      return scan_string (scan, at);
    case 't':
      return scan_word (scan, at, "true");
    case 'f':
      return scan_word (scan, at, "false");
    case 'n':
      return scan_word (scan, at, "null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return scan_number (scan, at);
    default:
      return fail (scan, at, N_ ("a value should be here"));
    }
}

/* A key and its colon. */
static const char *
scan_key (WeirJsonScan *scan, const char *at)
{
  at = skip_space (at, scan->end);
  if (at == scan->end || *at != '"')
    return fail (scan, at, N_ ("a key should be here"));
  at = scan_string (scan, at);
  if (at == NULL)
    return NULL;
  at = skip_space (at, scan->end);
  if (at == scan->end || *at != ':')
    return fail (scan, at, N_ ("a colon should be here"));
  return at + 1;
}

/* @at: on an opening bracket. Up to the container's first value, or past its end if it is empty (*is_whole). */
static const char *
scan_open (WeirJsonScan *scan, Stack *stack, const char *at, gboolean *is_whole)
{
  gboolean is_object = *at == '{';

  if (!stack_push (stack, is_object))
    return fail_with (scan, at, WEIR_JSON_ERROR_TOO_DEEP, N_ ("nests too deep"));
  at = skip_space (at + 1, scan->end);
  *is_whole = at < scan->end && *at == (is_object ? '}' : ']');
  if (*is_whole)
    {
      stack->depth--;
      return at + 1;
    }
  return is_object ? scan_key (scan, at) : at;
}

/* @at: behind a value. Past what ends there, and past the comma to the next value if there is one. */
static const char *
scan_after_value (WeirJsonScan *scan, Stack *stack, const char *at)
{
  while (stack->depth > 0)
    {
      gboolean is_object = stack_top_is_object (stack);

      at = skip_space (at, scan->end);
      if (at == scan->end)
        return fail (scan, at, is_object ? N_ ("a } is missing at the end") : N_ ("a ] is missing at the end"));
      if (*at == ',')
        return is_object ? scan_key (scan, at + 1) : at + 1;
      if (*at != (is_object ? '}' : ']'))
        return fail (scan, at, is_object ? N_ ("a comma or } should be here") : N_ ("a comma or ] should be here"));
      stack->depth--;
      at++;
    }
  return at;
}

void
weir_json_scan_init (WeirJsonScan *scan, WeirSpan text)
{
  const char *start = text.text != NULL ? text.text : "";

  *scan = (WeirJsonScan){ .start = start, .at = start, .end = start + (text.text != NULL ? text.len : 0) };
}

gboolean
weir_json_scan_value (WeirJsonScan *scan, guint max_depth, WeirSpan *value)
{
  Stack stack = { .max_depth = MIN (max_depth, STACK_BITS) };
  const char *at = skip_space (scan->at, scan->end), *start = at;

  do
    {
      gboolean is_whole = TRUE;

      at = skip_space (at, scan->end);
      if (at == scan->end)
        at = fail (scan, at, N_ ("ends where a value should be"));
      else if (*at == '{' || *at == '[')
        at = scan_open (scan, &stack, at, &is_whole);
      else
        at = scan_scalar (scan, at);
      if (at != NULL && is_whole)
        at = scan_after_value (scan, &stack, at);
    }
  while (at != NULL && stack.depth > 0);

  if (at == NULL)
    return FALSE;
  *value = (WeirSpan){ start, (gsize) (at - start) };
  scan->at = at;
  return TRUE;
}

gboolean
weir_json_scan_key (WeirJsonScan *scan, WeirSpan *key)
{
  const char *start = skip_space (scan->at, scan->end);
  const char *at = scan_key (scan, start);

  if (at == NULL)
    return FALSE;
  *key = (WeirSpan){ start, (gsize) (weir_json_skip_string (start, at) - start) };
  scan->at = at;
  return TRUE;
}

gboolean
weir_json_scan_peek (WeirJsonScan *scan, char c)
{
  scan->at = skip_space (scan->at, scan->end);
  return scan->at < scan->end && *scan->at == c;
}

gboolean
weir_json_scan_char (WeirJsonScan *scan, char c, const char *reason)
{
  if (!weir_json_scan_peek (scan, c))
    {
      fail (scan, scan->at, reason);
      return FALSE;
    }
  scan->at++;
  return TRUE;
}

gboolean
weir_json_scan_is_at_end (WeirJsonScan *scan)
{
  scan->at = skip_space (scan->at, scan->end);
  if (scan->at != scan->end)
    fail (scan, scan->at, N_ ("something stands behind the value"));
  return scan->at == scan->end;
}

void
weir_json_scan_set_error (const WeirJsonScan *scan, GError **error)
{
  g_set_error (error, WEIR_JSON_ERROR, scan->code, "Not valid JSON at byte %" G_GSIZE_FORMAT ": %s",
               (gsize) (scan->at - scan->start), scan->reason);
}

const char *
weir_json_skip_space (const char *at, const char *end)
{
  return skip_space (at, end);
}

const char *
weir_json_skip_string (const char *at, const char *end)
{
  for (at++; at < end; at++)
    {
      at = find_special (at, end);
      if (at == end)
        break;
      if (*at == '"')
        return at + 1;
      if (*at == '\\' && at + 1 < end)
        at++;
    }
  return end;
}

static const char *
skip_container (const char *at, const char *end)
{
  gsize depth = 0;

  while (at < end)
    {
      char c = *at;

      if (c == '"')
        {
          at = weir_json_skip_string (at, end);
          continue;
        }
      at++;
      if (c == '{' || c == '[')
        depth++;
      else if ((c == '}' || c == ']') && --depth == 0)
        return at;
    }
  return end;
}

const char *
weir_json_skip_value (const char *at, const char *end)
{
  if (at == end)
    return end;
  if (*at == '{' || *at == '[')
    return skip_container (at, end);
  if (*at == '"')
    return weir_json_skip_string (at, end);
  while (at < end && *at != ',' && *at != '}' && *at != ']' && *at != ' ' && *at != '\n' && *at != '\r' && *at != '\t')
    at++;
  return at;
}

/* The four digits of a `\uXXXX` at @at; -1 if there is none. */
static int
decode_hex (const char *at, const char *end)
{
  int value = 0;

  if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
    return -1;
  for (int i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (at[i]);
    }
  return value;
}

static gunichar
decode_unicode (const char **at, const char *end)
{
  int high = decode_hex (*at, end), low;

  if (high < 0) /* not checked text */
    {
      *at = end;
      return 0xfffd;
    }
  *at += 6;
  if (high == 0 || (high >= 0xdc00 && high <= 0xdfff))
    return 0xfffd;
  if (high < 0xd800 || high > 0xdbff)
    return high;
  low = decode_hex (*at, end);
  if (low < 0xdc00 || low > 0xdfff)
    return 0xfffd;
  *at += 6;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

guint
weir_json_decode_char (const char **at, const char *end, char out[6])
{
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  const char *name;

  if (**at != '\\' || end - *at < 2)
    {
      *out = *(*at)++;
      return 1;
    }
  if ((*at)[1] == 'u')
    return g_unichar_to_utf8 (decode_unicode (at, end), out);
  name = strchr (names, (*at)[1]);
  *out = name != NULL ? values[name - names] : (*at)[1];
  *at += 2;
  return 1;
}
