/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "weir-channel-private.h"
#include "weir-describe-closer.h"
#include "weir-describe-error.h"
#include "weir-describe-point.h"
#include "weir-describe.h"
#include "weir-peer-name.h"
#include "weir-point-error.h"

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)
#define NOW_MS G_GINT64_CONSTANT (1700000000000)

#define NB "\u00a0" /* before a unit */

/* pipeline::producer writes to pipeline::consumer, as in the pictures. */
static WeirChannelInfo *
make_info (WeirState state, gint64 since_ago_ms)
{
  WeirChannelInfo *info = weir_channel_info_new ("a7701be4-6a63-4c6e-9b62-2ad1e2a2f0d6");

  info->created_at_ms = NOW_MS - 48000;
  info->buffer_items = 64;
  info->creator_worker_name = g_strdup ("vm:6216");
  info->state = state;
  info->since_ms = NOW_MS - since_ago_ms;
  info->writer.presence = WEIR_PRESENCE_HERE;
  info->writer.connected_at_ms = NOW_MS - 47900;
  info->writer.function_id = g_strdup ("pipeline::producer");
  info->writer.worker_name = g_strdup ("vm:6216");
  info->writer.worker_runtime = g_strdup ("node");
  info->reader.presence = WEIR_PRESENCE_HERE;
  info->reader.connected_at_ms = NOW_MS - 47900;
  info->reader.function_id = g_strdup ("pipeline::consumer");
  info->reader.worker_name = g_strdup ("vm:6340");
  info->reader.worker_runtime = g_strdup ("python");
  return info;
}

static WeirChannelInfo *
make_closed (WeirEndedBy by)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_CLOSED, 5000);

  info->ended_by = by;
  info->ended_at_ms = info->since_ms;
  info->writer.presence = info->reader.presence = WEIR_PRESENCE_GONE;
  return info;
}

static WeirPassedInfo *
pass (WeirChannelInfo *info, WeirDirection direction, const char *function_id, gint64 ago_ms, gint64 returned_ago_ms)
{
  WeirPassedInfo *passed = weir_passed_info_new ();

  passed->direction = direction;
  passed->function_id = g_strdup (function_id);
  passed->path = g_strdup ("reader");
  passed->at_ms = NOW_MS - ago_ms;
  passed->returned_at_ms = returned_ago_ms != 0 ? NOW_MS - returned_ago_ms : 0;
  g_ptr_array_add (info->passed, passed);
  return passed;
}

/* @info: (transfer full): its notes of what is ours are taken, too */
static WeirChannel *
make_channel (WeirChannelInfo *info)
{
  gboolean is_writer = info->writer.is_ours, is_reader = info->reader.is_ours;
  WeirChannel *channel;
  g_autoptr (WeirPlane) plane = weir_plane_new ("weir-engine", WEIR_PLANE_ENGINE);

  weir_clock_learn (plane->clock, NOW_MS, NOW_US);
  channel = weir_channel_new (plane, info, NOW_US);
  weir_channel_set_own (channel, WEIR_DIRECTION_WRITE, is_writer);
  weir_channel_set_own (channel, WEIR_DIRECTION_READ, is_reader);
  return channel;
}

/* What is said about @info, which it takes: first finding of that kind. */
static WeirSentence *
sentence_of (WeirChannelInfo *info, WeirFindingKind kind)
{
  g_autoptr (WeirChannel) channel = make_channel (info);
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, NOW_US);

  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = g_ptr_array_index (findings, i);

      if (finding->kind == kind)
        return weir_describe_finding (channel, finding, NOW_US, WEIR_UNITS_DECIMAL);
    }
  g_error ("No finding of kind %d", kind);
}

static void
assert_sentence (WeirChannelInfo *info, WeirFindingKind kind, const char *headline, const char *text,
                 const char *advice)
{
  WeirSentence *sentence = sentence_of (info, kind);

  g_assert_cmpstr (sentence->headline, ==, headline);
  g_assert_cmpstr (sentence->text, ==, text);
  g_assert_cmpstr (sentence->advice, ==, advice);
  weir_sentence_free (sentence);
}

static void
test_states (void)
{
  static const struct
  {
    WeirState state;
    WeirEndedBy ended_by;
    const char *word, *detail, *icon;
    WeirSeverity severity;
  } cases[] = {
    { WEIR_STATE_FLOWING, 0, "Flowing", "for 30" NB "s", "media-playback-start-symbolic", WEIR_SEVERITY_GOOD },
    { WEIR_STATE_STALLED, 0, "Stalled", "slow reader 30" NB "s", "dialog-error-symbolic", WEIR_SEVERITY_ERROR },
    { WEIR_STATE_IDLE, 0, "Idle", "quiet writer 30" NB "s", "content-loading-symbolic", WEIR_SEVERITY_QUIET },
    { WEIR_STATE_WAITING_READER, 0, "Waiting for reader", "for 30" NB "s", "document-open-recent-symbolic",
      WEIR_SEVERITY_WARNING },
    { WEIR_STATE_WAITING_WRITER, 0, "Waiting for writer", "for 30" NB "s", "document-open-recent-symbolic",
      WEIR_SEVERITY_WARNING },
    { WEIR_STATE_CREATED, 0, "Waiting for both ends", "for 30" NB "s", "document-open-recent-symbolic",
      WEIR_SEVERITY_WARNING },
    { WEIR_STATE_DRAINING, 0, "Draining", "for 30" NB "s", "media-playback-start-symbolic", WEIR_SEVERITY_QUIET },
    { WEIR_STATE_READER_GONE, 0, "Reader gone", "for 30" NB "s", "dialog-warning-symbolic", WEIR_SEVERITY_ERROR },
    { WEIR_STATE_UNKNOWN, 0, "Unknown", "both ends taken", "dialog-question-symbolic", WEIR_SEVERITY_QUIET },
    { WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, "Closed", "by the writer", "object-select-symbolic", WEIR_SEVERITY_QUIET },
    { WEIR_STATE_HELD, 0, "Held", "by Weir, 30" NB "s", "media-playback-pause-symbolic", WEIR_SEVERITY_WARNING },
    { WEIR_STATE_CLOSED, WEIR_ENDED_OBSERVER, "Closed early", "by Weir", "dialog-warning-symbolic",
      WEIR_SEVERITY_WARNING },
    { WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, "Closed early", "writer lost", "dialog-warning-symbolic",
      WEIR_SEVERITY_ERROR },
    { WEIR_STATE_CLOSED, WEIR_ENDED_READER, "Closed early", "the reader left", "dialog-warning-symbolic",
      WEIR_SEVERITY_ERROR },
    { WEIR_STATE_CLOSED, WEIR_ENDED_EXPIRED, "Expired", "nobody came", "dialog-warning-symbolic",
      WEIR_SEVERITY_WARNING },
    { WEIR_STATE_CLOSED, WEIR_ENDED_ENGINE, "Closed early", "with its engine", "dialog-warning-symbolic",
      WEIR_SEVERITY_WARNING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (cases[i].state, 30000);
      g_autoptr (WeirChannel) channel = NULL;
      g_autofree char *detail = NULL;

      info->ended_by = cases[i].ended_by;
      channel = make_channel (info);
      detail = weir_describe_state_detail (channel, NOW_US);
      g_assert_cmpstr (weir_describe_state (channel), ==, cases[i].word);
      g_assert_cmpstr (detail, ==, cases[i].detail);
      g_assert_cmpstr (weir_describe_state_icon (channel), ==, cases[i].icon);
      g_assert_cmpint (weir_describe_severity (channel), ==, cases[i].severity);
    }
}

/* Who did not come is who is named: the other may have waited for five minutes. */
static void
test_expired (void)
{
  static const struct
  {
    gint64 writer_ms, reader_ms;
    const char *detail;
  } cases[] = { { 0, 0, "nobody came" }, { 1, 0, "no reader came" }, { 0, 1, "no writer came" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_CLOSED, 30000);
      g_autoptr (WeirChannel) channel = NULL;
      g_autofree char *detail = NULL;

      info->ended_by = WEIR_ENDED_EXPIRED;
      info->writer.connected_at_ms = cases[i].writer_ms;
      info->reader.connected_at_ms = cases[i].reader_ms;
      channel = make_channel (info);
      detail = weir_describe_state_detail (channel, NOW_US);
      g_assert_cmpstr (detail, ==, cases[i].detail);
    }
}

/* "a → b", with each of the two in an isolate. */
static char *
isolate (const char *line)
{
  g_auto (GStrv) ends = g_strsplit (line, " → ", 2);

  return g_strv_length (ends) == 2
             ? g_strdup_printf ("\342\201\250%s\342\201\251 → \342\201\250%s\342\201\251", ends[0], ends[1])
             : g_strdup (line);
}

static void
assert_ends (WeirChannelInfo *info, const char *plain_route, const char *plain_second)
{
  g_autofree char *route = isolate (plain_route);
  g_autofree char *second = isolate (plain_second);
  g_autoptr (WeirChannel) channel = make_channel (info);
  WeirSeverity severity = WEIR_SEVERITY_ERROR;
  g_autofree char *found_route = weir_describe_route (channel);
  g_autofree char *found_second = weir_describe_second_line (channel, NOW_US, &severity);

  g_assert_cmpstr (found_route, ==, route);
  g_assert_cmpstr (found_second, ==, second);
  g_assert_cmpint (severity, ==, WEIR_SEVERITY_QUIET);
}

static void
clear_end (WeirEndInfo *end, WeirPresence presence)
{
  g_clear_pointer (&end->function_id, g_free);
  g_clear_pointer (&end->worker_name, g_free);
  g_clear_pointer (&end->worker_runtime, g_free);
  end->presence = presence;
}

static void
test_routes (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 30000);

  assert_ends (info, "pipeline::producer → pipeline::consumer", "node · vm:6216 → python · vm:6340");

  info = make_info (WEIR_STATE_FLOWING, 30000);
  clear_end (&info->reader, WEIR_PRESENCE_ENGINE);
  assert_ends (info, "pipeline::producer → http response", "node · vm:6216 → engine");

  info = make_info (WEIR_STATE_FLOWING, 30000);
  clear_end (&info->writer, WEIR_PRESENCE_ENGINE);
  assert_ends (info, "http request → pipeline::consumer", "engine → python · vm:6340");

  info = make_info (WEIR_STATE_WAITING_READER, 100);
  clear_end (&info->reader, WEIR_PRESENCE_NONE);
  assert_ends (info, "pipeline::producer → nobody yet", "node · vm:6216");

  info = make_info (WEIR_STATE_FLOWING, 30000);
  clear_end (&info->reader, WEIR_PRESENCE_ELSEWHERE);
  assert_ends (info, "pipeline::producer → elsewhere", "node · vm:6216");

  info = make_info (WEIR_STATE_FLOWING, 30000);
  g_clear_pointer (&info->writer.function_id, g_free);
  assert_ends (info, "vm:6216 → pipeline::consumer", "node · vm:6216 → python · vm:6340");

  info = make_info (WEIR_STATE_FLOWING, 30000);
  clear_end (&info->reader, WEIR_PRESENCE_HERE);
  clear_end (&info->writer, WEIR_PRESENCE_HERE);
  assert_ends (info, "unknown → unknown", "");

  /* A name with U+202E and U+2069 in it: neither turns what comes after, nor gets out of its isolate. */
  info = make_info (WEIR_STATE_FLOWING, 30000);
  g_free (info->writer.function_id);
  info->writer.function_id = g_strdup ("a\342\200\256b\342\201\251c");
  assert_ends (info, "a\357\277\275b\357\277\275c → pipeline::consumer", "node · vm:6216 → python · vm:6340");
}

