/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* UTF-8 as RFC 6455 wants it in text messages, in pieces. NUL is legal there, which GLib's validators refuse. */

G_BEGIN_DECLS

typedef struct
{
  guint8 state; /* 0: between characters */
} WeirUtf8;

/* FALSE as soon as no continuation could make it valid. Runs of ASCII are skipped a word at a time. */
gboolean weir_utf8_push (WeirUtf8 *self, const guint8 *data, gsize len);

/* Whether the text may end here. */
#define weir_utf8_is_complete(self) ((self)->state == 0)

G_END_DECLS
