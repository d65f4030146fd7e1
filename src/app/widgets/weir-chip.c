/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-chip.h"

#include <glib/gi18n.h>

#include "weir-format.h"

struct _WeirChip
{
  GtkToggleButton parent_instance;

  GtkImage *icon;
  GtkLabel *word;
  GtkLabel *number;
  guint count;
};

enum
{
  PROP_0,
  PROP_WORD,
  PROP_ICON,
  PROP_TONE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirChip, weir_chip, GTK_TYPE_TOGGLE_BUTTON)

static void
weir_chip_update_name (WeirChip *self)
{
  g_autofree char *name = g_strdup_printf (_ ("%s: %u"), gtk_label_get_label (self->word), self->count);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* One of them is chosen, and which that is is said of such a button alone. */
static void
weir_chip_say_whether_chosen (GtkToggleButton *button)
{
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_CHECKED,
      gtk_toggle_button_get_active (button) ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
weir_chip_toggled (GtkToggleButton *button)
{
  weir_chip_say_whether_chosen (button);
  if (GTK_TOGGLE_BUTTON_CLASS (weir_chip_parent_class)->toggled != NULL)
    GTK_TOGGLE_BUTTON_CLASS (weir_chip_parent_class)->toggled (button);
}

static void
weir_chip_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WeirChip *self = WEIR_CHIP (object);

  switch (prop_id)
    {
    case PROP_WORD:
      gtk_label_set_label (self->word, g_value_get_string (value));
      weir_chip_update_name (self);
      break;
    case PROP_ICON:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      gtk_widget_set_visible (GTK_WIDGET (self->icon), TRUE);
      break;
    case PROP_TONE:
      gtk_widget_add_css_class (GTK_WIDGET (self->icon), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_chip_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_CHIP);
  G_OBJECT_CLASS (weir_chip_parent_class)->dispose (object);
}

static void
weir_chip_class_init (WeirChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = weir_chip_dispose;
  object_class->set_property = weir_chip_set_property;
  GTK_TOGGLE_BUTTON_CLASS (klass)->toggled = weir_chip_toggled;
  properties[PROP_WORD] = g_param_spec_string ("word", NULL, NULL, NULL, flags);
  properties[PROP_ICON] = g_param_spec_string ("icon", NULL, NULL, NULL, flags);
  properties[PROP_TONE] = g_param_spec_string ("tone", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_RADIO);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChip, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirChip, word);
  gtk_widget_class_bind_template_child (widget_class, WeirChip, number);
}

static void
weir_chip_init (WeirChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_chip_say_whether_chosen (GTK_TOGGLE_BUTTON (self));
}

void
weir_chip_set_count (WeirChip *self, guint count)
{
  g_autofree char *text = NULL;

  if (self->count == count && *gtk_label_get_label (self->number) != '\0')
    return;

  self->count = count;
  text = weir_format_count (count);
  gtk_label_set_label (self->number, text);
  weir_chip_update_name (self);
}
