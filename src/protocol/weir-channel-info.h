/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-act-info.h"
#include "weir-ref.h"
#include "weir-state.h"

/* All that a point knows of one channel, as the watch feed carries it. Points write it, observers and captures read it.
 * Times `…_at_ms` are wall clock of the point, in ms since 1970 UTC; 0 is "not yet", null on the wire. No access key in
 * here. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_HOW_UNKNOWN,
  WEIR_HOW_REF,     /* it was handed the ref */
  WEIR_HOW_CREATOR, /* nobody was handed the ref, so the creator holds it */
} WeirHow;

typedef struct
{
  WeirPresence presence;
  gint64 connected_at_ms;
  gint64 closed_at_ms;
  gboolean close_clean; /* it closed: with a frame of its own, or as it was told to. FALSE: it has not, or just broke
                           off. Optional to who reads: where it is not said, a code says it */
  int close_code;       /* as the end sent it; 0: none, or it answered the point's close */
  char *close_reason;
  char *violation;        /* the rule of WebSocket that it broke, and was closed for; nullable. Optional to who reads */
  gboolean is_unanswered; /* the engine had answered none of its client's pings as it left. Optional to who reads */
  char *worker_id;        /* nullable */
  char *worker_name;
  char *worker_runtime;
  char *function_id; /* nullable */
  WeirHow how;
  gboolean probed;        /* its client answers pings */
  guint n_refused;        /* connections that came when the end was taken already, and were closed */
  gint64 refused_at_ms;   /* the latest of them */
  gint64 asked_at_ms;     /* a connection for it was last asked for; of who does not see it connect. Not on the wire */
  guint n_not_found;      /* connections that were answered 404: no such channel (any more), or a wrong key */
  gint64 not_found_at_ms; /* the latest of them */
  gint64 worker_left_at_ms; /* its worker's connection ended, and this had not, as what its socket still holds hides
                               that; or broke with it */
  gboolean is_ours; /* not on the wire: an observer's note, that it holds this end itself, or did. Then the function
                       and the worker are who was to have it */
} WeirEndInfo;

/* The way of a ref: the call that carried it, and that call's fate. */
typedef struct
{
  WeirDirection direction;
  char *function_id;
  char *path; /* in the payload, as `reader` */
  char *by_worker_id;
  char *by_worker_name;
  gint64 at_ms;
  char *invocation_id; /* nullable: void */
  gint64 returned_at_ms;
  char *error_code; /* nullable: it succeeded, or has not returned */
  char *error_message;
  char *trace_id;
  char *to_worker_id; /* who executes it; nullable. These three are not on the wire */
  char *to_worker_name;
  char *to_worker_runtime;
  gboolean live; /* not its ref: the client's object of that end, of which JSON leaves nothing that can be opened. Then
                    nobody was handed anything. On the wire only where it is so */
} WeirPassedInfo;

typedef struct
{
  char *channel_id;
  guint32 n; /* small number that stands for the id in samples */
  gint64 created_at_ms;
  gint64 seen_at_ms;  /* the first that was heard of it; of who does not see it created. Not on the wire */
  guint buffer_items; /* 0: unknown */
  guint64 buffer_bytes_max;
  gint64 expires_at_ms;    /* 0: it does not, now */
  char *creator_worker_id; /* nullable */
  char *creator_worker_name;
  gboolean is_ours; /* not on the wire: an observer's note, that it has made the channel itself */
  WeirEndInfo writer;
  WeirEndInfo reader;
  GPtrArray *passed; /* (element-type WeirPassedInfo), oldest first, at most WEIR_CHANNEL_INFO_MAX_PASSED */
  WeirState state;
  gint64 since_ms;
  gint64 paused_since_ms;
  gboolean lacks_memory;      /* not for its own bounds: those of all channels together. On the wire only where so */
  gint64 first_message_at_ms; /* it came from the writer. Optional to who reads: 0 is also "this is not told" */
  WeirTotals totals;
  WeirEndedBy ended_by;
  gint64 ended_at_ms;
  gboolean internal; /* carries a feed of a point */
  GPtrArray *shapes; /* (nullable) (element-type WeirShapeInfo): of the observers that hold or slow it now */
  GPtrArray *acts;   /* (nullable) (element-type WeirActInfo): what observers did to it, oldest first */
} WeirChannelInfo;

/* A ref that is passed on and on keeps its first and its latest passings. */
#define WEIR_CHANNEL_INFO_MAX_PASSED 16

/* The first of those that hold or slow it, and the latest acts. */
#define WEIR_CHANNEL_INFO_MAX_SHAPES 8
#define WEIR_CHANNEL_INFO_MAX_ACTS   16

/* No string takes more bytes than this on the wire: workers choose their names and errors, and a channel with all of
 * its strings (8 for each of 16 passings, 2 for each of 8 shapes, 1 for each of 16 acts, and 16) must fit a message of
 * the feed. */
#define WEIR_CHANNEL_INFO_MAX_STRING 1024

WeirChannelInfo *weir_channel_info_new (const char *channel_id);
WeirChannelInfo *weir_channel_info_copy (const WeirChannelInfo *self);
void weir_channel_info_free (WeirChannelInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirChannelInfo, weir_channel_info_free)

WeirPassedInfo *weir_passed_info_new (void);
void weir_passed_info_free (WeirPassedInfo *self);

void weir_channel_info_append (GString *out, const WeirChannelInfo *self);

/* Bytes of memory that it takes. */
gsize weir_channel_info_get_size (const WeirChannelInfo *self);

/* Unknown members are skipped, a missing one fails and is named; so does more than a writer ever sends. */
WeirChannelInfo *weir_channel_info_from_json (JsonNode *node, GError **error);

G_END_DECLS
