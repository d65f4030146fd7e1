/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-content.h"

#include <glib/gi18n.h>

#include "weir-channels-page.h"
#include "weir-describe.h"
#include "weir-functions-page.h"
#include "weir-page-parts.h"
#include "weir-send-page.h"
#include "weir-settings.h"
#include "weir-tap-page.h"

/* More engines than this are not remembered. */
#define MAX_VIEWS 64

/* After the first rows of the list, and never in one turn of the main loop with them. */
#define MAKING_PRIORITY (G_PRIORITY_LOW + 10)

/* The list of channels comes with the first answers of its points, in parts. */
#define RESTORE_LIMIT_US (5 * G_USEC_PER_SEC)

struct _WeirContent
{
  GtkWidget parent_instance;

  AdwViewStack *pages;
  AdwTabBar *tab_bar;
  AdwTabView *tab_view;
  AdwBin *functions_bin;
  AdwBin *send_bin;
  WeirChannelsPage *channels_page;
  WeirFunctionsPage *functions_page; /* NULL: not made yet */
  WeirSendPage *send_page;           /* NULL: not made yet */
  WeirSendPage *begun;               /* the Send page, of which some parts are there */
  guint n_parts_read;
  guint making; /* idle */

  WeirConnection *connection;
  gboolean is_narrow;

  GHashTable *saved; /* address of an engine → GVariant, "views" that the last window left and that is not restored */
  GHashTable *forgotten; /* set of addresses whose taps are to be closed */
  guint forgetting;
  GHashTable *selected; /* address → id of the channel that was selected when its connection went out of view */
  GHashTable *restored; /* ids of the channels whose taps are open again, or were */
  gint64 restoring_us;  /* monotonic: since when the engine in view is live; 0: it is not, or all is restored */
};

enum
{
  PROP_TITLE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirContent, weir_content, GTK_TYPE_WIDGET)

static gboolean
weir_content_is_showing (WeirContent *self, const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), name) == 0;
}

/* What is in view has changed. */
static void
weir_content_update (WeirContent *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->tab_bar), adw_tab_view_get_n_pages (self->tab_view) > 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

static const char *
weir_content_get_url (WeirContent *self)
{
  return self->connection != NULL ? weir_observer_get_url (weir_connection_get_observer (self->connection)) : NULL;
}

/* (nullable): of the engine that a tap is of */
static const char *
get_tab_url (AdwTabPage *page)
{
  return g_object_get_data (G_OBJECT (page), "url");
}

/* What is shown is of the connection that the header names: with a tap of another one that one comes into view. */
static void
tab_selected_cb (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);
  const char *url = page != NULL ? get_tab_url (page) : NULL;

  weir_content_update (self);
  if (self->connection != NULL && url != NULL && !g_str_equal (url, weir_content_get_url (self)))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-engine", "s", url);
}

/* And with another connection its channels, if it is a tap of the last one that was shown. */
static void
weir_content_leave_tab (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);
  const char *url = page != NULL ? get_tab_url (page) : NULL;

  if (url != NULL && g_strcmp0 (url, weir_content_get_url (self)) != 0)
    adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, 0));
}

static const char *
weir_content_get_title (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  if (weir_content_is_showing (self, "functions"))
    return _ ("Functions");
  if (weir_content_is_showing (self, "send"))
    return _ ("Send");
  return page == NULL || adw_tab_page_get_pinned (page) ? _ ("Channels") : _ ("Tap");
}

/* --- pages that are made later: the start does not wait for them --- */

static void
weir_content_make_functions_page (WeirContent *self)
{
  if (self->functions_page != NULL)
    return;

  self->functions_page = g_object_new (WEIR_TYPE_FUNCTIONS_PAGE, NULL);
  weir_functions_page_set_connection (self->functions_page, self->connection);
  adw_bin_set_child (self->functions_bin, GTK_WIDGET (self->functions_page));
}

