/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-points.h"

#include <string.h>

#include "weir-address.h"
#include "weir-feed-link.h"
#include "weir-point-watch.h"

/* Rows of a point that is not registered any more stay for this long, or until a point that came after it is live. */
#define GONE_KEEP_US (60 * G_USEC_PER_SEC)

/* More than this in one list, or twice as many with those that have gone, are not believed. */
#define MAX_POINTS      64
#define MAX_NAME_LENGTH 128

typedef struct
{
  WeirPointWatch *watch;
  gint64 found_us;
  gint64 gone_us;     /* not registered any more since then; 0: it is */
  gboolean has_ended; /* another has taken its place */
  gint64 lost_us;     /* its feed is not live since then; 0: it is */
} Point;

struct _WeirPoints
{
  WeirWorker *worker;
  char *token;
  GHashTable *own_tokens; /* prefix of a point → the token for that one alone */
  WeirRows *rows;
  GPtrArray *points; /* (element-type Point), in the order they were found */
  gsize max_series_bytes;
  const WeirPointsEvents *events;
  gpointer user_data;
};

static Point *
get_point (WeirPoints *self, guint i)
{
  return g_ptr_array_index (self->points, i);
}

WeirPoints *
weir_points_new (WeirWorker *worker, WeirRows *rows, const WeirPointsEvents *events, gpointer user_data)
{
  WeirPoints *self = g_new0 (WeirPoints, 1);

  self->worker = g_object_ref (worker);
  self->rows = rows;
  self->points = g_ptr_array_new ();
  self->own_tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->max_series_bytes = WEIR_POINT_MAX_SERIES_BYTES;
  self->events = events;
  self->user_data = user_data;
  return self;
}

void
weir_points_set_token (WeirPoints *self, const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

static const char *
get_token (WeirPoints *self, const char *prefix)
{
  const char *own = g_hash_table_lookup (self->own_tokens, prefix);

  return own != NULL ? own : self->token;
}

void
weir_points_set_point_token (WeirPoints *self, const char *name, const char *token)
{
  g_hash_table_replace (self->own_tokens, g_strconcat ("weir::", name, NULL), g_strdup (token));
  for (guint i = 0; i < self->points->len; i++)
    {
      WeirPointWatch *watch = get_point (self, i)->watch;

      weir_point_watch_set_token (watch, get_token (self, weir_point_watch_get_prefix (watch)));
    }
}

/* --- one of them --- */

/* Its upstream is that one's address. */
static gboolean
is_behind (WeirPoints *self, guint i, guint j)
{
  const char *upstream = weir_point_watch_get_upstream (get_point (self, i)->watch);
  const char *listen = weir_point_watch_get_listen (get_point (self, j)->watch);

  return i != j && upstream != NULL && listen != NULL && weir_address_is_same (upstream, listen);
}

/* Steps to the engine: through the points that are known. Relays that name each other in a circle lie, and come to an
 * end. */
static guint
count_steps (WeirPoints *self, guint i)
{
  guint n_steps = weir_point_watch_is_engine (get_point (self, i)->watch) ? 0 : 1;

  for (guint n = 0; n < self->points->len; n++)
    {
      guint next = i;

      for (guint j = 0; j < self->points->len; j++)
        if (is_behind (self, i, j) && !weir_point_watch_is_engine (get_point (self, j)->watch))
          next = j;
      if (next == i)
        break;
      i = next;
      n_steps++;
    }
  return n_steps;
}

static void
place_points (WeirPoints *self)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      WeirPointWatch *watch = get_point (self, i)->watch;

      weir_point_model_set_place (weir_point_watch_get_model (watch),
                                  weir_point_watch_is_engine (watch) ? WEIR_PLANE_ENGINE : WEIR_PLANE_RELAY,
                                  count_steps (self, i));
    }
}

static void
watch_described_cb (WeirPointWatch *watch, gpointer user_data)
{
  place_points (user_data);
}

static void
watch_changed_cb (WeirPointWatch *watch, gpointer user_data)
{
  WeirPoints *self = user_data;

  self->events->changed (self->user_data);
}

