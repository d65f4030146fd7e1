/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-registry-private.h"
#include "weir-key-mask.h"
#include "weir-wall-clock.h"

#define MAX_TEXT 1024

/* Connections of a worker that ends break within this. */
#define WENT_WITH_MS 1000

G_DEFINE_FINAL_TYPE (WeirRegistry, weir_registry, G_TYPE_OBJECT)

guint weir_registry_signals[WEIR_REGISTRY_N_SIGNALS];

static void
entry_free (gpointer data)
{
  WeirRegistryEntry *entry = data;

  weir_channel_info_free (entry->info);
  g_free (entry);
}

WeirRegistryEntry *
weir_registry_find (WeirRegistry *self, guint32 n)
{
  return g_hash_table_lookup (self->entries, GUINT_TO_POINTER (n));
}

gint64
weir_registry_to_wall_ms (WeirRegistry *self, gint64 monotonic_us)
{
  return monotonic_us == 0 ? 0 : weir_wall_clock_at_us (monotonic_us) / 1000;
}

void
weir_registry_emit_changed (WeirRegistry *self, WeirRegistryEntry *entry)
{
  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_CHANGED], 0, entry->info->n);
}

/* --- channels come and go --- */

guint32
weir_registry_add (WeirRegistry *self, WeirChannelInfo *info, gint64 now_us)
{
  WeirRegistryEntry *entry;

  g_return_val_if_fail (WEIR_IS_REGISTRY (self), 0);
  g_return_val_if_fail (info != NULL && info->channel_id != NULL, 0);

  entry = g_new0 (WeirRegistryEntry, 1);
  entry->info = info;
  entry->created_us = now_us;
  entry->meters.writer = entry->meters.reader = WEIR_PRESENCE_NONE;
  info->n = ++self->last_n;
  info->created_at_ms = info->since_ms = weir_registry_to_wall_ms (self, now_us);
  info->writer.presence = info->reader.presence = WEIR_PRESENCE_NONE;
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (info->n), entry);
  g_hash_table_insert (self->by_id, info->channel_id, entry);
  weir_registry_update_state (self, entry, now_us);

  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_OPENED], 0, info->n);
  return info->n;
}

static void
forget_oldest (WeirRegistry *self)
{
  WeirRegistryEntry *entry = g_queue_pop_head (&self->ended);
  g_autofree char *channel_id = g_strdup (entry->info->channel_id);
  guint32 n = entry->info->n;

  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_FORGOTTEN], 0, n, channel_id);
  g_hash_table_remove (self->by_id, channel_id);
  g_hash_table_remove (self->timed, entry);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (n));
}

static void
forget_ended (WeirRegistry *self, gint64 now_us)
{
  WeirRegistryEntry *oldest;

  while ((oldest = g_queue_peek_head (&self->ended)) != NULL &&
         (self->ended.length > WEIR_REGISTRY_KEEP_MAX || now_us - oldest->ended_us >= WEIR_REGISTRY_KEEP_US))
    forget_oldest (self);
}

const WeirChannelInfo *
weir_registry_get (WeirRegistry *self, guint32 n)
{
  WeirRegistryEntry *entry = weir_registry_find (self, n);

  return entry != NULL ? entry->info : NULL;
}

const WeirChannelInfo *
weir_registry_lookup (WeirRegistry *self, const char *channel_id)
{
  WeirRegistryEntry *entry = g_hash_table_lookup (self->by_id, channel_id);

  return entry != NULL ? entry->info : NULL;
}

static int
compare_n (gconstpointer a, gconstpointer b)
{
  const WeirChannelInfo *info_a = *(WeirChannelInfo *const *) a;
  const WeirChannelInfo *info_b = *(WeirChannelInfo *const *) b;

  return info_a->n < info_b->n ? -1 : info_a->n > info_b->n;
}

