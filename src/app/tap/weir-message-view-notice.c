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

static char *
describe_hits (WeirMessageView *self)
{
  g_autofree char *count = weir_format_count (self->n_hits);

  if (self->n_hits >= WEIR_TEXT_PANE_MAX_HITS)
    return g_strdup_printf (_ ("The first %s hits are marked."), count);
  return g_strdup_printf (ngettext ("%s hit is marked.", "%s hits are marked.", self->n_hits), count);
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
    add_sentence (text, weir_payload_describe_broken (self->n_broken));
  if (self->payload->n_keys > 0)
    add_sentence (text, describe_keys (self));
  if (self->n_hits > 0)
    add_sentence (text, describe_hits (self));
  gtk_label_set_text (self->notice, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), text->len > 0);
  g_string_free (text, TRUE);
}

/* --- what is searched for --- */

/* As many at most in each. */
G_STATIC_ASSERT (WEIR_TEXT_PANE_MAX_HITS == WEIR_HEX_PANE_MAX_HITS);

void
weir_message_view_update_hits (WeirMessageView *self)
{
  self->n_hits = 0;
  weir_stream_view_set_needle (self->stream_view, self->needle);
  if (weir_message_view_is_kind (self, "hex"))
    self->n_hits = weir_hex_pane_set_needle (self->hex_pane, self->needle);
  else if (weir_message_view_is_kind (self, "json") || weir_message_view_is_kind (self, "text"))
    self->n_hits = weir_text_pane_set_needle (self->text_pane, self->needle);
}
