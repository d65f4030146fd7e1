/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-waker.h"

struct _WeirWaker
{
  GSource source;
  WeirWakerFunc func;
  gpointer user_data;
};

static gboolean
weir_waker_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  WeirWaker *self = (WeirWaker *) source;

  g_source_set_ready_time (source, -1); /* before the call: a wake during it is not lost */
  self->func (self->user_data);
  return G_SOURCE_CONTINUE;
}

WeirWaker *
weir_waker_new (GMainContext *context, WeirWakerFunc func, gpointer user_data)
{
  static GSourceFuncs funcs = { NULL, NULL, weir_waker_dispatch, NULL, NULL, NULL };
  GSource *source = g_source_new (&funcs, sizeof (WeirWaker));
  WeirWaker *self = (WeirWaker *) source;

  self->func = func;
  self->user_data = user_data;
  g_source_set_static_name (source, "weir-waker");
  g_source_attach (source, context);
  return self;
}

void
weir_waker_free (WeirWaker *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
weir_waker_wake (WeirWaker *self)
{
  g_source_set_ready_time (&self->source, 0);
}
