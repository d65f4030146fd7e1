/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-door.h"

#include "weir-wall-clock.h"

#define HEARTBEAT_US G_USEC_PER_SEC

struct _WeirChannelDoor
{
  WeirChannelDoorConfig config;

  /* The thread's own. */
  GHashTable *remembered; /* n → WeirHistory, of channels that have ended */
  WeirTimer *heartbeat_timer;
};

WeirChannelDoor *
weir_channel_door_new (const WeirChannelDoorConfig *config)
{
  WeirChannelDoor *self = g_new0 (WeirChannelDoor, 1);

  self->config = *config;
  self->remembered = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_history_free);
  return self;
}

void
weir_channel_door_close (WeirChannelDoor *self)
{
  weir_timer_clear (&self->heartbeat_timer);
  g_clear_pointer (&self->remembered, g_hash_table_unref);
}

void
weir_channel_door_free (WeirChannelDoor *self)
{
  g_free (self);
}

void
weir_channel_door_remember (WeirChannelDoor *self, guint32 n, WeirHistory *history)
{
  if (history != NULL)
    g_hash_table_insert (self->remembered, GUINT_TO_POINTER (n), history);
}

/* --- commands: posted, run in the data thread --- */

typedef struct
{
  WeirChannelDoor *door;
  guint32 n;
  WeirSide side;
  WeirTap *tap;
  gboolean history;
  guint interval_ms;
  guint ticket;
  gboolean is_held;
  guint64 rate;
  gboolean is_text;
  GBytes *payload;
  char *by;
} WeirCommand;

static WeirCommand *
weir_command_new (WeirChannelDoor *door, guint32 n)
{
  WeirCommand *command = g_new0 (WeirCommand, 1);

  command->door = door;
  command->n = n;
  return command;
}

static void
weir_command_free (WeirCommand *command)
{
  g_clear_pointer (&command->tap, weir_tap_unref);
  g_clear_pointer (&command->payload, g_bytes_unref);
  g_free (command->by);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCommand, weir_command_free)

static void
weir_command_post (WeirCommand *command, WeirLoopFunc func)
{
  weir_loop_post (command->door->config.loop, func, command, (GDestroyNotify) weir_command_free);
}

/* NULL: it has ended meanwhile, or never was. */
static gpointer
weir_command_get_channel (WeirCommand *command)
{
  return g_hash_table_lookup (command->door->config.channels, GUINT_TO_POINTER (command->n));
}

/* --- taps --- */

static void weir_channel_door_heartbeat_cb (gpointer data);

static void
weir_channel_door_set_heartbeat (WeirChannelDoor *self)
{
  WeirLoop *loop = self->config.loop;

  if (self->heartbeat_timer == NULL)
    self->heartbeat_timer =
        weir_loop_add_timer (loop, weir_loop_now_us (loop) + HEARTBEAT_US, weir_channel_door_heartbeat_cb, self);
}

static void
weir_channel_door_heartbeat_cb (gpointer data)
{
  WeirChannelDoor *self = data;
  const WeirChannelDoorConfig *config = &self->config;
  gint64 wall_us = weir_wall_clock_at_us (weir_loop_now_us (config->loop));

  self->heartbeat_timer = NULL;
  if (config->tapped->length == 0)
    return;
  weir_audience_put_heartbeats (config->tapped, wall_us);
  weir_channel_door_set_heartbeat (self);
}

/* To a tap that came too late for more. */
static void
weir_command_replay (WeirCommand *command)
{
  WeirHistory *history = g_hash_table_lookup (command->door->remembered, GUINT_TO_POINTER (command->n));
  WeirPipeEvent event = { .type = WEIR_PIPE_REPLAYED, .n = command->n };

  if (history != NULL && command->history)
    weir_history_replay (history, command->tap);
  weir_mailbox_post_event (command->door->config.mailbox, &event);
}

