/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-describe.h"

/* What is to be said about a channel: a sentence, and what to do about it; where it is about another channel, too, a
 * button that leads there by `channels.show` (channel id). Signal: "dismissed", by its button, which alarms have. */

G_BEGIN_DECLS

#define WEIR_TYPE_FINDING_CARD (weir_finding_card_get_type ())
G_DECLARE_FINAL_TYPE (WeirFindingCard, weir_finding_card, WEIR, FINDING_CARD, GtkWidget)

GtkWidget *weir_finding_card_new (void);
/* @other: (nullable): the id of the other channel */
void weir_finding_card_show (WeirFindingCard *self, const WeirSentence *sentence, WeirSeverity severity,
                             const char *other);

G_END_DECLS
