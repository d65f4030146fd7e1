/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-beside.h"

#include <glib/gi18n.h>

#include "weir-relay-dialog.h"
#include "weir-window.h"

WeirBeside
weir_beside_get (WeirConnection *connection)
{
  WeirObserver *observer = connection != NULL ? weir_connection_get_observer (connection) : NULL;
  WeirObserverState state = observer != NULL ? weir_observer_get_state (observer) : WEIR_OBSERVER_STOPPED;
  WeirOwnRelay *relay = connection != NULL ? weir_connection_get_relay (connection) : NULL;
  WeirBeside beside = WEIR_BESIDE_NOTHING;

  if (state != WEIR_OBSERVER_LIVE && state != WEIR_OBSERVER_NO_POINT)
    return WEIR_BESIDE_NOTHING;
  if (state == WEIR_OBSERVER_NO_POINT && weir_observer_is_passive (observer))
    beside |= WEIR_BESIDE_PASSIVE;
  if (weir_own_relay_get_url (relay) != NULL && !weir_own_relay_has_passed (relay))
    beside |= WEIR_BESIDE_RELAY;
  return beside;
}

/* --- the banner --- */

/* A token that may be in the address is not shown. */
static char *
dup_variable (WeirOwnRelay *relay)
{
  g_autofree char *url = weir_own_relay_dup_client_url (relay);
  gsize length = strcspn (url, "?");

  return g_strdup_printf ("III_URL=%.*s%s", (int) length, url, url[length] != '\0' ? "?…" : "");
}

static void
show_relay (WeirBanner *banner, WeirConnection *connection)
{
  g_autofree char *variable = dup_variable (weir_connection_get_relay (connection));
  g_autofree char *text =
      g_strdup_printf (_ ("restart a worker with %s. Nothing has come through the relay yet."), variable);

  weir_banner_show (banner, "info", _ ("A relay runs:"), text, _ ("Show Relay…"), "win.relay");
}

gboolean
weir_beside_show (WeirBanner *banner, WeirConnection *connection)
{
  WeirBeside beside = weir_beside_get (connection);

  if (beside & WEIR_BESIDE_RELAY)
    show_relay (banner, connection);
  else if (beside & WEIR_BESIDE_PASSIVE)
    weir_banner_show (banner, "info", _ ("This engine tells little about channels:"),
                      _ ("when an end is taken, and totals when it closes. A relay shows every message."),
                      _ ("Start a Relay…"), "win.start-relay");
  return beside != WEIR_BESIDE_NOTHING;
}

/* --- actions --- */

static void
show_relay_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnection *connection = weir_window_get_connection (WEIR_WINDOW (widget));

  if (connection != NULL)
    gtk_window_present (GTK_WINDOW (weir_relay_dialog_new (GTK_WINDOW (widget), connection)));
}

static void
start_relay_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnection *connection = weir_window_get_connection (WEIR_WINDOW (widget));

  if (connection == NULL)
    return;
  weir_connection_start_relay (connection);
  show_relay_action (widget, action, parameter);
}

void
weir_beside_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.relay", NULL, show_relay_action);
  gtk_widget_class_install_action (widget_class, "win.start-relay", NULL, start_relay_action);
}
