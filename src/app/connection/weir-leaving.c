/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-leaving.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "weir-engine-users.h"

typedef struct
{
  GPtrArray *connections;
  GHashTable *used;        /* set of WeirConnection: their engines have users */
  GHashTable *used_relays; /* the same of their relays */
  GtkWindow *parent;
  GCancellable *hurry;
  guint n_asked; /* engines and relays that have not answered yet */
  guint n_workers;
  guint n_channels; /* of relays alone */
  gboolean keeps;   /* what is used */
  guint n_ending;   /* closer looks whose levels are being put back */
  guint notice;     /* timer: that this takes its time is said */
} Leaving;

/* Whoever closes something and sees nothing happen wants to know why. */
#define NOTICE_MS 400

static void
leaving_free (gpointer data)
{
  Leaving *self = data;

  g_clear_handle_id (&self->notice, g_source_remove);
  g_ptr_array_unref (self->connections);
  g_hash_table_unref (self->used);
  g_hash_table_unref (self->used_relays);
  g_clear_object (&self->parent);
  g_clear_object (&self->hurry);
  g_free (self);
}

static void
leaving_finish_close (GTask *task)
{
  Leaving *self = g_task_get_task_data (task);

  for (guint i = 0; i < self->connections->len; i++)
    {
      WeirConnection *connection = self->connections->pdata[i];

      if (self->keeps && g_hash_table_contains (self->used, connection))
        weir_local_server_leave (weir_connection_get_engine (connection));
      if (self->keeps && g_hash_table_contains (self->used_relays, connection))
        weir_own_relay_leave (weir_connection_get_relay (connection));
      weir_connection_close (connection);
    }
  g_task_return_boolean (task, TRUE);
}

/* What was not put back in an engine is offered at the next start. */
static void
put_back_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Leaving *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!weir_closer_look_end_finish (WEIR_CLOSER_LOOK (object), result, &error))
    g_message ("The engine's level was not put back: %s", error->message);
  if (--self->n_ending == 0)
    leaving_finish_close (task);
  g_object_unref (task);
}

static gboolean
notice_cb (gpointer user_data)
{
  Leaving *self = user_data;

  self->notice = 0;
  gtk_widget_activate_action (GTK_WIDGET (self->parent), "win.toast", "s",
                              _ ("The engine is asked to put its log level back…"));
  return G_SOURCE_REMOVE;
}

/* @keeps: what is used */
static void
leaving_close (GTask *task, gboolean keeps)
{
  Leaving *self = g_task_get_task_data (task);

  self->keeps = keeps;
  self->n_ending = 1; /* this, until all were begun */
  for (guint i = 0; i < self->connections->len; i++)
    {
      WeirCloserLook *look = weir_observer_get_closer_look (weir_connection_get_observer (self->connections->pdata[i]));

      if (weir_closer_look_get_state (look) != WEIR_CLOSER_ON)
        continue;
      self->n_ending++;
      weir_closer_look_end_async (look, put_back_cb, g_object_ref (task));
    }
  if (--self->n_ending == 0)
    leaving_finish_close (task);
  else
    self->notice = g_timeout_add (NOTICE_MS, notice_cb, self);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (g_str_equal (response, "cancel"))
    g_task_return_boolean (task, FALSE);
  else
    leaving_close (task, g_str_equal (response, "keep"));
}

static void
hurry_cb (AdwMessageDialog *dialog)
{
  adw_message_dialog_response (dialog, "keep");
}

static guint
count_used (Leaving *self)
{
  return g_hash_table_size (self->used) + g_hash_table_size (self->used_relays);
}

static char *
dup_heading (Leaving *self)
{
  if (count_used (self) > 1 && self->n_workers == 0)
    return g_strdup (_ ("Workers May Use What Weir Started"));
  if (count_used (self) > 1)
    return g_strdup_printf (
        ngettext ("%u Worker Uses What Weir Started", "%u Workers Use What Weir Started", self->n_workers),
        self->n_workers);
  if (g_hash_table_size (self->used_relays) == 1)
    return weir_relay_use_dup_heading (&(WeirRelayUse){ .n_workers = self->n_workers, .n_channels = self->n_channels });
  if (self->n_workers == 0)
    return g_strdup (_ ("Workers May Use This Engine"));
  return g_strdup_printf (ngettext ("%u Worker Uses This Engine", "%u Workers Use This Engine", self->n_workers),
                          self->n_workers);
}

