/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-schema-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-key-mask.h"
#include "weir-peer-name.h"
#include "weir-placeholder.h"

/* Bytes of a value that are looked at to show the beginning of it, and before it, where the name of a key may stand. */
#define MAX_LOOKED_AT 1024
#define MAX_LEAD      256

const char *
weir_schema_name_value (WeirSpan value)
{
  switch (weir_json_type (value))
    {
    case WEIR_JSON_NULL:
      return _ ("null");
    case WEIR_JSON_BOOLEAN:
      return _ ("a boolean");
    case WEIR_JSON_NUMBER:
      return _ ("a number");
    case WEIR_JSON_STRING:
      return weir_placeholder_parse (value, &(WeirDirection){ 0 }, NULL) ? _ ("a ref") : _ ("a string");
    case WEIR_JSON_ARRAY:
      return _ ("an array");
    case WEIR_JSON_OBJECT:
      return _ ("an object");
    case WEIR_JSON_ABSENT:
    default:
      return _ ("nothing");
    }
}

const char *
weir_schema_name_type (WeirSpan type)
{
  static const struct
  {
    const char *type;
    const char *name;
  } names[] = {
    { "null", N_ ("null") },        { "boolean", N_ ("a boolean") },      { "number", N_ ("a number") },
    { "string", N_ ("a string") },  { "integer", N_ ("a whole number") }, { "array", N_ ("an array") },
    { "object", N_ ("an object") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (weir_json_string_equal (type, names[i].type))
      return _ (names[i].name);
  return NULL;
}

char *
weir_schema_name_types (WeirSpan types)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  WeirJsonIter iter;
  WeirSpan key, type;

  if (weir_json_type (types) == WEIR_JSON_STRING)
    return g_strdup (weir_schema_name_type (types));
  if (weir_json_type (types) != WEIR_JSON_ARRAY)
    return NULL;
  weir_json_iter_init (&iter, types);
  while (weir_json_iter_next (&iter, &key, &type))
    if (weir_schema_name_type (type) != NULL)
      g_ptr_array_add (names, (gpointer) weir_schema_name_type (type));
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  /* Translators: between the types of which a value may have any, as “a string or null” */
  return g_strjoinv (_ (" or "), (char **) names->pdata);
}

/* Lines and their indentation are not what it is about. */
static void
join_lines (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0';)
    if (strchr ("\n\r\t", *from) == NULL)
      {
        *to++ = *from++;
      }
    else
      {
        from += strspn (from, "\n\r\t ");
        *to++ = ' ';
      }
  *to = '\0';
}

char *
weir_schema_show (WeirSpan text, WeirSpan value, gsize max_chars)
{
  gsize before = value.text - text.text;
  gsize n_lead = MIN (before, MAX_LEAD);
  g_autoptr (GBytes) lead = g_bytes_new_static (value.text - n_lead, n_lead);
  g_autoptr (GBytes) bytes = g_bytes_new_static (value.text, MIN (value.len, MAX_LOOKED_AT));
  g_autofree char *shown = weir_key_mask_dup_text (&(WeirKeyLead){ lead, FALSE }, bytes);

  join_lines (shown);
  return weir_peer_name_cut (shown, max_chars);
}
