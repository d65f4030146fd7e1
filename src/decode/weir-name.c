/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-name.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <math.h>

#include "weir-format.h"
#include "weir-preview.h"

#define GIST_CHARS 80
#define MAX_NAME   64

/* (nullable): as one short line. */
static char *
dup_line (WeirSpan value, gsize max_chars)
{
  g_autofree char *string = weir_json_dup_string (value);

  return string != NULL ? weir_preview_line ((const guint8 *) string, strlen (string), max_chars) : NULL;
}

/* As a member has it, a string without its quotes. */
static char *
dup_value (WeirSpan value)
{
  char *string = dup_line (value, GIST_CHARS);

  return string != NULL ? string : weir_preview_line ((const guint8 *) value.text, value.len, GIST_CHARS);
}

static WeirSpan
get_path (WeirSpan value, const char *first, const char *second)
{
  value = weir_json_member (value, first);
  return second != NULL && weir_json_type (value) == WEIR_JSON_OBJECT ? weir_json_member (value, second)
                                                                      : (WeirSpan){ NULL, 0 };
}

/* --- HTTP --- */

static char *
describe_status (WeirSpan text)
{
  gint64 code;
  const char *phrase;

  if (!weir_json_get_int (weir_json_member (text, "status_code"), &code) || code < 100 || code > 999)
    return NULL;
  phrase = soup_status_get_phrase (code);
  return g_str_equal (phrase, "Unknown Error") ? g_strdup_printf ("%d", (int) code)
                                               : g_strdup_printf ("%d %s", (int) code, phrase);
}

/* `content-type: text/event-stream, x-a: b` */
static char *
describe_headers (WeirSpan text)
{
  WeirSpan headers = weir_json_member (text, "headers"), key, value;
  g_autoptr (GString) out = g_string_new (NULL);
  WeirJsonIter iter;

  if (weir_json_type (headers) != WEIR_JSON_OBJECT)
    return NULL;
  weir_json_iter_init (&iter, headers);
  while (out->len < GIST_CHARS && weir_json_iter_next (&iter, &key, &value))
    {
      g_autofree char *name = dup_value (key), *content = dup_value (value);

      g_string_append_printf (out, "%s%s: %s", out->len > 0 ? ", " : "", name, content);
    }
  return weir_preview_line ((const guint8 *) out->str, out->len, GIST_CHARS);
}

/* --- progress --- */

/* The amount under the first of @names that is there; its name. */
static const char *
get_amount (WeirSpan object, const char *const *names, gint64 *amount)
{
  for (; *names != NULL; names++)
    if (weir_json_get_int (weir_json_member (object, *names), amount) && *amount >= 0)
      return *names;
  return NULL;
}

static gboolean
get_number (WeirSpan object, const char *name, double *number)
{
  WeirSpan value = weir_json_member (object, name);
  g_autofree char *text = NULL;

  if (weir_json_type (value) != WEIR_JSON_NUMBER)
    return FALSE;
  text = weir_span_dup (value);
  *number = g_ascii_strtod (text, NULL);
  return TRUE;
}

/* NAN: nothing says which share is done. */
static double
get_share (WeirSpan object, const char *done_name, gint64 done, gint64 all)
{
  double share;

  if (done_name != NULL && all > 0)
    return (double) done / all;
  if (get_number (object, "percent", &share) || get_number (object, "percentage", &share))
    return share / 100;
  return get_number (object, "fraction", &share) ? share : NAN;
}

/* As the message says it: more than all and less than nothing, too. */
static char *
describe_share (double share)
{
  g_autofree char *count = NULL;

  if ((share >= 0 && share <= 1) || fabs (share) * 100 >= G_MAXINT32)
    return weir_format_percent (share);
  count = weir_format_count ((guint64) (fabs (share) * 100 + 0.5));
  return g_strdup_printf ("%s%s\u00a0%%", share < 0 ? "\u2212" : "", count);
}

