/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The forwarders that are compared. Each listens on a port of 127.0.0.1, writes its number as two bytes of the
 * machine's order to
 * @port_fd, and forwards from one connection to another until it is killed. */

G_BEGIN_DECLS

/* Reads and writes what comes: the yardstick. The first connection is the sink's, the second the generator's, and so
 * on. */
G_NORETURN void forward_plain (int port_fd);

/* Two WeirConns on a thread's loop; paths /read and /write. */
G_NORETURN void forward_weir (int port_fd);

/* A WeirPipe as the engine runs it: nobody watches; the watch running; somebody taps whole messages and takes them all.
 */
G_NORETURN void forward_pipe (int port_fd);
G_NORETURN void forward_pipe_watched (int port_fd);
G_NORETURN void forward_pipe_tapped (int port_fd);

/* A relay's link, of no channel; of a writer, nobody watching it, or somebody tapping whole messages and taking them
 * all; the same of a reader. Frames come and go without a handshake, and connections as to the plain relay. */
G_NORETURN void forward_link (int port_fd);
G_NORETURN void forward_link_writer (int port_fd);
G_NORETURN void forward_link_writer_tapped (int port_fd);
G_NORETURN void forward_link_reader (int port_fd);
G_NORETURN void forward_link_reader_tapped (int port_fd);

/* What libsoup's own WebSocket server does; the same paths. */
G_NORETURN void forward_soup (int port_fd);

G_END_DECLS
