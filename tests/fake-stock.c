/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-stock.h"

#include <string.h>

#include "weir-json.h"
#include "weir-log-level.h"

#define HANDLER "iii::workers::worker::ws_handler"

typedef struct
{
  MockPeer *peer;
  char *id;
  char *type;
  char *function_id;
  char *level; /* of a `log` trigger */
} Trigger;

typedef struct
{
  MockPeer *peer;
  char *id;
  char *metadata; /* JSON */
} Function;

static void
trigger_free (gpointer data)
{
  Trigger *trigger = data;

  g_free (trigger->id);
  g_free (trigger->type);
  g_free (trigger->function_id);
  g_free (trigger->level);
  g_free (trigger);
}

static void
function_free (gpointer data)
{
  Function *function = data;

  g_free (function->id);
  g_free (function->metadata);
  g_free (function);
}

/* --- calls of the workers' functions --- */

static void
call (MockPeer *peer, const char *function_id, const char *payload)
{
  g_autofree char *uuid = g_uuid_string_random ();

  if (peer->conn != NULL && !peer->has_ended)
    mock_peer_send_text (peer,
                         "{\"type\":\"invokefunction\",\"invocation_id\":\"%s\",\"function_id\":\"%s\",\"data\":%s}",
                         uuid, function_id, payload);
}

/* --- the log --- */

/* As its filter decides of the channels' handler; of all else the first directive alone. */
static gboolean
is_logged (FakeStock *self, const char *severity, const char *target)
{
  g_auto (GStrv) directives = g_strsplit (self->filter, ",", 2);

  if (g_str_equal (severity, "DEBUG"))
    return g_str_equal (target, HANDLER) && weir_log_level_is_closer (self->filter);
  if (g_str_equal (severity, "INFO"))
    return !g_str_equal (directives[0], "warn") && !g_str_equal (directives[0], "error");
  return TRUE;
}

static void
deliver (FakeStock *self, const char *severity, const char *record)
{
  g_autofree char *level = g_ascii_strdown (severity, -1);

  for (guint i = 0; i < self->triggers->len; i++)
    {
      Trigger *trigger = self->triggers->pdata[i];

      if (!g_str_equal (trigger->type, "log") ||
          (!g_str_equal (trigger->level, "all") && !g_str_equal (trigger->level, level)))
        continue;
      self->n_delivered++;
      call (trigger->peer, trigger->function_id, record);
    }
}

/* `SEVERITY record`, in any order. */
static void
flush (FakeStock *self)
{
  while (self->held->len > 0)
    {
      guint i = g_rand_int_range (self->rand, 0, self->held->len);
      g_autofree char *text = g_ptr_array_steal_index_fast (self->held, i);
      char *space = strchr (text, ' ');

      *space = '\0';
      deliver (self, text, space + 1);
    }
}

static void
send (FakeStock *self, const char *severity, const char *record)
{
  guint n = g_rand_double (self->rand) < self->lose ? 0 : g_rand_double (self->rand) < self->twice ? 2 : 1;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->held, g_strdup_printf ("%s %s", severity, record));
  if (self->held->len > self->shuffle)
    flush (self);
}

/* No two records of one moment: as with a clock of nanoseconds. */
static gint64
next_ns (FakeStock *self)
{
  self->last_ns = MAX (g_get_real_time () * 1000, self->last_ns + 1);
  return self->last_ns;
}

void
fake_stock_log (FakeStock *self, const char *severity, const char *target, const char *body, const char *attributes)
{
  char *record;

  if (self->has_no_logs || !is_logged (self, severity, target))
    return;
  record = g_strdup_printf ("{\"timestamp_unix_nano\":%" G_GINT64_FORMAT ",\"severity_number\":9,"
                            "\"severity_text\":\"%s\",\"body\":\"%s\",\"attributes\":{\"target\":\"%s\"%s},"
                            "\"trace_id\":null,\"span_id\":null,\"resource\":{\"service.name\":\"iii\"},"
                            "\"service_name\":\"iii\"}",
                            next_ns (self), severity, body, target, attributes);
  if (self->ring->len == FAKE_STOCK_RING)
    g_ptr_array_remove_index (self->ring, 0);
  g_ptr_array_add (self->ring, record);
  send (self, severity, record);
}

