/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-figures.h"
#include "weir-message-table.h"
#include "weir-message-view.h"
#include "weir-save.h"
#include "weir-settings.h"
#include "weir-toast.h"

struct _WeirTapPage
{
  GtkWidget parent_instance;

  AdwToastOverlay *toasts;
  GtkLabel *channel_id;
  GtkLabel *state;
  GtkSearchEntry *search;
  GtkRevealer *notice_revealer;
  GtkLabel *notice;
  GtkPaned *panes;
  WeirMessageTable *table;
  WeirMessageView *viewer;
  WeirFigures *figures;
  GtkLabel *hidden;
  GtkWidget *empty;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  AdwFlap *figures_flap;
  guint fold_idle;
  guint timer; /* while mapped: how long a state lasts is part of its words */

  WeirTapReader *reader;
  WeirChannel *channel;
  WeirMessageList *messages; /* borrowed from the reader */
  GSimpleActionGroup *actions;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WeirTapPage, weir_tap_page, GTK_TYPE_WIDGET)

/* --- figures --- */

static void
update_messages_figure (WeirTapPage *self, const WeirTapFigures *figures)
{
  WeirUnits units = weir_settings_get_units ();
  g_autofree char *kept = weir_format_count (figures->n_kept), *seen = weir_format_count (figures->n_seen);
  g_autofree char *kept_bytes = weir_format_bytes (figures->bytes_kept, units);
  g_autofree char *seen_bytes = weir_format_bytes (figures->bytes_seen, units);
  g_autofree char *messages = g_strdup_printf (_ ("%s kept of %s"), kept, seen);
  g_autofree char *bytes = g_strdup_printf (_ ("%s kept of %s"), kept_bytes, seen_bytes);

  weir_figures_set (self->figures, 0, _ ("Messages"), messages, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 1, _ ("Bytes"), bytes, WEIR_TONE_PLAIN);
}

static void
update_losses (WeirTapPage *self, const WeirTapFigures *figures)
{
  g_autofree char *dropped = weir_format_count (figures->n_dropped), *cut = weir_format_count (figures->n_cut);
  g_autofree char *hidden = weir_format_count (weir_message_list_get_n_hidden (self->messages));
  guint32 snaplen = weir_tap_reader_get_snaplen (self->reader);
  g_autofree char *limit = snaplen != 0 ? weir_format_limit (snaplen) : NULL;
  g_autofree char *kept = limit != NULL ? g_strdup_printf (_ ("first %s"), limit) : g_strdup (_ ("whole"));

  weir_figures_set (self->figures, 2, _ ("Dropped by this tap"), dropped,
                    figures->n_dropped > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 3, _ ("Cut"), cut, figures->n_cut > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 4, _ ("Hidden by the filter"), hidden, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 5, _ ("Kept per message"), kept, WEIR_TONE_PLAIN);
}

static GString *
next_part (GString *text)
{
  return g_string_append (text, " · ");
}

/* What is not to be seen is said below the table, also where the card has no room. */
static void
update_hidden (WeirTapPage *self, const WeirTapFigures *figures)
{
  guint64 n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint64 n_waiting = weir_message_list_get_n_waiting (self->messages);
  guint64 n_hidden = weir_message_list_get_n_hidden (self->messages);
  g_autofree char *shown = weir_format_count (n_shown), *waiting = weir_format_count (n_waiting);
  g_autofree char *hidden = weir_format_count (n_hidden), *dropped = weir_format_count (figures->n_dropped);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, ngettext ("%s row", "%s rows", n_shown), shown);
  if (n_waiting > 0)
    g_string_append_printf (next_part (text), ngettext ("%s waits: paused", "%s wait: paused", n_waiting), waiting);
  if (n_hidden > 0)
    g_string_append_printf (next_part (text), ngettext ("%s hidden by the filter", "%s hidden by the filter", n_hidden),
                            hidden);
  if (figures->n_dropped > 0)
    g_string_append_printf (next_part (text),
                            ngettext ("%s dropped by this tap", "%s dropped by this tap", figures->n_dropped), dropped);
  if (weir_message_list_is_filtering (self->messages))
    g_string_append (next_part (text), _ ("filtering…"));
  gtk_label_set_text (self->hidden, text->str);
  g_string_free (text, TRUE);
}

/* A point keeps the messages of a channel only while it lives. */
static gboolean
came_too_late (WeirTapPage *self)
{
  WeirTapReaderState state = weir_tap_reader_get_state (self->reader);

  return weir_channel_get_state (self->channel) == WEIR_STATE_CLOSED &&
         (state == WEIR_TAP_READER_ENDED || state == WEIR_TAP_READER_FAILED) &&
         weir_message_list_get_n_total (self->messages) == 0;
}

