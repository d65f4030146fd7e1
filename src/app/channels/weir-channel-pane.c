/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-pane.h"

#include <glib/gi18n.h>

#include "weir-channel-menu.h"
#include "weir-describe.h"
#include "weir-end-card.h"
#include "weir-finding-card.h"
#include "weir-graph.h"
#include "weir-held-strip.h"
#include "weir-life-list.h"
#include "weir-settings.h"
#include "weir-tone.h"

/* A graph of an ended channel stands still this long after its end: the end is seen. */
#define AFTER_END_US G_USEC_PER_SEC

struct _WeirChannelPane
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  GtkImage *icon;
  GtkLabel *route;
  GtkLabel *id;
  GtkLabel *plane;
  GtkLabel *planes;
  GtkWidget *tap_button;
  WeirChannelMenu *menu;
  WeirHeldStrip *held;
  GtkBox *findings;
  GtkOrientable *throughput_head;
  GtkOrientable *buffer_head;
  GtkOrientable *ends;
  WeirGraph *throughput;
  WeirGraph *buffer;
  GtkLabel *buffered;
  GtkToggleButton *in_bytes;
  WeirEndCard *writer;
  WeirEndCard *reader;
  WeirLifeList *life;
  GtkButton *dismissed;
  GPtrArray *cards; /* (element-type WeirFindingCard), borrowed from the box, reused */
  GArray *kinds;    /* (element-type WeirFindingKind) what each of them shows */

  WeirObserver *observer;
  WeirChannel *channel;
  gint64 stale_us; /* when it was found to be stale */
};

G_DEFINE_FINAL_TYPE (WeirChannelPane, weir_channel_pane, GTK_TYPE_WIDGET)

static void
take_label (GtkLabel *label, char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
  g_free (text);
}

static void weir_channel_pane_refresh_findings (WeirChannelPane *self, gint64 now_us);

static void
card_dismissed_cb (WeirFindingCard *card, WeirChannelPane *self)
{
  guint i;

  if (g_ptr_array_find (self->cards, card, &i) && i < self->kinds->len)
    weir_channel_set_dismissed (self->channel, g_array_index (self->kinds, WeirFindingKind, i), TRUE);
  gtk_widget_grab_focus (self->tap_button); /* the button that had it is about to go */
  weir_channel_pane_refresh_findings (self, g_get_monotonic_time ());
}

static WeirFindingCard *
weir_channel_pane_get_card (WeirChannelPane *self, guint i)
{
  while (self->cards->len <= i)
    {
      GtkWidget *card = weir_finding_card_new ();

      g_signal_connect_object (card, "dismissed", G_CALLBACK (card_dismissed_cb), self, 0);
      gtk_box_append (self->findings, card);
      g_ptr_array_add (self->cards, card);
    }

  return g_ptr_array_index (self->cards, i);
}

static void
weir_channel_pane_show_finding (WeirChannelPane *self, const WeirFinding *finding, gint64 now_us)
{
  WeirSentence *sentence = weir_describe_finding (self->channel, finding, now_us, weir_settings_get_units ());
  WeirFindingCard *card = weir_channel_pane_get_card (self, self->kinds->len);

  weir_finding_card_show (card, sentence, finding->severity,
                          finding->other != NULL ? finding->other->channel_id : NULL);
  gtk_widget_set_visible (GTK_WIDGET (card), TRUE);
  weir_sentence_free (sentence);
  g_array_append_val (self->kinds, finding->kind);
}

static void
weir_channel_pane_show_dismissed (WeirChannelPane *self, guint n)
{
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u dismissed alarm: show it", "%u dismissed alarms: show them", n), n);

  if (g_strcmp0 (gtk_button_get_label (self->dismissed), text) != 0)
    gtk_button_set_label (self->dismissed, text);
  gtk_widget_set_visible (GTK_WIDGET (self->dismissed), n > 0);
}

