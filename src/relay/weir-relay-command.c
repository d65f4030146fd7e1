/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-command.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What a shell gives, often 1024: programs that use select () count on it. */
static struct rlimit files_limit;

struct _WeirRelayCommand
{
  GSubprocess *process;
  GCancellable *cancellable;
  WeirRelayCommandFunc ended;
  gpointer user_data;
};

/* --- signals --- */

static gboolean
is_ignored (int signal)
{
  struct sigaction action;

  return sigaction (signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* What this process was told to ignore, as nohup does, it goes on ignoring: once it is blocked it would come from a
 * descriptor all the same. */
static void
fill_shared_signals (sigset_t *set)
{
  const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

  sigemptyset (set);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (!is_ignored (signals[i]))
      sigaddset (set, signals[i]);
}

void
weir_relay_command_prepare (void)
{
  sigset_t set;

  getrlimit (RLIMIT_NOFILE, &files_limit);
  fill_shared_signals (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
}

typedef struct
{
  WeirRelaySignalFunc func;
  gpointer user_data;
} SignalWatch;

static gboolean
on_signal (int fd, GIOCondition condition, gpointer user_data)
{
  const SignalWatch *watch = user_data;
  struct signalfd_siginfo info;

  /* A handler could not tell what comes from the terminal. */
  while (read (fd, &info, sizeof info) == sizeof info)
    watch->func ((int) info.ssi_signo, info.ssi_code == SI_KERNEL, watch->user_data);
  return G_SOURCE_CONTINUE;
}

GSource *
weir_relay_command_signal_source_new (WeirRelaySignalFunc func, gpointer user_data)
{
  SignalWatch *watch = g_new0 (SignalWatch, 1);
  sigset_t set;
  GSource *source;

  watch->func = func;
  watch->user_data = user_data;
  fill_shared_signals (&set);
  source = g_unix_fd_source_new (signalfd (-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (on_signal), watch, g_free);
  return source;
}

/* --- the command --- */

/* What this process ignores its command is to ignore as well; GLib has it forget these. */
static void
fill_ignored_signals (sigset_t *ignored)
{
  const int signals[] = { SIGHUP, SIGINT, SIGTERM };

  sigemptyset (ignored);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (is_ignored (signals[i]))
      sigaddset (ignored, signals[i]);
}

/* Between fork and exec: it is to be as if no relay were there. */
static void
undo_preparations (gpointer user_data)
{
  const sigset_t *ignored = user_data;
  sigset_t set;

  for (int i = 1; i < NSIG; i++)
    if (sigismember (ignored, i) == 1)
      signal (i, SIG_IGN);
  setrlimit (RLIMIT_NOFILE, &files_limit);
  sigemptyset (&set);
  sigprocmask (SIG_SETMASK, &set, NULL);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirRelayCommand *self = user_data;
  GSubprocess *process = G_SUBPROCESS (object);

  if (!g_subprocess_wait_finish (process, result, NULL)) /* cancelled: self has gone */
    return;
  self->ended (g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                                    : 128 + g_subprocess_get_term_sig (process),
               self->user_data);
}

WeirRelayCommand *
weir_relay_command_new (const char *const *argv, const char *url, WeirRelayCommandFunc ended, gpointer user_data,
                        GError **error)
{
  /* What this process was given has numbers above 2, too: a shell's <(…), the jobserver of make, Node's channel. */
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT | G_SUBPROCESS_FLAGS_INHERIT_FDS);
  g_autoptr (GSubprocess) process = NULL;
  sigset_t ignored;
  WeirRelayCommand *self;

  fill_ignored_signals (&ignored);
  g_subprocess_launcher_setenv (launcher, "III_URL", url, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "WEIR_POINT_TOKEN"); /* the right to everything, for who watches it */
  g_subprocess_launcher_set_child_setup (launcher, undo_preparations, &ignored, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (process == NULL)
    return NULL;
  self = g_new0 (WeirRelayCommand, 1);
  self->process = g_steal_pointer (&process);
  self->cancellable = g_cancellable_new ();
  self->ended = ended;
  self->user_data = user_data;
  g_subprocess_wait_async (self->process, self->cancellable, ended_cb, self);
  return self;
}

void
weir_relay_command_free (WeirRelayCommand *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->process);
  g_free (self);
}

void
weir_relay_command_send_signal (WeirRelayCommand *self, int signal)
{
  g_subprocess_send_signal (self->process, signal);
}
