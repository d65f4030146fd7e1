/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A server's log: stderr, one line a fact, whatever a peer has put into it. */

G_BEGIN_DECLS

/* From now on; facts for the curious (g_info ()) only if @is_verbose. */
void weir_server_log_start (gboolean is_verbose);

/* The line, without its end: time, text without control characters and of a bounded length. */
char *weir_server_log_format (const char *text, gint64 wall_us);

G_END_DECLS
