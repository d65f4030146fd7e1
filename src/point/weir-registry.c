/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-registry.h"
#include "weir-key-mask.h"
#include "weir-wall-clock.h"

/* An open pause is announced when it has lasted this long: a backpressured writer is paused a thousand times a second,
 * and the closed intervals are in the samples anyway. */
#define ANNOUNCED_PAUSE_US G_USEC_PER_SEC

/* Calls that carried refs and have not returned. The oldest are given up: their fate stays unknown. */
#define MAX_PENDING_CALLS 10000

#define MAX_TEXT 1024

typedef struct
{
  WeirChannelInfo *info;
  WeirMeters meters;
  gint64 created_us;
  gint64 ended_us;
} Entry;

struct _WeirRegistry
{
  GObject parent_instance;

  GHashTable *entries; /* n → Entry */
  GHashTable *by_id;   /* channel id, borrowed from the info → Entry */
  GHashTable *timed;   /* set of Entry: the state may change without an event */
  GHashTable *calls;   /* invocation id → GArray of n */
  GQueue call_order;   /* the ids, oldest first, borrowed from calls */
  GPtrArray *wrong;    /* (element-type WeirCallInfo): see WEIR_REGISTRY_MAX_CALLS */
  GQueue ended;        /* Entry, in the order in which they ended */
  guint32 last_n;
  gint64 expiry_us;
};

G_DEFINE_FINAL_TYPE (WeirRegistry, weir_registry, G_TYPE_OBJECT)

enum
{
  OPENED,
  CHANGED,
  ENDED,
  FORGOTTEN,
  SAMPLED,
  INTERNAL,
  ANSWERED,
  CALLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  weir_channel_info_free (entry->info);
  g_free (entry);
}

static Entry *
lookup (WeirRegistry *self, guint32 n)
{
  return g_hash_table_lookup (self->entries, GUINT_TO_POINTER (n));
}

gint64
weir_registry_to_wall_ms (WeirRegistry *self, gint64 monotonic_us)
{
  return monotonic_us == 0 ? 0 : weir_wall_clock_at_us (monotonic_us) / 1000;
}

/* --- state --- */

/* What a state follows from. A feed of ours is not observed, so its figures are those of some moment and say nothing.
 */
static WeirMeters
known_meters (const Entry *entry)
{
  WeirMeters meters = entry->meters;

  if (!entry->info->internal)
    return meters;
  return (WeirMeters){ .writer = WEIR_PRESENCE_UNKNOWN, .reader = WEIR_PRESENCE_UNKNOWN, .ended = meters.ended };
}

static gboolean
is_awaited (const Entry *entry)
{
  return entry->info->ended_by == WEIR_ENDED_NOT &&
         (entry->info->writer.presence == WEIR_PRESENCE_NONE || entry->info->reader.presence == WEIR_PRESENCE_NONE);
}

static gint64
expires_at_ms (WeirRegistry *self, const Entry *entry)
{
  gint64 alive_ms;

  if (self->expiry_us == 0 || !is_awaited (entry))
    return 0;

  alive_ms = MAX (entry->info->created_at_ms, weir_registry_to_wall_ms (self, entry->meters.moved_us));
  alive_ms = MAX (alive_ms, MAX (entry->info->writer.connected_at_ms, entry->info->reader.connected_at_ms));
  alive_ms = MAX (alive_ms, entry->info->writer.closed_at_ms); /* a reader that leaves ends it, a writer does not */
  return alive_ms + self->expiry_us / 1000;
}

static gint64
announced_pause_ms (WeirRegistry *self, gint64 since_us, gint64 now_us)
{

  return since_us != 0 && now_us - since_us >= ANNOUNCED_PAUSE_US ? weir_registry_to_wall_ms (self, since_us) : 0;
}

