/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-frame-log.h"

#include <time.h>

#include "weir-debug.h"

typedef struct
{
  gint64 began_us;
  gint64 began_cpu_us;
  gint64 said_us;
  GString *line;
} WeirFrameLog;

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
before_paint_cb (GdkFrameClock *clock, WeirFrameLog *self)
{
  self->began_us = g_get_monotonic_time ();
  self->began_cpu_us = cpu_us ();
}

static void
after_paint_cb (GdkFrameClock *clock, WeirFrameLog *self)
{
  gint64 now_us = g_get_monotonic_time ();

  g_string_append_printf (self->line, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, now_us - self->began_us,
                          cpu_us () - self->began_cpu_us);
  if (now_us - self->said_us < G_USEC_PER_SEC)
    return;
  g_printerr ("weir: frames%s\n", self->line->str);
  g_string_truncate (self->line, 0);
  self->said_us = now_us;
}

static void
weir_frame_log_free (gpointer data, GClosure *closure)
{
  WeirFrameLog *self = data;

  g_string_free (self->line, TRUE);
  g_free (self);
}

static void
realize_cb (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  WeirFrameLog *self = g_new0 (WeirFrameLog, 1);

  self->line = g_string_new (NULL);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  g_signal_connect_data (clock, "after-paint", G_CALLBACK (after_paint_cb), self, weir_frame_log_free, 0);
}

void
weir_frame_log_attach (GtkWidget *window)
{
  if (weir_debug_get () & WEIR_DEBUG_FRAMES)
    g_signal_connect (window, "realize", G_CALLBACK (realize_cb), NULL);
}
