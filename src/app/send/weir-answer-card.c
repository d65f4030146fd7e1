/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-answer-card.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-json-view.h"
#include "weir-key-mask.h"
#include "weir-describe-error.h"
#include "weir-peer-name.h"
#include "weir-preview.h"
#include "weir-tone.h"

/* While an answer is awaited its time counts on so often. */
#define TICK_MS 100

/* Characters of an error that are shown: a label lays out all that it is given. What is copied has all of them. */
#define MAX_SHOWN 4000

struct _WeirAnswerCard
{
  GtkWidget parent_instance;

  GtkStack *icons;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *duration;
  GtkLabel *time;
  GtkButton *stop_button;
  GtkWidget *answer;
  WeirJsonView *view;
  GtkWidget *error;
  GtkLabel *code;
  GtkLabel *message;
  GtkLabel *remedy;

  WeirCall *call; /* nullable */
  char *said;     /* nullable: an error's words, all of them */
  guint ticker;
};

G_DEFINE_FINAL_TYPE (WeirAnswerCard, weir_answer_card, GTK_TYPE_WIDGET)

/* --- words --- */

/* Nothing is wrong yet: it may only take longer than it was given. */
static gboolean
is_timed_out (WeirCall *call)
{
  return g_error_matches (weir_call_get_error (call), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
}

static char *
dup_unanswered_title (WeirCall *call, const char *id)
{
  g_autofree char *limit = weir_format_duration (weir_call_get_timeout_ms (call) * G_GINT64_CONSTANT (1000));

  /* Translators: a function, and a time: "demo::stall has not answered in 30 s" */
  return g_strdup_printf (_ ("%s has not answered in %s"), id, limit);
}

static char *
dup_title (WeirCall *call)
{
  g_autofree char *id = weir_peer_name (weir_call_get_function_id (call));

  switch (weir_call_get_state (call))
    {
    case WEIR_CALL_ANSWERED:
      return g_strdup_printf (weir_call_is_late (call) ? _ ("%s returned late") : _ ("%s returned"), id);
    case WEIR_CALL_SENT:
      return g_strdup_printf (_ ("%s was called"), id);
    case WEIR_CALL_FAILED:
      if (is_timed_out (call))
        return dup_unanswered_title (call, id);
      return g_strdup_printf (weir_call_is_late (call) ? _ ("%s failed late") : _ ("%s failed"), id);
    case WEIR_CALL_ABANDONED:
      return g_strdup_printf (_ ("%s may still run"), id);
    case WEIR_CALL_READY:
    case WEIR_CALL_RUNNING:
    default:
      return g_strdup_printf (_ ("%s runs…"), id);
    }
}

/* What one can do about an error that a function or an engine gave. */
static const char *
find_remedy_of_code (const char *code)
{
  static const struct
  {
    const char *code;
    const char *remedy;
  } rows[] = {
    { "function_not_found",
      N_ ("No worker has registered it now. Start its worker, or choose another on the Functions page.") },
    { "invocation_stopped", N_ ("Its worker left before it answered: see what that worker says.") },
    { "invocation_failed", N_ ("Its code threw an error: see what its worker says.") },
    { "deserialization_error", N_ ("The payload is not what it takes: compare it with the schema.") },
    { "FORBIDDEN", N_ ("The engine does not let this connection call it.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (code, rows[i].code) == 0)
      return _ (rows[i].remedy);
  return _ ("The function says so itself: see what its worker says.");
}

static const char *
find_remedy (WeirCall *call)
{
  const GError *error = weir_call_get_error (call);

  if (error->domain != WEIR_WORKER_ERROR)
    return "";
  switch ((WeirWorkerError) error->code)
    {
    case WEIR_WORKER_ERROR_REMOTE:
      return find_remedy_of_code (weir_worker_error_get_code (error));
    case WEIR_WORKER_ERROR_TIMED_OUT:
      if (weir_call_awaits_late (call))
        return _ ("Engines set no limit: it may still run, and its answer is shown here if it comes. See on the "
                  "Channels page what it waits for.");
      return _ ("Engines set no limit: it may still run, but its answer cannot come to here any more. Wait longer, or "
                "see on the Channels page what it waits for.");
    case WEIR_WORKER_ERROR_NOT_CONNECTED:
    case WEIR_WORKER_ERROR_STOPPED:
      return _ ("It may have run all the same. Trigger it again when the connection is back.");
    case WEIR_WORKER_ERROR_TOO_LARGE:
      return _ ("Write the bulk of it into a channel, and pass the reader.");
    case WEIR_WORKER_ERROR_BAD_ANSWER:
    case WEIR_WORKER_ERROR_NOBODY_LISTENS:
    case WEIR_WORKER_ERROR_WANTS_TOKEN:
    case WEIR_WORKER_ERROR_WRONG_TOKEN:
    case WEIR_WORKER_ERROR_NO_GREETING:
    case WEIR_WORKER_ERROR_NO_WEBSOCKET:
    case WEIR_WORKER_ERROR_NAME_TAKEN:
    case WEIR_WORKER_ERROR_FULL:
    case WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY:
    case WEIR_WORKER_ERROR_BAD_CERTIFICATE:
    default:
      return "";
    }
}

/* --- parts --- */

static void
show_error (WeirAnswerCard *self)
{
  const GError *error = weir_call_get_error (self->call);
  const char *code = weir_worker_error_get_code (error);
  g_autofree char *described = code != NULL ? weir_describe_more (code, error->message) : weir_describe_error (error);
  g_autofree char *shown = NULL, *shown_code = code != NULL ? weir_preview_text (code, MAX_SHOWN) : NULL;
  const char *remedy = find_remedy (self->call);

  g_free (self->said);
  self->said = weir_key_mask_text (described != NULL ? described : ""); /* it may hold what a worker was given */
  shown = weir_preview_text (self->said, MAX_SHOWN);
  gtk_label_set_text (self->code, shown_code != NULL ? shown_code : "");
  gtk_widget_set_visible (GTK_WIDGET (self->code), code != NULL);
  gtk_label_set_text (self->message, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *shown != '\0');
  gtk_label_set_text (self->remedy, remedy);
  gtk_widget_set_visible (GTK_WIDGET (self->remedy), *remedy != '\0');
}

static const char *
choose_icon (WeirCall *call)
{
  WeirCallState state = weir_call_get_state (call);

  if (is_timed_out (call))
    return "dialog-warning-symbolic";
  if (state == WEIR_CALL_FAILED)
    return "dialog-error-symbolic";
  if (state == WEIR_CALL_SENT) /* whether it went well is not known */
    return "document-send-symbolic";
  return state == WEIR_CALL_ABANDONED ? "dialog-question-symbolic" : "object-select-symbolic";
}

static WeirTone
choose_tone (WeirCall *call)
{
  WeirCallState state = weir_call_get_state (call);

  if (is_timed_out (call))
    return WEIR_TONE_WARNING;
  if (state == WEIR_CALL_FAILED)
    return WEIR_TONE_ERROR;
  return state == WEIR_CALL_ABANDONED || state == WEIR_CALL_SENT ? WEIR_TONE_SECONDARY : WEIR_TONE_GOOD;
}

static char *
describe_late (WeirCall *call, const char *duration)
{
  g_autofree char *limit = weir_format_duration (weir_call_get_timeout_ms (call) * G_GINT64_CONSTANT (1000));

  /* Translators: two times: “after 45.2 s, waited for 30 s” */
  return g_strdup_printf (_ ("after %s, waited for %s"), duration, limit);
}

static char *
describe_duration (WeirCall *call)
{
  g_autofree char *delta = weir_format_delta_fine (weir_call_get_duration_us (call));
  g_autofree char *age = weir_format_age (weir_call_get_duration_us (call));

  if (weir_call_get_state (call) == WEIR_CALL_SENT) /* how long the function takes nobody tells */
    return g_strdup (_ ("not waited for: no answer will come"));
  if (weir_call_get_state (call) <= WEIR_CALL_RUNNING)
    return g_strdup_printf (_ ("for %s"), age);
  if (weir_call_is_late (call))
    return describe_late (call, *delta == '+' ? delta + 1 : delta);
  return g_strdup_printf (_ ("after %s"), *delta == '+' ? delta + 1 : delta);
}

static void
update_duration (WeirAnswerCard *self)
{
  g_autofree char *text = describe_duration (self->call);

  gtk_label_set_text (self->duration, text);
}

static gboolean
tick_cb (gpointer user_data)
{
  update_duration (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update_ticker (WeirAnswerCard *self)
{
  gboolean runs = self->call != NULL && weir_call_get_state (self->call) == WEIR_CALL_RUNNING &&
                  gtk_widget_get_mapped (GTK_WIDGET (self));

  if (runs && self->ticker == 0)
    self->ticker = g_timeout_add (TICK_MS, tick_cb, self);
  else if (!runs)
    g_clear_handle_id (&self->ticker, g_source_remove);
}

static void
update (WeirAnswerCard *self)
{
  WeirCallState state = weir_call_get_state (self->call);
  g_autofree char *title = dup_title (self->call);
  g_autofree char *time = weir_format_time (weir_call_get_started_at_us (self->call), NULL);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, weir_call_get_started_at_us (self->call) > 0 ? time : "");
  gtk_stack_set_visible_child_name (self->icons, state <= WEIR_CALL_RUNNING ? "runs" : "over");
  gtk_image_set_from_icon_name (self->icon, choose_icon (self->call));
  weir_tone_set (GTK_WIDGET (self->icon), choose_tone (self->call));
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), state == WEIR_CALL_RUNNING);
  gtk_widget_set_visible (self->answer, state == WEIR_CALL_ANSWERED);
  gtk_widget_set_visible (self->error, state == WEIR_CALL_FAILED);
  if (state == WEIR_CALL_ANSWERED)
    weir_json_view_set_json (self->view, weir_call_get_answer (self->call));
  if (state == WEIR_CALL_FAILED)
    show_error (self);
  update_duration (self);
  update_ticker (self);
}

static void
stop_cb (WeirAnswerCard *self)
{
  if (self->call != NULL)
    weir_call_abandon (self->call);
}

static void
copy_cb (WeirAnswerCard *self)
{
  g_autofree char *text = weir_json_view_dup_text (self->view);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Answer copied"));
}

static void
copy_error_cb (WeirAnswerCard *self)
{
  g_autofree char *text =
      g_strdup_printf ("%s %s", gtk_label_get_text (self->code), self->said != NULL ? self->said : "");

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), g_strstrip (text));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Error copied"));
}

/* --- the type --- */

static void
weir_answer_card_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_answer_card_parent_class)->map (widget);
  update_ticker (WEIR_ANSWER_CARD (widget));
}

