/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-text.h"

#include <string.h>

#include "weir-csv.h"
#include "weir-garble.h"
#include "weir-json-lexer.h"
#include "weir-json.h"
#include "weir-name.h"
#include "weir-preview.h"
#include "weir-sse.h"

/* A column is as wide as what the first records have in it. */
#define MAX_WIDTH   32
#define MAX_COLUMNS 64

/* In columns of a terminal. */
static guint
get_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += g_unichar_iswide (g_utf8_get_char (text)) ? 2 : g_unichar_iszerowidth (g_utf8_get_char (text)) ? 0 : 1;
  return width;
}

static void
measure_record (WeirStreamForm *form, const char *record, gsize len)
{
  g_autoptr (GPtrArray) fields = weir_csv_split (record, len, form->delimiter);

  for (guint i = 0; i < MIN (fields->len, MAX_COLUMNS); i++)
    {
      guint width = MIN (get_width (fields->pdata[i]), MAX_WIDTH);

      if (i >= form->widths->len)
        g_array_set_size (form->widths, i + 1);
      g_array_index (form->widths, guint, i) = MAX (g_array_index (form->widths, guint, i), width);
    }
  if (form->titles == NULL)
    form->titles = g_steal_pointer (&fields);
}

/* Where the record at @at ends: a line break in quotes ends none. */
static gsize
find_end_of_record (const char *text, gsize len, gsize at)
{
  gboolean is_quoted = FALSE;

  for (; at < len && (is_quoted || text[at] != '\n'); at++)
    if (text[at] == '"')
      is_quoted = !is_quoted;
  return at;
}

static void
measure_table (WeirStreamForm *form, const char *text, gsize len)
{
  const char *end = len > 0 ? memrchr (text, '\n', len) : NULL;
  gsize whole = end != NULL ? (gsize) (end + 1 - text) : 0;

  form->delimiter = weir_csv_detect (text, whole);
  form->widths = g_array_new (FALSE, TRUE, sizeof (guint));
  for (gsize at = 0; at < whole;)
    {
      gsize record_end = find_end_of_record (text, whole, at), record = record_end - at;

      measure_record (form, text + at, record > 0 && text[record_end - 1] == '\r' ? record - 1 : record);
      at = record_end + 1;
    }
}

void
weir_stream_form_init (WeirStreamForm *form, WeirContent content, const guint8 *head, gsize len)
{
  *form = (WeirStreamForm){ .content = content };
  if (content == WEIR_CONTENT_CSV)
    measure_table (form, (const char *) head, len);
}

void
weir_stream_form_clear (WeirStreamForm *form)
{
  g_clear_pointer (&form->titles, g_ptr_array_unref);
  g_clear_pointer (&form->widths, g_array_unref);
}

/* --- a line --- */

static char *
record_line (const WeirStreamForm *form, const char *data, gsize len)
{
  g_autoptr (GPtrArray) fields = weir_csv_split (data, len, form->delimiter);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < fields->len; i++)
    {
      const char *field = fields->pdata[i];
      guint width = form->widths != NULL && i < form->widths->len ? g_array_index (form->widths, guint, i) : 0;
      glong padding = (glong) width - get_width (field);

      g_string_append_printf (out, "%s%s", i > 0 ? "  " : "", field);
      if (i + 1 < fields->len && padding > 0)
        g_string_append_printf (out, "%*s", (int) padding, "");
    }
  return g_string_free (out, FALSE);
}

static char *
event_line (const char *data, gsize len, gsize max_chars)
{
  g_auto (WeirSse) event = { 0 };
  const char *text;
  g_autofree char *line = NULL;

  weir_sse_read (&event, data, len);
  text = event.data != NULL ? event.data : event.comment != NULL ? event.comment : "";
  line = weir_preview_line ((const guint8 *) text, strlen (text), max_chars);
  if (event.event != NULL)
    return g_strdup_printf ("%s  %s", event.event, line);
  if (event.data == NULL && event.comment != NULL)
    return g_strdup_printf (": %s", line);
  if (event.data == NULL && event.id == NULL &&
      event.retry == NULL) /* lines that are no field: what is there is seen */
    return weir_preview_line ((const guint8 *) data, len, max_chars);
  return g_steal_pointer (&line);
}

/* The part of an item that is at hand may end inside of a character. */
static char *
garbled_line (WeirSpan text, gsize max_chars)
{
  g_autofree char *lines = weir_garble_dup_lines (text);

  return weir_preview_line ((const guint8 *) lines, strlen (lines), max_chars);
}

