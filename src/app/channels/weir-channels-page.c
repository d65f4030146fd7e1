/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channels-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-certainty-mark.h"
#include "weir-channel-pane.h"
#include "weir-channel-view.h"
#include "weir-chip.h"
#include "weir-finding-card.h"
#include "weir-focus.h"
#include "weir-describe.h"
#include "weir-graph.h"
#include "weir-settings.h"
#include "weir-text-scale.h"

/* Below this width of the page the details lie over the list and do not stand beside it, and below this one of the list
 * its columns have no room and a row has two lines: at the usual size of text. */
#define FOLD_WIDTH     900
#define TIGHT_WIDTH    820
#define LEGEND_SPACING 14
#define MARKS_SPACING  12
#define SEARCH_CHARS   22
/* A connection is there in less, or the channel has gone. */
#define WANTED_LIMIT_US (10 * G_USEC_PER_SEC)
/* A row that was scrolled to is there with the next frame, or the focus is somewhere else by then. */
#define FOCUS_LIMIT_US G_USEC_PER_SEC

struct _WeirChannelsPage
{
  GtkWidget parent_instance;

  AdwFlap *flap;
  GtkStack *stack;
  GtkLabel *summary;
  GtkLabel *written;
  GtkLabel *sent;
  GtkLabel *totals;
  GtkLabel *span;
  WeirGraph *graph;
  GtkBox *head;
  GtkBox *legend;
  GtkBox *marks;
  GtkBox *tools;
  GtkSearchEntry *search;
  GtkDropDown *spans;
  GtkButton *hidden;
  WeirChip *chips[8]; /* by WeirFilter */
  WeirChannelView *view;
  WeirChannelPane *pane;
  AdwStatusPage *empty;
  GtkRevealer *alarm;
  WeirFindingCard *call;

  WeirObserver *observer;
  char *filter; /* the nick of the chosen chip */
  gboolean is_narrow;
  gboolean is_folded;
  gboolean is_tight;
  gboolean is_ready; /* the first frame is out: lists may be filled */
  gboolean has_rates;
  gint64 lost_us; /* as the observer says it */
  char *wanted;   /* id of the channel to be selected when it comes */
  gint64 wanted_until_us;
  gint64 focus_until_us; /* until then the row that is selected gets the focus when it comes into view; 0: it has */
};

static const char *const filters[] = { "all", "flowing", "stalled", "waiting", "held", "idle", "unknown", "closed" };

enum
{
  PROP_0,
  PROP_FILTER,
  PROP_IS_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirChannelsPage, weir_channels_page, GTK_TYPE_WIDGET)

static void
take_label (GtkLabel *label, char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
  g_free (text);
}

/* --- the summary --- */

static char *
dup_totals (const WeirSummary *summary)
{
  g_autofree char *n_channels = weir_format_count (summary->n_channels);
  g_autofree char *channels = g_strdup_printf (ngettext ("%s channel", "%s channels", summary->n_channels), n_channels);
  g_autofree char *bytes = weir_format_bytes ((guint64) summary->rates.buffered_bytes, weir_settings_get_units ());
  WeirCertainty certainty = weir_summary_get_certainty (summary, WEIR_SUM_BUFFERED);
  g_autofree char *buffered = weir_describe_certain (certainty, g_steal_pointer (&bytes));

  return g_strdup_printf (_ ("%s, %s buffered"), channels, buffered);
}

/* Where nothing that passes is seen: a stock engine's log says it at the end. */
static char *
dup_silent_totals (const WeirSummary *summary)
{
  g_autofree char *n_channels = weir_format_count (summary->n_channels);

  return g_strdup_printf (ngettext ("%s channel; what was written and sent is known when it closes",
                                    "%s channels; what was written and sent is known when they close",
                                    summary->n_channels),
                          n_channels);
}

