/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-holders.h"
#include "weir-key-mask.h"
#include "weir-peer-name.h"
#include "weir-sentence.h"

#define ISOLATE     "\342\201\250" /* U+2068, first strong isolate */
#define END_ISOLATE "\342\201\251" /* U+2069 */

/* Channels that one line names. */
#define MAX_NAMED 3

static const WeirEndInfo *
get_end (WeirChannel *channel, WeirDirection end)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  return end == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
}

/* --- state --- */

/* The stream broke off: not one whose reader's function wanted no more. */
static gboolean
was_broken_off (const WeirChannelInfo *info)
{
  if (info->ended_by == WEIR_ENDED_WRITER)
    return weir_finding_is_keepalive (&info->writer);
  return info->ended_by == WEIR_ENDED_WRITER_LOST ||
         (info->ended_by == WEIR_ENDED_READER && weir_finding_get_done (info) == NULL);
}

static gboolean
ended_early (const WeirChannelInfo *info)
{
  return was_broken_off (info) || info->ended_by == WEIR_ENDED_ENGINE || info->ended_by == WEIR_ENDED_OBSERVER;
}

const char *
weir_describe_state (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  switch (info->state)
    {
    case WEIR_STATE_CREATED:
      return _ ("Waiting for both ends");
    case WEIR_STATE_WAITING_READER:
      return _ ("Waiting for reader");
    case WEIR_STATE_WAITING_WRITER:
      return _ ("Waiting for writer");
    case WEIR_STATE_FLOWING:
      return _ ("Flowing");
    case WEIR_STATE_HELD:
      return _ ("Held");
    case WEIR_STATE_STALLED:
      return _ ("Stalled");
    case WEIR_STATE_DRAINING:
      return _ ("Draining");
    case WEIR_STATE_IDLE:
      return _ ("Idle");
    case WEIR_STATE_READER_GONE:
      return _ ("Reader gone");
    case WEIR_STATE_CLOSED:
      if (info->ended_by == WEIR_ENDED_EXPIRED)
        return _ ("Expired");
      return ended_early (info) ? _ ("Closed early") : _ ("Closed");
    case WEIR_STATE_UNKNOWN:
    default:
      return _ ("Unknown");
    }
}

/* Who did not come: it may be the one that the other waited for. */
static const char *
describe_expired (const WeirChannelInfo *info)
{
  gboolean had_writer = info->writer.connected_at_ms != 0;
  gboolean had_reader = info->reader.connected_at_ms != 0;

  if (had_writer == had_reader)
    return _ ("nobody came");
  return had_writer ? _ ("no reader came") : _ ("no writer came");
}

static const char *
describe_ended_by (const WeirChannelInfo *info)
{
  if (weir_finding_is_with_worker (info))
    return _ ("with its worker");
  switch (info->ended_by)
    {
    case WEIR_ENDED_WRITER:
      return _ ("by the writer");
    case WEIR_ENDED_WRITER_LOST:
      return _ ("writer lost");
    case WEIR_ENDED_READER:
      return _ ("the reader left");
    case WEIR_ENDED_EXPIRED:
      return describe_expired (info);
    case WEIR_ENDED_ENGINE:
      return _ ("with its engine");
    case WEIR_ENDED_OBSERVER:
      return _ ("by Weir");
    case WEIR_ENDED_UNKNOWN: /* who ended it was not seen */
    case WEIR_ENDED_NOT:
    default:
      return "";
    }
}

static gboolean
is_taken (const WeirEndInfo *end)
{
  return end->presence != WEIR_PRESENCE_NONE && end->presence != WEIR_PRESENCE_UNKNOWN;
}

/* Of a channel of which not enough is seen: what is. */
static const char *
describe_taken (const WeirChannelInfo *info)
{
  if (is_taken (&info->writer) && is_taken (&info->reader))
    return _ ("both ends taken");
  if (is_taken (&info->writer))
    return _ ("writer’s end taken");
  if (is_taken (&info->reader))
    return _ ("reader’s end taken");
  return "";
}

