/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-held-words.h"

#include <glib/gi18n.h>

#include "weir-format.h"

static const char *
describe_writing (const WeirSenderSituation *situation)
{
  if (situation->waits_for_file)
    return _ ("waits for its file");
  if (!situation->is_held)
    return _ ("writing");
  switch (situation->held_by)
    {
    case WEIR_HELD_BY_READER:
      return _ ("writing, held by the reader");
    case WEIR_HELD_BY_NO_READER:
      return _ ("writing, held until a reader comes");
    case WEIR_HELD_BY_OBSERVER:
      return _ ("writing, held by an observer");
    case WEIR_HELD_BY_ENGINE:
      return _ ("writing, held by the engine");
    case WEIR_HELD_BY_UNKNOWN:
    default:
      return _ ("writing, held");
    }
}

static const char *
describe_sender (const WeirSenderSituation *situation)
{
  switch (situation->state)
    {
    case WEIR_SENDER_WRITING:
      return describe_writing (situation);
    case WEIR_SENDER_CLOSING:
      return _ ("closing: the rest is on its way");
    case WEIR_SENDER_CLOSED:
      return _ ("closed");
    case WEIR_SENDER_FAILED:
      return _ ("cut off");
    case WEIR_SENDER_ABORTED:
      return _ ("given up");
    case WEIR_SENDER_OPEN:
    default:
      return _ ("open");
    }
}

char *
weir_held_words_of_sender (const WeirSenderSituation *situation)
{
  g_autofree char *silence = weir_format_duration (situation->silence_us);
  gboolean is_writing = situation->state == WEIR_SENDER_WRITING && !situation->waits_for_file;

  if (situation->silence_us == 0 || (!is_writing && situation->state != WEIR_SENDER_CLOSING))
    return g_strdup (describe_sender (situation));
  if (situation->state == WEIR_SENDER_CLOSING)
    return g_strdup_printf (_ ("closing: nothing from the engine for %s"), silence);
  return g_strdup_printf (situation->is_held ? _ ("writing, held: nothing from the engine for %s")
                                             : _ ("writing: nothing from the engine for %s"),
                          silence);
}

char *
weir_held_words_of_taker (WeirTakerState state, gboolean is_held, gint64 silence_us)
{
  g_autofree char *silence = weir_format_duration (silence_us);

  switch (state)
    {
    case WEIR_TAKER_READING:
      if (is_held)
        return g_strdup (_ ("not reading"));
      return silence_us > 0 ? g_strdup_printf (_ ("reading: nothing from the engine for %s"), silence)
                            : g_strdup (_ ("reading"));
    case WEIR_TAKER_ENDED:
      return g_strdup (_ ("ended"));
    case WEIR_TAKER_LEFT:
      return g_strdup (_ ("left"));
    case WEIR_TAKER_FAILED:
      return g_strdup (_ ("cut off"));
    case WEIR_TAKER_NEW:
    default:
      return g_strdup (_ ("not connected"));
    }
}

static char *
dup_sender_words (WeirHeldChannel *channel, gint64 silence_us)
{
  WeirSender *sender = weir_held_channel_get_sender (channel);

  return weir_held_words_of_sender (&(WeirSenderSituation){
      .state = weir_sender_get_state (sender),
      .waits_for_file = weir_sender_get_awaited (sender) != NULL,
      .is_held = weir_sender_get_figures (sender).is_held,
      .held_by = weir_held_channel_get_figures (channel).held_by,
      .silence_us = silence_us,
  });
}

char *
weir_held_words_describe (WeirHeldChannel *channel)
{
  WeirTaker *taker = weir_held_channel_get_taker (channel);
  gint64 silence_us = weir_held_channel_get_figures (channel).silence_us;
  g_autofree char *sender_words = NULL, *taker_words = NULL;

  if (weir_held_channel_get_sender (channel) != NULL)
    sender_words = dup_sender_words (channel, silence_us);
  if (taker != NULL) /* once is enough */
    taker_words = weir_held_words_of_taker (weir_taker_get_state (taker), weir_taker_is_held (taker),
                                            sender_words != NULL ? 0 : silence_us);
  if (sender_words != NULL && taker_words != NULL)
    /* Translators: the states of a channel's two ends: "writing; reading" */
    return g_strdup_printf (_ ("%s; %s"), sender_words, taker_words);
  if (sender_words != NULL)
    return g_steal_pointer (&sender_words);
  return taker_words != NULL ? g_steal_pointer (&taker_words) : g_strdup (_ ("both ends are elsewhere"));
}
