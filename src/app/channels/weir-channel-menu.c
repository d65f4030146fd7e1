/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-menu.h"

#include <glib/gi18n.h>

#include "weir-channel-acts.h"
#include "weir-peer-name.h"

#define N_ITEMS 10

struct _WeirChannelMenu
{
  GtkPopover parent_instance;

  GtkBox *box;
  GtkWidget *items[N_ITEMS]; /* as in the table */

  WeirObserver *observer;
  WeirChannel *channel;
};

G_DEFINE_FINAL_TYPE (WeirChannelMenu, weir_channel_menu, GTK_TYPE_POPOVER)

/* --- why not --- */

static gboolean
is_over (const WeirChannelInfo *info)
{
  return info->ended_by != WEIR_ENDED_NOT;
}

static const WeirShapeInfo *
find_own_shape (const WeirChannelInfo *info)
{
  for (guint i = 0; info->shapes != NULL && i < info->shapes->len; i++)
    if (((WeirShapeInfo *) info->shapes->pdata[i])->is_ours)
      return info->shapes->pdata[i];
  return NULL;
}

static const char *
why_no_ref (const WeirChannelInfo *info)
{
  return is_over (info) ? _ ("The channel has ended") : NULL;
}

static const char *
why_not_into (const WeirChannelInfo *info)
{
  if (is_over (info))
    return _ ("The channel has ended");
  return info->writer.presence != WEIR_PRESENCE_NONE
             ? _ ("The writer’s end is taken, for good: inject a message instead")
             : NULL;
}

static const char *
why_not_inject (const WeirChannelInfo *info)
{
  if (is_over (info))
    return _ ("The channel has ended");
  return info->writer.presence == WEIR_PRESENCE_GONE ? _ ("The writer has closed: nothing comes after that") : NULL;
}

static const char *
why_not_hold (const WeirChannelInfo *info)
{
  const WeirShapeInfo *shape = find_own_shape (info);

  if (is_over (info))
    return _ ("The channel has ended");
  return shape != NULL && shape->pause ? _ ("You hold it already") : NULL;
}

static const char *
why_not_slow (const WeirChannelInfo *info)
{
  return is_over (info) ? _ ("The channel has ended") : NULL;
}

static const char *
why_not_let_go (const WeirChannelInfo *info)
{
  return find_own_shape (info) == NULL ? _ ("You neither hold nor slow it") : NULL;
}

static const char *
why_not_close_writer (const WeirChannelInfo *info)
{
  return info->writer.presence != WEIR_PRESENCE_HERE ? _ ("No writer is connected") : NULL;
}

static const char *
why_not_close_reader (const WeirChannelInfo *info)
{
  return info->reader.presence != WEIR_PRESENCE_HERE ? _ ("No reader is connected") : NULL;
}

static void
hide (GtkWidget *from, WeirObserver *observer, WeirChannel *channel)
{
  gtk_widget_activate_action (from, "channels.hide", "s", weir_channel_get_id (channel));
}

/* --- the items --- */

