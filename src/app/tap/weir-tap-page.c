/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-page-private.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-describe.h"
#include "weir-focus.h"
#include "weir-point-error.h"
#include "weir-settings.h"
#include "weir-text-scale.h"
#include "weir-toast.h"
#include "weir-worker-error.h"

G_DEFINE_FINAL_TYPE (WeirTapPage, weir_tap_page, GTK_TYPE_WIDGET)

/* --- state --- */

static void
channel_cb (WeirTapPage *self)
{
  g_autofree char *detail = weir_describe_state_detail (self->channel, g_get_monotonic_time ());
  const char *word = weir_describe_state (self->channel);
  g_autofree char *text = *detail != '\0' ? g_strdup_printf ("%s · %s", word, detail) : g_strdup (word);

  /* What was known of the channel last is not so any more. */
  if (weir_tap_page_has_ended (self) && weir_channel_get_state (self->channel) != WEIR_STATE_CLOSED)
    gtk_label_set_text (self->state, _ ("Not tapped any more"));
  else
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
  if (self->channel != NULL)
    channel_cb (self); /* it was not kept up to date while nobody saw it */
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
  weir_message_view_set_narrow (self->viewer, is_narrow);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->notice_box),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  weir_tap_find_set_cramped (self->find, is_narrow && weir_text_scale_is_large (GTK_WIDGET (self)));
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, when nothing may change its size. */
static void
folded_cb (WeirTapPage *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

/* @leads_on: what to do about it is on the page of channels. */
static void
show_notice (WeirTapPage *self, const char *text, gboolean is_trouble, gboolean leads_on)
{
  gtk_widget_set_visible (self->notice_button, leads_on);
  if (text != NULL)
    {
      gtk_label_set_text (self->notice, text);
      if (is_trouble)
        gtk_widget_add_css_class (GTK_WIDGET (self->notice_box), "trouble");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->notice_box), "trouble");
    }
  gtk_revealer_set_reveal_child (self->notice_revealer, text != NULL);
}

/* Not refused, nor misunderstood. */
static gboolean
is_lost (const GError *error)
{
  return g_error_matches (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST) ||
         g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED) ||
         g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED);
}

/* It stays true whatever comes after: the engine may be back, with other channels. */
static char *
describe_failure (const GError *error)
{
  g_autofree char *why = NULL;

  if (is_lost (error))
    return g_strdup (_ ("This tap ended when the connection to the engine broke, and keeps what came until then."));
  why = weir_describe_error (error);
  return g_strdup_printf (_ ("This tap has ended: %s."), why);
}

static void
state_cb (WeirTapPage *self)
{
  const GError *error = weir_tap_reader_get_error (self->reader);
  g_autofree char *text = NULL;

  switch (weir_tap_reader_get_state (self->reader))
    {
    case WEIR_TAP_READER_FAILED:
      if (error != NULL && !weir_tap_page_came_too_late (self)) /* else the page says so */
        text = describe_failure (error);
      break;
    case WEIR_TAP_READER_OPENING:
      text = g_strdup (_ ("Asking for the channel's messages…"));
      break;
    case WEIR_TAP_READER_LIVE:
    case WEIR_TAP_READER_ENDED:
    default:
      if (error != NULL)
        {
          g_autofree char *why = weir_describe_error (error);

          text = g_strdup_printf (
              _ ("Messages are not kept: %s. Free some space on the disk, or let a tap keep more in Preferences."),
              why);
        }
      break;
    }
  show_notice (self, text, error != NULL, text != NULL && weir_tap_page_has_ended (self) && is_lost (error));
  channel_cb (self);
  weir_tap_page_update_empty (self);
}

/* --- what the parts tell --- */

static void
focus_table_cb (WeirTapPage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->table), GTK_DIR_DOWN);
}

/* From what was joined to one of the messages that it was joined from. */
static void
go_to_message_cb (WeirTapPage *self, guint row)
{
  guint position;

  if (weir_message_list_find_row (self->messages, row, &position))
    weir_message_table_select (self->table, position);
  else
    weir_toast_show (self->toasts, _ ("The filter hides that message, or it was let go"));
}

static void
saved_cb (WeirTapPage *self, const char *text)
{
  weir_tap_page_toast (self, text);
}

static void
find_closed_cb (WeirTapPage *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "find", g_variant_new_boolean (FALSE));
  focus_table_cb (self);
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
  g_type_ensure (WEIR_TYPE_NEEDLE_ENTRY);
  g_type_ensure (WEIR_TYPE_TAP_FIND);
  g_type_ensure (WEIR_TYPE_TAP_SAVE);
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
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice_box);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice_button);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, panes);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, table);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, viewer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, hidden);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_title);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_text);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_button);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures_flap);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, problems);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, find);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, saver);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, row_menu);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, time_menu);
  gtk_widget_class_bind_template_callback_full (widget_class, "update_filter",
                                                G_CALLBACK (weir_tap_page_update_filter));
  gtk_widget_class_bind_template_callback (widget_class, focus_table_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, saved_cb);
  weir_tap_page_add_keys (widget_class);
}

static void
weir_tap_page_init (WeirTapPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_menus (GTK_WIDGET (self));
  weir_focus_take_key (GTK_WIDGET (self), GDK_KEY_g, GDK_CONTROL_MASK, "tap.find-next");
  weir_focus_take_key (GTK_WIDGET (self), GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "tap.find-previous");
  weir_tap_page_add_actions (self);
  g_signal_connect_object (self->figures_flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "notify::selected", G_CALLBACK (weir_tap_page_selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewer, "go-to-message", G_CALLBACK (go_to_message_cb), self, G_CONNECT_SWAPPED);
}

static void
disk_limit_cb (WeirTapPage *self)
{
  weir_message_list_set_max_bytes (self->messages, weir_settings_get_disk_limit ());
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
  g_signal_connect_object (self->messages, "figures-changed", G_CALLBACK (weir_tap_page_update_figures), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "changed", G_CALLBACK (channel_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "marks-changed", G_CALLBACK (weir_tap_page_marks_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (weir_tap_page_update_figures), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::tap-disk-limit", G_CALLBACK (disk_limit_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::mask-keys", G_CALLBACK (weir_tap_page_update_figures), self,
                           G_CONNECT_SWAPPED);
  disk_limit_cb (self);
  weir_message_table_set_messages (self->table, self->messages);
  weir_message_view_set_messages (self->viewer, self->messages);
  weir_message_table_set_menus (self->table, self->row_menu, self->time_menu);
  weir_tap_find_set_table (self->find, self->table, self->messages, self->problems);
  weir_message_table_set_follow (self->table, g_settings_get_boolean (weir_settings_get (), "follow-tail"));
  weir_tap_page_selected_cb (self);
  state_cb (self);
  weir_tap_page_marks_cb (self);

  return GTK_WIDGET (self);
}

WeirChannel *
weir_tap_page_get_channel (WeirTapPage *self)
{
  return self->channel;
}

void
weir_tap_page_focus (WeirTapPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->messages)) > 0)
    focus_table_cb (self);
  else
    weir_needle_entry_focus (self->search);
}

void
weir_tap_page_focus_search (WeirTapPage *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "find", g_variant_new_boolean (TRUE));
}
