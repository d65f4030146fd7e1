/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-envelope.h"
#include "weir-invocation.h"

G_BEGIN_DECLS

/* The one answer: a whole message (transfer full). */
typedef void (*WeirInvocationAnswerFunc) (WeirInvocation *invocation, GString *message, gpointer user_data);

/* @envelope: of an invokefunction; copied. NULL if its data is not JSON that we can hold. */
WeirInvocation *weir_invocation_new (const WeirEnvelope *envelope, const char *engine_url,
                                     WeirInvocationAnswerFunc answer, gpointer user_data);

/* Nobody is there to be answered any more. */
void weir_invocation_disown (WeirInvocation *self);

G_END_DECLS
