/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-save.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-key-mask.h"

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autoptr (GtkNativeDialog) owned = dialog; /* shown until now */

  if (response != GTK_RESPONSE_ACCEPT || file == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nothing was chosen");
      return;
    }
  g_file_replace_contents_bytes_async (file, g_task_get_task_data (task), NULL, FALSE,
                                       G_FILE_CREATE_REPLACE_DESTINATION, g_task_get_cancellable (task), written_cb,
                                       g_object_ref (task));
}

void
weir_save_async (GtkWidget *widget, const char *name, GBytes *bytes, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GTask *task = g_task_new (widget, cancellable, callback, user_data);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_ ("Save Message"), window, GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              _ ("_Save"), _ ("_Cancel"));

  g_task_set_source_tag (task, weir_save_async);
  g_task_set_task_data (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

gboolean
weir_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
weir_save_describe (WeirMessage *message)
{
  GBytes *payload = weir_message_get_payload (message);
  g_autoptr (GBytes) masked = NULL;
  g_autofree char *saved = NULL;
  guint n_keys;

  if (weir_message_is_cut (message))
    {
      g_autofree char *kept = weir_format_bytes_exact (g_bytes_get_size (payload));
      g_autofree char *size = weir_format_bytes_exact (weir_message_get_size (message));

      saved = g_strdup_printf (_ ("Saved the first %s of %s"), kept, size);
    }
  else
    {
      saved = g_strdup (_ ("Message saved"));
    }

  masked = weir_key_mask (payload, &n_keys);
  return n_keys > 0 ? g_strdup_printf (_ ("%s. It holds an access key: take care whom you give it to"), saved)
                    : g_steal_pointer (&saved);
}
