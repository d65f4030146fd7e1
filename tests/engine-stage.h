/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine-program.h"
#include "weir-feed.h"

/* The engine as a point, an observer of it, and a worker who makes channels. */

typedef struct
{
  EngineProgram *engine;
  RawPeer *observer;
  RawPeer *maker;
  RawPeer *feed; /* the reading end of the watch's channel */
  char *prefix;  /* weir::<point>:: */
  guint watch_id;
} Stage;

/* Finds the point as observers do. */
static inline char *
find_prefix (RawPeer *observer)
{
  g_autofree char *list =
      worker_ask (observer, "engine::functions::list", "{\"include_internal\":true,\"search\":\"::describe\"}");
  const char *begin = strstr (list, "\"weir::");

  g_assert_nonnull (begin);
  return g_strndup (begin + 1, (gsize) (strstr (begin, "describe") - begin - 1));
}

static inline char *
ask_point (Stage *stage, const char *verb, const char *data)
{
  g_autofree char *function_id = g_strconcat (stage->prefix, verb, NULL);

  return worker_ask (stage->observer, function_id, data);
}

static inline char *
ask_point_error (Stage *stage, const char *verb, const char *data)
{
  g_autofree char *function_id = g_strconcat (stage->prefix, verb, NULL);
  g_autofree char *id = worker_call (stage->observer, function_id, data);
  g_autofree char *answer = worker_take_answer (stage->observer, id);
  g_autofree char *error = message_dup_span (answer, "error");

  g_assert_nonnull (error);
  return message_dup (error, "code");
}

/* Creates a channel for a feed, opens its reading end, and returns the writer's ref as JSON. */
static inline char *
create_feed (RawPeer *observer, guint16 port, RawPeer **reader)
{
  g_autofree char *pair = worker_ask (observer, "engine::channels::create", "{}");
  g_autoptr (WeirRef) ref = weir_ref_from_span (weir_json_member (WEIR_SPAN (pair), "reader"), NULL);
  g_autofree char *path = weir_ref_dup_path (ref);

  *reader = raw_peer_open (port, path);
  return message_dup_span (pair, "writer");
}

static inline void
stage_begin (Stage *stage, const char *const *arguments)
{
  stage->engine = engine_program_start (arguments);
  stage->observer = worker_connect (stage->engine, NULL, NULL);
  stage->maker = worker_connect (stage->engine, NULL, NULL);
  worker_announce (stage->maker, "maker");
  stage->prefix = find_prefix (stage->observer);
}

static inline void
stage_watch (Stage *stage)
{
  g_autofree char *writer = create_feed (stage->observer, stage->engine->port, &stage->feed);
  g_autofree char *data = g_strdup_printf ("{\"writer\":%s,\"interval_ms\":50}", writer);
  g_autofree char *result = ask_point (stage, "watch", data);

  g_assert_true (g_str_has_prefix (result, "{\"watch_id\":"));
  stage->watch_id = (guint) g_ascii_strtoull (strchr (result, ':') + 1, NULL, 10);
}

static inline void
stage_clear (Stage *stage)
{
  g_clear_pointer (&stage->feed, raw_peer_free);
  raw_peer_free (stage->observer);
  raw_peer_free (stage->maker);
  g_free (stage->prefix);
  engine_program_stop (stage->engine);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

static inline WeirFeed *
next_feed (Stage *stage)
{
  g_autofree char *text = raw_peer_next_text (stage->feed);
  g_autoptr (GError) error = NULL;
  WeirFeed *feed = weir_feed_parse (WEIR_SPAN (text), &error);

  g_assert_no_error (error);
  return feed;
}

/* Reads the feed until it tells of a channel in that state, and returns what it tells. */
static inline WeirChannelInfo *
wait_state (Stage *stage, const char *channel_id, WeirState state)
{
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;

  while (g_get_monotonic_time () < until)
    {
      g_autoptr (WeirFeed) feed = next_feed (stage);

      for (guint i = 0; feed->channels != NULL && i < feed->channels->len; i++)
        {
          const WeirChannelInfo *info = feed->channels->pdata[i];

          if (g_str_equal (info->channel_id, channel_id) && info->state == state)
            return weir_channel_info_copy (info);
        }
    }
  g_error ("the channel has not become %s", weir_state_to_string (state));
}

static inline char *
channel_of (const char *path)
{
  return g_strndup (path + strlen ("/ws/channels/"), 36);
}
