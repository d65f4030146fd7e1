/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "weir-client.h"
#include "weir-feed.h"
#include "weir-record.h"

/* A point that says what the test wants it to say: an ordinary worker with the functions of a point. */

typedef struct
{
  WeirWorker *worker;
  char *prefix; /* of its functions */

  /* How it answers. */
  const char *refuse_verb; /* this one */
  const char *refuse_code;
  const char *permits; /* JSON */
  int protocol;
  gboolean is_mute; /* sends no snapshot */

  /* What was asked of it. */
  guint n_described, n_watched, n_tapped, n_stopped;
  char *last_payload; /* of the last call but `stop`, as JSON */
  char *feed_channel; /* the id of the watch's channel */

  WeirChannelWriter *feed;
  WeirChannelWriter *tap;
  GPtrArray *infos; /* (element-type WeirChannelInfo): the snapshot */
} FakePoint;

static inline gint64
fake_point_now_ms (void)
{
  return g_get_real_time () / 1000;
}

static inline void
fake_point_say (FakePoint *self, const char *text)
{
  weir_channel_writer_send_message_async (self->feed, text, NULL, NULL, NULL);
}

static inline void
fake_point_say_string (FakePoint *self, GString *text)
{
  fake_point_say (self, text->str);
  g_string_free (text, TRUE);
}

static inline void
fake_point_say_snapshot (FakePoint *self)
{
  guint next = 0;

  do
    fake_point_say_string (self,
                           weir_feed_write_snapshot (fake_point_now_ms (), (WeirChannelInfo **) self->infos->pdata,
                                                     self->infos->len, next, &next));
  while (next < self->infos->len);
}

static inline void
fake_point_say_sample (FakePoint *self, guint32 n, WeirTotals totals)
{
  WeirSample sample = { n, totals };
  guint next = 0;

  fake_point_say_string (self, weir_feed_write_samples (fake_point_now_ms (), &sample, 1, 0, &next));
}

static inline void
fake_point_send_record (FakePoint *self, WeirRecordKind kind, guint64 seq, const char *payload)
{
  gsize len = strlen (payload);
  WeirRecordHead head = { WEIR_RECORD_HEAD_SIZE + len, kind, 0, seq, g_get_real_time (), len, 0 };
  g_autoptr (GByteArray) record = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_set_size (record, WEIR_RECORD_HEAD_SIZE);
  weir_record_head_write (&head, record->data);
  g_byte_array_append (record, (const guint8 *) payload, len);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&record));
  weir_channel_writer_write_async (self->tap, bytes, NULL, NULL, NULL);
}

/* A channel for the snapshot: flowing, between two functions. */
static inline WeirChannelInfo *
fake_point_add (FakePoint *self, const char *id, guint32 n)
{
  WeirChannelInfo *info = weir_channel_info_new (id);

  info->n = n;
  info->created_at_ms = fake_point_now_ms () - 1000 + n;
  info->since_ms = info->created_at_ms;
  info->state = WEIR_STATE_FLOWING;
  info->writer.presence = info->reader.presence = WEIR_PRESENCE_HERE;
  info->writer.connected_at_ms = info->reader.connected_at_ms = info->created_at_ms;
  g_ptr_array_add (self->infos, info);
  return info;
}

/* --- its functions --- */

/* Whether the call is not to be refused; it is noted in any case. */
static inline gboolean
fake_point_accepts (FakePoint *self, WeirInvocation *invocation, const char *verb)
{
  GString *text = g_string_new (NULL);

  weir_json_append_node (text, weir_invocation_get_payload (invocation));
  g_free (self->last_payload);
  self->last_payload = g_string_free (text, FALSE);
  if (g_strcmp0 (self->refuse_verb, verb) != 0)
    return TRUE;
  weir_invocation_return_error (invocation, self->refuse_code, "The test refuses this");
  return FALSE;
}

