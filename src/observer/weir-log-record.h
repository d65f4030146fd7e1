/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What a stock engine logs of a channel's ends: one record of its log, understood. Inner to the room. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_LOG_ASKED,     /* a connection was asked for */
  WEIR_LOG_NOT_FOUND, /* and answered 404 */
  WEIR_LOG_FOUND,     /* and let in */
  WEIR_LOG_BEGAN,     /* it got its end */
  WEIR_LOG_TAKEN,     /* its end was another's already */
  WEIR_LOG_TEXT,      /* a text message: the n-th message */
  WEIR_LOG_BINARY,    /* a binary one, of bytes */
  WEIR_LOG_FAILED,    /* the other end is gone (the writer's), or its client is (the reader's) */
  WEIR_LOG_LOST,      /* the writer's socket broke */
  WEIR_LOG_CLOSE,     /* the writer's close came */
  WEIR_LOG_ENDED,     /* totals */
} WeirLogKind;

#define WEIR_LOG_ID_LENGTH 36 /* of a UUID */

typedef struct
{
  WeirLogKind kind;
  gboolean is_writer;
  char channel_id[WEIR_LOG_ID_LENGTH + 1];
  gint64 at_ns;  /* wall clock of the engine */
  guint64 n;     /* TEXT, BINARY: its number, from 1; ENDED: how many there were */
  guint64 bytes; /* BINARY: its size; ENDED: of the binary ones: text is not counted */
} WeirLogRecord;

/* @text: JSON that was checked. FALSE: it is of something else. */
gboolean weir_log_record_read (WeirLogRecord *self, WeirSpan text);

/* When any record was made; 0: it does not say. */
gint64 weir_log_record_get_time (WeirSpan text);

/* Whether the engine says that its log came faster than it could hand it on: some of it was skipped. It logs that, too.
 */
gboolean weir_log_record_is_lag (WeirSpan text);

gboolean weir_log_is_channel_id (const char *string);

G_END_DECLS
