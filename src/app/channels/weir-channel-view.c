/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-view.h"

#include <glib/gi18n.h>

#include "weir-channel-cell.h"
#include "weir-channel-menu.h"
#include "weir-focus.h"
#include "weir-list.h"
#include "weir-settings.h"
#include "weir-text-scale.h"

typedef struct
{
  WeirCellKind kind;
  WeirSort sort;
  const char *key; /* in the settings */
  const char *title;
  int width;       /* at the usual size of text */
  gboolean at_end; /* figures: the title stands over their end */
} WeirColumnSpec;

static const WeirColumnSpec specs[] = {
  { WEIR_CELL_STATE, WEIR_SORT_STATE, "state", N_ ("State"), 184, FALSE },
  { WEIR_CELL_CHANNEL, WEIR_SORT_CHANNEL, "channel", N_ ("Channel"), 92, FALSE },
  { WEIR_CELL_ROUTE, WEIR_SORT_ROUTE, "route", N_ ("Route"), -1, FALSE },
  { WEIR_CELL_THROUGHPUT, WEIR_SORT_THROUGHPUT, "throughput", N_ ("Throughput"), 172, FALSE },
  { WEIR_CELL_BUFFER, WEIR_SORT_BUFFER, "buffer", N_ ("Buffer"), 136, FALSE },
  { WEIR_CELL_BYTES, WEIR_SORT_BYTES, "bytes", N_ ("Bytes"), 100, TRUE },
  { WEIR_CELL_AGE, WEIR_SORT_AGE, "age", N_ ("Age"), 94, TRUE },
  { WEIR_CELL_ROW }, /* that of the narrow list */
};

#define N_COLUMNS (G_N_ELEMENTS (specs) - 1)

/* What callbacks of one column are given. */
typedef struct
{
  WeirChannelView *view;
  guint index;
  GtkColumnViewColumn *column; /* borrowed from the table */
} WeirColumn;

struct _WeirChannelView
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *wide_scroller;
  GtkScrolledWindow *narrow_scroller;
  GtkColumnView *table;
  GtkListView *list;

  WeirColumn columns[G_N_ELEMENTS (specs)];
  WeirChannelRows *rows;
  GtkSingleSelection *selection;
  GPtrArray *cells; /* borrowed: those that exist */
  WeirObserver *observer;
  WeirChannelMenu *menu; /* of a row; NULL until one is asked for */
  gboolean is_narrow;
  gboolean is_attached;
  double scale; /* of the text, by which the columns are wide */
  int probed;   /* the column whose sorter was asked first; −1: none was */
};

enum
{
  PROP_0,
  PROP_SELECTED,
  PROP_IS_NARROW,
  N_PROPS
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirChannelView, weir_channel_view, GTK_TYPE_WIDGET)

/* --- cells --- */

static void
cell_destroyed_cb (WeirChannelView *self, GtkWidget *cell)
{
  g_ptr_array_remove_fast (self->cells, cell);
}

/* Not the factory's "teardown" tells when a cell has gone: its item has let go of the cell by then (GTK 4.8). */
static void
cell_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, WeirColumn *column)
{
  GtkWidget *cell = weir_channel_cell_new (specs[column->index].kind, column->view->rows);

  gtk_list_item_set_child (item, cell);
  g_ptr_array_add (column->view->cells, cell);
  g_signal_connect_object (cell, "destroy", G_CALLBACK (cell_destroyed_cb), column->view, G_CONNECT_SWAPPED);
}

static void
cell_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  weir_channel_cell_bind (WEIR_CHANNEL_CELL (gtk_list_item_get_child (item)), item);
}

static void
cell_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  weir_channel_cell_bind (WEIR_CHANNEL_CELL (gtk_list_item_get_child (item)), NULL);
}

static GtkListItemFactory *
new_factory (WeirColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (cell_setup_cb), column);
  g_signal_connect (factory, "bind", G_CALLBACK (cell_bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (cell_unbind_cb), NULL);
  return factory;
}

/* --- sorting --- */

/* The rows sort themselves. The table's own sorter is only asked which of its columns it would sort by, and which way:
 * GTK has functions for that from 4.10 on. Every column answers "smaller" and notes that it was asked. */
