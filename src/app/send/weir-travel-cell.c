/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-travel-cell.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-key-mask.h"
#include "weir-list.h"
#include "weir-preview.h"

/* As much as a row can show. */
#define ROW_CHARS     240
#define ROW_HEX_BYTES 12

struct _WeirTravelCell
{
  GtkWidget parent_instance;

  WeirTravelColumn column;
  GtkImage *icon; /* nullable: of the way */
  GtkInscription *text;
  const char *row_class; /* put on the row; nullable */
};

G_DEFINE_FINAL_TYPE (WeirTravelCell, weir_travel_cell, GTK_TYPE_WIDGET)

static gboolean
is_message (WeirTravel *travel)
{
  WeirTravelKind kind = weir_travel_get_kind (travel);

  return kind == WEIR_TRAVEL_TEXT || kind == WEIR_TRAVEL_BINARY;
}

/* --- what the cells say --- */

static const char *
kind_word (WeirTravelKind kind)
{
  switch (kind)
    {
    case WEIR_TRAVEL_CALL:
      return C_ ("what travelled", "Call");
    case WEIR_TRAVEL_ANSWER:
      return C_ ("what travelled", "Answer");
    case WEIR_TRAVEL_ERROR:
      return C_ ("what travelled", "Error");
    case WEIR_TRAVEL_TEXT:
      return C_ ("what travelled", "Text");
    case WEIR_TRAVEL_BINARY:
      return C_ ("what travelled", "Binary");
    case WEIR_TRAVEL_GAP:
      return "";
    case WEIR_TRAVEL_EVENT:
    default:
      return C_ ("what travelled", "Event");
    }
}

static const char *
way_words (WeirTravel *travel)
{
  if (weir_travel_get_kind (travel) == WEIR_TRAVEL_GAP)
    return "";
  /* Translators: which way something went: to the function that was called (the peer), or from it */
  return weir_travel_get_way (travel) == WEIR_WAY_TO ? _ ("to it") : _ ("from it");
}

static char *
describe_gap (WeirTravel *travel)
{
  guint64 n = weir_travel_get_number (travel);
  g_autofree char *count = weir_format_count (n);

  return g_strdup_printf (ngettext ("%s message is not listed", "%s messages are not listed", n), count);
}

static char *
describe_binary (const guint8 *data, gsize size)
{
  gsize shown = MIN (size, ROW_HEX_BYTES);
  g_autofree char *hex = weir_preview_hex (data, shown);
  g_autofree char *characters = weir_preview_characters (data, shown);

  return g_strdup_printf ("%s   %s", hex, characters);
}

static char *
describe_content (WeirTravel *travel)
{
  gsize len;
  const guint8 *data = weir_travel_get_data (travel, &len);
  g_autoptr (GBytes) bytes = g_bytes_new (data, len);
  g_autoptr (GBytes) masked = NULL;

  if (weir_travel_get_kind (travel) == WEIR_TRAVEL_GAP)
    return describe_gap (travel);
  if (is_message (travel) && weir_travel_get_size (travel) == 0)
    return g_strdup (_ ("(empty)"));
  masked = weir_key_mask (bytes, NULL);
  data = g_bytes_get_data (masked, &len);
  return weir_travel_get_kind (travel) == WEIR_TRAVEL_BINARY ? describe_binary (data, len)
                                                             : weir_preview_line (data, len, ROW_CHARS);
}

/* What it holds, behind for how long it was held. */
static char *
describe_message (WeirTravel *travel)
{
  g_autofree char *content = describe_content (travel);
  g_autofree char *held = weir_format_duration (weir_travel_get_held_us (travel));

  if (weir_travel_get_held_us (travel) == 0)
    return g_steal_pointer (&content);
  /* Translators: for how long a message could not be written, and what it holds: “held 1.2 s · 68 65 6c 6c 6f” */
  return g_strdup_printf (_ ("held %s · %s"), held, content);
}

static char *
describe_number (WeirTravel *travel)
{
  return is_message (travel) ? weir_format_count (weir_travel_get_number (travel)) : g_strdup ("");
}

static char *
describe_size (WeirTravel *travel)
{
  guint64 size = weir_travel_get_size (travel);

  return size > 0 || is_message (travel) ? weir_format_bytes_exact (size) : g_strdup ("");
}

static char *
describe (WeirTravelCell *self, WeirTravel *travel)
{
  switch (self->column)
    {
    case WEIR_TRAVEL_COLUMN_NUMBER:
      return describe_number (travel);
    case WEIR_TRAVEL_COLUMN_TIME:
      return weir_travel_get_kind (travel) == WEIR_TRAVEL_GAP ? g_strdup ("")
                                                              : weir_format_delta_fine (weir_travel_get_at_us (travel));
    case WEIR_TRAVEL_COLUMN_WAY:
      return g_strdup (way_words (travel));
    case WEIR_TRAVEL_COLUMN_KIND:
      return g_strdup (kind_word (weir_travel_get_kind (travel)));
    case WEIR_TRAVEL_COLUMN_SIZE:
      return describe_size (travel);
    case WEIR_TRAVEL_COLUMN_CONTENT:
    case WEIR_TRAVEL_N_COLUMNS:
    default:
      return describe_message (travel);
    }
}

