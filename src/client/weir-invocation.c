/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-invocation-private.h"

struct _WeirInvocation
{
  GObject parent_instance;

  char *id;
  char *function_id;
  char *caller;      /* nullable */
  GString *text;     /* of the payload, as it came */
  GString *trace;    /* nullable: the `traceparent` literal, sent back with the result */
  JsonNode *payload; /* made of the text when asked for: many a function needs none */
  char *engine_url;
  GHashTable *ends; /* "DIRECTION PATH" → the end, made when asked for */

  WeirInvocationAnswerFunc answer; /* nullable: answered, or nobody waits */
  gpointer answer_data;
};

G_DEFINE_FINAL_TYPE (WeirInvocation, weir_invocation, G_TYPE_OBJECT)

/* @message: (transfer full) */
static void
weir_invocation_send (WeirInvocation *self, GString *message)
{
  WeirInvocationAnswerFunc answer = g_steal_pointer (&self->answer);

  if (answer != NULL)
    answer (self, message, self->answer_data);
  else
    g_string_free (message, TRUE);
}

void
weir_invocation_return (WeirInvocation *self, JsonNode *value)
{
  g_autoptr (GString) result = g_string_new (NULL);

  g_return_if_fail (WEIR_IS_INVOCATION (self));

  if (value != NULL)
    weir_json_append_node (result, value);
  else
    g_string_append (result, "null");
  g_clear_pointer (&value, json_node_unref);
  weir_invocation_send (self,
                        weir_envelope_write_result (
                            self->id, self->function_id, (WeirSpan){ result->str, result->len },
                            self->trace != NULL ? (WeirSpan){ self->trace->str, self->trace->len } : (WeirSpan){ 0 }));
}

void
weir_invocation_return_error (WeirInvocation *self, const char *code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  g_return_if_fail (WEIR_IS_INVOCATION (self) && code != NULL);

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  weir_invocation_send (self, weir_envelope_write_error (self->id, self->function_id, code, message));
}

/* --- the ends that came with it --- */

typedef struct
{
  const char *path;
  WeirDirection direction;
  WeirRef *found; /* nullable */
} Search;

static gboolean
search_cb (WeirSpan span, const char *path, gpointer user_data)
{
  Search *search = user_data;
  g_autoptr (WeirRef) ref = NULL;

  if (g_strcmp0 (path, search->path) != 0)
    return TRUE;
  ref = weir_ref_from_span (span, NULL);
  if (ref != NULL && ref->direction == search->direction)
    search->found = g_steal_pointer (&ref);

  return FALSE;
}

static gpointer
weir_invocation_get_end (WeirInvocation *self, const char *path, WeirDirection direction)
{
  g_autofree char *key = g_strdup_printf ("%s %s", weir_direction_to_string (direction), path);
  Search search = { .path = path, .direction = direction };
  GObject *end = g_hash_table_lookup (self->ends, key);

  if (end != NULL)
    return end;
  weir_ref_foreach ((WeirSpan){ self->text->str, self->text->len }, search_cb, &search);
  if (search.found == NULL)
    return NULL;
  if (direction == WEIR_DIRECTION_READ)
    end = G_OBJECT (weir_channel_reader_new (self->engine_url, search.found));
  else
    end = G_OBJECT (weir_channel_writer_new (self->engine_url, search.found));
  weir_ref_free (search.found);
  g_hash_table_insert (self->ends, g_steal_pointer (&key), end);

  return end;
}

WeirChannelReader *
weir_invocation_get_reader (WeirInvocation *self, const char *path)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self) && path != NULL, NULL);

  return weir_invocation_get_end (self, path, WEIR_DIRECTION_READ);
}

WeirChannelWriter *
weir_invocation_get_writer (WeirInvocation *self, const char *path)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self) && path != NULL, NULL);

  return weir_invocation_get_end (self, path, WEIR_DIRECTION_WRITE);
}

/* --- the rest --- */

const char *
weir_invocation_get_id (WeirInvocation *self)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self), NULL);

  return self->id;
}

const char *
weir_invocation_get_function_id (WeirInvocation *self)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self), NULL);

  return self->function_id;
}

JsonNode *
weir_invocation_get_payload (WeirInvocation *self)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self), NULL);

  if (self->payload == NULL)
    self->payload = weir_json_parse ((WeirSpan){ self->text->str, self->text->len }, NULL);
  return self->payload;
}

const char *
weir_invocation_get_caller (WeirInvocation *self)
{
  g_return_val_if_fail (WEIR_IS_INVOCATION (self), NULL);

  return self->caller;
}

void
weir_invocation_disown (WeirInvocation *self)
{
  self->answer = NULL;
}

static void
weir_invocation_dispose (GObject *object)
{
  WeirInvocation *self = WEIR_INVOCATION (object);

  if (self->answer != NULL)
    weir_invocation_return_error (self, "invocation_failed", "%s has returned without an answer", self->function_id);

  G_OBJECT_CLASS (weir_invocation_parent_class)->dispose (object);
}

static void
weir_invocation_finalize (GObject *object)
{
  WeirInvocation *self = WEIR_INVOCATION (object);

  g_hash_table_unref (self->ends);
  g_clear_pointer (&self->payload, json_node_unref);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  if (self->trace != NULL)
    g_string_free (self->trace, TRUE);
  g_free (self->engine_url);
  g_free (self->caller);
  g_free (self->function_id);
  g_free (self->id);

  G_OBJECT_CLASS (weir_invocation_parent_class)->finalize (object);
}

static void
weir_invocation_class_init (WeirInvocationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_invocation_dispose;
  object_class->finalize = weir_invocation_finalize;
}

static void
weir_invocation_init (WeirInvocation *self)
{
  self->ends = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

WeirInvocation *
weir_invocation_new (const WeirEnvelope *envelope, const char *engine_url, WeirInvocationAnswerFunc answer,
                     gpointer user_data)
{
  g_autoptr (WeirInvocation) self = g_object_new (WEIR_TYPE_INVOCATION, NULL);
  WeirSpan data = envelope->data.text != NULL ? envelope->data : WEIR_SPAN ("null");

  if (!weir_json_check (data, WEIR_JSON_MAX_DEPTH, NULL))
    return NULL;
  self->id = weir_json_dup_string (envelope->invocation_id);
  self->function_id = weir_json_dup_string (envelope->function_id);
  self->text = g_string_new_len (data.text, data.len);
  if (weir_json_type (data) == WEIR_JSON_OBJECT)
    self->caller = weir_json_dup_string (weir_json_member (data, "_caller_worker_id"));
  if (envelope->traceparent.text != NULL)
    self->trace = g_string_new_len (envelope->traceparent.text, envelope->traceparent.len);
  self->engine_url = g_strdup (engine_url);
  self->answer = answer;
  self->answer_data = user_data;

  return g_steal_pointer (&self);
}
