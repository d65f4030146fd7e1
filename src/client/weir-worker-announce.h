/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `HOST:PID`, as every SDK names its worker by default. */
char *weir_worker_announce_dup_default_name (void);

/**
 * weir_worker_announce_write:
 * @description: (nullable)
 *
 * The call of `engine::workers::register` by which a worker says who it is (§2.2 of the protocol notes). Fire and
 * forget.
 */
GString *weir_worker_announce_write (const char *name, const char *description);

G_END_DECLS
