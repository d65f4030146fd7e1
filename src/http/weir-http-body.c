/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-body.h"

/* 60 bits. */
#define MAX_DIGITS 15

/* Of an extension, and of all trailers. */
#define MAX_SKIPPED 8192

void
weir_http_body_init (WeirHttpBody *self, const WeirHttpHead *head)
{
  *self = (WeirHttpBody){ .state = WEIR_HTTP_BODY_IN_SIZE };
  if (head->is_chunked)
    return;
  self->left = head->length;
  self->state = head->length > 0 ? WEIR_HTTP_BODY_IN_LENGTH : WEIR_HTTP_BODY_OVER;
}

static void
enter (WeirHttpBody *self, WeirHttpBodyState state)
{
  self->state = state;
  self->n_digits = self->n_line = self->n_skipped = 0;
}

static gboolean
end_size (WeirHttpBody *self)
{
  if (self->n_digits == 0)
    return FALSE;
  enter (self, self->left > 0 ? WEIR_HTTP_BODY_IN_CHUNK : WEIR_HTTP_BODY_IN_TRAILER);
  return TRUE;
}

static gboolean
take_size (WeirHttpBody *self, char c)
{
  int digit = g_ascii_xdigit_value (c);

  if (digit >= 0)
    {
      self->left = (self->n_digits > 0 ? self->left << 4 : 0) + (guint) digit;
      return ++self->n_digits <= MAX_DIGITS;
    }
  if (c == '\n')
    return end_size (self);
  if (c == '\r' || c == ';' || c == ' ' || c == '\t')
    self->state = WEIR_HTTP_BODY_IN_EXTENSION;
  return self->state == WEIR_HTTP_BODY_IN_EXTENSION && self->n_digits > 0;
}

static gboolean
take_after_chunk (WeirHttpBody *self, char c)
{
  if (c == '\n')
    enter (self, WEIR_HTTP_BODY_IN_SIZE);
  else if (c != '\r' || ++self->n_line > 1)
    return FALSE;
  return TRUE;
}

static gboolean
take_trailer (WeirHttpBody *self, char c)
{
  if (c == '\n' && self->n_line == 0)
    enter (self, WEIR_HTTP_BODY_OVER);
  else if (c == '\n')
    self->n_line = 0;
  else if (c != '\r')
    self->n_line++;
  return ++self->n_skipped <= MAX_SKIPPED;
}

/* What stands between the data. FALSE: it should not be there. */
static gboolean
take (WeirHttpBody *self, char c)
{
  switch (self->state)
    {
    case WEIR_HTTP_BODY_IN_SIZE:
      return take_size (self, c);
    case WEIR_HTTP_BODY_IN_EXTENSION:
      return c == '\n' ? end_size (self) : ++self->n_skipped <= MAX_SKIPPED;
    case WEIR_HTTP_BODY_AFTER_CHUNK:
      return take_after_chunk (self, c);
    case WEIR_HTTP_BODY_IN_TRAILER:
      return take_trailer (self, c);
    case WEIR_HTTP_BODY_IN_LENGTH:
    case WEIR_HTTP_BODY_IN_CHUNK:
    case WEIR_HTTP_BODY_OVER:
    default:
      g_assert_not_reached ();
    }
}

static void
take_data (WeirHttpBody *self, const guint8 **cursor, const guint8 *end, const guint8 **data, gsize *len)
{
  *data = *cursor;
  *len = (gsize) MIN ((guint64) (end - *cursor), self->left);
  *cursor += *len;
  self->left -= *len;
  if (self->left == 0)
    enter (self, self->state == WEIR_HTTP_BODY_IN_CHUNK ? WEIR_HTTP_BODY_AFTER_CHUNK : WEIR_HTTP_BODY_OVER);
}

WeirHttpBodyResult
weir_http_body_next (WeirHttpBody *self, const guint8 **cursor, const guint8 *end, const guint8 **data, gsize *len)
{
  while (self->state != WEIR_HTTP_BODY_OVER)
    {
      if (*cursor == end)
        return WEIR_HTTP_BODY_MORE;
      if (self->state == WEIR_HTTP_BODY_IN_LENGTH || self->state == WEIR_HTTP_BODY_IN_CHUNK)
        {
          take_data (self, cursor, end, data, len);
          return WEIR_HTTP_BODY_DATA;
        }
      if (!take (self, (char) *(*cursor)++))
        return WEIR_HTTP_BODY_BAD;
    }
  return WEIR_HTTP_BODY_END;
}
