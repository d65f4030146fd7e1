/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-taking.h"

#include <glib/gi18n.h>

#include "weir-describe.h"

static WeirTakingKind
judge (WeirObserver *observer, WeirChannel *channel, WeirDirection end)
{
  const WeirChannelInfo *info = channel != NULL ? weir_channel_get_info (channel) : NULL;
  WeirPresence presence;

  if (info == NULL)
    return weir_observer_get_points (observer)[0] != NULL ? WEIR_TAKING_UNKNOWN : WEIR_TAKING_UNSEEN;
  presence = end == WEIR_DIRECTION_WRITE ? info->writer.presence : info->reader.presence;
  if (presence == WEIR_PRESENCE_HERE || presence == WEIR_PRESENCE_ENGINE || presence == WEIR_PRESENCE_ELSEWHERE)
    return WEIR_TAKING_TAKEN;
  if (presence == WEIR_PRESENCE_GONE)
    return WEIR_TAKING_USED;
  /* A writer that has closed leaves a reader's end that may still be taken, with all that is buffered. */
  if (info->ended_by != WEIR_ENDED_NOT)
    return WEIR_TAKING_ENDED;
  return WEIR_TAKING_FREE;
}

static char *
make_headline (WeirTakingKind kind, WeirDirection end, const char *who)
{
  gboolean is_writer = end == WEIR_DIRECTION_WRITE;

  switch (kind)
    {
    case WEIR_TAKING_TAKEN:
      return g_strdup_printf (is_writer ? _ ("%s is connected as the writer") : _ ("%s is connected as the reader"),
                              who);
    case WEIR_TAKING_USED:
      return g_strdup_printf (is_writer ? _ ("%s was the writer, and has left") : _ ("%s was the reader, and has left"),
                              who);
    case WEIR_TAKING_ENDED:
      return g_strdup (_ ("The channel has ended"));
    case WEIR_TAKING_UNKNOWN:
      return g_strdup (_ ("No such channel is open"));
    case WEIR_TAKING_UNSEEN:
      return g_strdup (_ ("Nothing is known of this channel"));
    case WEIR_TAKING_FREE:
    default:
      return g_strdup (is_writer ? _ ("Nobody has connected as the writer yet")
                                 : _ ("Nobody has connected as the reader yet"));
    }
}

/* @owner: (nullable): who was to have it */
static char *
explain_free (WeirDirection end, const char *owner)
{
  if (owner == NULL)
    return g_strdup (_ ("Weir takes this end. Whoever else has the ref will be turned away by the engine."));
  return g_strdup_printf (
      end == WEIR_DIRECTION_WRITE
          ? _ ("Weir takes this end from %s, which was handed the ref and will be turned away: what "
               "it wants to write will not arrive.")
          : _ ("Weir takes this end from %s, which was handed the ref and will be turned away: it "
               "will read nothing."),
      owner);
}

static char *
explain (WeirTakingKind kind, WeirDirection end, const char *owner)
{
  switch (kind)
    {
    case WEIR_TAKING_TAKEN:
    case WEIR_TAKING_USED:
      return g_strdup (_ ("An engine gives each end to the first who asks, once. Weir will be turned away."));
    case WEIR_TAKING_ENDED:
    case WEIR_TAKING_UNKNOWN:
      return g_strdup (_ ("It may have ended, or belong to another engine. The engine will not find it."));
    case WEIR_TAKING_UNSEEN:
      return g_strdup (
          _ ("There is no point on this engine that sees channels. If nobody has connected to this end, Weir "
             "takes it from whoever was to have it; else Weir is turned away."));
    case WEIR_TAKING_FREE:
    default:
      return explain_free (end, owner);
    }
}

WeirTaking *
weir_taking_new (WeirObserver *observer, const WeirRef *ref)
{
  WeirChannel *channel = weir_observer_lookup (observer, ref->channel_id);
  const WeirChannelInfo *info = channel != NULL ? weir_channel_get_info (channel) : NULL;
  const WeirEndInfo *end = info == NULL ? NULL : ref->direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  g_autofree char *who = channel != NULL ? weir_describe_end (channel, ref->direction) : NULL;
  WeirTaking *self = g_new0 (WeirTaking, 1);

  self->kind = judge (observer, channel, ref->direction);
  self->headline = make_headline (self->kind, ref->direction, who);
  self->text = explain (self->kind, ref->direction, end != NULL ? end->function_id : NULL);
  return self;
}

void
weir_taking_free (WeirTaking *self)
{
  g_free (self->headline);
  g_free (self->text);
  g_free (self);
}
