/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-point-model.h"

#include "weir-channel-private.h"

G_DEFINE_QUARK (weir_point_error_quark, weir_point_error)

typedef struct
{
  WeirChannel *channel;
  guint32 n;
  guint snapshot; /* the last one that named it */
  gsize info_bytes;
  gsize series_bytes;
} Seen;

struct _WeirPointModel
{
  char *worker_id; /* nullable: ours */
  char *worker_name;
  WeirRows *rows;
  WeirPlane *plane;
  WeirCallList *calls;

  GHashTable *by_id; /* (element-type char Seen): the channel has its id */
  GHashTable *by_n;  /* (element-type guint Seen) */

  gsize info_bytes; /* of all of them */
  gsize series_bytes;
  gsize max_info_bytes;
  gsize max_series_bytes;

  guint snapshot;       /* number of the one that is coming, or came last */
  gboolean has_begun;   /* this feed has */
  gboolean in_snapshot; /* between its first part and its last */
  gboolean is_live;
};

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  g_object_unref (seen->channel);
  g_free (seen);
}

WeirPointModel *
weir_point_model_new (const char *name, WeirPlaneKind kind, WeirRows *rows)
{
  WeirPointModel *self = g_new0 (WeirPointModel, 1);

  self->rows = rows;
  self->plane = weir_plane_new (name, kind);
  self->calls = weir_call_list_new ();
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, seen_free);
  self->by_n = g_hash_table_new (NULL, NULL);
  weir_point_model_set_limits (self, WEIR_POINT_MAX_INFO_BYTES, WEIR_POINT_MAX_SERIES_BYTES);
  return self;
}

void
weir_point_model_set_limits (WeirPointModel *self, gsize max_info_bytes, gsize max_series_bytes)
{
  self->max_info_bytes = max_info_bytes;
  self->max_series_bytes = max_series_bytes;
}

void
weir_point_model_set_max_series_bytes (WeirPointModel *self, gsize max_bytes)
{
  self->max_series_bytes = max_bytes;
}

WeirCallList *
weir_point_model_get_calls (WeirPointModel *self)
{
  return self->calls;
}

const char *
weir_point_model_get_name (WeirPointModel *self)
{
  return self->plane->name;
}

guint
weir_point_model_get_size (WeirPointModel *self)
{
  return g_hash_table_size (self->by_id);
}

gboolean
weir_point_model_is_live (WeirPointModel *self)
{
  return self->is_live;
}

WeirChannel *
weir_point_model_lookup (WeirPointModel *self, const char *channel_id)
{
  Seen *seen = g_hash_table_lookup (self->by_id, channel_id);

  return seen != NULL ? seen->channel : NULL;
}

void
weir_point_model_learn_time (WeirPointModel *self, gint64 now_ms, gint64 now_us)
{
  weir_clock_learn (self->plane->clock, now_ms, now_us);
}

void
weir_point_model_set_worker (WeirPointModel *self, const char *worker_id, const char *worker_name)
{
  g_free (self->worker_id);
  self->worker_id = g_strdup (worker_id);
  g_free (self->worker_name);
  self->worker_name = g_strdup (worker_name);
}

WeirPlane *
weir_point_model_get_plane (WeirPointModel *self)
{
  return self->plane;
}

/* --- channels come and go --- */

/* They are not known by their ids and numbers any more. */
static void
drop (WeirPointModel *self, WeirChannel *channel)
{
  Seen *seen = g_hash_table_lookup (self->by_id, weir_channel_get_id (channel));

  self->info_bytes -= seen->info_bytes;
  self->series_bytes -= seen->series_bytes;
  if (g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (seen->n)) == seen)
    g_hash_table_remove (self->by_n, GUINT_TO_POINTER (seen->n));
  g_hash_table_remove (self->by_id, weir_channel_get_id (channel));
}

static void
forget (WeirPointModel *self, const char *channel_id)
{
  g_autofree char *id = g_strdup (channel_id);
  WeirChannel *channel = weir_point_model_lookup (self, channel_id);

  if (channel == NULL)
    return;
  drop (self, channel);
  weir_rows_leave (self->rows, self->plane, id, g_get_monotonic_time ());
}

