/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-key-mask.h"

/* As many bytes as before, each the same or masked. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  guint n;
  g_autoptr (GBytes) masked = weir_key_mask (bytes, &n);
  const guint8 *after = g_bytes_get_data (masked, NULL);

  g_assert_cmpuint (g_bytes_get_size (masked), ==, size);
  g_assert_true ((n == 0) == (masked == bytes));
  for (gsize i = 0; i < size; i++)
    g_assert_true (after[i] == data[i] || after[i] == '*');
  return 0;
}
