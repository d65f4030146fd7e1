/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-info.h"

#include <string.h>

#include "weir-key-mask.h"

/* One object of the feed, while it is being read. The first thing that is wrong goes to @error; after it every getter
 * gives nothing, so that the code below reads straight down. */
typedef struct
{
  JsonObject *object;
  const char *path; /* `writer.`, for the error */
  GError **error;
  gboolean has_failed;
} Reader;

static void
fail (Reader *reader, WeirJsonError code, const char *name, const char *what)
{
  if (!reader->has_failed)
    g_set_error (reader->error, WEIR_JSON_ERROR, code, "“%s%s” of a channel %s", reader->path, name, what);
  reader->has_failed = TRUE;
}

/* NULL: it is null, or the reader has failed. */
static JsonNode *
get (Reader *reader, const char *name)
{
  JsonNode *node;

  if (reader->has_failed)
    return NULL;
  node = json_object_get_member (reader->object, name);
  if (node == NULL)
    fail (reader, WEIR_JSON_ERROR_MISSING, name, "is missing");
  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

/* What points have said only since some version is optional. */
static gboolean
has_member (Reader *reader, const char *name)
{
  return !reader->has_failed && json_object_has_member (reader->object, name);
}

static const char *
get_string (Reader *reader, const char *name)
{
  JsonNode *node = get (reader, name);
  const char *string;

  if (node == NULL)
    return NULL;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    {
      fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not a string");
      return NULL;
    }
  string = json_node_get_string (node);
  if (strlen (string) > WEIR_CHANNEL_INFO_MAX_STRING)
    {
      fail (reader, WEIR_JSON_ERROR_TYPE, name, "is too long");
      return NULL;
    }
  return string;
}

/* A string that may not be null. */
static const char *
get_word (Reader *reader, const char *name)
{
  const char *word = get_string (reader, name);

  if (word == NULL && !reader->has_failed)
    fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not a string");
  return word;
}

/* 0 for null. */
static gint64
get_number (Reader *reader, const char *name, gint64 max)
{
  JsonNode *node = get (reader, name);

  if (node == NULL)
    return 0;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0 || json_node_get_int (node) > max)
    {
      fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not a number of its range");
      return 0;
    }
  return json_node_get_int (node);
}

static gint64
get_time (Reader *reader, const char *name)
{
  return get_number (reader, name, G_MAXINT64);
}

static gboolean
get_boolean (Reader *reader, const char *name)
{
  JsonNode *node = get (reader, name);

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  if (!reader->has_failed)
    fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not a boolean");
  return FALSE;
}

/* FALSE: it is null, or the reader has failed. */
static gboolean
get_object (Reader *reader, const char *name, const char *path, Reader *inner)
{
  JsonNode *node = get (reader, name);

  if (node == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not an object");
      return FALSE;
    }
  *inner = (Reader){ json_node_get_object (node), path, reader->error, FALSE };
  return TRUE;
}

/* The same for one that may not be null. */
static gboolean
get_some_object (Reader *reader, const char *name, const char *path, Reader *inner)
{
  if (get_object (reader, name, path, inner))
    return TRUE;
  if (!reader->has_failed)
    fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not an object");
  return FALSE;
}

/* What a peer said of a failure is often what it was given, refs included; and not every point masks their keys. */
static char *
dup_said (Reader *reader, const char *name)
{
  return weir_key_mask_text (get_string (reader, name));
}

static WeirHow
how_from_string (const char *word)
{
  if (g_strcmp0 (word, "ref") == 0)
    return WEIR_HOW_REF;
  return g_strcmp0 (word, "creator") == 0 ? WEIR_HOW_CREATOR : WEIR_HOW_UNKNOWN;
}

static void
read_worker (Reader *reader, const char *name, const char *path, char **id, char **worker_name, char **runtime)
{
  Reader inner;

  if (!get_object (reader, name, path, &inner))
    return;
  *id = g_strdup (get_string (&inner, "worker_id"));
  *worker_name = g_strdup (get_string (&inner, "worker_name"));
  if (runtime != NULL)
    *runtime = g_strdup (get_string (&inner, "runtime"));
  reader->has_failed |= inner.has_failed;
}

