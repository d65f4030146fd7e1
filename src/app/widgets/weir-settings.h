/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-format.h"

/* The application's GSettings, one object for all who ask; main thread. */

G_BEGIN_DECLS

#define WEIR_APP_ID "io.github.weir.Weir"

/* How what is only remembered is bound: where it cannot be written (a locked key, a home without rights) everything works
 * all the same, and is forgotten. Rows of the preferences are insensitive then. */
#define WEIR_SETTINGS_BIND_STATE (G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY)

/* (transfer none) */
GSettings *weir_settings_get (void);
WeirUnits weir_settings_get_units (void);
/* Binds a drop-down's (or combo row's) choice to an enumeration: @nicks are those of its rows, in order,
 * NULL-terminated and static. */
void weir_settings_bind_choice (const char *key, gpointer row, const char *const *nicks);

/* The spans that graphs may have, shortest first, NULL-terminated: nicks of "graph-span". */
extern const char *const weir_settings_spans[];
/* How far back graphs reach. */
gint64 weir_settings_get_span_us (void);

/* How much of each message a new tap keeps, in bytes. */
guint32 weir_settings_get_snaplen (void);

/* What a tap, or what is read on the Send page, may take of the disk, in bytes. */
guint64 weir_settings_get_disk_limit (void);

G_END_DECLS
