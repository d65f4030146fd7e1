/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-hex-pane.h"
#include "weir-image-view.h"
#include "weir-message-heading.h"
#include "weir-message-view.h"
#include "weir-payload.h"
#include "weir-stream-view.h"
#include "weir-stream.h"
#include "weir-text-pane.h"

/* What the parts of the view share. */

G_BEGIN_DECLS

struct _WeirMessageView
{
  GtkWidget parent_instance;

  GtkStack *pages;
  GtkStack *viewers;
  GtkLabel *hint;
  GtkToggleButton *json_button, *image_button, *stream_button, *keys_button;
  GtkLabel *title;
  GtkWidget *narrow_title;
  GtkScrolledWindow *kinds_scroller;
  guint reveal_idle;
  GtkLabel *notice;
  WeirMessageHeading *heading;
  WeirTextPane *text_pane;
  WeirHexPane *hex_pane;
  WeirImageView *image_view;
  WeirStreamView *stream_view;

  GSimpleActionGroup *actions;
  GSimpleAction *kind;      /* what is seen */
  char *wish;               /* what the user has asked to see; NULL: nothing yet */
  GSimpleAction *show_keys; /* of this message: asked for anew with each */
  WeirMessage *message;
  WeirPayload *payload;      /* NULL: it is being read, or cannot be */
  GCancellable *loading;     /* nullable: reading it, and making it ready */
  WeirMessageList *messages; /* nullable */
  WeirStream *stream;        /* nullable */
  guint n_broken;            /* lines of the text that is shown */
  WeirNeedle *needle;        /* nullable: what is searched for */
  guint n_hits;              /* in what is shown */
};

/* --- viewers --- */

gboolean weir_message_view_shows_keys (WeirMessageView *self);
gboolean weir_message_view_is_kind (WeirMessageView *self, const char *kind);
gboolean weir_message_view_is_binary (WeirMessageView *self);
/* What may be looked at and copied. */
GBytes *weir_message_view_get_shown (WeirMessageView *self);
gboolean weir_message_view_fits (WeirMessageView *self, const char *kind);
const char *weir_message_view_get_best_kind (WeirMessageView *self);
/* All of it, as is asked for. */
void weir_message_view_update (WeirMessageView *self);
/* Brings the button of what is seen into view. */
void weir_message_view_reveal_kind (WeirMessageView *self);
/* Joining takes time: only where it is of use. */
void weir_message_view_ensure_stream (WeirMessageView *self);
/* More of the stream is joined: what depends on it. */
void weir_message_view_stream_changed_cb (WeirMessageView *self);

/* --- what is said of it --- */

void weir_message_view_update_title (WeirMessageView *self);
void weir_message_view_update_notice (WeirMessageView *self);
/* Marks what is searched for in what is shown. */
void weir_message_view_update_hits (WeirMessageView *self);

void weir_message_view_add_actions (WeirMessageView *self);

G_END_DECLS