static void
weir_content_make_part_of_send_page (WeirContent *self)
{
  if (self->begun == NULL)
    self->begun = g_object_ref_sink (g_object_new (WEIR_TYPE_SEND_PAGE, "is-narrow", self->is_narrow, NULL));
  else if (weir_send_page_make_part (self->begun))
    {
      self->send_page = self->begun;
      weir_send_page_set_connection (self->send_page, self->connection);
      adw_bin_set_child (self->send_bin, GTK_WIDGET (self->send_page));
      g_clear_object (&self->begun);
    }
}

/* For who cannot wait. */
static void
weir_content_make_send_page (WeirContent *self)
{
  while (self->send_page == NULL)
    weir_content_make_part_of_send_page (self);
}

/* One part at a time, with frames in between; what is in view first, and the rest when all else is done: whoever goes
 * to a page then finds it there. */
static gboolean
make_pages_cb (gpointer user_data)
{
  WeirContent *self = user_data;
  gboolean is_awaited = self->send_page == NULL && gtk_widget_get_mapped (GTK_WIDGET (self->send_bin));

  if (!is_awaited && weir_page_parts_read (self->n_parts_read))
    self->n_parts_read++;
  else if (self->send_page == NULL)
    weir_content_make_part_of_send_page (self);
  else
    weir_content_make_functions_page (self);
  if (self->functions_page == NULL)
    return G_SOURCE_CONTINUE;

  self->making = 0;
  return G_SOURCE_REMOVE;
}

static void
weir_content_make_soon (WeirContent *self, int priority)
{
  g_clear_handle_id (&self->making, g_source_remove);
  if (self->send_page == NULL || self->functions_page == NULL)
    self->making = g_idle_add_full (priority, make_pages_cb, self, NULL);
}

static void
send_awaited_cb (WeirContent *self)
{
  weir_content_make_soon (self, G_PRIORITY_DEFAULT_IDLE);
}

static void
weir_content_map (GtkWidget *widget)
{
  WeirContent *self = WEIR_CONTENT (widget);

  GTK_WIDGET_CLASS (weir_content_parent_class)->map (widget);
  if (self->making == 0)
    weir_content_make_soon (self, MAKING_PRIORITY);
}

/* --- tabs --- */

static WeirChannel *
get_tapped (AdwTabPage *page)
{
  GtkWidget *child = adw_tab_page_get_child (page);

  return WEIR_IS_TAP_PAGE (child) ? weir_tap_page_get_channel (WEIR_TAP_PAGE (child)) : NULL;
}

/* A tap that has ended before its channel: what was known of the channel last is not so any more. */
static gboolean
has_broken_off (AdwTabPage *page)
{
  return weir_tap_page_has_ended (WEIR_TAP_PAGE (adw_tab_page_get_child (page))) &&
         weir_channel_get_state (get_tapped (page)) != WEIR_STATE_CLOSED;
}

static gboolean
has_namesake (WeirContent *self, AdwTabPage *page, const char *route)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      AdwTabPage *other = adw_tab_view_get_nth_page (self->tab_view, i);

      if (other != page && get_tapped (other) != NULL && g_str_has_prefix (adw_tab_page_get_title (other), route))
        return TRUE;
    }
  return FALSE;
}

/* Channels between the same two functions are told apart by their ids. */
static void
weir_content_update_tab (WeirContent *self, AdwTabPage *page)
{
  WeirChannel *channel = get_tapped (page);
  g_autofree char *route = weir_describe_route (channel);
  g_autofree char *title = g_strdup_printf ("%s · %.8s", route, weir_channel_get_id (channel));
  g_autoptr (GIcon) icon =
      g_themed_icon_new (has_broken_off (page) ? "media-playback-stop-symbolic" : weir_describe_state_icon (channel));

  adw_tab_page_set_title (page, has_namesake (self, page, route) ? title : route);
  adw_tab_page_set_icon (page, icon);
}

