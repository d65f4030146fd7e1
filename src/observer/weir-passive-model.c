/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-passive-model.h"

#include <string.h>

#include "weir-channel-private.h"
#include "weir-logged-channel.h"
#include "weir-point-error.h"
#include "weir-span-refs.h"

#define NS_PER_MS (1000 * 1000)
#define NS_PER_US 1000

/* Records of different threads are not stored in the order of their times, by little. */
#define OVERLAP_MS 50

/* Workers send records and spans, too, with times of their own clocks. What is later than the engine's clock by more
 * than this is no mark from which on to ask: there would be nothing for as long. */
#define AHEAD_MS 1000

/* The first that an engine logs is of when its inner workers come, by this much. */
#define START_NS (G_GINT64_CONSTANT (10) * 1000 * NS_PER_MS)

/* How long an engine keeps a channel to whose one end nobody comes, and its sweep may be late. */
#define SWEPT_NS (G_GINT64_CONSTANT (400) * 1000 * NS_PER_MS)

/* When there are too many channels this share of them goes, so that it does not come to it for each. */
#define ROOM_SHARE 10

/* A list of which so many records, and at least half, say that some were skipped has little else in it: each of them is
 * one more to be skipped, and so on without end. */
#define FLOOD 100

typedef struct
{
  WeirLoggedChannel *logged;
  gint64 next_ns; /* what follows from it changes then by itself; 0: it does not */
  gboolean is_dirty;
} Entry;

struct _WeirPassiveModel
{
  WeirRows *rows;
  WeirPlane *plane;
  GHashTable *entries; /* (element-type char Entry): the channel's id is its logged one's */
  GPtrArray *dirty;    /* (element-type Entry), borrowed: to be shown by the next tick */

  gint64 from_ns;    /* nothing is missing from here … */
  gint64 until_ns;   /* … to here; 0: nothing was listed yet */
  gint64 newest_ns;  /* the latest record of the lists */
  gint64 debug_ns;   /* messages are logged since; 0: they are not */
  gint64 traced_ns;  /* the latest span */
  gint64 lost_ns;    /* when the engine was last lost */
  gint64 oldest_ns;  /* the earliest record of all when from_ns was found */
  gint64 started_ns; /* the engine runs since; 0: it does not say */
  gboolean is_without_http;
  gboolean has_more;
  gboolean is_part;    /* the last list was not all there was */
  gboolean is_crowded; /* one list could not go beyond what the one before it had: the next begins later */
  gboolean is_overrun; /* the log is full of what it says of its own lagging behind */
  gboolean is_live;    /* the engine has listed something since it was there */
  WeirPassiveStats stats;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  weir_logged_channel_free (entry->logged);
  g_free (entry);
}

WeirPassiveModel *
weir_passive_model_new (WeirRows *rows)
{
  WeirPassiveModel *self = g_new0 (WeirPassiveModel, 1);

  self->rows = rows;
  self->plane = weir_plane_new ("", WEIR_PLANE_PASSIVE);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->dirty = g_ptr_array_new ();
  return self;
}

WeirPlane *
weir_passive_model_get_plane (WeirPassiveModel *self)
{
  return self->plane;
}

WeirPassiveStats
weir_passive_model_get_stats (WeirPassiveModel *self)
{
  WeirPassiveStats stats = self->stats;

  stats.n_channels = g_hash_table_size (self->entries);
  return stats;
}

static gint64
to_engine_ns (WeirPassiveModel *self, gint64 now_us)
{
  return weir_clock_to_wall_ms (self->plane->clock, now_us) * NS_PER_MS;
}

/* --- channels come and go --- */

static void
forget (WeirPassiveModel *self, Entry *entry, gint64 now_us)
{
  g_autofree char *id = g_strdup (entry->logged->id);

  if (entry->is_dirty)
    g_ptr_array_remove_fast (self->dirty, entry);
  weir_rows_leave (self->rows, self->plane, id, now_us);
  g_hash_table_remove (self->entries, id);
}

