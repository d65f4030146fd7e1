/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-call.h"

/* What became of a call: the answer or the error, and after which time. Nothing where there is no call. */

G_BEGIN_DECLS

#define WEIR_TYPE_ANSWER_CARD (weir_answer_card_get_type ())
G_DECLARE_FINAL_TYPE (WeirAnswerCard, weir_answer_card, WEIR, ANSWER_CARD, GtkWidget)

/* @call: (nullable): followed until it is over */
void weir_answer_card_set_call (WeirAnswerCard *self, WeirCall *call);
/* Narrow, there is no room for the time of day. */
void weir_answer_card_set_narrow (WeirAnswerCard *self, gboolean is_narrow);

G_END_DECLS
