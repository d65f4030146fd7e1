/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-banner.h"

#include "weir-text-scale.h"

struct _WeirBanner
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *label;
  GtkWidget *details;
  GtkButton *other;
  GtkOrientable *buttons;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (WeirBanner, weir_banner, GTK_TYPE_WIDGET)

static void
weir_banner_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_BANNER);
  G_OBJECT_CLASS (weir_banner_parent_class)->dispose (object);
}

/* Out of sight is out of reach: what is not shown is not to be read to anyone either. */
static void
child_revealed_cb (GtkRevealer *revealer, GParamSpec *pspec, WeirBanner *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          gtk_revealer_get_reveal_child (revealer) || gtk_revealer_get_child_revealed (revealer));
}

static void
weir_banner_class_init (WeirBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_banner_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, content);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, label);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, buttons);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, button);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, other);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, details);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirbanner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
weir_banner_init (WeirBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self->revealer, "notify::child-revealed", G_CALLBACK (child_revealed_cb), self);
}

static void
weir_banner_set_text (WeirBanner *self, const char *title, const char *text)
{
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b> %s", title, text);
  g_autofree char *plain = NULL;

  if (g_strcmp0 (gtk_label_get_label (self->label), markup) == 0)
    return;

  gtk_label_set_markup (self->label, markup);
  plain = g_strdup_printf ("%s %s", title, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, plain, -1);
}

static void
set_button (GtkButton *button, const char *label, const char *action)
{
  gtk_widget_set_visible (GTK_WIDGET (button), label != NULL);
  if (label == NULL)
    return;
  gtk_button_set_label (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

void
weir_banner_show (WeirBanner *self, const char *css_class, const char *title, const char *text, const char *button,
                  const char *action)
{
  gboolean is_warning = g_str_equal (css_class, "warning");

  gtk_widget_remove_css_class (self->content, is_warning ? "info" : "warning");
  gtk_widget_add_css_class (self->content, css_class);
  gtk_image_set_from_icon_name (self->icon, is_warning ? "dialog-warning-symbolic" : "dialog-information-symbolic");
  weir_banner_set_text (self, title, text);
  gtk_widget_set_visible (self->details, is_warning);
  set_button (self->button, button, action);
  weir_banner_set_other (self, NULL, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
weir_banner_set_other (WeirBanner *self, const char *button, const char *action)
{
  set_button (self->other, button, action);
  if (button != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "suggested-action");
}

void
weir_banner_hide (WeirBanner *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

void
weir_banner_set_narrow (WeirBanner *self, gboolean is_narrow)
{
  gboolean is_cramped = is_narrow && weir_text_scale_is_large (GTK_WIDGET (self));

  gtk_orientable_set_orientation (self->buttons, is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->content),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (GTK_BOX (self->content), is_narrow ? 6 : 12);
}
