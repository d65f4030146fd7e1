/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-joiner.h"

#include <string.h>

#include "weir-garble.h"

/* An item, and line breaks behind it of which it is not known yet whether more of it comes. */
#define MAX_KEPT (WEIR_JOINER_MAX_ITEM + 16)

/* Within a character that began before the first byte there are at most so many bytes of it. */
#define MAX_PART 3

typedef struct
{
  guint64 start;
  guint64 seq;
} Message;

struct _WeirJoiner
{
  guint8 head[WEIR_CONTENT_HEAD];
  gsize head_len;
  guint64 size;
  WeirContent content;
  guint generation;
  gboolean is_full;
  gboolean is_told; /* what it is */

  GArray *messages; /* (element-type Message) */
  GArray *gaps;     /* (element-type WeirJoinerGap) */
  GArray *items;    /* (element-type WeirJoined) */
  guint8 last;      /* byte */
  guint n_garbled;  /* items */

  /* The item that is being read. */
  guint8 *kept; /* its bytes, MAX_KEPT at most */
  WeirJoined open;
  gboolean is_open;   /* it has begun */
  gboolean is_quoted; /* JSON, CSV */
  gboolean is_escaped;
  guint depth;         /* JSON */
  gboolean is_outside; /* JSON: in what is no object or array, until the line's end */
  gboolean is_in_line; /* SSE: one has begun */
  gboolean was_return; /* SSE: the last byte was a carriage return, and a line feed belongs to it */
};

WeirJoiner *
weir_joiner_new (void)
{
  WeirJoiner *self = g_new0 (WeirJoiner, 1);

  self->content = WEIR_CONTENT_TEXT;
  self->messages = g_array_new (FALSE, FALSE, sizeof (Message));
  self->gaps = g_array_new (FALSE, FALSE, sizeof (WeirJoinerGap));
  self->items = g_array_new (FALSE, FALSE, sizeof (WeirJoined));
  self->kept = g_malloc (MAX_KEPT);
  return self;
}

WeirJoiner *
weir_joiner_new_for_content (WeirContent content)
{
  WeirJoiner *self = weir_joiner_new ();

  self->content = content;
  self->is_told = TRUE;
  return self;
}

void
weir_joiner_free (WeirJoiner *self)
{
  g_array_unref (self->messages);
  g_array_unref (self->gaps);
  g_array_unref (self->items);
  g_free (self->kept);
  g_free (self);
}

/* --- items --- */

static void
add_item (WeirJoiner *self, WeirJoined item)
{
  if (self->items->len >= WEIR_JOINER_MAX_ITEMS)
    {
      self->is_full = TRUE;
      return;
    }
  self->n_garbled += (item.flags & WEIR_JOINED_GARBLED) != 0 ? 1 : 0;
  g_array_append_val (self->items, item);
}

/* Of what is not whole only the bytes tell, without a character's rest at either end. */
static gboolean
is_garbled (WeirJoiner *self)
{
  WeirSpan item = { (const char *) self->kept, self->open.len };

  if (self->open.flags == 0)
    return !weir_garble_is_item (self->content, item);
  for (guint n = 0;
       (self->open.flags & WEIR_JOINED_NO_START) != 0 && n < MAX_PART && item.len > 0 && (item.text[0] & 0xc0) == 0x80;
       n++)
    item = (WeirSpan){ item.text + 1, item.len - 1 };
  return weir_garble_count (item) > 0;
}

static void
keep (WeirJoiner *self, guint64 at, guint8 byte)
{
  if (self->is_open && at - self->open.start < MAX_KEPT)
    self->kept[at - self->open.start] = byte;
}

static void
begin (WeirJoiner *self, guint64 at)
{
  self->open.start = at;
  self->open.len = 0;
  self->is_open = TRUE;
}

/* The next one begins where it likes. */
static void
end (WeirJoiner *self, WeirJoinedFlags flags)
{
  self->open.flags |= flags;
  if (is_garbled (self))
    self->open.flags |= WEIR_JOINED_GARBLED;
  add_item (self, self->open);
  self->open.flags = flags == WEIR_JOINED_GOES_ON ? WEIR_JOINED_CONTINUED : 0;
  self->is_open = FALSE;
}

