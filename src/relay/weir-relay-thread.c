/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-thread.h"

#include "weir-relay-channel.h"
#include "weir-wall-clock.h"

#define HEARTBEAT_US G_USEC_PER_SEC

/* Of messages that come in pieces and are gathered for taps and histories, for all channels of a thread; above it they
 * are shown without their bytes. */
#define VIEWS_MAX_BYTES (64 << 20)

struct _WeirRelayThread
{
  WeirLoop *loop;
  GMainContext *context; /* nullable: without one the loop runs by itself */
  GMainLoop *main_loop;  /* nullable: the same */
  GThread *thread;
  WeirMailbox *mailbox;
  const WeirRelayEvents *events;
  WeirViewAccount account;
  gboolean has_stop; /* the control thread's: it was asked for */

  /* The thread's own. */
  WeirRelayGroup group;
  GHashTable *links;      /* id → WeirRelayLink */
  GHashTable *channels;   /* n → WeirRelayChannel */
  GHashTable *remembered; /* n → WeirHistory, of channels that have ended */
  WeirTimer *heartbeat_timer;
  WeirTimer *stop_timer;
  gboolean is_stopping;
};

static void
weir_relay_thread_quit (WeirRelayThread *self)
{
  if (self->main_loop != NULL)
    g_main_loop_quit (self->main_loop);
  else
    weir_loop_quit (self->loop);
}

static void
weir_relay_thread_quit_if_done (WeirRelayThread *self)
{
  if (self->is_stopping && g_hash_table_size (self->links) == 0)
    weir_relay_thread_quit (self);
}

static void
weir_relay_thread_stop_timer_cb (gpointer data)
{
  WeirRelayThread *self = data;

  self->stop_timer = NULL;
  weir_relay_thread_quit (self);
}

/* --- what links and channels say --- */

static void
weir_relay_thread_link_ended_cb (WeirRelayLink *link, gpointer user_data)
{
  WeirRelayThread *self = user_data;

  g_hash_table_steal (self->links, GUINT_TO_POINTER (link->id));
  weir_loop_dispose_later (self->loop, link, (GDestroyNotify) weir_relay_link_free);
  weir_relay_thread_quit_if_done (self);
}

static void
weir_relay_thread_channel_ended_cb (WeirRelayChannel *channel, gpointer user_data)
{
  WeirRelayThread *self = user_data;
  guint32 n = weir_relay_channel_get_n (channel);
  WeirHistory *history = weir_relay_channel_steal_history (channel);

  if (history != NULL)
    g_hash_table_insert (self->remembered, GUINT_TO_POINTER (n), history);
  g_hash_table_steal (self->channels, GUINT_TO_POINTER (n));
  weir_loop_dispose_later (self->loop, channel, (GDestroyNotify) weir_relay_channel_free);
}

static const WeirRelayGroupEvents group_events = {
  .link_ended = weir_relay_thread_link_ended_cb,
  .channel_ended = weir_relay_thread_channel_ended_cb,
};

static void
fill_row (gpointer channel, WeirMeterRow *row)
{
  row->n = weir_relay_channel_get_n (channel);
  weir_relay_channel_get_meters (channel, &row->meters);
}

/* --- commands: posted by the control thread, run in this one --- */

