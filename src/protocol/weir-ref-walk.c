/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref.h"

#include <string.h>

#include "weir-json-scan.h"

/* Looking for refs in a payload: one pass over the text, however deep it nests, and a second one, for the paths, only
 * if there are any. Two, because whether an object is a ref shows at its end, behind the refs that may be inside of it.
 */

/* A path goes no further than the first name that makes it longer, and a name no further than this: megabytes of name
 * above thousands of refs would be copied for each of them. */
#define MAX_PATH 1024

/* What stands in the URL of a channel's socket; and what a stream of Node's own has, `"_readableState":{` or
 * `"_writableState":{`, whatever the client around it. */
#define CHANNEL_PATH "/ws/channels/"
#define STREAM_STATE "ableState\":{"

enum
{
  HAS_CHANNEL_ID = 1 << 0,
  HAS_ACCESS_KEY = 1 << 1,
  HAS_DIRECTION = 1 << 2,
  HAS_SOCKET = 1 << 3, /* none of a ref's, but of the Node client's objects */
  HAS_ALL = HAS_CHANNEL_ID | HAS_ACCESS_KEY | HAS_DIRECTION,
};

/* An open container. */
typedef struct
{
  const char *start;
  WeirSpan key; /* the member that we are in */
  guint index;  /* the element that we are in */
  gboolean is_object;
  gboolean wants_key;
  guint has;    /* which of a ref's members it has */
  WeirSpan url; /* of a channel's socket; only if the walk wants it */
} Frame;

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
  gboolean wants_live; /* not refs, but what was passed in their place */
  Frame frames[WEIR_JSON_MAX_DEPTH];
} Walk;

typedef enum
{
  STEP_END,
  STEP_OPENED, /* the top frame is new */
  STEP_CLOSED, /* the frame above the top is what has been closed */
} Step;

static guint
member_of_ref (WeirSpan key)
{
  if (weir_json_string_equal (key, "channel_id"))
    return HAS_CHANNEL_ID;
  if (weir_json_string_equal (key, "access_key"))
    return HAS_ACCESS_KEY;
  return weir_json_string_equal (key, "direction") ? HAS_DIRECTION : 0;
}

static gboolean
holds (WeirSpan span, const char *bytes)
{
  return span.text != NULL && memmem (span.text, span.len, bytes, strlen (bytes)) != NULL;
}

static void
note_live_key (Frame *top)
{
  if (weir_json_string_equal (top->key, "ws") || weir_json_string_equal (top->key, "stream"))
    top->has |= HAS_SOCKET;
}

static void
note_live_value (Frame *top, WeirSpan literal)
{
  if (weir_json_string_equal (top->key, "url") && holds (literal, CHANNEL_PATH))
    top->url = literal;
}

static void
walk_string (Walk *walk)
{
  Frame *top = walk->depth > 0 ? &walk->frames[walk->depth - 1] : NULL;
  const char *start = walk->at;
  WeirSpan literal;
  guint member;

  walk->at = weir_json_skip_string (start, walk->end);
  literal = (WeirSpan){ start, (gsize) (walk->at - start) };
  if (top == NULL || !top->is_object)
    return;
  if (top->wants_key)
    {
      top->key = literal;
      top->wants_key = FALSE;
      if (walk->wants_live)
        {
          note_live_key (top);
          return;
        }
      top->has &= ~member_of_ref (literal); /* the last one of that name counts */
      return;
    }
  if (walk->wants_live)
    {
      note_live_value (top, literal);
      return;
    }
  member = member_of_ref (top->key);
  if (member != HAS_DIRECTION || weir_json_string_equal (literal, "read") || weir_json_string_equal (literal, "write"))
    top->has |= member;
}

static gboolean
walk_open (Walk *walk)
{
  gboolean is_object = *walk->at == '{';

  if (walk->depth == G_N_ELEMENTS (walk->frames))
    return FALSE;
  walk->frames[walk->depth++] = (Frame){ .start = walk->at++, .is_object = is_object, .wants_key = is_object };
  return TRUE;
}

static void
walk_comma (Walk *walk)
{
  walk->at++;
  if (walk->depth == 0)
    return;
  walk->frames[walk->depth - 1].index++;
  walk->frames[walk->depth - 1].wants_key = walk->frames[walk->depth - 1].is_object;
}

/* To the next container that opens or closes. */
static Step
walk_next (Walk *walk)
{
  while (walk->at < walk->end)
    switch (*walk->at)
      {
      case '"':
        walk_string (walk);
        break;
      case ',':
        walk_comma (walk);
        break;
      case '{':
      case '[':
        return walk_open (walk) ? STEP_OPENED : STEP_END;
      case '}':
      case ']':
        if (walk->depth == 0)
          return STEP_END;
        walk->depth--;
        walk->at++;
        return STEP_CLOSED;
      default:
        walk->at++;
      }
  return STEP_END;
}

