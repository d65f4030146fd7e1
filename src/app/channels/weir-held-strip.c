/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-held-strip.h"

#include <glib/gi18n.h>

#include "weir-channel-acts.h"
#include "weir-format.h"
#include "weir-peer-name.h"
#include "weir-settings.h"

struct _WeirHeldStrip
{
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkLabel *label;
  GtkWidget *let_go;

  WeirObserver *observer;
  WeirChannel *channel;
};

G_DEFINE_FINAL_TYPE (WeirHeldStrip, weir_held_strip, GTK_TYPE_WIDGET)

/* Our own first: that is what can be let go here. */
static const WeirShapeInfo *
find_shape (const WeirChannelInfo *info)
{
  for (guint i = 0; info->shapes != NULL && i < info->shapes->len; i++)
    if (((WeirShapeInfo *) info->shapes->pdata[i])->is_ours)
      return info->shapes->pdata[i];
  return info->shapes != NULL && info->shapes->len > 0 ? info->shapes->pdata[0] : NULL;
}

static char *
dup_text (WeirChannel *channel, const WeirShapeInfo *shape, gint64 now_us)
{
  g_autofree char *length =
      weir_format_duration (MAX (0, now_us - weir_channel_to_local_us (channel, shape->since_ms)));
  g_autofree char *rate = weir_format_rate (shape->rate_bytes_per_s, weir_settings_get_units ());
  g_autofree char *who =
      shape->worker_name != NULL ? weir_peer_name (shape->worker_name) : g_strdup (_ ("Another Weir"));

  if (shape->is_ours)
    return shape->pause ? g_strdup_printf (_ ("You hold this channel: %s"), length)
                        : g_strdup_printf (_ ("You slow this channel to %s: %s"), rate, length);
  return shape->pause ? g_strdup_printf (_ ("%s holds this channel: %s"), who, length)
                      : g_strdup_printf (_ ("%s slows this channel to %s: %s"), who, rate, length);
}

static void
let_go_cb (WeirHeldStrip *self)
{
  if (self->observer != NULL && self->channel != NULL)
    weir_channel_act_let_go (GTK_WIDGET (self), self->observer, self->channel);
}

static void
weir_held_strip_dispose (GObject *object)
{
  WeirHeldStrip *self = WEIR_HELD_STRIP (object);

  g_clear_object (&self->observer);
  g_clear_object (&self->channel);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_HELD_STRIP);
  G_OBJECT_CLASS (weir_held_strip_parent_class)->dispose (object);
}

static void
weir_held_strip_class_init (WeirHeldStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_held_strip_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-held-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirHeldStrip, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldStrip, label);
  gtk_widget_class_bind_template_child (widget_class, WeirHeldStrip, let_go);
  gtk_widget_class_bind_template_callback (widget_class, let_go_cb);
  gtk_widget_class_set_css_name (widget_class, "weirheld");
}

static void
weir_held_strip_init (WeirHeldStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
weir_held_strip_show (WeirHeldStrip *self, WeirObserver *observer, WeirChannel *channel, gint64 now_us)
{
  const WeirShapeInfo *shape = find_shape (weir_channel_get_info (channel));
  gboolean is_ours = shape != NULL && shape->is_ours && !weir_channel_is_stale (channel);
  g_autofree char *text = NULL;

  g_set_object (&self->observer, observer);
  g_set_object (&self->channel, channel);
  gtk_widget_set_visible (GTK_WIDGET (self), shape != NULL);
  gtk_widget_set_visible (self->let_go, is_ours);
  if (shape == NULL)
    return;
  text = dup_text (channel, shape, now_us);
  if (g_strcmp0 (gtk_label_get_label (self->label), text) != 0)
    gtk_label_set_label (self->label, text);
}
