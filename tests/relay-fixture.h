/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "heard.h"
#include "weir-relay-thread.h"

#include <time.h>

/* For the tests of the relay's data thread: one with its control context in the test's thread, what it has told, and
 * raw peers on both sides of its links. */

typedef struct
{
  Peer worker;
  Peer engine;
  guint32 id;
} Link;

typedef struct
{
  guint32 link;
  gboolean is_from_worker;
  char *text; /* NULL: missed */
  gsize len;
} Told;

typedef struct
{
  Heard heard;
  WeirBudget *budget;
  WeirRelayThread *thread;
  WeirChannelDoor *door; /* of the thread */
  GPtrArray *told;       /* of Told */
  GHashTable *ended;     /* link → WeirLinkEnd + 1 */
  guint n_links;         /* ever */
  gboolean has_stopped;
} Fixture;

static inline void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->text);
  g_free (told);
}

static inline void
fixture_message_cb (const WeirLinkMessage *message, gpointer user_data)
{
  Fixture *self = user_data;
  Told *told = g_new0 (Told, 1);
  gsize len = message->text != NULL ? g_bytes_get_size (message->text) : 0;

  *told = (Told){ .link = message->link, .is_from_worker = message->is_from_worker, .len = len };
  if (message->text != NULL)
    told->text = g_strndup (len > 0 ? g_bytes_get_data (message->text, NULL) : "", len);
  g_ptr_array_add (self->told, told);
}

static inline void
fixture_link_ended_cb (guint32 link, WeirLinkEnd how, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_false (g_hash_table_contains (self->ended, GUINT_TO_POINTER (link)));
  g_hash_table_insert (self->ended, GUINT_TO_POINTER (link), GINT_TO_POINTER (how + 1));
}

static inline void
fixture_stopped_cb (WeirRelayThread *thread, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (thread == self->thread);
  self->has_stopped = TRUE;
}

static inline void
fixture_init_with (Fixture *self, WeirRelayConfig config)
{
  static const WeirRelayEvents events = {
    .event = heard_event_cb,
    .meters = heard_meters_cb,
    .message = fixture_message_cb,
    .link_ended = fixture_link_ended_cb,
    .stopped = fixture_stopped_cb,
  };
  g_autoptr (GError) error = NULL;

  *self = (Fixture){ .budget = weir_budget_new (1 << 30) };
  heard_init (&self->heard);
  self->told = g_ptr_array_new_with_free_func (told_free);
  self->ended = g_hash_table_new (NULL, NULL);
  config.budget = self->budget;
  self->thread = weir_relay_thread_new ("relay", &config, self->heard.context, &events, self, &error);
  g_assert_no_error (error);
  self->door = weir_relay_thread_get_door (self->thread);
  weir_channel_door_set_interval (self->door, 50);
}

/* Without probes, so that what goes by is just what was sent. */
static inline void
fixture_init (Fixture *self)
{
  fixture_init_with (self, (WeirRelayConfig){ 0 });
}

static inline void
fixture_clear (Fixture *self)
{
  if (!self->has_stopped)
    weir_relay_thread_stop (self->thread, 1001, "stopping", G_USEC_PER_SEC / 10);
  weir_relay_thread_free (self->thread);
  g_assert_cmpuint (weir_budget_get_used (self->budget), ==, 0);
  weir_budget_unref (self->budget);
  g_ptr_array_unref (self->told);
  g_hash_table_unref (self->ended);
  heard_clear (&self->heard);
}

static inline void
fixture_wait_link_end (Fixture *self, const Link *link, WeirLinkEnd how)
{
  WAIT_FOR (self, g_hash_table_contains (self->ended, GUINT_TO_POINTER (link->id)));
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (self->ended, GUINT_TO_POINTER (link->id))) - 1, ==, how);
}

static inline const Told *
fixture_wait_told (Fixture *self, guint i)
{
  WAIT_FOR (self, self->told->len > i);
  return self->told->pdata[i];
}

