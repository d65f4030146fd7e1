/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-diagnosis.h"

#include <string.h>

#include "weir-holders.h"
#include "weir-reader.h"

typedef struct
{
  const WeirChannelInfo *info;
  const WeirFigures *figures;
  GPtrArray *findings;
  const WeirPassedInfo *failed_reader; /* (nullable): whose failure is why nobody reads */
} Diagnosis;

static WeirFinding *
add (Diagnosis *self, WeirFindingKind kind, WeirSeverity severity, gint64 since_ms)
{
  WeirFinding *finding = g_new0 (WeirFinding, 1);

  finding->kind = kind;
  finding->severity = severity;
  if (since_ms != 0)
    finding->for_us = MAX (0, self->figures->now_ms - since_ms) * 1000;
  g_ptr_array_add (self->findings, finding);
  return finding;
}

/* A later call with the same end that went well, or is under way, makes an earlier failure history: it was tried again.
 */
static gboolean
was_tried_again (const WeirChannelInfo *info, guint i)
{
  const WeirPassedInfo *failed = g_ptr_array_index (info->passed, i);

  for (guint j = i + 1; j < info->passed->len; j++)
    {
      const WeirPassedInfo *later = g_ptr_array_index (info->passed, j);

      if (later->direction == failed->direction && later->error_code == NULL && !later->live)
        return TRUE;
    }
  return FALSE;
}

/* Its answer will never come, which is all that is known: while its end is there it may well be doing its work. */
static gboolean
is_still_there (const WeirChannelInfo *info, const WeirPassedInfo *passed)
{
  const WeirEndInfo *end = passed->direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;

  return end->presence == WEIR_PRESENCE_HERE || end->presence == WEIR_PRESENCE_ELSEWHERE ||
         end->closed_at_ms > passed->returned_at_ms + WEIR_HOLDERS_SLACK_MS ||
         (info->ended_by == WEIR_ENDED_WRITER && end->close_clean);
}

static void
add_failed_call (Diagnosis *self, const WeirPassedInfo *passed)
{
  WeirFindingKind kind = WEIR_FINDING_CALL_FAILED;
  WeirSeverity severity = WEIR_SEVERITY_ERROR;

  if (weir_finding_is_no_function (passed))
    kind = WEIR_FINDING_NO_FUNCTION;
  else if (weir_holders_is_cut_off (passed))
    {
      kind = WEIR_FINDING_CALL_CUT_OFF;
      severity = self->figures->has_lost_relay || is_still_there (self->info, passed) ? WEIR_SEVERITY_WARNING
                                                                                      : WEIR_SEVERITY_ERROR;
    }
  add (self, kind, severity, passed->returned_at_ms)->passed = passed;
}

static void
find_failed_calls (Diagnosis *self)
{
  for (guint i = 0; i < self->info->passed->len; i++)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (self->info->passed, i);

      if (passed->error_code != NULL && passed != self->failed_reader && !was_tried_again (self->info, i))
        add_failed_call (self, passed);
    }
}

/* (nullable): the last call that carried the ref of @direction to a function that exists. */
static const WeirPassedInfo *
last_call (const WeirChannelInfo *info, WeirDirection direction)
{
  for (guint i = info->passed->len; i > 0; i--)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i - 1);

      if (passed->direction == direction && !passed->live && !weir_finding_is_no_function (passed))
        return passed;
    }
  return NULL;
}

static gboolean
has_returned_well (const WeirPassedInfo *call)
{
  return call != NULL && call->returned_at_ms != 0 && call->error_code == NULL;
}

/* An end that we hold ourselves comes when we use it, whoever else was handed its ref. */
static gboolean
is_awaited (const WeirEndInfo *end)
{
  return !end->is_ours && end->presence == WEIR_PRESENCE_NONE && end->connected_at_ms == 0;
}

static gboolean
is_waiting (const WeirChannelInfo *info)
{
  return info->state == WEIR_STATE_CREATED || info->state == WEIR_STATE_WAITING_READER ||
         info->state == WEIR_STATE_WAITING_WRITER;
}

/* A function that gets the client's own object in place of a ref can open nothing; an end that has come all the same is
 * another's, and the object perhaps not meant to be opened. */
