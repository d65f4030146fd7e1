/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-upstream.h"
#include "weir-worker.h"

/* Says in the log that the engine cannot be reached, and when it can again: once each, and why, by what the relay's own
 * worker finds. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirUpstreamWatch WeirUpstreamWatch;

/* @upstream: outlives it */
WeirUpstreamWatch *weir_upstream_watch_new (const WeirUpstream *upstream, WeirWorker *worker);
void weir_upstream_watch_free (WeirUpstreamWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirUpstreamWatch, weir_upstream_watch_free)

G_END_DECLS
