/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-view.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "weir-folding.h"
#include "weir-format.h"
#include "weir-hex-view.h"
#include "weir-json-lexer.h"
#include "weir-json.h"
#include "weir-key-mask.h"
#include "weir-preview.h"
#include "weir-source-style.h"

struct _WeirMessageView
{
  GtkWidget parent_instance;

  GtkStack *pages;
  GtkStack *viewers;
  GtkLabel *hint;
  GtkToggleButton *json_button, *text_button, *hex_button, *keys_button;
  GtkLabel *title;
  GtkLabel *notice;
  GtkWidget *progress;
  GtkLabel *progress_name, *progress_text;
  GtkProgressBar *progress_bar;
  GtkScrolledWindow *text_scroller;
  WeirHexView *hex_view;
  GtkSourceView *source_view; /* NULL until text is first looked at */
  WeirFolding *folding;       /* of that */

  GSimpleActionGroup *actions;
  GSimpleAction *kind;      /* what is seen */
  char *wish;               /* what the user has asked to see; NULL: nothing yet */
  GSimpleAction *show_keys; /* of this message: asked for anew with each */
  WeirMessage *message;
  GBytes *masked;        /* its payload without access keys; NULL: that is being read from disk, or cannot be */
  GCancellable *loading; /* nullable */
  guint n_keys;
  gboolean is_json;
};

G_DEFINE_FINAL_TYPE (WeirMessageView, weir_message_view, GTK_TYPE_WIDGET)

static gboolean
is_on (GSimpleAction *action)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));

  return g_variant_get_boolean (state);
}

/* What may be looked at and copied. */
static GBytes *
get_shown (WeirMessageView *self)
{
  return is_on (self->show_keys) ? weir_message_get_payload (self->message) : self->masked;
}

/* --- text --- */

static void
source_view_gone_cb (gpointer user_data, GObject *source_view)
{
  weir_folding_free (user_data);
}

static GtkSourceBuffer *
ensure_buffer (WeirMessageView *self)
{
  if (self->source_view == NULL)
    {
      self->source_view = GTK_SOURCE_VIEW (gtk_source_view_new ());
      gtk_text_view_set_editable (GTK_TEXT_VIEW (self->source_view), FALSE);
      gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->source_view), TRUE);
      gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->source_view), GTK_WRAP_WORD_CHAR);
      gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->source_view), 12);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->source_view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Message"),
                                      -1);
      weir_source_style_follow (self->source_view);
      self->folding = weir_folding_new (self->source_view);
      g_object_weak_ref (G_OBJECT (self->source_view), source_view_gone_cb, self->folding);
      gtk_scrolled_window_set_child (self->text_scroller, GTK_WIDGET (self->source_view));
    }

  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->source_view)));
}

static void
show_text (WeirMessageView *self, gboolean as_json)
{
  GtkSourceBuffer *buffer = ensure_buffer (self);
  gsize size;
  const guint8 *data = g_bytes_get_data (get_shown (self), &size);
  gsize shown = MIN (size, WEIR_MESSAGE_VIEW_MAX_TEXT);
  g_autofree char *lines = NULL, *laid_out = as_json ? weir_json_layout ((const char *) data, shown) : NULL;

  lines = laid_out != NULL ? weir_preview_lines ((const guint8 *) laid_out, strlen (laid_out))
                           : weir_preview_lines (data, shown);
  gtk_source_buffer_set_language (
      buffer,
      as_json ? gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "json") : NULL);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), lines, -1);
  weir_folding_reset (self->folding, as_json);
}

/* --- what is missing, and progress --- */

static char *
describe_keys (WeirMessageView *self)
{
  if (is_on (self->show_keys))
    return g_strdup (ngettext ("It holds an access key, the right to a channel.",
                               "It holds access keys, the rights to channels.", self->n_keys));
  return g_strdup (ngettext ("It holds an access key, which is masked with *.",
                             "It holds access keys, which are masked with *.", self->n_keys));
}

