/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-schema-private.h"

#include <string.h>

/* A larger one is not looked at: functions describe their payloads in less. */
#define MAX_SIZE (1024 * 1024)

/* --- members --- */

/* Its members; the last of a name counts. An object is read through once, however often it is asked. */
static GHashTable *
index_members (WeirSchema *self, WeirSpan object)
{
  GHashTable *members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  WeirSpan key, value;
  WeirJsonIter iter;

  weir_json_iter_init (&iter, object);
  while (weir_json_iter_next (&iter, &key, &value))
    g_hash_table_replace (members, weir_json_dup_string (key), g_memdup2 (&value, sizeof value));
  g_hash_table_insert (self->objects, (gpointer) object.text, members);
  self->work += object.len;
  return members;
}

WeirSpan
weir_schema_get (WeirSchema *self, WeirSpan schema, const char *keyword)
{
  GHashTable *members;
  const WeirSpan *member;

  if (weir_json_type (schema) != WEIR_JSON_OBJECT)
    return (WeirSpan){ NULL, 0 };
  members = g_hash_table_lookup (self->objects, schema.text);
  if (members == NULL)
    members = index_members (self, schema);
  member = g_hash_table_lookup (members, keyword);
  return member != NULL ? *member : (WeirSpan){ NULL, 0 };
}

/* --- references --- */

/* A step of a JSON pointer: `~1` is a slash and `~0` a tilde. */
static WeirSpan
step (WeirSchema *self, WeirSpan container, const char *name)
{
  g_autoptr (GString) plain = g_string_new (name);

  g_string_replace (plain, "~1", "/", 0);
  g_string_replace (plain, "~0", "~", 0);
  if (weir_json_type (container) == WEIR_JSON_ARRAY)
    {
      guint64 index = g_ascii_strtoull (plain->str, NULL, 10);
      WeirJsonIter iter;
      WeirSpan key, value;

      self->work += container.len;
      weir_json_iter_init (&iter, container);
      while (weir_json_iter_next (&iter, &key, &value))
        if (index-- == 0)
          return value;
      return (WeirSpan){ NULL, 0 };
    }
  return weir_schema_get (self, container, plain->str);
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
    at = step (self, at, steps[i]);
  return at;
}

/* Where this literal leads; known from the second time on. */
static WeirSpan
follow_once (WeirSchema *self, WeirSpan literal)
{
  WeirSpan *known = g_hash_table_lookup (self->pointers, literal.text);

  if (known == NULL)
    {
      g_autofree char *pointer = weir_json_dup_string (literal);
      WeirSpan target = follow (self, pointer);

      known = g_memdup2 (&target, sizeof target);
      g_hash_table_insert (self->pointers, (gpointer) literal.text, known);
    }
  return *known;
}

WeirSpan
weir_schema_resolve (WeirSchema *self, WeirSpan schema)
{
  for (guint i = 0; i < WEIR_SCHEMA_MAX_HOPS; i++)
    {
      WeirSpan literal = weir_schema_get (self, schema, "$ref");

      if (weir_json_type (literal) != WEIR_JSON_STRING)
        return schema;
      schema = follow_once (self, literal);
    }
  return (WeirSpan){ NULL, 0 };
}

/* --- refs of channels --- */

static gboolean
allows (WeirSchema *self, WeirSpan schema, const char *string)
{
  WeirSpan values = weir_schema_get (self, schema, "enum");
  WeirSpan constant = weir_schema_get (self, schema, "const");
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
  WeirSpan properties = weir_schema_get (self, weir_schema_resolve (self, schema), "properties");
  WeirSpan ways;
  gboolean reads, writes;

  *is_certain = FALSE;
  if (weir_schema_get (self, properties, "channel_id").text == NULL ||
      weir_schema_get (self, properties, "access_key").text == NULL)
    return FALSE;
  ways = weir_schema_resolve (self, weir_schema_get (self, properties, "direction"));
  reads = allows (self, ways, "read");
  writes = allows (self, ways, "write");
  *is_certain = reads != writes;
  if (*is_certain)
    *direction = reads ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE;
  return TRUE;
}

gboolean
weir_schema_names_type (WeirSchema *self, WeirSpan schema, const char *type)
{
  WeirSpan types = weir_schema_get (self, schema, "type");
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

  self = g_new0 (WeirSchema, 1);
  self->is_too_large = text.len > MAX_SIZE;
  if (self->is_too_large)
    text = WEIR_SPAN ("true"); /* nothing is known of the payload */
  else if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL))
    return NULL;
  self->objects = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
  self->pointers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->text = weir_span_dup (text);
  self->root = WEIR_SPAN (self->text);
  type = weir_json_type (self->root);
  return type == WEIR_JSON_OBJECT || type == WEIR_JSON_BOOLEAN ? g_steal_pointer (&self) : NULL;
}

void
weir_schema_free (WeirSchema *self)
{
  g_clear_pointer (&self->objects, g_hash_table_unref);
  g_clear_pointer (&self->pointers, g_hash_table_unref);
  g_free (self->text);
  g_free (self);
}
