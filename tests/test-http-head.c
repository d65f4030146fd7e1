/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-body.h"

#include <string.h>

/* Heads of requests, and bodies: what is taken, and what is refused where two readers might disagree. */

#define HOST "Host: h\r\n"

static const struct
{
  const char *text;
  guint status; /* 0: it is good */
  const char *method;
  const char *path;
  const char *query;
  guint64 length;
  gboolean is_chunked;
} heads[] = {
  { "GET / HTTP/1.1\r\n" HOST "\r\n", 0, "GET", "/" },
  { "GET / HTTP/1.1\n"
    "Host: h\n\n",
    0, "GET", "/" },
  { "GET /a%20b/c?x=1&y=%3f HTTP/1.1\r\n" HOST "\r\n", 0, "GET", "/a%20b/c", "x=1&y=%3f" },
  { "GET /? HTTP/1.1\r\n" HOST "\r\n", 0, "GET", "/", "" },
  { "GET http://elsewhere:80/a?b HTTP/1.1\r\n" HOST "\r\n", 0, "GET", "/a", "b" },
  { "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 0, "OPTIONS", "*" },
  { "GET / HTTP/1.0\r\n\r\n", 0, "GET", "/" },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 12\r\n\r\n", 0, "POST", "/", NULL, 12 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 12, 12\r\n\r\n", 0, "POST", "/", NULL, 12 },
  { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n", 0, "POST", "/", NULL, 0, TRUE },
  { "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n", 0, "POST", "/", NULL, 1 },

  { "GET / HTTP/1.1\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
  { "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
  { "GET a HTTP/1.1\r\n" HOST "\r\n", 400 },
  { "GET http://elsewhere HTTP/1.1\r\n" HOST "\r\n", 400 },
  { "CONNECT h:80 HTTP/1.1\r\n" HOST "\r\n", 400 },
  { "G(T / HTTP/1.1\r\n" HOST "\r\n", 400 },
  { "GET /#a HTTP/1.1\r\n" HOST "\r\n", 400 },
  { "nonsense\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "A: 1\r\n B: 2\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "A : 1\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "A\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Expect: a miracle\r\n\r\n", 417 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 2\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x10\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
  { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 501 },
  { "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
};

static void
test_heads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      const guint8 *data = (const guint8 *) heads[i].text;
      gsize len = strlen (heads[i].text);
      const char *why = NULL;
      guint status;
      g_autoptr (WeirHttpHead) head = weir_http_head_parse (data, len, &status, &why);

      g_test_message ("%u: %s", i, heads[i].text);
      g_assert_cmpuint (weir_http_head_measure (data, len), ==, len);
      g_assert_cmpuint (weir_http_head_measure (data, len - 1), ==, 0);
      g_assert_cmpuint (head != NULL ? 0 : status, ==, heads[i].status);
      g_assert_true (head != NULL || why != NULL);
      if (head == NULL)
        continue;
      g_assert_cmpstr (head->method, ==, heads[i].method);
      g_assert_cmpstr (head->path, ==, heads[i].path);
      g_assert_cmpstr (head->query, ==, heads[i].query);
      g_assert_cmpuint (head->length, ==, heads[i].length);
      g_assert_cmpint (head->is_chunked, ==, heads[i].is_chunked);
    }
}

/* NUL ends no head. */
static void
test_nul (void)
{
  static const char text[] = "GET /\0 HTTP/1.1\r\n" HOST "\r\n";
  const char *why;
  guint status;

  g_assert_null (weir_http_head_parse ((const guint8 *) text, sizeof text - 1, &status, &why));
  g_assert_cmpuint (status, ==, 400);
}

static void
test_keep_alive (void)
{
  static const struct
  {
    const char *text;
    gboolean keep_alive;
  } cases[] = {
    { "GET / HTTP/1.1\r\n" HOST "\r\n", TRUE },
    { "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", FALSE },
    { "GET / HTTP/1.1\r\n" HOST "Connection: x, Close\r\n\r\n", FALSE },
    { "GET / HTTP/1.0\r\n\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *why;
      guint status;
      g_autoptr (WeirHttpHead) head =
          weir_http_head_parse ((const guint8 *) cases[i].text, strlen (cases[i].text), &status, &why);

      g_assert_cmpint (head->keep_alive, ==, cases[i].keep_alive);
    }
}

static const struct
{
  const char *text;
  const char *body; /* NULL: it is broken */
  const char *rest;
} bodies[] = {
  { "0\r\n\r\n", "", "" },
  { "5\r\nhello\r\n0\r\n\r\nGET", "hello", "GET" },
  { "5\nhello\n0\n\nGET", "hello", "GET" },
  { "005;a=b\r\nhello\r\n1 \r\n!\r\n00\r\nTrailer: x\r\nOther: y\r\n\r\n", "hello!", "" },
  { "A\r\n0123456789\r\n0\r\n\r\n", "0123456789", "" },
  { "\r\n", NULL },
  { "x\r\n", NULL },
  { "-1\r\n", NULL },
  { "5\r\nhello!\r\n", NULL },
  { "5\r\nhello\r\r\n", NULL },
  { "1000000000000000\r\n", NULL },
};

/* In pieces of @step bytes. */
static void
check_body (guint i, gsize step)
{
  const guint8 *at = (const guint8 *) bodies[i].text;
  const guint8 *end = at + strlen (bodies[i].text);
  WeirHttpHead head = { .is_chunked = TRUE };
  WeirHttpBodyResult result = WEIR_HTTP_BODY_MORE;
  g_autoptr (GString) body = g_string_new (NULL);
  WeirHttpBody decoder;

  weir_http_body_init (&decoder, &head);
  while (result < WEIR_HTTP_BODY_END && at < end)
    {
      const guint8 *until = MIN (at + step, end);
      const guint8 *data;
      gsize len;

      do
        {
          result = weir_http_body_next (&decoder, &at, until, &data, &len);
          if (result == WEIR_HTTP_BODY_DATA)
            g_string_append_len (body, (const char *) data, (gssize) len);
        }
      while (result == WEIR_HTTP_BODY_DATA);
    }
  g_assert_cmpint (result, ==, bodies[i].body != NULL ? WEIR_HTTP_BODY_END : WEIR_HTTP_BODY_BAD);
  if (bodies[i].body == NULL)
    return;
  g_assert_cmpstr (body->str, ==, bodies[i].body);
  g_assert_cmpstr ((const char *) at, ==, bodies[i].rest);
}

static void
test_bodies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (gsize step = 1; step < 40; step += step < 4 ? 1 : 33)
      check_body (i, step);
}

static void
test_headers (void)
{
  g_assert_true (weir_http_header_is_valid ("X-A", "b\tc"));
  g_assert_false (weir_http_header_is_valid ("X A", "b"));
  g_assert_false (weir_http_header_is_valid ("", "b"));
  g_assert_false (weir_http_header_is_valid ("X-A", "b\r\nSet-Cookie: c"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/heads", test_heads);
  g_test_add_func ("/http/heads/nul", test_nul);
  g_test_add_func ("/http/heads/keep-alive", test_keep_alive);
  g_test_add_func ("/http/bodies", test_bodies);
  g_test_add_func ("/http/headers", test_headers);
  return g_test_run ();
}
