/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-reader.h"

/* A channel's reading end as a GInputStream. Asynchronous calls only: the synchronous ones would have to block the main
 * loop that the connection needs, and fail with G_IO_ERROR_NOT_SUPPORTED (but closing, which waits for nothing). The
 * reader owns the stream; the stream does not keep the reader. */

G_BEGIN_DECLS

#define WEIR_TYPE_READER_STREAM (weir_reader_stream_get_type ())
G_DECLARE_FINAL_TYPE (WeirReaderStream, weir_reader_stream, WEIR, READER_STREAM, GInputStream)

GInputStream *weir_reader_stream_new (WeirChannelReader *reader);

G_END_DECLS
