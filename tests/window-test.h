/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-application.h"
#include "weir-crash-trace.h"

/* How a test with a window begins. */

/* FALSE: there is no display, which has been said. @folder: (nullable): where it keeps things, and finds none of
 * others'. */
static inline gboolean
window_test_init (int *argc, char ***argv, const char *folder)
{
  weir_crash_trace_start ();
  if (folder != NULL)
    {
      g_setenv ("XDG_DATA_HOME", folder, TRUE);
      g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    }
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "none", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE); /* its libraries leak, and start slowly */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (argc, argv, NULL);
  if (gtk_init_check ())
    return TRUE;
  g_print ("1..0 # SKIP there is no display\n");
  return FALSE;
}

/* (transfer full): registered, with no other of its kind on any bus. */
static inline GApplication *
window_test_application_new (void)
{
  GApplication *application = weir_application_new ();
  g_autoptr (GError) error = NULL;

  g_application_set_flags (application, G_APPLICATION_NON_UNIQUE);
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);
  return application;
}
