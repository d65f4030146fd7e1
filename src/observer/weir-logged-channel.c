/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-logged-channel.h"

#include "weir-holders.h"

#define NS_PER_MS (1000 * 1000)

/* How long the engine waits for an end, less what its sweep and its log may be late. */
#define SWEPT_NS (G_GINT64_CONSTANT (290) * 1000 * NS_PER_MS)

WeirLoggedChannel *
weir_logged_channel_new (const char *id)
{
  WeirLoggedChannel *self = g_new0 (WeirLoggedChannel, 1);

  self->id = g_strdup (id);
  return self;
}

void
weir_logged_channel_free (WeirLoggedChannel *self)
{
  weir_runs_clear (&self->writer.seen);
  weir_runs_clear (&self->reader.seen);
  g_clear_pointer (&self->passed, g_ptr_array_unref);
  g_free (self->id);
  g_free (self);
}

/* --- what is noted: nothing of it depends on the order --- */

static void
note_time (WeirLoggedTimes *self, gint64 at_ns)
{
  for (guint i = 0; i < self->n; i++)
    if (self->at_ns[i] == at_ns)
      return;
  if (self->n < WEIR_LOGGED_MAX_TIMES)
    self->at_ns[self->n++] = at_ns;
}

static gint64
get_latest (const WeirLoggedTimes *self)
{
  gint64 latest_ns = 0;

  for (guint i = 0; i < self->n; i++)
    latest_ns = MAX (latest_ns, self->at_ns[i]);
  return latest_ns;
}

static void
note_first (gint64 *noted_ns, gint64 at_ns)
{
  *noted_ns = *noted_ns == 0 ? at_ns : MIN (*noted_ns, at_ns);
}

static void
note_message (WeirLoggedEnd *end, const WeirLogRecord *record)
{
  if (!weir_runs_add (&end->seen, record->n))
    return;
  end->seen_bytes += record->bytes;
  if (record->kind == WEIR_LOG_TEXT)
    end->seen_text++;
}

static void
note_number (WeirLoggedEnd *end, const WeirLogRecord *record)
{
  if (record->n <= end->n)
    return;
  end->n = record->n;
  end->n_ns = record->at_ns;
}

static void
note_ended (WeirLoggedEnd *end, const WeirLogRecord *record)
{
  note_first (&end->ended_ns, record->at_ns);
  end->ended_n = record->n;
  end->ended_bytes = record->bytes;
}

void
weir_logged_channel_note (WeirLoggedChannel *self, const WeirLogRecord *record)
{
  WeirLoggedEnd *end = record->is_writer ? &self->writer : &self->reader;

  note_first (&self->first_ns, record->at_ns);
  self->last_ns = MAX (self->last_ns, record->at_ns);
  switch (record->kind)
    {
    case WEIR_LOG_ASKED:
    case WEIR_LOG_FOUND:
      end->asked_ns = MAX (end->asked_ns, record->at_ns);
      break;
    case WEIR_LOG_NOT_FOUND:
      note_time (&end->not_found, record->at_ns);
      break;
    case WEIR_LOG_BEGAN:
      note_first (&end->began_ns, record->at_ns);
      break;
    case WEIR_LOG_TAKEN:
      note_time (&end->taken, record->at_ns);
      break;
    case WEIR_LOG_TEXT:
    case WEIR_LOG_BINARY:
      note_message (end, record);
      note_number (end, record);
      break;
    case WEIR_LOG_FAILED:
      note_first (&end->failed_ns, record->at_ns);
      break;
    case WEIR_LOG_LOST:
      note_first (&end->lost_ns, record->at_ns);
      break;
    case WEIR_LOG_CLOSE:
      note_first (&end->close_ns, record->at_ns);
      break;
    case WEIR_LOG_ENDED:
      note_ended (end, record);
      break;
    default:
      break;
    }
}

static gboolean
is_same_passing (const WeirPassedInfo *a, const WeirPassedInfo *b)
{
  return a->direction == b->direction && g_strcmp0 (a->invocation_id, b->invocation_id) == 0 &&
         g_strcmp0 (a->path, b->path) == 0;
}

static gint
compare_passings (gconstpointer a, gconstpointer b)
{
  const WeirPassedInfo *first = *(const WeirPassedInfo *const *) a;
  const WeirPassedInfo *second = *(const WeirPassedInfo *const *) b;

  return first->at_ms < second->at_ms ? -1 : first->at_ms > second->at_ms;
}

