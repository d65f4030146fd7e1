/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-observer.h"

#include <unistd.h>

#include "weir-channel-list.h"
#include "weir-channel-private.h"
#include "weir-observer-private.h"
#include "weir-own-ends.h"
#include "weir-passive-watch.h"
#include "weir-points.h"
#include "weir-tap-reader-private.h"

#define TICK_MS           100
#define TOTAL_INTERVAL_US (250 * 1000)
#define LIST_TIMEOUT_MS   (10 * 1000)

/* The list of functions is asked for again: after it changed, so soon; after it failed; and in any case, should the
 * engine have no `engine::functions-available` or lose one. */
#define LIST_SOON_US   (200 * 1000)
#define LIST_RETRY_US  (2 * G_USEC_PER_SEC)
#define LIST_ANYWAY_US (30 * G_USEC_PER_SEC)

/* A feed says something every second. */
#define FEED_LIMIT_US (2 * G_USEC_PER_SEC)

struct _WeirObserver
{
  GObject parent_instance;

  char *url;
  char *token; /* nullable */
  guint32 snaplen;
  WeirWorker *worker;
  char *notice_id; /* our function that hears of changes */

  WeirChannelList *channels;
  WeirRows *rows;
  WeirOwnEnds *own_ends;
  WeirPoints *points;
  WeirPassiveWatch *passive;
  WeirFunctionList *functions;
  WeirSeries *total;
  gint64 total_us;
  guint n_passive;

  gboolean is_started;
  gboolean has_connected; /* since the start */
  gboolean has_been_live;
  gboolean has_listed; /* on this connection */
  GCancellable *listing;
  gint64 list_at_us;

  guint ticker;
  gboolean has_news;
  gint64 fed_us; /* when a point last said something; 0: never */

  WeirObserverState state;
  gint64 retry_at_us;
  gint64 lost_us; /* since when it is LOST; 0: it is not */
  char **names;
  GError *error;
  GError *list_error;
};

enum
{
  PROP_STATE = 1,
  PROP_RETRY_AT_US,
  PROP_POINTS,
  PROP_LOST_US,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

enum
{
  UPDATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirObserver, weir_observer, G_TYPE_OBJECT)

/* --- what is shown --- */

/**
 * weir_observer_get_summary:
 * @now_us: monotonic
 *
 * Goes through all channels. The rates add up what the rows say.
 */
WeirSummary
weir_observer_get_summary (WeirObserver *self, gint64 now_us)
{
  WeirSummary summary = { 0 };
  guint n = weir_channel_list_get_size (self->channels);

  for (guint i = 0; i < n; i++)
    weir_summary_add (&summary, weir_channel_list_peek (self->channels, i), now_us);
  return summary;
}

/* The graph of the total is made of the summary's figures, so it ends at them. */
static void
push_total (WeirObserver *self, gint64 now_us)
{
  WeirSummary summary;

  if ((self->state != WEIR_OBSERVER_LIVE && !weir_passive_watch_is_live (self->passive)) ||
      now_us - self->total_us < TOTAL_INTERVAL_US)
    return;

  self->total_us = now_us;
  summary = weir_observer_get_summary (self, now_us);
  self->n_passive = summary.n_passive;
  weir_series_push_rates (self->total, now_us, &summary.rates, weir_summary_get_unknown (&summary));
}

/* --- what we hold --- */

static void
note_own_ends (WeirObserver *self, WeirChannel *channel)
{
  for (WeirDirection end = WEIR_DIRECTION_READ; end <= WEIR_DIRECTION_WRITE; end++)
    weir_channel_set_own (channel, end, weir_own_ends_has (self->own_ends, weir_channel_get_id (channel), end));
}

/* Before anybody else sees them. */
static void
channels_changed_cb (WeirObserver *self, guint position, guint n_removed, guint n_added, GListModel *channels)
{
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (channels, position + i);

      note_own_ends (self, channel);
    }
}

