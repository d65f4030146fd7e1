/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel.h"

/* One end of a channel: who it is and what it has done. Property: "is-writer". */

G_BEGIN_DECLS

#define WEIR_TYPE_END_CARD (weir_end_card_get_type ())
G_DECLARE_FINAL_TYPE (WeirEndCard, weir_end_card, WEIR, END_CARD, GtkWidget)

void weir_end_card_show (WeirEndCard *self, WeirChannel *channel, gint64 now_us);

G_END_DECLS
