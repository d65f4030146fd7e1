/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-cell.h"

#include <glib/gi18n.h>

#include "weir-buffer-bar.h"
#include "weir-certainty-mark.h"
#include "weir-describe.h"
#include "weir-group-mark.h"
#include "weir-list.h"
#include "weir-settings.h"
#include "weir-sparkline.h"
#include "weir-text-scale.h"
#include "weir-tone.h"

struct _WeirChannelCell
{
  GtkWidget parent_instance;

  WeirCellKind kind;
  WeirChannelRows *rows;
  GtkListItem *item; /* borrowed while bound */

  /* Each kind has some of these. */
  GtkWidget *mark;
  GtkWidget *icon;
  GtkWidget *known; /* how what is shown is known */
  GtkWidget *first;
  GtkWidget *second;
  GtkWidget *third;
  GtkWidget *sparkline;
  GtkWidget *bar;

  guint map_source;
  char *row_name; /* what assistive tools were told */
  char *markup;   /* of the second line of a row */
};

G_DEFINE_FINAL_TYPE (WeirChannelCell, weir_channel_cell, GTK_TYPE_WIDGET)

typedef struct
{
  void (*build) (WeirChannelCell *self);
  void (*refresh) (WeirChannelCell *self, WeirChannel *channel, gint64 now_us);
} WeirCellClass;

/* --- parts --- */

/* @xalign: 0 is the start. An inscription takes it for the left whatever the direction. */
static GtkWidget *
new_text (double xalign, const char *css_class)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    xalign = 1 - xalign;

  g_object_set (text, "xalign", xalign, "yalign", 0.5, "hexpand", TRUE, "min-chars", 1, "nat-chars", 1, "nat-lines", 1,
                "text-overflow", GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, NULL);
  if (css_class != NULL)
    gtk_widget_add_css_class (text, css_class);

  return text;
}

static void
set_text (GtkWidget *inscription, const char *text)
{
  if (g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (inscription)), text) != 0)
    gtk_inscription_set_text (GTK_INSCRIPTION (inscription), text);
}

static void
take_text (GtkWidget *inscription, char *text)
{
  set_text (inscription, text);
  g_free (text);
}

/* A second line, without which the first stands in the middle. */
static void
take_second (GtkWidget *inscription, char *text)
{
  gtk_widget_set_visible (inscription, *text != '\0');
  take_text (inscription, text);
}

static GtkWidget *
new_box (GtkOrientation orientation, int spacing)
{
  GtkWidget *box = gtk_box_new (orientation, spacing);

  gtk_widget_set_valign (box, orientation == GTK_ORIENTATION_VERTICAL ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static GtkWidget *
append (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

static void
set_child (WeirChannelCell *self, GtkWidget *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static GtkWidget *
new_icon (void)
{
  GtkWidget *icon = gtk_image_new ();

  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  return icon;
}

/* What is not the whole truth is marked, and of channels that no point sees what is. */
static void
refresh_known (WeirChannelCell *self, WeirChannel *channel, WeirCertainty certainty)
{
  weir_certainty_mark_set (WEIR_CERTAINTY_MARK (self->known), certainty);
  gtk_widget_set_visible (self->known, certainty != WEIR_CERTAINTY_SEEN || weir_channel_is_passive (channel));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean has)
{
  if (gtk_widget_has_css_class (widget, name) == has)
    return;

  if (has)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
set_inferred (GtkWidget *text, WeirCertainty certainty)
{
  set_class (text, "inferred", certainty == WEIR_CERTAINTY_INFERRED);
}

/* --- state --- */

static void
state_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *lines = new_box (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = append (box, new_icon ());
  append (box, lines);
  self->first = append (lines, new_text (0, NULL));
  self->second = append (lines, new_text (0, "second-line"));
  set_child (self, box);
}

/* In a list the row holds the cell. */
static GtkWidget *
weir_channel_cell_get_row (WeirChannelCell *self)
{
  GtkWidget *cell = GTK_WIDGET (self);

  return self->kind == WEIR_CELL_ROW ? gtk_widget_get_parent (cell) : weir_list_get_row (cell);
}

/* The row is read as one thing by assistive tools. */
static void
weir_channel_cell_name_row (WeirChannelCell *self, WeirChannel *channel)
{
  GtkWidget *row = weir_channel_cell_get_row (self);
  g_autofree char *route = weir_describe_route (channel);
  g_autofree char *name = g_strdup_printf ("%s, %s", route, weir_describe_state (channel));

  if (row == NULL || g_strcmp0 (name, self->row_name) == 0)
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (self->row_name);
  self->row_name = g_steal_pointer (&name);
}

/* Rows of one group have no line between them. */
static void
weir_channel_cell_join_row (WeirChannelCell *self, WeirJoin join)
{
  GtkWidget *row = weir_channel_cell_get_row (self);

  if (row == NULL)
    return;

  set_class (row, "joined-above", (join & WEIR_JOIN_ABOVE) != 0);
  set_class (row, "joined-below", (join & WEIR_JOIN_BELOW) != 0);
}

static void
refresh_icon (WeirChannelCell *self, WeirChannel *channel)
{
  const char *name = weir_describe_state_icon (channel);

  if (g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (self->icon)), name) != 0)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), name);
  weir_tone_set (self->icon, weir_tone_of_severity (weir_describe_severity (channel)));
}

static void
state_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  gboolean is_error = weir_describe_severity (channel) == WEIR_SEVERITY_ERROR;

  refresh_icon (self, channel);
  set_text (self->first, weir_describe_state (channel));
  weir_tone_set (self->first, is_error ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN);
  take_second (self->second, weir_describe_state_detail (channel, now_us));
  weir_tone_set (self->second, is_error ? WEIR_TONE_ERROR : WEIR_TONE_SECONDARY);
  weir_channel_cell_name_row (self, channel);
}

