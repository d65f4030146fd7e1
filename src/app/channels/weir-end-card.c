/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-end-card.h"

#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-settings.h"
#include "weir-tone.h"

#define N_FIGURES 4

struct _WeirEndCard
{
  GtkWidget parent_instance;

  GtkLabel *title;
  GtkLabel *name;
  GtkLabel *worker;
  GtkBox *rows;
  GtkLabel *keys[N_FIGURES];
  GtkLabel *values[N_FIGURES];
  gboolean is_writer;
};

enum
{
  PROP_0,
  PROP_IS_WRITER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirEndCard, weir_end_card, GTK_TYPE_WIDGET)

static void
set_label (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

/* A figure reads from left to right: among text of the other direction its groups would change places. */
static void
set_figure (GtkLabel *label, const char *figure)
{
  g_autofree char *isolated = NULL;

  if (gtk_widget_get_direction (GTK_WIDGET (label)) == GTK_TEXT_DIR_RTL)
    isolated = g_strdup_printf ("\342\201\246%s\342\201\251", figure); /* U+2066 … U+2069 */
  set_label (label, isolated != NULL ? isolated : figure);
}

/* @value: (transfer full) (nullable): NULL: there is no such figure */
static void
weir_end_card_set_figure (WeirEndCard *self, guint i, const char *key, char *value, WeirTone tone)
{
  set_label (self->keys[i], key);
  set_figure (self->values[i], value != NULL ? value : "–");
  weir_tone_set (GTK_WIDGET (self->values[i]), value != NULL ? tone : WEIR_TONE_SECONDARY);
  g_free (value);
}

static void
set_tooltip (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (label)), text) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (label), text);
}

/* Figures of an end that nobody sees are unknown, not zero; of one that was never there, there are none. */
static WeirCertainty
get_certainty (WeirChannel *channel, const WeirEndInfo *end, guint32 column)
{
  return end->presence == WEIR_PRESENCE_NONE ? WEIR_CERTAINTY_UNKNOWN : weir_channel_get_certainty (channel, column);
}

/* @say: with a mark, or in words; @figure: (transfer full) */
static char *
take_certain (char *(*say) (WeirCertainty certainty, char *figure), WeirCertainty certainty, const WeirEndInfo *end,
              char *figure)
{
  if (end->presence != WEIR_PRESENCE_NONE)
    return say (certainty, figure);
  g_free (figure);
  return NULL;
}

static WeirTone
tone_of (WeirCertainty certainty)
{
  return certainty == WEIR_CERTAINTY_UNKNOWN ? WEIR_TONE_SECONDARY : WEIR_TONE_PLAIN;
}

static void
weir_end_card_set_messages (WeirEndCard *self, guint i, const char *key, WeirCertainty certainty,
                            const WeirEndInfo *end, guint64 messages)
{
  g_autofree char *exact = take_certain (weir_describe_certain_in_words, certainty, end, weir_format_count (messages));

  weir_end_card_set_figure (self, i, key,
                            take_certain (weir_describe_certain, certainty, end, weir_format_count (messages)),
                            tone_of (certainty));
  set_tooltip (self->values[i], exact);
}

/* Short, and to the byte for who points at it. */
static void
weir_end_card_set_bytes (WeirEndCard *self, guint i, WeirCertainty certainty, const WeirEndInfo *end, guint64 bytes)
{
  g_autofree char *exact =
      take_certain (weir_describe_certain_in_words, certainty, end, weir_format_bytes_exact (bytes));

  weir_end_card_set_figure (
      self, i, _ ("Bytes"),
      take_certain (weir_describe_certain, certainty, end, weir_format_bytes (bytes, weir_settings_get_units ())),
      tone_of (certainty));
  set_tooltip (self->values[i], exact);
}

/* "9 %, 4.3 s" */
static char *
dup_held_in_all (WeirChannel *channel, gint64 now_us)
{
  gint64 held_us = weir_channel_get_held_in_all_us (channel, now_us);
  g_autofree char *share = weir_format_percent (weir_channel_get_held_share (channel, now_us));
  g_autofree char *duration = weir_format_duration (held_us);

  if (held_us == 0)
    return g_steal_pointer (&share);
  /* Translators: a share of a time, and how long that was: “9 %, 4.3 s” */
  return g_strdup_printf (_ ("%s, %s"), share, duration);
}

static void
weir_end_card_show_writer (WeirEndCard *self, WeirChannel *channel, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  const WeirEndInfo *end = &info->writer;
  gboolean seen = get_certainty (channel, end, WEIR_TOTALS_PAUSED_US) != WEIR_CERTAINTY_UNKNOWN;
  double held_now = seen ? weir_channel_get_held_share_now (channel, now_us) : 0;

  weir_end_card_set_messages (self, 0, _ ("Messages"), get_certainty (channel, end, WEIR_TOTALS_WRITTEN_MESSAGES), end,
                              info->totals.written_messages);
  weir_end_card_set_bytes (self, 1, get_certainty (channel, end, WEIR_TOTALS_WRITTEN_BYTES), end,
                           info->totals.written_bytes);
  weir_end_card_set_figure (self, 2, _ ("Held now"), seen ? weir_format_percent (held_now) : NULL,
                            held_now >= 0.5 ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN);
  weir_end_card_set_figure (self, 3, _ ("Held in all"), seen ? dup_held_in_all (channel, now_us) : NULL,
                            WEIR_TONE_PLAIN);
}

