/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-process.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#define KILL_AFTER_S 3
/* Its last words may come after the news of its end; a child of its own may keep them open for ever. */
#define LAST_WORDS_MS 500

struct _WeirProcess
{
  GObject parent_instance;

  char *name;
  GPid pid;
  GSubprocess *subprocess; /* NULL: it is not our child */
  int pidfd;               /* of one that was found; −1 */
  guint pidfd_source;
  GCancellable *cancellable;
  GDataInputStream *out;
  GDataInputStream *err;
  char *last_words; /* on stderr */
  guint kill_timer;
  guint words_timer;
  gboolean is_asked; /* to stop */
  gboolean has_ended;
  gboolean has_said_all; /* stderr is at its end */
};

enum
{
  LINE,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirProcess, weir_process, G_TYPE_OBJECT)

static void weir_process_read (WeirProcess *self, GDataInputStream *stream);

static char *
weir_process_dup_end (WeirProcess *self)
{
  if (self->subprocess == NULL)
    return g_strdup (_ ("It is not there any more."));
  if (g_subprocess_get_if_signaled (self->subprocess))
    return g_strdup_printf (_ ("It was ended by signal %d."), g_subprocess_get_term_sig (self->subprocess));
  return g_strdup_printf (_ ("It ended with status %d."), g_subprocess_get_exit_status (self->subprocess));
}

/* What it said last may be why, or have nothing to do with it: it may have said that an hour ago. */
static char *
weir_process_dup_reason (WeirProcess *self)
{
  g_autofree char *end = weir_process_dup_end (self);

  if (self->last_words == NULL)
    return g_steal_pointer (&end);
  /* Translators: how a program ended, and the last line that it printed */
  return g_strdup_printf (_ ("%s Its last words: %s"), end, self->last_words);
}

static void
weir_process_emit_ended (WeirProcess *self)
{
  g_autofree char *reason = self->is_asked ? NULL : weir_process_dup_reason (self);

  g_clear_handle_id (&self->words_timer, g_source_remove);
  g_signal_emit (self, signals[ENDED], 0, reason);
}

static gboolean
words_cb (gpointer user_data)
{
  WeirProcess *self = user_data;

  self->words_timer = 0;
  self->has_said_all = TRUE;
  weir_process_emit_ended (self);
  return G_SOURCE_REMOVE;
}

/* (transfer full): @line. Both kinds go to our stderr: what we print ourselves is for those who parse it. */
static void
weir_process_take_line (WeirProcess *self, gboolean is_error, char *line)
{
  g_printerr ("%s\n", line);
  if (is_error)
    {
      g_free (self->last_words);
      self->last_words = line;
      return;
    }

  g_signal_emit (self, signals[LINE], 0, line);
  g_free (line);
}

static void
weir_process_take_end (WeirProcess *self, gboolean is_error)
{
  if (!is_error || self->has_said_all)
    return;

  self->has_said_all = TRUE;
  if (self->has_ended)
    weir_process_emit_ended (self);
}

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirProcess) self = user_data;
  GDataInputStream *stream = G_DATA_INPUT_STREAM (object);
  g_autofree char *line = g_data_input_stream_read_line_finish (stream, result, NULL, NULL);

  if (self->subprocess == NULL) /* nobody wants to know any more */
    return;
  if (line == NULL)
    {
      weir_process_take_end (self, stream == self->err);
      return;
    }

  weir_process_take_line (self, stream == self->err, g_utf8_make_valid (line, -1));
  weir_process_read (self, stream);
}

static void
weir_process_read (WeirProcess *self, GDataInputStream *stream)
{
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, self->cancellable, line_cb, g_object_ref (self));
}

static void
wait_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirProcess) self = user_data;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL) || self->subprocess == NULL)
    return;

  g_clear_handle_id (&self->kill_timer, g_source_remove);
  self->has_ended = TRUE;
  self->pid = 0;
  if (self->has_said_all)
    weir_process_emit_ended (self);
  else
    self->words_timer = g_timeout_add (LAST_WORDS_MS, words_cb, self);
}

static gboolean
pidfd_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (WeirProcess) self = g_object_ref (user_data);

  g_clear_handle_id (&self->kill_timer, g_source_remove);
  self->pidfd_source = 0;
  self->has_ended = TRUE;
  self->pid = 0;
  weir_process_emit_ended (self);
  return G_SOURCE_REMOVE;
}

static gboolean
kill_cb (gpointer user_data)
{
  WeirProcess *self = user_data;

  self->kill_timer = 0;
  if (self->subprocess != NULL)
    g_subprocess_force_exit (self->subprocess);
  else
    pidfd_send_signal (self->pidfd, SIGKILL, NULL, 0);
  return G_SOURCE_REMOVE;
}

static void
weir_process_dispose (GObject *object)
{
  WeirProcess *self = WEIR_PROCESS (object);

  g_clear_handle_id (&self->kill_timer, g_source_remove);
  g_clear_handle_id (&self->words_timer, g_source_remove);
  g_clear_handle_id (&self->pidfd_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->subprocess);
  g_clear_object (&self->out);
  g_clear_object (&self->err);
  G_OBJECT_CLASS (weir_process_parent_class)->dispose (object);
}