/* It logs that its log was too fast, which makes it so. */
static void
flood (FakeStock *self, guint n)
{
  for (guint i = 0; i < n; i++)
    fake_stock_log (self, "WARN", "iii_observability", "Log trigger subscriber lagged, some logs were skipped", "");
}

/* --- answers --- */

static void
answer (MockPeer *peer, const char *invocation_id, const char *function_id, const char *result)
{
  if (invocation_id != NULL)
    mock_peer_send_text (
        peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"%s\",\"result\":%s}",
        invocation_id, function_id, result);
}

static void
refuse (MockPeer *peer, const char *invocation_id, const char *function_id, const char *code)
{
  if (invocation_id != NULL)
    mock_peer_send_text (peer,
                         "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"%s\","
                         "\"error\":{\"code\":\"%s\",\"message\":\"function '%s' not allowed\"}}",
                         invocation_id, function_id, code, function_id);
}

static char *
list_logs (FakeStock *self, WeirSpan input)
{
  GString *out = g_string_new ("{\"logs\":[");
  gint64 start_ms = 0, limit = G_MAXUINT;
  guint n = 0, total = 0;

  weir_json_get_int (weir_json_member (input, "start_time"), &start_ms);
  weir_json_get_int (weir_json_member (input, "limit"), &limit);
  for (guint i = 0; i < self->ring->len; i++)
    {
      gint64 at_ns = 0;

      weir_json_get_int (weir_json_member (WEIR_SPAN (self->ring->pdata[i]), "timestamp_unix_nano"), &at_ns);
      if (at_ns < start_ms * 1000 * 1000)
        continue;
      if (total++ < limit)
        g_string_append_printf (out, "%s%s", n++ > 0 ? "," : "", (const char *) self->ring->pdata[i]);
    }
  self->n_lists++;
  g_string_append_printf (out, "],\"total\":%u,\"query\":null,\"timestamp\":%" G_GINT64_FORMAT "}", total,
                          MAX (g_get_real_time () / 1000, self->last_ns / (1000 * 1000) + 1));
  return g_string_free (out, FALSE);
}

static char *
list_spans (FakeStock *self)
{
  GString *out = g_string_new ("{\"spans\":[");

  for (guint i = 0; i < self->spans->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "," : "", (const char *) self->spans->pdata[i]);
  g_string_append_printf (out, "],\"total\":%u,\"offset\":0,\"limit\":100,\"storage\":\"memory\"}", self->spans->len);
  return g_string_free (out, FALSE);
}