char *
weir_stream_text_line (const WeirStreamForm *form, const guint8 *data, gsize len, gsize max_chars)
{
  WeirSpan text = { (const char *) data, len };
  gsize prefix;

  if (weir_garble_count (text) > 0)
    return garbled_line (text, max_chars);
  switch (form->content)
    {
    case WEIR_CONTENT_SSE:
      return event_line ((const char *) data, len, max_chars);
    case WEIR_CONTENT_CSV:
      return record_line (form, (const char *) data, len);
    case WEIR_CONTENT_JSON:
    case WEIR_CONTENT_NDJSON:
      return weir_name_dup_line (data, len, max_chars, &prefix);
    case WEIR_CONTENT_TEXT:
    case WEIR_CONTENT_BINARY:
    case WEIR_CONTENT_IMAGE:
    default:
      return weir_preview_line (data, len, max_chars);
    }
}

/* --- all of it --- */

static char *
lay_out (const char *data, gsize len, gboolean *is_json)
{
  g_autofree char *laid_out = NULL;

  *is_json = len > 0 && strchr ("{[", data[0]) != NULL && data[0] != '\0' &&
             weir_json_check ((WeirSpan){ data, len }, WEIR_JSON_MAX_DEPTH, NULL);
  if (*is_json)
    laid_out = weir_json_layout (data, len);
  return laid_out != NULL ? weir_preview_lines ((const guint8 *) laid_out, strlen (laid_out))
                          : weir_preview_lines ((const guint8 *) data, len);
}

static void
append_field (GString *out, const char *name, const char *value)
{
  if (value != NULL)
    g_string_append_printf (out, "%s: %s\n", name, value);
}

/* Of an event without a field, which a reader would pass over: what there is. */
static void
append_raw (GString *out, const char *data, gsize len)
{
  g_autofree char *text = weir_preview_lines ((const guint8 *) data, len);

  g_string_append (out, text);
}

static char *
event_whole (const char *data, gsize len)
{
  g_auto (WeirSse) event = { 0 };
  GString *out = g_string_new (NULL);
  gboolean is_json;

  weir_sse_read (&event, data, len);
  append_field (out, "event", event.event);
  append_field (out, "id", event.id);
  append_field (out, "retry", event.retry);
  append_field (out, "", event.comment);
  if (event.data != NULL)
    {
      g_autofree char *text = lay_out (event.data, strlen (event.data), &is_json);

      if (out->len > 0)
        g_string_append_c (out, '\n');
      g_string_append (out, text);
    }
  if (out->len == 0)
    append_raw (out, data, len);
  return g_string_free (out, FALSE);
}

/* The titles themselves: none is a value of itself. */
static gboolean
is_head (const WeirStreamForm *form, GPtrArray *fields)
{
  if (form->titles == NULL || form->titles->len != fields->len)
    return FALSE;
  for (guint i = 0; i < fields->len; i++)
    if (!g_str_equal (form->titles->pdata[i], fields->pdata[i]))
      return FALSE;
  return TRUE;
}

static char *
record_whole (const WeirStreamForm *form, const char *data, gsize len)
{
  g_autoptr (GPtrArray) fields = weir_csv_split (data, len, form->delimiter);
  GString *out = g_string_new (NULL);
  gboolean has_titles = form->titles != NULL && !is_head (form, fields);

  for (guint i = 0; i < fields->len; i++)
    {
      if (has_titles && i < form->titles->len)
        g_string_append_printf (out, "%s: ", (char *) form->titles->pdata[i]);
      g_string_append_printf (out, "%s\n", (char *) fields->pdata[i]);
    }
  return g_string_free (out, FALSE);
}

char *
weir_stream_text_whole (const WeirStreamForm *form, const guint8 *data, gsize len, gboolean *is_json)
{
  WeirSpan text = { (const char *) data, len };

  *is_json = FALSE;
  if (weir_garble_count (text) > 0)
    return weir_garble_dup_lines (text);
  switch (form->content)
    {
    case WEIR_CONTENT_SSE:
      return event_whole ((const char *) data, len);
    case WEIR_CONTENT_CSV:
      return record_whole (form, (const char *) data, len);
    case WEIR_CONTENT_JSON:
    case WEIR_CONTENT_NDJSON:
      return lay_out ((const char *) data, len, is_json);
    case WEIR_CONTENT_TEXT:
    case WEIR_CONTENT_BINARY:
    case WEIR_CONTENT_IMAGE:
    default:
      return weir_preview_lines (data, len);
    }
}
