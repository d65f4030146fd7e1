/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-page-private.h"

#include "weir-weak-ref.h"

/* How long a change may be lost by a crash. */
#define NOTE_MS 1000

/* What stands on the page: as it is, for as long as the window is there. */
typedef struct
{
  char *function_id;
  char *payload;
  guint timeout_ms;
  gboolean is_void;
  WeirSendSetup *setup;
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_free (form->function_id);
  g_free (form->payload);
  g_object_unref (form->setup);
  g_free (form);
}

static Form *
form_new (WeirSendPage *self)
{
  Form *form = g_new0 (Form, 1);

  form->function_id = g_strdup (weir_trigger_pane_get_function (self->trigger));
  form->payload = weir_trigger_pane_dup_payload (self->trigger);
  form->timeout_ms = weir_trigger_pane_get_timeout_ms (self->trigger);
  form->is_void = weir_trigger_pane_is_void (self->trigger);
  form->setup = weir_send_setup_copy (self->setup);
  return form;
}

static void
form_show (Form *form, WeirSendPage *self)
{
  weir_trigger_pane_fill (self->trigger, form->function_id, form->payload, form->timeout_ms, form->is_void);
  weir_send_setup_assign (self->setup, form->setup);
  weir_send_page_follow_trigger (self);
}

/* Whether all is as on a page that nobody has touched. */
static gboolean
is_blank (WeirSendPage *self)
{
  g_autoptr (WeirSendSetup) blank = NULL;
  g_autofree char *settings = NULL, *blank_settings = NULL;

  if (weir_send_page_has_function (self) || !weir_trigger_pane_is_untouched (self->trigger))
    return FALSE;
  blank = weir_send_setup_new ();
  blank_settings = weir_send_setup_to_text (blank);
  settings = weir_send_setup_to_text (self->setup);
  return g_str_equal (settings, blank_settings);
}

/* What is kept is kept by. Two connections may differ in what follows a "?" alone, which may hold a token, and is not
 * written down. (transfer full) */
static char *
dup_place (WeirConnection *connection)
{
  const char *url = weir_observer_get_url (weir_connection_get_observer (connection));
  g_autofree char *sum = NULL;

  if (strchr (url, '?') == NULL)
    return g_strdup (url);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  return g_strdup_printf ("%s #%.8s", weir_connection_get_shown_url (connection), sum);
}

/* --- keeping it --- */

static void
keep_draft (WeirSendPage *self)
{
  g_autoptr (WeirSendEntry) draft = NULL;
  g_autofree char *place = NULL, *payload = NULL, *settings = NULL;

  g_clear_handle_id (&self->note, g_source_remove);
  if (self->connection == NULL)
    return;
  if (!is_blank (self))
    {
      payload = weir_trigger_pane_dup_payload (self->trigger);
      settings = weir_send_setup_to_text (self->setup);
      draft = weir_send_entry_new (weir_trigger_pane_get_function (self->trigger), payload,
                                   weir_trigger_pane_get_timeout_ms (self->trigger),
                                   weir_trigger_pane_is_void (self->trigger), settings, 0, "draft", 0);
    }
  place = dup_place (self->connection);
  weir_send_drafts_set (self->drafts, place, draft);
}

static gboolean
note_cb (gpointer user_data)
{
  WeirSendPage *self = user_data;

  self->note = 0;
  keep_draft (self);
  return G_SOURCE_REMOVE;
}

void
weir_send_page_note_change (WeirSendPage *self)
{
  if (self->note == 0 && self->connection != NULL)
    self->note = g_timeout_add (NOTE_MS, note_cb, self);
}

void
weir_send_page_save (WeirSendPage *self)
{
  g_return_if_fail (WEIR_IS_SEND_PAGE (self));

  if (self->note != 0)
    keep_draft (self);
}

void
weir_send_page_leave_form (WeirSendPage *self)
{
  if (self->connection == NULL)
    return;
  weir_send_page_save (self);
  g_hash_table_replace (self->forms, dup_place (self->connection), form_new (self));
}

/* --- showing it again --- */

/* What somebody has begun since the start is not replaced. */
static void
show_draft (WeirSendPage *self, WeirSendEntry *draft, gboolean may_replace)
{
  gboolean is_same =
      g_str_equal (weir_send_entry_get_function_id (draft), weir_trigger_pane_get_function (self->trigger));

  if (may_replace || is_blank (self) || (is_same && weir_trigger_pane_is_untouched (self->trigger)))
    weir_trigger_pane_refill (self->trigger, draft);
  else
    weir_trigger_pane_add_draft (self->trigger, weir_send_entry_get_function_id (draft),
                                 weir_send_entry_get_payload (draft));
}

void
weir_send_page_enter_form (WeirSendPage *self, gboolean was_shown)
{
  g_autofree char *place = self->connection != NULL ? dup_place (self->connection) : NULL;
  Form *form = place != NULL ? g_hash_table_lookup (self->forms, place) : NULL;
  WeirSendEntry *draft = place != NULL && self->has_drafts ? weir_send_drafts_get (self->drafts, place) : NULL;

  if (form != NULL)
    form_show (form, self);
  else if (draft != NULL)
    {
      g_autoptr (WeirSendEntry) kept = g_object_ref (draft);

      show_draft (self, kept, was_shown);
    }
}

/* --- the drafts --- */

static void
say_problem (WeirSendPage *self, const GError *error)
{
  weir_send_page_toast (self, error->message);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSendPage) self = weir_weak_ref_take (user_data);
  g_autoptr (GError) error = NULL;
  gboolean is_read = weir_send_drafts_load_finish (WEIR_SEND_DRAFTS (object), result, &error);

  if (self == NULL || self->drafts == NULL) /* the page has gone */
    return;
  if (!is_read)
    say_problem (self, error);
  self->has_drafts = TRUE;
  weir_send_page_enter_form (self, FALSE);
}

/* All windows have the same. */
static WeirSendDrafts *
dup_drafts (gboolean *is_new)
{
  static GWeakRef shared;
  WeirSendDrafts *drafts = g_weak_ref_get (&shared);
  g_autoptr (GFile) file = NULL;

  *is_new = drafts == NULL;
  if (drafts != NULL)
    return drafts;
  file = g_file_new_build_filename (g_get_user_data_dir (), "weir", "drafts.json", NULL);
  drafts = weir_send_drafts_new (file);
  g_weak_ref_set (&shared, drafts);
  return drafts;
}

void
weir_send_page_open_forms (WeirSendPage *self)
{
  gboolean is_new;

  self->forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, form_free);
  self->drafts = dup_drafts (&is_new);
  self->has_drafts = !is_new;
  g_signal_connect_object (self->drafts, "failed", G_CALLBACK (say_problem), self, G_CONNECT_SWAPPED);
  if (is_new)
    weir_send_drafts_load_async (self->drafts, NULL, loaded_cb, weir_weak_ref_new (self));
}

void
weir_send_page_close_forms (WeirSendPage *self)
{
  if (self->drafts == NULL)
    return;
  weir_send_page_save (self);
  g_signal_handlers_disconnect_by_data (self->drafts, self);
  g_clear_object (&self->drafts);
  g_clear_pointer (&self->forms, g_hash_table_unref);
}
