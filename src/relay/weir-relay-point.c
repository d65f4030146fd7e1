/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-point.h"

static WeirRelayThread *
get_thread (gpointer host, guint32 n)
{
  WeirRelayPointData *self = host;

  return weir_relay_channels_get_thread (self->channels, n);
}

static void
add_tap (gpointer host, guint32 n, WeirTap *tap, gboolean history)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_add_tap (thread, n, tap, history);
}

static void
remove_tap (gpointer host, guint32 n, WeirTap *tap)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_remove_tap (thread, n, tap);
}

static void
mark_internal (gpointer host, guint32 n)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_set_internal (thread, n);
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

static gboolean
shape (gpointer host, guint32 n, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_shape (thread, n, ticket, is_held, rate, by);
  return thread != NULL;
}

static gboolean
inject (gpointer host, guint32 n, guint ticket, gboolean is_text, GBytes *payload, const char *by)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_inject (thread, n, ticket, is_text, payload, by);
  return thread != NULL;
}

static gboolean
dismiss (gpointer host, guint32 n, guint ticket, WeirSide side, const char *by)
{
  WeirRelayThread *thread = get_thread (host, n);

  if (thread != NULL)
    weir_relay_thread_dismiss (thread, n, ticket, side, by);
  return thread != NULL;
}

const WeirPointHost weir_relay_point_host = {
  .add_tap = add_tap,
  .remove_tap = remove_tap,
  .mark_internal = mark_internal,
  .set_interval = set_interval,
  .dup_access_key = dup_access_key,
  .count_workers = count_workers,
  .dup_worker_name = dup_worker_name,
  .shape = shape,
  .inject = inject,
  .dismiss = dismiss,
};
