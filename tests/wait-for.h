/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#ifndef WAIT_LIMIT_US
#define WAIT_LIMIT_US (20 * G_USEC_PER_SEC)
#endif

/* Where nothing else is due the loop would sleep past the limit. */
static inline gboolean
wait_for_wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until something is so; a test that waits in vain fails. */

#define WAIT_FOR(condition)                                                                                            \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 wait_end = g_get_monotonic_time () + WAIT_LIMIT_US;                                                         \
    guint wait_alarm = g_timeout_add (WAIT_LIMIT_US / 1000 + 1, wait_for_wake_cb, NULL);                               \
                                                                                                                       \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        if (g_get_monotonic_time () > wait_end)                                                                        \
          g_error ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition);                                   \
        g_main_context_iteration (NULL, TRUE);                                                                         \
      }                                                                                                                \
    g_source_remove (wait_alarm);                                                                                      \
  }                                                                                                                    \
  G_STMT_END
