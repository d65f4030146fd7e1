/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-data-thread.h"

#include "weir-pipe.h"

/* A writer whose handshake overlaps with its reader's leaving comes within milliseconds. */
#define N_LEFT 64

struct _WeirDataThread
{
  WeirLoop *loop;
  GThread *thread;
  WeirMailbox *mailbox;
  const WeirDataEvents *events;
  WeirChannelDoor *door;
  gboolean has_stop; /* the control thread's: it was asked for */

  /* The thread's own. */
  WeirPipeGroup *group;
  GHashTable *pipes;   /* n → WeirPipe */
  GPtrArray *dead;     /* pipes that have ended in this dispatch */
  GHashTable *refused; /* set of WeirConn: closing, of no channel */
  WeirTimer *stop_timer;
  gboolean is_stopping;
  guint32 left[N_LEFT]; /* the latest channels whose readers left before a writer came, around and around */
  guint n_left;         /* ever */
};

/* --- stopping --- */

static void
weir_data_thread_quit_if_done (WeirDataThread *self)
{
  if (self->is_stopping && g_hash_table_size (self->pipes) == 0 && g_hash_table_size (self->refused) == 0)
    weir_loop_quit (self->loop);
}

static void
weir_data_thread_stop_timer_cb (gpointer data)
{
  WeirDataThread *self = data;

  self->stop_timer = NULL;
  weir_loop_quit (self->loop);
}

/* --- what the pipes say --- */

static void
weir_data_thread_event_cb (const WeirPipeEvent *event, gpointer user_data)
{
  WeirDataThread *self = user_data;

  weir_mailbox_post_event (self->mailbox, event);
}

static void
weir_data_thread_reap (gpointer data)
{
  WeirDataThread *self = data;

  g_ptr_array_set_size (self->dead, 0);
}

/* Remembers a channel whose reader left before a writer came: that may be on its way. */
static void
weir_data_thread_note_left (WeirDataThread *self, WeirPipe *pipe)
{
  if (weir_pipe_was_left_alone (pipe))
    self->left[self->n_left++ % N_LEFT] = weir_pipe_get_n (pipe);
}

static void
weir_data_thread_ended_cb (WeirPipe *pipe, gpointer user_data)
{
  WeirDataThread *self = user_data;

  weir_channel_door_remember (self->door, weir_pipe_get_n (pipe), weir_pipe_steal_history (pipe));
  weir_data_thread_note_left (self, pipe);
  g_hash_table_steal (self->pipes, GUINT_TO_POINTER (weir_pipe_get_n (pipe)));
  if (self->dead->len == 0)
    weir_loop_post (self->loop, weir_data_thread_reap, self, NULL);
  g_ptr_array_add (self->dead, pipe);
  weir_data_thread_quit_if_done (self);
}

static const WeirPipeGroupEvents group_events = {
  .event = weir_data_thread_event_cb,
  .ended = weir_data_thread_ended_cb,
};

/* --- connections that are turned away --- */

static void
weir_data_thread_closed_cb (WeirConn *conn, gpointer user_data)
{
  WeirDataThread *self = user_data;

  g_hash_table_remove (self->refused, conn);
  weir_data_thread_quit_if_done (self);
}

static const WeirConnEvents refused_events = {
  .closed = weir_data_thread_closed_cb,
};

static gboolean
weir_data_thread_was_left (WeirDataThread *self, guint32 n)
{
  for (guint i = 0; i < MIN (self->n_left, N_LEFT); i++)
    if (self->left[i] == n)
      return TRUE;
  return FALSE;
}

/* @is_left: there is no reader any more, which a writer is told as one that came in time is. */
static void
weir_data_thread_refuse (WeirDataThread *self, GIOStream *stream, GBytes *early, gboolean is_left)
{
  WeirConn *conn = weir_conn_new (self->loop, stream, WEIR_ROLE_SERVER, early, &refused_events, self);

  g_hash_table_add (self->refused, conn);
  weir_conn_discard_messages (conn);
  weir_conn_close (conn, is_left ? 1001 : 0, is_left ? "reader_left" : NULL, WEIR_PIPE_WRITER_CLOSE_US);
}

/* --- commands: posted by the control thread, run in this one --- */

typedef struct
{
  WeirDataThread *thread;
  guint32 n;
  WeirPipeConfig config;
  WeirSide side;
  GIOStream *stream;
  GBytes *early;
  guint16 code;
  char *reason;
  gint64 timeout_us;
} WeirCommand;

static WeirCommand *
weir_command_new (WeirDataThread *thread, guint32 n)
{
  WeirCommand *command = g_new0 (WeirCommand, 1);

  command->thread = thread;
  command->n = n;
  return command;
}

static void
weir_command_free (WeirCommand *command)
{
  g_clear_object (&command->stream);
  g_clear_pointer (&command->early, g_bytes_unref);
  g_free (command->reason);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCommand, weir_command_free)

static void
weir_command_post (WeirCommand *command, WeirLoopFunc func)
{
  weir_loop_post (command->thread->loop, func, command, (GDestroyNotify) weir_command_free);
}

/* NULL: it has ended meanwhile. */
static WeirPipe *
weir_command_get_pipe (WeirCommand *command)
{
  return g_hash_table_lookup (command->thread->pipes, GUINT_TO_POINTER (command->n));
}

