/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-content.h"
#include "weir-copy-as.h"
#include "weir-format.h"
#include "weir-hex-pane.h"
#include "weir-image-view.h"
#include "weir-message-heading.h"
#include "weir-payload.h"
#include "weir-preview.h"
#include "weir-stream-view.h"
#include "weir-stream.h"
#include "weir-text-pane.h"

/* A larger payload is made ready in a thread. */
#define MAX_AT_ONCE (256 * 1024)

/* An image that is no message alone is joined up to here. */
#define MAX_IMAGE (64 * 1024 * 1024)

struct _WeirMessageView
{
  GtkWidget parent_instance;

  GtkStack *pages;
  GtkStack *viewers;
  GtkLabel *hint;
  GtkToggleButton *json_button, *image_button, *stream_button, *keys_button;
  GtkLabel *title;
  GtkWidget *narrow_title;
  GtkWidget *kinds;
  GtkLabel *notice;
  WeirMessageHeading *heading;
  WeirTextPane *text_pane;
  WeirHexPane *hex_pane;
  WeirImageView *image_view;
  WeirStreamView *stream_view;

  GSimpleActionGroup *actions;
  GSimpleAction *kind;      /* what is seen */
  char *wish;               /* what the user has asked to see; NULL: nothing yet */
  GSimpleAction *show_keys; /* of this message: asked for anew with each */
  WeirMessage *message;
  WeirPayload *payload;      /* NULL: it is being read, or cannot be */
  GCancellable *loading;     /* nullable: reading it, and making it ready */
  WeirMessageList *messages; /* nullable */
  WeirStream *stream;        /* nullable */
  guint n_broken;            /* lines of the text that is shown */
  WeirNeedle *needle;        /* nullable: what is searched for */
  guint n_hits;              /* in what is shown */
};

enum
{
  GO_TO_MESSAGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirMessageView, weir_message_view, GTK_TYPE_WIDGET)

static gboolean
is_on (GSimpleAction *action)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));

  return g_variant_get_boolean (state);
}

static gboolean
is_kind (WeirMessageView *self, const char *kind)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->kind));

  return g_str_equal (g_variant_get_string (state, NULL), kind);
}

static gboolean
is_binary (WeirMessageView *self)
{
  return weir_message_get_kind (self->message) == WEIR_MESSAGE_BINARY;
}

/* What may be looked at and copied. */
static GBytes *
get_shown (WeirMessageView *self)
{
  return is_on (self->show_keys) ? self->payload->original : self->payload->masked;
}

/* --- which viewers fit --- */

/* A part of an image is one with the others. */
static gboolean
is_part_of_image (WeirMessageView *self)
{
  return is_binary (self) && self->stream != NULL && weir_stream_get_content (self->stream) == WEIR_CONTENT_IMAGE &&
         weir_stream_get_n_messages (self->stream) > 0;
}

static gboolean
fits (WeirMessageView *self, const char *kind)
{
  if (g_str_equal (kind, "json"))
    return self->payload->is_json;
  if (g_str_equal (kind, "image"))
    return self->payload->image_find != WEIR_IMAGE_NONE || is_part_of_image (self);
  if (g_str_equal (kind, "stream"))
    return self->stream != NULL && (is_binary (self) || weir_stream_get_n_messages (self->stream) > 0);
  return TRUE;
}

/* A binary message that reads as text is a part of a stream of it. */
static const char *
best_kind (WeirMessageView *self)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->payload->masked, &size);

  if (self->payload->image_find == WEIR_IMAGE_KNOWN)
    return "image";
  if (is_binary (self) && self->stream != NULL && size > 0 &&
      weir_content_detect (data, size, FALSE) != WEIR_CONTENT_BINARY)
    return "stream";
  if (self->payload->is_json)
    return "json";
  return is_binary (self) ? "hex" : "text";
}

static void
update_buttons (WeirMessageView *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->json_button), fits (self, "json"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->image_button), fits (self, "image"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->stream_button), fits (self, "stream"));
}

/* --- what is missing --- */

static void
add_sentence (GString *text, char *sentence)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sentence);
  g_free (sentence);
}

static char *
describe_keys (WeirMessageView *self)
{
  guint n = self->payload->n_keys;

  if (is_on (self->show_keys))
    return g_strdup (ngettext ("It holds an access key, the right to a channel.",
                               "It holds access keys, the rights to channels.", n));
  return g_strdup (ngettext ("It holds an access key, which is masked with *.",
                             "It holds access keys, which are masked with *.", n));
}

