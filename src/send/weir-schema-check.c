/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-schema-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "weir-peer-name.h"
#include "weir-placeholder.h"

/* Schemas can make work, and this is done between two frames: beyond so many bytes that are looked at, of which a step
 * is worth STEP, it is given up. Some 10 ms. */
#define MAX_WORK (1536 * 1024)
#define STEP     64

/* A path that is longer is cut: it is for people. */
#define MAX_PATH 200

/* Characters that are shown of the value that is wrong. */
#define MAX_SHOWN 40

typedef struct
{
  WeirSchema *schema;
  WeirSpan payload;
  GString *path;
  gsize work;
} Check;

static WeirSchemaProblem *check (Check *self, WeirSpan schema, WeirSpan value, guint hops);

static gboolean
is_spent (Check *self)
{
  return self->work + self->schema->work > MAX_WORK;
}

void
weir_schema_problem_free (WeirSchemaProblem *self)
{
  g_free (self->path);
  g_free (self->message);
  g_free (self);
}

/* @message: (transfer full) */
static WeirSchemaProblem *
problem (Check *self, char *message)
{
  WeirSchemaProblem *found = g_new (WeirSchemaProblem, 1);

  found->path = g_utf8_make_valid (self->path->str, MIN (self->path->len, MAX_PATH));
  found->message = message;
  return found;
}

/* (transfer full): what there is. */
static char *
show (Check *self, WeirSpan value)
{
  self->work += STEP;
  return weir_schema_show (self->payload, value, MAX_SHOWN);
}

/* (transfer full): what a schema lists */
static char *
show_listed (WeirSpan value)
{
  return weir_schema_show (value, value, MAX_PATH);
}

/* --- types --- */

static gboolean
is_whole (WeirSpan number)
{
  g_autofree char *text = weir_span_dup (number);
  double value = g_ascii_strtod (text, NULL);

  return isfinite (value) && floor (value) == value;
}

static gboolean
is_of_type (WeirSpan value, WeirSpan type)
{
  static const char *const names[] = {
    [WEIR_JSON_NULL] = "null",     [WEIR_JSON_BOOLEAN] = "boolean", [WEIR_JSON_NUMBER] = "number",
    [WEIR_JSON_STRING] = "string", [WEIR_JSON_ARRAY] = "array",     [WEIR_JSON_OBJECT] = "object",
  };
  WeirJsonType is = weir_json_type (value);

  if (is == WEIR_JSON_STRING && weir_placeholder_parse (value, &(WeirDirection){ 0 }, NULL))
    is = WEIR_JSON_OBJECT; /* a ref will stand there */
  if (weir_schema_name_type (type) == NULL)
    return TRUE; /* of a schema that we do not know */
  if (is == WEIR_JSON_NUMBER && weir_json_string_equal (type, "integer"))
    return is_whole (value);
  return weir_json_string_equal (type, names[is]);
}

static gboolean
is_of_any (WeirSpan value, WeirSpan types)
{
  WeirJsonIter iter;
  WeirSpan key, type;

  weir_json_iter_init (&iter, types);
  while (weir_json_iter_next (&iter, &key, &type))
    if (is_of_type (value, type))
      return TRUE;
  return FALSE;
}

static WeirSchemaProblem *
check_type (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSpan types = weir_schema_get (self->schema, schema, "type");
  WeirJsonType is = weir_json_type (value);
  g_autofree char *wanted = NULL, *shown = NULL;

  if (types.text == NULL || (weir_json_type (types) == WEIR_JSON_STRING && is_of_type (value, types)) ||
      (weir_json_type (types) == WEIR_JSON_ARRAY && is_of_any (value, types)))
    return NULL;
  wanted = weir_schema_name_types (types);
  if (wanted == NULL)
    return NULL;
  if (is == WEIR_JSON_NULL)
    return problem (self, g_strdup_printf (_ ("must be %s, not null"), wanted));
  shown = show (self, value);
  if (is == WEIR_JSON_NUMBER && weir_schema_names_type (self->schema, schema, "integer"))
    /* Translators: what a value must be and the value, as “must be a whole number; 3.5 is not” */
    return problem (self, g_strdup_printf (_ ("must be %s; %s is not"), wanted, shown));
  /* Translators: what a value must be, the value, and what that is, as “must be a number; "5" is a string” */
  return problem (self, g_strdup_printf (_ ("must be %s; %s is %s"), wanted, shown, weir_schema_name_value (value)));
}

/* --- values --- */

static gboolean is_equal (WeirSpan a, WeirSpan b);

