/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-row-selection.h"

struct _WeirRowSelection
{
  GObject parent_instance;

  WeirMessageList *messages; /* nullable */
  GtkBitset *rows;
  WeirMessage *message; /* nullable */
};

enum
{
  PROP_MESSAGE = 1,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirRowSelection, weir_row_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

/* --- the list, as it is --- */

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  return self->messages != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->messages)) : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  return self->messages != NULL ? g_list_model_get_item (G_LIST_MODEL (self->messages), position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- positions and rows --- */

/* The rows at these positions. Where they follow each other, as they do without a filter, it takes no time. */
static GtkBitset *
dup_rows_at (WeirRowSelection *self, GtkBitset *positions)
{
  GtkBitset *rows = gtk_bitset_new_empty ();
  guint n = gtk_bitset_get_size (positions);
  GtkBitsetIter iter;
  guint first, last, position;

  if (n == 0)
    return rows;
  first = weir_message_list_get_row (self->messages, gtk_bitset_get_minimum (positions));
  last = weir_message_list_get_row (self->messages, gtk_bitset_get_maximum (positions));
  if (last - first == n - 1)
    {
      gtk_bitset_add_range (rows, first, n);
      return rows;
    }
  if (gtk_bitset_iter_init_first (&iter, positions, &position))
    do
      gtk_bitset_add (rows, weir_message_list_get_row (self->messages, position));
    while (gtk_bitset_iter_next (&iter, &position));
  return rows;
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  return position < get_n_items (G_LIST_MODEL (self)) &&
         gtk_bitset_contains (self->rows, weir_message_list_get_row (self->messages, position));
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n)
{
  GtkBitset *positions = gtk_bitset_new_empty ();
  guint end = MIN (get_n_items (G_LIST_MODEL (model)), position + MIN (n, G_MAXUINT - position));

  for (guint i = position; i < end; i++)
    if (is_selected (model, i))
      gtk_bitset_add (positions, i);
  return positions;
}

/* --- selecting --- */

/* @position: GTK_INVALID_LIST_POSITION for none. */
static void
look_at (WeirRowSelection *self, guint position)
{
  g_autoptr (WeirMessage) message = get_item (G_LIST_MODEL (self), position);

  if (message == self->message || (message != NULL && self->message != NULL &&
                                   weir_message_get_row (message) == weir_message_get_row (self->message)))
    return;
  g_set_object (&self->message, message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

/* Of several that were selected at once it is the end farther from the last one: where the user has gone. */
static void
look_at_one_of (WeirRowSelection *self, GtkBitset *positions)
{
  guint first = gtk_bitset_get_minimum (positions), last = gtk_bitset_get_maximum (positions), position;
  gboolean is_shown = self->message != NULL && weir_message_list_find (self->messages, self->message, &position);

  look_at (self, is_shown && position == last ? first : last);
}

static void
look_elsewhere (WeirRowSelection *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->message != NULL && gtk_bitset_contains (self->rows, weir_message_get_row (self->message)))
    return;
  if (!gtk_bitset_is_empty (self->rows))
    weir_message_list_find_row (self->messages, gtk_bitset_get_maximum (self->rows), &position);
  look_at (self, position);
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);
  guint n = get_n_items (G_LIST_MODEL (model));
  g_autoptr (GtkBitset) chosen = gtk_bitset_copy (selected);
  g_autoptr (GtkBitset) rows = NULL;
  guint first, last;

  if (n == 0 || gtk_bitset_is_empty (mask))
    return TRUE;
  gtk_bitset_intersect (chosen, mask);
  rows = dup_rows_at (self, chosen);
  if (gtk_bitset_get_size (mask) >= n) /* the others as well that are hidden */
    {
      gtk_bitset_remove_all (self->rows);
    }
  else
    {
      g_autoptr (GtkBitset) masked = dup_rows_at (self, mask);

      gtk_bitset_subtract (self->rows, masked);
    }
  gtk_bitset_union (self->rows, rows);

  first = gtk_bitset_get_minimum (mask);
  last = MIN (gtk_bitset_get_maximum (mask), n - 1);
  gtk_selection_model_selection_changed (model, first, last - first + 1);
  if (!gtk_bitset_is_empty (chosen))
    look_at_one_of (self, chosen);
  else
    look_elsewhere (self);
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->set_selection = set_selection;
}

/* --- the list --- */

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, WeirRowSelection *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

void
weir_row_selection_set_messages (WeirRowSelection *self, WeirMessageList *messages)
{
  guint n_before = get_n_items (G_LIST_MODEL (self));

  if (self->messages == messages)
    return;
  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  g_set_object (&self->messages, messages);
  gtk_bitset_remove_all (self->rows);
  if (messages != NULL)
    g_signal_connect (messages, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, get_n_items (G_LIST_MODEL (self)));
  look_at (self, GTK_INVALID_LIST_POSITION);
}

WeirMessage *
weir_row_selection_get_message (WeirRowSelection *self)
{
  return self->message;
}

GArray *
weir_row_selection_dup_rows (WeirRowSelection *self)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  GtkBitsetIter iter;
  guint row, position;

  if (gtk_bitset_iter_init_first (&iter, self->rows, &row))
    do
      if (weir_message_list_find_row (self->messages, row, &position))
        g_array_append_val (rows, (guint32){ row });
    while (gtk_bitset_iter_next (&iter, &row));
  return rows;
}

guint64
weir_row_selection_get_size (WeirRowSelection *self)
{
  return gtk_bitset_get_size (self->rows);
}

/* --- GObject --- */

static void
weir_row_selection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MESSAGE)
    g_value_set_object (value, WEIR_ROW_SELECTION (object)->message);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_row_selection_dispose (GObject *object)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (object);

  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  g_clear_object (&self->messages);
  g_clear_object (&self->message);
  G_OBJECT_CLASS (weir_row_selection_parent_class)->dispose (object);
}

static void
weir_row_selection_finalize (GObject *object)
{
  gtk_bitset_unref (WEIR_ROW_SELECTION (object)->rows);
  G_OBJECT_CLASS (weir_row_selection_parent_class)->finalize (object);
}

static void
weir_row_selection_class_init (WeirRowSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = weir_row_selection_get_property;
  object_class->dispose = weir_row_selection_dispose;
  object_class->finalize = weir_row_selection_finalize;
  properties[PROP_MESSAGE] =
      g_param_spec_object ("message", NULL, NULL, WEIR_TYPE_MESSAGE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
weir_row_selection_init (WeirRowSelection *self)
{
  self->rows = gtk_bitset_new_empty ();
}

WeirRowSelection *
weir_row_selection_new (void)
{
  return g_object_new (WEIR_TYPE_ROW_SELECTION, NULL);
}
