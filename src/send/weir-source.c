/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-source.h"

#include <glib/gi18n.h>

#include "weir-generate.h"
#include "weir-hex-text.h"
#include "weir-utf8.h"

/* Read at a time: a thread is asked for each block. */
#define BLOCK_SIZE (256 * 1024)

struct _WeirSource
{
  GObject parent_instance;

  WeirWriting *writing;
  GCancellable *cancellable;

  GBytes *block; /* what is there, from "at" on; NULL: nothing was read yet */
  gsize at;
  guint64 n_before; /* bytes of the stream before the block */
  gboolean is_last; /* nothing comes after the block */

  GFileInputStream *stream; /* nullable: of a file, once it is open */
  gboolean is_reading;
  guint64 number; /* of the generator's last message */
  GError *error;  /* nullable: it has failed */
};

enum
{
  SIGNAL_READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSource, weir_source, G_TYPE_OBJECT)

static gboolean
is_file (WeirSource *self)
{
  return self->writing->kind == WEIR_WRITING_FILE;
}

/* --- files --- */

/* What is left of the block goes in front of the new one. */
static void
weir_source_add_block (WeirSource *self, GBytes *more)
{
  g_autoptr (GByteArray) joined = NULL;
  gsize size = 0, n_more = g_bytes_get_size (more);
  const guint8 *data = self->block != NULL ? g_bytes_get_data (self->block, &size) : NULL;

  self->n_before += self->at;
  self->is_last = n_more == 0;
  if (size == self->at)
    {
      g_clear_pointer (&self->block, g_bytes_unref);
      self->block = g_bytes_ref (more);
      self->at = 0;
      return;
    }
  joined = g_byte_array_sized_new (size - self->at + n_more);
  g_byte_array_append (joined, data + self->at, size - self->at);
  if (n_more > 0)
    g_byte_array_append (joined, g_bytes_get_data (more, NULL), n_more);
  g_bytes_unref (self->block);
  self->block = g_byte_array_free_to_bytes (g_steal_pointer (&joined));
  self->at = 0;
}

static void
weir_source_end_read (WeirSource *self, GBytes *block, GError *error)
{
  g_autoptr (GBytes) owned = block;

  self->is_reading = FALSE;
  if (block != NULL)
    weir_source_add_block (self, block);
  else
    self->error = error;
  g_signal_emit (self, signals[SIGNAL_READY], 0);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSource) self = user_data;
  GError *error = NULL;
  GBytes *block = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  weir_source_end_read (self, block, error);
}

static void
weir_source_read_block (WeirSource *self)
{
  g_input_stream_read_bytes_async (G_INPUT_STREAM (self->stream), MAX (BLOCK_SIZE, self->writing->message_size),
                                   G_PRIORITY_DEFAULT, self->cancellable, read_cb, g_object_ref (self));
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirSource) self = user_data;
  GError *error = NULL;

  self->stream = g_file_read_finish (G_FILE (object), result, &error);
  if (self->stream != NULL)
    weir_source_read_block (self);
  else
    weir_source_end_read (self, NULL, error);
}

static void
weir_source_read (WeirSource *self)
{
  g_autoptr (GFile) file = NULL;

  self->is_reading = TRUE;
  if (self->stream != NULL)
    {
      weir_source_read_block (self);
      return;
    }
  file = g_file_new_for_path (self->writing->path);
  g_file_read_async (file, G_PRIORITY_DEFAULT, self->cancellable, opened_cb, g_object_ref (self));
}

/* --- messages --- */

/* How much of the text the next message takes: whole characters, one at least. */
static gsize
cut_text (const guint8 *data, gsize available, gsize wanted)
{
  gsize n = MIN (wanted, available);

  if (n == available)
    return n;
  while (n > 0 && (data[n] & 0xc0) == 0x80)
    n--;
  if (n > 0)
    return n;
  for (n = 1; n < available && (data[n] & 0xc0) == 0x80; n++)
    ;
  return n;
}

/* The first byte that belongs to no character; @len if there is none. */
static gsize
find_broken (const guint8 *data, gsize len)
{
  WeirUtf8 utf8 = { 0 };
  gsize start = 0; /* of the character */

  for (gsize i = 0; i < len; i++)
    {
      if (weir_utf8_is_complete (&utf8))
        start = i;
      if (!weir_utf8_push (&utf8, data + i, 1))
        return start;
    }
  return weir_utf8_is_complete (&utf8) ? len : start;
}

