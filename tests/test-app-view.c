/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "wait-for.h"
#include "weir-channel-cell.h"
#include "weir-channel-private.h"
#include "weir-channel-view.h"
#include "weir-settings.h"

/* GtkListView of GTK 4.8 can go blank when its model changes: after each of these sequences the rows in view must be
 * there. Needs a display, and is skipped without one. */

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)
#define NOW_MS G_GINT64_CONSTANT (1700000000000)

#define N_COLUMNS 7
#define LIMIT_US  (20 * S)

typedef struct
{
  WeirPlane *plane;
  GListStore *source;
  GtkWidget *window;
  WeirChannelView *view;
  gboolean is_narrow;
  guint n_made;
  gint64 now_us;
} Fixture;

static guint
count_mapped_cells (GtkWidget *widget)
{
  guint n = 0;

  if (WEIR_IS_CHANNEL_CELL (widget))
    return gtk_widget_get_mapped (widget) ? 1 : 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_mapped_cells (child);

  return n;
}

static guint
count_mapped_rows (Fixture *fixture)
{
  return count_mapped_cells (GTK_WIDGET (fixture->view)) / (fixture->is_narrow ? 1 : N_COLUMNS);
}

static void
painted_cb (GdkFrameClock *clock, guint *n_frames)
{
  (*n_frames)++;
}

/* What the list had before is mapped until it was laid out anew. */
static void
wait_frames (Fixture *fixture, guint n)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (fixture->window);
  guint n_frames = 0;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &n_frames);
  gint64 end_us = g_get_monotonic_time () + LIMIT_US;

  while (n_frames < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      gtk_widget_queue_draw (fixture->window);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (clock, handler);
}

/* As many as fit, or all there are; a row that is cut counts. */
static void
assert_rows (Fixture *fixture, guint n_rows)
{
  guint fit = 550 / 60;

  wait_frames (fixture, 3);
  g_assert_cmpuint (weir_channel_view_get_n_rows (fixture->view), ==, n_rows);
  g_assert_cmpuint (count_mapped_rows (fixture), >=, MIN (n_rows, fit));
}

static void
refresh (Fixture *fixture)
{
  fixture->now_us += 2 * S; /* every update is due */
  weir_channel_view_refresh (fixture->view, fixture->now_us);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* so that waiting is never for ever */
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->is_narrow = GPOINTER_TO_INT (data);
  fixture->now_us = NOW_US;
  fixture->plane = weir_plane_new ("weir-engine-1", WEIR_PLANE_ENGINE);
  weir_clock_learn (fixture->plane->clock, NOW_MS, NOW_US);
  fixture->source = g_list_store_new (WEIR_TYPE_CHANNEL);
  fixture->view = WEIR_CHANNEL_VIEW (weir_channel_view_new ());
  g_object_set (fixture->view, "is-narrow", fixture->is_narrow, NULL);
  weir_channel_view_set_source (fixture->view, G_LIST_MODEL (fixture->source));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), fixture->is_narrow ? 360 : 900, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  WAIT_FOR (gtk_widget_get_width (GTK_WIDGET (fixture->view)) != 0);
  refresh (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->source);
  weir_plane_unref (fixture->plane);
}

/* Newer than all before; every hundredth is stalled. */
static void
add (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%08u", fixture->n_made);
      WeirChannelInfo *info = weir_channel_info_new (id);

      info->created_at_ms = NOW_MS + fixture->n_made;
      info->state = fixture->n_made % 100 == 0 ? WEIR_STATE_STALLED : WEIR_STATE_FLOWING;
      g_ptr_array_insert (channels, 0, weir_channel_new (fixture->plane, info, NOW_US));
      fixture->n_made++;
    }
  g_list_store_splice (fixture->source, 0, 0, channels->pdata, channels->len);
  refresh (fixture);
}

