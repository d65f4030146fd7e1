/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-pane.h"

#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-figures.h"
#include "weir-json-view.h"
#include "weir-peer-name.h"
#include "weir-preview.h"

/* More channels of one function than this are counted. */
#define MAX_CHANNELS 8

/* Characters: a label that wraps takes seconds for what a worker may give as a name. */
#define MAX_NAME        200
#define MAX_DESCRIPTION 2000

struct _WeirFunctionPane
{
  GtkWidget parent_instance;

  GtkWidget *scroller; /* bound, else it would not go with the rest */
  GtkLabel *name;
  GtkLabel *gone;
  GtkButton *trigger_button;
  GtkLabel *description;
  WeirFigures *worker;
  GtkStack *request;
  WeirJsonView *request_view;
  GtkLabel *request_wrong;
  GtkStack *response;
  WeirJsonView *response_view;
  GtkLabel *response_wrong;
  GtkWidget *metadata;
  WeirJsonView *metadata_view;
  GtkWidget *channels;
  GtkBox *channel_box;
  GtkLabel *more_channels;

  WeirFunction *function; /* nullable */
  WeirObserver *observer; /* nullable */
  GPtrArray *shown;       /* ids of the channels in the box */
};

G_DEFINE_FINAL_TYPE (WeirFunctionPane, weir_function_pane, GTK_TYPE_WIDGET)

/* --- schemas --- */

static void
show_json (WeirJsonView *view, const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  weir_json_view_set_json (view, bytes);
}

/* A schema is an object, or `true` or `false`. */
static gboolean
is_schema (const char *schema)
{
  WeirJsonType type = weir_json_type (WEIR_SPAN (schema));

  return type == WEIR_JSON_OBJECT || type == WEIR_JSON_BOOLEAN;
}

static void
show_schema (WeirFunctionPane *self, GtkStack *stack, WeirJsonView *view, GtkLabel *wrong, const char *schema,
             gboolean is_too_deep)
{
  WeirSchemasState state = weir_function_get_schemas_state (self->function);
  const char *none = is_too_deep ? "too-deep" : "none";
  const char *page = state == WEIR_SCHEMAS_KNOWN ? none : state == WEIR_SCHEMAS_UNKNOWN ? "unknown" : "asking";

  if (schema != NULL)
    show_json (view, schema);
  gtk_widget_set_visible (GTK_WIDGET (wrong), schema != NULL && !is_schema (schema));
  gtk_stack_set_visible_child_name (stack, schema != NULL ? "schema" : page);
}

static void
weir_function_pane_update (WeirFunctionPane *self)
{
  const char *description = weir_function_get_description (self->function);
  const char *metadata = weir_function_get_metadata (self->function);
  g_autofree char *name = weir_peer_name_cut (weir_function_get_id (self->function), MAX_NAME);
  g_autofree char *text = description != NULL ? weir_preview_text (description, MAX_DESCRIPTION)
                                              : g_strdup (_ ("Its worker says nothing of what it does."));

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->description, text);
  show_schema (self, self->request, self->request_view, self->request_wrong,
               weir_function_get_request_schema (self->function), weir_function_is_request_too_deep (self->function));
  show_schema (self, self->response, self->response_view, self->response_wrong,
               weir_function_get_response_schema (self->function), weir_function_is_response_too_deep (self->function));
  gtk_widget_set_visible (self->metadata, metadata != NULL);
  if (metadata != NULL)
    show_json (self->metadata_view, metadata);
}

/* --- the worker --- */

static void
set_figure (WeirFunctionPane *self, guint line, const char *name, const char *said)
{
  g_autofree char *value = weir_peer_name (said);

  g_autofree char *shown = weir_peer_name_cut (value, MAX_NAME);

  weir_figures_set (self->worker, line, name, shown != NULL && *shown != '\0' ? shown : _ ("not known"),
                    value != NULL && *value != '\0' ? WEIR_TONE_PLAIN : WEIR_TONE_SECONDARY);
}

