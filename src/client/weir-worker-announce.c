/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-announce.h"

#include "weir-envelope.h"

#include <sys/utsname.h>
#include <unistd.h>

char *
weir_worker_announce_dup_default_name (void)
{
  return g_strdup_printf ("%s:%d", g_get_host_name (), (int) getpid ());
}

/* "linux 6.1.0 (x86_64)" */
static char *
dup_os (void)
{
  struct utsname name;
  g_autofree char *system = NULL;

  if (uname (&name) != 0)
    return g_strdup ("unknown");
  system = g_ascii_strdown (name.sysname, -1);

  return g_strdup_printf ("%s %s (%s)", system, name.release, name.machine);
}

static void
append_member (GString *out, const char *name, const char *value)
{
  weir_json_append_string (out, name, -1);
  g_string_append_c (out, ':');
  weir_json_append_string (out, value, -1);
  g_string_append_c (out, ',');
}

GString *
weir_worker_announce_write (const char *name, const char *description)
{
  g_autoptr (GString) data = g_string_new ("{");
  g_autofree char *os = dup_os ();
  WeirInvoke invoke = { .function_id = "engine::workers::register", .is_void = TRUE };

  append_member (data, "runtime", "c");
  append_member (data, "version", WEIR_VERSION);
  append_member (data, "name", name);
  append_member (data, "os", os);
  if (description != NULL)
    append_member (data, "description", description);
  /* An engine lists only workers that say their process (§2.3). */
  g_string_append_printf (data, "\"pid\":%d,\"isolation\":null}", (int) getpid ());
  invoke.data = (WeirSpan){ data->str, data->len };

  return weir_envelope_write_invoke (&invoke);
}