/* It is there, and does not know the channel any more: then that is over. */
static void
forget_ended (WeirPointModel *self, const char *channel_id)
{
  WeirChannel *channel = weir_point_model_lookup (self, channel_id);

  if (channel != NULL)
    weir_channel_end_unheard (channel, self->plane, g_get_monotonic_time ());
  forget (self, channel_id);
}

/* Every channel that the latest snapshot does not name, or all. */
static void
forget_unnamed (WeirPointModel *self, gboolean all)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Seen *seen = value;

      if (all || seen->snapshot != self->snapshot)
        g_ptr_array_add (channels, g_object_ref (seen->channel));
    }
  for (guint i = 0; i < channels->len; i++)
    (all ? forget : forget_ended) (self, weir_channel_get_id (channels->pdata[i]));
  weir_rows_sweep (self->rows);
}

void
weir_point_model_free (WeirPointModel *self)
{
  forget_unnamed (self, TRUE);
  g_hash_table_unref (self->by_n);
  g_hash_table_unref (self->by_id);
  weir_plane_unref (self->plane);
  weir_call_list_free (self->calls);
  g_free (self->worker_id);
  g_free (self->worker_name);
  g_free (self);
}

/* A copy: what listens to a channel may do anything. */
static GPtrArray *
dup_channels (WeirPointModel *self)
{
  GPtrArray *channels = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (channels, g_object_ref (((Seen *) value)->channel));
  return channels;
}

void
weir_point_model_lose (WeirPointModel *self)
{
  g_autoptr (GPtrArray) channels = dup_channels (self);

  self->has_begun = FALSE;
  self->in_snapshot = FALSE;
  self->is_live = FALSE;
  weir_rows_sweep (self->rows);
  for (guint i = 0; i < channels->len; i++)
    weir_channel_set_stale (channels->pdata[i], self->plane);
}

void
weir_point_model_end (WeirPointModel *self, gint64 lost_us)
{
  g_autoptr (GPtrArray) channels = dup_channels (self);

  for (guint i = 0; i < channels->len; i++)
    {
      WeirChannel *channel = g_ptr_array_index (channels, i);

      if (weir_channel_is_seen_elsewhere (channel, self->plane))
        forget (self, weir_channel_get_id (channel));
      else
        weir_channel_end_with_point (channel, self->plane, lost_us);
    }
}

void
weir_point_model_set_place (WeirPointModel *self, WeirPlaneKind kind, guint distance)
{
  g_autoptr (GPtrArray) channels = NULL;

  if (self->plane->kind == kind && self->plane->distance == distance)
    return;
  self->plane->kind = kind;
  self->plane->distance = distance;
  channels = dup_channels (self);
  for (guint i = 0; i < channels->len; i++)
    weir_channel_merge (channels->pdata[i], g_get_monotonic_time ());
}

static gboolean bad_feed (WeirPointModel *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
bad_feed (WeirPointModel *self, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "%s: %s", self->plane->name, what);
  return FALSE;
}

/* A number stands for one channel at a time. One that a stale channel had may come again: the point has started anew.
 */
static gboolean
claim_number (WeirPointModel *self, Seen *seen, guint32 n, GError **error)
{
  Seen *other = g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (n));

  if (other != NULL && other != seen && !weir_channel_is_stale_at (other->channel, self->plane))
    return bad_feed (self, error, "channels %s and %s have the same number %u", weir_channel_get_id (other->channel),
                     weir_channel_get_id (seen->channel), n);

  if (seen->n != n && g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (seen->n)) == seen)
    g_hash_table_remove (self->by_n, GUINT_TO_POINTER (seen->n));
  seen->n = n;
  g_hash_table_insert (self->by_n, GUINT_TO_POINTER (n), seen);
  return TRUE;
}

static Seen *
add_seen (WeirPointModel *self, WeirChannel *channel, guint32 n)
{
  Seen *seen = g_new0 (Seen, 1);

  seen->n = n;
  seen->channel = g_object_ref (channel);
  g_hash_table_insert (self->by_id, (gpointer) weir_channel_get_id (channel), seen);
  return seen;
}

