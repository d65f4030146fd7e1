/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-keyring.h"
#include "weir-settings.h"

#define LOOK_AGAIN_S 2
/* A keyring that is there answers at once; one that is locked waits for its user. */
#define KEYRING_TIMEOUT_S 10

struct _WeirConnection
{
  GObject parent_instance;

  WeirObserver *observer;
  WeirAlarms *alarms;
  char *shown_url;
  char *name;
  WeirLocalServer *engine;
  WeirOwnRelay *relay;
  char *token; /* (nullable): that the engine was given */
  GCancellable *closing;
  gboolean is_asking; /* the keyring is waited for */
  guint keyring_timer;
  gboolean is_without_keyring; /* it was waited for in vain */
  gboolean has_secret;
  gboolean is_remembered;
  gboolean was_live;
  gboolean was_connected;
  guint timer;
};

enum
{
  CHANGED,
  NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

/* What a stock engine logs is told without a change of state. */
static void
updated_cb (WeirConnection *self)
{
  self->was_live |= weir_observer_is_passive (self->observer);
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
  g_clear_handle_id (&self->keyring_timer, g_source_remove);
  g_clear_object (&self->closing);
  g_clear_object (&self->alarms);
  g_clear_object (&self->observer);
  g_clear_object (&self->engine);
  g_clear_object (&self->relay);
  G_OBJECT_CLASS (weir_connection_parent_class)->dispose (object);
}

static void
weir_connection_finalize (GObject *object)
{
  g_free (WEIR_CONNECTION (object)->shown_url);
  g_free (WEIR_CONNECTION (object)->name);
  g_free (WEIR_CONNECTION (object)->token);
  G_OBJECT_CLASS (weir_connection_parent_class)->finalize (object);
}

static void
weir_connection_class_init (WeirConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_connection_finalize;
  G_OBJECT_CLASS (klass)->dispose = weir_connection_dispose;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NOTICE] = g_signal_new ("notice", WEIR_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_STRING);
}

static void
weir_connection_init (WeirConnection *self)
{
  self->closing = g_cancellable_new ();
}

/* --- the keyring --- */

static void
start (WeirConnection *self, const WeirCredentials *credentials)
{
  g_free (self->token);
  self->token = credentials != NULL ? g_strdup (credentials->token) : NULL;
  if (credentials != NULL)
    weir_observer_set_access (self->observer, credentials->token, (const char *const *) credentials->headers);
  weir_observer_start (self->observer);
  state_cb (self);
}

/* Without an answer it is tried without a token: most engines on one's own machine want none. */
static gboolean
keyring_timeout_cb (gpointer user_data)
{
  WeirConnection *self = user_data;
  g_autofree char *text =
      g_strdup_printf (_ ("The keyring does not answer: connecting to %s without a token"), self->shown_url);

  self->keyring_timer = 0;
  self->is_asking = FALSE;
  self->is_without_keyring = TRUE;
  g_signal_emit (self, signals[NOTICE], 0, text);
  start (self, NULL);
  return G_SOURCE_REMOVE;
}

/* What comes late, as when the user had to type a password first, is of use only if there is no way in without it. */
static void
take_late (WeirConnection *self, const WeirCredentials *credentials)
{
  if (credentials == NULL || !weir_connection_needs_token (self))
    return;

  weir_observer_stop (self->observer);
  start (self, credentials);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirCredentials) credentials = weir_keyring_lookup_finish (result, &error);

  if (g_cancellable_is_cancelled (self->closing))
    return;

  if (error != NULL)
    g_info ("The keyring does not answer: %s", error->message);
  else
    weir_connection_set_has_secret (self, credentials != NULL);
  g_clear_handle_id (&self->keyring_timer, g_source_remove);
  self->is_without_keyring = FALSE;
  if (self->is_asking)
    {
      self->is_asking = FALSE;
      start (self, credentials);
    }
  else
    {
      take_late (self, credentials);
    }
}

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (weir_keyring_store_finish (result, &error))
    return;

  weir_connection_set_has_secret (self, FALSE);
  text = g_strdup_printf (_ ("The keyring does not keep them, so they are for this session only: %s"), error->message);
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static void
forgotten_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (weir_keyring_store_finish (result, &error))
    return;

  weir_connection_set_has_secret (self, TRUE);
  text = g_strdup_printf (_ ("The keyring may still keep what was to be forgotten: %s"), error->message);
  g_signal_emit (self, signals[NOTICE], 0, text);
}

void
weir_connection_keep_credentials (WeirConnection *self, const WeirCredentials *credentials)
{
  gboolean is_empty = weir_credentials_is_empty (credentials);
  gboolean is_told = !is_empty || self->has_secret; /* where none was kept, none is left */

  weir_keyring_store_async (weir_observer_get_url (self->observer), credentials, NULL,
                            !is_told   ? NULL
                            : is_empty ? forgotten_cb
                                       : kept_cb,
                            is_told ? g_object_ref (self) : NULL);
  weir_connection_set_has_secret (self, !is_empty);
}

/* --- the type --- */

static char *
dup_shown_url (const char *url)
{
  const char *query = strchr (url, '?');

  return query != NULL ? g_strdup_printf ("%.*s?…", (int) (query - url), url) : g_strdup (url);
}

