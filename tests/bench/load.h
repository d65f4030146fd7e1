/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a forwarder is measured with: a generator that sends frames built beforehand, as fast as the socket takes them,
 * and a sink that counts what comes out. Both are plain blocking sockets in threads of their own, so that they cost no
 * more than the copies. */

G_BEGIN_DECLS

typedef struct
{
  const char *host;
  guint16 port;
  const char
      *write_path; /* NULL: no WebSocket, the bytes go as they are and connections are told apart by their order */
  const char *read_path;
  gboolean is_framed; /* frames without a handshake, which come out as they are */
  gsize message_size;
  double warm_up_s;
  double duration_s;
} Load;

typedef struct
{
  double bytes_per_s; /* of payload */
  double messages_per_s;
  gboolean is_complete; /* FALSE: the stream broke off */
} LoadResult;

/* A blocking connection; with a @path, after a WebSocket handshake. Ends the program with a sentence if it cannot. */
int load_connect (const char *host, guint16 port, const char *path);

/* One masked frame. Returns its size; @to needs room for 14 bytes more than @len. */
gsize load_make_frame (guint8 *to, const guint8 *data, gsize len, guint8 op);

/* @at_start, @at_end: (nullable): called when measuring begins and ends, for clocks of other processes. */
LoadResult load_run (const Load *load, void (*at_start) (gpointer), void (*at_end) (gpointer), gpointer user_data);

G_END_DECLS
