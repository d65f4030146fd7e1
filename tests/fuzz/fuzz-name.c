/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "weir-growing.h"
#include "weir-payload.h"
#include "weir-preview.h"

static void
assert_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
read_name (const guint8 *data, gsize size)
{
  g_auto (WeirName) name = { 0 };
  g_autoptr (WeirGrowing) growing = weir_growing_new ();
  g_autofree char *text = NULL;
  gboolean has_gaps;

  if (!weir_name_read (&name, (WeirSpan){ (const char *) data, size }))
    return;
  g_assert_true (name.kind != WEIR_NAME_NONE && name.name != NULL && !isnan (name.share));
  g_assert_true ((name.kind == WEIR_NAME_DELTA) == (name.piece != NULL));
  assert_text (name.name);
  assert_text (name.gist);
  assert_text (name.piece);
  weir_growing_add (growing, 1, &name);
  text = weir_growing_dup_text (growing, 1, G_MAXSIZE, &has_gaps);
  if (name.piece != NULL)
    g_assert_cmpstr (text, ==, name.piece);
}

/* What a row of the list and the viewer make of any message. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize prefix;
  guint n_broken;
  g_autofree char *line = weir_name_dup_line (data, size, 80, &prefix);
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (WeirPayload) payload = weir_payload_new (bytes, NULL);
  g_autofree char *text = weir_payload_dup_text (payload, FALSE, payload->is_json, &n_broken);

  g_assert_cmpuint (prefix, <=, strlen (line));
  assert_text (line);
  assert_text (text);
  read_name (data, size);
  return 0;
}
