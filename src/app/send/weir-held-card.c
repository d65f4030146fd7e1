/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-held-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-format.h"
#include "weir-held-words.h"
#include "weir-hex-text.h"
#include "weir-save-bar.h"
#include "weir-settings.h"
#include "weir-text-scale.h"
#include "weir-tone.h"
#include "weir-verdict.h"

#define N_CELLS 4

struct _WeirHeldCard
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *state;
  GtkGrid *cells;
  GtkLabel *values[N_CELLS];
  GtkLabel *names[N_CELLS];
  GtkWidget *write_box;
  GtkEntry *entry;
  GtkDropDown *kind;
  GtkButton *write_button;
  GtkButton *close_button;
  GtkButton *leave_button;
  GtkToggleButton *hold;
  GtkButton *save_button;
  GtkButton *copy_button;
  GtkBox *controls;
  WeirSaveBar *save_bar;
  GtkLabel *verdict;

  WeirHeldChannel *channel;
  double rate; /* bytes/s */
  guint64 rate_bytes;
  gint64 rate_us; /* when that was counted */
  gboolean is_narrow;
};

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirHeldCard, weir_held_card, GTK_TYPE_WIDGET)

/* --- words --- */

static char *
describe_title (WeirHeldChannel *channel)
{
  g_autofree char *id = weir_format_short_id (weir_held_channel_get_id (channel));
  const char *name = weir_held_channel_get_name (channel);

  if (*name != '\0')
    /* Translators: the name of a channel in the payload, and its id */
    return g_strdup_printf (_ ("Channel “%s”, %s"), name, id);
  return g_strdup_printf (_ ("Channel %s"), id);
}

/* --- figures --- */

static void
set_cell (WeirHeldCard *self, guint i, const char *value, const char *name)
{
  gtk_label_set_label (self->values[i], value);
  gtk_label_set_label (self->names[i], name);
}

static char *
format_bytes (guint64 bytes)
{
  return weir_format_bytes (bytes, weir_settings_get_units ());
}

/* Over the last second; NULL: nothing moves, or it is over. */
static char *
dup_rate (WeirHeldCard *self, guint64 bytes)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!weir_held_channel_is_open (self->channel))
    return NULL;
  if (now_us - self->rate_us >= G_USEC_PER_SEC)
    {
      self->rate = self->rate_us == 0 ? 0 : (bytes - self->rate_bytes) * 1e6 / (now_us - self->rate_us);
      self->rate_bytes = bytes;
      self->rate_us = now_us;
    }
  return self->rate > 0 ? weir_format_rate (self->rate, weir_settings_get_units ()) : NULL;
}

/* @what: what was done with so many messages; (transfer full). While it goes on its rate stands before how many they
 * are, so that the end of it is cut off where there is no room. */
static char *
describe_flow (WeirHeldCard *self, char *what, guint64 n_messages, guint64 n_bytes)
{
  g_autofree char *rate = dup_rate (self, n_bytes), *count = weir_format_count (n_messages);

  if (rate == NULL)
    return what;
  g_free (what);
  /* Translators: "10.2 MB/s, 24,859 messages" */
  return g_strdup_printf (ngettext ("%s, %s message", "%s, %s messages", n_messages), rate, count);
}

static void
update_written (WeirHeldCard *self, const WeirSenderFigures *figures)
{
  g_autofree char *bytes = format_bytes (figures->n_bytes), *count = weir_format_count (figures->n_messages);
  char *what =
      g_strdup_printf (ngettext ("written in %s message", "written in %s messages", figures->n_messages), count);
  g_autofree char *name = describe_flow (self, what, figures->n_messages, figures->n_bytes);

  set_cell (self, 0, bytes, name);
}

