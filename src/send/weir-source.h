/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-writing.h"

#include <gio/gio.h>

/* The messages of a WeirWriting, one after the other, as they are asked for. A thread makes them, a little ahead: no
 * more than two batches (256 KiB, or a message that is larger) are in memory. Main thread; nothing is waited for. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SOURCE_MESSAGE,
  WEIR_SOURCE_WAIT, /* "ready" tells when to ask again */
  WEIR_SOURCE_END,
  WEIR_SOURCE_FAILED,
} WeirSourceResult;

#define WEIR_TYPE_SOURCE (weir_source_get_type ())
G_DECLARE_FINAL_TYPE (WeirSource, weir_source, WEIR, SOURCE, GObject)

/* Whether what was typed is right, else where it is wrong, in the user's language. Any thread. */
gboolean weir_source_check (const WeirWriting *writing, GError **error);

/* Fails where what was typed is wrong: the error says where, in the user's language. */
WeirSource *weir_source_new (const WeirWriting *writing, GError **error);

/* @message: (out) (transfer full): none is larger than the writing's message size, but for a character that is. Text
 * that is no UTF-8 fails, and says at which byte. After the end or a failure it is so for ever. */
WeirSourceResult weir_source_next (WeirSource *self, GBytes **message, GError **error);

/* Whether it has waited a while for what it reads from: a named pipe into which nobody writes, as a rule. */
gboolean weir_source_is_waiting (WeirSource *self);

/* For who wants no more: what it waits for is given up, and the source goes with its last reference. */
void weir_source_cancel (WeirSource *self);

gboolean weir_source_is_text (WeirSource *self);

/* Signal "ready" */

G_END_DECLS
