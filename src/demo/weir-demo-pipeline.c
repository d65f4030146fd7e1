/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* Records of a batch, as lines of JSON in binary messages: the documented use of a channel between two functions. */
#define N_MESSAGES 400
#define N_LINES    20

static GBytes *
make (guint n, gboolean *is_text)
{
  GString *lines = g_string_new (NULL);

  if (n == N_MESSAGES)
    {
      g_string_free (lines, TRUE);
      return NULL;
    }
  for (guint i = 0; i < N_LINES; i++)
    g_string_append_printf (lines, "{\"order\":%u,\"customer\":\"c-%04u\",\"cents\":%u,\"country\":\"%.2s\"}\n",
                            100000 + n * N_LINES + i, (n * 31 + i * 7) % 10000, (n * 977 + i * 131) % 50000,
                            &"DEFRITESSEPLNLAT"[(n + i) % 8 * 2]);

  return g_string_free_to_bytes (lines);
}

static void
producer_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 4, .interval_ms = 200 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
consumer_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "orders", "pipeline::producer", "Writes the orders of a day", producer_cb);
  weir_demo_add_function (demo, "warehouse", "pipeline::consumer", "Takes orders in", consumer_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "pipeline::producer", "{\"day\":\"2026-05-04\",\"writer\":$w0}");
  weir_demo_round_call (round, "pipeline::consumer", "{\"reader\":$r0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "orders", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_pipeline = {
  .name = "pipeline",
  .shows = "a producer and a consumer on two workers, records as lines of JSON",
  .first_ms = 100,
  .pause_ms = 5000,
  .set_up = set_up,
  .start = start,
};
