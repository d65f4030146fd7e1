/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-menu.h"

#include <glib/gi18n.h>

#include "weir-channel-acts.h"
#include "weir-peer-name.h"
#include "weir-text-scale.h"

#define N_ITEMS 10

/* A line's where text is large. */
#define LARGE_CHARS 22

struct _WeirChannelMenu
{
  GtkPopover parent_instance;

  GtkBox *box;
  GtkWidget *no_rights; /* why most cannot be used, and what would mend it */
  GtkLabel *reason;
  GtkWidget *give_token;
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

/* As `--permit` takes them */
static char *
dup_right_names (WeirRights rights)
{
  static const struct
  {
    WeirRights right;
    const char *name;
  } rows[] = {
    { WEIR_RIGHT_SEE, "see" },
    { WEIR_RIGHT_READ, "read" },
    { WEIR_RIGHT_REVEAL, "reveal" },
    { WEIR_RIGHT_INTERFERE, "interfere" },
  };
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rights & rows[i].right)
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", rows[i].name);
  return g_string_free (names, FALSE);
}

/* NULL: what takes @wanted is permitted. @is_all: it is said of the menu, and not of one item. */
static char *
dup_no_right (WeirChannelMenu *self, WeirRights wanted, gboolean is_all)
{
  WeirRights rights = wanted != 0 ? weir_observer_get_rights (self->observer, self->channel) : 0;
  g_autofree char *point = weir_peer_name (weir_channel_get_point (self->channel));
  g_autofree char *names = dup_right_names (rights | wanted);

  if ((wanted & ~rights) == 0)
    return NULL;
  if (rights == 0)
    return g_strdup (_ ("What watches this channel is not connected."));
  /* Translators: who watches the channel, and a list that is not translated */
  return g_strdup_printf (is_all ? _ ("%s does not permit all of this. Start it with --permit=%s, or give the token of "
                                      "its --point-token-file.")
                                 : _ ("%s does not permit this. Start it with --permit=%s, or give the token of its "
                                      "--point-token-file."),
                          point, names);
}

/* NULL: it may be used. */
static char *
dup_why_not (WeirChannelMenu *self, guint i)
{
  char *no_right = dup_no_right (self, items[i].right, FALSE);

  if (no_right != NULL)
    return no_right;
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

/* A tooltip is for who has a pointer and looks for it: so it stands in the menu, too. */
static void
weir_channel_menu_refresh_reason (WeirChannelMenu *self)
{
  g_autofree char *reason = dup_no_right (self, WEIR_RIGHT_REVEAL | WEIR_RIGHT_INTERFERE, TRUE);
  gboolean is_live = weir_observer_get_rights (self->observer, self->channel) != 0;

  gtk_widget_set_visible (self->no_rights, reason != NULL);
  gtk_widget_set_visible (self->give_token, reason != NULL && is_live);
  if (reason == NULL || g_str_equal (gtk_label_get_text (self->reason), reason))
    return;
  gtk_label_set_text (self->reason, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->give_token), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason, -1);
}

static void
weir_channel_menu_refresh_all (WeirChannelMenu *self)
{
  if (self->channel == NULL || self->observer == NULL)
    return;
  weir_channel_menu_refresh_reason (self);
  for (guint i = 0; i < N_ITEMS; i++)
    weir_channel_menu_refresh_item (self, i);
}

void
weir_channel_menu_refresh (WeirChannelMenu *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    weir_channel_menu_refresh_all (self);
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

static void
give_token_cb (WeirChannelMenu *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.give-token", NULL);
}

static GtkWidget *
no_rights_new (WeirChannelMenu *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->reason = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->reason, TRUE);
  gtk_label_set_wrap_mode (self->reason, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (self->reason, 36);
  gtk_label_set_xalign (self->reason, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->reason), "reason");
  gtk_widget_add_css_class (GTK_WIDGET (self->reason), "tone-secondary");
  self->give_token = gtk_button_new_with_label (_ ("Give a Token…"));
  gtk_widget_set_halign (gtk_button_get_child (GTK_BUTTON (self->give_token)), GTK_ALIGN_START);
  gtk_widget_add_css_class (self->give_token, "flat");
  g_signal_connect_swapped (self->give_token, "clicked", G_CALLBACK (give_token_cb), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->reason));
  gtk_box_append (GTK_BOX (box), self->give_token);
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_widget_set_visible (box, FALSE);
  return box;
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

/* A popover is as wide as what it says, be the window wider or not. */
static void
weir_channel_menu_fit (WeirChannelMenu *self)
{
  gboolean is_large = weir_text_scale_is_large (GTK_WIDGET (self));

  for (guint i = 0; i < N_ITEMS; i++)
    {
      GtkLabel *label = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->items[i])));

      gtk_label_set_wrap (label, is_large);
      gtk_label_set_max_width_chars (label, is_large ? LARGE_CHARS : -1);
    }
}

/* Before it is shown, which gives the first item that can be used the focus. */
static void
weir_channel_menu_show (GtkWidget *widget)
{
  WeirChannelMenu *self = WEIR_CHANNEL_MENU (widget);

  weir_channel_menu_fit (self);
  weir_channel_menu_refresh_all (self);
  GTK_WIDGET_CLASS (weir_channel_menu_parent_class)->show (widget);
}

static void
weir_channel_menu_class_init (WeirChannelMenuClass *klass)
{
  GTK_WIDGET_CLASS (klass)->show = weir_channel_menu_show;
  G_OBJECT_CLASS (klass)->dispose = weir_channel_menu_dispose;
}

static void
weir_channel_menu_init (WeirChannelMenu *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  self->no_rights = no_rights_new (self);
  gtk_box_append (self->box, self->no_rights);
  for (guint i = 0; i < N_ITEMS; i++)
    weir_channel_menu_add_item (self, i);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->box));
  gtk_widget_add_css_class (GTK_WIDGET (self), "channel-menu");
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
