/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Aids for who works on the application, asked for by words in the environment's WEIR_DEBUG. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_DEBUG_RTL = 1 << 0,    /* rtl: laid out from right to left, whatever the language is */
  WEIR_DEBUG_LARGE = 1 << 1,  /* large: text of 200 %, as the desktop's setting makes it */
  WEIR_DEBUG_FRAMES = 1 << 2, /* frames: how long each took (weir-frame-log.h) */
  WEIR_DEBUG_STALLS = 1 << 3, /* stalls: what holds the main loop (weir-stall-watch.h) */
} WeirDebugFlags;

WeirDebugFlags weir_debug_get (void);

/* Once GTK is there, before the first widget. */
void weir_debug_init (void);

G_END_DECLS
