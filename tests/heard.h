/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "loopback-peer.h"
#include "weir-pipe-event.h"
#include "weir-state.h"

/* What a data thread, the engine's or the relay's, has told its control thread, which is the test's: a fixture has one
 * as `heard`, and begins with it. */

typedef struct
{
  GMainContext *context; /* where it is told */
  GPtrArray *events;     /* of WeirPipeEvent */
  GHashTable *meters;    /* n → WeirMeters, the latest */
  guint n_blocks;        /* of meters */
} Heard;

static inline void
heard_init (Heard *self)
{
  *self = (Heard){
    .context = g_main_context_new (),
    .events = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_pipe_event_free),
    .meters = g_hash_table_new_full (NULL, NULL, NULL, g_free),
  };
}

static inline void
heard_clear (Heard *self)
{
  g_ptr_array_unref (self->events);
  g_hash_table_unref (self->meters);
  g_main_context_unref (self->context);
}

static inline void
heard_note_meters (Heard *self, guint32 n, const WeirMeters *meters)
{
  g_hash_table_insert (self->meters, GUINT_TO_POINTER (n), g_memdup2 (meters, sizeof *meters));
}

/* --- for the thread: @user_data is the fixture --- */

static inline void
heard_event_cb (const WeirPipeEvent *event, gpointer user_data)
{
  Heard *self = user_data;

  g_ptr_array_add (self->events, weir_pipe_event_copy (event));
  heard_note_meters (self, event->n, &event->meters);
}

static inline void
heard_meters_cb (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
  Heard *self = user_data;

  g_assert_cmpuint (n_rows, >, 0);
  self->n_blocks++;
  for (guint i = 0; i < n_rows; i++)
    heard_note_meters (self, rows[i].n, &rows[i].meters);
}

/* --- for the test --- */

/* Iterates until it is so. */
#define WAIT_IN(context, condition)                                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 limit_us_ = g_get_monotonic_time () + LIMIT_US;                                                             \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        if (!g_main_context_iteration (context, FALSE))                                                                \
          g_usleep (500);                                                                                              \
        if (g_get_monotonic_time () > limit_us_)                                                                       \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                                    \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

#define WAIT_FOR(fixture, condition) WAIT_IN ((fixture)->heard.context, condition)

static inline const WeirMeters *
heard_get_meters (Heard *self, guint32 n)
{
  static const WeirMeters none = { 0 };
  const WeirMeters *meters = g_hash_table_lookup (self->meters, GUINT_TO_POINTER (n));

  return meters != NULL ? meters : &none;
}

static inline const WeirTotals *
heard_get_totals (Heard *self, guint32 n)
{
  return &heard_get_meters (self, n)->totals;
}

static inline WeirState
heard_get_state (Heard *self, guint32 n)
{
  return weir_state_decide (heard_get_meters (self, n), g_get_monotonic_time ());
}

/* The first event of that kind, of that side (−1: any). */
static inline const WeirPipeEvent *
heard_find (Heard *self, guint32 n, WeirPipeEventType type, int side)
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
heard_wait_event (Heard *self, guint32 n, WeirPipeEventType type, int side)
{
  const WeirPipeEvent *event = NULL;

  WAIT_IN (self->context, (event = heard_find (self, n, type, side)) != NULL);
  return event;
}

static inline const WeirPipeEvent *
heard_find_answer (Heard *self, guint ticket)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const WeirPipeEvent *event = self->events->pdata[i];

      if (event->type == WEIR_PIPE_ANSWERED && event->ticket == ticket)
        return event;
    }
  return NULL;
}

static inline const WeirPipeEvent *
heard_wait_answer (Heard *self, guint ticket)
{
  const WeirPipeEvent *event = NULL;

  WAIT_IN (self->context, (event = heard_find_answer (self, ticket)) != NULL);
  return event;
}
