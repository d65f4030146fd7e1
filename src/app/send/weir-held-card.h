/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-held-channel.h"

/* A channel that Weir holds an end of, while it runs and after: its figures, and what can be done with the end: write a
 * message by hand, close it, read or not, save what came. */

G_BEGIN_DECLS

#define WEIR_TYPE_HELD_CARD (weir_held_card_get_type ())
G_DECLARE_FINAL_TYPE (WeirHeldCard, weir_held_card, WEIR, HELD_CARD, GtkWidget)

GtkWidget *weir_held_card_new (WeirHeldChannel *channel);

/* Figures are new. */
void weir_held_card_update (WeirHeldCard *self);

/* Property "is-narrow" (boolean). */

G_END_DECLS