/* The diagnosis, and below it what else is wrong. */
static void
weir_channel_pane_refresh_findings (WeirChannelPane *self, gint64 now_us)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (self->channel, now_us);
  guint n_dismissed = 0;

  g_array_set_size (self->kinds, 0);
  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = g_ptr_array_index (findings, i);

      if (finding->is_dismissed)
        n_dismissed++;
      else if (i == 0 || finding->severity >= WEIR_SEVERITY_WARNING)
        weir_channel_pane_show_finding (self, finding, now_us);
    }
  for (guint n = self->kinds->len; n < self->cards->len; n++)
    gtk_widget_set_visible (GTK_WIDGET (weir_channel_pane_get_card (self, n)), FALSE);
  weir_channel_pane_show_dismissed (self, n_dismissed);
}

static void
show_dismissed_cb (WeirChannelPane *self)
{
  for (WeirFindingKind kind = WEIR_FINDING_FLOWS; kind <= WEIR_FINDING_UNKNOWN; kind++)
    weir_channel_set_dismissed (self->channel, kind, FALSE);
  gtk_widget_grab_focus (self->tap_button);
  weir_channel_pane_refresh_findings (self, g_get_monotonic_time ());
}

/* Its messages pass a point, or nobody can read along. */
static void
weir_channel_pane_refresh_tap (WeirChannelPane *self)
{
  gboolean is_passive = weir_channel_is_passive (self->channel);
  const char *text = is_passive
                         ? _ ("Its messages pass nothing that can be read along: start its workers through a relay")
                         : _ ("Read along, without touching the stream");

  gtk_widget_set_sensitive (self->tap_button, !weir_channel_is_stale (self->channel) && !is_passive &&
                                                  weir_channel_get_state (self->channel) != WEIR_STATE_UNKNOWN);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->tap_button), text) != 0)
    gtk_widget_set_tooltip_text (self->tap_button, text);
}

/* Who tells what of it, and how sure that is, where there is more to it than one point. */
static void
weir_channel_pane_refresh_planes (WeirChannelPane *self)
{
  char *planes = weir_describe_planes (self->channel);

  gtk_widget_set_visible (GTK_WIDGET (self->planes), planes != NULL);
  take_label (self->planes, planes != NULL ? planes : g_strdup (""));
}

static void
weir_channel_pane_refresh_head (WeirChannelPane *self)
{
  gtk_image_set_from_icon_name (self->icon, weir_describe_state_icon (self->channel));
  weir_tone_set (GTK_WIDGET (self->icon), weir_tone_of_severity (weir_describe_severity (self->channel)));
  take_label (self->route, weir_describe_route (self->channel));
  take_label (self->plane, weir_describe_plane (self->channel));
  weir_channel_pane_refresh_tap (self);
}

static char *
dup_held_note (WeirChannel *channel, gint64 now_us)
{
  gint64 since_us = weir_channel_get_held_us (channel, now_us);
  g_autofree char *duration = NULL;

  if (since_us == 0 || now_us - since_us < G_USEC_PER_SEC || weir_channel_get_state (channel) == WEIR_STATE_CLOSED)
    return NULL;

  duration = weir_format_duration (now_us - since_us);
  return g_strdup_printf (_ ("writer held %s"), duration);
}

/* Where messages are counted and their bytes are not, as in a log. */
static char *
dup_buffered_messages (const WeirChannelInfo *info)
{
  g_autofree char *messages = weir_format_count (info->totals.buffered_messages);

  if (info->state == WEIR_STATE_CLOSED)
    return g_strdup_printf (_ ("%s at its end"), messages);
  if (info->buffer_items == 0)
    return g_strdup_printf (_ ("%s now"), messages);
  return g_strdup_printf (_ ("%s of %u now"), messages, info->buffer_items);
}

static char *
dup_buffered (const WeirChannelInfo *info)
{
  g_autofree char *bytes = weir_format_bytes (info->totals.buffered_bytes, weir_settings_get_units ());
  g_autofree char *messages = weir_format_count (info->totals.buffered_messages);

  if (!weir_totals_knows (&info->totals, WEIR_TOTALS_BUFFERED_BYTES))
    return dup_buffered_messages (info);
  if (info->state == WEIR_STATE_CLOSED)
    return g_strdup_printf (_ ("%s at its end, %s"), messages, bytes);
  if (info->buffer_items == 0)
    return g_strdup_printf (_ ("%s now, %s"), messages, bytes);

  return g_strdup_printf (_ ("%s of %u now, %s"), messages, info->buffer_items, bytes);
}

