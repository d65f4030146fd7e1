/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The numbers that bytes may stand for. Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_NUMBER_U8,
  WEIR_NUMBER_I8,
  WEIR_NUMBER_U16,
  WEIR_NUMBER_I16,
  WEIR_NUMBER_U32,
  WEIR_NUMBER_I32,
  WEIR_NUMBER_U64,
  WEIR_NUMBER_I64,
  WEIR_NUMBER_F32,
  WEIR_NUMBER_F64,
  WEIR_N_NUMBERS,
} WeirNumber;

/* "u16": as programmers call it. */
const char *weir_number_get_name (WeirNumber number);

/* The first bytes of @data as that number; (transfer full) (nullable): %NULL: there are too few. */
char *weir_number_dup_text (WeirNumber number, const guint8 *data, gsize len, gboolean is_big_endian);

G_END_DECLS