/* An item that is too long is cut between two characters, if it has any. */
static gboolean
is_too_long (WeirJoiner *self, guint8 next)
{
  return self->open.len >= WEIR_JOINER_MAX_ITEM + 3 ||
         (self->open.len >= WEIR_JOINER_MAX_ITEM && (next & 0xc0) != 0x80);
}

static void
add_byte (WeirJoiner *self, guint64 at, guint8 byte)
{
  if (self->is_open && is_too_long (self, byte))
    end (self, WEIR_JOINED_GOES_ON);
  if (!self->is_open)
    begin (self, at);
  keep (self, at, byte);
  self->open.len = at + 1 - self->open.start;
}

/* --- lines --- */

static void
end_line (WeirJoiner *self, guint64 at, guint8 before)
{
  if (!self->is_open)
    begin (self, at);
  if (self->open.len > 0 && before == '\r')
    self->open.len--;
  end (self, 0);
}

static void
step_line (WeirJoiner *self, guint64 at, guint8 byte, guint8 before)
{
  if (byte == '"' && self->content == WEIR_CONTENT_CSV)
    self->is_quoted = !self->is_quoted;
  if (byte == '\n' && !self->is_quoted)
    end_line (self, at, before);
  else
    add_byte (self, at, byte);
}

/* --- server-sent events: lines, until an empty one --- */

static void
step_event (WeirJoiner *self, guint64 at, guint8 byte)
{
  gboolean is_second = byte == '\n' && self->was_return;

  self->was_return = byte == '\r';
  keep (self, at, byte);
  if (is_second)
    return;
  if (byte != '\n' && byte != '\r')
    {
      self->is_in_line = TRUE;
      add_byte (self, at, byte);
      return;
    }
  if (!self->is_in_line && self->is_open)
    end (self, 0);
  self->is_in_line = FALSE;
}

/* --- JSON values --- */

static void
step_string (WeirJoiner *self, guint8 byte)
{
  if (self->is_escaped)
    self->is_escaped = FALSE;
  else if (byte == '\\')
    self->is_escaped = TRUE;
  else if (byte == '"')
    self->is_quoted = FALSE;
}

/* Something that is neither object nor array lasts until the line does. */
static void
step_outside (WeirJoiner *self, guint64 at, guint8 byte, guint8 before)
{
  if (byte != '\n')
    {
      add_byte (self, at, byte);
      return;
    }
  if (self->is_open)
    end_line (self, at, before);
  self->is_outside = FALSE;
}

static void
step_value (WeirJoiner *self, guint64 at, guint8 byte)
{
  add_byte (self, at, byte);
  if (self->is_quoted)
    {
      step_string (self, byte);
      return;
    }
  if (byte == '"')
    self->is_quoted = TRUE;
  else if (byte == '{' || byte == '[')
    self->depth++;
  else if (byte == '}' || byte == ']')
    self->depth--;
  if (self->depth == 0)
    end (self, 0);
}

static void
step_json (WeirJoiner *self, guint64 at, guint8 byte, guint8 before)
{
  if (self->is_outside)
    step_outside (self, at, byte, before);
  else if (self->depth > 0 || byte == '{' || byte == '[')
    step_value (self, at, byte);
  else if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r' && byte != ',')
    {
      self->is_outside = TRUE;
      add_byte (self, at, byte);
    }
}

/* --- bytes --- */

static void
split (WeirJoiner *self, guint64 at, const guint8 *data, gsize len, guint8 before)
{
  for (gsize i = 0; i < len && !self->is_full; i++)
    {
      switch (self->content)
        {
        case WEIR_CONTENT_SSE:
          step_event (self, at + i, data[i]);
          break;
        case WEIR_CONTENT_JSON:
          step_json (self, at + i, data[i], before);
          break;
        case WEIR_CONTENT_TEXT:
        case WEIR_CONTENT_NDJSON:
        case WEIR_CONTENT_CSV:
          step_line (self, at + i, data[i], before);
          break;
        case WEIR_CONTENT_BINARY:
        case WEIR_CONTENT_IMAGE:
        default:
          return;
        }
      before = data[i];
    }
}

