/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page-private.h"

#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-text-scale.h"

/* Wide, the left side has this width whatever stands in it. */
#define SETUP_WIDTH 520

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirSendPage, weir_send_page, GTK_TYPE_WIDGET)

/* --- the trigger's pane --- */

static void
setup_changed_cb (WeirSendPage *self)
{
  weir_send_page_update (self);
  weir_send_page_note_change (self);
}

void
weir_send_page_follow_trigger (WeirSendPage *self)
{
  g_autoptr (GPtrArray) wanted =
      weir_send_page_has_function (self) ? weir_trigger_pane_list_channels (self->trigger) : g_ptr_array_new ();

  weir_send_setup_set_wanted (self->setup, wanted);
  weir_send_page_update (self);
  weir_send_page_note_change (self);
}

static void
refilled_cb (WeirSendPage *self, const char *settings)
{
  g_autoptr (JsonNode) node = settings != NULL ? weir_json_parse (WEIR_SPAN (settings), NULL) : NULL;

  if (node != NULL && !weir_send_setup_load_json (self->setup, node))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("The first 64 KiB of what was typed to be written are kept: this is not whole"));
  weir_send_page_follow_trigger (self);
}

/* --- public --- */

void
weir_send_page_set_connection (WeirSendPage *self, WeirConnection *connection)
{
  gboolean was_shown;

  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  if (self->connection == connection)
    return;
  weir_send_page_leave_form (self);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  was_shown = self->connection != NULL;
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    g_signal_connect_object (weir_connection_get_observer (connection), "notify::state",
                             G_CALLBACK (weir_send_page_update), self, G_CONNECT_SWAPPED);
  weir_trigger_pane_set_connection (self->trigger, connection);
  weir_send_page_enter_form (self, was_shown);
  weir_send_page_show_activity (self);
}

void
weir_send_page_set_function (WeirSendPage *self, const char *function_id)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  weir_trigger_pane_set_function (self->trigger, function_id);
  adw_leaflet_set_visible_child (self->leaflet, self->setup_side);
}

gboolean
weir_send_page_is_busy (WeirSendPage *self)
{
  g_return_val_if_fail (WEIR_IS_SEND_PAGE (self), FALSE);

  return weir_send_activities_hold_ends (self->activities);
}

void
weir_send_page_end (WeirSendPage *self)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  weir_send_activities_end_all (self->activities);
  weir_send_page_show_activity (self);
}

/* --- GObject --- */

static void
place_tools (WeirSendPage *self)
{
  g_autoptr (GtkWidget) tools = g_object_ref (weir_trigger_pane_get_tools (self->trigger));
  gboolean is_cramped = self->is_narrow && weir_text_scale_is_large (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (tools),
                                  is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  weir_trigger_pane_set_cramped (self->trigger, is_cramped);
  gtk_widget_unparent (tools);
  gtk_box_append (self->is_narrow ? self->narrow_tools : self->tools, tools);
  gtk_widget_set_visible (GTK_WIDGET (self->narrow_tools), self->is_narrow);
}

static void
weir_send_page_set_narrow (WeirSendPage *self, gboolean is_narrow)
{
  self->is_narrow = is_narrow;
  if (self->results == NULL) /* its last part: it is not whole yet */
    return;
  place_tools (self);
  gtk_widget_set_size_request (self->setup_side, is_narrow ? -1 : SETUP_WIDTH, -1);
  g_object_set (self->results, "is-narrow", is_narrow, NULL);
}

static void
folded_cb (WeirSendPage *self)
{
  gtk_widget_set_visible (self->back_bar, adw_leaflet_get_folded (self->leaflet));
}

static void
weir_send_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_SEND_PAGE (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_send_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    weir_send_page_set_narrow (WEIR_SEND_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_send_page_dispose (GObject *object)
{
  WeirSendPage *self = WEIR_SEND_PAGE (object);

  weir_send_page_close_forms (self);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  if (self->setup != NULL)
    g_signal_handlers_disconnect_by_data (self->setup, self);
  g_clear_object (&self->connection);
  if (self->results != NULL)
    weir_results_pane_set_session (self->results, NULL, NULL, NULL);
  g_clear_pointer (&self->activities, weir_send_activities_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_SEND_PAGE);
  self->trigger = NULL; /* they go with the template */
  self->channels = NULL;
  self->writing = NULL;
  self->results = NULL;
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (weir_send_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, setup_side);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, panes);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, tools);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, narrow_tools);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, buttons);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, send_row);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, send_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, end_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, results_side);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, back_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, elsewhere);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, elsewhere_label);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, elsewhere_button);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
}

