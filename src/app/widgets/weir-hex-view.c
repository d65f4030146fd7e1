/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "weir-preview.h"

#define BYTES_A_LINE 16
#define LINE_SPACING 4
#define MARGIN       12

/* Columns of weir_preview_hex_line (), in characters. */
#define HEX_COLUMN  10
#define TEXT_COLUMN 60
#define N_COLUMNS   (TEXT_COLUMN + BYTES_A_LINE)

struct _WeirHexView
{
  GtkWidget parent_instance;

  GBytes *bytes;
  gsize anchor; /* where a selection began */
  gsize cursor; /* the byte at its other end */
  gboolean has_selection;
  GArray *hits;    /* (element-type WeirHexHit) */
  int current;     /* hit; −1: none */
  gboolean is_due; /* that one is brought into view as soon as there is room */

  GtkAdjustment *hadjustment, *vadjustment;
  GtkScrollablePolicy hscroll_policy, vscroll_policy;
  int char_width, line_height;
};

enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  SELECTION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirHexView, weir_hex_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* --- measures --- */

static gsize
get_size (WeirHexView *self)
{
  return self->bytes != NULL ? g_bytes_get_size (self->bytes) : 0;
}

static gsize
get_n_lines (WeirHexView *self)
{
  return (get_size (self) + BYTES_A_LINE - 1) / BYTES_A_LINE;
}

static int
hex_column (int byte)
{
  return HEX_COLUMN + 3 * byte + (byte >= BYTES_A_LINE / 2 ? 1 : 0);
}

static void
weir_hex_view_measure_font (WeirHexView *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0");
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  self->char_width = MAX (width, 1);
  self->line_height = height + LINE_SPACING;
}

static double
get_scroll (GtkAdjustment *adjustment)
{
  return adjustment != NULL ? floor (gtk_adjustment_get_value (adjustment)) : 0;
}

/* The heading stays above the lines that scroll. */
static int
get_page_height (WeirHexView *self)
{
  return MAX (gtk_widget_get_height (GTK_WIDGET (self)) - self->line_height, 0);
}

static void
weir_hex_view_configure (WeirHexView *self)
{
  double height = (double) get_n_lines (self) * self->line_height;
  double width = N_COLUMNS * self->char_width + 2 * MARGIN;
  double page_height = get_page_height (self), page_width = gtk_widget_get_width (GTK_WIDGET (self));

  if (self->vadjustment != NULL)
    gtk_adjustment_configure (self->vadjustment, gtk_adjustment_get_value (self->vadjustment), 0,
                              MAX (height, page_height), 3 * self->line_height, page_height * 0.9, page_height);
  if (self->hadjustment != NULL)
    gtk_adjustment_configure (self->hadjustment, gtk_adjustment_get_value (self->hadjustment), 0,
                              MAX (width, page_width), 3 * self->char_width, page_width * 0.9, page_width);
}

static void
weir_hex_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);

  weir_hex_view_measure_font (self);
  *minimum = 0;
  *natural =
      orientation == GTK_ORIENTATION_HORIZONTAL ? N_COLUMNS * self->char_width + 2 * MARGIN : 8 * self->line_height;
}

static void
scroll_to_byte (WeirHexView *self, gsize byte)
{
  double y = (double) (byte / BYTES_A_LINE) * self->line_height;

  if (self->vadjustment != NULL)
    gtk_adjustment_clamp_page (self->vadjustment, y, y + self->line_height);
}

/* The present hit. Before the view has a size, nothing can be said of what is in it. */
static void
show_hit (WeirHexView *self)
{
  self->is_due = self->current >= 0 && get_page_height (self) == 0;
  if (self->current >= 0 && !self->is_due)
    scroll_to_byte (self, g_array_index (self->hits, WeirHexHit, self->current).start);
}

static void
weir_hex_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);

  weir_hex_view_measure_font (self);
  weir_hex_view_configure (self);
  if (self->is_due)
    show_hit (self);
}

/* --- drawing --- */

static void
draw_text (WeirHexView *self, GtkSnapshot *snapshot, const char *text, PangoAttrList *attributes, float x, float y,
           const GdkRGBA *colour)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_set_attributes (layout, attributes);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

