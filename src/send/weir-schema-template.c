/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-schema-private.h"

#include <string.h>

#include "weir-json-lexer.h"

/* What refers to itself ends here. */
#define MAX_DEPTH 8
#define MAX_PARTS 400
#define MAX_SIZE  (32 * 1024)

/* Strings of a length that somebody wants at least. */
#define MAX_FILL 64

typedef struct
{
  WeirSchema *schema;
  GString *out;
  guint n_parts;
  guint n_refs[2]; /* by WeirDirection */
} Template;

static void append (Template *template, WeirSpan schema, const char *name, guint depth);

static gboolean
is_spent (Template *template)
{
  return template->n_parts > MAX_PARTS || template->out->len > MAX_SIZE;
}

/* --- refs --- */

static void
append_placeholder (Template *template, WeirDirection direction)
{
  guint n = ++template->n_refs[direction];

  g_string_append (template->out, direction == WEIR_DIRECTION_READ ? "\"$reader" : "\"$writer");
  if (n > 1)
    g_string_append_printf (template->out, "%u", n);
  g_string_append_c (template->out, '"');
}

static gboolean
guess_direction (const char *name, WeirDirection *direction)
{
  static const char *const writers[] = { "writer", "output", "out" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    if (strstr (lower, writers[i]) != NULL)
      {
        *direction = WEIR_DIRECTION_WRITE;
        return TRUE;
      }
  *direction = WEIR_DIRECTION_READ;
  return strstr (lower, "reader") != NULL;
}

/* A ref by its schema; or by its name alone, where the schema says nothing of what is inside. */
static gboolean
append_ref (Template *template, WeirSpan schema, const char *name)
{
  WeirDirection direction, guessed;
  gboolean is_certain;
  gboolean is_named =
      guess_direction (name, &guessed) && (strstr (name, "reader") != NULL || strstr (name, "writer") != NULL);
  gboolean is_vague = weir_schema_get (template->schema, schema, "properties").text == NULL &&
                      (weir_schema_names_type (template->schema, schema, "object") ||
                       weir_schema_get (template->schema, schema, "type").text == NULL) &&
                      weir_schema_get (template->schema, schema, "anyOf").text == NULL &&
                      weir_schema_get (template->schema, schema, "oneOf").text == NULL;

  if (weir_schema_is_ref (template->schema, schema, &direction, &is_certain))
    append_placeholder (template, is_certain ? direction : guessed);
  else if (is_named && is_vague)
    append_placeholder (template, guessed);
  else
    return FALSE;
  return TRUE;
}

/* --- what the schema says itself --- */

static WeirSpan
first_of (WeirSpan array)
{
  WeirJsonIter iter;
  WeirSpan key, value;

  if (weir_json_type (array) != WEIR_JSON_ARRAY)
    return (WeirSpan){ NULL, 0 };
  weir_json_iter_init (&iter, array);
  return weir_json_iter_next (&iter, &key, &value) ? value : (WeirSpan){ NULL, 0 };
}

static gboolean
append_given (Template *template, WeirSpan schema)
{
  WeirSpan values[] = { weir_schema_get (template->schema, schema, "const"),
                        weir_schema_get (template->schema, schema, "default"),
                        first_of (weir_schema_get (template->schema, schema, "examples")),
                        first_of (weir_schema_get (template->schema, schema, "enum")) };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i].text != NULL)
      {
        weir_json_append_span (template->out, values[i]);
        return TRUE;
      }
  return FALSE;
}

/* The first branch that is not null alone. */
static WeirSpan
choose_branch (WeirSchema *self, WeirSpan schema)
{
  WeirSpan branches = weir_schema_get (self, schema, "anyOf");
  WeirSpan key, value;
  WeirJsonIter iter;

  if (branches.text == NULL)
    branches = weir_schema_get (self, schema, "oneOf");
  if (weir_json_type (branches) != WEIR_JSON_ARRAY)
    return (WeirSpan){ NULL, 0 };
  weir_json_iter_init (&iter, branches);
  while (weir_json_iter_next (&iter, &key, &value))
    if (!weir_json_string_equal (weir_schema_get (self, weir_schema_resolve (self, value), "type"), "null"))
      return value;
  return first_of (branches);
}

/* --- by type --- */

static gboolean
is_required (WeirSchema *self, WeirSpan schema, const char *name)
{
  WeirSpan required = weir_schema_get (self, schema, "required");
  WeirSpan key, value;
  WeirJsonIter iter;

  if (weir_json_type (required) != WEIR_JSON_ARRAY)
    return FALSE;
  weir_json_iter_init (&iter, required);
  while (weir_json_iter_next (&iter, &key, &value))
    if (weir_json_string_equal (value, name))
      return TRUE;
  return FALSE;
}