static void
update_notice (WeirMessageView *self)
{
  gsize kept = g_bytes_get_size (self->payload->original);
  gboolean is_text = is_kind (self, "json") || is_kind (self, "text");
  g_autofree char *limit = weir_format_limit (WEIR_PAYLOAD_MAX_TEXT);
  GString *text = g_string_new (NULL);

  if (weir_message_is_cut (self->message))
    {
      g_autofree char *kept_text = weir_format_bytes_exact (kept);
      g_autofree char *size_text = weir_format_bytes_exact (weir_message_get_size (self->message));

      add_sentence (text, g_strdup_printf (_ ("The tap kept the first %s of %s."), kept_text, size_text));
    }
  if (is_text && kept > WEIR_PAYLOAD_MAX_TEXT)
    add_sentence (
        text,
        g_strdup_printf (_ ("Shown are the first %s: look at the bytes, or save the message, for all of it."), limit));
  if (is_text && self->n_broken > 0)
    add_sentence (text, g_strdup (ngettext ("A very long line is broken to be shown.",
                                            "Very long lines are broken to be shown.", self->n_broken)));
  if (self->payload->n_keys > 0)
    add_sentence (text, describe_keys (self));
  if (self->n_hits > 0)
    {
      g_autofree char *count = weir_format_count (self->n_hits);

      add_sentence (text, g_strdup_printf (ngettext ("%s hit is marked.", "%s hits are marked.", self->n_hits), count));
    }
  gtk_label_set_text (self->notice, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), text->len > 0);
  g_string_free (text, TRUE);
}

/* --- what is searched for --- */

/* More are not marked. */
#define MAX_HITS 1000

static guint
mark_bytes (WeirMessageView *self)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (WeirHexHit));
  gsize size;
  const guint8 *data = g_bytes_get_data (get_shown (self), &size);
  WeirHexHit hit = { 0, 0 };

  while (self->needle != NULL && hits->len < MAX_HITS &&
         weir_needle_find (self->needle, data, size, hit.end, &hit.start, &hit.end) == WEIR_NEEDLE_FOUND)
    g_array_append_val (hits, hit);
  weir_hex_view_set_hits (weir_hex_pane_get_view (self->hex_pane), (const WeirHexHit *) hits->data, hits->len,
                          hits->len > 0 ? 0 : -1);
  return hits->len;
}

static void
update_hits (WeirMessageView *self)
{
  if (is_kind (self, "hex"))
    self->n_hits = mark_bytes (self);
  else if (is_kind (self, "json") || is_kind (self, "text"))
    self->n_hits = weir_text_pane_set_needle (self->text_pane, self->needle);
  else
    self->n_hits = 0;
}

/* --- viewers --- */

static void
show_text (WeirMessageView *self, gboolean as_json)
{
  g_autofree char *lines = weir_payload_dup_text (self->payload, is_on (self->show_keys), as_json, &self->n_broken);

  weir_text_pane_set_text (self->text_pane, lines, as_json);
  if (as_json && weir_message_heading_is_delta (self->heading)) /* the whole text again, in each of its pieces */
    weir_text_pane_fold_members (self->text_pane, "partial");
}

static void
joined_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (bytes != NULL)
    weir_image_view_set_bytes (self->image_view, bytes, weir_stream_get_n_gaps (self->stream) > 0);
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
  if (self->loading != NULL)
    return;
  self->loading = g_cancellable_new ();
  weir_stream_read_async (self->stream, 0, MAX_IMAGE, self->loading, joined_cb, g_object_ref (self));
}

static void
show_stream (WeirMessageView *self)
{
  weir_stream_view_set_stream (self->stream_view, self->stream);
  if (is_binary (self))
    weir_stream_view_show_message (self->stream_view, weir_message_get_seq (self->message));
}

static void
update_title (WeirMessageView *self)
{
  g_autofree char *size = weir_format_bytes_exact (weir_message_get_size (self->message));
  g_autofree char *time = weir_format_time (weir_message_get_time_us (self->message), NULL);
  g_autofree char *text = NULL;
  g_autofree char *seq = weir_format_count (weir_message_get_seq (self->message));

  switch (weir_message_get_kind (self->message))
    {
    case WEIR_MESSAGE_TEXT:
      text = g_strdup_printf (_ ("Message %s · text · %s · %s"), seq, size, time);
      break;
    case WEIR_MESSAGE_BINARY:
      text = g_strdup_printf (_ ("Message %s · binary · %s · %s"), seq, size, time);
      break;
    case WEIR_MESSAGE_EVENT:
      text = g_strdup_printf (_ ("Event · %s"), time);
      break;
    case WEIR_MESSAGE_GAP:
    default:
      text = g_strdup (_ ("Dropped messages"));
      break;
    }
  gtk_label_set_text (self->title, text);
}

/* Joining takes time: only where it is of use. */
static void
ensure_stream (WeirMessageView *self)
{
  if (self->stream != NULL && (is_binary (self) || weir_message_heading_is_delta (self->heading)))
    weir_stream_start (self->stream);
}

