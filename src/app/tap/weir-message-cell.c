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

#define SPACING 6 /* pixels between the parts of a cell */

struct _WeirMessageCell
{
  GtkWidget parent_instance;

  WeirMessageColumn column;
  GtkImage *icon; /* nullable, as those after it: only in one column each, the others when they are first needed */
  const char *icon_name;
  GtkImage *mark;
  GtkLabel *pill;
  GtkInscription *text;
  const char *row_class;     /* put on the row, nullable */
  WeirMessageList *messages; /* nullable, as is the next */
  WeirMessage *message;
  WeirTimeFormat format;
  gboolean is_due;       /* what it shows is still to be written */
  gsize prefix_len;      /* of the name that stands before a message */
  GBytes *shown;         /* nullable: the bytes that are shown in hex */
  GCancellable *loading; /* what it shows, from disk; nullable */
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
  if (name != self->icon_name) /* constants, and an image that is told the same measures itself anew */
    gtk_image_set_from_icon_name (self->icon, name);
  self->icon_name = name;
}

static const char *
get_row_class (WeirMessageKind kind)
{
  return kind == WEIR_MESSAGE_GAP ? "gap" : kind == WEIR_MESSAGE_EVENT ? "event" : NULL;
}

static void
add_mark (WeirMessageCell *self)
{
  self->mark = GTK_IMAGE (gtk_image_new_from_icon_name ("user-bookmarks-symbolic"));
  gtk_widget_add_css_class (GTK_WIDGET (self->mark), "mark");
  gtk_widget_insert_before (GTK_WIDGET (self->mark), GTK_WIDGET (self), GTK_WIDGET (self->text));
}

static void
update_mark (WeirMessageCell *self)
{
  GtkWidget *row = weir_list_get_row (GTK_WIDGET (self));
  gboolean is_marked = self->message != NULL && weir_message_list_is_marked (self->messages, self->message);

  if (is_marked && self->mark == NULL)
    add_mark (self);
  if (self->mark != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->mark), is_marked);
  if (row != NULL && is_marked)
    gtk_widget_add_css_class (row, "marked");
  else if (row != NULL)
    gtk_widget_remove_css_class (row, "marked");
}

static void
add_pill (WeirMessageCell *self)
{
  self->pill = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->pill), "pill");
  gtk_widget_set_valign (GTK_WIDGET (self->pill), GTK_ALIGN_CENTER);
  gtk_widget_insert_before (GTK_WIDGET (self->pill), GTK_WIDGET (self), GTK_WIDGET (self->text));
}

static const char *
get_pill (WeirMessage *message)
{
  if (weir_message_is_injected (message))
    return weir_message_is_cut (message) ? _ ("injected, cut") : _ ("injected");
  return weir_message_is_cut (message) ? C_ ("kept in part", "cut") : "";
}

static void
update_pill (WeirMessageCell *self)
{
  const char *text = self->message != NULL ? get_pill (self->message) : "";

  if (*text != '\0' && self->pill == NULL)
    add_pill (self);
  if (self->pill == NULL)
    return;
  gtk_label_set_text (self->pill, text);
  gtk_widget_set_visible (GTK_WIDGET (self->pill), *text != '\0');
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

static gboolean
is_number (WeirMessageColumn column)
{
  return column != WEIR_MESSAGE_COLUMN_KIND && column != WEIR_MESSAGE_COLUMN_CONTENT;
}

/* Which way a line is written: as its first letter is. What has none is written as the window is. */
static GtkTextDirection
find_direction (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      GUnicodeScript script = g_unichar_isalpha (c) ? g_unichar_get_script (c) : G_UNICODE_SCRIPT_COMMON;

      if (script == G_UNICODE_SCRIPT_ARABIC || script == G_UNICODE_SCRIPT_HEBREW || script == G_UNICODE_SCRIPT_SYRIAC ||
          script == G_UNICODE_SCRIPT_THAANA || script == G_UNICODE_SCRIPT_NKO)
        return GTK_TEXT_DIR_RTL;
      if (script != G_UNICODE_SCRIPT_COMMON)
        return GTK_TEXT_DIR_LTR;
    }
  return GTK_TEXT_DIR_NONE;
}

