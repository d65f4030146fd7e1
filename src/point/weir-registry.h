/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-call-info.h"
#include "weir-channel-info.h"
#include "weir-data-thread.h"

/* What a point knows of its channels: their ends, the way of their refs, their state. Told by the engine or the relay
 * what happens, read by the feeds. Lives in the control thread. Times come in monotonic (…_us) and go out as wall clock
 * (…_ms), which is taken once at start.
 *
 * Signals, on the registry: "opened" (guint n), "changed" (guint n), "sampled" (guint n), "internal" (guint n): its ref
 * went to a feed's function, "ended" (guint n): both connections are gone, "forgotten" (guint n, const char
 * *channel_id), "answered" (const WeirPipeEvent *): a data thread has said what became of a wish, "called" (guint
 * place): weir_registry_get_call () of it is new, "fed" (const char *channel_id): it carries a feed that was asked for
 * here. Meters alone raise "sampled"; "changed" is for everything else, a new
 * state included. */

G_BEGIN_DECLS

/* Ended channels are kept this long, so that a watcher sees how they ended, and at most this many. */
#define WEIR_REGISTRY_KEEP_US  (5 * 60 * G_USEC_PER_SEC)
#define WEIR_REGISTRY_KEEP_MAX 1000

/* Channels of feeds, of whom an engine's log tells for as long as it goes back. */
#define WEIR_REGISTRY_MAX_FEEDS 512

/* Functions whose payloads should not have been such; the latest of them. */
#define WEIR_REGISTRY_MAX_CALLS 32

#define WEIR_TYPE_REGISTRY (weir_registry_get_type ())
G_DECLARE_FINAL_TYPE (WeirRegistry, weir_registry, WEIR, REGISTRY, GObject)

/* @expiry_us: how long after the last sign of life a channel with an end that was never taken expires; 0: never. */
WeirRegistry *weir_registry_new (gint64 expiry_us);

/* It expires that long after it was made, whatever happens to it: as of the stock engine. */
void weir_registry_set_expires_by_age (WeirRegistry *self, gboolean expires_by_age);

gint64 weir_registry_to_wall_ms (WeirRegistry *self, gint64 monotonic_us);

/* A new channel. @info: (transfer full): channel_id, buffer_items, buffer_bytes_max, the creator, and both ends as the
 * creator's (worker, and the function it was executing where there was just one). Returns its n. */
guint32 weir_registry_add (WeirRegistry *self, WeirChannelInfo *info, gint64 now_us);

const WeirChannelInfo *weir_registry_get (WeirRegistry *self, guint32 n);
const WeirChannelInfo *weir_registry_lookup (WeirRegistry *self, const char *channel_id);
GPtrArray *weir_registry_list (WeirRegistry *self); /* (transfer container) (element-type WeirChannelInfo), by n */

/* A payload goes to a function. Every ref of a known channel in it is noted, what was passed in the place of one, and a
 * payload that should have been a channel. */
typedef struct
{
  const char *function_id;   /* nullable in a result: the caller executes none, or several */
  const char *invocation_id; /* nullable: void */
  const char *by_worker_id;
  const char *by_worker_name;
  const char *to_worker_id; /* who executes it; nullable */
  const char *to_worker_name;
  const char *to_worker_runtime;
  const char *trace_id;
  const char *refused_code; /* nullable: the engine did not pass the call on, and nobody was handed anything */
  const char *refused_message;
} WeirRegistryCall;
void weir_registry_note_call (WeirRegistry *self, const WeirRegistryCall *call, WeirSpan payload, gint64 now_us);

/* That call has arrived where it is executed: the ends whose refs it carries are @to's. For who learns of a call before
 * it learns of that. Of @to just to_… are looked at. */
void weir_registry_note_executor (WeirRegistry *self, const char *invocation_id, const WeirRegistryCall *to);

/* An answer carries refs back to a caller: an end that nobody has taken yet is the caller's now, and of the function
 * that it is executing itself. Of @to just function_id and to_… are looked at. */
void weir_registry_note_result (WeirRegistry *self, const WeirRegistryCall *to, WeirSpan payload);

/* (nullable): places are 0 … WEIR_REGISTRY_MAX_CALLS - 1; what was told of one may be replaced by another's. */
const WeirCallInfo *weir_registry_get_call (WeirRegistry *self, guint place);

/* A feed of this point goes over that channel, which may not pass here: observers are told, as the engine's log does
 * not. The latest WEIR_REGISTRY_MAX_FEEDS are remembered, also when they are over. */
void weir_registry_note_feed (WeirRegistry *self, const char *channel_id);
const GQueue *weir_registry_get_feeds (WeirRegistry *self); /* (element-type char): oldest first */

/* That call has returned; @code nullable: it succeeded. Unknown ids are ignored (most calls carry no ref). */
void weir_registry_note_returned (WeirRegistry *self, const char *invocation_id, const char *code, const char *message,
                                  gint64 now_us);

/* A worker has said what it is called, perhaps after its channels were made: where it has no name yet, it has one now.
 */
void weir_registry_note_worker (WeirRegistry *self, const char *worker_id, const char *name, const char *runtime);

/* Its connection has ended. A writing end of it that is held does not show that: what it has written and nobody has
 * taken stands before its close. */
void weir_registry_note_worker_left (WeirRegistry *self, const char *worker_id, gint64 now_us);

/* What is known of an end that has not been here; ignored once it has. */
void weir_registry_note_presence (WeirRegistry *self, guint32 n, WeirSide side, WeirPresence presence);

void weir_registry_note_event (WeirRegistry *self, const WeirPipeEvent *event);
void weir_registry_note_meters (WeirRegistry *self, const WeirMeterRow *rows, guint n_rows, gint64 now_us);

/* Who holds or slows the channel from now on. @shapes: (transfer full) (nullable) (element-type WeirShapeInfo) */
void weir_registry_set_shapes (WeirRegistry *self, guint32 n, GPtrArray *shapes);

/* What an observer has done to it. @worker_name: (nullable). @value: see WeirActInfo. */
void weir_registry_note_act (WeirRegistry *self, guint32 n, WeirAct act, const char *worker_name, guint64 value,
                             gint64 now_us);

/* Notices states that change by the passing of time, forgets what ended long ago. Called by the owner four times a
 * second. */
void weir_registry_tick (WeirRegistry *self, gint64 now_us);

G_END_DECLS
