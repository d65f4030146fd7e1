/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-reader.h"

#include <string.h>

/* The first byte chooses the role and how the others are cut into reads. Whatever they are, the same comes out as of
 * one read. */

#define AS_CLIENT    0x80
#define WITHOUT_UTF8 0x40
#define USE_ROOM     0x20
#define SEED_BITS    0x1f

static void
add_item (GByteArray *log, WeirReaderResult result, const WeirReaderItem *item)
{
  guint32 facts[] = { result, result == WEIR_READER_BAD ? item->code : item->op,
                      result == WEIR_READER_BAD ? 0 : item->len };

  g_byte_array_append (log, (const guint8 *) facts, sizeof facts);
  if (result != WEIR_READER_BAD)
    g_byte_array_append (log, item->data, item->len);
}

/* FALSE: a rule is broken, there is nothing more to read. */
static gboolean
read_chunk (WeirReader *reader, const guint8 *data, gsize len, gboolean use_room, GByteArray *log)
{
  guint8 *room;
  gsize n_room = use_room ? MIN (weir_reader_get_room (reader, &room), len) : 0;
  gsize n = len - n_room;
  g_autofree guint8 *chunk = g_malloc (MAX (n, 1)); /* of just its size */
  guint8 *cursor = chunk, *end = chunk + n;
  WeirReaderResult result;
  WeirReaderItem item;

  if (n > 0)
    memcpy (chunk, data + n_room, n);
  if (n_room > 0)
    {
      memcpy (room, data, n_room);
      weir_reader_commit (reader, n_room);
    }
  while ((result = weir_reader_next (reader, &cursor, end, &item)) != WEIR_READER_MORE)
    {
      add_item (log, result, &item);
      if (result == WEIR_READER_BAD)
        return FALSE;
    }
  g_assert_true (cursor == end);
  weir_reader_release (reader);
  g_assert_cmpuint (weir_reader_get_held (reader), <=,
                    WEIR_MESSAGE_MAX_SIZE + WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE);

  return TRUE;
}

/* @seed: 0: all at once */
static GByteArray *
read_all (const guint8 *data, gsize size, guint8 flags, guint32 seed)
{
  GByteArray *log = g_byte_array_new ();
  WeirReader reader;

  weir_reader_init (&reader, (flags & AS_CLIENT) != 0 ? WEIR_ROLE_CLIENT : WEIR_ROLE_SERVER);
  reader.validate_utf8 = (flags & WITHOUT_UTF8) == 0;
  for (gsize done = 0, len; done < size; done += len)
    {
      seed = seed * 1103515245 + 12345;
      len = (flags & SEED_BITS) == 0 || seed == 12345 ? size - done
                                                      : MIN (size - done, 1 + (seed >> 16) % (2 * (flags & SEED_BITS)));
      if (!read_chunk (&reader, data + done, len, (flags & USE_ROOM) != 0, log))
        break;
    }
  weir_reader_clear (&reader);

  return log;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) cut = NULL;

  if (size == 0)
    return 0;
  whole = read_all (data + 1, size - 1, data[0], 0);
  cut = read_all (data + 1, size - 1, data[0], data[0]);
  g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);

  return 0;
}
