/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-private.h"

struct _WeirStreamItem
{
  GObject parent_instance;

  WeirJoined joined;
  guint index;
};

G_DEFINE_FINAL_TYPE (WeirStreamItem, weir_stream_item, G_TYPE_OBJECT)

static void
weir_stream_item_class_init (WeirStreamItemClass *klass)
{
}

static void
weir_stream_item_init (WeirStreamItem *self)
{
}

guint
weir_stream_item_get_index (WeirStreamItem *self)
{
  return self->index;
}

WeirJoined
weir_stream_item_get_joined (WeirStreamItem *self)
{
  return self->joined;
}

WeirStreamItem *
weir_stream_item_new (guint index, WeirJoined joined)
{
  WeirStreamItem *self = g_object_new (WEIR_TYPE_STREAM_ITEM, NULL);

  self->index = index;
  self->joined = joined;
  return self;
}
