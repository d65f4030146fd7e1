/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-flow.h"

#include <string.h>

static gboolean
weir_flow_has_batch (WeirFlow *self)
{
  return self->batch->owner == self;
}

gboolean
weir_flow_is_done (WeirFlow *self)
{
  return self->ring.n_items == 0 && !weir_flow_has_batch (self) && !self->has_partial;
}

/* --- the batch --- */

static gsize
sum_of_sizes (const WeirOut *outs, guint n_outs)
{
  gsize sum = 0;

  for (guint i = 0; i < n_outs; i++)
    sum += outs[i].len;
  return sum;
}

static void
weir_flow_drop_batch (WeirFlow *self, guint n)
{
  WeirBatch *batch = self->batch;

  for (guint i = 0; i < n && batch->has_blocks; i++)
    g_clear_pointer (&batch->outs[i].block, weir_block_unref);
  if (n < batch->n_items)
    {
      batch->n_bytes -= sum_of_sizes (batch->outs, n);
      batch->n_items -= n;
      memmove (batch->outs, batch->outs + n, batch->n_items * sizeof *batch->outs);
      return;
    }
  batch->owner = NULL;
  batch->n_items = 0;
  batch->n_bytes = 0;
  batch->has_blocks = FALSE;
}

static gboolean
weir_flow_has_willing_reader (WeirFlow *self)
{
  return self->reader != NULL && !self->is_reader_full;
}

static gboolean
weir_flow_can_send (WeirFlow *self, gint64 now_us)
{
  return weir_flow_has_willing_reader (self) && weir_shaper_may_send (&self->shaper, now_us);
}

/* Whether it is for the shape alone that what waits does not go on: the reader would take it. */
static gboolean
weir_flow_is_withheld (WeirFlow *self)
{
  return weir_shaper_is_active (&self->shaper) && weir_flow_has_willing_reader (self);
}

/* How many messages may be gathered before they are handed on. While the reader takes them all, many go in one system
 * call; should it stop just then, more are left than the bound, and those count as if they were not parsed yet. */
static guint
weir_flow_get_batch_limit (WeirFlow *self)
{
  guint n_held = self->ring.n_items + self->has_partial;

  if (n_held == 0 && weir_flow_has_willing_reader (self) && !weir_shaper_is_active (&self->shaper))
    return WEIR_BATCH_MAX;
  return self->max_items > n_held ? self->max_items - n_held : 0;
}

static void
weir_flow_enter (WeirFlow *self, WeirOp kind, const guint8 *data, gsize len, WeirBlock *block)
{
  WeirBatch *batch = self->batch;

  g_assert (batch->owner == self || batch->owner == NULL);

  if (batch->owner == NULL)
    {
      batch->owner = self;
      batch->limit = weir_flow_get_batch_limit (self);
    }
  batch->outs[batch->n_items++] = (WeirOut){
    .kind = kind,
    .is_lent = block == NULL,
    .data = data,
    .len = len,
    .block = block != NULL ? weir_block_ref (block) : NULL,
  };
  batch->n_bytes += len;
  batch->has_blocks |= block != NULL;
}

/* --- towards the reader --- */

static guint
weir_flow_send (WeirFlow *self, const WeirOut *outs, guint n_outs, gint64 now_us)
{
  guint n_admitted = weir_shaper_admit (&self->shaper, outs, n_outs);
  guint n = weir_conn_sendv (self->reader, outs, n_admitted);
  gsize queued = self->reader != NULL ? weir_conn_get_queued (self->reader) : 0;
  gsize rest = self->reader != NULL ? weir_conn_get_queued_data (self->reader) : 0;

  self->meter.taken_messages += n;
  self->meter.taken_bytes += sum_of_sizes (outs, n);
  weir_shaper_spend (&self->shaper, outs, n);
  self->is_reader_full = n < n_admitted || queued > 0;
  if (n > 0)
    {
      self->meter.moved_us = now_us;
      self->has_partial = rest > 0;
      self->partial_bytes = MIN (rest, outs[n - 1].len);
    }
  return n;
}

void
weir_flow_flush (WeirFlow *self, gint64 now_us)
{
  while (self->ring.n_items > 0 && weir_flow_can_send (self, now_us))
    {
      guint n_outs;
      const WeirOut *outs = weir_ring_peek (&self->ring, &n_outs);
      guint n = weir_flow_send (self, outs, n_outs, now_us);

      weir_ring_drop (&self->ring, MIN (n, self->ring.n_items)); /* empty if the reader was lost meanwhile */
    }

  if (weir_flow_has_batch (self) && self->ring.n_items == 0 && weir_flow_can_send (self, now_us))
    {
      guint n = weir_flow_send (self, self->batch->outs, self->batch->n_items, now_us);

      weir_flow_drop_batch (self, MIN (n, self->batch->n_items));
    }
}

static gsize
sum_of_lent (const WeirOut *outs, guint n_outs)
{
  gsize sum = 0;

  for (guint i = 0; i < n_outs; i++)
    if (outs[i].is_lent)
      sum += outs[i].len;
  return sum;
}

