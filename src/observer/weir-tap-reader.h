/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-message-list.h"

/* A tap on one channel: creates the feed's channel, asks the point, reads records into a message list. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TAP_READER_OPENING,
  WEIR_TAP_READER_LIVE,
  WEIR_TAP_READER_ENDED,  /* the channel has ended, or was stopped; what came stays */
  WEIR_TAP_READER_FAILED, /* refused, or the connection was lost: see the error */
} WeirTapReaderState;

#define WEIR_TYPE_TAP_READER (weir_tap_reader_get_type ())
G_DECLARE_FINAL_TYPE (WeirTapReader, weir_tap_reader, WEIR, TAP_READER, GObject)

/* Notified: "state". */
WeirTapReaderState weir_tap_reader_get_state (WeirTapReader *self);
/* Why it failed; in the other states why messages are not kept (the disk is full), as long as that is so. Notified with
 * "state". */
const GError *weir_tap_reader_get_error (WeirTapReader *self);
WeirMessageList *weir_tap_reader_get_messages (WeirTapReader *self);

typedef struct
{
  guint64 n_seen; /* messages on the channel since the tap: kept and dropped */
  guint64 n_kept;
  guint64 bytes_seen; /* of what was kept, in full size */
  guint64 bytes_kept;
  guint64 n_dropped; /* by the tap: it could not keep up, or had nowhere to keep them */
  guint64 n_cut;     /* at the snaplen */
  guint64 n_before;  /* had come before the first that this tap saw */
} WeirTapFigures;

WeirTapFigures weir_tap_reader_get_figures (WeirTapReader *self);
guint32 weir_tap_reader_get_snaplen (WeirTapReader *self);

void weir_tap_reader_stop (WeirTapReader *self);

G_END_DECLS
