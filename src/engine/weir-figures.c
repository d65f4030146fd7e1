/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-web-private.h"

/* The engine's figures as Prometheus reads them (text format 0.0.4). Feeds of observers are not counted. */

static void
append_head (GString *out, const char *name, const char *type, const char *help)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
append (GString *out, const char *name, const char *type, const char *help, guint64 value)
{
  append_head (out, name, type, help);
  g_string_append_printf (out, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
append_labelled (GString *out, const char *name, const char *label, const char *of, guint64 value)
{
  g_string_append_printf (out, "%s{%s=\"%s\"} %" G_GUINT64_FORMAT "\n", name, label, of, value);
}

static guint
count_workers (WeirRouter *router)
{
  GHashTableIter iter;
  gpointer session;
  guint n = 0;

  g_hash_table_iter_init (&iter, router->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    n += !((WeirSession *) session)->is_own;
  return n;
}

static void
append_workers (GString *out, WeirRouter *router)
{
  append (out, "weir_workers", "gauge", "Workers that are connected, without the engine's own.",
          count_workers (router));
  append (out, "weir_functions", "gauge", "Functions that can be called, the engine's own included.",
          weir_function_table_get_size (router->functions));
}

static void
append_channels (GString *out, WeirRouter *router)
{
  WeirTotals totals;

  weir_channel_table_get_totals (router->channels, &totals);
  append (out, "weir_channels_open", "gauge", "Channels that are open.",
          weir_channel_table_get_size (router->channels));
  append_head (out, "weir_channel_bytes_total", "counter",
               "Bytes of messages, as their writers gave and readers took them.");
  append_labelled (out, "weir_channel_bytes_total", "way", "written", totals.written_bytes);
  append_labelled (out, "weir_channel_bytes_total", "way", "sent", totals.sent_bytes);
  append_head (out, "weir_channel_messages_total", "counter", "Messages, as their writers gave and readers took them.");
  append_labelled (out, "weir_channel_messages_total", "way", "written", totals.written_messages);
  append_labelled (out, "weir_channel_messages_total", "way", "sent", totals.sent_messages);
  append (out, "weir_channel_buffered_bytes", "gauge", "Bytes that wait in open channels.", totals.buffered_bytes);
  append (out, "weir_channel_buffered_messages", "gauge", "Messages that wait in open channels.",
          totals.buffered_messages);
  append (out, "weir_memory_bytes", "gauge", "Memory that is held for others, of what --memory allows.",
          weir_budget_get_used (router->limits.budget));
}

static void
append_http (GString *out, WeirWeb *web)
{
  append (out, "weir_http_requests_open", "gauge", "HTTP requests that functions are answering.",
          g_hash_table_size (web->exchanges));
  append (out, "weir_http_requests_total", "counter", "HTTP requests that were passed on to a function.",
          web->counts.n_requests);
  append_head (out, "weir_http_body_bytes_total", "counter", "Bytes of the bodies of HTTP requests and answers.");
  append_labelled (out, "weir_http_body_bytes_total", "way", "request", web->counts.in_bytes);
  append_labelled (out, "weir_http_body_bytes_total", "way", "response", web->counts.out_bytes);
}

static void
append_refusals (GString *out, WeirWeb *web)
{
  static const char *const names[WEIR_N_REFUSED] = {
    [WEIR_REFUSED_CONNECTION] = "connection",
    [WEIR_REFUSED_WORKER] = "worker",
    [WEIR_REFUSED_REGISTRATION] = "registration",
    [WEIR_REFUSED_CALL] = "call",
  };

  append_head (out, "weir_refused_total", "counter", "What was refused, with an error that says why.");
  for (guint i = 0; i < WEIR_N_REFUSED; i++)
    append_labelled (out, "weir_refused_total", "what", names[i], web->router->refused[i]);
  append_labelled (out, "weir_refused_total", "what", "http_request", web->counts.n_refused);
}

GString *
weir_figures_write (WeirWeb *web)
{
  GString *out = g_string_new (NULL);

  append_workers (out, web->router);
  append_channels (out, web->router);
  append_http (out, web);
  append_refusals (out, web);
  return out;
}
