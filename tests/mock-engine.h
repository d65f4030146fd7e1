/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"

#include <gio/gio.h>

/* The stock engine's side of the wire, as far as a client can tell (§1–3, §5 of the protocol notes): it writes down
 * what it gets, and says what a test tells it to. It lives in the test's own thread, on the default context. */

/* Long enough for a loaded machine under a sanitizer: only a test that fails waits for it. */
#define MOCK_LIMIT_S 60

#define mock_wait_until(condition)                                                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    GSource *limit_ = mock_limit_new (#condition);                                                                     \
    while (!(condition))                                                                                               \
      g_main_context_iteration (NULL, TRUE);                                                                           \
    g_source_destroy (limit_);                                                                                         \
    g_source_unref (limit_);                                                                                           \
  }                                                                                                                    \
  G_STMT_END

/* For what no event tells: looks every millisecond. */
#define mock_poll_until(condition)                                                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint tick_ = g_timeout_add (1, mock_tick_cb, NULL);                                                               \
    mock_wait_until (condition);                                                                                       \
    g_source_remove (tick_);                                                                                           \
  }                                                                                                                    \
  G_STMT_END

GSource *mock_limit_new (const char *what);
gboolean mock_tick_cb (gpointer user_data);

typedef struct _MockEngine MockEngine;

/* One socket that a client has opened. The engine owns it. */
typedef struct
{
  MockEngine *engine;
  char *path;          /* with its query */
  char *authorization; /* nullable */
  char *tenant;        /* nullable: of X-Tenant, a header of a test's */
  WeirConn *conn;      /* NULL once it is over */
  GPtrArray *messages; /* MockMessage */
  gsize n_bytes;       /* of binary messages */
  gboolean has_ended;
  WeirClosedHow how;
  guint16 code;
  char *reason; /* nullable */
} MockPeer;

typedef struct
{
  gboolean is_text;
  gsize size;
  char *data; /* and a NUL behind it */
} MockMessage;

struct _MockEngine
{
  char *url;
  GPtrArray *peers; /* MockPeer, in the order they came */
  guint n_requests;

  /* What happens to the sockets that come next. */
  guint refuse_with;       /* an HTTP status */
  gboolean is_mute;        /* no `workerregistered` */
  gboolean closes_at_once; /* an empty close right behind the 101: a second consumer */
  gboolean does_not_read;  /* as when a channel's buffer is full */

  /* (nullable): for who plays an engine that answers: gets each text in place of the peer's messages, and hears when a
   * peer has ended. */
  void (*text) (MockPeer *peer, const char *text, gpointer user_data);
  void (*left) (MockPeer *peer, gpointer user_data);
  gpointer user_data;
};

MockEngine *mock_engine_new (void);
void mock_engine_free (MockEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockEngine, mock_engine_free)

/* Waits for the @n-th socket, from 0. */
MockPeer *mock_engine_get_peer (MockEngine *self, guint n);

/* The ids that the @n-th worker session was given. */
char *mock_worker_id (guint n);
char *mock_reattach_token (guint n);

/* Waits for the @n-th message, from 0. */
const MockMessage *mock_peer_get_message (MockPeer *peer, guint n);
const char *mock_peer_get_text (MockPeer *peer, guint n);

/* Waits for the first message that holds all of a NULL-terminated list of texts. */
const char *mock_peer_find (MockPeer *peer, const char *first, ...) G_GNUC_NULL_TERMINATED;

void mock_peer_send_text (MockPeer *peer, const char *format, ...) G_GNUC_PRINTF (2, 3);
void mock_peer_send_binary (MockPeer *peer, const void *data, gsize len);
void mock_peer_close (MockPeer *peer, guint16 code, const char *reason);
void mock_peer_abort (MockPeer *peer);
void mock_peer_wait_end (MockPeer *peer);

/* A member of a message's JSON text, as a string. (transfer full) */
char *mock_member (const char *json, const char *name);