GPtrArray *
weir_registry_list (WeirRegistry *self)
{
  GPtrArray *infos = g_ptr_array_sized_new (g_hash_table_size (self->entries));
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (infos, ((WeirRegistryEntry *) entry)->info);
  g_ptr_array_sort (infos, compare_n);

  return infos;
}

/* --- what its peers are called --- */

char *
weir_registry_dup_bounded (const char *text)
{
  return text != NULL && strlen (text) > MAX_TEXT ? g_utf8_make_valid (text, MAX_TEXT) : g_strdup (text);
}

static gboolean
name_worker (char **worker_name, const char *worker_id, const char *id, const char *name)
{
  if (*worker_name != NULL || g_strcmp0 (worker_id, id) != 0)
    return FALSE;
  *worker_name = weir_registry_dup_bounded (name);
  return TRUE;
}

static gboolean
name_end (WeirEndInfo *end, const char *id, const char *name, const char *runtime)
{
  if (!name_worker (&end->worker_name, end->worker_id, id, name))
    return FALSE;
  if (end->worker_runtime == NULL)
    end->worker_runtime = weir_registry_dup_bounded (runtime);
  return TRUE;
}

static gboolean
name_in_channel (WeirChannelInfo *info, const char *id, const char *name, const char *runtime)
{
  gboolean is_named = name_worker (&info->creator_worker_name, info->creator_worker_id, id, name);

  is_named |= name_end (&info->writer, id, name, runtime);
  is_named |= name_end (&info->reader, id, name, runtime);
  for (guint i = 0; i < info->passed->len; i++)
    {
      WeirPassedInfo *passed = info->passed->pdata[i];

      is_named |= name_worker (&passed->by_worker_name, passed->by_worker_id, id, name);
    }
  return is_named;
}

void
weir_registry_note_worker (WeirRegistry *self, const char *worker_id, const char *name, const char *runtime)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  if (name == NULL)
    return;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (name_in_channel (((WeirRegistryEntry *) value)->info, worker_id, name, runtime))
      g_ptr_array_add (named, value);
  for (guint i = 0; i < named->len; i++)
    g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_CHANGED], 0,
                   ((WeirRegistryEntry *) named->pdata[i])->info->n);
}

/* One that broke as the worker did may have done so just before. */
static gboolean
leaves_with_worker (WeirEndInfo *end, const char *worker_id, gint64 now_ms)
{
  gboolean is_breaking =
      end->presence == WEIR_PRESENCE_GONE && !end->close_clean && now_ms - end->closed_at_ms < WENT_WITH_MS;

  if ((end->presence != WEIR_PRESENCE_HERE && !is_breaking) || g_strcmp0 (end->worker_id, worker_id) != 0)
    return FALSE;
  end->worker_left_at_ms = now_ms;
  return TRUE;
}

void
weir_registry_note_worker_left (WeirRegistry *self, const char *worker_id, gint64 now_us)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  gint64 now_ms = weir_registry_to_wall_ms (self, now_us);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      WeirChannelInfo *info = ((WeirRegistryEntry *) value)->info;
      gboolean is_writer = leaves_with_worker (&info->writer, worker_id, now_ms);

      if (leaves_with_worker (&info->reader, worker_id, now_ms) || is_writer)
        g_ptr_array_add (left, value);
    }
  for (guint i = 0; i < left->len; i++)
    weir_registry_emit_changed (self, left->pdata[i]);
}

/* --- what the data threads say --- */

static void
note_left (WeirEndInfo *end, const WeirPipeEvent *event, gint64 at_ms)
{
  end->presence = WEIR_PRESENCE_GONE;
  end->closed_at_ms = at_ms;
  end->close_clean = event->is_clean;
  end->close_code = event->code;
  end->is_unanswered = event->is_unanswered;
  g_free (end->violation);
  end->violation = g_strdup (event->violation);
  g_free (end->close_reason);
  end->close_reason =
      event->code != 0 ? weir_key_mask_text (event->reason) : NULL; /* without a code it is ours, not its own */
}

