/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-window.h"

#include <glib/gi18n.h>

#include "weir-banner.h"
#include "weir-beside.h"
#include "weir-connection-button.h"
#include "weir-content.h"
#include "weir-describe-error.h"
#include "weir-ends-dialog.h"
#include "weir-focus.h"
#include "weir-leaving.h"
#include "weir-notifier.h"
#include "weir-point-error.h"
#include "weir-settings.h"
#include "weir-start-page.h"
#include "weir-text-scale.h"
#include "weir-toast.h"
#include "weir-window-actions.h"

/* Below it a channel is a row of two lines, and the header is short. */
#define NARROW_WIDTH 600

struct _WeirWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  WeirConnectionButton *connection_button;
  AdwViewSwitcherTitle *title;
  WeirBanner *banner;
  GtkScrolledWindow *sideways;
  GtkStack *stack;
  WeirStartPage *start_page;
  AdwStatusPage *connecting_page;
  AdwStatusPage *stock_page;
  GtkWidget *stock_token;
  GtkWidget *stock_relay;
  GtkWidget *stock_details;
  WeirContent *content;
  AdwViewSwitcherBar *switcher_bar;

  WeirConnections *connections;
  WeirConnection *current; /* as was shown last */
  gboolean is_narrow;
  GCancellable *hurry; /* cancelled: nobody is asked any more */
  gboolean is_leaving; /* it is found out whether the window may close */
  gboolean has_left;
  WeirNotifier *notifier;
  guint countdown;   /* timer while the connection is lost */
  WeirBeside beside; /* as was shown last */
  char *told;        /* (nullable): what was wrong with a closer look, and was said */
};

G_DEFINE_FINAL_TYPE (WeirWindow, weir_window, ADW_TYPE_APPLICATION_WINDOW)

static WeirObserver *
weir_window_get_observer (WeirWindow *self)
{
  return self->current != NULL ? weir_connection_get_observer (self->current) : NULL;
}

/* --- which page --- */

static const char *
weir_window_choose_page (WeirWindow *self)
{
  WeirObserver *observer = weir_window_get_observer (self);

  if (observer == NULL)
    return "start";
  if (weir_connection_was_live (self->current))
    return "content";

  switch (weir_observer_get_state (observer))
    {
    case WEIR_OBSERVER_LIVE:
    case WEIR_OBSERVER_LOST:
      return "content";
    case WEIR_OBSERVER_NO_POINT:
      return weir_observer_is_passive (observer) ? "content" : "stock";
    case WEIR_OBSERVER_CONNECTING:
      return weir_observer_get_error (observer) != NULL ? "start" : "connecting";
    case WEIR_OBSERVER_STOPPED:
    default:
      return weir_connection_is_asking_keyring (self->current) ? "connecting" : "start";
    }
}

static void
weir_window_show_locked_out (WeirWindow *self)
{
  weir_banner_show (self->banner, "warning", _ ("Connection lost."),
                    _ ("What you see is old. The engine wants another token than it is given."), _ ("Give a Token…"),
                    "win.give-token");
}

static void
weir_window_show_name_taken (WeirWindow *self)
{
  weir_banner_show (self->banner, "warning", _ ("Connection lost."),
                    _ ("What you see is old. Another worker of the engine has the name of this Weir now."),
                    _ ("Use Another Name"), "win.retry");
}

static void
weir_window_show_lost (WeirWindow *self)
{
  const GError *error = weir_observer_get_error (weir_window_get_observer (self));
  gint64 left_us = weir_observer_get_retry_at_us (weir_window_get_observer (self)) - g_get_monotonic_time ();
  int seconds = (MAX (left_us, 0) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  g_autofree char *text = seconds > 0
                              ? g_strdup_printf (ngettext ("What you see is old. Trying again in %d second.",
                                                           "What you see is old. Trying again in %d seconds.", seconds),
                                                 seconds)
                              : g_strdup (_ ("What you see is old. Trying again now."));

  weir_banner_show (self->banner, "warning",
                    g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOBODY_LISTENS)
                        ? _ ("Connection lost: the engine has gone.")
                        : _ ("Connection lost."),
                    text, _ ("Retry Now"), "win.retry");
}