typedef struct
{
  WeirRelayThread *thread;
  guint32 n;
  WeirLinkConfig link;
  WeirRelayChannelConfig channel;
  WeirSide side;
  WeirPresence presence;
  WeirEndedBy ended_by;
  guint16 code;
  char *reason;
  gint64 timeout_us;
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
weir_command_new (WeirRelayThread *thread, guint32 n)
{
  WeirCommand *command = g_new0 (WeirCommand, 1);

  command->thread = thread;
  command->n = n;
  return command;
}

static void
weir_command_free (WeirCommand *command)
{
  g_clear_object (&command->link.worker);
  g_clear_object (&command->link.upstream);
  g_clear_pointer (&command->link.worker_early, g_bytes_unref);
  g_clear_pointer (&command->link.upstream_early, g_bytes_unref);
  g_clear_pointer (&command->tap, weir_tap_unref);
  g_clear_pointer (&command->payload, g_bytes_unref);
  g_free (command->reason);
  g_free (command->by);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCommand, weir_command_free)

static void
weir_command_post (WeirCommand *command, WeirLoopFunc func)
{
  weir_loop_post (command->thread->loop, func, command, (GDestroyNotify) weir_command_free);
}

/* NULL: it has ended meanwhile, or never was. */
static WeirRelayChannel *
weir_command_get_channel (WeirCommand *command)
{
  return g_hash_table_lookup (command->thread->channels, GUINT_TO_POINTER (command->n));
}

static void
run_open_link (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayThread *self = command->thread;
  WeirRelayLink *link;

  g_return_if_fail (!g_hash_table_contains (self->links, GUINT_TO_POINTER (command->link.link)));

  link = weir_relay_link_new (&self->group, &command->link);
  command->link.worker = command->link.upstream = NULL;
  g_hash_table_insert (self->links, GUINT_TO_POINTER (link->id), link);
  if (self->is_stopping) /* it would be waited for */
    weir_relay_link_abort (link);
  else
    weir_relay_link_start (link, weir_command_get_channel (command), &command->link);
}

static void
run_close_link (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayLink *link = g_hash_table_lookup (command->thread->links, GUINT_TO_POINTER (command->link.link));

  if (link != NULL)
    weir_relay_link_abort (link);
}

static void
run_open_channel (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayThread *self = command->thread;

  g_return_if_fail (weir_command_get_channel (command) == NULL);

  g_hash_table_insert (self->channels, GUINT_TO_POINTER (command->n),
                       weir_relay_channel_new (&self->group, &command->channel));
}

static void
run_set_presence (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel (command);

  if (channel != NULL)
    weir_relay_channel_set_presence (channel, command->side, command->presence);
}

static void
run_end_channel (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel (command);

  if (channel != NULL)
    weir_relay_channel_end (channel, command->ended_by);
}

/* To a tap that came too late for more. */
static void
weir_relay_thread_replay (WeirRelayThread *self, const WeirCommand *command)
{
  WeirHistory *history = g_hash_table_lookup (self->remembered, GUINT_TO_POINTER (command->n));
  WeirPipeEvent event = { .type = WEIR_PIPE_REPLAYED, .n = command->n };

  if (history != NULL && command->history)
    weir_history_replay (history, command->tap);
  weir_mailbox_post_event (self->mailbox, &event);
}

static void
weir_relay_thread_heartbeat_timer_cb (gpointer data)
{
  WeirRelayThread *self = data;
  gint64 now_us = weir_loop_now_us (self->loop);

  self->heartbeat_timer = NULL;
  if (self->group.tapped.length == 0)
    return;
  for (GList *link = self->group.tapped.head; link != NULL; link = link->next)
    weir_tap_set_put_heartbeat (weir_relay_channel_get_taps (link->data), weir_wall_clock_at_us (now_us));
  self->heartbeat_timer =
      weir_loop_add_timer (self->loop, now_us + HEARTBEAT_US, weir_relay_thread_heartbeat_timer_cb, self);
}

static void
run_add_tap (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayThread *self = command->thread;
  WeirRelayChannel *channel = weir_command_get_channel (command);

  if (channel == NULL)
    {
      weir_relay_thread_replay (self, command);
      return;
    }
  weir_relay_channel_add_tap (channel, command->tap, command->history);
  if (self->heartbeat_timer == NULL)
    self->heartbeat_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + HEARTBEAT_US,
                                                 weir_relay_thread_heartbeat_timer_cb, self);
}

static void
run_remove_tap (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel (command);

  if (channel != NULL)
    weir_relay_channel_remove_tap (channel, command->tap);
}

static void
run_forget (gpointer data)
{
  g_autoptr (WeirCommand) command = data;

  g_hash_table_remove (command->thread->remembered, GUINT_TO_POINTER (command->n));
}

static void
run_set_interval (gpointer data)
{
  g_autoptr (WeirCommand) command = data;

  weir_meter_feed_set_interval (command->thread->group.meters, command->interval_ms);
}

static void
run_set_internal (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel (command);

  if (channel != NULL)
    weir_relay_channel_set_internal (channel);
}

/* For a wish: nobody there any more is an answer, too. */
static WeirRelayChannel *
weir_command_get_channel_or_answer (WeirCommand *command)
{
  WeirRelayChannel *channel = weir_command_get_channel (command);
  WeirPipeEvent event = {
    .type = WEIR_PIPE_ANSWERED,
    .n = command->n,
    .ticket = command->ticket,
    .outcome = WEIR_OUTCOME_GONE,
  };

  if (channel == NULL)
    weir_mailbox_post_event (command->thread->mailbox, &event);
  return channel;
}

