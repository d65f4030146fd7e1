/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-credentials.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (WeirCredentials, weir_credentials, weir_credentials_copy, weir_credentials_free)

WeirCredentials *
weir_credentials_new (const char *token, const char *const *headers)
{
  WeirCredentials *self = g_new0 (WeirCredentials, 1);

  self->token = token != NULL && *token != '\0' ? g_strdup (token) : NULL;
  self->headers = headers != NULL && headers[0] != NULL ? g_strdupv ((char **) headers) : NULL;
  return self;
}

WeirCredentials *
weir_credentials_copy (const WeirCredentials *self)
{
  return weir_credentials_new (self->token, (const char *const *) self->headers);
}

void
weir_credentials_free (WeirCredentials *self)
{
  g_free (self->token);
  g_strfreev (self->headers);
  g_free (self);
}

gboolean
weir_credentials_is_empty (const WeirCredentials *self)
{
  return self->token == NULL && self->headers == NULL;
}

/* --- in an address --- */

#define TOKEN_PARAMETER "token="

static gboolean
is_one_line (const char *text)
{
  while (*text != '\0' && !g_ascii_iscntrl (*text))
    text++;
  return *text == '\0';
}

char *
weir_credentials_split_url (const char *url, char **token)
{
  const char *query = strchr (url, '?');
  g_auto (GStrv) parameters = query != NULL ? g_strsplit (query + 1, "&", -1) : NULL;
  GString *rest = g_string_new_len (url, query != NULL ? query - url : (gssize) strlen (url));
  char sign = '?';

  *token = NULL;
  for (guint i = 0; parameters != NULL && parameters[i] != NULL; i++)
    {
      const char *value = parameters[i] + strlen (TOKEN_PARAMETER);
      g_autofree char *plain =
          g_str_has_prefix (parameters[i], TOKEN_PARAMETER) ? g_uri_unescape_string (value, NULL) : NULL;

      if (plain != NULL && *token == NULL && g_utf8_validate (plain, -1, NULL) && is_one_line (plain))
        {
          *token = g_steal_pointer (&plain);
          continue;
        }
      g_string_append_printf (rest, "%c%s", sign, parameters[i]);
      sign = '&';
    }
  return g_string_free (rest, FALSE);
}

/* --- in the keyring --- */

char *
weir_credentials_to_text (const WeirCredentials *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  if (self->token != NULL)
    {
      json_builder_set_member_name (builder, "token");
      json_builder_add_string_value (builder, self->token);
    }
  json_builder_set_member_name (builder, "headers");
  json_builder_begin_array (builder);
  for (guint i = 0; self->headers != NULL && self->headers[i] != NULL; i++)
    json_builder_add_string_value (builder, self->headers[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static const char *
get_string (JsonNode *node)
{
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* (transfer container): NULL: they are not as we write them */
static GPtrArray *
read_headers (JsonNode *node)
{
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_ptr_array_add (headers, (char *) get_string (json_array_get_element (array, i)));
  for (guint i = 0; i < headers->len; i += 2)
    if (i + 1 == headers->len || headers->pdata[i] == NULL || headers->pdata[i + 1] == NULL ||
        weir_credentials_check_header (headers->pdata[i], headers->pdata[i + 1]) != NULL)
      return NULL;
  g_ptr_array_add (headers, NULL);
  return g_steal_pointer (&headers);
}

WeirCredentials *
weir_credentials_from_text (const char *text)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  g_autoptr (GPtrArray) headers = NULL;

  if (object == NULL)
    return NULL;

  headers = read_headers (json_object_get_member (object, "headers"));
  if (headers == NULL)
    return NULL;
  return weir_credentials_new (get_string (json_object_get_member (object, "token")),
                               (const char *const *) headers->pdata);
}

/* --- headers --- */

/* What a WebSocket handshake says by itself. */
static gboolean
is_handshake_header (const char *name)
{
  static const char *const names[] = { "Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return g_ascii_strncasecmp (name, "Sec-WebSocket-", strlen ("Sec-WebSocket-")) == 0;
}

const char *
weir_credentials_check_header (const char *name, const char *value)
{
  if (*name == '\0')
    return _ ("A header needs a name.");
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL) /* RFC 9110 §5.6.2, a token */
      return _ ("The name of a header has letters, digits and hyphens, no spaces.");
  if (is_handshake_header (name))
    return _ ("That header belongs to the connection itself.");
  for (const char *c = value; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return _ ("The value of a header is one line.");
  return NULL;
}

gboolean
weir_credentials_is_secret_header (const char *name)
{
  static const char *const parts[] = { "auth", "token", "key", "secret", "cookie", "pass", "session", "credential" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (lower, parts[i]) != NULL)
      return TRUE;
  return FALSE;
}
