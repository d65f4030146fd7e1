/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* A function's payloads of one kind that should not have been such, as the watch feed tells of them:
 * `{"type":"call","function_id","by":{"worker_id","worker_name"},"bytes","calls","at_ms","stream":bool}`. Points that
 * were made before this say nothing of the kind. No payload in here, nor any of it. */

G_BEGIN_DECLS

/* A larger payload should have been a channel: it is held whole at each step of its way, and all else waits behind it.
 */
#define WEIR_CALL_INFO_BIG_SIZE (1024 * 1024)

typedef struct
{
  char *function_id;
  char *by_worker_id; /* nullable, as the next; of the latest */
  char *by_worker_name;
  guint64 bytes;       /* of the largest payload */
  guint64 n_calls;     /* how many there were */
  gint64 at_ms;        /* the latest; wall clock of the point */
  gboolean has_stream; /* what is wrong: a stream object of a client was in it, of no channel that can be told; FALSE:
                          its size */
} WeirCallInfo;

WeirCallInfo *weir_call_info_copy (const WeirCallInfo *self);
void weir_call_info_free (WeirCallInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCallInfo, weir_call_info_free)

/* Its members, each with a comma before it. */
void weir_call_info_append (GString *out, const WeirCallInfo *self);

/* From a message of the feed. Fails with WEIR_JSON_ERROR, which names the member; more members do not matter. */
WeirCallInfo *weir_call_info_from_span (WeirSpan message, GError **error);

G_END_DECLS
