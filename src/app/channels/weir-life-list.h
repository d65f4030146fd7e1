/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel.h"

/* The life of a channel as a list with times: the first as time of day, the others since then. */

G_BEGIN_DECLS

#define WEIR_TYPE_LIFE_LIST (weir_life_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirLifeList, weir_life_list, WEIR, LIFE_LIST, GtkWidget)

void weir_life_list_show (WeirLifeList *self, WeirChannel *channel, gint64 now_us);

G_END_DECLS