static void
note_ended (WeirRegistry *self, WeirRegistryEntry *entry, const WeirPipeEvent *event, gint64 at_ms)
{
  entry->info->ended_by = event->by;
  if (entry->info->ended_at_ms == 0)
    entry->info->ended_at_ms = at_ms;
  entry->ended_us = event->at_us;
  g_queue_push_tail (&self->ended, entry);
}

static void
note_event (WeirRegistry *self, WeirRegistryEntry *entry, const WeirPipeEvent *event)
{
  gint64 at_ms = weir_registry_to_wall_ms (self, event->at_us);
  WeirEndInfo *end;

  end = event->side == WEIR_SIDE_WRITER ? &entry->info->writer : &entry->info->reader;
  entry->meters = event->meters;
  switch (event->type)
    {
    case WEIR_PIPE_CONNECTED:
      end->presence = WEIR_PRESENCE_HERE;
      end->connected_at_ms = at_ms;
      break;
    case WEIR_PIPE_LEFT:
      note_left (end, event, at_ms);
      break;
    case WEIR_PIPE_ENDED:
      note_ended (self, entry, event, at_ms);
      break;
    case WEIR_PIPE_REFUSED:
      end->n_refused++;
      end->refused_at_ms = at_ms;
      break;
    case WEIR_PIPE_ANSWERED:
    case WEIR_PIPE_REPLAYED:
    default:
      break;
    }

  weir_registry_find_owners (entry);
  weir_registry_update_state (self, entry, event->at_us);
  weir_registry_emit_changed (self, entry);
  if (event->type == WEIR_PIPE_ENDED)
    g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_ENDED], 0, event->n);
  forget_ended (self, event->at_us);
}

void
weir_registry_note_presence (WeirRegistry *self, guint32 n, WeirSide side, WeirPresence presence)
{
  WeirRegistryEntry *entry = weir_registry_find (self, n);
  WeirEndInfo *end;

  if (entry == NULL || entry->ended_us != 0)
    return;
  end = side == WEIR_SIDE_WRITER ? &entry->info->writer : &entry->info->reader;
  if (end->connected_at_ms != 0 || !weir_presence_is_news (end->presence, presence))
    return;
  end->presence = presence;
  *(side == WEIR_SIDE_WRITER ? &entry->meters.writer : &entry->meters.reader) = presence;
  weir_registry_update_state (self, entry, g_get_monotonic_time ());
  weir_registry_emit_changed (self, entry);
}

void
weir_registry_note_event (WeirRegistry *self, const WeirPipeEvent *event)
{
  WeirRegistryEntry *entry = weir_registry_find (self, event->n);

  if (entry != NULL && entry->ended_us == 0)
    note_event (self, entry, event);
  if (event->type == WEIR_PIPE_REPLAYED) /* for who came after the end, it is now */
    g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_ENDED], 0, event->n);
  if (event->type == WEIR_PIPE_ANSWERED) /* also where the channel has gone: somebody waits for it */
    g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_ANSWERED], 0, event);
}

/* --- what observers do to it --- */

void
weir_registry_set_shapes (WeirRegistry *self, guint32 n, GPtrArray *shapes)
{
  WeirRegistryEntry *entry = weir_registry_find (self, n);

  if (entry == NULL || (entry->info->shapes == NULL && shapes == NULL))
    {
      g_clear_pointer (&shapes, g_ptr_array_unref);
      return;
    }
  g_clear_pointer (&entry->info->shapes, g_ptr_array_unref);
  entry->info->shapes = shapes;
  weir_registry_emit_changed (self, entry);
}

