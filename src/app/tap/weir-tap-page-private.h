/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-figures.h"
#include "weir-message-table.h"
#include "weir-message-view.h"
#include "weir-needle-entry.h"
#include "weir-tap-find.h"
#include "weir-tap-page.h"
#include "weir-tap-save.h"

/* What the parts of the page share. */

G_BEGIN_DECLS

struct _WeirTapPage
{
  GtkWidget parent_instance;

  AdwToastOverlay *toasts;
  GtkLabel *channel_id;
  GtkLabel *state;
  WeirNeedleEntry *search;
  GtkBox *problems; /* of what is typed */
  WeirTapFind *find;
  WeirTapSave *saver;
  GMenuModel *row_menu, *time_menu;
  GtkRevealer *notice_revealer;
  GtkWidget *notice_box;
  GtkLabel *notice;
  GtkWidget *notice_button; /* to the channels */
  GtkPaned *panes;
  WeirMessageTable *table;
  WeirMessageView *viewer;
  WeirFigures *figures;
  GtkLabel *hidden;
  GtkWidget *empty;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  GtkWidget *empty_button;
  AdwFlap *figures_flap;
  guint fold_idle;
  guint timer; /* while mapped: how long a state lasts is part of its words */

  WeirTapReader *reader;
  WeirChannel *channel;
  WeirMessageList *messages; /* borrowed from the reader */
  GSimpleActionGroup *actions;
  GCancellable *cancellable;
};

/* --- figures, and what is said where there are no rows --- */

void weir_tap_page_update_figures (WeirTapPage *self);
void weir_tap_page_update_empty (WeirTapPage *self);
/* A point keeps the messages of a channel only while it lives. */
gboolean weir_tap_page_came_too_late (WeirTapPage *self);

/* --- actions --- */

void weir_tap_page_add_actions (WeirTapPage *self);
void weir_tap_page_add_keys (GtkWidgetClass *widget_class);
void weir_tap_page_update_filter (WeirTapPage *self);
void weir_tap_page_toast (WeirTapPage *self, const char *text);
/* Others are selected; others are marked: what can be done with them. */
void weir_tap_page_selected_cb (WeirTapPage *self);
void weir_tap_page_marks_cb (WeirTapPage *self);

G_END_DECLS
