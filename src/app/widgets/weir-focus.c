/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-focus.h"

#define LENDER "weir-focus-lender"

static void
weak_ref_free (GWeakRef *ref)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

static void
closed_cb (GtkPopover *popover)
{
  GWeakRef *ref = g_object_get_data (G_OBJECT (popover), LENDER);
  g_autoptr (GtkWidget) lender = g_weak_ref_get (ref);

  if (lender != NULL && gtk_widget_get_mapped (lender))
    gtk_widget_grab_focus (lender);
}

static GtkWidget *
get_focus (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

void
weir_focus_lend (GtkPopover *popover)
{
  GWeakRef *ref = g_object_get_data (G_OBJECT (popover), LENDER);

  if (ref == NULL)
    {
      ref = g_new0 (GWeakRef, 1);
      g_weak_ref_init (ref, NULL);
      g_object_set_data_full (G_OBJECT (popover), LENDER, ref, (GDestroyNotify) weak_ref_free);
      g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
    }
  g_weak_ref_set (ref, get_focus (GTK_WIDGET (popover)));
}

gboolean
weir_focus_is_in (GtkWidget *widget)
{
  GtkWidget *focus = get_focus (widget);

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

void
weir_focus_name_drop_down (GtkDropDown *drop_down)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));

  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, drop_down, NULL, -1);
}
