/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-appender.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What is handed to the thread at least. */
#define CHUNK_SIZE (256 * 1024)

/* A disk that was full is tried again after this. */
#define RETRY_US (1 * G_USEC_PER_SEC)

/* Files written at once in the process: a disk gets no faster by more. */
#define MAX_THREADS 2

/* A part of the file that is given back is a whole number of these. */
#define HOLE_ALIGN (1024 * 1024)

/* What is left to others of a disk: this, or of a small one its twentieth part. */
#define SPARE_BYTES (512u << 20)

/* Open for as long as anybody works on it, in whatever thread. */
typedef struct
{
  int fd;
} File;

/* What the thread has to write. It may outlive the appender. */
typedef struct
{
  File *file;
  guint64 at;
  guint64 hole_from, hole_to; /* the same: nothing is given back */
  GByteArray *bytes;
  int code;     /* why it failed; 0: it has not. Read after is_done */
  gint is_done; /* atomic */
} Job;

struct _WeirAppender
{
  File *file;        /* nullable: there is none */
  guint64 n_written; /* bytes of the file that are sure */
  guint64 n_let_go;  /* of those the first ones are nobody's any more; atomic */
  guint64 n_holes;   /* and have been given back */
  Job *job;          /* nullable: counted; the bytes after those. They stay here until they are written */
  gboolean is_busy;  /* the thread has the job */
  GByteArray *tail;  /* the bytes after the job's */
  GError *error;     /* nullable: why the job failed last */
  gint64 retry_us;
};

static gpointer
close_cb (gpointer fd)
{
  close (GPOINTER_TO_INT (fd));
  return NULL;
}

/* The last descriptor of a file without a name: gigabytes are given back, which takes its time. */
static void
file_clear (gpointer data)
{
  g_thread_unref (g_thread_new ("weir-close", close_cb, GINT_TO_POINTER (((File *) data)->fd)));
}

static void
file_unref (File *file)
{
  g_atomic_rc_box_release_full (file, file_clear);
}

static void
job_clear (gpointer data)
{
  Job *job = data;

  file_unref (job->file);
  g_byte_array_unref (job->bytes);
}

static void
job_unref (Job *job)
{
  g_atomic_rc_box_release_full (job, job_clear);
}

/* Where it is not known it is taken to have room. */
static gboolean
has_disk (int fd, gsize len)
{
  struct statvfs disk;
  guint64 spare;

  if (fstatvfs (fd, &disk) != 0)
    return TRUE;
  spare = MIN ((guint64) disk.f_blocks * disk.f_frsize / 20, SPARE_BYTES);
  return (guint64) disk.f_bavail * disk.f_frsize >= spare + len;
}

/* Written where it belongs, so one that failed half-way is simply done again. */
static int
write_job (const Job *job)
{
  gsize done = 0;

  if (!has_disk (job->file->fd, job->bytes->len))
    return ENOSPC;
  while (done < job->bytes->len)
    {
      gssize n = pwrite (job->file->fd, job->bytes->data + done, job->bytes->len - done, job->at + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : ENOSPC;
      done += n;
    }
  return 0;
}

/* A file system that cannot do it keeps the bytes until the file goes. */
static void
make_hole (const Job *job)
{
  if (job->hole_from < job->hole_to)
    fallocate (job->file->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, job->hole_from,
               job->hole_to - job->hole_from);
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;

  make_hole (job);
  job->code = write_job (job);
  g_atomic_int_set (&job->is_done, TRUE);
  job_unref (job);
}

static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, g_thread_pool_new (run_job, NULL, MAX_THREADS, FALSE, NULL));
  return pool;
}

WeirAppender *
weir_appender_new (int fd)
{
  WeirAppender *self = g_new0 (WeirAppender, 1);

  if (fd >= 0)
    {
      self->file = g_atomic_rc_box_new0 (File);
      self->file->fd = fd;
    }
  self->tail = g_byte_array_new ();
  return self;
}

