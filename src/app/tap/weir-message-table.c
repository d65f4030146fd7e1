/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include <adwaita.h>

#include "weir-list.h"
#include "weir-settings.h"

/* Frames for which a row is waited for that the view has not heard of. */
#define MAX_TICKS 60

G_DEFINE_FINAL_TYPE (WeirMessageTable, weir_message_table, GTK_TYPE_WIDGET)

enum
{
  PROP_FOLLOW = 1,
  PROP_NARROW,
  PROP_SELECTED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint selection_changed;

/* --- the selection --- */

static void
selection_changed_cb (WeirMessageTable *self)
{
  g_signal_emit (self, selection_changed, 0);
}

static void
selected_cb (WeirMessageTable *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

WeirMessage *
weir_message_table_get_selected (WeirMessageTable *self)
{
  return weir_row_selection_get_message (self->selection);
}

GArray *
weir_message_table_dup_selected_rows (WeirMessageTable *self)
{
  return weir_row_selection_dup_rows (self->selection);
}

guint64
weir_message_table_get_n_selected (WeirMessageTable *self)
{
  return weir_row_selection_get_size (self->selection);
}

static gboolean
find_selected (WeirMessageTable *self, guint *position)
{
  WeirMessage *message = weir_message_table_get_selected (self);

  return self->messages != NULL && message != NULL && weir_message_list_find (self->messages, message, position);
}

/* Rows that have just been added have no height until they are laid out, which is after the first tick; and of many the
 * view hears gradually. */
static gboolean
show_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (widget);
  guint position = 0;
  gboolean is_sought = !self->follow && find_selected (self, &position);

  if (++self->n_ticks < 2)
    return G_SOURCE_CONTINUE;
  if (is_sought && !weir_list_is_known (GTK_SCROLLABLE (self->view), position) && self->n_ticks < MAX_TICKS)
    return G_SOURCE_CONTINUE;
  if (is_sought)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), position);
  else
    weir_message_table_scroll_to_end (self);
  self->show_tick = 0;
  return G_SOURCE_REMOVE;
}

void
weir_message_table_queue_show (WeirMessageTable *self)
{
  self->n_ticks = 0;
  if (self->show_tick == 0)
    self->show_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), show_tick_cb, NULL, NULL);
}

void
weir_message_table_select (WeirMessageTable *self, guint position)
{
  weir_message_table_set_follow (self, FALSE);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  weir_message_table_move_focus (self, position);
  weir_message_table_queue_show (self);
}

/* The selected one is brought into view as soon as it is there again. */
static void
show_again (WeirMessageTable *self)
{
  guint position;

  if (!self->is_refiltered || !find_selected (self, &position))
    return;
  self->is_refiltered = FALSE;
  weir_message_table_queue_show (self);
}

void
weir_message_table_set_filter (WeirMessageTable *self, WeirMessageKinds kinds, WeirNeedle *needle)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  self->is_refiltered = TRUE;
  weir_message_list_set_filter (self->messages, kinds, needle);
  show_again (self);
}

void
weir_message_table_set_search (WeirMessageTable *self, WeirNeedle *needle)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  weir_message_list_set_search (self->messages, needle);
  weir_message_table_rebind (self);
}

/* --- the model --- */

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, WeirMessageTable *self)
{
  show_again (self);
  weir_message_table_scroll_to_end (self);
  if (self->follow)
    weir_message_table_queue_show (self); /* rows have their heights then */
}

void
weir_message_table_set_messages (WeirMessageTable *self, WeirMessageList *messages)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  if (self->messages == messages)
    return;
  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  g_set_object (&self->messages, messages);
  weir_row_selection_set_messages (self->selection, messages);
  if (messages != NULL)
    {
      g_signal_connect_swapped (messages, "marks-changed", G_CALLBACK (weir_message_table_rebind), self);
    }
}

/* --- GObject --- */

static void
weir_message_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (object);

  switch (id)
    {
    case PROP_FOLLOW:
      g_value_set_boolean (value, self->follow);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, weir_message_table_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_message_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_FOLLOW)
    weir_message_table_set_follow (WEIR_MESSAGE_TABLE (object), g_value_get_boolean (value));
  else if (id == PROP_NARROW && g_value_get_boolean (value) != WEIR_MESSAGE_TABLE (object)->narrow)
    weir_message_table_set_narrow (WEIR_MESSAGE_TABLE (object), g_value_get_boolean (value));
  else if (id != PROP_NARROW)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_message_table_dispose (GObject *object)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (object);

  if (self->show_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->show_tick);
  self->show_tick = 0;
  if (self->selection != NULL)
    weir_message_table_set_messages (self, NULL);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_MESSAGE_TABLE);
  g_clear_object (&self->selection);
  g_clear_object (&self->menu);
  g_clear_object (&self->time_menu);
  for (guint i = 0; i < WEIR_MESSAGE_N_COLUMNS; i++)
    {
      g_clear_object (&self->columns[i]);
      g_clear_pointer (&self->spare[i], g_ptr_array_unref);
    }
  g_clear_handle_id (&self->fill_idle, g_source_remove);
  g_clear_pointer (&self->bound, g_hash_table_unref);
  g_clear_pointer (&self->due, g_hash_table_unref);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  G_OBJECT_CLASS (weir_message_table_parent_class)->dispose (object);
}

static void
weir_message_table_class_init (WeirMessageTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_message_table_get_property;
  object_class->set_property = weir_message_table_set_property;
  object_class->dispose = weir_message_table_dispose;

  properties[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED] =
      g_param_spec_object ("selected", NULL, NULL, WEIR_TYPE_MESSAGE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  selection_changed = g_signal_new ("selection-changed", WEIR_TYPE_MESSAGE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-message-table.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirMessageTable, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageTable, view);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, weir_message_table_menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, weir_message_table_menu_key_cb, NULL);
}

static void
weir_message_table_init (WeirMessageTable *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->follow = TRUE;
  self->bound = g_hash_table_new (NULL, NULL);
  self->due = g_hash_table_new (NULL, NULL);
  self->cells = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->selection = weir_row_selection_new ();
  weir_list_set_model (GTK_SCROLLABLE (self->view), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (gtk_column_view_get_model (self->view), "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_AFTER);
  g_signal_connect_swapped (self->selection, "notify::message", G_CALLBACK (selected_cb), self);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::time-format", G_CALLBACK (weir_message_table_update_times),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::mask-keys", G_CALLBACK (weir_message_table_rebind), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (weir_message_table_rebind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (weir_message_table_rebind), self,
                           G_CONNECT_SWAPPED);
  weir_message_table_watch_user (self);

  weir_message_table_add_columns (self);
  weir_message_table_add_menu (self);
  weir_message_table_watch_pages (self);
}
