/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap.h"

#include <string.h>

#include "weir-waker.h"

/* Small records lie one behind the other in chunks, which a consumer takes whole; a chunk is as large as a message of
 * the feed. */
#define CHUNK_MAX_SIZE (64 * 1024)
#define CHUNK_MIN_SIZE 1024

/* One chunk of records, or one record whose payload lies in a block. */
typedef struct _WeirTapPiece WeirTapPiece;
struct _WeirTapPiece
{
  WeirTapPiece *next;
  guint8 *data; /* records, or the one head */
  gsize size;
  gsize capacity;
  guint n_records;
  gsize charge;
  WeirBlock *block;      /* nullable */
  const guint8 *payload; /* in block */
  gsize payload_len;
};

struct _WeirTap
{
  gatomicrefcount ref_count;
  guint32 snaplen;
  WeirTapKinds kinds;
  GSourceFunc wake;
  gpointer user_data;

  guint n_undelivered_drops; /* producer's: since its last record */
  GBytes *rest;              /* consumer's: of a chunk that was larger than asked for */

  guint n_records; /* atomic, as the next three: read by both sides, without the lock too */
  gsize n_bytes;
  gsize n_dropped;
  gint is_cancelled;

  GMutex lock; /* of what follows */
  WeirWaker *waker;
  gboolean is_awake; /* the consumer knows that there is something */
  WeirTapPiece *first;
  WeirTapPiece *last;
};

static void
weir_tap_piece_free (WeirTapPiece *piece)
{
  g_clear_pointer (&piece->block, weir_block_unref);
  g_free (piece->data);
  g_free (piece);
}

static void
weir_tap_piece_free_all (WeirTapPiece *piece)
{
  while (piece != NULL)
    {
      WeirTapPiece *next = piece->next;

      weir_tap_piece_free (piece);
      piece = next;
    }
}

static void
weir_tap_wake_cb (gpointer user_data)
{
  WeirTap *self = user_data;

  if (!g_atomic_int_get (&self->is_cancelled))
    self->wake (self->user_data);
}

