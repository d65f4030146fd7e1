/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-audience.h"
#include "weir-conn.h"
#include "weir-pipe-event.h"
#include "weir-pipe-group.h"

/* One channel: the bounded buffer between its writer's and its reader's connection, its meters and its taps. Data
 * thread.
 *
 * The straight path: a message that the writer's connection lends is entered in the group's batch; at the bound, or at
 * the end of the dispatch, the batch is handed to the reader's connection in one go. What that does not take is copied
 * into the ring. At the bound the writer is not read any more; when the reader has taken some, it is again.
 *
 * The ends: a writer that closes ends the channel when all it wrote has been handed over, and the reader gets an empty
 * close frame (as from the stock engine); one that is lost, or breaks the protocol, the same with 1011 `writer_lost`. A
 * reader that leaves ends it at once: the writer gets 1001 `reader_left`. An end that nobody takes ends it with 1001
 * `expired`. */

G_BEGIN_DECLS

/* How long we wait for the answer to a close frame of ours. A reader has all the time it wants for what is before it:
 * what is left of a connection that is lost is found out by its keepalive probes, and by TCP's own retransmissions. */
#define WEIR_PIPE_WRITER_CLOSE_US (5 * G_USEC_PER_SEC)
#define WEIR_PIPE_READER_CLOSE_US WEIR_CONN_NO_LIMIT

WeirPipe *weir_pipe_new (WeirPipeGroup *group, const WeirPipeConfig *config);

/* Drops its connections at once, if it still has some, and says nothing. Not from its own events. */
void weir_pipe_free (WeirPipe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPipe, weir_pipe_free)

guint32 weir_pipe_get_n (WeirPipe *self);

/* Whether it is over because its reader has left before a writer came. */
gboolean weir_pipe_was_left_alone (WeirPipe *self);
void weir_pipe_get_meters (WeirPipe *self, WeirMeters *meters);

/* FALSE: that end has been taken before (which has been said), or the channel is over: @stream is untouched. */
gboolean weir_pipe_attach (WeirPipe *self, WeirSide side, GIOStream *stream, GBytes *early);

/* Closes both ends; what is buffered is dropped. May end at once. */
void weir_pipe_close (WeirPipe *self, WeirEndedBy by, guint16 code, const char *reason, gint64 timeout_us);

/* What an observer asks for; @by: (nullable): its name, for the taps. Each answers with an ANSWERED event of that
 * ticket. */

/* Until further notice messages go on to the reader not at all, or at @rate bytes a second; 0: as it takes them. What
 * waits keeps its bounds, so the writer is held when they are reached. The reader's end of stream waits, too. */
void weir_pipe_shape (WeirPipe *self, guint ticket, gboolean is_held, guint64 rate, const char *by);

/* One more message, behind all that waits, and before what was not read from the writer's socket yet. At most
 * WEIR_PIPE_MAX_INJECTED of them wait, with the bytes of a channel's bound: beyond the bounds of the writer's. */
#define WEIR_PIPE_MAX_INJECTED 16
void weir_pipe_inject (WeirPipe *self, guint ticket, WeirOp op, GBytes *payload, const char *by);

/* The writer is told Close 1001 `closed_by_observer`, and its reader gets what was accepted, then the end, as if the
 * writer had closed. The reader is told the same, and what waits for it is dropped; its writer is told 1001
 * `reader_left`. */
void weir_pipe_dismiss (WeirPipe *self, guint ticket, WeirSide side, const char *by);

void weir_pipe_add_tap (WeirPipe *self, WeirTap *tap, gboolean history);
void weir_pipe_remove_tap (WeirPipe *self, WeirTap *tap);

/* (transfer full) (nullable): what is remembered of its messages; no more is from now on. */
WeirHistory *weir_pipe_steal_history (WeirPipe *self);

/* No history, samples or taps from now on. */
void weir_pipe_set_internal (WeirPipe *self);

G_END_DECLS
