/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-error.h"

#include "weir-close.h"

#include <libsoup/soup.h>

G_DEFINE_QUARK (weir_channel_error_quark, weir_channel_error)

GError *
weir_channel_error_from_handshake (guint status, const GError *error)
{
  if (status == SOUP_STATUS_NOT_FOUND)
    return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_NOT_FOUND,
                                "The engine does not find this channel: it has ended, or the access key is another");

  return g_error_new (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CONNECT, "The engine could not be reached: %s",
                      error->message);
}

/* Neither side can do more than tell. */
static GError *
error_of_other_end (const WeirChannelEnd *end)
{
  const char *reason = end->reason != NULL ? end->reason : "no reason given";

  switch (end->how)
    {
    case WEIR_CLOSED_CLEAN:
      return g_error_new (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_LOST, "The engine closed the channel with %u, %s",
                          end->code, reason);
    case WEIR_CLOSED_VIOLATED:
      return g_error_new (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_LOST, "The engine broke the WebSocket protocol: %s",
                          reason);
    case WEIR_CLOSED_LOST:
    case WEIR_CLOSED_BY_US:
    default:
      return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_LOST, "The connection to the engine broke");
    }
}

GError *
weir_channel_error_from_writer_end (const WeirChannelEnd *end)
{
  /* The same code with another reason is an engine that goes, or a channel that has expired. */
  if (end->how == WEIR_CLOSED_CLEAN && end->code == WEIR_CLOSE_GOING_AWAY &&
      g_strcmp0 (end->reason, WEIR_REASON_READER_LEFT) == 0)
    return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_READER_LEFT,
                                "The reader has left: what it had not read is lost");
  /* An engine has nothing else to close a writer for without a code (§5.5). */
  if (end->how == WEIR_CLOSED_CLEAN && end->code == 0)
    return g_error_new_literal (
        WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TAKEN,
        "Another connection has this end of the channel: an engine gives it to the first who asks");
  /* The stock engine's way to say that the reader has left (§5.6): it drops the socket. */
  if (end->how == WEIR_CLOSED_LOST)
    return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_LOST,
                                "The connection to the engine broke: it is gone, or the reader is");

  return error_of_other_end (end);
}

GError *
weir_channel_error_from_writer_answer (const WeirChannelEnd *end)
{
  if (end->how == WEIR_CLOSED_CLEAN && end->code == WEIR_CLOSE_NORMAL)
    return NULL;

  return weir_channel_error_from_writer_end (end);
}

GError *
weir_channel_error_from_reader_end (const WeirChannelEnd *end)
{
  if (end->how == WEIR_CLOSED_CLEAN && (end->code == 0 || end->code == WEIR_CLOSE_NORMAL))
    return NULL;
  if (end->how == WEIR_CLOSED_CLEAN && end->code == WEIR_CLOSE_UNEXPECTED &&
      g_strcmp0 (end->reason, WEIR_REASON_WRITER_LOST) == 0)
    return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_WRITER_LOST,
                                "The writer's connection broke: the stream is cut short");

  return error_of_other_end (end);
}