static void
assert_alarm (WeirChannelInfo *info, WeirSeverity severity, const char *line)
{
  g_autoptr (WeirChannel) channel = make_channel (info);
  WeirSeverity found = WEIR_SEVERITY_GOOD;
  g_autofree char *second = weir_describe_second_line (channel, NOW_US, &found);

  g_assert_cmpstr (second, ==, line);
  g_assert_cmpint (found, ==, severity);
}

static void
test_alarms (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_WAITING_READER, 125000);
  WeirPassedInfo *passed;

  clear_end (&info->reader, WEIR_PRESENCE_NONE);
  info->expires_at_ms = NOW_MS + 174000;
  assert_alarm (info, WEIR_SEVERITY_WARNING, "removed in 2" NB "m" NB "54" NB "s unless a reader comes");

  info = make_info (WEIR_STATE_WAITING_READER, 158000);
  info->reader.presence = WEIR_PRESENCE_NONE;
  passed = pass (info, WEIR_DIRECTION_READ, "files::process", 158100, 158088);
  passed->error_code = g_strdup ("invocation_failed");
  passed->error_message = g_strdup ("ENOENT: no such file\n    at open (fs.js)");
  assert_alarm (info, WEIR_SEVERITY_ERROR,
                "files::process failed 12" NB "ms after it was handed the reader: ENOENT: no such file");

  assert_alarm (make_closed (WEIR_ENDED_WRITER_LOST), WEIR_SEVERITY_ERROR,
                "the writer’s connection broke without a close");
  assert_alarm (make_closed (WEIR_ENDED_READER), WEIR_SEVERITY_ERROR, "the reader left before the writer had closed");

  info = make_closed (WEIR_ENDED_WRITER);
  info->totals.written_messages = 9;
  info->totals.sent_messages = 8;
  assert_alarm (info, WEIR_SEVERITY_ERROR, "1 message was never read");

  info = make_info (WEIR_STATE_IDLE, 60000);
  pass (info, WEIR_DIRECTION_WRITE, "files::fetch", 90000, 80000);
  assert_alarm (info, WEIR_SEVERITY_WARNING, "files::fetch has returned and left the writer open");
}

/* The card in the picture of the channels page. */
static void
test_slow_reader (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);

  info->paused_since_ms = NOW_MS - 3300;
  info->reader.probed = TRUE;
  info->totals = (WeirTotals){ .written_messages = 3392,
                               .sent_messages = 3328,
                               .acked_messages = 3325,
                               .buffered_messages = 64,
                               .buffered_bytes = 4000000 };
  assert_sentence (info, WEIR_FINDING_READER_SLOW, "The reader is slow.",
                   "pipeline::consumer last read 4.2" NB "s ago. 64 of 64 messages (4.0" NB "MB) wait for it, so "
                   "pipeline::producer is held.",
                   "The writer and the engine are well: see what pipeline::consumer waits for between reads.");
}

/* One card for a failure and what it has left behind. */
static void
test_reader_failed (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);
  WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, "pipeline::consumer", 47988, 4000);

  passed->error_code = g_strdup ("invocation_failed");
  passed->error_message = g_strdup ("ENOENT");
  info->paused_since_ms = NOW_MS - 3300;
  info->totals = (WeirTotals){ .written_messages = 68, .sent_messages = 4, .buffered_messages = 64 };
  info->totals.buffered_bytes = 4000000;
  assert_sentence (info, WEIR_FINDING_READER_FAILED, "pipeline::consumer failed, and its end is still open.",
                   "It failed 43" NB "s after it was handed the reader: ENOENT (invocation_failed). "
                   "64 of 64 messages (4.0" NB "MB) wait for it, so pipeline::producer is held.",
                   "Nobody reads it. Close the reader when a function ends, also by an error.");
}

/* Its function is over, and its client has not closed its end: to look at what it waits for would be in vain. */
static void
test_reader_over (void)
{
  static const struct
  {
    gint64 returned_ago;
    const char *error, *advice;
  } cases[] = {
    { 0, NULL, "The writer and the engine are well: see what pipeline::consumer waits for between reads." },
    { 4000, NULL,
      "pipeline::consumer has returned and left its end open: does something that it has started still read? Else "
      "close the reader when the function ends." },
    { 4000, "invocation_stopped",
      "The writer and the engine are well: see what pipeline::consumer waits for between reads." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);
      WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, "pipeline::consumer", 47988, cases[i].returned_ago);

      passed->error_code = g_strdup (cases[i].error);
      info->totals = (WeirTotals){ .written_messages = 68,
                                   .sent_messages = 4,
                                   .acked_messages = 4,
                                   .buffered_messages = 64,
                                   .buffered_bytes = 4000000 };
      info->reader.probed = TRUE;
      assert_sentence (info, WEIR_FINDING_READER_SLOW, "The reader is slow.",
                       "pipeline::consumer last read 4.2" NB "s ago. 64 of 64 messages (4.0" NB "MB) wait for it.",
                       cases[i].advice);
    }
}

/* The writer notices nothing yet. */
static void
test_buffer_fills (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 2000);

  info->totals = (WeirTotals){ .written_messages = 20,
                               .sent_messages = 9,
                               .sent_bytes = 9000,
                               .acked_messages = 9,
                               .acked_bytes = 9000,
                               .buffered_messages = 11,
                               .buffered_bytes = 51200 };
  info->reader.probed = TRUE;
  assert_sentence (info, WEIR_FINDING_BUFFER_FILLS, "The buffer fills.",
                   "pipeline::consumer last read 2.0" NB "s ago. 11 of 64 messages (51.2" NB "kB) wait for it.",
                   "A reader that is slow for a moment fills it; one that has stopped reading shows in a few seconds.");
}

/* Not all is well while the writer is held, though it is too early to call it a stall. */
static void
test_buffer_full (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 2000);

  info->totals = (WeirTotals){ .written_messages = 64, .buffered_messages = 64, .buffered_bytes = 4000000 };
  info->reader.probed = TRUE;
  assert_sentence (info, WEIR_FINDING_BUFFER_FULL, "The buffer is full.",
                   "pipeline::consumer has not taken anything yet. 64 of 64 messages (4.0" NB "MB) wait for it, so "
                   "pipeline::producer is held.",
                   "A reader that is slow for a moment fills it; one that has stopped reading shows in a few seconds.");
}