static void
weir_process_finalize (GObject *object)
{
  WeirProcess *self = WEIR_PROCESS (object);

  g_clear_object (&self->cancellable);
  if (self->pidfd >= 0)
    close (self->pidfd);
  g_free (self->name);
  g_free (self->last_words);
  G_OBJECT_CLASS (weir_process_parent_class)->finalize (object);
}

static void
weir_process_class_init (WeirProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_process_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_process_finalize;
  signals[LINE] = g_signal_new ("line", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_process_init (WeirProcess *self)
{
  self->cancellable = g_cancellable_new ();
  self->pidfd = -1;
}

/* In the child, before it becomes the program. What we do not read any more must not end it, nor Ctrl+C in our
 * terminal. */
static void
stay_cb (gpointer user_data)
{
  setsid ();
  signal (SIGPIPE, SIG_IGN);
}

/* In the child: the kernel ends it when we do. We may have ended before it was told so. */
static void
go_with_us_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != GPOINTER_TO_INT (user_data))
    _exit (0);
}

static gboolean
weir_process_spawn (WeirProcess *self, const char *path, const char *const *arguments, const char *const *environment,
                    WeirProcessLife life, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_subprocess_launcher_set_child_setup (launcher, life == WEIR_PROCESS_STAYS ? stay_cb : go_with_us_cb,
                                         GINT_TO_POINTER (getpid ()), NULL);
  for (guint i = 0; environment != NULL && environment[i] != NULL; i += 2)
    g_subprocess_launcher_setenv (launcher, environment[i], environment[i + 1], TRUE);
  g_ptr_array_add (argv, (char *) path);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);

  self->subprocess = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
  return self->subprocess != NULL;
}

WeirProcess *
weir_process_new (const char *program, const char *const *arguments, const char *const *environment,
                  WeirProcessLife life, GError **error)
{
  g_autoptr (WeirProcess) self = g_object_new (WEIR_TYPE_PROCESS, NULL);
  g_autofree char *path = weir_process_find_program (program);
  const char *identifier;

  if (path == NULL)
    {
      g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT,
                   _ ("The program %s is neither next to this one nor in the search path."), program);
      return NULL;
    }
  if (!weir_process_spawn (self, path, arguments, environment, life, error))
    return NULL;

  self->name = g_strdup (program);
  identifier = g_subprocess_get_identifier (self->subprocess); /* NULL: it has ended already */
  self->pid = identifier != NULL ? g_ascii_strtoll (identifier, NULL, 10) : 0;
  self->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->subprocess));
  self->err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->subprocess));
  weir_process_read (self, self->out);
  weir_process_read (self, self->err);
  g_subprocess_wait_async (self->subprocess, self->cancellable, wait_cb, g_object_ref (self));
  return g_steal_pointer (&self);
}

WeirProcess *
weir_process_new_for_pid (const char *program, GPid pid)
{
  int pidfd = pidfd_open (pid, 0);
  WeirProcess *self;

  if (pidfd < 0)
    return NULL;

  self = g_object_new (WEIR_TYPE_PROCESS, NULL);
  self->name = g_strdup (program);
  self->pid = pid;
  self->pidfd = pidfd;
  self->pidfd_source = g_unix_fd_add (pidfd, G_IO_IN, pidfd_cb, self);
  return self;
}

const char *
weir_process_get_name (WeirProcess *self)
{
  return self->name;
}

GPid
weir_process_get_pid (WeirProcess *self)
{
  return self->pid;
}

/* Not g_subprocess_send_signal (): that leaves it to another thread, which does not get to it when this program ends
 * now. */
void
weir_process_stop (WeirProcess *self)
{
  if (self->is_asked || self->pid == 0)
    return;

  self->is_asked = TRUE;
  if (self->pidfd >= 0)
    pidfd_send_signal (self->pidfd, SIGTERM, NULL, 0);
  else if (g_subprocess_get_identifier (self->subprocess) != NULL)
    kill (self->pid, SIGTERM);
  self->kill_timer = g_timeout_add_seconds (KILL_AFTER_S, kill_cb, self);
}

static char *
find_below (const char *folder, const char *program)
{
  g_autofree char *path = g_build_filename (folder, program, NULL);

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (path, G_FILE_TEST_IS_DIR)
             ? g_steal_pointer (&path)
             : NULL;
}

static char *
find_in_environment (const char *program)
{
  const char *folders = g_getenv ("WEIR_PROGRAMS");
  g_auto (GStrv) list = g_strsplit (folders != NULL ? folders : "", G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      char *path = *list[i] != '\0' ? find_below (list[i], program) : NULL;

      if (path != NULL)
        return path;
    }

  return NULL;
}

/* Installed, all programs are in one folder; built, weir-engine is in ../engine. */
static char *
find_nearby (const char *program)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *sibling = NULL;
  char *path;

  if (here == NULL)
    return NULL;

  path = find_below (here, program);
  if (path != NULL)
    return path;

  sibling =
      g_build_filename (here, "..", g_str_has_prefix (program, "weir-") ? program + strlen ("weir-") : program, NULL);
  return find_below (sibling, program);
}

char *
weir_process_find_program (const char *program)
{
  char *path = find_in_environment (program);

  if (path == NULL)
    path = find_nearby (program);
  if (path == NULL)
    path = g_find_program_in_path (program);

  return path;
}
