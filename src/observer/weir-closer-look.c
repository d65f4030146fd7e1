/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-closer-look.h"

#include "weir-closer-record.h"
#include "weir-closer-sign.h"
#include "weir-log-level.h"

#define TIMEOUT_MS    5000
#define CONFIGURATION "iii-observability"

/* What is under way: a list of functions and the configuration are asked for, in this order, and then looked at. */
typedef enum
{
  TASK_NONE,
  TASK_LOOK,    /* is there something left of a crash, or has somebody changed the level? */
  TASK_BEGIN,   /* … and then it is set */
  TASK_END,     /* … and then put back, unless others look, or somebody has changed it */
  TASK_RESTORE, /* the same, of a record that was left */
} Task;

struct _WeirCloserLook
{
  GObject parent_instance;

  WeirWorker *worker;
  char *folder;
  char *id;
  char *sign; /* our function, while it is registered */

  gboolean is_available;
  gboolean has_looked; /* since then: what was left, and what is there, is known */
  gboolean is_on;
  gboolean has_given_up;
  WeirCloserState state;
  GError *error;
  char *other;

  WeirCloserRecord *record; /* ours while on, or one that was left */
  GPtrArray *waiting;       /* (element-type GTask): ends */

  Task task;
  gboolean wants_look; /* when the task is over */
  GCancellable *cancellable;
  GPtrArray *records; /* (nullable) (element-type WeirCloserRecord): what is on the disk, to look at */
  GBytes *functions;  /* as the engine has listed them for this task */
  char *value;        /* the configuration's */
};

enum
{
  PROP_STATE = 1,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirCloserLook, weir_closer_look, G_TYPE_OBJECT)

static void run (WeirCloserLook *self, Task task);

/* --- state --- */

static WeirCloserState
decide_state (WeirCloserLook *self)
{
  if (!self->is_available || !self->has_looked)
    return WEIR_CLOSER_UNAVAILABLE;
  if (self->task == TASK_BEGIN)
    return WEIR_CLOSER_BEGINNING;
  if (self->task == TASK_END || self->task == TASK_RESTORE)
    return WEIR_CLOSER_ENDING;
  if (self->is_on)
    return WEIR_CLOSER_ON;
  return self->record != NULL ? WEIR_CLOSER_LEFT : WEIR_CLOSER_OFF;
}

static void
update (WeirCloserLook *self)
{
  self->state = decide_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
take_error (WeirCloserLook *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

static void
answer_waiting (WeirCloserLook *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    {
      if (self->error != NULL)
        g_task_return_error (waiting->pdata[i], g_error_copy (self->error));
      else
        g_task_return_boolean (waiting->pdata[i], TRUE);
    }
}

/* What the task has asked for. */
static void
forget_answers (WeirCloserLook *self)
{
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->functions, g_bytes_unref);
  g_clear_pointer (&self->value, g_free);
}

/* @error: (transfer full) (nullable) */
static void
finish (WeirCloserLook *self, GError *error)
{
  Task task = self->task;

  self->task = TASK_NONE;
  self->has_looked = TRUE;
  g_clear_object (&self->cancellable);
  forget_answers (self);
  if (task != TASK_LOOK)
    take_error (self, error);
  else
    g_clear_error (&error);
  update (self);
  if (!self->is_on) /* else the end is yet to come */
    answer_waiting (self);
  if (self->task == TASK_NONE && self->is_available && self->is_on && self->waiting->len > 0)
    run (self, TASK_END);
  else if (self->task == TASK_NONE && self->wants_look)
    run (self, TASK_LOOK);
}

static void
drop_record (WeirCloserLook *self)
{
  if (self->record != NULL)
    weir_closer_record_remove (self->record, self->folder);
  g_clear_pointer (&self->record, weir_closer_record_free);
}

/* --- who else looks --- */

/* (nullable): the sign of who looks closer: of @id, or if that is NULL of anybody but us. */
static WeirSpan
find_sign (WeirCloserLook *self, const char *id)
{
  WeirSpan answer = { g_bytes_get_data (self->functions, NULL), g_bytes_get_size (self->functions) };

  return weir_closer_sign_find (answer, id, self->id);
}

static gboolean
others_look (WeirCloserLook *self)
{
  return find_sign (self, NULL).text != NULL;
}

static void
take_sign_away (WeirCloserLook *self)
{
  if (self->sign != NULL)
    weir_worker_unregister_function (self->worker, self->sign);
  g_clear_pointer (&self->sign, g_free);
}

/* --- the configuration --- */

static gboolean
is_abandoned (WeirCloserLook *self, GAsyncResult *result)
{
  return self->cancellable == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable;
}

typedef void (*SetFunc) (WeirCloserLook *self, GError *error);

typedef struct
{
  WeirCloserLook *self;
  SetFunc done;
} Setting;

static void
set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Setting *setting = user_data;
  g_autoptr (WeirCloserLook) self = setting->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);

  if (!is_abandoned (self, result))
    setting->done (self, g_steal_pointer (&error));
}

