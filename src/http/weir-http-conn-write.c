/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-conn-private.h"

#include <string.h>
#include <sys/epoll.h>

/* More go in a second call. */
#define FLUSH_VECTORS 64

/* The size of a chunk in hexadecimal, and its line's end. */
#define CHUNK_HEAD_MAX 20

/* What is said of how a body is sent is the connection's to say, and the rest of these concern nobody behind it. */
static const char *const own_headers[] = { "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade",
                                           "TE",         "Trailer",    "Proxy-Connection",  NULL };

void
weir_http_conn_break (WeirHttpConn *self)
{
  self->is_broken = TRUE;
  weir_out_queue_clear (&self->queue);
  weir_loop_make_ready (self->loop, &self->transport.watch);
}

void
weir_http_conn_flush (WeirHttpConn *self)
{
  struct iovec vectors[FLUSH_VECTORS];

  while (self->queue.size > 0)
    {
      guint n_vectors = weir_out_queue_get_vectors (&self->queue, vectors, FLUSH_VECTORS);
      gssize n = weir_transport_writev (&self->transport, vectors, n_vectors);

      if (n == WEIR_TRANSPORT_FAILED)
        weir_http_conn_break (self);
      if (n <= 0)
        return;
      self->has_progressed = TRUE;
      weir_out_queue_advance (&self->queue, (gsize) n);
    }
  if (!self->was_full)
    return;
  self->was_full = FALSE;
  if (self->out == WEIR_HTTP_OUT_STREAM && self->handler != NULL && self->handler->drained != NULL)
    self->handler->drained (self, self->handler_data);
}

/* Keeps what the socket has not taken of @vector, which begins with what has been. */
static void
weir_http_conn_keep_rest (WeirHttpConn *self, const struct iovec *vector, gsize done, WeirBlock *block)
{
  const guint8 *data = (const guint8 *) vector->iov_base + done;
  gsize len = vector->iov_len - done;
  gboolean is_in_block = block != NULL && data >= block->data && data < block->data + block->size;
  WeirBlock *kept = is_in_block ? weir_block_ref (block) : weir_block_new_copy (data, len);

  weir_out_queue_push (&self->queue, kept, is_in_block ? data : kept->data, len, FALSE);
}

/* Writes what the socket takes, and keeps the rest. */
static void
weir_http_conn_put (WeirHttpConn *self, struct iovec *vectors, guint n_vectors, WeirBlock *block)
{
  gssize n = WEIR_TRANSPORT_AGAIN;
  gsize done;

  if (self->is_broken || self->in == WEIR_HTTP_IN_DONE)
    return;
  if (self->queue.size == 0)
    n = weir_transport_writev (&self->transport, vectors, n_vectors);
  if (n == WEIR_TRANSPORT_FAILED)
    {
      weir_http_conn_break (self);
      return;
    }
  done = n > 0 ? (gsize) n : 0;
  for (guint i = 0; i < n_vectors; i++)
    {
      gsize of_this = MIN (done, vectors[i].iov_len);

      done -= of_this;
      if (of_this < vectors[i].iov_len)
        weir_http_conn_keep_rest (self, &vectors[i], of_this, block);
    }
  self->was_full = self->queue.size > 0;
}

void
weir_http_conn_continue (WeirHttpConn *self)
{
  static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
  struct iovec vector = { (void *) text, sizeof text - 1 };

  if (self->head == NULL || !self->head->expects_continue || self->has_continued || self->out != WEIR_HTTP_OUT_NONE)
    return;
  self->has_continued = TRUE;
  weir_http_conn_put (self, &vector, 1, NULL);
}

/* --- heads --- */

static gboolean
has_no_body (WeirHttpConn *self, guint status)
{
  return (self->head != NULL && g_str_equal (self->head->method, "HEAD")) || status == SOUP_STATUS_NO_CONTENT ||
         status == SOUP_STATUS_NOT_MODIFIED;
}

gboolean
weir_http_conn_wants_body (WeirHttpConn *self)
{
  return self->is_chunked || !self->is_sized || self->left > 0;
}

static gboolean
is_own_header (const char *name)
{
  for (const char *const *own = own_headers; *own != NULL; own++)
    if (g_ascii_strcasecmp (*own, name) == 0)
      return TRUE;
  return FALSE;
}

static void
append_headers (GString *out, SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  if (headers == NULL)
    return;
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (!is_own_header (name) && weir_http_header_is_valid (name, value) &&
        g_ascii_strcasecmp (name, "Content-Length") != 0)
      g_string_append_printf (out, "%s: %s\r\n", name, value);
}

static void
append_date (GString *out)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);

  g_string_append_printf (out, "Date: %s\r\n", date);
}

/* libsoup knows those of before RFC 6585 alone; an empty one is as good. */
static const char *
get_phrase (guint status)
{
  const char *phrase = soup_status_get_phrase (status);

  if (status == WEIR_HTTP_STATUS_HEAD_TOO_LARGE)
    return "Request Header Fields Too Large";
  return g_strcmp0 (phrase, soup_status_get_phrase (999)) == 0 ? "" : phrase;
}

