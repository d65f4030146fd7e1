/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-describe.h"

/* Inner to the room: the short form of a finding, for a row; NULL for one that the row's state says already. */

G_BEGIN_DECLS

char *weir_describe_alarm (WeirChannel *channel, const WeirFinding *finding);

G_END_DECLS
