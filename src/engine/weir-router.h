/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-table.h"
#include "weir-function-table.h"
#include "weir-invocation-table.h"
#include "weir-session.h"
#include "weir-trigger-table.h"

/* What the workers of an engine share: who is there, what they can do, what they asked each other for. Carries out what
 * they say, as §2 to §4 of the protocol notes have it. weir-calls.c does calls and answers, weir-bindings.c triggers,
 * weir-builtins.c the engine's own functions. Control thread.
 *
 * Sending may end the worker that is sent to (it does not read), and that changes every table here: what is found in a
 * table is not looked at any more after something was sent. */

G_BEGIN_DECLS

typedef struct _WeirWeb WeirWeb;

/* What has been refused, for its figures. */
typedef enum
{
  WEIR_REFUSED_CONNECTION, /* a handshake */
  WEIR_REFUSED_WORKER,
  WEIR_REFUSED_REGISTRATION,
  WEIR_REFUSED_CALL,
  WEIR_N_REFUSED,
} WeirRefused;

typedef struct
{
  WeirBudget *budget; /* of all memory; what workers hold is charged to it, so it is not there for channels */
  guint64 max_bytes;  /* of it, for what all workers hold together */
  guint max_sessions;
} WeirRouterLimits;

typedef struct
{
  GHashTable *sessions; /* id → WeirSession: those that have not ended */
  GHashTable *closing;  /* WeirSession: ended, their connections not yet over */
  WeirFunctionTable *functions;
  WeirInvocationTable *invocations;
  WeirTriggerTable *triggers;
  WeirChannelTable *channels; /* not owned */
  WeirWeb *web;               /* (nullable) not owned: who takes http triggers */
  guint64 refused[WEIR_N_REFUSED];
  WeirRegistry *registry;
  WeirLoop *loop;  /* not owned */
  gint64 start_ms; /* wall clock */
  WeirRouterLimits limits;
  char *reserved; /* nullable: `weir::<point>::`, see weir_router_reserve () */
  guint64 held_bytes;         /* by all sessions */
  WeirTimer *relief_timer;    /* that is too much */
  WeirTimer *functions_timer; /* engine::functions-available is due */
  guint64 functions_version;  /* that it was last fired for */
  gboolean is_stopping;
  void (*closed) (gpointer user_data);
  gpointer user_data;
} WeirRouter;

/* @limits: its budget is referenced. @closed: called when a session's connection is over. */
WeirRouter *weir_router_new (WeirLoop *loop, WeirChannelTable *channels, WeirRegistry *registry,
                             const WeirRouterLimits *limits, void (*closed) (gpointer user_data), gpointer user_data);
void weir_router_free (WeirRouter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRouter, weir_router_free)

/* A worker has connected. @stream: (transfer full). @early: (nullable). @is_own: it is the engine's own. One too many is
 * closed with 1013. */
void weir_router_accept (WeirRouter *self, GIOStream *stream, GBytes *early, gboolean is_own);

/* What the point of that name registers is the engine's own worker's alone, also before that has connected and while it
 * reconnects: observers send what is called so a token. */
void weir_router_reserve (WeirRouter *self, const char *point_name);

/* As it calls itself; NULL: not connected. (transfer none) */
const char *weir_router_get_worker_name (WeirRouter *self, const char *worker_id);

/* Closes all sessions with 1001, takes no more. Over when weir_router_get_n_open () is 0. */
void weir_router_stop (WeirRouter *self);
guint weir_router_get_n_open (WeirRouter *self);

gint64 weir_router_now_ms (WeirRouter *self);

G_END_DECLS
