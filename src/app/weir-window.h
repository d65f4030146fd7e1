/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-connections.h"
#include "weir-content.h"

/* The window: its connections, one of them in view, and the pages of that. Actions: see weir-window-actions.c. */

G_BEGIN_DECLS

#define WEIR_TYPE_WINDOW (weir_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirWindow, weir_window, WEIR, WINDOW, AdwApplicationWindow)

WeirWindow *weir_window_new (GtkApplication *application);

/* (transfer none): what the window shows is the one that is in view. */
WeirConnections *weir_window_get_connections (WeirWindow *self);

/* (nullable) (transfer none): the one in view */
WeirConnection *weir_window_get_connection (WeirWindow *self);

/* Closes it, after asking if workers use an engine behind it that Weir started. */
void weir_window_close_connection (WeirWindow *self, guint position);

/* The pages of that. (transfer none) */
WeirContent *weir_window_get_content (WeirWindow *self);

void weir_window_toast (WeirWindow *self, const char *text);
/* What failed, and the details to copy. */
void weir_window_show_error (WeirWindow *self, const char *heading, const char *details);

/* Closes it without asking: an engine that workers use goes on. */
void weir_window_leave (WeirWindow *self);

G_END_DECLS
