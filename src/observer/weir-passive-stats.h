/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How much of a stock engine's log was taken in, and how much was not. */

G_BEGIN_DECLS

typedef struct
{
  guint n_channels;
  guint64 n_records;   /* that were about channels, each delivery counted */
  guint64 n_unread;    /* that were about something else */
  guint64 n_dropped;   /* about channels that there was no room for any more */
  guint64 n_lagged;    /* of those: that the engine could not keep up with its log */
  guint64 n_gaps;      /* how often the engine's log went on without us */
  guint64 n_forgotten; /* channels that had to make room */
} WeirPassiveStats;

G_END_DECLS
