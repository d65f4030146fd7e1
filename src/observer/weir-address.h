/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where an engine or a relay listens, told from another by host and port. Inner to the room. */

G_BEGIN_DECLS

/* `ws://localhost:49134/x` and `127.0.0.1:49134` are one address: the loopback's names, and a listener on all
 * addresses, are taken for the loopback. Without a port it is that of the scheme. (transfer full) (nullable) */
char *weir_address_normalise (const char *address);

gboolean weir_address_is_same (const char *a, const char *b);

G_END_DECLS
