/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-finding.h"

#include <string.h>

#include "weir-close.h"
#include "weir-holders.h"
#include "weir-reader.h"

void
weir_finding_free (WeirFinding *self)
{
  g_free (self);
}

/* A function may fail with that code itself, as another one is not there: the engine names the one that was called. */
gboolean
weir_finding_is_no_function (const WeirPassedInfo *passed)
{
  return g_strcmp0 (passed->error_code, "function_not_found") == 0 &&
         (passed->error_message == NULL || strstr (passed->error_message, passed->function_id) != NULL);
}

guint64
weir_finding_count_unread (const WeirChannelInfo *info)
{
  const WeirTotals *totals = &info->totals;
  guint64 all = totals->written_messages + totals->injected_messages;
  gboolean is_told = info->reader.probed && weir_totals_knows (totals, WEIR_TOTALS_OF_READER);

  if (!weir_totals_knows (totals, WEIR_TOTALS_WRITTEN_MESSAGES) || !is_told)
    return weir_totals_get_unsent (totals);
  return all - MIN (all, totals->acked_messages);
}

const WeirPassedInfo *
weir_finding_get_done (const WeirChannelInfo *info)
{
  const WeirEndInfo *end = &info->reader;
  WeirHolders holders;

  weir_holders_find (&holders, info, WEIR_DIRECTION_READ);
  if (end->closed_at_ms == 0 || end->violation != NULL || end->close_code == WEIR_CLOSE_TOO_BIG ||
      weir_finding_is_keepalive (end))
    return NULL;
  for (guint i = holders.n; i > 0; i--)
    {
      const WeirPassedInfo *call = holders.calls[i - 1];

      if (call->returned_at_ms != 0 && call->error_code == NULL &&
          ABS (call->returned_at_ms - end->closed_at_ms) <= WEIR_FINDING_RETURNS_MS)
        return call;
    }
  return NULL;
}

const WeirPassedInfo *
weir_finding_get_over (const WeirChannelInfo *info)
{
  WeirHolders holders;

  weir_holders_find (&holders, info, WEIR_DIRECTION_READ);
  if (info->reader.is_ours || holders.n != 1 || holders.calls[0]->returned_at_ms == 0 ||
      weir_holders_is_cut_off (holders.calls[0]))
    return NULL;
  return holders.calls[0];
}

/* Its end broke, and its worker's own connection with it. */
static gboolean
has_broken_with_worker (const WeirEndInfo *end)
{
  return end->closed_at_ms != 0 && !end->close_clean && end->violation == NULL && end->worker_left_at_ms != 0 &&
         ABS (end->worker_left_at_ms - end->closed_at_ms) <= WEIR_FINDING_TOGETHER_MS;
}

gboolean
weir_finding_is_with_worker (const WeirChannelInfo *info)
{
  gboolean is_broken = info->ended_by == WEIR_ENDED_READER || info->ended_by == WEIR_ENDED_WRITER_LOST;

  return is_broken && info->reader.worker_id != NULL &&
         g_strcmp0 (info->reader.worker_id, info->writer.worker_id) == 0 && has_broken_with_worker (&info->writer) &&
         has_broken_with_worker (&info->reader);
}

gboolean
weir_finding_is_keepalive (const WeirEndInfo *end)
{
  return end->close_code == WEIR_CLOSE_UNEXPECTED && end->close_reason != NULL &&
         strstr (end->close_reason, "keepalive") != NULL;
}

void
weir_life_event_free (WeirLifeEvent *self)
{
  g_strfreev (self->with);
  g_free (self);
}