static char *
dup_number (gint64 number)
{
  return number >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;
}

static char *
dup_runtime (WeirPeer *peer)
{
  const char *runtime = weir_peer_get_runtime (peer);
  const char *version = weir_peer_get_version (peer);

  if (runtime == NULL || version == NULL)
    return g_strdup (runtime != NULL ? runtime : version);
  /* Translators: what a worker is written in and the version of its client, as “node 0.22.1” */
  return g_strdup_printf (_ ("%s %s"), runtime, version);
}

static char *
dup_since (WeirPeer *peer)
{
  gint64 at_ms = weir_peer_get_connected_at_ms (peer);

  return at_ms > 0 ? weir_format_time (at_ms * 1000, NULL) : NULL;
}

static void
refresh_worker (WeirFunctionPane *self)
{
  WeirFunctionList *functions = weir_observer_get_functions (self->observer);
  const char *name = weir_function_get_worker_name (self->function);
  guint n = weir_function_list_count_peers (functions, name);
  WeirPeer *peer = weir_function_list_lookup_peer (functions, name);
  g_autofree char *several =
      n > 1 ? g_strdup_printf (ngettext ("%s (%u worker)", "%s (%u workers)", n), name, n) : g_strdup (name);
  g_autofree char *runtime = peer != NULL ? dup_runtime (peer) : NULL;
  g_autofree char *pid = peer != NULL ? dup_number (weir_peer_get_pid (peer)) : NULL;
  g_autofree char *since = peer != NULL ? dup_since (peer) : NULL;
  g_autofree char *active = peer != NULL ? dup_number (weir_peer_get_active_invocations (peer)) : NULL;

  set_figure (self, 0, _ ("Worker"), several);
  set_figure (self, 1, _ ("Runtime"), runtime);
  set_figure (self, 2, _ ("System"), peer != NULL ? weir_peer_get_os (peer) : NULL);
  set_figure (self, 3, _ ("Process"), pid);
  set_figure (self, 4, _ ("Address"), peer != NULL ? weir_peer_get_address (peer) : NULL);
  set_figure (self, 5, _ ("Connected since"), since);
  set_figure (self, 6, _ ("Calls that run"), active);
}

/* --- channels --- */

/* It may have been handed the ref of an end that Weir has taken. */
static gboolean
is_at (const WeirEndInfo *end, const char *function_id)
{
  return !end->is_ours && g_strcmp0 (end->function_id, function_id) == 0;
}

static gboolean
is_of (WeirChannel *channel, const char *function_id)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  return weir_channel_get_state (channel) != WEIR_STATE_CLOSED &&
         (is_at (&info->writer, function_id) || is_at (&info->reader, function_id));
}

static GtkWidget *
make_channel_button (WeirChannel *channel)
{
  g_autofree char *route = weir_describe_route (channel);
  g_autofree char *text = g_strdup_printf ("%s · %s", route, weir_describe_state (channel));
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *button = gtk_button_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, _ ("Tap this channel"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "channel");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.tap");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", weir_channel_get_id (channel));
  return button;
}

static void
set_channels (WeirFunctionPane *self, GPtrArray *channels)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->channel_box))) != NULL)
    gtk_box_remove (self->channel_box, child);
  for (guint i = 0; i < MIN (channels->len, MAX_CHANNELS); i++)
    gtk_box_append (self->channel_box, make_channel_button (channels->pdata[i]));
  gtk_widget_set_visible (self->channels, channels->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more_channels), channels->len > MAX_CHANNELS);
  if (channels->len > MAX_CHANNELS)
    {
      guint n = channels->len - MAX_CHANNELS;
      g_autofree char *text = g_strdup_printf (ngettext ("and %u more", "and %u more", n), n);

      gtk_label_set_text (self->more_channels, text);
    }
}

