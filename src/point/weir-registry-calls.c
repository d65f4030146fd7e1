/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-holders.h"
#include "weir-key-mask.h"
#include "weir-registry-private.h"

/* Calls that carried refs and have not returned. The oldest are given up: their fate stays unknown. */
#define MAX_PENDING_CALLS 10000

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

/* What others say when something fails is often what they were given, refs included. */
static char *
dup_said (const char *text)
{
  g_autofree char *bounded = weir_registry_dup_bounded (text);

  return weir_key_mask_text (bounded);
}

static void
set_end_worker (WeirEndInfo *end, const WeirRegistryCall *call)
{
  g_free (end->worker_id);
  g_free (end->worker_name);
  g_free (end->worker_runtime);
  end->worker_id = g_strdup (call->to_worker_id);
  end->worker_name = weir_registry_dup_bounded (call->to_worker_name);
  end->worker_runtime = weir_registry_dup_bounded (call->to_worker_runtime);
}

static void
set_end_owner (WeirEndInfo *end, const WeirRegistryCall *call)
{
  g_free (end->function_id);
  end->function_id = weir_registry_dup_bounded (call->function_id);
  set_end_worker (end, call);
  end->how = WEIR_HOW_REF;
}

static void
set_executor (WeirPassedInfo *passed, const WeirRegistryCall *call)
{
  g_free (passed->to_worker_id);
  g_free (passed->to_worker_name);
  g_free (passed->to_worker_runtime);
  passed->to_worker_id = g_strdup (call->to_worker_id);
  passed->to_worker_name = weir_registry_dup_bounded (call->to_worker_name);
  passed->to_worker_runtime = weir_registry_dup_bounded (call->to_worker_runtime);
}

/* Where several may be it, the one that was handed it last. One that has it by an answer was handed it by no call. */
static void
find_owner (WeirChannelInfo *info, WeirDirection direction)
{
  WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  const WeirPassedInfo *holder;
  gboolean is_by_call = FALSE;
  WeirHolders holders;

  for (guint i = 0; i < info->passed->len; i++)
    is_by_call |= g_strcmp0 (((WeirPassedInfo *) info->passed->pdata[i])->function_id, end->function_id) == 0;
  weir_holders_find (&holders, info, direction);
  if (!is_by_call || holders.n == 0)
    return;

  holder = holders.calls[holders.n - 1];
  if (g_strcmp0 (holder->function_id, end->function_id) == 0)
    return;
  set_end_owner (end, &(WeirRegistryCall){ .function_id = holder->function_id,
                                           .to_worker_id = holder->to_worker_id,
                                           .to_worker_name = holder->to_worker_name,
                                           .to_worker_runtime = holder->to_worker_runtime });
}

void
weir_registry_find_owners (WeirRegistryEntry *entry)
{
  find_owner (entry->info, WEIR_DIRECTION_WRITE);
  find_owner (entry->info, WEIR_DIRECTION_READ);
}

static WeirPassedInfo *
add_passed (WeirRegistryEntry *entry, const WeirRegistryCall *call, WeirDirection direction, const char *path,
            gint64 at_ms)
{
  WeirPassedInfo *passed = weir_passed_info_new ();

  passed->direction = direction;
  passed->function_id = weir_registry_dup_bounded (call->function_id);
  passed->path = g_strdup (path);
  passed->by_worker_id = g_strdup (call->by_worker_id);
  passed->by_worker_name = weir_registry_dup_bounded (call->by_worker_name);
  passed->invocation_id = g_strdup (call->invocation_id);
  passed->trace_id = weir_registry_dup_bounded (call->trace_id);
  passed->at_ms = at_ms;
  set_executor (passed, call);

  /* The first one tells whence it came; of the others the latest matter. */
  if (entry->info->passed->len >= WEIR_CHANNEL_INFO_MAX_PASSED)
    g_ptr_array_remove_index (entry->info->passed, 1);
  g_ptr_array_add (entry->info->passed, passed);
  return passed;
}

/* It went nowhere: an end stays with whom it was, and that the call failed is all that is to be told. */
static void
note_refused (WeirRegistryEntry *entry, const Passing *passing, WeirDirection direction, const char *path)
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
mark_internal (WeirRegistry *self, WeirRegistryEntry *entry, gint64 now_us)
{
  if (entry->info->internal)
    return;

  entry->info->internal = TRUE;
  weir_registry_update_state (self, entry, now_us);
  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_INTERNAL], 0, entry->info->n);
}