/* A presence or a state that a newer point may know is one that we cannot tell. */
static void
read_end (Reader *reader, const char *name, const char *path, const char *worker_path, WeirEndInfo *end)
{
  Reader inner;

  if (!get_some_object (reader, name, path, &inner))
    return;
  if (!weir_presence_from_string (get_word (&inner, "presence"), &end->presence))
    end->presence = WEIR_PRESENCE_UNKNOWN;
  end->connected_at_ms = get_time (&inner, "connected_at_ms");
  end->closed_at_ms = get_time (&inner, "closed_at_ms");
  end->close_code = get_number (&inner, "close_code", G_MAXUINT16);
  end->close_clean = has_member (&inner, "close_clean") ? get_boolean (&inner, "close_clean") : end->close_code != 0;
  end->close_reason = dup_said (&inner, "close_reason");
  end->violation = has_member (&inner, "violation") ? dup_said (&inner, "violation") : NULL;
  end->is_unanswered = has_member (&inner, "unanswered") && get_boolean (&inner, "unanswered");
  read_worker (&inner, "worker", worker_path, &end->worker_id, &end->worker_name, &end->worker_runtime);
  end->function_id = g_strdup (get_string (&inner, "function_id"));
  end->how = how_from_string (get_word (&inner, "how"));
  end->probed = get_boolean (&inner, "probed");
  if (has_member (&inner, "refused"))
    {
      end->n_refused = get_number (&inner, "refused", G_MAXUINT);
      end->refused_at_ms = get_time (&inner, "refused_at_ms");
    }
  if (has_member (&inner, "not_found"))
    {
      end->n_not_found = get_number (&inner, "not_found", G_MAXUINT);
      end->not_found_at_ms = get_time (&inner, "not_found_at_ms");
    }
  if (has_member (&inner, "worker_left_at_ms"))
    end->worker_left_at_ms = get_time (&inner, "worker_left_at_ms");
  reader->has_failed |= inner.has_failed;
}

static void
read_error (Reader *reader, WeirPassedInfo *passed)
{
  Reader inner;

  if (!get_object (reader, "error", "passed.error.", &inner))
    return;
  passed->error_code = weir_key_mask_text (get_word (&inner, "code"));
  passed->error_message = dup_said (&inner, "message");
  reader->has_failed |= inner.has_failed;
}

static gpointer
new_passed (void)
{
  return weir_passed_info_new ();
}

static gpointer
new_shape (void)
{
  return weir_shape_info_new ();
}

static gpointer
new_act (void)
{
  return weir_act_info_new ();
}

static void
read_passing (Reader *reader, gpointer element)
{
  WeirPassedInfo *passed = element;
  const char *direction = get_word (reader, "direction");

  if (direction != NULL && !weir_direction_from_string (direction, &passed->direction))
    fail (reader, WEIR_JSON_ERROR_TYPE, "direction", "is neither read nor write");
  passed->function_id = g_strdup (get_word (reader, "function_id"));
  passed->path = g_strdup (get_word (reader, "path"));
  read_worker (reader, "by_worker", "passed.by_worker.", &passed->by_worker_id, &passed->by_worker_name, NULL);
  passed->at_ms = get_time (reader, "at_ms");
  passed->invocation_id = g_strdup (get_string (reader, "invocation_id"));
  passed->returned_at_ms = get_time (reader, "returned_at_ms");
  read_error (reader, passed);
  passed->trace_id = g_strdup (get_string (reader, "trace_id"));
  passed->live = has_member (reader, "live") && get_boolean (reader, "live");
}

/* An array of objects, each read into an element by @read. */
static void
read_array (Reader *reader, const char *name, const char *path, guint max, GPtrArray *elements, gpointer (*make) (void),
            void (*read) (Reader *reader, gpointer element))
{
  JsonNode *node = get (reader, name);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    {
      fail (reader, WEIR_JSON_ERROR_TYPE, name, "is not an array");
      return;
    }
  array = json_node_get_array (node);
  if (json_array_get_length (array) > max)
    fail (reader, WEIR_JSON_ERROR_TYPE, name, "has too many elements");
  for (guint i = 0; i < json_array_get_length (array) && !reader->has_failed; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      Reader inner = { NULL, path, reader->error, FALSE };

      if (!JSON_NODE_HOLDS_OBJECT (element))
        {
          fail (reader, WEIR_JSON_ERROR_TYPE, name, "has an element that is not an object");
          return;
        }
      inner.object = json_node_get_object (element);
      g_ptr_array_add (elements, make ());
      read (&inner, elements->pdata[elements->len - 1]);
      reader->has_failed |= inner.has_failed;
    }
}

static void
read_passed (Reader *reader, GPtrArray *passed)
{
  read_array (reader, "passed", "passed.", WEIR_CHANNEL_INFO_MAX_PASSED, passed, new_passed, read_passing);
}

static void
read_shape (Reader *reader, gpointer element)
{
  WeirShapeInfo *shape = element;

  shape->worker_id = g_strdup (get_string (reader, "worker_id"));
  shape->worker_name = g_strdup (get_string (reader, "worker_name"));
  shape->pause = get_boolean (reader, "pause");
  shape->rate_bytes_per_s = get_number (reader, "rate_bytes_per_s", G_MAXINT64);
  shape->since_ms = get_time (reader, "since_ms");
}

