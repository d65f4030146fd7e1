/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-text-scale.h"
#include "weir-trouble.h"

struct _WeirStartPage
{
  GtkWidget parent_instance;

  AdwStatusPage *page;
  GtkWidget *ways;
  GtkLabel *hint;
  GtkWidget *remedies;
  GtkButton *remedy_button;
  GtkWidget *other_remedies;
  GtkWidget *again_button;
  GtkWidget *try_button;
  gboolean is_narrow;
  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirStartPage, weir_start_page, GTK_TYPE_WIDGET)

static void
set_class (gpointer widget, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* One button stands out: the remedy, or else the first way in. A small icon leaves a small window room for the rest. */
static void
weir_start_page_refresh_classes (WeirStartPage *self, gboolean is_wrong)
{
  gboolean is_large = weir_text_scale_is_large (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->other_remedies),
                                  self->is_narrow && is_large ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  set_class (self->page, "compact", is_wrong || self->is_narrow);
  set_class (self->try_button, "suggested-action", !is_wrong);
}

/* Where just nothing runs yet it is the page of a first start; what is wrong is a page of its own. */
static void
weir_start_page_refresh (WeirStartPage *self)
{
  g_autoptr (WeirTrouble) trouble = self->connection != NULL ? weir_trouble_of_connection (self->connection) : NULL;
  gboolean is_wrong = trouble != NULL && trouble->title != NULL;
  g_autofree char *text = is_wrong ? g_strdup (trouble->text)
                                   : g_strdup_printf ("%s\n%s",
                                                      _ ("See what flows through the channels of an iii engine, who is "
                                                         "slow, and why."),
                                                      trouble != NULL ? trouble->text : "");
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_icon_name (self->page, is_wrong ? "dialog-warning-symbolic" : "io.github.weir.Weir");
  adw_status_page_set_title (self->page, is_wrong ? trouble->title : _ ("Watch Your Channels"));
  adw_status_page_set_description (self->page, markup);
  gtk_widget_set_visible (self->remedies, is_wrong);
  weir_start_page_refresh_classes (self, is_wrong);
  if (is_wrong)
    {
      gtk_button_set_label (self->remedy_button, trouble->button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->remedy_button), trouble->action);
      gtk_widget_set_visible (self->again_button, !g_str_equal (trouble->action, "win.retry"));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->hint), self->connection != NULL && !is_wrong);
}

static void
weir_start_page_dispose (GObject *object)
{
  WeirStartPage *self = WEIR_START_PAGE (object);

  weir_start_page_set_connection (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_START_PAGE);
  G_OBJECT_CLASS (weir_start_page_parent_class)->dispose (object);
}

static void
weir_start_page_class_init (WeirStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_start_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, page);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, ways);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, remedies);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, remedy_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, other_remedies);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, try_button);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_start_page_init (WeirStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
weir_start_page_set_connection (WeirStartPage *self, WeirConnection *connection)
{
  if (self->connection == connection)
    return;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    {
      WeirObserver *observer = weir_connection_get_observer (connection);

      g_signal_connect_swapped (observer, "notify::state", G_CALLBACK (weir_start_page_refresh), self);
      g_signal_connect_swapped (observer, "notify::retry-at-us", G_CALLBACK (weir_start_page_refresh), self);
    }
  if (self->page != NULL)
    weir_start_page_refresh (self);
}

void
weir_start_page_set_busy (WeirStartPage *self, gboolean is_busy)
{
  gtk_widget_set_sensitive (self->ways, !is_busy);
}

void
weir_start_page_set_narrow (WeirStartPage *self, gboolean is_narrow)
{
  self->is_narrow = is_narrow;
  weir_start_page_refresh (self);
}
