/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-json.h"

static void
assert_inside (WeirSpan inner, WeirSpan outer)
{
  g_assert_true (inner.text >= outer.text && inner.text + inner.len <= outer.text + outer.len);
}

/* Whether the text was checked or not, this must stay inside and end. */
static void
look_around (WeirSpan text, gboolean is_checked)
{
  WeirJsonIter iter;
  WeirSpan key, value;
  gint64 number;

  weir_json_iter_init (&iter, text);
  while (weir_json_iter_next (&iter, &key, &value))
    {
      g_autofree char *string = weir_json_dup_string (value);

      assert_inside (value, text);
      if (key.text != NULL)
        assert_inside (key, text);
      if (is_checked)
        g_assert_true (weir_json_check (value, WEIR_JSON_MAX_DEPTH, NULL));
      if (string != NULL)
        g_assert_true (g_utf8_validate (string, -1, NULL));
      if (string != NULL && is_checked && g_utf8_validate (value.text, value.len, NULL))
        g_assert_true (weir_json_string_equal (value, string));
      weir_json_get_int (value, &number);
    }
  weir_json_member (text, "a");
}

/* What was parsed and written again is the same when that is done once more. */
static void
write_again (WeirSpan text)
{
  g_autoptr (JsonNode) node = weir_json_parse (text, NULL);
  g_autoptr (JsonNode) node_again = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) out_again = g_string_new (NULL);

  g_assert_nonnull (node);
  weir_json_append_node (out, node);
  node_again = weir_json_parse ((WeirSpan){ out->str, out->len }, NULL);
  g_assert_nonnull (node_again);
  weir_json_append_node (out_again, node_again);
  g_assert_cmpstr (out_again->str, ==, out->str);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  WeirSpan text = { (const char *) data, size };
  g_autoptr (GError) error = NULL;
  gboolean is_valid = weir_json_check (text, WEIR_JSON_MAX_DEPTH, &error);

  g_assert_true (is_valid == (error == NULL));
  look_around (text, is_valid);
  if (is_valid)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      write_again (text);
      weir_json_append_with_member (out, text, "_caller_worker_id", "w");
      g_assert_true (weir_json_check ((WeirSpan){ out->str, out->len }, WEIR_JSON_MAX_DEPTH, NULL));
    }
  return 0;
}
