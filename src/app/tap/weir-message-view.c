/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-settings.h"

/* A larger payload is made ready in a thread. */
#define MAX_AT_ONCE (256 * 1024)

enum
{
  GO_TO_MESSAGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirMessageView, weir_message_view, GTK_TYPE_WIDGET)

static void
go_to_message_cb (WeirMessageView *self, guint row)
{
  g_signal_emit (self, signals[GO_TO_MESSAGE], 0, row);
}

/* --- the message --- */

static void
show_payload (WeirMessageView *self, WeirPayload *payload)
{
  g_clear_object (&self->loading);
  g_clear_pointer (&self->payload, weir_payload_unref);
  self->payload = weir_payload_ref (payload);
  gtk_widget_set_visible (GTK_WIDGET (self->keys_button), payload->n_keys > 0);
  weir_message_heading_set (self->heading, payload->masked, weir_message_get_kind (self->message) == WEIR_MESSAGE_TEXT,
                            weir_message_get_seq (self->message));
  weir_message_view_ensure_stream (self);
  weir_message_heading_update_growing (self->heading, self->stream);

  /* The wish stays, also over messages that it does not fit, which are shown as suits them best. */
  g_simple_action_set_state (self->kind,
                             g_variant_new_string (self->wish != NULL && weir_message_view_fits (self, self->wish)
                                                       ? self->wish
                                                       : weir_message_view_get_best_kind (self)));
  weir_message_view_update (self);
}

typedef struct
{
  GBytes *bytes;
  WeirKeyLead lead;
} Raw;

static void
raw_free (gpointer data)
{
  Raw *raw = data;

  g_bytes_unref (raw->bytes);
  g_bytes_unref (raw->lead.bytes);
  g_free (raw);
}

static void
make_ready (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Raw *raw = task_data;

  g_task_return_pointer (task, weir_payload_new (raw->bytes, &raw->lead), (GDestroyNotify) weir_payload_unref);
}

static void
ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPayload) payload = g_task_propagate_pointer (G_TASK (result), &error);

  if (payload != NULL) /* else another is looked at, or the view is gone */
    show_payload (self, payload);
}

static void
take_bytes (WeirMessageView *self, GBytes *bytes)
{
  WeirKeyLead lead = { weir_message_get_before (self->message), weir_message_view_is_binary (self) };
  g_autoptr (GTask) task = NULL;
  Raw *raw;

  if (g_bytes_get_size (bytes) <= MAX_AT_ONCE)
    {
      g_autoptr (WeirPayload) payload = weir_payload_new (bytes, &lead);

      show_payload (self, payload);
      return;
    }
  if (self->loading == NULL)
    self->loading = g_cancellable_new ();
  /* The thread may let go of the task last, and a widget is not to end there: so the task does not have it. */
  task = g_task_new (NULL, self->loading, ready_cb, g_object_ref (self));
  g_task_set_source_tag (task, take_bytes);
  raw = g_new (Raw, 1);
  *raw = (Raw){ g_bytes_ref (bytes), { g_bytes_ref (lead.bytes), lead.is_stream } };
  g_task_set_task_data (task, raw, raw_free);
  g_task_run_in_thread (task, make_ready);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_message_load_finish (WEIR_MESSAGE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* another is looked at, or the view is gone */
    return;
  if (bytes != NULL)
    take_bytes (self, bytes);
  else
    gtk_label_set_text (self->hint, error->message);
}

/* Of the message before. */
static void
forget_payload (WeirMessageView *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->payload, weir_payload_unref);
}

/* As it is asked for of all. */
static void
reset_keys (WeirMessageView *self)
{
  gboolean is_masked = g_settings_get_boolean (weir_settings_get (), "mask-keys");

  g_simple_action_set_state (self->show_keys, g_variant_new_boolean (!is_masked));
}

static void
mask_keys_cb (WeirMessageView *self)
{
  reset_keys (self);
  weir_stream_view_set_stream (self->stream_view, NULL);
  weir_message_view_update (self);
}

void
weir_message_view_set_message (WeirMessageView *self, WeirMessage *message)
{
  gboolean has_none = message == NULL || weir_message_get_kind (message) == WEIR_MESSAGE_GAP;
  GBytes *bytes;

  g_return_if_fail (WEIR_IS_MESSAGE_VIEW (self));

  if (!g_set_object (&self->message, message))
    return;

  forget_payload (self);
  reset_keys (self);
  gtk_label_set_text (self->hint, has_none ? _ ("Select a message to see what it holds") : _ ("Reading from disk…"));
  bytes = has_none || weir_message_get_before (message) == NULL ? NULL : weir_message_get_payload (message);
  if (bytes != NULL)
    take_bytes (self, bytes);
  if (self->payload == NULL)
    weir_message_view_update (self);
  if (has_none || bytes != NULL)
    return;

  self->loading = g_cancellable_new ();
  weir_message_load_async (message, G_MAXUINT32, self->loading, loaded_cb, g_object_ref (self));
}

