/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-row.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-peer-name.h"

/* Characters: more are not seen, nor listened to. */
#define MAX_CHARS 200

struct _WeirFunctionRow
{
  GtkWidget parent_instance;

  GtkLabel *name;
  GtkLabel *second;
  WeirFunctionEntry *entry; /* nullable */
};

G_DEFINE_FINAL_TYPE (WeirFunctionRow, weir_function_row, GTK_TYPE_WIDGET)

static char *
dup_first_line (const char *text)
{
  g_autofree char *line = text != NULL ? g_strndup (text, strcspn (text, "\n")) : NULL;

  return line != NULL ? weir_peer_name_cut (line, MAX_CHARS) : g_strdup (_ ("No description"));
}

/* What a worker has, and who else is of its name: one that is connected and has nothing must be found, too. */
static char *
dup_counts (WeirFunctionEntry *heading)
{
  guint n = weir_function_entry_get_n_functions (heading), n_workers = weir_function_entry_get_n_workers (heading);
  g_autofree char *count = weir_format_count (n), *n_workers_text = weir_format_count (n_workers);
  g_autofree char *functions =
      n > 0 ? g_strdup_printf (ngettext ("%s function", "%s functions", n), count) : g_strdup (_ ("No functions"));
  g_autofree char *workers = NULL;

  if (n_workers < 2)
    return g_steal_pointer (&functions);
  workers = g_strdup_printf (ngettext ("%s worker of this name", "%s workers of this name", n_workers), n_workers_text);
  return g_strdup_printf ("%s · %s", functions, workers);
}

static char *
dup_second (WeirFunctionEntry *entry)
{
  WeirFunction *function = weir_function_entry_get_function (entry);
  g_autofree char *counts = NULL;

  if (function != NULL)
    return dup_first_line (weir_function_get_description (function));
  counts = dup_counts (entry);
  if (!weir_function_entry_has_refused (entry))
    return g_steal_pointer (&counts);
  if (weir_function_entry_get_n_functions (entry) == 0)
    /* Translators: %s: “No functions” */
    return g_strdup_printf (_ ("%s: another worker has the ids that it registers"), counts);
  /* Translators: %s: “3 functions” */
  return g_strdup_printf (_ ("%s · some were refused: another worker has their ids"), counts);
}

static char *
dup_name (WeirFunctionEntry *entry)
{
  WeirFunction *function = weir_function_entry_get_function (entry);
  const char *worker_name = weir_function_entry_get_worker_name (entry);

  if (function != NULL)
    return weir_peer_name_cut (weir_function_get_id (function), MAX_CHARS);
  return *worker_name != '\0' ? weir_peer_name_cut (worker_name, MAX_CHARS) : g_strdup (_ ("A worker without a name"));
}

static void
weir_function_row_update (WeirFunctionRow *self)
{
  g_autofree char *second = dup_second (self->entry);
  g_autofree char *name = dup_name (self->entry), *spoken = g_strdup_printf ("%s, %s", name, second);
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->second, second);
  if (weir_function_entry_get_function (self->entry) != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "heading-row");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "heading-row");
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
weir_function_row_set_entry (WeirFunctionRow *self, WeirFunctionEntry *entry)
{
  WeirFunction *function;

  if (self->entry != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->entry, self);
      if (weir_function_entry_get_function (self->entry) != NULL)
        g_signal_handlers_disconnect_by_data (weir_function_entry_get_function (self->entry), self);
    }
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;
  function = weir_function_entry_get_function (entry);
  g_signal_connect_swapped (function != NULL ? (gpointer) function : entry, "changed",
                            G_CALLBACK (weir_function_row_update), self);
  weir_function_row_update (self);
}

static void
weir_function_row_dispose (GObject *object)
{
  WeirFunctionRow *self = WEIR_FUNCTION_ROW (object);

  weir_function_row_set_entry (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_FUNCTION_ROW);
  G_OBJECT_CLASS (weir_function_row_parent_class)->dispose (object);
}

static void
weir_function_row_class_init (WeirFunctionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_function_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-function-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionRow, name);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionRow, second);
  gtk_widget_class_set_css_name (widget_class, "weirfunctionrow");
}

static void
weir_function_row_init (WeirFunctionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- the factory --- */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (WEIR_TYPE_FUNCTION_ROW, NULL));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  WeirFunctionEntry *entry = gtk_list_item_get_item (item);
  gboolean is_function = weir_function_entry_get_function (entry) != NULL;

  gtk_list_item_set_selectable (item, is_function);
  gtk_list_item_set_activatable (item, is_function);
  weir_function_row_set_entry (WEIR_FUNCTION_ROW (gtk_list_item_get_child (item)), entry);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  weir_function_row_set_entry (WEIR_FUNCTION_ROW (gtk_list_item_get_child (item)), NULL);
}

GtkListItemFactory *
weir_function_row_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  return factory;
}
