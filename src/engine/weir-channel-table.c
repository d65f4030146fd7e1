/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-table.h"

#include "weir-secret.h"

struct _WeirChannelTable
{
  WeirChannelConfig config;
  GHashTable *by_id; /* id → WeirEngineChannel */
  GHashTable *by_n;  /* n → the same */
  GPtrArray *threads;
  WeirBudget *budget;
  WeirRegistry *registry;
  WeirTotals ended;     /* of all channels that have */
  gboolean is_stopping; /* the threads take nothing more */
  void (*stopped) (gpointer user_data);
  gpointer stopped_data;
};

static void
channel_free (gpointer data)
{
  WeirEngineChannel *channel = data;

  g_free (channel->id);
  g_free (channel->key);
  g_free (channel);
}

/* --- what the data threads tell --- */

static char *
dup_expiry (const WeirChannelTable *self)
{
  if (self->config.expiry_us == WEIR_CHANNEL_EXPIRY_US)
    return g_strdup ("five minutes");
  return g_strdup_printf ("%.3g s", (double) self->config.expiry_us / G_USEC_PER_SEC);
}

static void
log_expired (const WeirChannelTable *self, const WeirEngineChannel *channel, const WeirMeters *meters)
{
  g_autofree char *expiry = dup_expiry (self);
  const char *who = "neither end came";

  if (meters->writer != WEIR_PRESENCE_NONE)
    who = "its reader never came";
  else if (meters->reader != WEIR_PRESENCE_NONE)
    who = "its writer never came";
  g_message ("channel %.8s expired: %s, %s after the last sign of life", channel->id, who, expiry);
}

static void
log_ended (const WeirChannelTable *self, const WeirEngineChannel *channel, const WeirPipeEvent *event)
{
  const WeirTotals *totals = &event->meters.totals;

  if (event->by == WEIR_ENDED_EXPIRED)
    log_expired (self, channel, &event->meters);
  else
    g_info ("channel %.8s has ended by %s: %" G_GUINT64_FORMAT " messages written, %" G_GUINT64_FORMAT " sent",
            channel->id, event->by != WEIR_ENDED_NOT ? weir_ended_by_to_string (event->by) : "nobody",
            totals->written_messages, totals->sent_messages);
}

/* A peer cannot give a reason without a code. */
static gboolean
was_closed_by_us (const WeirPipeEvent *event)
{
  return event->code == 0 && event->reason != NULL && *event->reason != '\0';
}

/* An end that goes as it should is for the curious; one that breaks the stream off is a fact. */
static void
log_left (const WeirEngineChannel *channel, const WeirPipeEvent *event)
{
  const char *side = weir_side_to_string (event->side);
  const WeirTotals *totals = &event->meters.totals;

  if (event->violation != NULL)
    g_message ("channel %.8s: its %s broke the WebSocket protocol and was closed: %s", channel->id, side,
               event->violation);
  else if (event->side == WEIR_SIDE_WRITER && !event->is_clean && event->meters.reader != WEIR_PRESENCE_GONE)
    g_message ("channel %.8s: its writer was lost without a close after %" G_GUINT64_FORMAT
               " messages; the reader gets these, then Close 1011 writer_lost",
               channel->id, totals->written_messages);
  else if (event->side == WEIR_SIDE_READER && !was_closed_by_us (event) &&
           (event->meters.writer != WEIR_PRESENCE_GONE || weir_totals_get_unsent (totals) > 0))
    g_message ("channel %.8s: its reader left%s after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " messages%s",
               channel->id, event->is_clean ? "" : " without a close", totals->sent_messages, totals->written_messages,
               event->meters.writer == WEIR_PRESENCE_HERE ? "; the writer is told with Close 1001 reader_left" : "");
  else
    g_info ("channel %.8s: its %s closed with %u%s%s", channel->id, side, event->code, event->reason != NULL ? " " : "",
            event->reason != NULL ? event->reason : "");
}

/* A feed of an observer's is nobody's traffic. */
static void
add_totals (WeirChannelTable *self, WeirTotals *sum, guint32 n)
{
  const WeirChannelInfo *info = weir_registry_get (self->registry, n);

  if (info == NULL || info->internal)
    return;
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    weir_totals_set (sum, i, weir_totals_get (sum, i) + weir_totals_get (&info->totals, i));
}