static gboolean
countdown_cb (gpointer user_data)
{
  weir_window_show_lost (user_data);
  return G_SOURCE_CONTINUE;
}

static void
weir_window_update_banner (WeirWindow *self)
{
  WeirObserver *observer = weir_window_get_observer (self);
  WeirObserverState state = observer != NULL ? weir_observer_get_state (observer) : WEIR_OBSERVER_STOPPED;

  g_clear_handle_id (&self->countdown, g_source_remove);
  if (state == WEIR_OBSERVER_LOST && weir_connection_needs_token (self->current))
    weir_window_show_locked_out (self);
  else if (state == WEIR_OBSERVER_LOST &&
           g_error_matches (weir_observer_get_error (observer), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NAME_TAKEN))
    weir_window_show_name_taken (self);
  else if (state == WEIR_OBSERVER_LOST)
    {
      weir_window_show_lost (self);
      self->countdown = g_timeout_add (250, countdown_cb, self);
    }
  else if (state != WEIR_OBSERVER_STOPPED && weir_beside_show (self->banner, self->current))
    return;
  else if (state == WEIR_OBSERVER_NO_POINT && weir_connection_was_live (self->current))
    weir_banner_show (self->banner, "info", _ ("This engine tells nothing about channels now."),
                      _ ("Nothing that watches them runs on it any more; what you see is old."), NULL, NULL);
  else
    weir_banner_hide (self->banner);
}

static void
weir_window_update_title (WeirWindow *self)
{
  WeirObserver *observer = weir_window_get_observer (self);
  gboolean is_content = g_str_equal (weir_window_choose_page (self), "content");
  g_autofree char *title = NULL;

  g_object_get (self->content, "title", &title, NULL);
  adw_view_switcher_title_set_title (self->title, is_content ? title : _ ("Weir"));
  adw_view_switcher_title_set_subtitle (
      self->title, self->is_narrow && observer != NULL ? weir_connection_get_shown_url (self->current) : "");
  adw_view_switcher_title_set_view_switcher_enabled (self->title, is_content);
  adw_view_switcher_bar_set_reveal (self->switcher_bar,
                                    is_content && adw_view_switcher_title_get_title_visible (self->title));
}

static void
content_title_cb (WeirWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.close-tab", weir_content_can_close_tab (self->content));
  weir_window_update_title (self);
}

/* The next step is that, or else a relay. */
static void
weir_window_offer_token (WeirWindow *self, gboolean wants_token)
{
  gtk_widget_set_visible (self->stock_token, wants_token);
  if (wants_token)
    gtk_widget_remove_css_class (self->stock_relay, "suggested-action");
  else
    gtk_widget_add_css_class (self->stock_relay, "suggested-action");
}

/* Nothing there that watches channels, or something that does, but failed. */
static void
weir_window_update_stock_page (WeirWindow *self)
{
  WeirObserver *observer = weir_window_get_observer (self);
  const GError *error = observer != NULL ? weir_observer_get_error (observer) : NULL;

  gtk_widget_set_visible (self->stock_details, error != NULL);
  weir_window_offer_token (self, g_error_matches (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_WANTS_TOKEN));
  if (error != NULL)
    {
      g_autofree char *words = weir_describe_error (error);
      g_autofree char *reason = g_markup_escape_text (words, -1);

      adw_status_page_set_title (self->stock_page, _ ("Its Channels Cannot Be Watched"));
      adw_status_page_set_description (self->stock_page, reason);
      return;
    }

  adw_status_page_set_title (self->stock_page, _ ("This Engine Tells Nothing About Channels"));
  adw_status_page_set_description (
      self->stock_page, _ ("It is connected, but nothing on it watches channels, and it does not tell what it logs. "
                           "Start a relay in front of it, or run your workers on weir-engine, to see what flows: "
                           "the channels appear here."));
}

