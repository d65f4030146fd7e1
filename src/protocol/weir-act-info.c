/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-act-info.h"

#include <string.h>

static gsize
string_size (const char *string)
{
  return string != NULL ? strlen (string) + 1 : 0;
}

/* --- shapes --- */

WeirShapeInfo *
weir_shape_info_new (void)
{
  return g_new0 (WeirShapeInfo, 1);
}

void
weir_shape_info_free (WeirShapeInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->worker_id);
  g_free (self->worker_name);
  g_free (self);
}

static gpointer
shape_info_copy (gconstpointer shape, gpointer user_data)
{
  WeirShapeInfo *copy = g_memdup2 (shape, sizeof *copy);

  copy->worker_id = g_strdup (copy->worker_id);
  copy->worker_name = g_strdup (copy->worker_name);
  return copy;
}

GPtrArray *
weir_shape_info_copy_all (const GPtrArray *shapes)
{
  GPtrArray *copy;

  if (shapes == NULL)
    return NULL;
  copy = g_ptr_array_copy ((GPtrArray *) shapes, shape_info_copy, NULL);
  g_ptr_array_set_free_func (copy, (GDestroyNotify) weir_shape_info_free); /* @shapes may own nothing */
  return copy;
}

gsize
weir_shape_info_get_size (const GPtrArray *shapes)
{
  gsize size = 0;

  for (guint i = 0; shapes != NULL && i < shapes->len; i++)
    {
      const WeirShapeInfo *shape = shapes->pdata[i];

      size += sizeof *shape + string_size (shape->worker_id) + string_size (shape->worker_name);
    }
  return size;
}

/* --- acts --- */

WeirActInfo *
weir_act_info_new (void)
{
  return g_new0 (WeirActInfo, 1);
}

void
weir_act_info_free (WeirActInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->worker_name);
  g_free (self);
}

static gpointer
act_info_copy (gconstpointer act, gpointer user_data)
{
  WeirActInfo *copy = g_memdup2 (act, sizeof *copy);

  copy->worker_name = g_strdup (copy->worker_name);
  return copy;
}

GPtrArray *
weir_act_info_copy_all (const GPtrArray *acts)
{
  return acts != NULL ? g_ptr_array_copy ((GPtrArray *) acts, act_info_copy, NULL) : NULL;
}

gsize
weir_act_info_get_size (const GPtrArray *acts)
{
  gsize size = 0;

  for (guint i = 0; acts != NULL && i < acts->len; i++)
    {
      const WeirActInfo *act = acts->pdata[i];

      size += sizeof *act + string_size (act->worker_name);
    }
  return size;
}

static const char *const act_words[] = {
  [WEIR_ACT_UNKNOWN] = "unknown",
  [WEIR_ACT_HELD] = "held",
  [WEIR_ACT_SLOWED] = "slowed",
  [WEIR_ACT_LET_GO] = "let-go",
  [WEIR_ACT_INJECTED] = "injected",
  [WEIR_ACT_CLOSED_WRITER] = "closed-writer",
  [WEIR_ACT_CLOSED_READER] = "closed-reader",
};

const char *
weir_act_to_string (WeirAct act)
{
  g_return_val_if_fail (act < G_N_ELEMENTS (act_words), NULL);

  return act_words[act];
}

gboolean
weir_act_from_string (const char *string, WeirAct *act)
{
  for (guint i = 0; i < G_N_ELEMENTS (act_words); i++)
    if (g_strcmp0 (act_words[i], string) == 0)
      {
        *act = i;
        return TRUE;
      }
  return FALSE;
}
