/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ends-dialog.h"

#include <glib/gi18n.h>

AdwMessageDialog *
weir_ends_dialog_new (GtkWindow *parent, const char *why)
{
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, _ ("Close the Ends of Channels?"), NULL));

  adw_message_dialog_format_body (dialog,
                                  _ ("Weir holds ends of channels, to write into them or to read from them. %s"), why);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "end", _ ("Close _Them"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "end", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  return dialog;
}
