/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is looked for in messages: text, bytes, or a regular expression. Counted; any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_NEEDLE_TEXT,  /* letters match in either case, those beyond ASCII as whole characters */
  WEIR_NEEDLE_HEX,   /* as weir_hex_parse() takes it */
  WEIR_NEEDLE_REGEX, /* as PCRE has it, lines by themselves; of a message the first 64 KiB */
  WEIR_N_NEEDLE_MODES,
} WeirNeedleMode;

typedef enum
{
  WEIR_NEEDLE_NOT_FOUND,
  WEIR_NEEDLE_FOUND,
  WEIR_NEEDLE_GAVE_UP, /* the expression takes too long on these bytes */
} WeirNeedleResult;

typedef struct _WeirNeedle WeirNeedle;

/**
 * weir_needle_new:
 * @string: (nullable): what was typed
 *
 * Returns: (transfer full) (nullable): %NULL without an error if there is nothing to look for: everything matches then.
 * With one if @string is not what @mode wants: its message is a part of a sentence, for who typed it
 */
WeirNeedle *weir_needle_new (WeirNeedleMode mode, const char *string, GError **error);
WeirNeedle *weir_needle_ref (WeirNeedle *self);
void weir_needle_unref (WeirNeedle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirNeedle, weir_needle_unref)

WeirNeedleMode weir_needle_get_mode (WeirNeedle *self);
gboolean weir_needle_equal (WeirNeedle *a, WeirNeedle *b); /* both (nullable) */

/**
 * weir_needle_find:
 * @from: where to begin to look
 * @start: (out): of the first hit, which is never empty
 * @end: (out): behind it
 */
WeirNeedleResult weir_needle_find (WeirNeedle *self, const guint8 *data, gsize len, gsize from, gsize *start,
                                   gsize *end);

/* Whether it is there, be it empty: `$` is in every message, `^$` in an empty one. */
WeirNeedleResult weir_needle_match (WeirNeedle *self, const guint8 *data, gsize len);

/* Whether text that was typed may well be meant as bytes: pairs of hexadecimal digits with spaces between. */
gboolean weir_needle_is_like_hex (const char *string);

G_END_DECLS
