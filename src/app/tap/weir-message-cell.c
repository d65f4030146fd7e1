/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-cell.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-json-lexer.h"
#include "weir-key-mask.h"
#include "weir-list.h"
#include "weir-name.h"
#include "weir-preview.h"
#include "weir-row-hits.h"
#include "weir-tap-event.h"

/* As much of a message as a row can show. */
#define ROW_BYTES     400
#define ROW_CHARS     240
#define ROW_HEX_BYTES 18

struct _WeirMessageCell
{
  GtkWidget parent_instance;

  WeirMessageColumn column;
  GtkImage *icon; /* nullable, as those after it: only in one column each */
  GtkImage *mark;
  GtkLabel *pill;
  GtkInscription *text;
  const char *row_class;     /* put on the row, nullable */
  WeirMessageList *messages; /* nullable */
  gsize prefix_len;          /* of the name that stands before a message */
  GBytes *shown;             /* nullable: the bytes that are shown in hex */
  GCancellable *loading;     /* what it shows, from disk; nullable */
};

G_DEFINE_FINAL_TYPE (WeirMessageCell, weir_message_cell, GTK_TYPE_WIDGET)

/* --- colours of JSON in a row, which the theme has (data/style.css) --- */

static PangoAttribute *
token_colour (GtkWidget *widget, WeirTokenKind kind)
{
  static const char *const names[] = { "weir_json_key", "weir_json_string", "weir_json_word", "weir_json_word" };
  GdkRGBA colour;

  if (kind < WEIR_TOKEN_KEY ||
      !gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), names[kind - WEIR_TOKEN_KEY], &colour))
    return NULL;
  return pango_attr_foreground_new (colour.red * G_MAXUINT16, colour.green * G_MAXUINT16, colour.blue * G_MAXUINT16);
}

/* From @from on; a name and a gist stand before it. */
static void
colour_json (GtkWidget *widget, PangoAttrList *attributes, const char *text, gsize from)
{
  WeirJsonLexer lexer;
  WeirToken token;

  weir_json_lexer_init (&lexer, text + from, strlen (text + from));
  while (weir_json_lexer_next (&lexer, &token))
    {
      PangoAttribute *colour = token_colour (widget, token.kind);

      if (colour == NULL)
        continue;
      colour->start_index = from + token.start;
      colour->end_index = from + token.start + token.len;
      pango_attr_list_insert (attributes, colour);
    }
}

/* The name that stands before a message. */
static void
embolden (PangoAttrList *attributes, gsize len)
{
  PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  weight->start_index = 0;
  weight->end_index = len;
  pango_attr_list_insert (attributes, weight);
}

/* --- what is searched, lit up --- */

/* In the digits, and in the characters behind them, of which one that is not to be seen takes two bytes. */
static void
light_bytes (GtkWidget *widget, PangoAttrList *attributes, const char *text, gsize n, gsize start, gsize end)
{
  const char *characters = text + 3 * n - 1 + strlen ("   ");
  const char *first = g_utf8_offset_to_pointer (characters, start);

  weir_row_hits_light (widget, attributes, 3 * start, 3 * end - 1);
  weir_row_hits_light (widget, attributes, first - text, g_utf8_offset_to_pointer (first, end - start) - text);
}

static void
light_hits (WeirMessageCell *self, PangoAttrList *attributes, const char *text)
{
  WeirNeedle *needle = weir_message_list_get_search (self->messages);
  gsize len, start, end = 0;
  const guint8 *data;

  if (self->shown == NULL)
    {
      weir_row_hits_light_all (GTK_WIDGET (self), attributes, text, needle);
      return;
    }
  data = g_bytes_get_data (self->shown, &len);
  while (needle != NULL && weir_needle_find (needle, data, len, end, &start, &end) == WEIR_NEEDLE_FOUND)
    light_bytes (GTK_WIDGET (self), attributes, text, len, start, end);
}

/* --- what the cells say --- */

