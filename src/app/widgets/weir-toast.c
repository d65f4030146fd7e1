/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-toast.h"

AdwToast *
weir_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}