/* @level: (nullable) */
static void
set_level (WeirCloserLook *self, const char *level, SetFunc done)
{
  g_autofree char *value = weir_log_level_set (WEIR_SPAN (self->value), level);
  g_autofree char *payload = g_strconcat ("{\"id\":\"" CONFIGURATION "\",\"value\":", value, "}", NULL);
  Setting *setting = g_new0 (Setting, 1);

  setting->self = g_object_ref (self);
  setting->done = done;
  weir_worker_trigger_text_async (self->worker, "configuration::set", WEIR_SPAN (payload), TIMEOUT_MS,
                                  self->cancellable, set_cb, setting);
}

/* --- beginning --- */

/* An engine that has not answered may have set it all the same: what is there tells, now or at the next start. */
static void
begun_cb (WeirCloserLook *self, GError *error)
{
  self->is_on = error == NULL;
  if (error != NULL)
    {
      take_sign_away (self);
      if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_REMOTE))
        drop_record (self);
      else
        self->wants_look = TRUE;
      g_clear_pointer (&self->record, weir_closer_record_free);
    }
  finish (self, error);
}

/* What is to be put back: as another that looks says, or a record that was left; else what is there. */
static char *
find_before (WeirCloserLook *self, const char *level)
{
  WeirSpan sign = find_sign (self, NULL);

  if (sign.text != NULL && weir_log_level_is_closer (level))
    return weir_closer_sign_dup_before (sign);
  if (self->record != NULL && g_strcmp0 (self->record->set, level) == 0)
    return g_strdup (self->record->before);
  return g_strdup (level);
}

/* What has to be put back is on the disk: now the engine may be changed. */
static void
begin_with (WeirCloserLook *self, WeirCloserRecord *record)
{
  g_autofree char *level = weir_log_level_get (WEIR_SPAN (self->value));

  if (self->record != NULL) /* left by a crash: the new one says the same */
    drop_record (self);
  self->record = record;
  g_clear_pointer (&self->other, g_free);
  self->sign = weir_closer_sign_put (self->worker, self->id, record->before);
  if (g_strcmp0 (level, record->set) == 0)
    begun_cb (self, NULL);
  else
    set_level (self, record->set, begun_cb);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCloserLook) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirCloserRecord) record = weir_closer_record_save_finish (result, &error);

  if (is_abandoned (self, result)) /* nothing was changed */
    {
      if (record != NULL)
        weir_closer_record_remove (record, self->folder);
    }
  else if (record != NULL)
    begin_with (self, g_steal_pointer (&record));
  else
    finish (self, g_steal_pointer (&error));
}

/* Each beginning has an id of its own, and so a file: one that was given up may still be on its way to the disk. */
static void
begin (WeirCloserLook *self)
{
  g_autofree char *level = weir_log_level_get (WEIR_SPAN (self->value));
  g_autofree char *set = weir_log_level_make_closer (level);
  g_autofree char *before = find_before (self, level);

  g_free (self->id);
  self->id = g_uuid_string_random ();
  weir_closer_record_save_async (weir_closer_record_new (self->id, weir_worker_get_url (self->worker), before, set),
                                 self->folder, self->cancellable, saved_cb, g_object_ref (self));
}

/* --- ending --- */

static void
put_back_cb (WeirCloserLook *self, GError *error)
{
  if (error == NULL)
    drop_record (self);
  self->is_on = FALSE; /* and if it failed it is left, as after a crash */
  finish (self, error);
}

/* That the level is no more does not make the engine log less: it is set to what it is without. */
static void
reset_cb (WeirCloserLook *self, GError *error)
{
  if (error != NULL)
    put_back_cb (self, error);
  else
    set_level (self, NULL, put_back_cb);
}

static void
put_back (WeirCloserLook *self)
{
  g_autofree char *level = weir_log_level_get (WEIR_SPAN (self->value));
  gboolean is_changed = g_strcmp0 (level, self->record->set) != 0;

  if (is_changed && self->task == TASK_END)
    {
      g_free (self->other);
      self->other = g_strdup (level != NULL ? level : "");
    }
  if (is_changed || others_look (self) || g_strcmp0 (self->record->before, level) == 0)
    put_back_cb (self, NULL);
  else if (self->record->before != NULL)
    set_level (self, self->record->before, put_back_cb);
  else
    set_level (self, WEIR_LOG_LEVEL_DEFAULT, reset_cb);
}

