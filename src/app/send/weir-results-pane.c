/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-results-pane.h"

#include <glib/gi18n.h>

#include "weir-answer-card.h"
#include "weir-focus.h"
#include "weir-format.h"
#include "weir-held-card.h"
#include "weir-travel-table.h"

struct _WeirResultsPane
{
  GtkWidget parent_instance;

  GtkStack *stack;
  WeirAnswerCard *answer;
  GtkBox *cards;
  GtkLabel *started;
  WeirTravelTable *table;

  WeirSendSession *session; /* nullable */
  gboolean is_narrow;
};

enum
{
  PROP_IS_NARROW = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (WeirResultsPane, weir_results_pane, GTK_TYPE_WIDGET)

static void
session_updated_cb (WeirResultsPane *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    weir_held_card_update (WEIR_HELD_CARD (card));
}

static void
weir_results_pane_fill_cards (WeirResultsPane *self)
{
  GListModel *channels = self->session != NULL ? weir_send_session_get_channels (self->session) : NULL;
  GtkWidget *card;

  while ((card = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    gtk_box_remove (self->cards, card);
  for (guint i = 0; channels != NULL && i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (WeirHeldChannel) channel = g_list_model_get_item (channels, i);

      card = weir_held_card_new (channel);
      g_object_set (card, "is-narrow", self->is_narrow, NULL);
      gtk_box_append (self->cards, card);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->cards), channels != NULL && g_list_model_get_n_items (channels) > 0);
}

void
weir_results_pane_set_session (WeirResultsPane *self, WeirSendSession *session, WeirCall *call, const char *place)
{
  WeirRun *run = session != NULL ? weir_send_session_get_run (session) : NULL;

  g_return_if_fail (WEIR_IS_RESULTS_PANE (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "updated", G_CALLBACK (session_updated_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, run != NULL ? "results" : "empty");
  weir_answer_card_set_call (self->answer, call);
  gtk_widget_set_visible (GTK_WIDGET (self->answer), call != NULL);
  weir_results_pane_fill_cards (self);
  weir_travel_table_set_run (self->table, run, session != NULL ? weir_send_session_get_channels (session) : NULL);
  if (run != NULL)
    {
      g_autofree char *time = weir_format_time (weir_run_get_start_unix_us (run), NULL);
      /* Translators: the name or the address of an engine, and a time of day */
      g_autofree char *text = g_strdup_printf (_ ("at %s, times since %s"), place, time);

      gtk_label_set_label (self->started, text);
    }
}

/* --- GObject --- */

static void
weir_results_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_RESULTS_PANE (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_results_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirResultsPane *self = WEIR_RESULTS_PANE (object);

  if (id != PROP_IS_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->is_narrow = g_value_get_boolean (value);
  g_object_set (self->table, "is-narrow", self->is_narrow, NULL);
  weir_answer_card_set_narrow (self->answer, self->is_narrow);
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    g_object_set (card, "is-narrow", self->is_narrow, NULL);
}

static void
weir_results_pane_dispose (GObject *object)
{
  WeirResultsPane *self = WEIR_RESULTS_PANE (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_RESULTS_PANE);
  G_OBJECT_CLASS (weir_results_pane_parent_class)->dispose (object);
}

static void
weir_results_pane_class_init (WeirResultsPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_results_pane_get_property;
  object_class->set_property = weir_results_pane_set_property;
  object_class->dispose = weir_results_pane_dispose;

  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  g_type_ensure (WEIR_TYPE_ANSWER_CARD);
  g_type_ensure (WEIR_TYPE_TRAVEL_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-results-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirResultsPane, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirResultsPane, answer);
  gtk_widget_class_bind_template_child (widget_class, WeirResultsPane, cards);
  gtk_widget_class_bind_template_child (widget_class, WeirResultsPane, started);
  gtk_widget_class_bind_template_child (widget_class, WeirResultsPane, table);
}

static void
weir_results_pane_init (WeirResultsPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_status_pages (GTK_WIDGET (self));
  g_signal_connect_after (self, "map", G_CALLBACK (session_updated_cb), NULL);
}
