/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-payload-editor.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "weir-focus.h"
#include "weir-format.h"
#include "weir-key-veil.h"
#include "weir-payload-chip.h"
#include "weir-payload.h"
#include "weir-placeholder.h"
#include "weir-placeholder-popover.h"
#include "weir-source-style.h"

/* After a key it is looked at anew so soon: not at each of them. */
#define LOOK_MS 120

/* Larger texts, and those with more than so many bytes in long lines, are not put into the editor (a line of 2 MB holds
 * it for 0.6 s, one of 16 KiB for a frame, each time that it is laid out) but kept beside it, and not checked against a
 * schema. What is typed may well grow beyond. */
#define MAX_LIVE_SIZE  (256 * 1024)
#define MAX_LONG_LINES (16 * 1024)
#define MIN_PASTE      256

#define MIN_HEIGHT 96
#define MAX_HEIGHT 320

struct _WeirPayloadEditor
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *chip;
  GtkWidget *problem;
  GtkSourceView *view; /* nullable: until it is first seen, as the first one costs 60 ms */
  GtkTextTag *ref_tag, *wrong_tag;
  WeirKeyVeil *veil;       /* nullable, as the view */
  GtkWidget *placeholders; /* the same */
  char *text;              /* until there is a view */
  char *large;             /* nullable: in place of what stands in the view, and too much for it */
  WeirSchema *schema;

  guint look;
  gboolean is_valid;
  gsize wrong_at; /* byte; where it is not valid */
  const char *status;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirPayloadEditor, weir_payload_editor, GTK_TYPE_WIDGET)

static GtkTextBuffer *
get_buffer (WeirPayloadEditor *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
}

char *
weir_payload_editor_dup_text (WeirPayloadEditor *self)
{
  if (self->large != NULL)
    return g_strdup (self->large);
  return self->veil != NULL ? weir_key_veil_dup_text (self->veil) : g_strdup (self->text);
}

gboolean
weir_payload_editor_has_keys (WeirPayloadEditor *self)
{
  return self->large == NULL && self->veil != NULL && weir_key_veil_has_keys (self->veil);
}

void
weir_payload_editor_set_shows_keys (WeirPayloadEditor *self, gboolean shows_keys)
{
  if (self->veil != NULL)
    weir_key_veil_set_lifted (self->veil, shows_keys);
}

/* --- what is too much --- */

/* Bytes in long lines. @n_before: characters in the line that @text goes on with */
static gsize
count_long (const char *text, gsize len, gsize n_before)
{
  const char *end = text + len;
  gsize n_long = 0;

  for (const char *line_end; text < end; text = line_end + 1)
    {
      gsize size;

      line_end = memchr (text, '\n', end - text);
      if (line_end == NULL)
        line_end = end;
      size = n_before + (line_end - text);
      n_long += size > WEIR_PAYLOAD_MAX_LINE ? size : 0;
      n_before = 0;
    }
  return n_long;
}

static gboolean
is_too_much (const char *text, gsize len, gsize n_before)
{
  return len > MAX_LIVE_SIZE || count_long (text, len, n_before) > MAX_LONG_LINES;
}

/* A long line takes GtkSourceView more time than it allows itself for one, also where it is not to highlight it. */
static void
update_language (WeirPayloadEditor *self, const char *text, gsize len, gsize n_before)
{
  weir_source_style_set_json (self->view, len <= MAX_LIVE_SIZE && count_long (text, len, n_before) == 0);
}

/* --- tags --- */

static void
get_iter (WeirPayloadEditor *self, const char *text, gsize byte, GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), iter, (int) g_utf8_strlen (text, (gssize) byte));
}

static void
tag_refs (WeirPayloadEditor *self, const char *text, gsize len)
{
  g_autoptr (GPtrArray) placeholders = weir_placeholder_find ((WeirSpan){ text, len });

  for (guint i = 0; i < MIN (placeholders->len, 100); i++)
    {
      const WeirPlaceholder *placeholder = placeholders->pdata[i];
      GtkTextIter start, end;

      get_iter (self, text, placeholder->start, &start);
      get_iter (self, text, placeholder->start + placeholder->len, &end);
      gtk_text_buffer_apply_tag (get_buffer (self), self->ref_tag, &start, &end);
    }
}

static void
tag_wrong (WeirPayloadEditor *self, const char *text)
{
  GtkTextIter start, end;

  get_iter (self, text, self->wrong_at, &start);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_char (&end);
  else
    gtk_text_iter_backward_char (&start);
  gtk_text_buffer_apply_tag (get_buffer (self), self->wrong_tag, &start, &end);
}

