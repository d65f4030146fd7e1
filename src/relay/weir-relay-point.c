/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-point.h"

static WeirChannelDoor *
get_door (gpointer host, guint32 n)
{
  WeirRelayPointData *self = host;

  return weir_relay_channels_get_door (self->channels, n);
}

static void
set_interval (gpointer host, guint interval_ms)
{
  WeirRelayPointData *self = host;

  weir_relay_channels_set_interval (self->channels, interval_ms);
}

static char *
dup_access_key (gpointer host, const char *channel_id)
{
  WeirRelayPointData *self = host;

  return weir_relay_channels_dup_key (self->channels, channel_id);
}

static guint
count_workers (gpointer host)
{
  WeirRelayPointData *self = host;

  return weir_relay_calls_get_n_workers (self->calls);
}

static char *
dup_worker_name (gpointer host, const char *worker_id)
{
  WeirRelayPointData *self = host;

  return g_strdup (weir_relay_calls_get_worker_name (self->calls, worker_id));
}

const WeirPointHost weir_relay_point_host = {
  .get_door = get_door,
  .set_interval = set_interval,
  .dup_access_key = dup_access_key,
  .count_workers = count_workers,
  .dup_worker_name = dup_worker_name,
};
