/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-server-log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Function ids and names come from workers; none needs more to be recognised. */
#define MAX_LINE 1000

char *
weir_server_log_format (const char *text, gint64 wall_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%H:%M:%S");
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) strnlen (text, MAX_LINE));
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%s.%03d ", time, (int) (wall_us / 1000 % 1000));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_unichar (line, c);
    }
  if (strlen (text) > MAX_LINE)
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

static const char *
find_text (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  gboolean is_verbose = GPOINTER_TO_INT (user_data);
  const char *text = find_text (fields, n_fields);
  g_autofree char *line = NULL;

  if (text == NULL || (level & G_LOG_LEVEL_DEBUG) != 0 || ((level & G_LOG_LEVEL_INFO) != 0 && !is_verbose))
    return G_LOG_WRITER_HANDLED;
  line = weir_server_log_format (text, g_get_real_time ());
  fprintf (stderr, "%s\n", line);
  return G_LOG_WRITER_HANDLED;
}

void
weir_server_log_start (gboolean is_verbose)
{
  g_log_set_writer_func (write_line, GINT_TO_POINTER (is_verbose), NULL);
}
