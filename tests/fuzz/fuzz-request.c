/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-http-body.h"

#include <string.h>

/* The first byte says how the others are cut into reads. Whatever they are, the same comes out as of one read. */

/* @step: bytes a read; the data, and at its end the number of bytes that were not used, or that it is broken. */
static GByteArray *
read_body (const WeirHttpHead *head, const guint8 *data, gsize size, gsize step)
{
  GByteArray *body = g_byte_array_new ();
  WeirHttpBodyResult result = WEIR_HTTP_BODY_MORE;
  const guint8 *cursor = data;
  WeirHttpBody decoder;
  guint64 rest;

  weir_http_body_init (&decoder, head);
  while (result == WEIR_HTTP_BODY_MORE && cursor < data + size)
    do
      {
        const guint8 *piece;
        gsize len;

        result =
            weir_http_body_next (&decoder, &cursor, data + MIN (size, (gsize) (cursor - data) + step), &piece, &len);
        if (result == WEIR_HTTP_BODY_DATA)
          g_byte_array_append (body, piece, (guint) len);
      }
    while (result == WEIR_HTTP_BODY_DATA && cursor < data + size);
  rest = result == WEIR_HTTP_BODY_BAD ? G_MAXUINT64 : (guint64) (data + size - cursor);
  g_byte_array_append (body, (const guint8 *) &rest, sizeof rest);
  return body;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize n = size > 0 ? weir_http_head_measure (data + 1, size - 1) : 0;
  g_autoptr (WeirHttpHead) head = NULL;
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) cut = NULL;
  const char *why = NULL;
  guint status = 0;

  if (n == 0)
    return 0;
  head = weir_http_head_parse (data + 1, n, &status, &why);
  if (head == NULL)
    {
      g_assert_true (status >= 400 && status < 600 && why != NULL);
      return 0;
    }
  g_assert_true (*head->path == '/' || g_str_equal (head->path, "*"));
  g_assert_false (head->is_chunked && head->length > 0);
  whole = read_body (head, data + 1 + n, size - 1 - n, G_MAXINT);
  cut = read_body (head, data + 1 + n, size - 1 - n, 1 + data[0] % 16);
  g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
  return 0;
}
