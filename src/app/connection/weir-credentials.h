/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* What a connection shows at the door: a token, and headers. Secret: not for logs, errors or settings. */

G_BEGIN_DECLS

typedef struct
{
  char *token;    /* nullable */
  char **headers; /* nullable: names and values in turn */
} WeirCredentials;

#define WEIR_TYPE_CREDENTIALS (weir_credentials_get_type ())
GType weir_credentials_get_type (void);

/* @token: (nullable), @headers: (nullable); what is empty is none */
WeirCredentials *weir_credentials_new (const char *token, const char *const *headers);
WeirCredentials *weir_credentials_copy (const WeirCredentials *self);
void weir_credentials_free (WeirCredentials *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirCredentials, weir_credentials_free)

gboolean weir_credentials_is_empty (const WeirCredentials *self);

/* A token in an address (`?token=`), which is how workers are told theirs, belongs to the credentials: addresses are
 * shown and remembered. @token: (out) (nullable): it. (transfer full): the address without it */
char *weir_credentials_split_url (const char *url, char **token);

/* As the keyring keeps them, and back: NULL: that is none of ours. */
char *weir_credentials_to_text (const WeirCredentials *self);
WeirCredentials *weir_credentials_from_text (const char *text);

/* NULL: a header can be called so; else why not (translated). */
const char *weir_credentials_check_header (const char *name, const char *value);
/* Whether the value of a header of that name is better not shown. */
gboolean weir_credentials_is_secret_header (const char *name);

G_END_DECLS