static void
run_open (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirDataThread *self = command->thread;

  g_return_if_fail (weir_command_get_pipe (command) == NULL);

  if (self->is_stopping) /* it would be waited for */
    return;
  g_hash_table_insert (self->pipes, GUINT_TO_POINTER (command->n), weir_pipe_new (self->group, &command->config));
}

static void
run_attach (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirPipe *pipe = weir_command_get_pipe (command);
  GIOStream *stream = g_steal_pointer (&command->stream);

  gboolean is_left;

  if (pipe != NULL && weir_pipe_attach (pipe, command->side, stream, command->early))
    return;
  is_left = pipe != NULL ? weir_pipe_was_left_alone (pipe) : weir_data_thread_was_left (command->thread, command->n);
  weir_data_thread_refuse (command->thread, stream, command->early, is_left && command->side == WEIR_SIDE_WRITER);
}

static void
run_stop (gpointer data)
{
  g_autoptr (WeirCommand) command = data;
  WeirDataThread *self = command->thread;
  g_autoptr (GList) pipes = g_hash_table_get_values (self->pipes); /* closing may remove some */

  self->is_stopping = TRUE;
  self->stop_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + command->timeout_us,
                                          weir_data_thread_stop_timer_cb, self);
  for (GList *link = pipes; link != NULL; link = link->next)
    weir_pipe_close (link->data, WEIR_ENDED_ENGINE, command->code, command->reason, command->timeout_us);
  weir_data_thread_quit_if_done (self);
}

/* --- the thread --- */

static const WeirChannelFuncs channel_funcs = {
  .add_tap = (void (*) (gpointer, WeirTap *, gboolean)) weir_pipe_add_tap,
  .remove_tap = (void (*) (gpointer, WeirTap *)) weir_pipe_remove_tap,
  .set_internal = (void (*) (gpointer)) weir_pipe_set_internal,
  .shape = (void (*) (gpointer, guint, gboolean, guint64, const char *)) weir_pipe_shape,
  .inject = (void (*) (gpointer, guint, WeirOp, GBytes *, const char *)) weir_pipe_inject,
  .dismiss = (void (*) (gpointer, guint, WeirSide, const char *)) weir_pipe_dismiss,
};

static void
weir_data_thread_deliver_stopped (gpointer letter, gpointer user_data)
{
  WeirDataThread *self = letter;

  if (self->events->stopped != NULL)
    self->events->stopped (self, user_data);
}

static gpointer
weir_data_thread_main (gpointer data)
{
  WeirDataThread *self = data;

  weir_loop_run (self->loop);

  weir_timer_clear (&self->stop_timer);
  g_hash_table_unref (self->pipes);
  g_ptr_array_unref (self->dead);
  g_hash_table_unref (self->refused);
  weir_channel_door_close (self->door);
  weir_pipe_group_free (self->group);
  weir_mailbox_post_last (self->mailbox, weir_data_thread_deliver_stopped, self);
  return NULL;
}

WeirDataThread *
weir_data_thread_new (const char *name, WeirBudget *budget, GMainContext *control, const WeirDataEvents *events,
                      gpointer user_data, GError **error)
{
  g_autoptr (WeirLoop) loop = weir_loop_new (error);
  WeirDataThread *self;

  if (loop == NULL)
    return NULL;

  self = g_new0 (WeirDataThread, 1);
  self->loop = g_steal_pointer (&loop);
  self->events = events;
  self->mailbox = weir_mailbox_new (control, &(WeirMailboxFuncs){ events->event, events->meters }, user_data);
  self->group = weir_pipe_group_new (self->loop, self->mailbox, budget, &group_events, self);
  self->pipes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_pipe_free);
  self->dead = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_pipe_free);
  self->refused = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) weir_conn_free, NULL);
  self->door = weir_channel_door_new (&(WeirChannelDoorConfig){ self->loop, self->mailbox, self->group->meters,
                                                                self->pipes, &self->group->tapped, &channel_funcs });
  self->thread = g_thread_new (name, weir_data_thread_main, self);
  return self;
}

void
weir_data_thread_stop (WeirDataThread *self, guint16 code, const char *reason, gint64 timeout_us)
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
weir_data_thread_free (WeirDataThread *self)
{
  if (!self->has_stop)
    weir_loop_quit (self->loop);
  g_thread_join (self->thread);

  weir_channel_door_free (self->door);
  weir_mailbox_free (self->mailbox);
  weir_loop_unref (self->loop);
  g_free (self);
}

/* --- the door --- */

void
weir_data_thread_open (WeirDataThread *self, const WeirPipeConfig *config)
{
  WeirCommand *command = weir_command_new (self, config->n);

  command->config = *config;
  weir_command_post (command, run_open);
}

void
weir_data_thread_attach (WeirDataThread *self, guint32 n, WeirSide side, GIOStream *stream, GBytes *early)
{
  WeirCommand *command = weir_command_new (self, n);

  command->side = side;
  command->stream = stream;
  command->early = early;
  weir_command_post (command, run_attach);
}

WeirChannelDoor *
weir_data_thread_get_door (WeirDataThread *self)
{
  return self->door;
}
