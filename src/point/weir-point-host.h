/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-data-thread.h"

/* What a point needs of the server around it. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  void (*add_tap) (gpointer host, guint32 n, WeirTap *tap, gboolean history);
  void (*remove_tap) (gpointer host, guint32 n, WeirTap *tap);
  void (*mark_internal) (gpointer host, guint32 n);                /* the channel carries a feed: no samples, no taps */
  void (*set_interval) (gpointer host, guint interval_ms);         /* the fastest watch; 0: none */
  char *(*dup_access_key) (gpointer host, const char *channel_id); /* NULL: unknown */
  guint (*count_workers) (gpointer host);                          /* (nullable): who come through here, as described */
  char *(*dup_worker_name) (gpointer host, const char *worker_id); /* NULL: unknown */

  /* As the functions of WeirDataThread; FALSE: the channel has ended, and no answer comes. */
  gboolean (*shape) (gpointer host, guint32 n, guint ticket, gboolean is_held, guint64 rate, const char *by);
  gboolean (*inject) (gpointer host, guint32 n, guint ticket, gboolean is_text, GBytes *payload, const char *by);
  gboolean (*dismiss) (gpointer host, guint32 n, guint ticket, WeirSide side, const char *by);
} WeirPointHost;

G_END_DECLS