static char *
list_functions (FakeStock *self)
{
  static const char *const builtins[] = { "engine::functions::list",  "engine::workers::list",
                                          "engine::channels::create", "engine::logs::list",
                                          "engine::traces::list",     "configuration::get",
                                          "configuration::set" };
  GString *out = g_string_new ("{\"functions\":[");

  for (guint i = 0; i < G_N_ELEMENTS (builtins) - (self->is_old ? 4 : 0); i++)
    g_string_append_printf (out, "%s{\"function_id\":\"%s\",\"worker_name\":\"engine\"}", i > 0 ? "," : "",
                            builtins[i]);
  for (guint i = 0; i < self->functions->len; i++)
    {
      const Function *function = self->functions->pdata[i];

      g_string_append_printf (out, ",{\"function_id\":\"%s\",\"worker_name\":\"w\",\"metadata\":%s}", function->id,
                              function->metadata);
    }
  for (guint i = 0; i < self->n_workers; i++)
    g_string_append_printf (out, ",{\"function_id\":\"many::f%u\",\"worker_name\":\"many:%u\"}", i, i);
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

static char *
list_workers (FakeStock *self)
{
  GString *out = g_string_new (NULL);

  g_string_printf (out,
                   "{\"workers\":[{\"id\":\"iii-engine-functions\",\"name\":\"iii-engine-functions\","
                   "\"runtime\":\"engine\",\"isolation\":\"in-process\",\"ip_address\":null,"
                   "\"connected_at_ms\":%" G_GINT64_FORMAT ",\"status\":\"available\",\"function_count\":12}",
                   self->started_ms);
  for (guint i = 0; i < self->n_workers; i++)
    g_string_append_printf (out,
                            ",{\"id\":\"00000000-0000-4000-9000-%012u\",\"name\":\"many:%u\",\"runtime\":\"node\","
                            "\"status\":\"connected\",\"function_count\":1}",
                            i, i);
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

static char *
dup_value (FakeStock *self)
{
  g_autofree char *without = g_strdup_printf ("{%s\"end\":0}", self->more);

  return weir_log_level_set (WEIR_SPAN (without), self->level);
}

static void
tell_of_change (FakeStock *self)
{
  for (guint i = 0; i < self->triggers->len; i++)
    {
      Trigger *trigger = self->triggers->pdata[i];

      if (g_str_equal (trigger->type, "configuration"))
        call (trigger->peer, trigger->function_id, "{\"event_type\":\"configuration:updated\"}");
    }
}

/* Live at once; a level that is no more changes nothing. */
static char *
set_value (FakeStock *self, WeirSpan input)
{
  WeirSpan value = weir_json_member (input, "value");
  g_autofree char *before = dup_value (self);
  g_autofree char *text = weir_span_dup (value);

  self->n_sets++;
  g_ptr_array_add (self->set_values, g_strdup (text));
  g_free (self->level);
  self->level = weir_log_level_get (value);
  if (self->level != NULL)
    {
      g_free (self->filter);
      self->filter = g_strdup (self->level);
    }
  tell_of_change (self);
  return g_strdup_printf ("{\"old_value\":%s,\"new_value\":%s}", before, text);
}

static char *
get_value (FakeStock *self)
{
  g_autofree char *value = dup_value (self);

  return g_strdup_printf ("{\"id\":\"iii-observability\",\"value\":%s}", value);
}

static char *
create_channel (void)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *key = g_uuid_string_random ();

  return g_strdup_printf ("{\"writer\":{\"channel_id\":\"%s\",\"access_key\":\"%s\",\"direction\":\"write\"},"
                          "\"reader\":{\"channel_id\":\"%s\",\"access_key\":\"%s\",\"direction\":\"read\"}}",
                          id, key, id, key);
}

/* (transfer full) (nullable): NULL: there is no such function */
static char *
run (FakeStock *self, const char *function_id, WeirSpan input)
{
  if (g_str_equal (function_id, "engine::functions::list"))
    return list_functions (self);
  if (g_str_equal (function_id, "engine::workers::list"))
    return list_workers (self);
  if (g_str_equal (function_id, "engine::workers::register"))
    return g_strdup ("{\"success\":true}");
  if (g_str_equal (function_id, "engine::channels::create"))
    return create_channel ();
  if (self->is_old)
    return NULL;
  if (g_str_equal (function_id, "engine::logs::list"))
    return list_logs (self, input);
  if (g_str_equal (function_id, "engine::traces::list"))
    return list_spans (self);
  if (g_str_equal (function_id, "configuration::get"))
    return get_value (self);
  if (g_str_equal (function_id, "configuration::set"))
    return set_value (self, input);
  return NULL;
}

static void
take_call (FakeStock *self, MockPeer *peer, WeirSpan message)
{
  g_autofree char *function_id = weir_json_dup_string (weir_json_member (message, "function_id"));
  g_autofree char *invocation_id = weir_json_dup_string (weir_json_member (message, "invocation_id"));
  g_autofree char *result = NULL;

  if (g_str_equal (function_id, "configuration::set") && self->is_mute_set)
    {
      self->n_muted++;
      return;
    }
  if (g_str_equal (function_id, "configuration::set") && self->refuses_set)
    {
      refuse (peer, invocation_id, function_id, "FORBIDDEN");
      return;
    }
  result = run (self, function_id, weir_json_member (message, "data"));
  if (result != NULL)
    answer (peer, invocation_id, function_id, result);
  else
    refuse (peer, invocation_id, function_id, "function_not_found");
}

/* --- registrations --- */

static void
remove_function (FakeStock *self, const char *id)
{
  for (guint i = self->functions->len; i > 0; i--)
    if (g_str_equal (((Function *) self->functions->pdata[i - 1])->id, id))
      g_ptr_array_remove_index (self->functions, i - 1);
}

static void
remove_trigger (FakeStock *self, const char *id)
{
  for (guint i = self->triggers->len; i > 0; i--)
    if (g_str_equal (((Trigger *) self->triggers->pdata[i - 1])->id, id))
      g_ptr_array_remove_index (self->triggers, i - 1);
}

static void
add_function (FakeStock *self, MockPeer *peer, WeirSpan message)
{
  Function *function = g_new0 (Function, 1);
  WeirSpan metadata = weir_json_member (message, "metadata");

  function->peer = peer;
  function->id = weir_json_dup_string (weir_json_member (message, "id"));
  function->metadata = metadata.text != NULL ? weir_span_dup (metadata) : g_strdup ("null");
  remove_function (self, function->id);
  g_ptr_array_add (self->functions, function);
}

static void
add_trigger (FakeStock *self, MockPeer *peer, WeirSpan message)
{
  Trigger *trigger = g_new0 (Trigger, 1);
  WeirSpan config = weir_json_member (message, "config");

  trigger->peer = peer;
  trigger->id = weir_json_dup_string (weir_json_member (message, "id"));
  trigger->type = weir_json_dup_string (weir_json_member (message, "trigger_type"));
  trigger->function_id = weir_json_dup_string (weir_json_member (message, "function_id"));
  trigger->level =
      weir_json_type (config) == WEIR_JSON_OBJECT ? weir_json_dup_string (weir_json_member (config, "level")) : NULL;
  if (trigger->level == NULL)
    trigger->level = g_strdup ("all");
  g_ptr_array_add (self->triggers, trigger);
}

static void
text_cb (MockPeer *peer, const char *text, gpointer user_data)
{
  FakeStock *self = user_data;
  WeirSpan message = WEIR_SPAN (text);
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;

  g_assert_true (weir_json_check (message, WEIR_JSON_MAX_DEPTH, NULL));
  type = weir_json_dup_string (weir_json_member (message, "type"));
  id = weir_json_dup_string (weir_json_member (message, "id"));
  if (g_str_equal (type, "invokefunction"))
    take_call (self, peer, message);
  else if (g_str_equal (type, "registerfunction"))
    add_function (self, peer, message);
  else if (g_str_equal (type, "unregisterfunction"))
    remove_function (self, id);
  else if (g_str_equal (type, "registertrigger"))
    add_trigger (self, peer, message);
  else if (g_str_equal (type, "unregistertrigger"))
    remove_trigger (self, id);
}

static void
left_cb (MockPeer *peer, gpointer user_data)
{
  FakeStock *self = user_data;

  for (guint i = self->functions->len; i > 0; i--)
    if (((Function *) self->functions->pdata[i - 1])->peer == peer)
      g_ptr_array_remove_index (self->functions, i - 1);
  for (guint i = self->triggers->len; i > 0; i--)
    if (((Trigger *) self->triggers->pdata[i - 1])->peer == peer)
      g_ptr_array_remove_index (self->triggers, i - 1);
}

/* --- what happens --- */

typedef struct
{
  const char *word;
  const char *severity[2]; /* the reader's, the writer's */
  const char *body[2];
  const char *attributes; /* D: direction, N: number, B: bytes, T: totals */
} Said;

static const Said things[] = {
  { "asked", { "INFO", "INFO" }, { "Channel WS upgrade requested", "Channel WS upgrade requested" }, "D" },
  { "found",
    { "INFO", "INFO" },
    { "Channel found, upgrading to WebSocket", "Channel found, upgrading to WebSocket" },
    "D" },
  { "missing", { "WARN", "WARN" }, { "Channel not found — returning 404", "Channel not found — returning 404" }, "D" },
  { "began",
    { "INFO", "INFO" },
    { "Read: receiver acquired, streaming channel → WS", "Write: sender acquired, streaming WS → channel" },
    "" },
  { "taken",
    { "WARN", "WARN" },
    { "Read: channel receiver already taken or missing", "Write: channel sender already taken or missing" },
    "" },
  { "failed",
    { "WARN", "WARN" },
    { "Read: WS send failed, aborting", "Write: channel send failed (receiver dropped), aborting" },
    "" },
  { "lost", { "WARN", "WARN" }, { NULL, "Write: WS receive error" }, "" },
  { "close", { "INFO", "INFO" }, { NULL, "Write: received WS close frame" }, "" },
  { "text",
    { "DEBUG", "DEBUG" },
    { "Read: forwarding text message to WS", "Write: received text message from WS" },
    "N" },
  { "binary",
    { "DEBUG", "DEBUG" },
    { "Read: forwarding binary chunk to WS", "Write: received binary chunk from WS" },
    "NB" },
  { "ended",
    { "INFO", "INFO" },
    { "Read: stream complete, sending WS close", "Write: stream complete, dropping sender" },
    "T" },
};

static void
say (FakeStock *self, const Said *said, char **words, guint n_words)
{
  gboolean is_writer = g_str_equal (words[2], "writer");
  const char *n = n_words > 3 ? words[3] : "0";
  const char *bytes = n_words > 4 ? words[4] : "0";
  g_autoptr (GString) more = g_string_new (NULL);

  g_string_append_printf (more, ",\"channel_id\":\"%s\"", words[1]);
  for (const char *c = said->attributes; *c != '\0'; c++)
    {
      if (*c == 'D')
        g_string_append_printf (more, ",\"dir\":\"%s\"", is_writer ? "write" : "read");
      else if (*c == 'N')
        g_string_append_printf (more, ",\"msg\":%s", n);
      else if (*c == 'B')
        g_string_append_printf (more, ",\"bytes\":%s", bytes);
      else
        g_string_append_printf (more, ",\"msg_count\":%s,\"total_bytes\":%s", n, bytes);
    }
  fake_stock_log (self, said->severity[is_writer], HANDLER, said->body[is_writer], more->str);
}

/* As the SDKs do it: the whole ref, with its key, in an event of the span. */
static void
add_span (FakeStock *self, char **words)
{
  gint64 at_ns = next_ns (self);

  g_ptr_array_add (
      self->spans,
      g_strdup_printf ("{\"trace_id\":\"%s\",\"span_id\":\"%" G_GINT64_FORMAT "\",\"name\":\"execute %s\","
                       "\"start_time_unix_nano\":%" G_GINT64_FORMAT ",\"end_time_unix_nano\":%" G_GINT64_FORMAT ","
                       "\"status\":\"ok\",\"attributes\":[],\"service_name\":\"w\",\"links\":[],\"events\":[{"
                       "\"name\":\"iii.invocation.input\",\"attributes\":[[\"iii.payload.json\",\"{\\\"%s\\\":"
                       "{\\\"channel_id\\\":\\\"%s\\\",\\\"access_key\\\":\\\"%s\\\",\\\"direction\\\":\\\"%s\\\"}}\""
                       "]]}]}",
                       words[1], at_ns, words[3], at_ns, at_ns + 1000 * 1000,
                       g_str_equal (words[2], "write") ? "writer" : "reader", words[1], words[4], words[2]));
}

/* By somebody else. */
static void
change_level (FakeStock *self, const char *level)
{
  g_free (self->level);
  self->level = g_strdup (level);
  g_free (self->filter);
  self->filter = g_strdup (level);
  tell_of_change (self);
}

static gboolean
do_want (FakeStock *self, char **words, guint n_words)
{
  if (n_words == 2 && g_str_equal (words[0], "lose"))
    self->lose = g_ascii_strtod (words[1], NULL);
  else if (n_words == 2 && g_str_equal (words[0], "twice"))
    self->twice = g_ascii_strtod (words[1], NULL);
  else if (n_words == 2 && g_str_equal (words[0], "shuffle"))
    self->shuffle = g_ascii_strtoull (words[1], NULL, 10);
  else if (n_words == 1 && g_str_equal (words[0], "flush"))
    flush (self);
  else if (n_words == 1 && (g_str_equal (words[0], "refuse") || g_str_equal (words[0], "permit")))
    self->refuses_set = g_str_equal (words[0], "refuse");
  else if (n_words == 1 && g_str_equal (words[0], "restart"))
    fake_stock_restart (self);
  else if (n_words == 2 && g_str_equal (words[0], "flood"))
    flood (self, (guint) g_ascii_strtoull (words[1], NULL, 10));
  else if (n_words == 2 && g_str_equal (words[0], "level"))
    change_level (self, words[1]);
  else
    return FALSE;
  return TRUE;
}

gboolean
fake_stock_do (FakeStock *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint n_words = g_strv_length (words);

  if (n_words == 5 && g_str_equal (words[0], "span"))
    {
      add_span (self, words);
      return TRUE;
    }
  for (guint i = 0; n_words >= 3 && i < G_N_ELEMENTS (things); i++)
    if (g_str_equal (words[0], things[i].word))
      {
        say (self, &things[i], words, n_words);
        return TRUE;
      }
  return do_want (self, words, n_words);
}

/* --- the engine --- */

static void
start (FakeStock *self)
{
  fake_stock_log (self, "INFO", "iii::engine", "Engine started", "");
  self->started_ms = self->last_ns / (1000 * 1000);
}

FakeStock *
fake_stock_new (void)
{
  FakeStock *self = g_new0 (FakeStock, 1);

  self->mock = mock_engine_new ();
  self->mock->text = text_cb;
  self->mock->left = left_cb;
  self->mock->user_data = self;
  self->level = g_strdup ("info");
  self->filter = g_strdup ("info");
  self->more = g_strdup ("\"enabled\":true,\"sampling_ratio\":0.1,\"big\":18446744073709551615,");
  self->ring = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_free);
  self->spans = g_ptr_array_new_with_free_func (g_free);
  self->set_values = g_ptr_array_new_with_free_func (g_free);
  self->triggers = g_ptr_array_new_with_free_func (trigger_free);
  self->functions = g_ptr_array_new_with_free_func (function_free);
  self->rand = g_rand_new_with_seed (1);
  start (self);
  return self;
}

void
fake_stock_restart (FakeStock *self)
{
  g_ptr_array_set_size (self->ring, 0);
  g_ptr_array_set_size (self->held, 0);
  g_ptr_array_set_size (self->triggers, 0);
  g_ptr_array_set_size (self->functions, 0);
  if (self->level != NULL)
    {
      g_free (self->filter);
      self->filter = g_strdup (self->level);
    }
  for (guint i = 0; i < self->mock->peers->len; i++)
    {
      MockPeer *peer = self->mock->peers->pdata[i];

      if (peer->conn != NULL && !peer->has_ended)
        mock_peer_abort (peer);
    }
  start (self);
}

void
fake_stock_free (FakeStock *self)
{
  self->mock->text = NULL;
  self->mock->left = NULL;
  mock_engine_free (self->mock);
  g_ptr_array_unref (self->ring);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->spans);
  g_ptr_array_unref (self->set_values);
  g_ptr_array_unref (self->triggers);
  g_ptr_array_unref (self->functions);
  g_rand_free (self->rand);
  g_free (self->level);
  g_free (self->filter);
  g_free (self->more);
  g_free (self);
}
