/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-channel-group.h"
#include "weir-describe-error.h"
#include "weir-ends-dialog.h"
#include "weir-ref-dialog.h"
#include "weir-results-pane.h"
#include "weir-run-call.h"
#include "weir-send-session.h"
#include "weir-trigger-pane.h"
#include "weir-writing-pane.h"

/* Wide, the left side has this width whatever stands in it. */
#define SETUP_WIDTH 520

struct _WeirSendPage
{
  GtkWidget parent_instance;

  AdwLeaflet *leaflet;
  GtkWidget *setup_side;
  WeirTriggerPane *trigger;
  WeirChannelGroup *channels;
  WeirWritingPane *writing;
  GtkBox *tools;        /* beside the buttons… */
  GtkBox *narrow_tools; /* …or, narrow, above them */
  AdwSplitButton *send_button;
  GtkButton *again_button;
  GtkButton *stop_button;
  GtkButton *end_button;
  GtkWidget *results_side;
  GtkWidget *back_bar;
  WeirResultsPane *results;

  WeirSendSetup *setup;
  WeirConnection *connection; /* nullable */
  GHashTable *activities;     /* WeirConnection (not a reference) → Activity */
  GCancellable *cancellable;
  gboolean is_narrow;
};

/* What was begun last at a connection. */
typedef struct
{
  WeirSendPage *page;
  WeirConnection *connection; /* watched by a weak reference */
  WeirSendSession *session;
  WeirCall *call; /* nullable */
} Activity;

typedef enum
{
  MODE_ALL,
  MODE_TRIGGER, /* nothing is written */
  MODE_SEND,    /* nothing is triggered */
} Mode;

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirSendPage, weir_send_page, GTK_TYPE_WIDGET)

static void weir_send_page_update (WeirSendPage *self);

/* --- what is going on --- */

static void
connection_gone_cb (gpointer data, GObject *connection)
{
  Activity *activity = data;

  activity->connection = NULL;
  g_hash_table_remove (activity->page->activities, connection);
}

static void
activity_free (gpointer data)
{
  Activity *self = data;

  if (self->connection != NULL)
    g_object_weak_unref (G_OBJECT (self->connection), connection_gone_cb, self);
  g_signal_handlers_disconnect_by_data (self->session, self->page);
  if (self->call != NULL)
    weir_call_abandon (self->call);
  g_clear_object (&self->call);
  g_object_unref (self->session);
  g_free (self);
}

static Activity *
get_activity (WeirSendPage *self)
{
  return self->connection != NULL ? g_hash_table_lookup (self->activities, self->connection) : NULL;
}

static WeirSessionState
get_state (WeirSendPage *self)
{
  Activity *activity = get_activity (self);

  return activity != NULL ? weir_send_session_get_state (activity->session) : WEIR_SESSION_OVER;
}

static gboolean
is_held (WeirSendSession *session)
{
  WeirSessionState state = weir_send_session_get_state (session);

  return state == WEIR_SESSION_PREPARING || state == WEIR_SESSION_READY || state == WEIR_SESSION_RUNNING;
}

/* @call: (nullable) (transfer full) */
static Activity *
weir_send_page_begin (WeirSendPage *self, WeirCall *call)
{
  Activity *activity = g_new0 (Activity, 1);

  activity->page = self;
  activity->connection = self->connection;
  activity->session = weir_send_session_new (weir_connection_get_observer (self->connection));
  activity->call = call;
  g_object_weak_ref (G_OBJECT (self->connection), connection_gone_cb, activity);
  g_hash_table_replace (self->activities, self->connection, activity);
  g_signal_connect_swapped (activity->session, "changed", G_CALLBACK (weir_send_page_update), self);
  return activity;
}

/* --- buttons --- */

