/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-growing.h"

#include <string.h>

#include "weir-key-mask.h"

#define GAP "[…]"

/* Looked at before what is shown: a key may have begun there. */
#define KEY_LEAD 1024

/* A text of one answer; a new answer's is another. */
typedef struct
{
  GString *text;
  GArray *gaps; /* (element-type gsize): where */
} Text;

typedef struct
{
  guint64 seq;
  guint32 text; /* which */
  guint32 end;  /* of the piece in it */
} Piece;

struct _WeirGrowing
{
  GPtrArray *texts;
  GHashTable *current; /* series → which text grows; emptied when an answer begins */
  GArray *pieces;      /* (element-type Piece) */
  gsize n_bytes;
};

static void
text_free (gpointer data)
{
  Text *text = data;

  g_string_free (text->text, TRUE);
  g_array_unref (text->gaps);
  g_free (text);
}

WeirGrowing *
weir_growing_new (void)
{
  WeirGrowing *self = g_new0 (WeirGrowing, 1);

  self->texts = g_ptr_array_new_with_free_func (text_free);
  self->current = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  return self;
}

void
weir_growing_free (WeirGrowing *self)
{
  g_ptr_array_unref (self->texts);
  g_hash_table_unref (self->current);
  g_array_unref (self->pieces);
  g_free (self);
}

static guint
ensure_text (WeirGrowing *self, const char *series)
{
  gpointer which;
  Text *text;

  if (g_hash_table_lookup_extended (self->current, series, NULL, &which))
    return GPOINTER_TO_UINT (which);

  text = g_new (Text, 1);
  text->text = g_string_new (NULL);
  text->gaps = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_ptr_array_add (self->texts, text);
  g_hash_table_insert (self->current, g_strdup (series), GUINT_TO_POINTER (self->texts->len - 1));
  return self->texts->len - 1;
}

void
weir_growing_add (WeirGrowing *self, guint64 seq, const WeirName *name)
{
  Piece piece = { .seq = seq };
  Text *text;

  if (name->is_start)
    g_hash_table_remove_all (self->current);
  if (name->kind != WEIR_NAME_DELTA || self->pieces->len >= WEIR_GROWING_MAX_PIECES ||
      self->n_bytes + strlen (name->piece) > WEIR_GROWING_MAX_BYTES)
    return;

  piece.text = ensure_text (self, name->series);
  text = self->texts->pdata[piece.text];
  g_string_append (text->text, name->piece);
  self->n_bytes += strlen (name->piece);
  piece.end = text->text->len;
  g_array_append_val (self->pieces, piece);
}

void
weir_growing_add_gap (WeirGrowing *self)
{
  GHashTableIter iter;
  gpointer which;

  g_hash_table_iter_init (&iter, self->current);
  while (g_hash_table_iter_next (&iter, NULL, &which))
    {
      Text *text = self->texts->pdata[GPOINTER_TO_UINT (which)];
      gsize at = text->text->len;

      if (text->gaps->len == 0 || g_array_index (text->gaps, gsize, text->gaps->len - 1) != at)
        g_array_append_val (text->gaps, at);
    }
}

static const Piece *
find_piece (WeirGrowing *self, guint64 seq)
{
  guint low = 0, high = self->pieces->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->pieces, Piece, middle).seq < seq)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == self->pieces->len || g_array_index (self->pieces, Piece, low).seq != seq)
    return NULL;
  return &g_array_index (self->pieces, Piece, low);
}

/* Up to there, with the keys masked that are put together from pieces. */
static GBytes *
mask_until (const Text *text, gsize end, gsize from)
{
  gsize before = MIN (from, KEY_LEAD);
  g_autoptr (GBytes) lead = g_bytes_new_static (text->text->str + from - before, before);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text->text->str + from, end - from);

  return weir_key_mask_shown (&(WeirKeyLead){ lead, TRUE }, bytes);
}

char *
weir_growing_dup_text (WeirGrowing *self, guint64 seq, gsize max_bytes, gboolean *has_gaps)
{
  const Piece *piece = find_piece (self, seq);
  const Text *text = piece != NULL ? self->texts->pdata[piece->text] : NULL;
  g_autoptr (GBytes) masked = NULL;
  const char *shown;
  GString *out;
  gsize from, first;

  *has_gaps = FALSE;
  if (text == NULL)
    return NULL;

  from = piece->end > max_bytes ? piece->end - max_bytes : 0;
  while (from > 0 && from < piece->end && (text->text->str[from] & 0xc0) == 0x80) /* inside of a character */
    from++;
  first = from;
  masked = mask_until (text, piece->end, from);
  shown = g_bytes_get_data (masked, NULL);
  out = g_string_new (from > 0 ? "…" : NULL);
  for (guint i = 0; i < text->gaps->len; i++)
    {
      gsize gap = g_array_index (text->gaps, gsize, i);

      if (gap < from || gap >= piece->end)
        continue;
      g_string_append_len (out, shown + from - first, gap - from);
      g_string_append (out, GAP);
      from = gap;
      *has_gaps = TRUE;
    }
  g_string_append_len (out, shown + from - first, piece->end - from);
  return g_string_free (out, FALSE);
}