static void
test_slow_reader_variants (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);
  WeirSentence *sentence;

  info->buffer_items = 0;
  info->totals.written_messages = info->totals.buffered_messages = 1;
  info->totals.buffered_bytes = 40;
  clear_end (&info->reader, WEIR_PRESENCE_HERE);
  sentence = sentence_of (info, WEIR_FINDING_READER_SLOW);
  g_assert_cmpstr (sentence->text, ==, "The reader has not taken anything yet. 1 message (40" NB "B) waits for it.");
  weir_sentence_free (sentence);
}

static void
test_hangs (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1000);

  info->reader.probed = TRUE;
  info->totals = (WeirTotals){ .written_messages = 3000, .sent_messages = 3000, .acked_messages = 100 };
  assert_sentence (
      info, WEIR_FINDING_READER_HANGS, "The reader hangs.",
      "pipeline::consumer last read 4.0" NB "s ago. 2" NB "900 messages (0" NB "B) are with it, and it has "
      "not shown that it has read them.",
      "Its connection is open, but its program does not read: see what it waits for, or what blocks its loop.");

  info = make_info (WEIR_STATE_STALLED, 1000);
  info->totals = (WeirTotals){ .written_messages = 3, .sent_messages = 3, .acked_messages = 2 };
  assert_sentence (
      info, WEIR_FINDING_READER_HANGS, "The reader hangs.",
      "pipeline::consumer last read 4.0" NB "s ago. 1 message (0" NB "B) is with it, and it has not shown that "
      "it has read it.",
      "Its connection is open, but its program does not read: see what it waits for, or what blocks its loop.");
}

/* Its socket takes what it does not read: that the reader is slow would be wrong, and so would that all is well. */
static void
test_swallows (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1000);
  WeirTotals later = { .written_messages = 3000,
                       .written_bytes = 3000,
                       .sent_messages = 3000,
                       .sent_bytes = 3000,
                       .acked_messages = 100,
                       .acked_bytes = 100 };
  g_autoptr (WeirChannel) channel = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  WeirSentence *sentence;

  info->reader.probed = TRUE;
  info->totals =
      (WeirTotals){ .written_messages = 200, .sent_messages = 200, .acked_messages = 100, .acked_bytes = 100 };
  channel = make_channel (info);
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &later, NOW_US + S);
  findings = weir_channel_dup_findings (channel, NOW_US + S);
  sentence = weir_describe_finding (channel, findings->pdata[0], NOW_US + S, WEIR_UNITS_DECIMAL);
  g_assert_cmpstr (sentence->headline, ==, "The reader hangs, or is very slow.");
  g_assert_cmpstr (sentence->text, ==,
                   "All that pipeline::producer writes is handed to the reader’s socket, but "
                   "pipeline::consumer has not shown that it has read the last 2" NB "900 messages (2.9" NB "kB).");
  weir_sentence_free (sentence);
}

/* A reader is behind as far as the point has shown it: not for as long as nothing was heard of it. */
static void
test_silent_point (void)
{
  static const struct
  {
    gint64 heard_s;
    WeirFindingKind kind;
  } cases[] = { { 1, WEIR_FINDING_FLOWS }, { 10, WEIR_FINDING_FALLS_BEHIND } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 1000);
      g_autoptr (WeirChannel) channel = NULL;
      g_autoptr (GPtrArray) findings = NULL;

      info->reader.probed = TRUE;
      info->totals = (WeirTotals){ .written_messages = 9, .sent_messages = 9, .acked_messages = 8 };
      channel = make_channel (info);
      weir_clock_learn (weir_channel_get_home (channel)->clock, NOW_MS + cases[i].heard_s * 1000,
                        NOW_US + cases[i].heard_s * S);
      findings = weir_channel_dup_findings (channel, NOW_US + 10 * S);
      g_assert_cmpint (((WeirFinding *) findings->pdata[0])->kind, ==, cases[i].kind);
    }
}

/* What is left is said as it is: never that nothing is on its way. */
static void
test_draining (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_DRAINING, 1000);

  info->totals = (WeirTotals){ .written_messages = 9, .buffered_messages = 3, .buffered_bytes = 4000 };
  assert_sentence (info, WEIR_FINDING_DRAINING, "The writer has closed.",
                   "3 messages (4.0" NB "kB) are still on their way to pipeline::consumer.", NULL);

  info = make_info (WEIR_STATE_DRAINING, 1000);
  info->reader.probed = TRUE;
  info->totals = (WeirTotals){ .written_messages = 9, .sent_messages = 9, .acked_messages = 8 };
  assert_sentence (info, WEIR_FINDING_DRAINING, "The writer has closed.",
                   "All of it was handed to the socket of pipeline::consumer, which has not shown that it has read "
                   "1 message.",
                   NULL);

  info = make_info (WEIR_STATE_DRAINING, 1000);
  info->totals = (WeirTotals){ .written_messages = 9, .sent_messages = 9 };
  assert_sentence (info, WEIR_FINDING_DRAINING, "The writer has closed.",
                   "All of it was handed to pipeline::consumer. What is left is the close.", NULL);
}

/* That a writer was forgotten is a guess while its function may go on, and a fact once that has returned. */
static void
test_not_closed (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_IDLE, 60000);

  info->reader.probed = TRUE;
  info->totals = (WeirTotals){ .written_messages = 3, .sent_messages = 3, .acked_messages = 3 };
  assert_sentence (info, WEIR_FINDING_IDLE, "The writer is quiet.",
                   "pipeline::producer last wrote 1" NB "m" NB "03" NB "s ago. All it wrote has been read. It has not "
                   "closed, so pipeline::consumer waits for more.",
                   "If that was all, its close was forgotten: a reader cannot tell a pause from the end.");

  info = make_info (WEIR_STATE_IDLE, 60000);
  info->writer.presence = WEIR_PRESENCE_ELSEWHERE; /* nobody here can know whether it has closed */
  assert_sentence (info, WEIR_FINDING_IDLE, "The writer is quiet.", "pipeline::producer has not written anything yet.",
                   NULL);

  info = make_info (WEIR_STATE_IDLE, 60000);
  pass (info, WEIR_DIRECTION_WRITE, "files::fetch", 90000, 80000);
  assert_sentence (info, WEIR_FINDING_NOT_CLOSED, "The writer was not closed.",
                   "files::fetch returned 1" NB "m" NB "20" NB "s ago and has not closed the writing end that it was "
                   "given. It is quiet, and pipeline::consumer waits for the end.",
                   "Close the writer when all is written, also when an error is thrown.");
}

static void
test_left_open (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_WRITER_LOST);

  pass (info, WEIR_DIRECTION_WRITE, "reports::export", 9000, 7000);
  assert_sentence (info, WEIR_FINDING_LEFT_OPEN, "The writer was never closed.",
                   "reports::export returned 2.0" NB
                   "s before the connection broke, and had not closed the writer that it "
                   "was given.",
                   "Close the writer when all is written: a reader cannot tell the end of the stream from a crash.");
}

static void
test_writer_went (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 60000);

  info->writer.worker_left_at_ms = NOW_MS - 120000;
  assert_sentence (info, WEIR_FINDING_WRITER_WENT, "The writer’s worker has left.",
                   "The connection of the worker of pipeline::producer ended 2" NB "m" NB "00" NB "s ago. What the "
                   "socket of its writing end still holds may yet come, and hides its end until then.",
                   "The writer will write no more: its worker ended, or its connection broke. Nothing of the rest "
                   "comes until the reader takes what waits.");
}

/* What arrived may have been all of it: nobody said so. */
static void
test_writer_lost (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_WRITER_LOST);

  info->totals.written_messages = 1;
  info->totals.written_bytes = 3;
  assert_sentence (
      info, WEIR_FINDING_WRITER_LOST, "The writer was lost.",
      "The connection of pipeline::producer broke without a close, 5.0" NB "s ago. What arrived before, "
      "1 message (3" NB "B), may not be all of it.",
      "Did its process end, was its stream destroyed by an error, or was its close forgotten? A last message "
      "that says “complete” lets a reader tell.");
}

/* A process with both ends was killed: neither of them left the other. */
static void
test_worker_lost (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_READER);
  WeirEndInfo *ends[] = { &info->writer, &info->reader };
  g_autoptr (WeirChannel) channel = NULL;
  g_autofree char *detail = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_free (ends[i]->worker_id);
      ends[i]->worker_id = g_strdup ("w1");
      ends[i]->closed_at_ms = ends[i]->worker_left_at_ms = info->ended_at_ms;
    }
  g_free (info->writer.worker_name);
  info->writer.worker_name = g_strdup ("zoo");
  channel = make_channel (weir_channel_info_copy (info));
  detail = weir_describe_state_detail (channel, NOW_US);
  g_assert_cmpstr (detail, ==, "with its worker");
  assert_sentence (info, WEIR_FINDING_WORKER_LOST, "Its worker has ended.",
                   "Both ends were held by zoo, all of whose connections broke together, 5.0" NB "s ago.",
                   "See whether its process ended, or its network broke.");
}

