/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-run-call.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-format.h"
#include "weir-key-mask.h"
#include "weir-peer-name.h"

static void
note_call (WeirRun *self, WeirCall *call)
{
  guint n = weir_call_get_channels (call)->len;
  g_autofree char *shown = weir_peer_name (weir_call_get_function_id (call));
  g_autofree char *text =
      n == 0 ? g_strdup (shown)
             /* Translators: the id of a function, and how many refs of channels it is given */
             : g_strdup_printf (ngettext ("%s with refs of %u channel", "%s with refs of %u channels", n), shown, n);

  weir_run_note (self, WEIR_TRAVEL_CALL, WEIR_WAY_TO, NULL, text, 0);
}

static void
note_answer (WeirRun *self, WeirCall *call)
{
  GBytes *answer = weir_call_get_answer (call);
  gsize size = g_bytes_get_size (answer);
  g_autoptr (GBytes) start = g_bytes_new_from_bytes (answer, 0, MIN (size, WEIR_TRAVEL_MAX_START));
  g_autofree char *text = weir_key_mask_dup_text (NULL, start);

  weir_run_note (self, WEIR_TRAVEL_ANSWER, WEIR_WAY_FROM, NULL, text, size);
}

/* What the function says of itself is not the engine's refusal; and it may hold what the function was given. */
static void
note_error (WeirRun *self, const GError *error)
{
  const char *code = weir_worker_error_get_code (error);
  g_autofree char *text = code != NULL ? g_strdup (error->message) : weir_describe_error (error);
  g_autofree char *masked = weir_key_mask_text (text);

  weir_run_note (self, WEIR_TRAVEL_ERROR, WEIR_WAY_FROM, NULL, masked, 0);
}

static void
note_late (WeirRun *self, WeirCall *call)
{
  gint64 waited_us = weir_call_get_timeout_ms (call) * G_GINT64_CONSTANT (1000);
  g_autofree char *late = weir_format_duration (MAX (weir_call_get_duration_us (call) - waited_us, 0));
  g_autofree char *text = g_strdup_printf (_ ("%s later than it was waited for:"), late);

  weir_run_note (self, WEIR_TRAVEL_EVENT, WEIR_WAY_FROM, NULL, text, 0);
}

static void
changed_cb (WeirCall *call, WeirRun *self)
{
  if (weir_call_is_late (call))
    note_late (self, call);
  switch (weir_call_get_state (call))
    {
    case WEIR_CALL_RUNNING:
      note_call (self, call);
      break;
    case WEIR_CALL_SENT:
      weir_run_note (self, WEIR_TRAVEL_EVENT, WEIR_WAY_TO, NULL, _ ("sent; nobody waits for an answer"), 0);
      break;
    case WEIR_CALL_ANSWERED:
      note_answer (self, call);
      break;
    case WEIR_CALL_FAILED:
      note_error (self, weir_call_get_error (call));
      break;
    case WEIR_CALL_ABANDONED:
      weir_run_note (self, WEIR_TRAVEL_EVENT, WEIR_WAY_TO, NULL, _ ("the answer is not waited for any more"), 0);
      break;
    case WEIR_CALL_READY:
    default:
      break;
    }
}

void
weir_run_follow_call (WeirRun *self, WeirCall *call)
{
  g_return_if_fail (WEIR_IS_RUN (self) && WEIR_IS_CALL (call));

  g_signal_connect_object (call, "changed", G_CALLBACK (changed_cb), self, 0);
}