static void
weir_window_update_pages (WeirWindow *self)
{
  WeirObserver *observer = weir_window_get_observer (self);
  const char *url = observer != NULL ? weir_connection_get_shown_url (self->current) : "";
  g_autofree char *connecting = g_strdup_printf (_ ("Connecting to %s…"), url);

  adw_status_page_set_title (self->connecting_page, connecting);
  weir_window_update_stock_page (self);
  gtk_stack_set_visible_child_name (self->stack, weir_window_choose_page (self));
  weir_window_update_title (self);
}

static void
weir_window_update (WeirWindow *self)
{
  weir_window_update_pages (self);
  weir_window_update_banner (self);
}

/* What is known of an engine beside its state: only what a banner and a page depend on is looked at. */
static void
updated_cb (WeirWindow *self)
{
  WeirBeside beside = weir_beside_get (self->current);

  if (self->beside == beside)
    return;
  self->beside = beside;
  weir_window_update (self);
}

static void
look_cb (WeirWindow *self)
{
  g_autofree char *trouble = weir_beside_dup_trouble (self->current, &self->told);

  if (trouble != NULL)
    weir_window_show_error (self, _ ("The Engine’s Log Level Was Not Changed"), trouble);
  self->beside = weir_beside_get (self->current);
  weir_window_update (self); /* its levels may be others in the same state */
}

/* --- connections --- */

static void
current_cb (WeirWindow *self)
{
  WeirConnection *connection = weir_connections_get_current (self->connections);
  WeirObserver *observer = weir_window_get_observer (self);

  if (observer != NULL)
    {
      g_signal_handlers_disconnect_by_data (observer, self);
      g_signal_handlers_disconnect_by_data (self->current, self);
      g_signal_handlers_disconnect_by_data (weir_observer_get_closer_look (observer), self);
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.relay", connection != NULL);
  g_set_object (&self->current, connection);
  observer = weir_window_get_observer (self);
  if (observer != NULL)
    {
      g_signal_connect_swapped (observer, "notify::state", G_CALLBACK (weir_window_update), self);
      g_signal_connect_swapped (observer, "notify::retry-at-us", G_CALLBACK (weir_window_update), self);
      g_signal_connect_swapped (observer, "updated", G_CALLBACK (updated_cb), self);
      g_signal_connect_swapped (self->current, "changed", G_CALLBACK (updated_cb), self);
      g_signal_connect_swapped (weir_observer_get_closer_look (observer), "notify::state", G_CALLBACK (look_cb), self);
    }

  weir_start_page_set_connection (self->start_page, connection);
  weir_content_set_connection (self->content, connection);
  weir_window_update (self);
}

static void
starting_cb (WeirWindow *self)
{
  gboolean is_starting = weir_connections_is_starting (self->connections);

  weir_start_page_set_busy (self->start_page, is_starting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.try-demo", !is_starting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.start-engine", !is_starting);
}

static void
weir_window_init_connections (WeirWindow *self)
{
  self->connections = weir_connections_new ();
  g_signal_connect_object (self->connections, "notify::current", G_CALLBACK (current_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connections, "notify::is-starting", G_CALLBACK (starting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connections, "failed", G_CALLBACK (weir_window_show_error), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connections, "notice", G_CALLBACK (weir_window_toast), self, G_CONNECT_SWAPPED);
  weir_connection_button_set_connections (self->connection_button, self->connections);
}

/* --- layout --- */

/* Where text is large, what does not fit a narrow window is scrolled to: else the window would be wider than the
 * display. */
static void
update_sideways (WeirWindow *self)
{
  weir_text_scale_mark (GTK_WIDGET (self));
  gtk_scrolled_window_set_policy (
      self->sideways, weir_text_scale_is_large (GTK_WIDGET (self)) ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER,
      GTK_POLICY_NEVER);
}

static gboolean
apply_narrow_cb (gpointer user_data)
{
  WeirWindow *self = user_data;

  if (self->stack == NULL) /* it is closed */
    return G_SOURCE_REMOVE;

  if (self->is_narrow && weir_text_scale_is_large (GTK_WIDGET (self)))
    gtk_widget_add_css_class (GTK_WIDGET (self), "cramped");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "cramped");
  g_object_set (self->connection_button, "is-narrow", self->is_narrow, NULL);
  weir_banner_set_narrow (self->banner, self->is_narrow);
  weir_start_page_set_narrow (self->start_page, self->is_narrow);
  weir_content_set_narrow (self->content, self->is_narrow);
  weir_window_update_pages (self);
  return G_SOURCE_REMOVE;
}

static void
weir_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirWindow *self = WEIR_WINDOW (widget);
  gboolean is_narrow = width < NARROW_WIDTH * weir_text_scale_get (widget);

  if (self->is_narrow != is_narrow)
    {
      self->is_narrow = is_narrow;
      g_idle_add_full (G_PRIORITY_HIGH_IDLE, apply_narrow_cb, g_object_ref (self),
                       g_object_unref); /* not in an allocation */
    }
  GTK_WIDGET_CLASS (weir_window_parent_class)->size_allocate (widget, width, height, baseline);
}

/* --- leaving --- */

static gboolean
close_cb (gpointer user_data)
{
  gtk_window_close (user_data);
  return G_SOURCE_REMOVE;
}

/* Not at once: the dialog that asked goes first. */
static void
left_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirWindow) self = user_data;

  self->is_leaving = FALSE;
  self->has_left = weir_leaving_finish (result);
  if (!self->has_left)
    return;

  weir_connections_close_all (self->connections); /* one may have come while it was asked */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_cb, g_steal_pointer (&self), g_object_unref);
}

