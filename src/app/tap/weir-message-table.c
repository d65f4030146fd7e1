/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-list.h"
#include "weir-message-cell.h"
#include "weir-row-selection.h"
#include "weir-settings.h"

/* The wheel goes on turning the list for a while. */
#define USER_SCROLLS_US (500 * G_TIME_SPAN_MILLISECOND)

struct _WeirMessageTable
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *columns[WEIR_MESSAGE_N_COLUMNS];
  WeirRowSelection *selection;
  WeirMessageList *messages;
  gboolean is_refiltered; /* the selected one is to be in view again as soon as it is there */
  guint show_tick;        /* to bring its row into view */
  guint n_ticks;
  GMenuModel *menu, *time_menu;
  GtkWidget *popover;
  GHashTable *bound; /* set of GtkListItem: the cells there are */
  double last_value, last_upper;
  gint64 touched_us; /* when the user last did what may scroll */
  gboolean follow;
  gboolean narrow;
};

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

/* --- rows --- */

static WeirTimeFormat
get_time_format (void)
{
  return g_settings_get_enum (weir_settings_get (), "time-format");
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  gtk_list_item_set_child (item, weir_message_cell_new (GPOINTER_TO_UINT (column)));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  weir_message_cell_bind (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)), self->messages,
                          gtk_list_item_get_item (item), get_time_format ());
  g_hash_table_add (self->bound, item);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  weir_message_cell_bind (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)), NULL, NULL, 0);
  g_hash_table_remove (self->bound, item);
}

/* What they say is written otherwise now: times, marks, colours, or what is searched. */
static void
rebind (WeirMessageTable *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    weir_message_cell_bind (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)), self->messages,
                            gtk_list_item_get_item (item), get_time_format ());
}

static const char *
get_time_title (void)
{
  switch (get_time_format ())
    {
    case WEIR_TIME_SINCE_START:
      return _ ("Since start");
    case WEIR_TIME_SINCE_PREVIOUS:
      return _ ("Since previous");
    case WEIR_TIME_SINCE_MARK:
      return _ ("Since mark");
    case WEIR_TIME_ABSOLUTE:
    default:
      return _ ("Time");
    }
}

static void
time_format_cb (WeirMessageTable *self)
{
  g_autofree char *title = g_strdup_printf ("%s ▾", get_time_title ());

  gtk_column_view_column_set_title (self->columns[WEIR_MESSAGE_COLUMN_TIME], title);
  rebind (self);
}

static void
add_column (WeirMessageTable *self, WeirMessageColumn id, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (id));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->columns[id] = weir_list_new_column (title, factory, width);
}

static void weir_message_table_watch_title (WeirMessageTable *self, guint position);

/* --- following --- */

static void
scroll_to_end (WeirMessageTable *self)
{
  if (self->follow)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), G_MAXUINT);
}

static gboolean
touched_cb (GtkEventControllerLegacy *controller, GdkEvent *event, WeirMessageTable *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean is_drag = type == GDK_MOTION_NOTIFY && (gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK) != 0;

  if (is_drag || type == GDK_SCROLL || type == GDK_TOUCH_UPDATE || type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS)
    self->touched_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

static void queue_show (WeirMessageTable *self);

/* Something beside the list has come or gone: the last row is not to be left half hidden. */
static void
resized_cb (WeirMessageTable *self)
{
  if (self->follow)
    queue_show (self);
}

/* Up is away from the tail, if it was the user: the list itself moves back when its guess of the rows' heights changes.
 */
static void
scrolled_cb (GtkAdjustment *adjustment, WeirMessageTable *self)
{
  double value = gtk_adjustment_get_value (adjustment), upper = gtk_adjustment_get_upper (adjustment);
  gboolean is_user = g_get_monotonic_time () < self->touched_us + USER_SCROLLS_US;

  if (is_user && value < self->last_value - 1 && upper >= self->last_upper)
    weir_message_table_set_follow (self, FALSE);
  self->last_value = value;
  self->last_upper = upper;
}

static void
weir_message_table_watch_user (WeirMessageTable *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (touched_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), controller);
}

void
weir_message_table_set_follow (WeirMessageTable *self, gboolean follow)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  if (self->follow == follow)
    return;
  self->follow = follow;
  scroll_to_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
}

gboolean
weir_message_table_get_follow (WeirMessageTable *self)
{
  return self->follow;
}

static gboolean
is_figure (guint column)
{
  return column == WEIR_MESSAGE_COLUMN_NUMBER || column == WEIR_MESSAGE_COLUMN_TIME ||
         column == WEIR_MESSAGE_COLUMN_SIZE;
}

static gboolean
fits_narrow (guint column)
{
  return column == WEIR_MESSAGE_COLUMN_NUMBER || column == WEIR_MESSAGE_COLUMN_CONTENT;
}

/* Columns are taken out and put in again: one that is merely hidden takes the room from the column that expands
 * (GTK 4.8). */
static void
weir_message_table_set_narrow (WeirMessageTable *self, gboolean narrow)
{
  guint position = 0;

  self->narrow = narrow;
  for (guint i = 0; i < WEIR_MESSAGE_N_COLUMNS; i++)
    if (gtk_column_view_column_get_column_view (self->columns[i]) != NULL)
      gtk_column_view_remove_column (self->view, self->columns[i]);
  for (guint i = 0; i < WEIR_MESSAGE_N_COLUMNS; i++)
    if (!narrow || fits_narrow (i))
      {
        gtk_column_view_append_column (self->view, self->columns[i]);
        if (is_figure (i))
          weir_list_align_title_end (self->view, position);
        if (i == WEIR_MESSAGE_COLUMN_TIME)
          weir_message_table_watch_title (self, position);
        position++;
      }
}

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

  return message != NULL && weir_message_list_find (self->messages, message, position);
}

