/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-greeting.h"

/* What a server listens at, and who waits there: sockets on one address or on both loopbacks, and the connections whose
 * handshake is not done yet, bounded in number and time. Control thread: the default context of the thread that makes
 * it. */

G_BEGIN_DECLS

/* How long a handshake may take, as in the stock engine (§1.2 of the protocol notes). */
#define WEIR_DOOR_HANDSHAKE_US (10 * G_USEC_PER_SEC)

/* Connections that have not finished their handshake. The next ones wait in the kernel's queue. */
#define WEIR_DOOR_MAX_GREETINGS 512

/* While as many are at it, those that have said nothing for so long are closed: a worker speaks in milliseconds. */
#define WEIR_DOOR_SILENCE_US G_USEC_PER_SEC

typedef struct
{
  const char *listen; /* HOST:PORT; HOST an address, or localhost for both loopbacks; port 0 picks one */
  gboolean has_token; /* whoever comes must give one: without, nobody but this machine may reach it */
  gint64 handshake_us;
} WeirDoorConfig;

typedef struct
{
  /* The head of a request lies complete in the socket, unread. Its handshake's time still runs: weir_door_release ()
   * when it is over. */
  void (*ready) (WeirGreeting *greeting, gpointer user_data);

  /* It was ready, and is now given up, and shut: forget it. Not after weir_door_release (). */
  void (*gone) (WeirGreeting *greeting, gpointer user_data);
} WeirDoorEvents;

typedef struct _WeirDoor WeirDoor;

/* Listens from now on. */
WeirDoor *weir_door_new (const WeirDoorConfig *config, const WeirDoorEvents *events, gpointer user_data,
                         GError **error);
void weir_door_free (WeirDoor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirDoor, weir_door_free)

/* Its handshake is done, or has failed: frees it, and its place. Who wants the connection has a reference by now. */
void weir_door_release (WeirDoor *self, WeirGreeting *greeting);

/* `ws://HOST:PORT` with the port that was picked. */
const char *weir_door_get_url (WeirDoor *self);

/* Whether only this machine can reach it. */
gboolean weir_door_is_loopback (WeirDoor *self);

G_END_DECLS
