/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-info.h"

#include <string.h>

static void
end_info_copy (WeirEndInfo *copy, const WeirEndInfo *end)
{
  *copy = *end;
  copy->close_reason = g_strdup (end->close_reason);
  copy->violation = g_strdup (end->violation);
  copy->worker_id = g_strdup (end->worker_id);
  copy->worker_name = g_strdup (end->worker_name);
  copy->worker_runtime = g_strdup (end->worker_runtime);
  copy->function_id = g_strdup (end->function_id);
}

static void
end_info_clear (WeirEndInfo *end)
{
  g_free (end->close_reason);
  g_free (end->violation);
  g_free (end->worker_id);
  g_free (end->worker_name);
  g_free (end->worker_runtime);
  g_free (end->function_id);
}

WeirPassedInfo *
weir_passed_info_new (void)
{
  return g_new0 (WeirPassedInfo, 1);
}

static WeirPassedInfo *
passed_info_copy (const WeirPassedInfo *self)
{
  WeirPassedInfo *copy = weir_passed_info_new ();

  *copy = *self;
  copy->function_id = g_strdup (self->function_id);
  copy->path = g_strdup (self->path);
  copy->by_worker_id = g_strdup (self->by_worker_id);
  copy->by_worker_name = g_strdup (self->by_worker_name);
  copy->invocation_id = g_strdup (self->invocation_id);
  copy->error_code = g_strdup (self->error_code);
  copy->error_message = g_strdup (self->error_message);
  copy->trace_id = g_strdup (self->trace_id);
  copy->to_worker_id = g_strdup (self->to_worker_id);
  copy->to_worker_name = g_strdup (self->to_worker_name);
  copy->to_worker_runtime = g_strdup (self->to_worker_runtime);
  return copy;
}

void
weir_passed_info_free (WeirPassedInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->function_id);
  g_free (self->path);
  g_free (self->by_worker_id);
  g_free (self->by_worker_name);
  g_free (self->invocation_id);
  g_free (self->error_code);
  g_free (self->error_message);
  g_free (self->trace_id);
  g_free (self->to_worker_id);
  g_free (self->to_worker_name);
  g_free (self->to_worker_runtime);
  g_free (self);
}

WeirChannelInfo *
weir_channel_info_new (const char *channel_id)
{
  WeirChannelInfo *self = g_new0 (WeirChannelInfo, 1);

  self->channel_id = g_strdup (channel_id);
  self->passed = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_passed_info_free);
  return self;
}

WeirChannelInfo *
weir_channel_info_copy (const WeirChannelInfo *self)
{
  WeirChannelInfo *copy = g_new0 (WeirChannelInfo, 1);

  *copy = *self;
  copy->channel_id = g_strdup (self->channel_id);
  copy->creator_worker_id = g_strdup (self->creator_worker_id);
  copy->creator_worker_name = g_strdup (self->creator_worker_name);
  end_info_copy (&copy->writer, &self->writer);
  end_info_copy (&copy->reader, &self->reader);
  copy->passed = g_ptr_array_new_full (self->passed->len, (GDestroyNotify) weir_passed_info_free);
  for (guint i = 0; i < self->passed->len; i++)
    g_ptr_array_add (copy->passed, passed_info_copy (g_ptr_array_index (self->passed, i)));
  copy->shapes = weir_shape_info_copy_all (self->shapes);
  copy->acts = weir_act_info_copy_all (self->acts);
  return copy;
}

void
weir_channel_info_free (WeirChannelInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->channel_id);
  g_free (self->creator_worker_id);
  g_free (self->creator_worker_name);
  end_info_clear (&self->writer);
  end_info_clear (&self->reader);
  g_ptr_array_unref (self->passed);
  g_clear_pointer (&self->shapes, g_ptr_array_unref);
  g_clear_pointer (&self->acts, g_ptr_array_unref);
  g_free (self);
}

static gsize
string_size (const char *string)
{
  return string != NULL ? strlen (string) + 1 : 0;
}

static gsize
end_info_size (const WeirEndInfo *end)
{
  return string_size (end->close_reason) + string_size (end->violation) + string_size (end->worker_id) +
         string_size (end->worker_name) + string_size (end->worker_runtime) + string_size (end->function_id);
}

static gsize
passed_info_size (const WeirPassedInfo *self)
{
  return sizeof *self + string_size (self->function_id) + string_size (self->path) + string_size (self->by_worker_id) +
         string_size (self->by_worker_name) + string_size (self->invocation_id) + string_size (self->error_code) +
         string_size (self->error_message) + string_size (self->trace_id) + string_size (self->to_worker_id) +
         string_size (self->to_worker_name) + string_size (self->to_worker_runtime);
}

gsize
weir_channel_info_get_size (const WeirChannelInfo *self)
{
  gsize size = sizeof *self + string_size (self->channel_id) + string_size (self->creator_worker_id) +
               string_size (self->creator_worker_name) + end_info_size (&self->writer) + end_info_size (&self->reader);

  for (guint i = 0; i < self->passed->len; i++)
    size += passed_info_size (g_ptr_array_index (self->passed, i));
  size += weir_shape_info_get_size (self->shapes) + weir_act_info_get_size (self->acts);
  return size;
}
