/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-save.h"

#include <glib/gi18n.h>

#include "weir-count-words.h"
#include "weir-format.h"
#include "weir-key-mask.h"
#include "weir-settings.h"

/* A file that is written sooner than that is no work to be shown. */
#define SHOW_AFTER_MS 300

struct _WeirTapSave
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *label;
  GtkProgressBar *bar;
  guint show_source;
  GCancellable *cancellable; /* nullable: of what is being saved */
};

static guint done_signal;

G_DEFINE_FINAL_TYPE (WeirTapSave, weir_tap_save, GTK_TYPE_WIDGET)

/* What is asked for while the user chooses a file. */
typedef struct
{
  WeirTapSave *self;
  WeirMessageList *messages;
  GArray *rows; /* nullable */
  WeirMessageKinds kinds;
  WeirExportFormat format;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->self);
  g_object_unref (request->messages);
  g_clear_pointer (&request->rows, g_array_unref);
  g_free (request);
}

/* --- words --- */

char *
weir_tap_save_describe (const WeirExportResult *result)
{
  g_autofree char *count = weir_format_count (result->n_messages);
  g_autofree char *bytes = weir_format_bytes (result->n_bytes, weir_settings_get_units ());
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, ngettext ("Saved %s message, %s.", "Saved %s messages, %s.", result->n_messages), count,
                          bytes);
  weir_count_words_add (
      text, " ", result->n_cut,
      ngettext ("%s is cut: the tap kept its beginning.", "%s are cut: the tap kept their beginnings.", result->n_cut));
  weir_count_words_add (
      text, " ", result->n_dropped,
      ngettext ("%s is missing: the tap dropped it.", "%s are missing: the tap dropped them.", result->n_dropped));
  weir_count_words_add (text, " ", result->n_gone,
                        ngettext ("%s had been let go.", "%s had been let go.", result->n_gone));
  weir_count_words_add (text, " ", result->n_keyed,
                        ngettext ("%s holds an access key: take care whom you give it to.",
                                  "%s hold an access key: take care whom you give them to.", result->n_keyed));
  return g_string_free (text, FALSE);
}

static gboolean
holds_key (const guint8 *data, gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, len);
  g_autoptr (GBytes) masked = NULL;
  guint n_keys;

  masked = weir_key_mask (bytes, &n_keys);
  return n_keys > 0;
}

/* --- saving --- */

static void
say (WeirTapSave *self, const char *text)
{
  g_signal_emit (self, done_signal, 0, text);
}

static void
progress_cb (goffset done, goffset all, gpointer user_data)
{
  WeirTapSave *self = user_data;

  if (self->bar != NULL)
    gtk_progress_bar_set_fraction (self->bar, all > 0 ? (double) done / all : 1);
}

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirTapSave) self = user_data;
  WeirExportResult saved;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->show_source, g_source_remove);
  g_clear_object (&self->cancellable);
  if (weir_message_export_finish (result, &saved, &error))
    text = weir_tap_save_describe (&saved);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup (_ ("Nothing was saved"));
  else
    text = g_strdup_printf (_ ("Nothing was saved: %s"), error->message);
  if (self->revealer == NULL) /* the page has gone */
    return;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  say (self, text);
}

static gboolean
show_cb (gpointer user_data)
{
  WeirTapSave *self = user_data;

  self->show_source = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return G_SOURCE_REMOVE;
}

void
weir_tap_save_to (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                  WeirExportFormat format, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = g_strdup_printf (_ ("Saving “%s”…"), name);

  if (self->cancellable != NULL)
    {
      say (self, _ ("One file is still being saved"));
      return;
    }
  self->cancellable = g_cancellable_new ();
  gtk_label_set_text (self->label, text);
  gtk_progress_bar_set_fraction (self->bar, 0);
  self->show_source = g_timeout_add (SHOW_AFTER_MS, show_cb, self);
  weir_message_export_async (messages, rows, kinds, format, file, holds_key, progress_cb, self, self->cancellable,
                             exported_cb, g_object_ref (self));
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && request->self->revealer != NULL)
    weir_tap_save_to (request->self, request->messages, request->rows, request->kinds, request->format, file);
  request_free (request);
  g_object_unref (dialog); /* shown until now */
}

void
weir_tap_save_ask (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                   WeirExportFormat format, const char *name)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_ ("Save Messages"), window, GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              _ ("_Save"), _ ("_Cancel"));
  Request *request = g_new0 (Request, 1);

  request->self = g_object_ref (self);
  request->messages = g_object_ref (messages);
  request->rows = rows != NULL ? g_array_ref (rows) : NULL;
  request->kinds = kinds;
  request->format = format;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), request);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
cancel_cb (WeirTapSave *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* --- GObject --- */

static void
weir_tap_save_dispose (GObject *object)
{
  WeirTapSave *self = WEIR_TAP_SAVE (object);

  cancel_cb (self);
  g_clear_handle_id (&self->show_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_TAP_SAVE);
  G_OBJECT_CLASS (weir_tap_save_parent_class)->dispose (object);
}

static void
weir_tap_save_class_init (WeirTapSaveClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_tap_save_dispose;
  done_signal =
      g_signal_new ("done", WEIR_TYPE_TAP_SAVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-tap-save.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTapSave, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirTapSave, label);
  gtk_widget_class_bind_template_child (widget_class, WeirTapSave, bar);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
weir_tap_save_init (WeirTapSave *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
