/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-functions-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-focus.h"
#include "weir-format.h"
#include "weir-function-pane.h"
#include "weir-function-row.h"
#include "weir-function-rows.h"
#include "weir-list.h"
#include "weir-text-scale.h"

/* As on the Channels page: below this width the details lie over the list. */
#define FOLD_WIDTH   900
#define NARROW_WIDTH 600

struct _WeirFunctionsPage
{
  GtkWidget parent_instance;

  AdwFlap *flap;
  GtkStack *stack;
  AdwStatusPage *failed;
  GtkSearchEntry *search;
  GtkLabel *count, *count_below; /* which of them is seen depends on the room */
  GtkListView *list;
  WeirFunctionPane *pane;
  AdwStatusPage *empty;

  WeirConnection *connection; /* nullable */
  WeirFunctionRows *rows;
  GtkSingleSelection *selection;
  gboolean shows_internal;
  gboolean is_folded;
  gboolean is_narrow;
  gboolean is_ready; /* the first frame is out: the list may be filled */
};

enum
{
  PROP_SHOWS_INTERNAL = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirFunctionsPage, weir_functions_page, GTK_TYPE_WIDGET)

static WeirObserver *
get_observer (WeirFunctionsPage *self)
{
  return self->connection != NULL ? weir_connection_get_observer (self->connection) : NULL;
}

static WeirFunctionList *
get_functions (WeirFunctionsPage *self)
{
  return self->connection != NULL ? weir_observer_get_functions (get_observer (self)) : NULL;
}

/* --- what is shown --- */

/* (nullable): why there is no list of functions yet. */
static const GError *
get_failure (WeirFunctionsPage *self)
{
  WeirObserver *observer = get_observer (self);
  const GError *error = observer != NULL ? weir_observer_get_list_error (observer) : NULL;

  return error == NULL && observer != NULL ? weir_observer_get_error (observer) : error;
}

static const char *
choose_page (WeirFunctionsPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0)
    return "list";
  if (weir_function_rows_get_n_all (self->rows) + weir_function_rows_get_n_idle (self->rows) >
      0) /* perhaps of before the connection was lost */
    return "nothing-found";
  if (get_functions (self) != NULL && weir_function_list_is_loaded (get_functions (self)))
    return "empty";
  return get_failure (self) != NULL ? "failed" : "loading";
}

static void
describe_failure (WeirFunctionsPage *self)
{
  const GError *error = get_failure (self);
  g_autofree char *text = error != NULL ? weir_describe_error (error) : NULL;
  g_autofree char *markup = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  if (markup != NULL && g_strcmp0 (adw_status_page_get_description (self->failed), markup) != 0)
    adw_status_page_set_description (self->failed, markup);
}

static char *
dup_count (WeirFunctionsPage *self)
{
  guint n_shown = weir_function_rows_get_n_shown (self->rows);
  guint n_all = weir_function_rows_get_n_all (self->rows);

  g_autofree char *shown = weir_format_count (n_shown), *all = weir_format_count (n_all);

  if (n_shown != n_all)
    return g_strdup_printf (_ ("%s of %s"), shown, all);
  return g_strdup_printf (ngettext ("%s function", "%s functions", n_all), all);
}

static void
weir_functions_page_update (WeirFunctionsPage *self)
{
  g_autofree char *count = dup_count (self);
  WeirFunction *function = weir_function_pane_get_function (self->pane);

  gtk_label_set_text (self->count, count);
  gtk_label_set_text (self->count_below, count);
  describe_failure (self);
  gtk_stack_set_visible_child_name (self->stack, choose_page (self));
  if (function != NULL && get_functions (self) != NULL)
    weir_function_pane_set_gone (
        self->pane, weir_function_list_lookup (get_functions (self), weir_function_get_id (function)) == NULL);
}

/* The list shows other rows: where it was it may have none any more. */
static void
rows_changed_cb (WeirFunctionsPage *self, guint position, guint n_removed, guint n_added)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  guint top = weir_list_get_top (GTK_SCROLLABLE (self->list), n_rows + n_removed - n_added);

  weir_functions_page_update (self);
  if (n_removed > 0 || position <= top)
    weir_list_scroll_to (GTK_SCROLLABLE (self->list), top);
}

static void
refresh (WeirFunctionsPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->pane)))
    weir_function_pane_refresh (self->pane);
  if (weir_function_rows_get_n_all (self->rows) == 0) /* why it is so may have changed */
    weir_functions_page_update (self);
}

