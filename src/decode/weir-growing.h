/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-name.h"

/* Texts that come in pieces, such as a language model's answer: what there was of one when a message had come. Bounded;
 * one thread. */

G_BEGIN_DECLS

/* Of all texts together. What comes after that is left out, and said. */
#define WEIR_GROWING_MAX_BYTES  (16 * 1024 * 1024)
#define WEIR_GROWING_MAX_PIECES (1000 * 1000)

typedef struct _WeirGrowing WeirGrowing;

WeirGrowing *weir_growing_new (void);
void weir_growing_free (WeirGrowing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirGrowing, weir_growing_free)

/* Messages in the order of their numbers; only pieces and what begins an answer matter. */
void weir_growing_add (WeirGrowing *self, guint64 seq, const WeirName *name);

/* Messages are missing here, pieces perhaps among them. */
void weir_growing_add_gap (WeirGrowing *self);

/**
 * weir_growing_dup_text:
 * @seq: a message that brought a piece
 * @max_bytes: the end of the text is kept
 * @has_gaps: (out): messages are missing in it, and "[…]" stands where
 *
 * Returns: (transfer full) (nullable): the text that the message's piece ends; %NULL: it is not known
 */
char *weir_growing_dup_text (WeirGrowing *self, guint64 seq, gsize max_bytes, gboolean *has_gaps);

G_END_DECLS
