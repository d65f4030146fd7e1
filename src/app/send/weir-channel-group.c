/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-group.h"

#include <glib/gi18n.h>

#include "weir-setup-row.h"

struct _WeirChannelGroup
{
  GtkWidget parent_instance;

  AdwPreferencesGroup *group;

  WeirSendSetup *setup;
  GPtrArray *rows; /* of WeirSetupRow, in the group */
};

enum
{
  SIGNAL_REF_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirChannelGroup, weir_channel_group, GTK_TYPE_WIDGET)

static void
ref_wanted_cb (WeirSetupRow *row, guint place, WeirChannelGroup *self)
{
  g_signal_emit (self, signals[SIGNAL_REF_WANTED], 0, place);
}

/* Rows are kept as they are: one may have the focus, or be unfolded. */
static void
weir_channel_group_update (WeirChannelGroup *self)
{
  guint n = weir_send_setup_get_n_channels (self->setup);

  while (self->rows->len > n)
    {
      adw_preferences_group_remove (self->group, self->rows->pdata[self->rows->len - 1]);
      g_ptr_array_remove_index (self->rows, self->rows->len - 1);
    }
  while (self->rows->len < n)
    {
      GtkWidget *row = weir_setup_row_new (self->setup, self->rows->len);

      g_signal_connect (row, "ref-wanted", G_CALLBACK (ref_wanted_cb), self);
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  for (guint i = 0; i < n; i++)
    weir_setup_row_update (self->rows->pdata[i]);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.add", n < WEIR_SEND_MAX_CHANNELS);
}

static void
add_channel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirChannelGroup *self = WEIR_CHANNEL_GROUP (widget);
  WeirChannelSetup channel = { .name = (char *) "", .buffer_size = WEIR_SEND_DEFAULT_BUFFER };

  weir_send_setup_set_channel (self->setup, weir_send_setup_get_n_channels (self->setup), &channel);
}

void
weir_channel_group_set_setup (WeirChannelGroup *self, WeirSendSetup *setup)
{
  g_return_if_fail (WEIR_IS_CHANNEL_GROUP (self) && self->setup == NULL);

  self->setup = g_object_ref (setup);
  g_signal_connect_object (setup, "changed", G_CALLBACK (weir_channel_group_update), self, G_CONNECT_SWAPPED);
  weir_channel_group_update (self);
}

static void
weir_channel_group_dispose (GObject *object)
{
  WeirChannelGroup *self = WEIR_CHANNEL_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CHANNEL_GROUP);
  g_clear_object (&self->setup);
  G_OBJECT_CLASS (weir_channel_group_parent_class)->dispose (object);
}

static void
weir_channel_group_class_init (WeirChannelGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_channel_group_dispose;
  signals[SIGNAL_REF_WANTED] = g_signal_new ("ref-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                             NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_install_action (widget_class, "channels.add", NULL, add_channel);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-channel-group.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChannelGroup, group);
}

static void
weir_channel_group_init (WeirChannelGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
}
