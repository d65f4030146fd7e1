/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* A stock engine's log level, as its configuration `iii-observability` has it: directives, as `info,a::b=debug`. Pure.
 * Inner to the room. */

G_BEGIN_DECLS

#define WEIR_LOG_LEVEL_DEFAULT "info"

/* Each message of a channel is logged with this; with a plain `debug` so were whole payloads, and each delivery of a
 * record would make more. */
#define WEIR_LOG_LEVEL_DIRECTIVE "iii::workers::worker::ws_handler=debug"

/* Whether messages of channels are logged at @level. (nullable): the default */
gboolean weir_log_level_is_closer (const char *level);

/* (transfer full): @level and what it takes for that; the same where it is so already. */
char *weir_log_level_make_closer (const char *level);

/* (transfer full) (nullable): the `level` of a configuration's value; NULL: it has none */
char *weir_log_level_get (WeirSpan value);

/* (transfer full): @value as it stands, but for its `level`. @level: (nullable): without one */
char *weir_log_level_set (WeirSpan value, const char *level);

G_END_DECLS
