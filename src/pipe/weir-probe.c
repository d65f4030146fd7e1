/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-probe.h"

#include <string.h>

gboolean
weir_probe_is_expected (const WeirProbe *self)
{
  return self->state == WEIR_PROBE_WAITING || self->state == WEIR_PROBE_ANSWERED;
}

/* Something has been sent that no ping stands behind. */
static gboolean
weir_probe_wants_ping (const WeirProbe *self, guint64 messages, guint64 acked)
{
  guint64 covered = self->n_marks > 0 ? self->marks[self->n_marks - 1].messages : acked;

  /* A reader that lets so many pings lie is not told more by another. */
  return weir_probe_is_expected (self) && messages > covered && self->n_marks < WEIR_PROBE_MAX_MARKS;
}

gboolean
weir_probe_is_due (const WeirProbe *self, guint64 messages, guint64 acked, gint64 now_us)
{
  return weir_probe_wants_ping (self, messages, acked) && now_us - self->last_ping_us >= WEIR_PROBE_INTERVAL_US;
}

void
weir_probe_ping (WeirProbe *self, guint64 bytes, guint64 messages, gint64 now_us, guint8 out[WEIR_PROBE_SIZE])
{
  guint64 wire;

  g_return_if_fail (self->n_marks < WEIR_PROBE_MAX_MARKS);

  if (self->last_id == 0)
    self->first_ping_us = now_us;
  self->last_ping_us = now_us;
  self->marks[self->n_marks++] = (WeirProbeMark){ ++self->last_id, bytes, messages };
  wire = GUINT64_TO_BE (self->last_id);
  memcpy (out, &wire, sizeof wire);
}

gboolean
weir_probe_pong (WeirProbe *self, const guint8 *data, gsize len, WeirProbeMark *mark)
{
  guint64 wire;

  if (len != sizeof wire)
    return FALSE;
  memcpy (&wire, data, sizeof wire);

  for (guint i = 0; i < self->n_marks; i++)
    if (self->marks[i].id == GUINT64_FROM_BE (wire))
      {
        *mark = self->marks[i];
        self->n_marks -= i + 1;
        memmove (self->marks, self->marks + i + 1, self->n_marks * sizeof *self->marks);
        self->state = WEIR_PROBE_ANSWERED;
        return TRUE;
      }
  return FALSE;
}

gboolean
weir_probe_check (WeirProbe *self, gint64 owed_since_us, gint64 now_us)
{
  if (self->state != WEIR_PROBE_WAITING || owed_since_us == 0 || now_us - owed_since_us < WEIR_PROBE_GIVE_UP_US)
    return FALSE;

  self->state = WEIR_PROBE_GAVE_UP;
  return TRUE;
}

gint64
weir_probe_next_us (const WeirProbe *self, guint64 messages, guint64 acked, gint64 owed_since_us)
{
  if (weir_probe_wants_ping (self, messages, acked))
    return self->last_ping_us + WEIR_PROBE_INTERVAL_US;
  if (self->state == WEIR_PROBE_WAITING && owed_since_us > 0)
    return owed_since_us + WEIR_PROBE_GIVE_UP_US;
  return 0;
}