static inline gboolean
fixture_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* One that is emptied when the test likes. */
static inline WeirTap *
fixture_new_tap (Fixture *self)
{
  return weir_tap_new (0, WEIR_TAP_TEXT | WEIR_TAP_BINARY, self->heard.context, fixture_wake_cb, NULL);
}

/* --- links and channels --- */

static inline void
fixture_open_link_with (Fixture *self, Link *link, WeirLinkConfig config)
{
  config.link = link->id = ++self->n_links;
  config.worker = peer_init (&link->worker);
  config.upstream = peer_init (&link->engine);
  link->engine.is_server = TRUE;
  weir_relay_thread_open_link (self->thread, &config);
}

static inline void
fixture_open_link (Fixture *self, Link *link, WeirLinkKind kind)
{
  fixture_open_link_with (self, link, (WeirLinkConfig){ .kind = kind });
}

static inline void
fixture_attach (Fixture *self, Link *link, guint32 n, WeirSide side)
{
  fixture_open_link_with (self, link, (WeirLinkConfig){ .kind = WEIR_LINK_CHANNEL, .n = n, .side = side });
}

static inline void
fixture_open_channel (Fixture *self, guint32 n, WeirPresence writer, WeirPresence reader)
{
  WeirRelayChannelConfig config = { .n = n, .writer = writer, .reader = reader, .keep_history = TRUE };

  weir_relay_thread_open_channel (self->thread, &config);
}

static inline void
link_clear (Link *link)
{
  peer_clear (&link->worker);
  peer_clear (&link->engine);
}

/* One end of channel 1; the other one is another's. */
static inline void
fixture_init_end (Fixture *self, Link *link, WeirSide side)
{
  gboolean is_writer = side == WEIR_SIDE_WRITER;

  fixture_init (self);
  fixture_open_channel (self, 1, is_writer ? WEIR_PRESENCE_NONE : WEIR_PRESENCE_ELSEWHERE,
                        is_writer ? WEIR_PRESENCE_ELSEWHERE : WEIR_PRESENCE_NONE);
  fixture_attach (self, link, 1, side);
}

static inline void
fixture_clear_end (Fixture *self, Link *link)
{
  link_clear (link);
  fixture_clear (self);
}

/* Both ends of channel 1, behind an engine that is the test. */
typedef struct
{
  Fixture fixture;
  Link writer;
  Link reader;
} Pair;

static inline void
pair_init (Pair *self, WeirRelayConfig config)
{
  *self = (Pair){ 0 };
  fixture_init_with (&self->fixture, config);
  fixture_open_channel (&self->fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
  fixture_attach (&self->fixture, &self->writer, 1, WEIR_SIDE_WRITER);
  fixture_attach (&self->fixture, &self->reader, 1, WEIR_SIDE_READER);
  heard_wait_event (&self->fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER);
}

static inline void
pair_clear (Pair *self)
{
  link_clear (&self->writer);
  link_clear (&self->reader);
  fixture_clear (&self->fixture);
}

/* --- what is expected --- */

/* Where nothing happens no thread looks again and again. */
static inline void
expect_rest (void)
{
  clock_t start = clock (); /* the processor's time */

  g_usleep (G_USEC_PER_SEC / 4);
  g_assert_cmpint ((gint64) (clock () - start) * 1000 / CLOCKS_PER_SEC, <, 15);
}

/* All of it goes in on one side, and comes out of the other as it is. */
static inline void
expect_bytes (Peer *peer, const void *data, gsize len)
{
  g_autofree guint8 *got = g_malloc (len);

  g_assert_true (peer_read_bytes (peer, got, len));
  g_assert_cmpint (memcmp (got, data, len), ==, 0);
}

/* Nothing more but the end of stream. */
static inline void
expect_eof (Peer *peer)
{
  guint8 byte;

  peer_wait (peer, POLLIN);
  g_assert_cmpint (recv (peer->fd, &byte, 1, 0), ==, 0);
}

static inline void
expect_reset (Peer *peer)
{
  guint8 byte;

  peer_wait (peer, POLLIN);
  g_assert_cmpint (recv (peer->fd, &byte, 1, 0), ==, -1);
  g_assert_cmpint (errno, ==, ECONNRESET);
}
