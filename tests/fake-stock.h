/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-engine.h"

/* A stock engine, as far as an observer sees it (§7 of the protocol notes): it takes workers and their functions, logs
 * of channels what a test says has happened, filters that by its level, keeps the last records, delivers them to `log`
 * triggers, and answers for its log, its traces and its configuration. Its channels carry nothing. It lives in the
 * test's own thread, on the default context; tests/fake-stock-main.c makes a program of it. */

/* As many records as a stock engine keeps. */
#define FAKE_STOCK_RING 1000

typedef struct
{
  MockEngine *mock;
  char *level;         /* nullable: it was deleted, and what was counts on */
  char *filter;        /* that counts now */
  char *more;          /* other members of the configuration, JSON with a comma behind */
  GPtrArray *ring;     /* JSON */
  GPtrArray *triggers; /* of the workers */
  GPtrArray *functions;
  GPtrArray *spans; /* JSON */
  gint64 last_ns;
  gint64 started_ms;

  /* What a test wants. */
  double lose, twice; /* shares of the deliveries */
  guint shuffle;      /* deliveries wait until there are so many, and then come in any order */
  gboolean refuses_set, has_no_logs, is_old, is_mute_set;
  guint n_workers; /* others that it lists, each with a function */
  GPtrArray *held; /* deliveries that wait */
  GRand *rand;

  /* What was done. */
  guint n_sets, n_muted, n_lists, n_delivered;
  GPtrArray *set_values; /* JSON, each as it came */
} FakeStock;

FakeStock *fake_stock_new (void);
void fake_stock_free (FakeStock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeStock, fake_stock_free)

/* As an engine that is started anew on its configuration: no log, no channels; workers lose their connection. */
void fake_stock_restart (FakeStock *self);

/* Any record. @attributes: JSON members, each with a comma before it */
void fake_stock_log (FakeStock *self, const char *severity, const char *target, const char *body,
                     const char *attributes);

/**
 * fake_stock_do:
 * @line: one thing that happens:
 *
 *   asked|found|missing|began|taken|failed|lost|close ID writer|reader
 *   text ID writer|reader N
 *   binary ID writer|reader N BYTES
 *   ended ID writer|reader N BYTES
 *   span ID read|write FUNCTION KEY
 *   lose SHARE, twice SHARE, shuffle N, flush
 *   refuse, permit, restart
 *   level LEVEL
 *   flood N: so many records of its own that it could not keep up
 *
 * FALSE: it is none of these.
 */
gboolean fake_stock_do (FakeStock *self, const char *line);