/* One that a newer point may know is one that we cannot tell. */
static void
read_act (Reader *reader, gpointer element)
{
  WeirActInfo *act = element;

  if (!weir_act_from_string (get_word (reader, "act"), &act->act))
    act->act = WEIR_ACT_UNKNOWN;
  act->at_ms = get_time (reader, "at_ms");
  act->worker_name = g_strdup (get_string (reader, "worker_name"));
  act->value = get_number (reader, "value", G_MAXINT64);
}

static void
read_interference (Reader *reader, WeirChannelInfo *self)
{
  if (has_member (reader, "shapes"))
    {
      self->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_shape_info_free);
      read_array (reader, "shapes", "shapes.", WEIR_CHANNEL_INFO_MAX_SHAPES, self->shapes, new_shape, read_shape);
    }
  if (has_member (reader, "acts"))
    {
      self->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_act_info_free);
      read_array (reader, "acts", "acts.", WEIR_CHANNEL_INFO_MAX_ACTS, self->acts, new_act, read_act);
    }
}

/* A figure that the point does not know is null. */
static void
read_figure (Reader *reader, WeirTotals *totals, guint column)
{
  const char *name = weir_totals_columns[column];

  if (weir_totals_is_optional (column) && !has_member (reader, name))
    return;
  if (!reader->has_failed && json_object_has_member (reader->object, name) &&
      json_object_get_null_member (reader->object, name))
    weir_totals_set_unknown (totals, 1u << column);
  else
    weir_totals_set (totals, column, get_number (reader, name, G_MAXINT64));
}

static void
read_totals (Reader *reader, WeirChannelInfo *self)
{
  Reader inner;
  gboolean is_there = self->internal ? get_object (reader, "totals", "totals.", &inner) /* not observed: no figures */
                                     : get_some_object (reader, "totals", "totals.", &inner);

  if (!is_there)
    return;
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    read_figure (&inner, &self->totals, i);
  reader->has_failed |= inner.has_failed;
}

static void
read_ended (Reader *reader, WeirChannelInfo *self)
{
  Reader inner;
  const char *by;

  if (!get_object (reader, "ended", "ended.", &inner))
    return;
  by = get_word (&inner, "by");
  if (by != NULL && !weir_ended_by_from_string (by, &self->ended_by))
    fail (&inner, WEIR_JSON_ERROR_TYPE, "by", "is nobody that is known");
  self->ended_at_ms = get_time (&inner, "at_ms");
  reader->has_failed |= inner.has_failed;
}

static void
read_info (Reader *reader, WeirChannelInfo *self)
{
  self->channel_id = g_strdup (get_word (reader, "channel_id"));
  self->n = get_number (reader, "n", G_MAXUINT32);
  self->created_at_ms = get_time (reader, "created_at_ms");
  self->buffer_items = get_number (reader, "buffer_items", G_MAXUINT);
  self->buffer_bytes_max = get_number (reader, "buffer_bytes_max", G_MAXINT64);
  self->expires_at_ms = get_time (reader, "expires_at_ms");
  read_worker (reader, "creator", "creator.", &self->creator_worker_id, &self->creator_worker_name, NULL);
  read_end (reader, "writer", "writer.", "writer.worker.", &self->writer);
  read_end (reader, "reader", "reader.", "reader.worker.", &self->reader);
  read_passed (reader, self->passed);
  if (!weir_state_from_string (get_word (reader, "state"), &self->state))
    self->state = WEIR_STATE_UNKNOWN;
  self->since_ms = get_time (reader, "since_ms");
  self->paused_since_ms = get_time (reader, "paused_since_ms");
  self->lacks_memory = has_member (reader, "lacks_memory") && get_boolean (reader, "lacks_memory");
  if (has_member (reader, "first_message_at_ms"))
    self->first_message_at_ms = get_time (reader, "first_message_at_ms");
  self->internal = get_boolean (reader, "internal");
  read_totals (reader, self);
  read_ended (reader, self);
  read_interference (reader, self);
}

WeirChannelInfo *
weir_channel_info_from_json (JsonNode *node, GError **error)
{
  g_autoptr (WeirChannelInfo) self = weir_channel_info_new (NULL);
  Reader reader = { NULL, "", error, FALSE };

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "A channel is not an object");
      return NULL;
    }
  reader.object = json_node_get_object (node);
  read_info (&reader, self);
  return reader.has_failed ? NULL : g_steal_pointer (&self);
}
