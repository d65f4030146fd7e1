/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-beside.h"

#include <glib/gi18n.h>

#include "weir-describe-closer.h"
#include "weir-describe-error.h"
#include "weir-relay-dialog.h"
#include "weir-window.h"

static WeirBeside
get_look (WeirObserver *observer)
{
  switch (weir_closer_look_get_state (weir_observer_get_closer_look (observer)))
    {
    case WEIR_CLOSER_OFF:
      return WEIR_BESIDE_CAN_LOOK;
    case WEIR_CLOSER_LEFT:
      return WEIR_BESIDE_LEFT;
    case WEIR_CLOSER_ON:
      return WEIR_BESIDE_LOOKS;
    case WEIR_CLOSER_BEGINNING:
    case WEIR_CLOSER_ENDING:
    case WEIR_CLOSER_UNAVAILABLE:
    default:
      return WEIR_BESIDE_NOTHING;
    }
}

static WeirBeside
get_relay (WeirOwnRelay *relay)
{
  const char *url;

  if (weir_own_relay_get_lost (relay, &url) != NULL)
    return WEIR_BESIDE_RELAY_LOST;
  if (weir_own_relay_get_url (relay) != NULL && !weir_own_relay_has_passed (relay))
    return WEIR_BESIDE_RELAY;
  return WEIR_BESIDE_NOTHING;
}

static WeirBeside
get_log (WeirObserver *observer)
{
  if (!weir_observer_is_passive (observer))
    return WEIR_BESIDE_NOTHING;
  if (weir_observer_is_log_overrun (observer))
    return WEIR_BESIDE_OVERRUN;
  if (weir_observer_get_state (observer) == WEIR_OBSERVER_NO_POINT)
    return WEIR_BESIDE_PASSIVE;
  return weir_observer_get_n_passive (observer) > 0 ? WEIR_BESIDE_DIRECT : WEIR_BESIDE_NOTHING;
}

WeirBeside
weir_beside_get (WeirConnection *connection)
{
  WeirObserver *observer = connection != NULL ? weir_connection_get_observer (connection) : NULL;
  WeirObserverState state = observer != NULL ? weir_observer_get_state (observer) : WEIR_OBSERVER_STOPPED;

  if (state != WEIR_OBSERVER_LIVE && state != WEIR_OBSERVER_NO_POINT)
    return WEIR_BESIDE_NOTHING;
  return get_relay (weir_connection_get_relay (connection)) | get_log (observer) | get_look (observer);
}

/* --- the banner --- */

static void
offer_look (WeirBanner *banner, WeirBeside beside)
{
  if (beside & WEIR_BESIDE_CAN_LOOK)
    weir_banner_set_other (banner, _ ("Look Closer…"), "win.look-closer");
}

static gboolean
has_relay (WeirConnection *connection)
{
  return weir_own_relay_get_url (weir_connection_get_relay (connection)) != NULL;
}

static void
show_lost_relay (WeirBanner *banner, WeirConnection *connection)
{
  const char *url;
  const char *reason = weir_own_relay_get_lost (weir_connection_get_relay (connection), &url);
  g_autofree char *text =
      g_strdup_printf (_ ("Workers with III_URL=%s have no connection until a relay runs there again."), url);

  weir_banner_show (banner, "info", reason, text, _ ("Start Again"), "win.start-relay");
  weir_banner_set_other (banner, _ ("Dismiss"), "win.forget-relay");
}

/* Nobody but the engine can end that. */
static void
show_overrun (WeirBanner *banner, WeirConnection *connection, WeirBeside beside)
{
  WeirCloserLook *look = weir_observer_get_closer_look (weir_connection_get_observer (connection));

  weir_banner_show (banner, "info", _ ("The engine’s log has overrun:"),
                    weir_closer_look_has_given_up (look)
                        ? _ ("it is filled with reports of that until the engine is restarted, so Weir has stopped "
                             "looking closer. A relay sees the channels all the same.")
                        : _ ("it is filled with reports of that, and what it tells of channels is lost until the "
                             "engine is restarted. A relay sees them all the same."),
                    has_relay (connection) ? _ ("Show Relay…") : _ ("Start a Relay…"),
                    has_relay (connection) ? "win.relay" : "win.start-relay");
  if (beside & WEIR_BESIDE_LOOKS)
    weir_banner_set_other (banner, _ ("Stop Looking Closer"), "win.stop-looking");
}

static void
show_direct (WeirBanner *banner, WeirConnection *connection, WeirBeside beside)
{
  weir_banner_show (banner, "info", _ ("Some channels pass no relay:"),
                    _ ("their workers connect to the engine directly, and it tells little of them. Restart these with "
                       "the relay’s address as III_URL."),
                    has_relay (connection) ? _ ("Show Relay…") : _ ("Start a Relay…"),
                    has_relay (connection) ? "win.relay" : "win.start-relay");
  offer_look (banner, beside);
}

static void
show_relay (WeirBanner *banner, WeirConnection *connection, WeirBeside beside)
{
  g_autofree char *url = weir_own_relay_dup_client_url (weir_connection_get_relay (connection), TRUE);
  g_autofree char *text =
      g_strdup_printf (_ ("restart a worker with III_URL=%s. Nothing has come through the relay yet."), url);

  weir_banner_show (banner, "info", _ ("A relay runs:"), text, _ ("Show Relay…"), "win.relay");
  if (beside & (WEIR_BESIDE_PASSIVE | WEIR_BESIDE_DIRECT))
    offer_look (banner, beside);
}

