/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-content.h"

/* Puts a stream together again that came in messages: their borders mean nothing in it, so a character, a line, a JSON
 * value or an event may lie across several. It keeps no bytes but the first few and the item's that is being read: an
 * item is where one begins in the stream and how long it is, and whoever shows it reads it from the messages that it
 * lies in. The same bytes and gaps give the same items however they were cut. What the tap has dropped is a gap, and is
 * an item of its own; nothing is joined across it. One thread. */

G_BEGIN_DECLS

/* Longer ones go on as an item of their own. */
#define WEIR_JOINER_MAX_ITEM     (64 * 1024)
#define WEIR_JOINER_MAX_ITEMS    (2 * 1000 * 1000)
#define WEIR_JOINER_MAX_MESSAGES (2 * 1000 * 1000)

typedef enum
{
  WEIR_JOINED_GAP = 1 << 0,      /* stands for what is missing, see weir_joiner_get_gap () */
  WEIR_JOINED_NO_START = 1 << 1, /* a gap is before it: its beginning may be missing */
  WEIR_JOINED_NO_END = 1 << 2,   /* a gap is behind it */
  WEIR_JOINED_GOES_ON = 1 << 3,  /* it was too long, and goes on in the next one */
  WEIR_JOINED_CONTINUED = 1 << 4,
  WEIR_JOINED_OPEN = 1 << 5,    /* the last one, which is not complete yet */
  WEIR_JOINED_GARBLED = 1 << 6, /* it has bytes that are no text, or is not whole though nothing is known to miss */
} WeirJoinedFlags;

typedef struct
{
  guint64 start; /* in the stream */
  guint32 len;   /* without the line's end; of a gap: which one */
  guint32 flags;
} WeirJoined;

typedef struct
{
  guint64 at;         /* in the stream */
  guint64 n_messages; /* that are missing, text ones perhaps among them; 0: only bytes of one are */
  guint64 n_bytes;    /* known to be missing: of messages that were cut */
} WeirJoinerGap;

typedef struct _WeirJoiner WeirJoiner;

WeirJoiner *weir_joiner_new (void);
/* One that is told what the stream is, whatever it looks like. */
WeirJoiner *weir_joiner_new_for_content (WeirContent content);
void weir_joiner_free (WeirJoiner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJoiner, weir_joiner_free)

/* The next message's bytes, as far as they are there; the same number again: more of it. FALSE: a bound is reached, and
 * no more is taken. */
gboolean weir_joiner_push (WeirJoiner *self, guint64 seq, const guint8 *data, gsize len);

/* Something is missing here. Gaps that meet become one. FALSE as above. */
gboolean weir_joiner_push_gap (WeirJoiner *self, guint64 n_messages, guint64 n_bytes);

/* May change until WEIR_CONTENT_HEAD bytes are there, and the items with it. */
WeirContent weir_joiner_get_content (WeirJoiner *self);
/* Whether it was said, and does not change. */
gboolean weir_joiner_is_told (WeirJoiner *self);
/* Counts how often that happened. */
guint weir_joiner_get_generation (WeirJoiner *self);
guint64 weir_joiner_get_size (WeirJoiner *self);
gboolean weir_joiner_is_full (WeirJoiner *self);
/* The first bytes, lent. */
const guint8 *weir_joiner_get_head (WeirJoiner *self, gsize *len);

/* Of binary streams and images only the gaps are items. The last one may grow. */
guint weir_joiner_get_n_items (WeirJoiner *self);
WeirJoined weir_joiner_get_item (WeirJoiner *self, guint i);
const WeirJoinerGap *weir_joiner_get_gap (WeirJoiner *self, WeirJoined item);
guint weir_joiner_get_n_gaps (WeirJoiner *self);
/* The last gap that is not behind that byte of the stream, else its beginning: what is joined with it begins there. */
guint64 weir_joiner_get_joined_from (WeirJoiner *self, guint64 at);

guint weir_joiner_get_n_garbled (WeirJoiner *self);
/* The next garbled item behind @after, else the first of all. FALSE: there is none. */
gboolean weir_joiner_find_garbled (WeirJoiner *self, guint after, guint *item);

/* The item in which that byte of the stream lies, else the one behind it. FALSE: there is none. */
gboolean weir_joiner_find_item (WeirJoiner *self, guint64 at, guint *item);

/* Messages that were pushed, by index. */
guint weir_joiner_get_n_messages (WeirJoiner *self);
guint64 weir_joiner_get_message (WeirJoiner *self, guint i, guint64 *start);
/* The one in which that byte lies. FALSE: there is no such byte. */
gboolean weir_joiner_find_message (WeirJoiner *self, guint64 at, guint *i);
/* Where a message begins in the stream. FALSE: it was not pushed. */
gboolean weir_joiner_find_start (WeirJoiner *self, guint64 seq, guint64 *start);

G_END_DECLS
