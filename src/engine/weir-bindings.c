/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-bindings.h"

#include "weir-builtins.h"
#include "weir-calls.h"
#include "weir-web.h"

/* Registrations come in bursts, one message a function. */
#define FUNCTIONS_DELAY_US (100 * 1000)

static WeirSpan
span_or_absent (const char *text)
{
  return text != NULL ? WEIR_SPAN (text) : (WeirSpan){ NULL, 0 };
}

/* HTTP's is a worker's to provide where the engine does not. */
static gboolean
is_http (WeirRouter *router, const char *type)
{
  return router->web != NULL && g_str_equal (type, WEIR_TRIGGER_HTTP);
}

static gboolean
is_own_type (WeirRouter *router, const char *type)
{
  return g_str_equal (type, WEIR_TRIGGER_FUNCTIONS_AVAILABLE) || g_str_equal (type, WEIR_TRIGGER_WORKERS_AVAILABLE) ||
         is_http (router, type);
}

/* --- the way to a provider --- */

static void
send_binding (const WeirTrigger *trigger, WeirSession *provider)
{
  weir_session_send (provider, weir_envelope_write_register_trigger (trigger->id, trigger->type, trigger->function_id,
                                                                     span_or_absent (trigger->config),
                                                                     span_or_absent (trigger->metadata)));
}

/* Ids of triggers, since what is in the table may change by sending. */
static GPtrArray *
dup_ids (GPtrArray *triggers)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < triggers->len; i++)
    g_ptr_array_add (ids, g_strdup (((WeirTrigger *) triggers->pdata[i])->id));
  return ids;
}

static GPtrArray *
dup_ids_of_type (WeirRouter *router, const char *type)
{
  g_autoptr (GPtrArray) triggers = weir_trigger_table_list_type (router->triggers, type);

  return dup_ids (triggers);
}

/* --- what workers say --- */

static void
refuse_trigger (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope, const char *why)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);
  g_autofree char *type = weir_json_dup_string (envelope->trigger_type);
  g_autofree char *function_id = weir_json_dup_string (envelope->function_id);

  router->refused[WEIR_REFUSED_REGISTRATION]++;
  g_message ("%s: refused its trigger of type %s for %s: %s", session->label, type, function_id, why);
  weir_session_send (session,
                     weir_envelope_write_trigger_result (id, type, function_id, "trigger_registration_failed", why));
}

static void
bind_http (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope, const WeirTrigger *trigger)
{
  g_autofree char *why = NULL;

  if (weir_web_add_trigger (router->web, trigger, &why))
    return;
  weir_trigger_table_remove (router->triggers, session, trigger->id);
  refuse_trigger (router, session, envelope, why);
}

void
weir_bindings_handle_register (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope)
{
  const char *why = NULL;
  const WeirTrigger *trigger;
  WeirSession *provider;

  if (envelope->too_deep)
    why = "its config nests deeper than 128 levels";
  trigger = why == NULL ? weir_trigger_table_add (router->triggers, session, envelope, &why) : NULL;
  if (trigger == NULL)
    {
      refuse_trigger (router, session, envelope, why);
      return;
    }
  if (router->web != NULL) /* what had its id before */
    weir_web_remove_trigger (router->web, trigger->id);
  if (is_http (router, trigger->type))
    {
      bind_http (router, session, envelope, trigger);
      return;
    }
  provider = weir_trigger_table_get_provider (router->triggers, trigger->type);
  if (provider != NULL)
    send_binding (trigger, provider);
  else if (!is_own_type (router, trigger->type))
    g_info ("%s: its trigger of type %s is parked until somebody provides that type", session->label, trigger->type);
}

void
weir_bindings_handle_unregister (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);
  const WeirTrigger *trigger = weir_trigger_table_lookup (router->triggers, id);
  g_autofree char *type = trigger != NULL ? g_strdup (trigger->type) : NULL;
  WeirSession *provider;

  if (!weir_trigger_table_remove (router->triggers, session, id))
    return;
  if (router->web != NULL)
    weir_web_remove_trigger (router->web, id);
  provider = weir_trigger_table_get_provider (router->triggers, type);
  if (provider != NULL)
    weir_session_send (provider, weir_envelope_write_unregister_trigger (id, type));
}

