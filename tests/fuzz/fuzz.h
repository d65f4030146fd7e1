/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What libFuzzer calls with its inputs, and fuzz-main.c with those of the corpus. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
