/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-writer.h"

G_BEGIN_DECLS

/* Queues a write whose @task (transfer full) returns how many bytes were taken. With @may_be_partial a write that is cancelled or
 * fails midway returns what was taken until then, as GOutputStream wants it. */
void weir_channel_writer_queue (WeirChannelWriter *self, GTask *task, GBytes *bytes, gboolean may_be_partial);

G_END_DECLS
