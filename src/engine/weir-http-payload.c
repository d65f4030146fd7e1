/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-payload.h"

#include "weir-utf8.h"

#include <string.h>

#define JSON_TYPE "application/json"

/* --- calls --- */

static void
append_pair (GString *out, const char *name, const char *value)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  weir_json_append_string (out, name, -1);
  g_string_append_c (out, ':');
  weir_json_append_string (out, value, -1);
}

static void
append_table (GString *out, GHashTable *table)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_string_append_c (out, '{');
  if (table != NULL)
    {
      g_hash_table_iter_init (&iter, table);
      while (g_hash_table_iter_next (&iter, &name, &value))
        append_pair (out, name, value);
    }
  g_string_append_c (out, '}');
}

/* As a form has it: `+` is a space, and a `%` that stands for nothing stays. */
static char *
decode (const char *text)
{
  GString *decoded = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      int high = *p == '%' ? g_ascii_xdigit_value (p[1]) : -1;
      int low = high >= 0 ? g_ascii_xdigit_value (p[2]) : -1;

      if (low >= 0 && (high | low) != 0) /* no string goes on behind NUL */
        {
          g_string_append_c (decoded, (char) (high << 4 | low));
          p += 2;
        }
      else
        g_string_append_c (decoded, *p == '+' ? ' ' : *p);
    }
  return g_string_free (decoded, FALSE);
}

/* Of several values the last; a name alone has an empty one. */
static void
append_query (GString *out, const WeirHttpHead *head)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (head->query != NULL ? head->query : "", "&", -1);

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *sign = strchr (*pair, '=');

      if (sign != NULL)
        *sign = '\0';
      if (**pair != '\0')
        g_hash_table_replace (table, decode (*pair), decode (sign != NULL ? sign + 1 : ""));
    }
  append_table (out, table);
}

/* Names in small letters; of several values the last, as the stock engine has it. */
static void
append_headers (GString *out, const WeirHttpHead *head)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, head->headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_hash_table_replace (table, g_ascii_strdown (name, -1), (char *) (g_utf8_validate (value, -1, NULL) ? value : ""));
  append_table (out, table);
}

static void
append_params (GString *out, const WeirHttpPayload *payload)
{
  g_string_append_c (out, '{');
  for (guint i = 0; payload->route->names[i] != NULL; i++)
    append_pair (out, payload->route->names[i], payload->values[i]);
  g_string_append_c (out, '}');
}

/* What all of them are given. */
static void
append_request (GString *out, const WeirHttpPayload *payload)
{
  g_string_append (out, "{\"query_params\":");
  append_query (out, payload->head);
  g_string_append (out, ",\"path_params\":");
  append_params (out, payload);
  g_string_append (out, ",\"headers\":");
  append_headers (out, payload->head);
  g_string_append (out, ",\"method\":");
  weir_json_append_string (out, payload->head->method, -1);
}

GString *
weir_http_payload_write (const WeirHttpPayload *payload, gboolean has_channels)
{
  GString *out = g_string_new (NULL);

  append_request (out, payload);
  g_string_append (out, ",\"path\":");
  weir_json_append_string (out, payload->route->pattern, -1);
  g_string_append (out, ",\"body\":");
  weir_json_append_span (out, payload->body);
  g_string_append (out, ",\"trigger\":{\"type\":\"http\",\"path\":");
  weir_json_append_string (out, payload->route->pattern, -1);
  g_string_append (out, ",\"method\":");
  weir_json_append_string (out, payload->head->method, -1);
  g_string_append_c (out, '}');
  if (has_channels)
    {
      g_string_append (out, ",\"request_body\":");
      weir_ref_append (out, &payload->request_body);
      g_string_append (out, ",\"response\":");
      weir_ref_append (out, &payload->response);
    }
  g_string_append_c (out, '}');
  return out;
}

GString *
weir_http_payload_write_middleware (const WeirHttpPayload *payload)
{
  GString *out = g_string_new ("{\"phase\":\"preHandler\",\"request\":");

  append_request (out, payload);
  g_string_append (out, "},\"context\":{}}");
  return out;
}

gboolean
weir_http_payload_is_json (const WeirHttpHead *head)
{
  const char *type = soup_message_headers_get_one (head->headers, "Content-Type");
  g_autofree char *small = type != NULL ? g_ascii_strdown (type, -1) : NULL;

  return small != NULL && strstr (small, JSON_TYPE) != NULL;
}

WeirSpan
weir_http_payload_take_json (GByteArray *bytes)
{
  WeirSpan span = { (const char *) bytes->data, bytes->len };
  WeirUtf8 utf8 = { 0 };

  /* One level less: it lies in the call's payload. */
  if (bytes->len > 0 && weir_utf8_push (&utf8, bytes->data, bytes->len) && weir_utf8_is_complete (&utf8) &&
      weir_json_check (span, WEIR_JSON_MAX_DEPTH - 1, NULL))
    return span;
  return (WeirSpan){ NULL, 0 };
}

