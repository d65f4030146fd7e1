/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-head.h"

#include <string.h>

#define TOKEN_SIGNS "!#$%&'*+-.^_`|~"

gsize
weir_http_head_measure (const guint8 *data, gsize len)
{
  const guint8 *at = data;
  const guint8 *end = data + len;

  while ((at = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      at++;
      if (at < end && *at == '\n')
        return (gsize) (at + 1 - data);
      if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
        return (gsize) (at + 2 - data);
    }
  return 0;
}

static gboolean
is_token (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (TOKEN_SIGNS, *p) == NULL)
      return FALSE;
  return *text != '\0';
}

gboolean
weir_http_header_is_valid (const char *name, const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (((guchar) *p < ' ' && *p != '\t') || *p == 0x7f)
      return FALSE;
  return is_token (name);
}

/* What no head contains, and parsers take for different things. */
static gboolean
has_odd_bytes (const guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (data[i] == '\0' || (data[i] == '\r' && (i + 1 == len || data[i + 1] != '\n')))
      return TRUE;
  return FALSE;
}

/* A name that ends in a space, or a line that goes on in the next one: what libsoup makes of these others do not. */
static gboolean
has_odd_lines (const char *head)
{
  const char *line = strchr (head, '\n');

  for (line = line != NULL ? line + 1 : ""; *line != '\0' && *line != '\r' && *line != '\n';)
    {
      gsize len = strcspn (line, "\r\n");
      const char *colon = memchr (line, ':', len);

      if (colon == NULL || colon == line || strcspn (line, " \t") < (gsize) (colon - line))
        return TRUE;
      line += len;
      line += *line == '\r';
      line += *line == '\n';
    }
  return FALSE;
}

/* `http://host/path?query`: what stands before the path is for proxies. */
static const char *
skip_authority (const char *target)
{
  if (g_ascii_strncasecmp (target, "http://", 7) != 0)
    return target;
  target += 7;
  target += strcspn (target, "/?");
  return *target == '/' ? target : NULL;
}

static gboolean
take_target (WeirHttpHead *self, const char *target)
{
  const char *path = skip_authority (target);
  const char *mark;

  if (path == NULL || (*path != '/' && !g_str_equal (path, "*")))
    return FALSE;
  for (const char *p = path; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f || *p == '#')
      return FALSE;
  mark = strchr (path, '?');
  self->path = mark != NULL ? g_strndup (path, (gsize) (mark - path)) : g_strdup (path);
  self->query = mark != NULL ? g_strdup (mark + 1) : NULL;
  return TRUE;
}

/* One number, however often it is said. */
static gboolean
take_length (WeirHttpHead *self, const char *list)
{
  g_auto (GStrv) values = g_strsplit (list, ",", -1);

  for (guint i = 0; values[i] != NULL; i++)
    {
      const char *value = g_strstrip (values[i]);

      if (!g_str_equal (value, g_strstrip (values[0])) || *value == '\0' ||
          value[strspn (value, "0123456789")] != '\0' ||
          !g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &self->length, NULL))
        return FALSE;
    }
  return values[0] != NULL;
}

/* 0: the body's size is known. */
static guint
measure_body (WeirHttpHead *self, const char **why)
{
  const char *coding = soup_message_headers_get_list (self->headers, "Transfer-Encoding");
  const char *length = soup_message_headers_get_list (self->headers, "Content-Length");

  *why = "a body must have a Content-Length or a Transfer-Encoding, not both";
  if (coding != NULL && (length != NULL || self->is_1_0))
    return SOUP_STATUS_BAD_REQUEST;
  *why = "the only Transfer-Encoding that is understood is chunked";
  if (coding != NULL && g_ascii_strcasecmp (coding, "chunked") != 0)
    return SOUP_STATUS_NOT_IMPLEMENTED;
  *why = "Content-Length is no number";
  if (length != NULL && !take_length (self, length))
    return SOUP_STATUS_BAD_REQUEST;
  self->is_chunked = coding != NULL;
  return 0;
}

static gboolean
list_contains (SoupMessageHeaders *headers, const char *name, const char *token)
{
  return soup_message_headers_header_contains (headers, name, token);
}

/* 0: good. */
static guint
check (WeirHttpHead *self, const char *target, const char **why)
{
  *why = "the request's method is none";
  if (!is_token (self->method))
    return SOUP_STATUS_BAD_REQUEST;
  *why = "a request must be for a path, which begins with /";
  if (!take_target (self, target))
    return SOUP_STATUS_BAD_REQUEST;
  *why = "a request must have one Host";
  if (!self->is_1_0 && (soup_message_headers_get_list (self->headers, "Host") == NULL ||
                        strchr (soup_message_headers_get_list (self->headers, "Host"), ',') != NULL))
    return SOUP_STATUS_BAD_REQUEST;
  *why = "nothing but 100-continue can be expected";
  if (soup_message_headers_get_list (self->headers, "Expect") != NULL && !self->expects_continue)
    return SOUP_STATUS_EXPECTATION_FAILED;
  return measure_body (self, why);
}

static void
take_connection (WeirHttpHead *self, SoupHTTPVersion version)
{
  self->is_1_0 = version == SOUP_HTTP_1_0;
  self->keep_alive = !self->is_1_0 && !list_contains (self->headers, "Connection", "close");
  self->expects_continue = !self->is_1_0 && list_contains (self->headers, "Expect", "100-continue");
}

WeirHttpHead *
weir_http_head_parse (const guint8 *data, gsize len, guint *status, const char **why)
{
  g_autoptr (WeirHttpHead) self = g_new0 (WeirHttpHead, 1);
  g_autofree char *text = g_strndup ((const char *) data, len); /* terminated, as libsoup reads numbers as C does */
  g_autofree char *target = NULL;
  SoupHTTPVersion version = SOUP_HTTP_1_1;
  gsize parsed = len - (len >= 2 && data[len - 2] == '\r' ? 2 : 1); /* it wants it without the empty line */

  *status = SOUP_STATUS_BAD_REQUEST;
  *why = "the request is not HTTP as it should be";
  self->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  if (has_odd_bytes (data, len) || has_odd_lines (text))
    return NULL;
  *status = soup_headers_parse_request (text, (int) parsed, self->headers, &self->method, &target, &version);
  if (!SOUP_STATUS_IS_SUCCESSFUL (*status) || target == NULL)
    return NULL;
  take_connection (self, version);
  *status = check (self, target, why);
  return *status == 0 ? g_steal_pointer (&self) : NULL;
}

void
weir_http_head_free (WeirHttpHead *self)
{
  g_free (self->method);
  g_free (self->path);
  g_free (self->query);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_free (self);
}

gboolean
weir_http_head_has_body (const WeirHttpHead *self)
{
  return self->is_chunked || self->length > 0;
}
