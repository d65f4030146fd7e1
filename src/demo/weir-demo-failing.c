/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* A function that fails after it was handed a ref: what was written for it waits in vain. */
#define N_MESSAGES     8
#define FAILS_AFTER_MS 12
#define LINGER_MS      (35 * 1000)

static GBytes *
make (guint n, gboolean *is_text)
{
  static const char head[] = "id,name,price\n";
  GString *rows;

  if (n == 0)
    return g_bytes_new_static (head, sizeof head - 1);
  if (n == N_MESSAGES)
    return NULL;
  rows = g_string_new (NULL);
  for (guint i = 0; i < 50; i++)
    g_string_append_printf (rows, "%u,part %u,%u.50\n", n * 50 + i, (n * 50 + i) * 3 % 997, (n * 7 + i) % 90);

  return g_string_free_to_bytes (rows);
}

static void
import_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 1, .interval_ms = 150 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
missing_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirInvocation) invocation = user_data;

  weir_demo_sleep_finish (result, NULL);
  weir_invocation_return_error (invocation, "ENOENT", "No such file or directory: /srv/import/schema.json");
}

static void
process_cb (WeirInvocation *invocation, gpointer demo)
{
  weir_demo_sleep_async (demo, FAILS_AFTER_MS, missing_cb, g_object_ref (invocation));
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "csv", "csv::import", "Writes the rows of a table", import_cb);
  weir_demo_add_function (demo, "files", "files::process", "Reads rows, if it finds its schema", process_cb);
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
  weir_demo_round_call (round, "csv::import", "{\"table\":\"parts\",\"writer\":$w0}");
  weir_demo_round_call (round, "files::process", "{\"schema\":\"schema.json\",\"reader\":$r0}");
  weir_demo_round_hold (round);
  weir_demo_sleep_async (weir_demo_round_get_demo (round), LINGER_MS, given_up_cb, round);
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "csv", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_failing = {
  .name = "failing",
  .shows = "a function that fails (ENOENT) after it was handed a ref",
  .first_ms = 350,
  .pause_ms = 4000,
  .set_up = set_up,
  .start = start,
};
