/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-travel.h"

struct _WeirTravel
{
  GObject parent_instance;

  WeirTravelKind kind;
  WeirWay way;
  gint64 at_us;
  char *channel;
  guint64 number;
  guint64 size;
  gint64 held_us;
  guint8 *data;
  gsize len;
};

G_DEFINE_FINAL_TYPE (WeirTravel, weir_travel, G_TYPE_OBJECT)

static void
weir_travel_finalize (GObject *object)
{
  WeirTravel *self = WEIR_TRAVEL (object);

  g_free (self->channel);
  g_free (self->data);
  G_OBJECT_CLASS (weir_travel_parent_class)->finalize (object);
}

static void
weir_travel_class_init (WeirTravelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_travel_finalize;
}

static void
weir_travel_init (WeirTravel *self)
{
}

WeirTravel *
weir_travel_new (const WeirTravelInit *init)
{
  WeirTravel *self = g_object_new (WEIR_TYPE_TRAVEL, NULL);

  self->kind = init->kind;
  self->way = init->way;
  self->at_us = init->at_us;
  self->channel = g_strdup (init->channel);
  self->number = init->number;
  self->size = init->size;
  self->held_us = init->held_us >= WEIR_TRAVEL_MIN_HELD_US ? init->held_us : 0;
  self->len = MIN (init->len, WEIR_TRAVEL_MAX_START);
  self->data = g_memdup2 (init->data, self->len);

  return self;
}

WeirTravelKind
weir_travel_get_kind (WeirTravel *self)
{
  return self->kind;
}

WeirWay
weir_travel_get_way (WeirTravel *self)
{
  return self->way;
}

gint64
weir_travel_get_at_us (WeirTravel *self)
{
  return self->at_us;
}

const char *
weir_travel_get_channel (WeirTravel *self)
{
  return self->channel;
}

guint64
weir_travel_get_number (WeirTravel *self)
{
  return self->number;
}

guint64
weir_travel_get_size (WeirTravel *self)
{
  return self->size;
}

gint64
weir_travel_get_held_us (WeirTravel *self)
{
  return self->held_us;
}

const guint8 *
weir_travel_get_data (WeirTravel *self, gsize *len)
{
  *len = self->len;
  return self->data;
}
