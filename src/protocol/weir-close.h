/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How engines and their clients say why they close (§1.5 and §5 of the protocol notes): codes of RFC 6455 §7.4.1, and
 * the reasons that tell cases of one code apart. Code 0 is an empty close frame: a complete stream, or an end that is
 * taken. Codes for what breaks WebSocket itself are in src/websocket. */

enum
{
  WEIR_CLOSE_NORMAL = 1000,
  WEIR_CLOSE_GOING_AWAY = 1001,
  WEIR_CLOSE_UNEXPECTED = 1011,
  WEIR_CLOSE_TRY_AGAIN_LATER = 1013,
};

/* By clients. */
#define WEIR_REASON_STREAM_COMPLETE "stream_complete" /* 1000: the writer has written everything */
#define WEIR_REASON_CHANNEL_CLOSE   "channel_close"   /* 1000: the reader has had enough */

/* By engines. */
#define WEIR_REASON_READER_LEFT      "reader_left"        /* 1001, to a writer */
#define WEIR_REASON_EXPIRED          "expired"            /* 1001: the other end never came */
#define WEIR_REASON_ENGINE_STOPPING  "engine_stopping"    /* 1001 */
#define WEIR_REASON_RELAY_STOPPING   "relay_stopping"     /* 1001 */
#define WEIR_REASON_WRITER_LOST      "writer_lost"        /* 1011, to a reader */
#define WEIR_REASON_OBSERVER         "closed_by_observer" /* 1001, to an end of a channel */
#define WEIR_REASON_RECONNECTED      "reconnected"        /* 1000, to the worker's connection before this one */
#define WEIR_REASON_MEMORY           "memory" /* 1013: this worker holds the most, and together it is too much */
#define WEIR_REASON_TOO_MANY_WORKERS "too_many_workers" /* 1013 */
