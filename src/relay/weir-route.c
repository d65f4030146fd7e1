/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-route.h"

#include <libsoup/soup.h>

#define CHANNEL_PATH "/ws/channels/"

/* The longest ids that are believed: an engine's are UUIDs. */
#define MAX_ID 64

gboolean
weir_route_is_channel_id (const char *text)
{
  gsize len = strspn (text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

  return len > 0 && len <= MAX_ID && text[len] == '\0';
}

static void
parse_channel (WeirRoute *self, const char *path)
{
  const char *mark = strchr (path, '?');
  g_autofree char *id = g_strndup (path + strlen (CHANNEL_PATH), strcspn (path + strlen (CHANNEL_PATH), "?"));
  g_autoptr (GHashTable) query = mark != NULL ? soup_form_decode (mark + 1) : NULL;
  const char *key = query != NULL ? g_hash_table_lookup (query, "key") : NULL;
  const char *dir = query != NULL ? g_hash_table_lookup (query, "dir") : NULL;

  if (key == NULL || dir == NULL || !weir_route_is_channel_id (id) ||
      !weir_direction_from_string (dir, &self->direction))
    return;
  self->kind = WEIR_LINK_CHANNEL;
  self->channel_id = g_steal_pointer (&id);
  self->access_key = g_strdup (key);
}

void
weir_route_parse (WeirRoute *self, const char *target)
{
  /* SDKs put a channel's path behind the whole of the engine's address, its query included (§5.1). */
  const char *channel = strstr (target, CHANNEL_PATH);

  *self = (WeirRoute){ .kind = WEIR_LINK_OTEL };
  if (channel != NULL && (channel == target || g_str_has_prefix (target, "/?")))
    {
      parse_channel (self, channel);
      self->path_offset = (gsize) (channel - target);
    }
  else if (g_str_equal (target, "/") || g_str_has_prefix (target, "/?"))
    self->kind = WEIR_LINK_MAIN;
}

void
weir_route_clear (WeirRoute *self)
{
  g_clear_pointer (&self->channel_id, g_free);
  g_clear_pointer (&self->access_key, g_free);
}