void
weir_observer_set_own_end (WeirObserver *self, const char *channel_id, WeirDirection end, gboolean is_own)
{
  WeirChannel *channel;

  g_return_if_fail (WEIR_IS_OBSERVER (self) && channel_id != NULL);

  if (!weir_own_ends_set (self->own_ends, channel_id, end, is_own))
    return;
  channel = weir_channel_list_lookup (self->channels, channel_id);
  if (channel != NULL)
    note_own_ends (self, channel);
  self->has_news = TRUE;
}

/* --- finding points --- */

static void update_state (WeirObserver *self);

static gboolean
take_list (WeirObserver *self, GBytes *answer, GError **error)
{
  WeirSpan text = { g_bytes_get_data (answer, NULL), g_bytes_get_size (answer) };

  return weir_json_check (text, WEIR_JSON_MAX_DEPTH, error) &&
         weir_points_sync (self->points, text, g_get_monotonic_time (), error) &&
         weir_function_list_take (self->functions, answer);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirObserver) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);

  if (self->listing == NULL || g_task_get_cancellable (G_TASK (result)) != self->listing)
    return; /* abandoned */

  g_clear_object (&self->listing);
  if (answer != NULL)
    self->has_listed |= take_list (self, answer, &error);
  if (error != NULL)
    self->list_at_us = g_get_monotonic_time () + LIST_RETRY_US;
  g_clear_error (&self->list_error);
  self->list_error = g_steal_pointer (&error);
  update_state (self);
}

static void
list_functions (WeirObserver *self, gint64 now_us)
{
  self->list_at_us = now_us + LIST_ANYWAY_US;
  self->listing = g_cancellable_new ();
  weir_worker_trigger_text_async (self->worker, "engine::functions::list", WEIR_SPAN ("{\"include_internal\":true}"),
                                  LIST_TIMEOUT_MS, self->listing, listed_cb, g_object_ref (self));
}

/* The engine has told our function that functions or workers came or went. */
static void
functions_changed_cb (WeirInvocation *invocation, gpointer user_data)
{
  WeirObserver *self = user_data;

  weir_invocation_return (invocation, NULL);
  self->list_at_us = MIN (self->list_at_us, g_get_monotonic_time () + LIST_SOON_US);
}

/* --- state --- */

static WeirObserverState
decide_connected (WeirObserver *self, const WeirPointsSummary *points)
{
  if (points->n_live > 0)
    return WEIR_OBSERVER_LIVE;
  if (self->has_listed && points->n_present == 0)
    return WEIR_OBSERVER_NO_POINT;
  if (self->state == WEIR_OBSERVER_NO_POINT)
    return WEIR_OBSERVER_NO_POINT; /* until one that is new is live */
  if (self->has_been_live)
    return WEIR_OBSERVER_LOST;
  return self->has_listed && !points->is_trying ? WEIR_OBSERVER_NO_POINT : WEIR_OBSERVER_CONNECTING;
}

/* The engine takes no worker of this name: nothing is tried again until one asks for it. */
static gboolean
is_refused (WeirObserver *self)
{
  return weir_worker_get_state (self->worker) == WEIR_WORKER_STOPPED;
}

static WeirObserverState
decide_state (WeirObserver *self, const WeirPointsSummary *points)
{
  if (!self->is_started)
    return WEIR_OBSERVER_STOPPED;
  if (weir_worker_get_state (self->worker) == WEIR_WORKER_CONNECTED)
    return decide_connected (self, points);
  if (is_refused (self) && !self->has_been_live) /* it was greeted before it was refused */
    return WEIR_OBSERVER_CONNECTING;
  return self->has_connected ? WEIR_OBSERVER_LOST : WEIR_OBSERVER_CONNECTING;
}

/* Why it is not live: the connection, else a point, else the list. */
static const GError *
find_error (WeirObserver *self, const WeirPointsSummary *points)
{
  if (self->state == WEIR_OBSERVER_LIVE || self->state == WEIR_OBSERVER_STOPPED)
    return NULL;
  if (weir_worker_get_state (self->worker) != WEIR_WORKER_CONNECTED)
    return weir_worker_get_last_error (self->worker);
  return points->error != NULL ? points->error : self->list_error;
}

