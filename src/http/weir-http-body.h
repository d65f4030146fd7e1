/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-http-head.h"

/* Takes the body of a request out of the bytes that follow its head: as many as were announced, or chunks (RFC 9112
 * §7.1). Allocates nothing; extensions and trailers are skipped. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_HTTP_BODY_MORE, /* everything there was has been used */
  WEIR_HTTP_BODY_DATA,
  WEIR_HTTP_BODY_END,
  WEIR_HTTP_BODY_BAD, /* nobody knows where it ends */
} WeirHttpBodyResult;

typedef enum
{
  WEIR_HTTP_BODY_IN_LENGTH,
  WEIR_HTTP_BODY_IN_SIZE,
  WEIR_HTTP_BODY_IN_EXTENSION,
  WEIR_HTTP_BODY_IN_CHUNK,
  WEIR_HTTP_BODY_AFTER_CHUNK,
  WEIR_HTTP_BODY_IN_TRAILER,
  WEIR_HTTP_BODY_OVER,
} WeirHttpBodyState;

typedef struct
{
  WeirHttpBodyState state;
  guint64 left;    /* of the chunk or the body */
  guint n_digits;  /* of a chunk's size */
  guint n_line;    /* characters of the trailer's line */
  guint n_skipped; /* of the extension, or of all trailers */
} WeirHttpBody;

void weir_http_body_init (WeirHttpBody *self, const WeirHttpHead *head);

/* Moves *@cursor. DATA: *@data is some of the body. */
WeirHttpBodyResult weir_http_body_next (WeirHttpBody *self, const guint8 **cursor, const guint8 *end,
                                        const guint8 **data, gsize *len);

G_END_DECLS
