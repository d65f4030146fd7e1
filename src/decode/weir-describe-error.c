/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe-error.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-client.h"
#include "weir-point-error.h"

static const char *
describe_worker_error (WeirWorkerError code)
{
  switch (code)
    {
    case WEIR_WORKER_ERROR_NOT_CONNECTED:
      return N_ ("There is no connection to the engine");
    case WEIR_WORKER_ERROR_TIMED_OUT:
      return N_ ("There was no answer in time");
    case WEIR_WORKER_ERROR_REMOTE:
      return N_ ("The engine refused");
    case WEIR_WORKER_ERROR_STOPPED:
      return N_ ("The connection was closed");
    case WEIR_WORKER_ERROR_TOO_LARGE:
      return N_ ("A message is larger than an engine takes");
    case WEIR_WORKER_ERROR_BAD_ANSWER:
      return N_ ("The answer is not one that an iii engine gives");
    case WEIR_WORKER_ERROR_NOBODY_LISTENS:
      return N_ ("Nothing listens there");
    case WEIR_WORKER_ERROR_WANTS_TOKEN:
      return N_ ("The engine wants a token");
    case WEIR_WORKER_ERROR_WRONG_TOKEN:
      return N_ ("The engine wants another token than it was given");
    case WEIR_WORKER_ERROR_NO_GREETING:
      return N_ ("What answers there does not speak as an iii engine does");
    case WEIR_WORKER_ERROR_NO_WEBSOCKET:
      return N_ ("A web server answers there, and not an iii engine");
    case WEIR_WORKER_ERROR_NAME_TAKEN:
      return N_ ("Another worker of the engine has this name");
    case WEIR_WORKER_ERROR_FULL:
      return N_ ("The engine has as many workers as it may have");
    case WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY:
      return N_ ("The engine's certificate is of an authority that is not trusted here");
    case WEIR_WORKER_ERROR_BAD_CERTIFICATE:
      return N_ ("The engine's certificate cannot be trusted");
    default:
      return NULL;
    }
}

static const char *
describe_point_error (WeirPointError code)
{
  switch (code)
    {
    case WEIR_POINT_ERROR_FEED:
      return N_ ("What watches the channels does not speak as this program does: one of them is older, or broken");
    case WEIR_POINT_ERROR_WANTS_TOKEN:
      return N_ ("What watches the channels wants a token, or another one than it was given");
    case WEIR_POINT_ERROR_REFUSED:
      return N_ ("What watches the channels refused: it may want a right that this program was not given");
    case WEIR_POINT_ERROR_LOST:
      return N_ ("What watches the channels has gone, or does not see this one any more");
    default:
      return NULL;
    }
}

static const char *
describe_channel_error (WeirChannelError code)
{
  switch (code)
    {
    case WEIR_CHANNEL_ERROR_NOT_FOUND:
      return N_ ("The engine does not find this channel: it has ended, or the access key is another");
    case WEIR_CHANNEL_ERROR_TAKEN:
      return N_ ("Another connection has this end of the channel: an engine gives it to the first who asks");
    case WEIR_CHANNEL_ERROR_CONNECT:
      return N_ ("The engine could not be reached");
    case WEIR_CHANNEL_ERROR_READER_LEFT:
      return N_ ("The reader has left: what it had not read is lost");
    case WEIR_CHANNEL_ERROR_WRITER_LOST:
      return N_ ("The writer's connection broke: the stream is cut short");
    case WEIR_CHANNEL_ERROR_LOST:
      return N_ ("The connection to the engine broke");
    case WEIR_CHANNEL_ERROR_CLOSED:
      return N_ ("This end of the channel is closed");
    case WEIR_CHANNEL_ERROR_TOO_LARGE:
      return N_ ("The message is larger than an engine takes");
    default:
      return NULL;
    }
}

/* Not translated: what the rooms below say is not, and is compared with it. */
static const char *
describe_code (const GError *error)
{
  if (error->domain == WEIR_WORKER_ERROR)
    return describe_worker_error (error->code);
  if (error->domain == WEIR_CHANNEL_ERROR)
    return describe_channel_error (error->code);
  if (error->domain == WEIR_POINT_ERROR)
    return describe_point_error (error->code);
  return NULL;
}

/* Words alone, each between two spaces. */
static char *
dup_words (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  GString *words = g_string_new (" ");

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_isalnum (g_utf8_get_char (at)))
      g_string_append_unichar (words, g_utf8_get_char (at));
    else if (words->str[words->len - 1] != ' ')
      g_string_append_c (words, ' ');
  if (words->str[words->len - 1] != ' ')
    g_string_append_c (words, ' ');
  return g_string_free (words, FALSE);
}

static gboolean
is_said_in (const char *said, const char *text)
{
  g_autofree char *all = dup_words (said), *some = dup_words (text);

  return strstr (all, some) != NULL;
}

char *
weir_describe_more (const char *said, const char *text)
{
  g_autofree char *bracketed = g_strdup_printf (" (%s)", said);
  gsize len = strlen (said);

  if (is_said_in (said, text))
    return NULL;
  if (len > 0 && g_str_has_prefix (text, said) && text[len] == ':')
    return g_strchug (g_strdup (text + len + 1));
  if (g_str_has_suffix (text, bracketed))
    return g_strndup (text, strlen (text) - strlen (bracketed));
  return g_strdup (text);
}

char *
weir_describe_cause (const GError *error)
{
  const char *words = describe_code (error);

  return words != NULL ? weir_describe_more (words, error->message) : g_strdup (error->message);
}

char *
weir_describe_error (const GError *error)
{
  const char *words = describe_code (error);
  g_autofree char *cause = weir_describe_cause (error);

  if (words == NULL)
    return g_strdup (error->message);
  if (cause == NULL)
    return g_strdup (_ (words));
  /* Translators: what an error means, and what the program that met it says */
  return g_strdup_printf (_ ("%s (%s)"), _ (words), cause);
}
