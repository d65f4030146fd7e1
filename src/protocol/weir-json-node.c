/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json.h"

#include <math.h>

#include "weir-json-scan.h"

/* Between spans and json-glib's nodes. json-glib's own parser asserts on half a surrogate pair and its generator writes
 * `inf` and 0.10000000000000001, so both ways are ours. Recursion is as deep as what weir_json_check () passed. */

/* A checked text, read from front to back: each byte once, however deep it nests. */
typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static JsonNode *read_value (Cursor *cursor);

static void
skip_space (Cursor *cursor)
{
  cursor->at = weir_json_skip_space (cursor->at, cursor->end);
}

/* Past a bracket, comma or colon and the space behind it. */
static void
skip_char (Cursor *cursor)
{
  cursor->at++;
  skip_space (cursor);
}

static WeirSpan
take_scalar (Cursor *cursor)
{
  const char *start = cursor->at;

  cursor->at = weir_json_skip_value (start, cursor->end);
  return (WeirSpan){ start, (gsize) (cursor->at - start) };
}

static JsonNode *
read_object (Cursor *cursor)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  skip_char (cursor);
  while (*cursor->at != '}')
    {
      g_autofree char *name = weir_json_dup_string (take_scalar (cursor));

      skip_space (cursor);
      skip_char (cursor);
      json_object_set_member (object, name, read_value (cursor));
      skip_space (cursor);
      if (*cursor->at == ',')
        skip_char (cursor);
    }
  cursor->at++;
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
read_array (Cursor *cursor)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  skip_char (cursor);
  while (*cursor->at != ']')
    {
      json_array_add_element (array, read_value (cursor));
      skip_space (cursor);
      if (*cursor->at == ',')
        skip_char (cursor);
    }
  cursor->at++;
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
read_string (Cursor *cursor)
{
  g_autofree char *string = weir_json_dup_string (take_scalar (cursor));

  return json_node_init_string (json_node_alloc (), string);
}

static JsonNode *
read_number (Cursor *cursor)
{
  WeirSpan value = take_scalar (cursor);
  g_autofree char *text = NULL;
  gint64 number;

  if (weir_json_get_int (value, &number))
    return json_node_init_int (json_node_alloc (), number);
  text = g_strndup (value.text, value.len);
  return json_node_init_double (json_node_alloc (), g_ascii_strtod (text, NULL));
}

static JsonNode *
read_value (Cursor *cursor)
{
  skip_space (cursor);
  switch (*cursor->at)
    {
    case '{':
      return read_object (cursor);
    case '[':
      return read_array (cursor);
    case '"':
      return read_string (cursor);
    case 't':
    case 'f':
      return json_node_init_boolean (json_node_alloc (), *take_scalar (cursor).text == 't');
    case 'n':
      take_scalar (cursor);
      return json_node_new (JSON_NODE_NULL);
    default:
      return read_number (cursor);
    }
}

JsonNode *
weir_json_parse (WeirSpan text, GError **error)
{
  Cursor cursor = { text.text, text.text + text.len };

  return weir_json_check (text, WEIR_JSON_MAX_DEPTH, error) ? read_value (&cursor) : NULL;
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
