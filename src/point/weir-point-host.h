/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-door.h"

/* What a point needs of the server around it. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  /* Through which that channel is reached; NULL: it is not any more, and no answer comes. */
  WeirChannelDoor *(*get_door) (gpointer host, guint32 n);
  void (*set_interval) (gpointer host, guint interval_ms);         /* the fastest watch; 0: none */
  char *(*dup_access_key) (gpointer host, const char *channel_id); /* NULL: unknown */
  guint (*count_workers) (gpointer host);                          /* (nullable): who come through here, as described */
  char *(*dup_worker_name) (gpointer host, const char *worker_id); /* NULL: unknown */
} WeirPointHost;

G_END_DECLS
