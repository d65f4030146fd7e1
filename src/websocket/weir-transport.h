/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/uio.h>

#include "weir-loop-private.h"

/* What carries the bytes of a connection: a socket that the loop's epoll set watches, or the pollable streams of a TLS
 * connection, whose sources need the GMainContext of an attached loop. Neither blocks. Embedded in its connection; one
 * thread. */

G_BEGIN_DECLS

#define WEIR_TRANSPORT_AGAIN  (-1)
#define WEIR_TRANSPORT_FAILED (-2)

typedef struct _WeirPolled WeirPolled;

typedef struct
{
  WeirWatch watch; /* first: the connection casts from it */
  WeirLoop *loop;
  GIOStream *stream; /* nullable: not needed any more, the watch has a descriptor of its own */
  GSocket *socket;   /* nullable, borrowed of stream */
  gboolean is_closed;
  WeirPolled *polled; /* nullable: a TLS connection's streams */
} WeirTransport;

/* @stream: (transfer full). */
void weir_transport_init (WeirTransport *self, WeirLoop *loop, GIOStream *stream,
                          void (*dispatch) (WeirWatch *watch, guint32 events));

/* Closes the stream without waiting for anything. @is_graceful: TLS may say good-bye, for 2 s. May be called again. */
void weir_transport_close (WeirTransport *self, gboolean is_graceful);

/* The same, and the peer sees a reset: what has not reached it is lost. */
void weir_transport_abort (WeirTransport *self);

/* Of its socket, for options; -1: it is closed, or has none. */
int weir_transport_get_fd (WeirTransport *self);

/* Bytes, 0 at the end of stream, AGAIN or FAILED. A socket has no more for now if less came than was asked for; a
 * polled stream must be read until AGAIN. */
gssize weir_transport_readv (WeirTransport *self, struct iovec *vectors, guint n_vectors);

/* The same for what is left to be read again. FAILED: a polled stream cannot. */
gssize weir_transport_peek (WeirTransport *self, struct iovec *vector);

/* Bytes, AGAIN or FAILED. What a polled stream has taken may still wait inside: weir_transport_get_staged (). */
gssize weir_transport_writev (WeirTransport *self, struct iovec *vectors, guint n_vectors);
gsize weir_transport_get_staged (WeirTransport *self);
gssize weir_transport_flush (WeirTransport *self); /* 0, AGAIN or FAILED */

/* EPOLLIN and EPOLLOUT, level-triggered. FALSE: there is no memory for it. */
gboolean weir_transport_set_events (WeirTransport *self, guint32 events);
#define weir_transport_get_events(self) ((self)->watch.events)

/* Tells the peer that nothing more comes. A polled stream cannot without waiting; it does so when it is closed. */
void weir_transport_shutdown_write (WeirTransport *self);

/* (transfer full): for logs. */
char *weir_transport_dup_peer (WeirTransport *self);

G_END_DECLS