/* There is no figure and no graph of what nobody knows. What was there stays. */
static void
weir_channels_page_show_rates (WeirChannelsPage *self, const WeirSummary *summary)
{
  gboolean has_rates = self->has_rates || summary->n_rated > 0 ||
                       weir_observer_get_state (self->observer) == WEIR_OBSERVER_LIVE ||
                       !weir_observer_is_passive (self->observer);

  self->has_rates = has_rates;
  gtk_widget_set_visible (GTK_WIDGET (self->graph), has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->totals), !self->is_narrow || !has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->marks), weir_observer_get_state (self->observer) != WEIR_OBSERVER_LIVE &&
                                                        weir_observer_is_passive (self->observer));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->marks), has_rates && !self->is_narrow
                                                                    ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->marks, has_rates && !self->is_narrow ? 0 : MARKS_SPACING);
}

static char *
dup_rate (const WeirSummary *summary, WeirSum sum, double rate)
{
  return weir_describe_certain (weir_summary_get_certainty (summary, sum),
                                weir_format_rate (rate, weir_settings_get_units ()));
}

/* Those that would be empty nearly always: beside a log alone what flows is not seen, and they would hide the others.
 */
static gboolean
is_rare (WeirChannelsPage *self, guint filter)
{
  gboolean is_log_alone =
      weir_observer_get_state (self->observer) != WEIR_OBSERVER_LIVE && weir_observer_is_passive (self->observer);

  if (filter == WEIR_FILTER_ALL)
    return FALSE;
  return is_log_alone || filter == WEIR_FILTER_HELD || filter == WEIR_FILTER_UNKNOWN;
}

static void
weir_channels_page_refresh_summary (WeirChannelsPage *self, gint64 now_us)
{
  WeirSummary summary = weir_observer_get_summary (self->observer, now_us);
  guint counts[] = { /* by WeirFilter: the others add up to the first */
                     summary.n_channels, summary.n_flowing, summary.n_stalled + summary.n_reader_gone,
                     summary.n_waiting,  summary.n_held,    summary.n_idle,
                     summary.n_unknown,  summary.n_closed
  };
  g_autofree char *written = dup_rate (&summary, WEIR_SUM_WRITTEN, summary.rates.written);
  g_autofree char *sent = dup_rate (&summary, WEIR_SUM_SENT, summary.rates.sent);

  weir_channels_page_show_rates (self, &summary);
  take_label (self->summary, weir_describe_summary (&summary));
  take_label (self->written, g_strdup_printf (_ ("%s written"), written));
  take_label (self->sent, g_strdup_printf (_ ("%s sent"), sent));
  take_label (self->totals, self->has_rates ? dup_totals (&summary) : dup_silent_totals (&summary));
  for (guint i = 0; i < G_N_ELEMENTS (self->chips); i++)
    {
      weir_chip_set_count (self->chips[i], counts[i]);
      gtk_widget_set_visible (GTK_WIDGET (self->chips[i]),
                              !is_rare (self, i) || counts[i] > 0 || g_strcmp0 (self->filter, filters[i]) == 0);
    }
}

/* --- the list --- */

static const char *
empty_page (WeirChannelsPage *self)
{
  GListModel *channels = weir_observer_get_channels (self->observer);

  if (weir_channel_view_get_n_rows (self->view) > 0)
    return "list";
  return g_list_model_get_n_items (channels) > 0 ? "nothing-found" : "empty";
}

static void
weir_channels_page_select_wanted (WeirChannelsPage *self)
{
  if (self->wanted == NULL && self->focus_until_us != 0 &&
      (weir_channel_view_focus_selected (self->view) || g_get_monotonic_time () > self->focus_until_us))
    self->focus_until_us = 0;
  if (self->wanted == NULL)
    return;
  if (weir_channel_view_select (self->view, self->wanted) || g_get_monotonic_time () > self->wanted_until_us)
    g_clear_pointer (&self->wanted, g_free);
}

/* What is hidden is not forgotten. */
static void
weir_channels_page_refresh_hidden (WeirChannelsPage *self)
{
  guint n = weir_channel_view_get_n_hidden (self->view);
  g_autofree char *text = g_strdup_printf (ngettext ("%u hidden", "%u hidden", n), n);

  gtk_widget_set_visible (GTK_WIDGET (self->hidden), n > 0);
  if (g_strcmp0 (gtk_button_get_label (self->hidden), text) != 0)
    gtk_button_set_label (self->hidden, text);
}

