/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-copy-as.h"
#include "weir-count-words.h"
#include "weir-describe-error.h"
#include "weir-describe.h"
#include "weir-figures.h"
#include "weir-key-mask.h"
#include "weir-message-table.h"
#include "weir-message-view.h"
#include "weir-needle-entry.h"
#include "weir-point-error.h"
#include "weir-settings.h"
#include "weir-tap-find.h"
#include "weir-tap-save.h"
#include "weir-toast.h"

struct _WeirTapPage
{
  GtkWidget parent_instance;

  AdwToastOverlay *toasts;
  GtkLabel *channel_id;
  GtkLabel *state;
  WeirNeedleEntry *search;
  WeirTapFind *find;
  WeirTapSave *saver;
  GMenuModel *row_menu, *time_menu;
  GtkRevealer *notice_revealer;
  GtkLabel *notice;
  GtkPaned *panes;
  WeirMessageTable *table;
  WeirMessageView *viewer;
  WeirFigures *figures;
  GtkLabel *hidden;
  GtkWidget *empty;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  GtkWidget *empty_button;
  AdwFlap *figures_flap;
  guint fold_idle;
  guint timer; /* while mapped: how long a state lasts is part of its words */

  WeirTapReader *reader;
  WeirChannel *channel;
  WeirMessageList *messages; /* borrowed from the reader */
  GSimpleActionGroup *actions;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WeirTapPage, weir_tap_page, GTK_TYPE_WIDGET)

/* --- figures --- */

static void
update_messages_figure (WeirTapPage *self, const WeirTapFigures *figures)
{
  WeirUnits units = weir_settings_get_units ();
  g_autofree char *kept = weir_format_count (figures->n_kept), *seen = weir_format_count (figures->n_seen);
  g_autofree char *kept_bytes = weir_format_bytes (figures->bytes_kept, units);
  g_autofree char *seen_bytes = weir_format_bytes (figures->bytes_seen, units);
  g_autofree char *messages = g_strdup_printf (_ ("%s kept of %s"), kept, seen);
  g_autofree char *bytes = g_strdup_printf (_ ("%s kept of %s"), kept_bytes, seen_bytes);

  weir_figures_set (self->figures, 0, _ ("Messages"), messages, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 1, _ ("Bytes"), bytes, WEIR_TONE_PLAIN);
}

static void
update_losses (WeirTapPage *self, const WeirTapFigures *figures)
{
  g_autofree char *dropped = weir_format_count (figures->n_dropped), *cut = weir_format_count (figures->n_cut);
  g_autofree char *hidden = weir_format_count (weir_message_list_get_n_hidden (self->messages));
  g_autofree char *let_go = weir_format_count (weir_message_list_get_n_let_go (self->messages));
  guint32 snaplen = weir_tap_reader_get_snaplen (self->reader);
  g_autofree char *limit = snaplen != 0 ? weir_format_limit (snaplen) : NULL;
  g_autofree char *kept = limit != NULL ? g_strdup_printf (_ ("first %s"), limit) : g_strdup (_ ("whole"));

  weir_figures_set (self->figures, 2, _ ("Dropped by this tap"), dropped,
                    figures->n_dropped > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 3, _ ("Cut"), cut, figures->n_cut > 0 ? WEIR_TONE_WARNING : WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 4, _ ("Hidden by the filter"), hidden, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 5, _ ("Let go to make room"), let_go, WEIR_TONE_PLAIN);
  weir_figures_set (self->figures, 6, _ ("Kept per message"), kept, WEIR_TONE_PLAIN);
}

