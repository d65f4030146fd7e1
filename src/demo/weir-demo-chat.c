/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"
#include "weir-demo-round.h"

/* The answer of a language model, a few letters a message, as the vendors' streams have them. */
static const char *const pieces[] = {
  "A",      " channel",  " is",     " a",      " pipe",    " with",   " two", " ends",   ".",
  " One",   " function", " writes", ",",       " another", " reads",  ",",    " and",    " what",
  " goes",  " through",  " never",  " sees",   " the",     " engine", "’s",   " state",  ".",
  " It",    " keeps",    " its",    " order",  ",",        " text",   " and", " binary", " alike",
  ";",      " when",     " the",    " reader", " is",      " slow",   ",",    " the",    " writer",
  " waits", ".",         " That",   " is",     " all",     " there",  " is",  " to",     " backpressure",
  ".",      "\\n\\n",    " So",     " hand",   " over",    " the",    " ref", ",",       " not",
  " the",   " bytes",    ",",       " and",    " close",   " what",   " you", " opened", ".",
};

#define N_TURNS 3

static GBytes *
make (guint n, gboolean *is_text)
{
  guint n_deltas = N_TURNS * G_N_ELEMENTS (pieces);

  if (n == 0)
    return weir_demo_text (is_text, "{\"type\":\"message_start\",\"model\":\"small-1\"}");
  if (n <= n_deltas)
    return weir_demo_text (is_text, "{\"type\":\"text_delta\",\"delta\":\"%s\"}",
                           pieces[(n - 1) % G_N_ELEMENTS (pieces)]);
  if (n == n_deltas + 1)
    return weir_demo_text (is_text, "{\"type\":\"message_stop\",\"usage\":{\"input_tokens\":42,\"output_tokens\":%u}}",
                           n_deltas);

  return NULL;
}

static void
generate_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoFlow flow = { .make = make, .burst = 1, .interval_ms = 60 };

  weir_demo_answer_by_writing (demo, invocation, &flow);
}

static void
relay_cb (WeirInvocation *invocation, gpointer demo)
{
  static const WeirDemoAppetite appetite = { 0 };

  weir_demo_answer_by_reading (demo, invocation, &appetite);
}

static void
set_up (WeirDemo *demo)
{
  weir_demo_add_function (demo, "model", "llm::generate", "Answers, a few letters at a time", generate_cb);
  weir_demo_add_function (demo, "chat", "chat::relay", "Shows an answer while it is made", relay_cb);
}

static void
ready (WeirDemoRound *round)
{
  weir_demo_round_call (round, "chat::relay", "{\"conversation\":\"c-17\",\"reader\":$r0}");
  weir_demo_round_call (round, "llm::generate", "{\"prompt\":\"What is a channel?\",\"writer\":$w0}");
}

static void
start (WeirDemo *demo, GTask *task)
{
  weir_demo_round_start (demo, "chat", 1, 0, ready, task);
}

const WeirDemoScenario weir_demo_chat = {
  .name = "chat",
  .shows = "a language model’s answer in small text messages",
  .first_ms = 50,
  .pause_ms = 4000,
  .set_up = set_up,
  .start = start,
};
