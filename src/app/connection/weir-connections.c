/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connections.h"

#include <glib/gi18n.h>

#include "weir-connect-dialog.h"
#include "weir-settings.h"

struct _WeirConnections
{
  GObject parent_instance;

  GPtrArray *items;
  WeirConnection *current;
  WeirLocalServer *starting; /* not yet one of a connection */
};

/* An engine that is being started. */
typedef struct
{
  WeirConnections *connections;
  gboolean with_demo;
} WeirStarting;

enum
{
  PROP_CURRENT = 1,
  PROP_IS_STARTING,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  FAILED,
  NOTICE,
  ALARMS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void weir_connections_init_list (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirConnections, weir_connections, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_connections_init_list))

/* --- what is remembered: the key "connections" is a(ssb): address, name, whether the keyring has a secret --- */

static void
weir_connections_save (WeirConnections *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssb)"));
  for (guint i = 0; i < self->items->len; i++)
    {
      WeirConnection *connection = self->items->pdata[i];
      const char *name = weir_connection_get_name (connection);

      if (weir_connection_is_remembered (connection))
        g_variant_builder_add (&builder, "(ssb)", weir_observer_get_url (weir_connection_get_observer (connection)),
                               name != NULL ? name : "", weir_connection_has_secret (connection));
    }
  g_settings_set_value (weir_settings_get (), "connections", g_variant_builder_end (&builder));
}

static gboolean
can_be_remembered (WeirConnection *connection)
{
  WeirObserver *observer = weir_connection_get_observer (connection);
  WeirObserverState state = weir_observer_get_state (observer);

  return (state == WEIR_OBSERVER_LIVE || state == WEIR_OBSERVER_NO_POINT) &&
         weir_connection_get_engine (connection) == NULL && strchr (weir_observer_get_url (observer), '?') == NULL;
}

/* An observer's state is another. */
static void
weir_connections_remember (WeirConnections *self)
{
  for (guint i = 0; i < self->items->len; i++)
    if (can_be_remembered (self->items->pdata[i]))
      weir_connection_set_remembered (self->items->pdata[i], TRUE);

  if (self->current != NULL && weir_connection_is_remembered (self->current))
    g_settings_set_string (weir_settings_get (), "url",
                           weir_observer_get_url (weir_connection_get_observer (self->current)));
}

/* --- the list --- */

static GType
weir_connections_get_item_type (GListModel *list)
{
  return WEIR_TYPE_CONNECTION;
}

static guint
weir_connections_get_n_items (GListModel *list)
{
  return WEIR_CONNECTIONS (list)->items->len;
}

