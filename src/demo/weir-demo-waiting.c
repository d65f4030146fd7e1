/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* A reader that has come, and a writer that never does: the function that was to write has found nothing to say, and
 * has not closed its end either. */
#define LINGER_MS (55 * 1000)

static void
raise_cb (WeirInvocation *invocation, gpointer demo)
{
  weir_invocation_return (invocation, json_from_string ("{\"alarms\":0}", NULL));
}

static void
watch_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "sensors", "alarms::raise",
                          "Writes alarms, and opens its channel only if there are any", raise_cb);
  weir_demo_add_function (demo, "dashboard", "alarms::show", "Shows alarms until there are no more", watch_cb);
}

/* Somebody closes the forgotten end at last. */
static void
given_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirDemoRound *round = user_data;

  if (weir_demo_sleep_finish (result, NULL))
    weir_channel_writer_close_async (weir_demo_round_get_channel (round, 0)->writer, NULL, NULL, NULL);
  weir_demo_round_release (round);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "alarms::show", "{\"reader\":$r0}");
  weir_demo_round_call (round, "alarms::raise", "{\"since\":\"yesterday\",\"writer\":$w0}");
  weir_demo_round_hold (round);
  weir_demo_sleep_async (weir_demo_round_get_demo (round), LINGER_MS, given_up_cb, round);
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "dashboard", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_waiting = {
  .name = "waiting",
  .shows = "a reader whose writer never comes",
  .first_ms = 450,
  .pause_ms = 3000,
  .set_up = set_up,
  .start = start,
};