/* A line that is written against the direction of the window GtkInscription (4.8) puts at the other end: it has to
 * stand below the head of its column all the same. */
static void
set_text (WeirMessageCell *self, const char *text)
{
  GtkTextDirection direction = text != NULL ? find_direction (text) : GTK_TEXT_DIR_NONE;
  gboolean is_against = direction != GTK_TEXT_DIR_NONE && direction != gtk_widget_get_direction (GTK_WIDGET (self));

  gtk_inscription_set_xalign (self->text, is_number (self->column) != is_against ? 1 : 0);
  gtk_inscription_set_text (self->text, text);
}

static void
update_content (WeirMessageCell *self, WeirMessage *message, const char *text)
{
  gsize json_at = self->prefix_len > 0 ? self->prefix_len + strlen ("   ") : 0;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (weir_message_get_kind (message) == WEIR_MESSAGE_TEXT && strchr ("{[", text[json_at]) != NULL)
    colour_json (GTK_WIDGET (self), attributes, text, json_at);
  embolden (attributes, self->prefix_len);
  light_hits (self, attributes, text);
  gtk_inscription_set_attributes (self->text, attributes);
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
  set_text (self, text);
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

/* What changes sizes or styles: not in the midst of an allocation, where a cell is filled that comes into view. */
static void
update_parts (WeirMessageCell *self)
{
  WeirMessage *message = self->message;
  const char *row_class = message != NULL ? get_row_class (weir_message_get_kind (message)) : NULL;

  if (self->column == WEIR_MESSAGE_COLUMN_NUMBER)
    update_mark (self);
  if (self->icon != NULL && message != NULL)
    update_icon (self, weir_message_get_kind (message));
  if (self->column != WEIR_MESSAGE_COLUMN_CONTENT)
    return;
  update_pill (self);
  weir_list_set_row_class (GTK_WIDGET (self), &self->row_class, row_class);
}

gboolean
weir_message_cell_fill (WeirMessageCell *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (WEIR_IS_MESSAGE_CELL (self), FALSE);

  if (!self->is_due)
    return FALSE;
  self->is_due = FALSE;
  text = describe (self, self->message, self->format);
  if (text == NULL)
    text = dup_placeholder (self, self->message);
  set_text (self, text);
  if (self->column == WEIR_MESSAGE_COLUMN_CONTENT)
    update_content (self, self->message, text);
  return TRUE;
}

gboolean
weir_message_cell_bind (WeirMessageCell *self, WeirMessageList *messages, WeirMessage *message, WeirTimeFormat format)
{
  g_return_val_if_fail (WEIR_IS_MESSAGE_CELL (self), FALSE);

  clear (self);
  g_set_object (&self->messages, messages);
  g_set_object (&self->message, message);
  self->format = format;
  self->is_due = message != NULL;
  update_parts (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    weir_message_cell_fill (self);
  return self->is_due;
}

static void
weir_message_cell_map (GtkWidget *widget)
{
  weir_message_cell_fill (WEIR_MESSAGE_CELL (widget));
  GTK_WIDGET_CLASS (weir_message_cell_parent_class)->map (widget);
}

/* --- its size --- */

typedef struct
{
  int minimum, natural;
} Size;

/* A list makes 205 rows for the 20 that it shows, and a text's size takes a font's metrics: the texts of a column are
 * all alike, so what one of them has measured holds for the others in the same font, until the next frame. */
static Size
measure_text (WeirMessageCell *self, GtkOrientation orientation)
{
  static struct
  {
    GdkFrameClock *clock; /* not to be looked into */
    gint64 frame;
    PangoFontDescription *font;
    Size size;
  } known[WEIR_MESSAGE_N_COLUMNS][2], *last;
  GtkWidget *text = GTK_WIDGET (self->text);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (text);
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : 0;
  PangoFontDescription *font = pango_context_get_font_description (gtk_widget_get_pango_context (text));

  last = &known[self->column][orientation];
  if (clock != NULL && last->clock == clock && last->frame == frame && pango_font_description_equal (last->font, font))
    return last->size;
  gtk_widget_measure (text, orientation, -1, &last->size.minimum, &last->size.natural, NULL, NULL);
  last->clock = clock;
  last->frame = frame;
  g_clear_pointer (&last->font, pango_font_description_free);
  last->font = pango_font_description_copy (font);
  return last->size;
}

/* A text that was not measured itself does not tell its cell that its font is another. */
static void
weir_message_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (weir_message_cell_parent_class)->css_changed (widget, change);
  gtk_widget_queue_resize (widget);
}

static void
weir_message_cell_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (weir_message_cell_parent_class)->system_setting_changed (widget, setting);
  gtk_widget_queue_resize (widget);
}

