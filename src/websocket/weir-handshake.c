/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-handshake.h"

#include <string.h>

#include "weir-tls.h"

/* RFC 6455 §1.3 */
#define ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

#define KEY_SIZE  16
#define READ_SIZE 4096

/* No answer to a handshake is that long; libsoup's own limit for a head is 100 KiB. */
#define HEAD_MAX_SIZE (64 * 1024)

#define DEFAULT_PORT     80
#define DEFAULT_TLS_PORT 443

G_DEFINE_QUARK (weir_handshake_error_quark, weir_handshake_error)

/* One handshake of a client: the data of its task. */
typedef struct
{
  char *host_header;
  char *target;
  char *key;
  SoupMessageHeaders *headers; /* nullable */
  GIOStream *stream;
  GString *request;
  GByteArray *answer;
  GBytes *early;
  guint status;
  GCancellable *cancellable; /* of all steps: cancelled by the time-out as well as by the caller */
  GSource *timeout;
  GSource *caller; /* nullable: watches the caller's cancellable */
  gboolean has_timed_out;
} Handshake;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
handshake_free (Handshake *self)
{
  clear_source (&self->timeout);
  clear_source (&self->caller);
  g_free (self->host_header);
  g_free (self->target);
  g_free (self->key);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_clear_object (&self->stream);
  if (self->request != NULL)
    g_string_free (self->request, TRUE);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  g_clear_pointer (&self->early, g_bytes_unref);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* Ends the task; @error: (transfer full) (nullable). What came out of a step that was cancelled depends on why. */
static void
handshake_end (GTask *task, GError *error)
{
  Handshake *self = g_task_get_task_data (task);

  clear_source (&self->timeout);
  clear_source (&self->caller);
  if (error == NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&self->stream), g_object_unref);
    }
  else if (self->has_timed_out)
    {
      g_error_free (error);
      g_task_return_new_error (task, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_TIMED_OUT, "No answer from %s in time",
                               self->host_header);
    }
  else
    {
      g_task_return_error (task, error);
    }
}

static GError *
not_http (Handshake *self, const char *what)
{
  return g_error_new (WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_NOT_HTTP, "%s %s", self->host_header, what);
}

/* --- the answer --- */

static char *
accept_of_key (const char *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_update (checksum, (const guchar *) ACCEPT_GUID, -1);
  g_checksum_get_digest (checksum, digest, &size);

  return g_base64_encode (digest, size);
}

static GError *
refused (Handshake *self, guint status, const char *phrase)
{
  gboolean is_channel = strstr (self->target, "/ws/channels/") != NULL;

  if (status == SOUP_STATUS_NOT_FOUND && is_channel)
    return g_error_new (
        WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_REFUSED,
        "%s does not know this channel (404): it has ended or expired, the engine was started anew, or the "
        "access key is wrong",
        self->host_header);

  return g_error_new (WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_REFUSED,
                      "%s answered %u %s instead of opening a WebSocket", self->host_header, status,
                      phrase != NULL ? phrase : "");
}

/* RFC 6455 §4.1: what a client must check. */
static GError *
check_switch (Handshake *self, SoupMessageHeaders *headers)
{
  g_autofree char *accept = accept_of_key (self->key);

  if (!soup_message_headers_header_equals (headers, "Upgrade", "websocket") ||
      !soup_message_headers_header_contains (headers, "Connection", "Upgrade"))
    return not_http (self, "switched to another protocol than WebSocket");
  if (g_strcmp0 (soup_message_headers_get_one (headers, "Sec-WebSocket-Accept"), accept) != 0)
    return not_http (self, "answered the WebSocket handshake of somebody else");
  if (soup_message_headers_get_list (headers, "Sec-WebSocket-Extensions") != NULL ||
      soup_message_headers_get_one (headers, "Sec-WebSocket-Protocol") != NULL)
    return not_http (self, "chose a WebSocket extension or subprotocol that nobody offered");

  return NULL;
}

/* The offset behind the blank line, 0 if it has not come. */
static gsize
head_size (GByteArray *answer)
{
  const guint8 *end = memmem (answer->data, answer->len, "\r\n\r\n", 4);

  return end != NULL ? end - answer->data + 4 : 0;
}

static GError *
handle_head (Handshake *self, gsize size)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  /* Without its blank line; terminated, as libsoup reads numbers as C does. */
  g_autofree char *head = g_strndup ((const char *) self->answer->data, size - 2);
  g_autofree char *phrase = NULL;
  SoupHTTPVersion version;

  if (!soup_headers_parse_response (head, (int) size - 2, headers, &version, &self->status, &phrase))
    return not_http (self, "does not speak HTTP");
  if (self->status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return refused (self, self->status, phrase);
  if (self->answer->len > size)
    self->early = g_bytes_new (self->answer->data + size, self->answer->len - size);

  return check_switch (self, headers);
}

static void read_some (GTask *task);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  gsize size;

  if (bytes == NULL)
    {
      handshake_end (task, g_steal_pointer (&error));
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      handshake_end (task, not_http (self, "closed the connection without an answer"));
      return;
    }

  g_byte_array_append (self->answer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  size = head_size (self->answer);
  if (memcmp (self->answer->data, "HTTP/", MIN (self->answer->len, 5)) != 0 ||
      (size == 0 && self->answer->len > HEAD_MAX_SIZE))
    handshake_end (task, not_http (self, "does not speak HTTP"));
  else if (size > 0)
    handshake_end (task, handle_head (self, size));
  else
    read_some (g_steal_pointer (&task));
}