static int
probe_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  WeirColumn *column = user_data;

  if (column->view->probed < 0)
    column->view->probed = column->index;

  return -1;
}

static void
weir_channel_view_read_sort (WeirChannelView *self)
{
  g_autoptr (GObject) first = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) second = g_object_new (G_TYPE_OBJECT, NULL);
  GtkOrdering answer;

  self->probed = -1;
  answer = gtk_sorter_compare (gtk_column_view_get_sorter (self->table), first, second);
  if (self->probed < 0)
    {
      weir_channel_rows_set_sort (self->rows, WEIR_SORT_AGE, FALSE);
      return;
    }

  weir_channel_rows_set_sort (self->rows, specs[self->probed].sort, answer == GTK_ORDERING_LARGER);
  g_settings_set_string (weir_settings_get (), "sort-column", specs[self->probed].key);
  g_settings_set_boolean (weir_settings_get (), "sort-descending", answer == GTK_ORDERING_LARGER);
}

static void
sorter_changed_cb (GtkSorter *sorter, GtkSorterChange change, WeirChannelView *self)
{
  weir_channel_view_read_sort (self);
}

static void
weir_channel_view_restore_sort (WeirChannelView *self)
{
  g_autofree char *key = g_settings_get_string (weir_settings_get (), "sort-column");
  gboolean descending = g_settings_get_boolean (weir_settings_get (), "sort-descending");

  for (guint i = 0; i < N_COLUMNS; i++)
    if (g_str_equal (specs[i].key, key))
      gtk_column_view_sort_by_column (self->table, self->columns[i].column,
                                      descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  weir_channel_view_read_sort (self);
}

/* --- columns --- */

/* Widths are remembered as they would be at the usual size of text. */
static void
weir_channel_view_save_widths (WeirChannelView *self)
{
  GVariantBuilder widths;

  g_variant_builder_init (&widths, G_VARIANT_TYPE ("a{si}"));
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      int width = gtk_column_view_column_get_fixed_width (self->columns[i].column);
      int usual = width < 0 ? -1 : (int) (width / self->scale + 0.5);

      if (usual != specs[i].width)
        g_variant_builder_add (&widths, "{si}", specs[i].key, usual);
    }
  g_settings_set_value (weir_settings_get (), "column-widths", g_variant_builder_end (&widths));
}

static int
saved_width (const WeirColumnSpec *spec)
{
  g_autoptr (GVariant) widths = g_settings_get_value (weir_settings_get (), "column-widths");
  int width = spec->width;

  g_variant_lookup (widths, spec->key, "i", &width);
  return width;
}

static void
weir_channel_view_set_scale (WeirChannelView *self, double scale)
{
  double before = self->scale;

  if (before == scale)
    return;

  self->scale = scale;
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkColumnViewColumn *column = self->columns[i].column;
      int width = before > 0 ? gtk_column_view_column_get_fixed_width (column) : saved_width (&specs[i]);

      if (width >= 0)
        gtk_column_view_column_set_fixed_width (column, (int) (width * scale / (before > 0 ? before : 1) + 0.5));
    }
}

static guint
weir_channel_view_find_column (WeirChannelView *self, GtkColumnViewColumn *column)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    if (self->columns[i].column == column)
      return i;
  return N_COLUMNS;
}

static void
weir_channel_view_save_order (WeirChannelView *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->table);
  const char *keys[N_COLUMNS + 1] = { NULL };

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      keys[i] = specs[weir_channel_view_find_column (self, column)].key;
    }
  g_settings_set_strv (weir_settings_get (), "column-order", keys);
}

/* The columns in the order that was left, which may be of another version: what it does not name stays where it is
 * made. */
static void
get_saved_order (guint order[N_COLUMNS])
{
  g_auto (GStrv) keys = g_settings_get_strv (weir_settings_get (), "column-order");
  gboolean is_placed[N_COLUMNS] = { FALSE };
  guint n = 0;

  for (guint k = 0; keys[k] != NULL; k++)
    for (guint i = 0; i < N_COLUMNS; i++)
      if (!is_placed[i] && g_str_equal (keys[k], specs[i].key))
        {
          order[n++] = i;
          is_placed[i] = TRUE;
        }
  for (guint i = 0; i < N_COLUMNS; i++)
    if (!is_placed[i])
      order[n++] = i;
}