static char *
describe_gap (WeirMessage *message)
{
  guint64 n = weir_message_get_n_dropped (message), first = weir_message_get_seq (message);
  g_autofree char *count = weir_format_count (n);
  g_autofree char *from = weir_format_count (first), *to = weir_format_count (first + n - 1);
  g_autofree char *headline =
      g_strdup_printf (ngettext ("%s message dropped by this tap", "%s messages dropped by this tap", n), count);

  if (first == 0)
    return g_strdup_printf (_ ("%s; the channel itself was not touched"), headline);
  return n == 1 ? g_strdup_printf (_ ("%s; number %s; the channel itself was not touched"), headline, from)
                : g_strdup_printf (_ ("%s; numbers %s – %s; the channel itself was not touched"), headline, from, to);
}

static char *
describe_binary (WeirMessageCell *self, GBytes *bytes)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  gsize shown = MIN (g_bytes_get_size (bytes), ROW_HEX_BYTES);
  g_autofree char *hex = weir_preview_hex (data, shown);
  g_autofree char *characters = weir_preview_characters (data, shown);

  self->shown = g_bytes_new_from_bytes (bytes, 0, shown);
  return g_strdup_printf ("%s   %s", hex, characters);
}

static char *
describe_start (WeirMessageCell *self, WeirMessage *message, GBytes *start)
{
  WeirKeyLead lead = { weir_message_get_before (message), weir_message_get_kind (message) == WEIR_MESSAGE_BINARY };
  g_autoptr (GBytes) masked = weir_key_mask_shown (&lead, start);
  gsize size;
  const guint8 *data = g_bytes_get_data (masked, &size);

  if (weir_message_get_kind (message) == WEIR_MESSAGE_BINARY)
    return describe_binary (self, masked);
  if (weir_message_get_kind (message) == WEIR_MESSAGE_EVENT)
    return weir_describe_tap_event ((WeirSpan){ (const char *) data, size });
  return weir_name_dup_line (data, size, ROW_CHARS, &self->prefix_len);
}

/* NULL: it is on disk. */
static char *
describe_content (WeirMessageCell *self, WeirMessage *message)
{
  g_autoptr (GBytes) start = NULL;

  if (weir_message_get_kind (message) == WEIR_MESSAGE_GAP)
    return describe_gap (message);
  if (weir_message_get_size (message) == 0)
    return g_strdup (_ ("(empty)"));

  start = weir_message_dup_start (message, ROW_BYTES);
  return start != NULL && weir_message_get_before (message) != NULL ? describe_start (self, message, start) : NULL;
}

static char *
describe_time (WeirMessageList *messages, WeirMessage *message, WeirTimeFormat format)
{
  gint64 since_us;

  if (weir_message_get_kind (message) == WEIR_MESSAGE_GAP)
    return g_strdup ("");

  switch (format)
    {
    case WEIR_TIME_SINCE_START:
      return weir_format_delta_fine (weir_message_get_since_start_us (message));
    case WEIR_TIME_SINCE_PREVIOUS:
      return weir_message_get_since_previous_us (message) < 0
                 ? g_strdup ("")
                 : weir_format_delta_fine (weir_message_get_since_previous_us (message));
    case WEIR_TIME_SINCE_MARK:
      return weir_message_list_get_since_mark_us (messages, message, &since_us) ? weir_format_delta_fine (since_us)
                                                                                : g_strdup ("");
    case WEIR_TIME_ABSOLUTE:
    default:
      return weir_format_time (weir_message_get_time_us (message), NULL);
    }
}

static const char *
kind_word (WeirMessageKind kind, const char **icon)
{
  switch (kind)
    {
    case WEIR_MESSAGE_TEXT:
      *icon = "format-justify-left-symbolic";
      return C_ ("kind of message", "Text");
    case WEIR_MESSAGE_BINARY:
      *icon = "view-app-grid-symbolic";
      return C_ ("kind of message", "Binary");
    case WEIR_MESSAGE_EVENT:
      *icon = "network-transmit-receive-symbolic";
      return C_ ("kind of message", "Event");
    case WEIR_MESSAGE_GAP:
    default:
      *icon = "dialog-warning-symbolic";
      return C_ ("kind of message", "Dropped");
    }
}

