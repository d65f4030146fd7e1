/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-call.h"
#include "weir-run.h"

G_BEGIN_DECLS

/* The call goes into the run as it starts and as it ends, with keys masked. Before it starts. Main thread. */
void weir_run_follow_call (WeirRun *self, WeirCall *call);

G_END_DECLS