/* While the connection is lost time stands still: what was last seen stays. */
static gint64
weir_channels_page_get_now_us (WeirChannelsPage *self)
{
  return self->lost_us != 0 ? self->lost_us : g_get_monotonic_time ();
}

/* What a minimised window shows stays mapped. */
static gboolean
is_seen (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);

  return gtk_widget_get_mapped (widget) &&
         !(gdk_toplevel_get_state (GDK_TOPLEVEL (gtk_native_get_surface (native))) & GDK_TOPLEVEL_STATE_MINIMIZED);
}

/* What is wrong with calls belongs to no channel of the list. */
static void
weir_channels_page_refresh_call (WeirChannelsPage *self, gint64 now_us)
{
  const WeirSeenCall *call = weir_observer_get_call (self->observer);
  WeirSentence *sentence;

  if (gtk_revealer_get_reveal_child (self->alarm) != (call != NULL))
    gtk_revealer_set_reveal_child (self->alarm, call != NULL);
  if (call == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->alarm), TRUE);
  sentence = weir_describe_call (call, now_us, weir_settings_get_units ());
  weir_finding_card_show (self->call, sentence, WEIR_SEVERITY_WARNING, NULL);
  weir_sentence_free (sentence);
}

/* Out of sight is out of reach. */
static void
alarm_revealed_cb (WeirChannelsPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->alarm),
                          gtk_revealer_get_reveal_child (self->alarm) || gtk_revealer_get_child_revealed (self->alarm));
}

static void
call_dismissed_cb (WeirChannelsPage *self)
{
  const WeirSeenCall *call = weir_observer_get_call (self->observer);

  if (call != NULL)
    weir_observer_dismiss_call (self->observer, call);
  weir_channels_page_refresh_call (self, weir_channels_page_get_now_us (self));
}

static void
weir_channels_page_refresh (WeirChannelsPage *self)
{
  gint64 now_us = weir_channels_page_get_now_us (self);
  const char *page;

  if (self->observer == NULL || !self->is_ready || !is_seen (GTK_WIDGET (self)))
    return;

  weir_channels_page_refresh_summary (self, now_us);
  weir_channel_view_refresh (self->view, now_us);
  weir_channels_page_select_wanted (self);
  weir_channel_pane_refresh (self->pane, now_us);

  weir_channels_page_refresh_hidden (self);
  weir_channels_page_refresh_call (self, now_us);

  page = empty_page (self);
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), page) != 0)
    gtk_stack_set_visible_child_name (self->stack, page);
}

static void
weir_channels_page_apply_filter (WeirChannelsPage *self)
{
  WeirFilter filter = WEIR_FILTER_ALL;

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    if (g_strcmp0 (filters[i], self->filter) == 0)
      filter = i;
  weir_channel_view_set_filter (self->view, filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  weir_channels_page_refresh (self);
}

static void
search_changed_cb (GtkSearchEntry *entry, WeirChannelsPage *self)
{
  weir_channels_page_apply_filter (self);
}

static void
search_stop_cb (GtkSearchEntry *entry, WeirChannelsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
clear_filter_cb (WeirChannelsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  weir_channel_view_show_hidden (self->view);
  g_object_set (self, "filter", "all", NULL);
}

static void
activated_cb (WeirChannelView *view, WeirChannel *channel, WeirChannelsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.tap", "s", weir_channel_get_id (channel));
}

/* --- the details --- */

static void
selected_cb (WeirChannelView *view, GParamSpec *pspec, WeirChannelsPage *self)
{
  WeirChannel *channel = weir_channel_view_get_selected (self->view);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.close-details", channel != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.copy-id", channel != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.copy-details", channel != NULL);
  if (channel != NULL)
    weir_channel_pane_set_channel (self->pane, channel);
  adw_flap_set_reveal_flap (self->flap, channel != NULL);
}

/* Folded details are closed by a click beside them too: nothing is selected then. */
static void
revealed_cb (AdwFlap *flap, GParamSpec *pspec, WeirChannelsPage *self)
{
  if (!adw_flap_get_reveal_flap (flap))
    weir_channel_view_unselect (self->view);
}

static void
close_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_channels_page_close_details (WEIR_CHANNELS_PAGE (widget));
}

/* Of one channel another has told: who has pressed its button is at that row then. Where the details lie over the list
 * the row is out of sight, and the first button of the details has it. */
static void
show_channel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (widget);
  const char *channel_id = g_variant_get_string (parameter, NULL);

  weir_channel_pane_focus (self->pane); /* the button that had it is about to go */
  self->focus_until_us = self->is_folded ? 0 : g_get_monotonic_time () + FOCUS_LIMIT_US;
  if (!weir_channel_view_select (self->view, channel_id)) /* a filter hides it */
    weir_channels_page_show_channel (self, channel_id, TRUE);
}

