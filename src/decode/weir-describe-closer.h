/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-closer-look.h"

/* What *Look closer* does to a stock engine, in words. */

G_BEGIN_DECLS

/* (transfer none): before it is done: what it changes, and that it is put back. */
const char *weir_describe_closer_plan (void);

/**
 * weir_describe_closer_look:
 * @before: (nullable): the level that is put back
 * @set: (nullable): the level that is set instead
 * @other: (nullable): the level that somebody else has set meanwhile
 *
 * How it stands, as the getters of #WeirCloserLook have it. Returns: (transfer full) (nullable): NULL: there is nothing
 * to say
 */
char *weir_describe_closer_look (WeirCloserState state, const char *before, const char *set, const char *other);

G_END_DECLS
