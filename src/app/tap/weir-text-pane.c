/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-text-pane.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "weir-folding.h"
#include "weir-source-style.h"

/* Frames for which it is tried to bring a hit into view. */
#define MAX_TICKS 60

struct _WeirTextPane
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  char *name;
  GtkSourceView *view;  /* NULL until there is something to show */
  WeirFolding *folding; /* of that */
  GtkTextTag *hit;      /* of its buffer */
  GtkTextTag *present;  /* likewise: of the first one */
  GtkTextMark *place;   /* likewise: where that is */
  gboolean is_due;      /* that is brought into view as soon as lines have their heights */
  guint tick;           /* which does so */
  guint n_ticks;
  WeirNeedle *needle; /* nullable */
};

G_DEFINE_FINAL_TYPE (WeirTextPane, weir_text_pane, GTK_TYPE_WIDGET)

static void
view_gone_cb (gpointer user_data, GObject *view)
{
  weir_folding_free (user_data);
}

/* --- hits --- */

static void
colour_tag (WeirTextPane *self, GtkTextTag *tag, const char *name)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA back, front;

  if (gtk_style_context_lookup_color (context, name, &back) &&
      gtk_style_context_lookup_color (context, "weir_hit_text", &front))
    g_object_set (tag, "background-rgba", &back, "foreground-rgba", &front, NULL);
}

/* In characters, from there on; hits come in order. */
typedef struct
{
  gsize at;
  glong offset;
} Place;

static glong
go_to (Place *place, const char *text, gsize at)
{
  place->offset += g_utf8_strlen (text + place->at, at - place->at);
  place->at = at;
  return place->offset;
}

static void
stop_going (WeirTextPane *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static gboolean
is_hit_in_view (WeirTextPane *self)
{
  GdkRectangle seen, hit;
  GtkTextIter place;

  gtk_text_buffer_get_iter_at_mark (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)), &place, self->place);
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (self->view), &seen);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self->view), &place, &hit);
  return hit.height > 0 && hit.y >= seen.y && hit.y + hit.height <= seen.y + seen.height;
}

/* A view scrolls gradually, and forgets where to when it is given another size or lines their heights meanwhile (GTK
 * 4.8). */
static gboolean
go_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WeirTextPane *self = WEIR_TEXT_PANE (widget);

  if (++self->n_ticks < 2)
    return G_SOURCE_CONTINUE;
  if (!is_hit_in_view (self) && self->n_ticks < MAX_TICKS)
    {
      gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), self->place, 0.1, FALSE, 0, 0);
      return G_SOURCE_CONTINUE;
    }
  self->tick = 0;
  self->is_due = FALSE;
  return G_SOURCE_REMOVE;
}

static void
go_when_shown (WeirTextPane *self)
{
  self->n_ticks = 0;
  if (self->is_due && self->tick == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), go_tick_cb, NULL, NULL);
}

static void
go_to_hit (WeirTextPane *self, const GtkTextIter *hit)
{
  gtk_text_buffer_move_mark (gtk_text_iter_get_buffer (hit), self->place, hit);
  weir_folding_reveal (self->folding, gtk_text_iter_get_line (hit));
  self->is_due = TRUE;
  go_when_shown (self);
}

static void
weir_text_pane_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_text_pane_parent_class)->map (widget);
  go_when_shown (WEIR_TEXT_PANE (widget));
}

static void
weir_text_pane_unmap (GtkWidget *widget)
{
  stop_going (WEIR_TEXT_PANE (widget));
  GTK_WIDGET_CLASS (weir_text_pane_parent_class)->unmap (widget);
}

/* FALSE: it begins or ends inside of a character, as bytes may. */
static gboolean
mark_hit (WeirTextPane *self, Place *place, const char *text, gsize start, gsize end, GtkTextTag *tag)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter first, last;

  if ((text[start] & 0xc0) == 0x80 || (text[end] & 0xc0) == 0x80)
    return FALSE;
  gtk_text_buffer_get_iter_at_offset (buffer, &first, go_to (place, text, start));
  gtk_text_buffer_get_iter_at_offset (buffer, &last, go_to (place, text, end));
  gtk_text_buffer_apply_tag (buffer, tag, &first, &last);
  if (tag == self->present)
    go_to_hit (self, &first);
  return TRUE;
}

