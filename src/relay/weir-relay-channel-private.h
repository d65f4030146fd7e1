/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-channel.h"

/* A relayed channel from the inside, in five files: weir-relay-channel.c asks its reader and does what follows from
 * whatever has happened, weir-relay-channel-ends.c knows who comes and leaves, weir-relay-channel-figures.c counts,
 * weir-relay-channel-taps.c shows it to those who watch, weir-relay-channel-acts.c does what they ask for. */

G_BEGIN_DECLS

/* Before each ping's number, so that no other's pong is taken for one of ours: other relays on the way ping, too. */
#define WEIR_RELAY_PING_PREFIX 8

typedef struct
{
  WeirRelayLink *link; /* nullable */
  WeirPresence presence;
  gboolean was_here;
  gboolean is_lost;      /* it left without a close frame */
  gboolean has_closed;   /* a reader: by itself; what it is still sent then it does not read */
  WeirFollower followed; /* once the link has gone: what passed: of a writer what it gave, of a reader what it got,
                            until it closed */
} WeirRelayEnd;

/* What waits for the end of a message. */
typedef struct
{
  guint ticket;
  WeirOp op;
  GBytes *payload;
  char *by; /* nullable */
} WeirRelayInjection;

struct _WeirRelayChannel
{
  WeirRelayGroup *group;
  WeirRelayChannelConfig config;
  WeirRelayEnd ends[WEIR_N_SIDES];

  WeirMeter meter;       /* parsed: of the writer's, injected upstream included; taken: by the reader */
  guint64 n_wire;        /* bytes written by the lane nearest to the reader, as of the last look */
  gboolean was_blocked;  /* then */
  gboolean has_progress; /* since then */
  WeirProbe probe;
  guint8 prefix[WEIR_RELAY_PING_PREFIX];
  WeirShaper shaper;
  GQueue *injections;       /* nullable: of WeirRelayInjection, never empty */
  WeirFollower injected_up; /* what has been put in as if the writer had sent it */

  WeirAudience audience;
  WeirViewer viewer;

  gint64 born_us;   /* it was heard of first */
  gint64 life_us;   /* the last sign of life */
  WeirTimer *timer; /* nullable: at timer_us, or earlier than anything there is to do */
  gint64 timer_us;

  WeirEndedBy ended_by; /* the first end that left */
  gboolean is_removed;  /* the engine has let go of one end, and the other never came here: nothing is left of it */
  gint64 doubt_us; /* one end was cut off by the engine: until then all of it may turn out to be lost; 0: no doubt */
  gboolean has_ended;
  gboolean is_internal;
  WeirMeterSource meter_source;
};

/* --- weir-relay-channel.c --- */

gint64 weir_relay_channel_now_us (WeirRelayChannel *self);
gint64 weir_relay_channel_wall_us (WeirRelayChannel *self);
void weir_relay_channel_touch (WeirRelayChannel *self);
void weir_relay_channel_emit (WeirRelayChannel *self, WeirPipeEvent *event);

/* Where its messages pass: of the writer's end if that is or was here, else of the reader's. (nullable) */
WeirLane *weir_relay_channel_get_lane (WeirRelayChannel *self);

/* (nullable) */
WeirLane *weir_relay_channel_get_down (WeirRelayChannel *self); /* to the reader */
WeirLane *weir_relay_channel_get_up (WeirRelayChannel *self);   /* of the writer */

/* --- weir-relay-channel-ends.c --- */

void weir_relay_channel_end_if_over (WeirRelayChannel *self);

/* --- weir-relay-channel-figures.c --- */

/* What came from the writer, or went to the reader, or did not get that far: *@in and *@out at the end of that side. */
void weir_relay_channel_get_followed (WeirRelayChannel *self, WeirSide side, const WeirFollower **in,
                                      const WeirFollower **out);

/* Brings the meter's counts up to date. */
void weir_relay_channel_count (WeirRelayChannel *self);

/* --- weir-relay-channel-taps.c --- */

/* Looks at what passes where there is somebody to see it, or at nothing. */
void weir_relay_channel_update_view (WeirRelayChannel *self);
void weir_relay_channel_show_injected (WeirRelayChannel *self, WeirOp op, GBytes *payload, guint64 seq, const char *by);

/* --- weir-relay-channel-acts.c --- */

/* The next one that waits goes, where a message may begin. */
void weir_relay_channel_put_injection (WeirRelayChannel *self, WeirLane *lane);

/* Those that wait for nothing are answered so. */
void weir_relay_channel_drop_injections (WeirRelayChannel *self, WeirOutcome outcome);

G_END_DECLS