static void
weir_answer_card_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_answer_card_parent_class)->unmap (widget);
  update_ticker (WEIR_ANSWER_CARD (widget));
}

static void
weir_answer_card_dispose (GObject *object)
{
  WeirAnswerCard *self = WEIR_ANSWER_CARD (object);

  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
  g_clear_object (&self->call);
  g_clear_pointer (&self->said, g_free);
  g_clear_handle_id (&self->ticker, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_ANSWER_CARD);
  G_OBJECT_CLASS (weir_answer_card_parent_class)->dispose (object);
}

static void
weir_answer_card_class_init (WeirAnswerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_answer_card_dispose;
  widget_class->map = weir_answer_card_map;
  widget_class->unmap = weir_answer_card_unmap;
  g_type_ensure (WEIR_TYPE_JSON_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-answer-card.ui");
  gtk_widget_class_bind_template_child_full (widget_class, "head", FALSE, 0);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, icons);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, title);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, duration);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, time);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, stop_button);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, answer);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, view);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, error);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, code);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, message);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerCard, remedy);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_error_cb);
  gtk_widget_class_set_css_name (widget_class, "weiranswer");
}

static void
weir_answer_card_init (WeirAnswerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_json_view_set_name (self->view, _ ("Answer"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
weir_answer_card_set_narrow (WeirAnswerCard *self, gboolean is_narrow)
{
  g_return_if_fail (WEIR_IS_ANSWER_CARD (self));

  gtk_widget_set_visible (GTK_WIDGET (self->time), !is_narrow);
}

void
weir_answer_card_set_call (WeirAnswerCard *self, WeirCall *call)
{
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
  g_set_object (&self->call, call);
  gtk_widget_set_visible (GTK_WIDGET (self), call != NULL);
  if (call != NULL)
    {
      g_signal_connect_swapped (call, "changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (call, "unawaited", G_CALLBACK (update), self);
      update (self);
    }
  update_ticker (self);
}
