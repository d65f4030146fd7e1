/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stall-watch.h"

#include <execinfo.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "weir-crash-trace.h"
#include "weir-debug.h"

#define MAX_FRAMES  128 /* a window draws some sixty deep */
#define N_HEAD      2   /* the handler's own frames */
#define MAX_SAMPLES 100 /* more say nothing new */

/* One for the process: there is one main thread, and a signal handler has no argument. */
static struct
{
  GPollFunc poll;
  timer_t timer;
  gint64 began_us; /* 0: no turn has begun yet */
  struct
  {
    void *frames[MAX_FRAMES];
    int n_frames;
  } samples[MAX_SAMPLES];
  int n_samples; /* of this turn */
} watch;

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* 0: none */
static void
arm (int interval_ms)
{
  struct timespec interval = { .tv_nsec = interval_ms * 1000L * 1000L };
  struct itimerspec spec = { .it_value = interval, .it_interval = interval };

  timer_settime (watch.timer, 0, &spec, NULL);
}

/* In the main thread, in the midst of what holds it. */
static void
sample (int number)
{
  if (watch.n_samples == MAX_SAMPLES)
    return;
  watch.samples[watch.n_samples].n_frames = backtrace (watch.samples[watch.n_samples].frames, MAX_FRAMES);
  watch.n_samples++;
}

static void
say_sample (void **frames, int n_frames)
{
  g_autofree char **symbols = backtrace_symbols (frames, n_frames);

  g_printerr ("weir: stall sample\n");
  for (int i = N_HEAD; symbols != NULL && i < n_frames; i++)
    g_printerr ("weir: stall in %s\n", symbols[i]);
}

static void
say_stall (gint64 us)
{
  g_printerr ("weir: stall %d ms\n", (int) (us / 1000));
  for (int i = 0; i < watch.n_samples; i++)
    say_sample (watch.samples[i].frames, watch.samples[i].n_frames);
}

static int
poll_cb (GPollFD *fds, guint n_fds, int timeout_ms)
{
  int result;
  gint64 us = watch.began_us != 0 ? cpu_us () - watch.began_us : 0;

  arm (0);
  if (us > WEIR_STALL_LIMIT_MS * 1000)
    say_stall (us);

  result = watch.poll (fds, n_fds, timeout_ms);

  watch.n_samples = 0;
  watch.began_us = cpu_us ();
  arm (WEIR_STALL_SAMPLE_MS);
  return result;
}

static void
weir_stall_watch_start (void)
{
  struct sigaction action = { .sa_handler = sample, .sa_flags = SA_RESTART };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 3 };

  if (watch.poll != NULL)
    return;

  backtrace (watch.samples[0].frames, MAX_FRAMES); /* the first call loads a library, which a signal handler may not */
  event._sigev_un._tid = syscall (SYS_gettid);
  sigaction (SIGRTMIN + 3, &action, NULL);
  if (timer_create (CLOCK_THREAD_CPUTIME_ID, &event, &watch.timer) != 0)
    {
      g_warning ("No timer watches for stalls");
      return;
    }
  watch.poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, poll_cb);
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, user_data);
  weir_stall_watch_start ();
  weir_crash_trace_start ();
}

/* What its end takes keeps nobody waiting. */
static void
unmap_cb (GtkWidget *window)
{
  if (watch.poll == NULL)
    return;
  arm (0);
  g_main_context_set_poll_func (NULL, watch.poll);
}

static void
realize_cb (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), NULL);
}

void
weir_stall_watch_attach (GtkWidget *window)
{
  if (!(weir_debug_get () & WEIR_DEBUG_STALLS))
    return;
  g_signal_connect (window, "realize", G_CALLBACK (realize_cb), NULL);
  g_signal_connect (window, "unmap", G_CALLBACK (unmap_cb), NULL);
}
