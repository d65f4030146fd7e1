/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include <glib/gi18n.h>

#include "weir-list.h"
#include "weir-settings.h"
#include "weir-text-scale.h"

/* --- cells --- */

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

void
weir_message_table_rebind (WeirMessageTable *self)
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

void
weir_message_table_update_times (WeirMessageTable *self)
{
  g_autofree char *title = g_strdup_printf ("%s ▾", get_time_title ());

  gtk_column_view_column_set_title (self->columns[WEIR_MESSAGE_COLUMN_TIME], title);
  weir_message_table_rebind (self);
}

/* --- columns --- */

static void
add_column (WeirMessageTable *self, WeirMessageColumn id, const char *title, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (id));
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
  add_column (self, WEIR_MESSAGE_COLUMN_NUMBER, _ ("Number"), 80);
  add_column (self, WEIR_MESSAGE_COLUMN_TIME, _ ("Time"), 130);
  add_column (self, WEIR_MESSAGE_COLUMN_KIND, _ ("Kind"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_SIZE, _ ("Size"), 110);
  add_column (self, WEIR_MESSAGE_COLUMN_CONTENT, _ ("Content"), 0);
  weir_message_table_set_narrow (self, FALSE);
  weir_message_table_update_times (self);
}
