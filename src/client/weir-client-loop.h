/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-loop.h"

/* The WeirLoop that all connections on one GMainContext share: made for the first of them, freed with the last. Each
 * thread has its own contexts, so the loop that comes back belongs to the caller's thread; the table of them may be
 * asked from any. */

G_BEGIN_DECLS

/* Returns: (transfer none): until the same number of releases. NULL if the process is out of descriptors. */
WeirLoop *weir_client_loop_acquire (GMainContext *context, GError **error);
void weir_client_loop_release (GMainContext *context);

G_END_DECLS