/* Takes over what follows from the meters. Returns whether something else than a figure is new. */
static gboolean
update_state (WeirRegistry *self, Entry *entry, gint64 now_us)
{
  WeirChannelInfo *info = entry->info;
  WeirMeters meters = known_meters (entry);
  WeirState state = weir_state_decide (&meters, now_us);
  gint64 paused_since_ms = announced_pause_ms (self, meters.paused_since_us, now_us);
  gint64 first_message_at_ms = weir_registry_to_wall_ms (self, meters.first_us);
  gboolean changed = state != info->state || paused_since_ms != info->paused_since_ms ||
                     first_message_at_ms != info->first_message_at_ms || meters.reader_answers != info->reader.probed;

  /* Everything has been handed over; the last event comes when the connections are over, too. */
  if (info->ended_by == WEIR_ENDED_NOT && meters.ended != WEIR_ENDED_NOT)
    {
      info->ended_by = meters.ended;
      info->ended_at_ms = weir_registry_to_wall_ms (self, now_us);
      changed = TRUE;
    }
  if (state != info->state)
    info->since_ms = weir_registry_to_wall_ms (self, now_us);
  info->state = state;
  info->paused_since_ms = paused_since_ms;
  info->first_message_at_ms = first_message_at_ms;
  info->reader.probed = meters.reader_answers;
  info->totals = meters.totals;
  info->expires_at_ms = expires_at_ms (self, entry);

  if (weir_state_next_change_us (&meters, now_us) != 0 || (meters.paused_since_us != 0 && paused_since_ms == 0))
    g_hash_table_add (self->timed, entry);
  else
    g_hash_table_remove (self->timed, entry);

  return changed;
}

static void
emit_changed (WeirRegistry *self, Entry *entry)
{
  g_signal_emit (self, signals[CHANGED], 0, entry->info->n);
}

/* --- channels come and go --- */

guint32
weir_registry_add (WeirRegistry *self, WeirChannelInfo *info, gint64 now_us)
{
  Entry *entry;

  g_return_val_if_fail (WEIR_IS_REGISTRY (self), 0);
  g_return_val_if_fail (info != NULL && info->channel_id != NULL, 0);

  entry = g_new0 (Entry, 1);
  entry->info = info;
  entry->created_us = now_us;
  entry->meters.writer = entry->meters.reader = WEIR_PRESENCE_NONE;
  info->n = ++self->last_n;
  info->created_at_ms = info->since_ms = weir_registry_to_wall_ms (self, now_us);
  info->writer.presence = info->reader.presence = WEIR_PRESENCE_NONE;
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (info->n), entry);
  g_hash_table_insert (self->by_id, info->channel_id, entry);
  update_state (self, entry, now_us);

  g_signal_emit (self, signals[OPENED], 0, info->n);
  return info->n;
}

static void
forget_oldest (WeirRegistry *self)
{
  Entry *entry = g_queue_pop_head (&self->ended);
  g_autofree char *channel_id = g_strdup (entry->info->channel_id);
  guint32 n = entry->info->n;

  g_hash_table_remove (self->by_id, channel_id);
  g_hash_table_remove (self->timed, entry);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (n));
  g_signal_emit (self, signals[FORGOTTEN], 0, n, channel_id);
}

static void
forget_ended (WeirRegistry *self, gint64 now_us)
{
  Entry *oldest;

  while ((oldest = g_queue_peek_head (&self->ended)) != NULL &&
         (self->ended.length > WEIR_REGISTRY_KEEP_MAX || now_us - oldest->ended_us >= WEIR_REGISTRY_KEEP_US))
    forget_oldest (self);
}

const WeirChannelInfo *
weir_registry_get (WeirRegistry *self, guint32 n)
{
  Entry *entry = lookup (self, n);

  return entry != NULL ? entry->info : NULL;
}

const WeirChannelInfo *
weir_registry_lookup (WeirRegistry *self, const char *channel_id)
{
  Entry *entry = g_hash_table_lookup (self->by_id, channel_id);

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
    g_ptr_array_add (infos, ((Entry *) entry)->info);
  g_ptr_array_sort (infos, compare_n);

  return infos;
}

/* --- the way of a ref --- */

typedef struct
{
  WeirRegistry *registry;
  const WeirRegistryCall *call;
  gint64 now_us;
  guint n_live; /* objects of known channels that were passed in place of refs */
} Passing;

/* `weir::<point>::…`, perhaps behind a listener's prefix. */
static gboolean
is_point_function (const char *function_id)
{
  const char *at = strstr (function_id, "weir::");

  return at != NULL && (at == function_id || (at - function_id >= 2 && at[-1] == ':' && at[-2] == ':'));
}

/* What goes to its `watch` or `tap` carries a feed, and is not observed. */
static gboolean
is_feed_function (const char *function_id)
{
  return is_point_function (function_id) &&
         (g_str_has_suffix (function_id, "::watch") || g_str_has_suffix (function_id, "::tap"));
}

