/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-options.h"

#include "weir-client.h"

#define SUMMARY                                                                                                        \
  "Stands between workers and an iii engine, passes everything through unchanged, and makes their channels visible "   \
  "in Weir. With “-- COMMAND” it runs that behind itself, with III_URL set."

WeirRelayOptions *
weir_relay_options_new (void)
{
  WeirRelayOptions *self = g_new0 (WeirRelayOptions, 1);

  weir_server_options_init (&self->common, "localhost:49135");
  return self;
}

void
weir_relay_options_free (WeirRelayOptions *self)
{
  weir_server_options_clear (&self->common);
  g_clear_pointer (&self->upstream, weir_upstream_free);
  g_free (self->upstream_token);
  g_free (self->tls_ca);
  g_strfreev (self->command);
  g_free (self);
}

/* (transfer full) (nullable): what stands before `--`; what stands behind it is the command. */
static char **
split_command (WeirRelayOptions *self, char **argv, GError **error)
{
  g_autoptr (GStrvBuilder) own = g_strv_builder_new ();

  for (; *argv != NULL && !g_str_equal (*argv, "--"); argv++)
    g_strv_builder_add (own, *argv);
  if (argv[0] != NULL && argv[1] == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no command behind “--”");
      return NULL;
    }
  if (argv[0] != NULL)
    self->command = g_strdupv (argv + 1);
  return g_strv_builder_end (own);
}

/* A relay for one command needs no port that anybody knows, and every terminal may have one. */
static void
pick_port (WeirRelayOptions *self)
{
  if (self->command == NULL)
    return;
  g_free (self->common.listen);
  self->common.listen = g_strdup ("localhost:0");
}

gboolean
weir_relay_options_parse (WeirRelayOptions *self, char **argv, GError **error)
{
  g_auto (GStrv) own_argv = split_command (self, argv, error);
  g_autofree char *upstream = NULL;
  g_autofree char *token_file = NULL;
  const char *from_environment = g_getenv ("III_URL");
  const GOptionEntry own[] = {
    { "upstream", 0, 0, G_OPTION_ARG_STRING, &upstream,
      "The engine (III_URL, or " WEIR_WORKER_DEFAULT_URL "); wss:// as well", "URL" },
    { "upstream-token-file", 0, 0, G_OPTION_ARG_FILENAME, &token_file,
      "The relay's own worker gives the engine the token in FILE (or WEIR_UPSTREAM_TOKEN)", "FILE" },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_ca,
      "Trust the authorities in FILE (PEM), not the system's, for a wss:// engine", "FILE" },
    { "mend", 0, 0, G_OPTION_ARG_NONE, &self->mend,
      "Mend faults of the stock engine: answer readers' pings, tell them when their writer was lost", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (own_argv == NULL)
    return FALSE;
  pick_port (self);
  if (!weir_server_options_parse (&self->common, SUMMARY, own, own_argv, error) ||
      !weir_server_options_read_token (token_file, "WEIR_UPSTREAM_TOKEN", &self->upstream_token, error))
    return FALSE;
  if (upstream == NULL)
    upstream = g_strdup (from_environment != NULL ? from_environment : WEIR_WORKER_DEFAULT_URL);
  self->upstream = weir_upstream_new (upstream, error);
  return self->upstream != NULL;
}
