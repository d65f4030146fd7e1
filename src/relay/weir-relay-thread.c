/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-thread.h"

#include "weir-relay-channel.h"

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
  WeirChannelDoor *door;
  gboolean has_stop; /* the control thread's: it was asked for */

  /* The thread's own. */
  WeirRelayGroup group;
  GHashTable *links;    /* id → WeirRelayLink */
  GHashTable *channels; /* n → WeirRelayChannel */
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

  weir_channel_door_remember (self->door, n, weir_relay_channel_steal_history (channel));
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
  WeirEngineNews news;
  guint16 code;
  char *reason;
  gint64 timeout_us;
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
  g_free (command->reason);
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
run_note_engine (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirRelayThread *self = command->thread;
  g_autoptr (GList) channels = g_hash_table_get_values (self->channels); /* some end */

  self->group.is_engine_lost = command->news != WEIR_ENGINE_BACK;
  for (GList *at = channels; at != NULL; at = at->next)
    {
      if (command->news == WEIR_ENGINE_LOST)
        weir_relay_channel_note_engine_lost (at->data);
      else if (command->news == WEIR_ENGINE_GONE)
        weir_relay_channel_note_engine_gone (at->data);
    }
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

static const WeirChannelFuncs channel_funcs = {
  .add_tap = (void (*) (gpointer, WeirTap *, gboolean)) weir_relay_channel_add_tap,
  .remove_tap = (void (*) (gpointer, WeirTap *)) weir_relay_channel_remove_tap,
  .set_internal = (void (*) (gpointer)) weir_relay_channel_set_internal,
  .shape = (void (*) (gpointer, guint, gboolean, guint64, const char *)) weir_relay_channel_shape,
  .inject = (void (*) (gpointer, guint, WeirOp, GBytes *, const char *)) weir_relay_channel_inject,
  .dismiss = (void (*) (gpointer, guint, WeirSide, const char *)) weir_relay_channel_dismiss,
};

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

  weir_timer_clear (&self->stop_timer);
  g_hash_table_unref (self->links);
  g_hash_table_unref (self->channels);
  weir_channel_door_close (self->door);
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
  self->door = weir_channel_door_new (&(WeirChannelDoorConfig){ self->loop, self->mailbox, self->group.meters,
                                                                self->channels, &self->group.tapped, &channel_funcs });
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

  weir_channel_door_free (self->door);
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
weir_relay_thread_note_engine (WeirRelayThread *self, WeirEngineNews news)
{
  WeirCommand *command = weir_command_new (self, 0);

  command->news = news;
  weir_command_post (command, run_note_engine);
}

WeirChannelDoor *
weir_relay_thread_get_door (WeirRelayThread *self)
{
  return self->door;
}