static void
update_sent (WeirHeldCard *self, const WeirHeldFigures *seen, guint64 n_messages)
{
  g_autofree char *bytes = seen->is_seen ? format_bytes (seen->sent_bytes) : g_strdup ("–");
  g_autofree char *acked = weir_format_count (seen->acked_messages), *of = weir_format_count (n_messages), *both = NULL;

  set_cell (self, 1, bytes, seen->is_seen ? _ ("sent to the reader") : _ ("sent: not seen on this engine"));
  if (seen->is_seen && (seen->is_acknowledged || n_messages == 0))
    both = g_strdup_printf (_ ("%s of %s"), acked, of);
  set_cell (self, 2, both != NULL ? both : "–",
            both != NULL ? _ ("messages acknowledged") : _ ("acknowledged: unknown"));
}

static void
update_sender (WeirHeldCard *self, WeirSender *sender)
{
  WeirSenderFigures figures = weir_sender_get_figures (sender);
  WeirHeldFigures seen = weir_held_channel_get_figures (self->channel);
  g_autofree char *held = weir_format_duration (figures.held_us);

  update_written (self, &figures);
  update_sent (self, &seen, figures.n_messages);
  set_cell (self, 3, held, figures.is_held ? _ ("the writer is held") : _ ("the writer was held"));
  weir_tone_set (GTK_WIDGET (self->values[3]), figures.is_held ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
}

static void
update_taker (WeirHeldCard *self, WeirTaker *taker)
{
  WeirHeldFigures seen = weir_held_channel_get_figures (self->channel);
  guint64 n = weir_taker_get_n_messages (taker), n_bytes = weir_taker_get_n_bytes (taker);
  guint64 n_lost = weir_spool_get_n_lost (weir_taker_get_spool (taker));
  g_autofree char *bytes = format_bytes (n_bytes), *count = weir_format_count (n);
  char *what = g_strdup_printf (ngettext ("read in %s message", "read in %s messages", n), count);
  g_autofree char *name = describe_flow (self, what, n, n_bytes),
                  *kept = format_bytes (weir_spool_get_size (weir_taker_get_spool (taker)));
  g_autofree char *written = seen.is_seen ? format_bytes (seen.written_bytes) : g_strdup ("–");
  g_autofree char *waiting =
      seen.is_seen ? weir_format_count (seen.written_messages > n ? seen.written_messages - n : 0) : g_strdup ("–");

  set_cell (self, 0, bytes, name);
  set_cell (self, 1, written, seen.is_seen ? _ ("written by the writer") : _ ("written: not seen on this engine"));
  set_cell (self, 2, waiting, _ ("messages not read yet"));
  set_cell (self, 3, kept, n_lost > 0 ? _ ("kept: not all of it") : _ ("kept for saving"));
  weir_tone_set (GTK_WIDGET (self->values[3]), n_lost > 0 ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN);
}

/* --- what can be done --- */

static void
update_controls (WeirHeldCard *self)
{
  WeirSender *sender = weir_held_channel_get_sender (self->channel);
  WeirTaker *taker = weir_held_channel_get_taker (self->channel);
  gboolean is_open = sender != NULL && weir_sender_get_state (sender) == WEIR_SENDER_OPEN;
  gboolean is_reading = taker != NULL && weir_taker_get_state (taker) <= WEIR_TAKER_READING;

  gtk_widget_set_visible (self->write_box, is_open);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button),
                          sender != NULL && weir_sender_get_state (sender) < WEIR_SENDER_CLOSED);
  gtk_button_set_label (self->close_button,
                        weir_held_channel_is_closing (self->channel) ? _ ("Abort") : _ ("Close the Writer"));
  gtk_widget_set_visible (GTK_WIDGET (self->leave_button), is_reading);
  gtk_widget_set_visible (GTK_WIDGET (self->hold), is_reading);
  gtk_widget_set_visible (GTK_WIDGET (self->save_button), taker != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button),
                            taker != NULL && weir_spool_get_size (weir_taker_get_spool (taker)) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->copy_button),
                          *weir_held_channel_get_name (self->channel) == '\0' &&
                              weir_held_channel_is_offered (self->channel) &&
                              weir_held_channel_get_ref (self->channel, sender != NULL ? WEIR_DIRECTION_READ
                                                                                       : WEIR_DIRECTION_WRITE) != NULL);
  gtk_button_set_label (self->copy_button, sender != NULL ? _ ("Copy Reader Ref") : _ ("Copy Writer Ref"));
}

