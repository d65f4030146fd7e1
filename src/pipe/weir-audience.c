/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-audience.h"

void
weir_audience_init (WeirAudience *self, GQueue *tapped, WeirHistoryStore *histories)
{
  *self = (WeirAudience){
    .history = histories != NULL ? weir_history_new (histories) : NULL,
    .tapped = tapped,
    .link.data = self,
  };
}

void
weir_audience_clear (WeirAudience *self)
{
  if (self->taps.n_taps > 0)
    g_queue_unlink (self->tapped, &self->link);
  weir_tap_set_clear (&self->taps);
  g_clear_pointer (&self->history, weir_history_free);
}

gboolean
weir_audience_add (WeirAudience *self, WeirTap *tap, gboolean history)
{
  if (!weir_tap_set_add (&self->taps, tap))
    return FALSE;
  if (self->taps.n_taps == 1)
    g_queue_push_tail_link (self->tapped, &self->link);
  if (history && self->history != NULL)
    weir_history_replay (self->history, tap);
  return TRUE;
}

gboolean
weir_audience_remove (WeirAudience *self, WeirTap *tap)
{
  if (!weir_tap_set_remove (&self->taps, tap))
    return FALSE;
  if (self->taps.n_taps == 0)
    g_queue_unlink (self->tapped, &self->link);
  return TRUE;
}

void
weir_audience_show_injected (WeirAudience *self, const WeirHistoryItem *item, WeirBlock *block, const char *by,
                             gint64 time_us, gint64 now_us)
{
  WeirHistoryItem injected = *item;

  injected.flags |= WEIR_RECORD_INJECTED;
  if (self->history != NULL)
    weir_history_push (self->history, &injected, time_us, now_us);
  weir_tap_set_put (&self->taps, item->kind, injected.flags, item->seq, time_us, item->data, item->len, block);
  weir_tap_set_put_injected (&self->taps, item->seq, by, time_us);
}

WeirHistory *
weir_audience_steal_history (WeirAudience *self)
{
  return g_steal_pointer (&self->history);
}

void
weir_audience_put_heartbeats (GQueue *tapped, gint64 time_us)
{
  for (GList *link = tapped->head; link != NULL; link = link->next)
    weir_tap_set_put_heartbeat (&((WeirAudience *) link->data)->taps, time_us);
}
