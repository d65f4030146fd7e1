/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* Long quiet, short bursts, for minutes. */
#define BURST    40
#define N_BURSTS 120

static GBytes *
make (guint n, gboolean *is_text)
{
  static const char *const names[] = { "cpu.user", "cpu.system", "mem.used",   "net.rx",
                                       "net.tx",   "disk.read",  "disk.write", "load" };

  if (n == BURST * N_BURSTS)
    return NULL;

  return weir_demo_text (is_text,
                         "{\"host\":\"web-%u\",\"metric\":\"%s\",\"value\":%u.%02u,\"at\":%" G_GINT64_FORMAT "}",
                         (guint) (n / G_N_ELEMENTS (names)) % 5 + 1, names[n % G_N_ELEMENTS (names)], (n * 37) % 100,
                         (n * 61) % 100, g_get_real_time () / 1000);
}

static void
tail_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = BURST, .interval_ms = 2500 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
live_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "metrics", "metrics::tail", "Follows the figures of five hosts", tail_cb);
  weir_demo_add_function (demo, "dashboard", "dashboard::live", "Shows figures as they come", live_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "dashboard::live", "{\"panel\":\"hosts\",\"reader\":$r0}");
  weir_demo_round_call (round, "metrics::tail",
                        "{\"hosts\":[\"web-1\",\"web-2\",\"web-3\",\"web-4\",\"web-5\"],\"writer\":$w0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "dashboard", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_metrics = {
  .name = "metrics",
  .shows = "bursts of small text messages, and quiet between them",
  .first_ms = 200,
  .pause_ms = 5000,
  .set_up = set_up,
  .start = start,
};
