/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-save-bar.h"

#include <glib/gi18n.h>

/* A file that is written sooner than that is no work to be shown. */
#define SHOW_AFTER_MS 300

struct _WeirSaveBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *label;
  GtkProgressBar *bar;
  guint show_source;
  GCancellable *cancellable; /* nullable: of what is being saved */
};

static guint done_signal;

G_DEFINE_FINAL_TYPE (WeirSaveBar, weir_save_bar, GTK_TYPE_WIDGET)

/* What is to be saved, while the user chooses a file. */
typedef struct
{
  WeirSaveBar *self;
  WeirSaveBarFunc save;
  gpointer user_data;
  GDestroyNotify destroy;
} Request;

static void
say (WeirSaveBar *self, const char *text)
{
  g_signal_emit (self, done_signal, 0, text);
}

/* --- what is being saved --- */

static gboolean
show_cb (gpointer user_data)
{
  WeirSaveBar *self = user_data;

  self->show_source = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return G_SOURCE_REMOVE;
}

GCancellable *
weir_save_bar_begin (WeirSaveBar *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = g_strdup_printf (_ ("Saving “%s”…"), name);

  g_return_val_if_fail (WEIR_IS_SAVE_BAR (self), NULL);

  if (self->cancellable != NULL)
    {
      say (self, _ ("One file is still being saved"));
      return NULL;
    }
  self->cancellable = g_cancellable_new ();
  gtk_label_set_text (self->label, text);
  gtk_progress_bar_set_fraction (self->bar, 0);
  self->show_source = g_timeout_add (SHOW_AFTER_MS, show_cb, self);
  return self->cancellable;
}

void
weir_save_bar_progress (goffset done, goffset all, gpointer user_data)
{
  WeirSaveBar *self = user_data;

  if (self->bar != NULL)
    gtk_progress_bar_set_fraction (self->bar, all > 0 ? (double) done / all : 1);
}

void
weir_save_bar_end (WeirSaveBar *self, const char *text, const GError *error)
{
  g_autofree char *failure = NULL;

  g_return_if_fail (WEIR_IS_SAVE_BAR (self));

  g_clear_handle_id (&self->show_source, g_source_remove);
  g_clear_object (&self->cancellable);
  if (self->revealer == NULL) /* the page has gone */
    return;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    failure = g_strdup (_ ("Nothing was saved"));
  else if (error != NULL)
    failure = g_strdup_printf (_ ("Nothing was saved: %s"), error->message);
  say (self, failure != NULL ? failure : text);
}

static void
cancel_cb (WeirSaveBar *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* --- asking --- */

static void
request_free (Request *request)
{
  request->destroy (request->user_data);
  g_object_unref (request->self);
  g_free (request);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && request->self->revealer != NULL)
    request->save (request->self, file, request->user_data);
  request_free (request);
  g_object_unref (dialog); /* shown until now */
}

void
weir_save_bar_ask (WeirSaveBar *self, const char *title, const char *name, WeirSaveBarFunc save, gpointer user_data,
                   GDestroyNotify destroy)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (title, window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  Request *request = g_new0 (Request, 1);

  request->self = g_object_ref (self);
  request->save = save;
  request->user_data = user_data;
  request->destroy = destroy;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), request);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- GObject --- */

static void
weir_save_bar_dispose (GObject *object)
{
  WeirSaveBar *self = WEIR_SAVE_BAR (object);

  cancel_cb (self);
  g_clear_handle_id (&self->show_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_SAVE_BAR);
  G_OBJECT_CLASS (weir_save_bar_parent_class)->dispose (object);
}

static void
weir_save_bar_class_init (WeirSaveBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_save_bar_dispose;
  done_signal =
      g_signal_new ("done", WEIR_TYPE_SAVE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-save-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirSaveBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirSaveBar, label);
  gtk_widget_class_bind_template_child (widget_class, WeirSaveBar, bar);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
weir_save_bar_init (WeirSaveBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
