/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref.h"

#include <string.h>

WeirRef *
weir_ref_new (const char *channel_id, const char *access_key, WeirDirection direction)
{
  WeirRef *self = g_new (WeirRef, 1);

  self->channel_id = g_strdup (channel_id);
  self->access_key = g_strdup (access_key);
  self->direction = direction;
  return self;
}

WeirRef *
weir_ref_copy (const WeirRef *self)
{
  return weir_ref_new (self->channel_id, self->access_key, self->direction);
}

void
weir_ref_free (WeirRef *self)
{
  if (self == NULL)
    return;
  g_free (self->channel_id);
  g_free (self->access_key);
  g_free (self);
}

const char *
weir_direction_to_string (WeirDirection direction)
{
  return direction == WEIR_DIRECTION_READ ? "read" : "write";
}

gboolean
weir_direction_from_string (const char *string, WeirDirection *direction)
{
  if (g_strcmp0 (string, "read") == 0)
    *direction = WEIR_DIRECTION_READ;
  else if (g_strcmp0 (string, "write") == 0)
    *direction = WEIR_DIRECTION_WRITE;
  else
    return FALSE;
  return TRUE;
}

/* The error never quotes a value: it may be the key. */
static char *
dup_member (WeirSpan object, const char *name, GError **error)
{
  WeirSpan value = weir_json_member (object, name);
  char *string = weir_json_dup_string (value);

  if (value.text == NULL)
    g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_MISSING, "The ref has no “%s”", name);
  else if (string == NULL)
    g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "The ref's “%s” is not a string", name);
  return string;
}

WeirRef *
weir_ref_from_span (WeirSpan object, GError **error)
{
  g_autofree char *channel_id = NULL, *access_key = NULL, *word = NULL;
  WeirDirection direction;

  if (weir_json_type (object) != WEIR_JSON_OBJECT)
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "The ref is not an object");
      return NULL;
    }
  if ((channel_id = dup_member (object, "channel_id", error)) == NULL ||
      (access_key = dup_member (object, "access_key", error)) == NULL ||
      (word = dup_member (object, "direction", error)) == NULL)
    return NULL;
  if (!weir_direction_from_string (word, &direction))
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "The ref's “direction” is neither read nor write");
      return NULL;
    }
  return weir_ref_new (channel_id, access_key, direction);
}

WeirRef *
weir_ref_from_json (JsonNode *node, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  weir_json_append_node (text, node);
  return weir_ref_from_span ((WeirSpan){ text->str, text->len }, error);
}

JsonNode *
weir_ref_to_json (const WeirRef *self)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "channel_id", self->channel_id);
  json_object_set_string_member (object, "access_key", self->access_key);
  json_object_set_string_member (object, "direction", weir_direction_to_string (self->direction));
  json_node_take_object (node, object);
  return node;
}

void
weir_ref_append (GString *out, const WeirRef *self)
{
  g_string_append (out, "{\"channel_id\":");
  weir_json_append_string (out, self->channel_id, -1);
  g_string_append (out, ",\"access_key\":");
  weir_json_append_string (out, self->access_key, -1);
  g_string_append_printf (out, ",\"direction\":\"%s\"}", weir_direction_to_string (self->direction));
}

char *
weir_ref_dup_path (const WeirRef *self)
{
  g_autofree char *id = g_uri_escape_string (self->channel_id, NULL, FALSE);
  g_autofree char *key = g_uri_escape_string (self->access_key, NULL, FALSE);

  return g_strdup_printf ("/ws/channels/%s?key=%s&dir=%s", id, key, weir_direction_to_string (self->direction));
}
