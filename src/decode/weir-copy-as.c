/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-copy-as.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-preview.h"

#define ARRAY_COLUMNS 12

static const char *const names[WEIR_N_COPIES] = { "text", "hex", "base64", "c-array" };

/* C has no array of nothing. */
static char *
as_c_array (const guint8 *data, gsize len)
{
  GString *out = g_string_sized_new (6 * len + 64);

  if (len == 0)
    return g_string_free (g_string_append (out, "/* no bytes */\n"), FALSE);

  g_string_append_printf (out, "const unsigned char data[%" G_GSIZE_FORMAT "] = {", len);
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (out, "%s0x%02x,", i % ARRAY_COLUMNS == 0 ? "\n  " : " ", data[i]);
  g_string_append (out, "\n};\n");
  return g_string_free (out, FALSE);
}

char *
weir_copy_as (const guint8 *data, gsize len, WeirCopyAs as)
{
  len = MIN (len, WEIR_COPY_MAX_BYTES);
  switch (as)
    {
    case WEIR_COPY_HEX:
      return weir_preview_hex (data, len);
    case WEIR_COPY_BASE64:
      return g_base64_encode (data, len);
    case WEIR_COPY_C_ARRAY:
      return as_c_array (data, len);
    case WEIR_COPY_TEXT:
    case WEIR_N_COPIES:
    default:
      return g_utf8_make_valid ((const char *) data, len);
    }
}

char *
weir_copy_describe (gsize len, WeirCopyAs as)
{
  g_autofree char *size = weir_format_bytes_exact (MIN (len, WEIR_COPY_MAX_BYTES)), *all = NULL;

  if (len > WEIR_COPY_MAX_BYTES)
    {
      all = weir_format_bytes_exact (len);
      return g_strdup_printf (_ ("Copied the first %s of %s. Save it for all of it"), size, all);
    }
  switch (as)
    {
    case WEIR_COPY_HEX:
      return g_strdup_printf (_ ("Copied %s as hex"), size);
    case WEIR_COPY_BASE64:
      return g_strdup_printf (_ ("Copied %s as base64"), size);
    case WEIR_COPY_C_ARRAY:
      return g_strdup_printf (_ ("Copied %s as a C array"), size);
    case WEIR_COPY_TEXT:
    case WEIR_N_COPIES:
    default:
      return g_strdup_printf (_ ("Copied %s as text"), size);
    }
}

const char *
weir_copy_as_get_name (WeirCopyAs as)
{
  g_return_val_if_fail (as < WEIR_N_COPIES, NULL);

  return names[as];
}

gboolean
weir_copy_as_from_name (const char *name, WeirCopyAs *as)
{
  for (guint i = 0; i < WEIR_N_COPIES; i++)
    if (g_str_equal (names[i], name))
      {
        *as = i;
        return TRUE;
      }
  return FALSE;
}
