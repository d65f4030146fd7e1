/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-send-setup.h"

/* The group “Write into the channel” of the Send page: what, in which messages, how fast, and what comes at the end. It
 * shows and changes the writing of a setup. */

G_BEGIN_DECLS

#define WEIR_TYPE_WRITING_PANE (weir_writing_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirWritingPane, weir_writing_pane, WEIR, WRITING_PANE, GtkWidget)

/* Once. */
void weir_writing_pane_set_setup (WeirWritingPane *self, WeirSendSetup *setup);

/* Whether it can be written: nothing is wrong with it, and nothing is missing. */
gboolean weir_writing_pane_is_ready (WeirWritingPane *self);

/* How many channels it goes into; @text: (nullable): more of them in a sentence. */
void weir_writing_pane_set_targets (WeirWritingPane *self, guint n, const char *text);

/* Property "problem" (string, read only, notified). */

G_END_DECLS
