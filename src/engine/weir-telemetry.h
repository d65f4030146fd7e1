/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"

/* Connections on `/otel`: the SDKs' telemetry, which this engine accepts and does not keep (§1.3 of the protocol
 * notes). Answers pings, sends nothing. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirTelemetry WeirTelemetry;

/* @closed: called when a connection is over. */
WeirTelemetry *weir_telemetry_new (WeirLoop *loop, void (*closed) (gpointer user_data), gpointer user_data);
void weir_telemetry_free (WeirTelemetry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTelemetry, weir_telemetry_free)

/* @stream: (transfer full). @early: (nullable) */
void weir_telemetry_accept (WeirTelemetry *self, GIOStream *stream, GBytes *early);

void weir_telemetry_stop (WeirTelemetry *self, guint16 code, const char *reason, gint64 timeout_us);
guint weir_telemetry_get_n_open (WeirTelemetry *self);

G_END_DECLS
