/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-connection.h"

/* The pages of the connection in view: Channels with a tab for each tapped channel (taps of other connections among
 * them: whoever goes to one goes to its connection), Functions, Send. Property: "title" (string, notified): what is in
 * view. */

G_BEGIN_DECLS

#define WEIR_TYPE_CONTENT (weir_content_get_type ())
G_DECLARE_FINAL_TYPE (WeirContent, weir_content, WEIR, CONTENT, GtkWidget)

/* For a switcher; its pages are "channels", "functions" and "send". (transfer none) */
AdwViewStack *weir_content_get_pages (WeirContent *self);
void weir_content_show_page (WeirContent *self, const char *name);

/* @connection: (nullable) */
void weir_content_set_connection (WeirContent *self, WeirConnection *connection);
void weir_content_set_narrow (WeirContent *self, gboolean is_narrow);

/* The details of that channel, as soon as it is known. */
void weir_content_show_channel (WeirContent *self, const char *channel_id);

/* Writes down what is open of each connection: the selected channel and the taps. When that engine comes into view
 * after the next start, those of them that still live are opened. */
void weir_content_save (WeirContent *self);

/* What was open of an engine whose connection was removed is not written down any more, and its taps are closed: with
 * nothing that names their engine they would seem to be of another one. */
void weir_content_forget (WeirContent *self, const char *url);

/* A tab that taps the channel of the connection in view; shows it if there is one already. FALSE: it is no longer
 * known. */
gboolean weir_content_tap (WeirContent *self, const char *channel_id);
gboolean weir_content_can_close_tab (WeirContent *self);
void weir_content_close_tab (WeirContent *self);

/* The Send page, set up for this. */
void weir_content_trigger (WeirContent *self, const char *function_id);
/* @ref: (nullable): NULL: the user is asked for it */
void weir_content_open_ref (WeirContent *self, const WeirRef *ref);

/* Whether ends of channels are held, which would be closed with it; and that. */
gboolean weir_content_is_busy (WeirContent *self);
void weir_content_end (WeirContent *self);

/* Of the page in view. */
void weir_content_focus_search (WeirContent *self);
void weir_content_close_details (WeirContent *self);

G_END_DECLS
