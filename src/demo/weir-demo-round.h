/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-demo.h"

/* One round of a scenario: channels are made, and functions called that are handed their refs. */

G_BEGIN_DECLS

typedef struct _WeirDemoRound WeirDemoRound;

/* The channels are there. */
typedef void (*WeirDemoReadyFunc) (WeirDemoRound *round);

/**
 * weir_demo_round_start:
 * @worker: who makes the channels and calls
 * @buffer_size: messages; 0: the engine's default
 * @task: (transfer full): returns when all calls have come back and nobody keeps the round; what the functions answered
 * does not matter, some are meant to fail
 */
void weir_demo_round_start (WeirDemo *demo, const char *worker, guint n_channels, guint buffer_size,
                            WeirDemoReadyFunc ready, GTask *task);

WeirDemo *weir_demo_round_get_demo (WeirDemoRound *self);

/* (transfer none) */
WeirChannelPair *weir_demo_round_get_channel (WeirDemoRound *self, guint n);

/* @payload: JSON; every `$w0`, `$r0`, `$w1` … in it becomes the ref of that channel's end */
void weir_demo_round_call (WeirDemoRound *self, const char *function_id, const char *payload);

/* The round is not over before as many releases. */
void weir_demo_round_hold (WeirDemoRound *self);
void weir_demo_round_release (WeirDemoRound *self);

/* Opens the reading end that nobody has come for, and leaves: so a channel that was forgotten is cleared away. */
void weir_demo_round_sweep (WeirDemoRound *self, guint n);

G_END_DECLS