/* What is not to be seen is said below the table, also where the card has no room. */
static void
update_hidden (WeirTapPage *self, const WeirTapFigures *figures)
{
  guint64 n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint64 n_waiting = weir_message_list_get_n_waiting (self->messages);
  guint64 n_hidden = weir_message_list_get_n_hidden (self->messages);
  guint64 n_let_go = weir_message_list_get_n_let_go (self->messages);
  guint64 n_given_up = weir_message_list_get_n_given_up (self->messages);
  guint64 n_selected = weir_message_table_get_n_selected (self->table);
  guint n_marks = weir_message_list_get_n_marks (self->messages);
  g_autoptr (GString) text = g_string_new (NULL);

  if (n_shown == 0)
    g_string_append (text, _ ("No rows"));
  weir_count_words_add (text, " · ", n_shown, ngettext ("%s row", "%s rows", n_shown));
  weir_count_words_add (text, " · ", n_waiting, ngettext ("%s waits: paused", "%s wait: paused", n_waiting));
  weir_count_words_add (text, " · ", n_hidden,
                        ngettext ("%s hidden by the filter", "%s hidden by the filter", n_hidden));
  weir_count_words_add (text, " · ", n_given_up,
                        ngettext ("%s shown that takes the expression too long",
                                  "%s shown that take the expression too long", n_given_up));
  weir_count_words_add (text, " · ", figures->n_dropped,
                        ngettext ("%s dropped by this tap", "%s dropped by this tap", figures->n_dropped));
  weir_count_words_add (text, " · ", n_let_go, ngettext ("%s let go to make room", "%s let go to make room", n_let_go));
  weir_count_words_add (text, " · ", n_marks, ngettext ("%s mark", "%s marks", n_marks));
  if (n_selected > 1)
    weir_count_words_add (text, " · ", n_selected, ngettext ("%s selected", "%s selected", n_selected));
  if (weir_message_list_is_filtering (self->messages))
    g_string_append_printf (text, " · %s", _ ("filtering…"));
  gtk_label_set_text (self->hidden, text->str);
}

static gboolean
has_ended (WeirTapPage *self)
{
  WeirTapReaderState state = weir_tap_reader_get_state (self->reader);

  return state == WEIR_TAP_READER_ENDED || state == WEIR_TAP_READER_FAILED;
}

/* A point keeps the messages of a channel only while it lives. */
static gboolean
came_too_late (WeirTapPage *self)
{
  return weir_channel_get_state (self->channel) == WEIR_STATE_CLOSED && has_ended (self) &&
         weir_message_list_get_n_total (self->messages) == 0;
}

static void
update_empty (WeirTapPage *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->messages)) == 0;
  gboolean is_filtered = weir_message_list_get_n_hidden (self->messages) > 0;
  const char *title, *text;

  if (is_filtered)
    {
      title = _ ("No Message Matches");
      text = _ ("The filter hides all of them.");
    }
  else if (came_too_late (self))
    {
      title = _ ("Ended Before It Was Tapped");
      text =
          _ ("Messages of a channel are kept while it lives. Tap the next one while it is open: what it carried last "
             "is shown, too.");
    }
  else if (has_ended (self))
    {
      title = _ ("No Messages");
      text = _ ("No message came while it was tapped.");
    }
  else
    {
      title = _ ("No Messages Yet");
      text = _ ("What the channel carries from now on appears here.");
    }

  gtk_label_set_text (self->empty_title, title);
  gtk_label_set_text (self->empty_text, text);
  gtk_widget_set_visible (self->empty_button, is_filtered);
  gtk_widget_set_visible (self->empty, is_empty);
}

static void
figures_cb (WeirTapPage *self)
{
  WeirTapFigures figures = weir_tap_reader_get_figures (self->reader);

  update_messages_figure (self, &figures);
  update_losses (self, &figures);
  update_hidden (self, &figures);
  update_empty (self);
}

/* --- state --- */

static void
channel_cb (WeirTapPage *self)
{
  g_autofree char *detail = weir_describe_state_detail (self->channel, g_get_monotonic_time ());
  const char *word = weir_describe_state (self->channel);
  g_autofree char *text = *detail != '\0' ? g_strdup_printf ("%s · %s", word, detail) : g_strdup (word);

  /* What was known of the channel last is not so any more. */
  if (has_ended (self) && weir_channel_get_state (self->channel) != WEIR_STATE_CLOSED)
    gtk_label_set_text (self->state, _ ("Not tapped any more"));
  else
    gtk_label_set_text (self->state, text);
}

