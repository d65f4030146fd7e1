/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-info.h"

#include <string.h>

static void
add_name (GString *out, const char *name)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
}

/* As many bytes of valid UTF-8 as take at most @max bytes when they are escaped. */
static gsize
fit_encoded (const char *valid, gsize max)
{
  gsize encoded = 0, len = 0;

  while (valid[len] != '\0')
    {
      const char *next = g_utf8_next_char (valid + len);
      guchar c = valid[len];

      encoded += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : (gsize) (next - (valid + len));
      if (encoded > max)
        break;
      len = next - valid;
    }
  return len;
}

static void
add_string (GString *out, const char *name, const char *string)
{
  g_autofree char *valid = NULL, *cut = NULL;

  add_name (out, name);
  if (string == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  valid = g_utf8_make_valid (string, -1);
  if (valid[fit_encoded (valid, WEIR_CHANNEL_INFO_MAX_STRING)] != '\0')
    cut = g_strdup_printf ("%.*s…", (int) fit_encoded (valid, WEIR_CHANNEL_INFO_MAX_STRING - strlen ("…")), valid);
  weir_json_append_string (out, cut != NULL ? cut : valid, -1);
}

static void
add_number (GString *out, const char *name, gint64 number)
{
  add_name (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, number);
}

/* What is not known, or not yet. */
static void
add_number_or_null (GString *out, const char *name, gint64 number)
{
  if (number == 0)
    add_string (out, name, NULL);
  else
    add_number (out, name, number);
}

static void
add_boolean (GString *out, const char *name, gboolean value)
{
  add_name (out, name);
  g_string_append (out, value ? "true" : "false");
}

static void
open_object (GString *out, const char *name)
{
  add_name (out, name);
  g_string_append_c (out, '{');
}

static void
close_object (GString *out)
{
  g_string_append_c (out, '}');
}

static void
add_worker (GString *out, const char *name, const char *id, const char *worker_name)
{
  if (id == NULL && worker_name == NULL)
    {
      add_string (out, name, NULL);
      return;
    }
  open_object (out, name);
  add_string (out, "worker_id", id);
  add_string (out, "worker_name", worker_name);
  close_object (out);
}

static void
add_end_worker (GString *out, const WeirEndInfo *end)
{
  if (end->worker_id == NULL && end->worker_name == NULL)
    {
      add_string (out, "worker", NULL);
      return;
    }
  open_object (out, "worker");
  add_string (out, "worker_id", end->worker_id);
  add_string (out, "worker_name", end->worker_name);
  add_string (out, "runtime", end->worker_runtime);
  close_object (out);
}

static const char *
how_to_string (WeirHow how)
{
  return how == WEIR_HOW_REF ? "ref" : how == WEIR_HOW_CREATOR ? "creator" : "unknown";
}

static void
add_end (GString *out, const char *name, const WeirEndInfo *end)
{
  open_object (out, name);
  add_string (out, "presence", weir_presence_to_string (end->presence));
  add_number_or_null (out, "connected_at_ms", end->connected_at_ms);
  add_number_or_null (out, "closed_at_ms", end->closed_at_ms);
  add_boolean (out, "close_clean", end->close_clean);
  add_number_or_null (out, "close_code", end->close_code);
  add_string (out, "close_reason", end->close_reason);
  if (end->violation != NULL)
    add_string (out, "violation", end->violation);
  if (end->is_unanswered)
    add_boolean (out, "unanswered", TRUE);
  add_end_worker (out, end);
  add_string (out, "function_id", end->function_id);
  add_string (out, "how", how_to_string (end->how));
  add_boolean (out, "probed", end->probed);
  if (end->n_refused > 0)
    {
      add_number (out, "refused", end->n_refused);
      add_number_or_null (out, "refused_at_ms", end->refused_at_ms);
    }
  if (end->n_not_found > 0)
    {
      add_number (out, "not_found", end->n_not_found);
      add_number_or_null (out, "not_found_at_ms", end->not_found_at_ms);
    }
  if (end->worker_left_at_ms != 0)
    add_number (out, "worker_left_at_ms", end->worker_left_at_ms);
  close_object (out);
}

static void
add_error (GString *out, const WeirPassedInfo *passed)
{
  if (passed->error_code == NULL)
    {
      add_string (out, "error", NULL);
      return;
    }
  open_object (out, "error");
  add_string (out, "code", passed->error_code);
  add_string (out, "message", passed->error_message);
  close_object (out);
}

static void
append_passed (GString *out, const WeirPassedInfo *passed)
{
  g_string_append_c (out, '{');
  add_string (out, "direction", weir_direction_to_string (passed->direction));
  add_string (out, "function_id", passed->function_id != NULL ? passed->function_id : "");
  add_string (out, "path", passed->path != NULL ? passed->path : "");
  add_worker (out, "by_worker", passed->by_worker_id, passed->by_worker_name);
  add_number_or_null (out, "at_ms", passed->at_ms);
  add_string (out, "invocation_id", passed->invocation_id);
  add_number_or_null (out, "returned_at_ms", passed->returned_at_ms);
  add_error (out, passed);
  add_string (out, "trace_id", passed->trace_id);
  if (passed->live)
    add_boolean (out, "live", TRUE);
  close_object (out);
}

/* The first and the latest, if there are more than a reader expects. */
static void
add_passed (GString *out, const GPtrArray *passed)
{
  guint n = MIN (passed->len, WEIR_CHANNEL_INFO_MAX_PASSED);

  add_name (out, "passed");
  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_passed (out, g_ptr_array_index (passed, i == 0 ? 0 : passed->len - n + i));
    }
  g_string_append_c (out, ']');
}

