/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-channel-group.h"
#include "weir-results-pane.h"
#include "weir-send-activities.h"
#include "weir-send-drafts.h"
#include "weir-send-page.h"
#include "weir-trigger-pane.h"
#include "weir-writing-pane.h"

/* What the parts of the Send page share: weir-send-page.c holds it together, -actions.c begins, stops and ends,
 * -refs.c opens refs that were pasted, -forms.c keeps what stands on it, -words.c says what goes where. */

G_BEGIN_DECLS

struct _WeirSendPage
{
  GtkWidget parent_instance;

  AdwLeaflet *leaflet;
  GtkWidget *setup_side;
  GtkBox *panes;
  WeirTriggerPane *trigger;
  WeirChannelGroup *channels;
  WeirWritingPane *writing;
  GtkBox *tools;        /* beside the buttons… */
  GtkBox *narrow_tools; /* …or, narrow, above them */
  GtkLabel *hint; /* while something is open: which button does what */
  GtkBox *buttons;
  GtkBox *send_row; /* where there is no room for the first of them beside the others */
  AdwSplitButton *send_button;
  GtkButton *again_button;
  GtkButton *stop_button;
  GtkButton *end_button;
  GtkWidget *results_side;
  GtkWidget *back_bar;
  WeirResultsPane *results;
  GtkWidget *elsewhere; /* what goes on at another connection */
  GtkLabel *elsewhere_label;
  GtkButton *elsewhere_button;

  WeirSendSetup *setup;
  WeirConnection *connection; /* nullable */
  WeirSendActivities *activities;
  gboolean is_narrow;
  guint n_parts; /* made */

  WeirSendDrafts *drafts; /* over restarts */
  gboolean has_drafts;    /* they have been read */
  GHashTable *forms;      /* place of a connection (its address) → Form: of those that were in view */
  guint note;             /* 0: nothing has changed */
};

/* weir-send-page.c */
/* Has the channels be those that the call asks for. */
void weir_send_page_follow_trigger (WeirSendPage *self);

/* -actions.c */
void weir_send_page_install_actions (GtkWidgetClass *widget_class);
/* Which buttons there are, and which can be pressed. */
void weir_send_page_update (WeirSendPage *self);
gboolean weir_send_page_is_connected (WeirSendPage *self);
gboolean weir_send_page_has_function (WeirSendPage *self);
/* Of the connection that is shown. */
WeirSendActivity *weir_send_page_get_activity (WeirSendPage *self);
WeirSessionState weir_send_page_get_state (WeirSendPage *self);
void weir_send_page_show_activity (WeirSendPage *self);
void weir_send_page_toast (WeirSendPage *self, const char *text);
/* @call: (nullable) (transfer full) */
void weir_send_page_prepare (WeirSendPage *self, WeirSendSetup *setup, WeirCall *call, gboolean writes);

/* -forms.c */
void weir_send_page_open_forms (WeirSendPage *self);
void weir_send_page_close_forms (WeirSendPage *self);
/* Something stands on the page that did not before: kept soon. */
void weir_send_page_note_change (WeirSendPage *self);
/* Of the connection in view: keeps what stands there; shows what stood there. @was_shown: another connection's form is
 * in view, which may be replaced */
void weir_send_page_leave_form (WeirSendPage *self);
void weir_send_page_enter_form (WeirSendPage *self, gboolean was_shown);

/* -words.c */
/* @writers: (element-type WeirHeldChannel): open, with nothing to write */
void weir_send_page_update_words (WeirSendPage *self, GPtrArray *writers);

/* -refs.c */
/* For the function to be given it: the channel at @place wants one. */
void weir_send_page_ask_for_ref (WeirSendPage *self, guint place);

G_END_DECLS
