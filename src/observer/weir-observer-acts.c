/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-observer-acts.h"

#include <string.h>

#include "weir-feed-link.h"
#include "weir-observer-private.h"

#define TIMEOUT_MS (10 * 1000)

/* One call, from here to its answer. */
typedef struct
{
  char *prefix;
  const char *verb;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_free (act->prefix);
  g_free (act);
}

static WeirPointWatch *
find_watch (WeirObserver *self, WeirChannel *channel)
{
  return weir_points_find_watch (weir_observer_get_point_set (self), channel);
}

WeirRights
weir_observer_get_rights (WeirObserver *self, WeirChannel *channel)
{
  WeirPointWatch *watch = find_watch (self, channel);

  return watch != NULL ? weir_point_watch_get_rights (watch) : 0;
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  JsonNode *answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);

  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) json_node_unref);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_error (task, weir_feed_link_wrap_error (act->prefix, act->verb, error));
}

/* @arguments: (transfer full): beside the channel's id and the token. */
static void
ask (WeirObserver *self, WeirChannel *channel, const char *verb, JsonObject *arguments, GTask *asked)
{
  g_autoptr (GTask) task = asked;
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (JsonNode) payload = json_node_init_object (json_node_alloc (), arguments);
  WeirPointWatch *watch = find_watch (self, channel);
  const char *token = watch != NULL ? weir_point_watch_get_token (watch) : NULL;
  g_autofree char *function_id = NULL;
  Act *act;

  json_object_unref (arguments);
  if (watch == NULL)
    {
      g_task_return_new_error (task, WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST,
                               "No point that is connected sees this channel any more");
      return;
    }
  json_object_set_string_member (arguments, "channel_id", weir_channel_get_id (channel));
  if (token != NULL)
    json_object_set_string_member (arguments, "token", token);
  act = g_new0 (Act, 1);
  act->prefix = g_strdup (weir_point_watch_get_prefix (watch));
  act->verb = verb;
  function_id = g_strconcat (act->prefix, "::", verb, NULL);
  g_task_set_task_data (task, act, act_free);
  weir_worker_trigger_async (weir_observer_get_worker (self), function_id, payload, TIMEOUT_MS, cancellable,
                             answered_cb, g_steal_pointer (&task));
}

/* NULL: @error is set. */
static JsonObject *
take_answer (GAsyncResult *result, JsonNode **node, GError **error)
{
  const Act *act = g_task_get_task_data (G_TASK (result));

  *node = g_task_propagate_pointer (G_TASK (result), error);
  if (*node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (*node))
    return json_node_get_object (*node);
  g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s answered “%s” with something that is no object",
               weir_feed_link_get_point (act->prefix), act->verb);
  return NULL;
}

/* --- reveal --- */

void
weir_observer_reveal_async (WeirObserver *self, WeirChannel *channel, WeirDirection direction,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  JsonObject *arguments = json_object_new ();

  g_task_set_source_tag (task, weir_observer_reveal_async);
  json_object_set_string_member (arguments, "direction", weir_direction_to_string (direction));
  ask (self, channel, "reveal", arguments, task);
}

WeirRef *
weir_observer_reveal_finish (WeirObserver *self, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *answer;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  answer = take_answer (result, &node, error);
  if (answer == NULL)
    return NULL;
  if (json_object_has_member (answer, "ref"))
    return weir_ref_from_json (json_object_get_member (answer, "ref"), error);
  g_set_error_literal (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "The point answered “reveal” without a ref");
  return NULL;
}

/* --- inject --- */

/* As text where JSON can carry it as it is; a NUL is safest in base64. */
static void
set_payload (JsonObject *arguments, gboolean is_text, GBytes *payload)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);

  if (is_text && size > 0 && g_utf8_validate (data, (gssize) size, NULL) && memchr (data, '\0', size) == NULL)
    {
      g_autofree char *text = g_strndup (data, size);

      json_object_set_string_member (arguments, "data", text);
    }
  else
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) data, size);

      json_object_set_string_member (arguments, "data_base64", base64);
    }
}

void
weir_observer_inject_async (WeirObserver *self, WeirChannel *channel, gboolean is_text, GBytes *payload,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  JsonObject *arguments = json_object_new ();

  g_task_set_source_tag (task, weir_observer_inject_async);
  json_object_set_string_member (arguments, "kind", is_text ? "text" : "binary");
  set_payload (arguments, is_text, payload);
  ask (self, channel, "inject", arguments, task);
}

gboolean
weir_observer_inject_finish (WeirObserver *self, GAsyncResult *result, guint64 *seq, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *answer;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = take_answer (result, &node, error);
  if (answer != NULL && seq != NULL)
    *seq = (guint64) MAX (0, json_object_get_int_member_with_default (answer, "seq", 0));
  return answer != NULL;
}

/* --- shape --- */

void
weir_observer_shape_async (WeirObserver *self, WeirChannel *channel, gboolean pause, guint64 rate,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  WeirPointWatch *watch = find_watch (self, channel);
  JsonObject *arguments = json_object_new ();

  g_task_set_source_tag (task, weir_observer_shape_async);
  json_object_set_int_member (arguments, "watch_id", watch != NULL ? weir_point_watch_get_id (watch) : 0);
  json_object_set_boolean_member (arguments, "pause", pause);
  if (rate > 0)
    json_object_set_int_member (arguments, "rate_bytes_per_s", (gint64) rate);
  ask (self, channel, "shape", arguments, task);
}

gboolean
weir_observer_shape_finish (WeirObserver *self, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return take_answer (result, &node, error) != NULL;
}

/* --- close --- */

void
weir_observer_close_end_async (WeirObserver *self, WeirChannel *channel, gboolean is_writer, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  JsonObject *arguments = json_object_new ();

  g_task_set_source_tag (task, weir_observer_close_end_async);
  json_object_set_string_member (arguments, "side", is_writer ? "writer" : "reader");
  ask (self, channel, "close", arguments, task);
}

gboolean
weir_observer_close_end_finish (WeirObserver *self, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return take_answer (result, &node, error) != NULL;
}
