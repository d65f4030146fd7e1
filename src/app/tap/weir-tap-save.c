/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-save.h"

#include <glib/gi18n.h>

#include "weir-count-words.h"
#include "weir-format.h"
#include "weir-key-mask.h"
#include "weir-save-bar.h"
#include "weir-settings.h"

struct _WeirTapSave
{
  GtkWidget parent_instance;

  WeirSaveBar *bar; /* nullable: disposed */
};

static guint done_signal;

G_DEFINE_FINAL_TYPE (WeirTapSave, weir_tap_save, GTK_TYPE_WIDGET)

/* What is asked for while the user chooses a file. */
typedef struct
{
  WeirMessageList *messages;
  GArray *rows; /* nullable */
  WeirMessageKinds kinds;
  WeirExportFormat format;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

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
  weir_count_words_add (text, " ", result->n_before,
                        ngettext ("%s before them is not here any more, or came before the tap.",
                                  "%s before them are not here any more, or came before the tap.", result->n_before));
  weir_count_words_add (text, " ", result->n_texts,
                        ngettext ("%s text message beside them is left out: NDJSON has it.",
                                  "%s text messages beside them are left out: NDJSON has them.", result->n_texts));
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
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSaveBar) bar = user_data;
  WeirExportResult saved;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (weir_message_export_finish (result, &saved, &error))
    text = weir_tap_save_describe (&saved);
  weir_save_bar_end (bar, text, error);
}

static void
save (WeirSaveBar *bar, const Request *request, GFile *file)
{
  GCancellable *cancellable = weir_save_bar_begin (bar, file);

  if (cancellable != NULL)
    weir_message_export_async (request->messages, request->rows, request->kinds, request->format, file, holds_key,
                               weir_save_bar_progress, bar, cancellable, exported_cb, g_object_ref (bar));
}

static void
chosen_cb (WeirSaveBar *bar, GFile *file, gpointer user_data)
{
  save (bar, user_data, file);
}

void
weir_tap_save_to (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                  WeirExportFormat format, GFile *file)
{
  save (self->bar, &(Request){ messages, rows, kinds, format }, file);
}

void
weir_tap_save_ask (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                   WeirExportFormat format, const char *name)
{
  Request *request = g_new0 (Request, 1);

  request->messages = g_object_ref (messages);
  request->rows = rows != NULL ? g_array_ref (rows) : NULL;
  request->kinds = kinds;
  request->format = format;
  weir_save_bar_ask (self->bar, _ ("Save Messages"), name, chosen_cb, request, request_free);
}

static void
done_cb (WeirTapSave *self, const char *text)
{
  g_signal_emit (self, done_signal, 0, text);
}

/* --- GObject --- */

static void
weir_tap_save_dispose (GObject *object)
{
  WeirTapSave *self = WEIR_TAP_SAVE (object);

  g_clear_pointer ((GtkWidget **) &self->bar, gtk_widget_unparent);
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
}

static void
weir_tap_save_init (WeirTapSave *self)
{
  self->bar = g_object_new (WEIR_TYPE_SAVE_BAR, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->bar), GTK_WIDGET (self));
  g_signal_connect_object (self->bar, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
}