static void
find_live_object (Diagnosis *self)
{
  for (guint i = self->info->passed->len; i > 0; i--)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (self->info->passed, i - 1);
      gboolean is_writer = passed->direction == WEIR_DIRECTION_WRITE;
      gboolean is_missing = is_awaited (is_writer ? &self->info->writer : &self->info->reader);

      if (!passed->live || was_tried_again (self->info, i - 1))
        continue;
      add (self, WEIR_FINDING_LIVE_OBJECT, is_missing ? WEIR_SEVERITY_ERROR : WEIR_SEVERITY_WARNING, passed->at_ms)
          ->passed = passed;
      return;
    }
}

/* Which end a payload's member is called after: "input.reader" is, "stream" is not. */
static gboolean
is_named_after (const char *path, const char *end, const char *other)
{
  const char *dot = path != NULL ? strrchr (path, '.') : NULL;
  g_autofree char *leaf = path != NULL ? g_ascii_strdown (dot != NULL ? dot + 1 : path, -1) : NULL;

  return leaf != NULL && strstr (leaf, end) != NULL && strstr (leaf, other) == NULL;
}

static gboolean
is_wrong_end (const WeirPassedInfo *passed)
{
  return passed->direction == WEIR_DIRECTION_WRITE ? is_named_after (passed->path, "reader", "writer")
                                                   : is_named_after (passed->path, "writer", "reader");
}

/* Names may mean anything; but if an end is missing whose ref went nowhere, and the other's went under its name … */
static void
find_wrong_end (Diagnosis *self)
{
  const WeirChannelInfo *info = self->info;

  for (guint i = 0; is_waiting (info) && i < info->passed->len; i++)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i);
      gboolean is_writer = passed->direction == WEIR_DIRECTION_WRITE;
      const WeirEndInfo *missing = is_writer ? &info->reader : &info->writer;

      if (!passed->live && is_wrong_end (passed) && is_awaited (missing) && !weir_finding_is_no_function (passed) &&
          last_call (info, is_writer ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE) == NULL)
        {
          add (self, WEIR_FINDING_WRONG_END, WEIR_SEVERITY_ERROR, passed->at_ms)->passed = passed;
          return;
        }
    }
}

static void
find_not_used (Diagnosis *self, WeirDirection direction, const WeirEndInfo *end)
{
  const WeirPassedInfo *call = last_call (self->info, direction);

  if (is_waiting (self->info) && is_awaited (end) && has_returned_well (call) &&
      self->figures->now_ms - call->returned_at_ms >= WEIR_DIAGNOSIS_NOT_CLOSED_MS)
    add (self, WEIR_FINDING_NOT_USED, WEIR_SEVERITY_WARNING, call->returned_at_ms)->passed = call;
}

static void
add_waiting (Diagnosis *self, WeirFindingKind kind)
{
  const WeirChannelInfo *info = self->info;
  gboolean is_young = self->figures->now_ms - info->since_ms < WEIR_DIAGNOSIS_PATIENCE_MS;
  WeirFinding *finding = add (self, kind, is_young ? WEIR_SEVERITY_QUIET : WEIR_SEVERITY_WARNING, info->since_ms);

  if (info->expires_at_ms != 0)
    finding->left_us = MAX (1, info->expires_at_ms - self->figures->now_ms) * 1000;
}

static gboolean
is_deadlocked (Diagnosis *self)
{
  return self->info->paused_since_ms != 0 && self->figures->deadlock != NULL;
}

/* A failure and an end that it left open are one thing to be told of, where no other channel is to blame. */
static void
find_failed_reader (Diagnosis *self)
{
  const WeirPassedInfo *over = weir_finding_get_over (self->info);

  if (self->info->state == WEIR_STATE_STALLED && !is_deadlocked (self) && self->figures->culprit == NULL &&
      over != NULL && over->error_code != NULL && !weir_finding_is_no_function (over))
    self->failed_reader = over;
}

