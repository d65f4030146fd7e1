/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A program of ours that the application has started, or has found running: what it prints comes line by line, and is
 * passed on to the terminal; of one that was found nothing is read. Signals: "line" (const char *), of stdout; "ended"
 * (const char *why, nullable: it was asked to): the last line it said on stderr, or how it ended. */

G_BEGIN_DECLS

#define WEIR_TYPE_PROCESS (weir_process_get_type ())
G_DECLARE_FINAL_TYPE (WeirProcess, weir_process, WEIR, PROCESS, GObject)

typedef enum
{
  WEIR_PROCESS_GOES_WITH_US, /* it is ended when we end, however that comes about */
  WEIR_PROCESS_STAYS,        /* it outlives us, also a crash or a terminal that is closed; who wants its end stops it */
} WeirProcessLife;

/* @environment: (nullable): names and values in turn, beside ours: no other user sees them there. The program is
 * looked for in the folders of $WEIR_PROGRAMS, next to this program, in the build folder's places, and in $PATH. */
WeirProcess *weir_process_new (const char *program, const char *const *arguments, const char *const *environment,
                               WeirProcessLife life, GError **error);

/* One that runs already and is not our child. NULL: there is none with that @pid. */
WeirProcess *weir_process_new_for_pid (const char *program, GPid pid);

const char *weir_process_get_name (WeirProcess *self);
GPid weir_process_get_pid (WeirProcess *self); /* 0: it has ended */

/* SIGTERM; and SIGKILL if that does not help within three seconds. Without it a process is left to itself. */
void weir_process_stop (WeirProcess *self);

/* (transfer full) (nullable): the path of a program of ours. */
char *weir_process_find_program (const char *program);

G_END_DECLS
