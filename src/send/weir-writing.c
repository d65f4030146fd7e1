/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-writing.h"

#include <string.h>

#include "weir-hex-text.h"

WeirWriting *
weir_writing_new (void)
{
  WeirWriting *self = g_new0 (WeirWriting, 1);

  self->text = g_strdup ("");
  self->hex = g_strdup ("");
  self->seed = 1;
  self->count = 100;
  self->message_size = 64 * 1024;
  self->rate = 10;
  self->closes = TRUE;

  return self;
}

WeirWriting *
weir_writing_copy (const WeirWriting *self)
{
  WeirWriting *copy = g_memdup2 (self, sizeof *self);

  copy->text = g_strdup (self->text);
  copy->hex = g_strdup (self->hex);
  copy->path = g_strdup (self->path);

  return copy;
}

void
weir_writing_free (WeirWriting *self)
{
  g_free (self->text);
  g_free (self->hex);
  g_free (self->path);
  g_free (self);
}

gboolean
weir_writing_equal (const WeirWriting *a, const WeirWriting *b)
{
  return a->kind == b->kind && g_str_equal (a->text, b->text) && g_str_equal (a->hex, b->hex) &&
         g_strcmp0 (a->path, b->path) == 0 && a->generator == b->generator && a->seed == b->seed &&
         a->count == b->count && a->is_text == b->is_text && a->message_size == b->message_size && a->pace == b->pace &&
         a->rate == b->rate && a->closes == b->closes;
}

GBytes *
weir_writing_dup_data (const WeirWriting *self)
{
  if (self->kind == WEIR_WRITING_TEXT)
    return g_bytes_new (self->text, strlen (self->text));
  return self->kind == WEIR_WRITING_HEX ? weir_hex_text_parse (self->hex, NULL) : NULL;
}

/* --- JSON --- */

static const char *const kinds[] = { "text", "hex", "file", "generated", NULL };
static const char *const generators[] = { "bytes", "ndjson", "counter", "random", NULL };
static const char *const paces[] = { "free", "messages", "bytes", NULL };

/* JSON numbers are doubles to many: what may be larger goes as text. */
static void
set_number (JsonObject *object, const char *name, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  json_object_set_string_member (object, name, text);
}

/* What was typed, up to what is kept, between characters. Returns whether that is all. */
static gboolean
set_typed (JsonObject *object, const char *name, const char *typed)
{
  gsize len = strlen (typed);
  g_autofree char *start = NULL;

  if (len <= WEIR_WRITING_MAX_KEPT_SIZE)
    {
      json_object_set_string_member (object, name, typed);
      return TRUE;
    }
  len = (gsize) (g_utf8_find_prev_char (typed, typed + WEIR_WRITING_MAX_KEPT_SIZE + 1) - typed);
  start = g_strndup (typed, len);
  json_object_set_string_member (object, name, start);
  return FALSE;
}

JsonNode *
weir_writing_to_json (const WeirWriting *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  gboolean has_text, has_hex;

  json_object_set_string_member (object, "kind", kinds[self->kind]);
  has_text = set_typed (object, "text", self->text);
  has_hex = set_typed (object, "hex", self->hex);
  if ((self->kind == WEIR_WRITING_TEXT && !has_text) || (self->kind == WEIR_WRITING_HEX && !has_hex))
    json_object_set_boolean_member (object, "is_cut", TRUE);
  if (self->path != NULL)
    json_object_set_string_member (object, "path", self->path);
  json_object_set_string_member (object, "generator", generators[self->generator]);
  set_number (object, "seed", self->seed);
  set_number (object, "count", self->count);
  json_object_set_boolean_member (object, "is_text", self->is_text);
  json_object_set_int_member (object, "message_size", self->message_size);
  json_object_set_string_member (object, "pace", paces[self->pace]);
  set_number (object, "rate", self->rate);
  json_object_set_boolean_member (object, "closes", self->closes);

  return json_node_init_object (json_node_alloc (), object);
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static void
read_choice (JsonObject *object, const char *name, const char *const *choices, guint *choice)
{
  const char *text = get_string (object, name);

  for (guint i = 0; text != NULL && choices[i] != NULL; i++)
    if (g_str_equal (text, choices[i]))
      *choice = i;
}

static void
read_typed (JsonObject *object, const char *name, char **typed)
{
  const char *text = get_string (object, name);

  if (text == NULL || strlen (text) > WEIR_WRITING_MAX_TYPED_SIZE)
    return;
  g_free (*typed);
  *typed = g_strdup (text);
}

static void
read_number (JsonObject *object, const char *name, guint64 min, guint64 *number)
{
  const char *text = get_string (object, name);
  guint64 value;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, min, G_MAXUINT64, &value, NULL))
    *number = value;
}

static void
read_flag (JsonObject *object, const char *name, gboolean *flag)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    *flag = json_node_get_boolean (node);
}

static void
read_message_size (JsonObject *object, guint *size)
{
  JsonNode *node = json_object_get_member (object, "message_size");
  gint64 value = node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;

  if (value >= 1 && value <= WEIR_WRITING_MAX_MESSAGE_SIZE)
    *size = value;
}

gboolean
weir_writing_is_cut (JsonNode *node)
{
  gboolean is_cut = FALSE;

  if (JSON_NODE_HOLDS_OBJECT (node))
    read_flag (json_node_get_object (node), "is_cut", &is_cut);
  return is_cut;
}

WeirWriting *
weir_writing_from_json (JsonNode *node)
{
  WeirWriting *self = weir_writing_new ();
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return self;
  object = json_node_get_object (node);
  read_choice (object, "kind", kinds, (guint *) &self->kind);
  read_typed (object, "text", &self->text);
  read_typed (object, "hex", &self->hex);
  read_typed (object, "path", &self->path);
  read_choice (object, "generator", generators, (guint *) &self->generator);
  read_number (object, "seed", 0, &self->seed);
  read_number (object, "count", 0, &self->count);
  read_flag (object, "is_text", &self->is_text);
  read_message_size (object, &self->message_size);
  read_choice (object, "pace", paces, (guint *) &self->pace);
  read_number (object, "rate", 1, &self->rate);
  read_flag (object, "closes", &self->closes);

  return self;
}
