/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-loop-private.h"

#include "weir-timer-heap.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors that one dispatch looks at; the others are still ready at the next. */
#define MAX_EVENTS 256

/* A pool of mask keys: one system call for 64 frames. */
#define MASK_POOL_SIZE 256

typedef struct _Posted Posted;
struct _Posted
{
  Posted *next;
  WeirLoopFunc func;
  gpointer data;
  GDestroyNotify destroy;
};

typedef struct
{
  gpointer data;
  GDestroyNotify destroy;
} Garbage;

typedef struct
{
  GSource source;
  WeirLoop *loop; /* not a reference: the loop destroys its source */
} LoopSource;

struct _WeirLoop
{
  gatomicrefcount ref_count;
  int epoll_fd;
  int event_fd; /* becomes readable when something is posted */

  guint depth; /* of dispatches; a source of the same context may come in between */
  gint64 now_us;
  WeirBlock *buffer;
  guint8 *scratch;
  WeirWatch *first_ready, *last_ready;
  WeirTimerHeap timers;
  guint64 timer_serial;
  GArray *garbage;
  gboolean has_more;
  GPtrArray *waiting; /* of WeirWatch */
  guint8 masks[MASK_POOL_SIZE];
  gsize n_masks_left; /* bytes */

  GMutex lock; /* of the following */
  Posted *first_posted, *last_posted;
  gboolean has_quit;

  GMainContext *context;
  GSource *source;
  gint64 ready_time;
};

