/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page-private.h"

#include <glib/gi18n.h>

#include "weir-ends-dialog.h"
#include "weir-ref-dialog.h"

static void
open_ref (WeirSendPage *self, const WeirRef *ref)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  WeirChannelSetup channel = { .name = (char *) "", .buffer_size = WEIR_SEND_DEFAULT_BUFFER, .ref = (WeirRef *) ref };

  weir_send_setup_set_channel (setup, 0, &channel);
  weir_send_page_prepare (self, setup, NULL, FALSE);
}

static void
ref_chosen_cb (WeirRefDialog *dialog, WeirSendPage *self)
{
  if (weir_send_page_get_state (self) == WEIR_SESSION_OVER && self->connection != NULL)
    open_ref (self, weir_ref_dialog_get_ref (dialog));
}

static void
show_ref_dialog (WeirSendPage *self, const WeirRef *ref)
{
  GtkWidget *dialog = weir_ref_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                           weir_connection_get_observer (self->connection), ref);

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (ref_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  WeirSendPage *page;
  WeirRef *ref; /* nullable */
} Ending;

static void
end_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Ending *ending = user_data;
  WeirSendActivity *activity = weir_send_page_get_activity (ending->page);

  if (g_str_equal (response, "end") && activity != NULL)
    {
      weir_send_activities_end (ending->page->activities, ending->page->connection);
      weir_send_page_show_activity (ending->page);
      show_ref_dialog (ending->page, ending->ref);
    }
  g_clear_pointer (&ending->ref, weir_ref_free);
  g_object_unref (ending->page);
  g_free (ending);
}

/* The page has one session at a time. */
static void
ask_to_end (WeirSendPage *self, const WeirRef *ref)
{
  AdwMessageDialog *dialog = weir_ends_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                                   _ ("They are closed before another is opened."));
  Ending *ending = g_new0 (Ending, 1);

  ending->page = g_object_ref (self);
  ending->ref = ref != NULL ? weir_ref_copy (ref) : NULL;
  g_signal_connect (dialog, "response", G_CALLBACK (end_response_cb), ending);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_send_page_set_ref (WeirSendPage *self, const WeirRef *ref)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  if (!weir_send_page_is_connected (self))
    weir_send_page_toast (self, _ ("There is no connection to an engine that could know the ref"));
  else if (weir_send_page_get_state (self) != WEIR_SESSION_OVER)
    ask_to_end (self, ref);
  else
    show_ref_dialog (self, ref);
}

static void
call_ref_chosen_cb (WeirRefDialog *dialog, WeirSendPage *self)
{
  const WeirRef *ref = weir_ref_dialog_get_ref (dialog);
  guint place = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "weir-place"));
  g_autoptr (WeirChannelSetup) channel = NULL;

  if (place >= weir_send_setup_get_n_channels (self->setup))
    return;
  channel = weir_channel_setup_copy (weir_send_setup_get_channel (self->setup, place));
  channel->ref = weir_ref_copy (ref);
  weir_send_setup_set_channel (self->setup, place, channel);
}

void
weir_send_page_ask_for_ref (WeirSendPage *self, guint place)
{
  const WeirChannelSetup *channel = weir_send_setup_get_channel (self->setup, place);
  WeirDirection direction = channel->hold == WEIR_HOLD_WRITER ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE;
  GtkWidget *dialog;

  if (self->connection == NULL)
    return;
  dialog = weir_ref_dialog_new_for_call (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                         weir_connection_get_observer (self->connection), direction);
  g_object_set_data (G_OBJECT (dialog), "weir-place", GUINT_TO_POINTER (place));
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (call_ref_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