static void
peers_changed_cb (WeirFunctionsPage *self)
{
  weir_function_pane_meet (self->pane);
}

static void
state_cb (WeirFunctionsPage *self)
{
  if (weir_observer_get_state (get_observer (self)) == WEIR_OBSERVER_LOST)
    gtk_widget_add_css_class (GTK_WIDGET (self), "lost");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "lost");
  weir_functions_page_update (self);
}

/* --- search --- */

static void
search_changed_cb (WeirFunctionsPage *self)
{
  weir_function_rows_set_search (self->rows, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  weir_functions_page_update (self);
}

static void
search_stop_cb (WeirFunctionsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

static void
show_internal_cb (WeirFunctionsPage *self)
{
  g_object_set (self, "shows-internal", TRUE, NULL);
}

/* --- details --- */

static WeirFunction *
get_selected (WeirFunctionsPage *self)
{
  WeirFunctionEntry *entry = gtk_single_selection_get_selected_item (self->selection);

  return entry != NULL ? weir_function_entry_get_function (entry) : NULL;
}

/* What is selected and then hidden by the search, or leaves the engine, stays in the details. */
static void
selected_cb (WeirFunctionsPage *self)
{
  WeirFunction *function = get_selected (self);

  if (function == NULL || function == weir_function_pane_get_function (self->pane))
    return;
  weir_function_pane_set_function (self->pane, function, get_observer (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.copy-id", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.close-details", TRUE);
  adw_flap_set_reveal_flap (self->flap, TRUE);
}

static void
close_details (WeirFunctionsPage *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  weir_function_pane_set_function (self->pane, NULL, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.copy-id", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.close-details", FALSE);
  adw_flap_set_reveal_flap (self->flap, FALSE);
}

/* Folded details are closed by a click beside them, too. */
static void
revealed_cb (AdwFlap *flap, GParamSpec *pspec, WeirFunctionsPage *self)
{
  if (!adw_flap_get_reveal_flap (flap) && weir_function_pane_get_function (self->pane) != NULL)
    close_details (self);
}

static void
activated_cb (GtkListView *list, guint position, WeirFunctionsPage *self)
{
  WeirFunction *function = get_selected (self);

  if (function != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.trigger", "s", weir_function_get_id (function));
}

static void
close_details_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  close_details (WEIR_FUNCTIONS_PAGE (widget));
}

static void
copy_id_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirFunction *function = weir_function_pane_get_function (WEIR_FUNCTIONS_PAGE (widget)->pane);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), weir_function_get_id (function));
  gtk_widget_activate_action (widget, "win.toast", "s", _ ("Id copied"));
}

/* --- layout --- */

static gboolean
fold_cb (gpointer user_data)
{
  WeirFunctionsPage *self = user_data;
  gboolean is_cramped = self->is_narrow && weir_text_scale_is_large (GTK_WIDGET (self)); /* no room to type beside it */

  gtk_widget_set_visible (GTK_WIDGET (self->count), !is_cramped);
  gtk_widget_set_visible (GTK_WIDGET (self->count_below), is_cramped);
  adw_flap_set_fold_policy (self->flap, self->is_folded ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_NEVER);
  gtk_widget_set_hexpand (GTK_WIDGET (self->pane), self->is_narrow); /* over all of the list */
  if (self->is_narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  return G_SOURCE_REMOVE;
}

static void
weir_functions_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirFunctionsPage *self = WEIR_FUNCTIONS_PAGE (widget);
  double scale = weir_text_scale_get (widget);
  gboolean is_narrow = width < NARROW_WIDTH * scale, is_folded = width < FOLD_WIDTH * scale;

  if (self->is_folded != is_folded || self->is_narrow != is_narrow)
    {
      self->is_narrow = is_narrow;
      self->is_folded = is_folded;
      g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, g_object_ref (self), g_object_unref); /* not in an allocation */
    }
  gtk_widget_allocate (GTK_WIDGET (self->flap), width, height, baseline, NULL);
}

