/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-session.h"

#include "weir-source.h"

/* Channels of all calls of a session: each is a card of the page, and their figures are kept. */
#define MAX_HELD 64

#define TICK_MS 250

struct _WeirSendSession
{
  GObject parent_instance;

  WeirObserver *observer;
  WeirSessionState state;
  WeirWriting *writing;      /* nullable: nothing is to be written */
  GPtrArray *setups;         /* of WeirChannelSetup, copied */
  GPtrArray *pairs;          /* of WeirChannelPair, NULL where a ref was pasted; as far as they are made */
  guint first;               /* of the setups: those before it are of earlier calls */
  gboolean is_extending;     /* RUNNING, and channels are made for one more call */
  WeirRun *run;              /* nullable */
  GListStore *channels;      /* of WeirHeldChannel */
  GCancellable *cancellable; /* of preparing */
  guint ticker;              /* while RUNNING: an engine that says nothing has no news */
  guint64 keep_limit;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_UPDATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSendSession, weir_send_session, G_TYPE_OBJECT)

/* The list never shrinks, so what it lends stays. */
static WeirHeldChannel *
peek (WeirSendSession *self, guint i)
{
  g_autoptr (WeirHeldChannel) channel = g_list_model_get_item (G_LIST_MODEL (self->channels), i);

  return channel;
}

#define FOREACH_CHANNEL(self, channel)                                                                                 \
  for (guint i_ = 0; i_ < (self)->setups->len && peek (self, i_) != NULL; i_++)                                        \
    for (WeirHeldChannel *channel = peek (self, i_); channel != NULL; channel = NULL)

/* --- state --- */

static gboolean
has_open_end (WeirSendSession *self)
{
  FOREACH_CHANNEL (self, channel)
  if (weir_held_channel_is_open (channel))
    return TRUE;
  return FALSE;
}

static gboolean tick_cb (gpointer user_data);

