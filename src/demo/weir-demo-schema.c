/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-schema.h"

#include <string.h>

#include "weir-json.h"

#define DONE "{\"ok\":true,\"messages\":300}"

static const struct
{
  const char *id;
  const char *request; /* "$reader" and "$writer" stand for refs */
  const char *response;
} examples[] = {
  { "alarms::raise", "{\"since\":\"yesterday\",\"writer\":\"$writer\"}", "{\"alarms\":0}" },
  { "alarms::show", "{\"reader\":\"$reader\"}", DONE },
  { "archive::store", "{\"name\":\"2026-q2.pdf\",\"reader\":\"$reader\"}", DONE },
  { "browser::save", "{\"name\":\"holiday.mp4\",\"reader\":\"$reader\"}", DONE },
  { "chat::relay", "{\"conversation\":\"c-17\",\"reader\":\"$reader\"}", DONE },
  { "csv::import", "{\"table\":\"parts\",\"writer\":\"$writer\"}", DONE },
  { "dashboard::live", "{\"panel\":\"hosts\",\"reader\":\"$reader\"}", DONE },
  { "files::download", "{\"path\":\"/videos/holiday.mp4\",\"writer\":\"$writer\"}", DONE },
  { "files::process", "{\"schema\":\"schema.json\",\"reader\":\"$reader\"}", NULL },
  { "images::resize", "{\"width\":640,\"source\":{\"name\":\"beach.jpg\",\"reader\":\"$reader\"}}",
    "{\"queued\":true}" },
  { "llm::generate", "{\"prompt\":\"What is a channel?\",\"writer\":\"$writer\"}", DONE },
  { "metrics::tail", "{\"hosts\":[\"web-1\"],\"writer\":\"$writer\"}", DONE },
  { "notes::show", "{\"reader\":\"$reader\"}", DONE },
  { "notes::summarize", "{\"folder\":\"inbox\",\"writer\":\"$writer\"}", NULL },
  { "pipeline::consumer", "{\"reader\":\"$reader\"}", DONE },
  { "pipeline::producer", "{\"day\":\"2026-05-04\",\"writer\":\"$writer\"}", DONE },
  { "reports::export", "{\"quarter\":\"2026-q2\",\"writer\":\"$writer\"}", DONE },
  { "transform::coordinator", "{\"pictures\":{\"writer\":\"$writer\"},\"negatives\":{\"reader\":\"$reader\"}}", NULL },
  { "transform::worker",
    "{\"filter\":\"negative\",\"input\":{\"reader\":\"$reader\"},\"output\":{\"writer\":\"$writer\"}}", "9830400" },
};

static void append (GString *out, WeirSpan example, gboolean has_examples);

static void
append_ref (GString *out, const char *direction)
{
  g_string_append_printf (out,
                          "{\"type\":\"object\",\"required\":[\"channel_id\",\"access_key\",\"direction\"],"
                          "\"properties\":{\"channel_id\":{\"type\":\"string\"},\"access_key\":{\"type\":\"string\"},"
                          "\"direction\":{\"const\":\"%s\"}}}",
                          direction);
}

static void
append_object (GString *out, WeirSpan example, gboolean has_examples)
{
  g_autoptr (GString) required = g_string_new (NULL);
  WeirJsonIter iter;
  WeirSpan key, value;

  g_string_append (out, "{\"type\":\"object\",\"properties\":{");
  weir_json_iter_init (&iter, example);
  while (weir_json_iter_next (&iter, &key, &value))
    {
      g_string_append (out, required->len > 0 ? "," : "");
      g_string_append (required, required->len > 0 ? "," : "");
      weir_json_append_span (required, key);
      weir_json_append_span (out, key);
      g_string_append_c (out, ':');
      append (out, value, has_examples);
    }
  g_string_append_printf (out, "},\"required\":[%s]}", required->str);
}

static void
append_scalar (GString *out, const char *type, WeirSpan example, gboolean has_examples)
{
  g_string_append_printf (out, "{\"type\":\"%s\"", type);
  if (has_examples)
    {
      g_string_append (out, ",\"examples\":[");
      weir_json_append_span (out, example);
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '}');
}

static void
append (GString *out, WeirSpan example, gboolean has_examples)
{
  WeirJsonIter iter;
  WeirSpan key, value;

  switch (weir_json_type (example))
    {
    case WEIR_JSON_OBJECT:
      append_object (out, example, has_examples);
      break;
    case WEIR_JSON_ARRAY:
      g_string_append (out, "{\"type\":\"array\",\"items\":");
      weir_json_iter_init (&iter, example);
      if (weir_json_iter_next (&iter, &key, &value))
        append (out, value, has_examples);
      g_string_append_c (out, '}');
      break;
    case WEIR_JSON_NUMBER:
      append_scalar (out, "integer", example, has_examples);
      break;
    case WEIR_JSON_BOOLEAN:
      append_scalar (out, "boolean", example, has_examples);
      break;
    case WEIR_JSON_STRING:
      if (weir_json_string_equal (example, "$reader"))
        append_ref (out, "read");
      else if (weir_json_string_equal (example, "$writer"))
        append_ref (out, "write");
      else
        append_scalar (out, "string", example, has_examples);
      break;
    case WEIR_JSON_NULL:
    case WEIR_JSON_ABSENT:
    default:
      g_string_append (out, "{}");
      break;
    }
}

static JsonNode *
make_schema (const char *example, gboolean has_examples)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (example == NULL)
    return NULL;
  append (out, WEIR_SPAN (example), has_examples);
  return weir_json_parse ((WeirSpan){ out->str, out->len }, NULL);
}

JsonNode *
weir_demo_request_schema_new (const char *function_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    if (g_str_equal (examples[i].id, function_id))
      return make_schema (examples[i].request, TRUE);
  return NULL;
}

JsonNode *
weir_demo_response_schema_new (const char *function_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    if (g_str_equal (examples[i].id, function_id))
      return make_schema (examples[i].response, FALSE);
  return NULL;
}
