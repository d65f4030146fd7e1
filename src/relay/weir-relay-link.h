/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-lane.h"
#include "weir-relay-group.h"

/* A worker's connection and the upstream one that stands for it: two lanes, and how they end. An end of stream is
 * passed as one when all before it has gone, and a reset as a reset; where one side is gone altogether, the other gets
 * what came before, and then is left alone, too. Data thread. */

G_BEGIN_DECLS

/* A lane is named by where it goes, and so is the socket that it is read from. */
enum
{
  WEIR_UP,   /* the worker's socket */
  WEIR_DOWN, /* the upstream one */
};

/* A close frame that has passed on a lane. */
typedef struct
{
  guint16 code; /* 0: it had none */
  char *reason; /* nullable */
} WeirLinkClose;

typedef struct
{
  WeirTransport transport; /* first: its watch is what is dispatched */
  WeirRelayLink *link;
} WeirRelaySocket;

struct _WeirRelayLink
{
  WeirRelayGroup *group;
  guint32 id;
  WeirLinkKind kind;
  WeirSide side;
  WeirRelayChannel *channel; /* nullable: it is no channel's end, or of no channel that is known */
  WeirRelaySocket sockets[2];
  WeirLane lanes[2];
  WeirLinkClose *closes[2]; /* nullable: by lane */
  WeirLinkClose *parting;   /* nullable: what we say as we end it */
  WeirControl *pong;        /* nullable: what is owed to a ping that was not passed on */
  WeirViewer *viewers;      /* nullable: of a main link, one a lane */
  WeirTimer *timer;         /* nullable */
  gint64 delay_us;          /* until one looks again whether everything has arrived; 0: nobody waits for that */
  gint64 until_us;          /* 0, or when it is ended whatever is missing */
  gsize charged;            /* to the budget */
  guint8 first;             /* WeirLinkEnd, if has_first */

  guint has_first : 1;  /* somebody has begun to leave */
  guint has_left : 1;   /* the worker: it has been said */
  guint is_leaving : 1; /* both sides are told that it ends */
  guint is_over : 1;
  guint has_asked : 1;    /* a reader has pinged the engine, */
  guint was_answered : 1; /* which has answered some ping */
  guint missed_lanes : 2; /* bits: that something is missing has been said, and no message was told since */
};

/* @config: its streams are taken over. @channel: (nullable): takes part in it from weir_relay_link_start () on. */
WeirRelayLink *weir_relay_link_new (WeirRelayGroup *group, const WeirLinkConfig *config);

/* Drops its connections, if it still has some, and says nothing. */
void weir_relay_link_free (WeirRelayLink *self);

/* Passes on what the handshakes have read too far. May end it. */
void weir_relay_link_start (WeirRelayLink *self, WeirRelayChannel *channel, const WeirLinkConfig *config);

/* Does what follows from anything that may have changed. May end it. */
void weir_relay_link_settle (WeirRelayLink *self);

/* Ends it: the worker is told Close @code and @reason where a frame may begin, and its answer goes upstream;
 * @is_leaving: both sides are told that, and nothing is waited for. */
void weir_relay_link_part (WeirRelayLink *self, guint16 code, const char *reason, gboolean is_leaving);

/* Waits for what its lanes want to read and write now; settle () includes it. */
void weir_relay_link_watch (WeirRelayLink *self);

/* With a reset of both sides. */
void weir_relay_link_abort (WeirRelayLink *self);

/* Whether there was a close frame: of the worker's, the engine's or ours. */
gboolean weir_relay_link_is_clean (const WeirRelayLink *self);

/* Whether a reader has pinged the engine, and that has answered none: not one whose answer may lie behind what the
 * reader does not take. */
gboolean weir_relay_link_is_unanswered (const WeirRelayLink *self);

G_END_DECLS
