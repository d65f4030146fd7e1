/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A debugging aid, for tests/bench: with WEIR_DEBUG=frames each frame of the window is written to the standard error,
 * a line a second, `weir: frames 5120/4980 …`: µs from before-paint to after-paint, and µs of processor time in
 * between, which a loaded machine does not lengthen. Without it nothing is connected. */

G_BEGIN_DECLS

/* Before the window is realized. */
void weir_frame_log_attach (GtkWidget *window);

G_END_DECLS