void
weir_flow_end_batch (WeirFlow *self, gint64 now_us)
{
  WeirBatch *batch = self->batch;
  WeirBlock *buffer;

  if (self->meter.parsed_messages != self->n_seen)
    self->meter.moved_us = now_us;
  if (self->meter.first_us == 0 && self->meter.parsed_messages > 0)
    self->meter.first_us = now_us;
  self->n_seen = self->meter.parsed_messages;
  weir_flow_flush (self, now_us);
  if (!weir_flow_has_batch (self))
    return;
  buffer = self->writer != NULL ? weir_conn_get_buffer (self->writer, sum_of_lent (batch->outs, batch->n_items)) : NULL;
  weir_ring_append (&self->ring, batch->outs, batch->n_items, buffer);
  weir_flow_drop_batch (self, batch->n_items);
}

guint64
weir_flow_inject (WeirFlow *self, WeirOp kind, WeirBlock *block, gint64 now_us)
{
  WeirOut out = { .kind = kind, .is_injected = TRUE, .data = block->data, .len = block->size, .block = block };

  g_assert (!weir_flow_has_batch (self)); /* between two dispatches */

  weir_meter_count_injected (&self->meter, kind, block->size);
  self->meter.moved_us = now_us;
  self->n_seen = self->meter.parsed_messages;
  weir_ring_append (&self->ring, &out, 1, NULL);
  weir_flow_flush (self, now_us);
  return self->n_seen;
}

guint
weir_flow_count_injected (WeirFlow *self, gsize *n_bytes)
{
  guint n = 0;

  *n_bytes = 0;
  for (guint i = 0; i < self->ring.n_items; i++)
    {
      const WeirOut *out = weir_ring_get (&self->ring, i);

      n += out->is_injected;
      *n_bytes += out->is_injected ? out->len : 0;
    }
  return n;
}

void
weir_flow_shape (WeirFlow *self, gboolean is_held, guint64 rate, gint64 now_us)
{
  weir_shaper_set (&self->shaper, is_held, rate, now_us);
  self->has_progressed = TRUE; /* what was withheld is not stuck yet */
  weir_flow_flush (self, now_us);
}

gint64
weir_flow_next_us (WeirFlow *self, gint64 now_us)
{
  gboolean waits = self->ring.n_items > 0 && weir_flow_is_withheld (self);

  return waits ? weir_shaper_next_us (&self->shaper, now_us) : 0;
}

void
weir_flow_set_reader (WeirFlow *self, WeirConn *reader, gint64 now_us)
{
  self->reader = reader;
  weir_meter_set_outstanding (&self->meter, self->ring.n_items > 0, FALSE, now_us); /* what waited is not stuck yet */
}

void
weir_flow_start_reader (WeirFlow *self, gint64 now_us)
{
  self->pace = (WeirPace){ .since_us = now_us };
  weir_conn_set_notsent_lowat (self->reader, weir_pace_get_lowat (&self->pace));
  weir_flow_flush (self, now_us);
}

void
weir_flow_drained (WeirFlow *self, gint64 now_us)
{
  if (weir_pace_note (&self->pace, self->meter.taken_bytes, now_us))
    weir_conn_set_notsent_lowat (self->reader, weir_pace_get_lowat (&self->pace));
  self->is_reader_full = FALSE;
  self->has_partial = FALSE;
  self->partial_bytes = 0;
  self->has_progressed = TRUE;
  weir_flow_flush (self, now_us);
}

void
weir_flow_drop (WeirFlow *self)
{
  weir_ring_clear (&self->ring);
  if (weir_flow_has_batch (self))
    weir_flow_drop_batch (self, self->batch->n_items);
  self->has_partial = FALSE;
  self->partial_bytes = 0;
}

void
weir_flow_clear (WeirFlow *self)
{
  weir_flow_drop (self);
  self->reader = NULL;
  self->writer = NULL;
  weir_budget_charge (self->budget, -(gint64) self->charged);
  self->charged = 0;
  weir_budget_end_excess (self->budget, self);
}

/* --- the bound --- */

/* What the bound of bytes is for: what has been read and is no message yet, too. */
static gsize
weir_flow_get_held (WeirFlow *self)
{
  gsize unread = self->writer != NULL ? weir_conn_get_unread (self->writer) : 0;

  return self->ring.n_bytes + self->partial_bytes + unread;
}

/* What all that costs in memory. A block that two hold is counted for each. */
static gsize
weir_flow_get_memory (WeirFlow *self)
{
  gsize writer = self->writer != NULL ? weir_conn_get_memory (self->writer) : 0;
  gsize reader = self->reader != NULL ? weir_conn_get_memory (self->reader) : 0;

  return self->ring.n_memory + writer + reader;
}

/* Whether it must wait for memory with nothing but a message that has begun. */
static gboolean
weir_flow_is_starved (WeirFlow *self, gint64 now_us)
{
  gboolean is_exhausted = weir_budget_is_exhausted (self->budget);
  gboolean has_begun = self->writer != NULL && weir_conn_get_unfinished (self->writer) >= WEIR_FLOW_SMALL_READ;

  if (is_exhausted && has_begun)
    return !weir_budget_begin_excess (self->budget, self, now_us);
  weir_budget_end_excess (self->budget, self);
  return FALSE;
}