/* Buttons stay the same while the channels and what is said of them do: nobody's focus is lost. */
static void
refresh_channels (WeirFunctionPane *self)
{
  GListModel *model = weir_observer_get_channels (self->observer);
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      WeirChannel *channel = g_list_model_get_item (model, i);

      if (is_of (channel, weir_function_get_id (self->function)))
        {
          g_ptr_array_add (channels, channel);
          g_ptr_array_add (said,
                           g_strdup_printf ("%s %d", weir_channel_get_id (channel), weir_channel_get_state (channel)));
        }
      else
        {
          g_object_unref (channel);
        }
    }
  g_ptr_array_add (said, NULL);
  if (self->shown != NULL && g_strv_equal ((const char *const *) said->pdata, (const char *const *) self->shown->pdata))
    return;
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  self->shown = g_steal_pointer (&said);
  set_channels (self, channels);
}

/* --- actions --- */

static void
close_cb (WeirFunctionPane *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "functions.close-details", NULL);
}

static void
trigger_cb (WeirFunctionPane *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.trigger", "s", weir_function_get_id (self->function));
}

/* --- the type --- */

static void
weir_function_pane_dispose (GObject *object)
{
  WeirFunctionPane *self = WEIR_FUNCTION_PANE (object);

  if (self->function != NULL)
    g_signal_handlers_disconnect_by_data (self->function, self);
  g_clear_object (&self->function);
  g_clear_object (&self->observer);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_FUNCTION_PANE);
  G_OBJECT_CLASS (weir_function_pane_parent_class)->dispose (object);
}

static void
weir_function_pane_class_init (WeirFunctionPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_function_pane_dispose;
  g_type_ensure (WEIR_TYPE_FIGURES);
  g_type_ensure (WEIR_TYPE_JSON_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-function-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, name);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, gone);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, trigger_button);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, description);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, worker);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, request);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, request_view);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, request_wrong);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, response);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, response_view);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, response_wrong);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, metadata);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, metadata_view);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, channels);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, channel_box);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPane, more_channels);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, trigger_cb);
  gtk_widget_class_set_css_name (widget_class, "weirpane");
}

static void
weir_function_pane_init (WeirFunctionPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_json_view_set_name (self->request_view, _ ("Schema of what it takes"));
  weir_json_view_set_name (self->response_view, _ ("Schema of what it returns"));
  weir_json_view_set_name (self->metadata_view, _ ("Metadata"));
}

void
weir_function_pane_set_function (WeirFunctionPane *self, WeirFunction *function, WeirObserver *observer)
{
  if (self->function != NULL)
    g_signal_handlers_disconnect_by_data (self->function, self);
  g_set_object (&self->function, function);
  g_set_object (&self->observer, observer);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  if (function == NULL)
    return;
  g_signal_connect_swapped (function, "changed", G_CALLBACK (weir_function_pane_update), self);
  weir_function_list_look (weir_observer_get_functions (observer), function);
  weir_function_pane_update (self);
  weir_function_pane_set_gone (self, FALSE);
  weir_function_pane_refresh (self);
}

WeirFunction *
weir_function_pane_get_function (WeirFunctionPane *self)
{
  return self->function;
}

void
weir_function_pane_set_gone (WeirFunctionPane *self, gboolean is_gone)
{
  gtk_widget_set_visible (GTK_WIDGET (self->gone), is_gone);
  gtk_widget_set_sensitive (GTK_WIDGET (self->trigger_button), !is_gone);
}

void
weir_function_pane_meet (WeirFunctionPane *self)
{
  WeirFunctionList *functions;
  WeirPeer *peer;

  if (self->function == NULL)
    return;
  functions = weir_observer_get_functions (self->observer);
  peer = weir_function_list_lookup_peer (functions, weir_function_get_worker_name (self->function));
  if (peer != NULL && weir_peer_get_pid (peer) < 0) /* the list leaves it out */
    weir_function_list_look (functions, self->function);
  weir_function_pane_refresh (self);
}

void
weir_function_pane_refresh (WeirFunctionPane *self)
{
  if (self->function == NULL)
    return;
  refresh_worker (self);
  refresh_channels (self);
}
