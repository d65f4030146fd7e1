/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-server-options.h"

/* Each data thread moves some 2 GB/s: two leave the machine to the workers. */
#define DEFAULT_THREADS      2
#define DEFAULT_MEMORY_BYTES (1u << 30)
#define MIN_BYTES            1024

void
weir_server_options_init (WeirServerOptions *self, const char *listen)
{
  self->listen = g_strdup (listen);
  self->n_threads = DEFAULT_THREADS;
  self->memory_bytes = DEFAULT_MEMORY_BYTES;
  self->probe = TRUE;
}

void
weir_server_options_clear (WeirServerOptions *self)
{
  g_free (self->listen);
  g_free (self->token);
  g_free (self->point_token);
  g_strfreev (self->origins);
  g_free (self->name);
}

WeirPermits
weir_server_options_get_permits (const WeirServerOptions *self, gboolean is_loopback)
{
  if (self->permits != 0)
    return self->permits;
  return is_loopback ? WEIR_PERMIT_SEE | WEIR_PERMIT_READ : WEIR_PERMIT_SEE;
}

gboolean
weir_server_options_parse_size (const char *text, guint64 *bytes)
{
  char *end = NULL;
  guint64 number;
  guint shift = 0;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  number = g_ascii_strtoull (text, &end, 10);
  if (*end != '\0')
    {
      const char *units = "KMG";
      const char *unit = strchr (units, g_ascii_toupper (*end));

      if (unit == NULL || end[1] != '\0')
        return FALSE;
      shift = 10 * (guint) (unit - units + 1);
    }
  if (number > (G_MAXUINT64 >> shift) || (number == G_MAXUINT64 && errno == ERANGE))
    return FALSE;
  *bytes = number << shift;
  return TRUE;
}

gboolean
weir_server_options_take_size (const char *option, const char *text, guint64 *bytes, GError **error)
{
  if (text == NULL || (weir_server_options_parse_size (text, bytes) && *bytes >= MIN_BYTES))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s wants a size of 1K at least, as 512K, 8M or 1G, not “%s”", option, text);
  return FALSE;
}

static gboolean
check_token (const char *token, const char *source, GError **error)
{
  if (*token == '\0')
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "the token of %s is empty", source);
      return FALSE;
    }
  for (const char *p = token; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p)) /* it has to pass through a header and a URL */
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     "the token of %s must be one word of letters, digits and signs", source);
        return FALSE;
      }
  return TRUE;
}

gboolean
weir_server_options_read_token (const char *file, const char *variable, char **token, GError **error)
{
  if (file == NULL)
    *token = variable != NULL ? g_strdup (g_getenv (variable)) : NULL;
  else if (g_file_get_contents (file, token, NULL, error))
    g_strstrip (*token);
  else
    return FALSE;
  return *token == NULL || check_token (*token, file != NULL ? file : variable, error);
}

static gboolean
take_token (WeirServerOptions *self, const char *given, const char *file, GError **error)
{
  if (file != NULL || given == NULL)
    return weir_server_options_read_token (file, "WEIR_TOKEN", &self->token, error);
  self->token = g_strdup (given);
  return check_token (self->token, "--token", error);
}

static gboolean
take_permits (WeirServerOptions *self, const char *list, GError **error)
{
  g_auto (GStrv) words = g_strsplit (list != NULL ? list : "", ",", -1);

  if (list != NULL && *list == '\0') /* a script's variable that is not set; not what is permitted without the option */
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--permit is empty: it wants some of see,read,reveal,interfere");
      return FALSE;
    }
  for (char **word = words; *word != NULL; word++)
    if (g_str_equal (*word, "see"))
      self->permits |= WEIR_PERMIT_SEE;
    else if (g_str_equal (*word, "read"))
      self->permits |= WEIR_PERMIT_READ;
    else if (g_str_equal (*word, "reveal"))
      self->permits |= WEIR_PERMIT_REVEAL;
    else if (g_str_equal (*word, "interfere"))
      self->permits |= WEIR_PERMIT_INTERFERE;
    else
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     "--permit wants some of see,read,reveal,interfere, not “%s”", *word);
        return FALSE;
      }
  return TRUE;
}

/* What GOptionContext fills in as text or number. */
typedef struct
{
  char *listen;
  char *token;
  char *token_file;
  char *point_token_file;
  int n_threads;
  char *memory;
  char *permits;
  gboolean no_probe;
} Raw;

static void
raw_clear (Raw *raw)
{
  g_free (raw->listen);
  g_free (raw->token);
  g_free (raw->token_file);
  g_free (raw->point_token_file);
  g_free (raw->memory);
  g_free (raw->permits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Raw, raw_clear)

static gboolean
take_raw (WeirServerOptions *self, Raw *raw, GError **error)
{
  if (raw->listen != NULL)
    {
      g_free (self->listen);
      self->listen = g_steal_pointer (&raw->listen);
    }
  if (raw->n_threads < 1 || raw->n_threads > WEIR_SERVER_MAX_THREADS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--threads wants a number from 1 to %d, not %d",
                   WEIR_SERVER_MAX_THREADS, raw->n_threads);
      return FALSE;
    }
  self->n_threads = (guint) raw->n_threads;
  self->probe = !raw->no_probe;
  return weir_server_options_take_size ("--memory", raw->memory, &self->memory_bytes, error) &&
         take_permits (self, raw->permits, error) && take_token (self, raw->token, raw->token_file, error) &&
         weir_server_options_read_token (raw->point_token_file, "WEIR_POINT_TOKEN", &self->point_token, error);
}

static gboolean
parse (GOptionContext *context, char **argv, GError **error)
{
  g_auto (GStrv) rest = g_strdupv (argv);

  if (!g_option_context_parse_strv (context, &rest, error))
    return FALSE;
  if (rest[1] == NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "there is no argument “%s”", rest[1]);
  return FALSE;
}

gboolean
weir_server_options_parse (WeirServerOptions *self, const char *summary, const GOptionEntry *own, char **argv,
                           GError **error)
{
  g_auto (Raw) raw = { .n_threads = (int) self->n_threads };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *listen_help = g_strdup_printf ("Where to listen (%s; port 0 picks one)", self->listen);
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &raw.listen, listen_help, "HOST:PORT" },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &raw.token_file, "Workers must give the token in FILE (or WEIR_TOKEN)",
      "FILE" },
    { "token", 0, 0, G_OPTION_ARG_STRING, &raw.token, "The same, for trying: others on this machine can see it",
      "TOKEN" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &raw.n_threads, "Threads that move the data of channels (2)", "N" },
    { "memory", 0, 0, G_OPTION_ARG_STRING, &raw.memory, "What all channels and workers may hold together (1G)",
      "SIZE" },
    { "no-probe", 0, 0, G_OPTION_ARG_NONE, &raw.no_probe, "Do not ask readers by pings what they have taken", NULL },
    { "allow-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->origins, "Let pages of that origin connect", "ORIGIN" },
    { "permit", 0, 0, G_OPTION_ARG_STRING, &raw.permits, "What Weir may do here: see,read,reveal,interfere", "LIST" },
    { "point-token-file", 0, 0, G_OPTION_ARG_FILENAME, &raw.point_token_file,
      "Who gives the token in FILE (or WEIR_POINT_TOKEN) may do all of that", "FILE" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &self->name, "Name of this server as a point", "NAME" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &self->is_verbose, "Log more", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->wants_version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, own, NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  return parse (context, argv, error) && take_raw (self, &raw, error);
}
