/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-describe-error.h"

struct _WeirStartPage
{
  GtkWidget parent_instance;

  AdwStatusPage *page;
  GtkWidget *ways;
  GtkLabel *hint;
  GtkWidget *token_button;
  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirStartPage, weir_start_page, GTK_TYPE_WIDGET)

static char *
weir_start_page_dup_why (WeirStartPage *self)
{
  WeirObserver *observer = weir_connection_get_observer (self->connection);
  const GError *error = weir_observer_get_error (observer);
  const char *url = weir_connection_get_shown_url (self->connection);
  g_autofree char *reason = NULL;

  if (error == NULL)
    return g_strdup_printf (_ ("Connecting to %s…"), url);
  if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOBODY_LISTENS))
    return g_strdup_printf (_ ("Nothing listens on %s yet."), url);
  if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_WANTS_TOKEN))
    return g_strdup_printf (_ ("The engine on %s wants a token."), url);
  if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_WRONG_TOKEN))
    return g_strdup_printf (_ ("The engine on %s does not accept the token that it was given."), url);
  if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NO_GREETING))
    return g_strdup_printf (_ ("%s opens the connection, but does not speak iii's protocol. Is this the address of an "
                               "engine's workers, and not of another service or of its web pages? Weir goes on "
                               "trying."),
                            url);
  reason = weir_describe_error (error);
  return g_strdup_printf (_ ("%s does not answer: %s"), url, reason);
}

static void
weir_start_page_refresh (WeirStartPage *self)
{
  g_autofree char *why = self->connection != NULL ? weir_start_page_dup_why (self) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("%s\n%s",
                                           _ ("See what flows through the channels of an iii engine, who is slow, "
                                              "and why."),
                                           why);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  gboolean needs_token;

  adw_status_page_set_description (self->page, markup);
  needs_token = self->connection != NULL && weir_connection_needs_token (self->connection);
  gtk_widget_set_visible (self->token_button, needs_token);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), self->connection != NULL && !needs_token);
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
  gtk_widget_class_bind_template_child (widget_class, WeirStartPage, token_button);
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