/* The blame is another channel's; whether there is one. */
static gboolean
add_other (Diagnosis *self, gint64 since_ms)
{
  const WeirFigures *figures = self->figures;

  if (is_deadlocked (self))
    add (self, WEIR_FINDING_DEADLOCK, WEIR_SEVERITY_ERROR, since_ms)->other = figures->deadlock;
  else if (figures->culprit != NULL)
    add (self, WEIR_FINDING_READER_HELD, WEIR_SEVERITY_WARNING, since_ms)->other = figures->culprit;
  else
    return FALSE;
  return TRUE;
}

/* A reader that is to come may be held, or hold itself, at another channel. */
static void
add_waiting_reader (Diagnosis *self)
{
  if (self->info->paused_since_ms == 0 || !add_other (self, self->info->paused_since_ms))
    add_waiting (self, WEIR_FINDING_WAITS_FOR_READER);
}

static void
add_stalled (Diagnosis *self)
{
  gboolean is_buffered = self->info->totals.buffered_messages > 0 || self->info->totals.buffered_bytes > 0;
  gboolean sees_reader = weir_totals_knows (&self->info->totals, WEIR_TOTALS_OF_READER);
  gint64 since_ms = self->figures->last_read_ms != 0 ? self->figures->last_read_ms : self->figures->last_taken_ms;

  if (since_ms == 0 && !sees_reader) /* that nothing was taken shows at the writer's socket, for as long as it takes */
    since_ms = self->info->since_ms - WEIR_STATE_QUIET_US / 1000;
  else if (since_ms == 0)
    since_ms = self->info->reader.connected_at_ms != 0 ? self->info->reader.connected_at_ms : self->info->since_ms;
  if (add_other (self, since_ms))
    return;
  if (self->failed_reader != NULL)
    add (self, WEIR_FINDING_READER_FAILED, WEIR_SEVERITY_ERROR, since_ms)->passed = self->failed_reader;
  else if (is_buffered || !sees_reader)
    add (self, WEIR_FINDING_READER_SLOW, WEIR_SEVERITY_ERROR, since_ms);
  else if (self->figures->sent_rate > 0)
    add (self, WEIR_FINDING_READER_SWALLOWS, WEIR_SEVERITY_ERROR, since_ms);
  else
    add (self, WEIR_FINDING_READER_HANGS, WEIR_SEVERITY_ERROR, since_ms);
}

/* Idle begins when nothing has moved for WEIR_STATE_QUIET_US, or at once where nothing ever has. */
static gint64
get_quiet_since_ms (const WeirChannelInfo *info)
{
  gboolean is_late = info->state == WEIR_STATE_IDLE && info->totals.written_messages > 0;

  return info->since_ms - (is_late ? WEIR_STATE_QUIET_US / 1000 : 0);
}

static gboolean
is_full (const WeirChannelInfo *info)
{
  const WeirTotals *totals = &info->totals;

  return info->paused_since_ms != 0 || (info->buffer_items != 0 && totals->buffered_messages >= info->buffer_items) ||
         (info->buffer_bytes_max != 0 && totals->buffered_bytes >= info->buffer_bytes_max);
}

/* A full buffer is flow control at work as long as it is read from; what it is else shows only after a while. */
static void
add_flowing (Diagnosis *self)
{
  const WeirFigures *figures = self->figures;
  gint64 last_ms = MAX (figures->last_read_ms, figures->last_taken_ms);
  gint64 full_since_ms = last_ms != 0 ? last_ms : MAX (self->info->since_ms, self->info->paused_since_ms);
  gboolean is_held = figures->held_share >= WEIR_DIAGNOSIS_HELD_SHARE;
  gboolean is_read = figures->heard_ms - last_ms < WEIR_DIAGNOSIS_READS_MS ||
                     (figures->last_read_ms == 0 && figures->now_ms - self->info->since_ms >= WEIR_DIAGNOSIS_STEADY_MS);

  if (is_full (self->info) && !(is_held && is_read))
    add (self, WEIR_FINDING_BUFFER_FULL, WEIR_SEVERITY_QUIET, full_since_ms);
  else if (is_held && figures->culprit != NULL)
    add (self, WEIR_FINDING_READER_HELD, WEIR_SEVERITY_QUIET, self->info->since_ms)->other = figures->culprit;
  else if (is_held)
    add (self, WEIR_FINDING_BACKPRESSURED, WEIR_SEVERITY_QUIET, self->info->since_ms);
  else if (figures->lag_ms >= WEIR_DIAGNOSIS_LAG_MS)
    add (self, WEIR_FINDING_FALLS_BEHIND, WEIR_SEVERITY_WARNING, self->info->since_ms)->lag_us = figures->lag_ms * 1000;
  else if (self->info->totals.buffered_messages > 0 && last_ms != 0 &&
           figures->heard_ms - last_ms >= WEIR_DIAGNOSIS_FILLS_MS)
    add (self, WEIR_FINDING_BUFFER_FILLS, WEIR_SEVERITY_QUIET, last_ms);
  else
    add (self, WEIR_FINDING_FLOWS, WEIR_SEVERITY_GOOD, self->info->since_ms);
}

