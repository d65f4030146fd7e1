/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A peer whose machine or network is gone says nothing any more; with this its connection ends after two minutes. There
 * is no TCP_USER_TIMEOUT on purpose: it would also end a connection whose peer is alive and takes nothing, which a slow
 * reader may do for as long as it likes. */
void weir_keep_alive (GSocket *socket);

G_END_DECLS
