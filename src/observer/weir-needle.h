/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is looked for in messages: text, of which ASCII letters match in either case, or bytes written as `hex 50 41
 * 52`. Inner to the room. Any thread. */

G_BEGIN_DECLS

typedef struct _WeirNeedle WeirNeedle;

/* (nullable): NULL for NULL and "": everything matches then. */
WeirNeedle *weir_needle_new (const char *string);
void weir_needle_free (WeirNeedle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirNeedle, weir_needle_free)

gsize weir_needle_get_size (WeirNeedle *self);
gboolean weir_needle_is_in (WeirNeedle *self, const guint8 *data, gsize len);

G_END_DECLS
