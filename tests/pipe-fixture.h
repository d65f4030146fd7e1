/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "loopback-peer.h"
#include "weir-data-thread.h"

/* For the tests of src/pipe: a data thread with its control context in the test's thread, what it has told, and raw
 * peers. */

/* --- a data thread and what it says --- */

typedef struct
{
  GMainContext *context;
  WeirBudget *budget;
  WeirDataThread *thread;
  WeirChannelDoor *door; /* of the thread */
  GPtrArray *events;     /* of WeirPipeEvent */
  GHashTable *meters;    /* n → WeirMeters, the latest */
  guint n_blocks;        /* of meters */
  gboolean has_stopped;
} Fixture;

static inline void
fixture_note_meters (Fixture *self, guint32 n, const WeirMeters *meters)
{
  g_hash_table_insert (self->meters, GUINT_TO_POINTER (n), g_memdup2 (meters, sizeof *meters));
}

static inline void
fixture_event_cb (const WeirPipeEvent *event, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->events, weir_pipe_event_copy (event));
  fixture_note_meters (self, event->n, &event->meters);
}

static inline void
fixture_meters_cb (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_cmpuint (n_rows, >, 0);
  self->n_blocks++;
  for (guint i = 0; i < n_rows; i++)
    fixture_note_meters (self, rows[i].n, &rows[i].meters);
}

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
  static const WeirDataEvents events = { fixture_event_cb, fixture_meters_cb, fixture_stopped_cb };
  g_autoptr (GError) error = NULL;

  *self = (Fixture){ .context = g_main_context_new (), .budget = weir_budget_new (max_bytes) };
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_pipe_event_free);
  self->meters = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->thread = weir_data_thread_new ("data", self->budget, self->context, &events, self, &error);
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
  g_ptr_array_unref (self->events);
  g_hash_table_unref (self->meters);
  g_main_context_unref (self->context);
}

/* Iterates until it is so. */
#define WAIT_FOR(fixture, condition)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 limit_us_ = g_get_monotonic_time () + LIMIT_US;                                                             \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        if (!g_main_context_iteration ((fixture)->context, FALSE))                                                     \
          g_usleep (500);                                                                                              \
        if (g_get_monotonic_time () > limit_us_)                                                                       \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                                    \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

static inline const WeirMeters *
fixture_get_meters (Fixture *self, guint32 n)
{
  static const WeirMeters none = { 0 };
  const WeirMeters *meters = g_hash_table_lookup (self->meters, GUINT_TO_POINTER (n));

  return meters != NULL ? meters : &none;
}

static inline WeirState
fixture_get_state (Fixture *self, guint32 n)
{
  return weir_state_decide (fixture_get_meters (self, n), g_get_monotonic_time ());
}

/* The first event of that kind, of that side (−1: any). */
static inline const WeirPipeEvent *
fixture_find (Fixture *self, guint32 n, WeirPipeEventType type, int side)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const WeirPipeEvent *event = self->events->pdata[i];

      if (event->n == n && event->type == type && (side < 0 || (int) event->side == side))
        return event;
    }
  return NULL;
}

static inline const WeirPipeEvent *
fixture_wait_event (Fixture *self, guint32 n, WeirPipeEventType type, int side)
{
  const WeirPipeEvent *event = NULL;

  WAIT_FOR (self, (event = fixture_find (self, n, type, side)) != NULL);
  return event;
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