/* Those that may be left out are shown near the top, where somebody looks for what there is. */
static void
append_properties (Template *template, WeirSpan schema, guint depth, const char **separator)
{
  WeirSpan properties = weir_schema_get (template->schema, schema, "properties");
  WeirSpan key, value;
  WeirJsonIter iter;

  if (weir_json_type (properties) != WEIR_JSON_OBJECT)
    return;
  weir_json_iter_init (&iter, properties);
  while (!is_spent (template) && weir_json_iter_next (&iter, &key, &value))
    {
      g_autofree char *name = weir_json_dup_string (key);

      if (depth > 2 && !is_required (template->schema, schema, name))
        continue;
      g_string_append (template->out, *separator);
      weir_json_append_span (template->out, key);
      g_string_append_c (template->out, ':');
      append (template, value, name, depth + 1);
      *separator = ",";
    }
}

static void
append_object (Template *template, WeirSpan schema, guint depth)
{
  WeirSpan all = weir_schema_get (template->schema, schema, "allOf");
  WeirSpan key, value;
  WeirJsonIter iter;
  const char *separator = "";

  g_string_append_c (template->out, '{');
  append_properties (template, schema, depth, &separator);
  if (weir_json_type (all) == WEIR_JSON_ARRAY)
    {
      weir_json_iter_init (&iter, all);
      while (weir_json_iter_next (&iter, &key, &value))
        append_properties (template, weir_schema_resolve (template->schema, value), depth, &separator);
    }
  g_string_append_c (template->out, '}');
}

static gint64
get_int (WeirSchema *self, WeirSpan schema, const char *keyword, gint64 otherwise)
{
  gint64 number;

  return weir_json_get_int (weir_schema_get (self, schema, keyword), &number) ? number : otherwise;
}

static void
append_array (Template *template, WeirSpan schema, const char *name, guint depth)
{
  WeirSpan items = weir_schema_get (template->schema, schema, "items");
  gint64 n = CLAMP (get_int (template->schema, schema, "minItems", 1), 1, 8);

  g_string_append_c (template->out, '[');
  for (gint64 i = 0; i < n && items.text != NULL && depth < MAX_DEPTH && !is_spent (template); i++)
    {
      if (i > 0)
        g_string_append_c (template->out, ',');
      append (template, items, name, depth + 1);
    }
  g_string_append_c (template->out, ']');
}

static void
append_string (Template *template, WeirSpan schema)
{
  gint64 n = CLAMP (get_int (template->schema, schema, "minLength", 0), 0, MAX_FILL);

  g_string_append_c (template->out, '"');
  for (gint64 i = 0; i < n; i++)
    g_string_append_c (template->out, 'x');
  g_string_append_c (template->out, '"');
}

static void
append_number (Template *template, WeirSpan schema)
{
  WeirSpan minimum = weir_schema_get (template->schema, schema, "minimum");

  if (weir_json_type (minimum) == WEIR_JSON_NUMBER && minimum.text[0] != '-')
    weir_json_append_span (template->out, minimum);
  else
    g_string_append_c (template->out, '0');
}

static void
append_typed (Template *template, WeirSpan schema, const char *name, guint depth)
{
  if (weir_schema_names_type (template->schema, schema, "object") ||
      weir_schema_get (template->schema, schema, "properties").text != NULL ||
      weir_schema_get (template->schema, schema, "allOf").text != NULL)
    append_object (template, schema, depth);
  else if (weir_schema_names_type (template->schema, schema, "array"))
    append_array (template, schema, name, depth);
  else if (weir_schema_names_type (template->schema, schema, "string"))
    append_string (template, schema);
  else if (weir_schema_names_type (template->schema, schema, "number") ||
           weir_schema_names_type (template->schema, schema, "integer"))
    append_number (template, schema);
  else if (weir_schema_names_type (template->schema, schema, "boolean"))
    g_string_append (template->out, "false");
  else
    g_string_append (template->out, depth == 0 ? "{}" : "null");
}

/* @name: of the property it is for */
static void
append (Template *template, WeirSpan schema, const char *name, guint depth)
{
  WeirSpan resolved = weir_schema_resolve (template->schema, schema);
  WeirSpan branch = choose_branch (template->schema, resolved);

  template->n_parts++;
  if (is_spent (template) || depth > MAX_DEPTH)
    g_string_append (template->out, "null");
  else if (append_ref (template, resolved, name) || append_given (template, resolved))
    return;
  else if (branch.text != NULL)
    append (template, branch, name, depth + 1);
  else
    append_typed (template, resolved, name, depth);
}

char *
weir_schema_make_template (WeirSchema *self)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Template template = { .schema = self, .out = out };

  append (&template, self->root, "", 0);
  return weir_json_layout (out->str, out->len);
}
