/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-travel-table.h"

#include <glib/gi18n.h>

#include "weir-list.h"
#include "weir-text-scale.h"
#include "weir-travel-cell.h"

struct _WeirTravelTable
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *columns[WEIR_TRAVEL_N_COLUMNS];
  WeirRun *run; /* nullable */
  gboolean is_narrow;
  gboolean is_following;
  double last_value, last_upper;
};

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirTravelTable, weir_travel_table, GTK_TYPE_WIDGET)

/* --- columns --- */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  gtk_list_item_set_child (item, weir_travel_cell_new (GPOINTER_TO_UINT (column)));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  weir_travel_cell_bind (WEIR_TRAVEL_CELL (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  weir_travel_cell_bind (WEIR_TRAVEL_CELL (gtk_list_item_get_child (item)), NULL);
}

static void
add_column (WeirTravelTable *self, WeirTravelColumn id, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (id));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->columns[id] = weir_list_new_column (title, factory, width * weir_text_scale_get (GTK_WIDGET (self)));
}

static gboolean
is_shown (WeirTravelTable *self, guint column)
{
  return !self->is_narrow || column == WEIR_TRAVEL_COLUMN_TIME || column == WEIR_TRAVEL_COLUMN_WAY ||
         column == WEIR_TRAVEL_COLUMN_CONTENT;
}

/* Taken out and put in again: one that is merely hidden takes the room from the column that expands (GTK 4.8). */
static void
weir_travel_table_place_columns (WeirTravelTable *self)
{
  guint position = 0;

  for (guint i = 0; i < WEIR_TRAVEL_N_COLUMNS; i++)
    if (gtk_column_view_column_get_column_view (self->columns[i]) != NULL)
      gtk_column_view_remove_column (self->view, self->columns[i]);
  for (guint i = 0; i < WEIR_TRAVEL_N_COLUMNS; i++)
    {
      if (!is_shown (self, i))
        continue;
      gtk_column_view_append_column (self->view, self->columns[i]);
      if (i == WEIR_TRAVEL_COLUMN_NUMBER || i == WEIR_TRAVEL_COLUMN_TIME || i == WEIR_TRAVEL_COLUMN_SIZE)
        weir_list_align_title_end (self->view, position);
      position++;
    }
}

/* --- following --- */

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, WeirTravelTable *self)
{
  if (self->is_following)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), WEIR_LIST_END);
}

/* Up is away from the end, and the end is where it is followed again; unless it is the list that has changed. */
static void
scrolled_cb (GtkAdjustment *adjustment, WeirTravelTable *self)
{
  double value = gtk_adjustment_get_value (adjustment), upper = gtk_adjustment_get_upper (adjustment);

  if (upper == self->last_upper && value < self->last_value - 1)
    self->is_following = FALSE;
  else if (value + gtk_adjustment_get_page_size (adjustment) >= upper - 1)
    self->is_following = TRUE;
  self->last_value = value;
  self->last_upper = upper;
}

void
weir_travel_table_set_run (WeirTravelTable *self, WeirRun *run)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  g_return_if_fail (WEIR_IS_TRAVEL_TABLE (self));

  if (self->run == run)
    return;
  g_set_object (&self->run, run);
  self->is_following = TRUE;
  if (run != NULL)
    selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (run))));
  weir_list_set_model (GTK_SCROLLABLE (self->view), selection);
  if (run != NULL)
    g_signal_connect_after (gtk_column_view_get_model (self->view), "items-changed", G_CALLBACK (items_changed_cb),
                            self);
}

/* --- GObject --- */

static void
weir_travel_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_TRAVEL_TABLE (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_travel_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirTravelTable *self = WEIR_TRAVEL_TABLE (object);

  if (id != PROP_IS_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->is_narrow == g_value_get_boolean (value))
    return;
  self->is_narrow = g_value_get_boolean (value);
  weir_travel_table_place_columns (self);
}

static void
weir_travel_table_dispose (GObject *object)
{
  WeirTravelTable *self = WEIR_TRAVEL_TABLE (object);

  if (self->view != NULL)
    weir_travel_table_set_run (self, NULL);
  for (guint i = 0; i < WEIR_TRAVEL_N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TRAVEL_TABLE);
  G_OBJECT_CLASS (weir_travel_table_parent_class)->dispose (object);
}

static void
weir_travel_table_class_init (WeirTravelTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_travel_table_get_property;
  object_class->set_property = weir_travel_table_set_property;
  object_class->dispose = weir_travel_table_dispose;

  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-travel-table.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTravelTable, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirTravelTable, view);
}

static void
weir_travel_table_init (WeirTravelTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_following = TRUE;
  add_column (self, WEIR_TRAVEL_COLUMN_NUMBER, _ ("No."), 60);
  add_column (self, WEIR_TRAVEL_COLUMN_TIME, _ ("Time"), 100);
  add_column (self, WEIR_TRAVEL_COLUMN_WAY, _ ("Way"), 90);
  add_column (self, WEIR_TRAVEL_COLUMN_KIND, _ ("Kind"), 74);
  add_column (self, WEIR_TRAVEL_COLUMN_SIZE, _ ("Size"), 100);
  add_column (self, WEIR_TRAVEL_COLUMN_CONTENT, _ ("Content"), 0);
  weir_travel_table_place_columns (self);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (scrolled_cb), self, 0);
}
