/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-trigger-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-function-picker.h"
#include "weir-history-button.h"
#include "weir-payload-editor.h"
#include "weir-peer-name.h"
#include "weir-preview.h"
#include "weir-send-history.h"
#include "weir-weak-ref.h"

/* What was typed for functions and not sent: so many of them, each so large. */
#define MAX_DRAFTS     50
#define MAX_DRAFT_SIZE (256 * 1024)

/* Characters of what a worker says of its function: a row is no place for more. */
#define MAX_DESCRIPTION 300
/* Of a function's id, in a toast. */
#define MAX_TOAST_NAME 60

/* Under the controls of a row, where they stand below its words. */
#define CRAMPED_MARGIN 9

#define EMPTY_PAYLOAD "{}"

struct _WeirTriggerPane
{
  GtkWidget parent_instance;

  GtkBox *box;
  AdwPreferencesGroup *group;
  AdwActionRow *function_row;
  WeirFunctionPicker *picker;
  AdwActionRow *wait_row;
  GtkSpinButton *timeout;
  GtkSwitch *waits;
  GtkLabel *status;
  GtkToggleButton *keys_button;
  WeirPayloadEditor *editor;
  GtkBox *tools;               /* placed by the page */
  GSimpleActionGroup *actions; /* of the pane and of the tools */
  GtkMenuButton *code_button;
  GMenu *code_menu, *languages;
  WeirHistoryButton *history_button;

  WeirConnection *connection; /* nullable */
  WeirFunction *function;     /* nullable: not known to the engine */
  char *function_id;
  GHashTable *drafts; /* id of a function → text */
  char *template;     /* nullable: what the schema proposes */
  char *last_valid;   /* nullable: payload: its channels stay while another is being typed */
  WeirSendHistory *history;

  WeirSendSetup *setup; /* nullable: the page's, for what is made when it is asked for */
};

enum
{
  CHANGED,
  REFILLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirTriggerPane, weir_trigger_pane, GTK_TYPE_WIDGET)

static WeirFunctionList *
get_functions (WeirTriggerPane *self)
{
  return self->connection != NULL ? weir_observer_get_functions (weir_connection_get_observer (self->connection))
                                  : NULL;
}

/* --- what is to be said --- */

static const char *
describe_function (WeirTriggerPane *self)
{
  const char *description = self->function != NULL ? weir_function_get_description (self->function) : NULL;

  if (*self->function_id == '\0')
    return _ ("None is chosen");
  if (self->function == NULL)
    return _ ("No worker has registered it now");
  return description != NULL ? description : _ ("Its worker says nothing of what it does");
}

static void
update (WeirTriggerPane *self)
{
  gboolean is_ready = weir_trigger_pane_is_ready (self);
  g_autofree char *description = weir_preview_text (describe_function (self), MAX_DESCRIPTION);
  g_autofree char *markup = g_markup_escape_text (description, -1);
  gboolean waits = gtk_switch_get_active (self->waits);

  adw_action_row_set_subtitle (self->function_row, markup);
  gtk_label_set_text (self->status, weir_payload_editor_get_status (self->editor));
  gtk_widget_set_visible (GTK_WIDGET (self->keys_button), weir_payload_editor_has_keys (self->editor));
  if (!weir_payload_editor_has_keys (self->editor)) /* the next ones are covered */
    gtk_toggle_button_set_active (self->keys_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->timeout), waits);
  adw_action_row_set_subtitle (self->wait_row,
                               waits ? _ ("At most so many seconds") : _ ("Called and forgotten: no error is told"));
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "insert-template")),
      self->template != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->code_button), is_ready);
}

static void
keys_cb (WeirTriggerPane *self)
{
  weir_payload_editor_set_shows_keys (self->editor, gtk_toggle_button_get_active (self->keys_button));
}