static GtkAdjustment *
find_adjustment (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget) && gtk_widget_get_mapped (widget))
    return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAdjustment *found = find_adjustment (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static double
scroll (Fixture *fixture, double share)
{
  GtkAdjustment *adjustment = find_adjustment (GTK_WIDGET (fixture->view));
  double range = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  gtk_adjustment_set_value (adjustment, range * share);
  return gtk_adjustment_get_value (adjustment);
}

static void
test_grows (Fixture *fixture, gconstpointer data)
{
  add (fixture, 5);
  assert_rows (fixture, 5);
  add (fixture, 35);
  assert_rows (fixture, 40);
  add (fixture, 500);
  assert_rows (fixture, 540);
  for (guint i = 0; i < 30; i++)
    add (fixture, 1);
  assert_rows (fixture, 570);
  g_assert_cmpfloat (gtk_adjustment_get_value (find_adjustment (GTK_WIDGET (fixture->view))), ==,
                     0); /* new rows are seen */
}

/* Filters that leave few rows, and back again, from the top, the middle and the end. */
static void
test_filters (Fixture *fixture, gconstpointer data)
{
  static const double places[] = { 0, 0.5, 1 };

  add (fixture, 1000);
  assert_rows (fixture, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      scroll (fixture, places[i]);
      assert_rows (fixture, 1000);
      weir_channel_view_set_filter (fixture->view, WEIR_FILTER_STALLED, NULL);
      assert_rows (fixture, 10);
      weir_channel_view_set_filter (fixture->view, WEIR_FILTER_STALLED, "00000900");
      assert_rows (fixture, 1);
      weir_channel_view_set_filter (fixture->view, WEIR_FILTER_IDLE, NULL);
      assert_rows (fixture, 0);
      weir_channel_view_set_filter (fixture->view, WEIR_FILTER_ALL, NULL);
      assert_rows (fixture, 1000);
    }
}

static void
test_shrinks (Fixture *fixture, gconstpointer data)
{
  add (fixture, 600);
  assert_rows (fixture, 600);
  scroll (fixture, 1);
  g_list_store_splice (fixture->source, 3, 597, NULL, 0);
  refresh (fixture);
  assert_rows (fixture, 3);
  add (fixture, 1000);
  assert_rows (fixture, 1003);
  g_list_store_remove_all (fixture->source);
  refresh (fixture);
  assert_rows (fixture, 0);
  add (fixture, 50);
  assert_rows (fixture, 50);
}

/* From one layout to the other and back the rows come along. */
static void
test_folds (Fixture *fixture, gconstpointer data)
{
  add (fixture, 100);
  assert_rows (fixture, 100);
  for (guint i = 0; i < 4; i++)
    {
      fixture->is_narrow = !fixture->is_narrow;
      g_object_set (fixture->view, "is-narrow", fixture->is_narrow, NULL);
      refresh (fixture);
      assert_rows (fixture, 100);
    }
}

static GtkWidget *
find_table (GtkWidget *widget)
{
  if (GTK_IS_COLUMN_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_table (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static char *
dup_titles (GtkWidget *view)
{
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (find_table (view)));
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      g_string_append_printf (titles, "%s ", gtk_column_view_column_get_title (column));
    }
  return g_strdup (titles->str);
}

/* The order and the widths that one list was left with are those of the next. */
static void
test_columns (Fixture *fixture, gconstpointer data)
{
  GtkColumnView *table = GTK_COLUMN_VIEW (find_table (GTK_WIDGET (fixture->view)));
  g_autoptr (GtkColumnViewColumn) age = g_list_model_get_item (gtk_column_view_get_columns (table), 6);
  g_autoptr (GtkColumnViewColumn) again = NULL;
  g_autofree char *titles = dup_titles (GTK_WIDGET (fixture->view)), *left = NULL;
  g_autoptr (GtkWidget) next = NULL;
  int width = gtk_column_view_column_get_fixed_width (age);

  g_assert_cmpstr (titles, ==, "State Channel Route Throughput Buffer Bytes Age ");
  gtk_column_view_insert_column (table, 0, age);
  gtk_column_view_column_set_fixed_width (age, width + 40);
  gtk_widget_set_visible (fixture->window, FALSE);

  next = g_object_ref_sink (weir_channel_view_new ());
  left = dup_titles (next);
  g_assert_cmpstr (left, ==, "Age State Channel Route Throughput Buffer Bytes ");
  again = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (find_table (next))), 0);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (again), ==, width + 40);
  g_settings_reset (weir_settings_get (), "column-order");
  g_settings_reset (weir_settings_get (), "column-widths");
}

#define ADD(path, func)                                                                                                \
  g_test_add ("/app/view/wide/" path, Fixture, GINT_TO_POINTER (FALSE), set_up, func, tear_down);                      \
  g_test_add ("/app/view/narrow/" path, Fixture, GINT_TO_POINTER (TRUE), set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "none", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE); /* its libraries leak, and start slowly */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  g_timeout_add (100, tick_cb, NULL);
  ADD ("grows", test_grows);
  ADD ("filters", test_filters);
  ADD ("shrinks", test_shrinks);
  ADD ("folds", test_folds);
  g_test_add ("/app/view/columns", Fixture, GINT_TO_POINTER (FALSE), set_up, test_columns, tear_down);
  return g_test_run ();
}
