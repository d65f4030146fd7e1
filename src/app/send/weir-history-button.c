/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-history-button.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-format.h"
#include "weir-peer-name.h"
#include "weir-preview.h"

/* Of a payload, in a row. */
#define MAX_PREVIEW 80

struct _WeirHistoryButton
{
  GtkWidget parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkSearchEntry *search;
  GtkStack *stack;
  GtkListBox *list;
  GtkWidget *clear_button;

  WeirSendHistory *history; /* nullable */
  GtkFilterListModel *found;
  char *needle; /* casefolded */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirHistoryButton, weir_history_button, GTK_TYPE_WIDGET)

/* --- rows --- */

static const char *
describe_outcome (WeirSendEntry *entry)
{
  const char *outcome = weir_send_entry_get_outcome (entry);

  static const char *const words[][2] = {
    { "answered", N_ ("answered") },
    { "sent", N_ ("sent") },
    { "failed", N_ ("failed") },
    { "late", N_ ("answered late") },
    { "failed-late", N_ ("failed, late") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (outcome, words[i][0]))
      return _ (words[i][1]);
  return _ ("given up");
}

static char *
dup_time (WeirSendEntry *entry)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (weir_send_entry_get_at_us (entry) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (at == NULL)
    return g_strdup ("?");
  if (g_date_time_get_year (at) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_date_time_format (at, "%H:%M:%S");
  return g_date_time_format (at, "%x %H:%M");
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  WeirSendEntry *entry = item;
  const char *payload = weir_send_entry_get_payload (entry);
  g_autofree char *function = weir_peer_name (weir_send_entry_get_function_id (entry));
  g_autofree char *time = dup_time (entry);
  g_autofree char *duration = weir_format_duration (weir_send_entry_get_duration_us (entry));
  g_autofree char *second = g_strdup_printf ("%s · %s · %s", time, describe_outcome (entry), duration);
  g_autofree char *preview = weir_preview_line ((const guint8 *) payload, strlen (payload), MAX_PREVIEW);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", function, second, preview);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_box_append (GTK_BOX (box), make_label (function, "name"));
  gtk_box_append (GTK_BOX (box), make_label (preview, "id"));
  gtk_box_append (GTK_BOX (box), make_label (second, "second-line"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (gtk_widget_activate), row);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), button);
  gtk_widget_set_focusable (row, FALSE); /* its button is */
  return row;
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, WeirHistoryButton *self)
{
  g_autoptr (WeirSendEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (self->found), (guint) gtk_list_box_row_get_index (row));

  gtk_popover_popdown (self->popover);
  g_signal_emit (self, signals[CHOSEN], 0, entry);
}

/* --- search --- */

static gboolean
contains (const char *text, const char *needle)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, needle) != NULL;
}

static gboolean
filter_cb (gpointer item, gpointer user_data)
{
  WeirHistoryButton *self = user_data;
  WeirSendEntry *entry = item;

  return *self->needle == '\0' || contains (weir_send_entry_get_function_id (entry), self->needle) ||
         contains (weir_send_entry_get_payload (entry), self->needle);
}

static void
search_changed_cb (WeirHistoryButton *self)
{
  g_free (self->needle);
  self->needle = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->found), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
update (WeirHistoryButton *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->history)) == 0;

  gtk_stack_set_visible_child_name (self->stack, is_empty ? "empty" : "list");
  gtk_widget_set_sensitive (self->clear_button, !is_empty);
}

static void
search_stop_cb (WeirHistoryButton *self)
{
  gtk_popover_popdown (self->popover);
}

/* Rows are made when somebody looks. */
static void
shown_cb (WeirHistoryButton *self)
{
  if (self->history == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->found), make_row, NULL, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
hidden_cb (WeirHistoryButton *self)
{
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
}

static void
clear_cb (WeirHistoryButton *self)
{
  weir_send_history_clear (self->history);
}

/* --- the type --- */

static void
weir_history_button_dispose (GObject *object)
{
  WeirHistoryButton *self = WEIR_HISTORY_BUTTON (object);

  g_clear_object (&self->history);
  g_clear_object (&self->found);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_HISTORY_BUTTON);
  G_OBJECT_CLASS (weir_history_button_parent_class)->dispose (object);
}

static void
weir_history_button_finalize (GObject *object)
{
  g_free (WEIR_HISTORY_BUTTON (object)->needle);
  G_OBJECT_CLASS (weir_history_button_parent_class)->finalize (object);
}

static void
weir_history_button_class_init (WeirHistoryButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_history_button_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_history_button_finalize;
  signals[CHOSEN] = g_signal_new ("chosen", WEIR_TYPE_HISTORY_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, WEIR_TYPE_SEND_ENTRY);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-history-button.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, button);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, popover);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, search);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, list);
  gtk_widget_class_bind_template_child (widget_class, WeirHistoryButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, hidden_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
weir_history_button_init (WeirHistoryButton *self)
{
  self->needle = g_strdup ("");
  self->found = gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (filter_cb, self, NULL)));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search the history"), -1);
}

void
weir_history_button_set_history (WeirHistoryButton *self, WeirSendHistory *history)
{
  g_set_object (&self->history, history);
  gtk_filter_list_model_set_model (self->found, G_LIST_MODEL (history));
  g_signal_connect_object (history, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
