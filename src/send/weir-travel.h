/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A line of what travelled in a run: a message, a call or its answer, an event, or what was left out. Immutable. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TRAVEL_CALL,
  WEIR_TRAVEL_ANSWER,
  WEIR_TRAVEL_ERROR, /* the call's */
  WEIR_TRAVEL_EVENT,
  WEIR_TRAVEL_TEXT,
  WEIR_TRAVEL_BINARY,
  WEIR_TRAVEL_GAP, /* "number" messages are not listed */
} WeirTravelKind;

/* As seen from here: towards the function (the peer), or from it. */
typedef enum
{
  WEIR_WAY_TO,
  WEIR_WAY_FROM,
} WeirWay;

/* A message that was held for less has only taken its turn. */
#define WEIR_TRAVEL_MIN_HELD_US (100 * G_TIME_SPAN_MILLISECOND)

/* As much of a message as is kept for its line. */
#define WEIR_TRAVEL_MAX_START 256

typedef struct
{
  WeirTravelKind kind;
  WeirWay way;
  gint64 at_us;        /* since the run began */
  const char *channel; /* nullable: the channel's id */
  guint64 number;      /* of a message on its channel and way, from 1; of a gap: how many; else 0 */
  guint64 size;        /* bytes of the original; 0 where there is no size to be told */
  gint64 held_us;      /* of a message of ours: for how long it was the next, and there was no room for it */
  const void *data;    /* its first bytes, or the line's text; WEIR_TRAVEL_MAX_START of them are kept */
  gsize len;
} WeirTravelInit;

#define WEIR_TYPE_TRAVEL (weir_travel_get_type ())
G_DECLARE_FINAL_TYPE (WeirTravel, weir_travel, WEIR, TRAVEL, GObject)

WeirTravel *weir_travel_new (const WeirTravelInit *init);

WeirTravelKind weir_travel_get_kind (WeirTravel *self);
WeirWay weir_travel_get_way (WeirTravel *self);
gint64 weir_travel_get_at_us (WeirTravel *self);
const char *weir_travel_get_channel (WeirTravel *self);
guint64 weir_travel_get_number (WeirTravel *self);
guint64 weir_travel_get_size (WeirTravel *self);
gint64 weir_travel_get_held_us (WeirTravel *self); /* 0: it was not, or no longer than it takes anyway */
const guint8 *weir_travel_get_data (WeirTravel *self, gsize *len);

G_END_DECLS
