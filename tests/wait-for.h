/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Runs the main loop until something is so; a test that waits in vain fails. */
#define WAIT_LIMIT_US (20 * G_USEC_PER_SEC)

#define WAIT_FOR(condition)                                                                                            \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 wait_end = g_get_monotonic_time () + WAIT_LIMIT_US;                                                         \
                                                                                                                       \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        if (g_get_monotonic_time () > wait_end)                                                                        \
          g_error ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition);                                   \
        g_main_context_iteration (NULL, TRUE);                                                                         \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END
