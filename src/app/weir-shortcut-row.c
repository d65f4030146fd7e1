/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-shortcut-row.h"

#define SPACING 12
#define GAP     3 /* between lines */

struct _WeirShortcutRow
{
  AdwPreferencesRow parent_instance;

  GtkWidget *title;
  GtkWidget *keys; /* a line for each */
  char *accelerator;
};

enum
{
  PROP_ACCELERATOR = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirShortcutRow, weir_shortcut_row, ADW_TYPE_PREFERENCES_ROW)

/* --- the layout: of a box whose children are the title and the keys --- */

static void
get_widths (GtkWidget *child, int *minimum, int *natural)
{
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, minimum, natural, NULL, NULL);
}

static int
get_height (GtkWidget *child, int width)
{
  int height;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

/* Both in one line, unless the title would break. */
static gboolean
fits (GtkWidget *box, int width)
{
  int title, keys;

  get_widths (gtk_widget_get_first_child (box), NULL, &title);
  get_widths (gtk_widget_get_last_child (box), NULL, &keys);
  return width < 0 || title + SPACING + keys <= width;
}

static GtkSizeRequestMode
get_mode (GtkWidget *box)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkWidget *box, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
         int *natural_baseline)
{
  GtkWidget *title = gtk_widget_get_first_child (box), *keys = gtk_widget_get_last_child (box);
  int title_minimum, title_natural, keys_minimum, keys_natural, beside;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      get_widths (title, &title_minimum, &title_natural);
      get_widths (keys, &keys_minimum, &keys_natural);
      *minimum = MAX (title_minimum, keys_minimum);
      *natural = title_natural + SPACING + keys_natural;
      return;
    }
  beside = MAX (get_height (title, -1), get_height (keys, -1));
  *minimum = *natural = fits (box, for_size) ? beside : get_height (title, for_size) + GAP + get_height (keys, -1);
}

static void
allocate (GtkWidget *box, int width, int height, int baseline)
{
  GtkWidget *title = gtk_widget_get_first_child (box), *keys = gtk_widget_get_last_child (box);
  gboolean is_rtl = gtk_widget_get_direction (box) == GTK_TEXT_DIR_RTL;
  GtkAllocation above = { 0, 0, width, height }, below;
  int keys_width;

  get_widths (keys, NULL, &keys_width);
  keys_width = MIN (keys_width, width);
  below = (GtkAllocation){ is_rtl ? 0 : width - keys_width, 0, keys_width, height };
  if (fits (box, width))
    {
      above.width = width - SPACING - keys_width;
      above.x = is_rtl ? width - above.width : 0;
    }
  else
    {
      above.height = get_height (title, width);
      below.y = above.height + GAP;
      below.height = height - below.y;
    }
  gtk_widget_size_allocate (title, &above, -1);
  gtk_widget_size_allocate (keys, &below, -1);
}

/* --- the keys --- */

/* A screen reader reads the row as one. */
static void
show_title (WeirShortcutRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  g_autoptr (GString) name = g_string_new (title);

  for (GtkWidget *label = gtk_widget_get_first_child (self->keys); label != NULL;
       label = gtk_widget_get_next_sibling (label))
    {
      GdkModifierType modifiers;
      guint key;
      g_autofree char *words = NULL;

      if (!gtk_accelerator_parse (gtk_shortcut_label_get_accelerator (GTK_SHORTCUT_LABEL (label)), &key, &modifiers))
        continue;
      words = gtk_accelerator_get_label (key, modifiers);
      g_string_append_printf (name, ", %s", words);
    }
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
}

static void
set_accelerator (WeirShortcutRow *self, const char *accelerator)
{
  g_auto (GStrv) each = g_strsplit (accelerator, " ", -1);

  g_free (self->accelerator);
  self->accelerator = g_strdup (accelerator);
  while (gtk_widget_get_first_child (self->keys) != NULL)
    gtk_box_remove (GTK_BOX (self->keys), gtk_widget_get_first_child (self->keys));
  for (guint i = 0; each[i] != NULL; i++)
    {
      GtkWidget *label = gtk_shortcut_label_new (each[i]);

      gtk_widget_set_halign (label, GTK_ALIGN_END);
      gtk_box_append (GTK_BOX (self->keys), label);
    }
  show_title (self);
}

/* --- GObject --- */

static void
weir_shortcut_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ACCELERATOR)
    g_value_set_string (value, WEIR_SHORTCUT_ROW (object)->accelerator);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_shortcut_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ACCELERATOR)
    set_accelerator (WEIR_SHORTCUT_ROW (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_shortcut_row_finalize (GObject *object)
{
  g_free (WEIR_SHORTCUT_ROW (object)->accelerator);
  G_OBJECT_CLASS (weir_shortcut_row_parent_class)->finalize (object);
}

static void
weir_shortcut_row_class_init (WeirShortcutRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = weir_shortcut_row_get_property;
  object_class->set_property = weir_shortcut_row_set_property;
  object_class->finalize = weir_shortcut_row_finalize;

  properties[PROP_ACCELERATOR] =
      g_param_spec_string ("accelerator", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
weir_shortcut_row_init (WeirShortcutRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->title = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  self->keys = gtk_box_new (GTK_ORIENTATION_VERTICAL, GAP);
  gtk_widget_set_valign (self->keys, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->keys);
  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (get_mode, measure, allocate));
  gtk_widget_add_css_class (GTK_WIDGET (self), "shortcut");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  g_signal_connect (self, "notify::title", G_CALLBACK (show_title), NULL);
}
