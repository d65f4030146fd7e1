/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is written down about an engine that Weir has started, in the user's runtime folder: so that a Weir that comes
 * after a crash, or after one that left its engine running, finds it again and may do to it what the first could. A
 * file for each engine, which only its user can read. */

G_BEGIN_DECLS

typedef struct
{
  GPid pid;
  guint64 started; /* clock ticks after boot: a pid alone may be another process by now */
  char *url;
  char *point_name;  /* nullable */
  char *point_token; /* nullable; secret */
} WeirEngineRecord;

void weir_engine_record_free (WeirEngineRecord *self);

/* A failure is a warning: all works, but the next Weir will not know. */
void weir_engine_record_write (GPid pid, const char *url, const char *point_name, const char *point_token);
void weir_engine_record_remove (GPid pid);

/* Whether the process that was written down is still there. */
gboolean weir_engine_record_is_alive (const WeirEngineRecord *self);

/* (transfer full) (element-type WeirEngineRecord): those alive; what is left of others is removed. */
GPtrArray *weir_engine_record_load_all (void);

G_END_DECLS