static void
add_passing (GPtrArray *passings, WeirPassedInfo *passed)
{
  for (guint i = 0; i < passings->len; i++)
    {
      WeirPassedInfo *other = passings->pdata[i];

      if (!is_same_passing (other, passed))
        continue;
      weir_passed_info_free (other);
      passings->pdata[i] = passed;
      return;
    }
  if (passings->len == WEIR_CHANNEL_INFO_MAX_PASSED)
    g_ptr_array_remove_index (passings, 1);
  g_ptr_array_add (passings, passed);
}

/* Lists of spans begin with the latest: who was handed a ref last is told by the times. */
void
weir_logged_channel_note_passed (WeirLoggedChannel *self, WeirPassedInfo *passed)
{
  gint64 at_ns = passed->at_ms * NS_PER_MS;

  if (at_ns != 0)
    note_first (&self->first_ns, at_ns);
  self->last_ns = MAX (self->last_ns, at_ns);
  if (self->passed == NULL)
    self->passed = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_passed_info_free);
  add_passing (self->passed, passed);
  g_ptr_array_sort (self->passed, compare_passings);
}

/* --- what is certain --- */

/* When its last message was logged, or it began to have any; 0: not known. */
static gint64
get_counted_since (const WeirLoggedEnd *end, gint64 debug_ns)
{
  if (end->n > 0)
    return end->n_ns;
  return end->began_ns > debug_ns ? end->began_ns : 0;
}

static void
settle_end (WeirLoggedEnd *end, gint64 from_ns, gint64 until_ns, gint64 debug_ns)
{
  gint64 since_ns = get_counted_since (end, debug_ns);

  end->is_exact = end->ended_ns != 0 || (debug_ns != 0 && since_ns != 0 && since_ns >= from_ns && since_ns <= until_ns);
  end->exact_n = end->ended_ns != 0 ? end->ended_n : end->n;
}

static gboolean
is_between (const WeirLoggedChannel *self)
{
  return self->writer.is_exact && self->reader.is_exact && self->writer.exact_n > self->reader.exact_n;
}

void
weir_logged_channel_settle (WeirLoggedChannel *self, gint64 from_ns, gint64 until_ns, gint64 debug_ns)
{
  guint64 was_read = self->reader.exact_n;

  settle_end (&self->writer, from_ns, until_ns, debug_ns);
  settle_end (&self->reader, from_ns, until_ns, debug_ns);
  if (!is_between (self))
    {
      self->outstanding_ns = 0;
      self->clear_ns = until_ns;
    }
  else if (self->outstanding_ns == 0 || self->reader.exact_n != was_read)
    {
      self->outstanding_ns = MAX (self->reader.n_ns, self->clear_ns != 0 ? self->clear_ns : until_ns);
    }
}

void
weir_logged_channel_unsettle (WeirLoggedChannel *self)
{
  self->writer.is_exact = FALSE;
  self->reader.is_exact = FALSE;
  self->outstanding_ns = 0;
}

/* --- what follows --- */

static gboolean
has_begun (const WeirLoggedEnd *end)
{
  return end->began_ns != 0 || end->n > 0 || end->lost_ns != 0 || end->failed_ns != 0 || end->close_ns != 0;
}

/* 0: not that we know. */
static gint64
get_gone_ns (const WeirLoggedEnd *end)
{
  const gint64 ways[] = { end->ended_ns, end->close_ns, end->lost_ns, end->failed_ns };
  gint64 gone_ns = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (ways[i] != 0)
      note_first (&gone_ns, ways[i]);
  return gone_ns;
}

/* Its receiver was dropped while it wrote: the reader has left, or never came in time. Nothing is left of the channel.
 */
static gboolean
was_reader_dropped (const WeirLoggedChannel *self)
{
  return self->writer.failed_ns != 0;
}

static gint64
get_gone_or_failed_ns (const WeirLoggedChannel *self)
{
  return self->writer.failed_ns != 0 ? self->writer.failed_ns : self->reader.ended_ns;
}

/* One end came and the other never did, and after as long as the engine waits it let go of the one: it removes such a
 * channel (§5.7). What is not in the log may be older than that, so this is no earlier than it was. */
static gboolean
was_swept (const WeirLoggedChannel *self)
{
  gboolean is_lone_writer = was_reader_dropped (self) && !has_begun (&self->reader);
  gboolean is_lone_reader = self->reader.ended_ns != 0 && self->reader.ended_n == 0 && !has_begun (&self->writer);

  return (is_lone_writer || is_lone_reader) && get_gone_or_failed_ns (self) - self->first_ns >= SWEPT_NS;
}

