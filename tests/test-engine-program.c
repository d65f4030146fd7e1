/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"
#include "weir-channel-table.h"
#include "weir-server-log.h"
#include "weir-engine-options.h"
#include "weir-secret.h"

/* The program: its options, its log, how it starts and how it ends. */

/* --- options --- */

static WeirEngineOptions *
parse (const char *arguments, GError **error)
{
  g_autoptr (WeirEngineOptions) options = weir_engine_options_new ();
  g_autofree char *line = g_strconcat ("weir-engine ", arguments, NULL);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  return weir_engine_options_parse (options, argv, error) ? g_steal_pointer (&options) : NULL;
}

static void
test_options (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirEngineOptions) defaults = parse ("", &error);
  g_autoptr (WeirEngineOptions) all = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (defaults->common.listen, ==, "localhost:49134");
  g_assert_null (defaults->common.token);
  g_assert_true (defaults->common.probe);
  g_assert_cmpuint (defaults->buffer_bytes, ==, 8u << 20);
  g_assert_cmpuint (defaults->common.memory_bytes, ==, 1u << 30);
  g_assert_cmpint (defaults->expiry_us, ==, 5 * 60 * G_USEC_PER_SEC);
  all = parse ("--listen [::1]:1 --token t --threads 3 --buffer-bytes 1M --memory=2G --no-probe --allow-origin a "
               "--allow-origin b --name n --permit see,reveal,interfere -v",
               &error);
  g_assert_no_error (error);
  g_assert_cmpstr (all->common.listen, ==, "[::1]:1");
  g_assert_cmpstr (all->common.token, ==, "t");
  g_assert_cmpuint (all->common.n_threads, ==, 3);
  g_assert_cmpuint (all->buffer_bytes, ==, 1u << 20);
  g_assert_cmpuint (all->common.memory_bytes, ==, 2ull << 30);
  g_assert_false (all->common.probe);
  g_assert_cmpuint (g_strv_length (all->common.origins), ==, 2);
  g_assert_cmpstr (all->common.name, ==, "n");
  g_assert_true (all->common.is_verbose);
  g_assert_cmpint (all->common.permits, ==, WEIR_PERMIT_SEE | WEIR_PERMIT_REVEAL | WEIR_PERMIT_INTERFERE);
  g_assert_cmpint (defaults->common.permits, ==, 0);
}

/* It is apart from the token of the door: workers need none to connect. */
static void
test_point_token (void)
{
  g_autoptr (WeirEngineOptions) given = NULL;
  g_autoptr (WeirEngineOptions) bad = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("WEIR_POINT_TOKEN", "s3cret", TRUE);
  given = parse ("", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (given->common.point_token, ==, "s3cret");
  g_assert_null (given->common.token);
  g_setenv ("WEIR_POINT_TOKEN", "", TRUE);
  bad = parse ("", &error);
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_assert_nonnull (strstr (error->message, "WEIR_POINT_TOKEN"));
  g_unsetenv ("WEIR_POINT_TOKEN");
}

static void
test_bad_options (void)
{
  const char *const bad[] = {
    "--threads 0",
    "--threads 65",
    "--threads x",
    "--buffer-bytes 0",
    "--buffer-bytes 10X",
    "--memory -1",
    "--memory ''",
    "--bogus",
    "positional",
    "--token ''",
    "--token 'two words'",
    "--token-file /nonexistent",
    "--point-token-file /nonexistent",
    "--listen",
    "--memory 1GG",
    "--memory 99999999999999999999",
    "--memory 99999999999G",
    "--permit all",
    "--permit see,,read",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WeirEngineOptions) options = parse (bad[i], &error);

      if (options != NULL)
        g_error ("“%s” was accepted", bad[i]);
      g_assert_nonnull (error);
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_sizes (void)
{
  const struct
  {
    const char *text;
    guint64 bytes;
  } good[] = { { "1", 1 }, { "64K", 65536 }, { "64k", 65536 }, { "8M", 8 << 20 }, { "1G", 1 << 30 } };
  guint64 bytes;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (weir_server_options_parse_size (good[i].text, &bytes));
      g_assert_cmpuint (bytes, ==, good[i].bytes);
    }
  g_assert_false (weir_server_options_parse_size ("", &bytes));
  g_assert_false (weir_server_options_parse_size ("M", &bytes));
  g_assert_false (weir_server_options_parse_size ("-1", &bytes));
  g_assert_false (weir_server_options_parse_size ("1 M", &bytes));
}

/* --- small parts --- */

static void
test_secrets (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *uuid = weir_secret_new_uuid ();

      g_assert_true (g_uuid_string_is_valid (uuid));
      g_assert_cmpint (uuid[14], ==, '4');
      g_assert_nonnull (strchr ("89ab", uuid[19]));
      g_assert_true (g_hash_table_add (seen, uuid));
    }
}

