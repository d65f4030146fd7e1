/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-worker-link.h"
#include "weir-worker.h"

G_BEGIN_DECLS

/* For the connections to come. */
void weir_worker_set_keepalive (WeirWorker *self, const WeirWorkerKeepalive *keepalive);

G_END_DECLS