static char *
dup_look (WeirConnection *connection)
{
  WeirCloserLook *look = weir_observer_get_closer_look (weir_connection_get_observer (connection));

  return weir_describe_closer_look (weir_closer_look_get_state (look), weir_closer_look_get_before (look),
                                    weir_closer_look_get_set (look), weir_closer_look_get_other (look));
}

static void
show_left (WeirBanner *banner, WeirConnection *connection)
{
  g_autofree char *text = dup_look (connection);

  weir_banner_show (banner, "info", _ ("A closer look was not ended."), text, _ ("Put Back"), "win.put-back-level");
  weir_banner_set_other (banner, _ ("Leave It"), "win.leave-level");
}

static void
show_looks (WeirBanner *banner, WeirConnection *connection)
{
  g_autofree char *text = dup_look (connection);

  weir_banner_show (banner, "info", _ ("Looking closer."), text,
                    has_relay (connection) ? _ ("Show Relay…") : _ ("Start a Relay…"),
                    has_relay (connection) ? "win.relay" : "win.start-relay");
  weir_banner_set_other (banner, _ ("Stop Looking Closer"), "win.stop-looking");
}

static void
show_passive (WeirBanner *banner, WeirBeside beside)
{
  gboolean can_look = (beside & WEIR_BESIDE_CAN_LOOK) != 0;

  weir_banner_show (banner, "info", _ ("This engine tells little about channels:"),
                    can_look ? _ ("when an end is taken, and totals when it closes. Looking closer adds rates; a relay "
                                  "shows every message.")
                             : _ ("when an end is taken, and totals when it closes. A relay shows every message."),
                    _ ("Start a Relay…"), "win.start-relay");
  offer_look (banner, beside);
}

gboolean
weir_beside_show (WeirBanner *banner, WeirConnection *connection)
{
  WeirBeside beside = weir_beside_get (connection);

  if (beside & WEIR_BESIDE_LEFT)
    show_left (banner, connection);
  else if (beside & WEIR_BESIDE_RELAY_LOST)
    show_lost_relay (banner, connection);
  else if (beside & WEIR_BESIDE_OVERRUN)
    show_overrun (banner, connection, beside);
  else if (beside & WEIR_BESIDE_LOOKS)
    show_looks (banner, connection);
  else if (beside & WEIR_BESIDE_RELAY)
    show_relay (banner, connection, beside);
  else if (beside & WEIR_BESIDE_PASSIVE)
    show_passive (banner, beside);
  else if (beside & WEIR_BESIDE_DIRECT)
    show_direct (banner, connection, beside);
  else
    return FALSE;
  return TRUE;
}

char *
weir_beside_dup_trouble (WeirConnection *connection, char **told)
{
  WeirObserver *observer = weir_connection_get_observer (connection);
  const GError *error = weir_closer_look_get_error (weir_observer_get_closer_look (observer));
  g_autofree char *words = error != NULL ? weir_describe_error (error) : NULL;

  if (g_strcmp0 (words, *told) == 0)
    return NULL;
  g_free (*told);
  *told = g_strdup (words);
  return g_steal_pointer (&words);
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

static void
forget_relay_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnection *connection = weir_window_get_connection (WEIR_WINDOW (widget));

  if (connection != NULL)
    weir_own_relay_forget_lost (weir_connection_get_relay (connection));
}

/* (nullable) */
static WeirCloserLook *
get_closer_look (GtkWidget *widget)
{
  WeirConnection *connection = weir_window_get_connection (WEIR_WINDOW (widget));

  return connection != NULL ? weir_observer_get_closer_look (weir_connection_get_observer (connection)) : NULL;
}

static void
look_response_cb (AdwMessageDialog *dialog, const char *response, WeirCloserLook *look)
{
  if (g_str_equal (response, "look"))
    weir_closer_look_begin (look);
}

/* What it changes in the engine is said before it does. */
static void
look_closer_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirCloserLook *look = get_closer_look (widget);
  AdwMessageDialog *dialog;

  if (look == NULL)
    return;
  dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (GTK_WINDOW (widget), _ ("Look Closer?"), weir_describe_closer_plan ()));
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "look", _ ("_Look Closer"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "look", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "look");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (look_response_cb), look, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
stop_looking_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirCloserLook *look = get_closer_look (widget);

  if (look != NULL)
    weir_closer_look_end_async (look, NULL, NULL);
}

static void
put_back_level_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirCloserLook *look = get_closer_look (widget);

  if (look != NULL)
    weir_closer_look_restore (look);
}

static void
leave_level_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirCloserLook *look = get_closer_look (widget);

  if (look != NULL)
    weir_closer_look_forget (look);
}

void
weir_beside_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.look-closer", NULL, look_closer_action);
  gtk_widget_class_install_action (widget_class, "win.stop-looking", NULL, stop_looking_action);
  gtk_widget_class_install_action (widget_class, "win.put-back-level", NULL, put_back_level_action);
  gtk_widget_class_install_action (widget_class, "win.leave-level", NULL, leave_level_action);
  gtk_widget_class_install_action (widget_class, "win.relay", NULL, show_relay_action);
  gtk_widget_class_install_action (widget_class, "win.start-relay", NULL, start_relay_action);
  gtk_widget_class_install_action (widget_class, "win.forget-relay", NULL, forget_relay_action);
}