static gboolean
is_connected (WeirSendPage *self)
{
  WeirObserver *observer = self->connection != NULL ? weir_connection_get_observer (self->connection) : NULL;
  WeirObserverState state = observer != NULL ? weir_observer_get_state (observer) : WEIR_OBSERVER_STOPPED;

  return state == WEIR_OBSERVER_LIVE || state == WEIR_OBSERVER_NO_POINT;
}

static gboolean
has_function (WeirSendPage *self)
{
  return *weir_trigger_pane_get_function (self->trigger) != '\0';
}

static void
update_send_button (WeirSendPage *self)
{
  gboolean may_begin = is_connected (self) && get_state (self) == WEIR_SESSION_OVER;
  gboolean may_trigger = may_begin && weir_trigger_pane_is_ready (self->trigger);
  gboolean may_write = may_begin && weir_writing_pane_get_problem (self->writing) == NULL;
  gboolean is_written = weir_send_setup_is_written_into (self->setup, has_function (self));
  const char *label = !has_function (self) ? _ ("Send") : is_written ? _ ("Trigger and Send") : _ ("Trigger");

  adw_split_button_set_label (self->send_button, label);
  gtk_widget_set_visible (GTK_WIDGET (self->send_button), get_state (self) == WEIR_SESSION_OVER);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.begin",
                                 has_function (self) ? may_trigger && (may_write || !is_written) : may_write);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.trigger-only", may_trigger);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.send-only", may_write);
}

static void
weir_send_page_update (WeirSendPage *self)
{
  Activity *activity = get_activity (self);
  gboolean is_running = get_state (self) == WEIR_SESSION_RUNNING;
  gboolean is_writing = is_running && weir_send_session_is_writing (activity->session);
  gboolean can_write = is_running && !is_writing && weir_send_session_can_write (activity->session);

  update_send_button (self);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), is_writing);
  gtk_widget_set_visible (GTK_WIDGET (self->again_button), can_write);
  gtk_widget_set_visible (GTK_WIDGET (self->end_button), is_running && !is_writing);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "send.again",
                                 can_write && weir_writing_pane_get_problem (self->writing) == NULL);
}

static void
toast (WeirSendPage *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

/* --- beginning --- */

static void
weir_send_page_show_activity (WeirSendPage *self)
{
  Activity *activity = get_activity (self);

  weir_results_pane_set_session (self->results, activity != NULL ? activity->session : NULL,
                                 activity != NULL ? activity->call : NULL);
  weir_send_page_update (self);
}

static void
show_failure (WeirSendPage *self, const GError *error)
{
  g_autofree char *why = weir_describe_error (error);
  g_autofree char *text = g_strdup_printf (_ ("Nothing was sent: %s"), why);

  toast (self, text);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSendPage) self = user_data;
  WeirSendSession *session = WEIR_SEND_SESSION (object);
  g_autoptr (GError) error = NULL;
  gboolean is_ready = weir_send_session_prepare_finish (session, result, &error);
  Activity *activity = get_activity (self);

  if (activity == NULL || activity->session != session) /* the page or the connection has gone, or has another */
    return;
  if (!is_ready)
    {
      show_failure (self, error);
      weir_send_page_update (self);
      return;
    }
  if (activity->call != NULL)
    {
      weir_send_session_give_refs (session, activity->call);
      weir_run_follow_call (weir_send_session_get_run (session), activity->call);
    }
  weir_send_page_show_activity (self);
  adw_leaflet_set_visible_child (self->leaflet, self->results_side);
  if (activity->call != NULL)
    weir_call_start (activity->call, weir_observer_get_worker (weir_connection_get_observer (self->connection)));
  weir_send_session_begin (session);
}

/* @call: (nullable) (transfer full) */
static void
weir_send_page_prepare (WeirSendPage *self, WeirSendSetup *setup, WeirCall *call, gboolean writes)
{
  Activity *activity = weir_send_page_begin (self, call);

  weir_send_session_prepare_async (activity->session, setup, writes, call != NULL, self->cancellable, prepared_cb,
                                   g_object_ref (self));
}

