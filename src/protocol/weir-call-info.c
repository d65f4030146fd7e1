/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-call-info.h"

#include <string.h>

#include "weir-json-scan.h"

/* No string takes more bytes than this here; what is cut may get longer by being made valid. */
#define MAX_STRING 1024

WeirCallInfo *
weir_call_info_copy (const WeirCallInfo *self)
{
  WeirCallInfo *copy = g_memdup2 (self, sizeof *self);

  copy->function_id = g_strdup (self->function_id);
  copy->by_worker_id = g_strdup (self->by_worker_id);
  copy->by_worker_name = g_strdup (self->by_worker_name);
  return copy;
}

void
weir_call_info_free (WeirCallInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->function_id);
  g_free (self->by_worker_id);
  g_free (self->by_worker_name);
  g_free (self);
}

static void
append_string (GString *out, const char *string)
{
  g_autofree char *valid = NULL;

  if (string == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  valid = g_utf8_make_valid (string, (gssize) MIN (strlen (string), MAX_STRING));
  weir_json_append_string (out, valid, -1);
}

void
weir_call_info_append (GString *out, const WeirCallInfo *self)
{
  g_string_append (out, ",\"function_id\":");
  append_string (out, self->function_id);
  g_string_append (out, ",\"by\":{\"worker_id\":");
  append_string (out, self->by_worker_id);
  g_string_append (out, ",\"worker_name\":");
  append_string (out, self->by_worker_name);
  g_string_append_printf (out,
                          "},\"bytes\":%" G_GUINT64_FORMAT ",\"calls\":%" G_GUINT64_FORMAT
                          ",\"at_ms\":%" G_GINT64_FORMAT ",\"stream\":%s",
                          self->bytes, self->n_calls, self->at_ms, self->has_stream ? "true" : "false");
}

/* --- reading --- */

static gboolean
fail (GError **error, const char *name)
{
  g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "“%s” of a call is missing or not what it should be",
               name);
  return FALSE;
}

/* NULL where it is null or missing. */
static gboolean
read_string (WeirSpan object, const char *name, char **string, GError **error)
{
  WeirSpan value = weir_json_member (object, name);

  if (value.text == NULL || weir_json_type (value) == WEIR_JSON_NULL)
    return TRUE;
  *string = weir_json_dup_string (value);
  return (*string != NULL && strlen (*string) <= 3 * MAX_STRING) || fail (error, name);
}

static gboolean
read_number (WeirSpan object, const char *name, gint64 *number, GError **error)
{
  WeirSpan value = weir_json_member (object, name);

  return (value.text != NULL && weir_json_get_int (value, number) && *number >= 0) || fail (error, name);
}

WeirCallInfo *
weir_call_info_from_span (WeirSpan message, GError **error)
{
  g_autoptr (WeirCallInfo) self = g_new0 (WeirCallInfo, 1);
  WeirSpan by = weir_json_member (message, "by");
  WeirSpan stream = weir_json_member (message, "stream");
  gint64 bytes = 0, n_calls = 1;

  if (!read_string (message, "function_id", &self->function_id, error) ||
      !read_number (message, "bytes", &bytes, error) || !read_number (message, "at_ms", &self->at_ms, error))
    return NULL;
  if (weir_json_member (message, "calls").text != NULL && !read_number (message, "calls", &n_calls, error))
    return NULL;
  if (self->function_id == NULL)
    return fail (error, "function_id"), NULL;
  if (weir_json_type (by) == WEIR_JSON_OBJECT && (!read_string (by, "worker_id", &self->by_worker_id, error) ||
                                                  !read_string (by, "worker_name", &self->by_worker_name, error)))
    return NULL;
  self->bytes = (guint64) bytes;
  self->n_calls = (guint64) n_calls;
  self->has_stream = weir_json_type (stream) == WEIR_JSON_BOOLEAN && *stream.text == 't';
  return g_steal_pointer (&self);
}
