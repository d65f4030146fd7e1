/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-execution.h"
#include "weir-session.h"

/* Calls that a worker executes and has not answered. An engine has no time-out for them (§3.5 of the protocol notes):
 * they end by the answer, or with their executor's connection. Control thread. */

G_BEGIN_DECLS

/* Calls that may be pending at one executor. */
#define WEIR_INVOCATION_TABLE_MAX 65536

/* Who waits for the answer of a call of the engine's own. Zero: nobody. */
typedef struct
{
  /* @result: absent is null. @code: (nullable): it failed, and @message (nullable) says how. Both are lent. */
  void (*answered) (WeirSpan result, const char *code, const char *message, gpointer user_data);
  gpointer user_data;
} WeirReply;

typedef struct
{
  WeirExecution execution; /* first: the executor's queue is of these */
  WeirSession *caller;     /* NULL: nobody waits for the answer (void, the engine's own call, or the caller has gone) */
  WeirReply reply;
  WeirSession *executor;
} WeirPending;

void weir_pending_free (WeirPending *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPending, weir_pending_free)

typedef struct _WeirInvocationTable WeirInvocationTable;

WeirInvocationTable *weir_invocation_table_new (void);
void weir_invocation_table_free (WeirInvocationTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirInvocationTable, weir_invocation_table_free)

/* Whether a call of that id (a UUID, however written) is pending. */
gboolean weir_invocation_table_has (WeirInvocationTable *self, const char *id);

/* @trace_id, @caller: (nullable). (transfer none), for who wants to put in a reply. */
WeirPending *weir_invocation_table_add (WeirInvocationTable *self, const char *id, const char *function_id,
                                        const char *trace_id, WeirSession *caller, WeirSession *executor);

/* Nobody waits for the answer any more. */
void weir_invocation_table_drop_reply (WeirInvocationTable *self, const char *id);

/* The call that @executor has answered; NULL if no such call is pending there. */
WeirPending *weir_invocation_table_take (WeirInvocationTable *self, const char *id, WeirSession *executor);

/* The worker has gone: nobody waits for its calls any more. Returns (transfer full) (element-type WeirPending) those it
 * was executing. */
GPtrArray *weir_invocation_table_remove_session (WeirInvocationTable *self, WeirSession *session);

G_END_DECLS
