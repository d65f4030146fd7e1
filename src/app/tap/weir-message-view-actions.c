/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view-private.h"

#include "weir-copy-as.h"
#include "weir-preview.h"

static void
kind_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirMessageView *self = user_data;

  g_free (self->wish);
  self->wish = g_variant_dup_string (value, NULL);
  g_simple_action_set_state (action, value);
  weir_message_view_update (self);
}

static void
show_keys_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_simple_action_set_state (action, value);
  weir_message_view_update (user_data);
}

static void
copy_text (WeirMessageView *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

/* (transfer full) (nullable): the selection of bytes, the item of the stream, else the message. */
static GBytes *
dup_copied (WeirMessageView *self)
{
  if (self->payload == NULL)
    return NULL;
  if (weir_message_view_is_kind (self, "hex"))
    return weir_hex_pane_dup_shown (self->hex_pane);
  if (weir_message_view_is_kind (self, "stream"))
    return weir_stream_view_dup_shown (self->stream_view);
  return g_bytes_ref (weir_message_view_get_shown (self));
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirMessageView *self = user_data;
  g_autoptr (GBytes) bytes = dup_copied (self);
  g_autofree char *text = NULL;
  gsize size;
  const guint8 *data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &size);
  size = MIN (size, WEIR_PAYLOAD_MAX_TEXT);
  text = weir_message_view_is_kind (self, "hex") ? weir_preview_hex (data, size) : weir_preview_lines (data, size);
  copy_text (self, text);
}

static void
copy_as_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirMessageView *self = user_data;
  g_autoptr (GBytes) bytes = dup_copied (self);
  g_autofree char *text = NULL;
  WeirCopyAs as;
  gsize size;
  const guint8 *data;

  if (bytes == NULL || !weir_copy_as_from_name (g_variant_get_string (parameter, NULL), &as))
    return;
  data = g_bytes_get_data (bytes, &size);
  text = weir_copy_as (data, size, as);
  copy_text (self, text);
}

static void
fold_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const names[] = { "here", "unfold-here", "all", "unfold-all" };
  WeirMessageView *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), names[i]))
      weir_text_pane_fold (self->text_pane, i);
}

void
weir_message_view_add_actions (WeirMessageView *self)
{
  static const GActionEntry entries[] = {
    { .name = "kind", .parameter_type = "s", .state = "'json'", .change_state = kind_cb },
    { .name = "show-keys", .state = "false", .change_state = show_keys_cb },
    { .name = "copy", .activate = copy_cb },
    { .name = "copy-as", .parameter_type = "s", .activate = copy_as_cb },
    { .name = "fold", .parameter_type = "s", .activate = fold_cb },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  self->kind = G_SIMPLE_ACTION (g_object_ref (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "kind")));
  self->show_keys =
      G_SIMPLE_ACTION (g_object_ref (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "show-keys")));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "viewer", G_ACTION_GROUP (self->actions));
}
