/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-travel-table.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-list.h"
#include "weir-scroll-watch.h"
#include "weir-text-scale.h"
#include "weir-travel-cell.h"

/* Until rows that have just come have their heights. */
#define N_TICKS 2

struct _WeirTravelTable
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *columns[WEIR_TRAVEL_N_COLUMNS];
  WeirRun *run; /* nullable */
  gboolean is_narrow;
  gboolean is_following;
  GHashTable *channels; /* id → what it is called; empty while there is only one */
  guint show_tick;      /* to bring the last row into view */
  guint n_ticks;
};

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirTravelTable, weir_travel_table, GTK_TYPE_WIDGET)

/* --- columns --- */

/* (nullable): what its channel is called, where there are several */
static const char *
get_channel (WeirTravelTable *self, WeirTravel *travel)
{
  const char *id = weir_travel_get_channel (travel);

  return id != NULL ? g_hash_table_lookup (self->channels, id) : NULL;
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  gtk_list_item_set_child (item, weir_travel_cell_new (GPOINTER_TO_UINT (column)));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirTravelTable *self)
{
  WeirTravel *travel = gtk_list_item_get_item (item);

  weir_travel_cell_bind (WEIR_TRAVEL_CELL (gtk_list_item_get_child (item)), travel, get_channel (self, travel));
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  weir_travel_cell_bind (WEIR_TRAVEL_CELL (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
add_column (WeirTravelTable *self, WeirTravelColumn id, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (id));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
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

/* Rows that have just been added have no height until they are laid out, which is after the first tick. */
static gboolean
show_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WeirTravelTable *self = WEIR_TRAVEL_TABLE (widget);

  if (++self->n_ticks < N_TICKS)
    return G_SOURCE_CONTINUE;
  if (self->is_following)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), WEIR_LIST_END);
  self->show_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
show_end (WeirTravelTable *self)
{
  if (!self->is_following)
    return;
  weir_list_scroll_to (GTK_SCROLLABLE (self->view), WEIR_LIST_END);
  self->n_ticks = 0;
  if (self->show_tick == 0)
    self->show_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), show_tick_cb, NULL, NULL);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, WeirTravelTable *self)
{
  show_end (self);
}

/* Up is away from the end, and the end is where it is followed again. */
static void
scrolled_cb (WeirScroll scroll, gpointer user_data)
{
  WeirTravelTable *self = user_data;

  if (scroll == WEIR_SCROLL_RESIZED)
    show_end (self);
  else
    self->is_following = scroll == WEIR_SCROLL_AT_END;
}

/* --- channels --- */

/* Its name in the call, else its id. */
static char *
describe_channel (WeirHeldChannel *channel)
{
  const char *name = weir_held_channel_get_name (channel);

  return *name != '\0' ? g_strdup (name) : weir_format_short_id (weir_held_channel_get_id (channel));
}

static void
weir_travel_table_set_channels (WeirTravelTable *self, GListModel *channels)
{
  guint n = channels != NULL ? g_list_model_get_n_items (channels) : 0;

  g_hash_table_remove_all (self->channels);
  for (guint i = 0; n > 1 && i < n; i++)
    {
      g_autoptr (WeirHeldChannel) channel = g_list_model_get_item (channels, i);

      g_hash_table_insert (self->channels, g_strdup (weir_held_channel_get_id (channel)), describe_channel (channel));
    }
  gtk_column_view_column_set_title (self->columns[WEIR_TRAVEL_COLUMN_WAY], n > 1 ? _ ("Channel") : _ ("Way"));
}

void
weir_travel_table_set_run (WeirTravelTable *self, WeirRun *run, GListModel *channels)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  g_return_if_fail (WEIR_IS_TRAVEL_TABLE (self));

  if (self->run == run)
    return;
  g_set_object (&self->run, run);
  self->is_following = TRUE;
  weir_travel_table_set_channels (self, channels);
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
    weir_travel_table_set_run (self, NULL, NULL);
  if (self->show_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->show_tick);
  self->show_tick = 0;
  for (guint i = 0; i < WEIR_TRAVEL_N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TRAVEL_TABLE);
  G_OBJECT_CLASS (weir_travel_table_parent_class)->dispose (object);
}

static void
weir_travel_table_finalize (GObject *object)
{
  g_hash_table_unref (WEIR_TRAVEL_TABLE (object)->channels);
  G_OBJECT_CLASS (weir_travel_table_parent_class)->finalize (object);
}

static void
weir_travel_table_class_init (WeirTravelTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_travel_table_get_property;
  object_class->set_property = weir_travel_table_set_property;
  object_class->dispose = weir_travel_table_dispose;
  object_class->finalize = weir_travel_table_finalize;

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
  self->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  add_column (self, WEIR_TRAVEL_COLUMN_NUMBER, _ ("No."), 60);
  add_column (self, WEIR_TRAVEL_COLUMN_TIME, _ ("Time"), 100);
  add_column (self, WEIR_TRAVEL_COLUMN_WAY, _ ("Way"), 90);
  add_column (self, WEIR_TRAVEL_COLUMN_KIND, _ ("Kind"), 74);
  add_column (self, WEIR_TRAVEL_COLUMN_SIZE, _ ("Size"), 100);
  add_column (self, WEIR_TRAVEL_COLUMN_CONTENT, _ ("Content"), 0);
  weir_travel_table_place_columns (self);
  weir_scroll_watch_add (self->scroller, scrolled_cb, self);
}
