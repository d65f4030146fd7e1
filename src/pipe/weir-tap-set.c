/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-set.h"

#include <string.h>

#include "weir-json.h"

void
weir_tap_set_clear (WeirTapSet *self)
{
  for (guint i = 0; i < self->n_taps; i++)
    weir_tap_unref (self->taps[i]);
  g_clear_pointer (&self->taps, g_free);
  self->n_taps = 0;
}

static guint
weir_tap_set_find (WeirTapSet *self, WeirTap *tap)
{
  guint i = 0;

  while (i < self->n_taps && self->taps[i] != tap)
    i++;
  return i;
}

gboolean
weir_tap_set_add (WeirTapSet *self, WeirTap *tap)
{
  if (weir_tap_set_find (self, tap) < self->n_taps)
    return FALSE;

  self->taps = g_renew (WeirTap *, self->taps, self->n_taps + 1);
  self->taps[self->n_taps++] = weir_tap_ref (tap);
  return TRUE;
}

gboolean
weir_tap_set_remove (WeirTapSet *self, WeirTap *tap)
{
  guint i = weir_tap_set_find (self, tap);

  if (i == self->n_taps)
    return FALSE;

  weir_tap_unref (tap);
  self->taps[i] = self->taps[--self->n_taps];
  if (self->n_taps == 0)
    g_clear_pointer (&self->taps, g_free);
  return TRUE;
}

gboolean
weir_tap_set_wants_block (WeirTapSet *self, WeirRecordKind kind, gsize len)
{
  for (guint i = 0; i < self->n_taps; i++)
    if (weir_tap_wants_block (self->taps[i], kind, len))
      return TRUE;
  return FALSE;
}

gsize
weir_tap_set_get_limit (WeirTapSet *self)
{
  gsize limit = 0;

  for (guint i = 0; i < self->n_taps; i++)
    limit = MAX (limit, weir_tap_get_limit (self->taps[i]));
  return limit;
}

void
weir_tap_set_put (WeirTapSet *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us, const guint8 *data,
                  gsize len, WeirBlock *block)
{
  for (guint i = 0; i < self->n_taps; i++)
    weir_tap_put (self->taps[i], kind, flags, seq, time_us, data, len, block);
}

void
weir_tap_set_put_start (WeirTapSet *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us,
                        const guint8 *data, gsize len, gsize payload_size)
{
  for (guint i = 0; i < self->n_taps; i++)
    weir_tap_put_start (self->taps[i], kind, flags, seq, time_us, data, len, payload_size);
}

static void
weir_tap_set_put_json (WeirTapSet *self, const char *json, gint64 time_us)
{
  weir_tap_set_put (self, WEIR_RECORD_EVENT, 0, 0, time_us, (const guint8 *) json, strlen (json), NULL);
}

static void
append_closed (GString *json, const WeirPipeEvent *event)
{
  g_string_append_printf (json, "\"closed\",\"side\":\"%s\",\"code\":%u,\"clean\":%s",
                          weir_side_to_string (event->side), event->code, event->is_clean ? "true" : "false");
  if (event->reason != NULL)
    {
      g_string_append (json, ",\"reason\":");
      weir_json_append_string (json, event->reason, -1);
    }
  if (event->violation != NULL)
    {
      g_string_append (json, ",\"violation\":");
      weir_json_append_string (json, event->violation, -1);
    }
}

void
weir_tap_set_put_event (WeirTapSet *self, const WeirPipeEvent *event, gint64 time_us)
{
  g_autoptr (GString) json = NULL;

  if (self->n_taps == 0)
    return;

  json = g_string_new ("{\"event\":");
  if (event->type == WEIR_PIPE_CONNECTED)
    g_string_append_printf (json, "\"connected\",\"side\":\"%s\"", weir_side_to_string (event->side));
  else if (event->type == WEIR_PIPE_LEFT)
    append_closed (json, event);
  else
    g_string_append_printf (json, "\"closed\",\"by\":\"%s\"", weir_ended_by_to_string (event->by));
  g_string_append_c (json, '}');
  weir_tap_set_put_json (self, json->str, time_us);
}

/* Finishes an event with who it was. @json: (transfer full): all but the last member and the brace. */
static void
put_act (WeirTapSet *self, GString *json, const char *by, gint64 time_us)
{
  g_string_append (json, ",\"by\":");
  if (by != NULL)
    weir_json_append_string (json, by, -1);
  else
    g_string_append (json, "null");
  g_string_append_c (json, '}');
  weir_tap_set_put_json (self, json->str, time_us);
  g_string_free (json, TRUE);
}

void
weir_tap_set_put_shaped (WeirTapSet *self, gboolean is_held, guint64 rate, const char *by, gint64 time_us)
{
  GString *json = g_string_new ("{\"event\":\"shaped\",\"pause\":");

  g_string_append (json, is_held ? "true" : "false");
  if (rate > 0)
    g_string_append_printf (json, ",\"rate_bytes_per_s\":%" G_GUINT64_FORMAT, rate);
  else
    g_string_append (json, ",\"rate_bytes_per_s\":null");
  put_act (self, json, by, time_us);
}

void
weir_tap_set_put_injected (WeirTapSet *self, guint64 seq, const char *by, gint64 time_us)
{
  GString *json = g_string_new ("{\"event\":\"injected\"");

  g_string_append_printf (json, ",\"seq\":%" G_GUINT64_FORMAT, seq);
  put_act (self, json, by, time_us);
}

void
weir_tap_set_put_dismissed (WeirTapSet *self, WeirSide side, const char *by, gint64 time_us)
{
  GString *json = g_string_new ("{\"event\":\"dismissed\",\"side\":");

  g_string_append_printf (json, "\"%s\"", weir_side_to_string (side));
  put_act (self, json, by, time_us);
}

void
weir_tap_set_put_heartbeat (WeirTapSet *self, gint64 time_us)
{
  static const char json[] = "{\"event\":\"heartbeat\"}";

  for (guint i = 0; i < self->n_taps; i++)
    if (!weir_tap_is_full (self->taps[i]))
      weir_tap_put (self->taps[i], WEIR_RECORD_EVENT, 0, 0, time_us, (const guint8 *) json, sizeof json - 1, NULL);
}
