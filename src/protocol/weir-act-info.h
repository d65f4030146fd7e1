/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What observers do to a channel on purpose, as its ChannelInfo tells it: what is in force now, and what was done. */

G_BEGIN_DECLS

/* What one observer has asked for: to hold the channel, or to slow it. It lasts as long as that observer's watch. */
typedef struct
{
  char *worker_id;          /* of the observer; nullable: not known */
  char *worker_name;        /* nullable */
  gboolean pause;           /* nothing goes on to the reader */
  guint64 rate_bytes_per_s; /* 0: not slowed */
  gint64 since_ms;
  gboolean is_ours; /* not on the wire: an observer's note, that it is its own */
} WeirShapeInfo;

WeirShapeInfo *weir_shape_info_new (void);
void weir_shape_info_free (WeirShapeInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirShapeInfo, weir_shape_info_free)

/* @shapes: (nullable). (transfer full) (nullable) */
GPtrArray *weir_shape_info_copy_all (const GPtrArray *shapes);
gsize weir_shape_info_get_size (const GPtrArray *shapes); /* bytes of memory */

typedef enum
{
  WEIR_ACT_UNKNOWN, /* of a newer point */
  WEIR_ACT_HELD,
  WEIR_ACT_SLOWED, /* value: bytes a second */
  WEIR_ACT_LET_GO,
  WEIR_ACT_INJECTED, /* value: the number of the message */
  WEIR_ACT_CLOSED_WRITER,
  WEIR_ACT_CLOSED_READER,
} WeirAct;

typedef struct
{
  WeirAct act;
  gint64 at_ms;
  char *worker_name; /* nullable: whose observer it was */
  guint64 value;
  gboolean is_ours; /* not on the wire: an observer's note, that it was its own */
} WeirActInfo;

WeirActInfo *weir_act_info_new (void);
void weir_act_info_free (WeirActInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirActInfo, weir_act_info_free)

GPtrArray *weir_act_info_copy_all (const GPtrArray *acts);
gsize weir_act_info_get_size (const GPtrArray *acts);

/* The words of the wire. from_string: FALSE for an unknown word. */
const char *weir_act_to_string (WeirAct act);
gboolean weir_act_from_string (const char *string, WeirAct *act);

G_END_DECLS
