/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Access keys inside of what channels carry: a ref that is passed on in a message gives whoever reads its key the right
 * to that channel. Messages are any bytes: JSON, JSON in a string of JSON, a part of either, lines of a log. So what is
 * looked for is the name, however it is spelt and quoted, and what stands behind it; and the key in the address of a
 * channel's socket (weir-key-scan). */

G_BEGIN_DECLS

/**
 * weir_key_mask:
 * @n_keys: (out) (optional): how many there are
 *
 * The same bytes, every access key's replaced by `*` but for the first few: as many as before, so each byte is where it
 * was. What is JSON (of %WEIR_JSON_MAX_DEPTH at most) stays JSON, and what is masked is the same when masked again. One
 * pass, and no copy, when there is none.
 *
 * Returns: (transfer full): @bytes itself if there is none
 */
GBytes *weir_key_mask (GBytes *bytes, guint *n_keys);

/* What came before @bytes, as far as keys go. */
typedef struct
{
  GBytes *bytes;      /* nullable: the last of it */
  gboolean is_stream; /* borders mean nothing: else a word does not go on behind one */
} WeirKeyLead;

/**
 * weir_key_mask_after:
 * @lead: (nullable)
 * @n_keys: (out) (optional): how many there are
 *
 * The same of a part of what was cut anywhere: also the rest of a key that began before, or whose name did. What is a
 * whole object or array of JSON is no such rest. A key that goes on for more than %WEIR_KEY_MASK_MAX_REST is none.
 */
#define WEIR_KEY_MASK_MAX_REST 4096
GBytes *weir_key_mask_after (const WeirKeyLead *lead, GBytes *bytes, guint *n_keys);

/* The same to be looked at: nothing is masked while the user has asked for it. Any thread. */
GBytes *weir_key_mask_shown (const WeirKeyLead *lead, GBytes *bytes);
void weir_key_mask_set_shows_keys (gboolean shows_keys);

/**
 * weir_key_mask_dup_text:
 * @lead: (nullable)
 *
 * The same as text to be shown or kept: what is no UTF-8, and each NUL, becomes U+FFFD.
 *
 * Returns: (transfer full): never %NULL, also of no bytes, of which a #GBytes may have %NULL for data
 */
char *weir_key_mask_dup_text (const WeirKeyLead *lead, GBytes *bytes);

/* The same of a few words, as of an error that quotes what it was given. @text: (nullable). Returns: (transfer full)
 * (nullable) */
char *weir_key_mask_text (const char *text);

G_END_DECLS