static void
test_log (void)
{
  g_autofree char *long_text = g_strnfill (5000, 'x');
  g_autofree char *plain = weir_server_log_format ("one fact", G_GINT64_CONSTANT (1234567089000));
  g_autofree char *hostile = weir_server_log_format ("a\nb\x1b[31m\xff\xe2\x80\xa8", 0);
  g_autofree char *longer = weir_server_log_format (long_text, 0);

  g_assert_true (g_str_has_suffix (plain, ".089 one fact"));
  g_assert_true (g_str_has_suffix (hostile, " a\\u000ab\\u001b[31m\xef\xbf\xbd\\u2028"));
  g_assert_cmpuint (strlen (longer), <, 1100);
}

/* --- starting --- */

static void
test_refusals (void)
{
  server_program_assert_refused ("weir-engine", "--listen", "0.0.0.0:0", "--token-file");
  server_program_assert_refused ("weir-engine", "--listen", "[::]:0", "WEIR_TOKEN");
  server_program_assert_refused ("weir-engine", "--listen", "localhost", "localhost:0");
  server_program_assert_refused ("weir-engine", "--listen", "::1:80", "[::1]:4000");
  server_program_assert_refused ("weir-engine", "--listen", "localhost:65536", "localhost:0");
  server_program_assert_refused ("weir-engine", "--listen", "host.example:0", "localhost:0");
  server_program_assert_refused ("weir-engine", "--memory", "lots", "--memory");
  server_program_assert_refused ("weir-engine", "--bogus", NULL, "--bogus");
}

static void
test_version (void)
{
  server_program_assert_version ("weir-engine");
}

static void
test_port_taken (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", engine->port);

  server_program_assert_refused ("weir-engine", "--listen", listen, "cannot listen on 127.0.0.1");
}

/* Both loopbacks, one port. */
static void
test_localhost (void)
{
  const char *const arguments[] = { "--listen", "localhost:0", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  struct sockaddr_in6 address = { .sin6_family = AF_INET6,
                                  .sin6_port = htons (engine->port),
                                  .sin6_addr = in6addr_loopback };
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      if (engine_program_has_logged (engine, "listening on 127.0.0.1 alone", 0))
        g_test_skip ("no IPv6 here");
      else
        g_test_fail ();
    }
  if (fd >= 0)
    close (fd);
}

/* --- ending --- */

static void
test_sigterm (void)
{
  server_program_end_by (engine_program_start (NULL), SIGTERM, "engine_stopping");
}

static void
test_sigint (void)
{
  server_program_end_by (engine_program_start (NULL), SIGINT, "engine_stopping");
}

/* A reader that does not read must not keep it. */
static void
test_stop_while_held (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *data = g_malloc0 (1 << 20);
  g_autoptr (GByteArray) frame = raw_frame_build (RAW_FINAL | RAW_BINARY, TRUE, data, 1 << 20);
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;
  struct pollfd poll_fd;
  gsize sent = 0;

  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  reader = raw_peer_open (engine->port, reader_path);
  writer = raw_peer_open (engine->port, writer_path);
  for (poll_fd = (struct pollfd){ .fd = writer->fd, .events = POLLOUT }; poll (&poll_fd, 1, 200) > 0;)
    {
      gssize n = send (writer->fd, frame->data + sent % frame->len, frame->len - sent % frame->len,
                       MSG_DONTWAIT | MSG_NOSIGNAL);

      g_assert_cmpint (n, >, 0);
      sent += (gsize) n;
    }
}

int
main (int argc, char **argv)
{
  g_unsetenv ("WEIR_TOKEN");
  g_unsetenv ("WEIR_POINT_TOKEN");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/program/options", test_options);
  g_test_add_func ("/engine/program/point-token", test_point_token);
  g_test_add_func ("/engine/program/bad-options", test_bad_options);
  g_test_add_func ("/engine/program/sizes", test_sizes);
  g_test_add_func ("/engine/program/secrets", test_secrets);
  g_test_add_func ("/engine/program/log", test_log);
  g_test_add_func ("/engine/program/refusals", test_refusals);
  g_test_add_func ("/engine/program/version", test_version);
  g_test_add_func ("/engine/program/port-taken", test_port_taken);
  g_test_add_func ("/engine/program/localhost", test_localhost);
  g_test_add_func ("/engine/program/sigterm", test_sigterm);
  g_test_add_func ("/engine/program/sigint", test_sigint);
  g_test_add_func ("/engine/program/stop-while-held", test_stop_while_held);
  return g_test_run ();
}
