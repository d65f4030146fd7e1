/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-find.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-needle-entry.h"

/* Where to go as soon as there is something to go to. */
typedef enum
{
  NOWHERE,
  FORWARD,
  BACKWARD,
} Pending;

struct _WeirTapFind
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkOrientable *bar;
  WeirNeedleEntry *entry;
  GtkLabel *found;
  WeirMessageTable *table;   /* nullable: the page's, as is */
  WeirMessageList *messages; /* what is in it */
  Pending pending;
};

static guint closed_signal;

G_DEFINE_FINAL_TYPE (WeirTapFind, weir_tap_find, GTK_TYPE_WIDGET)

/* --- where we are --- */

static char *
describe_found (WeirTapFind *self)
{
  WeirMessage *message = weir_message_table_get_selected (self->table);
  guint n = weir_message_list_get_n_hits (self->messages);
  guint i = message != NULL ? weir_message_list_get_hit_index (self->messages, message) : 0;
  g_autofree char *count = weir_format_count (n), *index = weir_format_count (i);

  if (weir_message_list_get_search (self->messages) == NULL)
    return g_strdup ("");
  if (n == 0)
    return g_strdup (weir_message_list_is_searching (self->messages) ? _ ("searching…") : _ ("none found"));
  if (i > 0) /* TRANSLATORS: the third hit of twelve */
    return g_strdup_printf (_ ("%s of %s"), index, count);
  return g_strdup_printf (ngettext ("%s found", "%s found", n), count);
}

static void
update (WeirTapFind *self)
{
  g_autofree char *text = NULL;

  if (self->messages == NULL)
    return;
  text = describe_found (self);
  gtk_label_set_text (self->found, text);
}

/* --- going --- */

static void
try_to_go (WeirTapFind *self)
{
  gboolean forward = self->pending == FORWARD;
  guint position;

  if (self->pending == NOWHERE)
    return;
  if (weir_message_list_find_hit (self->messages, weir_message_table_get_selected (self->table), forward, &position))
    {
      self->pending = NOWHERE;
      weir_message_table_select (self->table, position);
    }
  else if (!weir_message_list_is_searching (self->messages))
    {
      self->pending = NOWHERE;
    }
}

void
weir_tap_find_go (WeirTapFind *self, gboolean forward)
{
  if (self->messages == NULL || weir_message_list_get_search (self->messages) == NULL)
    {
      weir_tap_find_open (self);
      return;
    }
  self->pending = forward ? FORWARD : BACKWARD;
  try_to_go (self);
  update (self);
}

static void
figures_cb (WeirTapFind *self)
{
  try_to_go (self);
  update (self);
}

/* What is looked at stays so if it is a hit; else it goes on to the next. */
static void
changed_cb (WeirTapFind *self)
{
  WeirNeedle *needle = weir_needle_entry_get_needle (self->entry);
  WeirMessage *message = weir_message_table_get_selected (self->table);

  weir_message_table_set_search (self->table, needle);
  self->pending = NOWHERE;
  if (needle != NULL && (message == NULL || weir_message_list_get_hit_index (self->messages, message) == 0))
    self->pending = FORWARD;
  figures_cb (self);
}

void
weir_tap_find_set_cramped (WeirTapFind *self, gboolean is_cramped)
{
  gtk_orientable_set_orientation (self->bar, is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

void
weir_tap_find_open (WeirTapFind *self)
{
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  if (self->table != NULL)
    weir_message_table_set_search (self->table, weir_needle_entry_get_needle (self->entry));
  update (self);
  weir_needle_entry_focus (self->entry);
}

void
weir_tap_find_close (WeirTapFind *self)
{
  if (!gtk_revealer_get_reveal_child (self->revealer))
    return;
  self->pending = NOWHERE;
  weir_message_table_set_search (self->table, NULL);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  g_signal_emit (self, closed_signal, 0);
}

void
weir_tap_find_set_table (WeirTapFind *self, WeirMessageTable *table, WeirMessageList *messages, GtkBox *problems)
{
  weir_needle_entry_set_place (self->entry, problems);
  self->table = table;
  self->messages = messages;
  g_signal_connect_object (messages, "figures-changed", G_CALLBACK (figures_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (table, "notify::selected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/* --- GObject --- */

static void
weir_tap_find_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_TAP_FIND);
  G_OBJECT_CLASS (weir_tap_find_parent_class)->dispose (object);
}

static void
weir_tap_find_class_init (WeirTapFindClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_tap_find_dispose;
  g_type_ensure (WEIR_TYPE_NEEDLE_ENTRY);
  closed_signal = g_signal_new ("closed", WEIR_TYPE_TAP_FIND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-tap-find.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTapFind, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapFind, bar);
  gtk_widget_class_bind_template_child (widget_class, WeirTapFind, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirTapFind, found);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, weir_tap_find_go);
  gtk_widget_class_bind_template_callback (widget_class, weir_tap_find_close);
}

static void
weir_tap_find_init (WeirTapFind *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
