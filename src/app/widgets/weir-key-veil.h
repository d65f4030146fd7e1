/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Covers the access keys in a text that is pasted and typed: the buffer holds the text as it may be looked at, also by
 * a screen reader and the clipboard, and this the text itself. What is changed in the buffer is changed in it; a key
 * that comes is covered before the next frame. "changed" of the buffer is emitted for that, too. Main thread. */

G_BEGIN_DECLS

typedef struct _WeirKeyVeil WeirKeyVeil;

WeirKeyVeil *weir_key_veil_new (GtkTextBuffer *buffer);
void weir_key_veil_free (WeirKeyVeil *self); /* @buffer may have gone */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirKeyVeil, weir_key_veil_free)

/* (transfer full): with its keys */
char *weir_key_veil_dup_text (WeirKeyVeil *self);

/* Whether there are keys to cover. */
gboolean weir_key_veil_has_keys (WeirKeyVeil *self);

/* Shows them, until they are covered again. */
void weir_key_veil_set_lifted (WeirKeyVeil *self, gboolean is_lifted);
gboolean weir_key_veil_is_lifted (WeirKeyVeil *self);

/* Whether it is this that changes the buffer now. */
gboolean weir_key_veil_is_covering (WeirKeyVeil *self);

G_END_DECLS