static void
relay_changed_cb (WeirConnection *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
history_memory_cb (WeirConnection *self)
{
  gsize mebibytes = g_settings_get_uint (weir_settings_get (), "history-memory");

  weir_observer_set_history_bytes (self->observer, mebibytes << 20);
}

WeirConnection *
weir_connection_new (const char *url, const WeirCredentials *credentials)
{
  WeirConnection *self = g_object_new (WEIR_TYPE_CONNECTION, NULL);

  self->observer = weir_observer_new (url);
  self->alarms = weir_alarms_new (self->observer);
  self->relay = weir_own_relay_new (self->observer);
  g_signal_connect_object (self->relay, "changed", G_CALLBACK (relay_changed_cb), self, G_CONNECT_SWAPPED);
  self->shown_url = dup_shown_url (weir_observer_get_url (self->observer));
  g_signal_connect_object (self->observer, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->observer, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::history-memory", G_CALLBACK (history_memory_cb), self,
                           G_CONNECT_SWAPPED);
  history_memory_cb (self);
  if (credentials != NULL)
    {
      start (self, credentials);
      return self;
    }

  self->is_asking = TRUE;
  self->keyring_timer = g_timeout_add_seconds (KEYRING_TIMEOUT_S, keyring_timeout_cb, self);
  weir_keyring_lookup_async (weir_observer_get_url (self->observer), self->closing, looked_up_cb, g_object_ref (self));
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
  return self->is_asking;
}

WeirObserver *
weir_connection_get_observer (WeirConnection *self)
{
  return self->observer;
}

WeirAlarms *
weir_connection_get_alarms (WeirConnection *self)
{
  return self->alarms;
}

const char *
weir_connection_get_name (WeirConnection *self)
{
  return self->name;
}

void
weir_connection_set_name (WeirConnection *self, const char *name)
{
  g_autofree char *trimmed = name != NULL ? g_strstrip (g_strdup (name)) : NULL;

  if (trimmed != NULL && *trimmed == '\0')
    g_clear_pointer (&trimmed, g_free);
  if (g_strcmp0 (self->name, trimmed) == 0)
    return;

  g_free (self->name);
  self->name = g_steal_pointer (&trimmed);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
weir_connection_get_title (WeirConnection *self)
{
  return self->name != NULL ? self->name : self->shown_url;
}

gboolean
weir_connection_is_remembered (WeirConnection *self)
{
  return self->is_remembered;
}

void
weir_connection_set_remembered (WeirConnection *self, gboolean is_remembered)
{
  if (self->is_remembered == is_remembered)
    return;

  self->is_remembered = is_remembered;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
weir_connection_has_secret (WeirConnection *self)
{
  return self->has_secret;
}

void
weir_connection_set_has_secret (WeirConnection *self, gboolean has_secret)
{
  if (self->has_secret == has_secret)
    return;

  self->has_secret = has_secret;
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
weir_connection_get_shown_url (WeirConnection *self)
{
  return self->shown_url;
}

WeirLocalServer *
weir_connection_get_engine (WeirConnection *self)
{
  return self->engine;
}

void
weir_connection_set_engine (WeirConnection *self, WeirLocalServer *engine)
{
  const char *point = weir_local_server_get_point_name (engine);

  g_set_object (&self->engine, engine);
  if (point != NULL)
    weir_observer_set_point_token (self->observer, point, weir_local_server_get_point_token (engine));
  weir_observer_retry_now (self->observer);
}

WeirOwnRelay *
weir_connection_get_relay (WeirConnection *self)
{
  return self->relay;
}

void
weir_connection_start_relay (WeirConnection *self)
{
  weir_own_relay_start (self->relay, self->token);
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
      return g_strdup (self->is_asking ? _ ("connecting…") : _ ("closed"));
    }
}

static char *
weir_connection_dup_latency (WeirConnection *self)
{
  gint64 latency_us = weir_observer_get_latency_us (self->observer);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (latency_us <= 0 || weir_observer_get_state (self->observer) == WEIR_OBSERVER_LOST)
    return NULL;
  if (latency_us >= 10000)
    return weir_format_duration (latency_us);
  /* On this machine it is a fraction of a millisecond. */
  return g_strconcat (g_ascii_formatd (number, sizeof number, "%.1f", latency_us / 1000.0), "\302\240ms", NULL);
}

char *
weir_connection_dup_status (WeirConnection *self)
{
  g_autofree char *what = weir_connection_dup_what (self);
  g_autofree char *latency = weir_connection_dup_latency (self);
  const char *parts[] = { what, NULL, NULL, NULL };
  guint n = 1;

  if (latency != NULL)
    parts[n++] = latency;
  if (self->is_without_keyring)
    parts[n] = _ ("the keyring does not answer");
  return g_strjoinv (" · ", (char **) parts);
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
  g_cancellable_cancel (self->closing);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->keyring_timer, g_source_remove);
  self->is_asking = FALSE;
  weir_alarms_stop (self->alarms);
  weir_observer_stop (self->observer);
  weir_own_relay_stop (self->relay);
  if (self->engine != NULL)
    weir_local_server_stop (self->engine);
}
