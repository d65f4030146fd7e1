/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref-dialog.h"

#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-format.h"
#include "weir-key-veil.h"
#include "weir-line-bound.h"
#include "weir-ref-text.h"
#include "weir-source-style.h"
#include "weir-taking.h"
#include "weir-text-scale.h"
#include "weir-tone.h"

struct _WeirRefDialog
{
  AdwWindow parent_instance;

  GtkButton *open_button;
  GtkTextView *text;
  GtkWidget *hint;
  GtkLabel *problem;
  AdwPreferencesGroup *found;
  AdwComboRow *choice;
  AdwActionRow *channel_row;
  AdwActionRow *end_row;
  AdwActionRow *key_row;
  GtkToggleButton *keys_button;
  GtkBox *outlook;
  GtkLabel *headline;
  GtkLabel *explanation;

  WeirObserver *observer;
  WeirKeyVeil *veil; /* of the text */
  GPtrArray *refs;   /* of WeirRef */
  gboolean is_for_call;
  WeirDirection direction; /* for a call */
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirRefDialog, weir_ref_dialog, ADW_TYPE_WINDOW)

const WeirRef *
weir_ref_dialog_get_ref (WeirRefDialog *self)
{
  guint i = adw_combo_row_get_selected (self->choice);

  return i < self->refs->len ? g_ptr_array_index (self->refs, i) : NULL;
}

/* --- what was pasted --- */

static const char *
describe_direction (WeirDirection direction)
{
  return direction == WEIR_DIRECTION_WRITE ? _ ("writer") : _ ("reader");
}

/* A few characters, so that two can be told apart, and no right to anything. */
static char *
mask_key (const char *key)
{
  return g_strdup_printf ("%.4s••••", strlen (key) > 12 ? key : "");
}

static void
show_outlook (WeirRefDialog *self, const WeirRef *ref)
{
  g_autoptr (WeirTaking) taking = weir_taking_new (self->observer, ref);
  gboolean is_bad = taking->kind != WEIR_TAKING_FREE && taking->kind != WEIR_TAKING_UNSEEN;

  gtk_label_set_label (self->headline, taking->headline);
  gtk_label_set_label (self->explanation, taking->text);
  weir_tone_set (GTK_WIDGET (self->headline), is_bad ? WEIR_TONE_ERROR : WEIR_TONE_WARNING);
}

/* Why the chosen ref will not do; NULL: it will. */
static const char *
get_objection (WeirRefDialog *self, const WeirRef *ref)
{
  if (!self->is_for_call || ref->direction == self->direction)
    return NULL;
  return self->direction == WEIR_DIRECTION_READ ? _ ("This is a writer’s ref, and the function wants a reader")
                                                : _ ("This is a reader’s ref, and the function wants a writer");
}

static void
show_problem (WeirRefDialog *self, const char *text)
{
  gtk_label_set_label (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void
refused_cb (gpointer user_data)
{
  show_problem (user_data, _ ("A line of more than 16 KiB is not taken here: paste the part that holds the ref"));
}

static void
update_cb (WeirRefDialog *self)
{
  const WeirRef *ref = weir_ref_dialog_get_ref (self);
  const char *objection = ref != NULL ? get_objection (self, ref) : NULL;
  gboolean shows_key = gtk_toggle_button_get_active (self->keys_button);
  g_autofree char *key = ref == NULL ? NULL : shows_key ? g_strdup (ref->access_key) : mask_key (ref->access_key);

  gtk_widget_set_visible (GTK_WIDGET (self->found), ref != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->outlook), ref != NULL && !self->is_for_call);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.open", ref != NULL && objection == NULL);
  if (ref == NULL)
    return;
  show_problem (self, objection);
  adw_action_row_set_subtitle (self->channel_row, ref->channel_id);
  adw_action_row_set_subtitle (self->end_row, describe_direction (ref->direction));
  adw_action_row_set_subtitle (self->key_row, key);
  if (!self->is_for_call)
    show_outlook (self, ref);
}

static void
keys_cb (WeirRefDialog *self)
{
  weir_key_veil_set_lifted (self->veil, gtk_toggle_button_get_active (self->keys_button));
  update_cb (self);
}

static void
fill_choice (WeirRefDialog *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->refs->len; i++)
    {
      const WeirRef *ref = g_ptr_array_index (self->refs, i);
      g_autofree char *id = weir_format_short_id (ref->channel_id);
      g_autofree char *text = g_strdup_printf (_ ("%s of %s"), describe_direction (ref->direction), id);

      gtk_string_list_append (list, text);
    }
  adw_combo_row_set_model (self->choice, G_LIST_MODEL (list));
  gtk_widget_set_visible (GTK_WIDGET (self->choice), self->refs->len > 1);
}

