/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-mix.h"

/* What is not known, or only that it is at least that much, is not to be reckoned with. */
static gboolean
is_exact (const WeirTotals *now, const WeirTotals *before, guint32 columns)
{
  return ((now->unknown | now->inferred | before->unknown | before->inferred) & columns) == 0;
}

/* The largest of the messages that were written since the last time was at least as big as their mean; and a text
 * message if all of them were. */
static void
note_size (WeirMix *self, const WeirTotals *now, const WeirTotals *before)
{
  guint64 n_messages = now->written_messages - before->written_messages;
  guint64 mean;

  if (!is_exact (now, before, WEIR_TOTALS_OF_WRITER) || now->written_messages <= before->written_messages ||
      now->written_bytes <= before->written_bytes)
    return;

  mean = (now->written_bytes - before->written_bytes) / n_messages;
  self->largest = MAX (self->largest, mean);
  if (now->written_text - before->written_text == n_messages)
    self->largest_text = MAX (self->largest_text, mean);
}

/* Messages of which none was text, and messages of which one was, by how many were written before: enough to know that
 * text is queued behind binary, and never to say so wrongly. */
static void
note_order (WeirMix *self, const WeirTotals *now, const WeirTotals *before)
{
  if (!is_exact (now, before, WEIR_TOTALS_OF_WRITER) || now->written_messages <= before->written_messages)
    return;

  if (now->written_text == before->written_text)
    {
      self->binary_until = now->written_messages;
    }
  else
    {
      self->text_after = before->written_messages;
      self->text_binary = self->binary_until;
      self->text_before = before->written_text;
    }
}

void
weir_mix_note (WeirMix *self, const WeirTotals *now, const WeirTotals *before)
{
  note_size (self, now, before);
  note_order (self, now, before);
}

gboolean
weir_mix_text_waits (const WeirMix *self, const WeirTotals *now)
{
  guint64 sent = now->sent_messages;

  if (self->text_after < sent || !weir_totals_knows (now, WEIR_TOTALS_SENT_MESSAGES))
    return FALSE; /* it may have gone */
  return self->text_binary > sent || self->text_after - sent > self->text_before;
}