/* --- channel --- */

static void
channel_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 2);

  self->mark = append (box, weir_group_mark_new ());
  self->first = append (box, new_text (0, "id"));
  set_child (self, box);
}

static void
refresh_mark (WeirChannelCell *self)
{
  WeirJoin join = weir_channel_rows_get_join (self->rows, gtk_list_item_get_position (self->item));

  weir_group_mark_set_join (WEIR_GROUP_MARK (self->mark), join);
  weir_channel_cell_join_row (self, join);
}

static void
channel_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  take_text (self->first, weir_format_short_id (weir_channel_get_id (channel)));
  refresh_mark (self);
}

/* --- route --- */

static void
route_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines;

  self->known = append (box, weir_certainty_mark_new ());
  lines = append (box, new_box (GTK_ORIENTATION_VERTICAL, 0));
  self->first = append (lines, new_text (0, NULL));
  self->second = append (lines, new_text (0, "second-line"));
  set_child (self, box);
}

/* Who is at the ends of a channel that no point sees is concluded from the calls that carried its refs. */
static void
refresh_route (WeirChannelCell *self, WeirChannel *channel, GtkWidget *text)
{
  WeirCertainty certainty = weir_describe_route_certainty (channel);

  take_text (text, weir_describe_route (channel));
  refresh_known (self, channel, certainty);
  set_inferred (text, certainty);
}

static void
refresh_second_line (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirSeverity severity = WEIR_SEVERITY_QUIET;
  char *text = weir_describe_second_line (channel, now_us, &severity);

  take_second (self->second, text);
  weir_tone_set (self->second, severity == WEIR_SEVERITY_GOOD ? WEIR_TONE_SECONDARY : weir_tone_of_severity (severity));
}

static void
route_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  refresh_route (self, channel, self->first);
  refresh_second_line (self, channel, now_us);
}

/* --- throughput --- */

static gboolean
has_ended (WeirChannel *channel)
{
  return weir_channel_get_state (channel) == WEIR_STATE_CLOSED;
}

/* What has ended has no figure of now. */
static void
refresh_known_now (WeirChannelCell *self, WeirChannel *channel, WeirCertainty certainty)
{
  if (has_ended (channel))
    gtk_widget_set_visible (self->known, FALSE);
  else
    refresh_known (self, channel, certainty);
}

static void
throughput_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 6);

  self->known = append (box, weir_certainty_mark_new ());
  self->sparkline = append (box, weir_sparkline_new ());
  self->first = append (box, new_text (1, "numeric"));
  set_child (self, box);
}

static void
refresh_rate (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirSeriesColumn column;
  double rate;
  WeirCertainty certainty = weir_channel_get_throughput (channel, now_us, &column, &rate);

  if (has_ended (channel))
    set_text (self->first, "");
  else
    take_text (self->first, weir_describe_throughput (channel, now_us, weir_settings_get_units ()));
  set_inferred (self->first, certainty);
  if (weir_channel_get_state (channel) == WEIR_STATE_STALLED)
    weir_tone_set (self->first, WEIR_TONE_ERROR);
  else
    weir_tone_set (self->first, rate > 0 ? WEIR_TONE_PLAIN : WEIR_TONE_SECONDARY);
}

