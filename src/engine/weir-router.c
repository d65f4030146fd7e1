/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-router.h"

#include "weir-bindings.h"
#include "weir-builtins.h"
#include "weir-calls.h"
#include "weir-close.h"
#include "weir-secret.h"
#include "weir-wall-clock.h"

/* As deep as what a function says of itself may nest: an answer has it a few levels down ({"functions":[{…}]}), and may
 * itself be no deeper than any payload. */
#define MAX_SAID_DEPTH (WEIR_JSON_MAX_DEPTH - 4)

/* --- functions --- */

static void
reject_function (WeirRouter *self, WeirSession *session, const char *id, const WeirSession *owner)
{
  GString *message = g_string_new ("{\"type\":\"registrationrejected\",\"code\":\"FUNCTION_NAMESPACE_CONFLICT\","
                                   "\"namespace\":\"default\",\"function_id\":");

  weir_json_append_string (message, id, -1);
  g_string_append_printf (message, ",\"owner_worker_id\":\"%s\"}", owner != NULL ? owner->id : "");
  self->refused[WEIR_REFUSED_REGISTRATION]++;
  session->has_refused = TRUE;
  g_message ("%s: refused its function %s, which belongs to %s", session->label, id,
             owner != NULL ? owner->label : "the engine");
  weir_session_send (session, message);
}

/* Whether observers would take it for the engine's own point: its name may stand behind a prefix, as a listener of
 * another engine puts one there. */
static gboolean
is_reserved (WeirRouter *self, const WeirSession *session, const char *id)
{
  const char *at = self->reserved != NULL && !session->is_own ? strstr (id, self->reserved) : NULL;

  for (; at != NULL; at = strstr (at + 1, self->reserved))
    if (at == id || (at - id >= 2 && at[-1] == ':' && at[-2] == ':'))
      return TRUE;
  return FALSE;
}

/* What nests deeper is left out, and the function is there without it. FALSE: nothing was. */
static gboolean
drop_too_deep (const WeirSession *session, const char *id, const char *name, WeirSpan *said)
{
  if (said->text == NULL || weir_json_check (*said, MAX_SAID_DEPTH, NULL))
    return FALSE;
  g_message ("%s: registers %s without its %s, which nests deeper than %d levels", session->label, id, name,
             MAX_SAID_DEPTH);
  *said = (WeirSpan){ NULL, 0 };
  return TRUE;
}

static void
handle_register_function (WeirRouter *self, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);
  WeirEnvelope bounded = *envelope;
  WeirSession *owner = NULL;
  guint too_deep = 0;

  if (envelope->invocation.text != NULL)
    {
      g_message ("%s: refused its function %s: it wants to be called at a URL, which this engine does not do",
                 session->label, id);
      return;
    }
  if (is_reserved (self, session, id))
    {
      reject_function (self, session, id, NULL);
      return;
    }
  drop_too_deep (session, id, "metadata", &bounded.metadata);
  too_deep |= drop_too_deep (session, id, "request schema", &bounded.request_format) ? WEIR_SCHEMA_REQUEST : 0;
  too_deep |= drop_too_deep (session, id, "response schema", &bounded.response_format) ? WEIR_SCHEMA_RESPONSE : 0;
  switch (weir_function_table_add (self->functions, session, &bounded, too_deep, &owner))
    {
    case WEIR_REGISTER_OK:
      g_info ("%s: registered %s", session->label, id);
      weir_bindings_functions_changed (self);
      break;
    case WEIR_REGISTER_CONFLICT:
      reject_function (self, session, id, owner);
      break;
    case WEIR_REGISTER_TOO_MUCH:
      self->refused[WEIR_REFUSED_REGISTRATION]++;
      g_message ("%s: refused its function %s: its registrations hold more than %u MiB", session->label, id,
                 WEIR_SESSION_MAX_HELD_BYTES >> 20);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
handle_unregister_function (WeirRouter *self, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);

  if (weir_function_table_remove (self->functions, session, id))
    weir_bindings_functions_changed (self);
}

/* --- sessions --- */

/* A worker that has reconnected names its old connection, which may not have noticed yet; its functions must be free
 * and its calls halted before anything else of the new one is heard (§2.6). */
static void
handle_reattach (WeirRouter *self, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->previous_worker_id);
  g_autofree char *token = weir_json_dup_string (envelope->reattach_token);
  WeirSession *old = g_hash_table_lookup (self->sessions, id);

  if (old == NULL || old == session)
    return;
  if (!weir_secret_equal (old->reattach_token, token))
    g_message ("%s: ignored its wish to take the place of %s: its token is wrong", session->label, old->label);
  else
    weir_session_close (old, WEIR_CLOSE_NORMAL, WEIR_REASON_RECONNECTED);
}