static void
tell_changed (WeirTriggerPane *self)
{
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- the function --- */

static gboolean
is_untouched (WeirTriggerPane *self)
{
  g_autofree char *text = weir_payload_editor_dup_text (self->editor);

  return g_str_equal (text, EMPTY_PAYLOAD) || *text == '\0' || g_strcmp0 (text, self->template) == 0;
}

/* The worker has said what it takes. */
static void
take_schema (WeirTriggerPane *self)
{
  const char *text = self->function != NULL ? weir_function_get_request_schema (self->function) : NULL;
  WeirSchema *schema = text != NULL ? weir_schema_new (WEIR_SPAN (text)) : NULL;
  g_autofree char *template = schema != NULL ? weir_schema_make_template (schema) : NULL;
  gboolean is_new = g_strcmp0 (template, self->template) != 0;
  gboolean replaces = is_new && is_untouched (self) && !g_hash_table_contains (self->drafts, self->function_id);

  g_free (self->template);
  self->template = g_strdup (template);
  weir_payload_editor_set_schema (self->editor, schema);
  if (replaces)
    weir_payload_editor_set_text (self->editor, template != NULL ? template : EMPTY_PAYLOAD);
}

/* What it takes is not known any more. What was proposed stays: it may come back. */
static void
let_function_go (WeirTriggerPane *self)
{
  if (self->function == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->function, self);
  g_clear_object (&self->function);
  weir_payload_editor_set_schema (self->editor, NULL);
}

static void
function_changed_cb (WeirTriggerPane *self)
{
  take_schema (self);
  tell_changed (self);
}

/* It may come to the engine, or leave it, while it is chosen. */
static void
follow_function (WeirTriggerPane *self)
{
  WeirFunction *function =
      get_functions (self) != NULL ? weir_function_list_lookup (get_functions (self), self->function_id) : NULL;

  if (function == self->function)
    return;
  let_function_go (self);
  if (function != NULL)
    {
      self->function = g_object_ref (function);
      g_signal_connect_swapped (function, "changed", G_CALLBACK (function_changed_cb), self);
      weir_function_list_look (get_functions (self), function);
      take_schema (self);
    }
  tell_changed (self);
}

static void
keep_draft (WeirTriggerPane *self)
{
  g_autofree char *text = weir_payload_editor_dup_text (self->editor);

  if (*self->function_id == '\0' || is_untouched (self) || strlen (text) > MAX_DRAFT_SIZE)
    return;
  if (g_hash_table_size (self->drafts) >= MAX_DRAFTS)
    g_hash_table_remove_all (self->drafts);
  g_hash_table_insert (self->drafts, g_strdup (self->function_id), g_steal_pointer (&text));
}

static void
take_function (WeirTriggerPane *self, const char *function_id)
{
  g_autofree char *id = g_strdup (function_id);
  const char *draft;

  keep_draft (self);
  g_free (self->function_id);
  self->function_id = g_steal_pointer (&id);
  g_clear_pointer (&self->template, g_free);
  g_clear_pointer (&self->last_valid, g_free);
  let_function_go (self);
  draft = g_hash_table_lookup (self->drafts, self->function_id);
  weir_payload_editor_set_text (self->editor, draft != NULL ? draft : EMPTY_PAYLOAD);
  follow_function (self);
  tell_changed (self);
}

static void
picked_cb (WeirTriggerPane *self)
{
  if (!g_str_equal (weir_function_picker_get_function (self->picker), self->function_id))
    take_function (self, weir_function_picker_get_function (self->picker));
}

/* --- actions --- */

static void
insert_template_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTriggerPane *self = user_data;

  if (self->template != NULL)
    weir_payload_editor_set_text (self->editor, self->template);
}

static void
insert_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTriggerPane *self = user_data;

  weir_payload_editor_insert (self->editor, g_variant_get_string (parameter, NULL));
}

/* @payload: lent to it */
static WeirCodeRequest
get_code_request (WeirTriggerPane *self, const char *payload)
{
  return (WeirCodeRequest){
    .url = self->connection != NULL ? weir_connection_get_shown_url (self->connection) : WEIR_WORKER_DEFAULT_URL,
    .function_id = self->function_id,
    .payload = payload,
    .timeout_ms = weir_trigger_pane_get_timeout_ms (self),
    .is_void = weir_trigger_pane_is_void (self),
    .setup = self->setup,
  };
}

static void
copy_code_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const languages[] = {
    [WEIR_CODE_NODE] = "node", [WEIR_CODE_PYTHON] = "python", [WEIR_CODE_RUST] = "rust"
  };
  static const char *const toasts[] = { N_ ("Program for Node copied"), N_ ("Program for Python copied"),
                                        N_ ("Program for Rust copied") };
  WeirTriggerPane *self = user_data;
  g_autofree char *payload = weir_payload_editor_dup_text (self->editor);
  WeirCodeRequest request = get_code_request (self, payload);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), languages[i]))
      {
        g_autofree char *code = weir_code_write (i, &request);

        gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), code);
        gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ (toasts[i]));
      }
}