static void
weir_send_session_set_state (WeirSendSession *self, WeirSessionState state)
{
  self->state = state;
  if (state != WEIR_SESSION_RUNNING)
    g_clear_handle_id (&self->ticker, g_source_remove);
  else if (self->ticker == 0)
    self->ticker = g_timeout_add (TICK_MS, tick_cb, self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* The points take our ends for those of who was handed the refs. */
static void
claim_ends (WeirSendSession *self)
{
  FOREACH_CHANNEL (self, channel)
  weir_held_channel_claim (channel, self->observer);
}

static void
end_changed_cb (WeirSendSession *self)
{
  claim_ends (self);
  if (self->state == WEIR_SESSION_RUNNING && !self->is_extending)
    weir_send_session_set_state (self, has_open_end (self) ? WEIR_SESSION_RUNNING : WEIR_SESSION_OVER);
}

static void
observer_updated_cb (WeirSendSession *self)
{
  gint64 silence_us = self->state == WEIR_SESSION_RUNNING
                          ? weir_observer_check_silence_us (self->observer, g_get_monotonic_time ())
                          : 0;

  FOREACH_CHANNEL (self, channel)
  weir_held_channel_look (channel, weir_observer_lookup (self->observer, weir_held_channel_get_id (channel)),
                          silence_us);
  claim_ends (self);
  g_signal_emit (self, signals[SIGNAL_UPDATED], 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (WeirSendSession) self = g_object_ref (user_data);

  observer_updated_cb (self);
  return G_SOURCE_CONTINUE;
}

/* --- preparing --- */

static void prepare_next (GTask *task);

static void
add_channel (WeirSendSession *self, const WeirChannelSetup *setup, WeirChannelPair *pair)
{
  WeirWorker *worker = setup->is_wanted ? NULL : weir_observer_get_worker (self->observer);
  g_autoptr (WeirHeldChannel) channel =
      pair != NULL ? weir_held_channel_new (setup->name, setup->hold, pair, self->run)
                   : weir_held_channel_new_for_ref (setup->name, setup->ref, worker, self->run);

  weir_held_channel_expect (channel, weir_observer_lookup (self->observer, weir_held_channel_get_id (channel)));
  if (weir_held_channel_get_taker (channel) != NULL)
    weir_spool_set_limit (weir_taker_get_spool (weir_held_channel_get_taker (channel)), self->keep_limit);
  g_signal_connect_object (channel, "changed", G_CALLBACK (end_changed_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->channels, channel);
}

static void
weir_send_session_make_ready (WeirSendSession *self)
{
  if (self->run == NULL)
    self->run = weir_run_new ();
  for (guint i = self->first; i < self->setups->len; i++)
    add_channel (self, g_ptr_array_index (self->setups, i), g_steal_pointer (&self->pairs->pdata[i]));
  if (self->is_extending)
    return;
  g_signal_connect_object (self->observer, "updated", G_CALLBACK (observer_updated_cb), self, G_CONNECT_SWAPPED);
  weir_send_session_set_state (self, WEIR_SESSION_READY);
}

/* What was open before is as it was. */
static void
weir_send_session_give_up (WeirSendSession *self)
{
  if (!self->is_extending)
    {
      weir_send_session_set_state (self, WEIR_SESSION_OVER);
      return;
    }
  self->is_extending = FALSE;
  g_ptr_array_set_size (self->setups, (int) self->first);
  g_ptr_array_set_size (self->pairs, (int) self->first);
  end_changed_cb (self);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WeirSendSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  WeirChannelPair *pair = weir_worker_create_channel_finish (WEIR_WORKER (object), result, &error);

  if (pair == NULL)
    {
      weir_send_session_give_up (self);
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (self->pairs, pair);
  prepare_next (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
prepare_next (GTask *task)
{
  WeirSendSession *self = g_task_get_source_object (task);
  const WeirChannelSetup *setup;

  while (self->pairs->len < self->setups->len)
    {
      setup = g_ptr_array_index (self->setups, self->pairs->len);
      if (setup->ref == NULL)
        {
          weir_worker_create_channel_async (weir_observer_get_worker (self->observer), setup->buffer_size,
                                            g_task_get_cancellable (task), created_cb, task);
          return;
        }
      g_ptr_array_add (self->pairs, NULL);
    }
  weir_send_session_make_ready (self);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
copy_channels (WeirSendSession *self, WeirSendSetup *setup, gboolean for_call)
{
  for (guint i = 0; i < weir_send_setup_get_n_channels (setup); i++)
    {
      const WeirChannelSetup *channel = weir_send_setup_get_channel (setup, i);

      if (!for_call || weir_channel_setup_is_for_call (channel))
        g_ptr_array_add (self->setups, weir_channel_setup_copy (channel));
    }
}

/* @task: (transfer full) */
static void
prepare (WeirSendSession *self, WeirSendSetup *setup, gboolean writes, gboolean for_call, GTask *task)
{
  GError *error = NULL;

  copy_channels (self, setup, for_call);
  g_clear_pointer (&self->writing, weir_writing_free);
  if (writes && weir_send_setup_is_written_into (setup, for_call))
    self->writing = weir_writing_copy (weir_send_setup_get_writing (setup));
  /* What was typed is looked at before any channel is made for it. */
  if (self->writing != NULL && !weir_source_check (self->writing, &error))
    {
      weir_send_session_give_up (self);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  if (!self->is_extending)
    weir_send_session_set_state (self, WEIR_SESSION_PREPARING);
  prepare_next (task);
}

void
weir_send_session_prepare_async (WeirSendSession *self, WeirSendSetup *setup, gboolean writes, gboolean for_call,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (WEIR_IS_SEND_SESSION (self) && self->state == WEIR_SESSION_NEW);

  task = g_task_new (self, self->cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_send_session_prepare_async);
  prepare (self, setup, writes, for_call, task);
}

gboolean
weir_send_session_can_extend (WeirSendSession *self)
{
  g_return_val_if_fail (WEIR_IS_SEND_SESSION (self), FALSE);

  return self->state == WEIR_SESSION_RUNNING && !self->is_extending && !weir_send_session_is_ending (self) &&
         self->setups->len + WEIR_SEND_MAX_CHANNELS <= MAX_HELD;
}

void
weir_send_session_extend_async (WeirSendSession *self, WeirSendSetup *setup, gboolean writes,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (WEIR_IS_SEND_SESSION (self) && weir_send_session_can_extend (self));

  task = g_task_new (self, self->cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_send_session_extend_async);
  self->is_extending = TRUE;
  self->first = self->setups->len;
  prepare (self, setup, writes, TRUE, task);
}

gboolean
weir_send_session_prepare_finish (WeirSendSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- running --- */

static WeirHeldChannel *
find_channel (WeirSendSession *self, const char *name)
{
  for (guint i = self->first; i < self->setups->len; i++)
    {
      const WeirChannelSetup *setup = g_ptr_array_index (self->setups, i);

      if (setup->is_wanted && g_str_equal (setup->name, name))
        return peek (self, i);
    }
  return NULL;
}

void
weir_send_session_give_refs (WeirSendSession *self, WeirCall *call)
{
  GPtrArray *wanted = weir_call_get_channels (call);

  g_return_if_fail (WEIR_IS_SEND_SESSION (self) && (self->state == WEIR_SESSION_READY || self->is_extending));

  for (guint i = 0; i < wanted->len; i++)
    {
      const WeirPayloadChannel *want = g_ptr_array_index (wanted, i);
      WeirHeldChannel *channel = find_channel (self, want->name);

      for (WeirDirection end = WEIR_DIRECTION_READ; channel != NULL && end <= WEIR_DIRECTION_WRITE; end++)
        if ((end == WEIR_DIRECTION_READ ? want->gives_reader : want->gives_writer) &&
            weir_held_channel_get_ref (channel, end) != NULL)
          weir_call_set_ref (call, want->name, weir_held_channel_get_ref (channel, end));
    }
}

void
weir_send_session_begin (WeirSendSession *self)
{
  g_return_if_fail (WEIR_IS_SEND_SESSION (self) && (self->state == WEIR_SESSION_READY || self->is_extending));

  self->is_extending = FALSE;
  weir_send_session_set_state (self, WEIR_SESSION_RUNNING);
  for (guint i = self->first; i < self->setups->len; i++)
    {
      WeirHeldChannel *channel = peek (self, i);

      if (weir_held_channel_get_taker (channel) != NULL)
        weir_taker_start (weir_held_channel_get_taker (channel));
      if (self->writing != NULL && weir_held_channel_get_sender (channel) != NULL)
        weir_sender_start (weir_held_channel_get_sender (channel), self->writing);
    }
  end_changed_cb (self);
}

static gboolean
is_idle_writer (WeirHeldChannel *channel)
{
  WeirSender *sender = weir_held_channel_get_sender (channel);

  return sender != NULL && weir_sender_get_state (sender) == WEIR_SENDER_OPEN;
}

gboolean
weir_send_session_write (WeirSendSession *self, const WeirWriting *writing, GError **error)
{
  g_return_val_if_fail (WEIR_IS_SEND_SESSION (self) && self->state == WEIR_SESSION_RUNNING, FALSE);

  if (!weir_source_check (writing, error))
    return FALSE;
  FOREACH_CHANNEL (self, channel)
  if (is_idle_writer (channel))
    weir_sender_start (weir_held_channel_get_sender (channel), writing);
  return TRUE;
}

GPtrArray *
weir_send_session_list_writers (WeirSendSession *self)
{
  GPtrArray *channels = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (WEIR_IS_SEND_SESSION (self), channels);

  if (self->state != WEIR_SESSION_RUNNING)
    return channels;
  FOREACH_CHANNEL (self, channel)
  if (is_idle_writer (channel))
    g_ptr_array_add (channels, g_object_ref (channel));
  return channels;
}

void
weir_send_session_stop (WeirSendSession *self)
{
  g_return_if_fail (WEIR_IS_SEND_SESSION (self));

  FOREACH_CHANNEL (self, channel)
  if (weir_held_channel_get_sender (channel) != NULL)
    weir_sender_stop (weir_held_channel_get_sender (channel));
}

void
weir_send_session_end (WeirSendSession *self)
{
  g_return_if_fail (WEIR_IS_SEND_SESSION (self));

  if (self->state == WEIR_SESSION_PREPARING || self->is_extending)
    g_cancellable_cancel (self->cancellable);
  FOREACH_CHANNEL (self, channel)
  weir_held_channel_close (channel);
}

gboolean
weir_send_session_is_ending (WeirSendSession *self)
{
  FOREACH_CHANNEL (self, channel)
  if (weir_held_channel_is_closing (channel))
    return TRUE;
  return FALSE;
}

void
weir_send_session_abort (WeirSendSession *self)
{
  g_return_if_fail (WEIR_IS_SEND_SESSION (self));

  FOREACH_CHANNEL (self, channel)
  weir_held_channel_abort (channel);
}

void
weir_send_session_set_keep_limit (WeirSendSession *self, guint64 bytes)
{
  g_return_if_fail (WEIR_IS_SEND_SESSION (self) && self->run == NULL);

  self->keep_limit = bytes;
}

WeirSessionState
weir_send_session_get_state (WeirSendSession *self)
{
  return self->state;
}

gboolean
weir_send_session_is_writing (WeirSendSession *self)
{
  FOREACH_CHANNEL (self, channel)
  if (weir_held_channel_get_sender (channel) != NULL &&
      weir_sender_get_state (weir_held_channel_get_sender (channel)) == WEIR_SENDER_WRITING)
    return TRUE;
  return FALSE;
}

WeirObserver *
weir_send_session_get_observer (WeirSendSession *self)
{
  return self->observer;
}

WeirRun *
weir_send_session_get_run (WeirSendSession *self)
{
  return self->run;
}

GListModel *
weir_send_session_get_channels (WeirSendSession *self)
{
  return G_LIST_MODEL (self->channels);
}

/* --- GObject --- */

static void
pair_free (gpointer data)
{
  if (data != NULL)
    weir_channel_pair_free (data);
}

static void
weir_send_session_dispose (GObject *object)
{
  WeirSendSession *self = WEIR_SEND_SESSION (object);

  if (self->channels != NULL)
    {
      FOREACH_CHANNEL (self, channel)
      g_signal_handlers_disconnect_by_data (channel, self);
      weir_send_session_end (self);
    }
  g_clear_handle_id (&self->ticker, g_source_remove);
  g_clear_object (&self->channels);
  g_clear_object (&self->observer);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (weir_send_session_parent_class)->dispose (object);
}

static void
weir_send_session_finalize (GObject *object)
{
  WeirSendSession *self = WEIR_SEND_SESSION (object);

  g_clear_pointer (&self->writing, weir_writing_free);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->setups);
  g_ptr_array_unref (self->pairs);
  G_OBJECT_CLASS (weir_send_session_parent_class)->finalize (object);
}

static void
weir_send_session_class_init (WeirSendSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_send_session_dispose;
  object_class->finalize = weir_send_session_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_UPDATED] =
      g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_send_session_init (WeirSendSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->keep_limit = WEIR_SPOOL_DEFAULT_LIMIT;
  self->setups = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_setup_free);
  self->pairs = g_ptr_array_new_with_free_func (pair_free);
  self->channels = g_list_store_new (WEIR_TYPE_HELD_CHANNEL);
}

WeirSendSession *
weir_send_session_new (WeirObserver *observer)
{
  WeirSendSession *self = g_object_new (WEIR_TYPE_SEND_SESSION, NULL);

  self->observer = g_object_ref (observer);
  return self;
}