/* --- answers --- */

void
weir_http_answer_init (WeirHttpAnswer *self)
{
  *self = (WeirHttpAnswer){
    .status = SOUP_STATUS_OK,
    .headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE),
  };
}

void
weir_http_answer_clear (WeirHttpAnswer *self)
{
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  if (self->body != NULL)
    g_string_free (self->body, TRUE);
  self->body = NULL;
}

/* 1xx are no answers. */
static void
take_status (WeirHttpAnswer *self, WeirSpan value)
{
  gint64 status;

  if (weir_json_type (value) == WEIR_JSON_NUMBER && weir_json_get_int (value, &status) && status >= 200 &&
      status <= 599)
    self->status = (guint) status;
  else if (weir_json_type (value) > WEIR_JSON_NULL)
    g_message ("a function has set a status that is none from 200 to 599; it stays %u", self->status);
}

static void
take_header (WeirHttpAnswer *self, const char *name, const char *value, gboolean adds)
{
  if (!weir_http_header_is_valid (name, value))
    g_message ("a function has set a header whose name or value cannot be one; it is left out");
  else if (adds)
    soup_message_headers_append (self->headers, name, value);
  else
    soup_message_headers_replace (self->headers, name, value);
}

/* `K: V` */
static void
take_header_line (WeirHttpAnswer *self, char *line)
{
  char *colon = strchr (line, ':');

  if (colon == NULL)
    return;
  *colon = '\0';
  take_header (self, g_strstrip (line), g_strstrip (colon + 1), TRUE);
}

static void
take_headers (WeirHttpAnswer *self, WeirSpan headers)
{
  WeirJsonIter iter;
  WeirSpan key;
  WeirSpan value;

  if (weir_json_type (headers) != WEIR_JSON_OBJECT && weir_json_type (headers) != WEIR_JSON_ARRAY)
    return;
  weir_json_iter_init (&iter, headers);
  while (weir_json_iter_next (&iter, &key, &value))
    {
      g_autofree char *name = key.text != NULL ? weir_json_dup_string (key) : NULL;
      g_autofree char *text = weir_json_dup_string (value);

      if (name != NULL && text != NULL)
        take_header (self, name, text, FALSE);
      else if (text != NULL)
        take_header_line (self, text);
    }
}

/* A string is taken as it is where the function has said what it is; else everything is JSON. */
static void
take_body (WeirHttpAnswer *self, WeirSpan body)
{
  const char *type = soup_message_headers_get_one (self->headers, "Content-Type");
  g_autofree char *text = type != NULL ? weir_json_dup_string (body) : NULL;

  if (text != NULL)
    g_string_assign (self->body, text);
  else if (type != NULL && weir_json_type (body) == WEIR_JSON_NULL)
    g_string_truncate (self->body, 0);
  else if (body.text == NULL)
    g_string_assign (self->body, "{}");
  else
    g_string_append_len (self->body, body.text, (gssize) body.len);
  if (type == NULL)
    soup_message_headers_replace (self->headers, "Content-Type", JSON_TYPE);
}

void
weir_http_answer_take_value (WeirHttpAnswer *self, WeirSpan value)
{
  gboolean is_object = weir_json_type (value) == WEIR_JSON_OBJECT;
  WeirSpan body = { NULL, 0 };

  self->body = g_string_new (NULL);
  if (is_object)
    {
      take_status (self, weir_json_member (value, "status_code"));
      take_headers (self, weir_json_member (value, "headers"));
      body = weir_json_member (value, "body");
    }
  take_body (self, body);
}

void
weir_http_answer_take_message (WeirHttpAnswer *self, WeirSpan message)
{
  WeirSpan type;
  WeirSpan headers;

  if (!weir_json_check (message, WEIR_JSON_MAX_DEPTH, NULL) || weir_json_type (message) != WEIR_JSON_OBJECT)
    return;
  type = weir_json_member (message, "type");
  headers = weir_json_member (message, "headers");
  if (weir_json_type (type) != WEIR_JSON_STRING)
    return;
  if (weir_json_string_equal (type, "set_status"))
    take_status (self, weir_json_member (message, "status_code"));
  else if (weir_json_string_equal (type, "set_headers") && weir_json_type (headers) == WEIR_JSON_OBJECT)
    take_headers (self, headers);
}

char *
weir_http_answer_take_error (WeirHttpAnswer *self, guint status, const char *code, const char *message)
{
  char *id = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());

  self->status = status;
  soup_message_headers_clear (self->headers);
  soup_message_headers_replace (self->headers, "Content-Type", JSON_TYPE);
  if (self->body == NULL)
    self->body = g_string_new (NULL);
  g_string_assign (self->body, "{\"error\":{\"code\":");
  weir_json_append_string (self->body, code, -1);
  g_string_append (self->body, ",\"message\":");
  weir_json_append_string (self->body, message, -1);
  g_string_append_printf (self->body, ",\"error_id\":\"%s\"}}", id);
  return id;
}