void
weir_passive_model_free (WeirPassiveModel *self)
{
  g_autoptr (GList) entries = g_hash_table_get_values (self->entries);

  for (GList *l = entries; l != NULL; l = l->next)
    forget (self, l->data, g_get_monotonic_time ());
  weir_rows_sweep (self->rows);
  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->dirty);
  weir_plane_unref (self->plane);
  g_free (self);
}

/* The least worth keeping first: what has ended, then what was not heard of for longest. */
static gint
compare_worth (gconstpointer a, gconstpointer b)
{
  const WeirLoggedChannel *first = (*(const Entry *const *) a)->logged;
  const WeirLoggedChannel *second = (*(const Entry *const *) b)->logged;
  gboolean first_ended = weir_logged_channel_has_ended (first);
  gboolean second_ended = weir_logged_channel_has_ended (second);

  if (first_ended != second_ended)
    return first_ended ? -1 : 1;
  return first->last_ns < second->last_ns ? -1 : first->last_ns > second->last_ns;
}

static void
make_room (WeirPassiveModel *self, gint64 now_us)
{
  g_autoptr (GPtrArray) entries = NULL;
  GHashTableIter iter;
  gpointer entry;

  if (g_hash_table_size (self->entries) < WEIR_PASSIVE_MAX_CHANNELS)
    return;

  entries = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (entries, entry);
  g_ptr_array_sort (entries, compare_worth);
  for (guint i = 0; i < entries->len / ROOM_SHARE; i++)
    forget (self, entries->pdata[i], now_us);
  self->stats.n_forgotten += entries->len / ROOM_SHARE;
}

/* NULL: it carries a feed, and is hidden. */
static Entry *
get_entry (WeirPassiveModel *self, const char *channel_id, gint64 now_us)
{
  Entry *entry = g_hash_table_lookup (self->entries, channel_id);

  if (entry != NULL || weir_rows_is_hidden (self->rows, channel_id))
    return entry;
  make_room (self, now_us);
  entry = g_new0 (Entry, 1);
  entry->logged = weir_logged_channel_new (channel_id);
  g_hash_table_insert (self->entries, entry->logged->id, entry);
  return entry;
}

static void
mark (WeirPassiveModel *self, Entry *entry)
{
  if (entry->is_dirty)
    return;
  entry->is_dirty = TRUE;
  g_ptr_array_add (self->dirty, entry);
}

static void
show (WeirPassiveModel *self, Entry *entry, gint64 now_us)
{
  gint64 now_ns = to_engine_ns (self, now_us);

  entry->is_dirty = FALSE;
  entry->logged->debug_ns = self->debug_ns;
  entry->next_ns = weir_logged_channel_get_next_ns (entry->logged, now_ns);
  weir_rows_see (self->rows, self->plane, weir_logged_channel_make_info (entry->logged, now_ns), now_us);
}

/* --- the log --- */

/* What a record is about. */
typedef enum
{
  OF_CHANNEL,
  OF_LAG,
  OF_OTHER,
} Subject;

static Subject
take_record (WeirPassiveModel *self, WeirSpan text, gint64 now_us)
{
  WeirLogRecord record;
  Entry *entry;

  if (!weir_log_record_read (&record, text))
    {
      gboolean is_lag = weir_log_record_is_lag (text);

      self->stats.n_unread++;
      self->stats.n_lagged += is_lag;
      return is_lag ? OF_LAG : OF_OTHER;
    }
  self->stats.n_records++;
  entry = get_entry (self, record.channel_id, now_us);
  if (entry == NULL)
    {
      self->stats.n_dropped++;
      return OF_CHANNEL;
    }
  weir_logged_channel_note (entry->logged, &record);
  mark (self, entry);
  return OF_CHANNEL;
}

void
weir_passive_model_take (WeirPassiveModel *self, WeirSpan text, gint64 now_us)
{
  take_record (self, text, now_us);
}

