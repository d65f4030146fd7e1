/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* WEIR_DEBUG=stalls: says on stderr when one turn of the main loop has taken the main thread more than a few frames'
 * time: "weir: stall 72 ms", and where it was meanwhile: of each sample "weir: stall sample", and a frame of the stack
 * a line. It counts the thread's own time on the processor, so a machine under load is not blamed, and nothing before
 * the first frame. */

G_BEGIN_DECLS

#define WEIR_STALL_LIMIT_MS  50
#define WEIR_STALL_SAMPLE_MS 5 /* from one sample to the next */

void weir_stall_watch_attach (GtkWidget *window);

G_END_DECLS
