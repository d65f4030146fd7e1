/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-garble.h"
#include "weir-hex-pane.h"
#include "weir-image-view.h"
#include "weir-key-mask.h"
#include "weir-list.h"
#include "weir-payload.h"
#include "weir-stream-bar.h"
#include "weir-stream-cell.h"
#include "weir-text-pane.h"
#include "weir-text-scale.h"

struct _WeirStreamView
{
  GtkWidget parent_instance;

  GtkWidget *box; /* all of it */
  WeirStreamBar *bar;
  GtkStack *pages;
  AdwFlap *flap;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkWidget *header; /* of the detail */
  GtkWidget *back, *go;
  GtkLabel *origin;
  GtkToggleButton *bytes_button;
  GtkLabel *fault;
  GtkStack *detail_pages;
  WeirTextPane *text;
  WeirHexPane *item_hex;
  WeirImageView *image;
  WeirHexPane *hex;

  GtkSingleSelection *selection;
  WeirStream *stream; /* nullable */
  WeirNeedle *needle; /* nullable: what is searched for */
  GHashTable *cells;  /* set of WeirStreamCell: those that show something */
  WeirJoined shown;   /* the item beside the list */
  gboolean has_shown;
  guint64 shown_seq;   /* of the message in which that begins */
  GBytes *shown_bytes; /* nullable: of that; keys masked */
  guint selected;      /* the item that the user has chosen */
  guint64 wanted_seq;  /* of the message whose item is to be selected; 0: none */
  gboolean is_reselecting;
  guint64 joined_size;   /* of the stream, when it was last shown as one thing */
  GCancellable *reading; /* nullable: the item */
  GCancellable *joining; /* nullable: the stream */
  guint fold_idle;
};

enum
{
  GO_TO_MESSAGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirStreamView, weir_stream_view, GTK_TYPE_WIDGET)

static void
stop (GCancellable **cancellable)
{
  if (*cancellable != NULL)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

/* --- the item beside the list --- */

static void
show_text (WeirStreamView *self)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->shown_bytes, &size);
  gboolean is_json;
  guint n_broken;
  g_autofree char *text = weir_stream_text_whole (weir_stream_get_form (self->stream), data, size, &is_json);
  g_autofree char *lines = weir_payload_break_lines (text, &n_broken);

  weir_text_pane_set_text (self->text, lines, is_json);
}

static void
set_fault (WeirStreamView *self, const char *words)
{
  gtk_label_set_text (self->fault, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fault), words != NULL);
}

/* Of what is not whole only the bytes tell. */
static void
show_fault (WeirStreamView *self)
{
  gboolean is_whole = (self->shown.flags & ~(WEIR_JOINED_GARBLED | WEIR_JOINED_OPEN)) == 0;
  g_autofree char *words = NULL;
  WeirSpan item;

  item.text = g_bytes_get_data (self->shown_bytes, &item.len);
  if ((self->shown.flags & WEIR_JOINED_GARBLED) != 0)
    words = weir_garble_describe (is_whole ? weir_stream_get_content (self->stream) : WEIR_CONTENT_TEXT, item);
  set_fault (self, words);
}

/* As text or as bytes; nothing yet while it is being read. */
static void
show_detail (WeirStreamView *self)
{
  gboolean as_bytes = gtk_toggle_button_get_active (self->bytes_button) && self->shown_bytes != NULL;

  if (as_bytes)
    {
      weir_hex_view_set_bytes (weir_hex_pane_get_view (self->item_hex), self->shown_bytes);
      weir_hex_pane_set_needle (self->item_hex, self->needle);
    }
  gtk_stack_set_visible_child_name (self->detail_pages, as_bytes ? "bytes" : "text");
}

static void
show_bytes (WeirStreamView *self, GBytes *bytes)
{
  g_clear_pointer (&self->shown_bytes, g_bytes_unref);
  self->shown_bytes = weir_stream_mask (bytes, weir_stream_get_lead (self->stream, self->shown.start));
  show_text (self);
  show_fault (self);
  show_detail (self);
}

/* What is to be said in the place of an item. */
static void
show_words (WeirStreamView *self, const char *words)
{
  weir_text_pane_set_text (self->text, words, FALSE);
  set_fault (self, NULL);
  show_detail (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirStreamView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stream == NULL)
    return;
  g_clear_object (&self->reading);
  if (bytes != NULL)
    show_bytes (self, bytes);
  else
    show_words (self, error->message);
}

