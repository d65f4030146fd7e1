/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-writer.h"

/* A channel's writing end as a GOutputStream. Asynchronous calls only: the synchronous ones would have to block the
 * main loop that the connection needs, and fail with G_IO_ERROR_NOT_SUPPORTED (but closing, which is started and not
 * waited for). The writer owns the stream; the stream does not keep the writer. */

G_BEGIN_DECLS

#define WEIR_TYPE_WRITER_STREAM (weir_writer_stream_get_type ())
G_DECLARE_FINAL_TYPE (WeirWriterStream, weir_writer_stream, WEIR, WRITER_STREAM, GOutputStream)

GOutputStream *weir_writer_stream_new (WeirChannelWriter *writer);

G_END_DECLS
