/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-csv.h"

#include "weir-preview.h"

#define MAX_FIELD_CHARS 200
#define MAX_FIELDS      256

/* Past the field at @at, whose content goes to @field. */
static gsize
read_field (const char *text, gsize len, gsize at, char delimiter, GString *field)
{
  gboolean is_quoted = at < len && text[at] == '"';

  for (at += is_quoted ? 1 : 0; at < len; at++)
    {
      if (is_quoted && text[at] == '"')
        {
          if (at + 1 < len && text[at + 1] == '"')
            at++;
          else
            {
              is_quoted = FALSE;
              continue;
            }
        }
      else if (!is_quoted && text[at] == delimiter)
        return at;
      g_string_append_c (field, text[at]);
    }
  return at;
}

GPtrArray *
weir_csv_split (const char *record, gsize len, char delimiter)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  gsize at = 0;

  for (;;)
    {
      g_autoptr (GString) field = g_string_new (NULL);

      at = read_field (record, len, at, fields->len + 1 < MAX_FIELDS ? delimiter : '\0', field);
      g_ptr_array_add (fields, weir_preview_line ((const guint8 *) field->str, field->len, MAX_FIELD_CHARS));
      if (at >= len)
        return fields;
      at++;
    }
}

/* How often it stands outside of quotes in the record at *@at, which is moved on; G_MAXUINT: a quote stays open. */
static guint
count_in_record (const char *text, gsize len, gsize *at, char delimiter)
{
  gboolean is_quoted = FALSE;
  guint n = 0;

  for (; *at < len; (*at)++)
    {
      char c = text[*at];

      if (c == '"')
        is_quoted = !is_quoted;
      else if (c == '\n' && !is_quoted)
        break;
      else if (c == delimiter && !is_quoted)
        n++;
    }
  (*at)++;
  return is_quoted ? G_MAXUINT : n;
}

static gboolean
is_delimited (const char *text, gsize len, char delimiter)
{
  guint n_records = 0, wanted = 0;

  for (gsize at = 0; at < len;)
    {
      guint n = count_in_record (text, len, &at, delimiter);

      if (n == 0 || n == G_MAXUINT || (n_records > 0 && n != wanted))
        return FALSE;
      wanted = n;
      n_records++;
    }
  return n_records >= (wanted > 1 ? 2 : 3);
}

char
weir_csv_detect (const char *text, gsize len)
{
  static const char delimiters[] = { ',', ';', '\t', '|' };

  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
    if (is_delimited (text, len, delimiters[i]))
      return delimiters[i];
  return '\0';
}
