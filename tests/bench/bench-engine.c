/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine.h"
#include "forward.h"
#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What weir-engine costs beside throughput: the time that a message takes, what being watched and tapped adds to it,
 * and a weir-relay that both ends pass; and memory. */

static int n_latency = 5000;
static int n_repeats = 5;
static double duration_s = 1.0;
static char *relay_program;
static Engine relay; /* before the engine; port 0: there is none */

static const GOptionEntry options[] = {
  { "messages", 'm', 0, G_OPTION_ARG_INT, &n_latency, "Messages that latency is measured with (5000)", "N" },
  { "repeats", 'n', 0, G_OPTION_ARG_INT, &n_repeats, "Runs of each throughput (5)", "N" },
  { "duration", 'd', 0, G_OPTION_ARG_DOUBLE, &duration_s, "Seconds of each (1)", "S" },
  { "relay", 'r', 0, G_OPTION_ARG_FILENAME, &relay_program, "A weir-relay to be measured before it", "PROGRAM" },
  { NULL }
};

G_NORETURN static void
die (const char *what)
{
  g_printerr ("bench: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static int
compare (const void *a, const void *b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static double
quantile (double *values, guint n, double q)
{
  qsort (values, n, sizeof values[0], compare);

  return values[MIN (n - 1, (guint) (q * n))];
}

/* --- what looks on --- */

/* Reads a feed as fast as it comes, in a thread of its own. */
static gpointer
swallow (gpointer data)
{
  g_autofree guint8 *buffer = g_malloc (1 << 18);
  int fd = GPOINTER_TO_INT (data);

  while (recv (fd, buffer, 1 << 18, 0) > 0)
    ;
  close (fd);

  return NULL;
}

typedef struct
{
  int fd;
  GThread *thread;
} Onlooker;

/* @point: who is asked. @more: what goes with the writer's ref. */
static Onlooker
onlooker_start (const Engine *engine, const Engine *point, int worker, const char *verb, const char *more)
{
  EngineChannel feed = engine_create_channel (worker);
  g_autofree char *function_id = g_strdup_printf ("weir::%s::%s", point->point, verb);
  g_autofree char *data = g_strdup_printf ("{\"writer\":%s%s}", feed.writer, more);
  g_autofree char *answer = NULL;
  Onlooker self = { .fd = load_connect ("127.0.0.1", engine->port, feed.read_path) };

  self.thread = g_thread_new (verb, swallow, GINT_TO_POINTER (self.fd));
  answer = engine_call (worker, function_id, data);
  engine_channel_clear (&feed);

  return self;
}

static Onlooker
onlooker_start_tap (const Engine *engine, const Engine *point, int worker, const EngineChannel *channel)
{
  g_autofree char *more = g_strdup_printf (",\"channel_id\":\"%s\",\"snaplen\":0", channel->id);

  return onlooker_start (engine, point, worker, "tap", more);
}

static void
onlooker_stop (Onlooker *self)
{
  shutdown (self->fd, SHUT_RDWR);
  g_thread_join (self->thread);
}

typedef enum
{
  ALONE,
  WATCHED,
  TAPPED,
  RELAYED,
  RELAYED_TAPPED,
  N_COMPANIES,
} Company;

static const char *const company_names[] = { "weir-engine", "  with a watch", "  with a whole tap",
                                             "through weir-relay", "  with a whole tap" };

static Company
get_n_companies (void)
{
  return relay.port != 0 ? N_COMPANIES : RELAYED;
}

static gboolean
is_tapped (Company company)
{
  return company == TAPPED || company == RELAYED_TAPPED;
}

/* Where the data goes. */
static const Engine *
get_point (const Engine *engine, Company company)
{
  return company >= RELAYED ? &relay : engine;
}

/* --- latency --- */

static void
receive_all (int fd, guint8 *data, gsize len)
{
  for (gsize done = 0; done < len;)
    {
      gssize n = recv (fd, data + done, len - done, 0);

      if (n <= 0)
        die ("a stream broke off");
      done += n;
    }
}

/* The next message of 100 bytes; pings before it are answered, as clients do. */
static void
receive_message (int fd)
{
  guint8 head[2], payload[125], pong[140];

  for (;;)
    {
      receive_all (fd, head, 2);
      receive_all (fd, payload, head[1]);
      if (head[0] != 0x89)
        return;
      send (fd, pong, load_make_frame (pong, payload, head[1], 0xa), MSG_NOSIGNAL);
    }
}

#define LATENCY_SIZE 100

static double *
measure_latency (int from, int to, gboolean is_websocket)
{
  guint8 payload[LATENCY_SIZE] = { 0 }, frame[LATENCY_SIZE + 14];
  gsize len = is_websocket ? load_make_frame (frame, payload, sizeof payload, 2) : sizeof payload;
  double *times = g_new (double, n_latency);

  for (int i = -n_latency / 10; i < n_latency; i++) /* the first ones warm up */
    {
      gint64 start = g_get_monotonic_time ();

      send (from, is_websocket ? frame : payload, len, MSG_NOSIGNAL);
      if (is_websocket)
        receive_message (to);
      else
        receive_all (to, payload, sizeof payload);
      if (i >= 0)
        times[i] = g_get_monotonic_time () - start;
    }
  close (from);
  close (to);

  return times;
}

static void
print_latency (const char *name, double *times, double plain[2])
{
  double p50 = quantile (times, n_latency, 0.5), p99 = quantile (times, n_latency, 0.99);

  if (plain[0] == 0)
    {
      plain[0] = p50;
      plain[1] = p99;
    }
  g_print ("%-20s %10.0f %10.0f %14.0f %14.0f\n", name, p50, p99, p50 - plain[0], p99 - plain[1]);
  g_free (times);
}

static void
compare_latencies (const Engine *engine, int worker, guint16 plain_port)
{
  double plain[2] = { 0 };
  int to = load_connect ("127.0.0.1", plain_port, NULL);
  int from = load_connect ("127.0.0.1", plain_port, NULL);

  g_print ("\none message of %d bytes at a time, %d of them, microseconds from end to end\n", LATENCY_SIZE, n_latency);
  g_print ("%-20s %10s %10s %14s %14s\n", "", "p50", "p99", "p50 over plain", "p99 over plain");
  print_latency ("plain TCP relay", measure_latency (from, to, FALSE), plain);
  for (Company company = ALONE; company < get_n_companies (); company++)
    {
      EngineChannel channel = engine_create_channel (worker);
      const Engine *point = get_point (engine, company);
      Onlooker onlooker = { .thread = NULL };

      to = load_connect ("127.0.0.1", point->port, channel.read_path);
      from = load_connect ("127.0.0.1", point->port, channel.write_path);
      if (company == WATCHED)
        onlooker = onlooker_start (engine, point, worker, "watch", "");
      else if (is_tapped (company))
        onlooker = onlooker_start_tap (engine, point, worker, &channel);
      print_latency (company_names[company], measure_latency (from, to, TRUE), plain);
      if (onlooker.thread != NULL)
        onlooker_stop (&onlooker);
      engine_channel_clear (&channel);
    }
}

/* --- throughput --- */

typedef struct
{
  const Engine *engine;
  const Engine *point;
  int worker;
  const EngineChannel *channel;
  Onlooker onlooker;
} Tapping;

static void
tap_cb (gpointer data)
{
  Tapping *self = data;

  self->onlooker = onlooker_start_tap (self->engine, self->point, self->worker, self->channel);
}

static double
measure_throughput (const Engine *engine, int worker, gsize message_size, Company company)
{
  EngineChannel channel = engine_create_channel (worker);
  const Engine *point = get_point (engine, company);
  Tapping tapping = { engine, point, worker, &channel, { .thread = NULL } };
  Load load = {
    .host = "127.0.0.1",
    .port = point->port,
    .write_path = channel.write_path,
    .read_path = channel.read_path,
    .message_size = message_size,
    .warm_up_s = 0.3,
    .duration_s = duration_s,
  };
  LoadResult result;

  if (company == WATCHED)
    tapping.onlooker = onlooker_start (engine, point, worker, "watch", "");
  result = load_run (&load, is_tapped (company) ? tap_cb : NULL, NULL, &tapping);
  if (!result.is_complete)
    die ("a stream broke off");
  if (tapping.onlooker.thread != NULL)
    onlooker_stop (&tapping.onlooker);
  engine_channel_clear (&channel);

  return result.messages_per_s;
}

static void
compare_throughputs (const Engine *engine, int worker, gsize message_size)
{
  double rates[N_COMPANIES][99], alone, untapped;

  for (int i = 0; i < n_repeats; i++)
    for (Company company = ALONE; company < get_n_companies (); company++)
      rates[company][i] = measure_throughput (engine, worker, message_size, company);

  alone = untapped = quantile (rates[ALONE], n_repeats, 0.5);
  g_print ("\none channel, messages of %" G_GSIZE_FORMAT " bytes, medians of %d runs of %.1f s\n", message_size,
           n_repeats, duration_s);
  g_print ("%-20s %12s %10s %10s %12s\n", "", "messages/s", "MB/s", "of alone", "of untapped");
  for (Company company = ALONE; company < get_n_companies (); company++)
    {
      double rate = quantile (rates[company], n_repeats, 0.5);

      if (company == RELAYED)
        untapped = rate;
      g_print ("%-20s %12.0f %10.1f %10.2f", company_names[company], rate, rate * message_size / 1e6, rate / alone);
      if (is_tapped (company))
        g_print (" %12.2f", rate / untapped);
      g_print ("\n");
    }
}

/* --- memory --- */

static void
print_memory (const char *name, gsize rss, gsize before, guint n)
{
  g_print ("%-28s %10.1f %16.1f\n", name, rss / 1048576.0, n > 0 ? ((double) rss - before) / 1024 / n : 0);
}

/* Both ends of @n channels connected, and nothing flowing. */
static void
measure_idle (const Engine *engine, int worker, guint n, gsize before)
{
  g_autofree int *fds = g_new (int, 2 * n);
  g_autofree char *name = g_strdup_printf ("%u idle channels", n);

  for (guint i = 0; i < n; i++)
    {
      EngineChannel channel = engine_create_channel (worker);

      fds[2 * i] = load_connect ("127.0.0.1", engine->port, channel.read_path);
      fds[2 * i + 1] = load_connect ("127.0.0.1", engine->port, channel.write_path);
      engine_channel_clear (&channel);
    }
  g_usleep (G_USEC_PER_SEC);
  print_memory (name, engine_get_rss (engine), before, n);
  for (guint i = 0; i < 2 * n; i++)
    close (fds[i]);
}

static void
note_rss (gpointer data)
{
  const Engine **engine = data;
  gsize *rss = (gsize *) (engine + 1);

  *rss = engine_get_rss (*engine);
}

static void
measure_flowing (const Engine *engine, int worker, gsize before)
{
  EngineChannel channel = engine_create_channel (worker);
  struct
  {
    const Engine *engine;
    gsize rss;
  } note = { engine, 0 };
  Load load = {
    .host = "127.0.0.1",
    .port = engine->port,
    .write_path = channel.write_path,
    .read_path = channel.read_path,
    .message_size = 64 * 1024,
    .warm_up_s = 0.5,
    .duration_s = duration_s,
  };

  load_run (&load, NULL, note_rss, &note);
  print_memory ("1 flowing channel", note.rss, before, 1);
  engine_channel_clear (&channel);
}

static guint
raise_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);

  return limit.rlim_max;
}

static void
measure_memory (const char *program, guint max_fds)
{
  Engine engine = engine_start (program);
  int worker = engine_open_worker (&engine);
  gsize before = engine_get_rss (&engine);

  g_print ("\nresident memory\n%-28s %10s %16s\n", "", "MiB", "KiB a channel");
  print_memory ("at the start", before, before, 0);
  measure_flowing (&engine, worker, before);
  before = engine_get_rss (&engine);
  measure_idle (&engine, worker, 1000, before);
  engine_stop (&engine);

  engine = engine_start (program);
  worker = engine_open_worker (&engine);
  before = engine_get_rss (&engine);
  measure_idle (&engine, worker, MIN (10000, (max_fds - 100) / 2),
                before); /* two descriptors each, in both processes */
  engine_stop (&engine);
}

/* --- all --- */

static pid_t
start_plain (guint16 *port)
{
  int fds[2];
  pid_t pid;

  if (pipe (fds) < 0)
    die ("pipe");
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      forward_plain (fds[1]);
    }
  if (read (fds[0], port, sizeof *port) != sizeof *port)
    die ("the plain relay");

  return pid;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("WEIR-ENGINE - what it costs beside throughput");
  g_autoptr (GError) error = NULL;
  guint max_fds = raise_limit ();
  guint16 plain_port;
  pid_t plain;
  Engine engine;
  int worker;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("bench: %s\n", error != NULL ? error->message : "which weir-engine?");
      return 2;
    }
  n_repeats = CLAMP (n_repeats, 1, 99);
  n_latency = MAX (n_latency, 10);

  plain = start_plain (&plain_port); /* before there are threads */
  engine = engine_start (argv[1]);
  if (relay_program != NULL)
    relay = engine_start_relay (relay_program, &engine);
  worker = engine_open_worker (&engine);
  compare_latencies (&engine, worker, plain_port);
  compare_throughputs (&engine, worker, 64 * 1024);
  compare_throughputs (&engine, worker, 100);
  if (relay.pid != 0)
    engine_stop (&relay);
  engine_stop (&engine);
  kill (plain, SIGKILL);
  waitpid (plain, NULL, 0);
  measure_memory (argv[1], max_fds);

  return 0;
}
