/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-search-text.h"

#include <string.h>

#include "weir-describe.h"
#include "weir-peer-name.h"

/* Not all in the same update. */
#define MIN_AGE_US  (4 * G_USEC_PER_SEC)
#define AGE_STEP_US (G_USEC_PER_SEC / 4)
#define N_AGE_STEPS 16

typedef struct
{
  char *folded; /* NULL: to be made */
  gint64 until_us;
} SearchText;

static void
search_text_free (gpointer data)
{
  SearchText *text = data;

  g_free (text->folded);
  g_free (text);
}

static void
changed_cb (WeirChannel *channel, SearchText *text)
{
  g_clear_pointer (&text->folded, g_free);
}

/* How it ended, in words and by the codes and reasons of its closes. */
static char *
dup_closes (const WeirChannelInfo *info)
{
  if (info->writer.closed_at_ms == 0 && info->reader.closed_at_ms == 0 && info->ended_by == WEIR_ENDED_NOT)
    return g_strdup ("");
  return g_strdup_printf ("%s\n%d %s\n%d %s",
                          info->ended_by != WEIR_ENDED_NOT ? weir_describe_ended_by (info->ended_by) : "",
                          info->writer.close_code, info->writer.close_reason != NULL ? info->writer.close_reason : "",
                          info->reader.close_code, info->reader.close_reason != NULL ? info->reader.close_reason : "");
}

static char *
dup_folded (WeirChannel *channel, gint64 now_us)
{
  WeirSeverity severity;
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *route = weir_describe_route (channel);
  g_autofree char *writer = weir_describe_worker (&info->writer);
  g_autofree char *reader = weir_describe_worker (&info->reader);
  g_autofree char *second = weir_describe_second_line (channel, now_us, &severity);
  g_autofree char *ends = dup_closes (info);
  g_autofree char *all = g_strjoin ("\n", weir_channel_get_id (channel), route, weir_describe_state (channel), second,
                                    writer != NULL ? writer : "", reader != NULL ? reader : "", ends, NULL);

  weir_peer_name_drop_marks (all); /* a name is searched as it is seen */
  return g_utf8_casefold (all, -1);
}

static SearchText *
get_text (WeirChannel *channel)
{
  GQuark quark = g_quark_from_static_string ("weir-search-text");
  SearchText *text = g_object_get_qdata (G_OBJECT (channel), quark);

  if (text != NULL)
    return text;

  text = g_new0 (SearchText, 1);
  g_object_set_qdata_full (G_OBJECT (channel), quark, text, search_text_free);
  g_signal_connect (channel, "changed", G_CALLBACK (changed_cb), text);
  return text;
}

gboolean
weir_search_text_contains (WeirChannel *channel, const char *folded, gint64 now_us)
{
  SearchText *text = get_text (channel);

  if (text->folded == NULL || now_us >= text->until_us)
    {
      g_free (text->folded);
      text->folded = dup_folded (channel, now_us);
      text->until_us = now_us + MIN_AGE_US + g_str_hash (weir_channel_get_id (channel)) % N_AGE_STEPS * AGE_STEP_US;
    }
  return strstr (text->folded, folded) != NULL;
}