static void
update_origin (WeirStreamView *self)
{
  g_autofree char *numbers = weir_stream_cell_dup_origin (self->stream, self->shown), *text = NULL;
  const char *flags = weir_stream_cell_describe_flags (self->shown);
  g_autofree char *size = weir_format_bytes_exact (self->shown.len);

  gtk_widget_set_visible (self->go, numbers != NULL);
  if (numbers != NULL)
    text = g_strdup_printf (_ ("Messages %s · %s"), numbers, size);
  if (flags != NULL && text != NULL)
    {
      g_autofree char *both = g_strdup_printf ("%s · %s", text, flags);

      gtk_label_set_text (self->origin, both);
      return;
    }
  gtk_label_set_text (self->origin, text != NULL ? text : "");
}

/* An item that is still growing is shown again as it does. */
static void
show_item (WeirStreamView *self, WeirStreamItem *item)
{
  WeirJoined joined = weir_stream_item_get_joined (item);
  g_autofree char *gap = NULL;
  guint64 last_seq;
  gsize lead;

  if (self->has_shown && joined.start == self->shown.start && joined.len == self->shown.len &&
      joined.flags == self->shown.flags)
    return;
  stop (&self->reading);
  self->shown = joined;
  if (!weir_stream_get_messages (self->stream, joined, &self->shown_seq, &last_seq))
    self->shown_seq = 0;
  self->has_shown = TRUE;
  g_clear_pointer (&self->shown_bytes, g_bytes_unref);
  if ((joined.flags & WEIR_JOINED_GAP) != 0)
    {
      gap = weir_stream_describe_gap (self->stream, joined);
      gtk_widget_set_visible (self->go, FALSE);
      gtk_label_set_text (self->origin, "");
      gtk_widget_set_visible (GTK_WIDGET (self->bytes_button), FALSE);
      show_words (self, gap);
      return;
    }
  update_origin (self);
  gtk_widget_set_visible (GTK_WIDGET (self->bytes_button), TRUE);
  self->reading = g_cancellable_new ();
  lead = weir_stream_get_lead (self->stream, joined.start);
  weir_stream_read_async (self->stream, joined.start - lead, lead + joined.len, self->reading, read_cb,
                          g_object_ref (self));
}

/* --- the selection --- */

static void
selected_cb (WeirStreamView *self)
{
  WeirStreamItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (self->is_reselecting || item == NULL)
    return;
  self->selected = weir_stream_item_get_index (item);
  self->wanted_seq = 0;
  show_item (self, item);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, TRUE);
}

/* Rows are made anew when they grow, and the list forgets which one was selected. */
static void
select_position (WeirStreamView *self, guint position)
{
  WeirStreamItem *item;

  self->is_reselecting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_reselecting = FALSE;
  self->selected = position;
  item = gtk_single_selection_get_selected_item (self->selection);
  if (item != NULL)
    show_item (self, item);
}

static gboolean
find_wanted (WeirStreamView *self)
{
  guint64 first, last;
  guint position;

  if (self->wanted_seq == 0 || self->stream == NULL)
    return FALSE;
  if (self->has_shown && self->selected != GTK_INVALID_LIST_POSITION &&
      weir_stream_get_messages (self->stream, self->shown, &first, &last) && self->wanted_seq == first)
    {
      self->wanted_seq = 0; /* the user has come from there */
      return FALSE;
    }
  if (!weir_stream_find_item (self->stream, self->wanted_seq, &position))
    return FALSE;
  self->wanted_seq = 0;
  select_position (self, position);
  weir_list_scroll_to (GTK_SCROLLABLE (self->list), position);
  return TRUE;
}

static void
items_changed_cb (WeirStreamView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->stream));

  if (find_wanted (self) || self->selected >= n)
    return;
  select_position (self, self->selected);
}

/* It is read as something else: what is shown is looked for again. */
static void
restarted_cb (WeirStreamView *self)
{
  stop (&self->reading);
  stop (&self->joining);
  self->joined_size = 0;
  if (self->has_shown)
    self->wanted_seq = self->shown_seq;
  self->has_shown = FALSE;
  self->selected = GTK_INVALID_LIST_POSITION;
}

