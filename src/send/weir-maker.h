/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-writing.h"

/* Makes the messages of a WeirWriting, one after the other: of a file no more than a block is in memory. Any thread,
 * one at a time; it waits for the disk, and a message may take a frame's time to be made, so not the main thread. */

G_BEGIN_DECLS

typedef struct _WeirMaker WeirMaker;

WeirMaker *weir_maker_new (const WeirWriting *writing);
void weir_maker_free (WeirMaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMaker, weir_maker_free)

/* @message: (out) (transfer full) (nullable): none is larger than the writing's message size, but for a character that
 * is; NULL after the last. Text that is no UTF-8 fails, and the error says at which byte; hex that is none says where;
 * a file has the errors of GIO. */
gboolean weir_maker_next (WeirMaker *self, GBytes **message, GCancellable *cancellable, GError **error);

G_END_DECLS