/* @length: of its body; negative: nobody knows. */
static void
weir_http_conn_put_head (WeirHttpConn *self, guint status, SoupMessageHeaders *headers, goffset length)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *phrase = get_phrase (status);
  gboolean is_bare = has_no_body (self, status);
  struct iovec vector;

  self->is_chunked = length < 0 && !is_bare && self->head != NULL && !self->head->is_1_0;
  self->is_sized = is_bare || length >= 0;
  self->left = is_bare || length < 0 ? 0 : (guint64) length;
  /* A request whose body nobody has read ends with its connection; so does a body without a size or chunks. */
  self->closes |= self->in != WEIR_HTTP_IN_WAITING && length >= 0;
  self->closes |= !self->is_sized && !self->is_chunked;
  g_string_append_printf (out, "HTTP/1.1 %u %s\r\n", status, phrase);
  append_headers (out, headers);
  if (self->is_chunked)
    g_string_append (out, "Transfer-Encoding: chunked\r\n");
  else if (length >= 0 && status != SOUP_STATUS_NO_CONTENT)
    g_string_append_printf (out, "Content-Length: %" G_GOFFSET_FORMAT "\r\n", length);
  if (self->closes)
    g_string_append (out, "Connection: close\r\n");
  append_date (out);
  g_string_append (out, "\r\n");
  self->out = WEIR_HTTP_OUT_STREAM;
  vector = (struct iovec){ out->str, out->len };
  weir_http_conn_put (self, &vector, 1, NULL);
}

/* --- bodies --- */

static void
weir_http_conn_put_chunk (WeirHttpConn *self, const guint8 *data, gsize len, WeirBlock *block)
{
  char head[CHUNK_HEAD_MAX];
  int n = g_snprintf (head, sizeof head, "%zx\r\n", len);
  struct iovec vectors[] = { { head, (gsize) n }, { (void *) data, len }, { (void *) "\r\n", 2 } };

  weir_http_conn_put (self, vectors, G_N_ELEMENTS (vectors), block);
}

gboolean
weir_http_conn_write (WeirHttpConn *self, const guint8 *data, gsize len, WeirBlock *block)
{
  struct iovec vector = { (void *) data, len };

  if (self->out != WEIR_HTTP_OUT_STREAM || len == 0)
    return !self->was_full;
  if (self->is_chunked)
    {
      weir_http_conn_put_chunk (self, data, len, block);
    }
  else
    {
      vector.iov_len = self->is_sized ? (gsize) MIN (len, self->left) : len;
      self->left -= self->is_sized ? vector.iov_len : 0;
      if (vector.iov_len > 0)
        weir_http_conn_put (self, &vector, 1, block);
    }
  weir_http_conn_settle (self);
  return !self->was_full;
}

void
weir_http_conn_begin (WeirHttpConn *self, guint status, SoupMessageHeaders *headers)
{
  const char *length = soup_message_headers_get_one (headers, "Content-Length");
  guint64 size;

  if (self->out != WEIR_HTTP_OUT_NONE)
    return;
  if (length == NULL || !g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &size, NULL))
    weir_http_conn_put_head (self, status, headers, -1);
  else
    weir_http_conn_put_head (self, status, headers, (goffset) size);
  weir_http_conn_settle (self);
}

void
weir_http_conn_end (WeirHttpConn *self)
{
  static const char last[] = "0\r\n\r\n";
  struct iovec vector = { (void *) last, sizeof last - 1 };

  if (self->out != WEIR_HTTP_OUT_STREAM)
    return;
  if (self->left > 0) /* less than was announced */
    {
      weir_http_conn_abort (self);
      return;
    }
  if (self->is_chunked)
    weir_http_conn_put (self, &vector, 1, NULL);
  weir_http_conn_finish_request (self);
  weir_http_conn_settle (self);
}

void
weir_http_conn_respond (WeirHttpConn *self, guint status, SoupMessageHeaders *headers, const void *body, gsize len)
{
  struct iovec vector = { (void *) body, len };

  if (self->out != WEIR_HTTP_OUT_NONE)
    return;
  weir_http_conn_skip_body (self);
  weir_http_conn_put_head (self, status, headers, (goffset) len);
  if (self->left > 0)
    weir_http_conn_put (self, &vector, 1, NULL);
  weir_http_conn_finish_request (self);
  weir_http_conn_settle (self);
}

void
weir_http_conn_abort (WeirHttpConn *self)
{
  self->handler = NULL;
  self->out = WEIR_HTTP_OUT_ENDED;
  g_clear_pointer (&self->head, weir_http_head_free);
  self->closes = TRUE;
  if (self->in == WEIR_HTTP_IN_DONE)
    return;
  /* What is queued still goes, and then an end of stream where there should be more. */
  self->in = WEIR_HTTP_IN_LINGERING;
  g_clear_pointer (&self->ahead, g_byte_array_unref);
  weir_http_conn_settle (self);
}
