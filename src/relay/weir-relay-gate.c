/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-gate.h"

#include <libsoup/soup.h>
#include <sys/socket.h>

#include "weir-door.h"
#include "weir-handshake.h"
#include "weir-passage.h"
#include "weir-secret.h"
#include "weir-tls.h"

#define STATUS_LOOP_DETECTED 508 /* RFC 5842 §7.2; libsoup has no name for it */

struct _WeirRelayGate
{
  char *token;
  gboolean is_engine_token;
  char **origins;
  const WeirUpstream *upstream;
  WeirRelayGateFunc opened;
  gpointer user_data;
  WeirDoor *door;
  GHashTable *arrivals; /* WeirGreeting → Arrival: those that wait for the engine's answer */
};

/* A request that is on its way to the engine. */
typedef struct
{
  WeirRelayGate *self;
  WeirGreeting *greeting;
  WeirRoute route;
  GBytes *early; /* nullable */
  char *key;     /* nullable: Sec-WebSocket-Key, by which one is known that comes back to us */
  GCancellable *cancellable;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_cancellable_cancel (arrival->cancellable);
  g_object_unref (arrival->cancellable);
  weir_route_clear (&arrival->route);
  g_clear_pointer (&arrival->early, g_bytes_unref);
  g_free (arrival->key);
  g_free (arrival);
}

/* --- the head of a request --- */

typedef struct
{
  GString *text; /* what has come, perhaps with more behind the head */
  gsize len;     /* of the head, blank line included */
  char *target;
  const char *target_at; /* the same in text */
  SoupMessageHeaders *headers;
} Head;

static void
head_clear (Head *head)
{
  g_string_free (head->text, TRUE);
  g_free (head->target);
  g_clear_pointer (&head->headers, soup_message_headers_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Head, head_clear)

/* Takes what lies in the socket, or only looks at it. */
static void
receive (Head *head, WeirGreeting *greeting, gsize len, int flags)
{
  gssize n;

  g_string_set_size (head->text, len);
  n = recv (g_socket_get_fd (g_socket_connection_get_socket (greeting->connection)), head->text->str, len,
            flags | MSG_DONTWAIT);
  g_string_set_size (head->text, (gsize) MAX (n, 0));
}

/* libsoup takes tabs and more blanks between the words of a request's line, who comes after us may not: what is asked
 * for has to be the same to all. NULL: it is not. */
static const char *
find_target (const Head *head)
{
  const char *space = strchr (head->text->str, ' ');
  gsize len = strlen (head->target);

  return space != NULL && strncmp (space + 1, head->target, len) == 0 && space[1 + len] == ' ' ? space + 1 : NULL;
}

/* The greeting has seen that it is complete, and HTTP. */
static gboolean
head_init (Head *head, WeirGreeting *greeting)
{
  g_autofree char *parsed = NULL;
  const char *end;
  guint status;

  *head = (Head){ .text = g_string_new (NULL), .headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST) };
  receive (head, greeting, WEIR_GREETING_MAX_HEAD, MSG_PEEK);
  end = strstr (head->text->str, "\r\n\r\n");
  if (end == NULL)
    return FALSE;
  head->len = (gsize) (end - head->text->str) + 4;
  parsed = g_strndup (head->text->str, head->len - 2);
  status = soup_headers_parse_request (parsed, (int) head->len - 2, head->headers, NULL, &head->target, NULL);
  if (!SOUP_STATUS_IS_SUCCESSFUL (status)) /* a macro that looks at it twice */
    return FALSE;
  head->target_at = find_target (head);
  return head->target_at != NULL;
}

/* A part of a head. */
typedef struct
{
  gsize at, len;
} Cut;

/* What was for us is not the engine's to know. */
static void
head_cut (Head *head, const Cut *cut)
{
  g_string_erase (head->text, (gssize) cut->at, (gssize) cut->len);
  head->len -= cut->len;
}

/* As it came, but for where it goes to: the engine's prefix before the path, and its name as the host's. @skipped: of
 * the target. */
static GString *
make_request (const Head *head, gsize skipped, const WeirUpstream *upstream)
{
  GString *request = g_string_sized_new (head->len + 256);
  const char *line = head->text->str;
  const char *head_end = line + head->len;

  g_string_append_len (request, line, head->target_at - line);
  g_string_append (request, upstream->prefix);
  line = head->target_at + skipped;
  while (line < head_end)
    {
      const char *next = (const char *) memchr (line, '\n', (gsize) (head_end - line)) + 1;

      if (g_ascii_strncasecmp (line, "Host:", strlen ("Host:")) == 0)
        g_string_append_printf (request, "%.*s: %s\r\n", (int) strlen ("Host"), line, upstream->authority);
      else
        g_string_append_len (request, line, next - line);
      line = next;
    }
  return request;
}