static void
copy_id (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannel *channel = weir_channel_pane_get_channel (WEIR_CHANNELS_PAGE (widget)->pane);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), weir_channel_get_id (channel));
  gtk_widget_activate_action (widget, "win.toast", "s", _ ("Id copied"));
}

static void
copy_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (widget);
  g_autofree char *text = weir_describe_details (weir_channel_pane_get_channel (self->pane),
                                                 weir_channels_page_get_now_us (self), weir_settings_get_units ());

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "win.toast", "s", _ ("Details copied as text"));
}

static void
copy_address (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autofree char *url = weir_observer_dup_worker_url (WEIR_CHANNELS_PAGE (widget)->observer, FALSE);
  g_autofree char *setting = weir_format_setting ("III_URL", url);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), setting);
  gtk_widget_activate_action (widget, "win.toast", "s", _ ("III_URL copied"));
}

static void
hide_channel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (widget);
  WeirChannel *selected = weir_channel_view_get_selected (self->view);
  const char *id = g_variant_get_string (parameter, NULL);

  if (selected != NULL && g_str_equal (weir_channel_get_id (selected), id))
    weir_channel_view_unselect (self->view);
  weir_channel_view_hide (self->view, id);
  weir_channels_page_refresh (self);
}

static void
show_hidden (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (widget);

  weir_channel_view_show_hidden (self->view);
  weir_channels_page_refresh (self);
}

/* --- layout --- */

static void
weir_channels_page_set_narrow (WeirChannelsPage *self, gboolean is_narrow)
{
  GtkOrientation orientation = is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
  gboolean is_cramped = is_narrow && weir_text_scale_is_large (GTK_WIDGET (self));

  self->is_narrow = is_narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->head), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->legend),
                                  is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->legend, is_cramped ? 0 : LEGEND_SPACING);
  gtk_widget_set_valign (GTK_WIDGET (self->span), is_cramped ? GTK_ALIGN_START : GTK_ALIGN_BASELINE);
  weir_channel_pane_set_cramped (self->pane, is_cramped);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->search), is_narrow ? -1 : SEARCH_CHARS);
  gtk_widget_set_visible (GTK_WIDGET (self->totals), !is_narrow || !self->has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->spans), !is_narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->span), is_narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), is_narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->pane), is_narrow); /* over all of the list */
  g_object_set (self->graph, "has-axes", !is_narrow, "has-times", !is_narrow, "has-unit", !is_narrow, "height-request",
                is_narrow ? 44 : 78, NULL);
  g_object_set (self->view, "is-narrow", is_narrow || self->is_tight, NULL);
  if (is_narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}

static gboolean
fold_cb (gpointer user_data)
{
  WeirChannelsPage *self = user_data;

  adw_flap_set_fold_policy (self->flap, self->is_folded ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_NEVER);
  g_object_set (self->view, "is-narrow", self->is_narrow || self->is_tight, NULL);
  return G_SOURCE_REMOVE;
}

static void
weir_channels_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (widget);
  double scale = weir_text_scale_get (widget);
  gboolean is_folded = width < FOLD_WIDTH * scale;
  gboolean is_tight;

  gtk_widget_allocate (GTK_WIDGET (self->flap), width, height, baseline, NULL);
  is_tight = gtk_widget_get_width (GTK_WIDGET (self->stack)) < TIGHT_WIDTH * scale;
  if (self->is_folded == is_folded && self->is_tight == is_tight)
    return;

  self->is_folded = is_folded;
  self->is_tight = is_tight;
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, g_object_ref (self), g_object_unref); /* not in an allocation */
}

