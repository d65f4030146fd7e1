/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-event.h"

#include "weir-describe.h"
#include "weir-preview.h"

#include <glib/gi18n.h>
#include <string.h>

#define UNKNOWN_CHARS 200
#define REASON_CHARS  125 /* of a close frame */

static char *
dup_line (WeirSpan string)
{
  g_autofree char *text = weir_json_dup_string (string);

  return text != NULL ? weir_preview_line ((const guint8 *) text, strlen (text), REASON_CHARS) : NULL;
}

static char *
describe_connected (gboolean is_writer)
{
  return g_strdup (is_writer ? _ ("writer connected") : _ ("reader connected"));
}

/* @code 0: none came. A reader that answers our own close has none to give. */
static char *
describe_side_closed (WeirSpan json, gboolean is_writer)
{
  const char *closed = is_writer ? _ ("writer closed") : _ ("reader closed");
  g_autofree char *reason = dup_line (weir_json_member (json, "reason"));
  g_autofree char *violation = dup_line (weir_json_member (json, "violation"));
  WeirSpan clean = weir_json_member (json, "clean");
  gboolean is_clean = weir_json_type (clean) == WEIR_JSON_BOOLEAN && clean.text[0] == 't';
  gint64 code = 0;

  weir_json_get_int (weir_json_member (json, "code"), &code);
  if (violation != NULL)
    return g_strdup_printf (is_writer ? _ ("writer broke the protocol: %s") : _ ("reader broke the protocol: %s"),
                            violation);
  if (code != 0)
    return reason != NULL && *reason != '\0' ? g_strdup_printf ("%s: %d %s", closed, (int) code, reason)
                                             : g_strdup_printf ("%s: %d", closed, (int) code);
  if (is_clean)
    return g_strdup (closed);
  return g_strdup (is_writer ? _ ("writer gone, without a close") : _ ("reader gone, without a close"));
}

/* Whose observer it was; without a name, Weir. */
static char *
dup_by (WeirSpan json)
{
  g_autofree char *by = dup_line (weir_json_member (json, "by"));

  return by != NULL ? g_steal_pointer (&by) : g_strdup (_ ("Weir"));
}

static char *
describe_shaped (WeirSpan json)
{
  WeirSpan pause = weir_json_member (json, "pause");
  g_autofree char *by = dup_by (json);
  g_autofree char *length = NULL;
  gint64 rate = 0;

  if (weir_json_type (pause) == WEIR_JSON_BOOLEAN && pause.text[0] == 't')
    return g_strdup_printf (_ ("held by %s"), by);
  if (!weir_json_get_int (weir_json_member (json, "rate_bytes_per_s"), &rate) || rate <= 0)
    return g_strdup_printf (_ ("let go by %s"), by);
  length = weir_format_rate (rate, WEIR_UNITS_DECIMAL);
  return g_strdup_printf (_ ("slowed to %s by %s"), length, by);
}

static char *
describe_injected (WeirSpan json)
{
  g_autofree char *by = dup_by (json);

  return g_strdup_printf (_ ("message injected by %s"), by);
}

static char *
describe_dismissed (WeirSpan json, gboolean is_writer)
{
  g_autofree char *by = dup_by (json);

  return g_strdup_printf (is_writer ? _ ("writer’s end closed by %s") : _ ("reader’s end closed by %s"), by);
}

static char *
describe_ended (WeirSpan json)
{
  g_autofree char *by = weir_json_dup_string (weir_json_member (json, "by"));
  WeirEndedBy ended_by;

  return by != NULL && weir_ended_by_from_string (by, &ended_by) ? g_strdup (weir_describe_ended_by (ended_by)) : NULL;
}

static gboolean
says (WeirSpan json, const char *name, const char *value)
{
  WeirSpan member = weir_json_member (json, name);

  return weir_json_type (member) == WEIR_JSON_STRING && weir_json_string_equal (member, value);
}

char *
weir_describe_tap_event (WeirSpan json)
{
  gboolean is_object = weir_json_check (json, WEIR_JSON_MAX_DEPTH, NULL) && weir_json_type (json) == WEIR_JSON_OBJECT;
  gboolean is_writer = is_object && says (json, "side", "writer");
  gboolean has_side = is_writer || (is_object && says (json, "side", "reader"));
  char *words = NULL;

  if (has_side && says (json, "event", "connected"))
    words = describe_connected (is_writer);
  else if (has_side && says (json, "event", "dismissed"))
    words = describe_dismissed (json, is_writer);
  else if (is_object && says (json, "event", "shaped"))
    words = describe_shaped (json);
  else if (is_object && says (json, "event", "injected"))
    words = describe_injected (json);
  else if (is_object && says (json, "event", "closed"))
    words = has_side ? describe_side_closed (json, is_writer) : describe_ended (json);
  return words != NULL ? words : weir_preview_line ((const guint8 *) json.text, json.len, UNKNOWN_CHARS);
}
