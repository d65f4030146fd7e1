/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connections.h"

/* Tells the desktop of alarms while no window of ours is in front: one notification for all of them, so that a thousand
 * channels that stall at once are one sentence, and at most one in ten seconds. It is withdrawn when the alarms are
 * over, and when a window comes to the front, where they are seen. Settings: "notify", "notify-alarms". A click asks
 * for `app.show-channel` (id): the desktop keeps what a notification says, so no address is in it, which may have a
 * token. */

G_BEGIN_DECLS

#define WEIR_TYPE_NOTIFIER (weir_notifier_get_type ())
G_DECLARE_FINAL_TYPE (WeirNotifier, weir_notifier, WEIR, NOTIFIER, GObject)

WeirNotifier *weir_notifier_new (GtkApplication *application, WeirConnections *connections);

G_END_DECLS