/* While its connection is lost: since then. Of one point among several it is not told. */
static gint64
find_stale_us (WeirChannelPane *self, gint64 now_us)
{
  gint64 lost_us = 0;

  if (self->observer != NULL)
    g_object_get (self->observer, "lost-us", &lost_us, NULL);
  return lost_us != 0 ? lost_us : now_us;
}

/* Where the graphs stand still, if they do. */
static void
weir_channel_pane_freeze (WeirChannelPane *self, gint64 now_us)
{
  gint64 ended_us = weir_channel_to_local_us (self->channel, weir_channel_get_info (self->channel)->ended_at_ms);
  WeirGraphStop stop = WEIR_GRAPH_LIVES;
  gint64 stop_us, at_us;

  if (!weir_channel_is_stale (self->channel))
    self->stale_us = 0;
  else if (self->stale_us == 0)
    self->stale_us = find_stale_us (self, now_us);

  stop_us = at_us = self->stale_us;
  if (ended_us != 0 && now_us > ended_us + AFTER_END_US)
    {
      stop = WEIR_GRAPH_ENDED;
      stop_us = ended_us;
      at_us = ended_us + AFTER_END_US;
    }
  else if (ended_us == 0 && self->stale_us != 0)
    {
      stop = WEIR_GRAPH_LOST;
    }
  weir_graph_set_frozen (self->throughput, stop, stop_us, at_us);
  weir_graph_set_frozen (self->buffer, stop, stop_us, at_us);
}

/* There is no graph of what nobody knows. */
static void
weir_channel_pane_refresh_known (WeirChannelPane *self)
{
  gboolean is_total = weir_channel_is_passive (self->channel) &&
                      weir_channel_get_state (self->channel) == WEIR_STATE_CLOSED; /* it was told at the end */
  gboolean has_rates = !is_total && (weir_channel_knows (self->channel, WEIR_TOTALS_WRITTEN_BYTES) ||
                                     weir_channel_knows (self->channel, WEIR_TOTALS_SENT_BYTES));
  gboolean has_buffer = weir_channel_knows (self->channel, WEIR_TOTALS_BUFFERED_MESSAGES);

  gtk_widget_set_visible (GTK_WIDGET (self->throughput_head), has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->throughput), has_rates);
  gtk_widget_set_visible (GTK_WIDGET (self->buffer_head), has_buffer);
  gtk_widget_set_visible (GTK_WIDGET (self->buffer), has_buffer);
}

static void
weir_channel_pane_refresh_graphs (WeirChannelPane *self, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (self->channel);
  g_autofree char *note = dup_held_note (self->channel, now_us);
  gint64 origin_us = weir_channel_to_local_us (self->channel, info->created_at_ms);
  gboolean is_full = info->buffer_items > 0 && info->totals.buffered_messages >= info->buffer_items;

  weir_graph_set_origin (self->throughput, origin_us);
  weir_graph_set_origin (self->buffer, origin_us);
  weir_graph_set_limit (self->buffer, info->buffer_items);
  weir_channel_pane_freeze (self, now_us);
  weir_graph_set_note (self->buffer, note);
  g_object_set (self->throughput, "shows-acked", info->reader.probed, NULL);

  weir_channel_pane_refresh_known (self);
  take_label (self->buffered, dup_buffered (info));
  weir_tone_set (GTK_WIDGET (self->buffered), is_full ? WEIR_TONE_ERROR : WEIR_TONE_SECONDARY);
}

static void
weir_channel_pane_update (WeirChannelPane *self, gint64 now_us)
{
  weir_channel_pane_refresh_head (self);
  weir_channel_pane_refresh_planes (self);
  weir_channel_pane_refresh_findings (self, now_us);
  weir_channel_pane_refresh_graphs (self, now_us);
  weir_end_card_show (self->writer, self->channel, now_us);
  weir_end_card_show (self->reader, self->channel, now_us);
  weir_life_list_show (self->life, self->channel, now_us);
  weir_held_strip_show (self->held, self->observer, self->channel, now_us);
  weir_channel_menu_refresh (self->menu);
  if (weir_channel_is_stale (self->channel))
    gtk_widget_add_css_class (GTK_WIDGET (self), "stale");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "stale");
}

