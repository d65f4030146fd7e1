/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-upstream.h"

/* One handshake on its way through the relay: a worker's request goes to the engine, the engine's answer goes to the
 * worker, each as it is. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  guint status;      /* of the engine's answer; the worker has it */
  GIOStream *stream; /* 101: to the engine; else NULL: nothing is left to be passed on */
  GBytes *early;     /* (nullable): what came behind the answer */
} WeirPassageResult;

void weir_passage_result_free (WeirPassageResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPassageResult, weir_passage_result_free)

/**
 * weir_passage_run_async:
 * @head: (transfer full): the request, as the engine is to have it
 * @worker: to whom the answer goes
 *
 * A failure means that the engine has not answered, and the worker has got nothing.
 */
void weir_passage_run_async (const WeirUpstream *upstream, GString *head, GIOStream *worker, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) */
WeirPassageResult *weir_passage_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
