/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-users.h"

#define ANSWER_TIMEOUT_MS 1000

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* What runs inside the engine goes with it, and so does a point, which is there for those who watch. */
static gboolean
is_user (JsonObject *worker, const char *own_id, const char *demo)
{
  return g_strcmp0 (get_string (worker, "isolation"), "in-process") != 0 &&
         g_strcmp0 (get_string (worker, "name"), "weir-point") != 0 &&
         (own_id == NULL || g_strcmp0 (get_string (worker, "id"), own_id) != 0) &&
         g_strcmp0 (get_string (worker, "description"), demo) != 0;
}

guint
weir_engine_users_count (JsonNode *answer, const char *own_id, GPid demo_pid)
{
  JsonNode *node =
      JSON_NODE_HOLDS_OBJECT (answer) ? json_object_get_member (json_node_get_object (answer), "workers") : NULL;
  JsonArray *workers = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  /* As weir-demo describes its workers. */
  g_autofree char *demo = g_strdup_printf ("Sample worker of weir-demo, process %d", (int) demo_pid);
  guint n = 0;

  for (guint i = 0; workers != NULL && i < json_array_get_length (workers); i++)
    {
      JsonNode *worker = json_array_get_element (workers, i);

      if (JSON_NODE_HOLDS_OBJECT (worker) && is_user (json_node_get_object (worker), own_id, demo))
        n++;
    }
  return n;
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirWorker *worker = WEIR_WORKER (object);
  g_autoptr (GTask) task = user_data;
  WeirLocalServer *engine = weir_connection_get_engine (g_task_get_source_object (task));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (worker, result, &error);
  gssize n = -1;

  if (answer != NULL && engine != NULL)
    n = weir_engine_users_count (answer, weir_worker_get_worker_id (worker), weir_local_server_get_demo_pid (engine));
  else if (error != NULL)
    g_info ("Nobody knows who uses the engine: %s", error->message);
  g_task_return_int (task, n);
}

void
weir_engine_users_count_async (WeirConnection *connection, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (connection, NULL, callback, user_data);
  WeirWorker *worker = weir_observer_get_worker (weir_connection_get_observer (connection));
  g_autoptr (JsonNode) payload = json_node_alloc ();
  g_autoptr (JsonObject) arguments = json_object_new ();

  g_task_set_source_tag (task, weir_engine_users_count_async);
  json_node_init_object (payload, arguments);
  weir_worker_trigger_async (worker, "engine::workers::list", payload, ANSWER_TIMEOUT_MS, NULL, listed_cb, task);
}

gboolean
weir_engine_users_count_finish (WeirConnection *connection, GAsyncResult *result, guint *n)
{
  gssize found = g_task_propagate_int (G_TASK (result), NULL);

  *n = (guint) MAX (found, 0);
  return found >= 0;
}