WeirTap *
weir_tap_new (guint32 snaplen, WeirTapKinds kinds, GMainContext *context, GSourceFunc wake, gpointer user_data)
{
  WeirTap *self = g_new0 (WeirTap, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->snaplen = snaplen;
  self->kinds = kinds;
  self->wake = wake;
  self->user_data = user_data;
  self->waker = weir_waker_new (context, weir_tap_wake_cb, self);
  return self;
}

WeirTap *
weir_tap_ref (WeirTap *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
weir_tap_unref (WeirTap *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->waker, weir_waker_free);
  g_clear_pointer (&self->rest, g_bytes_unref);
  weir_tap_piece_free_all (self->first);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
weir_tap_cancel (WeirTap *self)
{
  WeirTapPiece *pieces;

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_cancelled, TRUE);
  pieces = g_steal_pointer (&self->first);
  self->last = NULL;
  g_clear_pointer (&self->waker, weir_waker_free);
  g_mutex_unlock (&self->lock);

  weir_tap_piece_free_all (pieces);
}

guint64
weir_tap_get_n_dropped (WeirTap *self)
{
  return (gsize) g_atomic_pointer_get (&self->n_dropped);
}

/* --- producer --- */

/* An empty queue takes one record of any size. */
static gboolean
weir_tap_has_room (WeirTap *self, gsize charge)
{
  guint n_records = (guint) g_atomic_int_get (&self->n_records);
  gsize n_bytes = (gsize) g_atomic_pointer_get (&self->n_bytes);

  return n_records == 0 || (n_records < WEIR_TAP_MAX_RECORDS && n_bytes + charge <= WEIR_TAP_MAX_BYTES);
}

gboolean
weir_tap_is_full (WeirTap *self)
{
  return !weir_tap_has_room (self, WEIR_RECORD_HEAD_SIZE);
}

static gboolean
weir_tap_is_interested (WeirTap *self, WeirRecordKind kind)
{
  if (g_atomic_int_get (&self->is_cancelled))
    return FALSE;
  if (kind == WEIR_RECORD_EVENT)
    return TRUE;
  return (self->kinds & (kind == WEIR_RECORD_TEXT ? WEIR_TAP_TEXT : WEIR_TAP_BINARY)) != 0;
}

gsize
weir_tap_get_limit (WeirTap *self)
{
  gsize max = WEIR_RECORD_MAX_SIZE - WEIR_RECORD_HEAD_SIZE; /* a message of several frames may be larger */

  return self->snaplen > 0 ? MIN (max, self->snaplen) : max;
}

static gsize
weir_tap_cut (WeirTap *self, WeirRecordKind kind, gsize len)
{
  return MIN (len,
              kind == WEIR_RECORD_EVENT ? WEIR_RECORD_MAX_SIZE - WEIR_RECORD_HEAD_SIZE : weir_tap_get_limit (self));
}

gboolean
weir_tap_wants_block (WeirTap *self, WeirRecordKind kind, gsize len)
{
  return weir_tap_cut (self, kind, len) >= WEIR_TAP_COPY_SIZE && weir_tap_is_interested (self, kind) &&
         weir_tap_has_room (self, WEIR_RECORD_HEAD_SIZE + len);
}

static WeirTapPiece *
weir_tap_piece_new_chunk (gsize size)
{
  WeirTapPiece *piece = g_new0 (WeirTapPiece, 1);

  piece->capacity = MAX (size, CHUNK_MIN_SIZE);
  piece->data = g_malloc (piece->capacity);
  return piece;
}

static WeirTapPiece *
weir_tap_piece_new_block (const guint8 *head, const guint8 *data, gsize len, WeirBlock *block)
{
  WeirTapPiece *piece = g_new0 (WeirTapPiece, 1);

  piece->block = block != NULL ? weir_block_ref (block) : weir_block_new_copy (data, len);
  piece->payload = block != NULL ? data : piece->block->data;
  piece->payload_len = len;
  piece->data = g_memdup2 (head, WEIR_RECORD_HEAD_SIZE);
  piece->size = piece->capacity = WEIR_RECORD_HEAD_SIZE;
  return piece;
}

/* With the lock. */
static void
weir_tap_link (WeirTap *self, WeirTapPiece *piece)
{
  if (self->last != NULL)
    self->last->next = piece;
  else
    self->first = piece;
  self->last = piece;
}

/* With the lock: the chunk at the end, with room for @size bytes. */
static WeirTapPiece *
weir_tap_ensure_chunk (WeirTap *self, gsize size)
{
  WeirTapPiece *piece = self->last;

  if (piece == NULL || piece->block != NULL || piece->size + size > CHUNK_MAX_SIZE)
    {
      piece = weir_tap_piece_new_chunk (size);
      weir_tap_link (self, piece);
    }
  else if (piece->size + size > piece->capacity)
    {
      piece->capacity = MIN (MAX (piece->capacity * 2, piece->size + size), CHUNK_MAX_SIZE);
      piece->data = g_realloc (piece->data, piece->capacity);
    }
  return piece;
}

/* With the lock. */
static void
weir_tap_count (WeirTap *self, WeirTapPiece *piece, gsize charge)
{
  piece->n_records++;
  piece->charge += charge;
  g_atomic_int_inc (&self->n_records);
  g_atomic_pointer_add (&self->n_bytes, (gssize) charge);

  if (!self->is_awake && self->waker != NULL)
    {
      self->is_awake = TRUE;
      weir_waker_wake (self->waker);
    }
}

static void
weir_tap_push_copy (WeirTap *self, const guint8 *head, const guint8 *data, gsize len)
{
  gsize size = WEIR_RECORD_HEAD_SIZE + len;

  g_mutex_lock (&self->lock);
  if (!g_atomic_int_get (&self->is_cancelled))
    {
      WeirTapPiece *piece = weir_tap_ensure_chunk (self, size);

      memcpy (piece->data + piece->size, head, WEIR_RECORD_HEAD_SIZE);
      if (len > 0)
        memcpy (piece->data + piece->size + WEIR_RECORD_HEAD_SIZE, data, len);
      piece->size += size;
      weir_tap_count (self, piece, size);
    }
  g_mutex_unlock (&self->lock);
}

/* What one more reference to @block costs: neighbours that lie in one are charged once. */
static gsize
weir_tap_get_charge (WeirTap *self, WeirBlock *block)
{
  gboolean has_it;

  g_mutex_lock (&self->lock);
  has_it = self->last != NULL && self->last->block == block;
  g_mutex_unlock (&self->lock);
  return has_it ? 0 : block->size;
}

static void
weir_tap_push_block (WeirTap *self, const guint8 *head, const guint8 *data, gsize len, WeirBlock *block, gsize charge)
{
  WeirTapPiece *piece = weir_tap_piece_new_block (head, data, len, block);

  g_mutex_lock (&self->lock);
  if (!g_atomic_int_get (&self->is_cancelled))
    {
      weir_tap_link (self, piece);
      weir_tap_count (self, piece, charge);
      piece = NULL;
    }
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&piece, weir_tap_piece_free);
}

