/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-folding.h"

#include <glib/gi18n.h>

#include "weir-json-lexer.h"

#define GUTTER_WIDTH  18
#define NUMBER_MARGIN 6

struct _WeirFolding
{
  GtkSourceView *view;               /* borrowed */
  GtkSourceGutterRenderer *numbers;  /* the view's; its own ones are drawn for hidden lines, too */
  GtkSourceGutterRenderer *renderer; /* the view's */
  GtkTextTag *hidden;                /* the buffer's */
  GArray *folds;                     /* (element-type guint): by line: where it ends; 0: it does not fold */
  GHashTable *folded;                /* set of lines */
};

static GtkTextBuffer *
get_buffer (WeirFolding *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
}

static guint
get_end (WeirFolding *self, guint line)
{
  return line < self->folds->len ? g_array_index (self->folds, guint, line) : 0;
}

static gboolean
is_folded (WeirFolding *self, guint line)
{
  return g_hash_table_contains (self->folded, GUINT_TO_POINTER (line));
}

/* The lines between the two with the brackets. */
static void
hide_lines (WeirFolding *self, guint line, gboolean hides)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_line (get_buffer (self), &start, line + 1);
  gtk_text_buffer_get_iter_at_line (get_buffer (self), &end, get_end (self, line));
  if (hides)
    gtk_text_buffer_apply_tag (get_buffer (self), self->hidden, &start, &end);
  else
    gtk_text_buffer_remove_tag (get_buffer (self), self->hidden, &start, &end);
}

/* What is folded inside stays so. */
static void
toggle (WeirFolding *self, guint line)
{
  gboolean hides = !is_folded (self, line);

  if (hides)
    g_hash_table_add (self->folded, GUINT_TO_POINTER (line));
  else
    g_hash_table_remove (self->folded, GUINT_TO_POINTER (line));
  hide_lines (self, line, hides);
  for (guint inner = line + 1; !hides && inner < get_end (self, line); inner++)
    if (is_folded (self, inner))
      hide_lines (self, inner, TRUE);
  gtk_widget_queue_draw (GTK_WIDGET (self->renderer));
  gtk_widget_queue_draw (GTK_WIDGET (self->numbers));
}

/* --- the gutter --- */

static gboolean
is_hidden (WeirFolding *self, guint line)
{
  GtkTextIter start;

  gtk_text_buffer_get_iter_at_line (get_buffer (self), &start, line);
  return gtk_text_iter_has_tag (&start, self->hidden);
}

static void
query_number_cb (GtkSourceGutterRenderer *renderer, GtkSourceGutterLines *lines, guint line, WeirFolding *self)
{
  g_autofree char *text = is_hidden (self, line) ? g_strdup ("") : g_strdup_printf ("%u", line + 1);

  gtk_source_gutter_renderer_text_set_text (GTK_SOURCE_GUTTER_RENDERER_TEXT (renderer), text, -1);
}

/* As wide as the last number. */
static void
update_width (WeirFolding *self)
{
  g_autofree char *last = g_strdup_printf ("%d", gtk_text_buffer_get_line_count (get_buffer (self)));
  int width;

  gtk_source_gutter_renderer_text_measure (GTK_SOURCE_GUTTER_RENDERER_TEXT (self->numbers), last, &width, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self->numbers), width + 2 * NUMBER_MARGIN, -1);
}

static void
query_data_cb (GtkSourceGutterRenderer *renderer, GtkSourceGutterLines *lines, guint line, WeirFolding *self)
{
  const char *mark = get_end (self, line) == 0 || is_hidden (self, line) ? "" : is_folded (self, line) ? "▶" : "▼";

  gtk_source_gutter_renderer_text_set_text (GTK_SOURCE_GUTTER_RENDERER_TEXT (renderer), mark, -1);
}

static gboolean
query_activatable_cb (GtkSourceGutterRenderer *renderer, GtkTextIter *iter, GdkRectangle *area, WeirFolding *self)
{
  return get_end (self, gtk_text_iter_get_line (iter)) != 0;
}

static void
activate_cb (GtkSourceGutterRenderer *renderer, GtkTextIter *iter, GdkRectangle *area, guint button,
             GdkModifierType state, int n_presses, WeirFolding *self)
{
  if (get_end (self, gtk_text_iter_get_line (iter)) != 0)
    toggle (self, gtk_text_iter_get_line (iter));
}

/* --- keys --- */

static guint
get_cursor_line (WeirFolding *self)
{
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &cursor, gtk_text_buffer_get_insert (get_buffer (self)));
  return gtk_text_iter_get_line (&cursor);
}

