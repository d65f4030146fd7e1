/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* A reader that stops for seconds: the buffer fills, the writer is held, and after 3 s the channel counts as stalled.
 * There is more to write in a pause than all of the kernel's buffers hold (a few MB on loopback), or nobody would feel
 * it. */
#define N_MESSAGES 1000

static GBytes *
make (guint n, gboolean *is_text)
{
  return n < N_MESSAGES ? weir_demo_noise (n, WEIR_CHANNEL_CHUNK_SIZE) : NULL;
}

static void
export_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 3, .interval_ms = 50 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
store_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { .n_messages = 240, .pause_ms = 12 * 1000 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "reports", "reports::export", "Writes a report as it is made", export_cb);
  weir_demo_add_function (demo, "archive", "archive::store", "Stores a report, when its disk is ready", store_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "archive::store", "{\"name\":\"2026-q2.pdf\",\"reader\":$r0}");
  weir_demo_round_call (round, "reports::export", "{\"quarter\":\"2026-q2\",\"writer\":$w0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "reports", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_slow = {
  .name = "slow",
  .shows = "a reader that pauses for 12 s again and again: backpressure, stalled, flowing",
  .first_ms = 150,
  .pause_ms = 4000,
  .set_up = set_up,
  .start = start,
};