static guint
mark_hits (WeirTextPane *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  g_autofree char *text = NULL;
  Place place = { 0, 0 };
  GtkTextIter first, last;
  gsize len, start = 0, end = 0;
  guint n = 0;

  gtk_text_buffer_get_bounds (buffer, &first, &last);
  gtk_text_buffer_remove_tag (buffer, self->hit, &first, &last);
  gtk_text_buffer_remove_tag (buffer, self->present, &first, &last);
  self->is_due = FALSE;
  stop_going (self);
  if (self->needle == NULL)
    return 0;
  colour_tag (self, self->hit, "weir_hit");
  colour_tag (self, self->present, "weir_hit_present");
  text = gtk_text_buffer_get_text (buffer, &first, &last, TRUE);
  len = strlen (text);
  while (n < WEIR_TEXT_PANE_MAX_HITS &&
         weir_needle_find (self->needle, (const guint8 *) text, len, end, &start, &end) == WEIR_NEEDLE_FOUND)
    n += mark_hit (self, &place, text, start, end, n == 0 ? self->present : self->hit);
  return n;
}

guint
weir_text_pane_set_needle (WeirTextPane *self, WeirNeedle *needle)
{
  g_return_val_if_fail (WEIR_IS_TEXT_PANE (self), 0);

  if (needle != NULL)
    weir_needle_ref (needle);
  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = needle;
  return self->view != NULL ? mark_hits (self) : 0;
}

/* --- text --- */

static GtkSourceBuffer *
ensure_buffer (WeirTextPane *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start;

  if (self->view == NULL)
    {
      self->view = GTK_SOURCE_VIEW (gtk_source_view_new ());
      gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
      gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
      gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
      gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->view), 12);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, self->name,
                                      GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, "Alt+Left Alt+Right", -1);
      weir_source_style_follow (self->view);
      self->folding = weir_folding_new (self->view);
      buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
      gtk_text_buffer_get_start_iter (buffer, &start);
      self->hit = gtk_text_buffer_create_tag (buffer, NULL, NULL);
      self->present = gtk_text_buffer_create_tag (buffer, NULL, NULL);
      self->place = gtk_text_buffer_create_mark (buffer, NULL, &start, TRUE);
      g_object_weak_ref (G_OBJECT (self->view), view_gone_cb, self->folding);
      gtk_scrolled_window_set_child (self->scroller, GTK_WIDGET (self->view));
    }

  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
}

void
weir_text_pane_set_text (WeirTextPane *self, const char *lines, gboolean is_json)
{
  GtkSourceBuffer *buffer;
  GtkTextIter start;

  g_return_if_fail (WEIR_IS_TEXT_PANE (self));

  buffer = ensure_buffer (self);
  weir_source_style_set_json (self->view, is_json);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), lines, -1);
  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (buffer), &start);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (buffer), &start);
  weir_folding_reset (self->folding, is_json);
  mark_hits (self);
}

void
weir_text_pane_fold_members (WeirTextPane *self, const char *name)
{
  g_return_if_fail (WEIR_IS_TEXT_PANE (self));

  if (self->view != NULL)
    weir_folding_fold_members (self->folding, name);
}

void
weir_text_pane_fold (WeirTextPane *self, WeirFold fold)
{
  g_return_if_fail (WEIR_IS_TEXT_PANE (self));

  if (self->view == NULL)
    return;
  switch (fold)
    {
    case WEIR_FOLD_HERE:
      weir_folding_fold_here (self->folding);
      break;
    case WEIR_UNFOLD_HERE:
      weir_folding_unfold_here (self->folding);
      break;
    case WEIR_FOLD_ALL:
      weir_folding_set_all (self->folding, TRUE);
      break;
    case WEIR_UNFOLD_ALL:
    default:
      weir_folding_set_all (self->folding, FALSE);
      break;
    }
}

static void
weir_text_pane_dispose (GObject *object)
{
  WeirTextPane *self = WEIR_TEXT_PANE (object);

  stop_going (self);
  if (self->scroller != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->scroller));
  self->scroller = NULL;
  self->view = NULL;
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->needle, weir_needle_unref);
  G_OBJECT_CLASS (weir_text_pane_parent_class)->dispose (object);
}

static void
weir_text_pane_class_init (WeirTextPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_text_pane_dispose;
  GTK_WIDGET_CLASS (klass)->map = weir_text_pane_map;
  GTK_WIDGET_CLASS (klass)->unmap = weir_text_pane_unmap;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
weir_text_pane_init (WeirTextPane *self)
{
  self->name = g_strdup (_ ("Message"));
  self->scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->scroller), GTK_WIDGET (self));
}

GtkWidget *
weir_text_pane_new (const char *name)
{
  WeirTextPane *self = g_object_new (WEIR_TYPE_TEXT_PANE, NULL);

  g_free (self->name);
  self->name = g_strdup (name);
  return GTK_WIDGET (self);
}