/* Its client refused a message for its size, and no more came after that. */
static gboolean
has_refused_size (const WeirChannelInfo *info)
{
  return info->reader.close_code == WEIR_CLOSE_TOO_BIG;
}

/* For a moment it may be that its function is about to return. */
static gboolean
may_be_done (Diagnosis *self)
{
  const WeirPassedInfo *call = last_call (self->info, WEIR_DIRECTION_READ);

  return call != NULL && call->invocation_id != NULL && call->returned_at_ms == 0 &&
         self->figures->now_ms - self->info->reader.closed_at_ms < WEIR_FINDING_RETURNS_MS;
}

static void
add_reader_left (Diagnosis *self, WeirFindingKind kind, gint64 since_ms)
{
  const WeirChannelInfo *info = self->info;
  WeirSeverity severity = may_be_done (self) ? WEIR_SEVERITY_QUIET : WEIR_SEVERITY_ERROR;
  const WeirPassedInfo *done = weir_finding_get_done (info);

  if (self->figures->has_lost_relay)
    add (self, WEIR_FINDING_RELAY_LOST, WEIR_SEVERITY_ERROR, since_ms);
  else if (weir_finding_is_with_worker (info))
    add (self, WEIR_FINDING_WORKER_LOST, WEIR_SEVERITY_ERROR, since_ms);
  else if (info->reader.violation != NULL)
    add (self, WEIR_FINDING_BROKE_PROTOCOL, WEIR_SEVERITY_ERROR, since_ms);
  else if (has_refused_size (info))
    add (self, WEIR_FINDING_TOO_LARGE, WEIR_SEVERITY_ERROR, since_ms);
  else if (weir_finding_is_keepalive (&info->reader))
    add (self, WEIR_FINDING_KEEPALIVE, WEIR_SEVERITY_ERROR, since_ms);
  else if (done != NULL)
    add (self, WEIR_FINDING_READER_DONE, WEIR_SEVERITY_QUIET, since_ms)->passed = done;
  else
    add (self, kind, severity, since_ms);
}

static void
add_writer_lost (Diagnosis *self, gint64 since_ms)
{
  WeirFindingKind kind = WEIR_FINDING_WRITER_LOST;

  if (self->figures->has_lost_relay)
    kind = WEIR_FINDING_RELAY_LOST;
  else if (weir_finding_is_with_worker (self->info))
    kind = WEIR_FINDING_WORKER_LOST;
  else if (self->info->writer.violation != NULL)
    kind = WEIR_FINDING_BROKE_PROTOCOL;
  else if (weir_finding_is_keepalive (&self->info->writer))
    kind = WEIR_FINDING_KEEPALIVE;
  add (self, kind, WEIR_SEVERITY_ERROR, since_ms)->is_writer = TRUE;
}

/* Which end it was that an observer closed, the latest. */
static gboolean
was_writer_closed (const WeirChannelInfo *info)
{
  for (guint i = info->acts != NULL ? info->acts->len : 0; i > 0; i--)
    {
      const WeirActInfo *act = info->acts->pdata[i - 1];

      if (act->act == WEIR_ACT_CLOSED_WRITER || act->act == WEIR_ACT_CLOSED_READER)
        return act->act == WEIR_ACT_CLOSED_WRITER;
    }
  return FALSE;
}

