/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"

/* The stage of weir-demo: the sample workers, and the scenarios that play on them, again and again. A scenario is a
 * file with a const entry; what several of them need is in weir-demo-flow.h and weir-demo-round.h. One thread, one main
 * context. */

G_BEGIN_DECLS

typedef struct _WeirDemo WeirDemo;

typedef struct
{
  const char *name;
  const char *shows; /* one line for --list */
  guint first_ms;    /* when the first round begins: one after another is easier to follow */
  guint pause_ms;    /* between rounds */

  /* Registers the functions. */
  void (*set_up) (WeirDemo *demo);

  /* One round; @task (transfer full) returns a boolean when it is over. Fails only where nothing of it can be seen. */
  void (*start) (WeirDemo *demo, GTask *task);
} WeirDemoScenario;

extern const WeirDemoScenario weir_demo_chat;
extern const WeirDemoScenario weir_demo_download;
extern const WeirDemoScenario weir_demo_failing;
extern const WeirDemoScenario weir_demo_forgotten;
extern const WeirDemoScenario weir_demo_metrics;
extern const WeirDemoScenario weir_demo_pipeline;
extern const WeirDemoScenario weir_demo_slow;
extern const WeirDemoScenario weir_demo_transform;
extern const WeirDemoScenario weir_demo_unopened;
extern const WeirDemoScenario weir_demo_waiting;

/* @url: (nullable) */
WeirDemo *weir_demo_new (const char *url);
void weir_demo_free (WeirDemo *self);

/* The engine is away (@error says why), or there again after that (NULL). */
typedef void (*WeirDemoNewsFunc) (const GError *error, gpointer user_data);

void weir_demo_set_news_func (WeirDemo *self, WeirDemoNewsFunc func, gpointer user_data);

/**
 * weir_demo_run_async:
 * @scenarios: NULL-terminated, not copied
 * @once: one round of each, else until it is cancelled
 *
 * Fails with the first error of a round, if @once, and when cancelled.
 */
void weir_demo_run_async (WeirDemo *self, const WeirDemoScenario *const *scenarios, gboolean once,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_demo_run_finish (GAsyncResult *result, GError **error);

/* All workers say goodbye, which takes another moment of the main loop. */
void weir_demo_stop (WeirDemo *self);

/* --- for scenarios --- */

/* The worker of that name, made where there is none; started when everything is set up. (transfer none) */
WeirWorker *weir_demo_get_worker (WeirDemo *self, const char *name);

/* Registers a function whose user_data is the stage. */
void weir_demo_add_function (WeirDemo *self, const char *worker, const char *id, const char *description,
                             WeirFunctionFunc func);

/* Cancelled when the curtain falls. */
GCancellable *weir_demo_get_cancellable (WeirDemo *self);

void weir_demo_sleep_async (WeirDemo *self, guint ms, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_demo_sleep_finish (GAsyncResult *result, GError **error);

G_END_DECLS
