/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel.h"

/* How what stands beside it is known: a full dot was seen, a half one inferred, a dotted ring is unknown. Assistive
 * tools are told the word. */

G_BEGIN_DECLS

#define WEIR_TYPE_CERTAINTY_MARK (weir_certainty_mark_get_type ())
G_DECLARE_FINAL_TYPE (WeirCertaintyMark, weir_certainty_mark, WEIR, CERTAINTY_MARK, GtkWidget)

GtkWidget *weir_certainty_mark_new (void);
void weir_certainty_mark_set (WeirCertaintyMark *self, WeirCertainty certainty);

G_END_DECLS