static void
watch_news_cb (WeirPointWatch *watch, gpointer user_data)
{
  WeirPoints *self = user_data;

  self->events->news (self->user_data);
}

static void
add_point (WeirPoints *self, const char *prefix, gint64 now_us)
{
  WeirPointModel *model = weir_point_model_new (weir_feed_link_get_point (prefix), WEIR_PLANE_ENGINE, self->rows);
  Point *point = g_new0 (Point, 1);

  weir_point_model_set_max_series_bytes (model, self->max_series_bytes);
  point->watch =
      weir_point_watch_new (self->worker, prefix, get_token (self, prefix), model, weir_rows_get_own_ids (self->rows));
  point->found_us = now_us;
  g_signal_connect (point->watch, "described", G_CALLBACK (watch_described_cb), self);
  g_signal_connect (point->watch, "changed", G_CALLBACK (watch_changed_cb), self);
  g_signal_connect (point->watch, "news", G_CALLBACK (watch_news_cb), self);
  g_ptr_array_add (self->points, point);
  weir_point_watch_start (point->watch);
}

/* Its rows go. */
static void
remove_point (WeirPoints *self, guint i)
{
  Point *point = g_ptr_array_steal_index (self->points, i);

  g_signal_handlers_disconnect_by_data (point->watch, self);
  g_object_run_dispose (G_OBJECT (point->watch)); /* now, even if a call of its is still on its way */
  g_object_unref (point->watch);
  g_free (point);
}

void
weir_points_set_max_series_bytes (WeirPoints *self, gsize max_bytes)
{
  self->max_series_bytes = max_bytes;
  for (guint i = 0; i < self->points->len; i++)
    weir_point_model_set_max_series_bytes (weir_point_watch_get_model (get_point (self, i)->watch), max_bytes);
}

void
weir_points_free (WeirPoints *self)
{
  while (self->points->len > 0)
    remove_point (self, self->points->len - 1);
  g_ptr_array_unref (self->points);
  g_object_unref (self->worker);
  g_free (self->token);
  g_hash_table_unref (self->own_tokens);
  g_free (self);
}

/* --- finding them --- */

/* The part before `::describe` of a point's function (a listener may put a prefix before `weir::`); NULL if it is not
 * one. */
static char *
dup_point_prefix (const char *function_id)
{
  g_autofree char *prefix = NULL;
  const char *name;
  gsize length;

  if (!g_str_has_suffix (function_id, "::describe"))
    return NULL;
  prefix = g_strndup (function_id, strlen (function_id) - strlen ("::describe"));
  name = weir_feed_link_get_point (prefix);
  length = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-");
  if (length == 0 || length > MAX_NAME_LENGTH || name[length] != '\0')
    return NULL;

  prefix[name - prefix] = '\0';
  if (!g_str_equal (prefix, "weir::") && !g_str_has_suffix (prefix, "::weir::"))
    return NULL;
  return g_strndup (function_id, strlen (function_id) - strlen ("::describe"));
}

static gboolean
equal_prefix (gconstpointer a, gconstpointer b)
{
  return g_str_equal (a, b);
}

/* Of a function of the list; NULL if it is none of a point's. */
static char *
dup_element_prefix (WeirSpan element)
{
  g_autofree char *id = weir_json_type (element) == WEIR_JSON_OBJECT
                            ? weir_json_dup_string (weir_json_member (element, "function_id"))
                            : NULL;

  return id != NULL ? dup_point_prefix (id) : NULL;
}

/* (element-type char), each once; NULL if that is no list of functions. */
static GPtrArray *
dup_point_prefixes (WeirSpan answer)
{
  WeirSpan functions =
      weir_json_type (answer) == WEIR_JSON_OBJECT ? weir_json_member (answer, "functions") : (WeirSpan){ NULL, 0 };
  GPtrArray *prefixes;
  WeirJsonIter iter;
  WeirSpan key, function;

  if (weir_json_type (functions) != WEIR_JSON_ARRAY)
    return NULL;

  prefixes = g_ptr_array_new_with_free_func (g_free);
  weir_json_iter_init (&iter, functions);
  while (prefixes->len < MAX_POINTS && weir_json_iter_next (&iter, &key, &function))
    {
      g_autofree char *prefix = dup_element_prefix (function);

      if (prefix != NULL && !g_ptr_array_find_with_equal_func (prefixes, prefix, equal_prefix, NULL))
        g_ptr_array_add (prefixes, g_steal_pointer (&prefix));
    }
  return prefixes;
}

