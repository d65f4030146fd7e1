/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page-private.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-run-call.h"
#include "weir-settings.h"

typedef enum
{
  MODE_ALL,
  MODE_TRIGGER, /* nothing is written */
  MODE_SEND,    /* nothing is triggered */
} Mode;

WeirSendActivity *
weir_send_page_get_activity (WeirSendPage *self)
{
  return weir_send_activities_get (self->activities, self->connection);
}

WeirSessionState
weir_send_page_get_state (WeirSendPage *self)
{
  WeirSendActivity *activity = weir_send_page_get_activity (self);

  return activity != NULL ? weir_send_session_get_state (activity->session) : WEIR_SESSION_OVER;
}

/* --- buttons --- */

gboolean
weir_send_page_is_connected (WeirSendPage *self)
{
  WeirObserver *observer = self->connection != NULL ? weir_connection_get_observer (self->connection) : NULL;
  WeirObserverState state = observer != NULL ? weir_observer_get_state (observer) : WEIR_OBSERVER_STOPPED;

  return state == WEIR_OBSERVER_LIVE || state == WEIR_OBSERVER_NO_POINT;
}

gboolean
weir_send_page_has_function (WeirSendPage *self)
{
  return *weir_trigger_pane_get_function (self->trigger) != '\0';
}

/* One more call goes beside what is open; but an answer that is awaited would be lost. */
static gboolean
may_extend (WeirSendActivity *activity)
{
  return activity != NULL && weir_send_session_can_extend (activity->session) &&
         (activity->call == NULL || weir_call_get_state (activity->call) != WEIR_CALL_RUNNING);
}

static void
update_send_button (WeirSendPage *self, WeirSendActivity *activity)
{
  gboolean has_function = weir_send_page_has_function (self);
  gboolean is_over = weir_send_page_get_state (self) == WEIR_SESSION_OVER;
  gboolean extends = has_function && may_extend (activity);
  gboolean may_begin = weir_send_page_is_connected (self) && (is_over || extends);
  gboolean may_trigger = may_begin && weir_trigger_pane_is_ready (self->trigger);
  gboolean may_write = may_begin && weir_writing_pane_is_ready (self->writing);
  gboolean is_written = weir_send_setup_is_written_into (self->setup, has_function);
  const char *label = !has_function ? _ ("Send") : is_written ? _ ("Trigger and Send") : _ ("Trigger");

  adw_split_button_set_label (self->send_button, label);
  gtk_widget_set_visible (GTK_WIDGET (self->send_button), is_over || extends);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.begin",
                                 has_function ? may_trigger && (may_write || !is_written) : may_write);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.trigger-only", may_trigger);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.send-only", is_over && may_write);
}

/* The second press is another: it gives up what the first waits for. */
static void
update_end_button (WeirSendPage *self, WeirSendActivity *activity)
{
  gboolean is_ending = activity != NULL && weir_send_session_is_ending (activity->session);

  gtk_widget_set_visible (GTK_WIDGET (self->end_button), weir_send_page_get_state (self) != WEIR_SESSION_OVER);
  gtk_button_set_label (self->end_button, is_ending ? _ ("Abort") : _ ("End"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->end_button), is_ending
                                                                  ? _ ("Gives up what was accepted and is not read yet")
                                                                  : _ ("Closes the ends of channels that Weir holds"));
}

static gboolean
has_written (GPtrArray *writers)
{
  for (guint i = 0; i < writers->len; i++)
    if (weir_sender_get_figures (weir_held_channel_get_sender (writers->pdata[i])).n_messages > 0)
      return TRUE;
  return FALSE;
}