static void
weir_tap_put_full (WeirTap *self, const WeirRecordHead *about, const guint8 *data, gsize len, WeirBlock *block)
{
  WeirRecordHead record = *about;
  gsize kept = weir_tap_cut (self, record.kind, len);
  gboolean is_large = kept >= WEIR_TAP_COPY_SIZE;
  gsize charge = WEIR_RECORD_HEAD_SIZE + (is_large && block != NULL ? weir_tap_get_charge (self, block) : kept);
  guint8 head[WEIR_RECORD_HEAD_SIZE];

  if (!weir_tap_is_interested (self, record.kind))
    return;
  if (record.kind != WEIR_RECORD_EVENT && !weir_tap_has_room (self, charge))
    {
      self->n_undelivered_drops++;
      g_atomic_pointer_add (&self->n_dropped, 1);
      return;
    }

  record.size = WEIR_RECORD_HEAD_SIZE + kept;
  record.n_dropped = self->n_undelivered_drops;
  if (record.n_dropped > 0)
    record.flags |= WEIR_RECORD_DROPPED;
  if (kept < record.payload_size)
    record.flags |= WEIR_RECORD_CUT;
  self->n_undelivered_drops = 0;
  weir_record_head_write (&record, head);

  if (is_large)
    weir_tap_push_block (self, head, data, kept, block, charge);
  else
    weir_tap_push_copy (self, head, data, kept);
}

void
weir_tap_put (WeirTap *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us, const guint8 *data,
              gsize len, WeirBlock *block)
{
  WeirRecordHead about = { .kind = kind, .flags = flags, .seq = seq, .time_us = time_us, .payload_size = len };

  weir_tap_put_full (self, &about, data, len, block);
}

void
weir_tap_put_start (WeirTap *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us, const guint8 *data,
                    gsize len, gsize payload_size)
{
  WeirRecordHead about = { .kind = kind, .flags = flags, .seq = seq, .time_us = time_us, .payload_size = payload_size };

  weir_tap_put_full (self, &about, data, len, NULL);
}

/* --- consumer --- */

static gsize
weir_tap_piece_get_size (const WeirTapPiece *piece)
{
  return piece->size + piece->payload_len;
}

/* A chunk, which need not be copied; or a piece that must be, and those after it that fit @max_size with it. @size:
 * (out): of all. */
static WeirTapPiece *
weir_tap_pop (WeirTap *self, gsize max_size, gsize *size)
{
  WeirTapPiece *first, *last = NULL;

  *size = 0;
  g_mutex_lock (&self->lock);
  first = self->first;
  for (WeirTapPiece *piece = first;
       piece != NULL &&
       (piece == first || (first->block != NULL && *size + weir_tap_piece_get_size (piece) <= max_size));
       piece = piece->next)
    {
      g_atomic_int_add (&self->n_records, -(gint) piece->n_records);
      g_atomic_pointer_add (&self->n_bytes, -(gssize) piece->charge);
      *size += weir_tap_piece_get_size (piece);
      last = piece;
    }
  if (last != NULL)
    {
      self->first = g_steal_pointer (&last->next);
      if (self->first == NULL)
        self->last = NULL;
    }
  else
    {
      self->is_awake = FALSE;
    }
  g_mutex_unlock (&self->lock);
  return first;
}

/* @pieces: (transfer full): of @size in all. */
static GBytes *
weir_tap_pieces_to_bytes (WeirTapPiece *pieces, gsize size)
{
  guint8 *data, *to;

  if (pieces->block == NULL) /* alone */
    {
      data = g_steal_pointer (&pieces->data);
    }
  else
    {
      data = to = g_malloc (size);
      for (WeirTapPiece *piece = pieces; piece != NULL; piece = piece->next)
        {
          memcpy (to, piece->data, piece->size);
          to += piece->size;
          if (piece->payload_len > 0)
            memcpy (to, piece->payload, piece->payload_len);
          to += piece->payload_len;
        }
    }
  weir_tap_piece_free_all (pieces);
  return g_bytes_new_take (data, size);
}

/* The size of the records at the start that fit @max_size; of the first one if none does. */
static gsize
weir_tap_measure (const guint8 *data, gsize size, gsize max_size)
{
  gsize sum = 0;

  while (sum < size)
    {
      guint32 record;

      memcpy (&record, data + sum, sizeof record);
      record = GUINT32_FROM_LE (record);
      if (sum > 0 && sum + record > max_size)
        break;
      sum += record;
    }
  return sum;
}

GBytes *
weir_tap_take (WeirTap *self, gsize max_size)
{
  g_autoptr (GBytes) bytes = g_steal_pointer (&self->rest);
  gsize size, n;

  if (bytes == NULL)
    {
      WeirTapPiece *pieces = weir_tap_pop (self, max_size, &size);

      if (pieces == NULL)
        return NULL;
      bytes = weir_tap_pieces_to_bytes (pieces, size);
    }

  size = g_bytes_get_size (bytes);
  n = size <= max_size ? size : weir_tap_measure (g_bytes_get_data (bytes, NULL), size, max_size);
  if (n == size)
    return g_steal_pointer (&bytes);

  self->rest = g_bytes_new_from_bytes (bytes, n, size - n);
  return g_bytes_new_from_bytes (bytes, 0, n);
}