/* --- showing it --- */

static const char *
get_row_class (WeirTravel *travel)
{
  switch (weir_travel_get_kind (travel))
    {
    case WEIR_TRAVEL_GAP:
      return "gap";
    case WEIR_TRAVEL_ERROR:
      return "error";
    case WEIR_TRAVEL_EVENT:
    case WEIR_TRAVEL_CALL:
      return "event";
    case WEIR_TRAVEL_ANSWER:
    case WEIR_TRAVEL_TEXT:
    case WEIR_TRAVEL_BINARY:
    default:
      return NULL;
    }
}

/* "to it", or of several channels "to it, channel in". */
static char *
describe_way (WeirTravel *travel, const char *channel)
{
  if (channel == NULL)
    return g_strdup (way_words (travel));
  /* Translators: which way something went ("to it"), and the name or the id of its channel */
  return g_strdup_printf (_ ("%s, channel %s"), way_words (travel), channel);
}

/* The row is read as one thing by assistive tools. */
static void
name_row (WeirTravelCell *self, WeirTravel *travel, const char *channel, const char *content)
{
  GtkWidget *row = weir_list_get_row (GTK_WIDGET (self));
  g_autofree char *number = describe_number (travel), *size = describe_size (travel), *name = NULL,
                  *way = describe_way (travel, channel);

  if (row == NULL)
    return;
  /* Translators: kind of message, its number, which way it went, its size: its content */
  name = is_message (travel) ? g_strdup_printf (_ ("%s %s %s, %s: %s"), kind_word (weir_travel_get_kind (travel)),
                                                number, way, size, content)
                             : g_strdup_printf ("%s %s: %s", kind_word (weir_travel_get_kind (travel)), way, content);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_way (WeirTravelCell *self, WeirTravel *travel)
{
  gboolean is_to = weir_travel_get_way (travel) == WEIR_WAY_TO,
           is_gap = weir_travel_get_kind (travel) == WEIR_TRAVEL_GAP;

  gtk_image_set_from_icon_name (self->icon, is_gap ? NULL : is_to ? "go-next-symbolic" : "go-previous-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "way-to");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "way-from");
  gtk_widget_add_css_class (GTK_WIDGET (self), is_to ? "way-to" : "way-from");
}

static void
set_monospace (WeirTravelCell *self, gboolean is_monospace)
{
  if (is_monospace)
    gtk_widget_add_css_class (GTK_WIDGET (self->text), "monospace");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->text), "monospace");
}

void
weir_travel_cell_bind (WeirTravelCell *self, WeirTravel *travel, const char *channel)
{
  g_autofree char *text = NULL;

  g_return_if_fail (WEIR_IS_TRAVEL_CELL (self));

  if (travel == NULL)
    {
      weir_list_set_row_class (GTK_WIDGET (self), &self->row_class, NULL);
      return;
    }
  /* The arrow says which way. */
  text = self->column == WEIR_TRAVEL_COLUMN_WAY && channel != NULL ? g_strdup (channel) : describe (self, travel);
  gtk_inscription_set_text (self->text, text);
  if (self->icon != NULL)
    update_way (self, travel);
  if (self->column == WEIR_TRAVEL_COLUMN_CONTENT)
    {
      set_monospace (self, is_message (travel) || weir_travel_get_kind (travel) == WEIR_TRAVEL_ANSWER);
      weir_list_set_row_class (GTK_WIDGET (self), &self->row_class, get_row_class (travel));
      name_row (self, travel, channel, text);
    }
}

/* --- the type --- */

static void
weir_travel_cell_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (weir_travel_cell_parent_class)->dispose (object);
}

static void
weir_travel_cell_class_init (WeirTravelCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_travel_cell_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "weirtravelcell");
}

static void
weir_travel_cell_init (WeirTravelCell *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
}

GtkWidget *
weir_travel_cell_new (WeirTravelColumn column)
{
  static const int chars[WEIR_TRAVEL_N_COLUMNS] = { 5, 9, 7, 6, 9, 10 };
  WeirTravelCell *self = g_object_new (WEIR_TYPE_TRAVEL_CELL, NULL);
  gboolean is_figure =
      column == WEIR_TRAVEL_COLUMN_NUMBER || column == WEIR_TRAVEL_COLUMN_TIME || column == WEIR_TRAVEL_COLUMN_SIZE;

  self->column = column;
  if (column == WEIR_TRAVEL_COLUMN_WAY)
    {
      self->icon = GTK_IMAGE (gtk_image_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->icon), GTK_WIDGET (self));
    }
  self->text = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_min_chars (self->text, chars[column]);
  gtk_inscription_set_nat_chars (self->text, chars[column]);
  gtk_inscription_set_text_overflow (self->text, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (self->text, is_figure ? 1 : 0);
  if (is_figure)
    gtk_widget_add_css_class (GTK_WIDGET (self->text), "numeric");
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->text), GTK_ALIGN_CENTER);
  gtk_widget_set_parent (GTK_WIDGET (self->text), GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