static char *
dup_last_read (WeirChannel *channel, gint64 now_us)
{
  gint64 last_us = weir_channel_get_last_read_us (channel);
  g_autofree char *ago = NULL;

  if (last_us == 0)
    return NULL;
  if (now_us - last_us < G_USEC_PER_SEC)
    return g_strdup (_ ("now"));

  ago = weir_format_duration (now_us - last_us);
  return g_strdup_printf (_ ("%s ago"), ago);
}

static void
weir_end_card_show_reader (WeirEndCard *self, WeirChannel *channel, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  const WeirEndInfo *end = &info->reader;
  WeirCertainty sent = get_certainty (channel, end, WEIR_TOTALS_SENT_MESSAGES);
  gboolean seen = sent != WEIR_CERTAINTY_UNKNOWN;
  gboolean acks = end->probed && weir_channel_knows (channel, WEIR_TOTALS_ACKED_MESSAGES);
  gboolean stalled = weir_channel_get_state (channel) == WEIR_STATE_STALLED;

  weir_end_card_set_messages (self, 0, _ ("Messages"), sent, end, info->totals.sent_messages);
  weir_end_card_set_bytes (self, 1, get_certainty (channel, end, WEIR_TOTALS_SENT_BYTES), end, info->totals.sent_bytes);
  weir_end_card_set_figure (self, 2, _ ("Acknowledged"),
                            seen && acks ? weir_format_count (info->totals.acked_messages) : NULL, WEIR_TONE_PLAIN);
  /* A client that answers no pings shows only that the bytes left for its socket. */
  weir_end_card_set_figure (self, 3, info->reader.probed ? _ ("Last read") : _ ("Last sent"),
                            seen ? dup_last_read (channel, now_us) : NULL, stalled ? WEIR_TONE_ERROR : WEIR_TONE_PLAIN);
}

static GtkLabel *
add_label (GtkWidget *row, gboolean is_key)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_key ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), is_key ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, is_key);
  gtk_widget_add_css_class (label, is_key ? "key" : "numeric");
  gtk_box_append (GTK_BOX (row), label);
  return GTK_LABEL (label);
}

/* Not columns: a long value in one row would cut off the words of all others. */
static void
weir_end_card_add_row (WeirEndCard *self, guint i)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);

  self->keys[i] = add_label (row, TRUE);
  self->values[i] = add_label (row, FALSE);
  gtk_box_append (self->rows, row);
}

static void
weir_end_card_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_IS_WRITER)
    g_value_set_boolean (value, WEIR_END_CARD (object)->is_writer);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_end_card_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_IS_WRITER)
    WEIR_END_CARD (object)->is_writer = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_end_card_constructed (GObject *object)
{
  WeirEndCard *self = WEIR_END_CARD (object);
  const char *title = self->is_writer ? _ ("Writer") : _ ("Reader");

  G_OBJECT_CLASS (weir_end_card_parent_class)->constructed (object);
  gtk_label_set_label (self->title, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
weir_end_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_END_CARD);
  G_OBJECT_CLASS (weir_end_card_parent_class)->dispose (object);
}

static void
weir_end_card_class_init (WeirEndCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = weir_end_card_constructed;
  object_class->dispose = weir_end_card_dispose;
  object_class->get_property = weir_end_card_get_property;
  object_class->set_property = weir_end_card_set_property;
  properties[PROP_IS_WRITER] = g_param_spec_boolean (
      "is-writer", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-end-card.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirEndCard, title);
  gtk_widget_class_bind_template_child (widget_class, WeirEndCard, name);
  gtk_widget_class_bind_template_child (widget_class, WeirEndCard, worker);
  gtk_widget_class_bind_template_child (widget_class, WeirEndCard, rows);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
weir_end_card_init (WeirEndCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_FIGURES; i++)
    weir_end_card_add_row (self, i);
}

void
weir_end_card_show (WeirEndCard *self, WeirChannel *channel, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *name = weir_describe_end (channel, self->is_writer ? WEIR_DIRECTION_WRITE : WEIR_DIRECTION_READ);
  g_autofree char *worker = weir_describe_worker (self->is_writer ? &info->writer : &info->reader);

  set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  set_label (self->worker, worker != NULL ? worker : "");
  if (self->is_writer)
    weir_end_card_show_writer (self, channel, now_us);
  else
    weir_end_card_show_reader (self, channel, now_us);
}