static gpointer
weir_connections_get_item (GListModel *list, guint position)
{
  GPtrArray *items = WEIR_CONNECTIONS (list)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
weir_connections_init_list (GListModelInterface *iface)
{
  iface->get_item_type = weir_connections_get_item_type;
  iface->get_n_items = weir_connections_get_n_items;
  iface->get_item = weir_connections_get_item;
}

static void
notice_cb (WeirConnections *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static void
alarms_cb (WeirConnections *self)
{
  g_signal_emit (self, signals[ALARMS_CHANGED], 0);
}

static void
weir_connections_insert (WeirConnections *self, guint position, WeirConnection *connection)
{
  WeirObserver *observer = weir_connection_get_observer (connection);

  g_ptr_array_insert (self->items, position, g_object_ref (connection));
  g_signal_connect_object (connection, "changed", G_CALLBACK (weir_connections_save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "notice", G_CALLBACK (notice_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (observer, "notify::state", G_CALLBACK (weir_connections_remember), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_connection_get_alarms (connection), "changed", G_CALLBACK (alarms_cb), self,
                           G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
weir_connections_disconnect (WeirConnections *self, WeirConnection *connection)
{
  g_signal_handlers_disconnect_by_data (connection, self);
  g_signal_handlers_disconnect_by_data (weir_connection_get_observer (connection), self);
  g_signal_handlers_disconnect_by_data (weir_connection_get_alarms (connection), self);
}

static WeirConnection *
weir_connections_find (WeirConnections *self, const char *url)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (weir_observer_get_url (weir_connection_get_observer (self->items->pdata[i])), url))
      return self->items->pdata[i];
  return NULL;
}

/* --- starting an engine --- */

static void
engine_failed_cb (WeirLocalServer *engine, const char *message, WeirConnections *self)
{
  g_signal_emit (self, signals[FAILED], 0, _ ("A Program Has Ended"), message);
}

static void
weir_connections_adopt (WeirConnections *self, WeirLocalServer *engine, const char *url)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL); /* it wants none, so no keyring is asked */

  weir_connection_set_engine (weir_connections_open (self, url, none), engine);
  g_signal_connect_object (engine, "failed", G_CALLBACK (engine_failed_cb), self, 0);
}

/* It belongs to the connection to its engine, which may be remembered. A second one there goes on without us. */
static void
weir_connections_adopt_relay (WeirConnections *self, WeirLocalServer *relay)
{
  const char *upstream = weir_local_server_get_upstream (relay);
  WeirConnection *connection = weir_connections_find (self, upstream);

  if (connection == NULL)
    connection = weir_connections_open (self, upstream, NULL);
  if (!weir_own_relay_adopt (weir_connection_get_relay (connection), relay))
    weir_local_server_leave (relay);
}

static void
weir_connections_set_starting (WeirConnections *self, WeirLocalServer *engine)
{
  if (g_set_object (&self->starting, engine))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_STARTING]);
}

/* It may not have said yet where it listens: nobody uses it. */
static void
weir_connections_stop_starting (WeirConnections *self)
{
  g_autoptr (WeirLocalServer) engine = g_steal_pointer (&self->starting);

  if (engine != NULL)
    weir_local_server_stop (engine);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree WeirStarting *starting = user_data;
  g_autoptr (WeirConnections) self = starting->connections;
  WeirLocalServer *engine = WEIR_LOCAL_SERVER (object);
  g_autoptr (GError) error = NULL;
  const char *url = weir_local_server_start_finish (engine, result, &error);

  if (self->starting != engine) /* all were closed meanwhile */
    return;

  weir_connections_set_starting (self, NULL);
  if (url != NULL)
    {
      weir_connections_adopt (self, engine, url);
      if (starting->with_demo && !weir_local_server_start_demo (engine, &error))
        g_signal_emit (self, signals[FAILED], 0, _ ("The Sample Workers Did Not Start"), error->message);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, _ ("The Engine Did Not Start"), error->message);
}

/* --- the type --- */

static void
weir_connections_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WeirConnections *self = WEIR_CONNECTIONS (object);

  switch (property_id)
    {
    case PROP_CURRENT:
      g_value_set_object (value, self->current);
      break;
    case PROP_IS_STARTING:
      g_value_set_boolean (value, self->starting != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
weir_connections_dispose (GObject *object)
{
  WeirConnections *self = WEIR_CONNECTIONS (object);

  weir_connections_stop_starting (self);
  g_clear_object (&self->current);
  g_ptr_array_set_size (self->items, 0);
  G_OBJECT_CLASS (weir_connections_parent_class)->dispose (object);
}

static void
weir_connections_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_CONNECTIONS (object)->items);
  G_OBJECT_CLASS (weir_connections_parent_class)->finalize (object);
}

static void
weir_connections_class_init (WeirConnectionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = weir_connections_get_property;
  object_class->dispose = weir_connections_dispose;
  object_class->finalize = weir_connections_finalize;
  properties[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, WEIR_TYPE_CONNECTION, flags);
  properties[PROP_IS_STARTING] = g_param_spec_boolean ("is-starting", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[FAILED] = g_signal_new ("failed", WEIR_TYPE_CONNECTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  2, G_TYPE_STRING, G_TYPE_STRING);
  signals[NOTICE] = g_signal_new ("notice", WEIR_TYPE_CONNECTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_STRING);
  signals[ALARMS_CHANGED] =
      g_signal_new ("alarms-changed", WEIR_TYPE_CONNECTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_connections_init (WeirConnections *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirConnections *
weir_connections_new (void)
{
  return g_object_new (WEIR_TYPE_CONNECTIONS, NULL);
}

/* Whether it can go when another one comes into view: nothing was ever there. */
static gboolean
is_vain (WeirConnection *connection)
{
  return !weir_connection_was_connected (connection) && !weir_connection_is_remembered (connection) &&
         weir_connection_get_engine (connection) == NULL;
}

/* @known: (nullable): the same with other credentials: the new one takes its place */
static void
weir_connections_put (WeirConnections *self, WeirConnection *connection, WeirConnection *known)
{
  guint position = self->items->len;

  if (known != NULL)
    {
      g_ptr_array_find (self->items, known, &position);
      weir_connection_set_name (connection, weir_connection_get_name (known));
      weir_connection_set_has_secret (connection, weir_connection_has_secret (known));
      weir_connection_set_remembered (connection, weir_connection_is_remembered (known));
    }
  weir_connections_insert (self, position, connection);
}

WeirConnection *
weir_connections_open (WeirConnections *self, const char *url, const WeirCredentials *credentials)
{
  WeirConnection *known = weir_connections_find (self, url);
  g_autoptr (WeirConnection) before = self->current != NULL ? g_object_ref (self->current) : NULL;
  g_autoptr (WeirConnection) connection = NULL;

  if (known != NULL && (credentials == NULL || weir_credentials_is_empty (credentials) ||
                        weir_connection_get_engine (known) != NULL)) /* ours wants none, and would be stopped */
    {
      weir_connections_set_current (self, known);
      weir_observer_retry_now (weir_connection_get_observer (known));
      return known;
    }

  connection = weir_connection_new (url, credentials);
  weir_connections_put (self, connection, known);
  weir_connections_set_current (self, connection);
  if (known != NULL)
    weir_connections_remove (self, known);
  if (before != NULL && before != known && is_vain (before))
    weir_connections_remove (self, before);
  return connection; /* the list keeps it */
}

void
weir_connections_remove (WeirConnections *self, WeirConnection *connection)
{
  g_autoptr (WeirConnection) removed = NULL;
  guint position;

  if (!g_ptr_array_find (self->items, connection, &position))
    return;

  weir_connections_disconnect (self, connection);
  weir_connection_close (connection);
  removed = g_ptr_array_steal_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  weir_connections_save (self);
  g_signal_emit (self, signals[ALARMS_CHANGED], 0);
  if (self->current == removed)
    weir_connections_set_current (self, self->items->len > 0 ? self->items->pdata[0] : NULL);
}

void
weir_connections_close_all (WeirConnections *self)
{
  weir_connections_stop_starting (self);
  for (guint i = 0; i < self->items->len; i++)
    weir_connection_close (self->items->pdata[i]);
}

WeirConnection *
weir_connections_get_current (WeirConnections *self)
{
  return self->current;
}

void
weir_connections_set_current (WeirConnections *self, WeirConnection *connection)
{
  if (!g_set_object (&self->current, connection))
    return;

  weir_connections_remember (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
  g_signal_emit (self, signals[ALARMS_CHANGED], 0);
}

void
weir_connections_show (WeirConnections *self, const char *url)
{
  WeirConnection *connection = weir_connections_find (self, url);

  if (connection != NULL)
    weir_connections_set_current (self, connection);
}

gboolean
weir_connections_show_channel (WeirConnections *self, const char *channel_id)
{
  for (guint i = 0; i < self->items->len; i++)
    if (weir_observer_lookup (weir_connection_get_observer (self->items->pdata[i]), channel_id) != NULL)
      {
        weir_connections_set_current (self, self->items->pdata[i]);
        return TRUE;
      }
  return FALSE;
}

GPtrArray *
weir_connections_dup_all (WeirConnections *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_add (all, g_object_ref (self->items->pdata[i]));
  return all;
}

void
weir_connections_start_engine (WeirConnections *self, gboolean with_demo)
{
  g_autoptr (WeirLocalServer) engine = NULL;
  WeirStarting *starting;

  if (self->starting != NULL)
    return;

  engine = weir_local_server_new_engine ();
  starting = g_new (WeirStarting, 1);
  *starting = (WeirStarting){ g_object_ref (self), with_demo };
  weir_connections_set_starting (self, engine);
  weir_local_server_start_async (engine, with_demo, NULL, started_cb, starting);
}

gboolean
weir_connections_is_starting (WeirConnections *self)
{
  return self->starting != NULL;
}

void
weir_connections_move (WeirConnections *self, WeirConnection *connection, int delta)
{
  gpointer moved;
  guint from, to;

  if (!g_ptr_array_find (self->items, connection, &from))
    return;

  to = CLAMP ((int) from + delta, 0, (int) self->items->len - 1);
  if (to == from)
    return;
  moved = g_ptr_array_steal_index (self->items, from);
  g_ptr_array_insert (self->items, to, moved);
  g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to), 2, 2);
  weir_connections_save (self);
}

guint
weir_connections_count_other_alarms (WeirConnections *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    if (self->items->pdata[i] != self->current)
      n += weir_alarms_get_count (weir_connection_get_alarms (self->items->pdata[i]));
  return n;
}

void
weir_connections_forget (WeirConnections *self, WeirConnection *connection)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  g_autofree char *last = g_settings_get_string (weir_settings_get (), "url");

  if (g_str_equal (last, weir_observer_get_url (weir_connection_get_observer (connection))))
    g_settings_reset (weir_settings_get (), "url");
  if (weir_connection_has_secret (connection))
    weir_connection_keep_credentials (connection, none);
  weir_connections_remove (self, connection);
}

/* --- as it was --- */

char *
weir_connections_dup_last_url (WeirConnections *self)
{
  g_autofree char *last = g_settings_get_string (weir_settings_get (), "url");
  const char *reason;
  char *url = weir_connect_dialog_complete_url (last, &reason);

  return url != NULL ? url : g_strdup (WEIR_WORKER_DEFAULT_URL);
}

static void
weir_connections_restore_one (WeirConnections *self, const char *url, const char *name, gboolean has_secret)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  g_autoptr (WeirConnection) connection = NULL;
  const char *reason;
  g_autofree char *complete = weir_connect_dialog_complete_url (url, &reason);

  if (complete == NULL || weir_connections_find (self, complete) != NULL) /* anyone may write into the settings */
    return;

  connection = weir_connection_new (complete, has_secret ? NULL : none);
  weir_connection_set_name (connection, name);
  weir_connection_set_has_secret (connection, has_secret);
  weir_connection_set_remembered (connection, TRUE);
  weir_connections_insert (self, self->items->len, connection);
}

void
weir_connections_restore (WeirConnections *self)
{
  g_autoptr (GVariant) saved = g_settings_get_value (weir_settings_get (), "connections");
  g_autofree char *last = g_settings_get_string (weir_settings_get (), "url");
  g_autoptr (GPtrArray) servers = weir_local_server_find_all ();
  const char *url, *name;
  gboolean has_secret;
  GVariantIter iter;

  g_variant_iter_init (&iter, saved);
  while (g_variant_iter_next (&iter, "(&s&sb)", &url, &name, &has_secret))
    weir_connections_restore_one (self, url, name, has_secret);
  for (guint i = 0; i < servers->len; i++)
    if (weir_local_server_get_upstream (servers->pdata[i]) == NULL)
      weir_connections_adopt (self, servers->pdata[i], weir_local_server_get_url (servers->pdata[i]));
  for (guint i = 0; i < servers->len; i++)
    if (weir_local_server_get_upstream (servers->pdata[i]) != NULL)
      weir_connections_adopt_relay (self, servers->pdata[i]);

  if (self->current == NULL)
    weir_connections_set_current (self, weir_connections_find (self, last));
  if (self->current == NULL && self->items->len > 0)
    weir_connections_set_current (self, self->items->pdata[0]);
}