static void
weir_loop_wake (WeirLoop *self)
{
  guint64 one = 1;

  while (write (self->event_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

/* An attached loop: when it must be dispatched though no descriptor is ready. */
static void
weir_loop_update_ready_time (WeirLoop *self)
{
  WeirTimer *timer = weir_timer_heap_peek (&self->timers);
  gint64 ready_time = self->first_ready != NULL ? 0 : timer != NULL ? timer->at_us : -1;

  if (self->source == NULL || self->depth > 0 || ready_time == self->ready_time)
    return;
  self->ready_time = ready_time;
  g_source_set_ready_time (self->source, ready_time);
}

/* --- posted work --- */

static void
posted_list_free (Posted *posted)
{
  while (posted != NULL)
    {
      Posted *next = posted->next;

      if (posted->destroy != NULL)
        posted->destroy (posted->data);
      g_free (posted);
      posted = next;
    }
}

void
weir_loop_post (WeirLoop *self, WeirLoopFunc func, gpointer data, GDestroyNotify destroy)
{
  Posted *posted = g_new (Posted, 1);
  gboolean was_empty;

  *posted = (Posted){ .func = func, .data = data, .destroy = destroy };

  g_mutex_lock (&self->lock);
  was_empty = self->first_posted == NULL;
  if (was_empty)
    self->first_posted = posted;
  else
    self->last_posted->next = posted;
  self->last_posted = posted;
  /* Inside of the lock, so that the loop cannot have been freed by what was posted. */
  if (was_empty)
    weir_loop_wake (self);
  g_mutex_unlock (&self->lock);
}

/* Runs what had been posted until now. Returns TRUE if the loop is to stop. */
static gboolean
weir_loop_run_posted (WeirLoop *self)
{
  Posted *posted;
  gboolean has_quit;
  guint64 count;

  while (read (self->event_fd, &count, sizeof count) < 0 && errno == EINTR)
    ;

  g_mutex_lock (&self->lock);
  posted = g_steal_pointer (&self->first_posted);
  has_quit = self->has_quit;
  self->has_quit = FALSE;
  g_mutex_unlock (&self->lock);

  while (posted != NULL)
    {
      Posted *next = posted->next;

      posted->func (posted->data);
      g_free (posted);
      posted = next;
    }

  return has_quit;
}

/* --- timers --- */

WeirTimer *
weir_loop_add_timer (WeirLoop *self, gint64 at_us, WeirLoopFunc func, gpointer data)
{
  WeirTimer *timer = g_new (WeirTimer, 1);

  *timer = (WeirTimer){ .at_us = at_us, .serial = self->timer_serial++, .func = func, .data = data };
  weir_timer_heap_push (&self->timers, timer);
  weir_loop_update_ready_time (self);

  return timer;
}

void
weir_timer_cancel (WeirTimer *timer)
{
  weir_timer_heap_remove (timer->heap, timer); /* an attached loop may wake once for nothing */
}

static void
weir_loop_run_timers (WeirLoop *self)
{
  guint64 end = self->timer_serial; /* one that adds itself again waits for the next dispatch */
  WeirTimer *timer;

  while ((timer = weir_timer_heap_peek (&self->timers)) != NULL && timer->at_us <= self->now_us && timer->serial < end)
    {
      WeirLoopFunc func = timer->func;
      gpointer data = timer->data;

      weir_timer_heap_remove (&self->timers, timer);
      func (data);
    }
}

/* --- what is ready --- */

gboolean
weir_loop_set_events (WeirLoop *self, WeirWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };
  int op = watch->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

  if (events == watch->events)
    return TRUE;
  if (epoll_ctl (self->epoll_fd, op, watch->fd, &event) < 0)
    return FALSE;
  watch->events = events;

  return TRUE;
}

void
weir_loop_make_ready (WeirLoop *self, WeirWatch *watch)
{
  if (watch->is_ready)
    return;
  watch->is_ready = TRUE;
  watch->previous = self->last_ready;
  watch->next = NULL;
  if (self->last_ready != NULL)
    self->last_ready->next = watch;
  else
    self->first_ready = watch;
  self->last_ready = watch;
  weir_loop_update_ready_time (self);
}

static void
weir_loop_unmake_ready (WeirLoop *self, WeirWatch *watch)
{
  if (!watch->is_ready)
    return;
  if (watch->previous != NULL)
    watch->previous->next = watch->next;
  else
    self->first_ready = watch->next;
  if (watch->next != NULL)
    watch->next->previous = watch->previous;
  else
    self->last_ready = watch->previous;
  watch->is_ready = FALSE;
}

void
weir_loop_set_waiting (WeirLoop *self, WeirWatch *watch, gboolean waiting)
{
  if (watch->is_waiting == waiting)
    return;
  watch->is_waiting = waiting;
  if (waiting)
    g_ptr_array_add (self->waiting, watch);
  else
    g_ptr_array_remove_fast (self->waiting, watch);
}

void
weir_loop_push (WeirLoop *self)
{
  while (self->waiting->len > 0)
    {
      WeirWatch *watch = g_ptr_array_steal_index_fast (self->waiting, self->waiting->len - 1);
      int on = 1;

      watch->is_waiting = FALSE;
      setsockopt (watch->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* is on already; setting it sends what waits */
    }
}

void
weir_loop_set_more (WeirLoop *self, gboolean more)
{
  self->has_more = more;
}

gboolean
weir_loop_get_more (WeirLoop *self)
{
  return self->has_more;
}

void
weir_loop_forget (WeirLoop *self, WeirWatch *watch)
{
  weir_loop_set_waiting (self, watch, FALSE);
  weir_loop_unmake_ready (self, watch);
  weir_loop_set_events (self, watch, 0);
  watch->dispatch = NULL; /* this dispatch may have an event for it still */
}

/* Those that become ready meanwhile wait for the next dispatch, so that descriptors get their turn. */
static void
weir_loop_run_ready (WeirLoop *self)
{
  WeirWatch *last = self->last_ready;
  gboolean is_last = last == NULL;

  while (!is_last && self->first_ready != NULL)
    {
      WeirWatch *watch = self->first_ready;

      is_last = watch == last;
      weir_loop_unmake_ready (self, watch);
      watch->dispatch (watch, 0);
    }
}

/* --- dispatch --- */

void
weir_loop_enter (WeirLoop *self)
{
  weir_loop_ref (self);
  self->depth++;
  self->now_us = g_get_monotonic_time ();
}

static void
weir_loop_empty_garbage (WeirLoop *self)
{
  for (guint i = 0; i < self->garbage->len; i++) /* it may grow meanwhile */
    {
      Garbage garbage = g_array_index (self->garbage, Garbage, i);

      garbage.destroy (garbage.data);
    }
  g_array_set_size (self->garbage, 0);
}

void
weir_loop_leave (WeirLoop *self)
{
  if (self->depth == 1)
    weir_loop_empty_garbage (self);
  self->depth--;
  weir_loop_update_ready_time (self);
  weir_loop_unref (self);
}

void
weir_loop_dispose_later (WeirLoop *self, gpointer data, GDestroyNotify destroy)
{
  Garbage garbage = { data, destroy };

  if (self->depth > 0)
    g_array_append_val (self->garbage, garbage);
  else
    destroy (data);
}

/* Returns TRUE if the loop is to stop. */
static gboolean
weir_loop_dispatch (WeirLoop *self, int timeout_ms)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, timeout_ms);
  gboolean has_quit = FALSE;

  weir_loop_enter (self);
  weir_loop_run_timers (self);
  weir_loop_run_ready (self);
  for (int i = 0; i < n; i++)
    {
      WeirWatch *watch = events[i].data.ptr;

      if (watch == NULL)
        has_quit = weir_loop_run_posted (self);
      else if (watch->dispatch != NULL)
        watch->dispatch (watch, events[i].events);
    }
  weir_loop_leave (self);

  return has_quit;
}

static int
weir_loop_get_timeout_ms (WeirLoop *self)
{
  WeirTimer *timer = weir_timer_heap_peek (&self->timers);

  if (self->first_ready != NULL)
    return 0;
  if (timer == NULL)
    return -1;

  return CLAMP ((timer->at_us - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT);
}

void
weir_loop_run (WeirLoop *self)
{
  g_return_if_fail (self->source == NULL);

  weir_loop_ref (self);
  while (!weir_loop_dispatch (self, weir_loop_get_timeout_ms (self)))
    ;
  weir_loop_unref (self);
}

void
weir_loop_quit (WeirLoop *self)
{
  g_mutex_lock (&self->lock);
  self->has_quit = TRUE;
  weir_loop_wake (self);
  g_mutex_unlock (&self->lock);
}

static gboolean
loop_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  weir_loop_dispatch (((LoopSource *) source)->loop, 0);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_source_funcs = { .dispatch = loop_source_dispatch };

/* --- the rest --- */

gint64
weir_loop_now_us (WeirLoop *self)
{
  return self->depth > 0 ? self->now_us : g_get_monotonic_time ();
}

WeirBlock *
weir_loop_get_buffer (WeirLoop *self)
{
  if (weir_block_is_shared (self->buffer))
    {
      weir_block_unref (self->buffer);
      self->buffer = weir_block_new (WEIR_LOOP_BUFFER_SIZE);
    }
  return self->buffer;
}

guint8 *
weir_loop_get_scratch (WeirLoop *self)
{
  return self->scratch;
}

GMainContext *
weir_loop_get_context (WeirLoop *self)
{
  return self->context;
}

void
weir_loop_get_mask (WeirLoop *self, guint8 mask[4])
{
  if (self->n_masks_left == 0)
    {
      while (getrandom (self->masks, sizeof self->masks, 0) < (gssize) sizeof self->masks)
        ; /* never short for 256 bytes once the kernel has its entropy; a signal may come before */
      self->n_masks_left = sizeof self->masks;
    }
  self->n_masks_left -= 4;
  memcpy (mask, self->masks + self->n_masks_left, 4);
}

static void
weir_loop_free (WeirLoop *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  posted_list_free (self->first_posted);
  weir_timer_heap_clear (&self->timers);
  g_array_unref (self->garbage);
  g_ptr_array_unref (self->waiting);
  g_mutex_clear (&self->lock);
  if (self->event_fd >= 0)
    close (self->event_fd);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  weir_block_unref (self->buffer);
  g_free (self->scratch);
  g_free (self);
}

WeirLoop *
weir_loop_new (GError **error)
{
  WeirLoop *self = g_new0 (WeirLoop, 1);
  struct epoll_event event = { .events = EPOLLIN };

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  weir_timer_heap_init (&self->timers);
  self->garbage = g_array_new (FALSE, FALSE, sizeof (Garbage));
  self->waiting = g_ptr_array_new ();
  self->buffer = weir_block_new (WEIR_LOOP_BUFFER_SIZE);
  self->scratch = g_malloc (WEIR_LOOP_BUFFER_SIZE);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->ready_time = -1;
  if (self->epoll_fd < 0 || self->event_fd < 0 || epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, self->event_fd, &event) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Cannot make an event loop: %s", g_strerror (code));
      weir_loop_free (self);
      return NULL;
    }

  return self;
}

WeirLoop *
weir_loop_new_attached (GMainContext *context, int priority, GError **error)
{
  WeirLoop *self = weir_loop_new (error);

  if (self == NULL)
    return NULL;

  self->context = context != NULL ? g_main_context_ref (context) : g_main_context_ref_thread_default ();
  self->source = g_source_new (&loop_source_funcs, sizeof (LoopSource));
  ((LoopSource *) self->source)->loop = self;
  g_source_set_static_name (self->source, "WeirLoop");
  g_source_set_priority (self->source, priority);
  g_source_add_unix_fd (self->source, self->epoll_fd, G_IO_IN);
  g_source_attach (self->source, self->context);

  return self;
}

WeirLoop *
weir_loop_ref (WeirLoop *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
weir_loop_unref (WeirLoop *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    weir_loop_free (self);
}
