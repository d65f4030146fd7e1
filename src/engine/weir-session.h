/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-announce.h"
#include "weir-conn.h"
#include "weir-envelope.h"

/* One worker's connection on the main socket. It takes envelopes apart and hands them over, and sends with a bound: a
 * worker that does not read costs itself its connection, not others their memory. Belongs to the control thread and to
 * its router, which frees it after `closed`. */

G_BEGIN_DECLS

typedef struct _WeirSession WeirSession;

/* What may wait for a worker before those who call it are held: a few calls of the largest size. */
#define WEIR_SESSION_CONGESTED_BYTES (8u << 20)

/* A worker that others are held for, and that takes nothing for so long, does not read and is closed. */
#define WEIR_SESSION_STALL_US (5 * G_USEC_PER_SEC)

/* What may wait for a worker before it is closed: answers and events hold nobody. */
#define WEIR_SESSION_MAX_QUEUED_BYTES    (64u << 20)
#define WEIR_SESSION_MAX_QUEUED_MESSAGES 100000

/* What the registrations of one worker may hold here: functions, triggers and trigger types with all their texts. */
#define WEIR_SESSION_MAX_HELD_BYTES (32u << 20)

typedef struct
{
  /* The envelope is lent for the call. */
  void (*message) (WeirSession *session, const WeirEnvelope *envelope, gpointer user_data);

  /* What it holds of the engine's memory has changed by @more bytes: what is unfinished, what waits for it, what it has
   * registered. The last time when it is freed. */
  void (*held) (WeirSession *session, gssize more, gpointer user_data);

  /* The worker is gone or given up, @why is for the log; once, and no `message` after it. */
  void (*ended) (WeirSession *session, const char *why, gpointer user_data);

  /* The last call: free it. */
  void (*closed) (WeirSession *session, gpointer user_data);
} WeirSessionEvents;

struct _WeirSession
{
  char *id;             /* UUID */
  char *reattach_token; /* secret */
  char *label;          /* for logs: `name (1a2b3c4d)` */
  char *peer;           /* address, without the port */
  WeirAnnounce announce;
  gint64 connected_at_ms;
  gboolean is_own;      /* the engine's own worker */
  gboolean has_refused; /* functions, as another had their ids */
  GQueue executing;     /* (element-type WeirPending): its calls, see WeirExecution */
  gboolean has_traced;  /* a call of its own carried a trace: one that does not is made outside of all functions */
  gsize held_bytes;     /* by its registrations */
  gsize counted;        /* what `held` has told in sum */

  /*< private >*/
  WeirConn *conn;
  WeirLoop *loop; /* outlives the session */
  const WeirSessionEvents *events;
  gpointer user_data;
  guint n_queued;
  gboolean has_ended;
  WeirSession *waits_for; /* nullable: it is not read from, until that one has taken what waits for it */
  GPtrArray *waiting;     /* (nullable) (element-type WeirSession): the other way round */
  WeirTimer *stall_timer; /* while there are such */
  gsize stall_queued;     /* when it was set */
};

/* @stream: (transfer full), @early: (nullable), as for weir_conn_new () */
WeirSession *weir_session_new (WeirLoop *loop, GIOStream *stream, GBytes *early, const WeirSessionEvents *events,
                               gpointer user_data);

/* At the end of the dispatch. */
void weir_session_free (WeirSession *self);

/* Sends one text message. @message: (transfer full). */
void weir_session_send (WeirSession *self, GString *message);

/* Whether so much waits for it that callers should. */
gboolean weir_session_is_congested (WeirSession *self);

/* Reads no more from @self until everything has been handed to @other's socket, or @other is gone. */
void weir_session_wait_for (WeirSession *self, WeirSession *other);

/* Sends a close frame behind what is queued. `ended` is called from in here. Does nothing once it has been. */
void weir_session_close (WeirSession *self, guint16 code, const char *why);

/* Looks at what it holds anew: what has been sent since is told of only when all of it has. */
void weir_session_recount (WeirSession *self);

/* Closes it to get memory back: with 1013 if there is a chance that it hears of it. */
void weir_session_evict (WeirSession *self, const char *why);

/* Closes one that was never taken in: without `ended`. */
void weir_session_refuse (WeirSession *self, guint16 code, const char *reason);

/* Takes what the worker says of itself: a span of an object, or anything else, which says nothing. */
void weir_session_set_announce (WeirSession *self, WeirSpan data);

/* Whether @more bytes may be held for it; then they are. Give them back with a negative number. */
gboolean weir_session_hold (WeirSession *self, gssize more);

G_END_DECLS
