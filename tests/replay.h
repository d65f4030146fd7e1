/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "weir-describe.h"
#include "weir-point-model.h"

/* A recorded feed, lines of {"at_ms":N,"feed":MESSAGE}, taken by a model as if it were heard at those times. */

#define REPLAY_TIME     "@ ms "
#define REPLAY_BEGIN_US (5000 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  char *text;
  char *next; /* of the lines */
  WeirChannelList *list;
  WeirRows *rows;
  WeirPointModel *model;
  gint64 now_us;
} Replay;

static Replay *
replay_open (const char *path)
{
  Replay *self = g_new0 (Replay, 1);
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &self->text, NULL, &error))
    g_error ("%s", error->message);
  self->next = self->text;
  self->list = weir_channel_list_new ();
  self->rows = weir_rows_new (self->list);
  self->model = weir_point_model_new ("weir-engine", WEIR_PLANE_ENGINE, self->rows);
  return self;
}

static void
replay_close (Replay *self)
{
  weir_point_model_free (self->model);
  weir_rows_free (self->rows);
  g_object_unref (self->list);
  g_free (self->text);
  g_free (self);
}

static void
replay_line (Replay *self, char *line, gint64 at_ms)
{
  char *feed = strstr (line, "\"feed\":") + strlen ("\"feed\":");
  g_autoptr (GError) error = NULL;

  if (!weir_point_model_take (self->model, feed, strlen (feed) - 1, REPLAY_BEGIN_US + at_ms * 1000, &error))
    g_error ("%s in %s", error->message, line);
}

/* Takes all that was heard until @at_ms after the recording began; that is the present then. */
static void
replay_until (Replay *self, gint64 at_ms)
{
  while (*self->next != '\0')
    {
      char *line = self->next;
      gint64 line_ms = g_ascii_strtoll (line + strlen ("{\"at_ms\":"), NULL, 10);
      char *end = strchr (line, '\n');

      if (line_ms > at_ms)
        break;
      *end = '\0';
      self->next = end + 1;
      replay_line (self, line, line_ms);
    }
  weir_rows_sweep (self->rows);
  self->now_us = REPLAY_BEGIN_US + at_ms * 1000;
}

/* Without the marks that keep the names apart. */
static char *
replay_dup_route (WeirChannel *channel)
{
  g_autofree char *route = weir_describe_route (channel);
  g_autoptr (GString) plain = g_string_new (route);

  g_string_replace (plain, "\342\201\250", "", 0);
  g_string_replace (plain, "\342\201\251", "", 0);
  return g_strdup (plain->str);
}

/* "error: The reader is slow. … | what to do" */
static char *
replay_dup_line (Replay *self, WeirChannel *channel, const WeirFinding *finding)
{
  static const char *const severities[] = { "good", "quiet", "warning", "error" };
  WeirSentence *sentence = weir_describe_finding (channel, finding, self->now_us, WEIR_UNITS_DECIMAL);
  char *line = g_strdup_printf ("%s: %s %s | %s", severities[finding->severity], sentence->headline, sentence->text,
                                sentence->advice != NULL ? sentence->advice : "");

  g_strdelimit (line, "\n", ' ');
  weir_sentence_free (sentence);
  return line;
}

static void
replay_say_channel (Replay *self, WeirChannel *channel, GString *out)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, self->now_us);
  g_autofree char *route = replay_dup_route (channel);
  WeirSeverity severity;
  g_autofree char *second = weir_describe_second_line (channel, self->now_us, &severity);

  g_string_append_printf (out, "%s [%s] (%s)\n", route, weir_describe_state (channel),
                          severity >= WEIR_SEVERITY_WARNING ? second : "");
  for (guint i = 0; i < findings->len; i++)
    {
      g_autofree char *line = replay_dup_line (self, channel, findings->pdata[i]);

      g_string_append_printf (out, "  %s\n", line);
    }
}

/* What is said of calls; each once. */
static void
replay_say_calls (Replay *self, GString *out)
{
  WeirCallList *calls = weir_point_model_get_calls (self->model);
  const WeirSeenCall *call;

  while ((call = weir_call_list_get_latest (calls)) != NULL)
    {
      WeirSentence *sentence = weir_describe_call (call, self->now_us, WEIR_UNITS_DECIMAL);

      g_string_append_printf (out, "calls of %s [Call] ()\n  warning: %s %s | %s\n", call->info->function_id,
                              sentence->headline, sentence->text, sentence->advice);
      weir_sentence_free (sentence);
      weir_call_list_dismiss (calls, call);
    }
}

/* What the window says of each channel now, in the order in which they were made. */
static void
replay_say (Replay *self, GString *out)
{
  g_string_append_printf (out, REPLAY_TIME "%" G_GINT64_FORMAT "\n", (self->now_us - REPLAY_BEGIN_US) / 1000);
  for (guint i = 0; i < weir_channel_list_get_size (self->list); i++)
    replay_say_channel (self, weir_channel_list_peek (self->list, i), out);
  replay_say_calls (self, out);
}
