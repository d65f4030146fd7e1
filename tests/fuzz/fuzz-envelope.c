/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-envelope.h"

/* What an engine does with an invocation that it has read: it writes the payload on. */
static void
forward (const WeirEnvelope *envelope)
{
  g_autofree char *function_id = weir_json_dup_string (envelope->function_id);
  g_autofree char *invocation_id = weir_json_dup_string (envelope->invocation_id);
  WeirInvoke invoke = { .invocation_id = invocation_id,
                        .function_id = function_id,
                        .data = envelope->data,
                        .caller_worker_id = "w",
                        .traceparent = envelope->traceparent,
                        .baggage = envelope->baggage,
                        .metadata = envelope->metadata,
                        .is_void = weir_envelope_is_void (envelope) };
  GString *message = weir_envelope_write_invoke (&invoke);
  WeirEnvelope again;

  g_assert_true (weir_envelope_parse (&again, (WeirSpan){ message->str, message->len }, NULL));
  g_assert_cmpint (again.type, ==, WEIR_ENVELOPE_INVOKE_FUNCTION);
  g_assert_true (weir_envelope_is_void (&again) == weir_envelope_is_void (envelope));
  g_string_free (message, TRUE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  WeirSpan text = { (const char *) data, size };
  g_autoptr (GError) error = NULL;
  WeirEnvelope envelope;
  gboolean is_valid = weir_envelope_parse (&envelope, text, &error);

  g_assert_true (is_valid == (error == NULL));
  if (!is_valid)
    return 0;
  if (!envelope.too_deep)
    g_assert_true (weir_json_check (text, WEIR_JSON_MAX_DEPTH + 1, NULL));
  if (envelope.type == WEIR_ENVELOPE_INVOKE_FUNCTION && !envelope.too_deep)
    forward (&envelope);
  return 0;
}
