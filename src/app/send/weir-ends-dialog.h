/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks whether the ends of channels that Weir holds are to be closed. @why: the last sentence. Its "response" is "end"
 * or "cancel". */
AdwMessageDialog *weir_ends_dialog_new (GtkWindow *parent, const char *why);

G_END_DECLS