/* (transfer full): task */
static void
read_some (GTask *task)
{
  Handshake *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), READ_SIZE, G_PRIORITY_DEFAULT,
                                   self->cancellable, read_cb, task);
}

/* --- the request --- */

static void
append_header (const char *name, const char *value, gpointer user_data)
{
  if (strpbrk (value, "\r\n") == NULL)
    g_string_append_printf (user_data, "%s: %s\r\n", name, value);
}

static GString *
make_request (Handshake *self)
{
  GString *request = g_string_new (NULL);

  g_string_append_printf (request,
                          "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
                          self->target, self->host_header, self->key);
  if (self->headers != NULL)
    soup_message_headers_foreach (self->headers, append_header, request);

  return g_string_append (request, "\r\n");
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    read_some (g_steal_pointer (&task));
  else
    handshake_end (task, g_steal_pointer (&error));
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (object), result, &error);

  if (connection == NULL)
    {
      handshake_end (task, weir_tls_explain (G_SOCKET_CLIENT (object), self->host_header, g_steal_pointer (&error)));
      return;
    }
  self->stream = G_IO_STREAM (connection);
  self->request = make_request (self);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), self->request->str, self->request->len,
                                   G_PRIORITY_DEFAULT, self->cancellable, written_cb, g_steal_pointer (&task));
}

/* --- the beginning --- */

static gboolean
timed_out_cb (gpointer user_data)
{
  Handshake *self = user_data;

  self->has_timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Handshake *self = user_data;

  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static GSource *
watch_source (GTask *task, GSource *source, GSourceFunc func, gpointer data)
{
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, g_task_get_context (task));

  return source;
}

static char *
dup_target (GUri *uri, const char *path)
{
  const char *prefix = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  int len = strlen (prefix);

  while (len > 0 && prefix[len - 1] == '/')
    len--;
  if (strcmp (path, "/") == 0 && query != NULL)
    return g_strdup_printf ("%.*s/?%s", len, prefix, query);

  return g_strdup_printf ("%.*s%s", len, prefix, path);
}

static char *
dup_host_header (const char *host, int port)
{
  if (strchr (host, ':') != NULL) /* an IPv6 address */
    return g_strdup_printf ("[%s]:%d", host, port);

  return g_strdup_printf ("%s:%d", host, port);
}

static char *
make_key (void)
{
  guint32 random[KEY_SIZE / sizeof (guint32)]; /* tells answers apart, is no secret */

  for (guint i = 0; i < G_N_ELEMENTS (random); i++)
    random[i] = g_random_int ();

  return g_base64_encode ((const guchar *) random, sizeof random);
}

/* Fails if nobody can be connected to with this. @is_tls: (out) */
static GUri *
parse_url (const char *base_url, const char *path, gboolean *is_tls, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, &inner);
  const char *why = NULL;

  if (uri == NULL)
    why = inner->message;
  else if (!g_str_equal (g_uri_get_scheme (uri), "ws") && !g_str_equal (g_uri_get_scheme (uri), "wss"))
    why = "it does not begin with ws:// or wss://";
  else if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    why = "it has no host";
  else if (*path != '/' || strpbrk (path, " \r\n\t") != NULL || strpbrk (base_url, " \r\n\t") != NULL)
    why = "there is white space in it";
  if (why != NULL)
    {
      g_set_error (error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_ADDRESS, "Not an engine's address: %s", why);
      return NULL;
    }
  *is_tls = g_str_equal (g_uri_get_scheme (uri), "wss");

  return g_steal_pointer (&uri);
}

void
weir_handshake_connect_async (const char *base_url, const char *path, SoupMessageHeaders *headers, guint timeout_ms,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GUri) uri = NULL;
  Handshake *self = g_new0 (Handshake, 1);
  GError *error = NULL;
  gboolean is_tls;
  int port;

  g_task_set_source_tag (task, weir_handshake_connect_async);
  g_task_set_task_data (task, self, (GDestroyNotify) handshake_free);
  uri = parse_url (base_url, path, &is_tls, &error);
  if (uri == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : is_tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  self->host_header = dup_host_header (g_uri_get_host (uri), port);
  self->target = dup_target (uri, path);
  self->key = make_key ();
  self->headers = headers != NULL ? soup_message_headers_ref (headers) : NULL;
  self->answer = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
  self->timeout = watch_source (task, g_timeout_source_new (timeout_ms), timed_out_cb, self);
  if (cancellable != NULL)
    self->caller = watch_source (task, g_cancellable_source_new (cancellable), G_SOURCE_FUNC (cancelled_cb), self);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, is_tls);
  weir_tls_watch (client);
  g_socket_client_connect_to_host_async (client, g_uri_get_host (uri), port, self->cancellable, connected_cb,
                                         g_steal_pointer (&task));
}

GIOStream *
weir_handshake_connect_finish (GAsyncResult *result, GBytes **early, guint *status, GError **error)
{
  Handshake *self = g_task_get_task_data (G_TASK (result));
  GIOStream *stream = g_task_propagate_pointer (G_TASK (result), error);

  if (early != NULL)
    *early = stream != NULL ? g_steal_pointer (&self->early) : NULL;
  if (status != NULL)
    *status = self->status;

  return stream;
}
