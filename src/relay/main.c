/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "weir-listening.h"
#include "weir-relay-command.h"
#include "weir-relay.h"
#include "weir-server-log.h"

/* As a shell says it of a command that is not there, or cannot be run. */
#define STATUS_NO_COMMAND     127
#define STATUS_CANNOT_EXECUTE 126

typedef struct
{
  GMainLoop *loop;
  WeirRelay *relay;
  WeirRelayCommand *command; /* nullable */
  gboolean is_stopping;
  int status;
} Program;

static void
on_stopped (gpointer user_data)
{
  Program *program = user_data;

  g_main_loop_quit (program->loop);
}

static void
stop (Program *program, int status)
{
  if (program->is_stopping)
    return;
  program->is_stopping = TRUE;
  program->status = status;
  weir_relay_stop (program->relay, on_stopped, program);
}

static void
on_command_ended (int status, gpointer user_data)
{
  stop (user_data, status);
}

static void
on_signal (int signal, gboolean is_from_terminal, gpointer user_data)
{
  Program *program = user_data;

  if (program->command != NULL && !program->is_stopping)
    {
      if (!is_from_terminal)
        weir_relay_command_send_signal (program->command, signal);
    }
  else if (signal != SIGUSR1 && signal != SIGUSR2)
    stop (program, 0);
}

static int
fail (const char *what, int status)
{
  fprintf (stderr, "weir-relay: %s\n", what);
  return status;
}

/* A command has standard output for itself. */
static void
say_ready (const WeirRelayOptions *options, WeirRelay *relay)
{
  FILE *file = options->command != NULL ? stderr : stdout;

  fprintf (file, "weir-relay: listening on %s\n", weir_relay_get_url (relay));
  fflush (file);
  if (!weir_relay_is_loopback (relay))
    g_message ("whoever gives the token can reach the engine at %s through here, from other machines too",
               options->upstream->shown_url);
}

static int
run (const WeirRelayOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRelay) relay = weir_relay_new (options, &error);
  g_autoptr (WeirRelayCommand) command = NULL;
  g_autoptr (GSource) signals = NULL;
  Program program = { .loop = loop, .relay = relay };

  if (relay == NULL)
    return fail (error->message, 2);
  signals = weir_relay_command_signal_source_new (on_signal, &program);
  g_source_attach (signals, NULL);
  if (options->command != NULL)
    {
      g_autofree char *url =
          weir_upstream_dup_client_url (options->upstream, weir_relay_get_url (relay), options->common.token);

      command =
          weir_relay_command_new ((const char *const *) options->command, url, on_command_ended, &program, &error);
      if (command == NULL)
        return fail (error->message, g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                                         ? STATUS_NO_COMMAND
                                         : STATUS_CANNOT_EXECUTE);
      program.command = command;
    }
  say_ready (options, relay);
  g_main_loop_run (loop);
  g_source_destroy (signals);
  return program.status;
}

/* What a wss:// engine is trusted by. This process speaks TLS to nobody else. */
static gboolean
trust (const char *file, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL); /* GIO reads no relative one, and says so in the log */
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, error);

  if (database != NULL)
    g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
  return database != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (WeirRelayOptions) options = weir_relay_options_new ();
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (!weir_relay_options_parse (options, argv, &error))
    return fail (error->message, 2);
  if (options->common.wants_version)
    {
      puts ("weir-relay " WEIR_VERSION);
      return 0;
    }
  weir_relay_command_prepare ();
  if (options->tls_ca != NULL && !trust (options->tls_ca, &error))
    return fail (error->message, 2);
  weir_server_log_start (options->common.is_verbose);
  weir_listening_raise_file_limit ();
  return run (options);
}
