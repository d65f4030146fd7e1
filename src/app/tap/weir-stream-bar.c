/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-bar.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-text-scale.h"

struct _WeirStreamBar
{
  GtkWidget parent_instance;

  GtkBox *box; /* all of it */
  GtkOrientable *buttons;
  GtkMenuButton *content_button;
  GtkLabel *caption;
  GtkWidget *next_button;

  WeirStream *stream; /* nullable */
  GSimpleAction *read_as;
};

enum
{
  NEXT_GARBLED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirStreamBar, weir_stream_bar, GTK_TYPE_WIDGET)

/* --- what is chosen --- */

/* As the menu has them. */
static const char *const content_ids[] = {
  [WEIR_CONTENT_BINARY] = "binary", [WEIR_CONTENT_TEXT] = "text", [WEIR_CONTENT_JSON] = "json",
  [WEIR_CONTENT_NDJSON] = "ndjson", [WEIR_CONTENT_SSE] = "sse",   [WEIR_CONTENT_CSV] = "csv",
};

static void
read_as_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  WeirStreamBar *self = user_data;
  WeirContent content = 0;

  if (self->stream == NULL)
    return;
  while (content < G_N_ELEMENTS (content_ids) &&
         !g_str_equal (g_variant_get_string (value, NULL), content_ids[content]))
    content++;
  g_simple_action_set_state (action, value);
  weir_stream_read_as (self->stream, content < G_N_ELEMENTS (content_ids) ? &content : NULL);
}

static void
next_cb (WeirStreamBar *self)
{
  g_signal_emit (self, signals[NEXT_GARBLED], 0);
}

/* --- what is said --- */

static char *
describe_items (WeirStream *stream)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (stream)) - weir_stream_get_n_gaps (stream);
  g_autofree char *count = weir_format_count (n);

  switch (weir_stream_get_content (stream))
    {
    case WEIR_CONTENT_SSE:
      return g_strdup_printf (ngettext ("%s event", "%s events", n), count);
    case WEIR_CONTENT_JSON:
      return g_strdup_printf (ngettext ("%s value", "%s values", n), count);
    case WEIR_CONTENT_CSV:
      /* Translators: of a table, whose first record says what is in the columns */
      return g_strdup_printf (ngettext ("%s record with the head", "%s records with the head", n), count);
    case WEIR_CONTENT_NDJSON:
    case WEIR_CONTENT_TEXT:
      return g_strdup_printf (ngettext ("%s line", "%s lines", n), count);
    case WEIR_CONTENT_BINARY:
    case WEIR_CONTENT_IMAGE:
    default:
      return NULL;
    }
}

static void
append_part (GString *text, char *part)
{
  if (part != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
  g_free (part);
}

static char *
describe_origin (WeirStream *stream)
{
  guint n = weir_stream_get_n_messages (stream);
  g_autofree char *size = weir_format_bytes_exact (weir_stream_get_size (stream));
  g_autofree char *count = weir_format_count (n);

  return g_strdup_printf (ngettext ("%s in %s message", "%s in %s messages", n), size, count);
}

static void
append_faults (GString *text, WeirStream *stream)
{
  guint n_gaps = weir_stream_get_n_gaps (stream), n_garbled = weir_stream_get_n_garbled (stream);
  g_autofree char *gaps = weir_format_count (n_gaps), *garbled = weir_format_count (n_garbled);

  if (n_garbled > 0) /* Translators: lines, events or values that came damaged */
    append_part (text, g_strdup_printf (ngettext ("%s garbled", "%s garbled", n_garbled), garbled));
  if (n_gaps > 0)
    append_part (text, g_strdup_printf (ngettext ("%s gap", "%s gaps", n_gaps), gaps));
  if (weir_stream_get_content (stream) == WEIR_CONTENT_BINARY && weir_stream_get_size (stream) > WEIR_STREAM_MAX_JOINED)
    append_part (text, g_strdup (_ ("shown are the first bytes")));
  if (weir_stream_is_full (stream))
    append_part (text, g_strdup (_ ("what comes now is not joined any more: it is too much")));
  if (weir_stream_is_reading (stream))
    append_part (text, g_strdup (_ ("reading…")));
}

void
weir_stream_bar_update (WeirStreamBar *self, const char *trouble)
{
  GString *text = g_string_new (trouble);

  g_return_if_fail (WEIR_IS_STREAM_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self->box),
                          self->stream != NULL && weir_stream_get_n_messages (self->stream) > 0);
  if (self->stream != NULL)
    {
      append_part (text, describe_items (self->stream));
      append_part (text, describe_origin (self->stream));
      append_faults (text, self->stream);
      gtk_menu_button_set_label (self->content_button, weir_content_get_name (weir_stream_get_content (self->stream)));
      gtk_widget_set_visible (self->next_button, weir_stream_get_n_garbled (self->stream) > 0);
    }
  gtk_label_set_text (self->caption, text->str);
  g_string_free (text, TRUE);
}

void
weir_stream_bar_set_stream (WeirStreamBar *self, WeirStream *stream)
{
  const char *id = "auto";

  g_return_if_fail (WEIR_IS_STREAM_BAR (self));

  g_set_object (&self->stream, stream);
  if (stream != NULL && weir_stream_is_told (stream))
    id = content_ids[weir_stream_get_content (stream)];
  g_simple_action_set_state (self->read_as, g_variant_new_string (id));
}

void
weir_stream_bar_set_narrow (WeirStreamBar *self, gboolean is_narrow)
{
  g_return_if_fail (WEIR_IS_STREAM_BAR (self));

  gtk_orientable_set_orientation (self->buttons, is_narrow && weir_text_scale_is_large (GTK_WIDGET (self))
                                                     ? GTK_ORIENTATION_VERTICAL
                                                     : GTK_ORIENTATION_HORIZONTAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

/* --- GObject --- */

static void
weir_stream_bar_dispose (GObject *object)
{
  WeirStreamBar *self = WEIR_STREAM_BAR (object);

  g_clear_object (&self->stream);
  g_clear_object (&self->read_as);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_STREAM_BAR);
  G_OBJECT_CLASS (weir_stream_bar_parent_class)->dispose (object);
}

static void
weir_stream_bar_class_init (WeirStreamBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_stream_bar_dispose;
  signals[NEXT_GARBLED] =
      g_signal_new ("next-garbled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirstreambar");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-stream-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStreamBar, box);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamBar, buttons);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamBar, content_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamBar, caption);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamBar, next_button);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
}

static void
weir_stream_bar_init (WeirStreamBar *self)
{
  static const GActionEntry entries[] = {
    { .name = "read-as", .parameter_type = "s", .state = "'auto'", .change_state = read_as_cb },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  self->read_as = G_SIMPLE_ACTION (g_object_ref (g_action_map_lookup_action (G_ACTION_MAP (actions), "read-as")));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "stream", G_ACTION_GROUP (actions));
  weir_stream_bar_update (self, NULL);
}

GtkWidget *
weir_stream_bar_new (void)
{
  return g_object_new (WEIR_TYPE_STREAM_BAR, NULL);
}