static void
pasted_cb (WeirRefDialog *self)
{
  g_autofree char *text = weir_key_veil_dup_text (self->veil);
  g_autoptr (GError) error = NULL;
  GPtrArray *refs;

  refs = weir_ref_text_find (text, &error);
  g_ptr_array_set_size (self->refs, 0);
  if (refs != NULL)
    {
      g_ptr_array_unref (self->refs);
      self->refs = refs;
    }
  show_problem (self, refs == NULL && *g_strstrip (text) != '\0' ? error->message : NULL);
  fill_choice (self);
  update_cb (self);
}

static void
open_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirRefDialog *self = WEIR_REF_DIALOG (widget);

  if (weir_ref_dialog_get_ref (self) == NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0);
  gtk_window_close (GTK_WINDOW (self));
}

/* What is known may change while one reads: somebody connects. */
static void
observer_updated_cb (WeirRefDialog *self)
{
  const WeirRef *ref = weir_ref_dialog_get_ref (self);

  if (ref != NULL && !self->is_for_call)
    show_outlook (self, ref);
}

/* --- GObject --- */

static void
weir_ref_dialog_dispose (GObject *object)
{
  WeirRefDialog *self = WEIR_REF_DIALOG (object);

  g_clear_object (&self->observer);
  g_clear_pointer (&self->veil, weir_key_veil_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_REF_DIALOG);
  G_OBJECT_CLASS (weir_ref_dialog_parent_class)->dispose (object);
}

static void
weir_ref_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_REF_DIALOG (object)->refs);
  G_OBJECT_CLASS (weir_ref_dialog_parent_class)->finalize (object);
}

static void
weir_ref_dialog_class_init (WeirRefDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_ref_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_ref_dialog_finalize;
  signals[SIGNAL_CHOSEN] =
      g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "dialog.open", NULL, open_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-ref-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, open_button);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, text);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, found);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, choice);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, channel_row);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, key_row);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, keys_button);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, outlook);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, headline);
  gtk_widget_class_bind_template_child (widget_class, WeirRefDialog, explanation);
  gtk_widget_class_bind_template_callback (widget_class, update_cb);
  gtk_widget_class_bind_template_callback (widget_class, keys_cb);
}

static void
weir_ref_dialog_init (WeirRefDialog *self)
{
  self->refs = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_ref_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_text_scale_window (GTK_WINDOW (self));
  weir_focus_take_key (GTK_WIDGET (self), GDK_KEY_Return, GDK_CONTROL_MASK, "dialog.open");
  weir_focus_grab_once_shown (GTK_WIDGET (self->text));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.open", FALSE);
  weir_line_bound_add (gtk_text_view_get_buffer (self->text), refused_cb, self); /* what is refused is not recorded */
  self->veil = weir_key_veil_new (gtk_text_view_get_buffer (self->text)); /* hears of changes first */
  weir_source_style_break_plainly (self->text);
  g_signal_connect_object (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (pasted_cb), self,
                           G_CONNECT_SWAPPED);
}

static WeirRefDialog *
new_dialog (GtkWindow *parent, WeirObserver *observer)
{
  WeirRefDialog *self = g_object_new (WEIR_TYPE_REF_DIALOG, "transient-for", parent, NULL);

  self->observer = g_object_ref (observer);
  g_signal_connect_object (observer, "updated", G_CALLBACK (observer_updated_cb), self, G_CONNECT_SWAPPED);
  return self;
}

GtkWidget *
weir_ref_dialog_new (GtkWindow *parent, WeirObserver *observer, const WeirRef *ref)
{
  WeirRefDialog *self = new_dialog (parent, observer);

  if (ref != NULL)
    {
      gtk_widget_set_visible (gtk_widget_get_ancestor (GTK_WIDGET (self->text), GTK_TYPE_SCROLLED_WINDOW), FALSE);
      gtk_widget_set_visible (self->hint, FALSE);
      g_ptr_array_add (self->refs, weir_ref_copy (ref));
      fill_choice (self);
      update_cb (self);
    }
  return GTK_WIDGET (self);
}

GtkWidget *
weir_ref_dialog_new_for_call (GtkWindow *parent, WeirObserver *observer, WeirDirection direction)
{
  WeirRefDialog *self = new_dialog (parent, observer);

  self->is_for_call = TRUE;
  self->direction = direction;
  gtk_window_set_title (GTK_WINDOW (self), _ ("Give a Ref to the Function"));
  gtk_button_set_label (self->open_button, _ ("Use"));
  return GTK_WIDGET (self);
}
