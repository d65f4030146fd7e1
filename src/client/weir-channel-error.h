/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-writer.h"
#include "weir-conn.h"

/* What became of a channel's connection, as the GError that its user sees. Each message is a sentence that names the
 * side. */

G_BEGIN_DECLS

/* The connection was never there. @status: of the HTTP answer, 0 if there was none. */
GError *weir_channel_error_from_handshake (guint status, const GError *error);

typedef struct
{
  WeirClosedHow how;
  guint16 code; /* the peer's, or what it was told */
  const char *reason;
} WeirChannelEnd;

/* The engine ended a connection whose writer had not closed. */
GError *weir_channel_error_from_writer_end (const WeirChannelEnd *end);

/* The engine has answered the writer's close with @end; NULL: that was the answer to hope for. */
GError *weir_channel_error_from_writer_answer (const WeirChannelEnd *end);

/* NULL: the writer has closed as it should (an empty close or 1000, §5.6 of the protocol notes). */
GError *weir_channel_error_from_reader_end (const WeirChannelEnd *end);

G_END_DECLS