static void
update_view (WeirMessageView *self)
{
  const char *page = "text";

  if (self->payload == NULL)
    {
      gtk_stack_set_visible_child_name (self->pages, "nothing");
      return;
    }
  update_title (self);
  update_buttons (self);
  self->n_broken = 0;
  if (is_kind (self, "hex"))
    {
      page = "hex";
      weir_hex_view_set_bytes (weir_hex_pane_get_view (self->hex_pane), get_shown (self));
    }
  else if (is_kind (self, "image"))
    {
      page = "image";
      show_image (self);
    }
  else if (is_kind (self, "stream"))
    {
      page = "stream";
      show_stream (self);
    }
  else
    {
      show_text (self, is_kind (self, "json"));
    }
  update_hits (self);
  update_notice (self);
  gtk_stack_set_visible_child_name (self->viewers, page);
  gtk_stack_set_visible_child_name (self->pages, "message");
}

/* More of the stream is joined: what depends on it. */
static void
stream_changed_cb (WeirMessageView *self)
{
  if (self->payload == NULL)
    return;
  update_buttons (self);
  weir_message_heading_update_growing (self->heading, self->stream);
  if (is_kind (self, "image") && is_part_of_image (self))
    show_image (self);
}

/* --- actions --- */

static void
kind_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirMessageView *self = user_data;

  g_free (self->wish);
  self->wish = g_variant_dup_string (value, NULL);
  g_simple_action_set_state (action, value);
  update_view (self);
}

static void
show_keys_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_simple_action_set_state (action, value);
  update_view (user_data);
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
  if (is_kind (self, "hex"))
    return weir_hex_pane_dup_shown (self->hex_pane);
  if (is_kind (self, "stream"))
    return weir_stream_view_dup_shown (self->stream_view);
  return g_bytes_ref (get_shown (self));
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
  text = is_kind (self, "hex") ? weir_preview_hex (data, size) : weir_preview_lines (data, size);
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
  ensure_stream (self);
  weir_message_heading_update_growing (self->heading, self->stream);

  /* The wish stays, also over messages that it does not fit, which are shown as suits them best. */
  g_simple_action_set_state (
      self->kind, g_variant_new_string (self->wish != NULL && fits (self, self->wish) ? self->wish : best_kind (self)));
  update_view (self);
}

static void
make_ready (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, weir_payload_new (task_data), (GDestroyNotify) weir_payload_unref);
}

static void
ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPayload) payload = g_task_propagate_pointer (G_TASK (result), &error);

  if (payload != NULL) /* else another is looked at, or the view is gone */
    show_payload (WEIR_MESSAGE_VIEW (object), payload);
}

static void
take_bytes (WeirMessageView *self, GBytes *bytes)
{
  g_autoptr (GTask) task = NULL;

  if (g_bytes_get_size (bytes) <= MAX_AT_ONCE)
    {
      g_autoptr (WeirPayload) payload = weir_payload_new (bytes);

      show_payload (self, payload);
      return;
    }
  if (self->loading == NULL)
    self->loading = g_cancellable_new ();
  task = g_task_new (self, self->loading, ready_cb, NULL);
  g_task_set_source_tag (task, take_bytes);
  g_task_set_task_data (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
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

void
weir_message_view_set_message (WeirMessageView *self, WeirMessage *message)
{
  gboolean has_none = message == NULL || weir_message_get_kind (message) == WEIR_MESSAGE_GAP;
  GBytes *bytes;

  g_return_if_fail (WEIR_IS_MESSAGE_VIEW (self));

  if (!g_set_object (&self->message, message))
    return;

  forget_payload (self);
  g_simple_action_set_state (self->show_keys, g_variant_new_boolean (FALSE));
  gtk_label_set_text (self->hint, has_none ? _ ("Select a message to see what it holds") : _ ("Reading from disk…"));
  bytes = has_none ? NULL : weir_message_get_payload (message);
  if (bytes != NULL)
    take_bytes (self, bytes);
  if (self->payload == NULL)
    update_view (self);
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
  update_hits (self);
  update_notice (self);
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
  g_signal_connect_object (self->stream, "changed", G_CALLBACK (stream_changed_cb), self, G_CONNECT_SWAPPED);
}

/* --- GObject --- */

static void
weir_message_view_dispose (GObject *object)
{
  WeirMessageView *self = WEIR_MESSAGE_VIEW (object);

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
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, kinds);
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

static void
weir_message_view_init (WeirMessageView *self)
{
  static const GActionEntry entries[] = {
    { .name = "kind", .parameter_type = "s", .state = "'json'", .change_state = kind_cb },
    { .name = "show-keys", .state = "false", .change_state = show_keys_cb },
    { .name = "copy", .activate = copy_cb },
    { .name = "copy-as", .parameter_type = "s", .activate = copy_as_cb },
    { .name = "fold", .parameter_type = "s", .activate = fold_cb },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  self->kind = G_SIMPLE_ACTION (g_object_ref (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "kind")));
  self->show_keys =
      G_SIMPLE_ACTION (g_object_ref (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "show-keys")));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "viewer", G_ACTION_GROUP (self->actions));
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
  gtk_widget_set_hexpand (self->kinds, is_narrow);
  if (is_narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}
