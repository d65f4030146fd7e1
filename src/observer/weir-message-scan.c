/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-scan.h"

#include "weir-message-batch.h"
#include "weir-priority.h"

/* The longest that the main loop is kept, and the bytes that are looked at there and not in a thread. */
#define SLICE_US   (4 * 1000)
#define SMALL_SIZE (32 * 1024)

/* Rows of which the kind alone matters, between two looks at the clock. */
#define KINDS_ROWS 8192

struct _WeirMessageScan
{
  WeirMessageStore *store;
  WeirMessageScan *source; /* nullable */
  WeirMessageKinds kinds;
  WeirNeedle *needle; /* nullable */
  gboolean shows_gaps;
  GSourceOnceFunc changed;
  gpointer user_data;

  WeirRowSet *rows;
  guint32 position;
  guint64 n_given_up;

  guint idle;
  GCancellable *running; /* nullable: the batch that a thread has */
};

/* What becomes of a row. */
typedef enum
{
  OTHER,
  FITS,
  GIVEN_UP,
} Verdict;

typedef struct
{
  WeirMessageScan *scan; /* not to be looked at once it is cancelled */
  WeirMessageBatch *batch;
  WeirMessageKinds kinds;
  WeirNeedle *needle;
  gboolean shows_gaps;
  guint8 *verdicts; /* nullable: could not be read */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  weir_message_batch_free (job->batch);
  g_clear_pointer (&job->needle, weir_needle_unref);
  g_free (job->verdicts);
  g_free (job);
}

WeirMessageScan *
weir_message_scan_new (WeirMessageStore *store, WeirMessageScan *source, WeirMessageKinds kinds, WeirNeedle *needle,
                       gboolean shows_gaps, GSourceOnceFunc changed, gpointer user_data)
{
  WeirMessageScan *self = g_new0 (WeirMessageScan, 1);

  self->store = weir_message_store_ref (store);
  self->source = source;
  self->kinds = kinds;
  self->needle = needle != NULL ? weir_needle_ref (needle) : NULL;
  self->shows_gaps = shows_gaps;
  self->changed = changed;
  self->user_data = user_data;
  self->rows = weir_row_set_new ();
  self->position = weir_message_store_get_first_row (store);
  return self;
}

void
weir_message_scan_free (WeirMessageScan *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_pointer (&self->needle, weir_needle_unref);
  weir_row_set_free (self->rows);
  weir_message_store_unref (self->store);
  g_free (self);
}

/* --- judging, in any thread --- */

static WeirMessageKinds
kind_of (const WeirMessageRow *row)
{
  switch (row->kind)
    {
    case WEIR_RECORD_TEXT:
      return WEIR_SHOW_TEXT;
    case WEIR_RECORD_EVENT:
      return WEIR_SHOW_EVENTS;
    default:
      return WEIR_SHOW_BINARY;
    }
}

static gboolean
has_kind (const WeirMessageRow *row, WeirMessageKinds kinds, gboolean shows_gaps)
{
  return row->kind == WEIR_MESSAGE_ROW_GAP ? shows_gaps : (kinds & kind_of (row)) != 0;
}

static Verdict
judge_payload (WeirNeedle *needle, const guint8 *data, gsize len)
{
  switch (weir_needle_match (needle, data, len))
    {
    case WEIR_NEEDLE_FOUND:
      return FITS;
    case WEIR_NEEDLE_GAVE_UP:
      return GIVEN_UP;
    case WEIR_NEEDLE_NOT_FOUND:
    default:
      return OTHER;
    }
}

static void
judge (Job *job, GCancellable *cancellable)
{
  WeirMessageBatch *batch = job->batch;

  job->verdicts = g_new0 (guint8, batch->n);
  for (guint i = 0; i < batch->n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const WeirMessageRow *row = &batch->rows[i];

      if (!has_kind (row, job->kinds, job->shows_gaps))
        job->verdicts[i] = OTHER;
      else if (row->kind == WEIR_MESSAGE_ROW_GAP)
        job->verdicts[i] = FITS;
      else
        job->verdicts[i] = judge_payload (job->needle, weir_message_batch_get_payload (batch, i), row->kept);
    }
}

static void
judge_in_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autoptr (GError) error = NULL;

  if (weir_message_batch_read (job->batch, &error))
    judge (job, cancellable);
  else
    g_warning ("%s", error->message);
  g_clear_pointer (&job->batch->data, g_free); /* megabytes: that takes a while */
  g_task_return_boolean (task, TRUE);
}

/* --- what was found out --- */

static void
add_verdict (WeirMessageScan *self, guint32 row, Verdict verdict)
{
  if (row < weir_message_store_get_first_row (self->store)) /* it has gone meanwhile */
    return;
  if (verdict == OTHER)
    return;
  self->n_given_up += verdict == GIVEN_UP;
  weir_row_set_append (self->rows, row);
}