/* A peer's string may be megabytes; the feed cuts what it tells at 1 KiB, so no more is kept. */
static char *
dup_bounded (const char *text)
{
  return text != NULL && strlen (text) > MAX_TEXT ? g_utf8_make_valid (text, MAX_TEXT) : g_strdup (text);
}

/* What others say when something fails is often what they were given, refs included. */
static char *
dup_said (const char *text)
{
  g_autofree char *bounded = dup_bounded (text);

  return weir_key_mask_text (bounded);
}

static void
set_end_owner (WeirEndInfo *end, const WeirRegistryCall *call)
{
  g_free (end->function_id);
  g_free (end->worker_id);
  g_free (end->worker_name);
  g_free (end->worker_runtime);
  end->function_id = dup_bounded (call->function_id);
  end->worker_id = g_strdup (call->to_worker_id);
  end->worker_name = dup_bounded (call->to_worker_name);
  end->worker_runtime = dup_bounded (call->to_worker_runtime);
  end->how = WEIR_HOW_REF;
}

static gboolean
name_worker (char **worker_name, const char *worker_id, const char *id, const char *name)
{
  if (*worker_name != NULL || g_strcmp0 (worker_id, id) != 0)
    return FALSE;
  *worker_name = dup_bounded (name);
  return TRUE;
}

static gboolean
name_end (WeirEndInfo *end, const char *id, const char *name, const char *runtime)
{
  if (!name_worker (&end->worker_name, end->worker_id, id, name))
    return FALSE;
  if (end->worker_runtime == NULL)
    end->worker_runtime = dup_bounded (runtime);
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
    if (name_in_channel (((Entry *) value)->info, worker_id, name, runtime))
      g_ptr_array_add (named, value);
  for (guint i = 0; i < named->len; i++)
    g_signal_emit (self, signals[CHANGED], 0, ((Entry *) named->pdata[i])->info->n);
}

static WeirPassedInfo *
add_passed (Entry *entry, const WeirRegistryCall *call, WeirDirection direction, const char *path, gint64 at_ms)
{
  WeirPassedInfo *passed = weir_passed_info_new ();

  passed->direction = direction;
  passed->function_id = dup_bounded (call->function_id);
  passed->path = g_strdup (path);
  passed->by_worker_id = g_strdup (call->by_worker_id);
  passed->by_worker_name = dup_bounded (call->by_worker_name);
  passed->invocation_id = g_strdup (call->invocation_id);
  passed->trace_id = dup_bounded (call->trace_id);
  passed->at_ms = at_ms;

  /* The first one tells whence it came; of the others the latest matter. */
  if (entry->info->passed->len >= WEIR_CHANNEL_INFO_MAX_PASSED)
    g_ptr_array_remove_index (entry->info->passed, 1);
  g_ptr_array_add (entry->info->passed, passed);
  return passed;
}

/* It went nowhere: an end stays with whom it was, and that the call failed is all that is to be told. */
static void
note_refused (Entry *entry, const Passing *passing, WeirDirection direction, const char *path)
{
  gint64 at_ms = weir_registry_to_wall_ms (passing->registry, passing->now_us);
  WeirPassedInfo *passed = add_passed (entry, passing->call, direction, path, at_ms);

  passed->returned_at_ms = at_ms;
  passed->error_code = dup_said (passing->call->refused_code);
  passed->error_message = dup_said (passing->call->refused_message);
}

static void
remember_call (WeirRegistry *self, const char *invocation_id, guint32 n)
{
  GArray *channels = g_hash_table_lookup (self->calls, invocation_id);

  if (channels == NULL)
    {
      char *key = g_strdup (invocation_id);

      if (self->call_order.length >= MAX_PENDING_CALLS)
        g_hash_table_remove (self->calls, g_queue_pop_head (&self->call_order));
      channels = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_hash_table_insert (self->calls, key, channels);
      g_queue_push_tail (&self->call_order, key);
    }
  g_array_append_val (channels, n);
}

static void
mark_internal (WeirRegistry *self, Entry *entry, gint64 now_us)
{
  if (entry->info->internal)
    return;

  entry->info->internal = TRUE;
  update_state (self, entry, now_us);
  g_signal_emit (self, signals[INTERNAL], 0, entry->info->n);
}

