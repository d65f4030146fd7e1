/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include <glib/gi18n.h>

#include "weir-list.h"
#include "weir-priority.h"
#include "weir-settings.h"
#include "weir-text-scale.h"

/* The longest that cells out of view are filled for in one turn of the main loop. */
#define FILL_US (2 * 1000)

/* --- cells --- */

static WeirMessageColumn
find_column (WeirMessageTable *self, GtkListItemFactory *factory)
{
  guint column = 0;

  while (gtk_column_view_column_get_factory (self->columns[column]) != factory)
    column++;
  return column;
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  WeirMessageColumn column = find_column (self, factory);
  GPtrArray *spare = self->spare[column];
  GtkWidget *cell;

  if (spare->len > 0)
    cell = g_ptr_array_steal_index_fast (spare, spare->len - 1);
  else
    cell = g_object_ref_sink (weir_message_cell_new (column));
  gtk_list_item_set_child (item, cell);
  g_hash_table_insert (self->cells, item, cell);
}

/* For other messages GTK 4.8 makes all rows of a view anew. What is ours of them is kept: half of what that takes. The
 * item does not have it any more. */
static void
teardown_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  gpointer cell;

  if (g_hash_table_steal_extended (self->cells, item, NULL, &cell))
    g_ptr_array_add (self->spare[find_column (self, factory)], cell);
}

/* A view of GTK 4.8 keeps 205 rows, however few it shows: those out of view are filled when there is time. Until then
 * they are not to be seen, but assistive tools look at them too. */
static gboolean
fill_cb (gpointer user_data)
{
  WeirMessageTable *self = user_data;
  gint64 end_us = g_get_monotonic_time () + FILL_US;
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->due);
  while (g_get_monotonic_time () < end_us && g_hash_table_iter_next (&iter, &item, NULL))
    {
      weir_message_cell_fill (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)));
      g_hash_table_iter_remove (&iter);
    }
  if (g_hash_table_size (self->due) > 0)
    return G_SOURCE_CONTINUE;
  self->fill_idle = 0;
  return G_SOURCE_REMOVE;
}

static void
bind (WeirMessageTable *self, GtkListItem *item)
{
  if (!weir_message_cell_bind (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)), self->messages,
                               gtk_list_item_get_item (item), self->time_format))
    return;
  g_hash_table_add (self->due, item);
  if (self->fill_idle == 0)
    self->fill_idle = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, fill_cb, self, NULL);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  bind (self, item);
  g_hash_table_add (self->bound, item);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirMessageTable *self)
{
  weir_message_cell_bind (WEIR_MESSAGE_CELL (gtk_list_item_get_child (item)), NULL, NULL, 0);
  g_hash_table_remove (self->bound, item);
  g_hash_table_remove (self->due, item);
}

void
weir_message_table_rebind (WeirMessageTable *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    bind (self, item);
}

static const char *
get_time_title (WeirMessageTable *self)
{
  switch (self->time_format)
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

void
weir_message_table_update_times (WeirMessageTable *self)
{
  g_autofree char *title = NULL;

  self->time_format = g_settings_get_enum (weir_settings_get (), "time-format"); /* asked once and not in each cell */
  title = g_strdup_printf ("%s ▾", get_time_title (self));
  gtk_column_view_column_set_title (self->columns[WEIR_MESSAGE_COLUMN_TIME], title);
  weir_message_table_rebind (self);
}

/* --- columns --- */

static void
add_column (WeirMessageTable *self, WeirMessageColumn id, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->spare[id] = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "teardown", G_CALLBACK (teardown_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->columns[id] = weir_list_new_column (title, factory, width * weir_text_scale_get (GTK_WIDGET (self)));
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
void
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

void
weir_message_table_add_columns (WeirMessageTable *self)
{
  add_column (self, WEIR_MESSAGE_COLUMN_NUMBER, _ ("Number"), 92);
  add_column (self, WEIR_MESSAGE_COLUMN_TIME, _ ("Time"), 130);
  add_column (self, WEIR_MESSAGE_COLUMN_KIND, _ ("Kind"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_SIZE, _ ("Size"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_CONTENT, _ ("Content"), 0);
  weir_message_table_set_narrow (self, FALSE);
  weir_message_table_update_times (self);
}
