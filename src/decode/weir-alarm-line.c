/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

static char *
describe_expiry (const WeirFinding *finding)
{
  g_autofree char *left = weir_format_duration (finding->left_us);

  if (finding->left_us == 0)
    return NULL;
  if (finding->kind == WEIR_FINDING_WAITS_FOR_READER)
    return g_strdup_printf (_ ("removed in %s unless a reader comes"), left);
  if (finding->kind == WEIR_FINDING_WAITS_FOR_WRITER)
    return g_strdup_printf (_ ("removed in %s unless a writer comes"), left);
  return g_strdup_printf (_ ("removed in %s unless someone comes"), left);
}

static char *
describe_no_function (const WeirPassedInfo *passed)
{
  g_autofree char *function = weir_peer_name (passed->function_id);
  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("%s does not exist: the call that carried the reader failed"), function);
  return g_strdup_printf (_ ("%s does not exist: the call that carried the writer failed"), function);
}

static char *
describe_failed_call (const WeirPassedInfo *passed)
{
  g_autofree char *function = weir_peer_name (passed->function_id);
  g_autofree char *after = weir_writing_dup_call_length (passed);
  g_autofree char *failure = weir_writing_dup_failure (passed);

  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("%s failed %s after it was handed the reader: %s"), function, after, failure);
  return g_strdup_printf (_ ("%s failed %s after it was handed the writer: %s"), function, after, failure);
}

static char *
describe_cut_off (const WeirPassedInfo *passed)
{
  g_autofree char *function = weir_peer_name (passed->function_id);

  return g_strdup_printf (_ ("the connection of %s’s worker broke: its answer will not come"), function);
}

static char *
describe_held_reader (const WeirChannelInfo *last)
{
  g_autofree char *culprit = weir_writing_dup_name (last, WEIR_DIRECTION_READ, _ ("the reader"));
  g_autofree char *id = weir_format_short_id (last->channel_id);

  /* Translators: the function that does not read, and the channel, as in “gamma::one holds it, on c1b56e4d” */
  return g_strdup_printf (_ ("%s holds it, on %s"), culprit, id);
}

static char *
describe_violation (const WeirChannelInfo *info, const WeirFinding *finding)
{
  g_autofree char *violation = weir_peer_name (finding->is_writer ? info->writer.violation : info->reader.violation);

  return finding->is_writer ? g_strdup_printf (_ ("the writer was closed for what it sent: %s"), violation)
                            : g_strdup_printf (_ ("the reader was closed for what it sent: %s"), violation);
}

static const char *
describe_giving_up (const WeirChannelInfo *info, const WeirFinding *finding)
{
  if (finding->is_writer)
    return _ ("the writer’s client gave up: its pings were not answered");
  if (info->reader.is_unanswered)
    return _ ("the reader’s client gave up: the engine answered none of its pings");
  return _ ("the reader’s client gave up: it was too far behind");
}

static char *
describe_lost_relay (WeirChannel *channel)
{
  g_autofree char *name = weir_peer_name (weir_channel_get_lost_relay (channel));

  return g_strdup_printf (_ ("the relay %s was lost"), name);
}

static char *
describe_behind (const WeirFinding *finding)
{
  g_autofree char *lag = weir_format_duration (finding->lag_us);

  return g_strdup_printf (_ ("the reader is %s behind"), lag);
}

/* Where it is not known how much of it was read, at most that much was not. */
static char *
describe_unread (const WeirChannelInfo *info)
{
  guint64 unsent = weir_totals_get_unsent (&info->totals);
  guint64 n = MAX (unsent, weir_finding_count_unread (info));
  g_autofree char *count = weir_format_count (n);

  if (n > unsent)
    return g_strdup_printf (
        ngettext ("up to %s message was never read", "up to %s messages were never read", weir_writing_plural (n)),
        count);

  return g_strdup_printf (
      ngettext ("%s message was never read", "%s messages were never read", weir_writing_plural (n)), count);
}

