/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "weir-hex.h"

/* What stands at @at is no byte. */
static void
set_wrong (const char *text, const char *at, GError **error)
{
  long place = g_utf8_pointer_to_offset (text, at) + 1;

  if (g_ascii_isxdigit (*at))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The digit at character %ld stands alone: a byte has two"), place);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Character %ld is no hexadecimal digit"), place);
}

gboolean
weir_hex_text_check (const char *text, GError **error)
{
  const char *bad = NULL;

  if (weir_hex_check (text, &bad))
    return TRUE;
  set_wrong (text, bad, error);
  return FALSE;
}

GBytes *
weir_hex_text_parse (const char *text, GError **error)
{
  const char *bad = NULL;
  GBytes *bytes = weir_hex_parse (text, &bad);

  if (bytes == NULL)
    set_wrong (text, bad, error);
  return bytes;
}
