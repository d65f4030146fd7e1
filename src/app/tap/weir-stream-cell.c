/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-cell.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-row-hits.h"

/* As much as a row can show. */
#define ROW_BYTES 600
#define ROW_CHARS 300

/* At the least; in a narrow window of large text there is no more room. */
#define ORIGIN_CHARS 11
#define TEXT_CHARS   6

struct _WeirStreamCell
{
  GtkWidget parent_instance;

  GtkInscription *origin;
  GtkWidget *mark; /* of what is garbled */
  GtkInscription *text;
  WeirStream *stream; /* nullable */
  WeirNeedle *needle; /* nullable */
  WeirJoined joined;
  gboolean is_gap;
  GCancellable *loading; /* nullable */
};

G_DEFINE_FINAL_TYPE (WeirStreamCell, weir_stream_cell, GTK_TYPE_WIDGET)

char *
weir_stream_cell_dup_origin (WeirStream *stream, WeirJoined item)
{
  guint64 first, last;
  g_autofree char *from = NULL, *to = NULL;

  if ((item.flags & WEIR_JOINED_GAP) != 0 || !weir_stream_get_messages (stream, item, &first, &last))
    return NULL;
  from = weir_format_count (first);
  to = weir_format_count (last);
  return first == last ? g_steal_pointer (&from) : g_strdup_printf ("%s – %s", from, to);
}

const char *
weir_stream_cell_describe_flags (WeirJoined item)
{
  gboolean has_start = (item.flags & WEIR_JOINED_NO_START) == 0, has_end = (item.flags & WEIR_JOINED_NO_END) == 0;

  if (!has_start && !has_end)
    return _ ("Its beginning and its end may be missing");
  if (!has_start)
    return _ ("Its beginning may be missing");
  if (!has_end)
    return _ ("Its end is missing");
  if ((item.flags & WEIR_JOINED_GOES_ON) != 0)
    return _ ("Too long for one line: it goes on in the next");
  if ((item.flags & WEIR_JOINED_CONTINUED) != 0)
    return _ ("It goes on from the line before");
  if ((item.flags & WEIR_JOINED_OPEN) != 0)
    return _ ("Not complete yet");
  return NULL;
}

static void
name_row (WeirStreamCell *self, const char *text)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *flags = weir_stream_cell_describe_flags (self->joined);
  gboolean is_garbled = (self->joined.flags & WEIR_JOINED_GARBLED) != 0;
  g_autofree char *origin = weir_stream_cell_dup_origin (self->stream, self->joined);
  GString *name = g_string_new (text);

  if (is_garbled)
    g_string_append_printf (name, ". %s", _ ("Garbled"));
  if (flags != NULL && !self->is_gap)
    g_string_append_printf (name, ". %s", flags);
  if (origin != NULL)
    {
      g_string_append (name, ". ");
      g_string_append_printf (name, _ ("Messages %s"), origin);
    }
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
  g_string_free (name, TRUE);
}

/* In what is read of the item, not in what says that a part of it is missing. */
static void
light_hits (WeirStreamCell *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (!self->is_gap)
    weir_row_hits_light_all (GTK_WIDGET (self), attributes, gtk_inscription_get_text (self->text), self->needle);
  gtk_inscription_set_attributes (self->text, attributes);
}

/* What is not whole has its ends marked. */
static void
set_text (WeirStreamCell *self, const char *text)
{
  guint32 flags = self->joined.flags;
  gboolean begins = (flags & (WEIR_JOINED_NO_START | WEIR_JOINED_CONTINUED)) == 0 || self->is_gap;
  gboolean ends = (flags & (WEIR_JOINED_NO_END | WEIR_JOINED_GOES_ON | WEIR_JOINED_OPEN)) == 0 || self->is_gap;
  g_autofree char *shown = g_strdup_printf ("%s%s%s", begins ? "" : "… ", text, ends ? "" : " …");

  gtk_inscription_set_text (self->text, shown);
  light_hits (self);
  name_row (self, text);
}

