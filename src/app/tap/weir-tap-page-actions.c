/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-page-private.h"

#include <glib/gi18n.h>

#include "weir-copy-as.h"
#include "weir-key-mask.h"
#include "weir-settings.h"
#include "weir-toast.h"

void
weir_tap_page_toast (WeirTapPage *self, const char *text)
{
  if (self->toasts != NULL)
    weir_toast_show (self->toasts, text);
}

static gboolean
get_switch (WeirTapPage *self, const char *name)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), name);

  return g_variant_get_boolean (state);
}

void
weir_tap_page_update_filter (WeirTapPage *self)
{
  WeirMessageKinds kinds = (get_switch (self, "text") ? WEIR_SHOW_TEXT : 0) |
                           (get_switch (self, "binary") ? WEIR_SHOW_BINARY : 0) |
                           (get_switch (self, "events") ? WEIR_SHOW_EVENTS : 0);

  if (self->messages == NULL)
    return;
  weir_message_table_set_filter (self->table, kinds, weir_needle_entry_get_needle (self->search));
  weir_tap_page_update_figures (self);
}

static void
kind_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_simple_action_set_state (action, value);
  weir_tap_page_update_filter (user_data);
}

static void
show_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const kinds[] = { "text", "binary", "events" };
  WeirTapPage *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_action_group_change_action_state (G_ACTION_GROUP (self->actions), kinds[i], g_variant_new_boolean (TRUE));
  weir_needle_entry_clear (self->search);
}

static void
pause_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirTapPage *self = user_data;

  g_simple_action_set_state (action, value);
  weir_message_list_set_held (self->messages, g_variant_get_boolean (value));
  weir_tap_page_update_figures (self);
}

/* --- the selected messages --- */

static void
enable (WeirTapPage *self, const char *action, gboolean is_enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), action)),
                               is_enabled);
}

void
weir_tap_page_selected_cb (WeirTapPage *self)
{
  WeirMessage *message = weir_message_table_get_selected (self->table);
  gboolean has_payload = message != NULL && weir_message_get_kind (message) != WEIR_MESSAGE_GAP;

  weir_message_view_set_message (self->viewer, message);
  enable (self, "save", has_payload);
  enable (self, "save-selection", weir_message_table_get_n_selected (self->table) > 0);
  enable (self, "copy", has_payload);
  enable (self, "mark", message != NULL);
  if (message != NULL)
    weir_message_table_set_follow (self->table, FALSE);
}

static char *
dup_file_name (WeirTapPage *self, const char *what, const char *extension)
{
  g_autofree char *short_id = weir_format_short_id (weir_channel_get_id (self->channel));

  return g_strdup_printf ("%s-%s.%s", short_id, what, extension);
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTapPage *self = user_data;
  WeirMessage *message = weir_message_table_get_selected (self->table);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *number = NULL, *name = NULL;

  if (message == NULL)
    return;
  number = g_strdup_printf ("%" G_GUINT64_FORMAT, weir_message_get_seq (message));
  name = dup_file_name (self, number, weir_message_get_kind (message) == WEIR_MESSAGE_BINARY ? "bin" : "txt");
  g_array_append_val (rows, (guint32){ weir_message_get_row (message) });
  weir_tap_save_ask (self->saver, self->messages, rows, WEIR_SHOW_ALL, WEIR_EXPORT_BYTES, name);
}

/* A stream is its binary messages; the texts beside it are about it. Where there is nothing else, they are it. */
static WeirMessageKinds
get_stream_kinds (WeirTapPage *self)
{
  return weir_message_list_has_binary (self->messages) ? WEIR_SHOW_BINARY : WEIR_SHOW_TEXT;
}

static void
save_as_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTapPage *self = user_data;
  const char *target = g_variant_get_string (parameter, NULL);
  gboolean is_all = g_str_has_prefix (target, "all");
  WeirExportFormat format = g_str_has_suffix (target, "lines") ? WEIR_EXPORT_NDJSON : WEIR_EXPORT_BYTES;
  WeirMessageKinds kinds = is_all && format == WEIR_EXPORT_BYTES ? get_stream_kinds (self) : WEIR_SHOW_ALL;
  g_autoptr (GArray) rows = is_all ? NULL : weir_message_table_dup_selected_rows (self->table);
  g_autofree char *name =
      dup_file_name (self, is_all ? "stream" : "selection", format == WEIR_EXPORT_NDJSON ? "ndjson" : "bin");

  if (rows == NULL || rows->len > 0)
    weir_tap_save_ask (self->saver, self->messages, rows, kinds, format, name);
}

/* --- copying --- */

typedef struct
{
  WeirTapPage *self;
  WeirCopyAs as;
  GBytes *before; /* the first of them; nullable */
} Copy;

static void
copy_free (Copy *copy)
{
  g_object_unref (copy->self);
  g_clear_pointer (&copy->before, g_bytes_unref);
  g_free (copy);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copy, copy_free)

/* What came before a row, as far as it is here. */
static GBytes *
dup_before (WeirTapPage *self, guint32 row)
{
  g_autoptr (WeirMessage) message = NULL;
  GBytes *before = NULL;
  guint position;

  if (weir_message_list_find_row (self->messages, row, &position))
    message = g_list_model_get_item (G_LIST_MODEL (self->messages), position);
  if (message != NULL)
    before = weir_message_get_before (message);
  return before != NULL ? g_bytes_ref (before) : NULL;
}

