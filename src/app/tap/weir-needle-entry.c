/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-needle-entry.h"

#include <glib/gi18n.h>

#include "weir-focus.h"

struct _WeirNeedleEntry
{
  GtkWidget parent_instance;

  GtkWidget *box; /* all of it */
  GtkDropDown *mode;
  GtkSearchEntry *entry;
  GtkWidget *problem; /* in its place */
  GtkLabel *wrong;
  GtkButton *offer;
  WeirNeedle *needle; /* nullable */
};

enum
{
  PROP_LABEL = 1,
  PROP_PLACE,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum
{
  CHANGED,
  ACTIVATE,
  STOPPED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirNeedleEntry, weir_needle_entry, GTK_TYPE_WIDGET)

static const char *
get_placeholder (WeirNeedleMode mode)
{
  switch (mode)
    {
    case WEIR_NEEDLE_HEX:
      return _ ("Bytes: 50 41 52 31");
    case WEIR_NEEDLE_REGEX:
      return _ ("Expression: rows\":\\d+");
    case WEIR_NEEDLE_TEXT:
    case WEIR_N_NEEDLE_MODES:
    default:
      return _ ("Text in either case");
    }
}

static void
show_wrong (WeirNeedleEntry *self, WeirNeedleMode mode, const GError *error)
{
  g_autofree char *words = NULL;

  if (error == NULL)
    words = g_strdup ("");
  else if (mode == WEIR_NEEDLE_HEX)
    words = g_strdup (_ ("Bytes are pairs of hexadecimal digits: 50 41 52 31"));
  else /* Translators: what PCRE says, in English: missing terminating ] for character class */
    words = g_strdup_printf (_ ("No regular expression: %s"), error->message);

  gtk_label_set_text (self->wrong, words);
  gtk_widget_set_visible (GTK_WIDGET (self->wrong), error != NULL);
  if (error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* Beside the entry there is no room for it that would not push away what is below. */
static void
show_problem (WeirNeedleEntry *self)
{
  gboolean has_any =
      gtk_widget_get_visible (GTK_WIDGET (self->wrong)) || gtk_widget_get_visible (GTK_WIDGET (self->offer));

  gtk_widget_set_visible (self->problem, has_any && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

/* What was right before stays in force while what is typed is wrong: half of an expression hides nothing. */
static void
update (WeirNeedleEntry *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  WeirNeedleMode mode = gtk_drop_down_get_selected (self->mode);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirNeedle) needle = weir_needle_new (mode, text, &error);

  show_wrong (self, mode, error);
  gtk_widget_set_visible (GTK_WIDGET (self->offer), mode == WEIR_NEEDLE_TEXT && weir_needle_is_like_hex (text));
  show_problem (self);
  if (error != NULL || weir_needle_equal (self->needle, needle))
    return;
  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = g_steal_pointer (&needle);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Bytes stand as they come, also where one reads from right to left. */
static void
mode_cb (WeirNeedleEntry *self)
{
  WeirNeedleMode mode = gtk_drop_down_get_selected (self->mode);
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->entry));

  g_object_set (self->entry, "placeholder-text", get_placeholder (mode), NULL);
  gtk_widget_set_direction (GTK_WIDGET (text), mode == WEIR_NEEDLE_HEX ? GTK_TEXT_DIR_LTR : GTK_TEXT_DIR_NONE);
  update (self);
}

static void
offer_cb (WeirNeedleEntry *self)
{
  gtk_drop_down_set_selected (self->mode, WEIR_NEEDLE_HEX);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
activate_cb (WeirNeedleEntry *self)
{
  update (self); /* the entry tells of its text with a delay */
  g_signal_emit (self, signals[ACTIVATE], 0, TRUE);
}

static void
stop_cb (WeirNeedleEntry *self)
{
  g_signal_emit (self, signals[STOPPED], 0);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, WeirNeedleEntry *self)
{
  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  update (self);
  g_signal_emit (self, signals[ACTIVATE], 0, FALSE);
  return GDK_EVENT_STOP;
}

WeirNeedle *
weir_needle_entry_get_needle (WeirNeedleEntry *self)
{
  return self->needle;
}

void
weir_needle_entry_clear (WeirNeedleEntry *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

void
weir_needle_entry_focus (WeirNeedleEntry *self)
{
  weir_focus_grab_once_shown (GTK_WIDGET (self->entry)); /* with all of its text selected */
}

void
weir_needle_entry_set_place (WeirNeedleEntry *self, GtkBox *place)
{
  g_return_if_fail (WEIR_IS_NEEDLE_ENTRY (self));
  g_return_if_fail (gtk_widget_get_parent (self->problem) == NULL);

  gtk_box_append (place, self->problem);
}

/* --- the kinds, of which the button is as wide as the widest --- */

static int
count_chars (GtkDropDown *mode)
{
  GListModel *model = gtk_drop_down_get_model (mode);
  glong most = 0;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    most = MAX (most, g_utf8_strlen (gtk_string_list_get_string (GTK_STRING_LIST (model), i), -1));
  return most + 1;
}

static void
setup_mode_cb (GtkListItemFactory *factory, GtkListItem *item, WeirNeedleEntry *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_width_chars (GTK_LABEL (label), count_chars (self->mode));
  gtk_list_item_set_child (item, label);
}

static void
bind_mode_cb (GtkListItemFactory *factory, GtkListItem *item, WeirNeedleEntry *self)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
set_up_mode (WeirNeedleEntry *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_mode_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_mode_cb), self, 0);
  gtk_drop_down_set_list_factory (self->mode, gtk_drop_down_get_factory (self->mode)); /* which ticks the present one */
  gtk_drop_down_set_factory (self->mode, factory);
}

/* --- GObject --- */

/* A page has two of them. */
static void
weir_needle_entry_set_label (WeirNeedleEntry *self, const char *label)
{
  g_autofree char *kind = g_strdup_printf (_ ("Kind of search: %s"), label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->mode), GTK_ACCESSIBLE_PROPERTY_LABEL, kind, -1);
}

static void
weir_needle_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirNeedleEntry *self = WEIR_NEEDLE_ENTRY (object);

  if (id == PROP_LABEL)
    weir_needle_entry_set_label (self, g_value_get_string (value));
  else if (id == PROP_PLACE)
    weir_needle_entry_set_place (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_needle_entry_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_needle_entry_parent_class)->map (widget);
  show_problem (WEIR_NEEDLE_ENTRY (widget));
}

static void
weir_needle_entry_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_needle_entry_parent_class)->unmap (widget);
  show_problem (WEIR_NEEDLE_ENTRY (widget));
}

static void
weir_needle_entry_dispose (GObject *object)
{
  WeirNeedleEntry *self = WEIR_NEEDLE_ENTRY (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_NEEDLE_ENTRY);
  g_clear_pointer (&self->needle, weir_needle_unref);
  G_OBJECT_CLASS (weir_needle_entry_parent_class)->dispose (object);
}

static void
weir_needle_entry_class_init (WeirNeedleEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = weir_needle_entry_set_property;
  object_class->dispose = weir_needle_entry_dispose;
  widget_class->map = weir_needle_entry_map;
  widget_class->unmap = weir_needle_entry_unmap;
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLACE] =
      g_param_spec_object ("place", NULL, NULL, GTK_TYPE_BOX, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_NEEDLE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", WEIR_TYPE_NEEDLE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[STOPPED] =
      g_signal_new ("stopped", WEIR_TYPE_NEEDLE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-needle-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, box);
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, mode);
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, problem);
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, wrong);
  gtk_widget_class_bind_template_child (widget_class, WeirNeedleEntry, offer);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, offer_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
weir_needle_entry_init (WeirNeedleEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_drop_down (self->mode);
  set_up_mode (self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  mode_cb (self);
}