static void
show_bytes (WeirStreamCell *self, GBytes *bytes)
{
  g_autoptr (GBytes) masked = weir_stream_mask (bytes, weir_stream_get_lead (self->stream, self->joined.start));
  gsize size;
  const guint8 *data = g_bytes_get_data (masked, &size);
  g_autofree char *line = weir_stream_text_line (weir_stream_get_form (self->stream), data, size, ROW_CHARS);

  set_text (self, line);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirStreamCell) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* it shows another by now */
    return;
  g_clear_object (&self->loading);
  if (bytes != NULL)
    show_bytes (self, bytes);
  else
    set_text (self, error->message);
}

static void
show_item (WeirStreamCell *self)
{
  gsize lead = weir_stream_get_lead (self->stream, self->joined.start);
  gsize len = lead + MIN (self->joined.len, ROW_BYTES);
  g_autoptr (GBytes) bytes = weir_stream_peek (self->stream, self->joined.start - lead, len);

  if (bytes != NULL)
    {
      show_bytes (self, bytes);
      return;
    }
  gtk_inscription_set_text (self->text, "…");
  self->loading = g_cancellable_new ();
  weir_stream_read_async (self->stream, self->joined.start - lead, len, self->loading, loaded_cb, g_object_ref (self));
}

static void
stop (WeirStreamCell *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

void
weir_stream_cell_set_needle (WeirStreamCell *self, WeirNeedle *needle)
{
  g_return_if_fail (WEIR_IS_STREAM_CELL (self));

  if (needle != NULL)
    weir_needle_ref (needle);
  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = needle;
  if (gtk_inscription_get_text (self->text) != NULL)
    light_hits (self);
}

void
weir_stream_cell_bind (WeirStreamCell *self, WeirStream *stream, WeirStreamItem *item)
{
  g_autofree char *origin = NULL, *gap = NULL;

  g_return_if_fail (WEIR_IS_STREAM_CELL (self));

  stop (self);
  g_set_object (&self->stream, stream);
  if (item == NULL)
    return;
  self->joined = weir_stream_item_get_joined (item);
  self->is_gap = (self->joined.flags & WEIR_JOINED_GAP) != 0;
  gtk_widget_set_visible (self->mark, (self->joined.flags & WEIR_JOINED_GARBLED) != 0);
  origin = weir_stream_cell_dup_origin (stream, self->joined);
  gtk_inscription_set_text (self->origin, origin != NULL ? origin : "");
  if (self->is_gap)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "gap");
      gap = weir_stream_describe_gap (stream, self->joined);
      set_text (self, gap);
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self), "gap");
  show_item (self);
}

static void
weir_stream_cell_dispose (GObject *object)
{
  WeirStreamCell *self = WEIR_STREAM_CELL (object);
  GtkWidget *child;

  stop (self);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->needle, weir_needle_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (weir_stream_cell_parent_class)->dispose (object);
}

static void
weir_stream_cell_class_init (WeirStreamCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_stream_cell_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "weirstreamcell");
}

static GtkInscription *
add_inscription (WeirStreamCell *self, guint chars, float xalign)
{
  GtkInscription *inscription = GTK_INSCRIPTION (gtk_inscription_new (NULL));

  gtk_inscription_set_min_chars (inscription, chars);
  gtk_inscription_set_nat_chars (inscription, chars);
  gtk_inscription_set_text_overflow (inscription, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (inscription, xalign);
  gtk_widget_set_valign (GTK_WIDGET (inscription), GTK_ALIGN_CENTER); /* one line, whatever would fit */
  gtk_widget_set_parent (GTK_WIDGET (inscription), GTK_WIDGET (self));
  return inscription;
}

static void
weir_stream_cell_init (WeirStreamCell *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 12);
  self->origin = add_inscription (self, ORIGIN_CHARS, 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->origin), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->origin), "origin");
  self->mark = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_add_css_class (self->mark, "tone-warning");
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));
  self->text = add_inscription (self, TEXT_CHARS, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "monospace");
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
}

GtkWidget *
weir_stream_cell_new (void)
{
  return g_object_new (WEIR_TYPE_STREAM_CELL, NULL);
}
