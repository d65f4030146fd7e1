/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-call.h"
#include "weir-code.h"
#include "weir-connection.h"
#include "weir-send-history.h"
#include "weir-send-setup.h"

/* The groups “Trigger” and “JSON payload” of the Send page, and the buttons of what belongs to them: which function,
 * what it is given, how long its answer is waited for. */

G_BEGIN_DECLS

#define WEIR_TYPE_TRIGGER_PANE (weir_trigger_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirTriggerPane, weir_trigger_pane, WEIR, TRIGGER_PANE, GtkWidget)

/* @connection: (nullable) */
void weir_trigger_pane_set_connection (WeirTriggerPane *self, WeirConnection *connection);

/* What was typed for it before comes back with it; else its schema's template. */
void weir_trigger_pane_set_function (WeirTriggerPane *self, const char *function_id);
const char *weir_trigger_pane_get_function (WeirTriggerPane *self); /* "": none is chosen */

/* What stands there. */
char *weir_trigger_pane_dup_payload (WeirTriggerPane *self);
guint weir_trigger_pane_get_timeout_ms (WeirTriggerPane *self);
gboolean weir_trigger_pane_is_void (WeirTriggerPane *self);
/* Whether the payload is none, or what the schema proposes. */
gboolean weir_trigger_pane_is_untouched (WeirTriggerPane *self);

/* Puts it there. */
void weir_trigger_pane_fill (WeirTriggerPane *self, const char *function_id, const char *payload, guint timeout_ms,
                             gboolean is_void);
/* The same, and what is set besides by "refilled". */
void weir_trigger_pane_refill (WeirTriggerPane *self, WeirSendEntry *entry);
/* For when that function is chosen, unless something was typed for it since. */
void weir_trigger_pane_add_draft (WeirTriggerPane *self, const char *function_id, const char *payload);

/* (transfer none): “Copy as code” and “History”, for the page to place beside its own button. */
GtkWidget *weir_trigger_pane_get_tools (WeirTriggerPane *self);
/* Where large text leaves no room for words and controls beside each other, they stand above them. */
void weir_trigger_pane_set_cramped (WeirTriggerPane *self, gboolean is_cramped);

/* (transfer full) (element-type WeirPayloadChannel): that the payload asks for; while it is no JSON, those that it
 * asked for when it last was. */
GPtrArray *weir_trigger_pane_list_channels (WeirTriggerPane *self);

/* Whether there is a function, and a payload that can be sent. */
gboolean weir_trigger_pane_is_ready (WeirTriggerPane *self);

/* (transfer full) (nullable): a call to give refs to and to start. NULL: it cannot be sent; the pane says why, and the
 * cursor is where it is wrong. The call goes into the history when it is over. */
WeirCall *weir_trigger_pane_new_call (WeirTriggerPane *self);

/* Once: what is set besides the call. “Copy as code” has it in its programs, and the history keeps it and gives it back
 * by "refilled". */
void weir_trigger_pane_set_setup (WeirTriggerPane *self, WeirSendSetup *setup);

/* "changed": the function, or what the payload asks for, or whether it is ready.
 * "refilled" (const char *settings (nullable)): it was refilled from an entry, as the
 * history's or that of an earlier start. */

G_END_DECLS