/* --- who may come --- */

static gboolean
is_on_its_way (WeirRelayGate *self, const char *key)
{
  GHashTableIter iter;
  gpointer arrival;

  g_hash_table_iter_init (&iter, self->arrivals);
  while (key != NULL && g_hash_table_iter_next (&iter, NULL, &arrival))
    if (g_strcmp0 (((Arrival *) arrival)->key, key) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_our_token (WeirRelayGate *self, const char *text, gsize len)
{
  g_autofree char *token = g_strndup (text, len);

  return weir_secret_equal (self->token, g_strstrip (token));
}

/* A header's whole line. */
static gboolean
find_token_line (WeirRelayGate *self, const Head *head, Cut *cut)
{
  const char *line = head->text->str;
  const char *head_end = line + head->len;

  while (line < head_end)
    {
      const char *next = (const char *) memchr (line, '\n', (gsize) (head_end - line)) + 1;
      const char *value = line + strlen ("Authorization:");

      if (g_ascii_strncasecmp (line, "Authorization:", strlen ("Authorization:")) == 0)
        {
          value += strspn (value, " \t");
          *cut = (Cut){ (gsize) (line - head->text->str), (gsize) (next - line) };
          if (g_ascii_strncasecmp (value, "Bearer ", strlen ("Bearer ")) == 0 &&
              is_our_token (self, value + strlen ("Bearer "), (gsize) (next - value) - strlen ("Bearer ")))
            return TRUE;
        }
      line = next;
    }
  return FALSE;
}

/* One of the query, with the sign that parts it from the next, or from what is before it. @from: of the target */
static gboolean
find_token_parameter (WeirRelayGate *self, const Head *head, gsize from, Cut *cut)
{
  const char *target_end = head->target_at + strlen (head->target);
  const char *mark = memchr (head->target_at + from, '?', (gsize) (target_end - head->target_at) - from);

  while (mark != NULL && mark < target_end)
    {
      const char *begin = mark + 1;
      const char *end = begin + strcspn (begin, "& ");
      g_autofree char *pair = g_strndup (begin, (gsize) (end - begin));
      g_autoptr (GHashTable) decoded = soup_form_decode (pair);
      const char *token = g_hash_table_lookup (decoded, "token");

      if (token != NULL && is_our_token (self, token, strlen (token)))
        {
          const char *first = *end == '&' ? begin : mark;

          *cut = (Cut){ (gsize) (first - head->text->str), (gsize) (end - begin) + 1 };
          return TRUE;
        }
      mark = end;
    }
  return FALSE;
}

/* A worker may give two tokens, the engine's as well: it is enough that one of them is ours. */
static gboolean
find_token (WeirRelayGate *self, const Head *head, const WeirRoute *route, Cut *cut)
{
  return self->token != NULL &&
         (find_token_line (self, head, cut) || find_token_parameter (self, head, route->path_offset, cut));
}

/* 0: may come in. */
static guint
check (WeirRelayGate *self, const Head *head, const WeirRoute *route, gboolean has_token, const char **why)
{
  const char *origin = soup_message_headers_get_one (head->headers, "Origin");

  *why = "Pages of another origin may not connect; --allow-origin permits one.";
  if (!weir_handshake_origin_is_allowed (origin, (const char *const *) self->origins))
    return SOUP_STATUS_FORBIDDEN;
  *why = "This relay wants its token: put ?token=TOKEN behind the address that the worker connects to, or send the "
         "header Authorization: Bearer TOKEN.";
  if (self->token != NULL && route->kind != WEIR_LINK_CHANNEL && !has_token)
    return SOUP_STATUS_UNAUTHORIZED;
  *why = "This relay is its own upstream, if by others: --upstream has to lead to an engine.";
  if (is_on_its_way (self, soup_message_headers_get_one (head->headers, "Sec-WebSocket-Key")))
    return STATUS_LOOP_DETECTED;
  return 0;
}

/* --- passing on --- */

static void
passed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPassageResult) passed = weir_passage_run_finish (result, &error);
  g_autofree char *why = NULL;
  Arrival *arrival = user_data;
  WeirRelayGate *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* its arrival is gone */
    return;
  self = arrival->self;
  if (passed == NULL)
    {
      WeirGreeting *greeting = arrival->greeting;
      g_autofree char *fault = weir_upstream_dup_fault (error);

      why = g_strdup_printf (error->domain == WEIR_TLS_ERROR ? "The engine at %s is not trusted: %s"
                                                             : "The engine at %s did not answer: %s",
                             self->upstream->shown_url, fault);
      g_hash_table_remove (self->arrivals, greeting);
      weir_greeting_refuse (greeting,
                            g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ? SOUP_STATUS_GATEWAY_TIMEOUT
                                                                                      : SOUP_STATUS_BAD_GATEWAY,
                            why);
      return;
    }
  if (passed->stream != NULL)
    self->opened (&arrival->route, g_object_ref (G_IO_STREAM (arrival->greeting->connection)),
                  arrival->early != NULL ? g_bytes_ref (arrival->early) : NULL, g_steal_pointer (&passed->stream),
                  g_steal_pointer (&passed->early), self->user_data);
  else
    g_message ("%s: the engine answered HTTP %u", arrival->greeting->peer, passed->status);
  weir_door_release (self->door, arrival->greeting);
  g_hash_table_remove (self->arrivals, arrival->greeting);
}