void
weir_appender_free (WeirAppender *self)
{
  g_clear_pointer (&self->job, job_unref);
  g_clear_pointer (&self->file, file_unref);
  g_byte_array_unref (self->tail);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- the thread --- */

static void
start (WeirAppender *self)
{
  self->is_busy = TRUE;
  g_atomic_int_set (&self->job->is_done, FALSE);
  g_thread_pool_push (get_pool (), g_atomic_rc_box_acquire (self->job), NULL);
}

static void
fail (WeirAppender *self, int code)
{
  g_clear_error (&self->error);
  self->error =
      g_error_new (G_IO_ERROR, g_io_error_from_errno (code), "The disk does not take them (%s)", g_strerror (code));
  self->retry_us = g_get_monotonic_time () + RETRY_US;
}

static void
succeed (WeirAppender *self)
{
  self->n_written += self->job->bytes->len;
  g_clear_pointer (&self->job, job_unref);
  g_clear_error (&self->error);
}

/* Whether the thread has finished is looked at when it matters: no word comes from it. */
static void
poll (WeirAppender *self)
{
  if (!self->is_busy || !g_atomic_int_get (&self->job->is_done))
    return;
  self->is_busy = FALSE;
  if (self->job->code != 0)
    fail (self, self->job->code);
  else
    succeed (self);
}

static void
make_job (WeirAppender *self)
{
  if (self->file == NULL)
    {
      fail (self, ENOSPC);
      return;
    }
  self->job = g_atomic_rc_box_new0 (Job);
  self->job->file = g_atomic_rc_box_acquire (self->file);
  self->job->at = self->n_written;
  self->job->hole_from = self->n_holes;
  self->job->hole_to = MIN (self->n_let_go, self->n_written) / HOLE_ALIGN * HOLE_ALIGN;
  self->n_holes = MAX (self->n_holes, self->job->hole_to);
  self->job->bytes = g_steal_pointer (&self->tail);
  self->tail = g_byte_array_new ();
}

void
weir_appender_commit (WeirAppender *self)
{
  poll (self);
  if (self->is_busy || (self->error != NULL && g_get_monotonic_time () < self->retry_us))
    return;
  if (self->job == NULL && self->tail->len >= CHUNK_SIZE)
    make_job (self);
  if (self->job != NULL)
    start (self);
}

/* --- bytes --- */

static gsize
get_job_len (WeirAppender *self)
{
  return self->job != NULL ? self->job->bytes->len : 0;
}

guint64
weir_appender_get_size (WeirAppender *self)
{
  return self->n_written + get_job_len (self) + self->tail->len;
}

void
weir_appender_append (WeirAppender *self, const void *data, gsize len)
{
  g_byte_array_append (self->tail, data, len);
}

gsize
weir_appender_get_waiting (WeirAppender *self)
{
  return self->tail->len;
}

gboolean
weir_appender_has_room (WeirAppender *self)
{
  weir_appender_commit (self);
  return self->tail->len < WEIR_APPENDER_ROOM;
}

const GError *
weir_appender_get_error (WeirAppender *self)
{
  weir_appender_commit (self);
  return self->error;
}

guint64
weir_appender_get_region_end (WeirAppender *self, guint64 at)
{
  guint64 tail_at = self->n_written + get_job_len (self);

  if (at < self->n_written)
    return self->n_written;
  return at < tail_at ? tail_at : tail_at + self->tail->len;
}

void
weir_appender_let_go (WeirAppender *self, guint64 at)
{
  __atomic_store_n (&self->n_let_go, MAX (self->n_let_go, at), __ATOMIC_SEQ_CST);
}

guint64
weir_appender_get_let_go (WeirAppender *self)
{
  return __atomic_load_n (&self->n_let_go, __ATOMIC_SEQ_CST);
}

int
weir_appender_dup_fd (WeirAppender *self)
{
  return self->file != NULL ? fcntl (self->file->fd, F_DUPFD_CLOEXEC, 0) : -1;
}

const guint8 *
weir_appender_peek (WeirAppender *self, guint64 at, gsize len)
{
  guint64 tail_at = self->n_written + get_job_len (self);

  if (at >= tail_at)
    return self->tail->data + (at - tail_at);
  return at >= self->n_written ? self->job->bytes->data + (at - self->n_written) : NULL;
}

typedef struct
{
  File *file;
  guint64 at;
  gsize len;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  file_unref (self->file);
  g_free (self);
}

/* In a thread. Fewer bytes than were asked for are an answer, too. */
static void
read_cb (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  g_autofree guint8 *data = g_malloc (reading->len);
  gsize done = 0;
  gssize n = 1;

  while (done < reading->len && n > 0)
    {
      n = pread (reading->file->fd, data + done, reading->len - done, reading->at + done);
      if (n > 0)
        done += n;
      else if (n < 0 && errno == EINTR)
        n = 1;
    }
  if (n < 0)
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
  else
    g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&data), done), (GDestroyNotify) g_bytes_unref);
}

void
weir_appender_read_async (WeirAppender *self, guint64 at, gsize len, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading;

  g_task_set_source_tag (task, weir_appender_read_async);
  if (self->file == NULL)
    {
      g_task_return_pointer (task, g_bytes_new (NULL, 0), (GDestroyNotify) g_bytes_unref);
      return;
    }
  reading = g_new (Reading, 1);
  *reading =
      (Reading){ g_atomic_rc_box_acquire (self->file), at, MIN (len, self->n_written - MIN (at, self->n_written)) };
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_cb);
}

GBytes *
weir_appender_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