static inline void
fake_point_answer (WeirInvocation *invocation, const char *json)
{
  weir_invocation_return (invocation, weir_json_parse (WEIR_SPAN (json), NULL));
}

static inline void
fake_point_describe_cb (WeirInvocation *invocation, gpointer user_data)
{
  FakePoint *self = user_data;
  g_autofree char *answer = g_strdup_printf (
      "{\"protocol\":%d,\"version\":\"1\",\"mode\":\"engine\",\"now_ms\":%" G_GINT64_FORMAT ",\"permits\":%s}",
      self->protocol, fake_point_now_ms (), self->permits);

  self->n_described++;
  if (fake_point_accepts (self, invocation, "describe"))
    fake_point_answer (invocation, answer);
}

static inline void
fake_point_watch_cb (WeirInvocation *invocation, gpointer user_data)
{
  FakePoint *self = user_data;
  WeirChannelWriter *writer = weir_invocation_get_writer (invocation, "writer");

  self->n_watched++;
  if (!fake_point_accepts (self, invocation, "watch"))
    return;
  g_assert_nonnull (writer);
  g_set_object (&self->feed, writer);
  g_free (self->feed_channel);
  self->feed_channel = g_strdup (weir_channel_writer_get_ref (writer)->channel_id);
  fake_point_answer (invocation, "{\"watch_id\":\"w1\"}");
  if (!self->is_mute)
    fake_point_say_snapshot (self);
}

static inline void
fake_point_tap_cb (WeirInvocation *invocation, gpointer user_data)
{
  FakePoint *self = user_data;

  self->n_tapped++;
  if (!fake_point_accepts (self, invocation, "tap"))
    return;
  g_set_object (&self->tap, weir_invocation_get_writer (invocation, "writer"));
  fake_point_answer (invocation, "{\"tap_id\":\"t1\",\"next_seq\":1}");
}

static inline void
fake_point_stop_cb (WeirInvocation *invocation, gpointer user_data)
{
  FakePoint *self = user_data;

  self->n_stopped++;
  weir_invocation_return (invocation, NULL);
}

static inline void
fake_point_register (FakePoint *self, const char *verb, WeirFunctionFunc func)
{
  g_autofree char *id = g_strconcat (self->prefix, "::", verb, NULL);
  g_autoptr (JsonNode) metadata = weir_json_parse (WEIR_SPAN ("{\"internal\":true}"), NULL);

  weir_worker_register_function (self->worker, id, NULL, metadata, func, self, NULL);
}

static inline FakePoint *
fake_point_new (const char *url, const char *prefix)
{
  FakePoint *self = g_new0 (FakePoint, 1);

  self->prefix = g_strdup (prefix);
  self->protocol = 1;
  self->permits = "[\"see\",\"read\"]";
  self->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_info_free);
  self->worker = weir_worker_new (url, prefix);
  fake_point_register (self, "describe", fake_point_describe_cb);
  fake_point_register (self, "watch", fake_point_watch_cb);
  fake_point_register (self, "tap", fake_point_tap_cb);
  fake_point_register (self, "stop", fake_point_stop_cb);
  return self;
}

static inline void
fake_point_start (FakePoint *self)
{
  weir_worker_start (self->worker);
}

/* Without a word, as a process that was killed. */
static inline void
fake_point_break_feed (FakePoint *self)
{
  weir_channel_writer_abort (self->feed);
}

static inline void
fake_point_free (FakePoint *self)
{
  weir_worker_stop (self->worker);
  if (self->feed != NULL)
    weir_channel_writer_abort (self->feed);
  if (self->tap != NULL)
    weir_channel_writer_abort (self->tap);
  g_clear_object (&self->feed);
  g_clear_object (&self->tap);
  g_object_unref (self->worker);
  g_ptr_array_unref (self->infos);
  g_free (self->last_payload);
  g_free (self->feed_channel);
  g_free (self->prefix);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakePoint, fake_point_free)
