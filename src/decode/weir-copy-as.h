/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes as they go into other programs. Unlike a preview, nothing is left out for the eye: text keeps its control
 * characters. Access keys are the caller's care (weir_key_mask ()). Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_COPY_TEXT,    /* what is not UTF-8, and NUL, becomes U+FFFD */
  WEIR_COPY_HEX,     /* `50 41 52 31` */
  WEIR_COPY_BASE64,  /* one line, with padding */
  WEIR_COPY_C_ARRAY, /* `const unsigned char data[4] = { … };`, twelve bytes a line */
  WEIR_N_COPIES,
} WeirCopyAs;

/* A clipboard is no place for a file. */
#define WEIR_COPY_MAX_BYTES (1 << 20)

/**
 * weir_copy_as:
 *
 * Returns: (transfer full): valid UTF-8; of the first %WEIR_COPY_MAX_BYTES only
 */
char *weir_copy_as (const guint8 *data, gsize len, WeirCopyAs as);

/**
 * weir_copy_describe:
 * @len: of what was to be copied
 *
 * Returns: (transfer full): a sentence for a toast: what was copied, and whether that is all
 */
char *weir_copy_describe (gsize len, WeirCopyAs as);

/* The name of an action's target, and what it stands for: "text", "hex", "base64", "c-array". FALSE: it is none. */
const char *weir_copy_as_get_name (WeirCopyAs as);
gboolean weir_copy_as_from_name (const char *name, WeirCopyAs *as);

G_END_DECLS
