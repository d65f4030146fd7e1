/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-activities.h"

struct _WeirSendActivities
{
  GHashTable *activities; /* WeirConnection (not a reference) → Entry */
  GCallback changed;
  gpointer user_data;
};

typedef struct
{
  WeirSendActivity activity;
  WeirSendActivities *owner;
  WeirConnection *connection; /* nullable: watched by a weak reference */
} Entry;

static void
connection_gone_cb (gpointer data, GObject *connection)
{
  Entry *entry = data;

  entry->connection = NULL;
  g_hash_table_remove (entry->owner->activities, connection);
}

static void
drop_call (Entry *entry)
{
  WeirCall *call = entry->activity.call;

  if (call == NULL)
    return;
  g_signal_handlers_disconnect_by_data (call, entry->owner->user_data);
  weir_call_abandon (call);
  g_clear_object (&entry->activity.call);
}

static void
take_call (Entry *entry, WeirCall *call)
{
  entry->activity.call = call;
  if (call != NULL)
    g_signal_connect_swapped (call, "changed", entry->owner->changed, entry->owner->user_data);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  WeirSendActivity *activity = &entry->activity;

  if (entry->connection != NULL)
    g_object_weak_unref (G_OBJECT (entry->connection), connection_gone_cb, entry);
  g_signal_handlers_disconnect_by_data (activity->session, entry->owner->user_data);
  drop_call (entry);
  weir_send_session_end (activity->session); /* what it waits for may keep it */
  g_object_unref (activity->session);
  g_free (entry);
}

WeirSendActivity *
weir_send_activities_begin (WeirSendActivities *self, WeirConnection *connection, WeirCall *call)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->owner = self;
  entry->connection = connection;
  entry->activity.session = weir_send_session_new (weir_connection_get_observer (connection));
  take_call (entry, call);
  g_object_weak_ref (G_OBJECT (connection), connection_gone_cb, entry);
  g_hash_table_replace (self->activities, connection, entry);
  g_signal_connect_swapped (entry->activity.session, "changed", self->changed, self->user_data);
  return &entry->activity;
}

WeirSendActivity *
weir_send_activities_get (WeirSendActivities *self, WeirConnection *connection)
{
  Entry *entry = connection != NULL ? g_hash_table_lookup (self->activities, connection) : NULL;

  return entry != NULL ? &entry->activity : NULL;
}

WeirSendActivity *
weir_send_activities_find (WeirSendActivities *self, WeirSendSession *session)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->activities);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    if (((Entry *) entry)->activity.session == session)
      return &((Entry *) entry)->activity;
  return NULL;
}

void
weir_send_activities_end (WeirSendActivities *self, WeirConnection *connection)
{
  g_hash_table_remove (self->activities, connection);
}

void
weir_send_activities_end_all (WeirSendActivities *self)
{
  g_hash_table_remove_all (self->activities);
}

static gboolean
holds_ends (WeirSendSession *session)
{
  WeirSessionState state = weir_send_session_get_state (session);

  return state == WEIR_SESSION_PREPARING || state == WEIR_SESSION_READY || state == WEIR_SESSION_RUNNING;
}

gboolean
weir_send_activities_hold_ends (WeirSendActivities *self)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->activities);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    if (holds_ends (((Entry *) entry)->activity.session))
      return TRUE;
  return FALSE;
}

void
weir_send_activities_set_call (WeirSendActivity *activity, WeirCall *call)
{
  Entry *entry = (Entry *) activity; /* its first member */

  drop_call (entry);
  take_call (entry, call);
}

WeirConnection *
weir_send_activities_find_other (WeirSendActivities *self, WeirConnection *connection)
{
  GHashTableIter iter;
  gpointer other, entry;

  g_hash_table_iter_init (&iter, self->activities);
  while (g_hash_table_iter_next (&iter, &other, &entry))
    if (other != connection && holds_ends (((Entry *) entry)->activity.session))
      return other;
  return NULL;
}

WeirConnection *
weir_send_activities_get_connection (WeirSendActivities *self, WeirSendActivity *activity)
{
  GHashTableIter iter;
  gpointer connection, entry;

  g_hash_table_iter_init (&iter, self->activities);
  while (g_hash_table_iter_next (&iter, &connection, &entry))
    if (&((Entry *) entry)->activity == activity)
      return connection;
  return NULL;
}

WeirSendActivities *
weir_send_activities_new (GCallback changed, gpointer user_data)
{
  WeirSendActivities *self = g_new0 (WeirSendActivities, 1);

  self->activities = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->changed = changed;
  self->user_data = user_data;
  return self;
}

void
weir_send_activities_free (WeirSendActivities *self)
{
  g_hash_table_unref (self->activities);
  g_free (self);
}