static void
update_tags (WeirPayloadEditor *self, const char *text, gsize len)
{
  GtkTextIter start, end;

  if (self->view == NULL || self->large != NULL)
    return;
  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  gtk_text_buffer_remove_tag (get_buffer (self), self->ref_tag, &start, &end);
  gtk_text_buffer_remove_tag (get_buffer (self), self->wrong_tag, &start, &end);
  update_language (self, text, len, 0);
  if (len <= MAX_LIVE_SIZE)
    tag_refs (self, text, len);
  if (!self->is_valid && len > 0)
    tag_wrong (self, text);
}

/* --- what is to be said --- */

static char *
describe_wrong (WeirPayloadEditor *self, const char *text, const char *wrong, const GError *error)
{
  guint line = 1;

  if (wrong == NULL)
    return g_strdup (error->message);
  for (gsize i = 0; i < self->wrong_at; i++)
    line += text[i] == '\n';
  /* Translators: where JSON is wrong, and what the parser says of it */
  return g_strdup_printf (_ ("Line %u: %s"), line, wrong);
}

static char *
describe_schema_problem (const WeirSchemaProblem *problem)
{
  if (*problem->path == '\0')
    return g_strdup_printf (_ ("The function’s schema: the payload %s. It can be sent all the same."),
                            problem->message);
  return g_strdup_printf (_ ("The function’s schema: “%s” %s. It can be sent all the same."), problem->path,
                          problem->message);
}

/* @text is valid JSON. */
static char *
describe_valid (WeirPayloadEditor *self, const char *text, gsize len)
{
  g_autoptr (WeirSchemaProblem) problem = NULL;
  g_autofree char *size = NULL;
  WeirSchemaVerdict verdict;

  self->status = _ ("valid JSON");
  if (len > WEIR_PAYLOAD_LARGE_SIZE)
    {
      size = weir_format_bytes (len, WEIR_UNITS_DECIMAL);
      return g_strdup_printf (_ ("It has %s: a payload this large should be a channel’s stream. Some clients take no "
                                 "message above 1 MiB."),
                              size);
    }
  if (self->schema == NULL)
    return NULL;
  verdict = len <= MAX_LIVE_SIZE ? weir_schema_check (self->schema, (WeirSpan){ text, len }, &problem)
                                 : WEIR_SCHEMA_NOT_CHECKED;
  self->status = verdict == WEIR_SCHEMA_VALID     ? _ ("valid against the function’s schema")
                 : verdict == WEIR_SCHEMA_INVALID ? _ ("not what the schema wants")
                                                  : _ ("valid JSON, not checked against the schema: too large");
  return problem != NULL ? describe_schema_problem (problem) : NULL;
}

static gboolean
has_masked_key (const char *text, gsize len)
{
  return g_strstr_len (text, (gssize) len, "***\"") != NULL && g_strstr_len (text, (gssize) len, "access_key") != NULL;
}