static void
update_notice (WeirMessageView *self, gboolean as_text)
{
  gsize kept = g_bytes_get_size (weir_message_get_payload (self->message));
  g_autoptr (GPtrArray) sentences = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (weir_message_is_cut (self->message))
    {
      g_autofree char *kept_text = weir_format_bytes_exact (kept);
      g_autofree char *size_text = weir_format_bytes_exact (weir_message_get_size (self->message));

      g_ptr_array_add (sentences, g_strdup_printf (_ ("The tap kept the first %s of %s."), kept_text, size_text));
    }
  if (as_text && kept > WEIR_MESSAGE_VIEW_MAX_TEXT)
    {
      g_autofree char *limit = weir_format_limit (WEIR_MESSAGE_VIEW_MAX_TEXT);

      g_ptr_array_add (
          sentences, g_strdup_printf (
                         _ ("Shown are the first %s: look at the bytes, or save the message, for all of it."), limit));
    }
  if (self->n_keys > 0)
    g_ptr_array_add (sentences, describe_keys (self));

  g_ptr_array_add (sentences, NULL);
  text = g_strjoinv (" ", (char **) sentences->pdata);
  gtk_label_set_text (self->notice, text);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), *text != '\0');
}

/* The amount under the first of @names that is there; its name. */
static const char *
get_amount (WeirSpan object, const char *const *names, gint64 *amount)
{
  for (; *names != NULL; names++)
    if (weir_json_get_int (weir_json_member (object, *names), amount) && *amount >= 0)
      return *names;
  return NULL;
}

/* FALSE: nothing says which share is done. */
static gboolean
get_share (WeirSpan object, const char *done_name, gint64 done, gint64 all, double *share)
{
  WeirSpan percent = weir_json_member (object, "percent");
  g_autofree char *number = g_strndup (percent.text, percent.text != NULL ? percent.len : 0);

  if (done_name != NULL && all > 0)
    *share = (double) done / all;
  else if (weir_json_type (percent) == WEIR_JSON_NUMBER)
    *share = g_ascii_strtod (number, NULL) / 100;
  else
    return FALSE;
  *share = CLAMP (*share, 0, 1);
  return TRUE;
}

/* "15 %, 3 of 20", "15 %, chunks: 3", "chunks: 3": the amount has the name that the message gives it. */
static char *
describe_progress (const double *share, const char *done_name, gint64 done, gint64 all)
{
  g_autofree char *percent = share != NULL ? weir_format_percent (*share) : NULL;
  g_autofree char *done_text = weir_format_count (done), *all_text = weir_format_count (all);

  if (done_name != NULL && all > 0)
    return g_strdup_printf (_ ("%s, %s of %s"), percent, done_text, all_text);
  if (done_name == NULL)
    return g_steal_pointer (&percent);
  return share != NULL ? g_strdup_printf ("%s, %s: %s", percent, done_name, done_text)
                       : g_strdup_printf ("%s: %s", done_name, done_text);
}

/* `{"type":"progress"}` with how much of how much, or which share, or only how much, in words that are often used for
 * it. */
static void
update_progress (WeirMessageView *self, WeirSpan text)
{
  static const char *const done_names[] = { "rows", "chunks",  "parts",     "items", "messages", "count",
                                            "done", "current", "processed", "bytes", "value",    NULL };
  static const char *const all_names[] = { "of", "total", "max", NULL };
  g_autofree char *type = self->is_json ? weir_json_dup_string (weir_json_member (text, "type")) : NULL;
  gboolean is_progress = g_strcmp0 (type, "progress") == 0;
  const char *done_name = NULL;
  gint64 done = 0, all = 0;
  double share = 0;
  gboolean has_share;

  if (is_progress)
    done_name = get_amount (text, done_names, &done);
  if (is_progress && get_amount (text, all_names, &all) == NULL)
    all = 0;
  has_share = is_progress && get_share (text, done_name, done, all, &share);

  gtk_widget_set_visible (self->progress, has_share || done_name != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), has_share);
  if (has_share || done_name != NULL)
    {
      g_autofree char *words = describe_progress (has_share ? &share : NULL, done_name, done, all);

      gtk_label_set_text (self->progress_name, type);
      gtk_progress_bar_set_fraction (self->progress_bar, share);
      gtk_label_set_text (self->progress_text, words);
    }
}

/* --- the whole --- */

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