gint64
weir_passive_model_get_start_ms (WeirPassiveModel *self)
{
  return self->newest_ns == 0 ? 0 : MAX (self->newest_ns / NS_PER_MS - (self->is_crowded ? 0 : OVERLAP_MS), 0);
}

gboolean
weir_passive_model_has_more (WeirPassiveModel *self)
{
  return self->has_more;
}

/* What one list shows of time. */
typedef struct
{
  gint64 first_ns;  /* 0: it is empty */
  gint64 oldest_ns; /* of channels: what workers log has times of their clocks; 0: there is none */
  gint64 newest_ns; /* 0: it is empty */
  gboolean goes_on; /* it has the latest record of those before */
  gint64 n;
  guint n_new, n_lagged; /* since the lists before it; of which so many say that some were skipped */
} Listed;

static void
see_time (WeirPassiveModel *self, Listed *listed, WeirSpan record, Subject subject, gint64 said_ms)
{
  gint64 at_ns = weir_log_record_get_time (record);

  listed->n++;
  if (at_ns == 0 || at_ns / NS_PER_MS > said_ms + AHEAD_MS)
    return;
  if (subject == OF_CHANNEL)
    listed->oldest_ns = listed->oldest_ns == 0 ? at_ns : MIN (listed->oldest_ns, at_ns);
  listed->first_ns = listed->first_ns == 0 ? at_ns : MIN (listed->first_ns, at_ns);
  listed->newest_ns = MAX (listed->newest_ns, at_ns);
  listed->goes_on |= at_ns == self->newest_ns;
  if (at_ns <= self->newest_ns)
    return;
  listed->n_new++;
  listed->n_lagged += subject == OF_LAG;
}

static void
doubt_all (WeirPassiveModel *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      entry->logged->is_doubtful = entry->logged->last_ns < self->from_ns;
      mark (self, entry);
    }
}

/* The log goes back to the engine's start, or to before any channel of now that has one end alone: the engine removes
 * that after five minutes. */
static gboolean
is_whole_for (WeirPassiveModel *self, const WeirLoggedChannel *logged)
{
  gboolean is_from_start = self->started_ns != 0 && self->oldest_ns != 0 &&
                           ABS (self->oldest_ns - self->started_ns) <= START_NS && logged->first_ns >= self->started_ns;

  return is_from_start || (logged->first_ns != 0 && logged->first_ns - self->from_ns >= SWEPT_NS);
}

static void
doubt_figures (WeirPassiveModel *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (weir_logged_channel_has_ended (entry->logged))
        continue;
      weir_logged_channel_unsettle (entry->logged);
      entry->logged->is_whole = FALSE;
      mark (self, entry);
    }
}

static void
settle_all (WeirPassiveModel *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (weir_logged_channel_has_ended (entry->logged))
        continue;
      entry->logged->is_doubtful &= entry->logged->last_ns < self->from_ns;
      entry->logged->is_whole = is_whole_for (self, entry->logged);
      entry->logged->may_be_http = !self->is_without_http;
      weir_logged_channel_settle (entry->logged, self->from_ns, self->until_ns, self->debug_ns);
      mark (self, entry);
    }
}

/* Whether there is more than was given. To ask again from the same place would bring the same. */
static void
see_rest (WeirPassiveModel *self, const Listed *listed, gint64 total)
{
  gboolean is_part = total > listed->n;
  gboolean is_stuck = is_part && listed->newest_ns <= self->newest_ns;

  self->is_part = is_part;
  self->has_more = is_part && !(is_stuck && self->is_crowded);
  self->is_crowded = is_stuck;
}

/* It is over when nothing of it is new: then there is room for what else is logged. */
static void
see_flood (WeirPassiveModel *self, const Listed *listed)
{
  if (listed->n_lagged == 0)
    self->is_overrun = FALSE;
  else if (listed->n_lagged >= FLOOD && listed->n_lagged * 2 >= listed->n_new)
    self->is_overrun = TRUE;
}