static gboolean
are_members_equal (WeirSpan a, WeirSpan b)
{
  WeirJsonIter left, right;
  WeirSpan key, value, other_key, other;
  guint n = 0, n_other = 0;

  weir_json_iter_init (&left, a);
  while (weir_json_iter_next (&left, &key, &value))
    {
      g_autofree char *name = weir_json_dup_string (key);

      n++;
      if (!is_equal (value, weir_json_member (b, name)))
        return FALSE;
    }
  weir_json_iter_init (&right, b);
  while (weir_json_iter_next (&right, &other_key, &other))
    n_other++;
  return n == n_other;
}

static gboolean
are_elements_equal (WeirSpan a, WeirSpan b)
{
  WeirJsonIter left, right;
  WeirSpan key, value, other;
  gboolean has, has_other;

  weir_json_iter_init (&left, a);
  weir_json_iter_init (&right, b);
  do
    {
      has = weir_json_iter_next (&left, &key, &value);
      has_other = weir_json_iter_next (&right, &key, &other);
      if (has && has_other && !is_equal (value, other))
        return FALSE;
    }
  while (has && has_other);
  return has == has_other;
}

static gboolean
is_equal (WeirSpan a, WeirSpan b)
{
  WeirJsonType type = weir_json_type (a);
  g_autofree char *left = NULL, *right = NULL;

  if (type != weir_json_type (b) || type == WEIR_JSON_ABSENT)
    return FALSE;
  if (type == WEIR_JSON_OBJECT)
    return are_members_equal (a, b);
  if (type == WEIR_JSON_ARRAY)
    return are_elements_equal (a, b);
  left = type == WEIR_JSON_STRING ? weir_json_dup_string (a) : weir_span_dup (a);
  right = type == WEIR_JSON_STRING ? weir_json_dup_string (b) : weir_span_dup (b);
  if (type == WEIR_JSON_NUMBER)
    return g_ascii_strtod (left, NULL) == g_ascii_strtod (right, NULL);
  return g_strcmp0 (g_strstrip (left), g_strstrip (right)) == 0;
}

/* Objects are compared member by member, each of which is looked for in the other: that costs the square. */
static gboolean
is_alike (Check *self, WeirSpan value, WeirSpan given)
{
  WeirJsonType type = weir_json_type (given);

  if (type != weir_json_type (value))
    return FALSE;
  self->work += type == WEIR_JSON_OBJECT || type == WEIR_JSON_ARRAY
                    ? MIN (value.len, MAX_WORK) * MIN (given.len, MAX_WORK) / STEP
                    : MIN (value.len, given.len);
  return !is_spent (self) && is_equal (value, given);
}

static WeirSchemaProblem *
check_enum (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSpan constant = weir_schema_get (self->schema, schema, "const");
  WeirSpan values = weir_schema_get (self->schema, schema, "enum");
  WeirJsonIter iter;
  WeirSpan key, one;
  g_autofree char *list = NULL, *shown = NULL;

  if (constant.text != NULL && !is_alike (self, value, constant) && !is_spent (self))
    {
      list = show_listed (constant);
      shown = show (self, value);
      return problem (self, g_strdup_printf (_ ("must be %s; %s is not"), list, shown));
    }
  if (weir_json_type (values) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, values);
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &one))
    {
      self->work += one.len;
      if (is_alike (self, value, one))
        return NULL;
    }
  if (is_spent (self))
    return NULL;
  list = show_listed (values);
  shown = show (self, value);
  return problem (self, g_strdup_printf (_ ("must be one of %s; %s is not"), list, shown));
}

typedef struct
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  gulong plural;
  gboolean is_least; /* it is less, and not more */
} Limit;

static gboolean
read_limit (WeirSchema *self, WeirSpan schema, const char *keyword, double *value)
{
  WeirSpan limit = weir_schema_get (self, schema, keyword);
  g_autofree char *text = weir_json_type (limit) == WEIR_JSON_NUMBER ? weir_span_dup (limit) : NULL;

  *value = text != NULL ? g_ascii_strtod (text, NULL) : 0;
  return text != NULL;
}

/* @limit: (out): that it keeps not */
static gboolean
is_within (Check *self, WeirSpan schema, double measure, const char *least, const char *most, Limit *limit)
{
  double value;

  limit->is_least = read_limit (self->schema, schema, least, &value) && measure < value;
  if (!limit->is_least && !(read_limit (self->schema, schema, most, &value) && measure > value))
    return TRUE;
  g_ascii_formatd (limit->text, sizeof limit->text, "%.15g", value);
  limit->plural = value == 1 ? 1 : (gulong) CLAMP (value, 2, 1e9);
  return FALSE;
}

static WeirSchemaProblem *
check_number (Check *self, WeirSpan schema, WeirSpan value)
{
  g_autofree char *text = weir_span_dup (value), *shown = NULL;
  Limit limit;

  if (is_within (self, schema, g_ascii_strtod (text, NULL), "minimum", "maximum", &limit))
    return NULL;
  shown = show (self, value);
  return problem (self, g_strdup_printf (limit.is_least ? _ ("must be at least %s; %s is less")
                                                        : _ ("must be at most %s; %s is more"),
                                         limit.text, shown));
}

