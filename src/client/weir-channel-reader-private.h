/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-reader.h"

G_BEGIN_DECLS

/* One read of the stream: @task (transfer full) returns how many bytes were put into @buffer, 0 at the end. */
void weir_channel_reader_read (WeirChannelReader *self, GTask *task, void *buffer, gsize count);

/* Before it is used: what its handshake says besides, as weir_worker_set_headers () has it. */
void weir_channel_reader_set_headers (WeirChannelReader *self, const char *const *headers);

G_END_DECLS
