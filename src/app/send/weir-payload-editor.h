/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-schema.h"

/* An editor of JSON in which `"$reader"` and `"$writer"` stand for refs: they are highlighted and completed. Below it
 * stands what is wrong, and where; what a schema does not like is said, too, but forbids nothing. */

G_BEGIN_DECLS

#define WEIR_TYPE_PAYLOAD_EDITOR (weir_payload_editor_get_type ())
G_DECLARE_FINAL_TYPE (WeirPayloadEditor, weir_payload_editor, WEIR, PAYLOAD_EDITOR, GtkWidget)

/* (transfer full): with the access keys of refs in it, which are covered in the view. */
/* What is typed is looked at, and "changed" emitted, a moment later; this does it now where that is still to come. */
void weir_payload_editor_look_now (WeirPayloadEditor *self);

char *weir_payload_editor_dup_text (WeirPayloadEditor *self);
/* It can be undone, but for the first. */
void weir_payload_editor_set_text (WeirPayloadEditor *self, const char *text);
void weir_payload_editor_insert (WeirPayloadEditor *self, const char *text);

/* Whether there are keys to show. */
gboolean weir_payload_editor_has_keys (WeirPayloadEditor *self);
void weir_payload_editor_set_shows_keys (WeirPayloadEditor *self, gboolean shows_keys);

/* @schema: (nullable) (transfer full) */
void weir_payload_editor_set_schema (WeirPayloadEditor *self, WeirSchema *schema);

/* Whether it can be sent. */
gboolean weir_payload_editor_is_valid (WeirPayloadEditor *self);

/* "valid against the function's schema", "valid JSON", "not valid JSON"; never NULL */
const char *weir_payload_editor_get_status (WeirPayloadEditor *self);

/* The cursor goes to what is wrong. */
void weir_payload_editor_show_problem (WeirPayloadEditor *self);

/* "changed": the text, and what is to be said of it; some time after a key was pressed. */

G_END_DECLS
