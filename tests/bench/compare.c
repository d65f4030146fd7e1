/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"

#include "engine.h"
#include "load.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A subject, and its process. */
typedef struct
{
  const CompareSubject *about;
  pid_t pid;
  guint16 port;
} Subject;

static const Comparison *comparison;
static Subject *subjects;
static guint n_subjects;

#define MAX_REPEATS 99

typedef struct
{
  double messages_per_s[MAX_REPEATS];
  double cpu[MAX_REPEATS]; /* seconds a message */
} Series;

static int n_repeats = 5;
static double duration_s = 1.0;
static char *engine_program;
static int only_size;
static char **only_names; /* nullable */
static Engine engine;
static int worker; /* of the engine */

static const GOptionEntry options[] = {
  { "repeats", 'n', 0, G_OPTION_ARG_INT, &n_repeats, "Runs of each (5)", "N" },
  { "duration", 'd', 0, G_OPTION_ARG_DOUBLE, &duration_s, "Seconds of each (1)", "S" },
  { "size", 's', 0, G_OPTION_ARG_INT, &only_size, "Messages of this size alone", "BYTES" },
  { "only", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &only_names, "This one and the plain relay alone (may be repeated)",
    "NAME" },
  { "engine", 'e', 0, G_OPTION_ARG_FILENAME, &engine_program, "A weir-engine to be measured too", "PROGRAM" },
  { NULL }
};

static void
subject_start (Subject *self)
{
  int fds[2];

  if (self->about->forward == NULL)
    {
      engine = engine_start (engine_program);
      worker = engine_open_worker (&engine);
      self->pid = engine.pid;
      self->port = engine.port;
      return;
    }
  if (pipe (fds) < 0)
    exit (1);
  self->pid = fork ();
  if (self->pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      close (fds[0]);
      self->about->forward (fds[1]);
    }
  close (fds[1]);
  if (read (fds[0], &self->port, sizeof self->port) != sizeof self->port)
    {
      g_printerr ("bench: %s did not start\n", self->about->name);
      exit (1);
    }
  close (fds[0]);
}

static double
get_cpu_s (pid_t pid)
{
  clockid_t clock;
  struct timespec time = { 0 };

  if (clock_getcpuclockid (pid, &clock) == 0)
    clock_gettime (clock, &time);

  return time.tv_sec + time.tv_nsec / 1e9;
}

typedef struct
{
  pid_t pid;
  double start_s, end_s;
} CpuClock;

static void
clock_start (gpointer data)
{
  CpuClock *clock = data;

  clock->start_s = get_cpu_s (clock->pid);
}

static void
clock_end (gpointer data)
{
  CpuClock *clock = data;

  clock->end_s = get_cpu_s (clock->pid);
}

static void
measure (const Subject *subject, gsize message_size, Series *series, int i)
{
  CpuClock clock = { .pid = subject->pid };
  EngineChannel channel = { NULL };
  Load load = {
    .host = "127.0.0.1",
    .port = subject->port,
    .write_path = subject->about->is_websocket ? "/write" : NULL,
    .read_path = subject->about->is_websocket ? "/read" : NULL,
    .is_framed = comparison->is_framed,
    .message_size = message_size,
    .warm_up_s = 0.2,
    .duration_s = duration_s,
  };
  LoadResult result;

  if (subject->about->forward == NULL)
    {
      channel = engine_create_channel (worker);
      load.write_path = channel.write_path;
      load.read_path = channel.read_path;
    }
  result = load_run (&load, clock_start, clock_end, &clock);
  engine_channel_clear (&channel);

  if (!result.is_complete)
    {
      g_printerr ("bench: %s broke off\n", subject->about->name);
      exit (1);
    }
  series->messages_per_s[i] = result.messages_per_s;
  series->cpu[i] = (clock.end_s - clock.start_s) / (result.messages_per_s * duration_s);
}

static int
compare (const void *a, const void *b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static double
median (double *values)
{
  qsort (values, n_repeats, sizeof values[0], compare);

  return n_repeats % 2 == 1 ? values[n_repeats / 2] : (values[n_repeats / 2 - 1] + values[n_repeats / 2]) / 2;
}

/* But for those that were not asked for. */
static void
choose_subjects (void)
{
  subjects = g_new0 (Subject, comparison->n_subjects);
  for (guint i = 0; i < comparison->n_subjects; i++)
    {
      const CompareSubject *about = &comparison->subjects[i];

      if (about->forward == NULL && engine_program == NULL)
        continue;
      if (only_names == NULL || i == 0 || g_strv_contains ((const char *const *) only_names, about->name))
        subjects[n_subjects++].about = about;
    }
}

static gboolean
has_libsoup (void)
{
  return only_names == NULL && comparison->libsoup > 0;
}

/* What a tap leaves of the rate, where both were measured. */
static void
print_untapped (guint tapped, const double *rates)
{
  guint place = subjects[tapped].about->untapped;

  for (guint i = 0; place != 0 && i < n_subjects; i++)
    if (subjects[i].about == &comparison->subjects[place])
      {
        g_print (" %12.2f", rates[tapped] / rates[i]);
        return;
      }
  g_print (" %12s", "");
}

static void
compare_all (gsize message_size)
{
  g_autofree Series *series = g_new0 (Series, n_subjects);
  g_autofree double *rates = g_new0 (double, n_subjects);
  g_autofree double *cpus = g_new0 (double, n_subjects);

  for (int i = 0; i < n_repeats; i++)
    for (guint j = 0; j < n_subjects; j++)
      measure (&subjects[j], message_size, &series[j], i);
  for (guint j = 0; j < n_subjects; j++)
    {
      rates[j] = median (series[j].messages_per_s);
      cpus[j] = median (series[j].cpu);
    }

  g_print ("\nmessages of %" G_GSIZE_FORMAT " bytes, medians of %d runs of %.1f s\n", message_size, n_repeats,
           duration_s);
  g_print ("%-24s %12s %10s %12s %10s", "", "messages/s", "MB/s", "CPU ns/msg", "of plain");
  g_print (" %12s%s\n", "of untapped", has_libsoup () ? "  of libsoup" : "");
  for (guint j = 0; j < n_subjects; j++)
    {
      g_print ("%-24s %12.0f %10.1f %12.1f %10.2f", subjects[j].about->name, rates[j], rates[j] * message_size / 1e6,
               cpus[j] * 1e9, rates[j] / rates[0]);
      print_untapped (j, rates);
      if (has_libsoup ())
        g_print (" %11.1f", rates[j] / rates[comparison->libsoup]);
      g_print ("\n");
    }
}

int
compare_main (const Comparison *self, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- compare forwarders");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bench: %s\n", error->message);
      return 2;
    }
  comparison = self;
  n_repeats = CLAMP (n_repeats, 1, MAX_REPEATS);

  choose_subjects ();
  for (guint i = 0; i < n_subjects; i++) /* before there are threads */
    subject_start (&subjects[i]);
  if (only_size > 0)
    {
      compare_all (only_size);
    }
  else
    {
      compare_all (64 * 1024);
      compare_all (100);
    }
  for (guint i = 0; i < n_subjects; i++)
    {
      kill (subjects[i].pid, SIGKILL);
      waitpid (subjects[i].pid, NULL, 0);
    }
  g_free (subjects);

  return 0;
}
