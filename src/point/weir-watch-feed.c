/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-watch-feed.h"

#include "weir-feed.h"

/* How many channels a part of the snapshot is chosen from: more than fit, as the names of a channel's members alone
 * take more than 256 bytes. */
#define SNAPSHOT_WINDOW (WEIR_FEED_MAX_SIZE / 256)

/* Many channels may end at once, and more than a point keeps. So many of them are told of before they are forgotten. */
#define MAX_LAST_WORDS 4096

/* Something comes at least this often, so that an observer can tell a quiet point from a dead one. */
#define HEARTBEAT_US G_USEC_PER_SEC

G_STATIC_ASSERT (WEIR_REGISTRY_MAX_CALLS <= 32);

struct _WeirWatchFeed
{
  WeirRegistry *registry;
  WeirChannelWriter *writer;
  GCancellable *cancellable;
  guint interval_ms;
  GSource *timer;
  WeirWatchFeedGoneFunc gone;
  gpointer user_data;

  /* What is due. Numbers of channels; forgotten: their ids. */
  GHashTable *opened;
  GHashTable *changed;
  GHashTable *sampled;
  GPtrArray *forgotten;
  GQueue last_words;   /* (element-type GString): of those, how they ended, where that had not been told */
  GPtrArray *fed;      /* ids of channels of feeds */
  guint32 called;      /* a bit for each place of weir_registry_get_call () */
  GArray *snapshot;    /* (nullable): numbers of the channels there were when it began, ascending */
  guint snapshot_next; /* index of the first that has not been told … */
  guint32 snapshot_at; /* … and the last number that has */
  gint64 said_us;

  GQueue outgoing; /* (element-type GString), of the present round: the next round starts when it is empty */
  gboolean is_writing;
  gboolean is_finishing; /* one last round … */
  gboolean is_closing;   /* … and that has been written */
  gboolean is_freed;     /* but for the memory, until the write on its way has come back */
};

static void weir_watch_feed_write_next (WeirWatchFeed *self);
static void put_round (WeirWatchFeed *self);

static void
free_string (gpointer data)
{
  g_string_free (data, TRUE);
}

/* --- writing --- */

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirWatchFeed *self = user_data;
  gboolean written = weir_channel_writer_send_message_finish (WEIR_CHANNEL_WRITER (object), result, NULL);

  self->is_writing = FALSE;
  if (self->is_freed)
    g_free (self);
  else if (written)
    weir_watch_feed_write_next (self);
  else
    self->gone (self, self->user_data);
}

static void
begin_snapshot (WeirWatchFeed *self)
{
  g_autoptr (GPtrArray) infos = weir_registry_list (self->registry);

  self->snapshot = g_array_sized_new (FALSE, FALSE, sizeof (guint32), infos->len);
  for (guint i = 0; i < infos->len; i++)
    g_array_append_val (self->snapshot, ((WeirChannelInfo *) infos->pdata[i])->n);
}

/* The next ones of the snapshot that are still there. */
static GPtrArray *
list_window (WeirWatchFeed *self)
{
  GPtrArray *infos = g_ptr_array_new ();

  for (guint i = self->snapshot_next; i < self->snapshot->len && infos->len < SNAPSHOT_WINDOW; i++)
    {
      const WeirChannelInfo *info = weir_registry_get (self->registry, g_array_index (self->snapshot, guint32, i));

      if (info != NULL)
        g_ptr_array_add (infos, (gpointer) info);
    }
  return infos;
}

static void
put_snapshot_part (WeirWatchFeed *self)
{
  g_autoptr (GPtrArray) infos = list_window (self);
  gint64 now_us = g_get_monotonic_time ();
  gint64 now_ms = weir_registry_to_wall_ms (self->registry, now_us);
  guint n_told;

  g_queue_push_tail (&self->outgoing, weir_feed_write_snapshot (now_ms, (WeirChannelInfo *const *) infos->pdata,
                                                                infos->len, 0, &n_told));
  self->said_us = now_us;
  if (n_told == infos->len)
    {
      g_clear_pointer (&self->snapshot, g_array_unref);
      return;
    }
  self->snapshot_at = ((WeirChannelInfo *) infos->pdata[n_told - 1])->n;
  while (g_array_index (self->snapshot, guint32, self->snapshot_next) <= self->snapshot_at)
    self->snapshot_next++;
}

static void
weir_watch_feed_write_next (WeirWatchFeed *self)
{
  g_autoptr (GString) message = NULL;

  if (self->is_writing || self->is_closing)
    return;
  if (g_queue_is_empty (&self->outgoing) && self->snapshot != NULL)
    put_snapshot_part (self);
  if (g_queue_is_empty (&self->outgoing) && self->is_finishing)
    put_round (self); /* leaves nothing due, so the next one is empty */

  message = g_queue_pop_head (&self->outgoing);
  if (message == NULL)
    {
      self->is_closing = self->is_finishing;
      if (self->is_closing)
        weir_channel_writer_close_async (self->writer, NULL, NULL, NULL); /* closed_cb () tells when it is */
      return;
    }
  self->is_writing = TRUE;
  weir_channel_writer_send_message_async (self->writer, message->str, self->cancellable, written_cb, self);
}

