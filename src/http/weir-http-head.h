/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

/* The head of an HTTP/1 request: what was asked for, and how its body is measured. Stricter than libsoup's parser where
 * two readers of one connection might disagree about where a request ends. */

G_BEGIN_DECLS

/* Largest head of a request. */
#define WEIR_HTTP_MAX_HEAD (64 * 1024)

/* RFC 6585 §5; libsoup's enumeration ends before it. */
#define WEIR_HTTP_STATUS_HEAD_TOO_LARGE 431

typedef struct
{
  char *method; /* as it came: methods are told apart by case */
  char *path;   /* as it came, percent-encoded; begins with `/`, or is `*` */
  char *query;  /* as it came; nullable */
  SoupMessageHeaders *headers;
  gboolean is_1_0;     /* the answer cannot be chunked */
  gboolean keep_alive; /* the client may ask for more on this connection */
  gboolean expects_continue;
  gboolean is_chunked; /* the body */
  guint64 length;      /* of a body that is not; 0: there is none */
} WeirHttpHead;

/* The size of the head that @data begins with, its empty line included; 0: it is not complete. */
gsize weir_http_head_measure (const guint8 *data, gsize len);

/* @data: a complete head. NULL: refuse it with *@status, *@why (a constant) says why. */
WeirHttpHead *weir_http_head_parse (const guint8 *data, gsize len, guint *status, const char **why);
void weir_http_head_free (WeirHttpHead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHttpHead, weir_http_head_free)

/* Whether a body follows. */
gboolean weir_http_head_has_body (const WeirHttpHead *self);

/* Whether a header can be written as it stands: a token, and a value without control characters. */
gboolean weir_http_header_is_valid (const char *name, const char *value);

G_END_DECLS
