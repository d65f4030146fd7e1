/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forward.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* As large as a WeirLoop's. */
#define BUFFER_SIZE (256 * 1024)

/* Waits until @fd is ready; FALSE once the other end is gone. */
static gboolean
wait_for (int fd, short events)
{
  struct pollfd pollfd = { .fd = fd, .events = events };

  while (poll (&pollfd, 1, -1) < 0 && errno == EINTR)
    ;

  return (pollfd.revents & events) != 0;
}

static void
forward (int from, int to)
{
  static guint8 buffer[BUFFER_SIZE];
  gssize n;

  while (wait_for (from, POLLIN) && (n = recv (from, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
    for (gssize done = 0; done < n;)
      {
        gssize sent = send (to, buffer + done, n - done, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent > 0)
          done += sent;
        else if (errno != EAGAIN || !wait_for (to, POLLOUT))
          return;
      }
}

void
forward_plain (int port_fd)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM, 0), on = 1;
  guint16 port;

  if (bind (fd, (struct sockaddr *) &address, size) < 0 || listen (fd, 8) < 0 ||
      getsockname (fd, (struct sockaddr *) &address, &size) < 0)
    exit (1);
  port = ntohs (address.sin_port);
  if (write (port_fd, &port, sizeof port) != sizeof port)
    exit (1);
  for (;;)
    {
      int to = accept (fd, NULL, NULL);
      int from = accept (fd, NULL, NULL);

      setsockopt (to, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      forward (from, to);
      close (from);
      close (to);
    }
}