static void
note_handed (Entry *entry, const Passing *passing, WeirDirection direction, const char *path)
{
  WeirRegistry *self = passing->registry;

  if (is_feed_function (passing->call->function_id))
    mark_internal (self, entry, passing->now_us);
  set_end_owner (direction == WEIR_DIRECTION_WRITE ? &entry->info->writer : &entry->info->reader, passing->call);
  add_passed (entry, passing->call, direction, path, weir_registry_to_wall_ms (self, passing->now_us));
  if (passing->call->invocation_id != NULL)
    remember_call (self, passing->call->invocation_id, entry->info->n);
}

static gboolean
note_ref (WeirSpan span, const char *path, gpointer user_data)
{
  Passing *passing = user_data;
  WeirRegistry *self = passing->registry;
  g_autoptr (WeirRef) ref = weir_ref_from_span (span, NULL);
  Entry *entry = ref != NULL ? g_hash_table_lookup (self->by_id, ref->channel_id) : NULL;

  if (entry == NULL)
    return TRUE;

  if (passing->call->refused_code != NULL)
    note_refused (entry, passing, ref->direction, path);
  else
    note_handed (entry, passing, ref->direction, path);
  emit_changed (self, entry);

  return TRUE;
}

static void
note_refs (WeirSpan payload, Passing *passing, WeirRefFunc note)
{
  if (g_hash_table_size (passing->registry->entries) > 0 && payload.text != NULL)
    weir_ref_foreach (payload, note, passing);
}

/* Whether that call has told of this end already: its ref went as well, or the object lies in another one. */
static gboolean
is_told (const WeirChannelInfo *info, const WeirRegistryCall *call, WeirDirection direction, gint64 at_ms)
{
  const WeirPassedInfo *last;

  for (guint i = info->passed->len; i > 0; i--)
    {
      last = info->passed->pdata[i - 1];
      if (last->at_ms != at_ms || g_strcmp0 (last->invocation_id, call->invocation_id) != 0)
        return FALSE;
      if (last->direction == direction)
        return TRUE;
    }
  return FALSE;
}

/* The end stays with whom it was: nobody can open that. */
static void
note_live (const char *channel_id, WeirDirection direction, const char *path, gpointer user_data)
{
  Passing *passing = user_data;
  WeirRegistry *self = passing->registry;
  const WeirRegistryCall *call = passing->call;
  Entry *entry = g_hash_table_lookup (self->by_id, channel_id);
  gint64 at_ms = weir_registry_to_wall_ms (self, passing->now_us);

  if (entry == NULL)
    return;
  passing->n_live++;
  if (is_told (entry->info, call, direction, at_ms))
    return;
  if (call->refused_code != NULL)
    note_refused (entry, passing, direction, path);
  else
    add_passed (entry, call, direction, path, at_ms);
  ((WeirPassedInfo *) entry->info->passed->pdata[entry->info->passed->len - 1])->live = TRUE;
  if (call->refused_code == NULL && call->invocation_id != NULL)
    remember_call (self, call->invocation_id, entry->info->n);
  emit_changed (self, entry);
}

/* One place for what is wrong with the calls of one function; else a new one, or that of the one that was the longest
 * ago. */
static guint
find_place (WeirRegistry *self, const char *function_id, gboolean has_stream)
{
  guint oldest = 0;

  for (guint i = 0; i < self->wrong->len; i++)
    {
      const WeirCallInfo *info = self->wrong->pdata[i];

      if (info->has_stream == has_stream && g_str_equal (info->function_id, function_id))
        return i;
      if (info->at_ms < ((WeirCallInfo *) self->wrong->pdata[oldest])->at_ms)
        oldest = i;
    }
  if (self->wrong->len < WEIR_REGISTRY_MAX_CALLS)
    {
      g_ptr_array_add (self->wrong, NULL);
      return self->wrong->len - 1;
    }
  g_clear_pointer ((WeirCallInfo **) &self->wrong->pdata[oldest], weir_call_info_free);
  return oldest;
}