static char *
describe (WeirMessageCell *self, WeirMessage *message, WeirTimeFormat format)
{
  WeirMessageKind kind = weir_message_get_kind (message);
  const char *icon;

  switch (self->column)
    {
    case WEIR_MESSAGE_COLUMN_NUMBER:
      return kind <= WEIR_MESSAGE_BINARY ? weir_format_count (weir_message_get_seq (message)) : g_strdup ("");
    case WEIR_MESSAGE_COLUMN_TIME:
      return describe_time (self->messages, message, format);
    case WEIR_MESSAGE_COLUMN_KIND:
      return g_strdup (kind_word (kind, &icon));
    case WEIR_MESSAGE_COLUMN_SIZE:
      return kind <= WEIR_MESSAGE_BINARY ? weir_format_bytes_exact (weir_message_get_size (message)) : g_strdup ("");
    case WEIR_MESSAGE_COLUMN_CONTENT:
    case WEIR_MESSAGE_N_COLUMNS:
    default:
      return describe_content (self, message);
    }
}

/* --- showing it --- */

static void
update_icon (WeirMessageCell *self, WeirMessageKind kind)
{
  const char *name;

  kind_word (kind, &name);
  gtk_image_set_from_icon_name (self->icon, name);
}

static const char *
get_row_class (WeirMessageKind kind)
{
  return kind == WEIR_MESSAGE_GAP ? "gap" : kind == WEIR_MESSAGE_EVENT ? "event" : NULL;
}

static void
update_mark (WeirMessageCell *self, WeirMessage *message)
{
  GtkWidget *row = weir_list_get_row (GTK_WIDGET (self));
  gboolean is_marked = message != NULL && weir_message_list_is_marked (self->messages, message);

  gtk_widget_set_visible (GTK_WIDGET (self->mark), is_marked);
  if (row != NULL && is_marked)
    gtk_widget_add_css_class (row, "marked");
  else if (row != NULL)
    gtk_widget_remove_css_class (row, "marked");
}

/* The row is read as one thing by assistive tools. */
static void
name_row (WeirMessageCell *self, WeirMessage *message, const char *text)
{
  GtkWidget *row = weir_list_get_row (GTK_WIDGET (self));
  WeirMessageKind kind = weir_message_get_kind (message);
  g_autofree char *number = weir_format_count (weir_message_get_seq (message));
  g_autofree char *size = weir_format_bytes_exact (weir_message_get_size (message));
  g_autofree char *name = NULL, *marked = NULL;
  const char *icon;

  if (row == NULL)
    return;
  /* TRANSLATORS: kind of message, its number, its size: its content */
  name = kind <= WEIR_MESSAGE_BINARY
             ? g_strdup_printf (_ ("%s %s, %s: %s"), kind_word (kind, &icon), number, size, text)
             : g_strdup_printf ("%s: %s", kind_word (kind, &icon), text);
  if (weir_message_list_is_marked (self->messages, message)) /* TRANSLATORS: what a row of the list says */
    marked = g_strdup_printf (_ ("Marked: %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, marked != NULL ? marked : name,
                                  -1);
}

static const char *
get_pill (WeirMessage *message)
{
  if (weir_message_is_injected (message))
    return weir_message_is_cut (message) ? _ ("injected, cut") : _ ("injected");
  return weir_message_is_cut (message) ? C_ ("kept in part", "cut") : "";
}

static void
update_content (WeirMessageCell *self, WeirMessage *message, const char *text)
{
  const char *pill = get_pill (message);
  gsize json_at = self->prefix_len > 0 ? self->prefix_len + strlen ("   ") : 0;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (weir_message_get_kind (message) == WEIR_MESSAGE_TEXT && strchr ("{[", text[json_at]) != NULL)
    colour_json (GTK_WIDGET (self), attributes, text, json_at);
  embolden (attributes, self->prefix_len);
  light_hits (self, attributes, text);
  gtk_inscription_set_attributes (self->text, attributes);
  gtk_label_set_text (self->pill, pill);
  gtk_widget_set_visible (GTK_WIDGET (self->pill), *pill != '\0');
  weir_list_set_row_class (GTK_WIDGET (self), &self->row_class, get_row_class (weir_message_get_kind (message)));
  name_row (self, message, text);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageCell) self = user_data;
  WeirMessage *message = WEIR_MESSAGE (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) start = weir_message_load_finish (message, result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* it shows another by now */
    return;

  g_clear_object (&self->loading);
  text = start != NULL ? describe_start (self, message, start) : g_strdup (error->message);
  gtk_inscription_set_text (self->text, text);
  update_content (self, message, text);
}

/* In its place for the moment that a disk takes. */
static char *
dup_placeholder (WeirMessageCell *self, WeirMessage *message)
{
  self->loading = g_cancellable_new ();
  weir_message_load_async (message, ROW_BYTES, self->loading, loaded_cb, g_object_ref (self));
  return g_strdup ("…");
}

static void
clear (WeirMessageCell *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->shown, g_bytes_unref);
  self->prefix_len = 0;
}

