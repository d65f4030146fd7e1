/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-writing.h"

G_BEGIN_DECLS

/**
 * weir_generate:
 * @number: of the message, from 1
 *
 * The generator's message: the same for the same generator, seed, message size and number. Text messages are printable
 * ASCII. A message is of the writing's message size, but for NDJSON and the counter where the number takes more. Any
 * thread.
 */
GBytes *weir_generate (const WeirWriting *writing, guint64 number);

G_END_DECLS