static gboolean
weir_source_check_text (WeirSource *self, const guint8 *data, gsize len)
{
  WeirUtf8 utf8 = { 0 };

  if (weir_utf8_push (&utf8, data, len) && weir_utf8_is_complete (&utf8))
    return TRUE;
  self->error = g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _ ("Byte %" G_GUINT64_FORMAT " is no UTF-8 text: send it in binary messages"),
                             self->n_before + self->at + find_broken (data, len));
  return FALSE;
}

static WeirSourceResult
weir_source_fail (WeirSource *self, GError **error)
{
  g_propagate_error (error, g_error_copy (self->error));
  return WEIR_SOURCE_FAILED;
}

static WeirSourceResult
weir_source_take (WeirSource *self, GBytes **message, GError **error)
{
  gsize size = 0, available, n;
  const guint8 *data = self->block != NULL ? g_bytes_get_data (self->block, &size) : NULL;
  guint wanted = self->writing->message_size;

  available = size - self->at;
  /* More than is wanted, so that it is known where the last character ends. */
  if (!self->is_last && available < wanted + 4)
    {
      if (!self->is_reading)
        weir_source_read (self);
      return WEIR_SOURCE_WAIT;
    }
  if (available == 0)
    return WEIR_SOURCE_END;
  n = self->writing->is_text ? cut_text (data + self->at, available, wanted) : MIN (available, wanted);
  if (self->writing->is_text && !weir_source_check_text (self, data + self->at, n))
    return weir_source_fail (self, error);
  *message = g_bytes_new_from_bytes (self->block, self->at, n);
  self->at += n;
  return WEIR_SOURCE_MESSAGE;
}

static WeirSourceResult
weir_source_generate (WeirSource *self, GBytes **message)
{
  if (self->writing->count != 0 && self->number == self->writing->count)
    return WEIR_SOURCE_END;
  *message = weir_generate (self->writing, ++self->number);
  return WEIR_SOURCE_MESSAGE;
}

WeirSourceResult
weir_source_next (WeirSource *self, GBytes **message, GError **error)
{
  g_return_val_if_fail (WEIR_IS_SOURCE (self) && message != NULL, WEIR_SOURCE_FAILED);

  if (self->error != NULL)
    return weir_source_fail (self, error);
  if (self->is_reading)
    return WEIR_SOURCE_WAIT;
  if (self->writing->kind == WEIR_WRITING_GENERATED)
    return weir_source_generate (self, message);
  return weir_source_take (self, message, error);
}

gboolean
weir_source_is_text (WeirSource *self)
{
  return self->writing->is_text;
}

/* --- GObject --- */

static void
weir_source_dispose (GObject *object)
{
  WeirSource *self = WEIR_SOURCE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->stream);
  G_OBJECT_CLASS (weir_source_parent_class)->dispose (object);
}

static void
weir_source_finalize (GObject *object)
{
  WeirSource *self = WEIR_SOURCE (object);

  g_clear_pointer (&self->writing, weir_writing_free);
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (weir_source_parent_class)->finalize (object);
}

static void
weir_source_class_init (WeirSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_source_dispose;
  object_class->finalize = weir_source_finalize;

  signals[SIGNAL_READY] =
      g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_source_init (WeirSource *self)
{
  self->cancellable = g_cancellable_new ();
}

WeirSource *
weir_source_new (const WeirWriting *writing, GError **error)
{
  g_autoptr (WeirSource) self = g_object_new (WEIR_TYPE_SOURCE, NULL);

  self->writing = weir_writing_copy (writing);
  self->is_last = !is_file (self);
  if (writing->kind == WEIR_WRITING_TEXT)
    self->block = g_bytes_new (writing->text, strlen (writing->text));
  else if (writing->kind == WEIR_WRITING_HEX && (self->block = weir_hex_text_parse (writing->hex, error)) == NULL)
    return NULL;
  if (is_file (self) && writing->path == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("No file is chosen"));
      return NULL;
    }

  return g_steal_pointer (&self);
}
