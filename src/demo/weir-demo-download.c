/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* A file in messages of 64 KiB, as every SDK cuts it: 130 MB in 10 s. */
#define N_MESSAGES 2000

static GBytes *
make (guint n, gboolean *is_text)
{
  return n < N_MESSAGES ? weir_demo_noise (n, WEIR_CHANNEL_CHUNK_SIZE) : NULL;
}

static void
download_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 10, .interval_ms = 50 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
save_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "files", "files::download", "Sends a file through the channel in “writer”",
                          download_cb);
  weir_demo_add_function (demo, "browser", "browser::save", "Saves what comes through the channel in “reader”",
                          save_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "browser::save", "{\"name\":\"holiday.mp4\",\"reader\":$r0}");
  weir_demo_round_call (round, "files::download", "{\"path\":\"/videos/holiday.mp4\",\"writer\":$w0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "browser", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_download = {
  .name = "download",
  .shows = "a file in 64 KiB messages at 13 MB/s, read as fast as it comes",
  .first_ms = 0,
  .pause_ms = 3000,
  .set_up = set_up,
  .start = start,
};
