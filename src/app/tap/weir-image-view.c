/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-image-view.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-image-head.h"

/* Of a stream: more is not gathered. */
#define MAX_STREAM (64 * 1024 * 1024)
/* How much is decoded before it is seen whether anybody still wants it. */
#define PIECE (256 * 1024)

struct _WeirImageView
{
  GtkWidget parent_instance;

  GtkWidget *box; /* all of it */
  GtkLabel *caption;
  GtkPicture *picture;
  GBytes *bytes;          /* nullable: shown, or about to be */
  GCancellable *decoding; /* nullable */

  WeirStream *stream;    /* nullable: whose bytes they are */
  GCancellable *joining; /* nullable */
  guint64 joined_size;
};

G_DEFINE_FINAL_TYPE (WeirImageView, weir_image_view, GTK_TYPE_WIDGET)

typedef struct
{
  GBytes *bytes;
  WeirImageHead head;
  gboolean has_gaps;
  gboolean is_whole; /* out */
} Decoding;

static void
decoding_free (gpointer data)
{
  Decoding *decoding = data;

  g_bytes_unref (decoding->bytes);
  g_free (decoding);
}

/* --- decoding, in a thread --- */

/* The header that was looked at need not be the one that the decoder finds. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  WeirImageHead head = { .width = MAX (width, 0), .height = MAX (height, 0) };

  if (weir_image_head_is_too_large (&head))
    gdk_pixbuf_loader_set_size (loader, 1, 1);
}

static void
decode (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Decoding *decoding = task_data;
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_autoptr (GError) error = NULL, close_error = NULL;
  GdkPixbuf *pixbuf;
  gsize size;
  const guint8 *data = g_bytes_get_data (decoding->bytes, &size);

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), NULL);
  for (gsize at = 0; at < size && error == NULL && !g_cancellable_is_cancelled (cancellable); at += PIECE)
    gdk_pixbuf_loader_write (loader, data + at, MIN (PIECE, size - at), &error);
  decoding->is_whole = gdk_pixbuf_loader_close (loader, error == NULL ? &close_error : NULL) && error == NULL;
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader); /* also the part of one that is not whole */
  if (pixbuf != NULL)
    g_task_return_pointer (task, gdk_texture_new_for_pixbuf (pixbuf), g_object_unref);
  else
    g_task_return_error (task, error != NULL ? g_steal_pointer (&error) : g_steal_pointer (&close_error));
}

static void join (WeirImageView *self);

/* --- what is said --- */

static char *
describe (const WeirImageHead *head, gsize size)
{
  g_autofree char *size_text = weir_format_bytes_exact (size);

  /* TRANSLATORS: type of image, width, height, size in bytes */
  return g_strdup_printf (_ ("%s image · %u × %u · %s"), weir_image_type_get_name (head->type), head->width,
                          head->height, size_text);
}

static void
show_nothing (WeirImageView *self, const char *why)
{
  gtk_label_set_text (self->caption, why);
  gtk_picture_set_paintable (self->picture, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), FALSE);
}

static void
decoded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirImageView) self = user_data;
  Decoding *decoding = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *said = describe (&decoding->head, g_bytes_get_size (decoding->bytes)), *caption = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* another one is shown */
    return;
  g_clear_object (&self->decoding);
  join (self); /* what has come meanwhile */
  if (texture == NULL)
    {
      caption = g_strdup_printf (_ ("%s. It cannot be shown: %s"), said, error->message);
      show_nothing (self, caption);
      return;
    }
  if (!decoding->is_whole)
    caption =
        g_strdup_printf (decoding->has_gaps ? _ ("%s. Parts of it are missing") : _ ("%s. It is not whole"), said);
  gtk_label_set_text (self->caption, caption != NULL ? caption : said);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), TRUE);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (self->picture, said);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
}

static void
start (WeirImageView *self, GBytes *bytes, const WeirImageHead *head, gboolean has_gaps)
{
  Decoding *decoding = g_new0 (Decoding, 1);
  g_autoptr (GTask) task = NULL;

  decoding->bytes = g_bytes_ref (bytes);
  decoding->head = *head;
  decoding->has_gaps = has_gaps;
  self->decoding = g_cancellable_new ();
  /* The thread may let go of the task last, and a widget is not to end there: so the task does not have it. */
  task = g_task_new (NULL, self->decoding, decoded_cb, g_object_ref (self));
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, decoding, decoding_free);
  g_task_run_in_thread (task, decode);
}