static void
in_bytes_cb (WeirChannelPane *self)
{
  gtk_button_set_label (GTK_BUTTON (self->in_bytes),
                        gtk_toggle_button_get_active (self->in_bytes) ? _ ("bytes") : _ ("messages"));
}

static void
close_cb (WeirChannelPane *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "channels.close-details", NULL);
}

static void
weir_channel_pane_dispose (GObject *object)
{
  WeirChannelPane *self = WEIR_CHANNEL_PANE (object);

  g_clear_object (&self->channel);
  g_clear_object (&self->observer);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CHANNEL_PANE);
  G_OBJECT_CLASS (weir_channel_pane_parent_class)->dispose (object);
}

static void
weir_channel_pane_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_CHANNEL_PANE (object)->cards);
  g_array_unref (WEIR_CHANNEL_PANE (object)->kinds);
  G_OBJECT_CLASS (weir_channel_pane_parent_class)->finalize (object);
}

static void
weir_channel_pane_class_init (WeirChannelPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_channel_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_channel_pane_finalize;

  g_type_ensure (WEIR_TYPE_GRAPH);
  g_type_ensure (WEIR_TYPE_END_CARD);
  g_type_ensure (WEIR_TYPE_LIFE_LIST);
  g_type_ensure (WEIR_TYPE_CHANNEL_MENU);
  g_type_ensure (WEIR_TYPE_HELD_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-channel-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, route);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, id);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, plane);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, planes);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, tap_button);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, menu);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, held);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, findings);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, dismissed);
  gtk_widget_class_bind_template_callback (widget_class, show_dismissed_cb);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, throughput_head);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, buffer_head);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, ends);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, throughput);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, buffer);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, buffered);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, in_bytes);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, writer);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, reader);
  gtk_widget_class_bind_template_child (widget_class, WeirChannelPane, life);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, in_bytes_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirpane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
weir_channel_pane_init (WeirChannelPane *self)
{
  self->cards = g_ptr_array_new ();
  self->kinds = g_array_new (FALSE, FALSE, sizeof (WeirFindingKind));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind (weir_settings_get (), "buffer-in-bytes", self->in_bytes, "active", WEIR_SETTINGS_BIND_STATE);
  g_settings_bind (weir_settings_get (), "buffer-in-bytes", self->buffer, "in-bytes",
                   G_SETTINGS_BIND_GET | G_SETTINGS_BIND_NO_SENSITIVITY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Details"), -1);
}

void
weir_channel_pane_set_observer (WeirChannelPane *self, WeirObserver *observer)
{
  g_set_object (&self->observer, observer);
  weir_channel_menu_set_channel (self->menu, observer, self->channel);
}

void
weir_channel_pane_set_channel (WeirChannelPane *self, WeirChannel *channel)
{
  WeirSeries *series = channel != NULL ? weir_channel_get_series (channel) : NULL;

  if (!g_set_object (&self->channel, channel))
    return;

  weir_channel_menu_set_channel (self->menu, self->observer, channel);
  self->stale_us = 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  weir_graph_set_source (self->throughput, G_OBJECT (channel), series);
  weir_graph_set_source (self->buffer, G_OBJECT (channel), series);
  if (channel == NULL)
    return;

  take_label (self->id, weir_format_short_id (weir_channel_get_id (channel)));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->id), weir_channel_get_id (channel));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->tap_button), "s", weir_channel_get_id (channel));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->tap_button), "win.tap");
  weir_channel_pane_update (self, g_get_monotonic_time ());
}

WeirChannel *
weir_channel_pane_get_channel (WeirChannelPane *self)
{
  return self->channel;
}

void
weir_channel_pane_focus (WeirChannelPane *self)
{
  gtk_widget_grab_focus (self->tap_button);
}

void
weir_channel_pane_refresh (WeirChannelPane *self, gint64 now_us)
{
  if (self->channel != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    weir_channel_pane_update (self, now_us);
}

void
weir_channel_pane_set_cramped (WeirChannelPane *self, gboolean is_cramped)
{
  GtkOrientable *const rows[] = { self->throughput_head, self->buffer_head, self->ends };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_orientable_set_orientation (rows[i], is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_label_set_xalign (self->buffered, is_cramped ? 0 : 0.5);
}
