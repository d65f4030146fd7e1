/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-keep-alive.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

void
weir_keep_alive (GSocket *socket)
{
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, 60, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, 15, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, 4, NULL);
}