static void
split_gap (WeirJoiner *self, guint i)
{
  WeirJoined item = { g_array_index (self->gaps, WeirJoinerGap, i).at, i, WEIR_JOINED_GAP };

  if (self->is_open)
    end (self, WEIR_JOINED_NO_END);
  add_item (self, item);
  self->open.flags = WEIR_JOINED_NO_START;
  self->is_quoted = self->is_escaped = self->was_return = self->is_in_line = FALSE;
  self->depth = 0;
  self->is_outside = TRUE; /* inside of which value is unknown */
}

/* By the most bytes without a gap. */
static WeirContent
detect (WeirJoiner *self)
{
  gsize from = 0, best = 0, best_len = 0;

  if (self->is_told)
    return self->content;
  for (guint i = 0; i <= self->gaps->len; i++)
    {
      gsize until =
          i < self->gaps->len ? MIN (g_array_index (self->gaps, WeirJoinerGap, i).at, self->head_len) : self->head_len;

      if (until - from > best_len)
        {
          best = from;
          best_len = until - from;
        }
      from = until;
    }
  return weir_content_detect (self->head + best, best_len,
                              best == 0 &&
                                  (self->gaps->len == 0 || g_array_index (self->gaps, WeirJoinerGap, 0).at > 0));
}

/* From the beginning: what these bytes are turns out to be something else. */
static void
split_again (WeirJoiner *self, WeirContent content, gsize until)
{
  gsize at = 0;

  self->content = content;
  self->generation++;
  g_array_set_size (self->items, 0);
  self->n_garbled = 0;
  self->open = (WeirJoined){ 0 };
  self->is_open = self->is_quoted = self->is_escaped = self->is_outside = self->is_in_line = self->was_return = FALSE;
  self->depth = 0;
  for (guint i = 0; i <= self->gaps->len; i++)
    {
      gsize to = i < self->gaps->len ? g_array_index (self->gaps, WeirJoinerGap, i).at : until;

      split (self, at, self->head + at, to - at, at > 0 ? self->head[at - 1] : 0);
      if (i < self->gaps->len)
        split_gap (self, i);
      at = to;
    }
}

/* As much of it as is looked at to tell what it is. */
static gsize
push_head (WeirJoiner *self, const guint8 *data, gsize len)
{
  gsize n = MIN (len, WEIR_CONTENT_HEAD - self->head_len);
  gsize before = self->head_len;
  WeirContent content;

  if (n == 0)
    return 0;
  memcpy (self->head + before, data, n);
  self->head_len += n;
  content = detect (self);
  if (content != self->content)
    split_again (self, content, self->head_len);
  else
    split (self, before, data, n, before > 0 ? self->head[before - 1] : 0);
  return n;
}

static void
add_message (WeirJoiner *self, guint64 seq)
{
  Message message = { self->size, seq };
  guint n = self->messages->len;

  if (n > 0 && g_array_index (self->messages, Message, n - 1).seq == seq)
    return;
  if (n >= WEIR_JOINER_MAX_MESSAGES)
    self->is_full = TRUE;
  else
    g_array_append_val (self->messages, message);
}

gboolean
weir_joiner_push (WeirJoiner *self, guint64 seq, const guint8 *data, gsize len)
{
  gsize n;

  if (!self->is_full)
    add_message (self, seq);
  if (self->is_full)
    return FALSE;

  n = push_head (self, data, len);
  split (self, self->size + n, data + n, len - n, n > 0 ? data[n - 1] : self->last);
  self->size += len;
  if (len > 0)
    self->last = data[len - 1];
  return !self->is_full;
}

gboolean
weir_joiner_push_gap (WeirJoiner *self, guint64 n_messages, guint64 n_bytes)
{
  WeirJoinerGap gap = { self->size, n_messages, n_bytes };
  WeirJoinerGap *last = self->gaps->len > 0 ? &g_array_index (self->gaps, WeirJoinerGap, self->gaps->len - 1) : NULL;
  WeirContent content;

  if (self->is_full)
    return FALSE;
  if (last != NULL && last->at == self->size)
    {
      last->n_messages += n_messages;
      last->n_bytes += n_bytes;
      return TRUE;
    }

  g_array_append_val (self->gaps, gap);
  split_gap (self, self->gaps->len - 1);
  content = self->size <= WEIR_CONTENT_HEAD ? detect (self) : self->content;
  if (content != self->content)
    split_again (self, content, self->head_len);
  return !self->is_full;
}