static void
note_handed (WeirRegistryEntry *entry, const Passing *passing, WeirDirection direction, const char *path)
{
  WeirRegistry *self = passing->registry;
  WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &entry->info->writer : &entry->info->reader;

  if (is_feed_function (passing->call->function_id))
    mark_internal (self, entry, passing->now_us);
  if (end->connected_at_ms == 0) /* else it is taken already */
    set_end_owner (end, passing->call);
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
  WeirRegistryEntry *entry = ref != NULL ? g_hash_table_lookup (self->by_id, ref->channel_id) : NULL;

  if (entry == NULL)
    return TRUE;

  if (passing->call->refused_code != NULL)
    note_refused (entry, passing, ref->direction, path);
  else
    note_handed (entry, passing, ref->direction, path);
  weir_registry_emit_changed (self, entry);

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
  WeirRegistryEntry *entry = g_hash_table_lookup (self->by_id, channel_id);
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
  weir_registry_emit_changed (self, entry);
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
  g_autofree char *function_id = weir_registry_dup_bounded (call->function_id);
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
  info->by_worker_name = weir_registry_dup_bounded (call->by_worker_name);
  info->bytes = MAX (info->bytes, bytes);
  info->n_calls++;
  info->at_ms = weir_registry_to_wall_ms (self, now_us);
  g_signal_emit (self, weir_registry_signals[WEIR_REGISTRY_CALLED], 0, place);
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

/* Unless its ref went on to another function meanwhile. */
static void
note_executor (WeirRegistry *self, WeirChannelInfo *info, const char *invocation_id, const WeirRegistryCall *to)
{
  for (guint i = 0; i < info->passed->len; i++)
    {
      WeirPassedInfo *passed = info->passed->pdata[i];
      WeirEndInfo *end = passed->direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;

      if (passed->live || g_strcmp0 (passed->invocation_id, invocation_id) != 0)
        continue;
      set_executor (passed, to);
      if (g_strcmp0 (end->function_id, passed->function_id) == 0)
        set_end_worker (end, to);
    }
}

void
weir_registry_note_executor (WeirRegistry *self, const char *invocation_id, const WeirRegistryCall *to)
{
  const GArray *channels;

  g_return_if_fail (WEIR_IS_REGISTRY (self));

  channels = g_hash_table_lookup (self->calls, invocation_id);
  for (guint i = 0; channels != NULL && i < channels->len; i++)
    {
      WeirRegistryEntry *entry = weir_registry_find (self, g_array_index (channels, guint32, i));

      if (entry == NULL)
        continue;
      note_executor (self, entry->info, invocation_id, to);
      weir_registry_emit_changed (self, entry);
    }
}

/* Only who holds it now: `passed` tells of calls that carried a ref to a function, and what became of them. */
static gboolean
note_returned_ref (WeirSpan span, const char *path, gpointer user_data)
{
  Passing *passing = user_data;
  g_autoptr (WeirRef) ref = weir_ref_from_span (span, NULL);
  WeirRegistryEntry *entry = ref != NULL ? g_hash_table_lookup (passing->registry->by_id, ref->channel_id) : NULL;
  WeirEndInfo *end;

  if (entry == NULL)
    return TRUE;

  end = ref->direction == WEIR_DIRECTION_WRITE ? &entry->info->writer : &entry->info->reader;
  if (end->presence ==
      WEIR_PRESENCE_NONE) /* else it is taken: a function that returns what it was handed gives nothing away */
    {
      set_end_owner (end, passing->call);
      weir_registry_emit_changed (passing->registry, entry);
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
set_returned (WeirRegistryEntry *entry, const char *invocation_id, const char *code, const char *message, gint64 at_ms)
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
      WeirRegistryEntry *entry = weir_registry_find (self, g_array_index (channels, guint32, i));

      if (entry == NULL)
        continue;
      set_returned (entry, invocation_id, code, message, weir_registry_to_wall_ms (self, now_us));
      weir_registry_find_owners (entry);
      weir_registry_emit_changed (self, entry);
    }
}
