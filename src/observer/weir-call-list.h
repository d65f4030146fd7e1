/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-call-info.h"

/* What one point has said of calls whose payloads should not have been such: one entry a function and fault, the latest
 * of them if there are many. */

G_BEGIN_DECLS

#define WEIR_CALL_LIST_MAX 64

typedef struct
{
  WeirCallInfo *info;
  gint64 at_us; /* the latest, local and monotonic */
  gboolean is_dismissed;
} WeirSeenCall;

typedef struct _WeirCallList WeirCallList;

WeirCallList *weir_call_list_new (void);
void weir_call_list_free (WeirCallList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCallList, weir_call_list_free)

/* @info: (transfer full): takes the place of what was said of that function. */
void weir_call_list_take (WeirCallList *self, WeirCallInfo *info, gint64 at_us);

/* (nullable) (transfer none): the latest that is not dismissed; valid until the next turn of the main loop. */
const WeirSeenCall *weir_call_list_get_latest (WeirCallList *self);

/* What is said of that function by and by is of no interest any more. FALSE: it is not in here. */
gboolean weir_call_list_dismiss (WeirCallList *self, const WeirSeenCall *call);

G_END_DECLS
