/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The records of a tap: 32 bytes of little-endian head, then the payload as kept. They are a byte stream on the wire,
 * cut into messages anywhere, and lie in files just so. */

G_BEGIN_DECLS

#define WEIR_RECORD_HEAD_SIZE 32

/* The largest record that is believed: a message of 16 MiB (the engine's frame limit) and its head. */
#define WEIR_RECORD_MAX_SIZE ((16u << 20) + WEIR_RECORD_HEAD_SIZE)

typedef enum
{
  WEIR_RECORD_TEXT = 1,
  WEIR_RECORD_BINARY = 2,
  WEIR_RECORD_EVENT = 3, /* the payload is JSON: {"event":"connected",…}; seq is 0 */
} WeirRecordKind;

typedef enum
{
  WEIR_RECORD_CUT = 1 << 0,      /* at the snaplen */
  WEIR_RECORD_INJECTED = 1 << 1, /* written by an observer */
  WEIR_RECORD_DROPPED = 1 << 2,  /* messages were dropped before this one */
} WeirRecordFlags;

typedef struct
{
  guint32 size; /* head and payload as kept */
  guint8 kind;
  guint16 flags;
  guint64 seq;          /* number of the message on its channel as written, from 1 */
  gint64 time_us;       /* wall clock of the point, µs since 1970 UTC */
  guint32 payload_size; /* the original's; what was kept is size − WEIR_RECORD_HEAD_SIZE */
  guint32 n_dropped;    /* by this tap, just before this record */
} WeirRecordHead;

void weir_record_head_write (const WeirRecordHead *head, guint8 out[WEIR_RECORD_HEAD_SIZE]);

typedef enum
{
  WEIR_RECORD_OK,
  WEIR_RECORD_MORE, /* not a whole head yet; nothing is consumed */
  WEIR_RECORD_BAD,  /* @reason, a constant, names the broken rule */
} WeirRecordStatus;

/* Besides the sizes it is a rule that WEIR_RECORD_CUT is set if and only if less than payload_size was kept,
 * WEIR_RECORD_DROPPED if and only if n_dropped is not 0, and that events alone have no number. Other flags may be set:
 * they are of the future. */
WeirRecordStatus weir_record_head_parse (WeirRecordHead *head, const guint8 *data, gsize len, const char **reason);

/* Puts records together from a stream that is cut anywhere. Memory is bounded by WEIR_RECORD_MAX_SIZE. Any thread, one
 * at a time; not to be used or freed from within the callback. */
typedef struct _WeirRecordReader WeirRecordReader;

/* @payload is lent for the call. */
typedef void (*WeirRecordFunc) (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data);

WeirRecordReader *weir_record_reader_new (WeirRecordFunc func, gpointer user_data);
void weir_record_reader_free (WeirRecordReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRecordReader, weir_record_reader_free)

/* FALSE once the stream has broken a rule; it stays broken. @reason: a constant. */
gboolean weir_record_reader_push (WeirRecordReader *self, const guint8 *data, gsize len, const char **reason);
gboolean weir_record_reader_is_empty (WeirRecordReader *self); /* nothing cut off is waiting for its rest */

G_END_DECLS
