/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From now on a crash says where it was, on the standard error: one that comes once in many runs has to tell the first
 * time. For tests and debugging; a sanitizer says more, and is left alone. */
void weir_crash_trace_start (void);
