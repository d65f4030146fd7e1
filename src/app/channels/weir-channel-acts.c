/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-acts.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-inject-dialog.h"
#include "weir-text-scale.h"

/* What a slowed channel begins with, and what it may be set to, in kB a second. */
#define SLOW_RATE     10
#define SLOW_MAX_RATE 1000000

/* One act, from the question to the toast. */
typedef struct
{
  GtkWidget *from;
  WeirObserver *observer;
  WeirChannel *channel;
  gboolean is_writer;    /* which end it is about */
  gboolean is_copied;    /* the ref; else it is opened */
  GtkSpinButton *number; /* borrowed from the dialog */
} Deed;

static Deed *
deed_new (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = g_new0 (Deed, 1);

  deed->from = g_object_ref (from);
  deed->observer = g_object_ref (observer);
  deed->channel = g_object_ref (channel);
  return deed;
}

static void
deed_free (Deed *deed)
{
  g_object_unref (deed->from);
  g_object_unref (deed->observer);
  g_object_unref (deed->channel);
  g_free (deed);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Deed, deed_free)

static void
toast (Deed *deed, const char *text)
{
  gtk_widget_activate_action (deed->from, "win.toast", "s", text);
}

/* A dialog over the window of the widget that was used. */
static AdwMessageDialog *
ask (Deed *deed, const char *heading, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (deed->from);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return ADW_MESSAGE_DIALOG (dialog);
}

/* --- refs --- */

static void
copy_ref (Deed *deed, const WeirRef *ref)
{
  g_autoptr (GString) json = g_string_new (NULL);

  weir_ref_append (json, ref);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (deed->from), json->str);
  toast (deed, deed->is_writer ? _ ("Writer’s ref copied, with its access key")
                               : _ ("Reader’s ref copied, with its access key"));
}

static void
revealed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRef) ref = weir_observer_reveal_finish (WEIR_OBSERVER (object), result, &error);

  if (ref == NULL)
    toast (deed, error->message);
  else if (deed->is_copied)
    copy_ref (deed, ref);
  else
    gtk_widget_activate_action (deed->from, "win.open-ref", "(sss)", ref->channel_id, ref->access_key,
                                weir_direction_to_string (ref->direction));
}

/* (transfer full): @deed */
static void
reveal (Deed *deed)
{
  weir_observer_reveal_async (deed->observer, deed->channel,
                              deed->is_writer ? WEIR_DIRECTION_WRITE : WEIR_DIRECTION_READ, NULL, revealed_cb, deed);
}

static void
end_chosen_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;

  if (g_str_equal (response, "cancel"))
    return;
  deed->is_writer = g_str_equal (response, "writer");
  reveal (g_steal_pointer (&deed));
}

/* (transfer full): @deed */
static void
ask_which_end (Deed *deed, const char *heading, const char *body)
{
  AdwMessageDialog *dialog = ask (deed, heading, body);

  adw_message_dialog_add_responses (dialog, "reader", _ ("_Reader’s Ref"), "writer", _ ("_Writer’s Ref"), NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (end_chosen_cb), deed);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_channel_act_copy_ref (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = deed_new (from, observer, channel);
  g_autofree char *body = g_strdup_printf (_ ("{ \"channel_id\": \"%s\", \"access_key\": \"••••••••\" }\n\nThe copy "
                                              "has the access key, which is the right to "
                                              "that end: the first who connects with it has the end for good."),
                                           weir_channel_get_id (channel));

  deed->is_copied = TRUE;
  ask_which_end (deed, _ ("Copy Which Ref?"), body);
}

void
weir_channel_act_trigger (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  ask_which_end (deed_new (from, observer, channel), _ ("Trigger a Function with Which Ref?"),
                 _ ("The function takes that end of the channel, if nobody has it yet. Nothing is sent before you say "
                    "so on the Send page."));
}

void
weir_channel_act_send_into (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = deed_new (from, observer, channel);

  deed->is_writer = TRUE;
  reveal (deed);
}

/* --- inject --- */

void
weir_channel_act_inject (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  GtkRoot *root = gtk_widget_get_root (from);

  gtk_window_present (
      GTK_WINDOW (weir_inject_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, observer, channel)));
}

/* --- hold, slow, let go --- */

/* What succeeded is seen in the details, so that nothing is said. */
static void
shaped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  g_autoptr (GError) error = NULL;

  if (!weir_observer_shape_finish (WEIR_OBSERVER (object), result, &error))
    toast (deed, error->message);
}

