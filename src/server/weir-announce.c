/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-announce.h"

#include <string.h>

#define MAX_NAME 280 /* characters */

/* Characters that would let a name lie in a list or a log: controls, bidirectional overrides, line separators. */
static gboolean
is_unwanted (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

static char *
dup_clean (WeirSpan data, const char *member)
{
  g_autofree char *raw = weir_json_dup_string (weir_json_member (data, member));
  GString *clean;
  guint n = 0;

  if (raw == NULL || !g_utf8_validate (raw, -1, NULL)) /* escaped lone surrogates */
    return NULL;
  clean = g_string_new (NULL);
  for (const char *p = raw; *p != '\0' && n < MAX_NAME; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_unwanted (c))
        continue;
      g_string_append_unichar (clean, c);
      n++;
    }
  g_strstrip (clean->str);
  if (*clean->str == '\0')
    return g_string_free (clean, TRUE), NULL;
  return g_string_free (clean, FALSE);
}

void
weir_announce_clear (WeirAnnounce *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->runtime, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->os, g_free);
  g_clear_pointer (&self->isolation, g_free);
}

gboolean
weir_announce_take (WeirAnnounce *self, WeirSpan data)
{
  if (weir_json_type (data) != WEIR_JSON_OBJECT)
    return FALSE;
  weir_announce_clear (self);
  self->name = dup_clean (data, "name");
  self->runtime = dup_clean (data, "runtime");
  self->version = dup_clean (data, "version");
  self->description = dup_clean (data, "description");
  self->os = dup_clean (data, "os");
  self->isolation = dup_clean (data, "isolation");
  if (!weir_json_get_int (weir_json_member (data, "pid"), &self->pid) || self->pid < 0)
    self->pid = 0;
  if (self->runtime == NULL)
    self->runtime = g_strdup ("unknown");
  return TRUE;
}
