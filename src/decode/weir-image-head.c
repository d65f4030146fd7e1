/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-image-head.h"

#include <string.h>

static guint32
read_be16 (const guint8 *at)
{
  return (guint32) at[0] << 8 | at[1];
}

static guint32
read_be32 (const guint8 *at)
{
  return read_be16 (at) << 16 | read_be16 (at + 2);
}

static guint32
read_le16 (const guint8 *at)
{
  return (guint32) at[1] << 8 | at[0];
}

static guint32
read_le24 (const guint8 *at)
{
  return (guint32) at[2] << 16 | read_le16 (at);
}

static WeirImageFind
set_size (WeirImageHead *head, guint32 width, guint32 height)
{
  head->width = width;
  head->height = height;
  return width > 0 && height > 0 ? WEIR_IMAGE_KNOWN : WEIR_IMAGE_BROKEN;
}

/* Signature, then the first chunk, which is to be IHDR. */
static WeirImageFind
read_png (const guint8 *data, gsize len, WeirImageHead *head)
{
  if (len < 24)
    return WEIR_IMAGE_PARTIAL;
  if (memcmp (data + 12, "IHDR", 4) != 0)
    return WEIR_IMAGE_BROKEN;
  return set_size (head, read_be32 (data + 16), read_be32 (data + 20));
}

static WeirImageFind
read_gif (const guint8 *data, gsize len, WeirImageHead *head)
{
  if (len < 10)
    return WEIR_IMAGE_PARTIAL;
  return set_size (head, read_le16 (data + 6), read_le16 (data + 8));
}

static gboolean
is_start_of_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* From segment to segment until the one with the size. */
static WeirImageFind
read_jpeg (const guint8 *data, gsize len, WeirImageHead *head)
{
  gsize at = 2;

  while (at + 4 <= len)
    {
      if (data[at] != 0xff)
        return WEIR_IMAGE_BROKEN;
      if (data[at + 1] == 0xff) /* padding */
        {
          at++;
          continue;
        }
      if (is_start_of_frame (data[at + 1]))
        return at + 9 <= len ? set_size (head, read_be16 (data + at + 7), read_be16 (data + at + 5))
                             : WEIR_IMAGE_PARTIAL;
      if (data[at + 1] == 0xda || data[at + 1] == 0xd9 || read_be16 (data + at + 2) < 2) /* pixels, or the end */
        return WEIR_IMAGE_BROKEN;
      at += 2 + read_be16 (data + at + 2);
    }
  return WEIR_IMAGE_PARTIAL;
}

/* Lossy, lossless and extended ones have their size in three places. */
static WeirImageFind
read_webp (const guint8 *data, gsize len, WeirImageHead *head)
{
  if (len < 30)
    return WEIR_IMAGE_PARTIAL;
  if (memcmp (data + 12, "VP8X", 4) == 0)
    return set_size (head, read_le24 (data + 24) + 1, read_le24 (data + 27) + 1);
  if (memcmp (data + 12, "VP8L", 4) == 0 && data[20] == 0x2f)
    return set_size (head, (read_le16 (data + 21) & 0x3fff) + 1, (read_le24 (data + 22) >> 6 & 0x3fff) + 1);
  if (memcmp (data + 12, "VP8 ", 4) == 0 && memcmp (data + 23, "\x9d\x01\x2a", 3) == 0)
    return set_size (head, read_le16 (data + 26) & 0x3fff, read_le16 (data + 28) & 0x3fff);
  return WEIR_IMAGE_BROKEN;
}

static gboolean
begins (const guint8 *data, gsize len, const char *with, gsize with_len)
{
  return len >= with_len && memcmp (data, with, with_len) == 0;
}

WeirImageFind
weir_image_head_read (const guint8 *data, gsize len, WeirImageHead *head)
{
  *head = (WeirImageHead){ 0 };
  if (begins (data, len, "\x89PNG\r\n\x1a\n", 8))
    {
      head->type = WEIR_IMAGE_PNG;
      return read_png (data, len, head);
    }
  if (begins (data, len, "\xff\xd8\xff", 3))
    {
      head->type = WEIR_IMAGE_JPEG;
      return read_jpeg (data, len, head);
    }
  if (begins (data, len, "GIF87a", 6) || begins (data, len, "GIF89a", 6))
    {
      head->type = WEIR_IMAGE_GIF;
      return read_gif (data, len, head);
    }
  if (len >= 12 && begins (data, len, "RIFF", 4) && memcmp (data + 8, "WEBP", 4) == 0)
    {
      head->type = WEIR_IMAGE_WEBP;
      return read_webp (data, len, head);
    }
  return WEIR_IMAGE_NONE;
}

gboolean
weir_image_head_is_too_large (const WeirImageHead *head)
{
  return head->width > WEIR_IMAGE_MAX_SIDE || head->height > WEIR_IMAGE_MAX_SIDE ||
         (guint64) head->width * head->height > WEIR_IMAGE_MAX_PIXELS;
}

const char *
weir_image_type_get_name (WeirImageType type)
{
  static const char *const names[] = { "PNG", "JPEG", "GIF", "WebP" };

  g_return_val_if_fail (type < G_N_ELEMENTS (names), "");
  return names[type];
}