static WeirConnection *
get_only (GHashTable *set)
{
  GHashTableIter iter;
  gpointer connection = NULL;

  g_hash_table_iter_init (&iter, set);
  g_hash_table_iter_next (&iter, &connection, NULL);
  return connection;
}

static char *
dup_body (Leaving *self)
{
  WeirConnection *of_engine = get_only (self->used);
  WeirConnection *of_relay = get_only (self->used_relays);

  if (count_used (self) > 1)
    return g_strdup (
        _ ("If they go on, Weir finds them again at its next start. If they are stopped, their workers lose "
           "their channels."));
  if (of_engine != NULL)
    return g_strdup_printf (
        _ ("Weir started the engine at %s. If it goes on, Weir finds it again at its next start. If it "
           "is stopped, its workers lose their channels."),
        weir_connection_get_shown_url (of_engine));
  return g_strdup_printf (
      _ ("Weir started the relay at %s. If it goes on, Weir finds it again at its next start. If it "
         "is stopped, its workers lose their channels."),
      weir_own_relay_get_url (weir_connection_get_relay (of_relay)));
}

/* (transfer full): @task */
static void
leaving_ask (GTask *task)
{
  Leaving *self = g_task_get_task_data (task);
  g_autofree char *heading = dup_heading (self);
  g_autofree char *body = dup_body (self);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (self->parent, heading, body));

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "stop", _ ("_Stop"), "keep", _ ("_Keep Running"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "keep", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "keep");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  g_signal_connect_object (self->hurry, "cancelled", G_CALLBACK (hurry_cb), dialog, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* (transfer full): @task */
static void
leaving_decide (GTask *task)
{
  Leaving *self = g_task_get_task_data (task);

  if (count_used (self) > 0 && !g_cancellable_is_cancelled (self->hurry))
    {
      leaving_ask (task);
      return;
    }
  leaving_close (task, TRUE);
  g_object_unref (task);
}

static void
leaving_answered (GTask *task)
{
  Leaving *self = g_task_get_task_data (task);

  if (--self->n_asked == 0)
    leaving_decide (task);
}

static void
counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Leaving *self = g_task_get_task_data (task);
  WeirConnection *connection = WEIR_CONNECTION (object);
  guint n;
  gboolean is_known = weir_engine_users_count_finish (connection, result, &n);
  WeirLocalServer *engine = weir_connection_get_engine (connection);

  if ((n > 0 || !is_known) && engine != NULL && weir_local_server_is_running (engine))
    g_hash_table_add (self->used, connection);
  self->n_workers += n;
  leaving_answered (task);
}

static void
relay_counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Leaving *self = g_task_get_task_data (task);
  WeirOwnRelay *relay = WEIR_OWN_RELAY (object);
  WeirRelayUse use = weir_own_relay_get_use_finish (relay, result);

  for (guint i = 0; i < self->connections->len; i++)
    if (!weir_relay_use_is_none (&use) && weir_connection_get_relay (self->connections->pdata[i]) == relay &&
        weir_own_relay_get_url (relay) != NULL)
      g_hash_table_add (self->used_relays, self->connections->pdata[i]);
  self->n_workers += use.n_workers;
  self->n_channels += use.n_channels;
  leaving_answered (task);
}

static void
leaving_ask_about (GTask *task, WeirConnection *connection)
{
  Leaving *self = g_task_get_task_data (task);
  WeirLocalServer *engine = weir_connection_get_engine (connection);
  WeirOwnRelay *relay = weir_connection_get_relay (connection);

  if (engine != NULL && weir_local_server_is_running (engine))
    {
      self->n_asked++;
      weir_engine_users_count_async (connection, counted_cb, task);
    }
  if (weir_own_relay_get_url (relay) != NULL)
    {
      self->n_asked++;
      weir_own_relay_get_use_async (relay, relay_counted_cb, task);
    }
}

void
weir_leaving_async (GPtrArray *connections, GtkWindow *parent, GCancellable *hurry, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Leaving *self = g_new0 (Leaving, 1);

  self->connections = g_ptr_array_ref (connections);
  self->used = g_hash_table_new (NULL, NULL);
  self->used_relays = g_hash_table_new (NULL, NULL);
  self->parent = g_object_ref (parent);
  self->hurry = g_object_ref (hurry);
  g_task_set_source_tag (task, weir_leaving_async);
  g_task_set_task_data (task, self, leaving_free);

  self->n_asked = 1; /* this, until all are asked */
  for (guint i = 0; i < connections->len; i++)
    leaving_ask_about (task, connections->pdata[i]);
  leaving_answered (task);
}

gboolean
weir_leaving_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