/* What is watched is what is registered; a feed that still speaks is believed more than the list. */
static void
sync_points (WeirPoints *self, GPtrArray *prefixes, gint64 now_us)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      Point *point = get_point (self, i);
      guint at = 0;

      if (g_ptr_array_find_with_equal_func (prefixes, weir_point_watch_get_prefix (point->watch), equal_prefix, &at))
        {
          g_ptr_array_remove_index (prefixes, at);
          point->gone_us = 0;
          point->has_ended = FALSE;
          if (weir_point_watch_get_retry_at_us (point->watch) == 0)
            weir_point_watch_start (point->watch);
        }
      else if (point->gone_us == 0 && !weir_point_watch_is_live (point->watch))
        {
          point->gone_us = now_us;
          weir_point_watch_pause (point->watch);
        }
    }

  for (guint i = 0; i < prefixes->len && self->points->len < 2 * MAX_POINTS; i++)
    add_point (self, g_ptr_array_index (prefixes, i), now_us);
}

gboolean
weir_points_sync (WeirPoints *self, WeirSpan answer, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) prefixes = dup_point_prefixes (answer);

  if (prefixes == NULL)
    {
      g_set_error_literal (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED,
                           "The engine's list of functions cannot be understood");
      return FALSE;
    }
  sync_points (self, prefixes, now_us);
  return TRUE;
}

/* --- all of them --- */

void
weir_points_pause (WeirPoints *self)
{
  for (guint i = 0; i < self->points->len; i++)
    weir_point_watch_pause (get_point (self, i)->watch);
}

void
weir_points_retry (WeirPoints *self)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      if (get_point (self, i)->gone_us == 0)
        weir_point_watch_start (get_point (self, i)->watch);
    }
}

/* A point that has gone is replaced by one of its kind that was found after it and is live. */
static gboolean
is_replaced (WeirPoints *self, const Point *gone)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *other = get_point (self, i);

      if (other->gone_us == 0 && other->found_us > gone->found_us && weir_point_watch_is_live (other->watch) &&
          weir_point_watch_is_engine (other->watch) == weir_point_watch_is_engine (gone->watch))
        return TRUE;
    }
  return FALSE;
}

/* What it saw stays a while, as what has ended stays: why an engine went may be told by its last channels. */
static void
tick_gone (WeirPoints *self, guint i, gint64 now_us)
{
  Point *point = get_point (self, i);

  if (!point->has_ended && is_replaced (self, point))
    {
      point->has_ended = TRUE;
      weir_point_model_end (weir_point_watch_get_model (point->watch), point->lost_us);
    }
  if (now_us - point->gone_us > GONE_KEEP_US)
    {
      remove_point (self, i);
      self->events->news (self->user_data);
    }
}

static void
tick_point (Point *point, gint64 now_us)
{
  weir_point_watch_tick (point->watch, now_us);
  if (weir_point_watch_is_live (point->watch))
    point->lost_us = 0;
  else if (point->lost_us == 0)
    point->lost_us = now_us;
}

void
weir_points_tick (WeirPoints *self, gint64 now_us)
{
  for (guint i = 0; i < self->points->len; i++)
    tick_point (get_point (self, i), now_us);
  for (guint i = self->points->len; i > 0; i--)
    if (get_point (self, i - 1)->gone_us != 0)
      tick_gone (self, i - 1, now_us);
  weir_rows_tick (self->rows, now_us);
}