static WeirSchemaProblem *
check_string (Check *self, WeirSpan schema, WeirSpan value)
{
  g_autofree char *text = weir_json_dup_string (value), *shown = NULL;
  glong n = g_utf8_strlen (text, -1);
  Limit limit;

  if (is_within (self, schema, n, "minLength", "maxLength", &limit))
    return NULL;
  shown = show (self, value);
  return problem (self, g_strdup_printf (limit.is_least
                                             ? ngettext ("must have at least %s character; %s has %ld",
                                                         "must have at least %s characters; %s has %ld", limit.plural)
                                             : ngettext ("must have at most %s character; %s has %ld",
                                                         "must have at most %s characters; %s has %ld", limit.plural),
                                         limit.text, shown, n));
}

/* --- containers --- */

static WeirSchemaProblem *
check_array (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSpan items = weir_schema_get (self->schema, schema, "items");
  WeirJsonType type = weir_json_type (items);
  gsize len = self->path->len;
  WeirSpan key, element;
  WeirJsonIter iter;
  guint n = 0;
  Limit limit;

  self->work += value.len;
  weir_json_iter_init (&iter, value);
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &element))
    {
      WeirSchemaProblem *found;

      g_string_append_printf (self->path, "[%u]", n++);
      found = type == WEIR_JSON_OBJECT || type == WEIR_JSON_BOOLEAN ? check (self, items, element, 0) : NULL;
      if (found != NULL)
        return found;
      g_string_truncate (self->path, len);
    }
  if (is_spent (self) || is_within (self, schema, n, "minItems", "maxItems", &limit))
    return NULL;
  return problem (self,
                  g_strdup_printf (limit.is_least ? ngettext ("must have at least %s element; it has %u",
                                                              "must have at least %s elements; it has %u", limit.plural)
                                                  : ngettext ("must have at most %s element; it has %u",
                                                              "must have at most %s elements; it has %u", limit.plural),
                                   limit.text, n));
}

/* (transfer full): the names of an object's members */
static GHashTable *
list_names (Check *self, WeirSpan object)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  WeirSpan key, member;
  WeirJsonIter iter;

  self->work += object.len;
  weir_json_iter_init (&iter, object);
  while (weir_json_iter_next (&iter, &key, &member))
    g_hash_table_add (names, weir_json_dup_string (key));
  return names;
}

static WeirSchemaProblem *
check_required (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSpan required = weir_schema_get (self->schema, schema, "required");
  g_autoptr (GHashTable) names = NULL;
  WeirJsonIter iter;
  WeirSpan key, element;

  if (weir_json_type (required) != WEIR_JSON_ARRAY)
    return NULL;
  names = list_names (self, value);
  self->work += required.len;
  weir_json_iter_init (&iter, required);
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &element))
    {
      g_autofree char *name = weir_json_dup_string (element);

      if (name != NULL && !g_hash_table_contains (names, name))
        {
          g_autofree char *shown = show (self, value), *wanted = weir_peer_name_cut (name, MAX_PATH);

          return problem (self, g_strdup_printf (_ ("must have “%s”, and %s has not"), wanted, shown));
        }
    }
  return NULL;
}

static WeirSchemaProblem *
check_members (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSpan properties = weir_schema_get (self->schema, schema, "properties");
  WeirSpan others = weir_schema_get (self->schema, schema, "additionalProperties");
  gboolean is_closed = weir_json_type (others) == WEIR_JSON_BOOLEAN && *others.text == 'f' &&
                       weir_schema_get (self->schema, schema, "patternProperties").text == NULL;
  gsize len = self->path->len;
  WeirJsonIter iter;
  WeirSpan key, member;

  self->work += value.len;
  weir_json_iter_init (&iter, value);
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &member))
    {
      g_autofree char *name = weir_json_dup_string (key);
      WeirSpan property = weir_schema_get (self->schema, properties, name);
      WeirSchemaProblem *found = NULL;

      if (property.text == NULL && is_closed)
        return problem (self, g_strdup_printf (_ ("has “%s”, which the function does not know"), name));
      if (property.text == NULL && weir_json_type (others) == WEIR_JSON_OBJECT)
        property = others;
      g_string_append_printf (self->path, len > 0 ? ".%s" : "%s", name);
      if (property.text != NULL)
        found = check (self, property, member, 0);
      if (found != NULL)
        return found;
      g_string_truncate (self->path, len);
    }
  return NULL;
}

static WeirSchemaProblem *
check_object (Check *self, WeirSpan schema, WeirSpan value)
{
  WeirSchemaProblem *found = check_required (self, schema, value);

  return found != NULL ? found : check_members (self, schema, value);
}

