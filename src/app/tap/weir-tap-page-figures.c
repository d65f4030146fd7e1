/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-page-private.h"

#include <glib/gi18n.h>

#include "weir-count-words.h"
#include "weir-settings.h"

#define MARGIN       6 /* around what is wrong with a search */
#define EMPTY_MARGIN 24

/* What the tap dropped it has not measured. The channel's own totals have it, unless the tap came later than they
 * began.
 * @is_all: (out): FALSE: there were more */
static guint64
get_bytes_seen (WeirTapPage *self, const WeirTapFigures *figures, gboolean *is_all)
{
  const WeirTotals *totals = &weir_channel_get_info (self->channel)->totals;

  *is_all = figures->n_dropped == 0 || (figures->n_before == 0 && totals->written_messages >= figures->n_seen);
  return figures->n_dropped > 0 && *is_all ? MAX (figures->bytes_seen, totals->written_bytes) : figures->bytes_seen;
}

static void
update_messages_figure (WeirTapPage *self, const WeirTapFigures *figures)
{
  WeirUnits units = weir_settings_get_units ();
  g_autofree char *kept = weir_format_count (figures->n_kept), *seen = weir_format_count (figures->n_seen);
  g_autofree char *kept_bytes = weir_format_bytes (figures->bytes_kept, units);
  gboolean is_all;
  g_autofree char *seen_bytes = weir_format_bytes (get_bytes_seen (self, figures, &is_all), units);
  g_autofree char *messages = g_strdup_printf (_ ("%s kept of %s"), kept, seen);
  g_autofree char *bytes =
      g_strdup_printf (is_all ? _ ("%s kept of %s") : _ ("%s kept of more than %s"), kept_bytes, seen_bytes);

  weir_figures_set (self->figures, 0, _ ("Messages"), messages, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 1, _ ("Bytes"), bytes, WEIR_TONE_PLAIN);
}

static void
update_losses (WeirTapPage *self, const WeirTapFigures *figures)
{
  g_autofree char *dropped = weir_format_count (figures->n_dropped), *cut = weir_format_count (figures->n_cut);
  g_autofree char *hidden = weir_format_count (weir_message_list_get_n_hidden (self->messages));
  g_autofree char *before = weir_format_count (figures->n_before);
  g_autofree char *let_go = weir_format_count (weir_message_list_get_n_let_go (self->messages));
  guint32 snaplen = weir_tap_reader_get_snaplen (self->reader);
  g_autofree char *limit = snaplen != 0 ? weir_format_limit (snaplen) : NULL;
  g_autofree char *kept = limit != NULL ? g_strdup_printf (_ ("first %s"), limit) : g_strdup (_ ("whole"));

  weir_figures_set (self->figures, 2, _ ("Dropped by this tap"), dropped,
                    figures->n_dropped > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 3, _ ("Cut"), cut, figures->n_cut > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 4, _ ("Hidden by the filter"), hidden, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 5, _ ("Let go to make room"), let_go, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 6, _ ("Kept per message"), kept, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 7, _ ("Before this tap"), before, WEIR_TONE_PLAIN);
}

