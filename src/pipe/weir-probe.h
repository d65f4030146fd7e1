/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Acknowledgement by pings: a ping is put behind the messages sent so far, and its pong says that the reader's client
 * has taken them all ("What *read* means" in observation.md). Decides when to ping and what a pong means; sends nothing
 * itself. Time is an argument. Data thread. */

G_BEGIN_DECLS

#define WEIR_PROBE_INTERVAL_US (250 * G_TIME_SPAN_MILLISECOND) /* at most one ping in this time */
#define WEIR_PROBE_GIVE_UP_US  (10 * G_USEC_PER_SEC)           /* no pong ever, this long after the first ping */
#define WEIR_PROBE_MAX_MARKS   8                               /* pings without a pong yet */
#define WEIR_PROBE_SIZE        8                               /* payload of a ping */

typedef enum
{
  WEIR_PROBE_OFF,
  WEIR_PROBE_WAITING, /* no pong yet */
  WEIR_PROBE_ANSWERED,
  WEIR_PROBE_GAVE_UP, /* a late pong still counts */
} WeirProbeState;

/* What had been sent when a ping was. */
typedef struct
{
  guint64 id;
  guint64 bytes;
  guint64 messages;
} WeirProbeMark;

typedef struct
{
  WeirProbeState state;
  guint n_marks;
  guint64 last_id;
  gint64 first_ping_us;
  gint64 last_ping_us;
  WeirProbeMark marks[WEIR_PROBE_MAX_MARKS]; /* oldest first */
} WeirProbe;

/* Whether acknowledgements are to be expected: TRUE until it has shown otherwise. */
gboolean weir_probe_is_expected (const WeirProbe *self);

/* Whether a ping is due, now that @messages have been sent and @acked of them acknowledged. */
gboolean weir_probe_is_due (const WeirProbe *self, guint64 messages, guint64 acked, gint64 now_us);

/* The ping that is to be sent now, behind what @bytes and @messages count. */
void weir_probe_ping (WeirProbe *self, guint64 bytes, guint64 messages, gint64 now_us, guint8 out[WEIR_PROBE_SIZE]);

/* TRUE and *@mark if it answers one of ours; earlier ones are answered with it. */
gboolean weir_probe_pong (WeirProbe *self, const guint8 *data, gsize len, WeirProbeMark *mark);

/* @owed_since_us: since when the first pong is owed; 0 while something is buffered, as it may be what the ping waits
 * behind. Returns TRUE when it gives up now. */
gboolean weir_probe_check (WeirProbe *self, gint64 owed_since_us, gint64 now_us);

/* When to look again: 0: when something is sent. */
gint64 weir_probe_next_us (const WeirProbe *self, guint64 messages, guint64 acked, gint64 owed_since_us);

G_END_DECLS
