/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-http-server.h"
#include "weir-router.h"

/* The engine's side that speaks HTTP: `http` triggers, `/healthz`, `/metrics` (§6 of the protocol notes). A request
 * calls its trigger's function; the channels of its body and of its answer exist for those who watch from when somebody
 * opens them, or waits for it. Control thread. */

G_BEGIN_DECLS

#define WEIR_TRIGGER_HTTP "http"

/* The longest body that is gathered for a function as JSON, and what all of them may hold together. */
#define WEIR_WEB_MAX_JSON      (8u << 20)
#define WEIR_WEB_MAX_JSON_HELD (64u << 20)

typedef struct
{
  const char *listen;         /* HOST:PORT, as for weir_listening_open () */
  const char *token;          /* nullable: what an address that others can reach wants of each request */
  const char *const *origins; /* nullable: allowed beside loopback ones */
  gint64 timeout_us;          /* of an answer's head, while nothing moves */
  guint max_requests;         /* open at once */
  gint64 head_us;             /* of a request's head */
} WeirWebConfig;

/* For its figures. */
typedef struct
{
  guint64 n_requests; /* that were passed on to a function */
  guint64 n_refused;  /* that were not */
  guint64 in_bytes;   /* of bodies */
  guint64 out_bytes;
} WeirWebCounts;

/* Listens from now on. All that is given outlives it but @config, which is copied; the router is told of it. */
WeirWeb *weir_web_new (WeirLoop *loop, WeirRouter *router, const WeirWebConfig *config, GError **error);

/* Breaks off what is not answered. While the router and its channels are there. */
void weir_web_free (WeirWeb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirWeb, weir_web_free)

const char *weir_web_get_url (WeirWeb *self);
const WeirWebCounts *weir_web_get_counts (WeirWeb *self);
guint weir_web_get_n_open (WeirWeb *self); /* requests */

/* An `http` trigger of the router's table. FALSE: *@why says what is wrong with it. (transfer full) */
gboolean weir_web_add_trigger (WeirWeb *self, const WeirTrigger *trigger, char **why);
void weir_web_remove_trigger (WeirWeb *self, const char *id);

/* A channel of a request that nobody has opened yet is in the router's table from now on. FALSE: unknown id or wrong
 * key; *@has_id: which of them. */
gboolean weir_web_open_channel (WeirWeb *self, const char *id, const char *key, gboolean *has_id);

G_END_DECLS
