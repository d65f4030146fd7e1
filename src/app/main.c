/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "weir-application.h"

/* Run from the build folder the schema is not installed, but compiled beside it; without one GSettings ends the
 * program. */
static void
find_schema (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *folder = g_build_filename (here, "..", "..", "data", NULL);
  g_autofree char *schema = g_build_filename (folder, "gschemas.compiled", NULL);

  if (g_file_test (schema, G_FILE_TEST_EXISTS))
    g_setenv ("GSETTINGS_SCHEMA_DIR", folder, FALSE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  find_schema ();

  application = weir_application_new ();
  return g_application_run (application, argc, argv);
}
