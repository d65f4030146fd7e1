/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-own-point.h"

/* As often as the registry wants to look at its clock. */
#define TICK_US (250 * 1000)

struct _WeirOwnPoint
{
  WeirLoop *loop;
  WeirRegistry *registry;
  WeirWorker *worker;
  WeirPoint *point;
  WeirTimer *tick;
  WeirTimer *stop_timer;
  void (*stopped) (gpointer user_data); /* nullable */
  gpointer stopped_data;
};

static void
on_tick (gpointer data)
{
  WeirOwnPoint *self = data;
  gint64 now_us = weir_loop_now_us (self->loop);

  weir_registry_tick (self->registry, now_us);
  self->tick = weir_loop_add_timer (self->loop, now_us + TICK_US, on_tick, self);
}

WeirOwnPoint *
weir_own_point_new (WeirLoop *loop, WeirRegistry *registry, const WeirOwnPointConfig *config, const WeirPointHost *host,
                    gpointer host_data)
{
  WeirOwnPoint *self = g_new0 (WeirOwnPoint, 1);

  self->loop = loop;
  self->registry = g_object_ref (registry);
  self->worker = weir_worker_new (config->url, config->worker_name);
  weir_worker_set_description (self->worker, config->description);
  if (config->token != NULL)
    weir_worker_set_token (self->worker, config->token);
  if (config->headers != NULL)
    weir_worker_set_headers (self->worker, config->headers);
  self->point = weir_point_new (self->worker, registry, &config->point, host, host_data);
  if (config->worker_name == NULL)
    weir_worker_set_name (self->worker, weir_point_get_name (self->point));
  if (config->point.name != NULL && !g_str_equal (config->point.name, weir_point_get_name (self->point)))
    g_message ("as a point it is called %s, not “%s”: such names have a to z, 0 to 9 and - alone",
               weir_point_get_name (self->point), config->point.name);
  g_info ("channels are shown by the point %s", weir_point_get_name (self->point));
  return self;
}

const char *
weir_own_point_get_name (WeirOwnPoint *self)
{
  return weir_point_get_name (self->point);
}

WeirWorker *
weir_own_point_get_worker (WeirOwnPoint *self)
{
  return self->worker;
}

void
weir_own_point_start (WeirOwnPoint *self)
{
  weir_worker_start (self->worker);
  self->tick = weir_loop_add_timer (self->loop, g_get_monotonic_time () + TICK_US, on_tick, self);
}

static void
leave (gpointer user_data)
{
  WeirOwnPoint *self = user_data;
  void (*stopped) (gpointer user_data) = g_steal_pointer (&self->stopped);

  if (stopped == NULL) /* the time was over before the feeds were */
    return;
  weir_timer_clear (&self->stop_timer);
  weir_worker_stop (self->worker);
  stopped (self->stopped_data);
}

static void
on_stop_timer (gpointer data)
{
  WeirOwnPoint *self = data;

  self->stop_timer = NULL;
  leave (self);
}

void
weir_own_point_stop (WeirOwnPoint *self, gint64 timeout_us, void (*stopped) (gpointer user_data), gpointer user_data)
{
  self->stopped = stopped;
  self->stopped_data = user_data;
  self->stop_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + timeout_us, on_stop_timer, self);
  weir_point_stop (self->point, leave, self);
}

void
weir_own_point_free (WeirOwnPoint *self)
{
  weir_timer_clear (&self->tick);
  weir_timer_clear (&self->stop_timer);
  g_clear_object (&self->point);
  weir_worker_stop (self->worker);
  g_clear_object (&self->worker);
  g_clear_object (&self->registry);
  g_free (self);
}