static void
add_totals (GString *out, const WeirTotals *totals)
{
  open_object (out, "totals");
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      add_name (out, weir_totals_columns[i]);
      weir_totals_append (out, totals, i);
    }
  close_object (out);
}

static void
add_ended (GString *out, WeirEndedBy by, gint64 at_ms)
{
  if (by == WEIR_ENDED_NOT)
    {
      add_string (out, "ended", NULL);
      return;
    }
  open_object (out, "ended");
  add_string (out, "by", weir_ended_by_to_string (by));
  add_number_or_null (out, "at_ms", at_ms);
  close_object (out);
}

static void
append_shape (GString *out, const WeirShapeInfo *shape)
{
  g_string_append_c (out, '{');
  add_string (out, "worker_id", shape->worker_id);
  add_string (out, "worker_name", shape->worker_name);
  add_boolean (out, "pause", shape->pause);
  add_number_or_null (out, "rate_bytes_per_s", shape->rate_bytes_per_s);
  add_number_or_null (out, "since_ms", shape->since_ms);
  close_object (out);
}

static void
append_act (GString *out, const WeirActInfo *act)
{
  g_string_append_c (out, '{');
  add_string (out, "act", weir_act_to_string (act->act));
  add_number_or_null (out, "at_ms", act->at_ms);
  add_string (out, "worker_name", act->worker_name);
  add_number (out, "value", act->value);
  close_object (out);
}

/* Most channels have neither: then nothing is said. */
static void
add_interference (GString *out, const WeirChannelInfo *self)
{
  guint n_shapes = self->shapes != NULL ? MIN (self->shapes->len, WEIR_CHANNEL_INFO_MAX_SHAPES) : 0;
  guint n_acts = self->acts != NULL ? MIN (self->acts->len, WEIR_CHANNEL_INFO_MAX_ACTS) : 0;

  for (guint i = 0; i < n_shapes; i++)
    {
      g_string_append (out, i == 0 ? ",\"shapes\":[" : ",");
      append_shape (out, self->shapes->pdata[i]);
    }
  if (n_shapes > 0)
    g_string_append_c (out, ']');
  for (guint i = 0; i < n_acts; i++)
    {
      g_string_append (out, i == 0 ? ",\"acts\":[" : ",");
      append_act (out, self->acts->pdata[self->acts->len - n_acts + i]);
    }
  if (n_acts > 0)
    g_string_append_c (out, ']');
}

void
weir_channel_info_append (GString *out, const WeirChannelInfo *self)
{
  g_string_append_c (out, '{');
  add_string (out, "channel_id", self->channel_id);
  add_number (out, "n", self->n);
  add_number_or_null (out, "created_at_ms", self->created_at_ms);
  add_number_or_null (out, "buffer_items", self->buffer_items);
  add_number_or_null (out, "buffer_bytes_max", self->buffer_bytes_max);
  add_number_or_null (out, "expires_at_ms", self->expires_at_ms);
  add_worker (out, "creator", self->creator_worker_id, self->creator_worker_name);
  add_end (out, "writer", &self->writer);
  add_end (out, "reader", &self->reader);
  add_passed (out, self->passed);
  add_string (out, "state", weir_state_to_string (self->state));
  add_number_or_null (out, "since_ms", self->since_ms);
  add_number_or_null (out, "paused_since_ms", self->paused_since_ms);
  if (self->lacks_memory)
    add_boolean (out, "lacks_memory", TRUE);
  add_number_or_null (out, "first_message_at_ms", self->first_message_at_ms);
  if (self->internal) /* a feed of ours is not observed: there are no figures */
    add_string (out, "totals", NULL);
  else
    add_totals (out, &self->totals);
  add_ended (out, self->ended_by, self->ended_at_ms);
  add_boolean (out, "internal", self->internal);
  add_interference (out, self);
  close_object (out);
}