static void
add_closed (Diagnosis *self)
{
  gint64 ended_at_ms = self->info->ended_at_ms;

  switch (self->info->ended_by)
    {
    case WEIR_ENDED_READER:
      add_reader_left (self, WEIR_FINDING_CLOSED_BY_READER, ended_at_ms);
      break;
    case WEIR_ENDED_WRITER_LOST:
      add_writer_lost (self, ended_at_ms);
      break;
    case WEIR_ENDED_EXPIRED:
      add (self, WEIR_FINDING_EXPIRED, WEIR_SEVERITY_WARNING, ended_at_ms);
      break;
    case WEIR_ENDED_ENGINE:
      add (self, WEIR_FINDING_CLOSED_BY_ENGINE, WEIR_SEVERITY_WARNING, ended_at_ms);
      break;
    case WEIR_ENDED_OBSERVER:
      add (self, WEIR_FINDING_CLOSED_BY_OBSERVER, WEIR_SEVERITY_WARNING, ended_at_ms)->is_writer =
          was_writer_closed (self->info);
      break;
    case WEIR_ENDED_WRITER:
      if (weir_finding_is_keepalive (&self->info->writer))
        add_writer_lost (self, ended_at_ms);
      else
        add (self, WEIR_FINDING_CLOSED, WEIR_SEVERITY_QUIET, ended_at_ms);
      break;
    case WEIR_ENDED_NOT:
    case WEIR_ENDED_UNKNOWN:
    default:
      add (self, WEIR_FINDING_CLOSED, WEIR_SEVERITY_QUIET, ended_at_ms);
      break;
    }
}

/* Of those that hold or slow it, the one that explains most: who holds it, else who wants it slowest. */
static const WeirShapeInfo *
find_shape (const WeirChannelInfo *info)
{
  const WeirShapeInfo *found = NULL;

  for (guint i = 0; info->shapes != NULL && i < info->shapes->len; i++)
    {
      const WeirShapeInfo *shape = info->shapes->pdata[i];

      if (found == NULL || (shape->pause && !found->pause) ||
          (!found->pause && shape->rate_bytes_per_s < found->rate_bytes_per_s))
        found = shape;
    }
  return found;
}

static void
add_held (Diagnosis *self)
{
  const WeirShapeInfo *shape = find_shape (self->info);
  gint64 since_ms = shape != NULL ? shape->since_ms : self->info->since_ms;

  add (self, WEIR_FINDING_HELD_BY_OBSERVER, WEIR_SEVERITY_WARNING, since_ms)->shape = shape;
}

/* It says why it is as slow as it is; where it is held, that has been said. */
static void
find_slowed (Diagnosis *self)
{
  const WeirShapeInfo *shape = find_shape (self->info);

  if (shape != NULL && self->info->state != WEIR_STATE_HELD && self->info->state != WEIR_STATE_CLOSED)
    add (self, shape->pause ? WEIR_FINDING_HELD_BY_OBSERVER : WEIR_FINDING_SLOWED_BY_OBSERVER, WEIR_SEVERITY_WARNING,
         shape->since_ms)
        ->shape = shape;
}

static void
find_opened_twice (Diagnosis *self)
{
  const WeirEndInfo *ends[] = { &self->info->reader, &self->info->writer };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i]->n_refused > 0)
      add (self, WEIR_FINDING_OPENED_TWICE, WEIR_SEVERITY_WARNING, ends[i]->refused_at_ms)->is_writer =
          ends[i] == &self->info->writer;
}

/* Where the end did come later, another was meant. */
static void
find_not_found (Diagnosis *self)
{
  const WeirEndInfo *ends[] = { &self->info->reader, &self->info->writer };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i]->n_not_found > 0)
      add (self, WEIR_FINDING_NOT_FOUND, ends[i]->connected_at_ms == 0 ? WEIR_SEVERITY_ERROR : WEIR_SEVERITY_WARNING,
           ends[i]->not_found_at_ms)
          ->is_writer = ends[i] == &self->info->writer;
}