static void
session_message (WeirSession *session, const WeirEnvelope *envelope, gpointer user_data)
{
  WeirRouter *self = user_data;

  switch (envelope->type)
    {
    case WEIR_ENVELOPE_INVOKE_FUNCTION:
      weir_calls_handle_invoke (self, session, envelope);
      break;
    case WEIR_ENVELOPE_INVOCATION_RESULT:
      weir_calls_handle_result (self, session, envelope);
      break;
    case WEIR_ENVELOPE_REGISTER_FUNCTION:
      handle_register_function (self, session, envelope);
      break;
    case WEIR_ENVELOPE_UNREGISTER_FUNCTION:
      handle_unregister_function (self, session, envelope);
      break;
    case WEIR_ENVELOPE_REGISTER_TRIGGER:
      weir_bindings_handle_register (self, session, envelope);
      break;
    case WEIR_ENVELOPE_UNREGISTER_TRIGGER:
      weir_bindings_handle_unregister (self, session, envelope);
      break;
    case WEIR_ENVELOPE_REGISTER_TRIGGER_TYPE:
      weir_bindings_handle_register_type (self, session, envelope);
      break;
    case WEIR_ENVELOPE_TRIGGER_REGISTRATION_RESULT:
      weir_bindings_handle_result (self, session, envelope);
      break;
    case WEIR_ENVELOPE_REATTACH:
      handle_reattach (self, session, envelope);
      break;
    case WEIR_ENVELOPE_PING:
      weir_session_send (session, g_string_new ("{\"type\":\"pong\"}"));
      break;
    case WEIR_ENVELOPE_UNKNOWN:
      g_info ("%s: ignored a message of a type that this engine does not know", session->label);
      break;
    case WEIR_ENVELOPE_REGISTER_SERVICE: /* a service is a name for a list, and lists here have none */
    case WEIR_ENVELOPE_WORKER_REGISTERED:
    case WEIR_ENVELOPE_REGISTRATION_REJECTED:
    case WEIR_ENVELOPE_PONG:
    case WEIR_ENVELOPE_ERROR:
    default:
      break;
    }
}

static WeirSession *
find_greediest (WeirRouter *self)
{
  WeirSession *greediest = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (greediest == NULL || ((WeirSession *) value)->counted > greediest->counted)
      greediest = value;
  return greediest;
}

static void
recount_all (WeirRouter *self)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (self->sessions);

  for (GList *l = sessions; l != NULL; l = l->next)
    weir_session_recount (l->data);
}

/* What the closed ones still hold is as good as given back. */
static guint64
get_held_by_closing (WeirRouter *self)
{
  guint64 bytes = 0;
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->closing);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    bytes += ((WeirSession *) session)->counted;
  return bytes;
}

/* Those that hold the most go until the others fit. */
static void
relieve (gpointer data)
{
  WeirRouter *self = data;
  WeirSession *greediest;

  self->relief_timer = NULL;
  recount_all (self);
  while (self->held_bytes > self->limits.max_bytes + get_held_by_closing (self) &&
         (greediest = find_greediest (self)) != NULL)
    {
      g_autofree char *held = g_format_size_full (greediest->counted, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *limit = g_format_size_full (self->limits.max_bytes, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *why = g_strdup_printf (
          "it held %s of memory in messages that are unfinished or not read and in registrations, more "
          "than any other worker, and all together may hold %s, half of --memory: raise that, or send "
          "large data through channels",
          held, limit);

      weir_session_evict (greediest, why);
    }
}

/* Not at once: whoever sends is in the midst of something, and any session may have to go. */
static void
session_held (WeirSession *session, gssize more, gpointer user_data)
{
  WeirRouter *self = user_data;

  self->held_bytes += (guint64) more;
  weir_budget_charge (self->limits.budget, more);
  if (more > 0 && self->held_bytes > self->limits.max_bytes && self->relief_timer == NULL)
    self->relief_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop), relieve, self);
}

static void
session_ended (WeirSession *session, const char *why, gpointer user_data)
{
  WeirRouter *self = user_data;

  g_message ("%s has left: %s", session->label, why);
  g_hash_table_remove (self->sessions, session->id);
  g_hash_table_add (self->closing, session);
  if (weir_function_table_remove_all (self->functions, session) > 0)
    weir_bindings_functions_changed (self);
  weir_bindings_remove_session (self, session);
  weir_calls_halt (self, session);
  weir_registry_note_worker_left (self->registry, session->id, g_get_monotonic_time ());
  weir_bindings_worker_event (self, "worker_disconnected", session->id);
}

