/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "weir-message-table.h"

/* The list of a tap with 1 000 000 messages of 200 bytes (--short: 100 000), without an engine: how fast it takes them,
 * scrolls, filters and finds, and how long at most the main loop computes meanwhile without
 * time for anything else. */

#define SIZE       200
#define BATCH      500
#define N_FRAMES   300
#define STEP       20 /* pixels a frame */
#define PATIENCE_S 300
#define FRAME_US   16667

typedef struct
{
  WeirMessageList *messages;
  WeirMessageTable *table;
  GtkWidget *window;
  guint n_messages;
  guint n_sent;
} Bench;

/* --- slices of the main loop: the processor's time, which is what is done in them, also where others load it --- */

static gint64 slice_from_us, longest_us;
static guint n_long; /* over a frame */

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
note_slice (void)
{
  gint64 took_us = get_cpu_us () - slice_from_us;

  longest_us = MAX (longest_us, took_us);
  n_long += took_us > FRAME_US;
}

static gint
poll_cb (GPollFD *fds, guint n, gint timeout)
{
  gint ready;

  note_slice ();
  ready = g_poll (fds, n, timeout);
  slice_from_us = get_cpu_us ();
  return ready;
}

static gint64 scene_from_us;

static void
begin_scene (void)
{
  scene_from_us = g_get_monotonic_time ();
  slice_from_us = get_cpu_us ();
  longest_us = 0;
  n_long = 0;
}

static double
get_seconds (void)
{
  return (g_get_monotonic_time () - scene_from_us) / (double) G_USEC_PER_SEC;
}

static double
get_rss (void)
{
  g_autofree char *text = NULL;
  unsigned long size, resident = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%lu %lu", &size, &resident);
  return resident * (double) sysconf (_SC_PAGESIZE) / (1024 * 1024);
}

static void
end_scene (const char *name, const char *figure)
{
  note_slice (); /* the one that ended it */
  printf ("%-34s %9.2f s   %-26s %8.1f ms %8u %8.0f MiB\n", name, get_seconds (), figure, longest_us / 1000.0, n_long,
          get_rss ());
  fflush (stdout);
}

/* One turn of the main loop; gives up where something never comes. */
static void
turn (const char *what)
{
  if (get_seconds () > PATIENCE_S)
    g_error ("waited in vain: %s", what);
  g_main_context_iteration (NULL, TRUE);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* --- messages --- */

static gboolean
append_one (Bench *self)
{
  char payload[SIZE];
  WeirRecordHead head = {
    .size = WEIR_RECORD_HEAD_SIZE + SIZE,
    .kind = self->n_sent % 2 == 0 ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY,
    .payload_size = SIZE,
    .seq = self->n_sent + 1,
    .time_us = 1700000000000000 + self->n_sent * 50,
  };

  memset (payload, 'x', SIZE);
  g_snprintf (payload, SIZE, "{\"n\":%u,\"word\":\"%s\",\"pad\":\"", self->n_sent,
              self->n_sent % 1000 == 999 ? "needle" : "hay");
  payload[strlen (payload)] = 'x';
  memcpy (payload + SIZE - 2, "\"}", 2);
  return weir_message_list_append (self->messages, &head, (const guint8 *) payload, SIZE, NULL);
}

/* As they come from a socket: some at a time, and the loop between. */
static gboolean
append_cb (gpointer user_data)
{
  Bench *self = user_data;

  for (guint i = 0; i < BATCH && self->n_sent < self->n_messages; i++)
    if (append_one (self))
      self->n_sent++;
    else
      break; /* the disk does not keep up */
  return self->n_sent < self->n_messages;
}

static void
bench_append (Bench *self)
{
  g_autofree char *rate = NULL;

  begin_scene ();
  g_idle_add_full (G_PRIORITY_DEFAULT, append_cb, self, NULL);
  while (g_list_model_get_n_items (G_LIST_MODEL (self->messages)) < self->n_messages)
    turn ("the messages");
  rate = g_strdup_printf ("%.0f messages/s", self->n_messages / get_seconds ());
  end_scene ("append, following the tail", rate);
}

/* --- scrolling --- */

typedef struct
{
  GtkAdjustment *adjustment;
  GArray *frames_us;
  gint64 began_us;
  gboolean is_jump;
  guint n;
} Scroll;

static gboolean
scroll_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Scroll *scroll = user_data;
  double end = gtk_adjustment_get_upper (scroll->adjustment) - gtk_adjustment_get_page_size (scroll->adjustment);
  double value =
      scroll->is_jump ? end * ((scroll->n * 7919) % 1000) / 1000 : gtk_adjustment_get_value (scroll->adjustment) + STEP;

  gtk_adjustment_set_value (scroll->adjustment, MIN (value, end));
  return ++scroll->n < N_FRAMES;
}

static void
before_cb (GdkFrameClock *clock, Scroll *scroll)
{
  scroll->began_us = g_get_monotonic_time ();
}

static void
after_cb (GdkFrameClock *clock, Scroll *scroll)
{
  gint64 took_us = g_get_monotonic_time () - scroll->began_us;

  g_array_append_val (scroll->frames_us, took_us);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : *(const gint64 *) a > *(const gint64 *) b;
}

