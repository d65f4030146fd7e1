/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE (1024 * 1024)

G_NORETURN static void
die (const char *what)
{
  g_printerr ("bench: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static void
write_all (int fd, const void *data, gsize len)
{
  for (gsize done = 0; done < len;)
    {
      gssize n = send (fd, (const guint8 *) data + done, len - done, MSG_NOSIGNAL);

      if (n < 0)
        die ("send");
      done += n;
    }
}

/* Byte by byte: nothing behind the answer may be taken. */
static void
shake_hands (int fd, const char *path)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
                                              "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                              "Sec-WebSocket-Version: 13\r\n\r\n",
                                              path);
  char answer[8192] = "";

  write_all (fd, request, strlen (request));
  for (gsize len = 0; len < sizeof answer - 1 && strstr (answer, "\r\n\r\n") == NULL; len++)
    if (recv (fd, answer + len, 1, 0) != 1)
      die ("handshake");
  if (!g_str_has_prefix (answer, "HTTP/1.1 101"))
    {
      g_printerr ("bench: %s answered: %s\n", path, answer);
      exit (1);
    }
}

int
load_connect (const char *host, guint16 port, const char *path)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  if (inet_pton (AF_INET, host, &address.sin_addr) != 1 ||
      connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    die (host);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (path != NULL)
    shake_hands (fd, path);

  return fd;
}

gsize
load_make_frame (guint8 *to, const guint8 *data, gsize len, guint8 op)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  guint8 *start = to;

  *to++ = 0x80 | op;
  if (len < 126)
    {
      *to++ = 0x80 | len;
    }
  else
    {
      guint n_bytes = len <= G_MAXUINT16 ? 2 : 8;

      *to++ = 0x80 | (n_bytes == 2 ? 126 : 127);
      for (guint i = 0; i < n_bytes; i++)
        *to++ = (guint64) len >> (8 * (n_bytes - 1 - i));
    }
  memcpy (to, mask, 4);
  to += 4;
  for (gsize i = 0; i < len; i++)
    to[i] = data[i] ^ mask[i % 4];

  return to + len - start;
}

typedef struct
{
  const Load *load;
  int fd;
  gboolean stop;
  guint64 n_bytes; /* that have come; atomic */
  gboolean is_lost;
} Run;

static gpointer
generate (gpointer data)
{
  Run *run = data;
  gsize size = run->load->message_size;
  g_autofree guint8 *payload = g_malloc (size);
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE + size + 14);
  gsize len = 0;

  memset (payload, 'x', size);
  while (len < BUFFER_SIZE)
    {
      if (run->load->write_path != NULL || run->load->is_framed)
        {
          len += load_make_frame (buffer + len, payload, size, 2);
        }
      else
        {
          memcpy (buffer + len, payload, size);
          len += size;
        }
    }
  while (!g_atomic_int_get (&run->stop))
    for (gsize done = 0; done < len;)
      {
        gssize n = send (run->fd, buffer + done, len - done, MSG_NOSIGNAL);

        if (n < 0)
          return NULL; /* the main thread has cut it off, or the sink tells */
        done += n;
      }

  return NULL;
}

static gpointer
swallow (gpointer data)
{
  Run *run = data;
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  guint64 total = 0;
  gssize n;

  while ((n = recv (run->fd, buffer, BUFFER_SIZE / 2, 0)) > 0)
    __atomic_store_n (&run->n_bytes, total += n, __ATOMIC_RELAXED);
  run->is_lost = !g_atomic_int_get (&run->stop);

  return NULL;
}

/* What a message takes as it comes out: a server's frames have no mask. */
static gsize
wire_size (const Load *load)
{
  gsize size = load->message_size;
  gsize head = size < 126 ? 2 : size <= G_MAXUINT16 ? 4 : 10;

  if (load->is_framed)
    return size + head + 4;
  return load->write_path == NULL ? size : size + head;
}

static guint64
count (Run *run)
{
  return __atomic_load_n (&run->n_bytes, __ATOMIC_RELAXED);
}

LoadResult
load_run (const Load *load, void (*at_start) (gpointer), void (*at_end) (gpointer), gpointer user_data)
{
  Run reading = { .load = load, .fd = load_connect (load->host, load->port, load->read_path) };
  Run writing = { .load = load, .fd = load_connect (load->host, load->port, load->write_path) };
  GThread *reader = g_thread_new ("sink", swallow, &reading);
  GThread *writer = g_thread_new ("generator", generate, &writing);
  gint64 start_us, end_us;
  guint64 start, end;
  double messages_per_s;

  g_usleep (load->warm_up_s * G_USEC_PER_SEC);
  if (at_start != NULL)
    at_start (user_data);
  start_us = g_get_monotonic_time ();
  start = count (&reading);
  g_usleep (load->duration_s * G_USEC_PER_SEC);
  end_us = g_get_monotonic_time ();
  end = count (&reading);
  if (at_end != NULL)
    at_end (user_data);

  g_atomic_int_set (&writing.stop, TRUE);
  g_atomic_int_set (&reading.stop, TRUE);
  shutdown (writing.fd, SHUT_RDWR);
  shutdown (reading.fd, SHUT_RDWR);
  g_thread_join (writer);
  g_thread_join (reader);
  close (writing.fd);
  close (reading.fd);

  messages_per_s = (end - start) / (double) wire_size (load) * G_USEC_PER_SEC / (end_us - start_us);

  return (LoadResult){ messages_per_s * load->message_size, messages_per_s, !reading.is_lost && end > start };
}