static void
stop (WeirImageView *self)
{
  if (self->decoding != NULL)
    g_cancellable_cancel (self->decoding);
  g_clear_object (&self->decoding);
}

static void
leave_stream (WeirImageView *self)
{
  if (self->joining != NULL)
    g_cancellable_cancel (self->joining);
  g_clear_object (&self->joining);
  g_clear_object (&self->stream);
  self->joined_size = 0;
}

static void
show_bytes (WeirImageView *self, GBytes *bytes, gboolean has_gaps)
{
  WeirImageHead head;
  WeirImageFind find = WEIR_IMAGE_NONE;
  g_autofree char *said = NULL, *why = NULL;

  stop (self);
  if (bytes != NULL)
    g_bytes_ref (bytes);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes;
  if (bytes != NULL)
    find = weir_image_head_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &head);

  if (find == WEIR_IMAGE_NONE)
    show_nothing (self, _ ("This is no image that can be shown here"));
  else if (find == WEIR_IMAGE_PARTIAL)
    show_nothing (self, _ ("An image begins here, but what says its size has not come yet"));
  else if (find == WEIR_IMAGE_BROKEN)
    show_nothing (self, _ ("An image begins here, but its header is broken"));
  else if (!weir_image_head_is_too_large (&head))
    start (self, bytes, &head, has_gaps);
  else
    {
      said = describe (&head, g_bytes_get_size (bytes));
      why = g_strdup_printf (_ ("%s. It is too large to be shown here: save it, and open it elsewhere"), said);
      show_nothing (self, why);
    }
}

void
weir_image_view_set_bytes (WeirImageView *self, GBytes *bytes, gboolean has_gaps)
{
  g_return_if_fail (WEIR_IS_IMAGE_VIEW (self));

  if (bytes != NULL && bytes == self->bytes && self->stream == NULL)
    return;
  leave_stream (self);
  show_bytes (self, bytes, has_gaps);
}

/* --- of a stream --- */

static void
joined_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirImageView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = weir_stream_read_finish (WEIR_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stream == NULL)
    return;
  g_clear_object (&self->joining);
  if (bytes != NULL)
    show_bytes (self, bytes, weir_stream_get_n_gaps (self->stream) > 0);
  else
    show_nothing (self, error->message);
  join (self);
}

/* One after the other, only while somebody looks, and not again what is shown already: a stream tells of its changes
 * ten times a second. */
static void
join (WeirImageView *self)
{
  guint64 size = self->stream != NULL ? MIN (weir_stream_get_size (self->stream), MAX_STREAM) : 0;

  if (self->joining != NULL || self->decoding != NULL || self->joined_size == size ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->joined_size = size;
  self->joining = g_cancellable_new ();
  weir_stream_read_async (self->stream, 0, size, self->joining, joined_cb, g_object_ref (self));
}

void
weir_image_view_set_stream (WeirImageView *self, WeirStream *stream)
{
  g_return_if_fail (WEIR_IS_IMAGE_VIEW (self));
  g_return_if_fail (WEIR_IS_STREAM (stream));

  if (self->stream != stream)
    {
      leave_stream (self);
      stop (self);
      self->stream = g_object_ref (stream);
    }
  join (self);
}

static void
weir_image_view_dispose (GObject *object)
{
  WeirImageView *self = WEIR_IMAGE_VIEW (object);

  leave_stream (self);
  stop (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_IMAGE_VIEW);
  G_OBJECT_CLASS (weir_image_view_parent_class)->dispose (object);
}

static void
weir_image_view_class_init (WeirImageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_image_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-image-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirImageView, box);
  gtk_widget_class_bind_template_child (widget_class, WeirImageView, caption);
  gtk_widget_class_bind_template_child (widget_class, WeirImageView, picture);
}

static void
weir_image_view_init (WeirImageView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (join), NULL);
}

GtkWidget *
weir_image_view_new (void)
{
  return g_object_new (WEIR_TYPE_IMAGE_VIEW, NULL);
}