static void
weir_send_page_go (WeirSendPage *self, Mode mode)
{
  WeirCall *call = NULL;

  if (self->connection == NULL || get_state (self) != WEIR_SESSION_OVER)
    return;
  if (mode != MODE_SEND && has_function (self) && (call = weir_trigger_pane_new_call (self->trigger)) == NULL)
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
  Activity *activity = get_activity (self);
  g_autoptr (GError) error = NULL;

  if (activity == NULL || get_state (self) != WEIR_SESSION_RUNNING)
    return;
  if (weir_send_session_write (activity->session, weir_send_setup_get_writing (self->setup), &error))
    adw_leaflet_set_visible_child (self->leaflet, self->results_side);
  else
    show_failure (self, error);
}

static void
stop_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  Activity *activity = get_activity (WEIR_SEND_PAGE (widget));

  if (activity != NULL)
    weir_send_session_stop (activity->session);
}

static void
end_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  Activity *activity = get_activity (WEIR_SEND_PAGE (widget));

  if (activity != NULL)
    weir_send_session_end (activity->session);
}

static void
back_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirSendPage *self = WEIR_SEND_PAGE (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->setup_side);
}

/* --- refs --- */

static void
open_ref (WeirSendPage *self, const WeirRef *ref)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  WeirChannelSetup channel = { .name = (char *) "", .buffer_size = WEIR_SEND_DEFAULT_BUFFER, .ref = (WeirRef *) ref };

  weir_send_setup_set_channel (setup, 0, &channel);
  weir_send_page_prepare (self, setup, NULL, FALSE);
}

static void
ref_chosen_cb (WeirRefDialog *dialog, WeirSendPage *self)
{
  if (get_state (self) == WEIR_SESSION_OVER && self->connection != NULL)
    open_ref (self, weir_ref_dialog_get_ref (dialog));
}

static void
show_ref_dialog (WeirSendPage *self, const WeirRef *ref)
{
  GtkWidget *dialog = weir_ref_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                           weir_connection_get_observer (self->connection), ref);

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (ref_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  WeirSendPage *page;
  WeirRef *ref; /* nullable */
} Ending;

static void
end_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Ending *ending = user_data;
  Activity *activity = get_activity (ending->page);

  if (g_str_equal (response, "end") && activity != NULL)
    {
      g_hash_table_remove (ending->page->activities, ending->page->connection);
      weir_send_page_show_activity (ending->page);
      show_ref_dialog (ending->page, ending->ref);
    }
  g_clear_pointer (&ending->ref, weir_ref_free);
  g_object_unref (ending->page);
  g_free (ending);
}

/* The page has one session at a time. */
static void
ask_to_end (WeirSendPage *self, const WeirRef *ref)
{
  AdwMessageDialog *dialog = weir_ends_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                                   _ ("They are closed before another is opened."));
  Ending *ending = g_new0 (Ending, 1);

  ending->page = g_object_ref (self);
  ending->ref = ref != NULL ? weir_ref_copy (ref) : NULL;
  g_signal_connect (dialog, "response", G_CALLBACK (end_response_cb), ending);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_send_page_set_ref (WeirSendPage *self, const WeirRef *ref)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  if (!is_connected (self))
    toast (self, _ ("There is no connection to an engine that could know the ref"));
  else if (get_state (self) != WEIR_SESSION_OVER)
    ask_to_end (self, ref);
  else
    show_ref_dialog (self, ref);
}

static void
call_ref_chosen_cb (WeirRefDialog *dialog, WeirSendPage *self)
{
  const WeirRef *ref = weir_ref_dialog_get_ref (dialog);
  guint place = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "weir-place"));
  g_autoptr (WeirChannelSetup) channel = NULL;

  if (place >= weir_send_setup_get_n_channels (self->setup))
    return;
  channel = weir_channel_setup_copy (weir_send_setup_get_channel (self->setup, place));
  channel->ref = weir_ref_copy (ref);
  weir_send_setup_set_channel (self->setup, place, channel);
}

