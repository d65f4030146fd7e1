/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page.h"

#include <glib/gi18n.h>

struct _WeirSendPage
{
  GtkWidget parent_instance;

  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirSendPage, weir_send_page, GTK_TYPE_WIDGET)

static void
weir_send_page_dispose (GObject *object)
{
  WeirSendPage *self = WEIR_SEND_PAGE (object);

  GtkWidget *child;

  g_clear_object (&self->connection);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL) /* none is bound, so none goes by itself */
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_SEND_PAGE);
  G_OBJECT_CLASS (weir_send_page_parent_class)->dispose (object);
}

static void
weir_send_page_class_init (WeirSendPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_send_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-send-page.ui");
}

static void
weir_send_page_init (WeirSendPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
weir_send_page_set_connection (WeirSendPage *self, WeirConnection *connection)
{
  g_set_object (&self->connection, connection);
}

void
weir_send_page_set_function (WeirSendPage *self, const char *function_id)
{
}

void
weir_send_page_set_ref (WeirSendPage *self, const WeirRef *ref)
{
}