static void
throughput_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirSeverity severity = weir_describe_severity (channel);
  WeirSeriesColumn column;
  double rate;
  WeirCertainty certainty = weir_channel_get_throughput (channel, now_us, &column, &rate);
  gboolean is_drawn = certainty != WEIR_CERTAINTY_UNKNOWN && !has_ended (channel);

  refresh_rate (self, channel, now_us);
  refresh_known_now (self, channel, certainty);
  weir_sparkline_update (WEIR_SPARKLINE (self->sparkline), G_OBJECT (channel),
                         is_drawn ? weir_channel_get_series (channel) : NULL, column,
                         weir_channel_is_stale (channel) ? now_us : 0);
  weir_tone_set (self->sparkline,
                 severity == WEIR_SEVERITY_WARNING ? WEIR_TONE_SECONDARY : weir_tone_of_severity (severity));
}

/* --- buffer --- */

static void
buffer_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines, *figures;

  self->known = append (box, weir_certainty_mark_new ());
  lines = append (box, new_box (GTK_ORIENTATION_VERTICAL, 3));
  self->bar = append (lines, weir_buffer_bar_new (34));
  figures = append (lines, gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3));
  self->first = append (figures, new_text (0, "second-line"));
  self->third = append (figures, new_text (1, "second-line"));
  g_object_set (self->third, "hexpand", FALSE, "min-chars", 7, "nat-chars", 7, NULL); /* the rest is the first's */
  weir_tone_set (self->third, WEIR_TONE_SECONDARY);
  set_child (self, box);
}

static void
refresh_bar (WeirChannelCell *self, WeirChannel *channel)
{
  gboolean is_known = !has_ended (channel) && weir_channel_knows (channel, WEIR_TOTALS_BUFFERED_MESSAGES);
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  double fill = info->buffer_items > 0 ? (double) info->totals.buffered_messages / info->buffer_items : 0;
  WeirTone tone = WEIR_TONE_GOOD;

  if (info->buffer_bytes_max > 0)
    fill = MAX (fill, (double) info->totals.buffered_bytes / info->buffer_bytes_max);
  if (weir_channel_get_state (channel) == WEIR_STATE_STALLED)
    tone = WEIR_TONE_ERROR;
  else if (fill >= 1)
    tone = WEIR_TONE_WARNING;

  weir_buffer_bar_set_fill (WEIR_BUFFER_BAR (self->bar), fill);
  weir_tone_set (self->bar, tone);
  gtk_widget_set_opacity (self->bar, is_known ? 1 : 0);
  gtk_widget_set_visible (self->bar, is_known || self->kind == WEIR_CELL_ROW); /* whose figures keep their place */
}

static char *
dup_buffered (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *buffered = weir_format_count (info->totals.buffered_messages);

  if (info->buffer_items == 0)
    return g_steal_pointer (&buffered);

  /* Translators: how many messages of the buffer's room are taken */
  return g_strdup_printf (_ ("%s of %u"), buffered, info->buffer_items);
}

static void
buffer_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirCertainty certainty = weir_channel_get_certainty (channel, WEIR_TOTALS_BUFFERED_MESSAGES);
  gboolean is_over = has_ended (channel);
  guint64 bytes = weir_channel_get_info (channel)->totals.buffered_bytes;

  refresh_bar (self, channel);
  refresh_known_now (self, channel, certainty);
  set_inferred (self->first, certainty);
  take_text (self->first, is_over ? g_strdup ("") : weir_describe_about (certainty, dup_buffered (channel)));
  take_text (self->third, is_over ? g_strdup ("") : weir_format_bytes (bytes, weir_settings_get_units ()));
  if (!is_over)
    gtk_widget_set_visible (self->third, weir_channel_knows (channel, WEIR_TOTALS_BUFFERED_BYTES));
}

/* --- figures --- */

static void
figure_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 3);

  self->known = append (box, weir_certainty_mark_new ());
  self->first = append (box, new_text (1, "numeric"));
  gtk_widget_set_valign (self->first, GTK_ALIGN_CENTER); /* of one line: it would break within a figure */
  set_child (self, box);
}

/* @figure: (transfer full) */
static void
take_figure (WeirChannelCell *self, WeirChannel *channel, WeirCertainty certainty, char *figure)
{
  take_text (self->first, weir_describe_certain (certainty, figure));
  set_inferred (self->first, certainty);
  refresh_known (self, channel, certainty);
}

/* To the byte, for who compares two ends. */
static gboolean
bytes_tooltip_cb (WeirChannelCell *self, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  WeirChannel *channel = weir_channel_cell_get_channel (self);
  g_autofree char *text = NULL;

  if (channel == NULL)
    return FALSE;
  text =
      weir_describe_certain_in_words (weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_BYTES),
                                      weir_format_bytes_exact (weir_channel_get_info (channel)->totals.written_bytes));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
