/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-keyring.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    .name = "weir.connection",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = { { "url", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
  };

  return &schema;
}

/* libsecret's own calls are never cancelled: one that is cancelled while it opens a session leaves a service without
 * one behind for those who come next. They end by themselves (each call on the bus within 25 s, or with the user's
 * answer to a prompt); who has cancelled is told so then. */

/* --- is there one --- */

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = secret_service_get_finish (result, &error);

  if (error != NULL)
    g_info ("No keyring: %s", error->message);
  g_task_return_boolean (task, service != NULL);
}

void
weir_keyring_find_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_keyring_find_async);
  /* A session is what tells a service that is there from a name that nobody answers for. */
  secret_service_get (SECRET_SERVICE_OPEN_SESSION, NULL, found_cb, task);
}

gboolean
weir_keyring_find_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- looking up --- */

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *text = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, text != NULL ? weir_credentials_from_text (text) : NULL,
                           (GDestroyNotify) weir_credentials_free);
  secret_password_free (text);
}

void
weir_keyring_lookup_async (const char *url, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_keyring_lookup_async);
  secret_password_lookup (get_schema (), NULL, looked_up_cb, task, "url", url, NULL);
}

WeirCredentials *
weir_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- keeping --- */

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error); /* FALSE without an error: there was none */
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
weir_keyring_store_async (const char *url, const WeirCredentials *credentials, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *label = g_strdup_printf (_ ("Weir: access to %s"), url);
  g_autofree char *text = NULL;

  g_task_set_source_tag (task, weir_keyring_store_async);
  if (weir_credentials_is_empty (credentials))
    {
      secret_password_clear (get_schema (), NULL, cleared_cb, task, "url", url, NULL);
      return;
    }
  text = weir_credentials_to_text (credentials);
  secret_password_store (get_schema (), SECRET_COLLECTION_DEFAULT, label, text, NULL, stored_cb, task, "url", url,
                         NULL);
}

gboolean
weir_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