static void
add_to_summary (WeirPointsSummary *summary, const Point *point)
{
  const GError *error = weir_point_watch_get_error (point->watch);
  gint64 retry_at_us = weir_point_watch_get_retry_at_us (point->watch);

  if (weir_point_watch_is_live (point->watch))
    summary->n_live++;
  if (point->gone_us != 0)
    return;

  summary->n_present++;
  if (error == NULL)
    summary->is_trying = TRUE;
  else if (summary->error == NULL)
    summary->error = error;
  if (retry_at_us != 0 && (summary->retry_at_us == 0 || retry_at_us < summary->retry_at_us))
    summary->retry_at_us = retry_at_us;
}

WeirPointsSummary
weir_points_get_summary (WeirPoints *self)
{
  WeirPointsSummary summary = { 0 };

  for (guint i = 0; i < self->points->len; i++)
    add_to_summary (&summary, get_point (self, i));
  return summary;
}

char **
weir_points_dup_names (WeirPoints *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->points->len; i++)
    {
      WeirPointWatch *watch = get_point (self, i)->watch;

      if (weir_point_watch_is_live (watch))
        g_strv_builder_add (builder, weir_point_model_get_name (weir_point_watch_get_model (watch)));
    }
  return g_strv_builder_end (builder);
}

guint
weir_points_get_n (WeirPoints *self)
{
  return self->points->len;
}

static WeirPointState
get_state (const Point *point, const GError *error)
{
  if (weir_point_watch_is_live (point->watch))
    return WEIR_POINT_LIVE;
  if (point->gone_us != 0)
    return WEIR_POINT_GONE;
  if (error == NULL)
    return WEIR_POINT_TRYING;
  if (g_error_matches (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_WANTS_TOKEN))
    return WEIR_POINT_WANTS_TOKEN;
  return g_error_matches (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_REFUSED) ? WEIR_POINT_REFUSED : WEIR_POINT_BROKEN;
}

WeirPointInfo
weir_points_get_info (WeirPoints *self, guint i)
{
  const Point *point = get_point (self, i);
  const GError *error = weir_point_watch_get_error (point->watch);
  WeirPointState state = get_state (point, error);
  gboolean has_error = state != WEIR_POINT_LIVE && state != WEIR_POINT_GONE;

  return (WeirPointInfo){ .name = weir_point_model_get_name (weir_point_watch_get_model (point->watch)),
                          .prefix = weir_point_watch_get_prefix (point->watch),
                          .state = state,
                          .error = has_error ? error : NULL };
}

WeirPointWatch *
weir_points_find_watch (WeirPoints *self, WeirChannel *channel)
{
  WeirPointWatch *found = NULL;

  for (guint i = 0; i < self->points->len; i++)
    {
      WeirPointWatch *watch = get_point (self, i)->watch;
      WeirChannel *seen = weir_point_model_lookup (weir_point_watch_get_model (watch), weir_channel_get_id (channel));

      if (seen == NULL || !weir_point_watch_is_live (watch))
        continue;
      if (g_str_equal (weir_point_model_get_name (weir_point_watch_get_model (watch)),
                       weir_channel_get_point (channel)))
        return watch;
      if (found == NULL)
        found = watch;
    }
  return found;
}

const WeirSeenCall *
weir_points_get_call (WeirPoints *self)
{
  const WeirSeenCall *latest = NULL;

  for (guint i = 0; i < self->points->len; i++)
    {
      WeirPointModel *model = weir_point_watch_get_model (get_point (self, i)->watch);
      const WeirSeenCall *call = weir_call_list_get_latest (weir_point_model_get_calls (model));

      if (call != NULL && (latest == NULL || call->at_us > latest->at_us))
        latest = call;
    }
  return latest;
}

void
weir_points_dismiss_call (WeirPoints *self, const WeirSeenCall *call)
{
  for (guint i = 0; i < self->points->len; i++)
    weir_call_list_dismiss (weir_point_model_get_calls (weir_point_watch_get_model (get_point (self, i)->watch)), call);
}

WeirRecentIds *
weir_points_get_own_ids (WeirPoints *self)
{
  return weir_rows_get_own_ids (self->rows);
}
