/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-key-veil.h"

#include <string.h>

#include "weir-key-mask.h"

struct _WeirKeyVeil
{
  GtkTextBuffer *buffer;
  char *text;  /* with its keys */
  char *shown; /* as the buffer has it: as many bytes, each where it is in the text */
  guint n_keys;
  gboolean is_lifted;
  gboolean is_covering; /* what changes in the buffer is our own doing */
  guint source;
};

static char *
dup_shown (WeirKeyVeil *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

/* A key is covered byte by byte, and may be changed within one of its characters: the rest of that is no text. */
static gboolean
is_inside_character (const char *byte)
{
  return (*byte & 0xc0) == 0x80;
}

/* What was changed in the buffer lies between what is the same at its start and at its end. */
static void
learn (WeirKeyVeil *self)
{
  g_autofree char *now = dup_shown (self);
  gsize n_now = strlen (now), n_shown = strlen (self->shown), n_most = MIN (n_now, n_shown), start = 0, end = 0;
  GString *text;

  while (start < n_most && now[start] == self->shown[start])
    start++;
  while (end < n_most - start && now[n_now - 1 - end] == self->shown[n_shown - 1 - end])
    end++;
  if (start == n_now && start == n_shown)
    return;
  while (start > 0 && is_inside_character (self->text + start))
    start--;
  while (end > 0 && is_inside_character (self->text + n_shown - end))
    end--;
  text = g_string_new_len (self->text, (gssize) start);
  g_string_append_len (text, now + start, (gssize) (n_now - start - end));
  g_string_append (text, self->text + n_shown - end);
  g_free (self->text);
  self->text = g_string_free (text, FALSE);
  g_free (self->shown);
  self->shown = g_steal_pointer (&now);
}

static char *
dup_covered (WeirKeyVeil *self)
{
  g_autoptr (GBytes) bytes = g_bytes_new (self->text, strlen (self->text));
  g_autoptr (GBytes) covered = weir_key_mask (bytes, &self->n_keys), shown = weir_key_mask_shown (NULL, bytes);
  GBytes *wanted = self->is_lifted ? bytes : shown;
  gsize size;
  const char *data = g_bytes_get_data (wanted, &size);
  char *text = size > 0 ? g_strndup (data, size) : g_strdup ("");
  const char *broken;

  while (!g_utf8_validate (text, -1, &broken)) /* a key that is no ASCII, covered from within a character */
    text[broken - text] = '*';
  return text;
}

static void
cover (WeirKeyVeil *self)
{
  g_autofree char *wanted = NULL;
  GtkTextIter cursor, bound;
  int at, other;

  learn (self);
  wanted = dup_covered (self);
  if (g_str_equal (wanted, self->shown))
    return;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &cursor, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_get_iter_at_mark (self->buffer, &bound, gtk_text_buffer_get_selection_bound (self->buffer));
  at = gtk_text_iter_get_offset (&cursor);
  other = gtk_text_iter_get_offset (&bound);
  g_free (self->shown);
  self->shown = g_strdup (wanted);
  self->is_covering = TRUE;
  gtk_text_buffer_set_text (self->buffer, wanted, -1); /* it cannot be undone: that would show them */
  self->is_covering = FALSE;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &cursor, at);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &bound, other);
  gtk_text_buffer_select_range (self->buffer, &cursor, &bound);
}

static gboolean
cover_cb (gpointer user_data)
{
  WeirKeyVeil *self = user_data;

  self->source = 0;
  cover (self);
  return G_SOURCE_REMOVE;
}

/* Not within what the user does, which is to be undone as one; but before it is drawn. */
static void
changed_cb (GtkTextBuffer *buffer, WeirKeyVeil *self)
{
  if (self->is_covering)
    return;
  learn (self);
  if (self->source == 0)
    self->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, cover_cb, self, NULL);
}

WeirKeyVeil *
weir_key_veil_new (GtkTextBuffer *buffer)
{
  WeirKeyVeil *self = g_new0 (WeirKeyVeil, 1);

  self->buffer = g_object_ref (buffer);
  self->shown = dup_shown (self);
  self->text = g_strdup (self->shown);
  g_signal_connect (buffer, "changed", G_CALLBACK (changed_cb), self);
  cover (self);
  return self;
}

void
weir_key_veil_free (WeirKeyVeil *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_object_unref (self->buffer);
  g_free (self->text);
  g_free (self->shown);
  g_free (self);
}

char *
weir_key_veil_dup_text (WeirKeyVeil *self)
{
  return g_strdup (self->text);
}

gboolean
weir_key_veil_has_keys (WeirKeyVeil *self)
{
  return self->n_keys > 0;
}

void
weir_key_veil_set_lifted (WeirKeyVeil *self, gboolean is_lifted)
{
  self->is_lifted = is_lifted;
  cover (self);
}

gboolean
weir_key_veil_is_lifted (WeirKeyVeil *self)
{
  return self->is_lifted;
}

gboolean
weir_key_veil_is_covering (WeirKeyVeil *self)
{
  return self->is_covering;
}
