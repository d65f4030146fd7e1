/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is written down about an engine or a relay that Weir has started, in the user's runtime folder: so that a Weir
 * that comes after a crash, or after one that left it running, finds it again and may do to it what the first could. A
 * file for each, which only its user can read. */

G_BEGIN_DECLS

typedef struct
{
  char *program; /* "weir-engine", "weir-relay" */
  GPid pid;
  guint64 started; /* clock ticks after boot: a pid alone may be another process by now */
  char *url;
  char *upstream;    /* (nullable): of a relay; there may be a secret in it */
  char *point_name;  /* nullable */
  char *point_token; /* nullable; secret */
} WeirServerRecord;

void weir_server_record_free (WeirServerRecord *self);

/* A failure is a warning: all works, but the next Weir will not know. */
void weir_server_record_write (const WeirServerRecord *self);
void weir_server_record_remove (const char *program, GPid pid);

/* Whether the process that was written down is still there. */
gboolean weir_server_record_is_alive (const WeirServerRecord *self);

/* (transfer full) (element-type WeirServerRecord): those alive; what is left of others is removed. */
GPtrArray *weir_server_record_load_all (void);

G_END_DECLS
