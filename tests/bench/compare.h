/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Forwarders against each other, as ratios within one run. The runs of all are interleaved and medians compared, so
 * that what else the machine does hits all alike. CPU is what the forwarding process used for a gigabyte, or a million
 * messages: where generator and sink want the same cores, it tells more than the throughput. */

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  void (*forward) (int port_fd); /* see forward.h; NULL: the engine's channels, where an engine is given */
  gboolean is_websocket;
  guint untapped; /* the place of the same without a tap; 0: it has none */
} CompareSubject;

typedef struct
{
  const CompareSubject *subjects; /* the first is what the others are compared with */
  guint n_subjects;
  guint libsoup;      /* its place; 0: it is none of them */
  gboolean is_framed; /* see Load */
} Comparison;

/* A program that measures them. */
int compare_main (const Comparison *self, int argc, char **argv);

G_END_DECLS