static void
weir_window_ask_to_leave (WeirWindow *self)
{
  g_autoptr (GPtrArray) connections = weir_connections_dup_all (self->connections);

  if (self->is_leaving)
    return;

  self->is_leaving = TRUE;
  weir_content_save (self->content);
  weir_leaving_async (connections, GTK_WINDOW (self), self->hurry, left_cb, g_object_ref (self));
}

static void
ends_response_cb (AdwMessageDialog *dialog, const char *response, WeirWindow *self)
{
  if (!g_str_equal (response, "end"))
    return;
  weir_content_end (self->content);
  weir_window_ask_to_leave (self);
}

static void
weir_window_ask_about_ends (WeirWindow *self)
{
  AdwMessageDialog *dialog = weir_ends_dialog_new (GTK_WINDOW (self), _ ("They are closed with the window."));

  g_signal_connect_object (dialog, "response", G_CALLBACK (ends_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
weir_window_close_request (GtkWindow *window)
{
  WeirWindow *self = WEIR_WINDOW (window);

  if (self->has_left)
    return GTK_WINDOW_CLASS (weir_window_parent_class)->close_request (window);

  if (weir_content_is_busy (self->content) && !g_cancellable_is_cancelled (self->hurry))
    weir_window_ask_about_ends (self);
  else
    weir_window_ask_to_leave (self);
  return GDK_EVENT_STOP;
}

static void
weir_window_dispose (GObject *object)
{
  WeirWindow *self = WEIR_WINDOW (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  if (self->current != NULL)
    {
      g_signal_handlers_disconnect_by_data (weir_window_get_observer (self), self);
      g_signal_handlers_disconnect_by_data (self->current, self);
      g_signal_handlers_disconnect_by_data (weir_observer_get_closer_look (weir_window_get_observer (self)), self);
      g_clear_object (&self->current);
    }
  g_clear_object (&self->notifier);
  if (self->connections != NULL)
    g_signal_handlers_disconnect_by_data (self->connections, self);
  g_clear_object (&self->connections);
  g_clear_object (&self->hurry);
  g_clear_pointer (&self->told, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_WINDOW);
  G_OBJECT_CLASS (weir_window_parent_class)->dispose (object);
}

static void
weir_window_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, connection_button);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, sideways);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, connecting_page);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, stock_page);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, stock_token);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, stock_relay);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, stock_details);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, content);
  gtk_widget_class_bind_template_child (widget_class, WeirWindow, switcher_bar);
  gtk_widget_class_bind_template_callback (widget_class, content_title_cb);
  gtk_widget_class_bind_template_callback (widget_class, weir_window_update_title);
}

