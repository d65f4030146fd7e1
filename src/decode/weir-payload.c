/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-payload.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-json-lexer.h"
#include "weir-json.h"
#include "weir-preview.h"

WeirPayload *
weir_payload_new (GBytes *original, const WeirKeyLead *lead)
{
  WeirPayload *self = g_atomic_rc_box_new0 (WeirPayload);
  gsize size;
  const guint8 *data = g_bytes_get_data (original, &size);
  WeirSpan text = { (const char *) data, size };

  self->original = g_bytes_ref (original);
  self->masked = weir_key_mask_after (lead, original, &self->n_keys);
  self->is_json = size > 0 && (data[0] == '{' || data[0] == '[') && weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL);
  self->image_find = weir_image_head_read (data, size, &self->image);
  return self;
}

WeirPayload *
weir_payload_ref (WeirPayload *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
payload_free (gpointer data)
{
  WeirPayload *self = data;

  g_bytes_unref (self->original);
  g_bytes_unref (self->masked);
}

void
weir_payload_unref (WeirPayload *self)
{
  g_atomic_rc_box_release_full (self, payload_free);
}

char *
weir_payload_break_lines (const char *lines, guint *n_broken)
{
  GString *out = g_string_sized_new (strlen (lines) + 16);
  const char *end;

  *n_broken = 0;
  for (const char *line = lines;; line = end + 1)
    {
      gboolean is_broken = FALSE;

      end = strchrnul (line, '\n');
      while (end - line > WEIR_PAYLOAD_MAX_LINE)
        {
          const char *cut = line + WEIR_PAYLOAD_MAX_LINE;

          while ((*cut & 0xc0) == 0x80)
            cut--;
          g_string_append_len (out, line, cut - line);
          g_string_append_c (out, '\n');
          line = cut;
          is_broken = TRUE;
        }
      *n_broken += is_broken;
      g_string_append_len (out, line, end - line);
      if (*end == '\0')
        return g_string_free (out, FALSE);
      g_string_append_c (out, '\n');
    }
}

char *
weir_payload_describe_broken (guint n_broken)
{
  return n_broken == 0 ? NULL
                       : g_strdup (ngettext ("A very long line is broken to be shown.",
                                             "Very long lines are broken to be shown.", n_broken));
}

char *
weir_payload_dup_text (WeirPayload *self, gboolean reveals, gboolean as_json, guint *n_broken)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (reveals ? self->original : self->masked, &size);
  gsize shown = MIN (size, WEIR_PAYLOAD_MAX_TEXT);
  g_autofree char *laid_out = as_json ? weir_json_layout ((const char *) data, shown) : NULL;
  g_autofree char *lines = laid_out != NULL ? weir_preview_lines ((const guint8 *) laid_out, strlen (laid_out))
                                            : weir_preview_lines (data, shown);

  return weir_payload_break_lines (lines, n_broken);
}