/* Its engine answered none of its client's pings: it was not too slow. */
static void
test_unanswered (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_READER);

  info->reader.closed_at_ms = info->ended_at_ms;
  info->reader.close_clean = TRUE;
  info->reader.close_code = 1011;
  info->reader.close_reason = g_strdup ("keepalive ping timeout");
  info->reader.is_unanswered = TRUE;
  info->totals.sent_bytes = 823000;
  assert_sentence (info, WEIR_FINDING_KEEPALIVE, "The engine did not answer the reader’s client.",
                   "The client of pipeline::consumer gave up 5.0" NB "s ago: the engine has answered none of its "
                   "keep-alive pings. The stock engine answers none on a reader’s connection, so such a client gives "
                   "up after some 40 seconds, however well it reads. It closed with “1011 keepalive ping timeout”.",
                   "Start the relay with --mend: it answers these pings in the engine’s place. The reader’s function "
                   "is told nothing and may take the stream for complete: what it returns is then short.");
}

static void
test_waiting (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_WAITING_READER, 125000);

  clear_end (&info->reader, WEIR_PRESENCE_NONE);
  info->expires_at_ms = NOW_MS + 174000;
  info->totals.written_messages = 64;
  info->totals.written_bytes = 4200000;
  assert_sentence (
      info, WEIR_FINDING_WAITS_FOR_READER, "No reader yet.",
      "pipeline::producer has written 64 messages (4.2" NB "MB), and no reader has come for 2" NB "m" NB "05" NB "s. "
      "The channel is removed in 2" NB "m" NB "54" NB "s unless one comes.",
      "No call was seen to carry the reader’s ref: vm:6216, which made the channel, may have it. Does it read? Else "
      "pass the ref to the function that is to read.");
}

#define ISOLATED(text) "\342\201\250" text "\342\201\251"

/* A ref that went within a string: that the one who made the channel is at both ends is not said as a fact. */
static void
test_guess (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_WRITER_LOST);
  g_autoptr (WeirChannel) channel = NULL;
  g_autofree char *route = NULL;

  info->totals.written_messages = 1;
  info->totals.written_bytes = 3;
  info->writer.how = info->reader.how = WEIR_HOW_CREATOR;
  assert_sentence (weir_channel_info_copy (info), WEIR_FINDING_WRITER_LOST, "The writer was lost.",
                   "The connection of the writer broke without a close, 5.0" NB "s ago. What arrived before, "
                   "1 message (3" NB "B), may not be all of it.",
                   "Did its process end, was its stream destroyed by an error, or was its close forgotten? A last "
                   "message that says “complete” lets a reader tell. No call was seen to carry a ref of it, so who "
                   "writes and who reads is not known: vm:6216 made it, and may have given a ref on another way, as "
                   "within a string.");
  channel = make_channel (info);
  route = weir_describe_route (channel);
  g_assert_cmpstr (route, ==, ISOLATED ("pipeline::producer?") " → " ISOLATED ("pipeline::consumer?"));
}

/* Among several that watch it is said which of them did something. */
static void
test_acts (void)
{
  static const struct
  {
    const char *name;
    gboolean is_ours;
    const char *words;
  } rows[] = {
    { "weir:4711", TRUE, "Weir (you) holds the channel" },
    { "weir:4711", FALSE, "another Weir (weir:4711) holds the channel" },
    { NULL, FALSE, "Weir holds the channel" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirChannel) channel = make_channel (make_info (WEIR_STATE_HELD, 1000));
      WeirActInfo act = { .act = WEIR_ACT_HELD, .worker_name = (char *) rows[i].name, .is_ours = rows[i].is_ours };
      WeirLifeEvent event = { .kind = WEIR_LIFE_ACT, .at_ms = NOW_MS, .act = &act };
      g_autofree char *words = weir_describe_life_event (channel, &event, NOW_US);

      g_assert_cmpstr (words, ==, rows[i].words);
    }
}

/* One line, no controls, and every isolate is closed in its order. */
static void
assert_calm (const char *text)
{
  int depth = 0;

  g_test_message ("%s", text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      depth += c == 0x2068 ? 1 : c == 0x2069 ? -1 : 0;
      g_assert_cmpint (depth, >=, 0);
      g_assert_true (c == 0x2068 || c == 0x2069 || g_unichar_type (c) != G_UNICODE_FORMAT);
      g_assert_false (g_unichar_iscntrl (c));
    }
  g_assert_cmpint (depth, ==, 0);
}

static void
test_call_failed (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_WAITING_READER, 158000);
  WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, "files::process", 158100, 158088);

  passed->error_code = g_strdup ("invocation_failed");
  passed->error_message = g_strdup ("ENOENT");
  assert_sentence (info, WEIR_FINDING_CALL_FAILED, "files::process failed.",
                   "It failed 12" NB "ms after it was handed the reader: ENOENT (invocation_failed).",
                   "Whoever holds the other end is not told: it should close its end when the call fails.");
}

/* What peers call themselves and their functions neither turns nor breaks a sentence, in whichever it comes; and
 * nothing of it is lost unseen. */
static void
test_hostile_names (void)
{
  static const char *const hostile[] = { "rtl::\342\200\256txet-lrt", "nl::line1\nline2",
                                         "mark::\342\200\217x\342\201\246y",
                                         "zero::a\342\200\213b\357\273\277c\033[1m" };

  for (guint kind = 0; kind < G_N_ELEMENTS (hostile); kind++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_WAITING_READER, 158000);
      WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, hostile[kind], 158100, 158088);
      g_autoptr (WeirChannel) channel = NULL;
      g_autoptr (GPtrArray) findings = NULL;
      g_autofree char *details = NULL, *route = NULL;
      WeirSeverity severity;

      passed->error_code = g_strdup (hostile[kind]);
      passed->error_message = g_strdup (hostile[kind]);
      g_free (info->writer.function_id);
      info->writer.function_id = g_strdup (hostile[kind]);
      g_free (info->writer.worker_name);
      info->writer.worker_name = g_strdup (hostile[kind]);
      channel = make_channel (info);
      findings = weir_channel_dup_findings (channel, NOW_US);
      g_assert_cmpuint (findings->len, >, 0);
      for (guint i = 0; i < findings->len; i++)
        {
          WeirSentence *sentence = weir_describe_finding (channel, findings->pdata[i], NOW_US, WEIR_UNITS_DECIMAL);
          g_autofree char *all = g_strjoin (" ", sentence->headline, sentence->text, sentence->advice, NULL);

          assert_calm (all);
          weir_sentence_free (sentence);
        }
      assert_calm (route = weir_describe_route (channel));
      g_assert_nonnull (strstr (route, "\357\277\275"));
      g_free (route);
      assert_calm (route = weir_describe_second_line (channel, NOW_US, &severity));
      details = weir_describe_details (channel, NOW_US, WEIR_UNITS_DECIMAL);
      g_assert_null (strstr (details, "\nline2")); /* it was no end of a line */
      g_strdelimit (details, "\n", ' ');
      assert_calm (details);
      g_assert_null (strstr (details, "\342\201\250"));
      g_assert_nonnull (strstr (details, "\357\277\275"));
    }
}