static void
hold_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Deed *deed = user_data;

  if (g_str_equal (response, "hold"))
    weir_observer_shape_async (deed->observer, deed->channel, TRUE, 0, NULL, shaped_cb, deed);
  else
    deed_free (deed);
}

void
weir_channel_act_hold (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = deed_new (from, observer, channel);
  AdwMessageDialog *dialog = ask (
      deed, _ ("Hold This Channel?"),
      _ ("Nothing goes on to the reader; when the buffer is full, the writer is held. It lasts until you let it go, "
         "or Weir is closed. Nothing is lost."));

  adw_message_dialog_add_response (dialog, "hold", _ ("_Hold"));
  adw_message_dialog_set_response_appearance (dialog, "hold", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "hold");
  g_signal_connect (dialog, "response", G_CALLBACK (hold_cb), deed);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_channel_act_let_go (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  weir_observer_shape_async (observer, channel, FALSE, 0, NULL, shaped_cb, deed_new (from, observer, channel));
}

static void
slow_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Deed *deed = user_data;
  guint64 rate = (guint64) gtk_spin_button_get_value_as_int (deed->number) * 1000;

  if (g_str_equal (response, "slow"))
    weir_observer_shape_async (deed->observer, deed->channel, FALSE, rate, NULL, shaped_cb, deed);
  else
    deed_free (deed);
}

static GtkWidget *
rate_row_new (Deed *deed)
{
  GtkWidget *box =
      gtk_box_new (weir_text_scale_is_large (deed->from) ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *unit = gtk_label_new (_ ("kB a second"));

  deed->number = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (1, SLOW_MAX_RATE, 10));
  gtk_spin_button_set_value (deed->number, SLOW_RATE);
  gtk_editable_set_width_chars (GTK_EDITABLE (deed->number), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (deed->number), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Kilobytes a second"), -1);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (deed->number));
  gtk_box_append (GTK_BOX (box), unit);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  return box;
}

void
weir_channel_act_slow (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = deed_new (from, observer, channel);
  AdwMessageDialog *dialog =
      ask (deed, _ ("Slow This Channel Down?"),
           _ ("At most so much goes on to the reader; when the buffer is full, the writer is held. It lasts until you "
              "let it go, or Weir is closed. Nothing is lost."));

  adw_message_dialog_set_extra_child (dialog, rate_row_new (deed));
  adw_message_dialog_add_response (dialog, "slow", _ ("_Slow Down"));
  adw_message_dialog_set_response_appearance (dialog, "slow", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "slow");
  g_signal_connect (dialog, "response", G_CALLBACK (slow_cb), deed);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- close --- */

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Deed) deed = user_data;
  g_autoptr (GError) error = NULL;

  if (!weir_observer_close_end_finish (WEIR_OBSERVER (object), result, &error))
    toast (deed, error->message);
  else
    toast (deed, deed->is_writer ? _ ("The writer’s end is closed") : _ ("The reader’s end is closed"));
}

static void
close_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Deed *deed = user_data;

  if (g_str_equal (response, "close"))
    weir_observer_close_end_async (deed->observer, deed->channel, deed->is_writer, NULL, closed_cb, deed);
  else
    deed_free (deed);
}

/* (transfer full): @deed */
static void
ask_close (Deed *deed, const char *heading, const char *body)
{
  AdwMessageDialog *dialog = ask (deed, heading, body);

  adw_message_dialog_add_response (dialog, "close", _ ("C_lose"));
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect (dialog, "response", G_CALLBACK (close_cb), deed);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_channel_act_close_writer (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  Deed *deed = deed_new (from, observer, channel);

  deed->is_writer = TRUE;
  ask_close (deed, _ ("Close the Writer’s End?"),
             _ ("The writer sees its connection closed with 1001 closed_by_observer, and can write no more.\n\n"
                "The reader gets all that was accepted until now, then the end, as if the writer had closed.\n\n"
                "This cannot be undone."));
}

void
weir_channel_act_close_reader (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  ask_close (
      deed_new (from, observer, channel), _ ("Close the Reader’s End?"),
      _ ("The reader sees its connection closed with 1001 closed_by_observer; most clients take that for the end "
         "of the stream. What waits in the buffer is lost.\n\n"
         "The writer sees 1001 reader_left.\n\n"
         "This cannot be undone."));
}