char *
weir_describe_state_detail (WeirChannel *channel, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *age = weir_format_duration (weir_channel_get_state_age_us (channel, now_us));

  switch (info->state)
    {
    case WEIR_STATE_CLOSED:
      return g_strdup (was_broken_off (info) && weir_channel_get_lost_relay (channel) != NULL
                           ? _ ("with its relay")
                           : describe_ended_by (info));
    case WEIR_STATE_HELD:
      /* Translators: how long Weir holds a channel, as in “by Weir, 12 s” */
      return g_strdup_printf (_ ("by Weir, %s"), age);
    case WEIR_STATE_STALLED:
      /* Translators: how long a reader has not read, as in “slow reader 4.2 s” */
      return g_strdup_printf (_ ("slow reader %s"), age);
    case WEIR_STATE_IDLE:
      /* Translators: how long a writer has not written, as in “quiet writer 12 s” */
      return g_strdup_printf (_ ("quiet writer %s"), age);
    case WEIR_STATE_UNKNOWN:
      return g_strdup (describe_taken (info));
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_READER:
    case WEIR_STATE_WAITING_WRITER:
    case WEIR_STATE_FLOWING:
    case WEIR_STATE_DRAINING:
    case WEIR_STATE_READER_GONE:
    default:
      /* Translators: how long a state lasts, as in “for 30 s” */
      return g_strdup_printf (_ ("for %s"), age);
    }
}

WeirSeverity
weir_describe_severity (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  switch (info->state)
    {
    case WEIR_STATE_FLOWING:
      return WEIR_SEVERITY_GOOD;
    case WEIR_STATE_STALLED:
      return WEIR_SEVERITY_ERROR;
    case WEIR_STATE_READER_GONE:
      return weir_finding_get_done (info) != NULL ? WEIR_SEVERITY_QUIET : WEIR_SEVERITY_ERROR;
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_READER:
    case WEIR_STATE_WAITING_WRITER:
    case WEIR_STATE_HELD:
      return WEIR_SEVERITY_WARNING;
    case WEIR_STATE_CLOSED:
      if (was_broken_off (info))
        return WEIR_SEVERITY_ERROR;
      return ended_early (info) || info->ended_by == WEIR_ENDED_EXPIRED ? WEIR_SEVERITY_WARNING : WEIR_SEVERITY_QUIET;
    case WEIR_STATE_DRAINING:
    case WEIR_STATE_IDLE:
    case WEIR_STATE_UNKNOWN:
    default:
      return WEIR_SEVERITY_QUIET;
    }
}

const char *
weir_describe_state_icon (WeirChannel *channel)
{
  switch (weir_channel_get_state (channel))
    {
    case WEIR_STATE_FLOWING:
    case WEIR_STATE_DRAINING:
      return "media-playback-start-symbolic";
    case WEIR_STATE_HELD:
      return "media-playback-pause-symbolic";
    case WEIR_STATE_STALLED:
      return "dialog-error-symbolic";
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_READER:
    case WEIR_STATE_WAITING_WRITER:
      return "document-open-recent-symbolic";
    case WEIR_STATE_IDLE:
      return "content-loading-symbolic";
    case WEIR_STATE_READER_GONE:
      return "dialog-warning-symbolic";
    case WEIR_STATE_CLOSED:
      return weir_describe_severity (channel) == WEIR_SEVERITY_QUIET ? "object-select-symbolic"
                                                                     : "dialog-warning-symbolic";
    case WEIR_STATE_UNKNOWN:
    default:
      return "dialog-question-symbolic";
    }
}

/* --- ends --- */

static const char *
describe_nameless_end (WeirChannel *channel, WeirDirection end)
{
  gboolean has_ended = weir_channel_get_state (channel) == WEIR_STATE_CLOSED;

  switch (get_end (channel, end)->presence)
    {
    case WEIR_PRESENCE_NONE:
      return has_ended ? _ ("nobody") : _ ("nobody yet");
    case WEIR_PRESENCE_ENGINE:
      return end == WEIR_DIRECTION_READ ? _ ("http response") : _ ("http request");
    case WEIR_PRESENCE_ELSEWHERE:
      return weir_channel_is_passive (channel) ? _ ("unknown") : _ ("elsewhere");
    case WEIR_PRESENCE_HERE:
    case WEIR_PRESENCE_GONE:
    case WEIR_PRESENCE_UNKNOWN:
    default:
      return _ ("unknown");
    }
}

