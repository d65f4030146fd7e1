/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-payload-chip.h"

#include <glib/gi18n.h>

#include "weir-format.h"

struct _WeirPayloadChip
{
  GtkWidget parent_instance;

  GtkLabel *label;
};

enum
{
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirPayloadChip, weir_payload_chip, GTK_TYPE_WIDGET)

static void
removed_cb (WeirPayloadChip *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
weir_payload_chip_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (weir_payload_chip_parent_class)->dispose (object);
}

static void
weir_payload_chip_class_init (WeirPayloadChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_payload_chip_dispose;
  signals[REMOVED] =
      g_signal_new ("removed", WEIR_TYPE_PAYLOAD_CHIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirpayloadchip");
}

static void
weir_payload_chip_init (WeirPayloadChip *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("text-x-generic-symbolic"), *button;

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_set_parent (icon, GTK_WIDGET (self));
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_set_parent (GTK_WIDGET (self->label), GTK_WIDGET (self));
  button = gtk_button_new_with_mnemonic (_ ("_Remove"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Back to the editor"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (removed_cb), self);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
}

GtkWidget *
weir_payload_chip_new (void)
{
  return g_object_new (WEIR_TYPE_PAYLOAD_CHIP, NULL);
}

void
weir_payload_chip_set_size (WeirPayloadChip *self, gsize size)
{
  g_autofree char *amount = NULL, *text = NULL;

  g_return_if_fail (WEIR_IS_PAYLOAD_CHIP (self));

  amount = weir_format_bytes (size, WEIR_UNITS_DECIMAL);
  /* TRANSLATORS: in place of a payload's text: its size */
  text = g_strdup_printf (_ ("%s of JSON, not shown: too much to edit. It is sent whole."), amount);
  gtk_label_set_text (self->label, text);
}
