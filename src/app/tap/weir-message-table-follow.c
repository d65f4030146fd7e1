/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include "weir-list.h"
#include "weir-scroll-watch.h"

void
weir_message_table_scroll_to_end (WeirMessageTable *self)
{
  if (self->follow)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), WEIR_LIST_END);
}

static void
scrolled_cb (WeirScroll scroll, gpointer user_data)
{
  WeirMessageTable *self = user_data;

  if (scroll == WEIR_SCROLL_UP)
    weir_message_table_set_follow (self, FALSE);
  else if (scroll == WEIR_SCROLL_RESIZED && self->follow)
    weir_message_table_queue_show (self);
}

void
weir_message_table_watch_user (WeirMessageTable *self)
{
  weir_scroll_watch_add (self->scroller, scrolled_cb, self);
}

void
weir_message_table_set_follow (WeirMessageTable *self, gboolean follow)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  if (self->follow == follow)
    return;
  self->follow = follow;
  weir_message_table_scroll_to_end (self);
  g_object_notify (G_OBJECT (self), "follow");
}