/* Word by word, each at its column: a translated one has as many bytes and characters as it likes. */
static void
draw_heading (WeirHexView *self, GtkSnapshot *snapshot, float x, const GdkRGBA *colour)
{
  GdkRGBA dim = *colour;

  dim.alpha *= 0.7f;
  draw_text (self, snapshot, _ ("offset"), NULL, x, LINE_SPACING / 2, &dim);
  for (int i = 0; i < BYTES_A_LINE; i++)
    {
      char digit[] = { ' ', "0123456789abcdef"[i], '\0' };

      draw_text (self, snapshot, digit, NULL, x + hex_column (i) * self->char_width, LINE_SPACING / 2, &dim);
    }
  draw_text (self, snapshot, _ ("characters"), NULL, x + TEXT_COLUMN * self->char_width, LINE_SPACING / 2, &dim);
}

/* A part of a line, in both columns. @from, @to: bytes of the line, the last one included. */
static void
fill_bytes (WeirHexView *self, GtkSnapshot *snapshot, int from, int to, float x, float y, const GdkRGBA *colour)
{
  float hex_x = x + hex_column (from) * self->char_width;
  float hex_width = (hex_column (to) + 2 - hex_column (from)) * self->char_width;

  gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT (hex_x, y, hex_width, self->line_height));
  gtk_snapshot_append_color (snapshot, colour,
                             &GRAPHENE_RECT_INIT (x + (TEXT_COLUMN + from) * self->char_width, y,
                                                  (to - from + 1) * self->char_width, self->line_height));
}

/* What of @start to @end lies in the line. */
static void
fill_range (WeirHexView *self, GtkSnapshot *snapshot, gsize start, gsize end, gsize offset, gsize len, float x, float y,
            const GdkRGBA *colour)
{
  if (start < offset + len && end > offset)
    fill_bytes (self, snapshot, start > offset ? start - offset : 0, MIN (end - offset, len) - 1, x, y, colour);
}

static GdkRGBA
get_colour (WeirHexView *self, const char *name, float alpha)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (context, name, &colour))
    gtk_style_context_get_color (context, &colour);
  colour.alpha *= alpha;
  return colour;
}

/* The first hit that ends behind that byte. */
static guint
find_hit (WeirHexView *self, gsize offset)
{
  guint low = 0, high = self->hits->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->hits, WeirHexHit, middle).end <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* @from, @to: columns of the line, which is all ASCII before the characters, of which one that is not to be seen takes
 * two bytes. */
static void
colour_columns (PangoAttrList *attributes, const char *text, int from, int to, const GdkRGBA *colour)
{
  PangoAttribute *attribute =
      pango_attr_foreground_new (colour->red * G_MAXUINT16, colour->green * G_MAXUINT16, colour->blue * G_MAXUINT16);

  attribute->start_index = g_utf8_offset_to_pointer (text, from) - text;
  attribute->end_index = g_utf8_offset_to_pointer (text, to) - text;
  pango_attr_list_insert (attributes, attribute);
}

/* The same dark text on both colours, whatever that of the other text is. */
static void
draw_hits (WeirHexView *self, GtkSnapshot *snapshot, const char *text, PangoAttrList *attributes, gsize offset,
           gsize len, float x, float y)
{
  GdkRGBA other = get_colour (self, "weir_hit", 1), present = get_colour (self, "weir_hit_present", 1);
  GdkRGBA front = get_colour (self, "weir_hit_text", 1);

  for (guint i = find_hit (self, offset); i < self->hits->len; i++)
    {
      WeirHexHit hit = g_array_index (self->hits, WeirHexHit, i);
      int from = hit.start > offset ? hit.start - offset : 0, to = MIN (hit.end - offset, len) - 1;

      if (hit.start >= offset + len)
        return;
      fill_bytes (self, snapshot, from, to, x, y, (int) i == self->current ? &present : &other);
      colour_columns (attributes, text, hex_column (from), hex_column (to) + 2, &front);
      colour_columns (attributes, text, TEXT_COLUMN + from, TEXT_COLUMN + to + 1, &front);
    }
}

static void
draw_line (WeirHexView *self, GtkSnapshot *snapshot, gsize line, float x, float y, const GdkRGBA *colour)
{
  gsize size, offset = line * BYTES_A_LINE, start, end;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  gsize len = MIN (size - offset, BYTES_A_LINE);
  g_autofree char *text = weir_preview_hex_line (data + offset, len, offset);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  draw_hits (self, snapshot, text, attributes, offset, len, x, y);
  if (weir_hex_view_get_selection (self, &start, &end))
    {
      GdkRGBA selected = get_colour (self, "accent_bg_color", 0.28f);

      fill_range (self, snapshot, start, end, offset, len, x, y, &selected);
    }
  draw_text (self, snapshot, text, attributes, x, y + LINE_SPACING / 2, colour);
}

