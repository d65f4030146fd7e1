/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-utf8.h"

#include <string.h>

/* What may come next inside of a character (Unicode 15, table 3-7), and the state after it. The state's number is the
 * row. */
enum
{
  BETWEEN,
  NEED_1,
  NEED_2,
  NEED_3,
  AFTER_E0, /* lower ones would be overlong */
  AFTER_ED, /* higher ones are surrogates */
  AFTER_F0, /* lower ones would be overlong */
  AFTER_F4, /* higher ones lie above U+10FFFF */
};

static const struct
{
  guint8 first, last, next;
} rules[] = {
  [NEED_1] = { 0x80, 0xbf, BETWEEN },  [NEED_2] = { 0x80, 0xbf, NEED_1 },   [NEED_3] = { 0x80, 0xbf, NEED_2 },
  [AFTER_E0] = { 0xa0, 0xbf, NEED_1 }, [AFTER_ED] = { 0x80, 0x9f, NEED_1 }, [AFTER_F0] = { 0x90, 0xbf, NEED_2 },
  [AFTER_F4] = { 0x80, 0x8f, NEED_2 },
};

/* The state after the first byte of a character from 0xc0 on; 0: no character begins so. */
static const guint8 leads[64] = {
  [0x02 ... 0x1f] = NEED_1, [0x20] = AFTER_E0, [0x21 ... 0x2c] = NEED_2, [0x2d] = AFTER_ED,
  [0x2e ... 0x2f] = NEED_2, [0x30] = AFTER_F0, [0x31 ... 0x33] = NEED_3, [0x34] = AFTER_F4,
};

#define TOP_BITS G_GUINT64_CONSTANT (0x8080808080808080)

/* Returns how many of the first bytes are certainly ASCII; in steps of words, so there may be a few more. */
static inline gsize
skip_ascii (const guint8 *data, gsize len)
{
  gsize i = 0;
  guint64 words[4];

  for (; i + sizeof words <= len; i += sizeof words)
    {
      memcpy (words, data + i, sizeof words);
      if (((words[0] | words[1] | words[2] | words[3]) & TOP_BITS) != 0)
        break;
    }
  for (; i + sizeof words[0] <= len; i += sizeof words[0])
    {
      memcpy (words, data + i, sizeof words[0]);
      if ((words[0] & TOP_BITS) != 0)
        break;
    }

  return i;
}

gboolean
weir_utf8_push (WeirUtf8 *self, const guint8 *data, gsize len)
{
  guint8 state = self->state;
  gsize i = 0;

  while (i < len)
    {
      guint8 byte = data[i];

      if (state != BETWEEN)
        {
          if (byte < rules[state].first || byte > rules[state].last)
            return FALSE;
          state = rules[state].next;
          i++;
        }
      else if (byte < 0x80)
        {
          i++;
          i += skip_ascii (data + i, len - i);
        }
      else
        {
          state = byte >= 0xc0 ? leads[byte - 0xc0] : BETWEEN;
          if (state == BETWEEN)
            return FALSE;
          i++;
        }
    }
  self->state = state;

  return TRUE;
}