static void
note_wrong (WeirRegistry *self, const WeirRegistryCall *call, gsize bytes, gboolean has_stream, gint64 now_us)
{
  g_autofree char *function_id = dup_bounded (call->function_id);
  guint place = find_place (self, function_id, has_stream);
  WeirCallInfo *info = self->wrong->pdata[place];

  if (info == NULL)
    {
      info = self->wrong->pdata[place] = g_new0 (WeirCallInfo, 1);
      info->function_id = g_steal_pointer (&function_id);
      info->has_stream = has_stream;
    }
  g_free (info->by_worker_id);
  g_free (info->by_worker_name);
  info->by_worker_id = g_strdup (call->by_worker_id);
  info->by_worker_name = dup_bounded (call->by_worker_name);
  info->bytes = MAX (info->bytes, bytes);
  info->n_calls++;
  info->at_ms = weir_registry_to_wall_ms (self, now_us);
  g_signal_emit (self, signals[CALLED], 0, place);
}

const WeirCallInfo *
weir_registry_get_call (WeirRegistry *self, guint place)
{
  return place < self->wrong->len ? self->wrong->pdata[place] : NULL;
}

void
weir_registry_note_call (WeirRegistry *self, const WeirRegistryCall *call, WeirSpan payload, gint64 now_us)
{
  Passing passing = { self, call, now_us, 0 };
  gboolean has_stream;

  g_return_if_fail (WEIR_IS_REGISTRY (self));
  g_return_if_fail (call->function_id != NULL);

  note_refs (payload, &passing, note_ref);
  if (is_point_function (call->function_id)) /* what is injected may be of any size, and look like anything */
    return;
  has_stream = g_hash_table_size (self->entries) > 0 && weir_ref_foreach_live (payload, note_live, &passing);
  if (has_stream && passing.n_live == 0)
    note_wrong (self, call, payload.len, TRUE, now_us);
  if (payload.len > WEIR_CALL_INFO_BIG_SIZE && call->refused_code == NULL)
    note_wrong (self, call, payload.len, FALSE, now_us);
}

/* Only who holds it now: `passed` tells of calls that carried a ref to a function, and what became of them. */
static gboolean
note_returned_ref (WeirSpan span, const char *path, gpointer user_data)
{
  Passing *passing = user_data;
  g_autoptr (WeirRef) ref = weir_ref_from_span (span, NULL);
  Entry *entry = ref != NULL ? g_hash_table_lookup (passing->registry->by_id, ref->channel_id) : NULL;
  WeirEndInfo *end;

  if (entry == NULL)
    return TRUE;

  end = ref->direction == WEIR_DIRECTION_WRITE ? &entry->info->writer : &entry->info->reader;
  if (end->presence ==
      WEIR_PRESENCE_NONE) /* else it is taken: a function that returns what it was handed gives nothing away */
    {
      set_end_owner (end, passing->call);
      emit_changed (passing->registry, entry);
    }
  return TRUE;
}

void
weir_registry_note_result (WeirRegistry *self, const WeirRegistryCall *to, WeirSpan payload)
{
  Passing passing = { .registry = self, .call = to };

  g_return_if_fail (WEIR_IS_REGISTRY (self));

  note_refs (payload, &passing, note_returned_ref);
}

static void
set_returned (Entry *entry, const char *invocation_id, const char *code, const char *message, gint64 at_ms)
{
  for (guint i = 0; i < entry->info->passed->len; i++)
    {
      WeirPassedInfo *passed = g_ptr_array_index (entry->info->passed, i);

      if (passed->returned_at_ms != 0 || g_strcmp0 (passed->invocation_id, invocation_id) != 0)
        continue;
      passed->returned_at_ms = at_ms;
      passed->error_code = dup_said (code);
      passed->error_message = dup_said (message);
    }
}

void
weir_registry_note_returned (WeirRegistry *self, const char *invocation_id, const char *code, const char *message,
                             gint64 now_us)
{
  gpointer key, value;
  g_autoptr (GArray) channels = NULL;
  g_autofree char *id = NULL;

  if (!g_hash_table_steal_extended (self->calls, invocation_id, &key, &value))
    return;

  id = key;
  channels = value;
  g_queue_remove (&self->call_order, id);
  for (guint i = 0; i < channels->len; i++)
    {
      Entry *entry = lookup (self, g_array_index (channels, guint32, i));

      if (entry == NULL)
        continue;
      set_returned (entry, invocation_id, code, message, weir_registry_to_wall_ms (self, now_us));
      emit_changed (self, entry);
    }
}

/* --- what the data threads say --- */

static void
note_left (WeirEndInfo *end, const WeirPipeEvent *event, gint64 at_ms)
{
  end->presence = WEIR_PRESENCE_GONE;
  end->closed_at_ms = at_ms;
  end->close_clean = event->is_clean;
  end->close_code = event->code;
  g_free (end->close_reason);
  end->close_reason =
      event->code != 0 ? weir_key_mask_text (event->reason) : NULL; /* without a code it is ours, not its own */
}

