/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Tells the user's scrolling from the list's own: a list moves back by itself when its guess of the rows' heights
 * changes, and what follows its end must not take that for a wish. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SCROLL_UP,     /* the user scrolled up: away from the end */
  WEIR_SCROLL_AT_END, /* the user scrolled down to the end */
  WEIR_SCROLL_RESIZED /* something beside the list has come or gone: its last row may be hidden now */
} WeirScroll;

typedef void (*WeirScrollFunc) (WeirScroll scroll, gpointer user_data);

/* For as long as @scroller lives; @user_data: lent to it. Nothing is told once @scroller is taken apart. */
void weir_scroll_watch_add (GtkScrolledWindow *scroller, WeirScrollFunc func, gpointer user_data);

G_END_DECLS