gboolean
weir_passive_model_is_overrun (WeirPassiveModel *self)
{
  return self->is_live && self->is_overrun;
}

/* From when to when the log is whole. */
static void
take_coverage (WeirPassiveModel *self, const Listed *listed, gint64 said_ns)
{
  gboolean is_first = self->newest_ns == 0; /* what came after an empty list may have gone again */
  gboolean is_short = self->is_part && listed->newest_ns < self->newest_ns; /* it ends before it could go on */
  gboolean is_gap = !is_first && !listed->goes_on && !is_short;

  if (is_first || is_gap)
    {
      self->from_ns = listed->oldest_ns != 0 ? listed->oldest_ns : said_ns;
      self->oldest_ns = listed->first_ns;
    }
  self->until_ns = self->is_part ? listed->newest_ns : said_ns;
  self->newest_ns = MAX (self->newest_ns, listed->newest_ns);
  if (is_gap)
    {
      self->stats.n_gaps++;
      self->newest_ns = listed->newest_ns;
      doubt_all (self);
    }
  if (self->is_part && !self->has_more)
    doubt_figures (self); /* it cannot be had whole: more is logged in a millisecond than is listed */
  else
    settle_all (self);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED, "The engine’s list of %s cannot be understood", what);
  return FALSE;
}

gboolean
weir_passive_model_take_list (WeirPassiveModel *self, WeirSpan answer, gint64 now_us, GError **error)
{
  WeirSpan logs =
      weir_json_type (answer) == WEIR_JSON_OBJECT ? weir_json_member (answer, "logs") : (WeirSpan){ NULL, 0 };
  gint64 total = 0, said_ms = 0;
  Listed listed = { 0 };
  WeirJsonIter iter;
  WeirSpan key, record;

  if (weir_json_type (logs) != WEIR_JSON_ARRAY || !weir_json_get_int (weir_json_member (answer, "total"), &total) ||
      !weir_json_get_int (weir_json_member (answer, "timestamp"), &said_ms) || said_ms <= 0 ||
      said_ms > WEIR_CLOCK_MAX_MS)
    return fail (error, "log records");

  weir_clock_learn (self->plane->clock, said_ms, now_us);
  weir_json_iter_init (&iter, logs);
  while (weir_json_iter_next (&iter, &key, &record))
    {
      Subject subject = take_record (self, record, now_us);

      see_time (self, &listed, record, subject, said_ms);
    }
  self->is_live = TRUE;
  see_rest (self, &listed, total);
  see_flood (self, &listed);
  take_coverage (self, &listed, said_ms * NS_PER_MS);
  return TRUE;
}

void
weir_passive_model_set_closer (WeirPassiveModel *self, gboolean is_closer, gint64 now_us)
{
  if (is_closer == (self->debug_ns != 0))
    return;
  self->debug_ns = is_closer ? to_engine_ns (self, now_us) : 0;
  if (!is_closer)
    doubt_figures (self);
}

/* An engine keeps channels, and its log, in memory. */
static void
stop (WeirPassiveModel *self, Entry *entry, gint64 started_ns)
{
  WeirLoggedChannel *logged = entry->logged;

  logged->stopped_ns = self->lost_ns >= logged->last_ns && self->lost_ns < started_ns ? self->lost_ns : started_ns;
  mark (self, entry);
}

void
weir_passive_model_set_http (WeirPassiveModel *self, gboolean has_http)
{
  self->is_without_http = !has_http;
}

void
weir_passive_model_set_started (WeirPassiveModel *self, gint64 started_ms)
{
  gint64 started_ns = started_ms * NS_PER_MS;
  GHashTableIter iter;
  gpointer value;

  self->started_ns = started_ns;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (entry->logged->last_ns < started_ns && !weir_logged_channel_has_ended (entry->logged))
        stop (self, entry, started_ns);
    }
}

/* --- the traces --- */

