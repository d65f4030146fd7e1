/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-peer-name.h"

#include <string.h>

#include "weir-preview.h"

#define REPLACEMENT 0xfffd
#define ISOLATE     "\342\201\250" /* U+2068, first strong isolate */
#define END         "\342\201\251" /* U+2069 */

char *
weir_peer_name (const char *name)
{
  return weir_peer_name_cut (name, G_MAXSIZE);
}

char *
weir_peer_name_cut (const char *name, gsize max_chars)
{
  g_autofree char *valid = NULL;
  const char *at;
  gunichar before = 0;
  GString *out;

  if (name == NULL)
    return NULL;
  valid = g_utf8_make_valid (name, -1);
  out = g_string_sized_new (strlen (valid) + 8);
  for (at = valid; *at != '\0' && max_chars > 0; at = g_utf8_next_char (at), max_chars--)
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (out, weir_preview_is_shown (c, before) ? c : REPLACEMENT);
      before = c;
    }
  if (!g_str_is_ascii (out->str))
    {
      g_string_prepend (out, ISOLATE);
      g_string_append (out, END);
    }
  if (*at != '\0')
    g_string_append (out, "…");
  return g_string_free (out, FALSE);
}

char *
weir_peer_name_drop_marks (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0';)
    {
      if (strncmp (from, ISOLATE, 3) == 0 || strncmp (from, END, 3) == 0)
        from += 3;
      else
        *to++ = *from++;
    }
  *to = '\0';
  return text;
}