void
weir_stream_view_show_message (WeirStreamView *self, guint64 seq)
{
  g_return_if_fail (WEIR_IS_STREAM_VIEW (self));

  self->wanted_seq = seq;
  find_wanted (self);
}

static void
go_cb (WeirStreamView *self)
{
  guint32 row;

  if (self->has_shown && weir_stream_get_row (self->stream, self->shown, &row))
    g_signal_emit (self, signals[GO_TO_MESSAGE], 0, row);
}

static void
next_garbled_cb (WeirStreamView *self)
{
  guint position;

  if (!weir_stream_find_garbled (self->stream, self->selected, &position))
    return;
  select_position (self, position);
  weir_list_scroll_to (GTK_SCROLLABLE (self->list), position);
  adw_flap_set_reveal_flap (self->flap, TRUE);
}

static void
back_cb (WeirStreamView *self)
{
  adw_flap_set_reveal_flap (self->flap, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* --- a stream that is one thing --- */

static void
joined_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirStreamView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stream == NULL)
    return;
  g_clear_object (&self->joining);
  if (bytes == NULL)
    weir_stream_bar_update (self->bar, error->message);
  else
    {
      g_autoptr (GBytes) masked = weir_key_mask_shown (NULL, bytes);

      weir_hex_view_set_bytes (weir_hex_pane_get_view (self->hex), masked);
      weir_hex_pane_set_needle (self->hex, self->needle);
    }
}

/* Not while it is being joined, and bytes not again once there are as many as are shown. */
static void
join (WeirStreamView *self)
{
  guint64 size = MIN (weir_stream_get_size (self->stream), WEIR_STREAM_MAX_JOINED);

  if (self->joining != NULL || self->joined_size == size || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->joined_size = size;
  self->joining = g_cancellable_new ();
  weir_stream_read_async (self->stream, 0, size, self->joining, joined_cb, g_object_ref (self));
}

/* --- the whole --- */

static void
changed_cb (WeirStreamView *self)
{
  WeirContent content = weir_stream_get_content (self->stream);

  weir_stream_bar_update (self->bar, NULL);
  if (weir_stream_get_n_messages (self->stream) == 0)
    gtk_stack_set_visible_child_name (self->pages, "nothing");
  else if (content == WEIR_CONTENT_IMAGE)
    gtk_stack_set_visible_child_name (self->pages, "image");
  else if (content == WEIR_CONTENT_BINARY)
    gtk_stack_set_visible_child_name (self->pages, "bytes");
  else
    gtk_stack_set_visible_child_name (self->pages, "items");

  if (content == WEIR_CONTENT_IMAGE)
    weir_image_view_set_stream (self->image, self->stream);
  else if (content == WEIR_CONTENT_BINARY)
    join (self);
}

void
weir_stream_view_set_stream (WeirStreamView *self, WeirStream *stream)
{
  g_return_if_fail (WEIR_IS_STREAM_VIEW (self));

  if (self->stream == stream)
    return;
  stop (&self->reading);
  stop (&self->joining);
  if (self->stream != NULL)
    g_signal_handlers_disconnect_by_data (self->stream, self);
  gtk_single_selection_set_model (self->selection, NULL);
  g_set_object (&self->stream, stream);
  weir_stream_bar_set_stream (self->bar, stream);
  self->has_shown = FALSE;
  self->selected = GTK_INVALID_LIST_POSITION;
  self->joined_size = 0;
  weir_image_view_set_bytes (self->image, NULL, FALSE);
  if (stream == NULL)
    return;
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (stream));
  g_signal_connect_object (stream, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (stream, "restarted", G_CALLBACK (restarted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}

/* --- what is searched for --- */

void
weir_stream_view_set_needle (WeirStreamView *self, WeirNeedle *needle)
{
  GHashTableIter iter;
  gpointer cell;

  g_return_if_fail (WEIR_IS_STREAM_VIEW (self));

  if (self->needle == needle)
    return;
  if (needle != NULL)
    weir_needle_ref (needle);
  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = needle;
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    weir_stream_cell_set_needle (cell, needle);
  weir_text_pane_set_needle (self->text, needle);
  weir_hex_pane_set_needle (self->item_hex, needle);
  weir_hex_pane_set_needle (self->hex, needle);
}

void
weir_stream_view_set_narrow (WeirStreamView *self, gboolean is_narrow)
{
  g_return_if_fail (WEIR_IS_STREAM_VIEW (self));

  weir_stream_bar_set_narrow (self->bar, is_narrow);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->header),
                                  is_narrow && weir_text_scale_is_large (GTK_WIDGET (self))
                                      ? GTK_ORIENTATION_VERTICAL
                                      : GTK_ORIENTATION_HORIZONTAL);
}

GBytes *
weir_stream_view_dup_shown (WeirStreamView *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->pages);
  GBytes *bytes = NULL;

  g_return_val_if_fail (WEIR_IS_STREAM_VIEW (self), NULL);

  if (g_strcmp0 (page, "items") == 0)
    bytes = self->shown_bytes;
  if (bytes != NULL && gtk_toggle_button_get_active (self->bytes_button))
    return weir_hex_pane_dup_shown (self->item_hex);
  if (g_strcmp0 (page, "bytes") == 0)
    return weir_hex_pane_dup_shown (self->hex);
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

/* --- room --- */

static gboolean
fold_cb (gpointer user_data)
{
  WeirStreamView *self = user_data;
  gboolean is_narrow = adw_flap_get_folded (self->flap);

  self->fold_idle = 0;
  adw_flap_set_reveal_flap (self->flap, !is_narrow);
  gtk_widget_set_visible (self->back, is_narrow);
  return G_SOURCE_REMOVE;
}

/* Comes while sizes are allocated, when nothing may change its size. */
static void
folded_cb (WeirStreamView *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

/* --- rows --- */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, weir_stream_cell_new ());
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirStreamView *self)
{
  WeirStreamCell *cell = WEIR_STREAM_CELL (gtk_list_item_get_child (item));

  weir_stream_cell_bind (cell, self->stream, gtk_list_item_get_item (item));
  weir_stream_cell_set_needle (cell, self->needle);
  g_hash_table_add (self->cells, cell);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, WeirStreamView *self)
{
  WeirStreamCell *cell = WEIR_STREAM_CELL (gtk_list_item_get_child (item));

  g_hash_table_remove (self->cells, cell);
  weir_stream_cell_bind (cell, NULL, NULL);
}

