/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-frame.h"

#include <string.h>

#define FINAL_BIT   0x80
#define RSV_BITS    0x70
#define OP_BITS     0x0f
#define MASK_BIT    0x80
#define LENGTH_BITS 0x7f

/* The values of the 7-bit length that say where the length really is. */
#define LENGTH_IN_16_BITS 126
#define LENGTH_IN_64_BITS 127

/* Loads and stores of this type may lie anywhere; the compiler makes them vector instructions of the machine. */
typedef guint64 WeirWords __attribute__ ((vector_size (32), aligned (1), may_alias));

/* From this size on it pays to ask the processor for what the distribution's baseline leaves out: three times as fast.
 */
#define WIDE_SIZE 256

static const char *
check_first_byte (guint8 byte)
{
  guint8 op = byte & OP_BITS;

  if ((byte & RSV_BITS) != 0)
    return "RSV bit set without an extension";
  if (op > WEIR_OP_PONG || (op > WEIR_OP_BINARY && op < WEIR_OP_CLOSE))
    return "unknown opcode";
  if (op >= WEIR_OP_CLOSE && (byte & FINAL_BIT) == 0)
    return "fragmented control frame";

  return NULL;
}

WeirParse
weir_frame_head_parse (WeirFrameHead *head, const guint8 *data, gsize len, const char **reason)
{
  guint8 length_bits, size;
  guint64 length;

  if (len < 1)
    return WEIR_PARSE_MORE;
  *reason = check_first_byte (data[0]);
  if (G_UNLIKELY (*reason != NULL))
    return WEIR_PARSE_BAD;

  if (len < 2)
    return WEIR_PARSE_MORE;
  length_bits = data[1] & LENGTH_BITS;
  if (G_UNLIKELY (length_bits > WEIR_CONTROL_MAX_SIZE && (data[0] & OP_BITS) >= WEIR_OP_CLOSE))
    {
      *reason = "control frame longer than 125 bytes";
      return WEIR_PARSE_BAD;
    }

  size = 2 + ((data[1] & MASK_BIT) != 0 ? 4 : 0);
  if (length_bits == LENGTH_IN_16_BITS)
    size += 2;
  else if (length_bits == LENGTH_IN_64_BITS)
    size += 8;
  if (len < size)
    return WEIR_PARSE_MORE;

  length = length_bits;
  if (length_bits == LENGTH_IN_16_BITS)
    {
      guint16 wire;

      memcpy (&wire, data + 2, sizeof wire);
      length = GUINT16_FROM_BE (wire);
    }
  else if (length_bits == LENGTH_IN_64_BITS)
    {
      memcpy (&length, data + 2, sizeof length);
      length = GUINT64_FROM_BE (length);
    }

  if (G_UNLIKELY ((length >> 63) != 0))
    *reason = "length with its top bit set";
  else if (G_UNLIKELY ((length_bits == LENGTH_IN_16_BITS && length < LENGTH_IN_16_BITS) ||
                       (length_bits == LENGTH_IN_64_BITS && length <= G_MAXUINT16)))
    *reason = "length not in its shortest form";
  if (G_UNLIKELY (*reason != NULL))
    return WEIR_PARSE_BAD;

  head->op = data[0] & OP_BITS;
  head->is_final = (data[0] & FINAL_BIT) != 0;
  head->is_masked = (data[1] & MASK_BIT) != 0;
  if (head->is_masked)
    memcpy (head->mask, data + size - 4, 4);
  else
    memset (head->mask, 0, 4);
  head->size = size;
  head->length = length;

  return WEIR_PARSE_OK;
}

gsize
weir_frame_head_write (const WeirFrameHead *head, guint8 out[WEIR_FRAME_HEAD_MAX_SIZE])
{
  gsize size = 2;

  out[0] = (head->is_final ? FINAL_BIT : 0) | head->op;
  if (head->length < LENGTH_IN_16_BITS)
    {
      out[1] = head->length;
    }
  else if (head->length <= G_MAXUINT16)
    {
      guint16 wire = GUINT16_TO_BE (head->length);

      out[1] = LENGTH_IN_16_BITS;
      memcpy (out + size, &wire, sizeof wire);
      size += sizeof wire;
    }
  else
    {
      guint64 wire = GUINT64_TO_BE (head->length);

      out[1] = LENGTH_IN_64_BITS;
      memcpy (out + size, &wire, sizeof wire);
      size += sizeof wire;
    }

  if (head->is_masked)
    {
      out[1] |= MASK_BIT;
      memcpy (out + size, head->mask, 4);
      size += 4;
    }

  return size;
}

/* Returns how many bytes were done, all but the last few. @to and @from may be the same. */
static inline __attribute__ ((always_inline)) gsize
xor_words (guint8 *to, const guint8 *from, gsize len, guint64 key)
{
  gsize i = 0;

  for (; i + sizeof (WeirWords) <= len; i += sizeof (WeirWords))
    *(WeirWords *) (to + i) = *(const WeirWords *) (from + i) ^ (WeirWords) { key, key, key, key };

  return i;
}

#ifdef __x86_64__
__attribute__ ((target ("avx2"))) static gsize
xor_words_wide (guint8 *to, const guint8 *from, gsize len, guint64 key)
{
  return xor_words (to, from, len, key);
}

#define HAS_WIDE() __builtin_cpu_supports ("avx2")
#else
#define xor_words_wide xor_words
#define HAS_WIDE()     FALSE
#endif

static inline void
xor_bytes (guint8 *to, const guint8 *from, gsize len, const guint8 mask[4], gsize offset)
{
  guint turn = 8 * (offset % 4);
  guint32 key32;
  guint64 key;
  gsize i;

  memcpy (&key32, mask, sizeof key32);
  key32 = GUINT32_FROM_LE (key32);
  key32 =
      GUINT32_TO_LE (key32 >> turn | (guint64) key32 << (32 - turn)); /* by a key that begins where the payload does */
  key = (guint64) key32 << 32 | key32;

  if (len >= WIDE_SIZE && HAS_WIDE ())
    i = xor_words_wide (to, from, len, key);
  else
    i = xor_words (to, from, len, key);
  for (; i + sizeof key32 <= len; i += sizeof key32)
    {
      guint32 word;

      memcpy (&word, from + i, sizeof word);
      word ^= key32;
      memcpy (to + i, &word, sizeof word);
    }
  for (; i < len; i++)
    to[i] = from[i] ^ ((const guint8 *) &key32)[i % sizeof key32];
}

void
weir_mask_apply (guint8 *data, gsize len, const guint8 mask[4], gsize offset)
{
  xor_bytes (data, data, len, mask, offset);
}

void
weir_mask_copy (guint8 *to, const guint8 *from, gsize len, const guint8 mask[4], gsize offset)
{
  xor_bytes (to, from, len, mask, offset);
}