/* What the point says of it is one of those of whom no call tells which it is; or it has the end by no call. */
static gboolean
is_one_of (const WeirHolders *holders, const char *function_id)
{
  for (guint i = 0; i < holders->n; i++)
    if (g_strcmp0 (holders->calls[i]->function_id, function_id) == 0)
      return TRUE;
  return FALSE;
}

char *
weir_describe_holders (const WeirChannelInfo *info, WeirDirection end)
{
  const WeirEndInfo *at = end == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  g_autofree char *first = NULL, *second = NULL;
  WeirHolders holders;

  if (at->is_ours)
    return g_strdup (_ ("Weir"));
  weir_holders_find (&holders, info, end);
  if (holders.n < 2 || !is_one_of (&holders, at->function_id))
    return weir_peer_name (at->function_id);

  first = weir_peer_name (holders.calls[0]->function_id);
  second = weir_peer_name (holders.calls[1]->function_id);
  if (holders.n == 2)
    /* Translators: one of two functions, and nobody knows which: “a::read or b::read” */
    return g_strdup_printf (_ ("%s or %s"), first, second);
  return g_strdup_printf (ngettext ("%s, %s or %u other", "%s, %s or %u others", holders.n - 2), first, second,
                          holders.n - 2);
}

/* (nullable): the function or the worker */
static char *
dup_end_name (WeirChannel *channel, WeirDirection end)
{
  const WeirEndInfo *info = get_end (channel, end);
  gboolean is_taken = info->presence != WEIR_PRESENCE_NONE && info->presence != WEIR_PRESENCE_ENGINE;
  char *holders = weir_describe_holders (weir_channel_get_info (channel), end);

  if (holders == NULL && is_taken)
    return weir_peer_name (info->worker_name);
  return holders;
}

char *
weir_describe_end (WeirChannel *channel, WeirDirection end)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  gboolean is_guess = weir_holders_is_guess (info, end);
  g_autofree char *name = dup_end_name (channel, end);

  if (name == NULL || (is_guess && get_end (channel, end)->presence == WEIR_PRESENCE_NONE))
    return g_strdup (describe_nameless_end (channel, end));
  /* Translators: who may be at an end of a channel, but perhaps another is: “orders?” */
  return is_guess ? g_strdup_printf (_ ("%s?"), name) : g_steal_pointer (&name);
}

/* A name that is no ASCII is isolated already. */
static char *
isolate (const char *text)
{
  const char *end = strstr (text, END_ISOLATE);
  gboolean is_isolated = g_str_has_prefix (text, ISOLATE) && end != NULL && end[strlen (END_ISOLATE)] == '\0';

  return is_isolated ? g_strdup (text) : g_strconcat (ISOLATE, text, END_ISOLATE, NULL);
}

/* Each reads in its own direction, and the arrow stays between them. */
static char *
join_ends (const char *writer, const char *reader)
{
  g_autofree char *from = isolate (writer);
  g_autofree char *to = isolate (reader);

  /* Translators: from the writer of a channel to its reader */
  return g_strdup_printf (_ ("%s → %s"), from, to);
}

char *
weir_describe_route (WeirChannel *channel)
{
  g_autofree char *writer = weir_describe_end (channel, WEIR_DIRECTION_WRITE);
  g_autofree char *reader = weir_describe_end (channel, WEIR_DIRECTION_READ);

  return join_ends (writer, reader);
}

static gboolean
is_named (const WeirEndInfo *end)
{
  return end->is_ours || end->function_id != NULL || end->worker_name != NULL;
}

WeirCertainty
weir_describe_route_certainty (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  if (!weir_channel_is_passive (channel) || (info->writer.is_ours && info->reader.is_ours))
    return WEIR_CERTAINTY_SEEN;
  return is_named (&info->writer) || is_named (&info->reader) ? WEIR_CERTAINTY_INFERRED : WEIR_CERTAINTY_UNKNOWN;
}

