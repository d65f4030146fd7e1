/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-span-refs.h"

#include <string.h>

#include "weir-key-mask.h"

#define EXECUTE "execute "
#define INPUT   "iii.invocation.input"
#define PAYLOAD "iii.payload.json"

#define NS_PER_MS (1000 * 1000)

/* Anybody may send traces, of whatever length: there are many channels, and each remembers some calls. */
#define MAX_STRING 256

typedef struct
{
  WeirSpan span;
  char *function_id;
  char *caller_id; /* (nullable): a worker's, of the payload that is looked at */
  WeirSpanRefsFunc func;
  gpointer user_data;
} Execution;

/* @string: (nullable) (transfer full): valid UTF-8 */
static char *
cut (char *string)
{
  if (string != NULL && strlen (string) > MAX_STRING)
    *g_utf8_find_prev_char (string, string + MAX_STRING + 1) = '\0';
  return string;
}

static char *
dup_cut (WeirSpan value)
{
  return cut (weir_json_dup_string (value));
}

static gint64
get_ms (WeirSpan span, const char *name)
{
  gint64 at_ns;

  if (!weir_json_get_int (weir_json_member (span, name), &at_ns) || at_ns < 0)
    return 0;
  return at_ns / NS_PER_MS;
}

static gboolean
has_failed (WeirSpan span)
{
  g_autofree char *status = weir_json_dup_string (weir_json_member (span, "status"));

  return status != NULL && g_ascii_strcasecmp (status, "error") == 0;
}

static void
report (Execution *self, const char *channel_id, WeirDirection direction, const char *path, gboolean is_live)
{
  WeirPassedInfo *passed = weir_passed_info_new ();
  g_autofree char *said = NULL;

  passed->direction = direction;
  passed->function_id = g_strdup (self->function_id);
  passed->path = cut (g_strdup (path));
  passed->by_worker_id = g_strdup (self->caller_id);
  passed->at_ms = get_ms (self->span, "start_time_unix_nano");
  passed->returned_at_ms = get_ms (self->span, "end_time_unix_nano");
  passed->trace_id = dup_cut (weir_json_member (self->span, "trace_id"));
  passed->invocation_id = dup_cut (weir_json_member (self->span, "span_id"));
  passed->live = is_live;
  if (has_failed (self->span))
    {
      passed->error_code = g_strdup ("invocation_failed");
      said = weir_json_dup_string (weir_json_member (self->span, "status_description"));
      passed->error_message = cut (weir_key_mask_text (said));
    }
  self->func (channel_id, passed, self->user_data);
}

static gboolean
ref_cb (WeirSpan ref, const char *path, gpointer user_data)
{
  g_autofree char *channel_id = weir_json_dup_string (weir_json_member (ref, "channel_id"));
  g_autofree char *direction = weir_json_dup_string (weir_json_member (ref, "direction"));
  WeirDirection which;

  if (channel_id != NULL && direction != NULL && weir_direction_from_string (direction, &which))
    report (user_data, channel_id, which, path, FALSE);
  return TRUE;
}

/* The Node client makes readers and writers of refs before it tells of them: they were refs. */
static void
live_cb (const char *channel_id, WeirDirection direction, const char *path, gpointer user_data)
{
  report (user_data, channel_id, direction, path, FALSE);
}

static void
take_payload (Execution *self, WeirSpan literal)
{
  char *payload = weir_json_dup_string (literal);
  WeirSpan text = { payload, payload != NULL ? strlen (payload) : 0 };

  if (payload != NULL && weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL))
    {
      if (weir_json_type (text) == WEIR_JSON_OBJECT)
        self->caller_id = dup_cut (weir_json_member (text, "_caller_worker_id"));
      weir_ref_foreach (text, ref_cb, self);
      weir_ref_foreach_live (text, live_cb, self);
      g_clear_pointer (&self->caller_id, g_free);
    }
  if (payload != NULL)
    explicit_bzero (payload, text.len); /* access keys are in it */
  g_free (payload);
}

/* `[["iii.payload.json", "…"], …]` */
static void
take_attributes (Execution *self, WeirSpan attributes)
{
  WeirJsonIter iter, pair_iter;
  WeirSpan key, pair, name, value;

  if (weir_json_type (attributes) != WEIR_JSON_ARRAY)
    return;
  weir_json_iter_init (&iter, attributes);
  while (weir_json_iter_next (&iter, &key, &pair))
    {
      if (weir_json_type (pair) != WEIR_JSON_ARRAY)
        continue;
      weir_json_iter_init (&pair_iter, pair);
      if (weir_json_iter_next (&pair_iter, &key, &name) && weir_json_iter_next (&pair_iter, &key, &value) &&
          weir_json_type (name) == WEIR_JSON_STRING && weir_json_string_equal (name, PAYLOAD))
        take_payload (self, value);
    }
}

static void
take_events (Execution *self, WeirSpan events)
{
  WeirJsonIter iter;
  WeirSpan key, event;

  if (weir_json_type (events) != WEIR_JSON_ARRAY)
    return;
  weir_json_iter_init (&iter, events);
  while (weir_json_iter_next (&iter, &key, &event))
    {
      WeirSpan name = weir_json_type (event) == WEIR_JSON_OBJECT ? weir_json_member (event, "name") : event;

      if (weir_json_type (name) == WEIR_JSON_STRING && weir_json_string_equal (name, INPUT))
        take_attributes (self, weir_json_member (event, "attributes"));
    }
}

gint64
weir_span_refs_foreach (WeirSpan span, WeirSpanRefsFunc func, gpointer user_data)
{
  Execution self = { .span = span, .func = func, .user_data = user_data };
  g_autofree char *name =
      weir_json_type (span) == WEIR_JSON_OBJECT ? weir_json_dup_string (weir_json_member (span, "name")) : NULL;

  if (name == NULL)
    return 0;
  if (g_str_has_prefix (name, EXECUTE))
    {
      self.function_id = cut (g_strdup (name + strlen (EXECUTE)));
      take_events (&self, weir_json_member (span, "events"));
      g_free (self.function_id);
    }
  return get_ms (span, "start_time_unix_nano") * NS_PER_MS;
}