static void
test_peer_name (void)
{
  static const struct
  {
    const char *name, *shown;
    gsize max_chars; /* 0: any number */
  } cases[] = {
    { "pipeline::producer", "pipeline::producer" },
    { "abc", "abc", 3 },
    { "abcd", "abc…", 3 },
    { "abc\303\244x", ISOLATED ("abc\303\244") "…", 4 },
    { "", "" },
    { "nl::line1\nline2", ISOLATED ("nl::line1\357\277\275line2") },
    { "rtl::\342\200\256txet-lrt", ISOLATED ("rtl::\357\277\275txet-lrt") },
    { "\342\201\251a\342\201\250", ISOLATED ("\357\277\275a\357\277\275") },
    { "\327\251\327\234\327\225\327\235::x", ISOLATED ("\327\251\327\234\327\225\327\235::x") },
    { "\331\206\342\200\214\331\207", ISOLATED ("\331\206\342\200\214\331\207") }, /* Persian needs it */
    { "bad\377", ISOLATED ("bad\357\277\275") },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = cases[i].max_chars > 0 ? weir_peer_name_cut (cases[i].name, cases[i].max_chars)
                                                      : weir_peer_name (cases[i].name);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
assert_life (WeirChannel *channel, const char *const *lines)
{
  g_autoptr (GPtrArray) events = weir_channel_dup_life (channel);

  g_assert_cmpuint (events->len, ==, g_strv_length ((char **) lines));
  for (guint i = 0; i < events->len; i++)
    {
      g_autofree char *line = weir_describe_life_event (channel, g_ptr_array_index (events, i), NOW_US);

      g_assert_cmpstr (line, ==, lines[i]);
    }
}

/* Connections of which nothing became, as words. */
static void
test_vain (void)
{
  static const struct
  {
    WeirLifeKind kind;
    gboolean is_writer;
    guint n;
    const char *line;
  } cases[] = {
    { WEIR_LIFE_ASKED, TRUE, 1, "writer’s end asked for" },
    { WEIR_LIFE_ASKED, FALSE, 1, "reader’s end asked for" },
    { WEIR_LIFE_NOT_FOUND, TRUE, 1, "writer’s end not found: no such channel, or a wrong key" },
    { WEIR_LIFE_NOT_FOUND, FALSE, 2, "reader’s end not found: no such channel, or a wrong key; 2 times" },
    { WEIR_LIFE_REFUSED, FALSE, 1, "a second reader refused: that end was taken" },
    { WEIR_LIFE_REFUSED, TRUE, 3, "a further writer refused, as that end was taken; 3 times" },
  };
  g_autoptr (WeirChannel) channel = make_channel (weir_channel_info_new ("c"));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirLifeEvent event = { .kind = cases[i].kind, .is_writer = cases[i].is_writer, .n = cases[i].n };
      g_autofree char *line = weir_describe_life_event (channel, &event, NOW_US);

      g_assert_cmpstr (line, ==, cases[i].line);
    }
}

/* Who was handed the ref, or made it, is not who holds the end. */
static void
test_own (void)
{
  static const struct
  {
    gboolean is_writer, is_reader, is_created;
    const char *route, *second, *text, *advice, *created, *connected, *closed;
  } cases[] = {
    { TRUE, FALSE, FALSE, "Weir → pipeline::consumer", "Send page → python · vm:6340",
      "pipeline::consumer has not taken anything yet. 64 of 64 messages (4.2" NB "MB) wait for it, so Weir is held.",
      "The writer and the engine are well: the reader’s end is open and takes no more. See what pipeline::consumer "
      "awaits, or what blocks its loop.",
      "created by vm:6216", "Weir connected as the writer", "Weir closed the writer: 1000 stream_complete" },
    { FALSE, TRUE, FALSE, "pipeline::producer → Weir", "node · vm:6216 → Send page",
      "Weir has not taken anything yet. 64 of 64 messages (4.2" NB "MB) wait for it, so pipeline::producer is held.",
      "The writer and the engine are well: the Send page holds the reader, and does not read now.",
      "created by vm:6216", "writer connected", "writer closed: 1000 stream_complete" },
    { TRUE, TRUE, TRUE, "Weir → Weir", "Send page → Send page",
      "Weir has not taken anything yet. 64 of 64 messages (4.2" NB "MB) wait for it, so Weir is held.",
      "The writer and the engine are well: the Send page holds the reader, and does not read now.", "created by Weir",
      "Weir connected as the writer", "Weir closed the writer: 1000 stream_complete" },
    { FALSE, FALSE, FALSE, "pipeline::producer → pipeline::consumer", "node · vm:6216 → python · vm:6340",
      "pipeline::consumer has not taken anything yet. 64 of 64 messages (4.2" NB
      "MB) wait for it, so pipeline::producer is held.",
      "The writer and the engine are well: the reader’s end is open and takes no more. See what pipeline::consumer "
      "awaits, or what blocks its loop.",
      "created by vm:6216", "writer connected", "writer closed: 1000 stream_complete" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 3300), *flowing = make_info (WEIR_STATE_FLOWING, 3300);
      WeirChannelInfo *closed = make_closed (WEIR_ENDED_WRITER);
      const char *const lines[] = { cases[i].created,
                                    cases[i].connected,
                                    cases[i].is_reader ? "Weir connected as the reader" : "reader connected",
                                    cases[i].closed,
                                    "ended by the writer",
                                    NULL };
      g_autoptr (WeirChannel) channel = NULL;

      info->paused_since_ms = NOW_MS - 3300;
      info->totals.buffered_messages = 64;
      info->totals.buffered_bytes = 64 * 65536;
      closed->is_ours = cases[i].is_created;
      closed->writer.closed_at_ms = closed->ended_at_ms;
      closed->writer.close_code = 1000;
      closed->writer.close_clean = TRUE;
      closed->writer.close_reason = g_strdup ("stream_complete");
      info->writer.is_ours = flowing->writer.is_ours = closed->writer.is_ours = cases[i].is_writer;
      info->reader.is_ours = flowing->reader.is_ours = closed->reader.is_ours = cases[i].is_reader;
      assert_ends (flowing, cases[i].route, cases[i].second);
      assert_sentence (info, WEIR_FINDING_READER_SLOW, "The reader is slow.", cases[i].text, cases[i].advice);
      channel = make_channel (closed);
      assert_life (channel, lines);
    }
}

/* The caller's slip: nobody was handed anything, and the reader's place is nobody's. */
static void
test_no_function (void)
{
  static const char *const lines[] = { "created by vm:6216", "writer connected", "reader ref passed to c::nosuch",
                                       "that call failed: function_not_found, there is no such function", NULL };
  WeirChannelInfo *info = make_info (WEIR_STATE_WAITING_READER, 9000);
  WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, "c::nosuch", 8000, 8000);
  g_autoptr (WeirChannelInfo) again = NULL, third = NULL;
  g_autoptr (WeirChannel) channel = NULL;
  g_autofree char *worker = NULL;

  passed->error_code = g_strdup ("function_not_found");
  passed->error_message = g_strdup ("Function c::nosuch not found in namespace default.");
  g_clear_pointer (&info->reader.function_id, g_free);
  info->reader.presence = WEIR_PRESENCE_NONE;
  info->reader.connected_at_ms = 0;
  info->totals.written_messages = 4;
  worker = weir_describe_worker (&info->reader);
  g_assert_null (worker);
  again = weir_channel_info_copy (info);
  third = weir_channel_info_copy (info);
  channel = make_channel (weir_channel_info_copy (info));
  assert_life (channel, lines);
  assert_alarm (info, WEIR_SEVERITY_ERROR, "c::nosuch does not exist: the call that carried the reader failed");
  assert_sentence (
      g_steal_pointer (&again), WEIR_FINDING_NO_FUNCTION, "c::nosuch does not exist.",
      "The call that carried the reader failed: function_not_found.",
      "Check the function id, and that the worker that registers it runs and is connected to this engine.");
  assert_sentence (g_steal_pointer (&third), WEIR_FINDING_WAITS_FOR_READER, "No reader yet.",
                   "pipeline::producer has written 4 messages (0" NB "B), and no reader has come for 9.0" NB "s.",
                   "The reader was passed to c::nosuch, which does not exist: nobody has it.");
}

/* Every kind has a headline and a text that end as sentences do, whatever is known of the channel. */
static void
test_every_kind (void)
{
  for (guint named = 0; named < 2; named++)
    {
      for (WeirFindingKind kind = WEIR_FINDING_FLOWS; kind <= WEIR_FINDING_UNKNOWN; kind++)
        {
          WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 1000);
          WeirPassedInfo *passed = pass (info, WEIR_DIRECTION_READ, "a::b", 9000, 8000);
          g_autoptr (WeirChannelInfo) other = make_info (WEIR_STATE_STALLED, 1000);
          WeirFinding finding = { kind, WEIR_SEVERITY_ERROR, 5 * S, 60 * S, passed, .other = other };
          WeirShapeInfo shape = { .worker_name = "weir:1", .pause = named, .rate_bytes_per_s = 1000 };
          g_autoptr (WeirChannel) channel = NULL;
          WeirSentence *sentence;

          finding.shape = &shape;
          passed->error_code = g_strdup ("code");
          if (!named)
            {
              clear_end (&info->writer, WEIR_PRESENCE_NONE);
              clear_end (&info->reader, WEIR_PRESENCE_NONE);
              info->buffer_items = 0;
            }
          channel = make_channel (info);
          sentence = weir_describe_finding (channel, &finding, NOW_US, WEIR_UNITS_BINARY);
          g_assert_true (g_str_has_suffix (sentence->headline, "."));
          g_assert_true (g_str_has_suffix (sentence->text, "."));
          g_assert_null (strstr (sentence->text, "(null)"));
          g_assert_true (sentence->advice == NULL || g_str_has_suffix (sentence->advice, "."));
          weir_sentence_free (sentence);
        }
    }
}