char *
weir_describe_worker (const WeirEndInfo *end)
{
  g_autofree char *name = NULL, *runtime = NULL;

  if (end->is_ours)
    return g_strdup (_ ("Send page"));
  if (end->presence == WEIR_PRESENCE_NONE && end->function_id == NULL) /* it is nobody's yet, so no worker's either */
    return NULL;
  if (end->presence == WEIR_PRESENCE_ENGINE)
    return g_strdup (_ ("engine"));
  name = weir_peer_name (end->worker_name);
  runtime = weir_peer_name (end->worker_runtime);
  if (name == NULL)
    return g_steal_pointer (&runtime);
  if (runtime == NULL)
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s · %s", runtime, name);
}

static char *
describe_workers (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *writer = weir_describe_worker (get_end (channel, WEIR_DIRECTION_WRITE));
  g_autofree char *reader = weir_describe_worker (get_end (channel, WEIR_DIRECTION_READ));

  if (writer != NULL && weir_holders_is_guess (info, WEIR_DIRECTION_WRITE))
    return g_strdup_printf (_ ("made by %s; no call was seen to carry its refs"), writer);
  if (writer != NULL && reader != NULL)
    return join_ends (writer, reader);
  return g_strdup (writer != NULL ? writer : reader != NULL ? reader : "");
}

char *
weir_describe_second_line (WeirChannel *channel, gint64 now_us, WeirSeverity *severity)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, now_us);

  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = g_ptr_array_index (findings, i);
      gboolean is_alarm = finding->severity >= WEIR_SEVERITY_WARNING && !finding->is_dismissed;
      char *alarm = is_alarm ? weir_describe_alarm (channel, finding) : NULL;

      if (alarm != NULL)
        {
          *severity = finding->severity;
          return alarm;
        }
    }
  *severity = WEIR_SEVERITY_QUIET;
  return describe_workers (channel);
}

/* --- life --- */

static char *
describe_created (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  const char *name = info->creator_worker_name;
  g_autofree char *shown = NULL;

  if (info->is_ours)
    return g_strdup (_ ("created by Weir"));
  if (info->writer.how == WEIR_HOW_CREATOR && info->writer.function_id != NULL)
    name = info->writer.function_id;
  else if (info->reader.how == WEIR_HOW_CREATOR && info->reader.function_id != NULL)
    name = info->reader.function_id;
  shown = weir_peer_name (name);
  return shown != NULL ? g_strdup_printf (_ ("created by %s"), shown) : g_strdup (_ ("created"));
}

static char *
describe_passed (const WeirPassedInfo *passed)
{
  g_autofree char *function = weir_peer_name (passed->function_id);

  if (passed->live && passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("the reader itself, not its ref, passed to %s"), function);
  if (passed->live)
    return g_strdup_printf (_ ("the writer itself, not its ref, passed to %s"), function);
  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("reader ref passed to %s"), function);
  return g_strdup_printf (_ ("writer ref passed to %s"), function);
}

/* Among many the first few are named. */
static char *
describe_with (const WeirLifeEvent *event)
{
  guint n = g_strv_length (event->with);
  GString *ids = g_string_new (NULL);
  g_autofree char *named = NULL;

  for (guint i = 0; i < MIN (n, MAX_NAMED); i++)
    {
      g_autofree char *id = weir_format_short_id (event->with[i]);

      g_string_append_printf (ids, "%s%s", i > 0 ? _ (", ") : "", id);
    }
  named = g_string_free (ids, FALSE);
  if (n <= MAX_NAMED)
    return g_strdup_printf (
        ngettext ("its ref went in the same call as that of %s", "its ref went in the same call as those of %s", n),
        named);
  return g_strdup_printf (ngettext ("its ref went in the same call as those of %s and %u more",
                                    "its ref went in the same call as those of %s and %u more", n - MAX_NAMED),
                          named, n - MAX_NAMED);
}