static void
set_suggested (GtkWidget *button, gboolean is_suggested)
{
  if (is_suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

static void
update_again_button (WeirSendPage *self, GPtrArray *writers)
{
  gboolean can_write = writers->len > 0;

  gtk_button_set_label (self->again_button, has_written (writers) ? _ ("Send Again") : _ ("Send"));
  gtk_widget_set_visible (GTK_WIDGET (self->again_button), can_write);
  set_suggested (GTK_WIDGET (self->send_button), !can_write); /* one of the two */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.again",
                                 can_write && weir_writing_pane_is_ready (self->writing));
}

static void
place_send_button (WeirSendPage *self, GtkBox *row)
{
  g_autoptr (GtkWidget) button = GTK_WIDGET (g_object_ref (self->send_button));

  if (gtk_widget_get_parent (button) == GTK_WIDGET (row))
    return;
  gtk_widget_unparent (button);
  gtk_box_prepend (row, button);
}

/* Two that send are wider than the page may be in one row with the others. */
static void
update_rows (WeirSendPage *self)
{
  gboolean is_seen = gtk_widget_get_visible (GTK_WIDGET (self->send_button));
  gboolean has_others = gtk_widget_get_visible (GTK_WIDGET (self->again_button)) ||
                        gtk_widget_get_visible (GTK_WIDGET (self->stop_button)) ||
                        gtk_widget_get_visible (GTK_WIDGET (self->end_button));
  gboolean is_apart = is_seen && has_others;

  place_send_button (self, is_apart ? self->send_row : self->buttons);
  gtk_widget_set_visible (GTK_WIDGET (self->send_row), is_apart);
}

void
weir_send_page_update (WeirSendPage *self)
{
  WeirSendActivity *activity = weir_send_page_get_activity (self);
  gboolean is_writing = activity != NULL && weir_send_page_get_state (self) == WEIR_SESSION_RUNNING &&
                        weir_send_session_is_writing (activity->session);
  g_autoptr (GPtrArray) writers =
      activity != NULL && !is_writing ? weir_send_session_list_writers (activity->session) : g_ptr_array_new ();

  update_send_button (self, activity);
  update_again_button (self, writers);
  update_end_button (self, activity);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), is_writing);
  gtk_widget_set_visible (GTK_WIDGET (self->writing),
                          writers->len > 0 || is_writing || weir_send_setup_is_written_into (self->setup, FALSE));
  update_rows (self);
  weir_send_page_update_words (self, writers);
}

void
weir_send_page_toast (WeirSendPage *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

/* --- beginning --- */

void
weir_send_page_show_activity (WeirSendPage *self)
{
  WeirSendActivity *activity = weir_send_page_get_activity (self);

  weir_results_pane_set_session (self->results, activity != NULL ? activity->session : NULL,
                                 activity != NULL ? activity->call : NULL,
                                 activity != NULL ? weir_connection_get_title (self->connection) : NULL);
  weir_send_page_update (self);
}

/* @place: (nullable): the connection, where it is another than is shown */
static void
show_failure (WeirSendPage *self, const GError *error, const char *place)
{
  g_autofree char *why = weir_describe_error (error);
  g_autofree char *text = place != NULL ? g_strdup_printf (_ ("Nothing was sent at %s: %s"), place, why)
                                        : g_strdup_printf (_ ("Nothing was sent: %s"), why);

  weir_send_page_toast (self, text);
}

/* Nobody calls: what was open before is what there is. */
static void
prepare_failed (WeirSendPage *self, WeirSendActivity *activity, const GError *error)
{
  WeirConnection *connection = weir_send_activities_get_connection (self->activities, activity);

  weir_send_activities_set_call (activity, NULL);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_failure (self, error, connection != self->connection ? weir_connection_get_title (connection) : NULL);
  if (connection == self->connection)
    weir_send_page_show_activity (self);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSendPage) self = user_data;
  WeirSendSession *session = WEIR_SEND_SESSION (object);
  g_autoptr (GError) error = NULL;
  gboolean is_ready = weir_send_session_prepare_finish (session, result, &error);
  /* Not of the connection that is shown now: it may have been changed meanwhile. */
  WeirSendActivity *activity = self->activities != NULL ? weir_send_activities_find (self->activities, session) : NULL;

  if (activity == NULL) /* the page or the connection has gone, or has another */
    return;
  if (!is_ready)
    {
      prepare_failed (self, activity, error);
      return;
    }
  if (activity->call != NULL)
    {
      weir_send_session_give_refs (session, activity->call);
      weir_run_follow_call (weir_send_session_get_run (session), activity->call);
    }
  if (activity == weir_send_page_get_activity (self))
    {
      weir_send_page_show_activity (self);
      adw_leaflet_set_visible_child (self->leaflet, self->results_side);
    }
  if (activity->call != NULL)
    weir_call_start (activity->call, weir_observer_get_worker (weir_send_session_get_observer (session)));
  weir_send_session_begin (session);
}