static void
tap_changed_cb (AdwTabPage *page)
{
  GtkWidget *self = gtk_widget_get_ancestor (adw_tab_page_get_child (page), WEIR_TYPE_CONTENT);

  if (self != NULL)
    weir_content_update_tab (WEIR_CONTENT (self), page);
}

/* The same channel may be seen by several connections, as by two addresses of one engine. */
static AdwTabPage *
weir_content_find_tab (WeirContent *self, const char *channel_id)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      AdwTabPage *page = adw_tab_view_get_nth_page (self->tab_view, i);
      WeirChannel *channel = get_tapped (page);

      if (channel != NULL && g_str_equal (weir_channel_get_id (channel), channel_id) &&
          g_strcmp0 (get_tab_url (page), weir_content_get_url (self)) == 0)
        return page;
    }

  return NULL;
}

static void
weir_content_add_channels_tab (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_append_pinned (self->tab_view, GTK_WIDGET (self->channels_page));
  g_autoptr (GIcon) icon = g_themed_icon_new ("view-list-bullet-symbolic");

  adw_tab_page_set_title (page, _ ("Channels"));
  adw_tab_page_set_icon (page, icon);
}

static AdwTabPage *
weir_content_open_tab (WeirContent *self, WeirObserver *observer, WeirChannel *channel)
{
  g_autoptr (WeirTapReader) reader = NULL;
  AdwTabPage *page;

  weir_observer_set_snaplen (observer, weir_settings_get_snaplen ());
  reader = weir_observer_tap (observer, channel);
  page = adw_tab_view_append (self->tab_view, weir_tap_page_new (reader, channel));
  g_object_set_data_full (G_OBJECT (page), "url", g_strdup (weir_observer_get_url (observer)), g_free);
  weir_content_update_tab (self, page);
  g_signal_connect_object (channel, "changed", G_CALLBACK (tap_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (reader, "notify::state", G_CALLBACK (tap_changed_cb), page, G_CONNECT_SWAPPED);
  return page;
}

/* --- as it was --- */

/* There may be a token in what follows. */
static gboolean
may_be_saved (const char *url)
{
  return url != NULL && strchr (url, '?') == NULL;
}

/* What is open of one engine. */
static GVariant *
weir_content_describe_view (WeirContent *self, const char *url, const char *selected)
{
  GVariantBuilder taps;

  g_variant_builder_init (&taps, G_VARIANT_TYPE ("as"));
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      AdwTabPage *page = adw_tab_view_get_nth_page (self->tab_view, i);
      WeirChannel *channel = get_tapped (page);

      if (channel != NULL && g_strcmp0 (get_tab_url (page), url) == 0 &&
          weir_channel_get_state (channel) != WEIR_STATE_CLOSED)
        g_variant_builder_add (&taps, "s", weir_channel_get_id (channel));
    }
  return g_variant_new ("(ssas)", url, selected != NULL ? selected : "", &taps);
}

/* Of the connection in view, before it goes. */
static void
weir_content_note_selected (WeirContent *self)
{
  const char *selected = weir_channels_page_get_selected_id (self->channels_page);
  const char *url = weir_content_get_url (self);

  if (may_be_saved (url))
    g_hash_table_insert (self->selected, g_strdup (url), g_strdup (selected != NULL ? selected : ""));
}

void
weir_content_save (WeirContent *self)
{
  GVariantBuilder views;
  GHashTableIter iter;
  gpointer url, value;
  guint n = 0;

  if (self->connection != NULL)
    weir_content_note_selected (self);
  if (self->send_page != NULL)
    weir_send_page_save (self->send_page);
  g_variant_builder_init (&views, G_VARIANT_TYPE ("a(ssas)"));
  g_hash_table_iter_init (&iter, self->selected); /* all that were in view */
  while (g_hash_table_iter_next (&iter, &url, &value))
    if (!g_hash_table_contains (self->saved, url) && n++ < MAX_VIEWS)
      g_variant_builder_add_value (&views, weir_content_describe_view (self, url, value));
  g_hash_table_iter_init (&iter, self->saved);
  while (g_hash_table_iter_next (&iter, &url, &value))
    if (n++ < MAX_VIEWS)
      g_variant_builder_add_value (&views, value);
  g_settings_set_value (weir_settings_get (), "views", g_variant_builder_end (&views));
}

static void
weir_content_load_views (WeirContent *self)
{
  g_autoptr (GVariant) views = g_settings_get_value (weir_settings_get (), "views");
  const char *url;

  self->saved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->selected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->restored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < MIN (g_variant_n_children (views), MAX_VIEWS); i++)
    {
      GVariant *view = g_variant_get_child_value (views, i);

      g_variant_get (view, "(&s&sas)", &url, NULL, NULL);
      g_hash_table_replace (self->saved, g_strdup (url), view);
    }
}