/* Where refs are: (element-type WeirSpan), in the order of the text. */
static GArray *
find_refs (WeirSpan payload)
{
  Walk walk = { .at = payload.text, .end = payload.text + payload.len };
  GArray *refs = g_array_new (FALSE, FALSE, sizeof (WeirSpan));
  Step step;

  while ((step = walk_next (&walk)) != STEP_END)
    {
      const Frame *closed = &walk.frames[walk.depth];
      WeirSpan ref;

      if (step != STEP_CLOSED || closed->has != HAS_ALL)
        continue;
      ref = (WeirSpan){ closed->start, (gsize) (walk.at - closed->start) };
      while (refs->len > 0 && g_array_index (refs, WeirSpan, refs->len - 1).text > ref.text)
        g_array_set_size (refs, refs->len - 1); /* it was inside of this one */
      g_array_append_val (refs, ref);
    }
  return refs;
}

/* @path: of the container that is on top. */
static void
set_path (GString *path, const Walk *walk)
{
  g_string_truncate (path, 0);
  for (guint i = 0; i + 1 < walk->depth && path->len <= MAX_PATH; i++)
    {
      const Frame *frame = &walk->frames[i];

      if (frame->is_object)
        {
          WeirSpan key = { frame->key.text, MIN (frame->key.len, MAX_PATH) };
          g_autofree char *name = weir_json_dup_string (key);

          g_string_append_printf (path, "%s%s", path->len > 0 ? "." : "", name);
        }
      else
        {
          g_string_append_printf (path, "[%u]", frame->index);
        }
    }
}

void
weir_ref_foreach (WeirSpan payload, WeirRefFunc func, gpointer user_data)
{
  g_autoptr (GArray) refs = NULL;
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = { .at = payload.text, .end = payload.text + payload.len };
  guint next = 0;
  Step step;

  if (payload.text == NULL)
    return;
  refs = find_refs (payload);
  while (next < refs->len && (step = walk_next (&walk)) != STEP_END)
    {
      WeirSpan ref = g_array_index (refs, WeirSpan, next);

      if (step != STEP_OPENED || walk.frames[walk.depth - 1].start != ref.text)
        continue;
      set_path (path, &walk);
      if (!func (ref, path->str, user_data))
        return;
      next++;
    }
}

/* --- what was passed in place of a ref --- */

/* The id and the direction that its URL tells; FALSE: it is another URL. */
static gboolean
parse_url (WeirSpan literal, char **channel_id, WeirDirection *direction)
{
  g_autofree char *url = weir_json_dup_string (literal);
  const char *id = url != NULL ? strstr (url, CHANNEL_PATH) : NULL;
  const char *query = id != NULL ? strchr (id, '?') : NULL;
  const char *dir = query != NULL ? strstr (query, "dir=") : NULL;
  g_autofree char *word = NULL;

  if (dir == NULL)
    return FALSE;
  id += strlen (CHANNEL_PATH);
  word = g_strndup (dir + 4, strcspn (dir + 4, "&"));
  if (query - id > MAX_PATH || !weir_direction_from_string (word, direction))
    return FALSE;
  *channel_id = g_strndup (id, (gsize) (query - id));
  return TRUE;
}

static gboolean
tell_live (Walk *walk, GString *path, WeirRefLiveFunc func, gpointer user_data)
{
  const Frame *closed = &walk->frames[walk->depth];
  g_autofree char *channel_id = NULL;
  WeirDirection direction;

  if (closed->url.text == NULL || !(closed->has & HAS_SOCKET) || !parse_url (closed->url, &channel_id, &direction))
    return FALSE;
  walk->depth++; /* its frame is whole until the next one opens */
  set_path (path, walk);
  walk->depth--;
  func (channel_id, direction, path->str, user_data);
  return TRUE;
}

static gboolean
has_stream (WeirSpan payload)
{
  const char *at = payload.text;
  const char *end = payload.text + payload.len;

  while (at != NULL && (at = memmem (at, (gsize) (end - at), STREAM_STATE, strlen (STREAM_STATE))) != NULL)
    {
      if (at - payload.text >= 6 && (memcmp (at - 6, "\"_read", 6) == 0 || memcmp (at - 6, "\"_writ", 6) == 0))
        return TRUE;
      at++;
    }
  return FALSE;
}

gboolean
weir_ref_foreach_live (WeirSpan payload, WeirRefLiveFunc func, gpointer user_data)
{
  g_autoptr (GString) path = NULL;
  Walk walk = { .at = payload.text, .end = payload.text + payload.len, .wants_live = TRUE };
  gboolean is_found = FALSE;
  Step step;

  if (holds (payload, CHANNEL_PATH))
    {
      path = g_string_new (NULL);
      while ((step = walk_next (&walk)) != STEP_END)
        if (step == STEP_CLOSED)
          is_found |= tell_live (&walk, path, func, user_data);
    }
  return is_found || has_stream (payload);
}