void
weir_send_page_prepare (WeirSendPage *self, WeirSendSetup *setup, WeirCall *call, gboolean writes)
{
  WeirSendActivity *activity = weir_send_page_get_activity (self);

  if (weir_send_page_get_state (self) == WEIR_SESSION_OVER)
    {
      activity = weir_send_activities_begin (self->activities, self->connection, call);
      weir_send_session_set_keep_limit (activity->session, weir_settings_get_disk_limit ());
      weir_send_session_prepare_async (activity->session, setup, writes, call != NULL, prepared_cb,
                                       g_object_ref (self));
      return;
    }
  weir_send_activities_set_call (activity, call);
  weir_send_session_extend_async (activity->session, setup, writes, prepared_cb, g_object_ref (self));
  weir_send_page_update (self);
}

static void
weir_send_page_go (WeirSendPage *self, Mode mode)
{
  WeirCall *call = NULL;

  if (self->connection == NULL)
    return;
  if (weir_send_page_get_state (self) != WEIR_SESSION_OVER &&
      (mode == MODE_SEND || !weir_send_page_has_function (self) || !may_extend (weir_send_page_get_activity (self))))
    return;
  if (mode != MODE_SEND && weir_send_page_has_function (self) &&
      (call = weir_trigger_pane_new_call (self->trigger)) == NULL)
    return; /* the pane says why */
  weir_send_page_prepare (self, self->setup, call, mode != MODE_TRIGGER);
}

static void
begin_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_send_page_go (WEIR_SEND_PAGE (widget), MODE_ALL);
}

static void
trigger_only_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_send_page_go (WEIR_SEND_PAGE (widget), MODE_TRIGGER);
}

static void
send_only_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_send_page_go (WEIR_SEND_PAGE (widget), MODE_SEND);
}

static void
again_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirSendPage *self = WEIR_SEND_PAGE (widget);
  WeirSendActivity *activity = weir_send_page_get_activity (self);
  g_autoptr (GError) error = NULL;

  if (activity == NULL || weir_send_page_get_state (self) != WEIR_SESSION_RUNNING)
    return;
  if (weir_send_session_write (activity->session, weir_send_setup_get_writing (self->setup), &error))
    adw_leaflet_set_visible_child (self->leaflet, self->results_side);
  else
    show_failure (self, error, NULL);
}

static void
stop_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirSendActivity *activity = weir_send_page_get_activity (WEIR_SEND_PAGE (widget));

  if (activity != NULL)
    weir_send_session_stop (activity->session);
}

static void
end_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirSendActivity *activity = weir_send_page_get_activity (WEIR_SEND_PAGE (widget));

  if (activity != NULL && weir_send_session_is_ending (activity->session))
    weir_send_session_abort (activity->session);
  else if (activity != NULL)
    weir_send_session_end (activity->session);
}

static void
back_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirSendPage *self = WEIR_SEND_PAGE (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->setup_side);
}

void
weir_send_page_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "send.begin", NULL, begin_action);
  gtk_widget_class_install_action (widget_class, "send.trigger-only", NULL, trigger_only_action);
  gtk_widget_class_install_action (widget_class, "send.send-only", NULL, send_only_action);
  gtk_widget_class_install_action (widget_class, "send.again", NULL, again_action);
  gtk_widget_class_install_action (widget_class, "send.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "send.end", NULL, end_action);
  gtk_widget_class_install_action (widget_class, "send.back", NULL, back_action);
}