static gboolean
second_cb (gpointer user_data)
{
  channel_cb (user_data);
  return G_SOURCE_CONTINUE;
}

static void
weir_tap_page_map (GtkWidget *widget)
{
  WeirTapPage *self = WEIR_TAP_PAGE (widget);

  GTK_WIDGET_CLASS (weir_tap_page_parent_class)->map (widget);
  self->timer = g_timeout_add_seconds (1, second_cb, self);
}

static void
weir_tap_page_unmap (GtkWidget *widget)
{
  WeirTapPage *self = WEIR_TAP_PAGE (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  GTK_WIDGET_CLASS (weir_tap_page_parent_class)->unmap (widget);
}

/* Where there is no room for the card, the line below the viewer says what matters. */
static gboolean
fold_cb (gpointer user_data)
{
  WeirTapPage *self = user_data;
  gboolean is_narrow = adw_flap_get_folded (self->figures_flap);

  self->fold_idle = 0;
  adw_flap_set_reveal_flap (self->figures_flap, !is_narrow);
  g_object_set (self->table, "narrow", is_narrow, NULL);
  weir_message_view_set_narrow (self->viewer, is_narrow);
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, when nothing may change its size. */
static void
folded_cb (WeirTapPage *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

static void
show_notice (WeirTapPage *self, const char *text)
{
  if (text != NULL)
    gtk_label_set_text (self->notice, text);
  gtk_revealer_set_reveal_child (self->notice_revealer, text != NULL);
}

static char *
describe_failure (const GError *error)
{
  g_autofree char *why = weir_describe_error (error);

  if (g_error_matches (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_REFUSED))
    return g_strdup_printf (_ ("This tap has ended: %s."), why);
  return g_strdup_printf (
      _ ("This tap has ended: %s. What came before is kept. Channels end with their engine: when it is "
         "back, tap the one that takes its place."),
      why);
}

static void
state_cb (WeirTapPage *self)
{
  const GError *error = weir_tap_reader_get_error (self->reader);
  g_autofree char *text = NULL;

  switch (weir_tap_reader_get_state (self->reader))
    {
    case WEIR_TAP_READER_FAILED:
      if (error != NULL && !came_too_late (self)) /* else the page says so */
        text = describe_failure (error);
      break;
    case WEIR_TAP_READER_OPENING:
      text = g_strdup (_ ("Asking for the channel's messages…"));
      break;
    case WEIR_TAP_READER_LIVE:
    case WEIR_TAP_READER_ENDED:
    default:
      if (error != NULL)
        {
          g_autofree char *why = weir_describe_error (error);

          text = g_strdup_printf (_ ("Messages are not kept: %s"), why);
        }
      break;
    }
  show_notice (self, text);
  channel_cb (self);
  update_empty (self);
}

/* --- filter, pause --- */

static gboolean
get_switch (WeirTapPage *self, const char *name)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), name);

  return g_variant_get_boolean (state);
}

static void
update_filter (WeirTapPage *self)
{
  WeirMessageKinds kinds = (get_switch (self, "text") ? WEIR_SHOW_TEXT : 0) |
                           (get_switch (self, "binary") ? WEIR_SHOW_BINARY : 0) |
                           (get_switch (self, "events") ? WEIR_SHOW_EVENTS : 0);

  if (self->messages != NULL)
    weir_message_table_set_filter (self->table, kinds, weir_needle_entry_get_needle (self->search));
}

static void
focus_table_cb (WeirTapPage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->table), GTK_DIR_DOWN);
}

static void
kind_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_simple_action_set_state (action, value);
  update_filter (user_data);
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
  figures_cb (self);
}

/* --- the selected messages --- */

static void
enable (WeirTapPage *self, const char *action, gboolean is_enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), action)),
                               is_enabled);
}