static void
update_verdict (WeirHeldCard *self)
{
  WeirSeverity severity;
  g_autofree char *text = weir_verdict_describe (self->channel, &severity);

  gtk_label_set_label (self->verdict, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), text != NULL);
  weir_tone_set (GTK_WIDGET (self->verdict), weir_tone_of_severity (severity));
}

void
weir_held_card_update (WeirHeldCard *self)
{
  g_autofree char *state = NULL;

  g_return_if_fail (WEIR_IS_HELD_CARD (self));

  state = weir_held_words_describe (self->channel);
  gtk_label_set_label (self->state, state);
  if (weir_held_channel_get_sender (self->channel) != NULL)
    update_sender (self, weir_held_channel_get_sender (self->channel));
  else if (weir_held_channel_get_taker (self->channel) != NULL)
    update_taker (self, weir_held_channel_get_taker (self->channel));
  gtk_widget_set_visible (GTK_WIDGET (self->cells), weir_held_channel_get_sender (self->channel) != NULL ||
                                                        weir_held_channel_get_taker (self->channel) != NULL);
  update_controls (self);
  update_verdict (self);
}

static void
toast (WeirHeldCard *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

static void
write_cb (WeirHeldCard *self)
{
  WeirSender *sender = weir_held_channel_get_sender (self->channel);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean is_hex = gtk_drop_down_get_selected (self->kind) == 1;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = is_hex ? weir_hex_text_parse (text, &error) : g_bytes_new (text, strlen (text));

  if (bytes == NULL)
    toast (self, error->message);
  else if (weir_sender_write (sender, bytes, !is_hex))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  else
    toast (self, _ ("The reader has not taken what was written before: there is no room yet"));
}

static void
close_cb (WeirHeldCard *self)
{
  if (weir_held_channel_is_closing (self->channel))
    weir_held_channel_abort (self->channel);
  else
    weir_sender_close (weir_held_channel_get_sender (self->channel));
}

static void
leave_cb (WeirHeldCard *self)
{
  weir_taker_leave (weir_held_channel_get_taker (self->channel));
}

static void
hold_cb (WeirHeldCard *self)
{
  WeirTaker *taker = weir_held_channel_get_taker (self->channel);

  if (taker != NULL)
    weir_taker_set_held (taker, gtk_toggle_button_get_active (self->hold));
}

static void
copy_cb (WeirHeldCard *self)
{
  gboolean is_writer = weir_held_channel_get_sender (self->channel) != NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  weir_ref_append (text,
                   weir_held_channel_get_ref (self->channel, is_writer ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  toast (self, _ ("Copied with its access key: whoever has it can connect to this end"));
}

/* --- saving --- */

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSaveBar) bar = user_data;
  g_autoptr (GError) error = NULL;

  weir_spool_save_finish (WEIR_SPOOL (object), result, &error);
  weir_save_bar_end (bar, _ ("Saved what was read, one message after the other"), error);
}

static void
chosen_cb (WeirSaveBar *bar, GFile *file, gpointer user_data)
{
  GCancellable *cancellable = weir_save_bar_begin (bar, file);

  if (cancellable != NULL)
    weir_spool_save_async (user_data, file, cancellable, weir_save_bar_progress, bar, saved_cb, g_object_ref (bar));
}

static void
save_cb (WeirHeldCard *self)
{
  WeirSpool *spool = weir_taker_get_spool (weir_held_channel_get_taker (self->channel));
  g_autofree char *id = weir_format_short_id (weir_held_channel_get_id (self->channel));
  g_autofree char *name = g_strdup_printf ("channel-%s.bin", id);

  weir_save_bar_ask (self->save_bar, _ ("Save What Was Read"), name, chosen_cb, g_object_ref (spool), g_object_unref);
}

/* --- the cells --- */

/* Four in a row, or two rows of two. */
static void
place_cells (WeirHeldCard *self)
{
  guint n_columns = self->is_narrow ? 2 : N_CELLS;
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->cells));

  for (guint i = 0; i < N_CELLS; i++)
    {
      GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self->values[i]));

      g_object_set (gtk_layout_manager_get_layout_child (layout, cell), "column", i % n_columns, "row", i / n_columns,
                    NULL);
      if (i % n_columns > 0)
        gtk_widget_add_css_class (cell, "next");
      else
        gtk_widget_remove_css_class (cell, "next");
    }
}