static void
weir_hex_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);
  double scroll = get_scroll (self->vadjustment);
  float x = MARGIN - get_scroll (self->hadjustment);
  int height = get_page_height (self);
  gsize n_lines = get_n_lines (self);
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  draw_heading (self, snapshot, x, &colour);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, self->line_height, gtk_widget_get_width (widget), height));
  for (gsize line = scroll / self->line_height; line < n_lines; line++)
    {
      double y = (double) line * self->line_height - scroll;

      if (y >= height)
        break;
      draw_line (self, snapshot, line, x, self->line_height + y, &colour);
    }
  gtk_snapshot_pop (snapshot);
}

/* --- selection --- */

gboolean
weir_hex_view_get_selection (WeirHexView *self, gsize *start, gsize *end)
{
  g_return_val_if_fail (WEIR_IS_HEX_VIEW (self), FALSE);

  if (!self->has_selection)
    return FALSE;
  *start = MIN (self->anchor, self->cursor);
  *end = MAX (self->anchor, self->cursor) + 1;
  return TRUE;
}

static void
move_cursor_to (WeirHexView *self, gsize byte, gboolean extend)
{
  if (!extend || !self->has_selection)
    self->anchor = byte;
  self->cursor = byte;
  self->has_selection = TRUE;
  scroll_to_byte (self, self->cursor);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* The byte under the pointer, of either column; the nearest one beside them. */
static gboolean
find_byte (WeirHexView *self, double x, double y, gsize *byte)
{
  double scroll = get_scroll (self->vadjustment);
  int column = (x - MARGIN + get_scroll (self->hadjustment)) / self->char_width;
  double line = MAX (floor ((y - self->line_height + scroll) / self->line_height), 0);
  int at = 0;

  if (get_size (self) == 0)
    return FALSE;

  if (column >= TEXT_COLUMN)
    at = column - TEXT_COLUMN;
  else
    while (at < BYTES_A_LINE - 1 && column >= hex_column (at + 1))
      at++;
  *byte = MIN ((gsize) line * BYTES_A_LINE + MIN (at, BYTES_A_LINE - 1), get_size (self) - 1);
  return TRUE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, WeirHexView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  gsize byte;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (find_byte (self, x, y, &byte))
    move_cursor_to (self, byte, (state & GDK_SHIFT_MASK) != 0);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double offset_x, double offset_y, WeirHexView *self)
{
  double x, y;
  gsize byte;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y) && find_byte (self, x + offset_x, y + offset_y, &byte))
    move_cursor_to (self, byte, TRUE);
}

static gboolean
move_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);
  gint64 size = get_size (self), by, page = MAX (get_page_height (self) / MAX (self->line_height, 1) - 1, 1);
  gboolean extend, by_page;

  if (size == 0)
    return FALSE;
  g_variant_get (args, "(xbb)", &by, &by_page, &extend);
  by = CLAMP (by, -size, size) * (by_page ? page : 1);
  move_cursor_to (self, CLAMP ((gint64) self->cursor + (self->has_selection ? by : 0), 0, size - 1), extend);
  return TRUE;
}

static gboolean
select_all_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);

  if (get_size (self) == 0)
    return FALSE;
  self->anchor = get_size (self) - 1;
  self->has_selection = TRUE;
  self->cursor = 0;
  gtk_widget_queue_draw (widget);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
  return TRUE;
}

/* Copies at most this much: a clipboard is no place for a file. */
#define MAX_COPIED (1 << 20)

static gboolean
copy_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);
  const guint8 *data = self->bytes != NULL ? g_bytes_get_data (self->bytes, NULL) : NULL;
  g_autofree char *text = NULL;
  gsize start, end;

  if (!weir_hex_view_get_selection (self, &start, &end))
    return FALSE;
  text = weir_preview_hex (data + start, MIN (end - start, MAX_COPIED));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  return TRUE;
}

/* --- GtkScrollable --- */

