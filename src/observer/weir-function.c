/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function.h"

#include <string.h>

struct _WeirFunction
{
  GObject parent_instance;

  char *id;
  char *worker_name;
  char *description;
  char *metadata;
  gboolean is_internal;
  char *folded; /* (nullable): what is searched, made when it is */

  WeirSchemasState schemas_state;
  char *request_schema;
  char *response_schema;
  gboolean is_request_too_deep;
  gboolean is_response_too_deep;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirFunction, weir_function, G_TYPE_OBJECT)

static void
weir_function_finalize (GObject *object)
{
  WeirFunction *self = WEIR_FUNCTION (object);

  g_free (self->id);
  g_free (self->worker_name);
  g_free (self->description);
  g_free (self->metadata);
  g_free (self->folded);
  g_free (self->request_schema);
  g_free (self->response_schema);
  G_OBJECT_CLASS (weir_function_parent_class)->finalize (object);
}

static void
weir_function_class_init (WeirFunctionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_function_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_FUNCTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_function_init (WeirFunction *self)
{
}

/* --- from the engine --- */

static gboolean
is_said (WeirSpan object, const char *name)
{
  WeirSpan value = weir_json_member (object, name);

  return weir_json_type (value) == WEIR_JSON_BOOLEAN && *value.text == 't';
}

static gboolean
decide_internal (const char *id, WeirSpan metadata)
{
  gboolean is_marked = weir_json_type (metadata) == WEIR_JSON_OBJECT && is_said (metadata, "internal");

  return is_marked || g_str_has_prefix (id, "engine::") || g_str_has_prefix (id, "weir::") ||
         strstr (id, "::weir::") != NULL;
}

static char *
dup_value (WeirSpan value)
{
  return weir_json_type (value) > WEIR_JSON_NULL ? weir_span_dup (value) : NULL;
}

WeirFunction *
weir_function_new (WeirSpan object)
{
  g_autofree char *id = weir_json_type (object) == WEIR_JSON_OBJECT
                            ? weir_json_dup_string (weir_json_member (object, "function_id"))
                            : NULL;
  WeirFunction *self;

  if (id == NULL)
    return NULL;
  self = g_object_new (WEIR_TYPE_FUNCTION, NULL);
  self->is_internal = decide_internal (id, weir_json_member (object, "metadata"));
  self->id = g_steal_pointer (&id);
  self->worker_name = weir_json_dup_string (weir_json_member (object, "worker_name"));
  if (self->worker_name == NULL)
    self->worker_name = g_strdup ("");
  self->description = weir_json_dup_string (weir_json_member (object, "description"));
  self->metadata = dup_value (weir_json_member (object, "metadata"));
  return self;
}

static gboolean
take_string (char **string, const char *other)
{
  if (g_strcmp0 (*string, other) == 0)
    return FALSE;
  g_free (*string);
  *string = g_strdup (other);
  return TRUE;
}

static gboolean
take_flag (gboolean *flag, gboolean other)
{
  gboolean is_other = *flag != other;

  *flag = other;
  return is_other;
}

gboolean
weir_function_update (WeirFunction *self, WeirFunction *other)
{
  gboolean is_other = take_flag (&self->is_internal, other->is_internal);

  is_other |= take_string (&self->description, other->description);
  is_other |= take_string (&self->metadata, other->metadata);
  if (is_other)
    {
      g_clear_pointer (&self->folded, g_free);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  return is_other;
}

void
weir_function_set_schemas (WeirFunction *self, WeirSpan object)
{
  gboolean is_known = weir_json_type (object) == WEIR_JSON_OBJECT;
  WeirSchemasState state = is_known ? WEIR_SCHEMAS_KNOWN : WEIR_SCHEMAS_UNKNOWN;
  g_autofree char *request = is_known ? dup_value (weir_json_member (object, "request_schema")) : NULL;
  g_autofree char *response = is_known ? dup_value (weir_json_member (object, "response_schema")) : NULL;
  gboolean is_other = self->schemas_state != state;

  self->schemas_state = state;
  is_other |= take_string (&self->request_schema, request);
  is_other |= take_string (&self->response_schema, response);
  is_other |= take_flag (&self->is_request_too_deep, is_known && is_said (object, "request_schema_too_deep"));
  is_other |= take_flag (&self->is_response_too_deep, is_known && is_said (object, "response_schema_too_deep"));
  if (is_other)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_function_set_asked (WeirFunction *self)
{
  if (self->schemas_state == WEIR_SCHEMAS_UNASKED)
    self->schemas_state = WEIR_SCHEMAS_ASKED;
}

/* --- what is known --- */

const char *
weir_function_get_id (WeirFunction *self)
{
  return self->id;
}

const char *
weir_function_get_worker_name (WeirFunction *self)
{
  return self->worker_name;
}

const char *
weir_function_get_description (WeirFunction *self)
{
  return self->description;
}

const char *
weir_function_get_metadata (WeirFunction *self)
{
  return self->metadata;
}

gboolean
weir_function_is_internal (WeirFunction *self)
{
  return self->is_internal;
}

WeirSchemasState
weir_function_get_schemas_state (WeirFunction *self)
{
  return self->schemas_state;
}

const char *
weir_function_get_request_schema (WeirFunction *self)
{
  return self->request_schema;
}

const char *
weir_function_get_response_schema (WeirFunction *self)
{
  return self->response_schema;
}

gboolean
weir_function_is_request_too_deep (WeirFunction *self)
{
  return self->is_request_too_deep;
}

gboolean
weir_function_is_response_too_deep (WeirFunction *self)
{
  return self->is_response_too_deep;
}

static const char *
fold (WeirFunction *self)
{
  g_autofree char *all = NULL;

  if (self->folded == NULL)
    {
      all = g_strjoin ("\n", self->id, self->worker_name, self->description != NULL ? self->description : "", NULL);
      self->folded = g_utf8_casefold (all, -1);
    }
  return self->folded;
}

gboolean
weir_function_contains (WeirFunction *self, const char *const *folded)
{
  for (guint i = 0; folded[i] != NULL; i++)
    if (strstr (fold (self), folded[i]) == NULL)
      return FALSE;
  return TRUE;
}