static void
data_event (const WeirPipeEvent *event, gpointer user_data)
{
  WeirChannelTable *self = user_data;
  WeirEngineChannel *channel = g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (event->n));

  weir_registry_note_event (self->registry, event);
  if (channel == NULL)
    return;
  switch (event->type)
    {
    case WEIR_PIPE_CONNECTED:
      g_info ("channel %.8s: its %s connected", channel->id, weir_side_to_string (event->side));
      break;
    case WEIR_PIPE_REFUSED:
      g_message ("channel %.8s: closed a second %s at once; the first one has that end for good", channel->id,
                 weir_side_to_string (event->side));
      break;
    case WEIR_PIPE_ANSWERED:
    case WEIR_PIPE_REPLAYED:
      break;
    case WEIR_PIPE_LEFT:
      log_left (channel, event);
      break;
    case WEIR_PIPE_ENDED:
      log_ended (self, channel, event);
      add_totals (self, &self->ended, channel->n);
      g_hash_table_remove (self->by_n, GUINT_TO_POINTER (event->n));
      g_hash_table_remove (self->by_id, channel->id);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
data_meters (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
  WeirChannelTable *self = user_data;

  weir_registry_note_meters (self->registry, rows, n_rows, now_us);
}

static void
data_stopped (WeirDataThread *thread, gpointer user_data)
{
  WeirChannelTable *self = user_data;

  g_ptr_array_remove_fast (self->threads, thread);
  if (self->threads->len == 0)
    self->stopped (self->stopped_data);
}

static const WeirDataEvents data_events = {
  .event = data_event,
  .meters = data_meters,
  .stopped = data_stopped,
};

static WeirDataThread *
choose_thread (WeirChannelTable *self, const char *channel_id)
{
  return self->threads->pdata[g_str_hash (channel_id) % self->threads->len];
}

static void
forgotten_cb (WeirRegistry *registry, guint n, const char *channel_id, WeirChannelTable *self)
{
  if (!self->is_stopping)
    weir_channel_door_forget (weir_data_thread_get_door (choose_thread (self, channel_id)), n);
}

/* --- life --- */

static gboolean
start_threads (WeirChannelTable *self, GError **error)
{
  GMainContext *control = g_main_context_get_thread_default ();

  for (guint i = 0; i < self->config.n_threads; i++)
    {
      g_autofree char *name = g_strdup_printf ("weir-data-%u", i);
      WeirDataThread *thread = weir_data_thread_new (
          name, self->budget, control != NULL ? control : g_main_context_default (), &data_events, self, error);

      if (thread == NULL)
        return FALSE;
      g_ptr_array_add (self->threads, thread);
    }
  return TRUE;
}

WeirChannelTable *
weir_channel_table_new (const WeirChannelConfig *config, WeirRegistry *registry, GError **error)
{
  g_autoptr (WeirChannelTable) self = g_new0 (WeirChannelTable, 1);

  self->config = *config;
  self->registry = g_object_ref (registry);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, channel_free);
  self->by_n = g_hash_table_new (NULL, NULL);
  self->threads = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_data_thread_free);
  self->budget = weir_budget_new (config->memory_bytes);
  g_signal_connect (registry, "forgotten", G_CALLBACK (forgotten_cb), self);
  if (!start_threads (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
weir_channel_table_stop (WeirChannelTable *self, guint16 code, const char *reason, gint64 timeout_us,
                         void (*stopped) (gpointer user_data), gpointer user_data)
{
  self->is_stopping = TRUE;
  self->stopped = stopped;
  self->stopped_data = user_data;
  for (guint i = 0; i < self->threads->len; i++)
    weir_data_thread_stop (self->threads->pdata[i], code, reason, timeout_us);
}

guint
weir_channel_table_get_n_running (WeirChannelTable *self)
{
  return self->threads->len;
}

void
weir_channel_table_free (WeirChannelTable *self)
{
  g_signal_handlers_disconnect_by_data (self->registry, self);
  g_ptr_array_unref (self->threads);
  g_hash_table_unref (self->by_n);
  g_hash_table_unref (self->by_id);
  weir_budget_unref (self->budget);
  g_object_unref (self->registry);
  g_free (self);
}

/* --- channels --- */

static void
open_pipe (WeirChannelTable *self, const WeirEngineChannel *channel, guint items)
{
  WeirPipeConfig pipe = {
    .n = channel->n,
    .max_items = items,
    .max_bytes = self->config.buffer_bytes,
    .expiry_us = self->config.expiry_us,
    .probe = self->config.probe,
    .keep_history = TRUE,
  };

  weir_data_thread_open (channel->thread, &pipe);
}

const WeirEngineChannel *
weir_channel_table_create (WeirChannelTable *self, guint items, WeirChannelInfo *creator)
{
  g_autofree char *id = weir_secret_new_uuid ();
  g_autofree char *key = weir_secret_new_uuid ();

  return weir_channel_table_create_named (self, items, creator, id, key);
}

const WeirEngineChannel *
weir_channel_table_create_named (WeirChannelTable *self, guint items, WeirChannelInfo *creator, const char *id,
                                 const char *key)
{
  g_autoptr (WeirChannelInfo) info = creator;
  WeirEngineChannel *channel;

  if (g_hash_table_size (self->by_id) >= WEIR_CHANNEL_TABLE_MAX || self->is_stopping)
    return NULL;
  channel = g_new0 (WeirEngineChannel, 1);
  channel->id = g_strdup (id);
  channel->key = g_strdup (key);
  channel->thread = choose_thread (self, channel->id);
  info->channel_id = g_strdup (channel->id);
  info->buffer_items = items;
  info->buffer_bytes_max = self->config.buffer_bytes;
  channel->n = weir_registry_add (self->registry, g_steal_pointer (&info), g_get_monotonic_time ());
  g_hash_table_replace (self->by_id, channel->id, channel);
  g_hash_table_replace (self->by_n, GUINT_TO_POINTER (channel->n), channel);
  open_pipe (self, channel, items);
  return channel;
}

const WeirEngineChannel *
weir_channel_table_lookup (WeirChannelTable *self, const char *id, const char *key)
{
  const WeirEngineChannel *channel = g_hash_table_lookup (self->by_id, id);

  return channel != NULL && weir_secret_equal (channel->key, key) ? channel : NULL;
}

gboolean
weir_channel_table_has_id (WeirChannelTable *self, const char *id)
{
  return g_hash_table_contains (self->by_id, id);
}

void
weir_channel_table_attach (WeirChannelTable *self, guint32 n, WeirSide side, GIOStream *stream, GBytes *early)
{
  const WeirEngineChannel *channel = g_hash_table_lookup (self->by_n, GUINT_TO_POINTER (n));

  if (channel != NULL && !self->is_stopping)
    weir_data_thread_attach (channel->thread, n, side, stream, early != NULL ? g_bytes_ref (early) : NULL);
  else
    g_object_unref (stream);
}

WeirBudget *
weir_channel_table_get_budget (WeirChannelTable *self)
{
  return self->budget;
}

guint
weir_channel_table_get_size (WeirChannelTable *self)
{
  return g_hash_table_size (self->by_id);
}

void
weir_channel_table_get_totals (WeirChannelTable *self, WeirTotals *totals)
{
  GHashTableIter iter;
  gpointer n;

  *totals = self->ended;
  totals->buffered_bytes = totals->buffered_messages = 0; /* what an ended channel still held is gone */
  g_hash_table_iter_init (&iter, self->by_n);
  while (g_hash_table_iter_next (&iter, &n, NULL))
    add_totals (self, totals, GPOINTER_TO_UINT (n));
}

WeirChannelDoor *
weir_channel_table_get_door (WeirChannelTable *self, guint32 n)
{
  const WeirChannelInfo *info = weir_registry_get (self->registry, n);

  if (info == NULL || self->is_stopping)
    return NULL;
  return weir_data_thread_get_door (choose_thread (self, info->channel_id));
}

void
weir_channel_table_set_interval (WeirChannelTable *self, guint interval_ms)
{
  for (guint i = 0; i < self->threads->len; i++)
    weir_channel_door_set_interval (weir_data_thread_get_door (self->threads->pdata[i]), interval_ms);
}

char *
weir_channel_table_dup_key (WeirChannelTable *self, const char *id)
{
  const WeirEngineChannel *channel = g_hash_table_lookup (self->by_id, id);

  return channel != NULL ? g_strdup (channel->key) : NULL;
}
