/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Calls a function in a GMainContext because another thread says so. Waking twice before it has been called is one
 * call. */

G_BEGIN_DECLS

typedef struct _WeirWaker WeirWaker;
typedef void (*WeirWakerFunc) (gpointer user_data);

WeirWaker *weir_waker_new (GMainContext *context, WeirWakerFunc func, gpointer user_data);

/* No call after this, if it is done in the thread that runs the context. */
void weir_waker_free (WeirWaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirWaker, weir_waker_free)

void weir_waker_wake (WeirWaker *self); /* any thread */

G_END_DECLS
