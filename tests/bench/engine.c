/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine.h"

#include "load.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

G_NORETURN static void
die (const char *what)
{
  g_printerr ("bench: %s\n", what);
  exit (1);
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static Engine
start (const char *const *argv, const char *point)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  const char *colon;
  Engine self = { .point = point };
  char letter;
  int out;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                                 die_with_parent, NULL, &self.pid, NULL, &out, NULL, &error))
    die (error->message);
  while (read (out, &letter, 1) == 1 && letter != '\n')
    g_string_append_c (line, letter);
  colon = strrchr (line->str, ':');
  if (strstr (line->str, "listening on") == NULL || colon == NULL)
    die ("a server does not say where it listens");
  self.port = atoi (colon + 1);

  return self; /* its output stays open, or it would be killed by what it says next */
}

Engine
engine_start (const char *program)
{
  const char *argv[] = { program, "--listen", "127.0.0.1:0", "--name", "bench", NULL };

  return start (argv, "bench");
}

Engine
engine_start_relay (const char *program, const Engine *engine)
{
  g_autofree char *upstream = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  const char *argv[] = { program, "--listen", "127.0.0.1:0", "--name", "relay", "--upstream", upstream, NULL };

  return start (argv, "relay");
}

void
engine_stop (Engine *self)
{
  kill (self->pid, SIGTERM);
  waitpid (self->pid, NULL, 0);
}

gsize
engine_get_rss (const Engine *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", self->pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    die ("the engine has gone");
  fields = g_strsplit (text, " ", 3);

  return g_ascii_strtoull (fields[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

static void
receive_all (int fd, guint8 *data, gsize len)
{
  for (gsize done = 0; done < len;)
    {
      gssize n = recv (fd, data + done, len - done, 0);

      if (n <= 0)
        die ("the engine hung up");
      done += n;
    }
}

/* The next frame's payload, as text. (transfer full) */
static char *
receive_text (int fd)
{
  guint8 head[10];
  gsize len, n_more;
  char *text;

  receive_all (fd, head, 2);
  n_more = (head[1] & 0x7f) == 126 ? 2 : (head[1] & 0x7f) == 127 ? 8 : 0;
  receive_all (fd, head + 2, n_more);
  len = n_more == 0 ? head[1] : 0;
  for (gsize i = 0; i < n_more; i++)
    len = len << 8 | head[2 + i];
  text = g_malloc0 (len + 1);
  receive_all (fd, (guint8 *) text, len);

  return text;
}

int
engine_open_worker (const Engine *self)
{
  return load_connect ("127.0.0.1", self->port, "/");
}

char *
engine_call (int worker, const char *function_id, const char *data)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *call = g_strdup_printf ("{\"type\":\"invokefunction\",\"invocation_id\":\"%s\","
                                           "\"function_id\":\"%s\",\"data\":%s}",
                                           id, function_id, data);
  g_autofree guint8 *frame = g_malloc (strlen (call) + 14);
  gsize len = load_make_frame (frame, (const guint8 *) call, strlen (call), 1);
  char *answer = NULL;

  if (send (worker, frame, len, MSG_NOSIGNAL) != (gssize) len)
    die ("the engine does not listen");
  do
    {
      g_free (answer);
      answer = receive_text (worker);
    }
  while (strstr (answer, "invocationresult") == NULL || strstr (answer, id) == NULL);
  if (strstr (answer, "\"error\":{") != NULL)
    die (answer);

  return answer;
}

/* The string behind "@name":" from @from on. (transfer full) */
static char *
find_string (const char *from, const char *name)
{
  g_autofree char *key = g_strdup_printf ("\"%s\":\"", name);
  const char *start = strstr (from, key);

  if (start == NULL)
    die ("the engine did not make a channel");
  start += strlen (key);

  return g_strndup (start, strcspn (start, "\""));
}

EngineChannel
engine_create_channel (int worker)
{
  g_autofree char *answer = engine_call (worker, "engine::channels::create", "{}");
  g_autofree char *key = find_string (answer, "access_key");
  char *id = find_string (answer, "channel_id");

  return (EngineChannel){
    .write_path = g_strdup_printf ("/ws/channels/%s?key=%s&dir=write", id, key),
    .read_path = g_strdup_printf ("/ws/channels/%s?key=%s&dir=read", id, key),
    .id = id,
    .writer = g_strdup_printf ("{\"channel_id\":\"%s\",\"access_key\":\"%s\",\"direction\":\"write\"}", id, key),
  };
}

void
engine_channel_clear (EngineChannel *self)
{
  g_clear_pointer (&self->write_path, g_free);
  g_clear_pointer (&self->read_path, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->writer, g_free);
}
