/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json.h"

#include <math.h>
#include <string.h>

/* Between spans and json-glib's nodes. json-glib's own parser asserts on half a surrogate pair and its generator writes
 * `inf` and 0.10000000000000001, so both ways are ours. Recursion is as deep as what weir_json_check () passed. */

static JsonNode *node_from_span (WeirSpan value);

static JsonNode *
node_from_object (WeirSpan value)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  WeirJsonIter iter;
  WeirSpan key, member;

  weir_json_iter_init (&iter, value);
  while (weir_json_iter_next (&iter, &key, &member))
    {
      g_autofree char *name = weir_json_dup_string (key);

      json_object_set_member (object, name, node_from_span (member));
    }
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
node_from_array (WeirSpan value)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  WeirJsonIter iter;
  WeirSpan key, element;

  weir_json_iter_init (&iter, value);
  while (weir_json_iter_next (&iter, &key, &element))
    json_array_add_element (array, node_from_span (element));
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
node_from_number (WeirSpan value)
{
  JsonNode *node = json_node_alloc ();
  g_autofree char *text = NULL;
  gint64 number;

  if (weir_json_get_int (value, &number))
    return json_node_init_int (node, number);
  text = g_strndup (value.text, value.len);
  return json_node_init_double (node, g_ascii_strtod (text, NULL));
}

static JsonNode *
node_from_span (WeirSpan value)
{
  JsonNode *node;
  g_autofree char *string = NULL;

  switch (weir_json_type (value))
    {
    case WEIR_JSON_OBJECT:
      return node_from_object (value);
    case WEIR_JSON_ARRAY:
      return node_from_array (value);
    case WEIR_JSON_STRING:
      string = weir_json_dup_string (value);
      node = json_node_alloc ();
      return json_node_init_string (node, string);
    case WEIR_JSON_NUMBER:
      return node_from_number (value);
    case WEIR_JSON_BOOLEAN:
      node = json_node_alloc ();
      return json_node_init_boolean (node, value.text[0] == 't');
    case WEIR_JSON_NULL:
    case WEIR_JSON_ABSENT:
    default:
      return json_node_new (JSON_NODE_NULL);
    }
}

JsonNode *
weir_json_parse (WeirSpan text, GError **error)
{
  const char *space = " \n\r\t";

  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, error))
    return NULL;
  while (strchr (space, *text.text) != NULL)
    {
      text.text++;
      text.len--;
    }
  while (strchr (space, text.text[text.len - 1]) != NULL)
    text.len--;
  return node_from_span (text);
}

/* The shortest of the usual precisions that reads back the same; JSON has no word for what is not finite. */
static void
append_double (GString *out, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number) || (number == 0 && signbit (number)))
    {
      g_string_append (out,
                       isfinite (number) ? "-0.0" : "null"); /* "-0" would come back as an integer, without its sign */
      return;
    }
  g_ascii_formatd (text, sizeof text, "%.15g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_formatd (text, sizeof text, "%.16g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_formatd (text, sizeof text, "%.17g", number);
  g_string_append (out, text);
}

static void
append_object (GString *out, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  char separator = '{';

  if (json_object_get_size (object) == 0)
    g_string_append_c (out, separator);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      g_string_append_c (out, separator);
      weir_json_append_string (out, name, -1);
      g_string_append_c (out, ':');
      weir_json_append_node (out, member);
      separator = ',';
    }
  g_string_append_c (out, '}');
}

static void
append_array (GString *out, JsonArray *array)
{
  guint n = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      weir_json_append_node (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

static void
append_scalar (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    weir_json_append_string (out, json_node_get_string (node), -1);
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_DOUBLE)
    append_double (out, json_node_get_double (node));
  else
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
}

void
weir_json_append_node (GString *out, JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    g_string_append (out, "null");
  else if (JSON_NODE_HOLDS_OBJECT (node))
    append_object (out, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    append_array (out, json_node_get_array (node));
  else
    append_scalar (out, node);
}