/* By itself: not with its engine. */
static gboolean
is_over (const WeirLoggedChannel *self)
{
  return was_reader_dropped (self) || was_swept (self) ||
         (get_gone_ns (&self->writer) != 0 && get_gone_ns (&self->reader) != 0);
}

gboolean
weir_logged_channel_has_ended (const WeirLoggedChannel *self)
{
  return self->stopped_ns != 0 || is_over (self);
}

static gint64
get_ended_ns (const WeirLoggedChannel *self)
{
  if (!is_over (self))
    return self->stopped_ns;
  if (get_gone_ns (&self->reader) == 0 || get_gone_ns (&self->writer) == 0)
    return get_gone_or_failed_ns (self);
  return MAX (get_gone_ns (&self->writer), get_gone_ns (&self->reader));
}

static WeirEndedBy
get_ended_by (const WeirLoggedChannel *self)
{
  if (!is_over (self))
    return self->stopped_ns != 0 ? WEIR_ENDED_ENGINE : WEIR_ENDED_NOT;
  if (was_swept (self))
    return WEIR_ENDED_EXPIRED;
  if (self->reader.failed_ns != 0 || (was_reader_dropped (self) && has_begun (&self->reader)))
    return WEIR_ENDED_READER;
  if (self->writer.lost_ns != 0)
    return WEIR_ENDED_WRITER_LOST;
  if (self->writer.close_ns != 0)
    return WEIR_ENDED_WRITER;
  return WEIR_ENDED_UNKNOWN;
}

static gboolean
has_passed (const WeirLoggedChannel *self, WeirDirection direction)
{
  for (guint i = 0; self->passed != NULL && i < self->passed->len; i++)
    if (((const WeirPassedInfo *) self->passed->pdata[i])->direction == direction)
      return TRUE;
  return FALSE;
}

/* Nobody has come to that end since the channel is there. One in the engine, of an HTTP call, is not logged: nobody
 * else is handed its ref. */
static gboolean
is_awaited (const WeirLoggedChannel *self, gboolean is_writer)
{
  const WeirLoggedEnd *end = is_writer ? &self->writer : &self->reader;
  const WeirLoggedEnd *other = is_writer ? &self->reader : &self->writer;

  return self->is_whole && !self->is_doubtful && !has_begun (end) && end->taken.n == 0 && has_begun (other) &&
         (!self->may_be_http || has_passed (self, is_writer ? WEIR_DIRECTION_WRITE : WEIR_DIRECTION_READ));
}

static WeirPresence
get_presence (const WeirLoggedChannel *self, gboolean is_writer)
{
  const WeirLoggedEnd *end = is_writer ? &self->writer : &self->reader;
  /* Its stream was complete, which the writer's end is a reason for, and its client's leaving another, if that was not
   * seen. */
  gboolean may_have_closed = is_writer && self->reader.ended_ns != 0 && self->reader.failed_ns == 0;

  if (get_gone_ns (end) != 0 || (!is_writer && was_reader_dropped (self) && has_begun (end)))
    return WEIR_PRESENCE_GONE;
  if (!may_have_closed && is_awaited (self, is_writer))
    return WEIR_PRESENCE_NONE;
  if (!has_begun (end) || may_have_closed || self->is_doubtful)
    return WEIR_PRESENCE_UNKNOWN;
  return WEIR_PRESENCE_ELSEWHERE;
}

static gint64
to_ms (gint64 at_ns)
{
  return at_ns / NS_PER_MS;
}

static void
fill_end (WeirEndInfo *info, const WeirLoggedChannel *self, gboolean is_writer)
{
  const WeirLoggedEnd *end = is_writer ? &self->writer : &self->reader;

  info->presence = get_presence (self, is_writer);
  info->asked_at_ms = to_ms (end->asked_ns);
  info->connected_at_ms = to_ms (end->began_ns);
  info->closed_at_ms = to_ms (get_gone_ns (end));
  info->close_clean = end->lost_ns == 0 && end->failed_ns == 0 && end->ended_ns != 0;
  info->n_refused = end->taken.n;
  info->refused_at_ms = to_ms (get_latest (&end->taken));
  info->n_not_found = end->not_found.n;
  info->not_found_at_ms = to_ms (get_latest (&end->not_found));
}

/* How many messages: told by the totals, else at least the highest number that was seen. */
static void
fill_count (WeirTotals *totals, const WeirLoggedEnd *end, guint64 *count, guint32 column)
{
  if (end->ended_ns != 0)
    *count = end->ended_n;
  else if (end->n > 0 || end->is_exact)
    {
      *count = end->n;
      totals->inferred |= column;
    }
  else
    weir_totals_set_unknown (totals, column);
}