static void
note_ended (WeirRegistry *self, Entry *entry, const WeirPipeEvent *event, gint64 at_ms)
{
  entry->info->ended_by = event->by;
  if (entry->info->ended_at_ms == 0)
    entry->info->ended_at_ms = at_ms;
  entry->ended_us = event->at_us;
  g_queue_push_tail (&self->ended, entry);
}

static void
note_event (WeirRegistry *self, Entry *entry, const WeirPipeEvent *event)
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

  update_state (self, entry, event->at_us);
  emit_changed (self, entry);
  if (event->type == WEIR_PIPE_ENDED)
    g_signal_emit (self, signals[ENDED], 0, event->n);
  forget_ended (self, event->at_us);
}

void
weir_registry_note_event (WeirRegistry *self, const WeirPipeEvent *event)
{
  Entry *entry = lookup (self, event->n);

  if (entry != NULL && entry->ended_us == 0)
    note_event (self, entry, event);
  if (event->type == WEIR_PIPE_REPLAYED) /* for who came after the end, it is now */
    g_signal_emit (self, signals[ENDED], 0, event->n);
  if (event->type == WEIR_PIPE_ANSWERED) /* also where the channel has gone: somebody waits for it */
    g_signal_emit (self, signals[ANSWERED], 0, event);
}

/* --- what observers do to it --- */

void
weir_registry_set_shapes (WeirRegistry *self, guint32 n, GPtrArray *shapes)
{
  Entry *entry = lookup (self, n);

  if (entry == NULL || (entry->info->shapes == NULL && shapes == NULL))
    {
      g_clear_pointer (&shapes, g_ptr_array_unref);
      return;
    }
  g_clear_pointer (&entry->info->shapes, g_ptr_array_unref);
  entry->info->shapes = shapes;
  emit_changed (self, entry);
}

void
weir_registry_note_act (WeirRegistry *self, guint32 n, WeirAct act, const char *worker_name, guint64 value,
                        gint64 now_us)
{
  Entry *entry = lookup (self, n);
  WeirActInfo *info;

  if (entry == NULL)
    return;
  info = weir_act_info_new ();
  info->act = act;
  info->at_ms = weir_registry_to_wall_ms (self, now_us);
  info->worker_name = dup_bounded (worker_name);
  info->value = value;
  if (entry->info->acts == NULL)
    entry->info->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_act_info_free);
  if (entry->info->acts->len >= WEIR_CHANNEL_INFO_MAX_ACTS)
    g_ptr_array_remove_index (entry->info->acts, 0);
  g_ptr_array_add (entry->info->acts, info);
  emit_changed (self, entry);
}

void
weir_registry_note_meters (WeirRegistry *self, const WeirMeterRow *rows, guint n_rows, gint64 now_us)
{
  for (guint i = 0; i < n_rows; i++)
    {
      Entry *entry = lookup (self, rows[i].n);

      if (entry == NULL || entry->ended_us != 0)
        continue;
      entry->meters = rows[i].meters;
      if (update_state (self, entry, now_us))
        emit_changed (self, entry);
      g_signal_emit (self, signals[SAMPLED], 0, rows[i].n);
    }
}

void
weir_registry_tick (WeirRegistry *self, gint64 now_us)
{
  g_autoptr (GList) entries = g_hash_table_get_keys (self->timed);

  for (GList *at = entries; at != NULL; at = at->next)
    if (update_state (self, at->data, now_us))
      emit_changed (self, at->data);

  forget_ended (self, now_us);
}

/* --- GObject --- */

static void
weir_registry_finalize (GObject *object)
{
  WeirRegistry *self = WEIR_REGISTRY (object);

  g_queue_clear (&self->call_order);
  g_queue_clear (&self->ended);
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

  signals[OPENED] = g_signal_new ("opened", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CHANGED] = g_signal_new ("changed", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ENDED] = g_signal_new ("ended", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FORGOTTEN] =
      g_signal_new ("forgotten", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[SAMPLED] = g_signal_new ("sampled", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[INTERNAL] = g_signal_new ("internal", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CALLED] = g_signal_new ("called", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ANSWERED] = g_signal_new ("answered", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
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
