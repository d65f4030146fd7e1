/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"
#include "weir-worker.h"

/* Errors that carry the code of the engine or of a function: see weir_worker_error_get_code (). */

G_BEGIN_DECLS

/* @body: `{"code", "message"}`, as errors are written everywhere; anything else becomes an error without a code */
GError *weir_worker_error_new_remote (WeirSpan body);

/* The engine has no place for this worker, and says so with a string literal. */
GError *weir_worker_error_new_rejected (WeirSpan code);

G_END_DECLS