void
weir_message_cell_bind (WeirMessageCell *self, WeirMessageList *messages, WeirMessage *message, WeirTimeFormat format)
{
  g_autofree char *text = NULL;

  g_return_if_fail (WEIR_IS_MESSAGE_CELL (self));

  clear (self);
  g_set_object (&self->messages, messages);
  if (self->mark != NULL)
    update_mark (self, message);
  if (message == NULL)
    {
      if (self->pill != NULL)
        weir_list_set_row_class (GTK_WIDGET (self), &self->row_class, NULL);
      return;
    }

  self->prefix_len = 0;
  text = describe (self, message, format);
  if (text == NULL)
    text = dup_placeholder (self, message);
  gtk_inscription_set_text (self->text, text);
  if (self->icon != NULL)
    update_icon (self, weir_message_get_kind (message));
  if (self->pill != NULL)
    update_content (self, message, text);
}

static void
weir_message_cell_dispose (GObject *object)
{
  WeirMessageCell *self = WEIR_MESSAGE_CELL (object);
  GtkWidget *child;

  clear (self);
  g_clear_object (&self->messages);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (weir_message_cell_parent_class)->dispose (object);
}

static void
weir_message_cell_class_init (WeirMessageCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_message_cell_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "weirmessagecell");
}

static void
weir_message_cell_init (WeirMessageCell *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
}

static void
add_icon (WeirMessageCell *self)
{
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), "kind");
  gtk_widget_set_parent (GTK_WIDGET (self->icon), GTK_WIDGET (self));
}

static void
add_mark (WeirMessageCell *self)
{
  self->mark = GTK_IMAGE (gtk_image_new_from_icon_name ("user-bookmarks-symbolic"));
  gtk_widget_add_css_class (GTK_WIDGET (self->mark), "mark");
  gtk_widget_set_visible (GTK_WIDGET (self->mark), FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->mark), GTK_WIDGET (self));
}

static void
add_pill (WeirMessageCell *self)
{
  self->pill = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->pill), "pill");
  gtk_widget_set_valign (GTK_WIDGET (self->pill), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self->pill), FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->pill), GTK_WIDGET (self));
}

GtkWidget *
weir_message_cell_new (WeirMessageColumn column)
{
  static const int chars[WEIR_MESSAGE_N_COLUMNS] = { 6, 12, 7, 10, 20 };
  WeirMessageCell *self = g_object_new (WEIR_TYPE_MESSAGE_CELL, NULL);
  gboolean is_number = column != WEIR_MESSAGE_COLUMN_KIND && column != WEIR_MESSAGE_COLUMN_CONTENT;

  self->column = column;
  if (column == WEIR_MESSAGE_COLUMN_KIND)
    add_icon (self);
  if (column == WEIR_MESSAGE_COLUMN_NUMBER)
    add_mark (self);
  if (column == WEIR_MESSAGE_COLUMN_CONTENT)
    add_pill (self);

  self->text = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_min_chars (self->text, chars[column]);
  gtk_inscription_set_nat_chars (self->text, chars[column]);
  gtk_inscription_set_text_overflow (self->text, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (self->text, is_number ? 1 : 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), column == WEIR_MESSAGE_COLUMN_CONTENT ? "monospace" : "numeric");
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->text), GTK_ALIGN_CENTER); /* one line, whatever would fit */
  gtk_widget_set_parent (GTK_WIDGET (self->text), GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
