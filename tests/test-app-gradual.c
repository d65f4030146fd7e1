/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-gradual-selection.h"

/* A list, and what a view of it has been told: the items in the order of its signals. */
typedef struct
{
  GListStore *store;
  GtkSingleSelection *whole;
  WeirGradualSelection *gradual;
  GPtrArray *told;
  guint most_added; /* by one signal */
} Fixture;

static void
items_changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, Fixture *fixture)
{
  g_assert_cmpuint (position + n_removed, <=, fixture->told->len);
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->told, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->told, position + i, g_list_model_get_item (model, position + i));
  fixture->most_added = MAX (fixture->most_added, n_added);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  fixture->whole = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (fixture->store)));
  fixture->gradual = weir_gradual_selection_new (GTK_SELECTION_MODEL (fixture->whole), NULL);
  fixture->told = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->gradual, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->gradual);
  g_object_unref (fixture->whole);
  g_object_unref (fixture->store);
  g_ptr_array_unref (fixture->told);
}

static void
splice (Fixture *fixture, guint position, guint n_removed, guint n_added)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  static guint n;

  for (guint i = 0; i < n_added; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", n++);

      g_ptr_array_add (added, gtk_string_object_new (text));
    }
  g_list_store_splice (fixture->store, position, n_removed, added->pdata, n_added);
}

/* What it was told is how the list begins. */
static void
assert_begins (Fixture *fixture)
{
  g_assert_cmpuint (fixture->told->len, ==, g_list_model_get_n_items (G_LIST_MODEL (fixture->gradual)));
  for (guint i = 0; i < fixture->told->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->store), i);

      g_assert_true (fixture->told->pdata[i] == item);
    }
}

static guint
count_store (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->store));
}

static void
assert_whole_in_the_end (Fixture *fixture)
{
  while (fixture->told->len < count_store (fixture))
    {
      g_main_context_iteration (NULL, TRUE);
      assert_begins (fixture);
    }
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  splice (fixture, 0, 0, 1000);
  g_assert_cmpuint (fixture->told->len, >, 0);
  g_assert_cmpuint (fixture->told->len, <, 50);
  while (fixture->told->len < 205)
    {
      g_assert_cmpuint (fixture->most_added, <, 50);
      g_main_context_iteration (NULL, TRUE);
    }
  assert_whole_in_the_end (fixture);
}

/* A view that has all its rows hears of everything at once. */
static void
test_whole (Fixture *fixture, gconstpointer data)
{
  splice (fixture, 0, 0, 300);
  assert_whole_in_the_end (fixture);
  splice (fixture, 300, 0, 100000);
  assert_begins (fixture);
  g_assert_cmpuint (fixture->told->len, ==, 100300);
}

/* By a filter: few of the rows that a view has remain, and others are made a few at a time. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  splice (fixture, 0, 0, 100000);
  assert_whole_in_the_end (fixture);
  fixture->most_added = 0;
  splice (fixture, 0, 100000, 1000);
  assert_begins (fixture);
  g_assert_cmpuint (fixture->told->len, >, 0);
  while (fixture->told->len < 205)
    {
      g_assert_cmpuint (fixture->most_added, <, 50);
      g_main_context_iteration (NULL, TRUE);
    }
  assert_whole_in_the_end (fixture);
}

static void
test_any_change (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint n = count_store (fixture);
      guint position = g_test_rand_int_range (0, n + 1);
      guint n_removed = g_test_rand_int_range (0, n - position + 1);

      splice (fixture, position, g_test_rand_bit () ? n_removed : MIN (n_removed, 3), g_test_rand_int_range (0, 90));
      assert_begins (fixture);
      if (fixture->told->len < count_store (fixture) && g_test_rand_int_range (0, 10) == 0)
        g_main_context_iteration (NULL, TRUE);
    }
  assert_whole_in_the_end (fixture);
}

static void
test_reach (Fixture *fixture, gconstpointer data)
{
  splice (fixture, 0, 0, 1000);
  weir_gradual_selection_reach (fixture->gradual, 3);
  g_assert_cmpuint (fixture->told->len, <, 50);
  weir_gradual_selection_reach (fixture->gradual, 900);
  assert_begins (fixture);
  g_assert_cmpuint (fixture->told->len, ==, 1000);
}

static void
selection_changed_cb (GtkSelectionModel *model, guint position, guint n_items, guint *n_signals)
{
  g_assert_cmpuint (position + n_items, <=, g_list_model_get_n_items (G_LIST_MODEL (model)));
  (*n_signals)++;
}

/* The view's selection is the list's, and is not spoken of where the view has no items yet. */
static void
test_selection (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *gradual = GTK_SELECTION_MODEL (fixture->gradual);
  guint n_signals = 0;

  splice (fixture, 0, 0, 1000);
  g_signal_connect (gradual, "selection-changed", G_CALLBACK (selection_changed_cb), &n_signals);
  gtk_single_selection_set_selected (fixture->whole, 900);
  g_assert_cmpuint (n_signals, ==, 1); /* the first one, which was selected */
  g_assert_true (gtk_selection_model_is_selected (gradual, 900));
  gtk_selection_model_select_item (gradual, 5, TRUE);
  g_assert_cmpuint (gtk_single_selection_get_selected (fixture->whole), ==, 5);
  g_assert_cmpuint (n_signals, ==, 2);
}

#define ADD(path, func) g_test_add ("/app/gradual/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("steps", test_steps);
  ADD ("whole", test_whole);
  ADD ("replaced", test_replaced);
  ADD ("any-change", test_any_change);
  ADD ("reach", test_reach);
  ADD ("selection", test_selection);
  return g_test_run ();
}
