/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page-private.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-peer-name.h"

/* Characters of a function's id, and of a channel's name: a sentence is no place for more. */
#define MAX_FUNCTION 60
#define MAX_CHANNEL  20

/* --- what goes where --- */

/* "“in” and “out”"; (nullable): one has no name */
static char *
dup_two_names (const char *first, const char *second)
{
  g_autofree char *one = weir_peer_name_cut (first, MAX_CHANNEL), *other = weir_peer_name_cut (second, MAX_CHANNEL);

  if (*first == '\0' || *second == '\0')
    return NULL;
  /* Translators: the names of two channels */
  return g_strdup_printf (_ ("“%s” and “%s”"), one, other);
}

/* @names: (element-type char): of the channels that the same is written into. NULL: it is one */
static char *
describe_targets (GPtrArray *names)
{
  g_autofree char *two = names->len == 2 ? dup_two_names (names->pdata[0], names->pdata[1]) : NULL;

  if (names->len < 2)
    return NULL;
  if (two != NULL)
    return g_strdup_printf (_ ("It goes into both channels, %s, the same into each."), two);
  if (names->len == 2)
    return g_strdup (_ ("It goes into both channels, the same into each."));
  return g_strdup_printf (
      ngettext ("It goes into %u channel.", "It goes into all %u channels, the same into each.", names->len),
      names->len);
}

/* Of what is set: those that a press of the button would write into. */
static GPtrArray *
list_new_targets (WeirSendPage *self)
{
  GPtrArray *names = g_ptr_array_new ();
  gboolean for_call = weir_send_page_has_function (self);

  for (guint i = 0; i < weir_send_setup_get_n_channels (self->setup); i++)
    {
      const WeirChannelSetup *channel = weir_send_setup_get_channel (self->setup, i);

      if (weir_channel_setup_writes (channel) && (!for_call || weir_channel_setup_is_for_call (channel)))
        g_ptr_array_add (names, channel->name);
    }
  return names;
}

static GPtrArray *
list_open_targets (GPtrArray *writers)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < writers->len; i++)
    g_ptr_array_add (names, (gpointer) weir_held_channel_get_name (writers->pdata[i]));
  return names;
}

/* With a function that is written to there are new channels to speak of; what goes into those that are open is said at
 * the buttons. */
static void
update_targets (WeirSendPage *self, GPtrArray *writers)
{
  gboolean is_new =
      writers->len == 0 || (weir_send_page_has_function (self) && weir_send_setup_is_written_into (self->setup, TRUE));
  g_autoptr (GPtrArray) names = is_new ? list_new_targets (self) : list_open_targets (writers);
  g_autofree char *text = describe_targets (names);

  weir_writing_pane_set_targets (self->writing, names->len, text);
}

/* --- what the buttons do --- */

/* NULL: there is nothing to write into. @button: what it is called */
static char *
describe_again (GPtrArray *writers, const char *button)
{
  g_autofree char *id = writers->len > 0 ? weir_format_short_id (weir_held_channel_get_id (writers->pdata[0])) : NULL;

  if (writers->len == 0)
    return NULL;
  if (writers->len == 1)
    return g_strdup_printf (_ ("“%s” writes into channel %s, which is open."), button, id);
  return g_strdup_printf (ngettext ("“%s” writes into the channel that is open.",
                                    "“%s” writes into all %u channels that are open.", writers->len),
                          button, writers->len);
}

/* NULL: it is the only one, and says itself what it does. */
static char *
describe_trigger (WeirSendPage *self)
{
  const char *button = adw_split_button_get_label (self->send_button);
  g_autofree char *function = weir_peer_name_cut (weir_trigger_pane_get_function (self->trigger), MAX_FUNCTION);

  g_autoptr (GPtrArray) targets = list_new_targets (self);

  if (!gtk_widget_get_visible (GTK_WIDGET (self->send_button)))
    return NULL;
  if (targets->len > 0)
    return g_strdup_printf (ngettext ("“%s” calls %s, and writes into its new channel.",
                                      "“%s” calls %s, and writes into its new channels.", targets->len),
                            button, function);
  return g_strdup_printf (_ ("“%s” calls %s."), button, function);
}

static void
update_hint (WeirSendPage *self, GPtrArray *writers)
{
  gboolean is_running = weir_send_page_get_state (self) == WEIR_SESSION_RUNNING;
  g_autofree char *again = is_running ? describe_again (writers, gtk_button_get_label (self->again_button)) : NULL;
  g_autofree char *trigger = is_running ? describe_trigger (self) : NULL;
  g_autofree char *both = again != NULL && trigger != NULL ? g_strdup_printf ("%s %s", again, trigger) : NULL;
  const char *text = both != NULL ? both : again != NULL ? again : trigger;

  gtk_label_set_label (self->hint, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), text != NULL);
}

/* --- what goes on elsewhere --- */

static void
update_elsewhere (WeirSendPage *self)
{
  WeirConnection *other = weir_send_activities_find_other (self->activities, self->connection);
  WeirSendActivity *activity = weir_send_activities_get (self->activities, other);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->elsewhere, other != NULL);
  if (other == NULL)
    return;
  text = g_strdup_printf (weir_send_session_is_writing (activity->session) ? _ ("Sending goes on at %s.")
                                                                           : _ ("Ends of channels are held at %s."),
                          weir_connection_get_title (other));
  gtk_label_set_label (self->elsewhere_label, text);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->elsewhere_button), "s",
                                    weir_observer_get_url (weir_connection_get_observer (other)));
}

void
weir_send_page_update_words (WeirSendPage *self, GPtrArray *writers)
{
  update_targets (self, writers);
  update_hint (self, writers);
  update_elsewhere (self);
}