char *
weir_describe_alarm (WeirChannel *channel, const WeirFinding *finding)
{
  g_autofree char *function = finding->passed != NULL ? weir_peer_name (finding->passed->function_id) : NULL;

  switch (finding->kind)
    {
    case WEIR_FINDING_WAITS_FOR_READER:
    case WEIR_FINDING_WAITS_FOR_WRITER:
    case WEIR_FINDING_NOBODY_CAME:
      return describe_expiry (finding);
    case WEIR_FINDING_NO_FUNCTION:
      return describe_no_function (finding->passed);
    case WEIR_FINDING_CALL_FAILED:
    case WEIR_FINDING_READER_FAILED:
      return describe_failed_call (finding->passed);
    case WEIR_FINDING_CALL_CUT_OFF:
      return describe_cut_off (finding->passed);
    case WEIR_FINDING_READER_HELD:
      return describe_held_reader (finding->other);
    case WEIR_FINDING_FALLS_BEHIND:
      return describe_behind (finding);
    case WEIR_FINDING_MEMORY_USED:
      return g_strdup (_ ("the engine’s memory is used up"));
    case WEIR_FINDING_KEEPALIVE:
      return g_strdup (describe_giving_up (weir_channel_get_info (channel), finding));
    case WEIR_FINDING_BROKE_PROTOCOL:
      return describe_violation (weir_channel_get_info (channel), finding);
    case WEIR_FINDING_DEADLOCK:
      return g_strdup (_ ("both sides wait for each other to read"));
    case WEIR_FINDING_LIVE_OBJECT:
      return finding->passed->direction == WEIR_DIRECTION_WRITE
                 ? g_strdup_printf (_ ("%s was handed the writer itself, not its ref"), function)
                 : g_strdup_printf (_ ("%s was handed the reader itself, not its ref"), function);
    case WEIR_FINDING_WRONG_END:
      return g_strdup_printf (_ ("%s was handed the wrong end"), function);
    case WEIR_FINDING_NOT_USED:
      return finding->passed->direction == WEIR_DIRECTION_WRITE
                 ? g_strdup_printf (_ ("%s has returned and never opened the writer"), function)
                 : g_strdup_printf (_ ("%s has returned and never opened the reader"), function);
    case WEIR_FINDING_NOT_CLOSED:
      return g_strdup_printf (_ ("%s has returned and left the writer open"), function);
    case WEIR_FINDING_UNREAD_AT_END:
      return describe_unread (weir_channel_get_info (channel));
    case WEIR_FINDING_LEFT_OPEN:
      return g_strdup_printf (_ ("%s has returned, and its connection broke with the writer open"), function);
    case WEIR_FINDING_WRITER_WENT:
      return g_strdup (_ ("the writer’s worker has left, and its end still holds something"));
    case WEIR_FINDING_BIG_TEXT:
      return g_strdup (_ ("a text message is too large for Python"));
    case WEIR_FINDING_BIG_MESSAGE:
      return g_strdup (_ ("a message is close to the limit of 16 MiB"));
    case WEIR_FINDING_TEXT_WAITS:
      return g_strdup (_ ("text waits behind data that is not read"));
    case WEIR_FINDING_READER_GONE:
      return g_strdup (_ ("the reader has left"));
    case WEIR_FINDING_TOO_LARGE:
      return g_strdup (_ ("a message was too large for the reader’s client, which closed"));
    case WEIR_FINDING_CLOSED_BY_READER:
      return g_strdup (_ ("the reader left before the writer had closed"));
    case WEIR_FINDING_WRITER_LOST:
      return g_strdup (_ ("the writer’s connection broke without a close"));
    case WEIR_FINDING_RELAY_LOST:
      return describe_lost_relay (channel);
    case WEIR_FINDING_WORKER_LOST:
      return g_strdup (_ ("the worker of both ends has ended, or lost its network"));
    case WEIR_FINDING_EXPIRED:
      return g_strdup (_ ("removed: an end was never connected"));
    case WEIR_FINDING_CLOSED_BY_ENGINE:
      return g_strdup (_ ("its engine stopped or was lost"));
    case WEIR_FINDING_HELD_BY_OBSERVER:
      return weir_channel_get_state (channel) != WEIR_STATE_HELD ? g_strdup (_ ("held by Weir")) : NULL;
    case WEIR_FINDING_SLOWED_BY_OBSERVER:
      return g_strdup (_ ("slowed by Weir"));
    case WEIR_FINDING_CLOSED_BY_OBSERVER:
      return g_strdup (finding->is_writer ? _ ("Weir closed the writer’s end") : _ ("Weir closed the reader’s end"));
    case WEIR_FINDING_OPENED_TWICE:
      return g_strdup (finding->is_writer ? _ ("the writer’s end was opened twice")
                                          : _ ("the reader’s end was opened twice"));
    case WEIR_FINDING_NOT_FOUND:
      return g_strdup (finding->is_writer ? _ ("the writer’s end was not found: 404")
                                          : _ ("the reader’s end was not found: 404"));
    case WEIR_FINDING_FLOWS:
    case WEIR_FINDING_IDLE:
    case WEIR_FINDING_BACKPRESSURED:
    case WEIR_FINDING_BUFFER_FULL:
    case WEIR_FINDING_BUFFER_FILLS:
    case WEIR_FINDING_READER_SLOW:
    case WEIR_FINDING_READER_HANGS:
    case WEIR_FINDING_READER_SWALLOWS:
    case WEIR_FINDING_DRAINING:
    case WEIR_FINDING_CLOSED:
    case WEIR_FINDING_READER_DONE:
    case WEIR_FINDING_UNKNOWN:
    default:
      return NULL;
    }
}
