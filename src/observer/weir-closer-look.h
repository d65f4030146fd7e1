/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-client.h"

/* *Look closer*: makes a stock engine log each message of its channels (their numbers and sizes, no payload), while it
 * is wanted, and then puts back what was there.
 *
 * What it changes in the engine, and views say so: the member `level` of the configuration `iii-observability`, at once
 * and in the file in which the engine keeps it (`config/iii-observability.yaml` in its folder), so that it outlasts the
 * engine's end; and the engine's own log grows. Nothing else of the configuration is touched.
 *
 * The level that was there is on this machine's disk before anything is changed. After a crash the state is
 * WEIR_CLOSER_LEFT at the next start, and weir_closer_look_restore () puts it back. Several Weirs may look closer at
 * one engine: each shows that it does by a function it registers there, later ones take over what is to be put back
 * from it, and the last to leave does it. A level that somebody else has set meanwhile is left as it is. Main thread.
 */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CLOSER_UNAVAILABLE, /* not connected, or no stock engine, or one that keeps no configuration */
  WEIR_CLOSER_OFF,
  WEIR_CLOSER_LEFT, /* off, and the level is still as a Weir before this one has left it: see restore, forget */
  WEIR_CLOSER_BEGINNING,
  WEIR_CLOSER_ON,
  WEIR_CLOSER_ENDING,
} WeirCloserState;

#define WEIR_TYPE_CLOSER_LOOK (weir_closer_look_get_type ())
G_DECLARE_FINAL_TYPE (WeirCloserLook, weir_closer_look, WEIR, CLOSER_LOOK, GObject)

/* "state" is notified, also when the error or the levels are others. */
WeirCloserState weir_closer_look_get_state (WeirCloserLook *self);

/* (nullable): why the last begin, end or restore failed: what the engine said. */
const GError *weir_closer_look_get_error (WeirCloserLook *self);

/* (nullable): the level that is put back (LEFT, ON: NULL is none); and the one that is set instead. */
const char *weir_closer_look_get_before (WeirCloserLook *self);
const char *weir_closer_look_get_set (WeirCloserLook *self);

/* (nullable): the level that somebody else has set since it began; it stays. Until the next begin. */
const char *weir_closer_look_get_other (WeirCloserLook *self);

/* From OFF or LEFT. Becomes ON, or what it was with an error. */
void weir_closer_look_begin (WeirCloserLook *self);

/* From ON. To be waited for before the program ends; fails with what the engine said, or if it does not say anything in
 * some seconds: then the next start offers it. At once where there is nothing to do. */
void weir_closer_look_end_async (WeirCloserLook *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_closer_look_end_finish (WeirCloserLook *self, GAsyncResult *result, GError **error);

/* From LEFT: puts back what was there before the crash. */
void weir_closer_look_restore (WeirCloserLook *self);

/* From LEFT: it stays as it is, and is not asked about again. */
void weir_closer_look_forget (WeirCloserLook *self);

/* The last one was ended by Weir itself, as the engine's log has overrun. */
gboolean weir_closer_look_has_given_up (WeirCloserLook *self);

/* --- inner to the room --- */

/* @folder: where the levels to put back are kept */
WeirCloserLook *weir_closer_look_new (WeirWorker *worker, const char *folder);

/* The engine is there and has what it takes (its functions), or is gone. */
void weir_closer_look_set_available (WeirCloserLook *self, gboolean is_available);

/* The engine has said that its configuration changed. */
void weir_closer_look_check (WeirCloserLook *self);

/* Ends it, if it is on. */
void weir_closer_look_give_up (WeirCloserLook *self);

void weir_closer_look_dispose_now (WeirCloserLook *self); /* no call of its goes on */

G_END_DECLS