/* Exactly one finding says what the state is. */
static void
add_state (Diagnosis *self)
{
  switch (self->info->state)
    {
    case WEIR_STATE_FLOWING:
      add_flowing (self);
      break;
    case WEIR_STATE_HELD:
      add_held (self);
      break;
    case WEIR_STATE_STALLED:
      add_stalled (self);
      break;
    case WEIR_STATE_WAITING_READER:
      add_waiting_reader (self);
      break;
    case WEIR_STATE_WAITING_WRITER:
      add_waiting (self, WEIR_FINDING_WAITS_FOR_WRITER);
      break;
    case WEIR_STATE_CREATED:
      add_waiting (self, WEIR_FINDING_NOBODY_CAME);
      break;
    case WEIR_STATE_DRAINING:
      add (self, WEIR_FINDING_DRAINING, WEIR_SEVERITY_QUIET, self->info->since_ms);
      break;
    case WEIR_STATE_IDLE:
      add (self, WEIR_FINDING_IDLE, WEIR_SEVERITY_QUIET, get_quiet_since_ms (self->info));
      break;
    case WEIR_STATE_READER_GONE:
      add_reader_left (self, WEIR_FINDING_READER_GONE, self->info->since_ms);
      break;
    case WEIR_STATE_CLOSED:
      add_closed (self);
      break;
    case WEIR_STATE_UNKNOWN:
    default:
      add (self, WEIR_FINDING_UNKNOWN, WEIR_SEVERITY_QUIET, self->info->since_ms);
      break;
    }
}

/* The call by which the function at the writing end got its ref; NULL if it was not by a call, that has not returned
 * well, or the end is ours by now. */
static const WeirPassedInfo *
returned_writer_call (const WeirChannelInfo *info)
{
  const WeirPassedInfo *last = last_call (info, WEIR_DIRECTION_WRITE);

  return has_returned_well (last) && !info->writer.is_ours ? last : NULL;
}

static void
find_not_closed (Diagnosis *self)
{
  const WeirChannelInfo *info = self->info;
  const WeirPassedInfo *call = returned_writer_call (info);
  gboolean is_quiet = info->state == WEIR_STATE_IDLE || info->state == WEIR_STATE_WAITING_READER;
  gint64 quiet_since_ms;

  if (call == NULL || !is_quiet || info->writer.presence != WEIR_PRESENCE_HERE || info->paused_since_ms != 0)
    return;

  quiet_since_ms = MAX (call->returned_at_ms, get_quiet_since_ms (info));
  if (self->figures->now_ms - quiet_since_ms >= WEIR_DIAGNOSIS_NOT_CLOSED_MS)
    add (self, WEIR_FINDING_NOT_CLOSED, WEIR_SEVERITY_WARNING, call->returned_at_ms)->passed = call;
}

/* It had its time to close: its function had returned. */
static void
find_left_open (Diagnosis *self)
{
  const WeirPassedInfo *call = returned_writer_call (self->info);

  if (call != NULL && self->info->ended_by == WEIR_ENDED_WRITER_LOST && call->returned_at_ms <= self->info->ended_at_ms)
    add (self, WEIR_FINDING_LEFT_OPEN, WEIR_SEVERITY_WARNING, call->returned_at_ms)->passed = call;
}

/* Nobody takes what it has left behind, so its end stays open; where something moves it is about to end. */
static void
find_writer_went (Diagnosis *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean is_at_rest = info->state == WEIR_STATE_STALLED || info->state == WEIR_STATE_WAITING_READER ||
                        info->state == WEIR_STATE_UNKNOWN || info->state == WEIR_STATE_HELD;

  if (info->writer.worker_left_at_ms != 0 && info->writer.presence == WEIR_PRESENCE_HERE && !info->writer.is_ours &&
      is_at_rest)
    add (self, WEIR_FINDING_WRITER_WENT, WEIR_SEVERITY_ERROR, info->writer.worker_left_at_ms)->is_writer = TRUE;
}

