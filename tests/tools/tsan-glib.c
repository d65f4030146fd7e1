/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GLib is not built for ThreadSanitizer, which therefore does not see what its locks, queues, sources and counters
 * order, and would report every hand-over through them as a race. Linked into a test, these stand in front of GLib's
 * functions, tell ThreadSanitizer what is ordered, and call GLib's. Only the functions through which data passes
 * between our threads. */

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

#define NEXT(name)                                                                                                     \
  static __typeof__ (&name) found;                                                                                     \
  __typeof__ (&name) next = __atomic_load_n (&found, __ATOMIC_ACQUIRE);                                                \
  if (next == NULL) /* several threads may find it at once */                                                          \
  __atomic_store_n (&found, next = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name), __ATOMIC_RELEASE)

/* Locks. */

void
g_mutex_lock (GMutex *mutex)
{
  NEXT (g_mutex_lock);
  next (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked;

  NEXT (g_mutex_trylock);
  locked = next (mutex);
  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  NEXT (g_mutex_unlock);
  __tsan_release (mutex);
  next (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  NEXT (g_cond_wait);
  __tsan_release (mutex);
  next (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  NEXT (g_cond_wait_until);
  __tsan_release (mutex);
  signalled = next (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

/* Queues. */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  NEXT (g_async_queue_push);
  __tsan_release (queue);
  next (queue, data);
}

#define POP(name)                                                                                                      \
  gpointer name (GAsyncQueue *queue)                                                                                   \
  {                                                                                                                    \
    gpointer data;                                                                                                     \
    NEXT (name);                                                                                                       \
    data = next (queue);                                                                                               \
    __tsan_acquire (queue);                                                                                            \
    return data;                                                                                                       \
  }

POP (g_async_queue_pop)
POP (g_async_queue_try_pop)

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data;

  NEXT (g_async_queue_timeout_pop);
  data = next (queue, timeout);
  __tsan_acquire (queue);
  return data;
}

/* Pools of threads, those of GTask among them. */

typedef struct
{
  GFunc func;
  gpointer user_data;
} PoolFunc;

static void
pool_run (gpointer data, gpointer user_data)
{
  PoolFunc *pool_func = user_data;

  __tsan_acquire (pool_func);
  __tsan_acquire (data);
  pool_func->func (data, pool_func->user_data);
}

/* Pools last as long as the test: what is allocated here is not freed. */
GThreadPool *
g_thread_pool_new (GFunc func, gpointer user_data, gint max_threads, gboolean exclusive, GError **error)
{
  PoolFunc *pool_func = g_new (PoolFunc, 1);

  NEXT (g_thread_pool_new);
  *pool_func = (PoolFunc){ .func = func, .user_data = user_data };
  __tsan_release (pool_func);
  return next (pool_run, pool_func, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  NEXT (g_thread_pool_push);
  __tsan_release (data);
  return next (pool, data, error);
}

/* Sources: what happened before a source was attached, or its callback set, happened before the callback. */

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
  GBytes *bytes; /* whose data this frees; else NULL */
} Callback;

static gboolean
callback_run (gpointer user_data)
{
  Callback *callback = user_data;

  __tsan_acquire (callback);
  return callback->func (callback->data);
}

static void
callback_free (gpointer user_data)
{
  Callback *callback = user_data;

  __tsan_acquire (callback);
  if (callback->notify != NULL)
    callback->notify (callback->data);
  g_free (callback);
}

static Callback *
callback_new (GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Callback *callback = g_new (Callback, 1);

  *callback = (Callback){ .func = func, .data = data, .notify = notify };
  __tsan_release (callback);
  return callback;
}

void
g_main_context_invoke_full (GMainContext *context, gint priority, GSourceFunc func, gpointer data,
                            GDestroyNotify notify)
{
  NEXT (g_main_context_invoke_full);
  next (context, priority, callback_run, callback_new (func, data, notify), callback_free);
}

void
g_main_context_invoke (GMainContext *context, GSourceFunc func, gpointer data)
{
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, func, data, NULL);
}

/* A source's callback may have any signature, so it is left alone; idle and timeout sources have this one. */

static gboolean
has_plain_callback (GSource *source)
{
  return source->source_funcs == &g_idle_funcs || source->source_funcs == &g_timeout_funcs;
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  NEXT (g_source_set_callback);
  if (func != NULL && has_plain_callback (source))
    next (source, callback_run, callback_new (func, data, notify), callback_free);
  else
    next (source, func, data, notify);
}

/* Counters: what happened before the others' decrements happened before the last one frees. */

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  gboolean is_last;

  NEXT (g_atomic_ref_count_dec);
  __tsan_release (count);
  is_last = next (count);
  if (is_last)
    __tsan_acquire (count);
  return is_last;
}

/* GBytes: what its users did before they let go happened before its data is freed. */

static void
bytes_free (gpointer user_data)
{
  Callback *callback = user_data;

  __tsan_acquire (callback->bytes);
  callback_free (callback);
}

GBytes *
g_bytes_new_with_free_func (gconstpointer data, gsize size, GDestroyNotify free_func, gpointer user_data)
{
  Callback *callback = callback_new (NULL, user_data, free_func);

  NEXT (g_bytes_new_with_free_func);
  callback->bytes = next (data, size, bytes_free, callback);
  return callback->bytes;
}

GBytes *
g_bytes_new_take (gpointer data, gsize size)
{
  return g_bytes_new_with_free_func (data, size, g_free, data);
}

GBytes *
g_bytes_new (gconstpointer data, gsize size)
{
  return g_bytes_new_take (g_memdup2 (data, size), size);
}

void
g_bytes_unref (GBytes *bytes)
{
  NEXT (g_bytes_unref);
  if (bytes != NULL)
    __tsan_release (bytes);
  next (bytes);
}