static void
run_add_tap (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel (command);

  if (channel == NULL)
    {
      weir_command_replay (command);
      return;
    }
  command->door->config.funcs->add_tap (channel, command->tap, command->history);
  weir_channel_door_set_heartbeat (command->door);
}

static void
run_remove_tap (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel (command);

  if (channel != NULL)
    command->door->config.funcs->remove_tap (channel, command->tap);
}

static void
run_forget (gpointer data)
{
  g_autoptr (WeirCommand) command = data;

  g_hash_table_remove (command->door->remembered, GUINT_TO_POINTER (command->n));
}

void
weir_channel_door_add_tap (WeirChannelDoor *self, guint32 n, WeirTap *tap, gboolean history)
{
  WeirCommand *command = weir_command_new (self, n);

  command->tap = weir_tap_ref (tap);
  command->history = history;
  weir_command_post (command, run_add_tap);
}

void
weir_channel_door_remove_tap (WeirChannelDoor *self, guint32 n, WeirTap *tap)
{
  WeirCommand *command = weir_command_new (self, n);

  command->tap = weir_tap_ref (tap);
  weir_command_post (command, run_remove_tap);
}

void
weir_channel_door_forget (WeirChannelDoor *self, guint32 n)
{
  weir_command_post (weir_command_new (self, n), run_forget);
}

/* --- meters --- */

static void
run_set_interval (gpointer data)
{
  g_autoptr (WeirCommand) command = data;

  weir_meter_feed_set_interval (command->door->config.meters, command->interval_ms);
}

static void
run_set_internal (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel (command);

  if (channel != NULL)
    command->door->config.funcs->set_internal (channel);
}

void
weir_channel_door_set_interval (WeirChannelDoor *self, guint interval_ms)
{
  WeirCommand *command = weir_command_new (self, 0);

  command->interval_ms = interval_ms;
  weir_command_post (command, run_set_interval);
}

void
weir_channel_door_set_internal (WeirChannelDoor *self, guint32 n)
{
  weir_command_post (weir_command_new (self, n), run_set_internal);
}

/* --- wishes --- */

/* Nobody there any more is an answer, too. */
static gpointer
weir_command_get_channel_or_answer (WeirCommand *command)
{
  gpointer channel = weir_command_get_channel (command);
  WeirPipeEvent event = {
    .type = WEIR_PIPE_ANSWERED,
    .n = command->n,
    .ticket = command->ticket,
    .outcome = WEIR_OUTCOME_GONE,
  };

  if (channel == NULL)
    weir_mailbox_post_event (command->door->config.mailbox, &event);
  return channel;
}

static void
run_shape (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    command->door->config.funcs->shape (channel, command->ticket, command->is_held, command->rate, command->by);
}

static void
run_inject (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    command->door->config.funcs->inject (channel, command->ticket, command->is_text ? WEIR_OP_TEXT : WEIR_OP_BINARY,
                                         command->payload, command->by);
}

static void
run_dismiss (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  gpointer channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    command->door->config.funcs->dismiss (channel, command->ticket, command->side, command->by);
}

static WeirCommand *
weir_command_new_wish (WeirChannelDoor *door, guint32 n, guint ticket, const char *by)
{
  WeirCommand *command = weir_command_new (door, n);

  command->ticket = ticket;
  command->by = g_strdup (by);
  return command;
}

void
weir_channel_door_shape (WeirChannelDoor *self, guint32 n, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->is_held = is_held;
  command->rate = rate;
  weir_command_post (command, run_shape);
}

void
weir_channel_door_inject (WeirChannelDoor *self, guint32 n, guint ticket, gboolean is_text, GBytes *payload,
                          const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->is_text = is_text;
  command->payload = g_bytes_ref (payload);
  weir_command_post (command, run_inject);
}

void
weir_channel_door_dismiss (WeirChannelDoor *self, guint32 n, guint ticket, WeirSide side, const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->side = side;
  weir_command_post (command, run_dismiss);
}
