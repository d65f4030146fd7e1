/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-holders.h"

gboolean
weir_holders_is_cut_off (const WeirPassedInfo *call)
{
  return g_strcmp0 (call->error_code, "invocation_stopped") == 0;
}

gboolean
weir_holders_is_refused (const WeirPassedInfo *call)
{
  return call->error_code != NULL && call->returned_at_ms <= call->at_ms;
}

static gboolean
is_running (const WeirPassedInfo *call)
{
  return call->returned_at_ms == 0 || weir_holders_is_cut_off (call);
}

static gboolean
may_hold (const WeirPassedInfo *call, const WeirEndInfo *end, WeirDirection direction)
{
  gboolean is_late = end->connected_at_ms != 0 && call->at_ms > end->connected_at_ms;

  return call->direction == direction && !call->live && !is_late && !weir_holders_is_refused (call);
}

/* Whether it was there as long as the end was. */
static gboolean
lasted (const WeirPassedInfo *call, const WeirEndInfo *end)
{
  return is_running (call) ||
         (end->closed_at_ms != 0 && call->returned_at_ms + WEIR_HOLDERS_SLACK_MS >= end->closed_at_ms);
}

/* Another worker has passed the ref on since: whom it was given by that one. */
static gboolean
was_given_on (const WeirHolders *self, guint i)
{
  for (guint j = i + 1; j < self->n; j++)
    if (g_strcmp0 (self->calls[j]->by_worker_id, self->calls[i]->by_worker_id) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_called_again (const WeirHolders *self, guint i)
{
  for (guint j = i + 1; j < self->n; j++)
    if (g_strcmp0 (self->calls[j]->function_id, self->calls[i]->function_id) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_failed (const WeirHolders *self, guint i)
{
  return self->calls[i]->error_code != NULL && !weir_holders_is_cut_off (self->calls[i]);
}

/* Takes out those that @is_out says so of, unless that would leave nobody. */
static void
leave_out (WeirHolders *self, gboolean (*is_out) (const WeirHolders *self, guint i))
{
  WeirHolders left = { .n = 0 };

  for (guint i = 0; i < self->n; i++)
    if (!is_out (self, i))
      left.calls[left.n++] = self->calls[i];
  if (left.n > 0)
    *self = left;
}

static void
leave_out_those_that_left (WeirHolders *self, const WeirEndInfo *end)
{
  WeirHolders left = { .n = 0 };

  for (guint i = 0; i < self->n; i++)
    if (lasted (self->calls[i], end))
      left.calls[left.n++] = self->calls[i];
  if (left.n > 0)
    *self = left;
}

void
weir_holders_find (WeirHolders *self, const WeirChannelInfo *info, WeirDirection direction)
{
  const WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;

  self->n = 0;
  for (guint i = 0; i < info->passed->len && self->n < G_N_ELEMENTS (self->calls); i++)
    if (may_hold (info->passed->pdata[i], end, direction))
      self->calls[self->n++] = info->passed->pdata[i];
  leave_out (self, was_given_on);
  leave_out (self, has_failed);
  leave_out_those_that_left (self, end);
  leave_out (self, is_called_again);
}

gboolean
weir_holders_is_guess (const WeirChannelInfo *info, WeirDirection direction)
{
  const WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  const WeirEndInfo *other = direction == WEIR_DIRECTION_WRITE ? &info->reader : &info->writer;

  return info->passed->len == 0 && end->how == WEIR_HOW_CREATOR && other->how == WEIR_HOW_CREATOR && !end->is_ours &&
         !other->is_ours;
}