/* An end that is not seen: no figure of it is said, and why it is not. */
static void
test_in_part (void)
{
  static const struct
  {
    WeirState state;
    WeirEndedBy ended;
    WeirPresence writer, reader;
    guint32 unknown;
    WeirFindingKind kind;
    const char *headline, *text;
    guint32 inferred;
  } parts[] = {
    { WEIR_STATE_IDLE, 0, WEIR_PRESENCE_HERE, WEIR_PRESENCE_ELSEWHERE, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER,
      WEIR_FINDING_IDLE, "The writer is quiet.",
      "Nothing has moved for 5.0" NB "s. Its reader does not pass the relay." },
    { WEIR_STATE_FLOWING, 0, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_HERE, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_BUFFER,
      WEIR_FINDING_FLOWS, "Messages flow.", "They move where they are seen. Its writer does not pass the relay." },
    { WEIR_STATE_FLOWING, 0, WEIR_PRESENCE_HERE, WEIR_PRESENCE_ENGINE, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER,
      WEIR_FINDING_FLOWS, "Messages flow.", "They move where they are seen. Its reading end is inside the engine." },
    { WEIR_STATE_UNKNOWN, 0, WEIR_PRESENCE_HERE, WEIR_PRESENCE_UNKNOWN, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER,
      WEIR_FINDING_UNKNOWN, "This cannot be judged.", "Nothing is known of its reader." },
    { WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, WEIR_PRESENCE_GONE, WEIR_PRESENCE_GONE, WEIR_TOTALS_OF_WRITER,
      WEIR_FINDING_CLOSED, "Closed by the writer.", "It ended 5.0" NB "s ago." },
    { WEIR_STATE_CLOSED, WEIR_ENDED_UNKNOWN, WEIR_PRESENCE_GONE, WEIR_PRESENCE_GONE, WEIR_TOTALS_OF_READER,
      WEIR_FINDING_CLOSED, "It has ended.", "9 messages were written. It ended 5.0" NB "s ago." },
    { WEIR_STATE_CLOSED, WEIR_ENDED_UNKNOWN, WEIR_PRESENCE_GONE, WEIR_PRESENCE_GONE, WEIR_TOTALS_OF_READER,
      WEIR_FINDING_CLOSED, "It has ended.", "At least 9 messages were written. It ended 5.0" NB "s ago.",
      WEIR_TOTALS_WRITTEN_MESSAGES },
    { WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, WEIR_PRESENCE_GONE, WEIR_PRESENCE_GONE, 0, WEIR_FINDING_CLOSED,
      "Closed by the writer.", "9 messages (at least 98.7" NB "MB) were written. It ended 5.0" NB "s ago.",
      WEIR_TOTALS_WRITTEN_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      WeirChannelInfo *info = make_info (parts[i].state, 5000);
      g_autoptr (WeirChannel) channel = NULL;
      WeirFinding finding = { parts[i].kind, WEIR_SEVERITY_QUIET, 5 * S };
      WeirSentence *sentence;

      info->ended_by = parts[i].ended;
      info->writer.presence = parts[i].writer;
      info->reader.presence = parts[i].reader;
      info->totals.written_messages = info->totals.sent_messages = 9;
      info->totals.written_bytes = 98700000;
      info->totals.inferred = parts[i].inferred;
      weir_totals_set_unknown (&info->totals, parts[i].unknown);
      channel = make_channel (info);
      sentence = weir_describe_finding (channel, &finding, NOW_US, WEIR_UNITS_DECIMAL);
      g_assert_cmpstr (sentence->headline, ==, parts[i].headline);
      g_assert_cmpstr (sentence->text, ==, parts[i].text);
      weir_sentence_free (sentence);
    }
}

/* How fast is what a person wants to know. */
static void
test_flows_in_part (void)
{
  static const struct
  {
    WeirPresence writer, reader;
    guint32 unknown, inferred;
    guint64 buffered;
    const char *text;
  } cases[] = {
    { WEIR_PRESENCE_HERE, WEIR_PRESENCE_ELSEWHERE, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER, 0, 0,
      "pipeline::producer writes 8.0" NB "kB/s. Its reader does not pass the relay." },
    { WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_HERE, WEIR_TOTALS_OF_WRITER, 0, 0,
      "pipeline::consumer gets 4.0" NB "kB/s. Nothing waits in between. Its writer does not pass the relay." },
    { WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE, 0, WEIR_TOTALS_OF_READER, 3,
      "pipeline::consumer gets at least 4.0" NB "kB/s. 3 messages wait in between. Its writer does not pass the relay. "
      "Its reader does not pass the relay." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 5000);
      WeirTotals totals = { .inferred = cases[i].inferred, .buffered_messages = cases[i].buffered };
      WeirFinding finding = { WEIR_FINDING_FLOWS, WEIR_SEVERITY_GOOD, 5 * S };
      g_autoptr (WeirChannel) channel = NULL;
      WeirSentence *sentence;

      info->writer.presence = cases[i].writer;
      info->reader.presence = cases[i].reader;
      weir_totals_set_unknown (&totals, cases[i].unknown);
      info->totals = totals;
      channel = make_channel (info);
      for (guint j = 1; j <= 8; j++)
        {
          totals.written_bytes += cases[i].unknown & WEIR_TOTALS_WRITTEN_BYTES ? 0 : 2000;
          totals.sent_bytes += cases[i].unknown & WEIR_TOTALS_SENT_BYTES ? 0 : 1000;
          weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + j * S / 4);
        }
      sentence = weir_describe_finding (channel, &finding, NOW_US + 2 * S, WEIR_UNITS_DECIMAL);
      g_assert_cmpstr (sentence->text, ==, cases[i].text);
      weir_sentence_free (sentence);
    }
}

static void
test_closer (void)
{
  static const struct
  {
    WeirCloserState state;
    const char *before, *set, *other, *part;
  } looks[] = {
    { WEIR_CLOSER_UNAVAILABLE, NULL, NULL, NULL, NULL },
    { WEIR_CLOSER_OFF, NULL, NULL, NULL, NULL },
    { WEIR_CLOSER_OFF, NULL, NULL, "warn", "Somebody else has set the engine’s log level to" },
    { WEIR_CLOSER_LEFT, "info", "info,x=debug", NULL, "Before that it was" },
    { WEIR_CLOSER_BEGINNING, NULL, NULL, NULL, "being raised" },
    { WEIR_CLOSER_ON, NULL, "info,x=debug", NULL, "Its log level was not set (info), and will be put back." },
    { WEIR_CLOSER_ON, "info", "info,x=debug", "warn,x=debug", "it will stay" },
    { WEIR_CLOSER_ENDING, "info", "info,x=debug", NULL, "being put back" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *text = weir_describe_closer_look (looks[i].state, looks[i].before, looks[i].set, looks[i].other);

      if (looks[i].part == NULL)
        g_assert_null (text);
      else
        g_assert_nonnull (strstr (text, looks[i].part));
    }
  g_assert_nonnull (strstr (weir_describe_closer_plan (), "config/iii-observability.yaml"));
}

static void
test_life (void)
{
  static const char *const lines[] = { "created by vm:6216",
                                       "reader ref passed to pipeline::consumer",
                                       "that call returned after 7" NB "ms",
                                       "writer connected",
                                       "reader connected",
                                       "last message read",
                                       "buffer full, the writer is held, for 3.3" NB "s now",
                                       "the reader has stalled",
                                       NULL };
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);
  g_autoptr (WeirChannel) channel = NULL;

  pass (info, WEIR_DIRECTION_READ, "pipeline::consumer", 47988, 47981);
  info->paused_since_ms = NOW_MS - 3300;
  info->totals.sent_messages = 4;
  channel = make_channel (info);
  assert_life (channel, lines);
}

static void
test_life_end (void)
{
  static const char *const lines[] = { "created by vm:6216",
                                       "writer ref passed to a::b",
                                       "a::b failed after 1.0" NB "s: boom",
                                       "writer ref passed to c::d",
                                       "writer connected",
                                       "reader connected",
                                       "writer closed: 1000 stream_complete; it was held for 4.3" NB "s in all",
                                       "reader closed",
                                       "ended by the writer",
                                       NULL };
  WeirChannelInfo *info = make_closed (WEIR_ENDED_WRITER);
  g_autoptr (WeirChannel) channel = NULL;
  WeirPassedInfo *passed;

  info->created_at_ms = NOW_MS - 60000;
  info->totals.paused_us = 4300000;
  passed = pass (info, WEIR_DIRECTION_WRITE, "a::b", 59000, 58000);
  passed->error_code = g_strdup ("invocation_failed");
  passed->error_message = g_strdup ("boom");
  pass (info, WEIR_DIRECTION_WRITE, "c::d", 57000, 0);
  info->writer.closed_at_ms = info->reader.closed_at_ms = info->ended_at_ms;
  info->writer.close_clean = info->reader.close_clean = TRUE;
  info->writer.close_code = 1000;
  info->writer.close_reason = g_strdup ("stream_complete");
  channel = make_channel (info);
  assert_life (channel, lines);
}

