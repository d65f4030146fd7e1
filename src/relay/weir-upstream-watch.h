/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-thread.h"
#include "weir-upstream.h"
#include "weir-worker.h"

/* What has become of the engine, by what the relay's own worker finds. Says in the log that it cannot be reached, and
 * when it can again: once each, and why. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirUpstreamWatch WeirUpstreamWatch;

/* @upstream: outlives it. @news: of an engine that was there */
WeirUpstreamWatch *weir_upstream_watch_new (const WeirUpstream *upstream, WeirWorker *worker,
                                            void (*news) (WeirEngineNews news, gpointer user_data), gpointer user_data);
void weir_upstream_watch_free (WeirUpstreamWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirUpstreamWatch, weir_upstream_watch_free)

G_END_DECLS
