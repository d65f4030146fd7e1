/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-invocation-table.h"
#include "weir-session.h"

/* In which of the calls that it executes a worker makes one of its own. */

#define T1 "11111111111111111111111111111111"
#define T2 "22222222222222222222222222222222"

typedef struct
{
  const char *name;
  const char *executing[4]; /* "FUNCTION TRACE", or "FUNCTION" where the call carried none */
  gboolean has_traced;
  const char *runtime;
  const char *trace_id; /* of the call it makes */
  const char *expected; /* function */
} Guess;

static const Guess guesses[] = {
  { "none", { NULL }, FALSE, NULL, NULL, NULL },
  { "only", { "f" }, FALSE, NULL, NULL, "f" },
  { "only-traced", { "f " T1 }, FALSE, NULL, T1, "f" },
  { "begins-a-trace", { "f" }, TRUE, NULL, T1, "f" },
  { "outside", { "f" }, TRUE, NULL, NULL, NULL }, /* a worker that traces would have told its trace in there */
  { "outside-in-node", { "f" }, FALSE, "node", NULL, NULL },
  { "only-in-node", { "f" }, FALSE, "node", T1, "f" },
  { "outside-in-go", { "f" }, FALSE, "go", NULL, "f" },
  { "of-another-trace", { "f " T1 }, FALSE, NULL, T2, NULL },
  { "does-not-trace", { "f " T1 }, FALSE, NULL, NULL, "f" },
  { "several", { "f", "g" }, FALSE, NULL, NULL, NULL },
  { "several-traced", { "f " T1, "g " T2 }, FALSE, NULL, T2, "g" },
  { "several-of-one-trace", { "f " T1, "g " T1 }, FALSE, NULL, T1, NULL },
};

static void
test_guess (gconstpointer data)
{
  const Guess *guess = data;
  g_autoptr (WeirInvocationTable) table = weir_invocation_table_new ();
  WeirSession executor = { .executing = G_QUEUE_INIT };
  const WeirExecution *found;

  for (guint i = 0; guess->executing[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (guess->executing[i], " ", 2);
      g_autofree char *id = g_uuid_string_random ();

      weir_invocation_table_add (table, id, words[0], words[1], NULL, &executor);
    }
  found = weir_execution_guess (&executor.executing, guess->has_traced, guess->runtime, guess->trace_id);
  g_assert_cmpstr (found != NULL ? found->function_id : NULL, ==, guess->expected);
}

/* Answered calls are not executed any more, nor are those of a worker that has gone. */
static void
test_over (void)
{
  g_autoptr (WeirInvocationTable) table = weir_invocation_table_new ();
  g_autofree char *first = g_uuid_string_random ();
  g_autofree char *second = g_uuid_string_random ();
  WeirSession executor = { .executing = G_QUEUE_INIT };
  g_autoptr (GPtrArray) left = NULL;

  weir_invocation_table_add (table, first, "f", NULL, NULL, &executor);
  weir_invocation_table_add (table, second, "g", NULL, NULL, &executor);
  weir_pending_free (weir_invocation_table_take (table, first, &executor));
  g_assert_cmpstr (weir_execution_guess (&executor.executing, FALSE, NULL, NULL)->function_id, ==, "g");
  left = weir_invocation_table_remove_session (table, &executor);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_null (weir_execution_guess (&executor.executing, FALSE, NULL, NULL));
}

/* It is remembered, so it has to be one. */
static void
test_trace_id (void)
{
  static const struct
  {
    const char *traceparent, *trace_id;
  } cases[] = {
    { "00-" T1 "-2222222222222222-01", T1 },
    { "00-1-2-01", NULL },
    { "00-" T1 T2 "-2-01", NULL },
    { "00-" T1 "-2", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *trace_id = weir_execution_dup_trace_id (cases[i].traceparent);

      g_assert_cmpstr (trace_id, ==, cases[i].trace_id);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/invocations/%s", guesses[i].name);

      g_test_add_data_func (path, &guesses[i], test_guess);
    }
  g_test_add_func ("/engine/invocations/over", test_over);
  g_test_add_func ("/engine/invocations/trace-id", test_trace_id);
  return g_test_run ();
}
