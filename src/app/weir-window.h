/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-connection.h"
#include "weir-content.h"

/* The window: its connections, one of them in view, and the pages of that. Actions: see weir-window-actions.c. */

G_BEGIN_DECLS

#define WEIR_TYPE_WINDOW (weir_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirWindow, weir_window, WEIR, WINDOW, AdwApplicationWindow)

WeirWindow *weir_window_new (GtkApplication *application);

/* Shows the connection to @url, which is made unless there is one. @credentials: (nullable): NULL: what the keyring
 * has. */
void weir_window_connect (WeirWindow *self, const char *url, const WeirCredentials *credentials);

/* Starts an engine here and shows it. @with_demo: and the sample workers; then another port will do if the usual one is
 * taken. */
void weir_window_start_engine (WeirWindow *self, gboolean with_demo);

void weir_window_show_connection (WeirWindow *self, guint position);
void weir_window_close_connection (WeirWindow *self, guint position);

/* (nullable) (transfer none) */
WeirConnection *weir_window_get_connection (WeirWindow *self);
GListModel *weir_window_get_connections (WeirWindow *self);

/* The pages of that. (transfer none) */
WeirContent *weir_window_get_content (WeirWindow *self);

void weir_window_toast (WeirWindow *self, const char *text);
/* What failed, and the details to copy. */
void weir_window_show_error (WeirWindow *self, const char *heading, const char *details);

/* Engines that an earlier Weir started and left, or that outlived it: one of them is shown. FALSE: there are none. */
gboolean weir_window_find_engines (WeirWindow *self);

/* Closes it without asking: an engine that workers use goes on. */
void weir_window_leave (WeirWindow *self);

G_END_DECLS
