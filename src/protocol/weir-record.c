/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-record.h"

#include <string.h>

struct _WeirRecordReader
{
  WeirRecordFunc func;
  gpointer user_data;
  const char *broken; /* the rule that was broken; NULL: none */

  /* The beginning of a record whose rest has not come. */
  guint8 *rest;
  gsize rest_len;
  gsize rest_size; /* allocated */
};

/* A buffer that grew larger than this for one record is not kept for the next. */
#define KEPT_REST_SIZE (256 * 1024)

static void
put_u16 (guint8 *out, guint16 value)
{
  value = GUINT16_TO_LE (value);
  memcpy (out, &value, sizeof value);
}

static void
put_u32 (guint8 *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (out, &value, sizeof value);
}

static void
put_u64 (guint8 *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (out, &value, sizeof value);
}

static guint16
get_u16 (const guint8 *data)
{
  guint16 value;

  memcpy (&value, data, sizeof value);
  return GUINT16_FROM_LE (value);
}

static guint32
get_u32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

static guint64
get_u64 (const guint8 *data)
{
  guint64 value;

  memcpy (&value, data, sizeof value);
  return GUINT64_FROM_LE (value);
}

void
weir_record_head_write (const WeirRecordHead *head, guint8 out[WEIR_RECORD_HEAD_SIZE])
{
  put_u32 (out, head->size);
  out[4] = head->kind;
  out[5] = 0;
  put_u16 (out + 6, head->flags);
  put_u64 (out + 8, head->seq);
  put_u64 (out + 16, (guint64) head->time_us);
  put_u32 (out + 24, head->payload_size);
  put_u32 (out + 28, head->n_dropped);
}

/* The rule that a head breaks; NULL if none. */
static const char *
find_broken_rule (const WeirRecordHead *head, guint8 reserved)
{
  gsize kept = (gsize) head->size - WEIR_RECORD_HEAD_SIZE;

  if (head->size < WEIR_RECORD_HEAD_SIZE)
    return "a record is smaller than its head";
  if (head->size > WEIR_RECORD_MAX_SIZE)
    return "a record is larger than any message";
  if (head->kind < WEIR_RECORD_TEXT || head->kind > WEIR_RECORD_EVENT)
    return "a record of no known kind";
  if (reserved != 0)
    return "the reserved byte of a record is not 0";
  if (kept > head->payload_size)
    return "a record holds more than the message had";
  if (((head->flags & WEIR_RECORD_CUT) != 0) != (kept < head->payload_size))
    return "a record is cut and does not say so, or the reverse";
  if (((head->flags & WEIR_RECORD_DROPPED) != 0) != (head->n_dropped > 0))
    return "messages were dropped and the record does not say so, or the reverse";
  if ((head->kind == WEIR_RECORD_EVENT) != (head->seq == 0))
    return "a message without a number, or an event with one";
  return NULL;
}

WeirRecordStatus
weir_record_head_parse (WeirRecordHead *head, const guint8 *data, gsize len, const char **reason)
{
  WeirRecordHead parsed;
  const char *broken;

  if (len < WEIR_RECORD_HEAD_SIZE)
    return WEIR_RECORD_MORE;
  parsed = (WeirRecordHead){
    .size = get_u32 (data),
    .kind = data[4],
    .flags = get_u16 (data + 6),
    .seq = get_u64 (data + 8),
    .time_us = (gint64) get_u64 (data + 16),
    .payload_size = get_u32 (data + 24),
    .n_dropped = get_u32 (data + 28),
  };
  broken = find_broken_rule (&parsed, data[5]);
  if (broken != NULL)
    {
      *reason = broken;
      return WEIR_RECORD_BAD;
    }
  *head = parsed;
  return WEIR_RECORD_OK;
}

WeirRecordReader *
weir_record_reader_new (WeirRecordFunc func, gpointer user_data)
{
  WeirRecordReader *self = g_new0 (WeirRecordReader, 1);

  self->func = func;
  self->user_data = user_data;
  return self;
}

void
weir_record_reader_free (WeirRecordReader *self)
{
  if (self == NULL)
    return;
  g_free (self->rest);
  g_free (self);
}

/* Grows with what has come, not with what a head promises. */
static void
append_rest (WeirRecordReader *self, const guint8 *data, gsize len)
{
  gsize needed = self->rest_len + len;

  if (needed > self->rest_size)
    {
      self->rest_size = MIN (MAX (needed, 2 * self->rest_size), WEIR_RECORD_MAX_SIZE);
      self->rest = g_realloc (self->rest, self->rest_size);
    }
  memcpy (self->rest + self->rest_len, data, len);
  self->rest_len = needed;
}

static void
clear_rest (WeirRecordReader *self)
{
  self->rest_len = 0;
  if (self->rest_size > KEPT_REST_SIZE)
    {
      g_clear_pointer (&self->rest, g_free);
      self->rest_size = 0;
    }
}

static gboolean
fail (WeirRecordReader *self, const char *broken, const char **reason)
{
  self->broken = *reason = broken;
  clear_rest (self);
  return FALSE;
}

/* Moves from *data what is missing to @wanted bytes in the rest; FALSE if there is not as much. */
static gboolean
fill_rest (WeirRecordReader *self, gsize wanted, const guint8 **data, gsize *len)
{
  gsize n = MIN (wanted - MIN (wanted, self->rest_len), *len);

  append_rest (self, *data, n);
  *data += n;
  *len -= n;
  return self->rest_len >= wanted;
}

/* Completes the record that was begun in an earlier push. */
static gboolean
push_rest (WeirRecordReader *self, const guint8 **data, gsize *len, const char **reason)
{
  const char *broken = NULL;
  WeirRecordHead head;

  if (!fill_rest (self, WEIR_RECORD_HEAD_SIZE, data, len))
    return TRUE;
  if (weir_record_head_parse (&head, self->rest, self->rest_len, &broken) == WEIR_RECORD_BAD)
    return fail (self, broken, reason);
  if (!fill_rest (self, head.size, data, len))
    return TRUE;
  self->func (&head, self->rest + WEIR_RECORD_HEAD_SIZE, head.size - WEIR_RECORD_HEAD_SIZE, self->user_data);
  clear_rest (self);
  return TRUE;
}

gboolean
weir_record_reader_push (WeirRecordReader *self, const guint8 *data, gsize len, const char **reason)
{
  WeirRecordHead head;

  if (self->broken != NULL)
    return fail (self, self->broken, reason);
  if (len > 0 && self->rest_len > 0 && !push_rest (self, &data, &len, reason))
    return FALSE;
  while (len > 0)
    {
      const char *broken = NULL;
      WeirRecordStatus status = weir_record_head_parse (&head, data, len, &broken);

      if (status == WEIR_RECORD_BAD)
        return fail (self, broken, reason);
      if (status == WEIR_RECORD_MORE || head.size > len)
        {
          append_rest (self, data, len);
          break;
        }
      self->func (&head, data + WEIR_RECORD_HEAD_SIZE, head.size - WEIR_RECORD_HEAD_SIZE, self->user_data);
      data += head.size;
      len -= head.size;
    }
  return TRUE;
}

gboolean
weir_record_reader_is_empty (WeirRecordReader *self)
{
  return self->rest_len == 0;
}