static void
add_cell (WeirHeldCard *self, guint i)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->values[i] = GTK_LABEL (gtk_label_new (NULL));
  self->names[i] = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->values[i], 0);
  gtk_label_set_xalign (self->names[i], 0);
  gtk_label_set_ellipsize (self->names[i], PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->values[i]), "value");
  gtk_widget_add_css_class (GTK_WIDGET (self->values[i]), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->names[i]), "second-line");
  gtk_widget_add_css_class (GTK_WIDGET (self->names[i]), "tone-secondary");
  gtk_widget_add_css_class (GTK_WIDGET (self->names[i]), "numeric");
  gtk_widget_add_css_class (box, "cell");
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->values[i]));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->names[i]));
  gtk_grid_attach (self->cells, box, i, 0, 1, 1);
}

/* --- GObject --- */

static void
weir_held_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_HELD_CARD (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
place_controls (WeirHeldCard *self)
{
  gboolean is_cramped = self->is_narrow && weir_text_scale_is_large (GTK_WIDGET (self));
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->controls));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->controls),
                                  self->is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    gtk_orientable_set_orientation (GTK_ORIENTABLE (row),
                                    is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

static void
weir_held_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirHeldCard *self = WEIR_HELD_CARD (object);

  if (id != PROP_IS_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->is_narrow = g_value_get_boolean (value);
  place_cells (self);
  place_controls (self);
}

static void
weir_held_card_dispose (GObject *object)
{
  WeirHeldCard *self = WEIR_HELD_CARD (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_HELD_CARD);
  g_clear_object (&self->channel);
  G_OBJECT_CLASS (weir_held_card_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, box);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, title);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, state);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, cells);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, write_box);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, kind);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, write_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, close_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, leave_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, hold);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, save_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, copy_button);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, controls);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, save_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldCard, verdict);
  gtk_widget_class_bind_template_callback (widget_class, toast);
  gtk_widget_class_bind_template_callback (widget_class, write_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, hold_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
weir_held_card_class_init (WeirHeldCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_held_card_get_property;
  object_class->set_property = weir_held_card_set_property;
  object_class->dispose = weir_held_card_dispose;

  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirheldcard");
  g_type_ensure (WEIR_TYPE_SAVE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-held-card.ui");
  bind_children (widget_class);
}

static void
weir_held_card_init (WeirHeldCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_drop_down (self->kind);
  for (guint i = 0; i < N_CELLS; i++)
    add_cell (self, i);
  place_cells (self);
}

GtkWidget *
weir_held_card_new (WeirHeldChannel *channel)
{
  WeirHeldCard *self = g_object_new (WEIR_TYPE_HELD_CARD, NULL);
  g_autofree char *title = describe_title (channel);

  self->channel = g_object_ref (channel);
  gtk_label_set_label (self->title, title);
  if (weir_held_channel_get_taker (channel) != NULL)
    gtk_toggle_button_set_active (self->hold, weir_taker_is_held (weir_held_channel_get_taker (channel)));
  g_signal_connect_object (channel, "changed", G_CALLBACK (weir_held_card_update), self, G_CONNECT_SWAPPED);
  weir_held_card_update (self);
  return GTK_WIDGET (self);
}