/* "15 %, 3 of 20 rows", "15 %, chunks: 3", "chunks: 3": the amount has the name that the message gives it. */
static char *
describe_progress (double share, const char *done_name, gint64 done, gint64 all)
{
  g_autofree char *percent = isnan (share) ? NULL : describe_share (share);
  g_autofree char *done_text = weir_format_count (done), *all_text = weir_format_count (all);

  if (done_name != NULL && all > 0)
    /* TRANSLATORS: 80 %, 96 000 of 120 000 rows */
    return g_strdup_printf (_ ("%s, %s of %s %s"), percent, done_text, all_text, done_name);
  if (done_name == NULL)
    return g_steal_pointer (&percent);
  return percent != NULL ? g_strdup_printf ("%s, %s: %s", percent, done_name, done_text)
                         : g_strdup_printf ("%s: %s", done_name, done_text);
}

/* How much of how much, or which share, or only how much, in words that are often used for it. */
static gboolean
read_progress (WeirName *name, WeirSpan text)
{
  static const char *const done_names[] = { "rows", "chunks",  "parts",     "items", "messages", "count",
                                            "done", "current", "processed", "bytes", "value",    NULL };
  static const char *const all_names[] = { "of", "total", "max", NULL };
  gint64 done = 0, all = 0;
  const char *done_name = get_amount (text, done_names, &done);
  double share;

  if (get_amount (text, all_names, &all) == NULL)
    all = 0;
  share = get_share (text, done_name, done, all);
  if (done_name == NULL && isnan (share))
    return FALSE;
  name->kind = WEIR_NAME_PROGRESS;
  name->share = isnan (share) ? -1 : MAX (share, 0);
  name->gist = describe_progress (share, done_name, done, all);
  return TRUE;
}

/* --- the events of a language model --- */

/* The first element of `choices`. */
static WeirSpan
get_choice (WeirSpan text)
{
  WeirSpan choices = weir_json_member (text, "choices"), key, value;
  WeirJsonIter iter;

  if (weir_json_type (choices) != WEIR_JSON_ARRAY)
    return (WeirSpan){ NULL, 0 };
  weir_json_iter_init (&iter, choices);
  if (!weir_json_iter_next (&iter, &key, &value) || weir_json_type (value) != WEIR_JSON_OBJECT)
    return (WeirSpan){ NULL, 0 };
  return value;
}

/* The new text, wherever the vendors have it: `delta`, `delta.text`, `choices[0].delta.content`, … */
static char *
dup_piece (WeirSpan text)
{
  static const char *const inside[] = { "text", "content", "thinking", "partial_json", "arguments" };
  WeirSpan choice = get_choice (text);
  WeirSpan holder = choice.text != NULL ? choice : text;
  char *piece = weir_json_dup_string (weir_json_member (holder, "delta"));

  for (guint i = 0; piece == NULL && i < G_N_ELEMENTS (inside); i++)
    piece = weir_json_dup_string (get_path (holder, "delta", inside[i]));
  if (piece == NULL && choice.text != NULL)
    piece = weir_json_dup_string (weir_json_member (choice, "text"));
  return piece;
}

/* An answer has several texts: what is said, what is thought, what tools are called with, each perhaps in parts. */
static char *
dup_series (WeirSpan text, const char *type)
{
  static const char *const names[] = { "contentIndex", "content_index", "output_index", "index" };
  WeirSpan choice = get_choice (text);
  g_autofree char *inner = dup_line (get_path (text, "delta", "type"), MAX_NAME);
  gint64 index = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (weir_json_get_int (weir_json_member (choice.text != NULL ? choice : text, names[i]), &index))
      break;
  return g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, type, inner != NULL ? inner : "", index);
}

static gboolean
is_start (WeirSpan text, const char *type)
{
  static const char *const types[] = { "start", "message_start", "response.created", "stream_start", NULL };
  WeirSpan choice = get_choice (text);

  return g_strv_contains (types, type) || (choice.text != NULL && get_path (choice, "delta", "role").text != NULL);
}

/* `"A channel"`: quoted, as spaces matter. */
static char *
quote (const char *piece)
{
  g_autofree char *line = weir_preview_line ((const guint8 *) piece, strlen (piece), GIST_CHARS);

  return g_strdup_printf ("“%s”", line);
}