static void
weir_channels_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (GTK_WIDGET (WEIR_CHANNELS_PAGE (widget)->flap), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static gboolean
ready_cb (gpointer user_data)
{
  WeirChannelsPage *self = user_data;

  self->is_ready = TRUE;
  weir_channels_page_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Rows wait until the page was drawn once: the first frame is early, and the list has a size when it gets them. */
static void
weir_channels_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_channels_page_parent_class)->map (widget);
  if (!WEIR_CHANNELS_PAGE (widget)->is_ready)
    g_idle_add_full (G_PRIORITY_LOW, ready_cb, g_object_ref (widget), g_object_unref);
  else
    weir_channels_page_refresh (WEIR_CHANNELS_PAGE (widget));
}

/* --- the connection --- */

static void
state_cb (WeirChannelsPage *self)
{
  gboolean is_lost = weir_observer_get_state (self->observer) == WEIR_OBSERVER_LOST;

  g_object_get (self->observer, "lost-us", &self->lost_us, NULL); /* perhaps long before it came into view */
  weir_graph_set_frozen (self->graph, is_lost ? WEIR_GRAPH_LOST : WEIR_GRAPH_LIVES, self->lost_us, self->lost_us);
  if (is_lost)
    gtk_widget_add_css_class (GTK_WIDGET (self), "lost");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "lost");
  weir_channels_page_refresh (self);
}

static void
weir_channels_page_describe_empty (WeirChannelsPage *self)
{
  g_autofree char *url = weir_observer_dup_worker_url (self->observer, TRUE);
  g_autofree char *text = g_strdup_printf (
      _ ("Start your workers with III_URL=%s: the channels that their functions create appear here."), url);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->empty, markup);
}

static void
span_changed_cb (WeirChannelsPage *self)
{
  g_autofree char *length = weir_graph_describe_span (weir_settings_get_span_us ());

  take_label (self->span, g_strdup_printf (_ ("last %s"), length));
}

/* --- GObject --- */

static void
weir_channels_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (object);

  switch (prop_id)
    {
    case PROP_FILTER:
      g_value_set_string (value, self->filter);
      break;
    case PROP_IS_NARROW:
      g_value_set_boolean (value, self->is_narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_channels_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (object);

  switch (prop_id)
    {
    case PROP_FILTER:
      g_free (self->filter);
      self->filter = g_value_dup_string (value);
      weir_channels_page_apply_filter (self);
      break;
    case PROP_IS_NARROW:
      weir_channels_page_set_narrow (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_channels_page_dispose (GObject *object)
{
  WeirChannelsPage *self = WEIR_CHANNELS_PAGE (object);

  if (self->observer != NULL)
    weir_channels_page_set_observer (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CHANNELS_PAGE);
  G_OBJECT_CLASS (weir_channels_page_parent_class)->dispose (object);
}

static void
weir_channels_page_finalize (GObject *object)
{
  g_free (WEIR_CHANNELS_PAGE (object)->filter);
  g_free (WEIR_CHANNELS_PAGE (object)->wanted);
  G_OBJECT_CLASS (weir_channels_page_parent_class)->finalize (object);
}

static void
weir_channels_page_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-channels-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, flap);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, written);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, sent);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, totals);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, span);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, graph);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, head);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, legend);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, marks);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, tools);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, hidden);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, search);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, spans);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, view);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, pane);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, empty);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, alarm);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelsPage, call);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    gtk_widget_class_bind_template_child_full (widget_class, filters[i], FALSE,
                                               G_STRUCT_OFFSET (WeirChannelsPage, chips) + i * sizeof (gpointer));
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_filter_cb);
  gtk_widget_class_bind_template_callback (widget_class, alarm_revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, call_dismissed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
}

