/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-call.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  WeirRef *refs[2]; /* by WeirDirection; nullable */
} Refs;

struct _WeirCall
{
  GObject parent_instance;

  char *function_id;
  char *payload;
  guint timeout_ms;
  gboolean is_void;
  char *settings;      /* nullable */
  GPtrArray *channels; /* of WeirPayloadChannel */
  GHashTable *refs;    /* name of a channel → Refs */

  WeirCallState state;
  GCancellable *cancellable;
  gint64 started_at_us;
  gint64 started_us;
  gint64 ended_us;
  GBytes *answer;
  GError *error;
  gboolean awaits_late;
  gboolean is_late;
};

enum
{
  CHANGED,
  UNAWAITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirCall, weir_call, G_TYPE_OBJECT)

static WeirSpan
get_text (WeirCall *self)
{
  return WEIR_SPAN (self->payload);
}

static void
set_state (WeirCall *self, WeirCallState state)
{
  self->state = state;
  if (state > WEIR_CALL_RUNNING)
    self->ended_us = g_get_monotonic_time ();
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- refs --- */

static void
refs_free (gpointer data)
{
  Refs *refs = data;

  for (guint i = 0; i < G_N_ELEMENTS (refs->refs); i++)
    g_clear_pointer (&refs->refs[i], weir_ref_free);
  g_free (refs);
}

void
weir_call_set_ref (WeirCall *self, const char *name, const WeirRef *ref)
{
  Refs *refs = g_hash_table_lookup (self->refs, name);

  if (refs == NULL)
    {
      refs = g_new0 (Refs, 1);
      g_hash_table_insert (self->refs, g_strdup (name), refs);
    }
  g_clear_pointer (&refs->refs[ref->direction], weir_ref_free);
  refs->refs[ref->direction] = weir_ref_copy (ref);
}

static const WeirRef *
get_ref (WeirCall *self, const char *name, WeirDirection direction)
{
  const Refs *refs = g_hash_table_lookup (self->refs, name);

  return refs != NULL ? refs->refs[direction] : NULL;
}

static const char *
find_missing (WeirCall *self)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if ((channel->gives_reader && get_ref (self, channel->name, WEIR_DIRECTION_READ) == NULL) ||
          (channel->gives_writer && get_ref (self, channel->name, WEIR_DIRECTION_WRITE) == NULL))
        return channel->name;
    }
  return NULL;
}

gboolean
weir_call_has_refs (WeirCall *self)
{
  return find_missing (self) == NULL;
}

static const WeirRef *
ref_of_placeholder (const WeirPlaceholder *placeholder, gpointer user_data)
{
  return get_ref (user_data, placeholder->channel, placeholder->direction);
}

/* --- the call --- */

static void
fail (WeirCall *self, GError *error)
{
  self->error = error;
  set_state (self, WEIR_CALL_FAILED);
}

/* What the function says of itself, or says wrongly; all else is that nothing can be heard of it any more. */
static gboolean
is_outcome (const GError *error)
{
  return g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_REMOTE) ||
         g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER);
}

static void
late_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCall) self = user_data;
  g_autoptr (GError) error = NULL;

  self->awaits_late = FALSE;
  self->answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);
  self->is_late = self->answer != NULL || is_outcome (error);
  if (!self->is_late)
    {
      g_signal_emit (self, signals[UNAWAITED], 0);
      return;
    }
  g_clear_error (&self->error);
  if (self->answer == NULL)
    fail (self, g_steal_pointer (&error));
  else
    set_state (self, WEIR_CALL_ANSWERED);
}

static void
await_late (WeirCall *self, WeirWorker *worker, GAsyncResult *timed_out)
{
  g_autoptr (WeirCall) kept = g_object_ref (self);

  self->awaits_late = weir_worker_trigger_late_async (worker, timed_out, NULL, late_cb, kept);
  if (self->awaits_late)
    g_steal_pointer (&kept);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCall) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);

  if (self->state != WEIR_CALL_RUNNING)
    return; /* abandoned */
  if (answer == NULL)
    {
      if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT))
        await_late (self, WEIR_WORKER (object), result);
      fail (self, g_steal_pointer (&error));
      return;
    }
  self->answer = g_steal_pointer (&answer);
  set_state (self, WEIR_CALL_ANSWERED);
}

static void
send_text (WeirCall *self, WeirWorker *worker, WeirSpan text)
{
  GError *error = NULL;

  if (!self->is_void)
    weir_worker_trigger_text_async (worker, self->function_id, text, self->timeout_ms, self->cancellable, answered_cb,
                                    g_object_ref (self));
  else if (weir_worker_trigger_text_void (worker, self->function_id, text, &error))
    set_state (self, WEIR_CALL_SENT);
  else
    fail (self, error);
}