/* Each once: who closes it closes it. Returns: how many are not to be had. */
static guint
weir_content_restore_taps (WeirContent *self, GVariant *saved)
{
  WeirObserver *observer = weir_connection_get_observer (self->connection);
  g_autoptr (GVariantIter) taps = NULL;
  guint n_missing = 0;
  const char *id;

  g_variant_get (saved, "(&s&sas)", NULL, NULL, &taps);
  while (g_variant_iter_next (taps, "&s", &id))
    {
      WeirChannel *channel = weir_observer_lookup (observer, id);

      if (g_hash_table_contains (self->restored, id) || weir_content_find_tab (self, id) != NULL)
        continue;
      if (channel == NULL || weir_channel_get_state (channel) == WEIR_STATE_CLOSED)
        {
          n_missing++;
          continue;
        }
      g_hash_table_add (self->restored, g_strdup (id));
      weir_content_open_tab (self, observer, channel);
    }
  return n_missing;
}

static void
weir_content_tell_missing (WeirContent *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u tap is not open again: its channel has ended",
                                                     "%u taps are not open again: their channels have ended", n),
                                           n);

  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

static void
restore_cb (WeirContent *self)
{
  WeirObserver *observer = weir_connection_get_observer (self->connection);
  GVariant *saved = g_hash_table_lookup (self->saved, weir_content_get_url (self));
  gint64 now_us = g_get_monotonic_time ();
  const char *selected;
  guint n_missing;

  if (saved == NULL || weir_observer_get_state (observer) != WEIR_OBSERVER_LIVE)
    return;
  if (self->restoring_us == 0)
    {
      self->restoring_us = now_us;
      g_variant_get (saved, "(&s&sas)", NULL, &selected, NULL);
      if (*selected != '\0')
        weir_channels_page_show_channel (self->channels_page, selected, FALSE);
    }
  n_missing = weir_content_restore_taps (self, saved);
  if (n_missing > 0 && now_us - self->restoring_us < RESTORE_LIMIT_US)
    return;

  weir_content_tell_missing (self, n_missing);
  g_hash_table_remove (self->saved, weir_content_get_url (self));
}

static void
weir_content_leave_connection (WeirContent *self)
{
  if (self->connection != NULL)
    {
      weir_content_note_selected (self);
      g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
    }
  g_clear_object (&self->connection);
}

/* --- the type --- */

static void
weir_content_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, weir_content_get_title (WEIR_CONTENT (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
weir_content_dispose (GObject *object)
{
  WeirContent *self = WEIR_CONTENT (object);

  g_clear_handle_id (&self->making, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->connection), self);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->saved, g_hash_table_unref);
  g_clear_pointer (&self->selected, g_hash_table_unref);
  g_clear_pointer (&self->forgotten, g_hash_table_unref);
  g_clear_handle_id (&self->forgetting, g_source_remove);
  g_clear_pointer (&self->restored, g_hash_table_unref);
  self->functions_page = NULL; /* they go with the template */
  self->send_page = NULL;
  g_clear_object (&self->begun);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CONTENT);
  G_OBJECT_CLASS (weir_content_parent_class)->dispose (object);
}