static gboolean
check_room (WeirPointModel *self, const Seen *seen, gsize info_bytes, GError **error)
{
  gsize others = self->info_bytes - (seen != NULL ? seen->info_bytes : 0);

  if (seen == NULL && g_hash_table_size (self->by_id) >= WEIR_POINT_MAX_CHANNELS)
    return bad_feed (self, error, "more than %u channels", WEIR_POINT_MAX_CHANNELS);
  if (others + info_bytes > self->max_info_bytes)
    return bad_feed (self, error, "what it says of its channels takes more than %" G_GSIZE_FORMAT " bytes",
                     self->max_info_bytes);
  return TRUE;
}

static void
count_series (WeirPointModel *self, Seen *seen)
{
  WeirSeries *series = weir_channel_get_series (seen->channel);
  gsize bytes = weir_series_get_size (series);

  self->series_bytes += bytes - seen->series_bytes;
  seen->series_bytes = bytes;
}

static void
count_info (WeirPointModel *self, Seen *seen, gsize bytes)
{
  self->info_bytes += bytes - seen->info_bytes;
  seen->info_bytes = bytes;
  count_series (self, seen);
}

/* To be asked before anything is added to it. */
static void
limit_series (WeirPointModel *self, Seen *seen)
{
  weir_series_set_may_grow (weir_channel_get_series (seen->channel), self->series_bytes < self->max_series_bytes);
}

/* What of it this observer has done itself. */
static void
note_own (WeirPointModel *self, WeirChannelInfo *info)
{
  info->is_ours = info->creator_worker_id != NULL && g_strcmp0 (info->creator_worker_id, self->worker_id) == 0;
  for (guint i = 0; info->shapes != NULL && i < info->shapes->len; i++)
    {
      WeirShapeInfo *shape = info->shapes->pdata[i];

      shape->is_ours = shape->worker_id != NULL && g_strcmp0 (shape->worker_id, self->worker_id) == 0;
    }
  for (guint i = 0; info->acts != NULL && i < info->acts->len; i++)
    {
      WeirActInfo *act = info->acts->pdata[i];

      act->is_ours = act->worker_name != NULL && g_strcmp0 (act->worker_name, self->worker_name) == 0;
    }
}

/* It carries a feed: ours, or another's. */
static gboolean
take_internal (WeirPointModel *self, WeirChannelInfo *info)
{
  if (!info->internal && !weir_rows_is_hidden (self->rows, info->channel_id))
    return FALSE;

  forget (self, info->channel_id);
  weir_rows_hide (self->rows, info->channel_id);
  weir_channel_info_free (info);
  return TRUE;
}

/* @info: (transfer full) */
static gboolean
take_info (WeirPointModel *self, WeirChannelInfo *info, gint64 now_us, GError **error)
{
  Seen *seen = g_hash_table_lookup (self->by_id, info->channel_id);
  gsize bytes = weir_channel_info_get_size (info);
  guint32 n = info->n;
  WeirChannel *channel;

  if (take_internal (self, info))
    return TRUE;

  note_own (self, info);
  if (!check_room (self, seen, bytes, error))
    {
      weir_channel_info_free (info);
      return FALSE;
    }
  if (seen != NULL)
    limit_series (self, seen);
  channel = weir_rows_see (self->rows, self->plane, info, now_us);
  if (seen == NULL)
    seen = add_seen (self, channel, n);

  count_info (self, seen, bytes);
  seen->snapshot = self->snapshot;
  return claim_number (self, seen, n, error);
}

static gboolean
take_channels (WeirPointModel *self, WeirFeed *feed, gint64 now_us, GError **error)
{
  gsize n_infos = 0;
  g_autofree gpointer *infos = g_ptr_array_steal (feed->channels, &n_infos);
  gboolean is_good = TRUE;

  for (gsize i = 0; i < n_infos; i++)
    {
      if (is_good)
        is_good = take_info (self, infos[i], now_us, error);
      else
        weir_channel_info_free (infos[i]);
    }
  weir_rows_flush (self->rows);
  return is_good;
}

