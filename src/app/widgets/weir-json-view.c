/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json-view.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "weir-folding.h"
#include "weir-format.h"
#include "weir-json-lexer.h"
#include "weir-key-mask.h"
#include "weir-payload.h"
#include "weir-preview.h"
#include "weir-source-style.h"

#define MAX_HEIGHT 360

struct _WeirJsonView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkSourceView *view; /* nullable: until there is something to show, since the first one costs 60 ms */
  char *name;          /* nullable */
  GtkWidget *notice;
  WeirFolding *folding;
  GBytes *json; /* nullable: masked */
};

G_DEFINE_FINAL_TYPE (WeirJsonView, weir_json_view, GTK_TYPE_WIDGET)

static void
folding_gone_cb (gpointer user_data, GObject *view)
{
  weir_folding_free (user_data);
}

static void
update_name (WeirJsonView *self)
{
  if (self->view != NULL && self->name != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, self->name, -1);
}

static void
ensure_view (WeirJsonView *self)
{
  GtkWidget *view;

  if (self->view != NULL)
    return;
  view = gtk_source_view_new ();
  self->view = GTK_SOURCE_VIEW (view);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  weir_source_style_follow (self->view);
  self->folding = weir_folding_new (self->view);
  g_object_weak_ref (G_OBJECT (view), folding_gone_cb, self->folding);
  update_name (self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), view);
}

static void
show_notice (WeirJsonView *self, gsize size, guint n_broken)
{
  g_autofree char *broken = weir_payload_describe_broken (n_broken), *cut = NULL, *text = NULL;

  if (size > WEIR_JSON_VIEW_MAX_SIZE)
    {
      g_autofree char *limit = weir_format_limit (WEIR_JSON_VIEW_MAX_SIZE);
      g_autofree char *whole = weir_format_bytes_exact (size);

      cut = g_strdup_printf (_ ("Shown are the first %s of %s: copy it for all of it."), limit, whole);
    }
  text = cut != NULL && broken != NULL ? g_strdup_printf ("%s %s", cut, broken) : NULL;
  gtk_label_set_text (GTK_LABEL (self->notice), text != NULL ? text : cut != NULL ? cut : broken);
  gtk_widget_set_visible (self->notice, cut != NULL || broken != NULL);
}

static void
show_text (WeirJsonView *self)
{
  GtkTextBuffer *buffer;
  gsize size = 0;
  guint n_broken;
  const char *data = self->json != NULL ? g_bytes_get_data (self->json, &size) : "";
  g_autofree char *laid_out = weir_json_layout (data, MIN (size, WEIR_JSON_VIEW_MAX_SIZE));
  g_autofree char *lines = weir_preview_lines ((const guint8 *) laid_out, strlen (laid_out));
  g_autofree char *broken = weir_payload_break_lines (lines, &n_broken);

  ensure_view (self);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  weir_source_style_set_json (self->view, TRUE);
  gtk_text_buffer_set_text (buffer, broken, -1);
  weir_folding_reset (self->folding, TRUE);
  show_notice (self, size, n_broken);
}

static void
weir_json_view_dispose (GObject *object)
{
  WeirJsonView *self = WEIR_JSON_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->notice, gtk_widget_unparent);
  g_clear_pointer (&self->json, g_bytes_unref);
  g_clear_pointer (&self->name, g_free);
  self->view = NULL;
  G_OBJECT_CLASS (weir_json_view_parent_class)->dispose (object);
}

static void
weir_json_view_class_init (WeirJsonViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_json_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "weirjsonview");
}

static void
weir_json_view_init (WeirJsonView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->notice = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->notice), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->notice), 0);
  gtk_widget_add_css_class (self->notice, "notice");
  gtk_widget_add_css_class (self->notice, "tone-warning");
  gtk_widget_set_visible (self->notice, FALSE);
  gtk_widget_set_parent (self->notice, GTK_WIDGET (self));
}

void
weir_json_view_set_name (WeirJsonView *self, const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
  update_name (self);
}

GtkWidget *
weir_json_view_new (const char *name)
{
  WeirJsonView *self = g_object_new (WEIR_TYPE_JSON_VIEW, NULL);

  weir_json_view_set_name (self, name);
  return GTK_WIDGET (self);
}

void
weir_json_view_set_json (WeirJsonView *self, GBytes *json)
{
  g_autoptr (GBytes) masked = json != NULL ? weir_key_mask (json, NULL) : NULL;

  if (self->json != NULL && masked != NULL && g_bytes_equal (self->json, masked))
    return; /* what is folded stays so */
  if (self->json == NULL && masked == NULL)
    return;
  g_clear_pointer (&self->json, g_bytes_unref);
  self->json = g_steal_pointer (&masked);
  show_text (self);
}

char *
weir_json_view_dup_text (WeirJsonView *self)
{
  gsize size = 0;
  const guint8 *data = self->json != NULL ? g_bytes_get_data (self->json, &size) : NULL;

  return weir_preview_lines (data, size);
}
