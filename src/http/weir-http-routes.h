/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which request goes where: patterns as `/users/:id`, of whose segments those that begin with a colon stand for any one
 * that is not empty. A segment that is written out goes before a parameter. Paths are taken as they came, and so are
 * the values of parameters: percent-encoded, as the stock engine gives them. */

G_BEGIN_DECLS

/* As deep as a pattern may be, and a path is looked at. */
#define WEIR_HTTP_ROUTES_MAX_SEGMENTS 64

typedef struct
{
  char *method;
  char *pattern; /* with its leading `/` */
  char *id;      /* whose it is */
  GStrv names;   /* of its parameters, in order */
} WeirHttpRoute;

typedef struct _WeirHttpRoutes WeirHttpRoutes;

WeirHttpRoutes *weir_http_routes_new (void);
void weir_http_routes_free (WeirHttpRoutes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHttpRoutes, weir_http_routes_free)

/* An earlier route of the same method and pattern is replaced: the latest has it. FALSE: *@why says what is wrong with
 * it. (transfer full) */
gboolean weir_http_routes_add (WeirHttpRoutes *self, const char *method, const char *pattern, const char *id,
                               char **why);

/* Does nothing if its place is another's by now. */
void weir_http_routes_remove (WeirHttpRoutes *self, const char *id);

/* (nullable) (transfer none), valid until the routes change. GET is found for HEAD. @values: (out) (transfer full): of
 * its parameters. */
const WeirHttpRoute *weir_http_routes_find (WeirHttpRoutes *self, const char *method, const char *path, GStrv *values);

/* (nullable) (transfer full): `GET, POST`: the methods that there are for the path, all else being equal. */
char *weir_http_routes_dup_methods (WeirHttpRoutes *self, const char *path);

G_END_DECLS
