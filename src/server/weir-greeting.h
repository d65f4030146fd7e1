/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

/* An accepted connection until its handshake is done. It is watched until the head of a request lies complete in its
 * socket, and only then given to libsoup: what says nothing, says half of it, says too much or does not speak HTTP is
 * dealt with here, and the log can name it. Control thread. */

G_BEGIN_DECLS

/* Largest head of a request, as large as the socket's buffer surely is. SDKs send some 300 bytes. */
#define WEIR_GREETING_MAX_HEAD (64 * 1024)

typedef struct _WeirGreeting WeirGreeting;

typedef struct
{
  /* A good head without a body to follow lies in the socket, unread: hand the connection on. Called once. */
  void (*ready) (WeirGreeting *greeting, gpointer user_data);

  /* It has gone, or has been refused and answered: free it. */
  void (*over) (WeirGreeting *greeting, gpointer user_data);
} WeirGreetingEvents;

struct _WeirGreeting
{
  GSocketConnection *connection;
  GSocketAddress *remote;
  char *peer; /* HOST:PORT, for logs */
  gint64 accepted_us;
  gint64 heard_us; /* when bytes came last; before the first: when it was connected, if only to the kernel */
  GList link;      /* the owner's: data points here */

  /*< private >*/
  GSocket *socket;
  GSource *source;
  const WeirGreetingEvents *events;
  gpointer user_data;
  gboolean is_handed_on;
  gboolean is_refused;
  gsize n_seen; /* bytes of the head */
  guint n_looks;
  gsize n_discarded;
};

/* NULL if the peer has gone already. */
WeirGreeting *weir_greeting_new (GSocketConnection *connection, const WeirGreetingEvents *events, gpointer user_data);
void weir_greeting_free (WeirGreeting *self);

/* Answers with an HTTP error, in plain text, and says so in the log; then lets the peer read that. Also after `ready`,
 * by who has written nothing to it: `over` comes then. */
void weir_greeting_refuse (WeirGreeting *self, guint status, const char *why);

/* Whether it has said nothing for so long, and has nothing to say now that has only not been looked at. FALSE: others
 * have it, and the answer is theirs to give. */
gboolean weir_greeting_is_silent (WeirGreeting *self, gint64 now_us, gint64 silence_us);

/* Breaks the connection off: whoever has it reads end of stream. */
void weir_greeting_shut (WeirGreeting *self);

G_END_DECLS
