/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-trouble.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"

typedef struct
{
  WeirWorkerError code;
  const char *title;
  const char *text; /* %s: the address */
  const char *button;
  const char *action;
} Known;

static const Known known[] = {
  { WEIR_WORKER_ERROR_NOBODY_LISTENS, NULL, N_ ("Nothing listens on %s yet."), NULL, NULL },
  { WEIR_WORKER_ERROR_WANTS_TOKEN, N_ ("This Engine Wants a Token"),
    N_ ("The engine on %s wants a token, and was given none. Who runs the engine can tell you one."),
    N_ ("Give a Token…"), "win.give-token" },
  { WEIR_WORKER_ERROR_WRONG_TOKEN, N_ ("The Token Is Not Accepted"),
    N_ ("The engine on %s does not accept the token that it was given. It may have been typed wrong, or be replaced."),
    N_ ("Give a Token…"), "win.give-token" },
  { WEIR_WORKER_ERROR_NO_GREETING, N_ ("This Is No iii Engine"),
    N_ ("%s opens the connection, but does not speak iii's protocol. Is this the address of an engine's workers, and "
        "not of another service? Weir goes on trying."),
    N_ ("Change the Address…"), "win.connect" },
  { WEIR_WORKER_ERROR_NO_WEBSOCKET, N_ ("A Web Server Answers There"),
    N_ ("A web server answers on %s, and no iii engine. Is this the address of an engine's workers, and not of its web "
        "pages? Weir goes on trying."),
    N_ ("Change the Address…"), "win.connect" },
  { WEIR_WORKER_ERROR_NAME_TAKEN, N_ ("The Name Is Taken"),
    N_ ("Another worker of the engine on %s has this name: perhaps a Weir in another container. Weir can connect under "
        "another name."),
    N_ ("Use Another Name"), "win.retry" },
  { WEIR_WORKER_ERROR_FULL, N_ ("The Engine Is Full"),
    N_ ("The engine on %s has as many workers as it may have. End some of them, or start it with a larger --workers. "
        "Weir goes on trying."),
    N_ ("Try Again"), "win.retry" },
  { WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY, N_ ("The Certificate Is Not Trusted"),
    N_ ("The certificate of the engine on %s is of an authority that this machine does not trust. If you do, add that "
        "authority's certificate to the system's. Weir goes on trying."),
    N_ ("Try Again"), "win.retry" },
  { WEIR_WORKER_ERROR_BAD_CERTIFICATE, N_ ("The Certificate Is Not Accepted"),
    N_ ("The certificate of the engine on %s has expired, is for another name, or is not safe: who runs the engine has "
        "to replace it, or it has another address. Weir goes on trying."),
    N_ ("Change the Address…"), "win.connect" },
};

static const Known *
find_known (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_error_matches (error, WEIR_WORKER_ERROR, known[i].code))
      return &known[i];
  return NULL;
}

static WeirTrouble *
weir_trouble_new (const char *title, char *text, const char *button, const char *action)
{
  WeirTrouble *self = g_new (WeirTrouble, 1);

  *self = (WeirTrouble){ title, text, button, action };
  return self;
}

/* Whether it means no more than that there is no answer. */
static gboolean
is_mere_silence (const GError *error)
{
  return g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED) ||
         g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
}

WeirTrouble *
weir_trouble_of_connection (WeirConnection *connection)
{
  const GError *error = weir_observer_get_error (weir_connection_get_observer (connection));
  const char *url = weir_connection_get_shown_url (connection);
  const Known *found = find_known (error);
  g_autofree char *reason = NULL;
  g_auto (GStrv) parts = NULL;

  if (error == NULL)
    return weir_trouble_new (NULL, g_strdup_printf (_ ("Connecting to %s…"), url), NULL, NULL);
  if (found != NULL)
    {
      parts = g_strsplit (_ (found->text), "%s", 2);
      return weir_trouble_new (found->title != NULL ? _ (found->title) : NULL, g_strjoinv (url, parts),
                               found->button != NULL ? _ (found->button) : NULL, found->action);
    }
  reason = is_mere_silence (error) ? weir_describe_cause (error) : weir_describe_error (error);
  if (reason == NULL)
    return weir_trouble_new (_ ("The Engine Does Not Answer"),
                             g_strdup_printf (_ ("%s does not answer. See whether the address is right and its "
                                                 "machine can be reached from here. Weir goes on trying."),
                                              url),
                             _ ("Change the Address…"), "win.connect");
  return weir_trouble_new (_ ("The Engine Does Not Answer"),
                           g_strdup_printf (_ ("%s does not answer: %s. See whether the address is right and its "
                                               "machine can be reached from here. Weir goes on trying."),
                                            url, reason),
                           _ ("Change the Address…"), "win.connect");
}

void
weir_trouble_free (WeirTrouble *self)
{
  g_free (self->text);
  g_free (self);
}

char *
weir_trouble_dup_details (WeirConnection *connection)
{
  const GError *error = weir_observer_get_error (weir_connection_get_observer (connection));
  g_autofree char *status = weir_connection_dup_status (connection);
  g_autofree char *reason = error != NULL ? weir_describe_error (error) : g_strdup (_ ("none"));

  return g_strdup_printf (_ ("Weir %s\nAddress: %s\nState: %s\nError: %s\n"), WEIR_VERSION,
                          weir_connection_get_shown_url (connection), status, reason);
}