/* --- what is there --- */

WeirContent
weir_joiner_get_content (WeirJoiner *self)
{
  return self->content;
}

gboolean
weir_joiner_is_told (WeirJoiner *self)
{
  return self->is_told;
}

guint
weir_joiner_get_generation (WeirJoiner *self)
{
  return self->generation;
}

guint64
weir_joiner_get_size (WeirJoiner *self)
{
  return self->size;
}

gboolean
weir_joiner_is_full (WeirJoiner *self)
{
  return self->is_full;
}

const guint8 *
weir_joiner_get_head (WeirJoiner *self, gsize *len)
{
  *len = self->head_len;
  return self->head;
}

guint
weir_joiner_get_n_items (WeirJoiner *self)
{
  return self->items->len + (self->is_open ? 1 : 0);
}

WeirJoined
weir_joiner_get_item (WeirJoiner *self, guint i)
{
  WeirJoined open = self->open;

  g_return_val_if_fail (i < weir_joiner_get_n_items (self), open);

  if (i < self->items->len)
    return g_array_index (self->items, WeirJoined, i);
  open.flags |= WEIR_JOINED_OPEN;
  return open;
}

const WeirJoinerGap *
weir_joiner_get_gap (WeirJoiner *self, WeirJoined item)
{
  g_return_val_if_fail ((item.flags & WEIR_JOINED_GAP) != 0 && item.len < self->gaps->len, NULL);

  return &g_array_index (self->gaps, WeirJoinerGap, item.len);
}

guint
weir_joiner_get_n_gaps (WeirJoiner *self)
{
  return self->gaps->len;
}

guint
weir_joiner_get_n_garbled (WeirJoiner *self)
{
  return self->n_garbled;
}

gboolean
weir_joiner_find_garbled (WeirJoiner *self, guint after, guint *item)
{
  guint n = self->items->len;

  if (self->n_garbled == 0)
    return FALSE;
  *item = after < n ? after : n - 1;
  do
    *item = (*item + 1) % n;
  while ((g_array_index (self->items, WeirJoined, *item).flags & WEIR_JOINED_GARBLED) == 0);
  return TRUE;
}

guint64
weir_joiner_get_joined_from (WeirJoiner *self, guint64 at)
{
  guint low = 0, high = self->gaps->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->gaps, WeirJoinerGap, middle).at <= at)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? g_array_index (self->gaps, WeirJoinerGap, low - 1).at : 0;
}

static guint64
get_end (WeirJoined item)
{
  return (item.flags & WEIR_JOINED_GAP) != 0 ? item.start : item.start + item.len;
}

gboolean
weir_joiner_find_item (WeirJoiner *self, guint64 at, guint *item)
{
  guint low = 0, high = weir_joiner_get_n_items (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_end (weir_joiner_get_item (self, middle)) <= at)
        low = middle + 1;
      else
        high = middle;
    }
  *item = low;
  return low < weir_joiner_get_n_items (self);
}

guint
weir_joiner_get_n_messages (WeirJoiner *self)
{
  return self->messages->len;
}

guint64
weir_joiner_get_message (WeirJoiner *self, guint i, guint64 *start)
{
  const Message *message;

  g_return_val_if_fail (i < self->messages->len, 0);

  message = &g_array_index (self->messages, Message, i);
  *start = message->start;
  return message->seq;
}

/* How many messages begin at or before @key, by where they begin or by their number. */
static guint
count_messages (WeirJoiner *self, guint64 key, gboolean by_seq)
{
  guint low = 0, high = self->messages->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Message *message = &g_array_index (self->messages, Message, middle);

      if ((by_seq ? message->seq : message->start) <= key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
weir_joiner_find_message (WeirJoiner *self, guint64 at, guint *i)
{
  *i = count_messages (self, at, FALSE) - 1; /* the last that begins there: empty ones hold no byte */
  return at < self->size;
}

gboolean
weir_joiner_find_start (WeirJoiner *self, guint64 seq, guint64 *start)
{
  guint n = count_messages (self, seq, TRUE);

  return n > 0 && weir_joiner_get_message (self, n - 1, start) == seq;
}