static void
run_shape (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    weir_relay_channel_shape (channel, command->ticket, command->is_held, command->rate, command->by);
}

static void
run_inject (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    weir_relay_channel_inject (channel, command->ticket, command->is_text ? WEIR_OP_TEXT : WEIR_OP_BINARY,
                               command->payload, command->by);
}

static void
run_dismiss (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayChannel *channel = weir_command_get_channel_or_answer (command);

  if (channel != NULL)
    weir_relay_channel_dismiss (channel, command->ticket, command->side, command->by);
}

static void
run_stop (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayThread *self = command->thread;
  g_autoptr (GList) links = g_hash_table_get_values (self->links); /* parting may remove some */

  self->is_stopping = TRUE;
  self->stop_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + command->timeout_us,
                                          weir_relay_thread_stop_timer_cb, self);
  for (GList *at = links; at != NULL; at = at->next)
    weir_relay_link_part (at->data, command->code, command->reason, TRUE);
  weir_relay_thread_quit_if_done (self);
}

/* --- the thread --- */

static void
deliver_stopped (gpointer letter, gpointer user_data)
{
  WeirRelayThread *self = letter;

  if (self->events->stopped != NULL)
    self->events->stopped (self, user_data);
}

static void
weir_relay_thread_run (WeirRelayThread *self)
{
  if (self->main_loop == NULL)
    {
      weir_loop_run (self->loop);
      return;
    }
  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->main_loop);
}

/* TLS connections say good-bye by themselves, each within a limit. */
static void
weir_relay_thread_leave_context (WeirRelayThread *self)
{
  if (self->main_loop == NULL)
    return;
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
}

static gpointer
weir_relay_thread_main (gpointer data)
{
  WeirRelayThread *self = data;

  weir_relay_thread_run (self);

  weir_timer_clear (&self->heartbeat_timer);
  weir_timer_clear (&self->stop_timer);
  g_hash_table_unref (self->links);
  g_hash_table_unref (self->channels);
  g_hash_table_unref (self->remembered);
  weir_meter_feed_free (self->group.meters);
  weir_history_store_free (self->group.histories);
  weir_relay_thread_leave_context (self);
  weir_mailbox_post_last (self->mailbox, deliver_stopped, self);
  return NULL;
}

static WeirLoop *
weir_relay_thread_new_loop (WeirRelayThread *self, const WeirRelayConfig *config, GError **error)
{
  if (!config->tls)
    return weir_loop_new (error);
  self->context = g_main_context_new ();
  self->main_loop = g_main_loop_new (self->context, FALSE);
  return weir_loop_new_attached (self->context, G_PRIORITY_DEFAULT, error);
}

static void
weir_relay_thread_init_group (WeirRelayThread *self, const WeirRelayConfig *config)
{
  self->group = (WeirRelayGroup){
    .loop = self->loop,
    .mailbox = self->mailbox,
    .budget = weir_budget_ref (config->budget),
    .probes = config->probe,
    .mends = config->mend,
    .events = self->events,
    .group_events = &group_events,
    .user_data = self,
    .meters = weir_meter_feed_new (self->loop, self->mailbox, fill_row),
    .histories = weir_history_store_new (config->budget),
    .account = &self->account,
    .views = { .max = VIEWS_MAX_BYTES },
  };
  g_queue_init (&self->group.tapped);
}

WeirRelayThread *
weir_relay_thread_new (const char *name, const WeirRelayConfig *config, GMainContext *control,
                       const WeirRelayEvents *events, gpointer user_data, GError **error)
{
  WeirRelayThread *self = g_new0 (WeirRelayThread, 1);

  self->events = events;
  self->loop = weir_relay_thread_new_loop (self, config, error);
  if (self->loop == NULL)
    {
      g_clear_pointer (&self->main_loop, g_main_loop_unref);
      g_clear_pointer (&self->context, g_main_context_unref);
      g_free (self);
      return NULL;
    }
  self->account.max = WEIR_LINK_MESSAGES_MAX_BYTES;
  self->mailbox = weir_mailbox_new (control, &(WeirMailboxFuncs){ events->event, events->meters }, user_data);
  weir_relay_thread_init_group (self, config);
  self->links = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_relay_link_free);
  self->channels = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_relay_channel_free);
  self->remembered = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_history_free);
  self->thread = g_thread_new (name, weir_relay_thread_main, self);
  return self;
}

