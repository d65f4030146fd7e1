/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What an image says of itself before it is decoded. A header of thirty bytes may claim four billion pixels, so whoever
 * decodes asks here first. Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_IMAGE_PNG,
  WEIR_IMAGE_JPEG,
  WEIR_IMAGE_GIF,
  WEIR_IMAGE_WEBP,
} WeirImageType;

typedef enum
{
  WEIR_IMAGE_NONE,    /* these bytes begin no image that is known here */
  WEIR_IMAGE_PARTIAL, /* they do, but the size is not in them yet */
  WEIR_IMAGE_KNOWN,
  WEIR_IMAGE_BROKEN, /* the signature is one's, what follows is not, or is no image at all: 0 pixels */
} WeirImageFind;

typedef struct
{
  WeirImageType type; /* set unless NONE */
  guint32 width;      /* set if KNOWN, both more than 0 */
  guint32 height;
} WeirImageHead;

/* What is decoded at most: 4 bytes a pixel are 128 MiB. */
#define WEIR_IMAGE_MAX_SIDE   16384
#define WEIR_IMAGE_MAX_PIXELS (32 * 1024 * 1024)

WeirImageFind weir_image_head_read (const guint8 *data, gsize len, WeirImageHead *head);

gboolean weir_image_head_is_too_large (const WeirImageHead *head);

/* "PNG": not translated. */
const char *weir_image_type_get_name (WeirImageType type);

G_END_DECLS
