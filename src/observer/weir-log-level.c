/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-log-level.h"

#include <string.h>

#define TARGET "iii::workers::worker::ws_handler"

static gboolean
is_detailed (const char *level)
{
  return g_ascii_strcasecmp (level, "debug") == 0 || g_ascii_strcasecmp (level, "trace") == 0;
}

/* The directive that names most of the handler's path decides: its own, one of a module around it, or that of all. The
 * later of two that name as much. */
gboolean
weir_log_level_is_closer (const char *level)
{
  g_auto (GStrv) directives = g_strsplit (level != NULL ? level : WEIR_LOG_LEVEL_DEFAULT, ",", -1);
  gboolean is_closer = FALSE;
  gsize best = 0;

  for (guint i = 0; directives[i] != NULL; i++)
    {
      const char *directive = g_strstrip (directives[i]);
      const char *equals = strrchr (directive, '=');
      gsize length = equals != NULL ? (gsize) (equals - directive) : 0;

      if (length < best || strncmp (directive, TARGET, length) != 0)
        continue;
      best = length;
      is_closer = is_detailed (equals != NULL ? equals + 1 : directive);
    }
  return is_closer;
}

char *
weir_log_level_make_closer (const char *level)
{
  const char *base = level != NULL && *level != '\0' ? level : WEIR_LOG_LEVEL_DEFAULT;

  if (weir_log_level_is_closer (base))
    return g_strdup (base);
  return g_strconcat (base, "," WEIR_LOG_LEVEL_DIRECTIVE, NULL);
}

char *
weir_log_level_get (WeirSpan value)
{
  return weir_json_type (value) == WEIR_JSON_OBJECT ? weir_json_dup_string (weir_json_member (value, "level")) : NULL;
}

static void
append_level (GString *out, const char *level)
{
  g_string_append (out, out->len > 1 ? ",\"level\":" : "\"level\":");
  weir_json_append_string (out, level, -1);
}

char *
weir_log_level_set (WeirSpan value, const char *level)
{
  GString *out = g_string_new ("{");
  WeirJsonIter iter;
  WeirSpan key, member;

  if (weir_json_type (value) == WEIR_JSON_OBJECT)
    {
      weir_json_iter_init (&iter, value);
      while (weir_json_iter_next (&iter, &key, &member))
        {
          if (weir_json_string_equal (key, "level"))
            continue;
          if (out->len > 1)
            g_string_append_c (out, ',');
          g_string_append_len (out, key.text, key.len);
          g_string_append_c (out, ':');
          g_string_append_len (out, member.text, member.len);
        }
    }
  if (level != NULL)
    append_level (out, level);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