/* The innermost container around the cursor that is open. */
void
weir_folding_fold_here (WeirFolding *self)
{
  guint cursor = get_cursor_line (self);

  for (guint line = MIN (cursor + 1, self->folds->len); line > 0; line--)
    if (get_end (self, line - 1) >= cursor && get_end (self, line - 1) != 0 && !is_folded (self, line - 1))
      {
        GtkTextIter start;

        toggle (self, line - 1);
        gtk_text_buffer_get_iter_at_line (get_buffer (self), &start, line - 1);
        gtk_text_buffer_place_cursor (get_buffer (self), &start);
        return;
      }
}

void
weir_folding_unfold_here (WeirFolding *self)
{
  guint cursor = get_cursor_line (self);

  if (is_folded (self, cursor))
    toggle (self, cursor);
}

void
weir_folding_reveal (WeirFolding *self, guint line)
{
  for (guint outer = 0; outer < MIN (line, self->folds->len); outer++)
    if (get_end (self, outer) > line && is_folded (self, outer))
      toggle (self, outer);
}

static void
unfold_all (WeirFolding *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  gtk_text_buffer_remove_tag (get_buffer (self), self->hidden, &start, &end);
  g_hash_table_remove_all (self->folded);
  gtk_widget_queue_draw (GTK_WIDGET (self->renderer));
  gtk_widget_queue_draw (GTK_WIDGET (self->numbers));
}

void
weir_folding_set_all (WeirFolding *self, gboolean folded)
{
  if (!folded)
    unfold_all (self);
  for (guint line = 1; folded && line < self->folds->len; line++)
    if (get_end (self, line) != 0 && !is_folded (self, line))
      toggle (self, line);
}

/* `  "partial": {` */
static gboolean
begins_member (WeirFolding *self, guint line, const char *name)
{
  g_autofree char *wanted = g_strdup_printf ("\"%s\":", name);
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_line (get_buffer (self), &start, line);
  end = start;
  gtk_text_iter_forward_to_line_end (&end);
  text = gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);
  return g_str_has_prefix (g_strchug (text), wanted);
}

void
weir_folding_fold_members (WeirFolding *self, const char *name)
{
  for (guint line = 0; line < self->folds->len; line++)
    if (get_end (self, line) != 0 && !is_folded (self, line) && begins_member (self, line, name))
      toggle (self, line);
}

static gboolean
fold_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  weir_folding_fold_here (user_data);
  return TRUE;
}

static gboolean
unfold_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  weir_folding_unfold_here (user_data);
  return TRUE;
}

static void
add_keys (WeirFolding *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Left, GDK_ALT_MASK),
                                                          gtk_callback_action_new (fold_cb, self, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Right, GDK_ALT_MASK),
                                                          gtk_callback_action_new (unfold_cb, self, NULL)));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

WeirFolding *
weir_folding_new (GtkSourceView *view)
{
  WeirFolding *self = g_new0 (WeirFolding, 1);

  self->view = view;
  self->folds = g_array_new (FALSE, TRUE, sizeof (guint));
  self->folded = g_hash_table_new (NULL, NULL);
  self->hidden = gtk_text_buffer_create_tag (get_buffer (self), NULL, "invisible", TRUE, NULL);
  self->renderer = gtk_source_gutter_renderer_text_new ();
  gtk_widget_set_size_request (GTK_WIDGET (self->renderer), GUTTER_WIDTH, -1);
  gtk_source_gutter_renderer_set_xalign (self->renderer, 0.5);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->renderer), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Fold"), -1);
  g_signal_connect (self->renderer, "query-data", G_CALLBACK (query_data_cb), self);
  g_signal_connect (self->renderer, "query-activatable", G_CALLBACK (query_activatable_cb), self);
  g_signal_connect (self->renderer, "activate", G_CALLBACK (activate_cb), self);
  self->numbers = gtk_source_gutter_renderer_text_new ();
  gtk_source_gutter_renderer_set_xalign (self->numbers, 1);
  gtk_source_gutter_renderer_set_xpad (self->numbers, NUMBER_MARGIN);
  g_signal_connect (self->numbers, "query-data", G_CALLBACK (query_number_cb), self);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (view, GTK_TEXT_WINDOW_LEFT), self->numbers, 0);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (view, GTK_TEXT_WINDOW_LEFT), self->renderer, 1);
  add_keys (self);
  return self;
}

void
weir_folding_free (WeirFolding *self)
{
  g_array_unref (self->folds);
  g_hash_table_unref (self->folded);
  g_free (self);
}

void
weir_folding_reset (WeirFolding *self, gboolean is_json)
{
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  g_hash_table_remove_all (self->folded);
  g_array_set_size (self->folds, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->renderer), is_json);
  gtk_widget_set_visible (GTK_WIDGET (self->numbers), is_json);
  if (!is_json)
    return;

  update_width (self);
  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  text = gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);
  g_array_unref (self->folds);
  self->folds = weir_json_folds (text, strlen (text));
  gtk_widget_queue_draw (GTK_WIDGET (self->renderer));
}
