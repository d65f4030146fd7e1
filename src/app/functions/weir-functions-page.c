/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-functions-page.h"

#include <glib/gi18n.h>

struct _WeirFunctionsPage
{
  GtkWidget parent_instance;

  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirFunctionsPage, weir_functions_page, GTK_TYPE_WIDGET)

static void
weir_functions_page_dispose (GObject *object)
{
  WeirFunctionsPage *self = WEIR_FUNCTIONS_PAGE (object);

  GtkWidget *child;

  g_clear_object (&self->connection);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL) /* none is bound, so none goes by itself */
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_FUNCTIONS_PAGE);
  G_OBJECT_CLASS (weir_functions_page_parent_class)->dispose (object);
}

static void
weir_functions_page_class_init (WeirFunctionsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_functions_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-functions-page.ui");
}

static void
weir_functions_page_init (WeirFunctionsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
weir_functions_page_set_connection (WeirFunctionsPage *self, WeirConnection *connection)
{
  g_set_object (&self->connection, connection);
}

void
weir_functions_page_focus_search (WeirFunctionsPage *self)
{
}
