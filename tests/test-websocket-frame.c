/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-frame.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize size;
  WeirFrameHead head;
} Good;

static const Good goods[] = {
  { "empty text", { 0x81, 0x00 }, 2, { WEIR_OP_TEXT, TRUE, FALSE, { 0 }, 2, 0 } },
  { "largest short", { 0x82, 0x7d }, 2, { WEIR_OP_BINARY, TRUE, FALSE, { 0 }, 2, 125 } },
  { "masked", { 0x82, 0x85, 1, 2, 3, 4 }, 6, { WEIR_OP_BINARY, TRUE, TRUE, { 1, 2, 3, 4 }, 6, 5 } },
  { "smallest in 16 bits", { 0x02, 0x7e, 0x00, 0x7e }, 4, { WEIR_OP_BINARY, FALSE, FALSE, { 0 }, 4, 126 } },
  { "largest in 16 bits", { 0x80, 0x7e, 0xff, 0xff }, 4, { WEIR_OP_CONTINUATION, TRUE, FALSE, { 0 }, 4, 65535 } },
  { "masked in 16 bits",
    { 0x01, 0xfe, 0x01, 0x2c, 9, 8, 7, 6 },
    8,
    { WEIR_OP_TEXT, FALSE, TRUE, { 9, 8, 7, 6 }, 8, 300 } },
  { "smallest in 64 bits",
    { 0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0 },
    10,
    { WEIR_OP_BINARY, TRUE, FALSE, { 0 }, 10, 65536 } },
  { "largest in 64 bits",
    { 0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 1 },
    14,
    { WEIR_OP_BINARY, TRUE, TRUE, { 1, 0, 0, 1 }, 14, G_MAXINT64 } },
  { "close", { 0x88, 0x02 }, 2, { WEIR_OP_CLOSE, TRUE, FALSE, { 0 }, 2, 2 } },
  { "ping", { 0x89, 0xfd, 5, 6, 7, 8 }, 6, { WEIR_OP_PING, TRUE, TRUE, { 5, 6, 7, 8 }, 6, 125 } },
  { "pong", { 0x8a, 0x00 }, 2, { WEIR_OP_PONG, TRUE, FALSE, { 0 }, 2, 0 } },
};

static void
assert_heads_equal (const WeirFrameHead *a, const WeirFrameHead *b)
{
  g_assert_cmpint (a->op, ==, b->op);
  g_assert_cmpint (a->is_final, ==, b->is_final);
  g_assert_cmpint (a->is_masked, ==, b->is_masked);
  g_assert_cmpmem (a->mask, 4, b->mask, 4);
  g_assert_cmpint (a->size, ==, b->size);
  g_assert_cmpuint (a->length, ==, b->length);
}

static void
test_good (gconstpointer data)
{
  const Good *good = data;
  const char *reason;

  for (gsize cut = 0; cut < good->size; cut++)
    {
      g_autofree guint8 *bytes = g_memdup2 (good->bytes, cut); /* so that a read too far is seen */
      WeirFrameHead head, untouched;

      memset (&head, 0xee, sizeof head);
      untouched = head;
      g_assert_cmpint (weir_frame_head_parse (&head, bytes, cut, &reason), ==, WEIR_PARSE_MORE);
      g_assert_cmpmem (&head, sizeof head, &untouched, sizeof untouched);
    }
  for (gsize extra = 0; extra < 3; extra++)
    {
      g_autofree guint8 *bytes = g_malloc0 (good->size + extra);
      WeirFrameHead head;

      memcpy (bytes, good->bytes, good->size);
      g_assert_cmpint (weir_frame_head_parse (&head, bytes, good->size + extra, &reason), ==, WEIR_PARSE_OK);
      assert_heads_equal (&head, &good->head);
    }
}

static void
test_write (gconstpointer data)
{
  const Good *good = data;
  guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE];

  g_assert_cmpuint (weir_frame_head_write (&good->head, bytes), ==, good->size);
  g_assert_cmpmem (bytes, good->size, good->bytes, good->size);
}

typedef struct
{
  const char *name;
  guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize size;
  gsize known_after; /* bytes that show it */
  const char *word;  /* in the reason */
} Bad;