static gboolean
weir_flow_is_full (WeirFlow *self, gint64 now_us)
{
  guint n_lent = weir_flow_has_batch (self) ? self->batch->n_items : 0;
  gsize lent = n_lent > 0 ? self->batch->n_bytes : 0;
  guint n_items = self->ring.n_items + n_lent + self->has_partial;
  gboolean is_full = n_items > 0 && (n_items >= self->max_items || weir_flow_get_held (self) + lent >= self->max_bytes);

  self->is_starved = self->ring.n_items + n_lent == 0 && weir_flow_is_starved (self, now_us);
  self->lacks_memory =
      self->is_starved || (self->ring.n_items > 0 && !is_full && weir_budget_is_exhausted (self->budget));
  return is_full || self->lacks_memory; /* one message always fits */
}

static void
weir_flow_update_read_limit (WeirFlow *self)
{
  gboolean is_exhausted = weir_budget_is_exhausted (self->budget);

  if (self->writer != NULL)
    weir_conn_set_read_limit (self->writer, is_exhausted ? WEIR_FLOW_SMALL_READ : WEIR_LOOP_BUFFER_SIZE);
}

/* The only place that holds the writer or lets it go on. */
static void
weir_flow_update_pause (WeirFlow *self, gint64 now_us)
{
  gboolean is_full = weir_flow_is_full (self, now_us) && self->writer != NULL;

  if (is_full == self->is_paused)
    return;
  self->is_paused = is_full;
  weir_meter_set_paused (&self->meter, is_full, now_us);
  if (self->writer != NULL)
    weir_conn_set_paused (self->writer, is_full);
}

static void
weir_flow_update_charge (WeirFlow *self)
{
  gsize memory = weir_flow_get_memory (self);

  if (memory == self->charged)
    return;
  weir_budget_charge (self->budget, (gint64) memory - (gint64) self->charged);
  self->charged = memory;
}

gboolean
weir_flow_push (WeirFlow *self, WeirOp kind, const guint8 *data, gsize len, WeirBlock *block, gint64 now_us)
{
  weir_meter_count_parsed (&self->meter, kind, len);
  weir_flow_enter (self, kind, data, len, block);
  if (self->batch->n_items < self->batch->limit && self->ring.n_bytes + self->batch->n_bytes < self->max_bytes)
    return TRUE;

  weir_flow_flush (self, now_us);
  self->batch->limit = weir_flow_get_batch_limit (self);
  weir_flow_update_pause (self, now_us);
  return !self->is_paused;
}

void
weir_flow_update (WeirFlow *self, gboolean expects_acks, gint64 now_us)
{
  WeirMeter *meter = &self->meter;
  gboolean is_waiting = self->ring.n_items > 0 && self->reader != NULL && !weir_flow_is_withheld (self);
  gboolean is_outstanding =
      is_waiting || self->has_partial || (expects_acks && meter->acked_messages < meter->taken_messages);

  weir_meter_set_outstanding (meter, is_outstanding, self->has_progressed, now_us);
  self->has_progressed = FALSE;
  weir_flow_update_charge (self);
  weir_flow_update_read_limit (self);
  weir_flow_update_pause (self, now_us);
}

/* What is held above the bound: parsed, but not written as far as anybody can see. What was injected has no bound. */
static WeirMeter
weir_flow_get_excess (WeirFlow *self)
{
  guint n_held = self->ring.n_items + self->has_partial;
  WeirMeter excess = { 0 };

  for (guint i = self->max_items; i < n_held; i++)
    {
      const WeirOut *out = weir_ring_get (&self->ring, i - self->has_partial);

      if (!out->is_injected)
        weir_meter_count_parsed (&excess, out->kind, out->len);
    }
  return excess;
}

void
weir_flow_get_totals (WeirFlow *self, WeirTotals *totals)
{
  const WeirMeter *meter = &self->meter;
  const WeirMeter excess = weir_flow_get_excess (self);

  *totals = (WeirTotals){
    .written_bytes = meter->parsed_bytes - meter->injected_bytes - excess.parsed_bytes,
    .written_messages = meter->parsed_messages - meter->injected_messages - excess.parsed_messages,
    .written_text = meter->parsed_text - meter->injected_text - excess.parsed_text,
    .sent_bytes = meter->taken_bytes - self->partial_bytes,
    .sent_messages = meter->taken_messages - self->has_partial,
    .acked_bytes = meter->acked_bytes,
    .acked_messages = meter->acked_messages,
    .paused_us = meter->paused_us,
    .buffered_messages = self->ring.n_items + self->has_partial - excess.parsed_messages,
    .buffered_bytes = self->ring.n_bytes + self->partial_bytes - excess.parsed_bytes,
    .injected_bytes = meter->injected_bytes,
    .injected_messages = meter->injected_messages,
  };
}