/* How many bytes: the engine counts those of binary messages only, and of text tells no size. So they are known where
 * every message was seen and none was text; else it is at least that much. */
static void
fill_bytes (WeirTotals *totals, const WeirLoggedEnd *end, guint64 *bytes, guint32 column)
{
  guint64 n = end->ended_ns != 0 ? end->ended_n : end->n;
  gboolean is_whole = weir_runs_is_whole (&end->seen, n) && end->seen_text == 0;

  *bytes = end->ended_ns != 0 ? end->ended_bytes : end->seen_bytes;
  if (weir_runs_has_holes (&end->seen))
    totals->partial |= column;
  if (*bytes == 0 && n > 0 && !is_whole)
    weir_totals_set_unknown (totals, column);
  else if (end->ended_ns == 0 && end->n == 0 && !end->is_exact)
    weir_totals_set_unknown (totals, column);
  else if (end->ended_ns == 0 || !is_whole)
    totals->inferred |= column;
}

static void
fill_text (WeirTotals *totals, const WeirLoggedEnd *end)
{
  guint64 n = end->ended_ns != 0 ? end->ended_n : end->n;
  gboolean is_known = end->ended_ns != 0 || end->n > 0 || end->is_exact;

  if (!is_known || (!weir_runs_is_whole (&end->seen, n) && end->seen_text == 0))
    {
      weir_totals_set_unknown (totals, WEIR_TOTALS_WRITTEN_TEXT);
      return;
    }
  totals->written_text = end->seen_text;
  if (end->ended_ns == 0 || !weir_runs_is_whole (&end->seen, n))
    totals->inferred |= WEIR_TOTALS_WRITTEN_TEXT;
}

/* What the writer gave and the reader has not got, where both are certain as of one moment. */
static void
fill_buffered (WeirTotals *totals, const WeirLoggedChannel *self)
{
  weir_totals_set_unknown (totals, WEIR_TOTALS_OF_BUFFER);
  if (!self->writer.is_exact || !self->reader.is_exact || self->writer.exact_n < self->reader.exact_n ||
      weir_logged_channel_has_ended (self))
    return;
  totals->buffered_messages = self->writer.exact_n - self->reader.exact_n;
  totals->unknown &= ~WEIR_TOTALS_BUFFERED_MESSAGES;
  totals->inferred |= WEIR_TOTALS_BUFFERED_MESSAGES;
  if (totals->buffered_messages > 0) /* of what size nobody says */
    return;
  totals->unknown &= ~WEIR_TOTALS_BUFFERED_BYTES;
  totals->inferred |= WEIR_TOTALS_BUFFERED_BYTES;
}

/* How it grows is known while messages are logged, from the first that was, or its beginning; and when it is over. */
static gboolean
is_followed (const WeirLoggedEnd *end, gint64 debug_ns)
{
  return get_gone_ns (end) != 0 || (debug_ns != 0 && get_counted_since (end, debug_ns) >= debug_ns);
}

static void
fill_totals (WeirTotals *totals, const WeirLoggedChannel *self)
{
  fill_count (totals, &self->writer, &totals->written_messages, WEIR_TOTALS_WRITTEN_MESSAGES);
  fill_count (totals, &self->reader, &totals->sent_messages, WEIR_TOTALS_SENT_MESSAGES);
  fill_bytes (totals, &self->writer, &totals->written_bytes, WEIR_TOTALS_WRITTEN_BYTES);
  fill_bytes (totals, &self->reader, &totals->sent_bytes, WEIR_TOTALS_SENT_BYTES);
  fill_text (totals, &self->writer);
  fill_buffered (totals, self);
  if (!is_followed (&self->writer, self->debug_ns))
    totals->old |= WEIR_TOTALS_OF_WRITER;
  if (!is_followed (&self->reader, self->debug_ns))
    totals->old |= WEIR_TOTALS_OF_READER;
  weir_totals_set_unknown (totals, WEIR_TOTALS_ACKED_BYTES | WEIR_TOTALS_ACKED_MESSAGES | WEIR_TOTALS_PAUSED_US);
}

/* Of figures that are not certain no state is made: that nothing more was heard does not mean that nothing moves. Times
 * as µs. */