void
weir_call_start (WeirCall *self, WeirWorker *worker)
{
  g_autoptr (WeirCall) kept = g_object_ref (self);
  g_autoptr (GString) text = NULL;
  const char *missing = find_missing (self);

  g_return_if_fail (self->state == WEIR_CALL_READY);

  self->started_at_us = g_get_real_time ();
  self->started_us = g_get_monotonic_time ();
  set_state (self, WEIR_CALL_RUNNING);
  if (missing != NULL)
    {
      fail (self,
            g_error_new (WEIR_JSON_ERROR, WEIR_JSON_ERROR_MISSING, _ ("There is no ref of the channel “%s”"), missing));
      return;
    }
  text = weir_payload_splice (get_text (self), ref_of_placeholder, self);
  send_text (self, worker, (WeirSpan){ text->str, text->len });
}

void
weir_call_abandon (WeirCall *self)
{
  if (self->state != WEIR_CALL_RUNNING)
    return; /* nobody waits: a call that was not made has nothing that history could tell of */
  set_state (self, WEIR_CALL_ABANDONED);
  g_cancellable_cancel (self->cancellable);
}

/* --- the type --- */

static void
weir_call_finalize (GObject *object)
{
  WeirCall *self = WEIR_CALL (object);

  g_free (self->function_id);
  g_free (self->payload);
  g_free (self->settings);
  g_ptr_array_unref (self->channels);
  g_hash_table_unref (self->refs);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->answer, g_bytes_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (weir_call_parent_class)->finalize (object);
}

static void
weir_call_class_init (WeirCallClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_call_finalize;
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[UNAWAITED] =
      g_signal_new ("unawaited", WEIR_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_call_init (WeirCall *self)
{
  self->refs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, refs_free);
  self->cancellable = g_cancellable_new ();
}

WeirCall *
weir_call_new (const char *function_id, const char *payload, guint timeout_ms, gboolean is_void, GError **error)
{
  g_autoptr (WeirCall) self = NULL;

  if (!weir_payload_check (WEIR_SPAN (payload), NULL, NULL, error))
    return NULL;
  self = g_object_new (WEIR_TYPE_CALL, NULL);
  self->function_id = g_strdup (function_id);
  self->payload = g_strdup (payload);
  self->timeout_ms = timeout_ms > 0 ? timeout_ms : WEIR_WORKER_DEFAULT_TIMEOUT_MS;
  self->is_void = is_void;
  self->channels = weir_payload_list_channels (get_text (self));
  if (self->channels->len > WEIR_PAYLOAD_MAX_CHANNELS)
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX,
                   _ ("It asks for %u channels; %d are possible in one call"), self->channels->len,
                   WEIR_PAYLOAD_MAX_CHANNELS);
      return NULL;
    }
  return g_steal_pointer (&self);
}

const char *
weir_call_get_function_id (WeirCall *self)
{
  return self->function_id;
}

const char *
weir_call_get_payload (WeirCall *self)
{
  return self->payload;
}

guint
weir_call_get_timeout_ms (WeirCall *self)
{
  return self->timeout_ms;
}

gboolean
weir_call_is_void (WeirCall *self)
{
  return self->is_void;
}

void
weir_call_set_settings (WeirCall *self, const char *settings)
{
  g_free (self->settings);
  self->settings = g_strdup (settings);
}

const char *
weir_call_get_settings (WeirCall *self)
{
  return self->settings;
}

GPtrArray *
weir_call_get_channels (WeirCall *self)
{
  return self->channels;
}

WeirCallState
weir_call_get_state (WeirCall *self)
{
  return self->state;
}

gint64
weir_call_get_started_at_us (WeirCall *self)
{
  return self->started_at_us;
}

gint64
weir_call_get_started_us (WeirCall *self)
{
  return self->started_us;
}

gint64
weir_call_get_duration_us (WeirCall *self)
{
  if (self->started_us == 0)
    return 0;
  return (self->ended_us != 0 ? self->ended_us : g_get_monotonic_time ()) - self->started_us;
}

GBytes *
weir_call_get_answer (WeirCall *self)
{
  return self->answer;
}

const GError *
weir_call_get_error (WeirCall *self)
{
  return self->error;
}

gboolean
weir_call_awaits_late (WeirCall *self)
{
  return self->awaits_late;
}

gboolean
weir_call_is_late (WeirCall *self)
{
  return self->is_late;
}