static void
session_closed (WeirSession *session, gpointer user_data)
{
  WeirRouter *self = user_data;

  g_hash_table_remove (self->closing, session);
  weir_session_free (session);
  self->closed (self->user_data);
}

static const WeirSessionEvents session_events = {
  .message = session_message,
  .held = session_held,
  .ended = session_ended,
  .closed = session_closed,
};

/* It never was a worker: nobody is told that it has gone. */
static void
refuse_session (WeirRouter *self, WeirSession *session)
{
  self->refused[WEIR_REFUSED_WORKER]++;
  g_message ("%s: refused: %u workers are connected, and --workers allows no more: raise that, or end some of them",
             session->label, self->limits.max_sessions);
  g_hash_table_add (self->closing, session);
  weir_session_refuse (session, WEIR_CLOSE_TRY_AGAIN_LATER, WEIR_REASON_TOO_MANY_WORKERS);
}

void
weir_router_accept (WeirRouter *self, GIOStream *stream, GBytes *early, gboolean is_own)
{
  gboolean is_full = g_hash_table_size (self->sessions) >= self->limits.max_sessions;
  WeirSession *session;

  if (g_hash_table_size (self->closing) > self->limits.max_sessions) /* they come faster than they can be refused */
    {
      g_object_unref (stream);
      return;
    }
  session = weir_session_new (self->loop, stream, early, &session_events, self);

  session->is_own = is_own;
  session->connected_at_ms = weir_router_now_ms (self);
  g_info ("%s has connected", session->label);
  if (is_full)
    {
      refuse_session (self, session);
      return;
    }
  g_hash_table_replace (self->sessions, session->id, session);
  weir_session_send (session, weir_envelope_write_worker_registered (session->id, session->reattach_token));
  weir_bindings_worker_event (self, "worker_connected", session->id);
  if (self->is_stopping)
    weir_session_close (session, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_ENGINE_STOPPING);
}

/* --- life --- */

WeirRouter *
weir_router_new (WeirLoop *loop, WeirChannelTable *channels, WeirRegistry *registry, const WeirRouterLimits *limits,
                 void (*closed) (gpointer user_data), gpointer user_data)
{
  WeirRouter *self = g_new0 (WeirRouter, 1);

  self->loop = loop;
  self->start_ms = weir_router_now_ms (self);
  self->channels = channels;
  self->registry = g_object_ref (registry);
  self->limits = *limits;
  weir_budget_ref (self->limits.budget);
  self->closed = closed;
  self->user_data = user_data;
  self->sessions = g_hash_table_new (g_str_hash, g_str_equal);
  self->closing = g_hash_table_new (NULL, NULL);
  self->functions = weir_function_table_new ();
  self->invocations = weir_invocation_table_new ();
  self->triggers = weir_trigger_table_new ();
  weir_builtins_register (self->functions);
  return self;
}

static void
free_sessions (GHashTable *sessions)
{
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    weir_session_free (session);
}

void
weir_router_free (WeirRouter *self)
{
  weir_timer_clear (&self->functions_timer);
  weir_trigger_table_free (self->triggers);
  weir_function_table_free (self->functions);
  weir_invocation_table_free (self->invocations);
  free_sessions (self->sessions);
  free_sessions (self->closing);
  weir_timer_clear (&self->relief_timer);
  weir_budget_unref (self->limits.budget);
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->closing);
  g_object_unref (self->registry);
  g_free (self->reserved);
  g_free (self);
}

void
weir_router_reserve (WeirRouter *self, const char *point_name)
{
  g_free (self->reserved);
  self->reserved = g_strdup_printf ("weir::%s::", point_name);
}

void
weir_router_stop (WeirRouter *self)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (self->sessions);

  self->is_stopping = TRUE;
  weir_timer_clear (&self->functions_timer);
  for (GList *l = sessions; l != NULL; l = l->next)
    weir_session_close (l->data, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_ENGINE_STOPPING);
}

const char *
weir_router_get_worker_name (WeirRouter *self, const char *worker_id)
{
  const WeirSession *session = g_hash_table_lookup (self->sessions, worker_id);

  return session != NULL ? session->announce.name : NULL;
}

guint
weir_router_get_n_open (WeirRouter *self)
{
  return g_hash_table_size (self->sessions) + g_hash_table_size (self->closing);
}

gint64
weir_router_now_ms (WeirRouter *self)
{
  return weir_wall_clock_at_us (g_get_monotonic_time ()) / 1000;
}