static gboolean
read_delta (WeirName *name, WeirSpan text, const char *type)
{
  name->piece = dup_piece (text);
  if (name->piece == NULL)
    return FALSE;
  name->kind = WEIR_NAME_DELTA;
  name->gist = quote (name->piece);
  name->series = dup_series (text, type);
  name->is_start = is_start (text, type);
  return TRUE;
}

/* What begins and ends an answer, or one part of it. */
static gboolean
read_event (WeirName *name, WeirSpan text, const char *type)
{
  static const char *const prefixes[] = {
    "message_", "content_block_", "text_", "thinking_", "toolcall_", "response."
  };
  static const char *const types[] = { "start", "done", "stream_start", "stream_end", NULL };
  gboolean fits = g_strv_contains (types, type);
  g_autofree char *reason = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    fits = fits || g_str_has_prefix (type, prefixes[i]);
  if (!fits)
    return FALSE;
  name->kind = WEIR_NAME_EVENT;
  name->is_start = is_start (text, type);
  reason = dup_line (weir_json_member (text, "reason"), GIST_CHARS);
  name->gist = reason != NULL ? g_steal_pointer (&reason) : dup_line (weir_json_member (text, "model"), GIST_CHARS);
  return TRUE;
}

/* --- errors --- */

/* `{"error":"…"}`, `{"error":{"message":"…"}}`, `{"type":"error","message":"…"}` */
static gboolean
read_error (WeirName *name, WeirSpan text, const char *type)
{
  char *said = dup_line (weir_json_member (text, "error"), GIST_CHARS);

  if (said == NULL)
    said = dup_line (get_path (text, "error", "message"), GIST_CHARS);
  if (said == NULL && g_str_equal (type, "error"))
    said = dup_line (weir_json_member (text, "message"), GIST_CHARS);
  if (said == NULL && !g_str_equal (type, "error"))
    return FALSE;
  name->kind = WEIR_NAME_ERROR;
  name->gist = said;
  return TRUE;
}

/* --- the whole --- */

static gboolean
read_known (WeirName *name, WeirSpan text, const char *type)
{
  if (g_str_equal (type, "set_status"))
    {
      name->kind = WEIR_NAME_STATUS;
      name->gist = describe_status (text);
      return TRUE;
    }
  if (g_str_equal (type, "set_headers"))
    {
      name->kind = WEIR_NAME_HEADERS;
      name->gist = describe_headers (text);
      return TRUE;
    }
  if (g_str_equal (type, "progress"))
    return read_progress (name, text);
  return read_error (name, text, type) || read_delta (name, text, type) || read_event (name, text, type);
}

gboolean
weir_name_read (WeirName *name, WeirSpan text)
{
  g_autofree char *type = NULL;

  *name = (WeirName){ .share = -1 };
  if (text.len == 0 || text.text[0] != '{')
    return FALSE;
  type = dup_line (weir_json_member (text, "type"), MAX_NAME);
  if (!read_known (name, text, type != NULL ? type : ""))
    {
      weir_name_clear (name);
      return FALSE;
    }
  if (type != NULL && *type != '\0')
    name->name = g_steal_pointer (&type);
  else
    name->name = g_strdup (name->kind == WEIR_NAME_ERROR ? "error" : "delta");
  return TRUE;
}

void
weir_name_clear (WeirName *name)
{
  g_free (name->name);
  g_free (name->gist);
  g_free (name->piece);
  g_free (name->series);
  *name = (WeirName){ .share = -1 };
}

char *
weir_name_dup_line (const guint8 *data, gsize len, gsize max_chars, gsize *prefix_len)
{
  g_autofree char *line = weir_preview_line (data, len, max_chars);
  g_autofree char *prefix = NULL;
  g_auto (WeirName) name = { 0 };

  *prefix_len = 0;
  if (!weir_name_read (&name, (WeirSpan){ (const char *) data, len }))
    return g_steal_pointer (&line);
  prefix = name.gist != NULL ? g_strdup_printf ("%s  %s", name.name, name.gist) : g_strdup (name.name);
  *prefix_len = strlen (prefix);
  return g_strdup_printf ("%s   %s", prefix, line);
}
