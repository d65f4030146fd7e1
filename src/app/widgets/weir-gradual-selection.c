/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-gradual-selection.h"

#define N_MADE   205 /* rows that a view makes at most */
#define N_STEP   8   /* of a table of seven columns: as many milliseconds, on a fast machine */
#define N_PARTED 144 /* as many as those rows with their cells */
#define STEP_MS  8   /* a timeout: an idle source would wait for as long as the window is busy with drawing */
#define N_WAITS  12  /* for a frame: where there is none for so long nobody looks */

struct _WeirGradualSelection
{
  GObject parent_instance;

  GtkSelectionModel *whole;
  GtkWidget *view; /* weak, nullable */
  guint n_told;    /* of its first items the view knows */
  guint step;
  gint64 frame; /* in which the view was told of rows */
  guint n_waits;
  GPtrArray *parted; /* widgets that the view has taken out, until there is time to destroy them */
};

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirGradualSelection, weir_gradual_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

static guint
count_whole (WeirGradualSelection *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->whole));
}

/* --- the list, as far as it was told --- */

static GType
get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (G_LIST_MODEL (WEIR_GRADUAL_SELECTION (model)->whole));
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_GRADUAL_SELECTION (model)->n_told;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirGradualSelection *self = WEIR_GRADUAL_SELECTION (model);

  return position < self->n_told ? g_list_model_get_item (G_LIST_MODEL (self->whole), position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- telling --- */

/* -1: nobody sees the view. */
static gint64
get_frame (WeirGradualSelection *self)
{
  return self->view != NULL && gtk_widget_get_mapped (self->view)
             ? gdk_frame_clock_get_frame_counter (gtk_widget_get_frame_clock (self->view))
             : -1;
}

/* Rows are measured in the frame after they were made, which takes as long again: those of one step in each. */
static gboolean
is_frame_due (WeirGradualSelection *self)
{
  return get_frame (self) >= 0 && get_frame (self) == self->frame && self->n_waits++ < N_WAITS;
}

/* Each row with, of a column view, its cells, which a row that is taken out lets go. */
static GPtrArray *
list_rows (WeirGradualSelection *self)
{
  GPtrArray *widgets = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean has_cells = GTK_IS_COLUMN_VIEW (self->view);
  GtkWidget *row = gtk_widget_get_first_child (has_cells ? gtk_widget_get_last_child (self->view) : self->view);

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *cell = has_cells ? gtk_widget_get_first_child (row) : NULL;

      g_ptr_array_add (widgets, g_object_ref (row));
      for (; cell != NULL; cell = gtk_widget_get_next_sibling (cell))
        g_ptr_array_add (widgets, g_object_ref (cell));
    }
  return widgets;
}

/* A view destroys at once what it takes out, up to all of its rows, unless somebody else has them, too. */
static void
keep_parted (WeirGradualSelection *self, GPtrArray *widgets)
{
  for (guint i = 0; i < widgets->len; i++)
    if (gtk_widget_get_parent (widgets->pdata[i]) == NULL)
      g_ptr_array_add (self->parted, g_object_ref (widgets->pdata[i]));
}

static void
tell (WeirGradualSelection *self, guint position, guint n_removed, guint n_added)
{
  g_autoptr (GPtrArray) rows = n_removed > N_STEP && self->view != NULL ? list_rows (self) : NULL;

  self->n_told += n_added - n_removed;
  self->frame = get_frame (self);
  self->n_waits = 0;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
  if (rows != NULL)
    keep_parted (self, rows);
}

/* How many may be told where @n_stay of those told remain. */
static guint
get_limit (guint n_stay)
{
  return n_stay < N_MADE ? n_stay + N_STEP : G_MAXUINT;
}

/* Some are destroyed before as many are made: what is kept of them serves again. */
static gboolean
step_cb (gpointer user_data)
{
  g_autoptr (WeirGradualSelection) self = g_object_ref (user_data);
  guint n = MIN (count_whole (self), get_limit (self->n_told));

  if (n == self->n_told && self->parted->len == 0)
    {
      self->step = 0;
      return G_SOURCE_REMOVE;
    }
  if (is_frame_due (self))
    return G_SOURCE_CONTINUE;
  g_ptr_array_set_size (self->parted, MAX (self->parted->len, N_PARTED) - N_PARTED);
  if (n > self->n_told)
    tell (self, self->n_told, 0, n - self->n_told);
  return G_SOURCE_CONTINUE;
}