/* For the function to be given it. */
static void
ref_wanted_cb (WeirSendPage *self, guint place)
{
  const WeirChannelSetup *channel = weir_send_setup_get_channel (self->setup, place);
  WeirDirection direction = channel->hold == WEIR_HOLD_WRITER ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE;
  GtkWidget *dialog;

  if (self->connection == NULL)
    return;
  dialog = weir_ref_dialog_new_for_call (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                         weir_connection_get_observer (self->connection), direction);
  g_object_set_data (G_OBJECT (dialog), "weir-place", GUINT_TO_POINTER (place));
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (call_ref_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the trigger's pane --- */

/* "Copy as code" and the history know what is set here. */
static void
tell_trigger (WeirSendPage *self)
{
  const WeirWriting *writing = weir_send_setup_get_writing (self->setup);
  const WeirChannelSetup *channel = weir_send_setup_get_channel (self->setup, 0);
  g_autoptr (JsonNode) node = weir_send_setup_to_json (self->setup);
  g_autofree char *settings = json_to_string (node, FALSE);
  WeirSending sending = {
    .buffer_size = channel->buffer_size,
    .is_text = writing->is_text,
    .is_open = !writing->closes,
    .path = writing->kind == WEIR_WRITING_FILE ? writing->path : NULL,
    .message_size = writing->message_size,
  };
  g_autoptr (GBytes) data = weir_writing_dup_data (writing);

  sending.data = data;
  weir_trigger_pane_set_sending (self->trigger, &sending, settings);
}

static void
setup_changed_cb (WeirSendPage *self)
{
  tell_trigger (self);
  gtk_widget_set_visible (GTK_WIDGET (self->writing), weir_send_setup_is_written_into (self->setup, FALSE) ||
                                                          get_state (self) == WEIR_SESSION_RUNNING);
  weir_send_page_update (self);
}

static void
trigger_changed_cb (WeirSendPage *self)
{
  g_autoptr (GPtrArray) wanted =
      has_function (self) ? weir_trigger_pane_list_channels (self->trigger) : g_ptr_array_new ();

  weir_send_setup_set_wanted (self->setup, wanted);
  weir_send_page_update (self);
}

static void
refilled_cb (WeirSendPage *self, const char *settings)
{
  g_autoptr (JsonNode) node = settings != NULL ? weir_json_parse (WEIR_SPAN (settings), NULL) : NULL;

  if (node != NULL)
    weir_send_setup_load_json (self->setup, node);
  trigger_changed_cb (self);
}

/* --- public --- */

void
weir_send_page_set_connection (WeirSendPage *self, WeirConnection *connection)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  if (self->connection == connection)
    return;
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    g_signal_connect_object (weir_connection_get_observer (connection), "notify::state",
                             G_CALLBACK (weir_send_page_update), self, G_CONNECT_SWAPPED);
  weir_trigger_pane_set_connection (self->trigger, connection);
  weir_send_page_show_activity (self);
}

void
weir_send_page_set_function (WeirSendPage *self, const char *function_id)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  weir_trigger_pane_set_function (self->trigger, function_id);
  adw_leaflet_set_visible_child (self->leaflet, self->setup_side);
}

gboolean
weir_send_page_is_busy (WeirSendPage *self)
{
  GHashTableIter iter;
  gpointer activity;

  g_return_val_if_fail (WEIR_IS_SEND_PAGE (self), FALSE);

  g_hash_table_iter_init (&iter, self->activities);
  while (g_hash_table_iter_next (&iter, NULL, &activity))
    if (is_held (((Activity *) activity)->session))
      return TRUE;
  return FALSE;
}

void
weir_send_page_end (WeirSendPage *self)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  g_hash_table_remove_all (self->activities);
  weir_send_page_show_activity (self);
}

/* --- GObject --- */

