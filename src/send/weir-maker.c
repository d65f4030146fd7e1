/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-maker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "weir-generate.h"
#include "weir-hex-text.h"
#include "weir-utf8.h"

/* Read at a time. */
#define BLOCK_SIZE (256 * 1024)

struct _WeirMaker
{
  WeirWriting *writing;

  GBytes *block; /* what is there, from "at" on; NULL: nothing was read yet */
  gsize at;
  guint64 n_before; /* bytes of the stream before the block */
  gboolean is_last; /* nothing comes after the block */

  GInputStream *stream; /* nullable: of a file, once it is open */
  guint64 file_size;    /* as it was then; 0: it has none, or is none */
  guint64 n_read;       /* of it */
  guint64 number;       /* of the generator's last message */
};

/* --- blocks --- */

/* What is left of the block goes in front of the new one. */
static void
weir_maker_add_block (WeirMaker *self, GBytes *more)
{
  GByteArray *joined;
  gsize size = 0, n_more = g_bytes_get_size (more);
  const guint8 *data = self->block != NULL ? g_bytes_get_data (self->block, &size) : NULL;
  gsize n_left = size - self->at;

  self->n_before += self->at;
  self->is_last = n_more == 0;
  if (n_left > 0)
    {
      joined = g_byte_array_sized_new (n_left + n_more);
      g_byte_array_append (joined, data + self->at, n_left);
      if (n_more > 0)
        g_byte_array_append (joined, g_bytes_get_data (more, NULL), n_more);
      more = g_byte_array_free_to_bytes (joined);
    }
  else
    {
      g_bytes_ref (more);
    }
  g_clear_pointer (&self->block, g_bytes_unref);
  self->block = more;
  self->at = 0;
}

static void
weir_maker_note_size (WeirMaker *self)
{
  g_autoptr (GFileInfo) info =
      g_file_input_stream_query_info (G_FILE_INPUT_STREAM (self->stream),
                                      G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, NULL, NULL);

  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR)
    self->file_size = g_file_info_get_size (info);
}

/* A named pipe. Opened as other files are it would hold the thread, until somebody writes into it, for good; opened
 * like this it is the reading that waits, which can be cancelled. */
static GInputStream *
open_pipe (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0), code = errno;

  if (fd >= 0)
    return g_unix_input_stream_new (fd, TRUE);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return NULL;
}

static gboolean
weir_maker_open (WeirMaker *self, GCancellable *cancellable, GError **error)
{
  const char *path = self->writing->path;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GStatBuf info;

  if (self->stream != NULL)
    return TRUE;
  if (g_stat (path, &info) == 0 && S_ISFIFO (info.st_mode))
    {
      self->stream = open_pipe (path, error);
      return self->stream != NULL;
    }
  self->stream = G_INPUT_STREAM (g_file_read (file, cancellable, error));
  if (self->stream != NULL)
    weir_maker_note_size (self);
  return self->stream != NULL;
}

static gboolean
weir_maker_read_file (WeirMaker *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) more = NULL;

  if (!weir_maker_open (self, cancellable, error))
    return FALSE;
  more = g_input_stream_read_bytes (self->stream, MAX (BLOCK_SIZE, self->writing->message_size), cancellable, error);
  if (more == NULL)
    return FALSE;
  self->n_read += g_bytes_get_size (more);
  if (g_bytes_get_size (more) == 0 && self->n_read < self->file_size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                   _ ("The file has become shorter while it was sent: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                      " bytes were there"),
                   self->n_read, self->file_size);
      return FALSE;
    }
  weir_maker_add_block (self, more);
  return TRUE;
}

/* What was typed is one block, and the last. */
static gboolean
weir_maker_read (WeirMaker *self, GCancellable *cancellable, GError **error)
{
  if (self->writing->kind == WEIR_WRITING_FILE)
    return weir_maker_read_file (self, cancellable, error);
  self->block = self->writing->kind == WEIR_WRITING_HEX
                    ? weir_hex_text_parse (self->writing->hex, error)
                    : g_bytes_new (self->writing->text, strlen (self->writing->text));
  self->is_last = TRUE;
  return self->block != NULL;
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
weir_maker_check_text (WeirMaker *self, const guint8 *data, gsize len, GError **error)
{
  WeirUtf8 utf8 = { 0 };

  if (weir_utf8_push (&utf8, data, len) && weir_utf8_is_complete (&utf8))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("Byte %" G_GUINT64_FORMAT " is no UTF-8 text: send it in binary messages"),
               self->n_before + self->at + find_broken (data, len));
  return FALSE;
}

/* What is there of the block. */
static gsize
weir_maker_get_available (WeirMaker *self)
{
  return self->block != NULL ? g_bytes_get_size (self->block) - self->at : 0;
}

static gboolean
weir_maker_take (WeirMaker *self, GBytes **message, GCancellable *cancellable, GError **error)
{
  const guint8 *data;
  gsize n, wanted = self->writing->message_size;

  /* More than is wanted, so that it is known where the last character ends. */
  while (!self->is_last && weir_maker_get_available (self) < wanted + 4)
    if (!weir_maker_read (self, cancellable, error))
      return FALSE;
  if (weir_maker_get_available (self) == 0)
    return TRUE;
  data = (const guint8 *) g_bytes_get_data (self->block, NULL) + self->at;
  n = weir_maker_get_available (self);
  n = self->writing->is_text ? cut_text (data, n, wanted) : MIN (n, wanted);
  if (self->writing->is_text && !weir_maker_check_text (self, data, n, error))
    return FALSE;
  *message = g_bytes_new_from_bytes (self->block, self->at, n);
  self->at += n;
  return TRUE;
}

gboolean
weir_maker_next (WeirMaker *self, GBytes **message, GCancellable *cancellable, GError **error)
{
  *message = NULL;
  if (self->writing->kind != WEIR_WRITING_GENERATED)
    return weir_maker_take (self, message, cancellable, error);
  if (self->writing->count == 0 || self->number < self->writing->count)
    *message = weir_generate (self->writing, ++self->number);
  return TRUE;
}

WeirMaker *
weir_maker_new (const WeirWriting *writing)
{
  WeirMaker *self = g_new0 (WeirMaker, 1);

  self->writing = weir_writing_copy (writing);
  return self;
}

void
weir_maker_free (WeirMaker *self)
{
  weir_writing_free (self->writing);
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_object (&self->stream);
  g_free (self);
}