static gint64
find_retry (WeirObserver *self, const WeirPointsSummary *points)
{
  if (self->state == WEIR_OBSERVER_LIVE || self->state == WEIR_OBSERVER_STOPPED)
    return 0;
  if (weir_worker_get_state (self->worker) != WEIR_WORKER_CONNECTED)
    return weir_worker_get_retry_at_us (self->worker);
  return points->retry_at_us;
}

static gboolean
take_error (WeirObserver *self, const GError *error)
{
  if (g_strcmp0 (error != NULL ? error->message : NULL, self->error != NULL ? self->error->message : NULL) == 0)
    return FALSE;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  return TRUE;
}

static gboolean
take_names (WeirObserver *self)
{
  g_auto (GStrv) names = weir_points_dup_names (self->points);

  if (g_strv_equal ((const char *const *) names, (const char *const *) self->names))
    return FALSE;
  g_strfreev (self->names);
  self->names = g_steal_pointer (&names);
  return TRUE;
}

static gboolean
take_retry (WeirObserver *self, gint64 retry_at_us)
{
  gboolean is_other = self->retry_at_us != retry_at_us;

  self->retry_at_us = retry_at_us;
  return is_other;
}

/* All of it is set before the first handler runs. */
static void
update_state (WeirObserver *self)
{
  WeirPointsSummary points = weir_points_get_summary (self->points);
  WeirObserverState before = self->state;

  self->state = decide_state (self, &points);
  self->has_been_live |= self->state == WEIR_OBSERVER_LIVE;
  if (self->state != WEIR_OBSERVER_LOST)
    self->lost_us = 0;
  else if (self->lost_us == 0)
    self->lost_us = g_get_monotonic_time ();

  g_object_freeze_notify (G_OBJECT (self));
  if (take_error (self, find_error (self, &points)) || self->state != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (take_retry (self, find_retry (self, &points)))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT_US]);
  if (take_names (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POINTS]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
points_changed_cb (gpointer user_data)
{
  WeirObserver *self = user_data;

  if (weir_points_get_summary (self->points).error != NULL) /* are they still there? */
    self->list_at_us = MIN (self->list_at_us, g_get_monotonic_time () + LIST_SOON_US);
  self->has_news = TRUE;
  update_state (self);
}

static void
points_news_cb (gpointer user_data)
{
  WeirObserver *self = user_data;

  self->has_news = TRUE;
  self->fed_us = g_get_monotonic_time ();
}

static const WeirPointsEvents points_events = { points_changed_cb, points_news_cb };

static void
abandon_connection (WeirObserver *self)
{
  self->has_listed = FALSE;
  if (self->listing != NULL)
    g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  weir_points_pause (self->points);
  weir_passive_watch_pause (self->passive);
  weir_function_list_pause (self->functions);
}

static void
worker_state_cb (WeirObserver *self)
{
  if (weir_worker_get_state (self->worker) == WEIR_WORKER_CONNECTED)
    {
      self->has_connected = TRUE;
      if (self->listing == NULL)
        list_functions (self, g_get_monotonic_time ());
    }
  else
    {
      abandon_connection (self);
    }
  self->has_news = TRUE;
  update_state (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (WeirObserver) self = g_object_ref (user_data);
  gint64 now_us = g_get_monotonic_time ();

  if (weir_worker_get_state (self->worker) == WEIR_WORKER_CONNECTED)
    {
      weir_points_tick (self->points, now_us);
      weir_passive_watch_tick (self->passive, now_us);
      if (self->listing == NULL && now_us >= self->list_at_us)
        list_functions (self, now_us);
      update_state (self);
      push_total (self, now_us);
    }

  if (self->has_news)
    {
      self->has_news = FALSE;
      g_signal_emit (self, signals[UPDATED], 0);
    }
  return self->ticker != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- the object --- */

static void
weir_observer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirObserver *self = WEIR_OBSERVER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_RETRY_AT_US:
      g_value_set_int64 (value, self->retry_at_us);
      break;
    case PROP_POINTS:
      g_value_set_boxed (value, self->names);
      break;
    case PROP_LOST_US:
      g_value_set_int64 (value, self->lost_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_observer_dispose (GObject *object)
{
  WeirObserver *self = WEIR_OBSERVER (object);

  g_clear_handle_id (&self->ticker, g_source_remove);
  if (self->worker != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->worker, self);
      abandon_connection (self);
      g_clear_pointer (&self->points, weir_points_free);
      g_object_run_dispose (G_OBJECT (self->passive)); /* now, even if a call of its is still on its way */
      g_clear_object (&self->passive);
      g_clear_pointer (&self->rows, weir_rows_free);
      weir_worker_unregister_function (self->worker, self->notice_id);
      weir_worker_stop (self->worker);
    }
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (weir_observer_parent_class)->dispose (object);
}

static void
weir_observer_finalize (GObject *object)
{
  WeirObserver *self = WEIR_OBSERVER (object);

  g_clear_object (&self->channels);
  weir_own_ends_free (self->own_ends);
  g_clear_object (&self->functions);
  g_clear_pointer (&self->total, weir_series_free);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_error (&self->error);
  g_clear_error (&self->list_error);
  g_free (self->url);
  g_free (self->token);
  g_free (self->notice_id);
  G_OBJECT_CLASS (weir_observer_parent_class)->finalize (object);
}

static void
weir_observer_class_init (WeirObserverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = weir_observer_dispose;
  object_class->finalize = weir_observer_finalize;
  object_class->get_property = weir_observer_get_property;

  /* A WeirObserverState. Notified as well when the error is another. */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, WEIR_OBSERVER_LOST, 0, flags);
  properties[PROP_RETRY_AT_US] = g_param_spec_int64 ("retry-at-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_POINTS] = g_param_spec_boxed ("points", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_LOST_US] = g_param_spec_int64 ("lost-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * WeirObserver::updated:
   *
   * Figures are new; at most ten times a second, from the one ticker. Views refresh what they show.
   */
  signals[UPDATED] =
      g_signal_new ("updated", WEIR_TYPE_OBSERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_observer_init (WeirObserver *self)
{
  self->snaplen = WEIR_TAP_READER_SNAPLEN;
  self->own_ends = weir_own_ends_new ();
  self->channels = weir_channel_list_new ();
  g_signal_connect_object (self->channels, "items-changed", G_CALLBACK (channels_changed_cb), self, G_CONNECT_SWAPPED);
  self->total = weir_series_new ();
  self->names = g_new0 (char *, 1);
}

/* Asks to be told when functions or workers come or go: so a point is found as soon as it is there. */
static void
register_notice (WeirObserver *self)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *functions_id = NULL, *workers_id = NULL;
  g_autoptr (JsonNode) metadata = json_node_alloc ();
  g_autoptr (JsonNode) config = json_node_alloc ();
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "internal", TRUE);
  json_node_init_object (metadata, object);
  json_object_unref (object);
  object = json_object_new ();
  json_node_init_object (config, object);
  json_object_unref (object);

  self->notice_id = g_strconcat ("weir-observer::", uuid, "::functions-changed", NULL);
  weir_worker_register_function (self->worker, self->notice_id,
                                 "Tells this Weir that functions or workers came or went", metadata,
                                 functions_changed_cb, self, NULL);
  functions_id = weir_worker_register_trigger (self->worker, "engine::functions-available", self->notice_id, config);
  workers_id = weir_worker_register_trigger (self->worker, "engine::workers-available", self->notice_id, config);
}

static void
functions_taken_cb (WeirObserver *self)
{
  if (self->passive != NULL)
    weir_passive_watch_sync (self->passive, self->functions);
}

static void
peers_changed_cb (WeirObserver *self)
{
  if (self->passive != NULL)
    weir_passive_model_set_started (weir_passive_watch_get_model (self->passive),
                                    weir_function_list_get_engine_started_ms (self->functions));
}

WeirObserver *
weir_observer_new (const char *url)
{
  WeirObserver *self = g_object_new (WEIR_TYPE_OBSERVER, NULL);
  g_autofree char *name = g_strdup_printf ("weir:%d", (int) getpid ());
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "weir", NULL);

  self->worker = weir_worker_new (url, name);
  self->url = g_strdup (weir_worker_get_url (self->worker));
  self->rows = weir_rows_new (self->channels);
  self->points = weir_points_new (self->worker, self->rows, &points_events, self);
  self->passive = weir_passive_watch_new (self->worker, self->rows, folder);
  g_signal_connect_swapped (self->passive, "news", G_CALLBACK (points_news_cb), self);
  self->functions = weir_function_list_new (self->worker);
  g_signal_connect_swapped (self->functions, "taken", G_CALLBACK (functions_taken_cb), self);
  g_signal_connect_swapped (self->functions, "peers-changed", G_CALLBACK (peers_changed_cb), self);
  weir_worker_set_description (self->worker, "Weir watches channels");
  register_notice (self);
  g_signal_connect_swapped (self->worker, "notify::state", G_CALLBACK (worker_state_cb), self);
  g_signal_connect_swapped (self->worker, "notify::retry-at-us", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (self->worker, "notify::last-error", G_CALLBACK (update_state), self);
  return self;
}

void
weir_observer_set_access (WeirObserver *self, const char *token, const char *const *headers)
{
  g_free (self->token);
  self->token = g_strdup (token);
  weir_worker_set_token (self->worker, token);
  weir_worker_set_headers (self->worker, headers);
  weir_points_set_token (self->points, token);
}

void
weir_observer_set_point_token (WeirObserver *self, const char *name, const char *token)
{
  weir_points_set_point_token (self->points, name, token);
}

void
weir_observer_start (WeirObserver *self)
{
  if (self->is_started)
    return;
  self->is_started = TRUE;
  self->ticker = g_timeout_add (TICK_MS, tick_cb, self);
  weir_worker_start (self->worker);
  update_state (self);
}

void
weir_observer_stop (WeirObserver *self)
{
  if (!self->is_started)
    return;
  self->is_started = FALSE;
  g_clear_handle_id (&self->ticker, g_source_remove);
  abandon_connection (self);
  weir_worker_stop (self->worker);
  self->has_connected = FALSE;
  self->has_been_live = FALSE;
  update_state (self);
}

static void
start_under_another_name (WeirObserver *self)
{
  g_autofree char *name = g_strdup_printf ("weir:%d-%04x", (int) getpid (), g_random_int () & 0xffff);

  weir_worker_set_name (self->worker, name);
  weir_worker_start (self->worker);
  update_state (self);
}

void
weir_observer_retry_now (WeirObserver *self)
{
  if (!self->is_started)
    return;
  if (is_refused (self))
    {
      start_under_another_name (self);
      return;
    }
  if (weir_worker_get_state (self->worker) != WEIR_WORKER_CONNECTED)
    {
      weir_worker_retry_now (self->worker);
      return;
    }
  weir_points_retry (self->points);
  if (self->listing == NULL)
    list_functions (self, g_get_monotonic_time ());
  update_state (self);
}

WeirObserverState
weir_observer_get_state (WeirObserver *self)
{
  return self->state;
}

const char *
weir_observer_get_url (WeirObserver *self)
{
  return self->url;
}

char *
weir_observer_dup_worker_url (WeirObserver *self, gboolean is_masked)
{
  const char *query = strchr (self->url, '?');
  gsize len = query != NULL && is_masked ? (gsize) (query - self->url) : strlen (self->url);
  g_autofree char *escaped = self->token != NULL ? g_uri_escape_string (self->token, NULL, FALSE) : NULL;
  GString *url = g_string_new_len (self->url, len);

  if (query != NULL && is_masked)
    g_string_append (url, "?…");
  if (escaped != NULL)
    g_string_append_printf (url, "%ctoken=%s", query != NULL ? '&' : '?', is_masked ? "•••" : escaped);
  return g_string_free (url, FALSE);
}

gint64
weir_observer_get_retry_at_us (WeirObserver *self)
{
  return self->retry_at_us;
}

const GError *
weir_observer_get_error (WeirObserver *self)
{
  return self->error;
}

const GError *
weir_observer_get_list_error (WeirObserver *self)
{
  return self->list_error;
}

gint64
weir_observer_get_latency_us (WeirObserver *self)
{
  return weir_worker_get_latency_us (self->worker);
}

gint64
weir_observer_check_silence_us (WeirObserver *self, gint64 now_us)
{
  gint64 silence_us;

  g_return_val_if_fail (WEIR_IS_OBSERVER (self), 0);

  silence_us = weir_worker_check_silence_us (self->worker, now_us);
  if (self->fed_us != 0 && now_us - self->fed_us < FEED_LIMIT_US)
    return 0;
  return self->fed_us != 0 ? MIN (silence_us, now_us - self->fed_us) : silence_us;
}

const char *const *
weir_observer_get_points (WeirObserver *self)
{
  return (const char *const *) self->names;
}

guint
weir_observer_get_n_points (WeirObserver *self)
{
  return weir_worker_get_state (self->worker) == WEIR_WORKER_CONNECTED ? weir_points_get_n (self->points) : 0;
}

WeirPointInfo
weir_observer_get_point (WeirObserver *self, guint i)
{
  return weir_points_get_info (self->points, i);
}

WeirWorker *
weir_observer_get_worker (WeirObserver *self)
{
  return self->worker;
}

WeirFunctionList *
weir_observer_get_functions (WeirObserver *self)
{
  return self->functions;
}

GListModel *
weir_observer_get_channels (WeirObserver *self)
{
  return G_LIST_MODEL (self->channels);
}

WeirChannel *
weir_observer_lookup (WeirObserver *self, const char *channel_id)
{
  return weir_channel_list_lookup (self->channels, channel_id);
}

WeirSeries *
weir_observer_get_total_series (WeirObserver *self)
{
  return self->total;
}

const WeirSeenCall *
weir_observer_get_call (WeirObserver *self)
{
  return weir_points_get_call (self->points);
}

void
weir_observer_dismiss_call (WeirObserver *self, const WeirSeenCall *call)
{
  weir_points_dismiss_call (self->points, call);
  self->has_news = TRUE;
}

void
weir_observer_set_snaplen (WeirObserver *self, guint32 snaplen)
{
  self->snaplen = snaplen;
}

void
weir_observer_set_history_bytes (WeirObserver *self, gsize max_bytes)
{
  weir_points_set_max_series_bytes (self->points, max_bytes);
}

gboolean
weir_observer_is_passive (WeirObserver *self)
{
  return weir_passive_watch_is_live (self->passive);
}

gboolean
weir_observer_is_log_overrun (WeirObserver *self)
{
  return weir_passive_model_is_overrun (weir_passive_watch_get_model (self->passive));
}

guint
weir_observer_get_n_passive (WeirObserver *self)
{
  return self->n_passive;
}

const GError *
weir_observer_get_passive_error (WeirObserver *self)
{
  return weir_passive_watch_get_error (self->passive);
}

WeirPassiveStats
weir_observer_get_passive_stats (WeirObserver *self)
{
  return weir_passive_model_get_stats (weir_passive_watch_get_model (self->passive));
}

WeirCloserLook *
weir_observer_get_closer_look (WeirObserver *self)
{
  return weir_passive_watch_get_closer_look (self->passive);
}

WeirPoints *
weir_observer_get_point_set (WeirObserver *self)
{
  return self->points;
}

WeirTapReader *
weir_observer_tap (WeirObserver *self, WeirChannel *channel)
{
  WeirPointWatch *watch = weir_points_find_watch (self->points, channel);

  return weir_tap_reader_new (self->worker, watch != NULL ? weir_point_watch_get_prefix (watch) : NULL,
                              watch != NULL ? weir_point_watch_get_token (watch) : NULL, weir_channel_get_id (channel),
                              self->snaplen, weir_points_get_own_ids (self->points));
}