/* Among several calls each is named. */
static char *
describe_returned (WeirChannel *channel, const WeirPassedInfo *passed)
{
  gboolean is_only = weir_channel_get_info (channel)->passed->len == 1;
  g_autofree char *call = is_only ? g_strdup (_ ("that call")) : weir_peer_name (passed->function_id);
  g_autofree char *after = weir_format_duration ((passed->returned_at_ms - passed->at_ms) * 1000);
  g_autofree char *masked = weir_key_mask_text (passed->error_message), *message = weir_peer_name (masked);
  g_autofree char *code = weir_peer_name (passed->error_code);

  if (passed->error_code == NULL)
    return g_strdup_printf (_ ("%s returned after %s"), call, after);
  if (weir_finding_is_no_function (passed))
    return g_strdup_printf (_ ("%s failed: %s, there is no such function"), call, code);
  return g_strdup_printf (_ ("%s failed after %s: %s"), call, after, message != NULL ? message : code);
}

static char *
describe_close (const WeirEndInfo *end, const char *closed)
{
  g_autofree char *reason = weir_peer_name (end->close_reason);

  if (end->close_code == 0) /* it gave none, or answered: it was told */
    return g_strdup (closed);
  if (reason == NULL || *reason == '\0')
    return g_strdup_printf ("%s: %d", closed, end->close_code);
  return g_strdup_printf ("%s: %d %s", closed, end->close_code, reason);
}

/* @text: (transfer full): and for how long it was held in its life, where that is worth a word */
static char *
add_held_in_all (char *text, WeirChannel *channel, gint64 now_us)
{
  g_autofree char *closed = text;
  gint64 held_us = weir_channel_get_held_in_all_us (channel, now_us);
  g_autofree char *held = weir_format_duration (held_us);

  if (held_us < WEIR_LIFE_MIN_HELD_US || !weir_channel_knows (channel, WEIR_TOTALS_PAUSED_US))
    return g_steal_pointer (&closed);
  /* Translators: “writer closed: 1000 stream_complete; it was held for 4.3 s in all” */
  return g_strdup_printf (_ ("%s; it was held for %s in all"), closed, held);
}

static char *
describe_writer_closed (const WeirChannelInfo *info)
{
  if (!info->writer.close_clean)
    return g_strdup (info->writer.is_ours ? _ ("Weir’s writer gone, without a close")
                                          : _ ("writer gone, without a close"));
  return describe_close (&info->writer, info->writer.is_ours ? _ ("Weir closed the writer") : _ ("writer closed"));
}

static char *
describe_reader_closed (const WeirChannelInfo *info)
{
  if (!info->reader.close_clean)
    return g_strdup (info->reader.is_ours ? _ ("Weir’s reader gone, without a close")
                                          : _ ("reader gone, without a close"));
  return describe_close (&info->reader, info->reader.is_ours ? _ ("Weir left the reader") : _ ("reader closed"));
}

const char *
weir_describe_ended_by (WeirEndedBy by)
{
  switch (by)
    {
    case WEIR_ENDED_WRITER:
      return _ ("ended by the writer");
    case WEIR_ENDED_WRITER_LOST:
      return _ ("ended: the writer was lost");
    case WEIR_ENDED_READER:
      return _ ("ended: the reader left");
    case WEIR_ENDED_EXPIRED:
      return _ ("removed: nobody came");
    case WEIR_ENDED_ENGINE:
      return _ ("ended with its engine");
    case WEIR_ENDED_OBSERVER:
      return _ ("ended by Weir: it closed an end");
    case WEIR_ENDED_UNKNOWN:
    case WEIR_ENDED_NOT:
    default:
      return _ ("ended");
    }
}

static char *
describe_held (WeirChannel *channel, const WeirLifeEvent *event, gint64 now_us)
{
  gint64 since_us = weir_channel_to_local_us (channel, event->at_ms);
  g_autofree char *length =
      weir_format_duration (event->duration_us != 0 ? event->duration_us : MAX (now_us - since_us, 0));

  return g_strdup_printf (
      event->duration_us != 0 ? _ ("writer held for %s") : _ ("buffer full, the writer is held, for %s now"), length);
}

static char *
describe_stalled (const WeirLifeEvent *event)
{
  g_autofree char *length = weir_format_duration (event->duration_us);

  return event->duration_us != 0 ? g_strdup_printf (_ ("stalled for %s"), length)
                                 : g_strdup (_ ("the reader has stalled"));
}