static void
test_life_lost (void)
{
  static const char *const lines[] = { "created by vm:6216",
                                       "writer connected",
                                       "reader connected",
                                       "writer gone, without a close",
                                       "reader closed",
                                       "ended: the writer was lost",
                                       NULL };
  WeirChannelInfo *info = make_closed (WEIR_ENDED_WRITER_LOST);
  g_autoptr (WeirChannel) channel = NULL;

  info->writer.closed_at_ms = info->reader.closed_at_ms = info->ended_at_ms;
  info->reader.close_clean = TRUE; /* it answered Close 1011 */
  channel = make_channel (info);
  assert_life (channel, lines);
}

static void
test_too_large (void)
{
  WeirChannelInfo *info = make_closed (WEIR_ENDED_READER);

  info->reader.close_clean = TRUE;
  info->reader.close_code = 1009;
  info->reader.close_reason = g_strdup ("frame with 1500000 bytes exceeds limit of 1048576 bytes");
  assert_alarm (weir_channel_info_copy (info), WEIR_SEVERITY_ERROR,
                "a message was too large for the reader’s client, which closed");
  assert_sentence (info, WEIR_FINDING_TOO_LARGE, "A message was too large for the reader.",
                   "pipeline::consumer closed its end 5.0" NB
                   "s ago at a message of pipeline::producer: its client takes "
                   "none that large. It closed with “1009 frame with 1500000 bytes exceeds limit of 1048576 bytes”.",
                   "Write it in smaller pieces, or as binary data, which the clients send in messages of 64 KiB. The "
                   "Python client takes no more than 1" NB "MiB at once.");
}

/* The sentence says of the reader's end what the life says. */
static void
test_reader_left (void)
{
  static const struct
  {
    gboolean is_clean;
    int code;
    const char *reason, *life, *text, *advice;
  } cases[] = {
    { FALSE, 0, NULL, "reader gone, without a close",
      "The connection of pipeline::consumer broke without a close before pipeline::producer had closed the stream. "
      "3 of 4 messages had been sent to it.",
      "See whether its stream was destroyed, its process ended, or its network broke." },
    { TRUE, 0, NULL, "reader closed",
      "pipeline::consumer closed its end before pipeline::producer had closed the stream. 3 of 4 messages had been "
      "sent to it.",
      "See why it stopped: an error, or it had what it wanted." },
    { TRUE, 1000, "", "reader closed: 1000",
      "pipeline::consumer closed its end before pipeline::producer had closed the stream. 3 of 4 messages had been "
      "sent to it.",
      "See why it stopped: an error, or it had what it wanted." },
    { TRUE, 1011, "out of disk", "reader closed: 1011 out of disk",
      "pipeline::consumer closed its end before pipeline::producer had closed the stream. 3 of 4 messages had been "
      "sent to it. It closed with “1011 out of disk”.",
      "See why it stopped: an error, or it had what it wanted." },
    { TRUE, 1001, NULL, "reader closed: 1001",
      "pipeline::consumer closed its end before pipeline::producer had closed the stream. 3 of 4 messages had been "
      "sent to it. It closed with “1001”.",
      "See why it stopped: an error, or it had what it wanted." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_closed (WEIR_ENDED_READER);
      WeirLifeEvent closed = { .kind = WEIR_LIFE_READER_CLOSED };
      g_autoptr (WeirChannel) channel = NULL;
      g_autofree char *line = NULL;

      info->totals.written_messages = 4;
      info->totals.sent_messages = 3;
      info->reader.close_clean = cases[i].is_clean;
      info->reader.close_code = cases[i].code;
      info->reader.close_reason = g_strdup (cases[i].reason);
      channel = make_channel (weir_channel_info_copy (info));
      line = weir_describe_life_event (channel, &closed, NOW_US);
      g_assert_cmpstr (line, ==, cases[i].life);
      assert_sentence (info, WEIR_FINDING_CLOSED_BY_READER, "The reader left early.", cases[i].text, cases[i].advice);
    }
}

/* An alarm that is dismissed is out of the row, until it is over and comes again. */
static void
test_dismissed (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_IDLE, 60000);
  g_autoptr (WeirChannel) channel = NULL;
  WeirSeverity severity;

  pass (info, WEIR_DIRECTION_WRITE, "files::fetch", 90000, 80000);
  channel = make_channel (weir_channel_info_copy (info));
  for (guint round = 0; round < 2; round++)
    {
      g_autofree char *alarm = weir_describe_second_line (channel, NOW_US, &severity);
      g_autofree char *workers = NULL, *flowing = NULL;
      WeirChannelInfo *next = weir_channel_info_copy (info);

      g_assert_cmpstr (alarm, ==, "files::fetch has returned and left the writer open");
      g_assert_cmpint (severity, ==, WEIR_SEVERITY_WARNING);

      weir_channel_set_dismissed (channel, WEIR_FINDING_NOT_CLOSED, TRUE);
      workers = weir_describe_second_line (channel, NOW_US, &severity);
      g_assert_nonnull (strstr (workers, "vm:6216"));
      g_assert_cmpint (severity, ==, WEIR_SEVERITY_QUIET);

      next->state = WEIR_STATE_FLOWING;
      weir_channel_apply_info (channel, weir_channel_get_home (channel), next, NOW_US);
      flowing = weir_describe_second_line (channel, NOW_US, &severity);
      g_assert_cmpint (severity, ==, WEIR_SEVERITY_QUIET);
      weir_channel_apply_info (channel, weir_channel_get_home (channel), weir_channel_info_copy (info), NOW_US);
    }
  weir_channel_info_free (info);
}

static void
test_details (void)
{
  WeirChannelInfo *info = make_info (WEIR_STATE_STALLED, 1200);
  g_autoptr (WeirChannel) channel = NULL;
  g_autofree char *text = NULL;

  info->reader.probed = TRUE;
  info->paused_since_ms = NOW_MS - 3300;
  info->totals = (WeirTotals){ .written_messages = 70,
                               .written_text = 3,
                               .written_bytes = 4587520,
                               .sent_messages = 6,
                               .sent_bytes = 393216,
                               .acked_messages = 5,
                               .acked_bytes = 327680,
                               .buffered_messages = 64,
                               .buffered_bytes = 4194304 };
  pass (info, WEIR_DIRECTION_READ, "pipeline::consumer", 47990, 0);
  channel = make_channel (info);
  text = weir_describe_details (channel, NOW_US, WEIR_UNITS_DECIMAL);
  g_assert_true (g_str_has_prefix (text, "pipeline::producer → pipeline::consumer\n"
                                         "a7701be4-6a63-4c6e-9b62-2ad1e2a2f0d6\n"
                                         "Stalled, slow reader 4.2 s. weir-engine sees both ends.\n\n"
                                         "The reader is slow. pipeline::consumer last read 4.2 s ago. "));
  g_assert_nonnull (strstr (text, "\nWriter: pipeline::producer (node · vm:6216)\nWritten: 70 messages, 4587520 B"));
  g_assert_nonnull (strstr (text, "\nOf these text: 3\n"));
  g_assert_nonnull (strstr (text, "\nReader: pipeline::consumer (python · vm:6340)\nSent: 6 messages, 393216 B"));
  g_assert_nonnull (strstr (text, "\nBuffered: 64 messages, 4194304 B"));
  g_assert_null (strstr (text, NB));
  g_assert_nonnull (strstr (text, "reader ref passed to pipeline::consumer\n"));
  g_assert_null (strstr (text, "\342\201\250"));
}

