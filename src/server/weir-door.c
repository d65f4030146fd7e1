/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-door.h"

#include "weir-listening.h"

struct _WeirDoor
{
  gint64 handshake_us;
  const WeirDoorEvents *events;
  gpointer user_data;
  WeirListening listening;
  GQueue greetings;    /* WeirGreeting, oldest first */
  GSource *timer;      /* for the greeting that is the next to be given up */
  gboolean is_full;    /* as many greetings as may be: nothing is accepted */
  guint n_displaced;   /* since the log was told */
  gint64 displaced_us; /* when that was */
};

/* --- greetings --- */

static void
drop_greeting (WeirDoor *self, WeirGreeting *greeting)
{
  g_queue_unlink (&self->greetings, &greeting->link);
  weir_greeting_free (greeting);
}

static void
give_up (WeirDoor *self, WeirGreeting *greeting)
{
  weir_greeting_shut (greeting);
  if (greeting->is_handed_on)
    self->events->gone (greeting, self->user_data);
  drop_greeting (self, greeting);
}

static void
rearm (WeirDoor *self)
{
  WeirGreeting *oldest = g_queue_peek_head (&self->greetings);
  gint64 next_us = oldest != NULL ? oldest->accepted_us + self->handshake_us : -1;

  for (GList *l = self->is_full ? self->greetings.head : NULL; l != NULL; l = l->next)
    {
      WeirGreeting *greeting = l->data;

      if (!greeting->is_handed_on)
        next_us = MIN (next_us, greeting->heard_us + WEIR_DOOR_SILENCE_US);
    }
  g_source_set_ready_time (self->timer, next_us);
}

static void
count_displaced (WeirDoor *self, guint n, gint64 now_us)
{
  self->n_displaced += n;
  if (self->n_displaced == 0 || now_us - self->displaced_us < G_USEC_PER_SEC)
    return; /* it comes in thousands, the log need not */
  g_message ("closed %u connections that said nothing, to make room for others: %u were at their handshake, which is "
             "as many as may be",
             self->n_displaced, WEIR_DOOR_MAX_GREETINGS);
  self->n_displaced = 0;
  self->displaced_us = now_us;
}

static void
displace_silent (WeirDoor *self)
{
  gint64 now_us = g_get_monotonic_time ();
  guint n = 0;
  GList *next;

  for (GList *l = self->greetings.head; l != NULL; l = next)
    {
      WeirGreeting *greeting = l->data;

      next = l->next;
      if (!weir_greeting_is_silent (greeting, now_us, WEIR_DOOR_SILENCE_US))
        continue;
      give_up (self, greeting);
      n++;
    }
  count_displaced (self, n, now_us);
}

/* After greetings came or went. The service is stopped from its own signal only: a connection that it has accepted
 * otherwise, but not handed out yet, would be lost. */
static void
review (WeirDoor *self)
{
  gboolean was_full = self->is_full;

  if (self->greetings.length >= WEIR_DOOR_MAX_GREETINGS)
    displace_silent (self);
  self->is_full = self->greetings.length >= WEIR_DOOR_MAX_GREETINGS;
  if (was_full && !self->is_full)
    g_socket_service_start (self->listening.service);
  else if (self->is_full && !was_full)
    g_socket_service_stop (self->listening.service);
  rearm (self);
}

static gboolean
on_timer (gpointer user_data)
{
  WeirDoor *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  WeirGreeting *oldest;

  while ((oldest = g_queue_peek_head (&self->greetings)) != NULL && oldest->accepted_us + self->handshake_us <= now_us)
    {
      g_message ("%s: closed, its handshake was not complete after %.3g s", oldest->peer,
                 (double) self->handshake_us / G_USEC_PER_SEC);
      give_up (self, oldest);
    }
  review (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

static void
greeting_ready (WeirGreeting *greeting, gpointer user_data)
{
  WeirDoor *self = user_data;

  self->events->ready (greeting, self->user_data);
}

static void
greeting_over (WeirGreeting *greeting, gpointer user_data)
{
  weir_door_release (user_data, greeting);
}

static const WeirGreetingEvents greeting_events = {
  .ready = greeting_ready,
  .over = greeting_over,
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  WeirDoor *self = user_data;
  WeirGreeting *greeting;

  if (!weir_listening_has_room (&self->listening, connection))
    return TRUE;
  greeting = weir_greeting_new (connection, &greeting_events, self);
  if (greeting == NULL)
    return TRUE;
  g_queue_push_tail_link (&self->greetings, &greeting->link);
  review (self);
  return TRUE;
}

/* --- life --- */

static void
start (WeirDoor *self)
{
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  weir_listening_start (&self->listening, G_CALLBACK (on_incoming), self);
}

WeirDoor *
weir_door_new (const WeirDoorConfig *config, const WeirDoorEvents *events, gpointer user_data, GError **error)
{
  WeirDoor *self = g_new0 (WeirDoor, 1);

  self->handshake_us = config->handshake_us;
  self->events = events;
  self->user_data = user_data;
  if (!weir_listening_open (&self->listening, "ws", config->listen, config->has_token, error))
    {
      weir_door_free (self);
      return NULL;
    }
  start (self);
  return self;
}

void
weir_door_free (WeirDoor *self)
{
  weir_listening_stop (&self->listening);
  while (self->greetings.length > 0)
    give_up (self, g_queue_peek_head (&self->greetings));
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  weir_listening_clear (&self->listening);
  g_free (self);
}

void
weir_door_release (WeirDoor *self, WeirGreeting *greeting)
{
  drop_greeting (self, greeting);
  review (self);
}

const char *
weir_door_get_url (WeirDoor *self)
{
  return self->listening.url;
}

gboolean
weir_door_is_loopback (WeirDoor *self)
{
  return self->listening.is_loopback;
}
