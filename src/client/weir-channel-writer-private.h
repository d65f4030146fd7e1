/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-writer.h"

G_BEGIN_DECLS

/* Queues a write whose @task (transfer full) returns how many bytes were taken: all of them, or it fails. */
void weir_channel_writer_queue (WeirChannelWriter *self, GTask *task, GBytes *bytes);

/* Before it is used: what its handshake says besides, as weir_worker_set_headers () has it. */
void weir_channel_writer_set_headers (WeirChannelWriter *self, const char *const *headers);

G_END_DECLS
