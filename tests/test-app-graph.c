/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "wait-for.h"
#include "weir-graph-words.h"
#include "weir-graph.h"
#include "weir-settings.h"

/* A graph by keys, and in words. Needs a display, and is skipped without one. */

#define S  ((gint64) G_USEC_PER_SEC)
#define NB "\u00a0" /* before a unit */

typedef struct
{
  GtkWidget *window;
  GtkWidget *graph;
  GObject *owner;
  WeirSeries *series;
} Fixture;

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* so that waiting is never for ever */
}

static void
set_up (Fixture *f, gconstpointer data)
{
  WeirTotals totals = { 0 };
  gint64 now_us = g_get_monotonic_time ();

  f->owner = g_object_new (G_TYPE_OBJECT, NULL);
  f->series = weir_series_new ();
  for (gint64 at_us = now_us - 60 * S; at_us <= now_us; at_us += S / 4)
    {
      totals.sent_bytes += 1000;
      totals.written_bytes += 1000;
      totals.buffered_messages = 3;
      totals.buffered_bytes = 3000;
      weir_series_push (f->series, at_us, &totals, 0);
    }
  f->graph = g_object_new (WEIR_TYPE_GRAPH, "title", "Throughput", "has-axes", TRUE, "has-times", TRUE, NULL);
  gtk_widget_set_direction (f->graph, GPOINTER_TO_INT (data));
  weir_graph_set_source (WEIR_GRAPH (f->graph), f->owner, f->series);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 400, 120);
  gtk_window_set_child (GTK_WINDOW (f->window), f->graph);
  gtk_window_present (GTK_WINDOW (f->window));
  WAIT_FOR (gtk_widget_get_width (f->graph) > 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->owner);
  weir_series_free (f->series);
}

static gboolean
press (Fixture *f, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (f->graph);
  gboolean is_handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, state, &is_handled);
    }
  return is_handled;
}

static gint64
hover (Fixture *f)
{
  gint64 hover_us;

  g_object_get (f->graph, "hover-us", &hover_us, NULL);
  return hover_us;
}

static void
assert_moved (Fixture *f, guint key, GdkModifierType state, gint64 by_us)
{
  gint64 before = hover (f);

  g_assert_true (press (f, key, state));
  g_assert_cmpint (ABS (hover (f) - before - by_us), <, S / 2);
}

/* Into the past and back, a hundredth of the minute at a time, or ten. */
static void
test_keys (Fixture *f, gconstpointer data)
{
  gboolean is_mirrored = GPOINTER_TO_INT (data) == GTK_TEXT_DIR_RTL;
  guint past = is_mirrored ? GDK_KEY_Right : GDK_KEY_Left;
  guint back = is_mirrored ? GDK_KEY_Left : GDK_KEY_Right;
  gint64 now_us;

  g_assert_cmpint (hover (f), ==, 0);
  g_assert_true (press (f, past, 0));
  now_us = hover (f);
  g_assert_cmpint (ABS (g_get_monotonic_time () - now_us), <, 5 * S);
  assert_moved (f, past, 0, -6 * S / 10);
  assert_moved (f, past, GDK_CONTROL_MASK, -6 * S);
  assert_moved (f, back, GDK_CONTROL_MASK, 6 * S);
  g_assert_true (press (f, GDK_KEY_Home, 0));
  g_assert_cmpint (ABS (now_us - 60 * S - hover (f)), <, 5 * S);
  g_assert_true (press (f, GDK_KEY_End, 0));
  g_assert_cmpint (ABS (now_us - hover (f)), <, 5 * S);
  g_assert_true (press (f, GDK_KEY_Escape, 0));
  g_assert_cmpint (hover (f), ==, 0);
  g_assert_false (press (f, GDK_KEY_Escape, 0)); /* it is for who comes next */
  g_assert_false (press (f, past, GDK_ALT_MASK));
}

static void
assert_words (WeirGraphView *view, const char *words)
{
  g_autofree char *said = weir_graph_view_dup_words (view);

  g_assert_cmpstr (said, ==, words);
}

static WeirGraphView
view_of (WeirSeries *series, WeirGraphKind kind, gint64 to_us)
{
  return (WeirGraphView){ .kind = kind, .series = series, .from_us = to_us - 60 * S, .to_us = to_us };
}

/* Now, lowest, highest, where it goes, and how much of the time the writer was held. */
static void
test_words (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 start_us = 1000 * S;
  WeirGraphView view = view_of (series, WEIR_GRAPH_THROUGHPUT, start_us + 60 * S);

  assert_words (&view, "Last 60 s: nothing is known yet.");
  for (guint i = 0; i <= 240; i++)
    {
      totals.sent_bytes += i < 160 ? 1000 : 2000;
      totals.buffered_messages = i < 160 ? 4 : 1;
      totals.buffered_bytes = 500;
      totals.paused_us += S / 40;
      weir_series_push (series, start_us + i * S / 4, &totals, 0);
    }
  assert_words (&view, "Last 60 s: 8.0" NB "kB/s sent now, 4.0" NB "kB/s at least, 8.0" NB
                       "kB/s at most, rising. The writer was held "
                       "10" NB "% of the time.");
  view.stop = WEIR_GRAPH_ENDED;
  assert_words (&view,
                "Last 60 s: 4.0" NB "kB/s at least, 8.0" NB "kB/s at most. The writer was held 10" NB "% of the time.");

  view = view_of (series, WEIR_GRAPH_BUFFER, start_us + 60 * S);
  assert_words (&view, "Last 60 s: 1 message now, 1 message at least, 4 messages at most, falling. The writer was held "
                       "10" NB "% of the time.");
  view.in_bytes = TRUE;
  assert_words (&view, "Last 60 s: 500" NB "B now, 500" NB "B at least, 500" NB
                       "B at most, steady. The writer was held 10" NB "% of the "
                       "time.");
}

/* Each span there is, of which the longest has more microseconds than an int. */
static void
test_spans (void)
{
  static const int seconds[] = { 10, 60, 300, 900, 3600 };
  GSettings *settings = weir_settings_get ();

  for (guint i = 0; weir_settings_spans[i] != NULL; i++)
    {
      g_assert_true (g_settings_set_string (settings, "graph-span", weir_settings_spans[i]));
      g_assert_cmpint (weir_settings_get_span_us (), ==, seconds[i] * S);
    }
  g_settings_reset (settings, "graph-span");
}

int
main (int argc, char *argv[])
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "none", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE); /* its libraries leak, and start slowly */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/graph/words", test_words);
  g_test_add_func ("/app/graph/spans", test_spans);
  if (gtk_init_check ())
    {
      adw_init ();
      g_timeout_add (100, tick_cb, NULL);
      g_test_add ("/app/graph/keys", Fixture, GINT_TO_POINTER (GTK_TEXT_DIR_LTR), set_up, test_keys, tear_down);
      g_test_add ("/app/graph/keys/rtl", Fixture, GINT_TO_POINTER (GTK_TEXT_DIR_RTL), set_up, test_keys, tear_down);
    }
  return g_test_run ();
}
