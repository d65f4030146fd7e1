/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A worker for C programs: connect to an iii engine, register functions, trigger others, and move data through
 * channels.
 *
 *   g_autoptr(WeirWorker) worker = weir_worker_new ("ws://127.0.0.1:49134", "files");
 *   weir_worker_register_function (worker, "files::process", "Reads a file", NULL, process_cb, NULL, NULL);
 *   weir_worker_start (worker);
 *
 * Everything is asynchronous and belongs to the GMainContext that was the thread's default one when the worker was
 * made. */

#include "weir-channel-reader.h"
#include "weir-channel-writer.h"
#include "weir-invocation.h"
#include "weir-worker.h"
