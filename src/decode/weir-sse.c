/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sse.h"

#include <string.h>

#include "weir-preview.h"

static gboolean
is_name (const char *line, gsize len, const char *name)
{
  return strlen (name) == len && memcmp (line, name, len) == 0;
}

/* The name's length; the value begins behind the colon and one space. */
static gsize
split_line (const char *line, gsize len, gsize *value)
{
  const char *colon = memchr (line, ':', len);
  gsize name = colon != NULL ? (gsize) (colon - line) : len;

  *value = MIN (name + 1, len);
  if (*value < len && line[*value] == ' ')
    (*value)++;
  return name;
}

gboolean
weir_sse_is_line (const char *line, gsize len)
{
  static const char *const names[] = { "", "data", "event", "id", "retry" };
  gsize value, name = split_line (line, len, &value);

  for (guint i = 0; len > 0 && i < G_N_ELEMENTS (names); i++)
    if (is_name (line, name, names[i]) && name < len)
      return TRUE;
  return FALSE;
}

typedef struct
{
  WeirSse *event;
  GString *data; /* NULL: no such line yet */
  GString *comment;
} Reading;

static void
set_value (char **field, const char *value, gsize len)
{
  g_free (*field);
  *field = weir_preview_lines ((const guint8 *) value, len);
}

static void
add_line (GString **lines, const char *value, gsize len)
{
  if (*lines == NULL)
    *lines = g_string_new (NULL);
  else
    g_string_append_c (*lines, '\n');
  g_string_append_len (*lines, value, len);
}

static void
read_line (Reading *reading, const char *line, gsize len)
{
  gsize value, name = split_line (line, len, &value);

  if (len == 0)
    return;
  if (is_name (line, name, "data"))
    add_line (&reading->data, line + value, len - value);
  else if (is_name (line, name, "event"))
    set_value (&reading->event->event, line + value, len - value);
  else if (is_name (line, name, "id"))
    set_value (&reading->event->id, line + value, len - value);
  else if (is_name (line, name, "retry"))
    set_value (&reading->event->retry, line + value, len - value);
  else if (name == 0)
    add_line (&reading->comment, line + value, len - value);
}

/* (transfer full) (nullable) */
static char *
take_lines (GString *lines)
{
  char *text = lines != NULL ? weir_preview_lines ((const guint8 *) lines->str, lines->len) : NULL;

  if (lines != NULL)
    g_string_free (lines, TRUE);
  return text;
}

static gsize
find_end_of_line (const char *text, gsize len, gsize at)
{
  while (at < len && text[at] != '\n' && text[at] != '\r')
    at++;
  return at;
}

void
weir_sse_read (WeirSse *self, const char *text, gsize len)
{
  Reading reading = { .event = self };

  *self = (WeirSse){ 0 };
  for (gsize at = 0; at < len;)
    {
      gsize end = find_end_of_line (text, len, at);

      read_line (&reading, text + at, end - at);
      at = end + (end + 1 < len && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
    }
  self->data = take_lines (reading.data);
  self->comment = take_lines (reading.comment);
}

gboolean
weir_sse_is_event (const char *text, gsize len)
{
  for (gsize at = 0; at < len; at++)
    {
      gsize end = find_end_of_line (text, len, at);

      if (end > at && !weir_sse_is_line (text + at, end - at) && !is_name (text + at, end - at, "data"))
        return FALSE;
      at = end;
    }
  return TRUE;
}

void
weir_sse_clear (WeirSse *self)
{
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->data, g_free);
  g_clear_pointer (&self->comment, g_free);
  g_clear_pointer (&self->retry, g_free);
}
