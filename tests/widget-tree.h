/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <string.h>

/* Looking for things in a window. Not every test uses all of it. */

/* Every widget of a type that a person sees in @top. */
static inline void
widget_collect (GtkWidget *top, GType type, GPtrArray *found)
{
  if (!gtk_widget_get_mapped (top) || !gtk_widget_get_child_visible (top))
    return;
  if (g_type_is_a (G_OBJECT_TYPE (top), type))
    g_ptr_array_add (found, top);
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    widget_collect (child, type, found);
}

/* The first of them; NULL: there is none. */
static inline gpointer
widget_find_seen (GtkWidget *top, GType type)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  widget_collect (top, type, found);
  return found->len > 0 ? found->pdata[0] : NULL;
}

/* The first of a type, seen or not. */
static inline GtkWidget *
widget_find (GtkWidget *top, GType type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (top), type))
    return top;
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = widget_find (child, type);
  return found;
}

/* Whether a label that would be seen has @text in it, as it is read, without its markup. */
static inline gboolean
widget_says (GtkWidget *top, const char *text)
{
  if (GTK_IS_LABEL (top) && gtk_widget_get_visible (top) && strstr (gtk_label_get_text (GTK_LABEL (top)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && gtk_widget_get_child_visible (child) && widget_says (child, text))
      return TRUE;
  return FALSE;
}
