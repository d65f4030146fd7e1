/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-utf8.h"

#include <string.h>

/* A state machine without branches: the row of a byte holds, six bits for each state, the state that follows, and a
 * state's number is where its bits are. What may come in which state is Unicode's table 3-7. */
enum
{
  BETWEEN = 0,
  NEED_1 = 6,
  NEED_2 = 12,
  NEED_3 = 18,
  AFTER_E0 = 24, /* lower ones would be overlong */
  AFTER_ED = 30, /* higher ones are surrogates */
  AFTER_F0 = 36, /* lower ones would be overlong */
  AFTER_F4 = 42, /* higher ones lie above U+10FFFF */
  FAIL = 48,
};

#define STATE_BITS 63

#define ROW(between, need_1, need_2, need_3, after_e0, after_ed, after_f0, after_f4)                                   \
  ((guint64) (between) << BETWEEN | (guint64) (need_1) << NEED_1 | (guint64) (need_2) << NEED_2 |                      \
   (guint64) (need_3) << NEED_3 | (guint64) (after_e0) << AFTER_E0 | (guint64) (after_ed) << AFTER_ED |                \
   (guint64) (after_f0) << AFTER_F0 | (guint64) (after_f4) << AFTER_F4 | (guint64) FAIL << FAIL)
#define LEAD(next) ROW (next, FAIL, FAIL, FAIL, FAIL, FAIL, FAIL, FAIL)

static const guint64 rows[256] = {
  [0x00 ... 0x7f] = LEAD (BETWEEN),
  [0x80 ... 0x8f] = ROW (FAIL, BETWEEN, NEED_1, NEED_2, FAIL, NEED_1, FAIL, NEED_2),
  [0x90 ... 0x9f] = ROW (FAIL, BETWEEN, NEED_1, NEED_2, FAIL, NEED_1, NEED_2, FAIL),
  [0xa0 ... 0xbf] = ROW (FAIL, BETWEEN, NEED_1, NEED_2, NEED_1, FAIL, NEED_2, FAIL),
  [0xc0 ... 0xc1] = LEAD (FAIL),
  [0xc2 ... 0xdf] = LEAD (NEED_1),
  [0xe0] = LEAD (AFTER_E0),
  [0xe1 ... 0xec] = LEAD (NEED_2),
  [0xed] = LEAD (AFTER_ED),
  [0xee ... 0xef] = LEAD (NEED_2),
  [0xf0] = LEAD (AFTER_F0),
  [0xf1 ... 0xf3] = LEAD (NEED_3),
  [0xf4] = LEAD (AFTER_F4),
  [0xf5 ... 0xff] = LEAD (FAIL),
};

/* What is looked at together: skipped if all of it is ASCII. */
#define STEP_SIZE 16

#define TOP_BITS G_GUINT64_CONSTANT (0x8080808080808080)

static inline gboolean
is_ascii (const guint8 *data)
{
  guint64 words[STEP_SIZE / sizeof (guint64)];

  memcpy (words, data, sizeof words);

  return ((words[0] | words[1]) & TOP_BITS) == 0;
}

static inline guint64
run (guint64 state, const guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    state = rows[data[i]] >> (state & STATE_BITS);

  return state & STATE_BITS;
}

gboolean
weir_utf8_push (WeirUtf8 *self, const guint8 *data, gsize len)
{
  guint64 state = self->state;

  for (; len >= STEP_SIZE; data += STEP_SIZE, len -= STEP_SIZE)
    {
      if (state == BETWEEN && is_ascii (data))
        continue;
      state = run (state, data, STEP_SIZE);
      if (state == FAIL)
        return FALSE;
    }
  state = run (state, data, len);
  self->state = state;

  return state != FAIL;
}