static void
weir_send_page_class_init (WeirSendPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_send_page_get_property;
  object_class->set_property = weir_send_page_set_property;
  object_class->dispose = weir_send_page_dispose;

  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  weir_send_page_install_actions (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirsend");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-send-page.ui");
  bind_children (widget_class);
}

/* Its arrow is a menu button of its own, which libadwaita 1.2 gives no name. */
static void
name_dropdown (AdwSplitButton *button)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      adw_split_button_get_dropdown_tooltip (button), -1);
}

static void
weir_send_page_init (WeirSendPage *self)
{
  self->activities = weir_send_activities_new (G_CALLBACK (weir_send_page_update), self);
  self->setup = weir_send_setup_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_take_key (GTK_WIDGET (self), GDK_KEY_Return, GDK_CONTROL_MASK, "send.begin");
  name_dropdown (self->send_button);
}

/* --- its parts --- */

/* @pane: (transfer floating): goes before the tools. */
static void
add_pane (WeirSendPage *self, gpointer pane)
{
  gtk_box_insert_child_after (self->panes, pane, gtk_widget_get_prev_sibling (GTK_WIDGET (self->narrow_tools)));
}

static void
make_trigger (WeirSendPage *self)
{
  self->trigger = g_object_new (WEIR_TYPE_TRIGGER_PANE, NULL);
  g_signal_connect_object (self->trigger, "changed", G_CALLBACK (weir_send_page_follow_trigger), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trigger, "refilled", G_CALLBACK (refilled_cb), self, G_CONNECT_SWAPPED);
  add_pane (self, self->trigger);
}

static void
make_channels (WeirSendPage *self)
{
  self->channels = g_object_new (WEIR_TYPE_CHANNEL_GROUP, NULL);
  g_signal_connect_object (self->channels, "ref-wanted", G_CALLBACK (weir_send_page_ask_for_ref), self,
                           G_CONNECT_SWAPPED);
  add_pane (self, self->channels);
}

static void
make_writing (WeirSendPage *self)
{
  self->writing = g_object_new (WEIR_TYPE_WRITING_PANE, NULL);
  g_signal_connect_object (self->writing, "notify::problem", G_CALLBACK (weir_send_page_update), self,
                           G_CONNECT_SWAPPED);
  add_pane (self, self->writing);
}

static void
make_results (WeirSendPage *self)
{
  self->results = g_object_new (WEIR_TYPE_RESULTS_PANE, "vexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (self->results_side), GTK_WIDGET (self->results));
}

/* They know of each other. */
static void
join_parts (WeirSendPage *self)
{
  weir_channel_group_set_setup (self->channels, self->setup);
  weir_writing_pane_set_setup (self->writing, self->setup);
  weir_trigger_pane_set_setup (self->trigger, self->setup);
  g_signal_connect_swapped (self->setup, "changed", G_CALLBACK (setup_changed_cb), self);
  weir_send_page_set_narrow (self, self->is_narrow);
  weir_send_page_update (self);
  folded_cb (self);
  weir_send_page_open_forms (self);
}

gboolean
weir_send_page_make_part (WeirSendPage *self)
{
  static void (*const parts[]) (WeirSendPage * self) = { make_trigger, make_channels, make_writing, make_results,
                                                         join_parts };

  g_return_val_if_fail (WEIR_IS_SEND_PAGE (self), TRUE);

  if (self->n_parts < G_N_ELEMENTS (parts))
    parts[self->n_parts++](self);
  return self->n_parts == G_N_ELEMENTS (parts);
}