static void
scrolled_cb (GtkAdjustment *adjustment, WeirHexView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_adjustment (WeirHexView *self, GtkAdjustment **field, GtkAdjustment *adjustment)
{
  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_set_object (field, adjustment);
  if (adjustment != NULL)
    g_signal_connect (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  weir_hex_view_configure (self);
}

static void
weir_hex_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirHexView *self = WEIR_HEX_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_hex_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirHexView *self = WEIR_HEX_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* --- GObject --- */

static void
weir_hex_view_dispose (GObject *object)
{
  WeirHexView *self = WEIR_HEX_VIEW (object);

  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->hits, g_array_unref);
  G_OBJECT_CLASS (weir_hex_view_parent_class)->dispose (object);
}

static void
add_move (GtkWidgetClass *klass, guint key, GdkModifierType modifiers, gint64 by, gboolean by_page)
{
  gtk_widget_class_add_binding (klass, key, modifiers, move_cb, "(xbb)", by, by_page, FALSE);
  gtk_widget_class_add_binding (klass, key, modifiers | GDK_SHIFT_MASK, move_cb, "(xbb)", by, by_page, TRUE);
}

static void
add_bindings (GtkWidgetClass *klass)
{
  add_move (klass, GDK_KEY_Left, 0, -1, FALSE);
  add_move (klass, GDK_KEY_Right, 0, 1, FALSE);
  add_move (klass, GDK_KEY_Up, 0, -BYTES_A_LINE, FALSE);
  add_move (klass, GDK_KEY_Down, 0, BYTES_A_LINE, FALSE);
  add_move (klass, GDK_KEY_Page_Up, 0, -BYTES_A_LINE, TRUE);
  add_move (klass, GDK_KEY_Page_Down, 0, BYTES_A_LINE, TRUE);
  add_move (klass, GDK_KEY_Home, GDK_CONTROL_MASK, -G_MAXINT32, FALSE);
  add_move (klass, GDK_KEY_End, GDK_CONTROL_MASK, G_MAXINT32, FALSE);
  gtk_widget_class_add_binding (klass, GDK_KEY_a, GDK_CONTROL_MASK, select_all_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_c, GDK_CONTROL_MASK, copy_cb, NULL);
}

static void
weir_hex_view_class_init (WeirHexViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_hex_view_dispose;
  object_class->get_property = weir_hex_view_get_property;
  object_class->set_property = weir_hex_view_set_property;
  widget_class->measure = weir_hex_view_measure;
  widget_class->size_allocate = weir_hex_view_size_allocate;
  widget_class->snapshot = weir_hex_view_snapshot;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);
  add_bindings (widget_class);
  gtk_widget_class_set_css_name (widget_class, "weirhexview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_hex_view_init (WeirHexView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Bytes"), -1);
  self->hits = g_array_new (FALSE, FALSE, sizeof (WeirHexHit));
  self->current = -1;
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (GTK_WIDGET (self), "monospace");
}

/* What is said of a drawing: the first lines, which is what can be taken in by ear. */
#define SPOKEN_BYTES 64

void
weir_hex_view_set_bytes (WeirHexView *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data;
  g_autofree char *spoken = NULL;

  g_return_if_fail (WEIR_IS_HEX_VIEW (self));

  if (bytes != NULL)
    g_bytes_ref (bytes);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes;
  self->has_selection = FALSE;
  self->anchor = self->cursor = 0;
  g_array_set_size (self->hits, 0);
  self->current = -1;
  data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  spoken = data != NULL ? weir_preview_hex (data, MIN (size, SPOKEN_BYTES)) : g_strdup (_ ("No bytes"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);

  if (self->vadjustment != NULL)
    gtk_adjustment_set_value (self->vadjustment, 0);
  weir_hex_view_configure (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

GBytes *
weir_hex_view_get_bytes (WeirHexView *self)
{
  g_return_val_if_fail (WEIR_IS_HEX_VIEW (self), NULL);

  return self->bytes;
}

void
weir_hex_view_set_hits (WeirHexView *self, const WeirHexHit *hits, guint n_hits, int current)
{
  g_return_if_fail (WEIR_IS_HEX_VIEW (self));

  g_array_set_size (self->hits, 0);
  if (n_hits > 0)
    g_array_append_vals (self->hits, hits, n_hits);
  self->current = current >= 0 && (guint) current < n_hits ? current : -1;
  show_hit (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
weir_hex_view_select (WeirHexView *self, gsize start, gsize end)
{
  g_return_if_fail (WEIR_IS_HEX_VIEW (self));
  g_return_if_fail (start < end && end <= get_size (self));

  move_cursor_to (self, start, FALSE);
  move_cursor_to (self, end - 1, TRUE);
}
