/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-ref.h"

G_BEGIN_DECLS

/* More text than this is not a ref that somebody pasted. */
#define WEIR_REF_TEXT_MAX      (1024 * 1024)
#define WEIR_REF_TEXT_MAX_REFS 64

/**
 * weir_ref_text_find:
 * @text: what somebody pasted: a ref, or anything that has some in it
 * @error: G_IO_ERROR_INVALID_DATA: in the user's language: what is missing, or wrong. No key is in it
 *
 * Finds refs in whatever spelling: JSON, JSON in a string, what `console.log` of Node, `print` of Python, Rust's `{:?}`
 * and Go's `%+v` make of one, camel or snake case, and the address of a channel's socket
 * (`/ws/channels/ID?key=…&dir=…`). Any thread.
 *
 * Returns: (transfer full) (nullable) (element-type WeirRef): each once, in their order; never empty
 */
GPtrArray *weir_ref_text_find (const char *text, GError **error);

G_END_DECLS