static void
weir_content_class_init (WeirContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = weir_content_get_property;
  G_OBJECT_CLASS (klass)->dispose = weir_content_dispose;
  widget_class->map = weir_content_map;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirContent, pages);
  gtk_widget_class_bind_template_child (widget_class, WeirContent, tab_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirContent, tab_view);
  gtk_widget_class_bind_template_child (widget_class, WeirContent, functions_bin);
  gtk_widget_class_bind_template_child (widget_class, WeirContent, send_bin);
  gtk_widget_class_bind_template_callback (widget_class, weir_content_make_functions_page);
  gtk_widget_class_bind_template_callback (widget_class, send_awaited_cb);
  gtk_widget_class_bind_template_callback (widget_class, weir_content_update);
  gtk_widget_class_bind_template_callback (widget_class, tab_selected_cb);
}

static void
weir_content_init (WeirContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_tab_view_remove_shortcuts (self->tab_view, /* Alt+1… are the pages */
                                 ADW_TAB_VIEW_SHORTCUT_ALT_DIGITS | ADW_TAB_VIEW_SHORTCUT_ALT_ZERO);
  self->channels_page = g_object_new (WEIR_TYPE_CHANNELS_PAGE, NULL);
  weir_content_add_channels_tab (self);
  g_settings_bind (weir_settings_get (), "page", self->pages, "visible-child-name", WEIR_SETTINGS_BIND_STATE);
  g_settings_bind (weir_settings_get (), "channel-filter", self->channels_page, "filter", WEIR_SETTINGS_BIND_STATE);
  weir_content_load_views (self);
}

AdwViewStack *
weir_content_get_pages (WeirContent *self)
{
  return self->pages;
}

void
weir_content_show_page (WeirContent *self, const char *name)
{
  if (weir_content_is_showing (self, "channels") && g_str_equal (name, "channels")) /* from a tap to the list */
    adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, 0));
  adw_view_stack_set_visible_child_name (self->pages, name);
}

void
weir_content_set_connection (WeirContent *self, WeirConnection *connection)
{
  const char *selected;

  weir_content_leave_connection (self);
  g_set_object (&self->connection, connection);
  self->restoring_us = 0;
  weir_content_leave_tab (self);
  if (connection != NULL && g_hash_table_contains (self->saved, weir_content_get_url (self)))
    g_signal_connect_swapped (weir_connection_get_observer (connection), "updated", G_CALLBACK (restore_cb), self);
  weir_channels_page_set_observer (self->channels_page,
                                   connection != NULL ? weir_connection_get_observer (connection) : NULL);
  selected = connection != NULL ? g_hash_table_lookup (self->selected, weir_content_get_url (self)) : NULL;
  if (selected != NULL && *selected != '\0')
    weir_channels_page_show_channel (self->channels_page, selected, FALSE);
  if (self->functions_page != NULL)
    weir_functions_page_set_connection (self->functions_page, connection);
  if (self->send_page != NULL)
    weir_send_page_set_connection (self->send_page, connection);
}

/* One tab a turn: a tap with all its rows takes some 20 ms to go. */
static gboolean
forget_cb (gpointer user_data)
{
  WeirContent *self = user_data;

  for (int i = adw_tab_view_get_n_pages (self->tab_view) - 1; i >= 0; i--)
    {
      AdwTabPage *page = adw_tab_view_get_nth_page (self->tab_view, i);
      const char *url = get_tab_url (page);

      if (url != NULL && g_hash_table_contains (self->forgotten, url))
        {
          adw_tab_view_close_page (self->tab_view, page);
          return G_SOURCE_CONTINUE;
        }
    }
  g_hash_table_remove_all (self->forgotten);
  self->forgetting = 0;
  return G_SOURCE_REMOVE;
}