/* What is not to be seen is said below the table, also where the card has no room. */
static void
update_hidden (WeirTapPage *self, const WeirTapFigures *figures)
{
  guint64 n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint64 n_waiting = weir_message_list_get_n_waiting (self->messages);
  guint64 n_hidden = weir_message_list_get_n_hidden (self->messages);
  guint64 n_let_go = weir_message_list_get_n_let_go (self->messages);
  guint64 n_given_up = weir_message_list_get_n_given_up (self->messages);
  guint64 n_selected = weir_message_table_get_n_selected (self->table);
  guint n_marks = weir_message_list_get_n_marks (self->messages);
  g_autoptr (GString) text = g_string_new (NULL);

  if (n_shown == 0)
    g_string_append (text, _ ("No rows"));
  weir_count_words_add (text, " · ", n_shown, ngettext ("%s row", "%s rows", n_shown));
  weir_count_words_add (text, " · ", figures->n_before,
                        ngettext ("%s came before this tap", "%s came before this tap", figures->n_before));
  weir_count_words_add (text, " · ", n_waiting, ngettext ("%s waits: paused", "%s wait: paused", n_waiting));
  weir_count_words_add (text, " · ", n_hidden,
                        ngettext ("%s hidden by the filter", "%s hidden by the filter", n_hidden));
  weir_count_words_add (text, " · ", n_given_up,
                        ngettext ("%s shown that takes the expression too long",
                                  "%s shown that take the expression too long", n_given_up));
  weir_count_words_add (text, " · ", figures->n_dropped,
                        ngettext ("%s dropped by this tap", "%s dropped by this tap", figures->n_dropped));
  weir_count_words_add (text, " · ", n_let_go, ngettext ("%s let go to make room", "%s let go to make room", n_let_go));
  weir_count_words_add (text, " · ", n_marks, ngettext ("%s mark", "%s marks", n_marks));
  if (n_selected > 1)
    weir_count_words_add (text, " · ", n_selected, ngettext ("%s selected", "%s selected", n_selected));
  if (!g_settings_get_boolean (weir_settings_get (), "mask-keys"))
    g_string_append_printf (text, " · %s", _ ("access keys are not masked"));
  if (weir_message_list_is_filtering (self->messages))
    g_string_append_printf (text, " · %s", _ ("filtering…"));
  gtk_label_set_text (self->hidden, text->str);
}

gboolean
weir_tap_page_has_ended (WeirTapPage *self)
{
  WeirTapReaderState state = weir_tap_reader_get_state (self->reader);

  return state == WEIR_TAP_READER_ENDED || state == WEIR_TAP_READER_FAILED;
}

gboolean
weir_tap_page_came_too_late (WeirTapPage *self)
{
  return weir_channel_get_state (self->channel) == WEIR_STATE_CLOSED && weir_tap_page_has_ended (self) &&
         weir_message_list_get_n_total (self->messages) == 0;
}

/* What is wrong with a search stands above the words, and not on them. */
static void
keep_clear_of_problems (WeirTapPage *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->problems));

  gtk_widget_set_margin_top (self->empty, MAX (height + 2 * MARGIN, EMPTY_MARGIN));
}

void
weir_tap_page_update_empty (WeirTapPage *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->messages)) == 0;
  gboolean is_filtering = weir_message_list_is_filtering (self->messages);
  gboolean is_filtered = is_filtering || weir_message_list_get_n_hidden (self->messages) > 0;
  const char *title, *text;

  if (is_filtering)
    {
      title = _ ("Filtering…");
      text = _ ("The messages that are kept are looked through. Those that match appear here.");
    }
  else if (is_filtered)
    {
      title = _ ("No Message Matches");
      text = _ ("The filter hides all of them.");
    }
  else if (weir_tap_page_came_too_late (self))
    {
      title = _ ("Ended Before It Was Tapped");
      text = _ ("The last messages of a channel are kept for some minutes after its end, as long as there is room for "
                "them. Of this one none are left.");
    }
  else if (weir_tap_page_has_ended (self))
    {
      title = _ ("No Messages");
      text = _ ("No message came while it was tapped.");
    }
  else
    {
      title = _ ("No Messages Yet");
      text = _ ("What the channel carries from now on appears here.");
    }

  gtk_label_set_text (self->empty_title, title);
  gtk_label_set_text (self->empty_text, text);
  gtk_widget_set_visible (self->empty_button, is_filtered);
  gtk_widget_set_visible (self->empty, is_empty);
  if (is_empty)
    keep_clear_of_problems (self);
}

void
weir_tap_page_update_figures (WeirTapPage *self)
{
  WeirTapFigures figures = weir_tap_reader_get_figures (self->reader);

  update_messages_figure (self, &figures);
  update_losses (self, &figures);
  update_hidden (self, &figures);
  weir_tap_page_update_empty (self);
}
