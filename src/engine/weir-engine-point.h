/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-table.h"
#include "weir-own-point.h"
#include "weir-router.h"

/* The engine as a point: a worker of its own that is connected to it like any other, and answers `weir::…` from the
 * registry. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  const char *url;         /* of this engine, as others have it */
  const char *token;       /* nullable */
  const char *own_key;     /* that says to the engine's listener that this is its own worker */
  const char *owner_token; /* nullable: calls that carry it have every right */
  const char *name;        /* nullable */
  WeirPermits permits;
} WeirEnginePointConfig;

typedef struct _WeirEnginePoint WeirEnginePoint;

/* @loop, @channels, @router: outlive it. */
WeirEnginePoint *weir_engine_point_new (WeirLoop *loop, WeirRegistry *registry, WeirChannelTable *channels,
                                        WeirRouter *router, const WeirEnginePointConfig *config);
void weir_engine_point_free (WeirEnginePoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirEnginePoint, weir_engine_point_free)

/* Ends the feeds, each with its own last words, and leaves the engine; then, or after @timeout_us, @stopped is called,
 * from in here if there are no feeds. Once. */
void weir_engine_point_stop (WeirEnginePoint *self, gint64 timeout_us, void (*stopped) (gpointer user_data),
                             gpointer user_data);

G_END_DECLS