static gboolean
take_snapshot (WeirPointModel *self, WeirFeed *feed, gint64 now_us, GError **error)
{
  if (!self->in_snapshot)
    self->snapshot++;
  self->has_begun = TRUE;
  self->in_snapshot = TRUE;
  weir_clock_learn (self->plane->clock, feed->now_ms, now_us);
  if (!take_channels (self, feed, now_us, error))
    return FALSE;

  if (feed->is_last)
    {
      self->in_snapshot = FALSE;
      self->is_live = TRUE;
      weir_rows_sweep (self->rows);
      forget_unnamed (self, FALSE);
    }
  return TRUE;
}

/* Samples of numbers that we do not know (channels of feeds) are no mistake. */
static void
take_samples (WeirPointModel *self, WeirFeed *feed, gint64 now_us)
{
  gint64 at_us;

  weir_clock_learn (self->plane->clock, feed->now_ms, now_us);
  at_us = MIN (weir_clock_to_local_us (self->plane->clock, MIN (feed->now_ms, WEIR_CLOCK_MAX_MS)), now_us);
  for (guint i = 0; i < feed->samples->len; i++)
    {
      const WeirSample *sample = &g_array_index (feed->samples, WeirSample, i);
      Seen *seen = g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (sample->n));

      if (seen == NULL ||
          weir_channel_is_stale_at (seen->channel, self->plane)) /* a stale one's number may be another's by now */
        continue;
      limit_series (self, seen);
      weir_channel_apply_totals (seen->channel, self->plane, &sample->totals, at_us);
      count_series (self, seen);
    }
}

static void
take_call (WeirPointModel *self, WeirFeed *feed, gint64 now_us)
{
  gint64 at_us = weir_clock_to_local_us (self->plane->clock, MIN (feed->call->at_ms, WEIR_CLOCK_MAX_MS));

  weir_call_list_take (self->calls, g_steal_pointer (&feed->call), MIN (at_us, now_us));
}

static gboolean
take_feed (WeirPointModel *self, WeirFeed *feed, gint64 now_us, GError **error)
{
  if (feed->type == WEIR_FEED_UNKNOWN)
    return TRUE;
  if (feed->type != WEIR_FEED_SNAPSHOT && !self->has_begun)
    return bad_feed (self, error, "its feed does not begin with a snapshot");

  switch (feed->type)
    {
    case WEIR_FEED_SNAPSHOT:
      return take_snapshot (self, feed, now_us, error);
    case WEIR_FEED_OPENED:
    case WEIR_FEED_CHANGED:
      return take_channels (self, feed, now_us, error);
    case WEIR_FEED_FORGOTTEN:
      if (weir_recent_ids_remove (weir_rows_get_own_ids (self->rows), feed->channel_id))
        weir_rows_hide (self->rows, feed->channel_id);
      forget_ended (self, feed->channel_id);
      return TRUE;
    case WEIR_FEED_INTERNAL: /* the engine's log tells of it, whoever it is for */
      forget (self, feed->channel_id);
      weir_rows_hide (self->rows, feed->channel_id);
      return TRUE;
    case WEIR_FEED_SAMPLES:
      take_samples (self, feed, now_us);
      return TRUE;
    case WEIR_FEED_CALL:
      take_call (self, feed, now_us);
      return TRUE;
    case WEIR_FEED_UNKNOWN:
    default:
      return TRUE;
    }
}

gboolean
weir_point_model_take (WeirPointModel *self, const char *text, gsize len, gint64 now_us, GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (WeirFeed) feed = NULL;

  if (len > WEIR_FEED_MAX_SIZE)
    return bad_feed (self, error, "a message of its feed has %" G_GSIZE_FORMAT " bytes", len);
  feed = weir_feed_parse ((WeirSpan){ text, len }, &parse_error);
  if (feed == NULL)
    return bad_feed (self, error, "a message of its feed cannot be understood: %s", parse_error->message);
  return take_feed (self, feed, now_us, error);
}
