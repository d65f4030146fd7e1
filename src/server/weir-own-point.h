/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-loop.h"
#include "weir-point.h"

/* A server as a point: a worker of its own, connected to an engine like any other, that answers `weir::…` from the
 * server's registry and turns the registry's clock. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  const char *url;            /* of the engine */
  const char *token;          /* nullable: of the engine's door */
  const char *const *headers; /* nullable: names and values in turn, for the engine's door */
  const char *worker_name;    /* nullable: the point's */
  const char *description;
  WeirPointConfig point;
} WeirOwnPointConfig;

typedef struct _WeirOwnPoint WeirOwnPoint;

/* @loop, @host: outlive it. Does not connect yet. */
WeirOwnPoint *weir_own_point_new (WeirLoop *loop, WeirRegistry *registry, const WeirOwnPointConfig *config,
                                  const WeirPointHost *host, gpointer host_data);
void weir_own_point_free (WeirOwnPoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirOwnPoint, weir_own_point_free)

const char *weir_own_point_get_name (WeirOwnPoint *self);
/* (transfer none): its own, for who wants to know how it stands with the engine. */
WeirWorker *weir_own_point_get_worker (WeirOwnPoint *self);

void weir_own_point_start (WeirOwnPoint *self);

/* Ends the feeds, each with its own last words, and leaves the engine; then, or after @timeout_us, @stopped is called,
 * from in here if there are no feeds. Once. */
void weir_own_point_stop (WeirOwnPoint *self, gint64 timeout_us, void (*stopped) (gpointer user_data),
                          gpointer user_data);

G_END_DECLS
