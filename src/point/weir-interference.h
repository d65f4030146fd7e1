/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-point-host.h"
#include "weir-registry.h"

/* What observers do to channels on purpose: the functions `inject`, `shape` and `close` of a point. Each is done by the
 * channel's data thread and answered when that has said so. A shape belongs to the watch that it was asked with, and is
 * undone with it; where several shape one channel, it is held if one of them holds it, else as slow as the slowest
 * wants it. What is in force, and what was done by whom, goes to the registry. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirInterference WeirInterference;

/* What one injected message may have. */
#define WEIR_INTERFERENCE_MAX_INJECT (4u << 20)

WeirInterference *weir_interference_new (WeirRegistry *registry, const WeirPointHost *host, gpointer host_data);

/* Undoes all shapes, and fails the calls that wait for an answer. */
void weir_interference_free (WeirInterference *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirInterference, weir_interference_free)

/* Each answers @call, now or later; @info: the channel it is about. */
void weir_interference_inject (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info,
                               JsonObject *object);
/* @watch_id: a watch of the caller's. */
void weir_interference_shape (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info,
                              JsonObject *object, guint watch_id);
void weir_interference_close (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info,
                              JsonObject *object);

/* That watch is over, and with it what it held and slowed. */
void weir_interference_forget_watch (WeirInterference *self, guint watch_id);

G_END_DECLS