static void
weir_functions_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                             int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (GTK_WIDGET (WEIR_FUNCTIONS_PAGE (widget)->flap), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static gboolean
ready_cb (gpointer user_data)
{
  WeirFunctionsPage *self = user_data;

  weir_list_set_model (GTK_SCROLLABLE (self->list), GTK_SELECTION_MODEL (self->selection));
  return G_SOURCE_REMOVE;
}

/* A list that gets its rows before it has a size stays blank (GTK 4.8). */
static void
weir_functions_page_map (GtkWidget *widget)
{
  WeirFunctionsPage *self = WEIR_FUNCTIONS_PAGE (widget);

  GTK_WIDGET_CLASS (weir_functions_page_parent_class)->map (widget);
  if (!self->is_ready)
    g_idle_add_full (G_PRIORITY_LOW, ready_cb, g_object_ref (self), g_object_unref);
  self->is_ready = TRUE;
  weir_functions_page_update (self);
}

/* --- the type --- */

static void
weir_functions_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SHOWS_INTERNAL:
      g_value_set_boolean (value, WEIR_FUNCTIONS_PAGE (object)->shows_internal);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
weir_functions_page_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  WeirFunctionsPage *self = WEIR_FUNCTIONS_PAGE (object);

  switch (property_id)
    {
    case PROP_SHOWS_INTERNAL:
      self->shows_internal = g_value_get_boolean (value);
      weir_function_rows_set_internal (self->rows, self->shows_internal);
      weir_functions_page_update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
weir_functions_page_dispose (GObject *object)
{
  WeirFunctionsPage *self = WEIR_FUNCTIONS_PAGE (object);

  if (self->connection != NULL)
    weir_functions_page_set_connection (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_FUNCTIONS_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (weir_functions_page_parent_class)->dispose (object);
}

static void
weir_functions_page_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-functions-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, flap);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, failed);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, search);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, count);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, count_below);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, list);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, pane);
  gtk_widget_class_bind_template_child (widget_class, WeirFunctionsPage, empty);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_internal_cb);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
weir_functions_page_class_init (WeirFunctionsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_functions_page_dispose;
  object_class->get_property = weir_functions_page_get_property;
  object_class->set_property = weir_functions_page_set_property;
  properties[PROP_SHOWS_INTERNAL] =
      g_param_spec_boolean ("shows-internal", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  widget_class->measure = weir_functions_page_measure;
  widget_class->size_allocate = weir_functions_page_size_allocate;
  widget_class->map = weir_functions_page_map;
  gtk_widget_class_install_property_action (widget_class, "functions.show-internal", "shows-internal");
  gtk_widget_class_install_action (widget_class, "functions.close-details", NULL, close_details_action);
  gtk_widget_class_install_action (widget_class, "functions.copy-id", NULL, copy_id_action);
  g_type_ensure (WEIR_TYPE_FUNCTION_PANE);
  weir_functions_page_bind_template (widget_class);
  gtk_widget_class_set_css_name (widget_class, "weirfunctions");
}

static void
weir_functions_page_init (WeirFunctionsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = weir_function_row_factory_new ();

  self->rows = weir_function_rows_new ();
  weir_function_rows_set_shows_workers (self->rows, TRUE);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_status_pages (GTK_WIDGET (self));
  self->is_narrow = TRUE; /* until it is given more: a page that is not seen must not hold its window wide */
  gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  gtk_list_view_set_factory (self->list, factory);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.copy-id", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "functions.close-details", FALSE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Search functions"),
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Functions"), -1);
}

static void
describe_empty (WeirFunctionsPage *self)
{
  g_autofree char *url = weir_observer_dup_worker_url (get_observer (self), TRUE);
  g_autofree char *text =
      g_strdup_printf (_ ("Start your workers with III_URL=%s: the functions that they register appear here."), url);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->empty, markup);
}

void
weir_functions_page_set_connection (WeirFunctionsPage *self, WeirConnection *connection)
{
  if (self->connection == connection)
    return;
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (get_observer (self), self);
      g_signal_handlers_disconnect_by_data (get_functions (self), self);
    }
  close_details (self);
  g_set_object (&self->connection, connection);
  weir_function_rows_set_source (self->rows, get_functions (self));
  if (connection == NULL)
    return;
  g_signal_connect_swapped (get_observer (self), "updated", G_CALLBACK (refresh), self);
  g_signal_connect_swapped (get_observer (self), "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (get_functions (self), "peers-changed", G_CALLBACK (peers_changed_cb), self);
  g_signal_connect_swapped (get_functions (self), "notify::is-loaded", G_CALLBACK (weir_functions_page_update), self);
  describe_empty (self);
  state_cb (self);
  weir_functions_page_update (self);
}

void
weir_functions_page_focus_search (WeirFunctionsPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

void
weir_functions_page_close_details (WeirFunctionsPage *self)
{
  close_details (self);
}
