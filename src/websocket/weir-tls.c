/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tls.h"

#define FAULTS_KEY "weir-tls-faults"

G_DEFINE_QUARK (weir_tls_error_quark, weir_tls_error)

static const struct
{
  GTlsCertificateFlags flag;
  const char *what;
} faults[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, "its authority is not trusted here" },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another name" },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, "its time has not begun by this machine's clock" },
  { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
  { G_TLS_CERTIFICATE_REVOKED, "it has been revoked" },
  { G_TLS_CERTIFICATE_INSECURE, "its algorithm is not safe" },
};

static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, GObject *client)
{
  g_object_set_data (client, FAULTS_KEY, GUINT_TO_POINTER (flags));
  return FALSE;
}

static void
event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream,
          gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect_object (stream, "accept-certificate", G_CALLBACK (accept_cb), client, 0);
}

void
weir_tls_watch (GSocketClient *client)
{
  g_signal_connect (client, "event", G_CALLBACK (event_cb), NULL);
}

GError *
weir_tls_explain (GSocketClient *client, const char *host, GError *error)
{
  guint flags = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (client), FAULTS_KEY));
  g_autoptr (GString) why = g_string_new (NULL);

  if (!g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return error;
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((flags & faults[i].flag) != 0)
      g_string_append_printf (why, "%s%s", why->len > 0 ? ", and " : "", faults[i].what);
  if (why->len == 0)
    return error;
  g_error_free (error);
  return g_error_new (WEIR_TLS_ERROR,
                      flags == G_TLS_CERTIFICATE_UNKNOWN_CA ? WEIR_TLS_ERROR_UNKNOWN_AUTHORITY : WEIR_TLS_ERROR_OTHER,
                      "The certificate of %s was refused: %s", host, why->str);
}
