/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-keyring.h"

#define LOOK_AGAIN_S 2

struct _WeirConnection
{
  GObject parent_instance;

  WeirObserver *observer;
  char *shown_url;
  WeirLocalEngine *engine;
  GCancellable *asking; /* the keyring; NULL: it has answered */
  gboolean was_live;
  gboolean was_connected;
  guint timer;
};

G_DEFINE_FINAL_TYPE (WeirConnection, weir_connection, G_TYPE_OBJECT)

/* What answers, but not as it should, is tried again at the pace that spares it. */
static gboolean
look_again_cb (gpointer user_data)
{
  WeirObserver *observer = WEIR_CONNECTION (user_data)->observer;

  if (g_error_matches (weir_observer_get_error (observer), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOBODY_LISTENS))
    weir_observer_retry_now (observer);
  return G_SOURCE_CONTINUE;
}

static void
state_cb (WeirConnection *self)
{
  WeirObserverState state = weir_observer_get_state (self->observer);

  if (state == WEIR_OBSERVER_LIVE)
    self->was_live = TRUE;
  if (state == WEIR_OBSERVER_LIVE || state == WEIR_OBSERVER_NO_POINT)
    self->was_connected = TRUE;
  if (state != WEIR_OBSERVER_CONNECTING)
    g_clear_handle_id (&self->timer, g_source_remove);
  else if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LOOK_AGAIN_S, look_again_cb, self);
}

static void
weir_connection_dispose (GObject *object)
{
  WeirConnection *self = WEIR_CONNECTION (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->asking);
  g_clear_object (&self->observer);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (weir_connection_parent_class)->dispose (object);
}

static void
weir_connection_finalize (GObject *object)
{
  g_free (WEIR_CONNECTION (object)->shown_url);
  G_OBJECT_CLASS (weir_connection_parent_class)->finalize (object);
}

static void
weir_connection_class_init (WeirConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_connection_finalize;
  G_OBJECT_CLASS (klass)->dispose = weir_connection_dispose;
}

static void
weir_connection_init (WeirConnection *self)
{
}

static void
start (WeirConnection *self, const WeirCredentials *credentials)
{
  if (credentials != NULL)
    weir_observer_set_access (self->observer, credentials->token, (const char *const *) credentials->headers);
  weir_observer_start (self->observer);
  state_cb (self);
}

/* Without an answer it is tried without a token: most engines on one's own machine want none. */
static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirCredentials) credentials = weir_keyring_lookup_finish (result, &error);

  if (g_cancellable_is_cancelled (self->asking)) /* it was closed */
    return;

  if (error != NULL)
    g_info ("The keyring does not answer: %s", error->message);
  g_clear_object (&self->asking);
  start (self, credentials);
}

static char *
dup_shown_url (const char *url)
{
  const char *query = strchr (url, '?');

  return query != NULL ? g_strdup_printf ("%.*s?…", (int) (query - url), url) : g_strdup (url);
}

WeirConnection *
weir_connection_new (const char *url, const WeirCredentials *credentials)
{
  WeirConnection *self = g_object_new (WEIR_TYPE_CONNECTION, NULL);

  self->observer = weir_observer_new (url);
  self->shown_url = dup_shown_url (weir_observer_get_url (self->observer));
  g_signal_connect_object (self->observer, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  if (credentials != NULL)
    {
      start (self, credentials);
      return self;
    }

  self->asking = g_cancellable_new ();
  weir_keyring_lookup_async (weir_observer_get_url (self->observer), self->asking, looked_up_cb, g_object_ref (self));
  return self;
}

gboolean
weir_connection_needs_token (WeirConnection *self)
{
  const GError *error = weir_observer_get_error (self->observer);

  return g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_WANTS_TOKEN) ||
         g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_WRONG_TOKEN);
}

gboolean
weir_connection_is_asking_keyring (WeirConnection *self)
{
  return self->asking != NULL;
}

WeirObserver *
weir_connection_get_observer (WeirConnection *self)
{
  return self->observer;
}

const char *
weir_connection_get_shown_url (WeirConnection *self)
{
  return self->shown_url;
}

WeirLocalEngine *
weir_connection_get_engine (WeirConnection *self)
{
  return self->engine;
}

void
weir_connection_set_engine (WeirConnection *self, WeirLocalEngine *engine)
{
  g_set_object (&self->engine, engine);
  weir_observer_retry_now (self->observer);
}

gboolean
weir_connection_was_live (WeirConnection *self)
{
  return self->was_live;
}

gboolean
weir_connection_was_connected (WeirConnection *self)
{
  return self->was_connected;
}

char *
weir_connection_dup_what (WeirConnection *self)
{
  switch (weir_observer_get_state (self->observer))
    {
    case WEIR_OBSERVER_LIVE:
      return g_strjoinv (", ", (char **) weir_observer_get_points (self->observer));
    case WEIR_OBSERVER_NO_POINT:
      return g_strdup (_ ("stock engine"));
    case WEIR_OBSERVER_LOST:
      return g_strdup (_ ("connection lost"));
    case WEIR_OBSERVER_CONNECTING:
      return g_strdup (weir_observer_get_error (self->observer) != NULL ? _ ("not connected") : _ ("connecting…"));
    case WEIR_OBSERVER_STOPPED:
    default:
      return g_strdup (self->asking != NULL ? _ ("connecting…") : _ ("closed"));
    }
}

char *
weir_connection_dup_status (WeirConnection *self)
{
  g_autofree char *what = weir_connection_dup_what (self);
  gint64 latency_us = weir_observer_get_latency_us (self->observer);
  g_autofree char *latency = NULL;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (latency_us <= 0 || weir_observer_get_state (self->observer) == WEIR_OBSERVER_LOST)
    return g_steal_pointer (&what);

  /* On this machine it is a fraction of a millisecond. */
  if (latency_us < 10000)
    latency = g_strconcat (g_ascii_formatd (number, sizeof number, "%.1f", latency_us / 1000.0), "\302\240ms", NULL);
  else
    latency = weir_format_duration (latency_us);
  return g_strdup_printf ("%s · %s", what, latency);
}

const char *
weir_connection_get_dot (WeirConnection *self)
{
  switch (weir_observer_get_state (self->observer))
    {
    case WEIR_OBSERVER_LIVE:
      return "live";
    case WEIR_OBSERVER_NO_POINT:
      return "partial";
    case WEIR_OBSERVER_LOST:
      return "lost";
    case WEIR_OBSERVER_CONNECTING:
    case WEIR_OBSERVER_STOPPED:
    default:
      return "off";
    }
}

void
weir_connection_close (WeirConnection *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_handle_id (&self->timer, g_source_remove);
  weir_observer_stop (self->observer);
  if (self->engine != NULL)
    weir_local_engine_stop (self->engine);
}
