/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-json.h"

/* A worker that is connected to the engine, as the engine tells of it. Main thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_PEER (weir_peer_get_type ())
G_DECLARE_FINAL_TYPE (WeirPeer, weir_peer, WEIR, PEER, GObject)

const char *weir_peer_get_id (WeirPeer *self);
const char *weir_peer_get_name (WeirPeer *self); /* "" where it has none */

/* (nullable), each: what the worker, or the engine, says of it. */
const char *weir_peer_get_version (WeirPeer *self);
const char *weir_peer_get_runtime (WeirPeer *self);
const char *weir_peer_get_os (WeirPeer *self);
const char *weir_peer_get_address (WeirPeer *self);

/* -1: not known */
gint64 weir_peer_get_pid (WeirPeer *self);
gint64 weir_peer_get_connected_at_ms (WeirPeer *self);
gint64 weir_peer_get_active_invocations (WeirPeer *self);
gint64 weir_peer_get_function_count (WeirPeer *self);

/* It registered functions whose ids another worker had. FALSE: it did not, or the engine does not tell. */
gboolean weir_peer_has_refused_functions (WeirPeer *self);

/* One that has an address is no part of the engine, whatever it says of itself. */
gboolean weir_peer_is_within_engine (WeirPeer *self);

/* "changed" */

/* --- inner to the room --- */

/* @object: as `engine::workers::list` has it; NULL: it has no id. */
WeirPeer *weir_peer_new (WeirSpan object);
void weir_peer_update (WeirPeer *self, WeirSpan object); /* the list's, or the `worker` of `engine::workers::info` */

G_END_DECLS