/* Only where both ends are this point's to see: figures of an end that is elsewhere say nothing. */
static void
find_unread (Diagnosis *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean saw_writer = info->writer.connected_at_ms != 0;
  gboolean saw_reader = info->reader.connected_at_ms != 0 || info->reader.presence == WEIR_PRESENCE_NONE;

  gboolean is_exact = (info->totals.inferred & (WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES)) == 0;
  gboolean is_done = info->ended_by == WEIR_ENDED_READER && weir_finding_get_done (info) != NULL;

  if (info->state == WEIR_STATE_CLOSED && saw_writer && saw_reader && is_exact && !is_done &&
      weir_totals_get_unsent (&info->totals) > 0 && info->ended_by != WEIR_ENDED_OBSERVER)
    add (self, WEIR_FINDING_UNREAD_AT_END, WEIR_SEVERITY_ERROR, info->ended_at_ms);
}

/* A fault if the reader is Python, a risk while nobody knows what it is; and no news once it has refused it. */
static void
find_big_text (Diagnosis *self)
{
  const char *runtime = self->info->reader.worker_runtime;

  if (self->figures->largest_text <= WEIR_FINDING_BIG_TEXT_SIZE || has_refused_size (self->info) ||
      self->info->reader.is_ours) /* we take it */
    return;
  if (runtime == NULL)
    add (self, WEIR_FINDING_BIG_TEXT, WEIR_SEVERITY_WARNING, 0);
  else if (g_ascii_strcasecmp (runtime, "python") == 0)
    add (self, WEIR_FINDING_BIG_TEXT, WEIR_SEVERITY_ERROR, 0);
}

static void
find_big_message (Diagnosis *self)
{
  if (self->figures->largest >= WEIR_FINDING_BIG_MESSAGE_SIZE)
    add (self, WEIR_FINDING_BIG_MESSAGE, WEIR_SEVERITY_WARNING, 0);
}

static void
find_text_waits (Diagnosis *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 binary = totals->written_messages - MIN (totals->written_messages, totals->written_text);
  guint32 columns = WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_WRITTEN_TEXT | WEIR_TOTALS_SENT_MESSAGES;
  gboolean both_wait = weir_totals_knows (totals, columns) && totals->injected_messages == 0 &&
                       totals->written_text > totals->sent_messages && binary > totals->sent_messages;

  if ((self->figures->text_waits || both_wait) &&
      (self->info->state == WEIR_STATE_STALLED || self->info->paused_since_ms != 0))
    add (self, WEIR_FINDING_TEXT_WAITS, WEIR_SEVERITY_WARNING, 0)->is_order_known = self->figures->text_waits;
}

static void
find_memory_used (Diagnosis *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean is_at_rest = info->state == WEIR_STATE_STALLED || info->state == WEIR_STATE_WAITING_READER;

  if (info->paused_since_ms != 0 && info->lacks_memory && is_at_rest && info->shapes == NULL)
    add (self, WEIR_FINDING_MEMORY_USED, WEIR_SEVERITY_ERROR, info->paused_since_ms);
}

/* A stable insertion sort: a handful of findings, and equals keep their order, causes first. */
static void
sort_worst_first (GPtrArray *findings)
{
  for (guint i = 1; i < findings->len; i++)
    {
      WeirFinding *finding = findings->pdata[i];
      guint j = i;

      for (; j > 0 && ((WeirFinding *) findings->pdata[j - 1])->severity < finding->severity; j--)
        findings->pdata[j] = findings->pdata[j - 1];
      findings->pdata[j] = finding;
    }
}

GPtrArray *
weir_diagnose (const WeirChannelInfo *info, const WeirFigures *figures)
{
  Diagnosis self = { info, figures, g_ptr_array_new_with_free_func ((GDestroyNotify) weir_finding_free) };

  find_failed_reader (&self);
  find_live_object (&self);  /* the call fails for it */
  find_failed_calls (&self); /* a cause goes before its effect */
  find_wrong_end (&self);
  find_not_used (&self, WEIR_DIRECTION_WRITE, &info->writer);
  find_not_used (&self, WEIR_DIRECTION_READ, &info->reader);
  find_writer_went (&self);
  add_state (&self);
  find_memory_used (&self);
  find_slowed (&self);
  find_unread (&self);
  find_opened_twice (&self);
  find_not_found (&self);
  find_not_closed (&self);
  find_left_open (&self);
  find_text_waits (&self);
  find_big_text (&self);
  find_big_message (&self);
  sort_worst_first (self.findings);
  return self.findings;
}
