/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-placeholder-popover.h"

#include <glib/gi18n.h>

#define GAP        18
#define MARGIN     6
#define NAME_CHARS 8

static const struct
{
  const char *text;
  const char *meaning;
} proposals[] = {
  { "$reader", N_ ("the function reads, Weir writes") },
  { "$writer", N_ ("the function writes, Weir reads") },
  { "$reader2", N_ ("a second channel to read from") },
  { "$writer2", N_ ("a second channel to write to") },
};

struct _WeirPlaceholderPopover
{
  GtkPopover parent_instance;

  GtkTextView *view; /* not owned */
  GtkListBox *list;
  gboolean is_choosing;
};

G_DEFINE_FINAL_TYPE (WeirPlaceholderPopover, weir_placeholder_popover, GTK_TYPE_POPOVER)

/* --- what is typed --- */

static gboolean
belongs (gunichar c)
{
  return g_unichar_isalnum (c) || c == '_' || c == '-' || c == ':' || c == '$';
}

static void
get_cursor (WeirPlaceholderPopover *self, GtkTextIter *cursor)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  gtk_text_buffer_get_iter_at_mark (buffer, cursor, gtk_text_buffer_get_insert (buffer));
}

/* What stands before @cursor and is being typed. */
static char *
dup_typed (const GtkTextIter *cursor, GtkTextIter *start)
{
  *start = *cursor;
  while (gtk_text_iter_backward_char (start))
    if (!belongs (gtk_text_iter_get_char (start)))
      {
        gtk_text_iter_forward_char (start);
        break;
      }
  return gtk_text_iter_get_text (start, cursor);
}

/* --- choosing --- */

static void
point_at_cursor (WeirPlaceholderPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkTextIter cursor;
  GdkRectangle place;
  double x, y;

  get_cursor (self, &cursor);
  gtk_text_view_get_iter_location (self->view, &cursor, &place);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->view), parent, place.x, place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  place.width = MAX (place.width, 1);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &place);
}

static void
select_row (WeirPlaceholderPopover *self, GtkListBoxRow *row)
{
  gtk_list_box_select_row (self->list, row);
}

/* The shown row before (-1) or after (1) the chosen one, or that one. */
static void
move (WeirPlaceholderPopover *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int at = row != NULL ? gtk_list_box_row_get_index (row) + step : 0;

  for (; (row = gtk_list_box_get_row_at_index (self->list, at)) != NULL; at += step)
    if (gtk_widget_get_visible (GTK_WIDGET (row)))
      {
        select_row (self, row);
        return;
      }
}

/* Shows the proposals that begin with what is typed, or all where nothing is and it @is_asked. Returns whether there is
 * any. */
static gboolean
propose (WeirPlaceholderPopover *self, gboolean is_asked)
{
  g_autofree char *typed = NULL;
  GtkTextIter cursor, start;
  GtkListBoxRow *first = NULL;

  get_cursor (self, &cursor);
  typed = dup_typed (&cursor, &start);
  for (guint i = 0; i < G_N_ELEMENTS (proposals); i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) i);
      gboolean fits = typed[0] == '$' ? g_str_has_prefix (proposals[i].text, typed) : is_asked;

      gtk_widget_set_visible (GTK_WIDGET (row), fits);
      if (fits && first == NULL)
        first = row;
    }
  select_row (self, first);
  return first != NULL;
}

static void
offer (WeirPlaceholderPopover *self, gboolean is_asked)
{
  if (!propose (self, is_asked))
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      return;
    }
  point_at_cursor (self);
  gtk_popover_popup (GTK_POPOVER (self));
}

/* With quotes around it, where there are none. */
static void
insert (WeirPlaceholderPopover *self, const char *proposal)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter end, start, before;
  g_autofree char *typed = NULL, *text = NULL;
  gboolean has_quote, has_end;

  get_cursor (self, &end);
  typed = dup_typed (&end, &start);
  if (typed[0] != '$')
    start = end;
  before = start;
  has_quote = gtk_text_iter_backward_char (&before) && gtk_text_iter_get_char (&before) == '"';
  has_end = gtk_text_iter_get_char (&end) == '"';
  text = g_strconcat (has_quote ? "" : "\"", proposal, has_end ? "" : "\"", NULL);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static void
choose (WeirPlaceholderPopover *self, GtkListBoxRow *row)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  if (row == NULL)
    return;
  self->is_choosing = TRUE;
  insert (self, proposals[gtk_list_box_row_get_index (row)].text);
  self->is_choosing = FALSE;
}

/* --- what the editor says --- */

static gboolean
is_shown (WeirPlaceholderPopover *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self));
}

/* Of one character: pasted and filled in text asks for nothing. */
static void
inserted_cb (WeirPlaceholderPopover *self, GtkTextIter *at, char *text, int len)
{
  if (self->is_choosing || !gtk_widget_has_focus (GTK_WIDGET (self->view)) || g_utf8_strlen (text, len) != 1)
    return;
  if (is_shown (self) || belongs (g_utf8_get_char (text)))
    offer (self, FALSE);
}

static void
cursor_moved_cb (WeirPlaceholderPopover *self)
{
  if (!self->is_choosing && is_shown (self))
    offer (self, FALSE);
}

static void
focus_left_cb (WeirPlaceholderPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static gboolean
take_key (WeirPlaceholderPopover *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move (self, 1);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move (self, -1);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
    case GDK_KEY_Tab:
      choose (self, gtk_list_box_get_selected_row (self->list));
      return TRUE;
    case GDK_KEY_Escape:
      gtk_popover_popdown (GTK_POPOVER (self));
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (WeirPlaceholderPopover *self, guint key, guint code, GdkModifierType state)
{
  GdkModifierType held = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);

  if (held == GDK_CONTROL_MASK && key == GDK_KEY_space)
    {
      offer (self, TRUE);
      return TRUE;
    }
  return held == 0 && is_shown (self) && take_key (self, key);
}

/* --- the widget --- */

static GtkWidget *
make_row (const char *text, const char *meaning)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, GAP);
  GtkWidget *name = gtk_label_new (text);
  GtkWidget *words = gtk_label_new (meaning);

  gtk_widget_add_css_class (name, "monospace");
  gtk_widget_add_css_class (words, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_widget_set_margin_start (box, MARGIN);
  gtk_widget_set_margin_end (box, MARGIN);
  gtk_widget_set_margin_top (box, MARGIN / 2);
  gtk_widget_set_margin_bottom (box, MARGIN / 2);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, meaning, -1);
  return row;
}

static void
weir_placeholder_popover_class_init (WeirPlaceholderPopoverClass *klass)
{
}

static void
weir_placeholder_popover_init (WeirPlaceholderPopover *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  for (guint i = 0; i < G_N_ELEMENTS (proposals); i++)
    gtk_list_box_append (self->list, make_row (proposals[i].text, _ (proposals[i].meaning)));
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Placeholders"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (choose), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->list));
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE); /* it would take the focus */
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
}

GtkWidget *
weir_placeholder_popover_new (GtkTextView *view)
{
  WeirPlaceholderPopover *self = g_object_new (WEIR_TYPE_PLACEHOLDER_POPOVER, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->view = view;
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (cursor_moved_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
