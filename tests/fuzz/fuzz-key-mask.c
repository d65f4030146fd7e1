/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-json.h"
#include "weir-key-mask.h"

static gboolean
is_json (GBytes *bytes)
{
  WeirSpan span;

  span.text = g_bytes_get_data (bytes, &span.len);
  return weir_json_check (span, WEIR_JSON_MAX_DEPTH, NULL);
}

/* As many bytes as before, each the same or masked. JSON stays JSON, and masking again changes nothing. (What becomes
 * JSON by being masked is another matter: it is looked at string by string then.) */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  guint n;
  g_autoptr (GBytes) masked = weir_key_mask (bytes, &n);
  g_autoptr (GBytes) again = weir_key_mask (masked, NULL);
  const guint8 *after = g_bytes_get_data (masked, NULL);
  gboolean was_json = is_json (bytes), stays_json = is_json (masked);

  g_assert_cmpuint (g_bytes_get_size (masked), ==, size);
  g_assert_true ((n == 0) == (masked == bytes));
  for (gsize i = 0; i < size; i++)
    g_assert_true (after[i] == data[i] || after[i] == '*');
  g_assert_true (!was_json || stays_json);
  if (was_json == stays_json)
    g_assert_true (g_bytes_equal (masked, again));
  return 0;
}