/* What no program does is not offered, and the menu says why. */
static void
update_code_menu (GtkMenuButton *button, gpointer user_data)
{
  WeirTriggerPane *self = user_data;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "copy-code");
  g_autofree char *payload = weir_payload_editor_dup_text (self->editor);
  WeirCodeRequest request = get_code_request (self, payload);
  g_autoptr (GError) error = NULL;
  gboolean is_possible = weir_code_check (&request, &error);
  g_autofree char *reason = error != NULL ? g_strdup_printf (_ ("Not possible: %s"), error->message) : NULL;

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_possible);
  g_menu_remove_all (self->code_menu);
  g_menu_append_section (self->code_menu, reason, G_MENU_MODEL (self->languages));
}

/* --- history --- */

static void
chosen_cb (WeirHistoryButton *button, WeirSendEntry *entry, WeirTriggerPane *self)
{
  weir_trigger_pane_refill (self, entry);
}

static void
say_problem (WeirTriggerPane *self, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirTriggerPane) self = weir_weak_ref_take (user_data);
  g_autoptr (GError) error = NULL;

  if (!weir_send_history_load_finish (WEIR_SEND_HISTORY (object), result, &error) && self != NULL)
    say_problem (self, error);
}

/* All windows have the same; it is read when somebody first sees this page. */
static WeirSendHistory *
dup_history (gboolean *is_new)
{
  static GWeakRef shared;
  WeirSendHistory *history = g_weak_ref_get (&shared);
  g_autoptr (GFile) file = NULL;

  *is_new = history == NULL;
  if (history != NULL)
    return history;
  file = g_file_new_build_filename (g_get_user_data_dir (), "weir", "history.json", NULL);
  history = weir_send_history_new (file);
  g_weak_ref_set (&shared, history);
  return history;
}

static void
weir_trigger_pane_map (GtkWidget *widget)
{
  WeirTriggerPane *self = WEIR_TRIGGER_PANE (widget);
  gboolean is_new;

  GTK_WIDGET_CLASS (weir_trigger_pane_parent_class)->map (widget);
  if (self->history != NULL)
    return;
  self->history = dup_history (&is_new);
  g_signal_connect_object (self->history, "failed", G_CALLBACK (say_problem), self, G_CONNECT_SWAPPED);
  weir_history_button_set_history (self->history_button, self->history);
  if (is_new)
    weir_send_history_load_async (self->history, NULL, loaded_cb, weir_weak_ref_new (self));
}

static const char *
name_outcome (WeirCall *call)
{
  switch (weir_call_get_state (call))
    {
    case WEIR_CALL_ANSWERED:
      return weir_call_is_late (call) ? "late" : "answered";
    case WEIR_CALL_SENT:
      return "sent";
    case WEIR_CALL_FAILED:
      return weir_call_is_late (call) ? "failed-late" : "failed";
    case WEIR_CALL_READY:
    case WEIR_CALL_RUNNING:
    case WEIR_CALL_ABANDONED:
    default:
      return "abandoned";
    }
}

/* Another call may be in view by now. */
static void
say_late (WeirTriggerPane *self, WeirCall *call)
{
  g_autofree char *id = weir_peer_name_cut (weir_call_get_function_id (call), MAX_TOAST_NAME);
  g_autofree char *duration = weir_format_duration (weir_call_get_duration_us (call));
  g_autofree char *text =
      g_strdup_printf (weir_call_get_state (call) == WEIR_CALL_ANSWERED ? _ ("%s has answered after all, after %s")
                                                                        : _ ("%s has failed after all, after %s"),
                       id, duration);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", text);
}

static void
call_changed_cb (WeirCall *call, WeirTriggerPane *self)
{
  g_autoptr (WeirSendEntry) entry = NULL;

  if (weir_call_get_state (call) <= WEIR_CALL_RUNNING || self->history == NULL)
    return;
  entry =
      weir_send_entry_new (weir_call_get_function_id (call), weir_call_get_payload (call),
                           weir_call_get_timeout_ms (call), weir_call_is_void (call), weir_call_get_settings (call),
                           weir_call_get_started_at_us (call), name_outcome (call), weir_call_get_duration_us (call));
  if (!weir_call_is_late (call))
    {
      weir_send_history_add (self->history, entry);
      return;
    }
  weir_send_history_update (self->history, entry);
  say_late (self, call);
}

