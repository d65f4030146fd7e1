/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe-error.h"

#include <glib/gi18n.h>

#include "weir-client.h"
#include "weir-point-error.h"

static const char *
describe_worker_error (WeirWorkerError code)
{
  switch (code)
    {
    case WEIR_WORKER_ERROR_NOT_CONNECTED:
      return _ ("There is no connection to the engine");
    case WEIR_WORKER_ERROR_TIMED_OUT:
      return _ ("There was no answer in time");
    case WEIR_WORKER_ERROR_REMOTE:
      return _ ("The engine refused");
    case WEIR_WORKER_ERROR_STOPPED:
      return _ ("The connection was closed");
    case WEIR_WORKER_ERROR_TOO_LARGE:
      return _ ("A message is larger than an engine takes");
    case WEIR_WORKER_ERROR_BAD_ANSWER:
      return _ ("The answer is not one that an iii engine gives");
    case WEIR_WORKER_ERROR_NOBODY_LISTENS:
      return _ ("Nothing listens there");
    case WEIR_WORKER_ERROR_WANTS_TOKEN:
      return _ ("The engine wants a token");
    case WEIR_WORKER_ERROR_WRONG_TOKEN:
      return _ ("The engine wants another token than it was given");
    case WEIR_WORKER_ERROR_NO_GREETING:
      return _ ("What answers there does not speak as an iii engine does");
    case WEIR_WORKER_ERROR_NO_WEBSOCKET:
      return _ ("A web server answers there, and not an iii engine");
    case WEIR_WORKER_ERROR_NAME_TAKEN:
      return _ ("Another worker of the engine has this name");
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
      return _ ("What watches the channels does not speak as this program does: one of them is older, or broken");
    case WEIR_POINT_ERROR_REFUSED:
      return _ ("What watches the channels refused: it may want a token, or a right that this program was not given");
    case WEIR_POINT_ERROR_LOST:
      return _ ("What watches the channels has gone, or does not see this one any more");
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
      return _ ("The engine does not find this channel: it has ended, or the access key is another");
    case WEIR_CHANNEL_ERROR_TAKEN:
      return _ ("Another connection has this end of the channel: an engine gives it to the first who asks");
    case WEIR_CHANNEL_ERROR_CONNECT:
      return _ ("The engine could not be reached");
    case WEIR_CHANNEL_ERROR_READER_LEFT:
      return _ ("The reader has left: what it had not read is lost");
    case WEIR_CHANNEL_ERROR_WRITER_LOST:
      return _ ("The writer's connection broke: the stream is cut short");
    case WEIR_CHANNEL_ERROR_LOST:
      return _ ("The connection to the engine broke");
    case WEIR_CHANNEL_ERROR_CLOSED:
      return _ ("This end of the channel is closed");
    case WEIR_CHANNEL_ERROR_TOO_LARGE:
      return _ ("The message is larger than an engine takes");
    default:
      return NULL;
    }
}

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

char *
weir_describe_error (const GError *error)
{
  const char *words = describe_code (error);

  if (words == NULL || g_str_has_prefix (error->message, words))
    return g_strdup (error->message);
  /* Translators: what an error means, and what the program that met it says */
  return g_strdup_printf (_ ("%s (%s)"), words, error->message);
}
