/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-recent-ids.h"

/* One feed of a point, of either kind: a channel of ours whose writer ref went to a function of the point. Creates the
 * channel, makes the call, hands on what is read, and notices when there is nothing more to come. Inner to the room. */

G_BEGIN_DECLS

#define WEIR_TYPE_FEED_LINK (weir_feed_link_get_type ())
G_DECLARE_FINAL_TYPE (WeirFeedLink, weir_feed_link, WEIR, FEED_LINK, GObject)

typedef struct
{
  /* The call has been answered. */
  void (*opened) (WeirFeedLink *link, JsonObject *answer, gpointer user_data);
  /* One message, lent for the call. An error ends the link. */
  gboolean (*message) (WeirFeedLink *link, gboolean is_text, const guint8 *data, gsize len, gpointer user_data,
                       GError **error);
  /* (nullable): whether more can be taken in now. Asked after each message, and while not, a hundred times a second. */
  gboolean (*has_room) (WeirFeedLink *link, gpointer user_data);
  /* It is over, the last thing it says; not after weir_feed_link_close (). @error: NULL if the point closed it as it
   * should. */
  void (*ended) (WeirFeedLink *link, const GError *error, gpointer user_data);
} WeirFeedLinkEvents;

/**
 * weir_feed_link_new:
 * @prefix: of the point's functions, as `weir::engine-1`
 * @verb: `watch` or `tap`
 * @arguments: (transfer full): of the call; the writer's ref and the token are added
 * @own_ids: (element-type char): gets the id of the channel; it stays until the point says that it has forgotten it
 * @events: const, outlives the link
 *
 * Starts at once.
 */
WeirFeedLink *weir_feed_link_new (WeirWorker *worker, const char *prefix, const char *verb, JsonObject *arguments,
                                  const char *token, WeirRecentIds *own_ids, const WeirFeedLinkEvents *events,
                                  gpointer user_data);

/* Tells the point that nobody reads any more. Idempotent. */
void weir_feed_link_close (WeirFeedLink *self);

/* To be called a few times a second: a feed that says nothing for WEIR_POINT_SILENCE_US has ended. */
void weir_feed_link_tick (WeirFeedLink *self, gint64 now_us);

/* The last part of @prefix: the point's name. */
const char *weir_feed_link_get_point (const char *prefix);

/* What a call to a point failed with, as a sentence that names the point and has the engine's code. */
GError *weir_feed_link_wrap_error (const char *prefix, const char *verb, const GError *error);

G_END_DECLS