/* --- a round --- */

static void
put_forgotten (WeirWatchFeed *self)
{
  while (!g_queue_is_empty (&self->last_words))
    g_queue_push_tail (&self->outgoing, g_queue_pop_head (&self->last_words));
  for (guint i = 0; i < self->forgotten->len; i++)
    g_queue_push_tail (&self->outgoing, weir_feed_write_forgotten (self->forgotten->pdata[i]));
  g_ptr_array_set_size (self->forgotten, 0);
}

static void
put_infos (WeirWatchFeed *self, GHashTable *due, GString *(*write) (const WeirChannelInfo *info))
{
  GHashTableIter iter;
  gpointer n;

  g_hash_table_iter_init (&iter, due);
  while (g_hash_table_iter_next (&iter, &n, NULL))
    {
      const WeirChannelInfo *info = weir_registry_get (self->registry, GPOINTER_TO_UINT (n));

      if (info != NULL)
        g_queue_push_tail (&self->outgoing, write (info));
    }
  g_hash_table_remove_all (due);
}

static void
put_samples (WeirWatchFeed *self, gint64 now_us)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (WeirSample));
  gint64 now_ms = weir_registry_to_wall_ms (self->registry, now_us);
  GHashTableIter iter;
  gpointer n;
  guint next = 0;

  g_hash_table_iter_init (&iter, self->sampled);
  while (g_hash_table_iter_next (&iter, &n, NULL))
    {
      const WeirChannelInfo *info = weir_registry_get (self->registry, GPOINTER_TO_UINT (n));
      WeirSample sample = { .n = GPOINTER_TO_UINT (n) };

      if (info == NULL || info->internal)
        continue;
      sample.totals = info->totals;
      g_array_append_val (samples, sample);
    }
  g_hash_table_remove_all (self->sampled);

  if (samples->len == 0 && now_us - self->said_us < HEARTBEAT_US)
    return;
  do
    g_queue_push_tail (&self->outgoing,
                       weir_feed_write_samples (now_ms, (const WeirSample *) samples->data, samples->len, next, &next));
  while (next < samples->len);
  self->said_us = now_us;
}

/* One message for each function and round, however often it is called. */
static void
put_calls (WeirWatchFeed *self)
{
  for (guint place = 0; place < WEIR_REGISTRY_MAX_CALLS; place++)
    if (self->called & (1u << place))
      g_queue_push_tail (&self->outgoing, weir_feed_write_call (weir_registry_get_call (self->registry, place)));
  self->called = 0;
}

static void
put_fed (WeirWatchFeed *self)
{
  for (guint i = 0; i < self->fed->len; i++)
    g_queue_push_tail (&self->outgoing, weir_feed_write_internal (self->fed->pdata[i]));
  g_ptr_array_set_size (self->fed, 0);
}

static void
put_round (WeirWatchFeed *self)
{
  put_fed (self);
  put_forgotten (self);
  put_infos (self, self->opened, weir_feed_write_opened);
  put_infos (self, self->changed, weir_feed_write_changed);
  put_calls (self);
  put_samples (self, g_get_monotonic_time ());
}

static gboolean
tick_cb (gpointer user_data)
{
  WeirWatchFeed *self = user_data;

  /* The observer has not taken the last round yet: what is due stays due. */
  if (self->is_writing || self->snapshot != NULL || !g_queue_is_empty (&self->outgoing))
    return G_SOURCE_CONTINUE;

  put_round (self);
  weir_watch_feed_write_next (self);

  return G_SOURCE_CONTINUE;
}

/* --- what becomes due --- */

static void
opened_cb (WeirRegistry *registry, guint n, WeirWatchFeed *self)
{
  g_hash_table_add (self->opened, GUINT_TO_POINTER (n));
}

static void
changed_cb (WeirRegistry *registry, guint n, WeirWatchFeed *self)
{
  if ((self->snapshot == NULL || n <= self->snapshot_at) && !g_hash_table_contains (self->opened, GUINT_TO_POINTER (n)))
    g_hash_table_add (self->changed, GUINT_TO_POINTER (n));
}

static void
sampled_cb (WeirRegistry *registry, guint n, WeirWatchFeed *self)
{
  g_hash_table_add (self->sampled, GUINT_TO_POINTER (n));
}