static char *
describe_actor (const WeirActInfo *act)
{
  g_autofree char *name = weir_peer_name (act->worker_name);

  if (act->is_ours)
    /* Translators: this Weir, beside others: who does something to a channel */
    return g_strdup (_ ("Weir (you)"));
  if (name == NULL)
    return g_strdup (_ ("Weir"));
  /* Translators: who does something to a channel; the name tells of several which */
  return g_strdup_printf (_ ("another Weir (%s)"), name);
}

/* "Weir (you) holds the channel" */
static char *
describe_act (const WeirActInfo *act)
{
  g_autofree char *who = describe_actor (act);
  g_autofree char *number = weir_format_count (act->value);
  g_autofree char *rate = weir_format_rate (act->value, WEIR_UNITS_DECIMAL);

  switch (act->act)
    {
    case WEIR_ACT_HELD:
      return g_strdup_printf (_ ("%s holds the channel"), who);
    case WEIR_ACT_SLOWED:
      return g_strdup_printf (_ ("%s slows the channel to %s"), who, rate);
    case WEIR_ACT_LET_GO:
      return g_strdup_printf (_ ("%s lets the channel go"), who);
    case WEIR_ACT_INJECTED:
      return g_strdup_printf (_ ("%s injected message %s"), who, number);
    case WEIR_ACT_CLOSED_WRITER:
      return g_strdup_printf (_ ("%s closed the writer’s end"), who);
    case WEIR_ACT_CLOSED_READER:
      return g_strdup_printf (_ ("%s closed the reader’s end"), who);
    case WEIR_ACT_UNKNOWN:
    default:
      return g_strdup ("");
    }
}

static char *
describe_vain (const WeirLifeEvent *event)
{
  g_autofree char *count = weir_format_count (event->n);

  if (event->kind == WEIR_LIFE_NOT_FOUND && event->n > 1)
    return g_strdup_printf (event->is_writer ? _ ("writer’s end not found: no such channel, or a wrong key; %s times")
                                             : _ ("reader’s end not found: no such channel, or a wrong key; %s times"),
                            count);
  if (event->kind == WEIR_LIFE_NOT_FOUND)
    return g_strdup (event->is_writer ? _ ("writer’s end not found: no such channel, or a wrong key")
                                      : _ ("reader’s end not found: no such channel, or a wrong key"));
  if (event->n > 1)
    return g_strdup_printf (event->is_writer ? _ ("a further writer refused, as that end was taken; %s times")
                                             : _ ("a further reader refused, as that end was taken; %s times"),
                            count);
  return g_strdup (event->is_writer ? _ ("a second writer refused: that end was taken")
                                    : _ ("a second reader refused: that end was taken"));
}