static void
gathered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Copy) copy = user_data;
  WeirTapPage *self = copy->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_message_gather_finish (result, &error);
  g_autoptr (GBytes) masked = NULL;
  g_autofree char *text = NULL, *words = NULL;
  gsize len;
  const guint8 *data;

  if (bytes == NULL)
    {
      words = g_strdup_printf (_ ("Nothing was copied: %s"), error->message);
      weir_tap_page_toast (self, words);
      return;
    }
  masked = weir_key_mask_shown (&(WeirKeyLead){ copy->before, TRUE }, bytes);
  data = g_bytes_get_data (masked, &len);
  text = weir_copy_as (data, MIN (len, WEIR_COPY_MAX_BYTES), copy->as);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  words = weir_copy_describe (len, copy->as);
  weir_tap_page_toast (self, words);
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTapPage *self = user_data;
  g_autoptr (GArray) rows = weir_message_table_dup_selected_rows (self->table);
  WeirCopyAs as;
  Copy *copy;

  if (!weir_copy_as_from_name (g_variant_get_string (parameter, NULL), &as))
    return;
  copy = g_new (Copy, 1);
  *copy = (Copy){ g_object_ref (self), as, rows->len > 0 ? dup_before (self, g_array_index (rows, guint32, 0)) : NULL };
  weir_message_gather_async (self->messages, rows, WEIR_COPY_MAX_BYTES + 1, self->cancellable, gathered_cb, copy);
}

/* --- marks, and finding --- */

static void
mark_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirTapPage *self = user_data;
  WeirMessage *message = weir_message_table_get_selected (self->table);

  if (message != NULL)
    weir_message_list_toggle_mark (self->messages, message);
}

void
weir_tap_page_marks_cb (WeirTapPage *self)
{
  gboolean has_marks = weir_message_list_get_n_marks (self->messages) > 0;

  enable (self, "mark-next", has_marks);
  enable (self, "mark-previous", has_marks);
  weir_tap_page_update_figures (self);
}

static void
go_to_mark (WeirTapPage *self, gboolean forward)
{
  guint position;

  if (weir_message_list_find_mark (self->messages, weir_message_table_get_selected (self->table), forward, &position))
    weir_message_table_select (self->table, position);
  else
    weir_tap_page_toast (self, _ ("The filter hides all marks"));
}

static void
mark_next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go_to_mark (user_data, TRUE);
}

static void
mark_previous_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go_to_mark (user_data, FALSE);
}

static void
find_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirTapPage *self = user_data;

  g_simple_action_set_state (action, value);
  if (g_variant_get_boolean (value))
    weir_tap_find_open (self->find);
  else
    weir_tap_find_close (self->find);
}

static void
find_next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  weir_tap_find_go (WEIR_TAP_PAGE (user_data)->find, TRUE);
}

static void
find_previous_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  weir_tap_find_go (WEIR_TAP_PAGE (user_data)->find, FALSE);
}

static void
filter_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  weir_needle_entry_focus (WEIR_TAP_PAGE (user_data)->search);
}

/* --- all of them --- */

void
weir_tap_page_add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_F3, 0, "tap.find-next" },
    { GDK_KEY_F3, GDK_SHIFT_MASK, "tap.find-previous" },
    { GDK_KEY_f, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "tap.filter" },
    { GDK_KEY_m, GDK_CONTROL_MASK, "tap.mark" },
    { GDK_KEY_F2, 0, "tap.mark-next" },
    { GDK_KEY_F2, GDK_SHIFT_MASK, "tap.mark-previous" },
    { GDK_KEY_s, GDK_CONTROL_MASK, "tap.save" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
}

void
weir_tap_page_add_actions (WeirTapPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "text", .state = "true", .change_state = kind_cb },
    { .name = "binary", .state = "true", .change_state = kind_cb },
    { .name = "events", .state = "true", .change_state = kind_cb },
    { .name = "pause", .state = "false", .change_state = pause_cb },
    { .name = "find", .state = "false", .change_state = find_cb },
    { .name = "find-next", .activate = find_next_cb },
    { .name = "find-previous", .activate = find_previous_cb },
    { .name = "filter", .activate = filter_cb },
    { .name = "show-all", .activate = show_all_cb },
    { .name = "mark", .activate = mark_cb },
    { .name = "mark-next", .activate = mark_next_cb },
    { .name = "mark-previous", .activate = mark_previous_cb },
    { .name = "copy", .activate = copy_cb, .parameter_type = "s" },
    { .name = "save", .activate = save_cb },
    { .name = "save-as", .activate = save_as_cb, .parameter_type = "s" },
    { .name = "save-selection", .activate = save_as_cb, .parameter_type = "s" },
  };
  g_autoptr (GPropertyAction) follow = g_property_action_new ("follow", self->table, "follow");
  g_autoptr (GAction) time_format = g_settings_create_action (weir_settings_get (), "time-format");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self->actions), time_format);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tap", G_ACTION_GROUP (self->actions));
}