bytes_build (WeirChannelCell *self)
{
  figure_build (self);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (bytes_tooltip_cb), NULL);
}

static void
bytes_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirCertainty certainty = weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_BYTES);
  guint64 bytes = weir_channel_get_info (channel)->totals.written_bytes;

  take_figure (self, channel, certainty, weir_format_bytes (bytes, weir_settings_get_units ()));
  weir_tone_set (self->first, certainty == WEIR_CERTAINTY_UNKNOWN ? WEIR_TONE_SECONDARY : WEIR_TONE_PLAIN);
}

/* Where nobody saw it created, it is at least as old as what was first heard of it. */
static gboolean
age_tooltip_cb (WeirChannelCell *self, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  WeirChannel *channel = weir_channel_cell_get_channel (self);
  g_autofree char *age = NULL, *text = NULL;

  if (channel == NULL || weir_channel_get_age_certainty (channel) != WEIR_CERTAINTY_INFERRED)
    return FALSE;
  age = weir_format_age (weir_channel_get_age_us (channel, weir_channel_rows_get_now_us (self->rows)));
  text = g_strdup_printf (_ ("Seen for %s: it is at least that old"), age);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
age_build (WeirChannelCell *self)
{
  figure_build (self);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (age_tooltip_cb), NULL);
}

/* An age is no total: the mark says that it is a bound. */
static void
age_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirCertainty certainty = weir_channel_get_age_certainty (channel);
  gboolean is_known = certainty != WEIR_CERTAINTY_UNKNOWN;

  take_text (self->first,
             is_known ? weir_format_age (weir_channel_get_age_us (channel, now_us)) : g_strdup (_ ("unknown")));
  set_inferred (self->first, certainty);
  refresh_known (self, channel, certainty);
  weir_tone_set (self->first, WEIR_TONE_SECONDARY);
}

/* --- the row of two lines --- */

static void
row_build (WeirChannelCell *self)
{
  GtkWidget *box = new_box (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = new_box (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *second_line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->mark = append (box, weir_group_mark_new ());
  self->icon = append (box, new_icon ());
  gtk_widget_set_margin_end (self->icon, 4);
  self->known = append (box, weir_certainty_mark_new ());
  append (box, lines);
  self->third = append (lines, new_text (0, NULL));
  append (lines, second_line);
  self->second = append (second_line, new_text (0, "second-line"));
  self->first = append (second_line, new_text (1, "second-line"));
  g_object_set (self->first, "hexpand", FALSE, "min-chars", 8, "nat-chars", 8, NULL);
  gtk_widget_add_css_class (self->first, "numeric");
  self->bar = append (second_line, weir_buffer_bar_new (34));
  set_child (self, box);
}

/* The state's word in the state's colour, then how long or why. */
static void
set_state_markup (WeirChannelCell *self, WeirChannel *channel, const char *detail)
{
  GdkRGBA colour;
  g_autofree char *markup = NULL;

  gtk_style_context_get_color (gtk_widget_get_style_context (self->icon), &colour);
  markup =
      g_markup_printf_escaped ("<span foreground=\"#%02x%02x%02x\" alpha=\"%u%%\">%s</span>  %s",
                               (guint) (colour.red * 255), (guint) (colour.green * 255), (guint) (colour.blue * 255),
                               (guint) (colour.alpha * 100), weir_describe_state (channel), detail);
  if (g_strcmp0 (markup, self->markup) == 0)
    return;

  gtk_inscription_set_markup (GTK_INSCRIPTION (self->second), markup);
  g_free (self->markup);
  self->markup = g_steal_pointer (&markup);
}

static void
set_alarm (WeirChannelCell *self, const char *alarm)
{
  gtk_inscription_set_attributes (GTK_INSCRIPTION (self->second), NULL);
  set_text (self->second, alarm);
  g_clear_pointer (&self->markup, g_free);
}

/* An alarm says more than the state's name does. */
static void
row_refresh (WeirChannelCell *self, WeirChannel *channel, gint64 now_us)
{
  WeirSeverity worst = WEIR_SEVERITY_QUIET;
  g_autofree char *alarm = weir_describe_second_line (channel, now_us, &worst);
  g_autofree char *detail = weir_describe_state_detail (channel, now_us);
  WeirSeverity severity = weir_describe_severity (channel);

  refresh_icon (self, channel);
  refresh_mark (self);
  refresh_route (self, channel, self->third);
  if (worst >= WEIR_SEVERITY_WARNING && severity != WEIR_SEVERITY_ERROR)
    set_alarm (self, alarm);
  else
    set_state_markup (self, channel, detail);
  weir_tone_set (self->second, weir_tone_of_severity (severity == WEIR_SEVERITY_ERROR ? severity : worst));
  refresh_rate (self, channel, now_us);
  gtk_widget_set_visible (self->first, !has_ended (channel) && severity != WEIR_SEVERITY_WARNING);
  refresh_bar (self, channel);
  gtk_widget_set_visible (self->bar, !weir_text_scale_is_large (self->bar) && !has_ended (channel) &&
                                         weir_channel_knows (channel, WEIR_TOTALS_BUFFERED_MESSAGES));
  weir_channel_cell_name_row (self, channel);
}

static const WeirCellClass kinds[] = {
  [WEIR_CELL_STATE] = { state_build, state_refresh },
  [WEIR_CELL_CHANNEL] = { channel_build, channel_refresh },
  [WEIR_CELL_ROUTE] = { route_build, route_refresh },
  [WEIR_CELL_THROUGHPUT] = { throughput_build, throughput_refresh },
  [WEIR_CELL_BUFFER] = { buffer_build, buffer_refresh },
  [WEIR_CELL_BYTES] = { bytes_build, bytes_refresh },
  [WEIR_CELL_AGE] = { age_build, age_refresh },
  [WEIR_CELL_ROW] = { row_build, row_refresh },
};

static void
weir_channel_cell_update (WeirChannelCell *self, gint64 now_us)
{
  WeirChannel *channel = gtk_list_item_get_item (self->item);

  kinds[self->kind].refresh (self, channel, now_us);
  set_class (GTK_WIDGET (self), "stale", weir_channel_is_stale (channel));
}

static gboolean
mapped_cb (gpointer user_data)
{
  WeirChannelCell *self = user_data;

  self->map_source = 0;
  weir_channel_cell_refresh (self, weir_channel_rows_get_now_us (self->rows));
  return G_SOURCE_REMOVE;
}

/* Rows come into view in the middle of an allocation, where nothing may ask for another size: it waits for its end. */
static void
weir_channel_cell_map (GtkWidget *widget)
{
  WeirChannelCell *self = WEIR_CHANNEL_CELL (widget);

  GTK_WIDGET_CLASS (weir_channel_cell_parent_class)->map (widget);
  if (self->map_source == 0)
    self->map_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, mapped_cb, self, NULL);
}

static void
weir_channel_cell_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WEIR_CHANNEL_CELL (widget)->map_source, g_source_remove);
  GTK_WIDGET_CLASS (weir_channel_cell_parent_class)->unmap (widget);
}

