/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer.h"

/* Says that Weir, this one or another, holds or slows the channel, and lets it go. Hidden while nobody does. */

G_BEGIN_DECLS

#define WEIR_TYPE_HELD_STRIP (weir_held_strip_get_type ())
G_DECLARE_FINAL_TYPE (WeirHeldStrip, weir_held_strip, WEIR, HELD_STRIP, GtkWidget)

/* @observer: (nullable). Called on the page's tick. */
void weir_held_strip_show (WeirHeldStrip *self, WeirObserver *observer, WeirChannel *channel, gint64 now_us);

G_END_DECLS