void
weir_registry_note_act (WeirRegistry *self, guint32 n, WeirAct act, const char *worker_name, guint64 value,
                        gint64 now_us)
{
  WeirRegistryEntry *entry = weir_registry_find (self, n);
  WeirActInfo *info;

  if (entry == NULL)
    return;
  info = weir_act_info_new ();
  info->act = act;
  info->at_ms = weir_registry_to_wall_ms (self, now_us);
  info->worker_name = weir_registry_dup_bounded (worker_name);
  info->value = value;
  if (entry->info->acts == NULL)
    entry->info->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_act_info_free);
  if (entry->info->acts->len >= WEIR_CHANNEL_INFO_MAX_ACTS)
    g_ptr_array_remove_index (entry->info->acts, 0);
  g_ptr_array_add (entry->info->acts, info);
  weir_registry_emit_changed (self, entry);
}

void
weir_registry_note_meters (WeirRegistry *self, const WeirMeterRow *rows, guint n_rows, gint64 now_us)
{
  for (guint i = 0; i < n_rows; i++)
    {
      WeirRegistryEntry *entry = weir_registry_find (self, rows[i].n);

      if (entry == NULL || entry->ended_us != 0)
        continue;
      entry->meters = rows[i].meters;
      if (weir_registry_update_state (self, entry, now_us))
        weir_registry_emit_changed (self, entry);
      g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_SAMPLED], 0, rows[i].n);
    }
}

void
weir_registry_tick (WeirRegistry *self, gint64 now_us)
{
  g_autoptr (GList) entries = g_hash_table_get_keys (self->timed);

  for (GList *at = entries; at != NULL; at = at->next)
    if (weir_registry_update_state (self, at->data, now_us))
      weir_registry_emit_changed (self, at->data);

  forget_ended (self, now_us);
}

/* --- GObject --- */

/* --- feeds --- */

void
weir_registry_note_feed (WeirRegistry *self, const char *channel_id)
{
  g_queue_push_tail (&self->feeds, g_strdup (channel_id));
  if (self->feeds.length > WEIR_REGISTRY_MAX_FEEDS)
    g_free (g_queue_pop_head (&self->feeds));
  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_FED], 0, channel_id);
}

const GQueue *
weir_registry_get_feeds (WeirRegistry *self)
{
  return &self->feeds;
}

static void
weir_registry_finalize (GObject *object)
{
  WeirRegistry *self = WEIR_REGISTRY (object);

  g_queue_clear (&self->call_order);
  g_queue_clear (&self->ended);
  g_queue_clear_full (&self->feeds, g_free);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_pointer (&self->wrong, g_ptr_array_unref);
  g_clear_pointer (&self->timed, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);

  G_OBJECT_CLASS (weir_registry_parent_class)->finalize (object);
}

static void
weir_registry_class_init (WeirRegistryClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);
  const GSignalFlags flags = G_SIGNAL_RUN_LAST;

  G_OBJECT_CLASS (klass)->finalize = weir_registry_finalize;

  weir_registry_signals[WEIR_REGISTRY_OPENED] =
      g_signal_new ("opened", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_CHANGED] =
      g_signal_new ("changed", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_ENDED] =
      g_signal_new ("ended", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_FORGOTTEN] =
      g_signal_new ("forgotten", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  weir_registry_signals[WEIR_REGISTRY_SAMPLED] =
      g_signal_new ("sampled", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_INTERNAL] =
      g_signal_new ("internal", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_CALLED] =
      g_signal_new ("called", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  weir_registry_signals[WEIR_REGISTRY_FED] =
      g_signal_new ("fed", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  weir_registry_signals[WEIR_REGISTRY_ANSWERED] =
      g_signal_new ("answered", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
weir_registry_init (WeirRegistry *self)
{
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->timed = g_hash_table_new (NULL, NULL);
  self->wrong = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_call_info_free);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
}

WeirRegistry *
weir_registry_new (gint64 expiry_us)
{
  WeirRegistry *self = g_object_new (WEIR_TYPE_REGISTRY, NULL);

  self->expiry_us = expiry_us;
  return self;
}

void
weir_registry_set_expires_by_age (WeirRegistry *self, gboolean expires_by_age)
{
  self->expires_by_age = expires_by_age;
}