static const Bad bads[] = {
  { "rsv1", { 0xc2, 0x00 }, 2, 1, "RSV" },
  { "rsv2", { 0xa1, 0x00 }, 2, 1, "RSV" },
  { "rsv3", { 0x99, 0x00 }, 2, 1, "RSV" },
  { "opcode 3", { 0x83, 0x00 }, 2, 1, "opcode" },
  { "opcode 7", { 0x87, 0x00 }, 2, 1, "opcode" },
  { "opcode 11", { 0x8b, 0x00 }, 2, 1, "opcode" },
  { "opcode 15", { 0x8f, 0x00 }, 2, 1, "opcode" },
  { "fragmented close", { 0x08, 0x00 }, 2, 1, "fragmented" },
  { "fragmented ping", { 0x09, 0x00 }, 2, 1, "fragmented" },
  { "fragmented pong", { 0x0a, 0x00 }, 2, 1, "fragmented" },
  { "ping of 126 bytes", { 0x89, 0xfe, 0x00, 0x7e }, 4, 2, "125" },
  { "close of 64 KiB", { 0x88, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0 }, 10, 2, "125" },
  { "125 in 16 bits", { 0x82, 0x7e, 0x00, 0x7d }, 4, 4, "shortest" },
  { "0 in 16 bits", { 0x82, 0xfe, 0x00, 0x00, 1, 2, 3, 4 }, 8, 8, "shortest" },
  { "65535 in 64 bits", { 0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 10, 10, "shortest" },
  { "top bit", { 0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0 }, 10, 10, "top bit" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;

  for (gsize cut = 0; cut <= bad->size; cut++)
    {
      g_autofree guint8 *bytes = g_memdup2 (bad->bytes, cut);
      WeirFrameHead head;
      const char *reason = NULL;
      WeirParse parse = weir_frame_head_parse (&head, bytes, cut, &reason);

      g_assert_cmpint (parse, ==, cut < bad->known_after ? WEIR_PARSE_MORE : WEIR_PARSE_BAD);
      if (parse == WEIR_PARSE_BAD)
        g_assert_nonnull (strstr (reason, bad->word));
    }
}

/* Every first and second byte: nothing but the rules decides. */
static void
test_all_first_bytes (void)
{
  for (guint first = 0; first < 256; first++)
    for (guint second = 0; second < 256; second++)
      {
        guint8 bytes[14] = { first, second, 0x70, 0xff, 0, 0, 0, 1 };
        guint op = first & 0xf;
        gboolean is_good =
            (first & 0x70) == 0 && (op <= 2 || (op >= 8 && op <= 10 && first >= 0x80 && (second & 0x7f) <= 125));
        WeirFrameHead head;
        const char *reason;

        g_assert_cmpint (weir_frame_head_parse (&head, bytes, sizeof bytes, &reason), ==,
                         is_good ? WEIR_PARSE_OK : WEIR_PARSE_BAD);
      }
}

#define MASK_MAX_LEN       330
#define MASK_MAX_ALIGNMENT 32

static void
test_mask (void)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  guint8 plain[MASK_MAX_LEN], buffer[MASK_MAX_LEN + MASK_MAX_ALIGNMENT + 1], copy[sizeof buffer];

  for (guint i = 0; i < sizeof plain; i++)
    plain[i] = i * 7 + 1;
  for (gsize offset = 0; offset < 9; offset++)
    for (gsize alignment = 0; alignment < MASK_MAX_ALIGNMENT; alignment++)
      for (gsize len = 0; len <= MASK_MAX_LEN; len++)
        {
          guint8 expected[sizeof buffer];

          memset (expected, 0xaa, sizeof expected);
          memset (copy, 0xaa, sizeof copy);
          memset (buffer, 0xaa, sizeof buffer);
          memcpy (buffer + alignment, plain, len);
          for (gsize i = 0; i < len; i++)
            expected[alignment + i] = plain[i] ^ mask[(offset + i) % 4];

          weir_mask_apply (buffer + alignment, len, mask, offset);
          weir_mask_copy (copy + alignment, plain, len, mask, offset);
          g_assert_cmpint (memcmp (buffer, expected, sizeof expected), ==, 0); /* nothing around it either */
          g_assert_cmpint (memcmp (copy, expected, sizeof expected), ==, 0);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (goods); i++)
    {
      g_autofree char *parse = g_strdup_printf ("/websocket/frame/parse/%s", goods[i].name);
      g_autofree char *write = g_strdup_printf ("/websocket/frame/write/%s", goods[i].name);

      g_test_add_data_func (parse, &goods[i], test_good);
      g_test_add_data_func (write, &goods[i], test_write);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/frame/bad/%s", bads[i].name);

      g_test_add_data_func (path, &bads[i], test_bad);
    }
  g_test_add_func ("/websocket/frame/all-first-bytes", test_all_first_bytes);
  g_test_add_func ("/websocket/frame/mask", test_mask);

  return g_test_run ();
}