/* --- looking --- */

/* A record whose Weir does not look any more, and whose level is still there; the others of them are over. */
static void
find_left (WeirCloserLook *self, const char *level)
{
  g_clear_pointer (&self->record, weir_closer_record_free);
  for (guint i = 0; i < self->records->len; i++)
    {
      const WeirCloserRecord *record = self->records->pdata[i];

      if (find_sign (self, record->id).text != NULL)
        continue; /* it looks */
      if (g_strcmp0 (record->set, level) == 0 && !others_look (self) && g_strcmp0 (record->before, level) != 0)
        {
          g_clear_pointer (&self->record, weir_closer_record_free);
          self->record =
              weir_closer_record_new (record->id, weir_worker_get_url (self->worker), record->before, record->set);
        }
      else if (!others_look (self))
        {
          weir_closer_record_remove (record, self->folder); /* somebody has changed it since */
        }
    }
}

/* On: is it still as it was set? */
static void
see_change (WeirCloserLook *self, const char *level)
{
  if (g_strcmp0 (level, self->record->set) == 0)
    return;
  g_free (self->other);
  self->other = g_strdup (level != NULL ? level : "");
  if (weir_log_level_is_closer (level)) /* something else of it is another: it goes on, and that is not put back */
    return;
  self->is_on = FALSE;
  take_sign_away (self);
  drop_record (self);
}

static void
look (WeirCloserLook *self)
{
  g_autofree char *level = weir_log_level_get (WEIR_SPAN (self->value));

  if (self->is_on)
    see_change (self, level);
  else
    find_left (self, level);
  finish (self, NULL);
}

/* --- both are asked for, then it goes on --- */

static void
proceed (WeirCloserLook *self)
{
  switch (self->task)
    {
    case TASK_LOOK:
      look (self);
      break;
    case TASK_BEGIN:
      begin (self);
      break;
    case TASK_END:
    case TASK_RESTORE:
      put_back (self);
      break;
    case TASK_NONE:
    default:
      break;
    }
}

/* Where it ends because nothing is known, what is on the disk stays. */
static void
fail (WeirCloserLook *self, GError *error)
{
  if (self->task == TASK_END)
    self->is_on = FALSE;
  finish (self, error);
}

static void
got_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCloserLook) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);
  WeirSpan text, value;

  if (is_abandoned (self, result))
    return;
  if (answer == NULL)
    {
      fail (self, g_steal_pointer (&error));
      return;
    }
  text = (WeirSpan){ g_bytes_get_data (answer, NULL), g_bytes_get_size (answer) };
  value = weir_json_type (text) == WEIR_JSON_OBJECT ? weir_json_member (text, "value") : text;
  if (weir_json_type (value) != WEIR_JSON_OBJECT)
    {
      fail (self, g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER,
                               "The engine’s configuration " CONFIGURATION " cannot be understood"));
      return;
    }
  self->value = weir_span_dup (value);
  proceed (self);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCloserLook) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error);

  if (is_abandoned (self, result))
    return;
  if (answer == NULL)
    {
      fail (self, g_steal_pointer (&error));
      return;
    }
  self->functions = g_steal_pointer (&answer);
  weir_worker_trigger_text_async (self->worker, "configuration::get",
                                  WEIR_SPAN ("{\"id\":\"" CONFIGURATION "\",\"raw\":true}"), TIMEOUT_MS,
                                  self->cancellable, got_cb, g_object_ref (self));
}

static void
list_functions (WeirCloserLook *self)
{
  weir_worker_trigger_text_async (self->worker, "engine::functions::list", WEIR_SPAN ("{\"include_internal\":true}"),
                                  TIMEOUT_MS, self->cancellable, listed_cb, g_object_ref (self));
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirCloserLook) self = user_data;
  g_autoptr (GPtrArray) records = weir_closer_record_load_all_finish (result);

  if (is_abandoned (self, result))
    return;
  self->records = g_steal_pointer (&records);
  list_functions (self);
}

/* The disk first: whoever has a record there shows itself, and changes the level, only then. */
static void
run (WeirCloserLook *self, Task task)
{
  self->task = task;
  if (task == TASK_LOOK)
    self->wants_look = FALSE;
  if (task == TASK_END) /* before the others are looked at: so that of two that leave at once one does it */
    take_sign_away (self);
  self->cancellable = g_cancellable_new ();
  if (task == TASK_LOOK && !self->is_on)
    weir_closer_record_load_all_async (self->folder, weir_worker_get_url (self->worker), self->cancellable, loaded_cb,
                                       g_object_ref (self));
  else
    list_functions (self);
  update (self);
}

