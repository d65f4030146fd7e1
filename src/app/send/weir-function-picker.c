/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-picker.h"

#include <glib/gi18n.h>

#include "weir-function-row.h"
#include "weir-function-rows.h"
#include "weir-list.h"
#include "weir-peer-name.h"

/* Of an id on the button. */
#define MAX_CHARS 200

struct _WeirFunctionPicker
{
  GtkWidget parent_instance;

  GtkMenuButton *button;
  GtkLabel *label;
  GtkPopover *popover;
  GtkSearchEntry *search;
  GtkListView *list;
  GtkWidget *nothing;
  GtkButton *typed;
  GtkLabel *typed_label;

  WeirFunctionRows *rows;
  GtkSingleSelection *selection;
  char *function_id;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirFunctionPicker, weir_function_picker, GTK_TYPE_WIDGET)

static void
choose (WeirFunctionPicker *self, const char *function_id)
{
  g_autofree char *kept = g_strdup (function_id);

  gtk_popover_popdown (self->popover);
  weir_function_picker_set_function (self, kept);
  g_signal_emit (self, signals[CHANGED], 0);
}

static WeirFunction *
get_at (WeirFunctionPicker *self, guint position)
{
  g_autoptr (WeirFunctionEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  return entry != NULL ? weir_function_entry_get_function (entry) : NULL;
}

static void
activated_cb (GtkListView *list, guint position, WeirFunctionPicker *self)
{
  WeirFunction *function = get_at (self, position);

  if (function != NULL)
    choose (self, weir_function_get_id (function));
}

/* --- search --- */

static char *
dup_search (WeirFunctionPicker *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));
}

static void
update (WeirFunctionPicker *self)
{
  guint n = weir_function_rows_get_n_shown (self->rows);
  g_autofree char *search = dup_search (self);
  g_autofree char *text = g_strdup_printf (_ ("Use “%s”"), search);

  gtk_widget_set_visible (self->nothing, n == 0);
  gtk_label_set_text (self->typed_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->typed), *search != '\0');
}

static void
search_changed_cb (WeirFunctionPicker *self)
{
  weir_function_rows_set_search (self->rows, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  update (self);
}

static void
rows_changed_cb (WeirFunctionPicker *self, guint position, guint n_removed, guint n_added)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  GtkScrollable *list = GTK_SCROLLABLE (self->list);

  weir_list_scroll_to (list, weir_list_get_top (list, n_rows + n_removed - n_added));
  update (self);
}

static void
use_typed_cb (WeirFunctionPicker *self)
{
  g_autofree char *search = dup_search (self);

  if (*search != '\0')
    choose (self, search);
}

/* Enter takes the one that is left, or the id as it was typed. */
static void
search_activate_cb (WeirFunctionPicker *self)
{
  g_autofree char *search = dup_search (self);

  if (weir_function_rows_get_n_shown (self->rows) == 1 && weir_function_rows_find (self->rows, search) == G_MAXUINT)
    choose (self, weir_function_get_id (get_at (self, 1))); /* under its heading */
  else
    use_typed_cb (self);
}

static void
search_stop_cb (WeirFunctionPicker *self)
{
  gtk_popover_popdown (self->popover);
}

static void
shown_cb (WeirFunctionPicker *self)
{
  if (gtk_list_view_get_model (self->list) == NULL) /* a list that has rows before a size stays blank (GTK 4.8) */
    weir_list_set_model (GTK_SCROLLABLE (self->list), GTK_SELECTION_MODEL (self->selection));
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* --- the type --- */

static void
weir_function_picker_dispose (GObject *object)
{
  WeirFunctionPicker *self = WEIR_FUNCTION_PICKER (object);

  if (self->rows != NULL)
    weir_function_rows_set_source (self->rows, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_FUNCTION_PICKER);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (weir_function_picker_parent_class)->dispose (object);
}

static void
weir_function_picker_finalize (GObject *object)
{
  g_free (WEIR_FUNCTION_PICKER (object)->function_id);
  G_OBJECT_CLASS (weir_function_picker_parent_class)->finalize (object);
}

static void
weir_function_picker_class_init (WeirFunctionPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_function_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_function_picker_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_FUNCTION_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-function-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, button);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, label);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, popover);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, search);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, list);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, nothing);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, typed);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionPicker, typed_label);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
}

static void
weir_function_picker_init (WeirFunctionPicker *self)
{
  g_autoptr (GtkListItemFactory) factory = weir_function_row_factory_new ();

  self->function_id = g_strdup ("");
  self->rows = weir_function_rows_new ();
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_view_set_factory (self->list, factory);
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search functions, or type an id"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Functions to choose from"), -1);
  weir_function_picker_set_function (self, "");
}

void
weir_function_picker_set_functions (WeirFunctionPicker *self, WeirFunctionList *functions)
{
  weir_function_rows_set_source (self->rows, functions);
}

const char *
weir_function_picker_get_function (WeirFunctionPicker *self)
{
  return self->function_id;
}

void
weir_function_picker_set_function (WeirFunctionPicker *self, const char *function_id)
{
  g_autofree char *shown =
      *function_id != '\0' ? weir_peer_name_cut (function_id, MAX_CHARS) : g_strdup (_ ("Choose…"));
  g_autofree char *spoken = g_strdup_printf (_ ("Function: %s"), shown);

  if (function_id != self->function_id)
    {
      g_free (self->function_id);
      self->function_id = g_strdup (function_id);
    }
  gtk_label_set_text (self->label, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}