/* Rows that have just been added have no height until they are laid out, which is after the first tick. */
static gboolean
show_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (widget);
  guint position;

  if (++self->n_ticks < 2)
    return G_SOURCE_CONTINUE;
  if (self->follow)
    scroll_to_end (self);
  else if (find_selected (self, &position))
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), position);
  self->show_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_show (WeirMessageTable *self)
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
  queue_show (self);
}

/* The selected one is brought into view as soon as it is there again. */
static void
show_again (WeirMessageTable *self)
{
  guint position;

  if (!self->is_refiltered || !find_selected (self, &position))
    return;
  self->is_refiltered = FALSE;
  queue_show (self);
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
  rebind (self);
}

/* --- menus --- */

static void
pop_up (WeirMessageTable *self, GMenuModel *model, GtkWidget *widget, double x, double y)
{
  GdkRectangle rectangle = { 0, 0, 1, 1 };
  double at_x, at_y;

  if (!gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &at_x, &at_y))
    return;
  rectangle.x = at_x;
  rectangle.y = at_y;
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &rectangle);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* The row under the pointer: one that is not selected is, by asking for its menu. */
static gboolean
find_position_at (WeirMessageTable *self, double x, double y, guint *position)
{
  GtkWidget *cell = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GHashTableIter iter;
  gpointer item;

  while (cell != NULL && !WEIR_IS_MESSAGE_CELL (cell) && gtk_widget_get_first_child (cell) != NULL &&
         cell != GTK_WIDGET (self->view) && WEIR_IS_MESSAGE_CELL (gtk_widget_get_first_child (cell)))
    cell = gtk_widget_get_first_child (cell); /* the room around it */
  if (cell != NULL && !WEIR_IS_MESSAGE_CELL (cell))
    cell = gtk_widget_get_ancestor (cell, WEIR_TYPE_MESSAGE_CELL);
  g_hash_table_iter_init (&iter, self->bound);
  while (cell != NULL && g_hash_table_iter_next (&iter, &item, NULL))
    if (gtk_list_item_get_child (item) == cell)
      {
        *position = gtk_list_item_get_position (item);
        return *position != GTK_INVALID_LIST_POSITION;
      }
  return FALSE;
}

static void
menu_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, WeirMessageTable *self)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  guint position;

  if (!find_position_at (self, x, y, &position))
    return;
  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, self->menu, GTK_WIDGET (self->view), x, y);
}

/* By the menu key: at the row that has the focus. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (weir_message_table_get_selected (self) == NULL)
    return FALSE;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, widget))
    focus = widget;
  pop_up (self, self->menu, focus, 24, gtk_widget_get_height (focus) / 2.0);
  return TRUE;
}

static void
title_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, WeirMessageTable *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, self->time_menu, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

/* GtkColumnView (4.8) opens a column's menu with the second button only. */
static void
weir_message_table_watch_title (WeirMessageTable *self, guint position)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (self->view)));
  GtkGesture *click = gtk_gesture_click_new ();

  for (guint i = 0; i < position; i++)
    title = gtk_widget_get_next_sibling (title);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "released", G_CALLBACK (title_click_cb), self);
  gtk_widget_add_controller (title, GTK_EVENT_CONTROLLER (click));
}

static void
weir_message_table_add_menu (WeirMessageTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->popover = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
}

void
weir_message_table_set_menus (WeirMessageTable *self, GMenuModel *menu, GMenuModel *time_menu)
{
  g_set_object (&self->menu, menu);
  g_set_object (&self->time_menu, time_menu);
  gtk_column_view_column_set_header_menu (self->columns[WEIR_MESSAGE_COLUMN_TIME], time_menu);
}

/* --- the model --- */

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, WeirMessageTable *self)
{
  show_again (self);
  scroll_to_end (self);
  if (self->follow)
    queue_show (self); /* rows have their heights then */
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
      g_signal_connect_after (messages, "items-changed", G_CALLBACK (items_changed_cb), self);
      g_signal_connect_swapped (messages, "marks-changed", G_CALLBACK (rebind), self);
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
    g_clear_object (&self->columns[i]);
  g_clear_pointer (&self->bound, g_hash_table_unref);
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
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

static void
weir_message_table_init (WeirMessageTable *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->follow = TRUE;
  self->bound = g_hash_table_new (NULL, NULL);
  self->selection = weir_row_selection_new ();
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_swapped (self->selection, "notify::message", G_CALLBACK (selected_cb), self);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (gtk_scrolled_window_get_vadjustment (self->scroller), "notify::page-size",
                            G_CALLBACK (resized_cb), self);
  g_signal_connect (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed", G_CALLBACK (scrolled_cb),
                    self);
  g_signal_connect_object (weir_settings_get (), "changed::time-format", G_CALLBACK (time_format_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (rebind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (rebind), self, G_CONNECT_SWAPPED);
  weir_message_table_watch_user (self);

  add_column (self, WEIR_MESSAGE_COLUMN_NUMBER, _ ("Number"), 80);
  add_column (self, WEIR_MESSAGE_COLUMN_TIME, _ ("Time"), 130);
  add_column (self, WEIR_MESSAGE_COLUMN_KIND, _ ("Kind"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_SIZE, _ ("Size"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_CONTENT, _ ("Content"), 0);
  weir_message_table_set_narrow (self, FALSE);
  time_format_cb (self);
  weir_message_table_add_menu (self);
}