static void
run_quit (gpointer data)
{
  weir_relay_thread_quit (data);
}

void
weir_relay_thread_stop (WeirRelayThread *self, guint16 code, const char *reason, gint64 timeout_us)
{
  WeirCommand *command;

  g_return_if_fail (!self->has_stop);

  self->has_stop = TRUE;
  command = weir_command_new (self, 0);
  command->code = code;
  command->reason = g_strdup (reason);
  command->timeout_us = MAX (timeout_us, 0);
  weir_command_post (command, run_stop);
}

void
weir_relay_thread_free (WeirRelayThread *self)
{
  if (!self->has_stop)
    weir_loop_post (self->loop, run_quit, self, NULL);
  g_thread_join (self->thread);

  weir_mailbox_free (self->mailbox);
  weir_loop_unref (self->loop);
  weir_budget_unref (self->group.budget);
  g_clear_pointer (&self->main_loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

/* --- the door --- */

void
weir_relay_thread_open_link (WeirRelayThread *self, const WeirLinkConfig *config)
{
  WeirCommand *command = weir_command_new (self, config->kind == WEIR_LINK_CHANNEL ? config->n : 0);

  command->link = *config;
  weir_command_post (command, run_open_link);
}

void
weir_relay_thread_close_link (WeirRelayThread *self, guint32 link)
{
  WeirCommand *command = weir_command_new (self, 0);

  command->link.link = link;
  weir_command_post (command, run_close_link);
}

void
weir_relay_thread_open_channel (WeirRelayThread *self, const WeirRelayChannelConfig *config)
{
  WeirCommand *command = weir_command_new (self, config->n);

  command->channel = *config;
  weir_command_post (command, run_open_channel);
}

void
weir_relay_thread_set_presence (WeirRelayThread *self, guint32 n, WeirSide side, WeirPresence presence)
{
  WeirCommand *command = weir_command_new (self, n);

  command->side = side;
  command->presence = presence;
  weir_command_post (command, run_set_presence);
}

void
weir_relay_thread_end_channel (WeirRelayThread *self, guint32 n, WeirEndedBy by)
{
  WeirCommand *command = weir_command_new (self, n);

  command->ended_by = by;
  weir_command_post (command, run_end_channel);
}

void
weir_relay_thread_add_tap (WeirRelayThread *self, guint32 n, WeirTap *tap, gboolean history)
{
  WeirCommand *command = weir_command_new (self, n);

  command->tap = weir_tap_ref (tap);
  command->history = history;
  weir_command_post (command, run_add_tap);
}

void
weir_relay_thread_remove_tap (WeirRelayThread *self, guint32 n, WeirTap *tap)
{
  WeirCommand *command = weir_command_new (self, n);

  command->tap = weir_tap_ref (tap);
  weir_command_post (command, run_remove_tap);
}

void
weir_relay_thread_forget (WeirRelayThread *self, guint32 n)
{
  weir_command_post (weir_command_new (self, n), run_forget);
}

void
weir_relay_thread_set_interval (WeirRelayThread *self, guint interval_ms)
{
  WeirCommand *command = weir_command_new (self, 0);

  command->interval_ms = interval_ms;
  weir_command_post (command, run_set_interval);
}

void
weir_relay_thread_set_internal (WeirRelayThread *self, guint32 n)
{
  weir_command_post (weir_command_new (self, n), run_set_internal);
}

static WeirCommand *
weir_command_new_wish (WeirRelayThread *thread, guint32 n, guint ticket, const char *by)
{
  WeirCommand *command = weir_command_new (thread, n);

  command->ticket = ticket;
  command->by = g_strdup (by);
  return command;
}

void
weir_relay_thread_shape (WeirRelayThread *self, guint32 n, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->is_held = is_held;
  command->rate = rate;
  weir_command_post (command, run_shape);
}

void
weir_relay_thread_inject (WeirRelayThread *self, guint32 n, guint ticket, gboolean is_text, GBytes *payload,
                          const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->is_text = is_text;
  command->payload = g_bytes_ref (payload);
  weir_command_post (command, run_inject);
}

void
weir_relay_thread_dismiss (WeirRelayThread *self, guint32 n, guint ticket, WeirSide side, const char *by)
{
  WeirCommand *command = weir_command_new_wish (self, n, ticket, by);

  command->side = side;
  weir_command_post (command, run_dismiss);
}