void
weir_bindings_handle_register_type (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *type = weir_json_dup_string (envelope->id);
  g_autoptr (GPtrArray) ids = NULL;

  if (is_own_type (router, type))
    {
      g_message ("%s: refused its trigger type %s, which is the engine's own", session->label, type);
      return;
    }
  if (!weir_trigger_table_set_provider (router->triggers, type, session))
    {
      g_message ("%s: refused its trigger type: its registrations hold too much", session->label);
      return;
    }
  ids = dup_ids_of_type (router, type);
  for (guint i = 0; i < ids->len; i++)
    {
      const WeirTrigger *trigger = weir_trigger_table_lookup (router->triggers, ids->pdata[i]);

      if (trigger != NULL && weir_trigger_table_get_provider (router->triggers, type) == session)
        send_binding (trigger, session);
    }
}

/* A provider's answer goes to the trigger's owner if it is a refusal; success is silent (§3.6). */
void
weir_bindings_handle_result (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->id);
  const WeirTrigger *trigger = weir_trigger_table_lookup (router->triggers, id);
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;

  if (trigger == NULL || weir_json_type (envelope->error) != WEIR_JSON_OBJECT ||
      weir_trigger_table_get_provider (router->triggers, trigger->type) != session)
    return;
  code = weir_json_dup_string (weir_json_member (envelope->error, "code"));
  message = weir_json_dup_string (weir_json_member (envelope->error, "message"));
  weir_session_send (trigger->owner,
                     weir_envelope_write_trigger_result (trigger->id, trigger->type, trigger->function_id,
                                                         code != NULL ? code : "trigger_registration_failed",
                                                         message != NULL ? message : "The provider refused."));
}

void
weir_bindings_remove_session (WeirRouter *router, WeirSession *session)
{
  g_autoptr (GPtrArray) triggers = weir_trigger_table_list_owner (router->triggers, session);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < triggers->len; i++)
    {
      const WeirTrigger *trigger = triggers->pdata[i];
      char *pair[] = { trigger->id, trigger->type, NULL };

      g_ptr_array_add (gone, g_strdupv (pair));
    }
  weir_trigger_table_remove_session (router->triggers, session);
  for (guint i = 0; i < gone->len; i++)
    {
      char **pair = gone->pdata[i];
      WeirSession *provider = weir_trigger_table_get_provider (router->triggers, pair[1]);

      if (router->web != NULL)
        weir_web_remove_trigger (router->web, pair[0]);
      if (provider != NULL)
        weir_session_send (provider, weir_envelope_write_unregister_trigger (pair[0], pair[1]));
    }
}

/* --- the engine's own events --- */

static void
fire (WeirRouter *router, const char *type, const GString *payload)
{
  g_autoptr (GPtrArray) ids = dup_ids_of_type (router, type);

  for (guint i = 0; i < ids->len; i++)
    {
      const WeirTrigger *trigger = weir_trigger_table_lookup (router->triggers, ids->pdata[i]);

      if (trigger != NULL)
        weir_calls_deliver (router, trigger->function_id, (WeirSpan){ payload->str, payload->len }, trigger->metadata);
    }
}

void
weir_bindings_worker_event (WeirRouter *router, const char *event, const char *worker_id)
{
  g_autoptr (GString) payload = g_string_new (NULL);

  if (router->is_stopping)
    return;
  g_string_printf (payload, "{\"event\":\"%s\",\"worker_id\":\"%s\"}", event, worker_id);
  fire (router, WEIR_TRIGGER_WORKERS_AVAILABLE, payload);
}

static void
functions_due (gpointer data)
{
  WeirRouter *router = data;
  guint64 version = weir_function_table_get_version (router->functions);
  g_autoptr (GString) payload = NULL;

  router->functions_timer = NULL;
  if (router->functions_version == version)
    return;
  router->functions_version = version;
  payload = g_string_new ("{\"event\":\"functions_changed\",\"functions\":");
  weir_builtins_append_functions (payload, router, WEIR_SPAN ("{\"include_internal\":true}"));
  g_string_append_c (payload, '}');
  fire (router, WEIR_TRIGGER_FUNCTIONS_AVAILABLE, payload);
}

void
weir_bindings_functions_changed (WeirRouter *router)
{
  if (router->functions_timer == NULL && !router->is_stopping)
    router->functions_timer =
        weir_loop_add_timer (router->loop, weir_loop_now_us (router->loop) + FUNCTIONS_DELAY_US, functions_due, router);
}
