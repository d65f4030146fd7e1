/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* The commonest mistake: the function returns, and its writer is still open. The reader waits for an end that does not
 * come. */
#define LINGER_MS (45 * 1000)

static GBytes *
make (guint n, gboolean *is_text)
{
  if (n == 12)
    return NULL;

  return weir_demo_text (is_text, "{\"note\":%u,\"summary\":\"Three people will be late, one has the keys.\"}", n + 1);
}

/* As a garbage collector would at last: the object goes, and so does the connection. */
static void
collected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirChannelWriter) writer = user_data;

  if (weir_demo_sleep_finish (result, NULL))
    weir_channel_writer_abort (writer);
  else
    weir_channel_writer_close_async (writer, NULL, NULL, NULL);
}

static void
summarize_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 1, .interval_ms = 250, .is_left_open = TRUE };
  WeirChannelWriter *writer = weir_invocation_get_writer (invocation, "writer");

  if (writer != NULL)
    weir_demo_sleep_async (demo, LINGER_MS, collected_cb, g_object_ref (writer));
  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
show_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "notes", "notes::summarize", "Summarizes, and forgets to close its channel",
                          summarize_cb);
  weir_demo_add_function (demo, "mobile", "notes::show", "Shows notes until there are no more", show_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "notes::show", "{\"reader\":$r0}");
  weir_demo_round_call (round, "notes::summarize", "{\"folder\":\"inbox\",\"writer\":$w0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "mobile", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_forgotten = {
  .name = "forgotten",
  .shows = "a writer that is never closed: its function has returned, its reader waits",
  .first_ms = 250,
  .pause_ms = 3000,
  .set_up = set_up,
  .start = start,
};