static void
place_tools (WeirSendPage *self)
{
  g_autoptr (GtkWidget) tools = g_object_ref (weir_trigger_pane_get_tools (self->trigger));

  gtk_widget_unparent (tools);
  gtk_box_append (self->is_narrow ? self->narrow_tools : self->tools, tools);
  gtk_widget_set_visible (GTK_WIDGET (self->narrow_tools), self->is_narrow);
}

static void
weir_send_page_set_narrow (WeirSendPage *self, gboolean is_narrow)
{
  self->is_narrow = is_narrow;
  place_tools (self);
  gtk_widget_set_size_request (self->setup_side, is_narrow ? -1 : SETUP_WIDTH, -1);
  g_object_set (self->results, "is-narrow", is_narrow, NULL);
}

static void
folded_cb (WeirSendPage *self)
{
  gtk_widget_set_visible (self->back_bar, adw_leaflet_get_folded (self->leaflet));
}

static void
weir_send_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_SEND_PAGE (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_send_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    weir_send_page_set_narrow (WEIR_SEND_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_send_page_dispose (GObject *object)
{
  WeirSendPage *self = WEIR_SEND_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  if (self->setup != NULL)
    g_signal_handlers_disconnect_by_data (self->setup, self);
  g_clear_object (&self->connection);
  if (self->results != NULL)
    weir_results_pane_set_session (self->results, NULL, NULL);
  g_clear_pointer (&self->activities, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_SEND_PAGE);
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (weir_send_page_parent_class)->dispose (object);
}

static void
weir_send_page_finalize (GObject *object)
{
  g_object_unref (WEIR_SEND_PAGE (object)->cancellable);
  G_OBJECT_CLASS (weir_send_page_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "send.begin", NULL, begin_action);
  gtk_widget_class_install_action (widget_class, "send.trigger-only", NULL, trigger_only_action);
  gtk_widget_class_install_action (widget_class, "send.send-only", NULL, send_only_action);
  gtk_widget_class_install_action (widget_class, "send.again", NULL, again_action);
  gtk_widget_class_install_action (widget_class, "send.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "send.end", NULL, end_action);
  gtk_widget_class_install_action (widget_class, "send.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "send.begin", NULL);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, setup_side);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, trigger);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, channels);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, writing);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, tools);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, narrow_tools);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, send_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, end_button);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, results_side);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, back_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirSendPage, results);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, ref_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, trigger_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, refilled_cb);
  gtk_widget_class_bind_template_callback (widget_class, weir_send_page_update);
}

static void
weir_send_page_class_init (WeirSendPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_send_page_get_property;
  object_class->set_property = weir_send_page_set_property;
  object_class->dispose = weir_send_page_dispose;
  object_class->finalize = weir_send_page_finalize;

  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  g_type_ensure (WEIR_TYPE_TRIGGER_PANE);
  g_type_ensure (WEIR_TYPE_CHANNEL_GROUP);
  g_type_ensure (WEIR_TYPE_WRITING_PANE);
  g_type_ensure (WEIR_TYPE_RESULTS_PANE);
  install_actions (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirsend");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-send-page.ui");
  bind_children (widget_class);
}

/* Its arrow is a menu button of its own, which libadwaita 1.2 gives no name. */
static void
name_dropdown (AdwSplitButton *button)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      adw_split_button_get_dropdown_tooltip (button), -1);
}

static void
weir_send_page_init (WeirSendPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->activities = g_hash_table_new_full (NULL, NULL, NULL, activity_free);
  self->setup = weir_send_setup_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_channel_group_set_setup (self->channels, self->setup);
  weir_writing_pane_set_setup (self->writing, self->setup);
  g_signal_connect_swapped (self->setup, "changed", G_CALLBACK (setup_changed_cb), self);
  name_dropdown (self->send_button);
  weir_send_page_set_narrow (self, FALSE);
  setup_changed_cb (self);
  folded_cb (self);
}
