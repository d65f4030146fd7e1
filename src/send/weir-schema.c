/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-schema-private.h"

#include <string.h>

WeirSpan
weir_schema_get (WeirSpan schema, const char *keyword)
{
  return weir_json_type (schema) == WEIR_JSON_OBJECT ? weir_json_member (schema, keyword) : (WeirSpan){ NULL, 0 };
}

/* --- references --- */

/* A step of a JSON pointer: `~1` is a slash and `~0` a tilde. */
static WeirSpan
step (WeirSpan container, char *name)
{
  g_autoptr (GString) plain = g_string_new (name);

  g_string_replace (plain, "~1", "/", 0);
  g_string_replace (plain, "~0", "~", 0);
  if (weir_json_type (container) == WEIR_JSON_ARRAY)
    {
      guint64 index = g_ascii_strtoull (plain->str, NULL, 10);
      WeirJsonIter iter;
      WeirSpan key, value;

      weir_json_iter_init (&iter, container);
      while (weir_json_iter_next (&iter, &key, &value))
        if (index-- == 0)
          return value;
      return (WeirSpan){ NULL, 0 };
    }
  return weir_schema_get (container, plain->str);
}

static WeirSpan
follow (WeirSchema *self, const char *pointer)
{
  WeirSpan at = self->root;
  g_auto (GStrv) steps = NULL;

  if (pointer[0] != '#')
    return (WeirSpan){ NULL, 0 }; /* of another document: nothing is fetched */
  if (pointer[1] == '\0')
    return at;
  steps = g_strsplit (pointer + 1, "/", -1);
  for (guint i = 1; steps[0] != NULL && steps[i] != NULL && at.text != NULL; i++)
    at = step (at, steps[i]);
  return at;
}

WeirSpan
weir_schema_resolve (WeirSchema *self, WeirSpan schema)
{
  for (guint i = 0; i < WEIR_SCHEMA_MAX_HOPS; i++)
    {
      g_autofree char *pointer = weir_json_dup_string (weir_schema_get (schema, "$ref"));

      if (pointer == NULL)
        return schema;
      schema = follow (self, pointer);
    }
  return (WeirSpan){ NULL, 0 };
}

/* --- refs of channels --- */

static gboolean
allows (WeirSpan schema, const char *string)
{
  WeirSpan values = weir_schema_get (schema, "enum");
  WeirSpan constant = weir_schema_get (schema, "const");
  WeirJsonIter iter;
  WeirSpan key, value;

  if (constant.text != NULL)
    return weir_json_string_equal (constant, string);
  if (weir_json_type (values) != WEIR_JSON_ARRAY)
    return TRUE;
  weir_json_iter_init (&iter, values);
  while (weir_json_iter_next (&iter, &key, &value))
    if (weir_json_string_equal (value, string))
      return TRUE;
  return FALSE;
}

gboolean
weir_schema_is_ref (WeirSchema *self, WeirSpan schema, WeirDirection *direction, gboolean *is_certain)
{
  WeirSpan properties = weir_schema_get (weir_schema_resolve (self, schema), "properties");
  WeirSpan ways;
  gboolean reads, writes;

  *is_certain = FALSE;
  if (weir_schema_get (properties, "channel_id").text == NULL ||
      weir_schema_get (properties, "access_key").text == NULL)
    return FALSE;
  ways = weir_schema_resolve (self, weir_schema_get (properties, "direction"));
  reads = allows (ways, "read");
  writes = allows (ways, "write");
  *is_certain = reads != writes;
  if (*is_certain)
    *direction = reads ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE;
  return TRUE;
}

gboolean
weir_schema_names_type (WeirSpan schema, const char *type)
{
  WeirSpan types = weir_schema_get (schema, "type");
  WeirJsonIter iter;
  WeirSpan key, value;

  if (weir_json_type (types) != WEIR_JSON_ARRAY)
    return weir_json_string_equal (types, type);
  weir_json_iter_init (&iter, types);
  while (weir_json_iter_next (&iter, &key, &value))
    if (weir_json_string_equal (value, type))
      return TRUE;
  return FALSE;
}

/* --- the schema --- */

WeirSchema *
weir_schema_new (WeirSpan text)
{
  g_autoptr (WeirSchema) self = NULL;
  WeirJsonType type;

  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL))
    return NULL;
  self = g_new0 (WeirSchema, 1);
  self->text = weir_span_dup (text);
  self->root = WEIR_SPAN (self->text);
  type = weir_json_type (self->root);
  return type == WEIR_JSON_OBJECT || type == WEIR_JSON_BOOLEAN ? g_steal_pointer (&self) : NULL;
}

void
weir_schema_free (WeirSchema *self)
{
  g_free (self->text);
  g_free (self);
}