static void
update_view (WeirMessageView *self)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->kind));
  const char *kind = g_variant_get_string (state, NULL);
  gboolean as_json = self->is_json && g_str_equal (kind, "json");
  gboolean as_hex = g_str_equal (kind, "hex");

  if (self->masked == NULL)
    {
      gtk_stack_set_visible_child_name (self->pages, "nothing");
      return;
    }

  update_title (self);
  update_notice (self, !as_hex);
  if (as_hex)
    weir_hex_view_set_bytes (self->hex_view, get_shown (self));
  else
    show_text (self, as_json);
  gtk_stack_set_visible_child_name (self->viewers, as_hex ? "hex" : "text");
  gtk_stack_set_visible_child_name (self->pages, "message");
}

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
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirMessageView *self = user_data;
  g_autofree char *text = NULL;
  gsize size;
  const guint8 *data;

  if (self->masked == NULL)
    return;
  data = g_bytes_get_data (get_shown (self), &size);
  size = MIN (size, WEIR_MESSAGE_VIEW_MAX_TEXT);
  text = gtk_stack_get_visible_child (self->viewers) == GTK_WIDGET (self->text_scroller)
             ? weir_preview_lines (data, size)
             : weir_preview_hex (data, size);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static const char *
best_kind (WeirMessageView *self)
{
  if (self->is_json)
    return "json";
  return weir_message_get_kind (self->message) == WEIR_MESSAGE_BINARY ? "hex" : "text";
}

static void
show_payload (WeirMessageView *self, GBytes *payload)
{
  gboolean fits;
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);
  WeirSpan text = { data, size };

  self->masked = weir_key_mask (payload, &self->n_keys);
  gtk_widget_set_visible (GTK_WIDGET (self->keys_button), self->n_keys > 0);
  self->is_json = size > 0 && strchr ("{[", data[0]) != NULL && weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->json_button), self->is_json);
  update_progress (self, text);

  /* The wish stays, also over messages that it does not fit, which are shown as suits them best. */
  fits = self->wish != NULL && (self->is_json || !g_str_equal (self->wish, "json"));
  g_simple_action_set_state (self->kind, g_variant_new_string (fits ? self->wish : best_kind (self)));
  update_view (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = weir_message_load_finish (WEIR_MESSAGE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* another is looked at, or the view is gone */
    return;

  g_clear_object (&self->loading);
  if (payload != NULL)
    show_payload (self, payload);
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
  g_clear_pointer (&self->masked, g_bytes_unref);
}

void
weir_message_view_set_message (WeirMessageView *self, WeirMessage *message)
{
  gboolean has_none = message == NULL || weir_message_get_kind (message) == WEIR_MESSAGE_GAP;
  GBytes *payload;

  g_return_if_fail (WEIR_IS_MESSAGE_VIEW (self));

  if (!g_set_object (&self->message, message))
    return;

  forget_payload (self);
  g_simple_action_set_state (self->show_keys, g_variant_new_boolean (FALSE));
  gtk_label_set_text (self->hint, has_none ? _ ("Select a message to see what it holds") : _ ("Reading from disk…"));
  payload = has_none ? NULL : weir_message_get_payload (message);
  if (payload != NULL)
    {
      show_payload (self, payload);
      return;
    }
  update_view (self);
  if (has_none)
    return;

  self->loading = g_cancellable_new ();
  weir_message_load_async (message, G_MAXUINT32, self->loading, loaded_cb, g_object_ref (self));
}

static void
weir_message_view_dispose (GObject *object)
{
  WeirMessageView *self = WEIR_MESSAGE_VIEW (object);

  forget_payload (self);
  g_clear_object (&self->message);
  g_clear_object (&self->show_keys);
  g_clear_object (&self->actions);
  g_clear_object (&self->kind);
  g_clear_pointer (&self->wish, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_MESSAGE_VIEW);
  G_OBJECT_CLASS (weir_message_view_parent_class)->dispose (object);
}

static void
weir_message_view_class_init (WeirMessageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_message_view_dispose;
  g_type_ensure (WEIR_TYPE_HEX_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-message-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, pages);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, viewers);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, json_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, text_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, hex_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, keys_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, title);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, progress);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, progress_name);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, progress_text);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, text_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirMessageView, hex_view);
}

static void
weir_message_view_init (WeirMessageView *self)
{
  static const GActionEntry entries[] = {
    { .name = "kind", .parameter_type = "s", .state = "'json'", .change_state = kind_cb },
    { .name = "show-keys", .state = "false", .change_state = show_keys_cb },
    { .name = "copy", .activate = copy_cb },
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
