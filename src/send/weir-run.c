/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-run.h"

#include <string.h>

#define ANNOUNCE_MS 100

struct _WeirRun
{
  GObject parent_instance;

  gint64 start_us;
  gint64 start_unix_us;

  GPtrArray *lines;   /* of WeirTravel: what is announced */
  GQueue waiting;     /* of WeirTravel: what is not yet */
  guint timer;        /* 0: nothing waits */
  guint64 n_left_out; /* told by the line at WEIR_RUN_N_FIRST, unless it is 0 */
  gboolean has_gap;
};

static void weir_run_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirRun, weir_run, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_run_model_init))

static gboolean
is_message (WeirTravel *line)
{
  WeirTravelKind kind = weir_travel_get_kind (line);

  return kind == WEIR_TRAVEL_TEXT || kind == WEIR_TRAVEL_BINARY;
}

/* --- what is left out --- */

static WeirTravel *
weir_run_make_gap (WeirRun *self, WeirTravel *before)
{
  return weir_travel_new (&(WeirTravelInit){
      .kind = WEIR_TRAVEL_GAP,
      .way = weir_travel_get_way (before),
      .at_us = weir_travel_get_at_us (before),
      .number = self->n_left_out,
  });
}

/* Takes the oldest of the last ones out, until there are as many as there may be, and has the line between tell it.
 * Messages go; what else happened stays, as long as that is little. */
static void
weir_run_trim (WeirRun *self)
{
  guint first = WEIR_RUN_N_FIRST, after = first + self->has_gap, n_old = self->lines->len, end;
  guint n_over = n_old > after + WEIR_RUN_N_LAST ? n_old - after - WEIR_RUN_N_LAST : 0, n_out = 0, kept = after;

  if (n_over == 0)
    return;
  for (end = after; end < n_old && n_out < n_over; end++)
    {
      WeirTravel *line = g_ptr_array_index (self->lines, end);
      gboolean may_stay = !is_message (line) && kept - after < WEIR_RUN_N_LAST / 2;

      if (may_stay && n_old - end > n_over - n_out)
        {
          self->lines->pdata[end] = self->lines->pdata[kept];
          self->lines->pdata[kept++] = line;
        }
      else
        n_out++;
    }
  self->n_left_out += n_out;
  g_ptr_array_remove_range (self->lines, kept, end - kept);
  if (self->has_gap)
    g_ptr_array_remove_index (self->lines, first);
  g_ptr_array_insert (self->lines, first, weir_run_make_gap (self, g_ptr_array_index (self->lines, first - 1)));
  g_list_model_items_changed (G_LIST_MODEL (self), first, end - first, kept - after + 1);
  self->has_gap = TRUE;
}

void
weir_run_flush (WeirRun *self)
{
  guint n_old = self->lines->len, n_new = g_queue_get_length (&self->waiting);
  WeirTravel *line;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (n_new == 0)
    return;
  while ((line = g_queue_pop_head (&self->waiting)) != NULL)
    g_ptr_array_add (self->lines, line);
  g_list_model_items_changed (G_LIST_MODEL (self), n_old, 0, n_new);
  weir_run_trim (self);
}

static gboolean
announce_cb (gpointer user_data)
{
  WeirRun *self = user_data;

  self->timer = 0;
  weir_run_flush (self);
  return G_SOURCE_REMOVE;
}

/* @line: (transfer full) */
static void
weir_run_add (WeirRun *self, WeirTravel *line)
{
  g_queue_push_tail (&self->waiting, line);
  /* As many as could be shown of them: the list itself counts what goes. */
  if (g_queue_get_length (&self->waiting) >= WEIR_RUN_N_LAST)
    weir_run_flush (self);
  else if (self->timer == 0)
    self->timer = g_timeout_add (ANNOUNCE_MS, announce_cb, self);
}

/* --- public --- */

static WeirTravel *
make_note (gint64 at_us, WeirTravelKind kind, WeirWay way, const char *channel, const char *text, guint64 size)
{
  return weir_travel_new (&(WeirTravelInit){
      .kind = kind,
      .way = way,
      .at_us = at_us,
      .channel = channel,
      .size = size,
      .data = text,
      .len = strlen (text),
  });
}

void
weir_run_note (WeirRun *self, WeirTravelKind kind, WeirWay way, const char *channel, const char *text, guint64 size)
{
  g_return_if_fail (WEIR_IS_RUN (self) && text != NULL);

  weir_run_add (self, make_note (g_get_monotonic_time () - self->start_us, kind, way, channel, text, size));
}

void
weir_run_note_at (WeirRun *self, gint64 at_us, WeirTravelKind kind, WeirWay way, const char *channel, const char *text,
                  guint64 size)
{
  guint position;

  g_return_if_fail (WEIR_IS_RUN (self) && text != NULL);

  weir_run_flush (self);
  for (position = self->lines->len; position > 0; position--)
    if (weir_travel_get_at_us (g_ptr_array_index (self->lines, position - 1)) <= at_us)
      break;
  /* The line about what is left out keeps its place. */
  if (self->has_gap && position <= WEIR_RUN_N_FIRST)
    position = WEIR_RUN_N_FIRST + 1;
  g_ptr_array_insert (self->lines, position, make_note (at_us, kind, way, channel, text, size));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  weir_run_trim (self);
}

void
weir_run_note_message (WeirRun *self, const WeirTravelInit *message)
{
  WeirTravelInit init = *message;

  g_return_if_fail (WEIR_IS_RUN (self));

  init.at_us = g_get_monotonic_time () - self->start_us;
  weir_run_add (self, weir_travel_new (&init));
}

gint64
weir_run_get_start_us (WeirRun *self)
{
  return self->start_us;
}

gint64
weir_run_get_start_unix_us (WeirRun *self)
{
  return self->start_unix_us;
}

guint64
weir_run_get_n_left_out (WeirRun *self)
{
  return self->n_left_out;
}

/* --- GListModel --- */

static GType
weir_run_get_item_type (GListModel *model)
{
  return WEIR_TYPE_TRAVEL;
}

static guint
weir_run_get_n_items (GListModel *model)
{
  return WEIR_RUN (model)->lines->len;
}

static gpointer
weir_run_get_item (GListModel *model, guint position)
{
  WeirRun *self = WEIR_RUN (model);

  return position < self->lines->len ? g_object_ref (g_ptr_array_index (self->lines, position)) : NULL;
}

static void
weir_run_model_init (GListModelInterface *iface)
{
  iface->get_item_type = weir_run_get_item_type;
  iface->get_n_items = weir_run_get_n_items;
  iface->get_item = weir_run_get_item;
}

/* --- GObject --- */

static void
weir_run_finalize (GObject *object)
{
  WeirRun *self = WEIR_RUN (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_ptr_array_unref (self->lines);
  G_OBJECT_CLASS (weir_run_parent_class)->finalize (object);
}

static void
weir_run_class_init (WeirRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_run_finalize;
}

static void
weir_run_init (WeirRun *self)
{
  self->start_us = g_get_monotonic_time ();
  self->start_unix_us = g_get_real_time ();
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->waiting);
}

WeirRun *
weir_run_new (void)
{
  return g_object_new (WEIR_TYPE_RUN, NULL);
}
