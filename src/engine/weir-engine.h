/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-engine-options.h"

/* An iii engine. Its control thread is the one that makes it, with the GMainContext that is that thread's default; the
 * data of channels moves on threads of its own. */

G_BEGIN_DECLS

typedef struct _WeirEngine WeirEngine;

/* Listens from now on. @options is read in here only. */
WeirEngine *weir_engine_new (const WeirEngineOptions *options, GError **error);

/* Drops what is still connected. */
void weir_engine_free (WeirEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirEngine, weir_engine_free)

/* `ws://HOST:PORT` */
const char *weir_engine_get_url (WeirEngine *self);

/* `http://HOST:PORT`; NULL: it serves none. */
const char *weir_engine_get_http_url (WeirEngine *self);

/* Ends the feeds of observers, then closes every connection with 1001; @stopped is called when all are over, or after
 * two seconds. Nothing in here waits. Once. */
void weir_engine_stop (WeirEngine *self, void (*stopped) (gpointer user_data), gpointer user_data);

G_END_DECLS
