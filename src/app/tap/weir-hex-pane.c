/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-figures.h"
#include "weir-format.h"
#include "weir-number.h"
#include "weir-preview.h"

#define TEXT_CHARS 40

struct _WeirHexPane
{
  GtkWidget parent_instance;

  AdwFlap *flap;
  WeirHexView *view;
  GtkLabel *summary;
  GtkToggleButton *big_endian;
  WeirFigures *figures;
  guint fold_idle;
};

G_DEFINE_FINAL_TYPE (WeirHexPane, weir_hex_pane, GTK_TYPE_WIDGET)

typedef struct
{
  const guint8 *data;
  gsize start, end; /* equal: nothing is selected */
} Selection;

static Selection
get_selection (WeirHexPane *self)
{
  GBytes *bytes = weir_hex_view_get_bytes (self->view);
  Selection selection = { NULL, 0, 0 };

  if (bytes != NULL && weir_hex_view_get_selection (self->view, &selection.start, &selection.end))
    selection.data = g_bytes_get_data (bytes, NULL);
  return selection;
}

static void
set_line (WeirHexPane *self, guint line, const char *name, const char *value)
{
  weir_figures_set (self->figures, line, name, value != NULL ? value : "–", WEIR_TONE_PLAIN);
}

static char *
dup_offset (gsize offset)
{
  return g_strdup_printf ("0x%" G_GSIZE_MODIFIER "x", offset);
}

static void
update_card (WeirHexPane *self, const Selection *selection)
{
  static const WeirNumber numbers[] = { WEIR_NUMBER_U8,  WEIR_NUMBER_I8,  WEIR_NUMBER_U16, WEIR_NUMBER_I16,
                                        WEIR_NUMBER_U32, WEIR_NUMBER_I32, WEIR_NUMBER_U64, WEIR_NUMBER_I64,
                                        WEIR_NUMBER_F32, WEIR_NUMBER_F64 };
  gsize len = selection->end - selection->start;
  g_autofree char *count = len > 0 ? weir_format_count (len) : NULL;
  g_autofree char *from = len > 0 ? dup_offset (selection->start) : NULL;
  g_autofree char *to = len > 0 ? dup_offset (selection->end - 1) : NULL;
  g_autofree char *text = len > 0 ? weir_preview_line (selection->data + selection->start, len, TEXT_CHARS) : NULL;

  set_line (self, 0, _ ("Bytes"), count);
  set_line (self, 1, C_ ("first byte", "From"), from);
  set_line (self, 2, C_ ("last byte", "To"), to);
  set_line (self, 3, C_ ("viewer", "Text"), text);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *value = len > 0 ? weir_number_dup_text (numbers[i], selection->data + selection->start, len,
                                                               gtk_toggle_button_get_active (self->big_endian))
                                       : NULL;

      set_line (self, 4 + i, weir_number_get_name (numbers[i]), value);
    }
}

/* "9 bytes, 0x56 – 0x5e · u16 26 980": the largest number that fits. */
static void
update_summary (WeirHexPane *self, const Selection *selection)
{
  static const WeirNumber numbers[] = { WEIR_NUMBER_U64, WEIR_NUMBER_U32, WEIR_NUMBER_U16, WEIR_NUMBER_U8 };
  gsize len = selection->end - selection->start;
  g_autofree char *count = weir_format_count (len), *from = dup_offset (selection->start);
  g_autofree char *to = dup_offset (selection->end - (len > 0 ? 1 : 0)), *value = NULL, *text = NULL;
  guint i;

  gtk_widget_set_visible (GTK_WIDGET (self->summary), adw_flap_get_folded (self->flap) && len > 0);
  if (len == 0)
    return;
  for (i = 0; value == NULL && i < G_N_ELEMENTS (numbers); i++)
    value = weir_number_dup_text (numbers[i], selection->data + selection->start, len,
                                  gtk_toggle_button_get_active (self->big_endian));
  /* TRANSLATORS: bytes that are selected, the first's and the last's offset, a number and its type */
  text = g_strdup_printf (ngettext ("%s byte, %s – %s · %s %s", "%s bytes, %s – %s · %s %s", len), count, from, to,
                          weir_number_get_name (numbers[i - 1]), value);
  gtk_label_set_text (self->summary, text);
}

static void
update (WeirHexPane *self)
{
  Selection selection = get_selection (self);

  update_card (self, &selection);
  update_summary (self, &selection);
}

/* --- room --- */

static gboolean
fold_cb (gpointer user_data)
{
  WeirHexPane *self = user_data;

  self->fold_idle = 0;
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_folded (self->flap));
  update (self);
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, when nothing may change its size. */
static void
folded_cb (WeirHexPane *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

static void
weir_hex_pane_dispose (GObject *object)
{
  WeirHexPane *self = WEIR_HEX_PANE (object);

  g_clear_handle_id (&self->fold_idle, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_HEX_PANE);
  G_OBJECT_CLASS (weir_hex_pane_parent_class)->dispose (object);
}

static void
weir_hex_pane_class_init (WeirHexPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_hex_pane_dispose;
  g_type_ensure (WEIR_TYPE_HEX_VIEW);
  g_type_ensure (WEIR_TYPE_FIGURES);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-hex-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirHexPane, flap);
  gtk_widget_class_bind_template_child (widget_class, WeirHexPane, view);
  gtk_widget_class_bind_template_child (widget_class, WeirHexPane, summary);
  gtk_widget_class_bind_template_child (widget_class, WeirHexPane, big_endian);
  gtk_widget_class_bind_template_child (widget_class, WeirHexPane, figures);
  gtk_widget_class_bind_template_callback (widget_class, update);
}

static void
weir_hex_pane_init (WeirHexPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->view, "selection-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

GtkWidget *
weir_hex_pane_new (void)
{
  return g_object_new (WEIR_TYPE_HEX_PANE, NULL);
}

WeirHexView *
weir_hex_pane_get_view (WeirHexPane *self)
{
  g_return_val_if_fail (WEIR_IS_HEX_PANE (self), NULL);

  return self->view;
}

guint
weir_hex_pane_set_needle (WeirHexPane *self, WeirNeedle *needle)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (WeirHexHit));
  GBytes *bytes = weir_hex_view_get_bytes (self->view);
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  WeirHexHit hit = { 0, 0 };

  while (needle != NULL && hits->len < WEIR_HEX_PANE_MAX_HITS &&
         weir_needle_find (needle, data, size, hit.end, &hit.start, &hit.end) == WEIR_NEEDLE_FOUND)
    g_array_append_val (hits, hit);
  weir_hex_view_set_hits (self->view, (const WeirHexHit *) hits->data, hits->len, hits->len > 0 ? 0 : -1);
  return hits->len;
}

GBytes *
weir_hex_pane_dup_shown (WeirHexPane *self)
{
  GBytes *bytes = weir_hex_view_get_bytes (self->view);
  Selection selection = get_selection (self);

  if (bytes == NULL)
    return NULL;
  return selection.data != NULL ? g_bytes_new_from_bytes (bytes, selection.start, selection.end - selection.start)
                                : g_bytes_ref (bytes);
}
