/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-row-set.h"

struct _WeirRowSet
{
  GArray *rows;
};

WeirRowSet *
weir_row_set_new (void)
{
  WeirRowSet *self = g_new (WeirRowSet, 1);

  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
weir_row_set_free (WeirRowSet *self)
{
  g_array_unref (self->rows);
  g_free (self);
}

guint
weir_row_set_get_size (WeirRowSet *self)
{
  return self->rows->len;
}

guint32
weir_row_set_get (WeirRowSet *self, guint i)
{
  return g_array_index (self->rows, guint32, i);
}

const guint32 *
weir_row_set_get_all (WeirRowSet *self)
{
  return (const guint32 *) self->rows->data;
}

guint
weir_row_set_count_before (WeirRowSet *self, guint32 row)
{
  guint low = 0;
  guint high = self->rows->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (weir_row_set_get (self, middle) < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
weir_row_set_contains (WeirRowSet *self, guint32 row)
{
  guint i = weir_row_set_count_before (self, row);

  return i < self->rows->len && weir_row_set_get (self, i) == row;
}

void
weir_row_set_append (WeirRowSet *self, guint32 row)
{
  g_array_append_val (self->rows, row);
}

void
weir_row_set_toggle (WeirRowSet *self, guint32 row)
{
  guint i = weir_row_set_count_before (self, row);

  if (i < self->rows->len && weir_row_set_get (self, i) == row)
    g_array_remove_index (self->rows, i);
  else
    g_array_insert_val (self->rows, i, row);
}

guint
weir_row_set_drop_before (WeirRowSet *self, guint32 row)
{
  guint n = weir_row_set_count_before (self, row);

  if (n > 0)
    g_array_remove_range (self->rows, 0, n);
  return n;
}
