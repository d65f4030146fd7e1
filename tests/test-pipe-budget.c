/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-budget.h"

/* The right to a message beyond the budget goes round: a channel that stands still keeps it from nobody. */
static void
test_excess_goes_round (void)
{
  const gint64 now_us = 5 * G_USEC_PER_SEC;
  int one, two, three;
  g_autoptr (WeirBudget) budget = weir_budget_new (1000);

  weir_budget_charge (budget, 1000);
  g_assert_true (weir_budget_is_exhausted (budget));
  g_assert_true (weir_budget_begin_excess (budget, &one, now_us));
  g_assert_true (weir_budget_begin_excess (budget, &one, now_us + 1));
  g_assert_false (weir_budget_begin_excess (budget, &two, now_us + WEIR_BUDGET_EXCESS_US - 1));

  /* It stalls: the next one has its turn, for as long. */
  g_assert_true (weir_budget_begin_excess (budget, &two, now_us + WEIR_BUDGET_EXCESS_US));
  g_assert_false (weir_budget_begin_excess (budget, &one, now_us + WEIR_BUDGET_EXCESS_US + 1));
  g_assert_false (weir_budget_begin_excess (budget, &three, now_us + 2 * WEIR_BUDGET_EXCESS_US - 1));
  g_assert_true (weir_budget_begin_excess (budget, &three, now_us + 2 * WEIR_BUDGET_EXCESS_US));

  /* Only who has it gives it back; then it is free at once. */
  weir_budget_end_excess (budget, &one);
  g_assert_false (weir_budget_begin_excess (budget, &one, now_us + 2 * WEIR_BUDGET_EXCESS_US + 1));
  weir_budget_end_excess (budget, &three);
  g_assert_true (weir_budget_begin_excess (budget, &one, now_us + 2 * WEIR_BUDGET_EXCESS_US + 1));
  weir_budget_end_excess (budget, &one);
  weir_budget_charge (budget, -1000);
  g_assert_false (weir_budget_is_exhausted (budget));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/budget/excess-goes-round", test_excess_goes_round);
  return g_test_run ();
}