/* --- the type --- */

static void
weir_trigger_pane_dispose (GObject *object)
{
  WeirTriggerPane *self = WEIR_TRIGGER_PANE (object);

  if (self->function != NULL)
    g_signal_handlers_disconnect_by_data (self->function, self);
  g_clear_object (&self->function); /* not let go: the page is told of that, and is half gone itself */
  weir_trigger_pane_set_connection (self, NULL);
  g_clear_object (&self->tools);
  g_clear_object (&self->history);
  if (self->setup != NULL)
    g_signal_handlers_disconnect_by_data (self->setup, self);
  g_clear_object (&self->setup);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TRIGGER_PANE);
  G_OBJECT_CLASS (weir_trigger_pane_parent_class)->dispose (object);
}

static void
weir_trigger_pane_finalize (GObject *object)
{
  WeirTriggerPane *self = WEIR_TRIGGER_PANE (object);

  g_free (self->function_id);
  g_free (self->template);
  g_free (self->last_valid);
  g_hash_table_unref (self->drafts);
  G_OBJECT_CLASS (weir_trigger_pane_parent_class)->finalize (object);
}

static void
weir_trigger_pane_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-trigger-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, box);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, group);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, function_row);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, picker);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, wait_row);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, timeout);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, waits);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, status);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, keys_button);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, editor);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, tools);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, code_button);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, code_menu);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, languages);
  gtk_widget_class_bind_template_child (widget_class, WeirTriggerPane, history_button);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, keys_cb);
  gtk_widget_class_bind_template_callback (widget_class, tell_changed);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
weir_trigger_pane_class_init (WeirTriggerPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_trigger_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_trigger_pane_finalize;
  widget_class->map = weir_trigger_pane_map;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_TRIGGER_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REFILLED] = g_signal_new ("refilled", WEIR_TYPE_TRIGGER_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (WEIR_TYPE_FUNCTION_PICKER);
  g_type_ensure (WEIR_TYPE_HISTORY_BUTTON);
  g_type_ensure (WEIR_TYPE_PAYLOAD_EDITOR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  weir_trigger_pane_bind_template (widget_class);
  gtk_widget_class_set_css_name (widget_class, "weirtrigger");
}

static void
weir_trigger_pane_init (WeirTriggerPane *self)
{
  static const GActionEntry entries[] = {
    { .name = "insert-template", .activate = insert_template_cb },
    { .name = "insert", .activate = insert_cb, .parameter_type = "s" },
    { .name = "copy-code", .activate = copy_code_cb, .parameter_type = "s" },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  self->function_id = g_strdup ("");
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "trigger", G_ACTION_GROUP (self->actions));
  gtk_widget_insert_action_group (GTK_WIDGET (self->tools), "trigger", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_create_popup_func (self->code_button, update_code_menu, self, NULL);
  g_object_ref (self->tools);
  gtk_box_remove (self->box, GTK_WIDGET (self->tools));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->waits), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Wait for the answer"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->timeout), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Seconds to wait for the answer"), -1);
  update (self);
}

/* --- for the page --- */

void
weir_trigger_pane_set_connection (WeirTriggerPane *self, WeirConnection *connection)
{
  if (self->connection == connection)
    return;
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (get_functions (self), self);
  let_function_go (self);
  g_set_object (&self->connection, connection);
  if (self->picker != NULL)
    weir_function_picker_set_functions (self->picker, get_functions (self));
  if (connection == NULL)
    return;
  g_signal_connect_swapped (get_functions (self), "items-changed", G_CALLBACK (follow_function), self);
  follow_function (self);
  update (self);
}

void
weir_trigger_pane_set_function (WeirTriggerPane *self, const char *function_id)
{
  weir_function_picker_set_function (self->picker, function_id);
  picked_cb (self);
}

const char *
weir_trigger_pane_get_function (WeirTriggerPane *self)
{
  return self->function_id;
}

GtkWidget *
weir_trigger_pane_get_tools (WeirTriggerPane *self)
{
  return GTK_WIDGET (self->tools);
}

