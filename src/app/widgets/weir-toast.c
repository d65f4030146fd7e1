/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-toast.h"

#define SHORT          60 /* characters: what is longer goes on in lines of its own, and stays for longer */
#define LONG_TIMEOUT_S 10

AdwToast *
weir_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  AdwToast *toast = adw_toast_new (markup);
  GtkWidget *label;

  if (g_utf8_strlen (text, -1) <= SHORT)
    return toast;
  label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_timeout (toast, LONG_TIMEOUT_S);
  return toast;
}
