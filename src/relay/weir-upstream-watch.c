/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-upstream-watch.h"

struct _WeirUpstreamWatch
{
  const WeirUpstream *upstream;
  WeirWorker *worker;
  char *fault; /* nullable: what was said last, while it cannot be reached */
};

static void
say_fault (WeirUpstreamWatch *self)
{
  const GError *error = weir_worker_get_last_error (self->worker);
  g_autofree char *fault = error != NULL ? weir_upstream_dup_fault (error) : NULL;

  if (fault == NULL || g_strcmp0 (fault, self->fault) == 0)
    return;
  g_free (self->fault);
  self->fault = g_steal_pointer (&fault);
  if (weir_worker_get_state (self->worker) == WEIR_WORKER_WAITING)
    g_message ("the engine at %s cannot be reached: %s. It is tried again", self->upstream->shown_url, self->fault);
  else
    g_warning ("the engine at %s takes no worker of this relay: %s", self->upstream->shown_url, self->fault);
}

static void
changed_cb (WeirUpstreamWatch *self)
{
  WeirWorkerState state = weir_worker_get_state (self->worker);

  if (state == WEIR_WORKER_WAITING || state == WEIR_WORKER_STOPPED)
    {
      say_fault (self);
    }
  else if (state == WEIR_WORKER_CONNECTED && self->fault != NULL)
    {
      g_clear_pointer (&self->fault, g_free);
      g_message ("the engine at %s is reached again", self->upstream->shown_url);
    }
}

WeirUpstreamWatch *
weir_upstream_watch_new (const WeirUpstream *upstream, WeirWorker *worker)
{
  WeirUpstreamWatch *self = g_new0 (WeirUpstreamWatch, 1);

  self->upstream = upstream;
  self->worker = g_object_ref (worker);
  /* Both: a worker that fails for good is stopped first, and says why after that. */
  g_signal_connect_swapped (worker, "notify::state", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (worker, "notify::last-error", G_CALLBACK (changed_cb), self);
  return self;
}

void
weir_upstream_watch_free (WeirUpstreamWatch *self)
{
  g_signal_handlers_disconnect_by_data (self->worker, self);
  g_object_unref (self->worker);
  g_free (self->fault);
  g_free (self);
}
