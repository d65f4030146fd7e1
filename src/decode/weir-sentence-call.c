/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe.h"

#include <glib/gi18n.h>

#include "weir-peer-name.h"

/* "node-a"; a worker that has no name is one still. */
static char *
dup_caller (const WeirCallInfo *info)
{
  return info->by_worker_name != NULL ? weir_peer_name (info->by_worker_name) : g_strdup (_ ("A worker"));
}

static char *
describe_times (const WeirSeenCall *call, gint64 now_us)
{
  g_autofree char *ago = weir_format_duration (now_us - call->at_us);
  g_autofree char *count = weir_format_count (call->info->n_calls);

  if (call->info->n_calls < 2)
    return g_strdup_printf (_ ("That was %s ago."), ago);
  return g_strdup_printf (_ ("It has done so %s times, the last time %s ago."), count, ago);
}

WeirSentence *
weir_describe_call (const WeirSeenCall *call, gint64 now_us, WeirUnits units)
{
  const WeirCallInfo *info = call->info;
  WeirSentence *self = g_new0 (WeirSentence, 1);
  g_autofree char *caller = dup_caller (info);
  g_autofree char *function = weir_peer_name (info->function_id);
  g_autofree char *bytes = weir_format_bytes (info->bytes, units);
  g_autofree char *times = describe_times (call, now_us);

  if (info->has_stream)
    {
      self->headline = g_strdup (_ ("A stream was passed in place of a ref."));
      self->text =
          g_strdup_printf (_ ("%s called %s with a stream object in the payload: no channel can be opened from "
                              "what JSON leaves of it. %s"),
                           caller, function, times);
      self->advice =
          g_strdup (_ ("Pass the channel’s writerRef or readerRef, not the stream of its writer or reader."));
      return self;
    }
  self->headline = g_strdup (_ ("A payload should have been a channel."));
  self->text = g_strdup_printf (_ ("%s called %s with a payload of %s. %s"), caller, function, bytes, times);
  self->advice = g_strdup (_ ("Pass a channel’s ref, and write the data into the channel: a payload is held whole at "
                              "each step of its way, and everything else of that connection waits behind it."));
  return self;
}
