/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-content.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-csv.h"
#include "weir-garble.h"
#include "weir-image-head.h"
#include "weir-json.h"
#include "weir-sse.h"

/* Within a character that goes on behind the end there are at most so many bytes of it. */
#define MAX_PART 3

/* One byte of so many may be no text in it. */
#define MIN_TEXT_SHARE 8

/* A byte order mark, or the rest of a character that began before the first byte. */
static WeirSpan
skip_lead (WeirSpan text, gboolean is_start)
{
  gsize n = 0;

  if (is_start && text.len >= 3 && memcmp (text.text, "\xef\xbb\xbf", 3) == 0)
    n = 3;
  while (!is_start && n < MIN (text.len, MAX_PART) && (text.text[n] & 0xc0) == 0x80)
    n++;
  return (WeirSpan){ text.text + n, text.len - n };
}

/* The next line of what is left, without its end; FALSE: there is no whole one any more. */
static gboolean
take_line (WeirSpan *rest, WeirSpan *line)
{
  const char *end = rest->len > 0 ? memchr (rest->text, '\n', rest->len) : NULL;

  if (end == NULL)
    return FALSE;
  *line = (WeirSpan){ rest->text, end - rest->text };
  *rest = (WeirSpan){ end + 1, rest->len - line->len - 1 };
  if (line->len > 0 && line->text[line->len - 1] == '\r')
    line->len--;
  return TRUE;
}

/* Lines that are as they should be, and others. */
typedef struct
{
  guint n_well, n_bad;
} Lines;

static void
count_line (Lines *lines, gboolean is_well)
{
  lines->n_well += is_well ? 1 : 0;
  lines->n_bad += is_well ? 0 : 1;
}

static gboolean
are_most_well (const Lines *lines)
{
  return lines->n_well > lines->n_bad;
}

/* What is not in order may be the fault that somebody is looking for: most lines tell, and few bytes are wrong. */
static gboolean
is_text (WeirSpan text)
{
  gsize n_garbled = weir_garble_count (text), start, end;
  WeirSpan line;
  Lines lines = { 0 };

  if (n_garbled == 0)
    return TRUE;
  if (n_garbled > text.len / MIN_TEXT_SHARE)
    return FALSE;
  while (take_line (&text, &line))
    if (line.len > 0)
      count_line (&lines, !weir_garble_find (line, 0, &start, &end));
  if (text.len > 0)
    count_line (&lines, weir_garble_count (text) == 0);
  return are_most_well (&lines);
}

static gboolean
is_sse (WeirSpan text)
{
  WeirSpan line;
  Lines lines = { 0 };

  while (take_line (&text, &line))
    if (line.len > 0)
      count_line (&lines, weir_sse_is_line (line.text, line.len));
  if (lines.n_well + lines.n_bad > 0)
    return are_most_well (&lines);
  /* The first line may be longer than all that is looked at. */
  return text.len > strlen ("event: ") && weir_sse_is_line (text.text, text.len) && text.text[0] != ':';
}

static gboolean
is_container (WeirSpan text)
{
  return text.len > 0 && (text.text[0] == '{' || text.text[0] == '[');
}

static gboolean
is_ndjson (WeirSpan text)
{
  WeirSpan line;
  Lines lines = { 0 };

  while (take_line (&text, &line))
    if (line.len > 0)
      count_line (&lines, is_container (line) && weir_json_check (line, WEIR_JSON_MAX_DEPTH, NULL));
  return are_most_well (&lines);
}

/* What looks like more than a bracket in a text: `[info] …` is a log. */
static gboolean
is_json (WeirSpan text)
{
  gsize at = 1;

  if (!is_container (text))
    return FALSE;
  while (at < text.len && strchr (" \t\r\n", text.text[at]) != NULL)
    at++;
  if (at == text.len)
    return TRUE;
  return strchr (text.text[0] == '{' ? "\"}" : "{[\"]-0123456789tfn", text.text[at]) != NULL;
}

static gboolean
is_csv (WeirSpan text)
{
  const char *end = text.len > 0 ? memrchr (text.text, '\n', text.len) : NULL;

  return end != NULL && weir_csv_detect (text.text, end + 1 - text.text) != '\0';
}

static WeirContent
detect_text (WeirSpan text)
{
  if (is_sse (text))
    return WEIR_CONTENT_SSE;
  if (is_ndjson (text))
    return WEIR_CONTENT_NDJSON;
  if (is_json (text))
    return WEIR_CONTENT_JSON;
  return is_csv (text) ? WEIR_CONTENT_CSV : WEIR_CONTENT_TEXT;
}

/* Who begins to look in the middle often finds the beginning of a line all the same; if not, the next one's. */
static WeirContent
detect_from_middle (WeirSpan text)
{
  WeirContent content = detect_text (text);
  WeirSpan line;

  if (content == WEIR_CONTENT_SSE || content == WEIR_CONTENT_NDJSON)
    return content;
  return take_line (&text, &line) ? detect_text (text) : WEIR_CONTENT_TEXT;
}

WeirContent
weir_content_detect (const guint8 *data, gsize len, gboolean is_start)
{
  WeirSpan text = { (const char *) data, MIN (len, WEIR_CONTENT_HEAD) };
  WeirImageHead head;

  if (is_start && weir_image_head_read (data, text.len, &head) != WEIR_IMAGE_NONE)
    return WEIR_CONTENT_IMAGE;
  text = skip_lead (text, is_start);
  if (!is_text (text))
    return WEIR_CONTENT_BINARY;
  return is_start ? detect_text (text) : detect_from_middle (text);
}

const char *
weir_content_get_name (WeirContent content)
{
  switch (content)
    {
    case WEIR_CONTENT_TEXT:
      return C_ ("content of a stream", "Text");
    case WEIR_CONTENT_JSON:
      return _ ("JSON values");
    case WEIR_CONTENT_NDJSON:
      return _ ("JSON lines");
    case WEIR_CONTENT_SSE:
      return _ ("Server-sent events");
    case WEIR_CONTENT_CSV:
      return _ ("Table (CSV)");
    case WEIR_CONTENT_IMAGE:
      return C_ ("content of a stream", "Image");
    case WEIR_CONTENT_BINARY:
    default:
      return C_ ("content of a stream", "Binary");
    }
}
