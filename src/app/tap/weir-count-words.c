/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-count-words.h"

#include "weir-format.h"

void
weir_count_words_add (GString *text, const char *separator, guint64 n, const char *words)
{
  g_autofree char *count = weir_format_count (n);
  g_autoptr (GString) part = g_string_new (words);

  if (n == 0)
    return;
  g_string_replace (part, "%s", count, 1);
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, part->str);
}