static void
selected_cb (WeirTapPage *self)
{
  WeirMessage *message = weir_message_table_get_selected (self->table);
  gboolean has_payload = message != NULL && weir_message_get_kind (message) != WEIR_MESSAGE_GAP;

  weir_message_view_set_message (self->viewer, message);
  enable (self, "save", has_payload);
  enable (self, "copy", has_payload);
  enable (self, "mark", message != NULL);
  if (message != NULL)
    weir_message_table_set_follow (self->table, FALSE);
}

/* From what was joined to one of the messages that it was joined from. */
static void
go_to_message_cb (WeirTapPage *self, guint row)
{
  guint position;

  if (weir_message_list_find_row (self->messages, row, &position))
    weir_message_table_select (self->table, position);
  else
    adw_toast_overlay_add_toast (self->toasts, weir_toast_new (_ ("The filter hides that message, or it was let go")));
}

static void
toast (WeirTapPage *self, const char *text)
{
  if (self->toasts != NULL)
    adw_toast_overlay_add_toast (self->toasts, weir_toast_new (text));
}

static void
saved_cb (WeirTapPage *self, const char *text)
{
  toast (self, text);
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

  if (rows != NULL && rows->len == 0)
    toast (self, _ ("No message is selected"));
  else
    weir_tap_save_ask (self->saver, self->messages, rows, kinds, format, name);
}

/* --- copying --- */

typedef struct
{
  WeirTapPage *self;
  WeirCopyAs as;
} Copy;

static void
gathered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Copy *copy = user_data;
  g_autoptr (WeirTapPage) self = copy->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_message_gather_finish (result, &error);
  g_autoptr (GBytes) masked = NULL;
  g_autofree char *text = NULL, *words = NULL;
  gsize len;
  const guint8 *data;

  if (bytes == NULL)
    {
      words = g_strdup_printf (_ ("Nothing was copied: %s"), error->message);
      toast (self, words);
      return;
    }
  masked = weir_key_mask (bytes, NULL);
  data = g_bytes_get_data (masked, &len);
  text = weir_copy_as (data, MIN (len, WEIR_COPY_MAX_BYTES), copy->as);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  words = weir_copy_describe (len, copy->as);
  toast (self, words);
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
  *copy = (Copy){ g_object_ref (self), as };
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

static void
marks_cb (WeirTapPage *self)
{
  gboolean has_marks = weir_message_list_get_n_marks (self->messages) > 0;

  enable (self, "mark-next", has_marks);
  enable (self, "mark-previous", has_marks);
  figures_cb (self);
}

static void
go_to_mark (WeirTapPage *self, gboolean forward)
{
  guint position;

  if (weir_message_list_find_mark (self->messages, weir_message_table_get_selected (self->table), forward, &position))
    weir_message_table_select (self->table, position);
  else
    toast (self, _ ("The filter hides all marks"));
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
find_closed_cb (WeirTapPage *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "find", g_variant_new_boolean (FALSE));
  focus_table_cb (self);
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

/* --- GObject --- */

static void
weir_tap_page_dispose (GObject *object)
{
  WeirTapPage *self = WEIR_TAP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->fold_idle, g_source_remove);
  if (self->reader != NULL)
    weir_tap_reader_stop (self->reader);
  g_clear_object (&self->reader);
  g_clear_object (&self->channel);
  g_clear_object (&self->actions);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TAP_PAGE);
  G_OBJECT_CLASS (weir_tap_page_parent_class)->dispose (object);
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_F3, 0, "tap.find-next" },
    { GDK_KEY_F3, GDK_SHIFT_MASK, "tap.find-previous" },
    { GDK_KEY_g, GDK_CONTROL_MASK, "tap.find-next" },
    { GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "tap.find-previous" },
    { GDK_KEY_f, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "tap.filter" },
    { GDK_KEY_m, GDK_CONTROL_MASK, "tap.mark" },
    { GDK_KEY_F2, 0, "tap.mark-next" },
    { GDK_KEY_F2, GDK_SHIFT_MASK, "tap.mark-previous" },
    { GDK_KEY_s, GDK_CONTROL_MASK, "tap.save" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers, keys[i].action, NULL);
}