static WeirMeters
make_meters (const WeirLoggedChannel *self, const WeirChannelInfo *info)
{
  WeirMeters meters = { .totals = info->totals,
                        .writer = info->writer.presence,
                        .reader = info->reader.presence,
                        .ended = info->ended_by,
                        .moved_us = MAX (self->writer.n_ns, self->reader.n_ns) / 1000,
                        .outstanding_since_us = self->outstanding_ns / 1000 };

  if (!self->writer.is_exact)
    weir_totals_set_unknown (&meters.totals, WEIR_TOTALS_OF_WRITER);
  if (!self->reader.is_exact)
    weir_totals_set_unknown (&meters.totals, WEIR_TOTALS_OF_READER);
  return meters;
}

static gint64
get_since_ms (const WeirLoggedChannel *self, const WeirChannelInfo *info)
{
  gint64 moved_ms = to_ms (MAX (self->writer.n_ns, self->reader.n_ns));
  gint64 both_ms = MAX (info->writer.connected_at_ms, info->reader.connected_at_ms);

  switch (info->state)
    {
    case WEIR_STATE_CLOSED:
      return info->ended_at_ms;
    case WEIR_STATE_DRAINING:
      return info->writer.closed_at_ms;
    case WEIR_STATE_READER_GONE:
      return info->reader.closed_at_ms;
    case WEIR_STATE_STALLED:
      return to_ms (self->outstanding_ns) + WEIR_STATE_QUIET_US / 1000;
    case WEIR_STATE_IDLE:
      return moved_ms != 0 ? moved_ms + WEIR_STATE_QUIET_US / 1000 : MAX (both_ms, to_ms (self->debug_ns));
    case WEIR_STATE_FLOWING: /* nobody looked before */
      return MAX (both_ms, to_ms (self->debug_ns));
    case WEIR_STATE_UNKNOWN:
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_READER:
    case WEIR_STATE_WAITING_WRITER:
    case WEIR_STATE_HELD:
    default:
      return MAX (both_ms, MAX (info->writer.asked_at_ms, info->reader.asked_at_ms));
    }
}

static void
copy_passed (GPtrArray *passed, GPtrArray *from)
{
  for (guint i = 0; from != NULL && i < from->len; i++)
    {
      const WeirPassedInfo *one = from->pdata[i];
      WeirPassedInfo *copy = weir_passed_info_new ();

      copy->direction = one->direction;
      copy->function_id = g_strdup (one->function_id);
      copy->path = g_strdup (one->path);
      copy->by_worker_id = g_strdup (one->by_worker_id);
      copy->at_ms = one->at_ms;
      copy->returned_at_ms = one->returned_at_ms;
      copy->error_code = g_strdup (one->error_code);
      copy->error_message = g_strdup (one->error_message);
      copy->trace_id = g_strdup (one->trace_id);
      copy->invocation_id = g_strdup (one->invocation_id);
      copy->live = one->live;
      g_ptr_array_add (passed, copy);
    }
}

/* Where several may be it, the one that was handed it last: as a point has it. */
static void
fill_owner (WeirChannelInfo *info, WeirDirection direction)
{
  WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  WeirHolders holders;

  weir_holders_find (&holders, info, direction);
  if (holders.n == 0)
    return;
  end->function_id = g_strdup (holders.calls[holders.n - 1]->function_id);
  end->how = WEIR_HOW_REF;
}

static void
fill_info (WeirChannelInfo *info, const WeirLoggedChannel *self)
{
  info->seen_at_ms = to_ms (self->first_ns);
  fill_end (&info->writer, self, TRUE);
  fill_end (&info->reader, self, FALSE);
  fill_totals (&info->totals, self);
  info->ended_by = get_ended_by (self);
  info->ended_at_ms = info->ended_by != WEIR_ENDED_NOT ? to_ms (get_ended_ns (self)) : 0;
}

WeirChannelInfo *
weir_logged_channel_make_info (const WeirLoggedChannel *self, gint64 now_ns)
{
  WeirChannelInfo *info = weir_channel_info_new (self->id);
  WeirMeters meters;

  fill_info (info, self);
  copy_passed (info->passed, self->passed);
  fill_owner (info, WEIR_DIRECTION_READ);
  fill_owner (info, WEIR_DIRECTION_WRITE);
  meters = make_meters (self, info);
  info->state = weir_state_decide (&meters, now_ns / 1000);
  info->since_ms = get_since_ms (self, info);
  return info;
}

gint64
weir_logged_channel_get_next_ns (const WeirLoggedChannel *self, gint64 now_ns)
{
  WeirChannelInfo info = { 0 };
  WeirMeters meters;

  fill_info (&info, self);
  meters = make_meters (self, &info);
  return weir_state_next_change_us (&meters, now_ns / 1000) * 1000;
}