/* --- the object --- */

static void
abandon (WeirCloserLook *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget_answers (self);
  self->task = TASK_NONE;
}

static void
weir_closer_look_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, WEIR_CLOSER_LOOK (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_closer_look_finalize (GObject *object)
{
  WeirCloserLook *self = WEIR_CLOSER_LOOK (object);

  abandon (self);
  g_clear_pointer (&self->record, weir_closer_record_free);
  g_clear_error (&self->error);
  g_clear_object (&self->worker);
  g_ptr_array_unref (self->waiting);
  g_free (self->folder);
  g_free (self->id);
  g_free (self->sign);
  g_free (self->other);
  G_OBJECT_CLASS (weir_closer_look_parent_class)->finalize (object);
}

static void
weir_closer_look_class_init (WeirCloserLookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = weir_closer_look_get_property;
  object_class->finalize = weir_closer_look_finalize;

  /* A WeirCloserState. */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, WEIR_CLOSER_ENDING, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_closer_look_init (WeirCloserLook *self)
{
  self->id = g_uuid_string_random ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirCloserLook *
weir_closer_look_new (WeirWorker *worker, const char *folder)
{
  WeirCloserLook *self = g_object_new (WEIR_TYPE_CLOSER_LOOK, NULL);

  self->worker = g_object_ref (worker);
  self->folder = g_strdup (folder);
  return self;
}

void
weir_closer_look_set_available (WeirCloserLook *self, gboolean is_available)
{
  g_autoptr (GError) error = NULL;

  if (self->is_available == is_available)
    return;
  self->is_available = is_available;
  self->has_looked = FALSE;
  if (is_available)
    {
      run (self, TASK_LOOK);
      return;
    }

  if (self->task == TASK_BEGIN || self->task == TASK_END) /* how far it came is seen when the engine is back */
    {
      take_sign_away (self);
      self->is_on = FALSE;
    }
  abandon (self);
  error = g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED, "The engine is gone");
  if (self->waiting->len > 0)
    take_error (self, g_steal_pointer (&error));
  update (self);
  answer_waiting (self);
}

void
weir_closer_look_check (WeirCloserLook *self)
{
  if (!self->is_available)
    return;
  if (self->task == TASK_NONE)
    run (self, TASK_LOOK);
  else
    self->wants_look = TRUE; /* it may be what that task does */
}

void
weir_closer_look_dispose_now (WeirCloserLook *self)
{
  abandon (self);
  self->is_available = FALSE;
  take_sign_away (self);
  answer_waiting (self);
}

WeirCloserState
weir_closer_look_get_state (WeirCloserLook *self)
{
  return self->state;
}

const GError *
weir_closer_look_get_error (WeirCloserLook *self)
{
  return self->error;
}

const char *
weir_closer_look_get_before (WeirCloserLook *self)
{
  return self->record != NULL ? self->record->before : NULL;
}

const char *
weir_closer_look_get_set (WeirCloserLook *self)
{
  return self->record != NULL ? self->record->set : NULL;
}

const char *
weir_closer_look_get_other (WeirCloserLook *self)
{
  return self->other;
}

void
weir_closer_look_begin (WeirCloserLook *self)
{
  if (self->state == WEIR_CLOSER_UNAVAILABLE || self->is_on || (self->task != TASK_NONE && self->task != TASK_LOOK))
    return;
  abandon (self);
  self->has_given_up = FALSE;
  run (self, TASK_BEGIN);
}

void
weir_closer_look_end_async (WeirCloserLook *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  if (!self->is_available || (!self->is_on && self->task != TASK_BEGIN && self->task != TASK_END))
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (self->waiting, task);
  if (self->task == TASK_LOOK)
    abandon (self);
  if (self->task == TASK_NONE)
    run (self, TASK_END);
}

void
weir_closer_look_give_up (WeirCloserLook *self)
{
  if (!self->is_on || self->task == TASK_END)
    return;
  self->has_given_up = TRUE;
  weir_closer_look_end_async (self, NULL, NULL);
}

gboolean
weir_closer_look_has_given_up (WeirCloserLook *self)
{
  return self->has_given_up;
}

gboolean
weir_closer_look_end_finish (WeirCloserLook *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
weir_closer_look_restore (WeirCloserLook *self)
{
  if (self->state != WEIR_CLOSER_LEFT)
    return;
  abandon (self); /* it may be looking */
  run (self, TASK_RESTORE);
}

void
weir_closer_look_forget (WeirCloserLook *self)
{
  if (self->state != WEIR_CLOSER_LEFT)
    return;
  drop_record (self);
  update (self);
}
