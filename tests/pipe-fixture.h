/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "heard.h"
#include "weir-data-thread.h"

/* For the tests of src/pipe: a data thread with its control context in the test's thread, what it has told, and raw
 * peers. */

/* --- a data thread and what it says --- */

typedef struct
{
  Heard heard;
  WeirBudget *budget;
  WeirDataThread *thread;
  WeirChannelDoor *door; /* of the thread */
  gboolean has_stopped;
} Fixture;

static inline void
fixture_stopped_cb (WeirDataThread *thread, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (thread == self->thread);
  g_assert_false (self->has_stopped);
  self->has_stopped = TRUE;
}

static inline void
fixture_init (Fixture *self, guint64 max_bytes)
{
  static const WeirDataEvents events = { heard_event_cb, heard_meters_cb, fixture_stopped_cb };
  g_autoptr (GError) error = NULL;

  *self = (Fixture){ .budget = weir_budget_new (max_bytes) };
  heard_init (&self->heard);
  self->thread = weir_data_thread_new ("data", self->budget, self->heard.context, &events, self, &error);
  g_assert_no_error (error);
  self->door = weir_data_thread_get_door (self->thread);
  weir_channel_door_set_interval (self->door, 50);
}

static inline void
fixture_clear (Fixture *self)
{
  if (self->thread != NULL)
    {
      weir_data_thread_stop (self->thread, 1001, "stopping", G_USEC_PER_SEC / 10);
      weir_data_thread_free (self->thread);
    }
  g_assert_cmpuint (weir_budget_get_used (self->budget), ==, 0);
  weir_budget_unref (self->budget);
  heard_clear (&self->heard);
}

static inline void
fixture_open (Fixture *self, guint32 n, guint max_items, guint64 max_bytes)
{
  WeirPipeConfig config = {
    .n = n, .max_items = max_items, .max_bytes = max_bytes, .expiry_us = 0, .probe = TRUE, .keep_history = TRUE
  };

  weir_data_thread_open (self->thread, &config);
}

static inline void
fixture_attach (Fixture *self, guint32 n, WeirSide side, Peer *peer)
{
  weir_data_thread_attach (self->thread, n, side, peer_init (peer), NULL);
}