static void
weir_channel_view_add_column (WeirChannelView *self, guint i)
{
  const WeirColumnSpec *spec = &specs[i];
  GtkColumnViewColumn *column = gtk_column_view_column_new (_ (spec->title), new_factory (&self->columns[i]));
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (probe_cb, &self->columns[i], NULL));

  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, spec->width < 0);
  gtk_column_view_append_column (self->table, column);
  if (spec->at_end)
    weir_list_align_title_end (self->table, g_list_model_get_n_items (gtk_column_view_get_columns (self->table)) - 1);
  self->columns[i].column = column;
  g_object_unref (column); /* the table has it */
}

static void
weir_channel_view_add_columns (WeirChannelView *self)
{
  guint order[N_COLUMNS];

  get_saved_order (order);
  for (guint i = 0; i < N_COLUMNS; i++)
    weir_channel_view_add_column (self, order[i]);
  weir_channel_view_set_scale (self, weir_text_scale_get (GTK_WIDGET (self)));
}

/* --- the list in view --- */

static GtkScrollable *
weir_channel_view_get_shown (WeirChannelView *self)
{
  return self->is_narrow ? GTK_SCROLLABLE (self->list) : GTK_SCROLLABLE (self->table);
}

static void
weir_channel_view_update_rows (WeirChannelView *self, gint64 now_us)
{
  guint n_before = weir_channel_view_get_n_rows (self);
  guint top = weir_list_get_top (weir_channel_view_get_shown (self), n_before);
  WeirRowsChange change = weir_channel_rows_update (self->rows, now_us);

  /* Rows that come above a view in the middle leave it where it is. */
  if (n_before > 0 && (change == WEIR_ROWS_MOVED || (change == WEIR_ROWS_ADDED && top == 0)))
    weir_list_scroll_to (weir_channel_view_get_shown (self), top);
}

static void
weir_channel_view_attach (WeirChannelView *self)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->selection);

  weir_list_set_model (GTK_SCROLLABLE (self->list), self->is_narrow ? model : NULL);
  weir_list_set_model (GTK_SCROLLABLE (self->table), self->is_narrow ? NULL : model);
  self->is_attached = TRUE;
}

static void
weir_channel_view_set_narrow (WeirChannelView *self, gboolean is_narrow)
{
  if (self->is_narrow == is_narrow)
    return;

  self->is_narrow = is_narrow;
  gtk_stack_set_visible_child_name (self->stack, is_narrow ? "narrow" : "wide");
  if (self->is_attached)
    weir_channel_view_attach (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_NARROW]);
}

/* --- events --- */

static void
activate_cb (GtkWidget *list, guint position, WeirChannelView *self)
{
  g_autoptr (WeirChannel) channel = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (channel != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, channel);
}