/* What cannot be read back is shown rather than hidden. */
static void
merge (WeirMessageScan *self, Job *job)
{
  for (guint i = 0; i < job->batch->n; i++)
    add_verdict (self, job->batch->numbers[i], job->verdicts != NULL ? job->verdicts[i] : FITS);
  self->position = job->batch->numbers[job->batch->n - 1] + 1;
}

static void
judged_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  WeirMessageScan *self = job->scan;

  if (!g_task_propagate_boolean (G_TASK (result), NULL)) /* cancelled: the scan has gone */
    return;

  g_clear_object (&self->running);
  merge (self, job);
  weir_message_scan_wake (self);
  self->changed (self->user_data);
}

/* --- going through --- */

/* The next rows that are to be looked at: numbers, or NULL for @self->position and those after it. */
static guint
get_next (WeirMessageScan *self, const guint32 **numbers)
{
  guint i;

  *numbers = NULL;
  if (self->source == NULL)
    return weir_message_store_get_n_rows (self->store) - self->position;
  i = weir_row_set_count_before (self->source->rows, self->position);
  *numbers = weir_row_set_get_all (self->source->rows) + i;
  return weir_row_set_get_size (self->source->rows) - i;
}

static void
scan_kinds (WeirMessageScan *self, const guint32 *numbers, guint n)
{
  n = MIN (n, KINDS_ROWS);
  for (guint i = 0; i < n; i++)
    {
      guint32 row = numbers != NULL ? numbers[i] : self->position;
      gboolean fits = has_kind (weir_message_store_get_row (self->store, row), self->kinds, self->shows_gaps);

      add_verdict (self, row, fits ? FITS : OTHER);
      self->position = row + 1;
    }
}

static void
scan_payloads (WeirMessageScan *self, const guint32 *numbers, guint n)
{
  Job *job = g_new0 (Job, 1);
  g_autoptr (GTask) task = NULL;

  job->scan = self;
  job->batch = weir_message_batch_new (self->store, numbers, self->position, n);
  job->kinds = self->kinds;
  job->needle = weir_needle_ref (self->needle);
  job->shows_gaps = self->shows_gaps;
  if (job->batch->fd < 0 && job->batch->len <= SMALL_SIZE && weir_needle_get_mode (self->needle) != WEIR_NEEDLE_REGEX)
    {
      judge (job, NULL);
      merge (self, job);
      job_free (job);
      return;
    }

  self->running = g_cancellable_new ();
  task = g_task_new (NULL, self->running, judged_cb, NULL);
  g_task_set_source_tag (task, scan_payloads);
  g_task_set_priority (task, WEIR_PRIORITY_BACKGROUND);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, judge_in_thread);
}

/* FALSE: there is nothing to do, or a thread does it. */
static gboolean
scan_step (WeirMessageScan *self)
{
  const guint32 *numbers;
  guint n;

  if (self->running != NULL)
    return FALSE;
  self->position = MAX (self->position, weir_message_store_get_first_row (self->store));
  n = get_next (self, &numbers);
  if (n == 0)
    return FALSE;
  if (self->needle == NULL)
    scan_kinds (self, numbers, n);
  else
    scan_payloads (self, numbers, n);
  return TRUE;
}

void
weir_message_scan_run (WeirMessageScan *self)
{
  gint64 end_us = g_get_monotonic_time () + SLICE_US;

  while (scan_step (self) && g_get_monotonic_time () < end_us)
    ;
}

static gboolean
idle_cb (gpointer user_data)
{
  WeirMessageScan *self = user_data;
  const guint32 *numbers;
  gboolean goes_on;

  weir_message_scan_run (self);
  goes_on = self->running == NULL && get_next (self, &numbers) > 0;
  if (!goes_on)
    self->idle = 0;
  self->changed (self->user_data);
  return goes_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
weir_message_scan_wake (WeirMessageScan *self)
{
  const guint32 *numbers;

  if (self->idle == 0 && self->running == NULL && get_next (self, &numbers) > 0)
    self->idle = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, idle_cb, self, NULL);
}

guint
weir_message_scan_drop (WeirMessageScan *self)
{
  guint32 first = weir_message_store_get_first_row (self->store);
  guint n = weir_row_set_drop_before (self->rows, first);

  self->position = MAX (self->position, first);
  return n;
}

/* --- what it knows --- */

WeirRowSet *
weir_message_scan_get_rows (WeirMessageScan *self)
{
  return self->rows;
}

gboolean
weir_message_scan_is_done (WeirMessageScan *self)
{
  const guint32 *numbers;

  return self->running == NULL && get_next (self, &numbers) == 0 &&
         (self->source == NULL || weir_message_scan_is_done (self->source));
}

guint64
weir_message_scan_get_n_others (WeirMessageScan *self)
{
  guint32 first = weir_message_store_get_first_row (self->store);

  return MAX (self->position, first) - first - weir_row_set_get_size (self->rows);
}

guint64
weir_message_scan_get_n_given_up (WeirMessageScan *self)
{
  return self->n_given_up;
}