static void
look (WeirPayloadEditor *self)
{
  g_autofree char *text = weir_payload_editor_dup_text (self);
  gsize len = strlen (text);
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;
  const char *wrong;

  self->is_valid = weir_payload_check ((WeirSpan){ text, len }, &self->wrong_at, &wrong, &error);
  if (!self->is_valid)
    {
      self->status = _ ("not valid JSON");
      problem = describe_wrong (self, text, wrong, error);
    }
  else if (has_masked_key (text, len))
    {
      self->status = _ ("a ref without its key");
      problem = g_strdup (_ ("The access key of a ref in it is masked: the history keeps none. Paste the ref anew."));
    }
  else
    {
      problem = describe_valid (self, text, len);
    }
  gtk_label_set_text (GTK_LABEL (self->problem), problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem, problem != NULL);
  if (self->is_valid)
    gtk_widget_remove_css_class (self->problem, "tone-error");
  else
    gtk_widget_add_css_class (self->problem, "tone-error");
  update_tags (self, text, len);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
look_cb (gpointer user_data)
{
  WeirPayloadEditor *self = user_data;

  self->look = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
text_changed_cb (WeirPayloadEditor *self)
{
  if (self->look == 0)
    self->look = g_timeout_add (LOOK_MS, look_cb, self);
}

void
weir_payload_editor_look_now (WeirPayloadEditor *self)
{
  if (self->look == 0)
    return;
  g_clear_handle_id (&self->look, g_source_remove);
  look (self);
}

/* --- what is too much for the view --- */

/* @text: (transfer full) (nullable): none, any more */
static void
set_large (WeirPayloadEditor *self, char *text)
{
  g_free (self->large);
  self->large = text;
  if (text != NULL)
    weir_payload_chip_set_size (WEIR_PAYLOAD_CHIP (self->chip), strlen (text));
  gtk_widget_set_visible (self->chip, text != NULL);
  gtk_widget_set_visible (self->scroller, text == NULL);
}

static void
removed_cb (WeirPayloadEditor *self)
{
  set_large (self, NULL);
  look (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* The text with what was to be inserted at @place. A covered key is as long as the key. */
static char *
dup_text_with (WeirPayloadEditor *self, GtkTextBuffer *buffer, const GtkTextIter *place, const char *text, int len)
{
  g_autofree char *before = NULL, *whole = NULL;
  GtkTextIter start, end;
  gsize n;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  before = gtk_text_buffer_get_text (buffer, &start, place, TRUE);
  n = strlen (before);
  whole =
      self->veil != NULL ? weir_key_veil_dup_text (self->veil) : gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  return g_strdup_printf ("%.*s%.*s%s", (int) n, whole, len, text, whole + MIN (n, strlen (whole)));
}

/* Pasted, dropped, or set: before it is in the buffer. */
static void
insert_text_cb (GtkTextBuffer *buffer, GtkTextIter *place, const char *text, int len, WeirPayloadEditor *self)
{
  gsize n_before = gtk_text_iter_get_chars_in_line (place);

  if (len < MIN_PASTE || (self->veil != NULL && weir_key_veil_is_covering (self->veil)))
    return;
  if (gtk_text_buffer_get_char_count (buffer) + len <= MAX_LIVE_SIZE && !is_too_much (text, len, n_before))
    {
      if (count_long (text, len, n_before) > 0)
        update_language (self, text, len, n_before); /* before it is in there */
      return;
    }
  g_signal_stop_emission_by_name (buffer, "insert-text");
  set_large (self, dup_text_with (self, buffer, place, text, len));
  text_changed_cb (self);
}

/* --- the view --- */

static void
follow_dark (WeirPayloadEditor *self)
{
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  g_object_set (self->ref_tag, "foreground", is_dark ? "#99c1f1" : "#1a5fb4", "background",
                is_dark ? "#1b3a5c" : "#dbeafc", NULL);
}

static void
make_tags (WeirPayloadEditor *self)
{
  self->ref_tag = gtk_text_buffer_create_tag (get_buffer (self), NULL, "weight", PANGO_WEIGHT_BOLD, NULL);
  self->wrong_tag = gtk_text_buffer_create_tag (get_buffer (self), NULL, "underline", PANGO_UNDERLINE_ERROR, NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_dark), self,
                           G_CONNECT_SWAPPED);
  follow_dark (self);
}

static void
ensure_view (WeirPayloadEditor *self)
{
  GtkWidget *view;

  if (self->view != NULL)
    return;
  view = gtk_source_view_new ();
  self->view = GTK_SOURCE_VIEW (view);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE); /* Tab leaves the editor: people come by keyboard */
  weir_focus_make_tab_leave (view);                            /* Shift+Tab too, which an editor of 5.6 keeps */
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 8);
  gtk_source_view_set_show_line_numbers (self->view, TRUE);
  gtk_source_view_set_auto_indent (self->view, TRUE);
  gtk_source_view_set_tab_width (self->view, 2);
  gtk_source_view_set_insert_spaces_instead_of_tabs (self->view, TRUE);
  update_language (self, "", 0, 0);
  weir_source_style_follow (self->view);
  make_tags (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("JSON payload"), -1);
  g_signal_connect_object (get_buffer (self), "insert-text", G_CALLBACK (insert_text_cb), self, 0);
  gtk_text_buffer_set_text (get_buffer (self), self->text, -1);
  self->veil = weir_key_veil_new (get_buffer (self));
  g_signal_connect_object (get_buffer (self), "changed", G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), view);
  self->placeholders = weir_placeholder_popover_new (GTK_TEXT_VIEW (view));
  gtk_widget_set_parent (self->placeholders, GTK_WIDGET (self));
}

static void
weir_payload_editor_map (GtkWidget *widget)
{
  ensure_view (WEIR_PAYLOAD_EDITOR (widget));
  look (WEIR_PAYLOAD_EDITOR (widget));
  GTK_WIDGET_CLASS (weir_payload_editor_parent_class)->map (widget);
}