static void
set_up_list (WeirStreamView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  weir_list_set_model (GTK_SCROLLABLE (self->list), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
}

/* --- GObject --- */

static void
weir_stream_view_map (GtkWidget *widget)
{
  WeirStreamView *self = WEIR_STREAM_VIEW (widget);

  GTK_WIDGET_CLASS (weir_stream_view_parent_class)->map (widget);
  if (self->stream != NULL)
    changed_cb (self);
}

static void
weir_stream_view_dispose (GObject *object)
{
  WeirStreamView *self = WEIR_STREAM_VIEW (object);

  g_clear_handle_id (&self->fold_idle, g_source_remove);
  if (self->selection != NULL)
    weir_stream_view_set_stream (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_STREAM_VIEW);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  g_clear_pointer (&self->needle, weir_needle_unref);
  g_clear_pointer (&self->shown_bytes, g_bytes_unref);
  G_OBJECT_CLASS (weir_stream_view_parent_class)->dispose (object);
}

static void
weir_stream_view_class_init (WeirStreamViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_stream_view_dispose;
  widget_class->map = weir_stream_view_map;
  g_type_ensure (WEIR_TYPE_STREAM_BAR);
  g_type_ensure (WEIR_TYPE_TEXT_PANE);
  g_type_ensure (WEIR_TYPE_IMAGE_VIEW);
  g_type_ensure (WEIR_TYPE_HEX_PANE);
  signals[GO_TO_MESSAGE] = g_signal_new ("go-to-message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "weirstreamview");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-stream-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, box);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, bar);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, pages);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, flap);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, list);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, header);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, back);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, go);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, origin);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, bytes_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, fault);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, detail_pages);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, text);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, item_hex);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, image);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamView, hex);
  gtk_widget_class_bind_template_callback (widget_class, go_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_garbled_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_detail);
}

static void
weir_stream_view_init (WeirStreamView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selected = GTK_INVALID_LIST_POSITION;
  self->cells = g_hash_table_new (NULL, NULL);
  set_up_list (self);
  gtk_widget_set_visible (self->back, FALSE);
  gtk_widget_set_visible (self->go, FALSE);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
weir_stream_view_new (void)
{
  return g_object_new (WEIR_TYPE_STREAM_VIEW, NULL);
}
