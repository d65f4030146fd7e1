/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-growing.h"
#include "weir-message-walk.h"
#include "weir-stream.h"

G_BEGIN_DECLS

/* The longest that one slice may keep the main loop. */
#define WEIR_STREAM_SLICE_US (4 * 1000)

struct _WeirStream
{
  GObject parent_instance;

  WeirMessageList *messages;
  WeirMessageWalk *walk; /* NULL: not started */
  gsize walk_at;         /* of the row that is being read */
  guint64 last_seq;

  WeirJoiner *joiner;
  WeirGrowing *growing;
  GArray *rows;     /* (element-type guint32): of the joiner's messages */
  guint n_readings; /* of all: what was asked for before the last one began is of no use */

  WeirStreamForm form;
  gsize form_head; /* the bytes that it was told from */
  guint generation;
  guint n_announced;
  gint64 announced_us;
  guint pump_source;
  guint announce_source;
};

WeirStreamItem *weir_stream_item_new (guint index, WeirJoined joined);

G_END_DECLS
