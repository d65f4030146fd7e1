/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe-closer.h"

#include <glib/gi18n.h>

#include "weir-peer-name.h"

const char *
weir_describe_closer_plan (void)
{
  return _ ("Weir raises the engine’s log level so that it logs each message of its channels: its number and its size, "
            "nothing of its contents. That is two records a message: an engine whose channels carry thousands a "
            "second may become slower, and its log then keeps less than a second, so that rates are at least what "
            "is shown. The engine keeps the level in its file config/iii-observability.yaml. When you stop looking, "
            "Weir puts back what was there; after a crash it offers to do so at the next start.");
}

/* A level is an engine's text; where none is set it logs what it does by itself. */
static char *
dup_level (const char *level)
{
  return level != NULL && *level != '\0' ? weir_peer_name (level) : g_strdup (_ ("not set (info)"));
}

char *
weir_describe_closer_look (WeirCloserState state, const char *before, const char *set, const char *other)
{
  g_autofree char *old = dup_level (before);
  g_autofree char *present = dup_level (set);
  g_autofree char *another = dup_level (other);

  switch (state)
    {
    case WEIR_CLOSER_LEFT:
      return g_strdup_printf (_ ("Weir has left the engine’s log level at %s. Before that it was %s."), present, old);
    case WEIR_CLOSER_BEGINNING:
      return g_strdup (_ ("The engine’s log level is being raised…"));
    case WEIR_CLOSER_ENDING:
      return g_strdup (_ ("The engine’s log level is being put back…"));
    case WEIR_CLOSER_ON:
      if (other != NULL)
        return g_strdup_printf (
            _ ("The engine logs each message of its channels. Somebody else has set its log level to %s meanwhile: it "
               "will stay."),
            another);
      return g_strdup_printf (
          _ ("The engine logs each message of its channels. Its log level was %s, and will be put back."), old);
    case WEIR_CLOSER_OFF:
      if (other != NULL)
        return g_strdup_printf (_ ("Somebody else has set the engine’s log level to %s meanwhile. It stays."), another);
      return NULL;
    case WEIR_CLOSER_UNAVAILABLE:
    default:
      return NULL;
    }
}