static const struct
{
  const char *label;
  WeirRights right; /* 0: it is nobody's business but ours */
  const char *(*why_not) (const WeirChannelInfo *info);
  void (*run) (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
  gboolean begins_group;
} items[N_ITEMS] = {
  { N_ ("Copy Ref…"), WEIR_RIGHT_REVEAL, why_no_ref, weir_channel_act_copy_ref, FALSE },
  { N_ ("Trigger a Function with This Ref…"), WEIR_RIGHT_REVEAL, why_no_ref, weir_channel_act_trigger, FALSE },
  { N_ ("Send into…"), WEIR_RIGHT_REVEAL, why_not_into, weir_channel_act_send_into, FALSE },
  { N_ ("Inject…"), WEIR_RIGHT_INTERFERE, why_not_inject, weir_channel_act_inject, TRUE },
  { N_ ("Hold…"), WEIR_RIGHT_INTERFERE, why_not_hold, weir_channel_act_hold, FALSE },
  { N_ ("Slow Down…"), WEIR_RIGHT_INTERFERE, why_not_slow, weir_channel_act_slow, FALSE },
  { N_ ("Let Go"), WEIR_RIGHT_INTERFERE, why_not_let_go, weir_channel_act_let_go, FALSE },
  { N_ ("Close Writer…"), WEIR_RIGHT_INTERFERE, why_not_close_writer, weir_channel_act_close_writer, TRUE },
  { N_ ("Close Reader…"), WEIR_RIGHT_INTERFERE, why_not_close_reader, weir_channel_act_close_reader, FALSE },
  { N_ ("Hide"), 0, NULL, hide, TRUE },
};

/* NULL: it may be used. */
static char *
dup_why_not (WeirChannelMenu *self, guint i)
{
  const char *name = items[i].right == WEIR_RIGHT_REVEAL ? "reveal" : "interfere";
  g_autofree char *point = weir_peer_name (weir_channel_get_point (self->channel));
  WeirRights rights = items[i].right != 0 ? weir_observer_get_rights (self->observer, self->channel) : 0;

  if (items[i].right != 0 && rights == 0)
    return g_strdup (_ ("The point that sees this channel is not connected"));
  if (items[i].right != 0 && (rights & items[i].right) == 0)
    return g_strdup_printf (_ ("%s does not permit this. Start it with --permit see,read,%s."), point, name);
  return items[i].why_not != NULL ? g_strdup (items[i].why_not (weir_channel_get_info (self->channel))) : NULL;
}

static void
weir_channel_menu_refresh_item (WeirChannelMenu *self, guint i)
{
  g_autofree char *why_not = dup_why_not (self, i);

  gtk_widget_set_sensitive (self->items[i], why_not == NULL);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->items[i]), why_not) == 0)
    return;
  gtk_widget_set_tooltip_text (self->items[i], why_not);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->items[i]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  why_not != NULL ? why_not : "", -1);
}

void
weir_channel_menu_refresh (WeirChannelMenu *self)
{
  if (self->channel == NULL || self->observer == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  for (guint i = 0; i < N_ITEMS; i++)
    weir_channel_menu_refresh_item (self, i);
}

static void
clicked_cb (GtkWidget *item, WeirChannelMenu *self)
{
  guint i = 0;

  while (i < N_ITEMS && self->items[i] != item)
    i++;
  g_return_if_fail (i < N_ITEMS);
  gtk_popover_popdown (GTK_POPOVER (self));
  if (self->channel != NULL && self->observer != NULL)
    items[i].run (GTK_WIDGET (self), self->observer, self->channel);
}

static void
weir_channel_menu_add_item (WeirChannelMenu *self, guint i)
{
  GtkWidget *label = gtk_label_new (_ (items[i].label));
  GtkWidget *item = gtk_button_new ();

  if (items[i].begins_group)
    gtk_box_append (self->box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_button_set_child (GTK_BUTTON (item), label);
  gtk_widget_add_css_class (item, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (items[i].label), -1);
  g_signal_connect (item, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (self->box, item);
  self->items[i] = item;
}

/* --- the type --- */

static void
weir_channel_menu_dispose (GObject *object)
{
  WeirChannelMenu *self = WEIR_CHANNEL_MENU (object);

  g_clear_object (&self->observer);
  g_clear_object (&self->channel);
  G_OBJECT_CLASS (weir_channel_menu_parent_class)->dispose (object);
}

static void
weir_channel_menu_class_init (WeirChannelMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_channel_menu_dispose;
}

static void
weir_channel_menu_init (WeirChannelMenu *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  for (guint i = 0; i < N_ITEMS; i++)
    weir_channel_menu_add_item (self, i);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->box));
  gtk_widget_add_css_class (GTK_WIDGET (self), "channel-menu");
  g_signal_connect (self, "show", G_CALLBACK (weir_channel_menu_refresh), NULL);
}

GtkWidget *
weir_channel_menu_new (void)
{
  return g_object_new (WEIR_TYPE_CHANNEL_MENU, NULL);
}

void
weir_channel_menu_set_channel (WeirChannelMenu *self, WeirObserver *observer, WeirChannel *channel)
{
  g_set_object (&self->observer, observer);
  if (g_set_object (&self->channel, channel))
    gtk_popover_popdown (GTK_POPOVER (self));
  weir_channel_menu_refresh (self);
}
