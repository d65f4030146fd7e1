/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-figures.h"

#include <glib/gi18n.h>

#define MAX_LINES 3

struct _WeirFigures
{
  GtkWidget parent_instance;

  GtkListBox *list;
  GPtrArray *values; /* (element-type GtkLabel), borrowed from the list */
};

G_DEFINE_FINAL_TYPE (WeirFigures, weir_figures, GTK_TYPE_WIDGET)

static GtkLabel *
add_line (WeirFigures *self, const char *name)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *value = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_widget_set_focusable (value, FALSE);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_label_set_justify (GTK_LABEL (value), GTK_JUSTIFY_RIGHT);
  /* A figure that is cut says another number: it goes on in the next line. What peers call themselves ends somewhere.
   */
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (value), MAX_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (value, "numeric");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), value);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_append (self->list, row);
  g_ptr_array_add (self->values, value);

  return GTK_LABEL (value);
}

void
weir_figures_set (WeirFigures *self, guint line, const char *name, const char *value, WeirTone tone)
{
  GtkLabel *label;

  g_return_if_fail (WEIR_IS_FIGURES (self));
  g_return_if_fail (line <= self->values->len);

  label = line < self->values->len ? self->values->pdata[line] : add_line (self, name);
  gtk_label_set_text (label, value);
  weir_tone_set (GTK_WIDGET (label), tone);
}

static void
weir_figures_dispose (GObject *object)
{
  WeirFigures *self = WEIR_FIGURES (object);

  if (self->list != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->list));
  self->list = NULL;
  g_clear_pointer (&self->values, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_figures_parent_class)->dispose (object);
}

static void
weir_figures_class_init (WeirFiguresClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_figures_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
weir_figures_init (WeirFigures *self)
{
  self->values = g_ptr_array_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  /* Nothing in it takes the keyboard's focus, and GtkListBox (4.8) would keep it from coming any further. */
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Figures"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "figures");
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));
}
