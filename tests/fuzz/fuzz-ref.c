/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-ref.h"

typedef struct
{
  WeirSpan payload;
  const char *last_end; /* of the ref before: they come in order, and not one inside of the other */
  gboolean is_checked;
} Walk;

static gboolean
found_cb (WeirSpan ref, const char *path, gpointer user_data)
{
  Walk *walk = user_data;
  g_autoptr (WeirRef) parsed = NULL;
  g_autofree char *url = NULL;

  g_assert_true (ref.text >= walk->last_end && ref.text + ref.len <= walk->payload.text + walk->payload.len);
  g_assert_true (g_utf8_validate (path, -1, NULL));
  walk->last_end = ref.text + ref.len;
  if (!walk->is_checked)
    return TRUE;
  parsed = weir_ref_from_span (ref, NULL);
  g_assert_nonnull (parsed);
  url = weir_ref_dup_path (parsed);
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  WeirSpan payload = { (const char *) data, size };
  Walk walk = { payload, payload.text, weir_json_check (payload, WEIR_JSON_MAX_DEPTH, NULL) };
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRef) ref = weir_ref_from_span (payload, &error);

  g_assert_true ((ref != NULL) == (error == NULL));
  weir_ref_foreach (payload, found_cb, &walk);
  return 0;
}