static void
weir_channel_cell_dispose (GObject *object)
{
  WeirChannelCell *self = WEIR_CHANNEL_CELL (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  self->item = NULL;
  g_clear_handle_id (&self->map_source, g_source_remove);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (weir_channel_cell_parent_class)->dispose (object);
}

static void
weir_channel_cell_finalize (GObject *object)
{
  g_free (WEIR_CHANNEL_CELL (object)->row_name);
  g_free (WEIR_CHANNEL_CELL (object)->markup);
  G_OBJECT_CLASS (weir_channel_cell_parent_class)->finalize (object);
}

static void
weir_channel_cell_class_init (WeirChannelCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_channel_cell_dispose;
  object_class->finalize = weir_channel_cell_finalize;
  widget_class->map = weir_channel_cell_map;
  widget_class->unmap = weir_channel_cell_unmap;
  gtk_widget_class_set_css_name (widget_class, "weircell");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_channel_cell_init (WeirChannelCell *self)
{
}

GtkWidget *
weir_channel_cell_new (WeirCellKind kind, WeirChannelRows *rows)
{
  WeirChannelCell *self = g_object_new (WEIR_TYPE_CHANNEL_CELL, NULL);

  self->kind = kind;
  self->rows = g_object_ref (rows);
  kinds[kind].build (self);
  if (kind == WEIR_CELL_ROW)
    gtk_widget_add_css_class (GTK_WIDGET (self), "two-lines");

  return GTK_WIDGET (self);
}

void
weir_channel_cell_bind (WeirChannelCell *self, GtkListItem *item)
{
  self->item = item;
  if (item != NULL)
    weir_channel_cell_update (self, weir_channel_rows_get_now_us (self->rows));
}

WeirChannel *
weir_channel_cell_get_channel (WeirChannelCell *self)
{
  return self->item != NULL ? gtk_list_item_get_item (self->item) : NULL;
}

void
weir_channel_cell_refresh (WeirChannelCell *self, gint64 now_us)
{
  if (self->item != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    weir_channel_cell_update (self, now_us);
}
