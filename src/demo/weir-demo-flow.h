/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-demo.h"

/* Both ends of a channel at a pace to watch. */

G_BEGIN_DECLS

/* The @n-th message, from 0; NULL: that was all. @is_text: (out): FALSE unless set */
typedef GBytes *(*WeirDemoMakeFunc) (guint n, gboolean *is_text);

typedef struct
{
  WeirDemoMakeFunc make;
  guint burst;           /* messages at once, each written when the one before has been taken */
  guint interval_ms;     /* between bursts */
  gboolean is_left_open; /* not closed at the end */
} WeirDemoFlow;

/* Returns TRUE when all is written and the close answered. */
void weir_demo_write_async (WeirDemo *demo, WeirChannelWriter *writer, const WeirDemoFlow *flow,
                            GAsyncReadyCallback callback, gpointer user_data);

typedef struct
{
  guint n_messages; /* after so many … */
  guint pause_ms;   /* … it takes none for so long; 0: never */
} WeirDemoAppetite;

/* Reads all. Returns the number of messages, -1 on error. */
void weir_demo_read_async (WeirDemo *demo, WeirChannelReader *reader, const WeirDemoAppetite *appetite,
                           GAsyncReadyCallback callback, gpointer user_data);

gboolean weir_demo_write_finish (GAsyncResult *result, GError **error);
gssize weir_demo_read_finish (GAsyncResult *result, GError **error);

/* Whole functions: write into, or read from the ref at `writer` or `reader` of the payload, and answer. */
void weir_demo_answer_by_writing (WeirDemo *demo, WeirInvocation *invocation, const WeirDemoFlow *flow);
void weir_demo_answer_by_reading (WeirDemo *demo, WeirInvocation *invocation, const WeirDemoAppetite *appetite);

/* A JSON text as a message, (transfer full): for a WeirDemoMakeFunc */
GBytes *weir_demo_text (gboolean *is_text, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Something that looks like the inside of a compressed file, (transfer full): @n says which part */
GBytes *weir_demo_noise (guint n, gsize size);

G_END_DECLS