static Arrival *
arrival_new (WeirRelayGate *self, WeirGreeting *greeting, const Head *head)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->self = self;
  arrival->greeting = greeting;
  arrival->key = g_strdup (soup_message_headers_get_one (head->headers, "Sec-WebSocket-Key"));
  arrival->cancellable = g_cancellable_new ();
  if (head->text->len > head->len)
    arrival->early = g_bytes_new (head->text->str + head->len, head->text->len - head->len);
  return arrival;
}

static void
greeting_ready (WeirGreeting *greeting, gpointer user_data)
{
  WeirRelayGate *self = user_data;
  g_auto (WeirRoute) route = { 0 };
  g_auto (Head) head;
  const char *why = "The request's lines must end with CR LF, and the first must be METHOD TARGET VERSION.";
  guint status = SOUP_STATUS_BAD_REQUEST;
  gsize skipped = 0;
  gboolean has_token = FALSE;
  Cut cut;
  Arrival *arrival;

  if (head_init (&head, greeting))
    {
      weir_route_parse (&route, head.target);
      has_token = find_token (self, &head, &route, &cut);
      status = check (self, &head, &route, has_token, &why);
    }
  if (status != 0)
    {
      weir_greeting_refuse (greeting, status, why);
      return;
    }
  receive (&head, greeting, head.text->len, 0);
  if (has_token && !self->is_engine_token)
    head_cut (&head, &cut);
  /* A token of ours may stand before a channel's path. The stock engine would open a worker there, and for that nobody
   * has asked us for the token. */
  if (self->token != NULL && route.kind == WEIR_LINK_CHANNEL)
    skipped = route.path_offset;
  arrival = arrival_new (self, greeting, &head);
  arrival->route = route;
  route = (WeirRoute){ 0 };
  g_hash_table_insert (self->arrivals, greeting, arrival);
  weir_passage_run_async (self->upstream, make_request (&head, skipped, self->upstream),
                          G_IO_STREAM (greeting->connection), arrival->cancellable, passed_cb, arrival);
}

static void
greeting_gone (WeirGreeting *greeting, gpointer user_data)
{
  WeirRelayGate *self = user_data;

  g_hash_table_remove (self->arrivals, greeting);
}

static const WeirDoorEvents door_events = {
  .ready = greeting_ready,
  .gone = greeting_gone,
};

/* --- life --- */

WeirRelayGate *
weir_relay_gate_new (const WeirRelayGateConfig *config, WeirRelayGateFunc opened, gpointer user_data, GError **error)
{
  g_autoptr (WeirRelayGate) self = g_new0 (WeirRelayGate, 1);
  WeirDoorConfig door = {
    .listen = config->listen,
    .has_token = config->token != NULL,
    .handshake_us = config->handshake_us,
  };

  self->token = g_strdup (config->token);
  self->is_engine_token = config->is_engine_token;
  self->origins = g_strdupv ((char **) config->origins);
  self->upstream = config->upstream;
  self->opened = opened;
  self->user_data = user_data;
  self->arrivals = g_hash_table_new_full (NULL, NULL, NULL, arrival_free);
  self->door = weir_door_new (&door, &door_events, self, error);
  return self->door != NULL ? g_steal_pointer (&self) : NULL;
}

void
weir_relay_gate_free (WeirRelayGate *self)
{
  g_clear_pointer (&self->door, weir_door_free);
  g_hash_table_unref (self->arrivals);
  g_free (self->token);
  g_strfreev (self->origins);
  g_free (self);
}

const char *
weir_relay_gate_get_url (WeirRelayGate *self)
{
  return weir_door_get_url (self->door);
}

gboolean
weir_relay_gate_is_loopback (WeirRelayGate *self)
{
  return weir_door_is_loopback (self->door);
}