static void
test_summary (void)
{
  static const struct
  {
    WeirSummary summary;
    const char *text;
  } cases[] = {
    { { .n_channels = 10,
        .n_flowing = 4,
        .n_stalled = 1,
        .n_waiting = 2,
        .n_waiting_reader = 2,
        .n_idle = 1,
        .n_closed = 2 },
      "4 flow, 1 is stalled, 2 wait for a reader" },
    { { .n_channels = 1, .n_flowing = 1 }, "1 flows" },
    { { .n_channels = 3, .n_stalled = 2, .n_waiting = 1 }, "2 are stalled, 1 waits" },
    { { .n_channels = 2, .n_waiting = 2, .n_waiting_reader = 1 }, "2 wait" },
    { { .n_channels = 3, .n_stalled = 1, .n_reader_gone = 1, .n_closed = 1 }, "1 is stalled, 1 has lost its reader" },
    { { .n_channels = 5, .n_idle = 2, .n_closed = 3 }, "2 are idle" },
    { { .n_channels = 3, .n_closed = 3 }, "3 have closed" },
    { { .n_channels = 2, .n_unknown = 2 }, "2 cannot be judged" },
    { { .n_channels = 5, .n_unknown = 1, .n_waiting = 1, .n_closed = 3 }, "1 waits, 1 cannot be judged" },
    { { 0 }, "No channels yet" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = weir_describe_summary (&cases[i].summary);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_plane (void)
{
  static const struct
  {
    WeirPresence writer, reader;
    const char *text;
  } cases[] = {
    { WEIR_PRESENCE_HERE, WEIR_PRESENCE_NONE, "weir-engine sees both ends" },
    { WEIR_PRESENCE_HERE, WEIR_PRESENCE_ELSEWHERE, "weir-engine sees the writing end" },
    { WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_GONE, "weir-engine sees the reading end" },
    { WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_ELSEWHERE, "weir-engine sees neither end" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirChannelInfo *info = make_info (WEIR_STATE_FLOWING, 0);
      g_autoptr (WeirChannel) channel = NULL;
      g_autofree char *text = NULL;

      info->writer.presence = cases[i].writer;
      info->reader.presence = cases[i].reader;
      channel = make_channel (info);
      text = weir_describe_plane (channel);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_points (void)
{
  static const struct
  {
    WeirPointState state;
    const char *text;
  } rows[] = {
    { WEIR_POINT_TRYING, "lab: connecting…" },
    { WEIR_POINT_LIVE, "lab: connected" },
    { WEIR_POINT_WANTS_TOKEN, "lab: wants a token" },
    { WEIR_POINT_REFUSED, "lab: refused" },
    { WEIR_POINT_BROKEN, "lab: does not answer as it should" },
    { WEIR_POINT_GONE, "lab: gone" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = weir_describe_point (&(WeirPointInfo){ .name = "lab", .state = rows[i].state });

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

/* One wording for a figure that is not told, wherever it stands. */
static void
test_certain (void)
{
  static const struct
  {
    char *(*say) (WeirCertainty certainty, char *figure);
    const char *seen, *inferred, *unknown;
  } rows[] = {
    { weir_describe_certain, "7 B", "≥" NB "7 B", "unknown" },
    { weir_describe_certain_in_words, "7 B", "at least 7 B", "unknown" },
    { weir_describe_about, "7 B", "≈" NB "7 B", "unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *seen = rows[i].say (WEIR_CERTAINTY_SEEN, g_strdup ("7 B"));
      g_autofree char *inferred = rows[i].say (WEIR_CERTAINTY_INFERRED, g_strdup ("7 B"));
      g_autofree char *unknown = rows[i].say (WEIR_CERTAINTY_UNKNOWN, g_strdup ("7 B"));

      g_assert_cmpstr (seen, ==, rows[i].seen);
      g_assert_cmpstr (inferred, ==, rows[i].inferred);
      g_assert_cmpstr (unknown, ==, rows[i].unknown);
    }
}

/* An error of a room below in words, by what it is, and what that room said of it. */
static void
test_errors (void)
{
  g_autoptr (GError) point = g_error_new_literal (WEIR_POINT_ERROR, WEIR_POINT_ERROR_LOST, "engine-1 is silent");
  g_autoptr (GError) worker = g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED,
                                                   "There is no connection to the engine: no route");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "No space left on device");
  g_autofree char *point_words = weir_describe_error (point);
  g_autofree char *worker_words = weir_describe_error (worker);
  g_autofree char *other_words = weir_describe_error (other);

  g_assert_cmpstr (point_words, ==,
                   "What watches the channels has gone, or does not see this one any more (engine-1 is silent)");
  g_assert_cmpstr (worker_words, ==, "There is no connection to the engine (no route)");
  g_assert_cmpstr (other_words, ==, "No space left on device");
  for (int code = WEIR_WORKER_ERROR_NOT_CONNECTED; code <= WEIR_WORKER_ERROR_NO_WEBSOCKET; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (WEIR_WORKER_ERROR, code, "x");
      g_autofree char *words = weir_describe_error (error);

      g_assert_true (g_str_has_suffix (words, " (x)"));
    }
}

/* What was said is not said again in brackets. */
static void
test_more (void)
{
  static const struct
  {
    const char *said, *text, *more;
  } rows[] = {
    { "invocation_failed", "cannot parse (invocation_failed)", "cannot parse" },
    { "invocation_failed", "invocation_failed", NULL },
    { "invocation_failed", "Invocation failed.", NULL },
    { "invocation_failed", "the invocation_failed hook threw", "the invocation_failed hook threw" },
    { "The reader has left: what it had not read is lost", "The reader has left; what it had not read is lost.", NULL },
    { "The connection to the engine broke", "The connection to the engine broke: reset by peer", "reset by peer" },
    { "The connection to the engine broke", "The engine closed it", "The engine closed it" },
    { "The connection was closed", "close", "close" },
    { "Überlauf", "ÜBERLAUF", NULL },
    { "x", "", NULL },
    { "", "boom", "boom" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *more = weir_describe_more (rows[i].said, rows[i].text);

      g_assert_cmpstr (more, ==, rows[i].more);
    }
}

/* The client's errors, which are made where they happen, and what they mean. */
static void
test_error_says_it_once (void)
{
  static const struct
  {
    WeirChannelError code;
    const char *message, *described;
  } rows[] = {
    { WEIR_CHANNEL_ERROR_READER_LEFT, "The reader has left: what it had not read is lost",
      "The reader has left: what it had not read is lost" },
    { WEIR_CHANNEL_ERROR_LOST, "The connection to the engine broke", "The connection to the engine broke" },
    { WEIR_CHANNEL_ERROR_LOST, "The connection to the engine broke: reset by peer",
      "The connection to the engine broke (reset by peer)" },
    { WEIR_CHANNEL_ERROR_LOST, "The engine closed the channel with 1001, gone",
      "The connection to the engine broke (The engine closed the channel with 1001, gone)" },
    { WEIR_CHANNEL_ERROR_CONNECT, "The engine could not be reached: no route",
      "The engine could not be reached (no route)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (WEIR_CHANNEL_ERROR, (int) rows[i].code, rows[i].message);
      g_autofree char *described = weir_describe_error (error);

      g_assert_cmpstr (described, ==, rows[i].described);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/describe/states", test_states);
  g_test_add_func ("/decode/describe/routes", test_routes);
  g_test_add_func ("/decode/describe/alarms", test_alarms);
  g_test_add_func ("/decode/describe/slow-reader", test_slow_reader);
  g_test_add_func ("/decode/describe/slow-reader-variants", test_slow_reader_variants);
  g_test_add_func ("/decode/describe/reader-failed", test_reader_failed);
  g_test_add_func ("/decode/describe/reader-over", test_reader_over);
  g_test_add_func ("/decode/describe/buffer-full", test_buffer_full);
  g_test_add_func ("/decode/describe/buffer-fills", test_buffer_fills);
  g_test_add_func ("/decode/describe/hangs", test_hangs);
  g_test_add_func ("/decode/describe/swallows", test_swallows);
  g_test_add_func ("/decode/describe/silent-point", test_silent_point);
  g_test_add_func ("/decode/describe/draining", test_draining);
  g_test_add_func ("/decode/describe/not-closed", test_not_closed);
  g_test_add_func ("/decode/describe/left-open", test_left_open);
  g_test_add_func ("/decode/describe/writer-went", test_writer_went);
  g_test_add_func ("/decode/describe/writer-lost", test_writer_lost);
  g_test_add_func ("/decode/describe/worker-lost", test_worker_lost);
  g_test_add_func ("/decode/describe/unanswered", test_unanswered);
  g_test_add_func ("/decode/describe/waiting", test_waiting);
  g_test_add_func ("/decode/describe/guess", test_guess);
  g_test_add_func ("/decode/describe/acts", test_acts);
  g_test_add_func ("/decode/describe/call-failed", test_call_failed);
  g_test_add_func ("/decode/describe/hostile-names", test_hostile_names);
  g_test_add_func ("/decode/describe/expired", test_expired);
  g_test_add_func ("/decode/describe/peer-name", test_peer_name);
  g_test_add_func ("/decode/describe/vain", test_vain);
  g_test_add_func ("/decode/describe/flows-in-part", test_flows_in_part);
  g_test_add_func ("/decode/describe/own", test_own);
  g_test_add_func ("/decode/describe/no-function", test_no_function);
  g_test_add_func ("/decode/describe/every-kind", test_every_kind);
  g_test_add_func ("/decode/describe/in-part", test_in_part);
  g_test_add_func ("/decode/describe/closer", test_closer);
  g_test_add_func ("/decode/describe/life", test_life);
  g_test_add_func ("/decode/describe/life-end", test_life_end);
  g_test_add_func ("/decode/describe/life-lost", test_life_lost);
  g_test_add_func ("/decode/describe/reader-left", test_reader_left);
  g_test_add_func ("/decode/describe/too-large", test_too_large);
  g_test_add_func ("/decode/describe/summary", test_summary);
  g_test_add_func ("/decode/describe/dismissed", test_dismissed);
  g_test_add_func ("/decode/describe/details", test_details);
  g_test_add_func ("/decode/describe/plane", test_plane);
  g_test_add_func ("/decode/describe/points", test_points);
  g_test_add_func ("/decode/describe/certain", test_certain);
  g_test_add_func ("/decode/describe/errors", test_errors);
  g_test_add_func ("/decode/describe/more", test_more);
  g_test_add_func ("/decode/describe/error-says-it-once", test_error_says_it_once);
  return g_test_run ();
}
