/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-upstream-watch.h"

struct _WeirUpstreamWatch
{
  const WeirUpstream *upstream;
  WeirWorker *worker;
  char *fault; /* nullable: what was said last, while it cannot be reached */
  void (*news) (WeirEngineNews news, gpointer user_data);
  gpointer user_data;
  WeirEngineNews told;
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
tell (WeirUpstreamWatch *self, WeirEngineNews news)
{
  if (news == self->told || (news == WEIR_ENGINE_LOST && self->told == WEIR_ENGINE_GONE))
    return;
  self->told = news;
  self->news (news, self->user_data);
}

static void
tell_lost (WeirUpstreamWatch *self)
{
  const GError *error = weir_worker_get_last_error (self->worker);
  gboolean is_refused = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);

  tell (self, is_refused ? WEIR_ENGINE_GONE : WEIR_ENGINE_LOST);
}

static void
changed_cb (WeirUpstreamWatch *self)
{
  WeirWorkerState state = weir_worker_get_state (self->worker);

  if (state == WEIR_WORKER_WAITING)
    tell_lost (self);
  else if (state == WEIR_WORKER_CONNECTED)
    tell (self, WEIR_ENGINE_BACK);
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
weir_upstream_watch_new (const WeirUpstream *upstream, WeirWorker *worker,
                         void (*news) (WeirEngineNews news, gpointer user_data), gpointer user_data)
{
  WeirUpstreamWatch *self = g_new0 (WeirUpstreamWatch, 1);

  self->news = news;
  self->user_data = user_data;
  self->told = WEIR_ENGINE_BACK; /* nothing is known of before */
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
