/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-request.h"

gboolean
weir_request_get_object (WeirInvocation *call, JsonObject **object)
{
  JsonNode *payload = weir_invocation_get_payload (call);

  if (JSON_NODE_HOLDS_OBJECT (payload))
    {
      *object = json_node_get_object (payload);
      return TRUE;
    }
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "The payload must be an object");
  return FALSE;
}

gboolean
weir_request_get_int (WeirInvocation *call, JsonObject *object, const char *name, gint64 minimum, gint64 maximum,
                      gint64 *value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE; /* the default stays */

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    {
      *value = json_node_get_int (node);
      if (*value >= minimum && *value <= maximum)
        return TRUE;
    }
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST",
                                "“%s” must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name,
                                minimum, maximum);
  return FALSE;
}

const char *
weir_request_get_string (WeirInvocation *call, JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);

  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“%s” must be a string", name);
  return NULL;
}

gboolean
weir_request_get_history (WeirInvocation *call, JsonObject *object, gboolean *history)
{
  JsonNode *node = json_object_get_member (object, "history");

  *history = TRUE;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    {
      *history = json_node_get_boolean (node);
      return TRUE;
    }
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“history” must be true or false");
  return FALSE;
}

gboolean
weir_request_get_kinds (WeirInvocation *call, JsonObject *object, WeirTapKinds *kinds)
{
  JsonNode *node = json_object_get_member (object, "kinds");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  *kinds = WEIR_TAP_TEXT | WEIR_TAP_BINARY;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  *kinds = 0;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *kind = json_node_get_value_type (element) == G_TYPE_STRING ? json_node_get_string (element) : "";

      if (g_str_equal (kind, "text"))
        *kinds |= WEIR_TAP_TEXT;
      else if (g_str_equal (kind, "binary"))
        *kinds |= WEIR_TAP_BINARY;
    }
  if (*kinds != 0)
    return TRUE;
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“kinds” must be an array of “text” and “binary”");
  return FALSE;
}

WeirChannelWriter *
weir_request_get_writer (WeirInvocation *call)
{
  WeirChannelWriter *writer = weir_invocation_get_writer (call, "writer");

  if (writer == NULL)
    weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“writer” must be a channel's ref of direction write");
  return writer != NULL ? g_object_ref (writer) : NULL;
}