static void
forgotten_cb (WeirRegistry *registry, guint n, const char *channel_id, WeirWatchFeed *self)
{
  gboolean was_told = !g_hash_table_remove (self->opened, GUINT_TO_POINTER (n));
  gboolean has_changed = g_hash_table_remove (self->changed, GUINT_TO_POINTER (n));

  g_hash_table_remove (self->sampled, GUINT_TO_POINTER (n));
  if (!was_told || (self->snapshot != NULL && n > self->snapshot_at))
    return;
  if (has_changed && self->last_words.length < MAX_LAST_WORDS)
    g_queue_push_tail (&self->last_words, weir_feed_write_changed (weir_registry_get (registry, n)));
  g_ptr_array_add (self->forgotten, g_strdup (channel_id));
}

static void
called_cb (WeirRegistry *registry, guint place, WeirWatchFeed *self)
{
  self->called |= 1u << place;
}

/* One that stands still for so long has its own forgotten by the registry, too. */
static void
fed_cb (WeirRegistry *registry, const char *channel_id, WeirWatchFeed *self)
{
  if (self->fed->len < WEIR_REGISTRY_MAX_FEEDS)
    g_ptr_array_add (self->fed, g_strdup (channel_id));
}

static void
note_earlier_feeds (WeirWatchFeed *self)
{
  for (GList *link = weir_registry_get_feeds (self->registry)->head; link != NULL; link = link->next)
    fed_cb (self->registry, link->data, self);
}

/* What was called before this feed began, unless it is long ago. */
static void
note_earlier_calls (WeirWatchFeed *self)
{
  gint64 since_ms = weir_registry_to_wall_ms (self->registry, g_get_monotonic_time () - WEIR_REGISTRY_KEEP_US);

  for (guint place = 0; place < WEIR_REGISTRY_MAX_CALLS; place++)
    {
      const WeirCallInfo *call = weir_registry_get_call (self->registry, place);

      if (call != NULL && call->at_ms >= since_ms)
        self->called |= 1u << place;
    }
}

static void
closed_cb (WeirChannelWriter *writer, GError *error, WeirWatchFeed *self)
{
  self->gone (self, self->user_data);
}

WeirWatchFeed *
weir_watch_feed_new (WeirRegistry *registry, WeirChannelWriter *writer, guint interval_ms, WeirWatchFeedGoneFunc gone,
                     gpointer user_data)
{
  WeirWatchFeed *self = g_new0 (WeirWatchFeed, 1);

  self->registry = g_object_ref (registry);
  self->writer = writer;
  self->cancellable = g_cancellable_new ();
  self->interval_ms = interval_ms;
  self->gone = gone;
  self->user_data = user_data;
  self->opened = g_hash_table_new (NULL, NULL);
  self->changed = g_hash_table_new (NULL, NULL);
  self->sampled = g_hash_table_new (NULL, NULL);
  self->forgotten = g_ptr_array_new_with_free_func (g_free);
  self->fed = g_ptr_array_new_with_free_func (g_free);
  begin_snapshot (self);
  g_queue_init (&self->last_words);
  g_queue_init (&self->outgoing);

  g_signal_connect (registry, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (registry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (registry, "sampled", G_CALLBACK (sampled_cb), self);
  g_signal_connect (registry, "forgotten", G_CALLBACK (forgotten_cb), self);
  g_signal_connect (registry, "called", G_CALLBACK (called_cb), self);
  g_signal_connect (registry, "fed", G_CALLBACK (fed_cb), self);
  note_earlier_calls (self);
  note_earlier_feeds (self);
  g_signal_connect (writer, "closed", G_CALLBACK (closed_cb), self);
  self->timer = g_timeout_source_new (interval_ms);
  g_source_set_callback (self->timer, tick_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  weir_watch_feed_write_next (self);

  return self;
}

guint
weir_watch_feed_get_interval_ms (WeirWatchFeed *self)
{
  return self->interval_ms;
}

void
weir_watch_feed_finish (WeirWatchFeed *self)
{
  g_source_destroy (self->timer);
  g_signal_handlers_disconnect_by_data (self->registry, self); /* the last round is the last, whatever goes on */
  self->is_finishing = TRUE;
  weir_watch_feed_write_next (self);
}

void
weir_watch_feed_free (WeirWatchFeed *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_signal_handlers_disconnect_by_data (self->registry, self);
  g_signal_handlers_disconnect_by_data (self->writer, self);
  g_cancellable_cancel (self->cancellable);
  weir_channel_writer_close_async (self->writer, NULL, NULL, NULL); /* the writer lives until that is done */
  g_object_unref (self->cancellable);
  g_object_unref (self->writer);
  g_object_unref (self->registry);
  g_hash_table_unref (self->opened);
  g_hash_table_unref (self->changed);
  g_hash_table_unref (self->sampled);
  g_ptr_array_unref (self->forgotten);
  g_ptr_array_unref (self->fed);
  g_clear_pointer (&self->snapshot, g_array_unref);
  g_queue_clear_full (&self->last_words, free_string);
  g_queue_clear_full (&self->outgoing, free_string);
  self->is_freed = TRUE;
  if (!self->is_writing)
    g_free (self);
}
