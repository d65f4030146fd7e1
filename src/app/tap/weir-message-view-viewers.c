/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view-private.h"

#include "weir-content.h"

/* --- what is asked for --- */

gboolean
weir_message_view_shows_keys (WeirMessageView *self)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->show_keys));

  return g_variant_get_boolean (state);
}

gboolean
weir_message_view_is_kind (WeirMessageView *self, const char *kind)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->kind));

  return g_str_equal (g_variant_get_string (state, NULL), kind);
}

gboolean
weir_message_view_is_binary (WeirMessageView *self)
{
  return weir_message_get_kind (self->message) == WEIR_MESSAGE_BINARY;
}

GBytes *
weir_message_view_get_shown (WeirMessageView *self)
{
  return weir_message_view_shows_keys (self) ? self->payload->original : self->payload->masked;
}

/* --- which viewers fit --- */

/* A part of an image is one with the others. */
static gboolean
is_part_of_image (WeirMessageView *self)
{
  return weir_message_view_is_binary (self) && self->stream != NULL &&
         weir_stream_get_content (self->stream) == WEIR_CONTENT_IMAGE && weir_stream_get_n_messages (self->stream) > 0;
}

gboolean
weir_message_view_fits (WeirMessageView *self, const char *kind)
{
  if (g_str_equal (kind, "json"))
    return self->payload->is_json;
  if (g_str_equal (kind, "image"))
    return self->payload->image_find != WEIR_IMAGE_NONE || is_part_of_image (self);
  if (g_str_equal (kind, "stream"))
    return self->stream != NULL &&
           (weir_message_view_is_binary (self) || weir_stream_get_n_messages (self->stream) > 0);
  return TRUE;
}

/* One that does not read as text itself may be what is garbled in one that does. */
static gboolean
is_part_of_text (WeirMessageView *self, const guint8 *data, gsize size)
{
  WeirContent content = WEIR_CONTENT_BINARY;

  if (!weir_message_view_is_binary (self) || self->stream == NULL || size == 0)
    return FALSE;
  if (weir_stream_get_n_messages (self->stream) > 0)
    content = weir_stream_get_content (self->stream);
  return (content != WEIR_CONTENT_BINARY && content != WEIR_CONTENT_IMAGE) ||
         weir_content_detect (data, size, FALSE) != WEIR_CONTENT_BINARY;
}

/* A binary message that reads as text is a part of a stream of it. */
const char *
weir_message_view_get_best_kind (WeirMessageView *self)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->payload->masked, &size);

  if (self->payload->image_find == WEIR_IMAGE_KNOWN)
    return "image";
  if (is_part_of_text (self, data, size))
    return "stream";
  if (self->payload->is_json)
    return "json";
  return weir_message_view_is_binary (self) ? "hex" : "text";
}

static void
update_buttons (WeirMessageView *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->json_button), weir_message_view_fits (self, "json"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->image_button), weir_message_view_fits (self, "image"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->stream_button), weir_message_view_fits (self, "stream"));
}

/* --- viewers --- */

/* What cannot be done cannot be chosen. */
static void
set_can_fold (WeirMessageView *self, gboolean can_fold)
{
  GAction *fold = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "fold");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (fold), can_fold);
}

static void
show_text (WeirMessageView *self, gboolean as_json)
{
  g_autofree char *lines =
      weir_payload_dup_text (self->payload, weir_message_view_shows_keys (self), as_json, &self->n_broken);

  weir_text_pane_set_text (self->text_pane, lines, as_json);
  if (as_json && weir_message_heading_is_delta (self->heading)) /* the whole text again, in each of its pieces */
    weir_text_pane_fold_members (self->text_pane, "partial");
}

/* The message's own, unless the stream is one image that it is a part of. */
static void
show_image (WeirMessageView *self)
{
  gboolean is_own = self->payload->image_find != WEIR_IMAGE_NONE;

  if (!is_part_of_image (self) ||
      (is_own && weir_stream_get_size (self->stream) == weir_message_get_size (self->message)))
    {
      weir_image_view_set_bytes (self->image_view, self->payload->original, weir_message_is_cut (self->message));
      return;
    }
  weir_image_view_set_stream (self->image_view, self->stream);
}

static void
show_stream (WeirMessageView *self)
{
  weir_stream_view_set_stream (self->stream_view, self->stream);
  if (weir_message_view_is_binary (self))
    weir_stream_view_show_message (self->stream_view, weir_message_get_seq (self->message));
}

void
weir_message_view_ensure_stream (WeirMessageView *self)
{
  if (self->stream != NULL && (weir_message_view_is_binary (self) || weir_message_heading_is_delta (self->heading)))
    weir_stream_start (self->stream);
}

/* Where there is no room for all of their buttons. */
void
weir_message_view_reveal_kind (WeirMessageView *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_hadjustment (self->kinds_scroller);
  GtkWidget *box = gtk_widget_get_parent (GTK_WIDGET (self->json_button));
  graphene_rect_t bounds;

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)) && gtk_widget_compute_bounds (button, box, &bounds))
      gtk_adjustment_clamp_page (place, bounds.origin.x, bounds.origin.x + bounds.size.width);
}

void
weir_message_view_update (WeirMessageView *self)
{
  const char *page = "text";

  set_can_fold (self, self->payload != NULL && weir_message_view_is_kind (self, "json"));
  if (self->payload == NULL)
    {
      gtk_stack_set_visible_child_name (self->pages, "nothing");
      return;
    }
  weir_message_view_update_title (self);
  update_buttons (self);
  self->n_broken = 0;
  if (weir_message_view_is_kind (self, "hex"))
    {
      page = "hex";
      weir_hex_view_set_bytes (weir_hex_pane_get_view (self->hex_pane), weir_message_view_get_shown (self));
    }
  else if (weir_message_view_is_kind (self, "image"))
    {
      page = "image";
      show_image (self);
    }
  else if (weir_message_view_is_kind (self, "stream"))
    {
      page = "stream";
      show_stream (self);
    }
  else
    {
      show_text (self, weir_message_view_is_kind (self, "json"));
    }
  weir_message_view_update_hits (self);
  weir_message_view_update_notice (self);
  weir_message_view_reveal_kind (self);
  gtk_stack_set_visible_child_name (self->viewers, page);
  gtk_stack_set_visible_child_name (self->pages, "message");
}

void
weir_message_view_stream_changed_cb (WeirMessageView *self)
{
  if (self->payload == NULL)
    return;
  update_buttons (self);
  if (self->wish == NULL && weir_message_view_is_kind (self, "hex") &&
      g_str_equal (weir_message_view_get_best_kind (self), "stream"))
    {
      g_simple_action_set_state (self->kind, g_variant_new_string ("stream"));
      weir_message_view_update (self);
    }
  weir_message_heading_update_growing (self->heading, self->stream);
  if (weir_message_view_is_kind (self, "image") && is_part_of_image (self))
    show_image (self);
}