static void
update_empty (WeirTapPage *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->messages)) == 0;
  const char *title = "", *text;

  if (weir_message_list_get_n_hidden (self->messages) > 0)
    {
      text = _ ("No message fits the filter");
    }
  else if (came_too_late (self))
    {
      title = _ ("Ended before it was tapped");
      text =
          _ ("Messages of a channel are kept while it lives. Tap the next one while it is open: what it carried last "
             "is shown, too.");
    }
  else
    {
      text = _ ("No message yet. What the channel carries from now on appears here");
    }

  gtk_label_set_text (self->empty_title, title);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_title), *title != '\0');
  gtk_label_set_text (self->empty_text, text);
  gtk_widget_set_visible (self->empty, is_empty);
}

static void
figures_cb (WeirTapPage *self)
{
  WeirTapFigures figures = weir_tap_reader_get_figures (self->reader);

  update_messages_figure (self, &figures);
  update_losses (self, &figures);
  update_hidden (self, &figures);
  update_empty (self);
}

/* --- state --- */

static void
channel_cb (WeirTapPage *self)
{
  g_autofree char *detail = weir_describe_state_detail (self->channel, g_get_monotonic_time ());
  const char *word = weir_describe_state (self->channel);
  g_autofree char *text = *detail != '\0' ? g_strdup_printf ("%s %s", word, detail) : g_strdup (word);

  gtk_label_set_text (self->state, text);
}

static gboolean
second_cb (gpointer user_data)
{
  channel_cb (user_data);
  return G_SOURCE_CONTINUE;
}

static void
weir_tap_page_map (GtkWidget *widget)
{
  WeirTapPage *self = WEIR_TAP_PAGE (widget);

  GTK_WIDGET_CLASS (weir_tap_page_parent_class)->map (widget);
  self->timer = g_timeout_add_seconds (1, second_cb, self);
}

static void
weir_tap_page_unmap (GtkWidget *widget)
{
  WeirTapPage *self = WEIR_TAP_PAGE (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  GTK_WIDGET_CLASS (weir_tap_page_parent_class)->unmap (widget);
}

/* Where there is no room for the card, the line below the viewer says what matters. */
static gboolean
fold_cb (gpointer user_data)
{
  WeirTapPage *self = user_data;
  gboolean is_narrow = adw_flap_get_folded (self->figures_flap);

  self->fold_idle = 0;
  adw_flap_set_reveal_flap (self->figures_flap, !is_narrow);
  g_object_set (self->table, "narrow", is_narrow, NULL);
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, when nothing may change its size. */
static void
folded_cb (WeirTapPage *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

static void
show_notice (WeirTapPage *self, const char *text)
{
  if (text != NULL)
    gtk_label_set_text (self->notice, text);
  gtk_revealer_set_reveal_child (self->notice_revealer, text != NULL);
}

static void
state_cb (WeirTapPage *self)
{
  const GError *error = weir_tap_reader_get_error (self->reader);
  g_autofree char *text = NULL;

  switch (weir_tap_reader_get_state (self->reader))
    {
    case WEIR_TAP_READER_FAILED:
      if (came_too_late (self)) /* the page says so */
        break;
      text = g_strdup_printf (
          _ ("This tap has ended: %s. What came before is kept. Close the tab and tap the channel again."),
          error != NULL ? error->message : "");
      break;
    case WEIR_TAP_READER_OPENING:
      text = g_strdup (_ ("Asking for the channel's messages…"));
      break;
    case WEIR_TAP_READER_LIVE:
    case WEIR_TAP_READER_ENDED:
    default:
      if (error != NULL)
        text = g_strdup_printf (_ ("Messages are not kept: %s"), error->message);
      break;
    }
  show_notice (self, text);
  update_empty (self);
}

/* --- filter, pause --- */

static gboolean
get_switch (WeirTapPage *self, const char *name)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), name);

  return g_variant_get_boolean (state);
}

static void
update_filter (WeirTapPage *self)
{
  g_autoptr (WeirNeedle) needle =
      weir_needle_new (WEIR_NEEDLE_TEXT, gtk_editable_get_text (GTK_EDITABLE (self->search)), NULL);
  WeirMessageKinds kinds = (get_switch (self, "text") ? WEIR_SHOW_TEXT : 0) |
                           (get_switch (self, "binary") ? WEIR_SHOW_BINARY : 0) |
                           (get_switch (self, "events") ? WEIR_SHOW_EVENTS : 0);

  weir_message_table_set_filter (self->table, kinds, needle);
}

static void
search_cb (GtkSearchEntry *entry, WeirTapPage *self)
{
  if (self->messages != NULL)
    update_filter (self);
}

static void
kind_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_simple_action_set_state (action, value);
  update_filter (user_data);
}

static void
pause_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirTapPage *self = user_data;

  g_simple_action_set_state (action, value);
  weir_message_list_set_held (self->messages, g_variant_get_boolean (value));
  figures_cb (self);
}

/* --- the selected message --- */

static void
selected_cb (WeirTapPage *self)
{
  WeirMessage *message = weir_message_table_get_selected (self->table);
  GAction *save = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "save");

  weir_message_view_set_message (self->viewer, message);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (save),
                               message != NULL && weir_message_get_kind (message) != WEIR_MESSAGE_GAP);
  if (message != NULL)
    weir_message_table_set_follow (self->table, FALSE);
}