static void
set_search (WeirMessageView *self, WeirNeedle *needle)
{
  if (self->needle == needle)
    return;
  if (needle != NULL)
    weir_needle_ref (needle);
  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = needle;
  if (self->payload == NULL)
    return;
  weir_message_view_update_hits (self);
  weir_message_view_update_notice (self);
}

/* They tell what is searched for, too. */
static void
figures_cb (WeirMessageView *self)
{
  set_search (self, weir_message_list_get_search (self->messages));
}

void
weir_message_view_set_messages (WeirMessageView *self, WeirMessageList *messages)
{
  g_return_if_fail (WEIR_IS_MESSAGE_VIEW (self));

  weir_stream_view_set_stream (self->stream_view, NULL);
  g_clear_object (&self->stream);
  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  g_set_object (&self->messages, messages);
  if (messages == NULL)
    return;
  g_signal_connect_object (messages, "figures-changed", G_CALLBACK (figures_cb), self, G_CONNECT_SWAPPED);
  self->stream = weir_stream_new (messages);
  g_signal_connect_object (self->stream, "changed", G_CALLBACK (weir_message_view_stream_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* --- GObject --- */

static void
weir_message_view_dispose (GObject *object)
{
  WeirMessageView *self = WEIR_MESSAGE_VIEW (object);

  g_clear_handle_id (&self->reveal_idle, g_source_remove);
  forget_payload (self);
  if (self->stream_view != NULL)
    weir_message_view_set_messages (self, NULL);
  g_clear_object (&self->message);
  g_clear_object (&self->show_keys);
  g_clear_object (&self->actions);
  g_clear_object (&self->kind);
  g_clear_pointer (&self->wish, g_free);
  g_clear_pointer (&self->needle, weir_needle_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_MESSAGE_VIEW);
  G_OBJECT_CLASS (weir_message_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, pages);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, viewers);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, json_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, image_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, stream_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, keys_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, title);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, narrow_title);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, kinds_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, heading);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, text_pane);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, hex_pane);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, image_view);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, stream_view);
  gtk_widget_class_bind_template_callback (widget_class, go_to_message_cb);
}

static void
weir_message_view_class_init (WeirMessageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_message_view_dispose;
  g_type_ensure (WEIR_TYPE_MESSAGE_HEADING);
  g_type_ensure (WEIR_TYPE_TEXT_PANE);
  g_type_ensure (WEIR_TYPE_HEX_PANE);
  g_type_ensure (WEIR_TYPE_IMAGE_VIEW);
  g_type_ensure (WEIR_TYPE_STREAM_VIEW);
  signals[GO_TO_MESSAGE] = g_signal_new ("go-to-message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirmessageview");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-message-view.ui");
  bind_children (widget_class);
}

static gboolean
reveal_cb (gpointer user_data)
{
  WeirMessageView *self = user_data;

  self->reveal_idle = 0;
  weir_message_view_reveal_kind (self);
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, before the buttons have theirs. */
static void
kinds_resized_cb (WeirMessageView *self)
{
  if (self->reveal_idle == 0)
    self->reveal_idle = g_idle_add (reveal_cb, self);
}

static void
weir_message_view_init (WeirMessageView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_message_view_add_actions (self);
  reset_keys (self);
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (self->kinds_scroller), "notify::page-size",
                           G_CALLBACK (kinds_resized_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::mask-keys", G_CALLBACK (mask_keys_cb), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
weir_message_view_new (void)
{
  return g_object_new (WEIR_TYPE_MESSAGE_VIEW, NULL);
}

void
weir_message_view_set_narrow (WeirMessageView *self, gboolean is_narrow)
{
  g_return_if_fail (WEIR_IS_MESSAGE_VIEW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->title), !is_narrow);
  gtk_widget_set_visible (self->narrow_title, is_narrow);
  gtk_widget_set_hexpand (GTK_WIDGET (self->kinds_scroller), is_narrow);
  weir_stream_view_set_narrow (self->stream_view, is_narrow);
  gtk_scrolled_window_set_policy (self->kinds_scroller, is_narrow ? GTK_POLICY_EXTERNAL : GTK_POLICY_NEVER,
                                  GTK_POLICY_NEVER);
  if (is_narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}