static void
selected_cb (WeirChannelView *self)
{
  weir_channel_rows_set_kept (self->rows, weir_channel_view_get_selected (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
hover_cb (GtkEventControllerMotion *motion, GParamSpec *pspec, WeirChannelView *self)
{
  weir_channel_rows_set_held (self->rows, gtk_event_controller_motion_contains_pointer (motion));
}

/* --- the menu of a row --- */

/* The channel of the row that @widget is in, or is. */
static WeirChannel *
weir_channel_view_find_channel (WeirChannelView *self, GtkWidget *widget)
{
  GtkWidget *list = self->is_narrow ? GTK_WIDGET (self->list) : gtk_widget_get_last_child (GTK_WIDGET (self->table));

  while (widget != NULL && gtk_widget_get_parent (widget) != list)
    widget = gtk_widget_get_parent (widget);
  for (guint i = 0; widget != NULL && i < self->cells->len; i++)
    if (gtk_widget_is_ancestor (self->cells->pdata[i], widget))
      return weir_channel_cell_get_channel (self->cells->pdata[i]);
  return NULL;
}

static void
weir_channel_view_pop_up (WeirChannelView *self, WeirChannel *channel, double x, double y)
{
  if (self->menu == NULL)
    {
      self->menu = WEIR_CHANNEL_MENU (weir_channel_menu_new ());
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
      gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
    }
  weir_focus_lend (GTK_POPOVER (self->menu));
  weir_channel_menu_set_channel (self->menu, self->observer, channel);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* The row is not selected: its details would open over the list, or beside it. */
static void
menu_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, WeirChannelView *self)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  WeirChannel *channel = weir_channel_view_find_channel (self, widget);

  if (channel == NULL || self->observer == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  weir_channel_view_pop_up (self, channel, x, y);
}

/* By the menu key: that of the row that has the focus, at its start. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirChannelView *self = WEIR_CHANNEL_VIEW (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  WeirChannel *channel = weir_channel_view_find_channel (self, focus);
  graphene_rect_t bounds;

  if (channel == NULL || self->observer == NULL || !gtk_widget_compute_bounds (focus, widget, &bounds))
    return GDK_EVENT_PROPAGATE;
  weir_channel_view_pop_up (self, channel, bounds.origin.x + 24, bounds.origin.y + bounds.size.height / 2);
  return GDK_EVENT_STOP;
}

static void
weir_channel_view_watch_menu (WeirChannelView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  /* Before the entry for the search, which takes what is typed in the list. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                                                          gtk_callback_action_new (menu_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
weir_channel_view_unmap (GtkWidget *widget)
{
  weir_channel_view_save_widths (WEIR_CHANNEL_VIEW (widget));
  weir_channel_view_save_order (WEIR_CHANNEL_VIEW (widget));
  GTK_WIDGET_CLASS (weir_channel_view_parent_class)->unmap (widget);
}

static void
weir_channel_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  WeirChannelView *self = WEIR_CHANNEL_VIEW (widget);

  GTK_WIDGET_CLASS (weir_channel_view_parent_class)->css_changed (widget, change);
  if (self->columns[0].column != NULL)
    weir_channel_view_set_scale (self, weir_text_scale_get (widget));
}

static void
weir_channel_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirChannelView *self = WEIR_CHANNEL_VIEW (object);

  switch (prop_id)
    {
    case PROP_SELECTED:
      g_value_set_object (value, weir_channel_view_get_selected (self));
      break;
    case PROP_IS_NARROW:
      g_value_set_boolean (value, self->is_narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_channel_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_IS_NARROW:
      weir_channel_view_set_narrow (WEIR_CHANNEL_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_channel_view_dispose (GObject *object)
{
  WeirChannelView *self = WEIR_CHANNEL_VIEW (object);

  if (self->stack != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->table), self);
      gtk_column_view_set_model (self->table, NULL);
      gtk_list_view_set_model (self->list, NULL);
      gtk_list_view_set_factory (self->list, NULL);
    }
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->menu));
  self->menu = NULL;
  g_clear_object (&self->observer);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CHANNEL_VIEW);
  G_OBJECT_CLASS (weir_channel_view_parent_class)->dispose (object);
}

static void
weir_channel_view_finalize (GObject *object)
{
  WeirChannelView *self = WEIR_CHANNEL_VIEW (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_ptr_array_unref (self->cells);
  G_OBJECT_CLASS (weir_channel_view_parent_class)->finalize (object);
}

static void
weir_channel_view_class_init (WeirChannelViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_channel_view_dispose;
  object_class->finalize = weir_channel_view_finalize;
  object_class->get_property = weir_channel_view_get_property;
  object_class->set_property = weir_channel_view_set_property;
  widget_class->unmap = weir_channel_view_unmap;
  widget_class->css_changed = weir_channel_view_css_changed;

  properties[PROP_SELECTED] =
      g_param_spec_object ("selected", NULL, NULL, WEIR_TYPE_CHANNEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_NARROW] = g_param_spec_boolean (
      "is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, WEIR_TYPE_CHANNEL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-channel-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChannelView, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelView, wide_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelView, narrow_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelView, table);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelView, list);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, hover_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirchannelview");
}

static void
weir_channel_view_init (WeirChannelView *self)
{
  g_autoptr (GtkListItemFactory) row_factory = NULL;

  self->cells = g_ptr_array_new ();
  self->rows = weir_channel_rows_new ();
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    self->columns[i] = (WeirColumn){ self, i, NULL };
  weir_channel_view_add_columns (self);
  row_factory = new_factory (&self->columns[N_COLUMNS]);
  gtk_list_view_set_factory (self->list, row_factory);

  weir_channel_view_watch_menu (self);
  weir_channel_view_restore_sort (self);
  g_signal_connect_object (gtk_column_view_get_sorter (self->table), "changed", G_CALLBACK (sorter_changed_cb), self,
                           0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->table), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Channels"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Channels"), -1);
}

GtkWidget *
weir_channel_view_new (void)
{
  return g_object_new (WEIR_TYPE_CHANNEL_VIEW, NULL);
}

void
weir_channel_view_set_source (WeirChannelView *self, GListModel *channels)
{
  /* Without a model while its rows go, and with one again at the next refresh: a list would keep its place past them.
   */
  weir_list_set_model (GTK_SCROLLABLE (self->list), NULL);
  weir_list_set_model (GTK_SCROLLABLE (self->table), NULL);
  self->is_attached = FALSE;
  weir_channel_rows_set_source (self->rows, channels);
}

void
weir_channel_view_set_observer (WeirChannelView *self, WeirObserver *observer)
{
  g_set_object (&self->observer, observer);
  if (self->menu != NULL)
    weir_channel_menu_set_channel (self->menu, observer, NULL);
}

void
weir_channel_view_set_filter (WeirChannelView *self, WeirFilter filter, const char *search)
{
  weir_channel_rows_set_filter (self->rows, filter, search);
  if (self->is_attached)
    weir_channel_view_update_rows (self, weir_channel_rows_get_now_us (self->rows));
}

void
weir_channel_view_hide (WeirChannelView *self, const char *channel_id)
{
  weir_channel_rows_hide (self->rows, channel_id);
  if (self->is_attached)
    weir_channel_view_update_rows (self, weir_channel_rows_get_now_us (self->rows));
}

void
weir_channel_view_show_hidden (WeirChannelView *self)
{
  weir_channel_rows_show_hidden (self->rows);
  if (self->is_attached)
    weir_channel_view_update_rows (self, weir_channel_rows_get_now_us (self->rows));
}

guint
weir_channel_view_get_n_hidden (WeirChannelView *self)
{
  return weir_channel_rows_get_n_hidden (self->rows);
}

WeirChannel *
weir_channel_view_get_selected (WeirChannelView *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

void
weir_channel_view_focus (WeirChannelView *self)
{
  GtkWidget *view = GTK_WIDGET (weir_channel_view_get_shown (self));

  gtk_widget_grab_focus (self->is_narrow ? view : gtk_widget_get_last_child (view));
}

/* (nullable): of a row the first cell, which is all of it where the window is narrow */
static WeirChannelCell *
find_cell (GtkWidget *row)
{
  while (row != NULL && !WEIR_IS_CHANNEL_CELL (row))
    row = gtk_widget_get_first_child (row);
  return row != NULL ? WEIR_CHANNEL_CELL (row) : NULL;
}

gboolean
weir_channel_view_focus_selected (WeirChannelView *self)
{
  WeirChannel *selected = weir_channel_view_get_selected (self);
  GtkWidget *view = GTK_WIDGET (weir_channel_view_get_shown (self));
  GtkWidget *list = self->is_narrow ? view : gtk_widget_get_last_child (view);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL && selected != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      WeirChannelCell *cell = gtk_widget_get_mapped (row) ? find_cell (row) : NULL;

      if (cell != NULL && weir_channel_cell_get_channel (cell) == selected)
        return gtk_widget_grab_focus (row);
    }
  return FALSE;
}

void
weir_channel_view_unselect (WeirChannelView *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

gboolean
weir_channel_view_select (WeirChannelView *self, const char *channel_id)
{
  GListModel *rows = G_LIST_MODEL (self->rows);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (rows, i);

      if (!g_str_equal (weir_channel_get_id (channel), channel_id))
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      weir_list_scroll_to (weir_channel_view_get_shown (self), i);
      return TRUE;
    }
  return FALSE;
}

guint
weir_channel_view_get_n_rows (WeirChannelView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

void
weir_channel_view_refresh (WeirChannelView *self, gint64 now_us)
{
  if (!self->is_attached)
    weir_channel_view_attach (self);

  weir_channel_view_update_rows (self, now_us);
  for (guint i = 0; i < self->cells->len; i++)
    weir_channel_cell_refresh (g_ptr_array_index (self->cells, i), now_us);
  if (self->menu != NULL)
    weir_channel_menu_refresh (self->menu);
}