gint64
weir_passive_model_get_traces_start_ms (WeirPassiveModel *self)
{
  return self->traced_ns / NS_PER_MS;
}

static void
passed_cb (const char *channel_id, WeirPassedInfo *passed, gpointer user_data)
{
  WeirPassiveModel *self = user_data;
  Entry *entry = weir_log_is_channel_id (channel_id) ? get_entry (self, channel_id, g_get_monotonic_time ()) : NULL;

  if (entry == NULL)
    {
      weir_passed_info_free (passed);
      return;
    }
  weir_logged_channel_note_passed (entry->logged, passed);
  mark (self, entry);
}

gboolean
weir_passive_model_take_traces (WeirPassiveModel *self, WeirSpan answer, gint64 now_us, GError **error)
{
  WeirSpan spans =
      weir_json_type (answer) == WEIR_JSON_OBJECT ? weir_json_member (answer, "spans") : (WeirSpan){ NULL, 0 };
  WeirJsonIter iter;
  WeirSpan key, span;

  if (weir_json_type (spans) != WEIR_JSON_ARRAY)
    return fail (error, "traces");

  weir_json_iter_init (&iter, spans);
  while (weir_json_iter_next (&iter, &key, &span))
    {
      gint64 at_ns = weir_span_refs_foreach (span, passed_cb, self);

      if (at_ns <= to_engine_ns (self, now_us) + AHEAD_MS * NS_PER_MS)
        self->traced_ns = MAX (self->traced_ns, at_ns);
    }
  return TRUE;
}

/* --- time --- */

void
weir_passive_model_lose (WeirPassiveModel *self)
{
  GHashTableIter iter;
  gpointer id, entry;

  if (self->is_live)
    self->lost_ns = to_engine_ns (self, g_get_monotonic_time ());
  self->is_live = FALSE;
  weir_passive_model_set_closer (self, FALSE, g_get_monotonic_time ());
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &id, &entry))
    {
      WeirChannel *channel = weir_rows_lookup (self->rows, id);

      if (channel != NULL)
        weir_channel_set_stale (channel, self->plane);
      mark (self, entry); /* shown again when the engine is back */
    }
}

/* By what a point has seen: its ends may be missing in the log. */
static gboolean
has_closed_row (WeirPassiveModel *self, const Entry *entry)
{
  WeirChannel *channel = weir_rows_lookup (self->rows, entry->logged->id);

  return channel != NULL && weir_channel_get_info (channel)->ended_by != WEIR_ENDED_NOT;
}

/* It is over for long enough, or nobody can tell whether it is. */
static gboolean
is_done (WeirPassiveModel *self, const Entry *entry, gint64 now_ns)
{
  gboolean is_over = weir_logged_channel_has_ended (entry->logged) || entry->logged->is_doubtful ||
                     (entry->logged->writer.began_ns == 0 && entry->logged->reader.began_ns == 0);

  return now_ns - entry->logged->last_ns > WEIR_PASSIVE_KEEP_US * NS_PER_US &&
         (is_over || has_closed_row (self, entry));
}

static void
forget_done (WeirPassiveModel *self, gint64 now_us)
{
  g_autoptr (GPtrArray) done = g_ptr_array_new ();
  gint64 now_ns = to_engine_ns (self, now_us);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (is_done (self, entry, now_ns))
        g_ptr_array_add (done, entry);
      else if (entry->next_ns != 0 && entry->next_ns <= now_ns)
        mark (self, entry);
    }
  for (guint i = 0; i < done->len; i++)
    forget (self, done->pdata[i], now_us);
}

void
weir_passive_model_tick (WeirPassiveModel *self, gint64 now_us)
{
  if (!self->is_live) /* what is shown is old, and so marked */
    return;
  forget_done (self, now_us);
  for (guint i = 0; i < self->dirty->len; i++)
    show (self, self->dirty->pdata[i], now_us);
  g_ptr_array_set_size (self->dirty, 0);
  weir_rows_flush (self->rows);
}