char *
weir_describe_life_event (WeirChannel *channel, const WeirLifeEvent *event, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  switch (event->kind)
    {
    case WEIR_LIFE_CREATED:
      return describe_created (channel);
    case WEIR_LIFE_PASSED:
      return describe_passed (event->passed);
    case WEIR_LIFE_WITH:
      return describe_with (event);
    case WEIR_LIFE_RETURNED:
      return describe_returned (channel, event->passed);
    case WEIR_LIFE_WRITER_CONNECTED:
      return g_strdup (info->writer.is_ours ? _ ("Weir connected as the writer") : _ ("writer connected"));
    case WEIR_LIFE_READER_CONNECTED:
      return g_strdup (info->reader.is_ours ? _ ("Weir connected as the reader") : _ ("reader connected"));
    case WEIR_LIFE_FIRST_MESSAGE:
      return g_strdup (_ ("first message"));
    case WEIR_LIFE_HELD:
      return describe_held (channel, event, now_us);
    case WEIR_LIFE_STALLED:
      return describe_stalled (event);
    case WEIR_LIFE_LAST_READ:
      return g_strdup (_ ("last message read"));
    case WEIR_LIFE_ACT:
      return describe_act (event->act);
    case WEIR_LIFE_ASKED:
      return g_strdup (event->is_writer ? _ ("writer’s end asked for") : _ ("reader’s end asked for"));
    case WEIR_LIFE_NOT_FOUND:
    case WEIR_LIFE_REFUSED:
      return describe_vain (event);
    case WEIR_LIFE_WRITER_CLOSED:
      return add_held_in_all (describe_writer_closed (info), channel, now_us);
    case WEIR_LIFE_READER_CLOSED:
      return describe_reader_closed (info);
    case WEIR_LIFE_ENDED:
      return info->ended_by == WEIR_ENDED_EXPIRED ? g_strdup_printf (_ ("removed: %s"), describe_expired (info))
                                                  : g_strdup (weir_describe_ended_by (info->ended_by));
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

/* --- all of them --- */

static GString *
next_part (GString *out)
{
  /* Translators: between the parts of “4 flow, 1 is stalled” */
  return out->len > 0 ? g_string_append (out, _ (", ")) : out;
}

/* @words: in the number that fits @n, with "%s" where the figure goes */
static void
append_count (GString *out, guint n, const char *words)
{
  g_autofree char *count = weir_format_count (n);
  g_autoptr (GString) part = g_string_new (words);

  g_string_replace (part, "%s", count, 1);
  g_string_append (out, part->str);
}

static void
append_waiting (GString *out, const WeirSummary *summary)
{
  guint n = summary->n_waiting;

  if (n == 0)
    return;
  next_part (out);
  if (n == summary->n_waiting_reader)
    append_count (out, n, ngettext ("%s waits for a reader", "%s wait for a reader", n));
  else
    append_count (out, n, ngettext ("%s waits", "%s wait", n));
}

/* What is at rest is worth a word only when nothing else is there. */
static void
append_rest (GString *out, const WeirSummary *summary)
{
  if (summary->n_idle > 0)
    append_count (out, summary->n_idle, ngettext ("%s is idle", "%s are idle", summary->n_idle));
  else if (summary->n_closed > 0)
    append_count (out, summary->n_closed, ngettext ("%s has closed", "%s have closed", summary->n_closed));
  else
    g_string_append (out, _ ("No channels yet"));
}

char *
weir_describe_summary (const WeirSummary *summary)
{
  GString *out = g_string_new (NULL);

  if (summary->n_flowing > 0)
    append_count (out, summary->n_flowing, ngettext ("%s flows", "%s flow", summary->n_flowing));
  if (summary->n_stalled > 0)
    append_count (next_part (out), summary->n_stalled,
                  ngettext ("%s is stalled", "%s are stalled", summary->n_stalled));
  if (summary->n_held > 0)
    append_count (next_part (out), summary->n_held,
                  ngettext ("%s is held by Weir", "%s are held by Weir", summary->n_held));
  if (summary->n_reader_gone > 0)
    append_count (next_part (out), summary->n_reader_gone,
                  ngettext ("%s has lost its reader", "%s have lost their readers", summary->n_reader_gone));
  append_waiting (out, summary);
  if (summary->n_unknown > 0)
    append_count (next_part (out), summary->n_unknown,
                  ngettext ("%s cannot be judged", "%s cannot be judged", summary->n_unknown));
  if (out->len == 0)
    append_rest (out, summary);
  return g_string_free (out, FALSE);
}

/* --- how it is known --- */

/* An end that has not connected yet is in sight, too: the point would see it come. What is inside the engine only that
 * sees. */
static gboolean
is_in_sight (const WeirEndInfo *end, WeirPlaneKind kind)
{
  if (end->presence == WEIR_PRESENCE_ENGINE)
    return kind == WEIR_PLANE_ENGINE;
  return end->presence != WEIR_PRESENCE_UNKNOWN && end->presence != WEIR_PRESENCE_ELSEWHERE;
}

static char *
describe_sight (const char *name, WeirPlaneKind kind, const WeirChannelInfo *info)
{
  g_autofree char *point = weir_peer_name (name);
  gboolean sees_writer = is_in_sight (&info->writer, kind);
  gboolean sees_reader = is_in_sight (&info->reader, kind);

  if (kind == WEIR_PLANE_PASSIVE)
    return g_strdup (_ ("seen in the engine’s log"));
  if (sees_writer && sees_reader)
    return g_strdup_printf (_ ("%s sees both ends"), point);
  if (sees_writer)
    return g_strdup_printf (_ ("%s sees the writing end"), point);
  if (sees_reader)
    return g_strdup_printf (_ ("%s sees the reading end"), point);
  return g_strdup_printf (_ ("%s sees neither end"), point);
}

/* As that plane has it alone: what others know of an end it does not see. */
char *
weir_describe_plane (WeirChannel *channel)
{
  WeirChannelPlane plane = { 0 };

  for (guint i = 0; i < weir_channel_get_n_planes (channel); i++)
    {
      weir_channel_get_plane (channel, i, &plane);
      if (plane.name == weir_channel_get_point (channel))
        break;
    }
  return describe_sight (plane.name, plane.kind, plane.info);
}

const char *
weir_describe_certainty (WeirCertainty certainty)
{
  switch (certainty)
    {
    case WEIR_CERTAINTY_SEEN:
      return _ ("seen");
    case WEIR_CERTAINTY_INFERRED:
      return _ ("inferred");
    case WEIR_CERTAINTY_UNKNOWN:
    default:
      return _ ("unknown");
    }
}

/* @inferred: what it is then, with the figure as %s */
static char *
take_certain (WeirCertainty certainty, char *figure, const char *inferred)
{
  g_autofree char *owned = figure;
  g_auto (GStrv) parts = NULL;

  if (certainty == WEIR_CERTAINTY_SEEN)
    return g_steal_pointer (&owned);
  if (certainty == WEIR_CERTAINTY_UNKNOWN)
    return g_strdup (_ ("unknown"));
  parts = g_strsplit (inferred, "%s", 2);
  return g_strjoinv (figure, parts);
}

char *
weir_describe_certain (WeirCertainty certainty, char *figure)
{
  /* Translators: a figure that is at least that, as in “≥ 4.2 MB” */
  return take_certain (certainty, figure, _ ("≥\302\240%s"));
}

char *
weir_describe_certain_in_words (WeirCertainty certainty, char *figure)
{
  /* Translators: a figure that is at least that, for it was concluded from what was seen */
  return take_certain (certainty, figure, _ ("at least %s"));
}

char *
weir_describe_about (WeirCertainty certainty, char *figure)
{
  /* Translators: a figure that is about that, as in “≈ 4.2 MB/s” */
  return take_certain (certainty, figure, _ ("≈\302\240%s"));
}

char *
weir_describe_throughput (WeirChannel *channel, gint64 now_us, WeirUnits units)
{
  WeirSeriesColumn column;
  double rate;
  WeirCertainty certainty = weir_channel_get_throughput (channel, now_us, &column, &rate);
  guint32 bytes = column == WEIR_SERIES_SENT ? WEIR_TOTALS_SENT_BYTES : WEIR_TOTALS_WRITTEN_BYTES;
  char *figure = weir_format_rate (rate, units);

  return weir_channel_is_rate_partial (channel, bytes) ? weir_describe_certain (certainty, figure)
                                                       : weir_describe_about (certainty, figure);
}

char *
weir_describe_planes (WeirChannel *channel)
{
  WeirCertainty written = weir_channel_get_certainty (channel, WEIR_TOTALS_WRITTEN_MESSAGES);
  WeirCertainty sent = weir_channel_get_certainty (channel, WEIR_TOTALS_SENT_MESSAGES);
  WeirChannelPlane plane;
  GString *out;

  if (weir_channel_get_n_planes (channel) == 1 && !weir_channel_is_passive (channel) &&
      written == WEIR_CERTAINTY_SEEN && sent == WEIR_CERTAINTY_SEEN)
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < weir_channel_get_n_planes (channel); i++)
    {
      g_autofree char *sight = NULL;

      weir_channel_get_plane (channel, i, &plane);
      sight = describe_sight (plane.name, plane.kind, plane.info);
      g_string_append_printf (out, "%s%s", sight, plane.is_stale ? _ (" (lost)") : "");
      g_string_append_c (out, '\n');
    }
  g_string_append_printf (out, _ ("What was written: %s. What was sent: %s."), weir_describe_certainty (written),
                          weir_describe_certainty (sent));
  return g_string_free (out, FALSE);
}