static void
weir_channels_page_class_init (WeirChannelsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_channels_page_dispose;
  object_class->finalize = weir_channels_page_finalize;
  object_class->get_property = weir_channels_page_get_property;
  object_class->set_property = weir_channels_page_set_property;
  properties[PROP_FILTER] =
      g_param_spec_string ("filter", NULL, NULL, "all", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  widget_class->measure = weir_channels_page_measure;
  widget_class->size_allocate = weir_channels_page_size_allocate;
  widget_class->map = weir_channels_page_map;
  gtk_widget_class_install_property_action (widget_class, "channels.filter", "filter");
  gtk_widget_class_install_action (widget_class, "channels.close-details", NULL, close_details);
  gtk_widget_class_install_action (widget_class, "channels.show", "s", show_channel);
  gtk_widget_class_install_action (widget_class, "channels.copy-id", NULL, copy_id);
  gtk_widget_class_install_action (widget_class, "channels.copy-details", NULL, copy_details);
  gtk_widget_class_install_action (widget_class, "channels.copy-address", NULL, copy_address);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "channels.copy-id", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "channels.copy-details", NULL);
  gtk_widget_class_install_action (widget_class, "channels.hide", "s", hide_channel);
  gtk_widget_class_install_action (widget_class, "channels.show-hidden", NULL, show_hidden);

  g_type_ensure (WEIR_TYPE_CERTAINTY_MARK);
  g_type_ensure (WEIR_TYPE_CHIP);
  g_type_ensure (WEIR_TYPE_FINDING_CARD);
  g_type_ensure (WEIR_TYPE_GRAPH);
  g_type_ensure (WEIR_TYPE_CHANNEL_VIEW);
  g_type_ensure (WEIR_TYPE_CHANNEL_PANE);
  weir_channels_page_bind_template (widget_class);
  gtk_widget_class_set_css_name (widget_class, "weirchannels");
}

static void
weir_channels_page_init (WeirChannelsPage *self)
{
  GSettings *settings = weir_settings_get ();

  self->filter = g_strdup ("all");
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_drop_down (self->spans);
  weir_channels_page_set_narrow (self, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.close-details", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.copy-id", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.copy-details", FALSE);
  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self->view)); /* typing in the list searches */
  weir_settings_bind_choice ("graph-span", self->spans, weir_settings_spans);
  g_signal_connect_object (settings, "changed::graph-span", G_CALLBACK (span_changed_cb), self, G_CONNECT_SWAPPED);
  span_changed_cb (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Search channels"),
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spans), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Span of the graphs"),
                                  -1);
}

void
weir_channels_page_set_observer (WeirChannelsPage *self, WeirObserver *observer)
{
  if (self->observer == observer)
    return;

  if (self->observer != NULL)
    g_signal_handlers_disconnect_by_data (self->observer, self);
  g_set_object (&self->observer, observer);
  g_clear_pointer (&self->wanted, g_free);
  self->has_rates = FALSE;
  weir_channel_view_unselect (self->view);
  weir_channel_pane_set_channel (self->pane, NULL);
  weir_channel_pane_set_observer (self->pane, observer);
  weir_channel_view_set_observer (self->view, observer);
  weir_channel_view_set_source (self->view, observer != NULL ? weir_observer_get_channels (observer) : NULL);
  weir_graph_set_source (self->graph, G_OBJECT (observer),
                         observer != NULL ? weir_observer_get_total_series (observer) : NULL);
  if (observer == NULL)
    return;

  g_signal_connect_swapped (observer, "updated", G_CALLBACK (weir_channels_page_refresh), self);
  g_signal_connect_swapped (observer, "notify::state", G_CALLBACK (state_cb), self);
  weir_channels_page_describe_empty (self);
  state_cb (self);
}

void
weir_channels_page_show_channel (WeirChannelsPage *self, const char *channel_id, gboolean shows_all)
{
  g_free (self->wanted);
  self->wanted = g_strdup (channel_id);
  self->wanted_until_us = g_get_monotonic_time () + WANTED_LIMIT_US;
  if (shows_all)
    clear_filter_cb (self);
  weir_channels_page_refresh (self);
}

const char *
weir_channels_page_get_selected_id (WeirChannelsPage *self)
{
  WeirChannel *selected = weir_channel_view_get_selected (self->view);

  return selected != NULL ? weir_channel_get_id (selected) : self->wanted;
}

void
weir_channels_page_focus_search (WeirChannelsPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

void
weir_channels_page_close_details (WeirChannelsPage *self)
{
  if (weir_focus_is_in (GTK_WIDGET (self->pane))) /* which is about to go */
    weir_channel_view_focus (self->view);
  weir_channel_view_unselect (self->view);
}
