/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view-private.h"

#include <glib/gi18n.h>

#include "weir-format.h"

/* --- what it is --- */

void
weir_message_view_update_title (WeirMessageView *self)
{
  g_autofree char *size = weir_format_bytes_exact (weir_message_get_size (self->message));
  g_autofree char *time = weir_format_time (weir_message_get_time_us (self->message), NULL);
  g_autofree char *text = NULL;
  g_autofree char *seq = weir_format_count (weir_message_get_seq (self->message));

  switch (weir_message_get_kind (self->message))
    {
    case WEIR_MESSAGE_TEXT:
      text = g_strdup_printf (_ ("Message %s · text · %s · %s"), seq, size, time);
      break;
    case WEIR_MESSAGE_BINARY:
      text = g_strdup_printf (_ ("Message %s · binary · %s · %s"), seq, size, time);
      break;
    case WEIR_MESSAGE_EVENT:
      text = g_strdup_printf (_ ("Event · %s"), time);
      break;
    case WEIR_MESSAGE_GAP:
    default:
      text = g_strdup (_ ("Dropped messages"));
      break;
    }
  gtk_label_set_text (self->title, text);
}

/* --- what is missing --- */

static void
add_sentence (GString *text, char *sentence)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sentence);
  g_free (sentence);
}

static char *
describe_keys (WeirMessageView *self)
{
  guint n = self->payload->n_keys;

  if (weir_message_view_shows_keys (self))
    return g_strdup (ngettext ("It holds an access key, the right to a channel.",
                               "It holds access keys, the rights to channels.", n));
  return g_strdup (ngettext ("It holds an access key, which is masked with *.",
                             "It holds access keys, which are masked with *.", n));
}

void
weir_message_view_update_notice (WeirMessageView *self)
{
  gsize kept = g_bytes_get_size (self->payload->original);
  gboolean is_text = weir_message_view_is_kind (self, "json") || weir_message_view_is_kind (self, "text");
  g_autofree char *limit = weir_format_limit (WEIR_PAYLOAD_MAX_TEXT);
  GString *text = g_string_new (NULL);

  if (weir_message_is_cut (self->message))
    {
      g_autofree char *kept_text = weir_format_bytes_exact (kept);
      g_autofree char *size_text = weir_format_bytes_exact (weir_message_get_size (self->message));

      add_sentence (text, g_strdup_printf (_ ("The tap kept the first %s of %s."), kept_text, size_text));
    }
  if (is_text && kept > WEIR_PAYLOAD_MAX_TEXT)
    add_sentence (
        text,
        g_strdup_printf (_ ("Shown are the first %s: look at the bytes, or save the message, for all of it."), limit));
  if (is_text && self->n_broken > 0)
    add_sentence (text, g_strdup (ngettext ("A very long line is broken to be shown.",
                                            "Very long lines are broken to be shown.", self->n_broken)));
  if (self->payload->n_keys > 0)
    add_sentence (text, describe_keys (self));
  if (self->n_hits > 0)
    {
      g_autofree char *count = weir_format_count (self->n_hits);

      add_sentence (text, g_strdup_printf (ngettext ("%s hit is marked.", "%s hits are marked.", self->n_hits), count));
    }
  gtk_label_set_text (self->notice, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), text->len > 0);
  g_string_free (text, TRUE);
}

/* --- what is searched for --- */

/* More are not marked. */
#define MAX_HITS 1000

static guint
mark_bytes (WeirMessageView *self)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (WeirHexHit));
  gsize size;
  const guint8 *data = g_bytes_get_data (weir_message_view_get_shown (self), &size);
  WeirHexHit hit = { 0, 0 };

  while (self->needle != NULL && hits->len < MAX_HITS &&
         weir_needle_find (self->needle, data, size, hit.end, &hit.start, &hit.end) == WEIR_NEEDLE_FOUND)
    g_array_append_val (hits, hit);
  weir_hex_view_set_hits (weir_hex_pane_get_view (self->hex_pane), (const WeirHexHit *) hits->data, hits->len,
                          hits->len > 0 ? 0 : -1);
  return hits->len;
}

void
weir_message_view_update_hits (WeirMessageView *self)
{
  if (weir_message_view_is_kind (self, "hex"))
    self->n_hits = mark_bytes (self);
  else if (weir_message_view_is_kind (self, "json") || weir_message_view_is_kind (self, "text"))
    self->n_hits = weir_text_pane_set_needle (self->text_pane, self->needle);
  else
    self->n_hits = 0;
}
