/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-setup-row.h"

#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-format.h"

struct _WeirSetupRow
{
  AdwExpanderRow parent_instance;

  GtkDropDown *hold;
  GtkLabel *hold_label;
  AdwActionRow *buffer_row;
  GtkSpinButton *buffer;
  AdwActionRow *ref_row;
  AdwActionRow *new_row;
  AdwActionRow *remove_row;

  WeirSendSetup *setup;
  guint place;
  gboolean is_showing;
};

enum
{
  SIGNAL_REF_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSetupRow, weir_setup_row, ADW_TYPE_EXPANDER_ROW)

/* --- words --- */

static const char *
describe_hold (const WeirChannelSetup *channel)
{
  if (weir_channel_setup_writes (channel))
    return weir_channel_setup_reads (channel) ? _ ("Hold both ends") : _ ("Write into it");
  return weir_channel_setup_reads (channel) ? _ ("Read from it") : _ ("Pass it on");
}

static const char *
describe_given (const WeirChannelSetup *channel)
{
  switch (channel->hold)
    {
    case WEIR_HOLD_WRITER:
      return channel->is_wanted ? _ ("The function gets the reader.") : _ ("Somebody else reads from it.");
    case WEIR_HOLD_READER:
      return channel->is_wanted ? _ ("The function gets the writer.") : _ ("Somebody else writes into it.");
    case WEIR_HOLD_NONE:
      return _ ("The function gets both ends.");
    case WEIR_HOLD_BOTH:
    default:
      return _ ("What is written comes back here.");
    }
}

static char *
describe_ref (const WeirChannelSetup *channel)
{
  g_autofree char *id = weir_format_short_id (channel->ref->channel_id);
  gboolean is_writer = channel->ref->direction == WEIR_DIRECTION_WRITE;

  if (channel->is_wanted)
    return g_strdup_printf (is_writer ? _ ("The function gets the pasted writer ref of %s.")
                                      : _ ("The function gets the pasted reader ref of %s."),
                            id);
  return g_strdup_printf (
      is_writer ? _ ("Pasted ref: Weir is the writer of %s.") : _ ("Pasted ref: Weir is the reader of %s."), id);
}

static char *
describe (const WeirChannelSetup *channel)
{
  if (channel->ref != NULL)
    return describe_ref (channel);
  return g_strdup_printf (
      ngettext ("New, buffer of %u message. %s", "New, buffer of %u messages. %s", channel->buffer_size),
      channel->buffer_size, describe_given (channel));
}

/* --- the setup --- */

void
weir_setup_row_update (WeirSetupRow *self)
{
  const WeirChannelSetup *channel = weir_send_setup_get_channel (self->setup, self->place);
  gboolean is_free = channel->ref == NULL && !channel->is_wanted;
  g_autofree char *title =
      *channel->name != '\0' ? g_strdup_printf (_ ("Channel “%s”"), channel->name) : g_strdup (_ ("Channel"));
  g_autofree char *subtitle = describe (channel);

  self->is_showing = TRUE;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->hold), is_free);
  gtk_widget_set_visible (GTK_WIDGET (self->hold_label), !is_free);
  gtk_label_set_label (self->hold_label, describe_hold (channel));
  if (is_free)
    gtk_drop_down_set_selected (self->hold, channel->hold);
  gtk_widget_set_visible (GTK_WIDGET (self->buffer_row), channel->ref == NULL);
  gtk_spin_button_set_value (self->buffer, channel->buffer_size);
  gtk_widget_set_visible (GTK_WIDGET (self->ref_row),
                          channel->is_wanted && channel->ref == NULL && channel->hold != WEIR_HOLD_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->new_row), channel->ref != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->remove_row),
                          !channel->is_wanted && weir_send_setup_get_n_channels (self->setup) > 1);
  self->is_showing = FALSE;
}

static void
changed_cb (WeirSetupRow *self)
{
  g_autoptr (WeirChannelSetup) channel = NULL;

  if (self->is_showing || self->setup == NULL)
    return;
  channel = weir_channel_setup_copy (weir_send_setup_get_channel (self->setup, self->place));
  if (channel->ref == NULL && !channel->is_wanted)
    channel->hold = gtk_drop_down_get_selected (self->hold);
  channel->buffer_size = gtk_spin_button_get_value (self->buffer);
  weir_send_setup_set_channel (self->setup, self->place, channel);
}

static void
ref_cb (WeirSetupRow *self)
{
  g_signal_emit (self, signals[SIGNAL_REF_WANTED], 0, self->place);
}

static void
new_cb (WeirSetupRow *self)
{
  g_autoptr (WeirChannelSetup) channel =
      weir_channel_setup_copy (weir_send_setup_get_channel (self->setup, self->place));

  g_clear_pointer (&channel->ref, weir_ref_free);
  weir_send_setup_set_channel (self->setup, self->place, channel);
}

static void
remove_cb (WeirSetupRow *self)
{
  weir_send_setup_remove_channel (self->setup, self->place);
}

/* --- GObject --- */

static void
weir_setup_row_dispose (GObject *object)
{
  WeirSetupRow *self = WEIR_SETUP_ROW (object);

  self->is_showing = TRUE; /* its rows say nothing any more */
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_SETUP_ROW);
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (weir_setup_row_parent_class)->dispose (object);
}

static void
weir_setup_row_class_init (WeirSetupRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_setup_row_dispose;
  signals[SIGNAL_REF_WANTED] = g_signal_new ("ref-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                             NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-setup-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, hold);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, hold_label);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, buffer_row);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, buffer);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, ref_row);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, new_row);
  gtk_widget_class_bind_template_child (widget_class, WeirSetupRow, remove_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, ref_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
weir_setup_row_init (WeirSetupRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_focus_name_drop_down (self->hold);
}

GtkWidget *
weir_setup_row_new (WeirSendSetup *setup, guint place)
{
  WeirSetupRow *self = g_object_new (WEIR_TYPE_SETUP_ROW, NULL);

  self->setup = g_object_ref (setup);
  self->place = place;
  weir_setup_row_update (self);
  return GTK_WIDGET (self);
}
