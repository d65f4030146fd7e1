/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-engine.h"

/* What an asynchronous call came to: passed as its user data, with async_cb (). */
typedef GAsyncResult *Async;

static inline void
async_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;

  g_assert_null (*async);
  *async = g_object_ref (result);
}

/* Waits for it, and gives it to finish with: ASYNC_FINISH (weir_channel_writer_write_finish, writer, async, &error) */
#define ASYNC_FINISH(finish, object, async, error)                                                                     \
  ({                                                                                                                   \
    mock_wait_until ((async) != NULL);                                                                                 \
    g_autoptr (GAsyncResult) result_ = g_steal_pointer (&(async));                                                     \
    finish ((object), result_, (error));                                                                               \
  })

/* Lets everything happen that can happen without anybody doing more. */
static inline void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Waits until an object that is being dropped has gone. */
static inline void
wait_gone (gpointer *weak)
{
  mock_wait_until (*weak == NULL);
}