/* --- one value --- */

/* A placeholder stands for a ref, whose parts are as they must be: only its direction may be wrong. */
static WeirSchemaProblem *
check_placeholder (Check *self, WeirSpan schema, WeirDirection direction)
{
  WeirDirection wanted;
  gboolean is_certain;

  if (!weir_schema_is_ref (self->schema, schema, &wanted, &is_certain) || !is_certain || wanted == direction)
    return NULL;
  return problem (self, g_strdup (wanted == WEIR_DIRECTION_READ ? _ ("must be a reader’s ref, not a writer’s")
                                                                : _ ("must be a writer’s ref, not a reader’s")));
}

static WeirSchemaProblem *
check_by_type (Check *self, WeirSpan schema, WeirSpan value)
{
  switch (weir_json_type (value))
    {
    case WEIR_JSON_NUMBER:
      return check_number (self, schema, value);
    case WEIR_JSON_STRING:
      return check_string (self, schema, value);
    case WEIR_JSON_ARRAY:
      return check_array (self, schema, value);
    case WEIR_JSON_OBJECT:
      return check_object (self, schema, value);
    case WEIR_JSON_NULL:
    case WEIR_JSON_BOOLEAN:
    case WEIR_JSON_ABSENT:
    default:
      return NULL;
    }
}

/* One branch has to take it; where none does, the first says why. */
static WeirSchemaProblem *
check_any (Check *self, WeirSpan branches, WeirSpan value, guint hops)
{
  WeirSchemaProblem *first = NULL;
  gsize len = self->path->len;
  WeirSpan key, branch;
  WeirJsonIter iter;

  if (weir_json_type (branches) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, branches);
  self->work += branches.len;
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &branch))
    {
      WeirSchemaProblem *found = check (self, branch, value, hops);

      g_string_truncate (self->path, len);
      if (found == NULL)
        {
          g_clear_pointer (&first, weir_schema_problem_free);
          return NULL;
        }
      if (first == NULL)
        first = found;
      else
        weir_schema_problem_free (found);
    }
  return first;
}

static WeirSchemaProblem *
check_all (Check *self, WeirSpan branches, WeirSpan value, guint hops)
{
  WeirSpan key, branch;
  WeirJsonIter iter;

  if (weir_json_type (branches) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, branches);
  self->work += branches.len;
  while (!is_spent (self) && weir_json_iter_next (&iter, &key, &branch))
    {
      WeirSchemaProblem *found = check (self, branch, value, hops);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* @hops: branches and references since the last step into the value: a schema may lead to itself. */
static WeirSchemaProblem *
check (Check *self, WeirSpan schema, WeirSpan value, guint hops)
{
  WeirSpan resolved = weir_schema_resolve (self->schema, schema);
  WeirSchemaProblem *found;
  WeirDirection direction;

  self->work += STEP;
  if (is_spent (self) || hops > WEIR_SCHEMA_MAX_HOPS)
    return NULL;
  if (weir_json_type (resolved) == WEIR_JSON_BOOLEAN && *resolved.text == 'f')
    {
      g_autofree char *shown = show (self, value);

      return problem (self, g_strdup_printf (_ ("must not be there; it is %s"), shown));
    }
  if (weir_json_type (resolved) != WEIR_JSON_OBJECT)
    return NULL;
  if ((found = check_type (self, resolved, value)) != NULL ||
      (found = check_any (self, weir_schema_get (self->schema, resolved, "anyOf"), value, hops + 1)) != NULL ||
      (found = check_any (self, weir_schema_get (self->schema, resolved, "oneOf"), value, hops + 1)) != NULL ||
      (found = check_all (self, weir_schema_get (self->schema, resolved, "allOf"), value, hops + 1)) != NULL)
    return found;
  if (weir_json_type (value) == WEIR_JSON_STRING && weir_placeholder_parse (value, &direction, NULL))
    return check_placeholder (self, resolved, direction);
  found = check_enum (self, resolved, value);
  return found != NULL ? found : check_by_type (self, resolved, value);
}

WeirSchemaVerdict
weir_schema_check (WeirSchema *self, WeirSpan payload, WeirSchemaProblem **problem)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Check state = { .schema = self, .payload = payload, .path = path };
  g_autoptr (WeirSchemaProblem) found = NULL;

  *problem = NULL;
  if (self->is_too_large)
    return WEIR_SCHEMA_NOT_CHECKED;
  self->work = 0;
  found = check (&state, self->root, payload, 0);
  if (is_spent (&state))
    return WEIR_SCHEMA_NOT_CHECKED;
  *problem = g_steal_pointer (&found);
  return *problem != NULL ? WEIR_SCHEMA_INVALID : WEIR_SCHEMA_VALID;
}