/* What stands before the text. */
static GtkWidget *
get_leading (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child != NULL && gtk_widget_get_next_sibling (child) != NULL ? child : NULL;
}

static void
weir_message_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  Size size = measure_text (WEIR_MESSAGE_CELL (widget), orientation);
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while ((child = get_leading (child)) != NULL)
    {
      Size part;

      gtk_widget_measure (child, orientation, -1, &part.minimum, &part.natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_HORIZONTAL)
        size = (Size){ size.minimum + part.minimum + SPACING, size.natural + part.natural + SPACING };
      else
        size = (Size){ MAX (size.minimum, part.minimum), MAX (size.natural, part.natural) };
      child = gtk_widget_get_next_sibling (child);
    }
  *minimum = size.minimum;
  *natural = size.natural;
}

static void
allocate (GtkWidget *widget, GtkWidget *child, int x, int width, int height)
{
  int cell_width = gtk_widget_get_width (widget), cell_height = gtk_widget_get_height (widget);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  gtk_widget_size_allocate (
      child, &(GtkAllocation){ is_rtl ? cell_width - x - width : x, (cell_height - height) / 2, width, height }, -1);
}

/* As a box would; but the text is given its one line, whatever would fit. */
static void
weir_message_cell_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirMessageCell *self = WEIR_MESSAGE_CELL (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int x = 0;

  while ((child = get_leading (child)) != NULL)
    {
      int natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      allocate (widget, child, x, natural, height);
      x += natural + SPACING;
      child = gtk_widget_get_next_sibling (child);
    }
  allocate (widget, GTK_WIDGET (self->text), x, MAX (width - x, 0),
            MIN (measure_text (self, GTK_ORIENTATION_VERTICAL).natural, height));
}

/* --- GObject --- */

static void
weir_message_cell_dispose (GObject *object)
{
  WeirMessageCell *self = WEIR_MESSAGE_CELL (object);
  GtkWidget *child;

  clear (self);
  g_clear_object (&self->messages);
  g_clear_object (&self->message);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (weir_message_cell_parent_class)->dispose (object);
}

static void
weir_message_cell_class_init (WeirMessageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_message_cell_dispose;
  widget_class->map = weir_message_cell_map;
  widget_class->css_changed = weir_message_cell_css_changed;
  widget_class->system_setting_changed = weir_message_cell_system_setting_changed;
  widget_class->measure = weir_message_cell_measure;
  widget_class->size_allocate = weir_message_cell_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "weirmessagecell");
}

static void
weir_message_cell_init (WeirMessageCell *self)
{
}

static void
add_icon (WeirMessageCell *self)
{
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), "kind");
  gtk_widget_set_parent (GTK_WIDGET (self->icon), GTK_WIDGET (self));
}

GtkWidget *
weir_message_cell_new (WeirMessageColumn column)
{
  static const int chars[WEIR_MESSAGE_N_COLUMNS] = { 6, 12, 7, 10, 10 };
  WeirMessageCell *self = g_object_new (WEIR_TYPE_MESSAGE_CELL, NULL);

  self->column = column;
  if (column == WEIR_MESSAGE_COLUMN_KIND)
    add_icon (self);

  self->text = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_min_chars (self->text, chars[column]);
  gtk_inscription_set_nat_chars (self->text, chars[column]);
  gtk_inscription_set_text_overflow (self->text, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (self->text, is_number (column) ? 1 : 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), column == WEIR_MESSAGE_COLUMN_CONTENT ? "monospace" : "numeric");
  gtk_widget_set_parent (GTK_WIDGET (self->text), GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
