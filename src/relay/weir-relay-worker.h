/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-announce.h"
#include "weir-execution.h"

/* What the relay knows of one worker, from what passes on its main link: who it is, what it executes, which channels it
 * has asked for. Control thread. */

G_BEGIN_DECLS

/* Calls that are remembered of one worker; an honest one has a handful. The oldest are given up. */
#define WEIR_RELAY_WORKER_MAX_CALLS 10000

typedef struct
{
  guint32 link;
  char *id; /* nullable: the engine has not said it yet */
  WeirAnnounce announce;
  gboolean has_traced;
  GQueue executing;     /* of WeirExecution */
  GHashTable *by_id;    /* invocation id → WeirExecution */
  GHashTable *creating; /* invocation id → WeirRelayCreation */
  GQueue asked;         /* of WeirRelayCreation: the same, the oldest first */
} WeirRelayWorker;

/* A channel that it has asked for. */
typedef struct
{
  guint items;
  char *function_id; /* nullable: of the function that asked, where that can be told */

  /*< private >*/
  char *invocation_id;
  GList link;
} WeirRelayCreation;

WeirRelayWorker *weir_relay_worker_new (guint32 link);
void weir_relay_worker_free (WeirRelayWorker *self);

void weir_relay_worker_begin (WeirRelayWorker *self, const char *invocation_id, const char *function_id,
                              const char *trace_id);
void weir_relay_worker_end (WeirRelayWorker *self, const char *invocation_id);

/* (nullable): of the function in which it makes a call with that trace. */
const char *weir_relay_worker_guess_function (WeirRelayWorker *self, const char *trace_id);

/* It asks for a channel; @data: the input of `engine::channels::create` (§4.1 of the protocol notes). */
void weir_relay_worker_ask (WeirRelayWorker *self, const char *invocation_id, WeirSpan data, const char *trace_id);

/* (transfer full) (nullable): what that is the answer to. */
WeirRelayCreation *weir_relay_worker_take_creation (WeirRelayWorker *self, const char *invocation_id);
void weir_relay_creation_free (WeirRelayCreation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayCreation, weir_relay_creation_free)

G_END_DECLS