static double
get_share_ms (GArray *times_us, double share)
{
  g_array_sort (times_us, compare_times);
  return times_us->len > 0 ? g_array_index (times_us, gint64, (guint) ((times_us->len - 1) * share)) / 1000.0 : 0;
}

static GtkScrolledWindow *
find_scroller (GtkWidget *widget)
{
  GtkScrolledWindow *found = NULL;

  if (GTK_IS_SCROLLED_WINDOW (widget))
    return GTK_SCROLLED_WINDOW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_scroller (child);
  return found;
}

static void
bench_scroll (Bench *self, const char *name, gboolean is_jump)
{
  GtkScrolledWindow *scroller = find_scroller (GTK_WIDGET (self->table));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  Scroll scroll = { gtk_scrolled_window_get_vadjustment (scroller), g_array_new (FALSE, FALSE, sizeof (gint64)), 0,
                    is_jump, 0 };
  g_autofree char *frames = NULL;

  weir_message_table_set_follow (self->table, FALSE);
  gtk_adjustment_set_value (scroll.adjustment, 0);
  begin_scene ();
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_cb), &scroll);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_cb), &scroll);
  gtk_widget_add_tick_callback (GTK_WIDGET (self->table), scroll_tick_cb, &scroll, NULL);
  while (scroll.n < N_FRAMES)
    turn ("frames");
  g_signal_handlers_disconnect_by_data (clock, &scroll);
  frames = g_strdup_printf ("p50 %.1f, p95 %.1f ms", get_share_ms (scroll.frames_us, 0.5),
                            get_share_ms (scroll.frames_us, 0.95));
  end_scene (name, frames);
  g_array_unref (scroll.frames_us);
}

/* --- filtering and finding --- */

static void
bench_filter (Bench *self, const char *name, WeirMessageKinds kinds, const char *text, guint n_wanted)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (WEIR_NEEDLE_TEXT, text, NULL);
  g_autofree char *rows = g_strdup_printf ("%u rows", n_wanted);

  begin_scene ();
  weir_message_table_set_filter (self->table, kinds, needle);
  while (weir_message_list_is_filtering (self->messages) ||
         g_list_model_get_n_items (G_LIST_MODEL (self->messages)) != n_wanted)
    turn ("the filter");
  end_scene (name, rows);
}

static void
bench_find (Bench *self, const char *name, WeirNeedleMode mode, const char *text, guint n_wanted)
{
  g_autoptr (WeirNeedle) needle = weir_needle_new (mode, text, NULL);
  g_autofree char *hits = NULL;
  guint position;

  begin_scene ();
  weir_message_table_set_search (self->table, needle);
  while (weir_message_list_is_searching (self->messages))
    turn ("the search");
  g_assert_cmpuint (weir_message_list_get_n_hits (self->messages), ==, n_wanted);
  if (weir_message_list_find_hit (self->messages, NULL, FALSE, &position))
    weir_message_table_select (self->table, position);
  hits = g_strdup_printf ("%u hits", n_wanted);
  end_scene (name, hits);
  weir_message_table_set_search (self->table, NULL);
}

/* --- */

static void
set_up (Bench *self)
{
  g_autoptr (GError) error = NULL;

  self->messages = weir_message_list_new (&error);
  g_assert_no_error (error);
  self->table = g_object_new (WEIR_TYPE_MESSAGE_TABLE, NULL);
  weir_message_table_set_messages (self->table, self->messages);
  self->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1200, 700);
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->table));
  gtk_window_present (GTK_WINDOW (self->window));
  begin_scene ();
  while (gtk_widget_get_width (GTK_WIDGET (self->table)) == 0)
    turn ("the window");
}

int
main (int argc, char *argv[])
{
  Bench bench = { .n_messages = 1000 * 1000 };

  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--short"))
      bench.n_messages = 100 * 1000;
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (!gtk_init_check ())
    {
      printf ("there is no display\n");
      return 77;
    }
  adw_init ();
  g_main_context_set_poll_func (NULL, poll_cb);
  g_timeout_add (20, tick_cb, NULL);
  set_up (&bench);
  printf ("%u messages of %d bytes%30s longest slice   > frame      RSS\n", bench.n_messages, SIZE, "");
  bench_append (&bench);
  bench_scroll (&bench, "scroll, 20 pixels a frame", FALSE);
  bench_scroll (&bench, "scroll, anywhere each frame", TRUE);
  bench_filter (&bench, "filter: text messages", WEIR_SHOW_TEXT, NULL, bench.n_messages / 2);
  bench_filter (&bench, "filter: a word, one in 1000", WEIR_SHOW_ALL, "needle", bench.n_messages / 1000);
  bench_filter (&bench, "filter: none again", WEIR_SHOW_ALL, NULL, bench.n_messages);
  bench_find (&bench, "find: a word, one in 1000", WEIR_NEEDLE_TEXT, "needle", bench.n_messages / 1000);
  bench_find (&bench, "find: an expression", WEIR_NEEDLE_REGEX, "\"n\":\\d*9{3},", bench.n_messages / 1000);
  bench_find (&bench, "find: what is not there", WEIR_NEEDLE_TEXT, "nothing", 0);
  gtk_window_destroy (GTK_WINDOW (bench.window));
  g_object_unref (bench.messages);
  return 0;
}
