/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* A function that is handed a ref, and answers without ever opening it: the writer writes for nobody. */
#define N_MESSAGES 24
#define LINGER_MS  (50 * 1000)

static GBytes *
make (guint n, gboolean *is_text)
{
  return n < N_MESSAGES ? weir_demo_noise (n, WEIR_CHANNEL_CHUNK_SIZE) : NULL;
}

static void
resize_cb (WeirInvocation *invocation, gpointer demo)
{
  weir_invocation_return (invocation, json_from_string ("{\"queued\":true}", NULL));
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "images", "images::resize", "Puts a picture into its queue, and forgets its data",
                          resize_cb);
  weir_demo_get_worker (demo, "gallery");
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  weir_demo_write_finish (result, NULL);
  weir_demo_round_release (user_data);
}

static void
given_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirDemoRound *round = user_data;

  if (weir_demo_sleep_finish (result, NULL))
    weir_demo_round_sweep (round, 0);
  weir_demo_round_release (round);
}

static void
ready (WeirDemoRound *round)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 2, .interval_ms = 100 };
  WeirDemo *demo = weir_demo_round_get_demo (round);

  weir_demo_round_call (round, "images::resize", "{\"width\":640,\"source\":{\"name\":\"beach.jpg\",\"reader\":$r0}}");
  weir_demo_round_hold (round);
  weir_demo_write_async (demo, weir_demo_round_get_channel (round, 0)->writer, &flow, written_cb, round);
  weir_demo_round_hold (round);
  weir_demo_sleep_async (demo, LINGER_MS, given_up_cb, round);
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "gallery", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_unopened = {
  .name = "unopened",
  .shows = "an end that nobody opens, though a function was handed its ref",
  .first_ms = 300,
  .pause_ms = 3000,
  .set_up = set_up,
  .start = start,
};