static gboolean
weir_payload_editor_grab_focus (GtkWidget *widget)
{
  WeirPayloadEditor *self = WEIR_PAYLOAD_EDITOR (widget);

  if (self->large != NULL)
    return gtk_widget_child_focus (self->chip, GTK_DIR_TAB_FORWARD);
  return self->view != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
weir_payload_editor_dispose (GObject *object)
{
  WeirPayloadEditor *self = WEIR_PAYLOAD_EDITOR (object);

  g_clear_handle_id (&self->look, g_source_remove);
  if (self->veil != NULL)
    {
      g_free (self->text);
      self->text = weir_key_veil_dup_text (self->veil);
    }
  g_clear_pointer (&self->veil, weir_key_veil_free);
  g_clear_pointer (&self->placeholders, gtk_widget_unparent);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->chip, gtk_widget_unparent);
  g_clear_pointer (&self->problem, gtk_widget_unparent);
  self->view = NULL;
  G_OBJECT_CLASS (weir_payload_editor_parent_class)->dispose (object);
}

static void
weir_payload_editor_finalize (GObject *object)
{
  WeirPayloadEditor *self = WEIR_PAYLOAD_EDITOR (object);

  g_free (self->text);
  g_free (self->large);
  g_clear_pointer (&self->schema, weir_schema_free);
  G_OBJECT_CLASS (weir_payload_editor_parent_class)->finalize (object);
}

static void
weir_payload_editor_class_init (WeirPayloadEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_payload_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_payload_editor_finalize;
  widget_class->map = weir_payload_editor_map;
  widget_class->grab_focus = weir_payload_editor_grab_focus;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_PAYLOAD_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirpayloadeditor");
}

static void
weir_payload_editor_init (WeirPayloadEditor *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->text = g_strdup ("{}");
  self->is_valid = TRUE;
  self->status = "";
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller), MIN_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_widget_set_overflow (self->scroller, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (self->scroller, "card");
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->chip = weir_payload_chip_new ();
  gtk_widget_set_visible (self->chip, FALSE);
  g_signal_connect_swapped (self->chip, "removed", G_CALLBACK (removed_cb), self);
  gtk_widget_set_parent (self->chip, GTK_WIDGET (self));
  self->problem = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->problem), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->problem), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->problem), 0);
  gtk_widget_add_css_class (self->problem, "problem");
  gtk_widget_set_visible (self->problem, FALSE);
  gtk_widget_set_parent (self->problem, GTK_WIDGET (self));
}

void
weir_payload_editor_set_text (WeirPayloadEditor *self, const char *text)
{
  GtkTextIter start, end;

  if (self->view == NULL)
    {
      g_free (self->text);
      self->text = g_strdup (text);
      look (self);
      return;
    }
  set_large (self, is_too_much (text, strlen (text), 0) ? g_strdup (text) : NULL);
  if (self->large != NULL) /* the editor keeps what stands in it */
    {
      look (self);
      return;
    }
  gtk_text_buffer_begin_user_action (get_buffer (self)); /* a set_text () could not be undone */
  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  gtk_text_buffer_delete (get_buffer (self), &start, &end);
  gtk_text_buffer_insert (get_buffer (self), &start, text, -1);
  gtk_text_buffer_end_user_action (get_buffer (self));
  weir_payload_editor_look_now (self);
}

void
weir_payload_editor_insert (WeirPayloadEditor *self, const char *text)
{
  ensure_view (self);
  if (self->large != NULL) /* there is no cursor in it */
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("This payload is too much to edit"));
      return;
    }
  gtk_text_buffer_begin_user_action (get_buffer (self));
  gtk_text_buffer_delete_selection (get_buffer (self), TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (get_buffer (self), text, -1);
  gtk_text_buffer_end_user_action (get_buffer (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
weir_payload_editor_set_schema (WeirPayloadEditor *self, WeirSchema *schema)
{
  g_clear_pointer (&self->schema, weir_schema_free);
  self->schema = schema;
  look (self);
}

gboolean
weir_payload_editor_is_valid (WeirPayloadEditor *self)
{
  weir_payload_editor_look_now (self);
  return self->is_valid;
}

const char *
weir_payload_editor_get_status (WeirPayloadEditor *self)
{
  return self->status;
}

void
weir_payload_editor_show_problem (WeirPayloadEditor *self)
{
  g_autofree char *text = weir_payload_editor_dup_text (self);
  GtkTextIter iter;

  if (self->view == NULL || self->large != NULL || self->is_valid)
    return;
  get_iter (self, text, self->wrong_at, &iter);
  gtk_text_buffer_place_cursor (get_buffer (self), &iter);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (get_buffer (self)));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
