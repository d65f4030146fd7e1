/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-error.h"

typedef struct
{
  char *code; /* nullable */
} WeirWorkerErrorPrivate;

static void
weir_worker_error_private_init (WeirWorkerErrorPrivate *priv)
{
}

static void
weir_worker_error_private_copy (const WeirWorkerErrorPrivate *from, WeirWorkerErrorPrivate *to)
{
  to->code = g_strdup (from->code);
}

static void
weir_worker_error_private_clear (WeirWorkerErrorPrivate *priv)
{
  g_free (priv->code);
}

G_DEFINE_EXTENDED_ERROR (WeirWorkerError, weir_worker_error)

const char *
weir_worker_error_get_code (const GError *error)
{
  if (!g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_REMOTE))
    return NULL;

  return weir_worker_error_get_private (error)->code;
}

static GError *
take_code (GError *error, char *code)
{
  weir_worker_error_get_private (error)->code = code;

  return error;
}

GError *
weir_worker_error_new_remote (WeirSpan body)
{
  gboolean is_object = weir_json_type (body) == WEIR_JSON_OBJECT;
  g_autofree char *code = is_object ? weir_json_dup_string (weir_json_member (body, "code")) : NULL;
  g_autofree char *message = is_object ? weir_json_dup_string (weir_json_member (body, "message")) : NULL;
  gboolean has_message = message != NULL && *message != '\0' && g_strcmp0 (message, code) != 0;
  g_autofree char *both = has_message && code != NULL ? g_strdup_printf ("%s (%s)", message, code) : NULL;
  GError *error = g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_REMOTE,
                                       both != NULL   ? both
                                       : has_message  ? message
                                       : code != NULL ? code
                                                      : "An error without a code and without a message");

  return take_code (error, g_steal_pointer (&code));
}

GError *
weir_worker_error_new_rejected (WeirSpan code)
{
  g_autofree char *string = weir_json_dup_string (code);
  gboolean is_taken = g_strcmp0 (string, "WORKER_NAMESPACE_CONFLICT") == 0;
  GError *error = g_error_new (WEIR_WORKER_ERROR, is_taken ? WEIR_WORKER_ERROR_NAME_TAKEN : WEIR_WORKER_ERROR_REMOTE,
                               "The engine does not take this worker (%s)", string != NULL ? string : "no code");

  return take_code (error, g_steal_pointer (&string));
}
