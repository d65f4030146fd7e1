/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-budget.h"
#include "weir-channel-door.h"

/* A thread that moves the bytes of its links, and the only door to it: as weir-data-thread.h, the functions below
 * belong to the control thread and post, the events come back in the control thread's GMainContext.
 *
 * A *link* is one worker's connection and the upstream one that stands for it, both after their handshakes; the control
 * side names it by a number of its own. Whatever comes on one side goes on to the other, byte for byte, and so do its
 * ends: a close frame, an end of stream, a reset. A *channel* is what links of its two ends are about, named by its
 * number `n` in the registry; it may have none, one or both of its ends here. All of one channel is on one thread.
 *
 * What an end that never was here would have counted is 0 in the meters, and is to be shown as null:
 * WeirMeters.is_writer_unseen, is_reader_unseen. */

G_BEGIN_DECLS

typedef struct _WeirRelayThread WeirRelayThread;

typedef enum
{
  WEIR_LINK_MAIN,    /* `/`: its text messages are told */
  WEIR_LINK_OTEL,    /* `/otel` */
  WEIR_LINK_CHANNEL, /* `/ws/channels/…` */
} WeirLinkKind;

/* What ended a link first. */
typedef enum
{
  WEIR_LINK_END_WORKER,   /* closed, or left: end of stream */
  WEIR_LINK_END_UPSTREAM, /* the same of the engine */
  WEIR_LINK_END_WORKER_LOST,
  WEIR_LINK_END_UPSTREAM_LOST,
  WEIR_LINK_END_STOPPED, /* weir_relay_thread_stop (), or an observer */
} WeirLinkEnd;

typedef struct
{
  guint32 link; /* not 0, of no other that has not ended */
  WeirLinkKind kind;
  guint32 n;              /* CHANNEL: opened on this thread before; 0: of none that is known, just passed on */
  WeirSide side;          /* CHANNEL */
  GIOStream *worker;      /* (transfer full): as the server's handshake gave it */
  GBytes *worker_early;   /* (transfer full) (nullable): bytes that it read too far */
  GIOStream *upstream;    /* (transfer full): TCP, or TLS where the thread was made for it */
  GBytes *upstream_early; /* (transfer full) (nullable) */
} WeirLinkConfig;

/* A text message of a main link, whole, unmasked, copied. It has gone on long since: nothing waits for it. */
typedef struct
{
  guint32 link;
  gboolean is_from_worker;
  GBytes *text; /* NULL: here some are missing: too large, too many that were not taken yet, or not to be read */
  gint64 at_us; /* monotonic */
} WeirLinkMessage;

/* A message above this is not told, */
#define WEIR_LINK_MESSAGE_MAX_SIZE (16u << 20)

/* nor one that would make what the control side has not taken yet more than this, for all links of a thread. */
#define WEIR_LINK_MESSAGES_MAX_BYTES (64u << 20)

typedef struct
{
  /* As WeirDataEvents'. ENDED: see weir_relay_thread_open_channel (). */
  void (*event) (const WeirPipeEvent *event, gpointer user_data);
  void (*meters) (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data);

  /* In the order of each direction. @message is lent. */
  void (*message) (const WeirLinkMessage *message, gpointer user_data);

  /* The last of a link, of any kind: both its connections are gone, its number is free. */
  void (*link_ended) (guint32 link, WeirLinkEnd how, gpointer user_data);

  /* Nullable. As WeirDataEvents'. */
  void (*stopped) (WeirRelayThread *thread, gpointer user_data);
} WeirRelayEvents;

typedef struct
{
  WeirBudget *budget; /* for histories; the thread takes a reference */
  gboolean probe;     /* readers' clients are pinged to learn what they have read */
  gboolean mend;      /* see weir-relay: pings of readers are answered here, a lost writer ends its reader with 1011 */
  gboolean tls;       /* upstreams are TLS: they need a GMainContext in the thread */
} WeirRelayConfig;

/* Starts the thread. @config is read once, @events is const and outlives it. */
WeirRelayThread *weir_relay_thread_new (const char *name, const WeirRelayConfig *config, GMainContext *control,
                                        const WeirRelayEvents *events, gpointer user_data, GError **error);

/* Ends every link as an engine that goes: with Close @code and @reason towards both sides where a frame may begin, and
 * @timeout_us for the rest. `stopped` tells when that is done. Once. */
void weir_relay_thread_stop (WeirRelayThread *self, guint16 code, const char *reason, gint64 timeout_us);

/* Joins the thread, and no event comes any more: as weir_data_thread_free (). */
void weir_relay_thread_free (WeirRelayThread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayThread, weir_relay_thread_free)

/* --- the engine --- */

typedef enum
{
  WEIR_ENGINE_LOST, /* the relay's own connection to it broke: as others break now, it is for that */
  WEIR_ENGINE_GONE, /* nothing listens there */
  WEIR_ENGINE_BACK,
} WeirEngineNews;

/* Its channels end with it: by is ENGINE. */
void weir_relay_thread_note_engine (WeirRelayThread *self, WeirEngineNews news);

/* --- links --- */

void weir_relay_thread_open_link (WeirRelayThread *self, const WeirLinkConfig *config);

/* --- channels --- */

typedef struct
{
  guint32 n;
  WeirPresence writer; /* what is known of an end that is not here: NONE, ENGINE, ELSEWHERE, UNKNOWN */
  WeirPresence reader;
  gint64 expiry_us; /* with no link open and an end that was never here and may still come: it ends after this time; 0:
                       never */
  gboolean keep_history;
} WeirRelayChannelConfig;

/* Before the first link of it. The first link of a side is that end: CONNECTED; a later one is passed on just as well,
 * and REFUSED is said: the engine closes it by itself. LEFT: that link has ended, with the code of the peer's close.
 *
 * ENDED: no link of it is open, and each end has been here and gone, or is known to be elsewhere. `by` is the first end
 * that left. An end of which nothing is known (NONE, UNKNOWN) may come until the channel expires; by is EXPIRED where
 * none ever came. Links that come after that are just passed on. */
void weir_relay_thread_open_channel (WeirRelayThread *self, const WeirRelayChannelConfig *config);

/* More has become known of an end; ignored where it is or was here, which is known best. */
void weir_relay_thread_set_presence (WeirRelayThread *self, guint32 n, WeirSide side, WeirPresence presence);

/* What observers want of its channels. A tap shows what passes the writer's end where that is here or was, else what
 * passes the reader's, and there a message's number is that since the link was opened. An injected message goes
 * upstream as if the writer had sent it where the writer is here, else to the reader. A shape holds or slows what is
 * read from the engine for the reader where that is here, else what is read from the writer. */
WeirChannelDoor *weir_relay_thread_get_door (WeirRelayThread *self);

G_END_DECLS
