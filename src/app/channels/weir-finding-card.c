/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-finding-card.h"

#include <glib/gi18n.h>

#include "weir-tone.h"

struct _WeirFindingCard
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkLabel *sentence;
  GtkLabel *advice;
  GtkButton *other;
  GtkWidget *dismiss;
};

enum
{
  DISMISSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirFindingCard, weir_finding_card, GTK_TYPE_WIDGET)

static const char *
colour_name (WeirSeverity severity)
{
  switch (severity)
    {
    case WEIR_SEVERITY_GOOD:
      return "accent_color";
    case WEIR_SEVERITY_WARNING:
      return "weir_warning";
    case WEIR_SEVERITY_ERROR:
      return "error_color";
    case WEIR_SEVERITY_QUIET:
    default:
      return "window_fg_color";
    }
}

/* Headline and text are one sentence for the eye, in two colours: markup takes them from the style. */
static char *
weir_finding_card_dup_markup (WeirFindingCard *self, const WeirSentence *sentence, WeirSeverity severity)
{
  GdkRGBA colour = { 0, 0, 0, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), colour_name (severity), &colour);
  return g_markup_printf_escaped ("<span weight=\"bold\" foreground=\"#%02x%02x%02x\" alpha=\"100%%\">%s</span> %s",
                                  (guint) (colour.red * 255 + 0.5), (guint) (colour.green * 255 + 0.5),
                                  (guint) (colour.blue * 255 + 0.5), sentence->headline,
                                  sentence->text != NULL ? sentence->text : "");
}

static void
dismiss_cb (WeirFindingCard *self)
{
  g_signal_emit (self, signals[DISMISSED], 0);
}

static void
weir_finding_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_FINDING_CARD);
  G_OBJECT_CLASS (weir_finding_card_parent_class)->dispose (object);
}

static void
weir_finding_card_class_init (WeirFindingCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_finding_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-finding-card.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFindingCard, head); /* else it would outlive its card */
  gtk_widget_class_bind_template_child (widget_class, WeirFindingCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingCard, advice);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingCard, other);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingCard, dismiss);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
  signals[DISMISSED] =
      g_signal_new ("dismissed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirfinding");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
weir_finding_card_init (WeirFindingCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_finding_card_new (void)
{
  return g_object_new (WEIR_TYPE_FINDING_CARD, NULL);
}

/* @id: (nullable) */
static void
weir_finding_card_lead_to (WeirFindingCard *self, const char *id)
{
  g_autofree char *shown = weir_format_short_id (id != NULL ? id : ""), *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->other), id != NULL);
  if (id == NULL)
    return;
  /* Translators: the short id of a channel */
  text = g_strdup_printf (_ ("Show Channel %s"), shown);
  if (g_strcmp0 (gtk_button_get_label (self->other), text) == 0)
    return;
  gtk_button_set_label (self->other, text);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->other), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->other), "channels.show");
}

void
weir_finding_card_show (WeirFindingCard *self, const WeirSentence *sentence, WeirSeverity severity, const char *other)
{
  g_autofree char *markup = weir_finding_card_dup_markup (self, sentence, severity);

  weir_tone_set (GTK_WIDGET (self), weir_tone_of_severity (severity));
  gtk_widget_set_visible (self->dismiss, severity >= WEIR_SEVERITY_WARNING);
  if (g_strcmp0 (gtk_label_get_label (self->sentence), markup) != 0)
    gtk_label_set_markup (self->sentence, markup);
  if (g_strcmp0 (gtk_label_get_label (self->advice), sentence->advice != NULL ? sentence->advice : "") != 0)
    gtk_label_set_label (self->advice, sentence->advice != NULL ? sentence->advice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->advice), sentence->advice != NULL);
  weir_finding_card_lead_to (self, other);
}
