/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-point-host.h"
#include "weir-registry.h"

/* A point: an ordinary worker that registers `weir::<point>::describe`, `watch`, `tap`, `stop`, `reveal`, `inject`,
 * `shape` and `close` and answers them from a registry (observation.md). Its feeds are channels that the observer
 * created: they are written with src/client like any other. A watcher or tapper that goes takes its feed with it.
 * Control thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_PERMIT_SEE = 1 << 0,  /* describe, watch */
  WEIR_PERMIT_READ = 1 << 1, /* tap */
  WEIR_PERMIT_REVEAL = 1 << 2,
  WEIR_PERMIT_INTERFERE = 1 << 3, /* inject, shape, close */
  WEIR_PERMIT_ALL = WEIR_PERMIT_SEE | WEIR_PERMIT_READ | WEIR_PERMIT_REVEAL | WEIR_PERMIT_INTERFERE,
} WeirPermits;

typedef struct
{
  const char *mode;        /* "engine" or "relay" */
  const char *listen;      /* ws://… */
  const char *upstream;    /* nullable */
  const char *name;        /* nullable: `weir-engine-<host>-<four hex digits>` */
  const char *token;       /* nullable: calls must carry it */
  const char *owner_token; /* nullable: calls that carry it have every right */
  WeirPermits permits;     /* of all other calls */
} WeirPointConfig;

#define WEIR_TYPE_POINT (weir_point_get_type ())
G_DECLARE_FINAL_TYPE (WeirPoint, weir_point, WEIR, POINT, GObject)

/* @worker: not started yet; the point registers its functions on it. */
WeirPoint *weir_point_new (WeirWorker *worker, WeirRegistry *registry, const WeirPointConfig *config,
                           const WeirPointHost *host, gpointer host_data);
const char *weir_point_get_name (WeirPoint *self);

/* Ends all feeds: each says what it has left to say, then closes. Calls are refused from now on. @stopped: when all
 * observers have it; from in here if there are none. How long one that does not read is waited for is the caller's to
 * say: unreferencing the point drops what is left. Once. */
typedef void (*WeirPointStoppedFunc) (gpointer user_data);
void weir_point_stop (WeirPoint *self, WeirPointStoppedFunc stopped, gpointer user_data);

G_END_DECLS