static void
weir_window_class_init (WeirWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_window_dispose;
  widget_class->size_allocate = weir_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = weir_window_close_request;

  g_type_ensure (WEIR_TYPE_BANNER);
  g_type_ensure (WEIR_TYPE_CONNECTION_BUTTON);
  g_type_ensure (WEIR_TYPE_CONTENT);
  g_type_ensure (WEIR_TYPE_START_PAGE);
  weir_window_bind_template (widget_class);
  weir_window_install_actions (widget_class);
  weir_beside_install_actions (widget_class);
}

/* What is remembered may be of a larger display, or of a page that asked for more. */
static void
fit_display (WeirWindow *self)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));
  int width, height, widest = 0, highest = 0;

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle room;

      gdk_monitor_get_geometry (monitor, &room);
      widest = MAX (widest, room.width);
      highest = MAX (highest, room.height);
    }
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (widest > 0 && (width > widest || height > highest))
    gtk_window_set_default_size (GTK_WINDOW (self), MIN (width, widest), MIN (height, highest));
}

static void
weir_window_init (WeirWindow *self)
{
  GSettings *settings = weir_settings_get ();

  self->hurry = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_view_switcher_title_set_stack (self->title, weir_content_get_pages (self->content));
  adw_view_switcher_bar_set_stack (self->switcher_bar, weir_content_get_pages (self->content));
  update_sideways (self);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-xft-dpi",
                           G_CALLBACK (update_sideways), self, G_CONNECT_SWAPPED);
  weir_focus_name_menus (GTK_WIDGET (self));
  weir_focus_name_status_pages (GTK_WIDGET (self));
  weir_window_init_connections (self);
  g_settings_bind (settings, "window-width", self, "default-width", WEIR_SETTINGS_BIND_STATE);
  g_settings_bind (settings, "window-height", self, "default-height", WEIR_SETTINGS_BIND_STATE);
  fit_display (self);
  g_settings_bind (settings, "window-maximized", self, "maximized", WEIR_SETTINGS_BIND_STATE);
  weir_window_update (self);
}

WeirWindow *
weir_window_new (GtkApplication *application)
{
  WeirWindow *self = g_object_new (WEIR_TYPE_WINDOW, "application", application, NULL);

  self->notifier = weir_notifier_new (application, self->connections);
  return self;
}

typedef struct
{
  WeirWindow *window;
  WeirConnection *connection;
} WeirClosing;

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree WeirClosing *closing = user_data;
  g_autoptr (WeirWindow) self = closing->window;
  g_autoptr (WeirConnection) connection = closing->connection;

  if (!weir_leaving_finish (result) || self->connections == NULL)
    return;

  weir_connections_forget (self->connections, connection);
  weir_content_forget (self->content, weir_observer_get_url (weir_connection_get_observer (connection)));
}

void
weir_window_close_connection (WeirWindow *self, guint position)
{
  WeirConnection *connection = g_list_model_get_item (G_LIST_MODEL (self->connections), position);
  g_autoptr (GPtrArray) connections = g_ptr_array_new ();
  WeirClosing *closing;

  if (connection == NULL)
    return;

  closing = g_new (WeirClosing, 1);
  *closing = (WeirClosing){ g_object_ref (self), connection };
  g_ptr_array_add (connections, connection);
  weir_leaving_async (connections, GTK_WINDOW (self), self->hurry, closed_cb, closing);
}

WeirConnection *
weir_window_get_connection (WeirWindow *self)
{
  return self->current;
}

WeirConnections *
weir_window_get_connections (WeirWindow *self)
{
  return self->connections;
}

WeirContent *
weir_window_get_content (WeirWindow *self)
{
  return self->content;
}

void
weir_window_toast (WeirWindow *self, const char *text)
{
  weir_toast_show (self->toasts, text);
}

static void
error_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (dialog)), adw_message_dialog_get_body (dialog));
}

void
weir_window_show_error (WeirWindow *self, const char *heading, const char *details)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, details);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "copy", _ ("_Copy Details"), "close", _ ("Cl_ose"),
                                    NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect (dialog, "response", G_CALLBACK (error_response_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_window_leave (WeirWindow *self)
{
  g_cancellable_cancel (self->hurry);
  if (!self->has_left)
    weir_window_ask_to_leave (self);
}