/* From what was joined to one of the messages that it was joined from. */
static void
go_to_message_cb (WeirTapPage *self, guint row)
{
  if (!weir_message_table_select_row (self->table, row))
    adw_toast_overlay_add_toast (self->toasts, weir_toast_new (_ ("The filter hides that message, or it was let go")));
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirTapPage *self = WEIR_TAP_PAGE (object);
  g_autoptr (WeirMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (weir_save_finish (result, &error))
    text = weir_save_describe (message);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup_printf (_ ("The message could not be saved: %s"), error->message);

  if (text != NULL && self->toasts != NULL)
    adw_toast_overlay_add_toast (self->toasts, weir_toast_new (text));
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTapPage *self = user_data;
  WeirMessage *message = weir_message_table_get_selected (self->table);
  GBytes *payload = message != NULL ? weir_message_get_payload (message) : NULL;
  g_autofree char *short_id = NULL, *name = NULL;

  if (message == NULL)
    return;
  if (payload == NULL) /* the viewer loads it */
    {
      adw_toast_overlay_add_toast (self->toasts, weir_toast_new (_ ("The message is not read from disk yet")));
      return;
    }
  short_id = weir_format_short_id (weir_channel_get_id (self->channel));
  name = g_strdup_printf ("%s-%" G_GUINT64_FORMAT ".%s", short_id, weir_message_get_seq (message),
                          weir_message_get_kind (message) == WEIR_MESSAGE_BINARY ? "bin" : "txt");
  weir_save_async (GTK_WIDGET (self), name, payload, self->cancellable, saved_cb, g_object_ref (message));
}

/* --- GObject --- */

static void
weir_tap_page_dispose (GObject *object)
{
  WeirTapPage *self = WEIR_TAP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->fold_idle, g_source_remove);
  if (self->reader != NULL)
    weir_tap_reader_stop (self->reader);
  g_clear_object (&self->reader);
  g_clear_object (&self->channel);
  g_clear_object (&self->actions);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TAP_PAGE);
  G_OBJECT_CLASS (weir_tap_page_parent_class)->dispose (object);
}

static void
weir_tap_page_class_init (WeirTapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_tap_page_dispose;
  g_type_ensure (WEIR_TYPE_MESSAGE_TABLE);
  g_type_ensure (WEIR_TYPE_MESSAGE_VIEW);
  g_type_ensure (WEIR_TYPE_FIGURES);
  widget_class->map = weir_tap_page_map;
  widget_class->unmap = weir_tap_page_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirtap");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-tap-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, channel_id);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, state);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, search);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, panes);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, table);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, viewer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, hidden);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_title);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_text);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures_flap);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
}

static void
add_actions (WeirTapPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "text", .state = "true", .change_state = kind_cb },
    { .name = "binary", .state = "true", .change_state = kind_cb },
    { .name = "events", .state = "true", .change_state = kind_cb },
    { .name = "pause", .state = "false", .change_state = pause_cb },
    { .name = "save", .activate = save_cb },
  };
  g_autoptr (GPropertyAction) follow = g_property_action_new ("follow", self->table, "follow");
  g_autoptr (GAction) time_format = g_settings_create_action (weir_settings_get (), "time-format");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self->actions), time_format);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tap", G_ACTION_GROUP (self->actions));
}

static void
weir_tap_page_init (WeirTapPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  add_actions (self);
  g_signal_connect_object (self->figures_flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewer, "go-to-message", G_CALLBACK (go_to_message_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
weir_tap_page_new (WeirTapReader *reader, WeirChannel *channel)
{
  WeirTapPage *self;
  g_autofree char *short_id = NULL;

  g_return_val_if_fail (WEIR_IS_TAP_READER (reader), NULL);
  g_return_val_if_fail (WEIR_IS_CHANNEL (channel), NULL);

  self = g_object_new (WEIR_TYPE_TAP_PAGE, NULL);
  self->reader = g_object_ref (reader);
  self->channel = g_object_ref (channel);
  self->messages = weir_tap_reader_get_messages (reader);
  short_id = weir_format_short_id (weir_channel_get_id (channel));
  gtk_label_set_text (self->channel_id, short_id);

  g_signal_connect_object (reader, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "figures-changed", G_CALLBACK (figures_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "changed", G_CALLBACK (channel_cb), self, G_CONNECT_SWAPPED);
  weir_message_table_set_messages (self->table, self->messages);
  weir_message_view_set_messages (self->viewer, self->messages);
  weir_message_table_set_follow (self->table, g_settings_get_boolean (weir_settings_get (), "follow-tail"));
  selected_cb (self);
  state_cb (self);
  channel_cb (self);
  figures_cb (self);

  return GTK_WIDGET (self);
}

WeirChannel *
weir_tap_page_get_channel (WeirTapPage *self)
{
  return self->channel;
}

void
weir_tap_page_focus_search (WeirTapPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