static void
weir_tap_page_class_init (WeirTapPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_tap_page_dispose;
  g_type_ensure (WEIR_TYPE_MESSAGE_TABLE);
  g_type_ensure (WEIR_TYPE_MESSAGE_VIEW);
  g_type_ensure (WEIR_TYPE_FIGURES);
  g_type_ensure (WEIR_TYPE_NEEDLE_ENTRY);
  g_type_ensure (WEIR_TYPE_TAP_FIND);
  g_type_ensure (WEIR_TYPE_TAP_SAVE);
  widget_class->map = weir_tap_page_map;
  widget_class->unmap = weir_tap_page_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirtap");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-tap-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, channel_id);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, state);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, search);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, panes);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, table);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, viewer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, hidden);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_title);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_text);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, empty_button);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, figures_flap);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, find);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, saver);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, row_menu);
  gtk_widget_class_bind_template_child (widget_class, WeirTapPage, time_menu);
  gtk_widget_class_bind_template_callback (widget_class, update_filter);
  gtk_widget_class_bind_template_callback (widget_class, focus_table_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, saved_cb);
  add_keys (widget_class);
}

static void
add_actions (WeirTapPage *self)
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
  };
  g_autoptr (GPropertyAction) follow = g_property_action_new ("follow", self->table, "follow");
  g_autoptr (GAction) time_format = g_settings_create_action (weir_settings_get (), "time-format");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self->actions), time_format);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tap", G_ACTION_GROUP (self->actions));
}

static void
weir_tap_page_init (WeirTapPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  add_actions (self);
  g_signal_connect_object (self->figures_flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewer, "go-to-message", G_CALLBACK (go_to_message_cb), self, G_CONNECT_SWAPPED);
}

static void
disk_limit_cb (WeirTapPage *self)
{
  guint64 mebibytes = g_settings_get_uint (weir_settings_get (), "tap-disk-limit");

  weir_message_list_set_max_bytes (self->messages, mebibytes << 20);
}

GtkWidget *
weir_tap_page_new (WeirTapReader *reader, WeirChannel *channel)
{
  WeirTapPage *self;
  g_autofree char *short_id = NULL;

  g_return_val_if_fail (WEIR_IS_TAP_READER (reader), NULL);
  g_return_val_if_fail (WEIR_IS_CHANNEL (channel), NULL);

  self = g_object_new (WEIR_TYPE_TAP_PAGE, NULL);
  self->reader = g_object_ref (reader);
  self->channel = g_object_ref (channel);
  self->messages = weir_tap_reader_get_messages (reader);
  short_id = weir_format_short_id (weir_channel_get_id (channel));
  gtk_label_set_text (self->channel_id, short_id);

  g_signal_connect_object (reader, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "figures-changed", G_CALLBACK (figures_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "changed", G_CALLBACK (channel_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "marks-changed", G_CALLBACK (marks_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (figures_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::tap-disk-limit", G_CALLBACK (disk_limit_cb), self,
                           G_CONNECT_SWAPPED);
  disk_limit_cb (self);
  weir_message_table_set_messages (self->table, self->messages);
  weir_message_view_set_messages (self->viewer, self->messages);
  weir_message_table_set_menus (self->table, self->row_menu, self->time_menu);
  weir_tap_find_set_table (self->find, self->table, self->messages);
  weir_message_table_set_follow (self->table, g_settings_get_boolean (weir_settings_get (), "follow-tail"));
  selected_cb (self);
  state_cb (self);
  marks_cb (self);

  return GTK_WIDGET (self);
}

WeirChannel *
weir_tap_page_get_channel (WeirTapPage *self)
{
  return self->channel;
}

void
weir_tap_page_focus_search (WeirTapPage *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "find", g_variant_new_boolean (TRUE));
}