void
weir_content_forget (WeirContent *self, const char *url)
{
  g_hash_table_remove (self->saved, url);
  g_hash_table_remove (self->selected, url);
  g_hash_table_add (self->forgotten, g_strdup (url));
  if (self->forgetting == 0)
    self->forgetting = g_idle_add (forget_cb, self);
}

void
weir_content_set_narrow (WeirContent *self, gboolean is_narrow)
{
  self->is_narrow = is_narrow;
  g_object_set (self->channels_page, "is-narrow", is_narrow, NULL);
  if (self->send_page != NULL)
    g_object_set (self->send_page, "is-narrow", is_narrow, NULL);
  if (self->begun != NULL)
    g_object_set (self->begun, "is-narrow", is_narrow, NULL);
}

gboolean
weir_content_tap (WeirContent *self, const char *channel_id)
{
  AdwTabPage *page = weir_content_find_tab (self, channel_id);
  WeirObserver *observer = self->connection != NULL ? weir_connection_get_observer (self->connection) : NULL;
  WeirChannel *channel = observer != NULL ? weir_observer_lookup (observer, channel_id) : NULL;

  if (page == NULL && channel == NULL)
    return FALSE;

  if (page == NULL || (has_broken_off (page) && channel != NULL && !weir_channel_is_stale (channel)))
    page = weir_content_open_tab (self, observer, channel);
  adw_tab_view_set_selected_page (self->tab_view, page);
  adw_view_stack_set_visible_child_name (self->pages, "channels");
  weir_tap_page_focus (WEIR_TAP_PAGE (adw_tab_page_get_child (page)));
  return TRUE;
}

void
weir_content_show_channel (WeirContent *self, const char *channel_id)
{
  adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, 0));
  weir_content_show_page (self, "channels");
  weir_channels_page_show_channel (self->channels_page, channel_id, TRUE);
}

gboolean
weir_content_can_close_tab (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  return weir_content_is_showing (self, "channels") && page != NULL && !adw_tab_page_get_pinned (page);
}

void
weir_content_close_tab (WeirContent *self)
{
  if (weir_content_can_close_tab (self))
    adw_tab_view_close_page (self->tab_view, adw_tab_view_get_selected_page (self->tab_view));
}

void
weir_content_trigger (WeirContent *self, const char *function_id)
{
  weir_content_make_send_page (self);
  weir_send_page_set_function (self->send_page, function_id);
  weir_content_show_page (self, "send");
}

void
weir_content_open_ref (WeirContent *self, const WeirRef *ref)
{
  weir_content_make_send_page (self);
  weir_content_show_page (self, "send");
  weir_send_page_set_ref (self->send_page, ref);
}

gboolean
weir_content_is_busy (WeirContent *self)
{
  return self->send_page != NULL && weir_send_page_is_busy (self->send_page);
}

void
weir_content_end (WeirContent *self)
{
  if (self->send_page != NULL)
    weir_send_page_end (self->send_page);
}

void
weir_content_focus_search (WeirContent *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);
  GtkWidget *child = page != NULL ? adw_tab_page_get_child (page) : NULL;

  if (weir_content_is_showing (self, "functions") && self->functions_page != NULL)
    weir_functions_page_focus_search (self->functions_page);
  else if (weir_content_is_showing (self, "channels") && WEIR_IS_TAP_PAGE (child))
    weir_tap_page_focus_search (WEIR_TAP_PAGE (child));
  else if (weir_content_is_showing (self, "channels"))
    weir_channels_page_focus_search (self->channels_page);
}

void
weir_content_close_details (WeirContent *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->channels_page)))
    weir_channels_page_close_details (self->channels_page);
  if (self->functions_page != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->functions_page)))
    weir_functions_page_close_details (self->functions_page);
}
