/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-content.h"
#include "weir-csv.h"
#include "weir-image-head.h"
#include "weir-sse.h"

static void
read_event (const guint8 *data, gsize size)
{
  g_auto (WeirSse) event = { 0 };

  weir_sse_read (&event, (const char *) data, size);
  g_assert_true (event.data == NULL || g_utf8_validate (event.data, -1, NULL));
  g_assert_true (event.event == NULL || g_utf8_validate (event.event, -1, NULL));
}

static void
read_record (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) fields = weir_csv_split ((const char *) data, size, ',');

  g_assert_cmpuint (fields->len, >, 0);
  for (guint i = 0; i < fields->len; i++)
    g_assert_true (g_utf8_validate (fields->pdata[i], -1, NULL));
}

/* What bytes are is told from them alone; an image that is decoded has a size within bounds. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  WeirImageHead head;
  WeirImageFind find = weir_image_head_read (data, size, &head);
  WeirContent content = weir_content_detect (data, size, TRUE);

  g_assert_true (find != WEIR_IMAGE_KNOWN || (head.width > 0 && head.height > 0));
  if (size <= WEIR_CONTENT_HEAD)
    g_assert_true ((find != WEIR_IMAGE_NONE) == (content == WEIR_CONTENT_IMAGE));
  weir_image_head_is_too_large (&head);
  weir_content_detect (data, size, FALSE);
  weir_csv_detect ((const char *) data, size);
  read_event (data, size);
  read_record (data, size);
  return 0;
}
