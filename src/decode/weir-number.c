/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-number.h"

#include <string.h>

#include "weir-format.h"

static const struct
{
  const char *name;
  guint size;
} numbers[WEIR_N_NUMBERS] = {
  { "u8", 1 },  { "i8", 1 },  { "u16", 2 }, { "i16", 2 }, { "u32", 4 },
  { "i32", 4 }, { "u64", 8 }, { "i64", 8 }, { "f32", 4 }, { "f64", 8 },
};

const char *
weir_number_get_name (WeirNumber number)
{
  g_return_val_if_fail (number < WEIR_N_NUMBERS, "");

  return numbers[number].name;
}

static guint64
read_bits (const guint8 *data, guint size, gboolean is_big_endian)
{
  guint64 bits = 0;

  for (guint i = 0; i < size; i++)
    bits = bits << 8 | data[is_big_endian ? i : size - 1 - i];
  return bits;
}

static char *
format_signed (guint64 bits, guint size)
{
  guint unused = 64 - 8 * size;
  gint64 value = (gint64) (bits << unused) >> unused;
  g_autofree char *amount = weir_format_count (value < 0 ? -(guint64) value : (guint64) value);

  return value < 0 ? g_strconcat ("−", amount, NULL) : g_steal_pointer (&amount);
}

static char *
format_float (guint64 bits, guint size)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  guint32 half = bits;
  float single;
  double value;

  memcpy (&single, &half, sizeof single);
  memcpy (&value, &bits, sizeof value);
  return g_strdup (size == 4 ? g_ascii_formatd (text, sizeof text, "%.9g", single)
                             : g_ascii_formatd (text, sizeof text, "%.17g", value));
}

char *
weir_number_dup_text (WeirNumber number, const guint8 *data, gsize len, gboolean is_big_endian)
{
  guint size;
  guint64 bits;

  g_return_val_if_fail (number < WEIR_N_NUMBERS, NULL);

  size = numbers[number].size;
  if (len < size)
    return NULL;
  bits = read_bits (data, size, is_big_endian);
  if (number >= WEIR_NUMBER_F32)
    return format_float (bits, size);
  return numbers[number].name[0] == 'u' ? weir_format_count (bits) : format_signed (bits, size);
}
