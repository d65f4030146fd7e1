/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-heading.h"

#include <glib/gi18n.h>

#include "weir-name.h"

/* A longer text's end is shown. */
#define MAX_GROWING 2000

struct _WeirMessageHeading
{
  GtkWidget parent_instance;

  GtkWidget *box; /* all of it */
  GtkLabel *name;
  GtkProgressBar *bar;
  GtkLabel *gist;
  GtkWidget *growing_scroller;
  GtkLabel *growing;
  guint64 seq;
  gboolean is_delta;
};

G_DEFINE_FINAL_TYPE (WeirMessageHeading, weir_message_heading, GTK_TYPE_WIDGET)

void
weir_message_heading_set (WeirMessageHeading *self, GBytes *payload, gboolean is_text, guint64 seq)
{
  g_auto (WeirName) name = { 0 };
  WeirSpan text;
  gboolean is_known;

  g_return_if_fail (WEIR_IS_MESSAGE_HEADING (self));

  text.text = g_bytes_get_data (payload, &text.len);
  is_known = is_text && weir_name_read (&name, text);
  self->seq = seq;
  self->is_delta = is_known && name.kind == WEIR_NAME_DELTA;
  gtk_widget_set_visible (self->growing_scroller, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), is_known);
  if (!is_known)
    return;
  gtk_label_set_text (self->name, name.name);
  gtk_label_set_text (self->gist, name.gist != NULL ? name.gist : "");
  gtk_widget_set_visible (GTK_WIDGET (self->bar), name.share >= 0);
  gtk_progress_bar_set_fraction (self->bar, MAX (name.share, 0));
  if (name.kind == WEIR_NAME_ERROR)
    gtk_widget_add_css_class (GTK_WIDGET (self->gist), "tone-error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->gist), "tone-error");
}

gboolean
weir_message_heading_is_delta (WeirMessageHeading *self)
{
  g_return_val_if_fail (WEIR_IS_MESSAGE_HEADING (self), FALSE);

  return self->is_delta;
}

void
weir_message_heading_update_growing (WeirMessageHeading *self, WeirStream *stream)
{
  gboolean has_gaps;
  g_autofree char *text = NULL;

  g_return_if_fail (WEIR_IS_MESSAGE_HEADING (self));

  if (self->is_delta && stream != NULL)
    text = weir_stream_dup_growing (stream, self->seq, MAX_GROWING, &has_gaps);
  if (text == NULL || g_str_equal (text, gtk_label_get_text (self->growing)))
    {
      gtk_widget_set_visible (self->growing_scroller, text != NULL);
      return;
    }
  gtk_label_set_text (self->growing, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->growing),
                               has_gaps ? _ ("Messages are missing where […] stands") : NULL);
  gtk_widget_set_visible (self->growing_scroller, TRUE);
}

static void
weir_message_heading_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_MESSAGE_HEADING);
  G_OBJECT_CLASS (weir_message_heading_parent_class)->dispose (object);
}

static void
weir_message_heading_class_init (WeirMessageHeadingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_message_heading_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-message-heading.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, box);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, name);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, bar);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, gist);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, growing_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageHeading, growing);
}

static void
weir_message_heading_init (WeirMessageHeading *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