void
weir_trigger_pane_set_cramped (WeirTriggerPane *self, gboolean is_cramped)
{
  AdwActionRow *rows[] = { self->function_row, self->wait_row };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *content = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (rows[i]));

      gtk_orientable_set_orientation (GTK_ORIENTABLE (content),
                                      is_cramped ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
      gtk_widget_set_margin_bottom (content, is_cramped ? CRAMPED_MARGIN : 0);
    }
}

GPtrArray *
weir_trigger_pane_list_channels (WeirTriggerPane *self)
{
  g_autofree char *text = weir_payload_editor_dup_text (self->editor);

  if (self->last_valid == NULL || weir_json_check (WEIR_SPAN (text), WEIR_JSON_MAX_DEPTH, NULL))
    {
      g_free (self->last_valid);
      self->last_valid = g_steal_pointer (&text);
    }
  return weir_payload_list_channels (WEIR_SPAN (self->last_valid));
}

gboolean
weir_trigger_pane_is_ready (WeirTriggerPane *self)
{
  return *self->function_id != '\0' && weir_payload_editor_is_valid (self->editor);
}

void
weir_trigger_pane_fill (WeirTriggerPane *self, const char *function_id, const char *payload, guint timeout_ms,
                        gboolean is_void)
{
  weir_trigger_pane_set_function (self, function_id);
  weir_payload_editor_set_text (self->editor, payload);
  gtk_spin_button_set_value (self->timeout, MAX (timeout_ms / 1000, 1));
  gtk_switch_set_active (self->waits, !is_void);
  tell_changed (self);
}

void
weir_trigger_pane_refill (WeirTriggerPane *self, WeirSendEntry *entry)
{
  weir_trigger_pane_fill (self, weir_send_entry_get_function_id (entry), weir_send_entry_get_payload (entry),
                          weir_send_entry_get_timeout_ms (entry), weir_send_entry_is_void (entry));
  if (weir_send_entry_is_cut (entry))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("The first 64 KiB of a payload are kept: this one is not whole"));
  g_signal_emit (self, signals[REFILLED], 0, weir_send_entry_get_sending (entry));
}

void
weir_trigger_pane_add_draft (WeirTriggerPane *self, const char *function_id, const char *payload)
{
  if (*function_id != '\0' && !g_hash_table_contains (self->drafts, function_id))
    g_hash_table_insert (self->drafts, g_strdup (function_id), g_strdup (payload));
}

char *
weir_trigger_pane_dup_payload (WeirTriggerPane *self)
{
  return weir_payload_editor_dup_text (self->editor);
}

gboolean
weir_trigger_pane_is_untouched (WeirTriggerPane *self)
{
  return is_untouched (self);
}

guint
weir_trigger_pane_get_timeout_ms (WeirTriggerPane *self)
{
  return (guint) gtk_spin_button_get_value_as_int (self->timeout) * 1000;
}

gboolean
weir_trigger_pane_is_void (WeirTriggerPane *self)
{
  return !gtk_switch_get_active (self->waits);
}

static void
give_settings (WeirTriggerPane *self, WeirCall *call)
{
  g_autofree char *settings = self->setup != NULL ? weir_send_setup_to_text (self->setup) : NULL;

  weir_call_set_settings (call, settings);
}

WeirCall *
weir_trigger_pane_new_call (WeirTriggerPane *self)
{
  g_autofree char *payload = weir_payload_editor_dup_text (self->editor);
  g_autoptr (GError) error = NULL;
  WeirCall *call;

  weir_payload_editor_look_now (self->editor); /* the channels of the call are those that stand there now */
  if (*self->function_id == '\0')
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Choose a function first"));
      return NULL;
    }
  call = weir_call_new (self->function_id, payload, weir_trigger_pane_get_timeout_ms (self),
                        weir_trigger_pane_is_void (self), &error);
  if (call == NULL)
    {
      weir_payload_editor_show_problem (self->editor);
      say_problem (self, error);
      return NULL;
    }
  give_settings (self, call);
  g_signal_connect_object (call, "changed", G_CALLBACK (call_changed_cb), self, 0);
  return call;
}

void
weir_trigger_pane_set_setup (WeirTriggerPane *self, WeirSendSetup *setup)
{
  g_return_if_fail (self->setup == NULL);

  self->setup = g_object_ref (setup);
  g_signal_connect_swapped (setup, "changed", G_CALLBACK (update), self);
  update (self);
}
