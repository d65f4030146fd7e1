/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-call-list.h"

struct _WeirCallList
{
  GPtrArray *calls; /* (element-type WeirSeenCall) */
};

static void
seen_call_free (gpointer data)
{
  WeirSeenCall *self = data;

  weir_call_info_free (self->info);
  g_free (self);
}

WeirCallList *
weir_call_list_new (void)
{
  WeirCallList *self = g_new0 (WeirCallList, 1);

  self->calls = g_ptr_array_new_with_free_func (seen_call_free);
  return self;
}

void
weir_call_list_free (WeirCallList *self)
{
  g_ptr_array_unref (self->calls);
  g_free (self);
}

static gboolean
is_same (const WeirCallInfo *a, const WeirCallInfo *b)
{
  return a->has_stream == b->has_stream && g_str_equal (a->function_id, b->function_id);
}

static guint
find_oldest (WeirCallList *self)
{
  guint oldest = 0;

  for (guint i = 1; i < self->calls->len; i++)
    if (((WeirSeenCall *) self->calls->pdata[i])->at_us < ((WeirSeenCall *) self->calls->pdata[oldest])->at_us)
      oldest = i;
  return oldest;
}

static WeirSeenCall *
find_or_add (WeirCallList *self, const WeirCallInfo *info)
{
  WeirSeenCall *call;

  for (guint i = 0; i < self->calls->len; i++)
    if (is_same (((WeirSeenCall *) self->calls->pdata[i])->info, info))
      return self->calls->pdata[i];
  if (self->calls->len >= WEIR_CALL_LIST_MAX)
    g_ptr_array_remove_index_fast (self->calls, find_oldest (self));
  call = g_new0 (WeirSeenCall, 1);
  g_ptr_array_add (self->calls, call);
  return call;
}

void
weir_call_list_take (WeirCallList *self, WeirCallInfo *info, gint64 at_us)
{
  WeirSeenCall *call = find_or_add (self, info);

  weir_call_info_free (call->info);
  call->info = info;
  call->at_us = at_us;
}

const WeirSeenCall *
weir_call_list_get_latest (WeirCallList *self)
{
  const WeirSeenCall *latest = NULL;

  for (guint i = 0; i < self->calls->len; i++)
    {
      const WeirSeenCall *call = self->calls->pdata[i];

      if (!call->is_dismissed && (latest == NULL || call->at_us > latest->at_us))
        latest = call;
    }
  return latest;
}

gboolean
weir_call_list_dismiss (WeirCallList *self, const WeirSeenCall *call)
{
  for (guint i = 0; i < self->calls->len; i++)
    if (self->calls->pdata[i] == call)
      {
        ((WeirSeenCall *) self->calls->pdata[i])->is_dismissed = TRUE;
        return TRUE;
      }
  return FALSE;
}
