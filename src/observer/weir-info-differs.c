/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-info-differs.h"

static gboolean
end_differs (const WeirEndInfo *a, const WeirEndInfo *b)
{
  return a->presence != b->presence || a->connected_at_ms != b->connected_at_ms || a->closed_at_ms != b->closed_at_ms ||
         a->close_code != b->close_code || a->close_clean != b->close_clean || a->how != b->how ||
         a->probed != b->probed || a->is_unanswered != b->is_unanswered || a->n_refused != b->n_refused ||
         a->n_not_found != b->n_not_found || a->asked_at_ms != b->asked_at_ms ||
         a->worker_left_at_ms != b->worker_left_at_ms || g_strcmp0 (a->violation, b->violation) != 0 ||
         g_strcmp0 (a->close_reason, b->close_reason) != 0 || g_strcmp0 (a->worker_id, b->worker_id) != 0 ||
         g_strcmp0 (a->worker_name, b->worker_name) != 0 || g_strcmp0 (a->worker_runtime, b->worker_runtime) != 0 ||
         g_strcmp0 (a->function_id, b->function_id) != 0;
}

static gboolean
passed_differs (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return TRUE;
  for (guint i = 0; i < a->len; i++)
    {
      const WeirPassedInfo *one = g_ptr_array_index (a, i);
      const WeirPassedInfo *other = g_ptr_array_index (b, i);

      if (one->at_ms != other->at_ms || one->returned_at_ms != other->returned_at_ms ||
          g_strcmp0 (one->error_code, other->error_code) != 0 ||
          g_strcmp0 (one->function_id, other->function_id) != 0 ||
          g_strcmp0 (one->invocation_id, other->invocation_id) != 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
shapes_differ (const GPtrArray *a, const GPtrArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      const WeirShapeInfo *one = a->pdata[i];
      const WeirShapeInfo *other = b->pdata[i];

      if (one->pause != other->pause || one->rate_bytes_per_s != other->rate_bytes_per_s ||
          one->since_ms != other->since_ms || g_strcmp0 (one->worker_id, other->worker_id) != 0)
        return TRUE;
    }
  return FALSE;
}

/* They are only added to, and the oldest go. */
static gboolean
acts_differ (const GPtrArray *a, const GPtrArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return TRUE;
  return n > 0 && (((WeirActInfo *) a->pdata[n - 1])->at_ms != ((WeirActInfo *) b->pdata[n - 1])->at_ms ||
                   ((WeirActInfo *) a->pdata[n - 1])->value != ((WeirActInfo *) b->pdata[n - 1])->value);
}

gboolean
weir_info_differs (const WeirChannelInfo *a, const WeirChannelInfo *b)
{
  return a->state != b->state || a->totals.unknown != b->totals.unknown || a->since_ms != b->since_ms ||
         a->ended_by != b->ended_by || a->ended_at_ms != b->ended_at_ms || a->expires_at_ms != b->expires_at_ms ||
         a->buffer_items != b->buffer_items || a->buffer_bytes_max != b->buffer_bytes_max ||
         a->created_at_ms != b->created_at_ms || a->first_message_at_ms != b->first_message_at_ms ||
         g_strcmp0 (a->creator_worker_id, b->creator_worker_id) != 0 ||
         g_strcmp0 (a->creator_worker_name, b->creator_worker_name) != 0 || end_differs (&a->writer, &b->writer) ||
         end_differs (&a->reader, &b->reader) || passed_differs (a->passed, b->passed) ||
         shapes_differ (a->shapes, b->shapes) || acts_differ (a->acts, b->acts);
}
