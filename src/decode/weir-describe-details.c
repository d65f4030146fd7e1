/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-peer-name.h"

typedef struct
{
  WeirChannel *channel;
  const WeirChannelInfo *info;
  gint64 now_us;
  WeirUnits units;
  GString *text;
} Report;

static void
append_head (Report *self)
{
  g_autofree char *route = weir_describe_route (self->channel);
  g_autofree char *detail = weir_describe_state_detail (self->channel, self->now_us);
  g_autofree char *plane = weir_describe_plane (self->channel);
  g_autofree char *planes = weir_describe_planes (self->channel);

  g_string_append_printf (self->text, "%s\n%s\n%s, %s. %s.\n", route, weir_channel_get_id (self->channel),
                          weir_describe_state (self->channel), detail, plane);
  if (planes != NULL)
    g_string_append_printf (self->text, "%s\n", planes);
}

static void
append_findings (Report *self)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (self->channel, self->now_us);

  for (guint i = 0; i < findings->len; i++)
    {
      WeirSentence *sentence = weir_describe_finding (self->channel, findings->pdata[i], self->now_us, self->units);

      g_string_append_printf (self->text, "\n%s %s\n", sentence->headline, sentence->text);
      if (sentence->advice != NULL)
        g_string_append_printf (self->text, "%s\n", sentence->advice);
      weir_sentence_free (sentence);
    }
}

/* "Writer: pipeline::producer (node · vm:6216)" */
static void
append_end (Report *self, WeirDirection direction)
{
  gboolean is_writer = direction == WEIR_DIRECTION_WRITE;
  g_autofree char *name = weir_describe_end (self->channel, direction);
  g_autofree char *worker = weir_describe_worker (is_writer ? &self->info->writer : &self->info->reader);

  g_string_append_printf (self->text, "\n%s: %s", is_writer ? _ ("Writer") : _ ("Reader"), name);
  if (worker != NULL)
    g_string_append_printf (self->text, " (%s)", worker);
  g_string_append_c (self->text, '\n');
}

/* @columns: the two figures'. What is not known is said to be so, and never to be none. */
static void
append_amount (Report *self, const char *what, guint64 messages, guint64 bytes, guint32 columns)
{
  WeirCertainty certainty = weir_channel_get_certainty (self->channel, columns);
  g_autofree char *count = weir_format_count (messages);
  g_autofree char *exact = weir_format_bytes_exact (bytes);
  char *amount = g_strdup_printf (ngettext ("%s message, %s", "%s messages, %s", (gulong) MIN (messages, G_MAXINT32)),
                                  count, exact);
  g_autofree char *known = columns == WEIR_TOTALS_OF_BUFFER ? weir_describe_about (certainty, amount)
                                                            : weir_describe_certain_in_words (certainty, amount);

  g_string_append_printf (self->text, "%s: %s\n", what, known);
}

static void
append_writer (Report *self)
{
  const WeirTotals *totals = &self->info->totals;
  g_autofree char *held = weir_format_percent (weir_channel_get_held_share (self->channel, self->now_us));
  g_autofree char *duration = weir_format_duration (weir_channel_get_held_in_all_us (self->channel, self->now_us));
  g_autofree char *texts = weir_format_count (totals->written_text);

  append_end (self, WEIR_DIRECTION_WRITE);
  append_amount (self, _ ("Written"), totals->written_messages, totals->written_bytes,
                 WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_WRITTEN_BYTES);
  if (weir_channel_knows (self->channel, WEIR_TOTALS_WRITTEN_TEXT))
    {
      g_string_append_printf (self->text, _ ("Of these text: %s"), texts);
      g_string_append_c (self->text, '\n');
    }
  if (weir_channel_knows (self->channel, WEIR_TOTALS_PAUSED_US))
    {
      g_string_append_printf (self->text, _ ("Held in all: %s (%s)"), duration, held);
      g_string_append_c (self->text, '\n');
    }
}

static void
append_reader (Report *self)
{
  const WeirTotals *totals = &self->info->totals;

  append_end (self, WEIR_DIRECTION_READ);
  append_amount (self, _ ("Sent"), totals->sent_messages, totals->sent_bytes,
                 WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_SENT_BYTES);
  if (self->info->reader.probed)
    append_amount (self, _ ("Acknowledged"), totals->acked_messages, totals->acked_bytes,
                   WEIR_TOTALS_ACKED_MESSAGES | WEIR_TOTALS_ACKED_BYTES);
  append_amount (self, _ ("Buffered"), totals->buffered_messages, totals->buffered_bytes, WEIR_TOTALS_OF_BUFFER);
}

static void
append_life (Report *self)
{
  g_autoptr (GPtrArray) life = weir_channel_dup_life (self->channel);
  gint64 first_ms = life->len > 0 ? ((WeirLifeEvent *) life->pdata[0])->at_ms : 0;

  g_string_append_c (self->text, '\n');
  for (guint i = 0; i < life->len; i++)
    {
      const WeirLifeEvent *event = life->pdata[i];
      g_autofree char *time =
          i == 0 ? weir_format_time (event->at_ms * 1000, NULL) : weir_format_delta ((event->at_ms - first_ms) * 1000);
      g_autofree char *line = weir_describe_life_event (self->channel, event, self->now_us);

      g_string_append_printf (self->text, "%s  %s\n", time, line);
    }
}

char *
weir_describe_details (WeirChannel *channel, gint64 now_us, WeirUnits units)
{
  Report self = { channel, weir_channel_get_info (channel), now_us, units, g_string_new (NULL) };

  append_head (&self);
  append_findings (&self);
  append_writer (&self);
  append_reader (&self);
  append_life (&self);
  /* The marks that keep names and digits apart on a screen are of no use in a mail. */
  return weir_format_plain (weir_peer_name_drop_marks (g_string_free (self.text, FALSE)));
}