static void
queue_step (WeirGradualSelection *self)
{
  if (self->step == 0 && (self->n_told < count_whole (self) || self->parted->len > 0))
    self->step = g_timeout_add (STEP_MS, step_cb, self);
}

static void
items_changed_cb (GListModel *whole, guint position, guint n_removed, guint n_added, WeirGradualSelection *self)
{
  guint limit, n_after;

  if (position <= self->n_told)
    {
      n_removed = MIN (n_removed, self->n_told - position);
      n_after = self->n_told - position - n_removed;
      limit = get_limit (position + n_after);
      if (n_added <= limit - position && n_after <= limit - position - n_added)
        tell (self, position, n_removed, n_added);
      else
        tell (self, position, n_removed + n_after, limit - position);
    }
  queue_step (self);
}

void
weir_gradual_selection_reach (WeirGradualSelection *self, guint position)
{
  g_return_if_fail (WEIR_IS_GRADUAL_SELECTION (self));

  if (position >= self->n_told)
    tell (self, self->n_told, 0, count_whole (self) - self->n_told);
}

/* --- the selection --- */

static void
selection_changed_cb (GtkSelectionModel *whole, guint position, guint n_items, WeirGradualSelection *self)
{
  if (position < self->n_told)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position,
                                           MIN (n_items, self->n_told - position));
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  return gtk_selection_model_is_selected (WEIR_GRADUAL_SELECTION (model)->whole, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_selection_model_get_selection_in_range (WEIR_GRADUAL_SELECTION (model)->whole, position, n_items);
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  return gtk_selection_model_select_item (WEIR_GRADUAL_SELECTION (model)->whole, position, unselect_rest);
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  return gtk_selection_model_unselect_item (WEIR_GRADUAL_SELECTION (model)->whole, position);
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  return gtk_selection_model_select_range (WEIR_GRADUAL_SELECTION (model)->whole, position, n_items, unselect_rest);
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  return gtk_selection_model_unselect_range (WEIR_GRADUAL_SELECTION (model)->whole, position, n_items);
}

static gboolean
select_all (GtkSelectionModel *model)
{
  return gtk_selection_model_select_all (WEIR_GRADUAL_SELECTION (model)->whole);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  return gtk_selection_model_unselect_all (WEIR_GRADUAL_SELECTION (model)->whole);
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  return gtk_selection_model_set_selection (WEIR_GRADUAL_SELECTION (model)->whole, selected, mask);
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
  iface->set_selection = set_selection;
}

/* --- GObject --- */

static void
weir_gradual_selection_dispose (GObject *object)
{
  WeirGradualSelection *self = WEIR_GRADUAL_SELECTION (object);

  g_clear_handle_id (&self->step, g_source_remove);
  g_ptr_array_set_size (self->parted, 0);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (weir_gradual_selection_parent_class)->dispose (object);
}

static void
weir_gradual_selection_finalize (GObject *object)
{
  WeirGradualSelection *self = WEIR_GRADUAL_SELECTION (object);

  g_signal_handlers_disconnect_by_data (self->whole, self);
  g_object_unref (self->whole);
  g_ptr_array_unref (self->parted);
  G_OBJECT_CLASS (weir_gradual_selection_parent_class)->finalize (object);
}

static void
weir_gradual_selection_class_init (WeirGradualSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_gradual_selection_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_gradual_selection_finalize;
}

static void
weir_gradual_selection_init (WeirGradualSelection *self)
{
  self->parted = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirGradualSelection *
weir_gradual_selection_new (GtkSelectionModel *whole, GtkWidget *view)
{
  WeirGradualSelection *self = g_object_new (WEIR_TYPE_GRADUAL_SELECTION, NULL);

  self->whole = g_object_ref (whole);
  g_set_weak_pointer (&self->view, view);
  self->frame = -1;
  self->n_told = MIN (count_whole (self), N_STEP);
  g_signal_connect (whole, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect (whole, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  queue_step (self);
  return self;
}
