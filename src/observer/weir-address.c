/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-address.h"

#include <gio/gio.h>
#include <string.h>

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL)
    return g_ascii_strcasecmp (host, "localhost") == 0;
  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address);
}

char *
weir_address_normalise (const char *address)
{
  gboolean is_tls = g_str_has_prefix (address, "wss://") || g_str_has_prefix (address, "https://");
  g_autofree char *uri = strstr (address, "://") != NULL ? g_strdup (address) : g_strconcat ("ws://", address, NULL);
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse_uri (uri, is_tls ? 443 : 80, NULL);
  g_autofree char *host = NULL;
  GNetworkAddress *network;

  if (connectable == NULL)
    return NULL;
  network = G_NETWORK_ADDRESS (connectable);
  host = g_ascii_strdown (g_network_address_get_hostname (network), -1);
  return g_strdup_printf ("%s:%u", is_loopback (host) ? "localhost" : host, g_network_address_get_port (network));
}

gboolean
weir_address_is_same (const char *a, const char *b)
{
  g_autofree char *first = weir_address_normalise (a);
  g_autofree char *second = weir_address_normalise (b);

  return first != NULL && g_strcmp0 (first, second) == 0;
}
