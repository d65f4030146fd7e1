/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-feed.h"

/* As many columns of samples as are looked at: those we know, and some of the future. */
#define MAX_COLUMNS 64

static const char *const type_words[] = {
  [WEIR_FEED_SNAPSHOT] = "snapshot",   [WEIR_FEED_OPENED] = "opened",   [WEIR_FEED_CHANGED] = "changed",
  [WEIR_FEED_FORGOTTEN] = "forgotten", [WEIR_FEED_SAMPLES] = "samples", [WEIR_FEED_CALL] = "call",
  [WEIR_FEED_INTERNAL] = "internal",
};

static gboolean
fail (GError **error, WeirJsonError code, const char *name, const char *what)
{
  g_set_error (error, WEIR_JSON_ERROR, code, "“%s” of a message of the watch feed %s", name, what);
  return FALSE;
}

/* A member that must be there, and be of that type. */
static gboolean
get_member (WeirSpan message, const char *name, WeirJsonType type, WeirSpan *value, GError **error)
{
  *value = weir_json_member (message, name);
  if (value->text == NULL)
    return fail (error, WEIR_JSON_ERROR_MISSING, name, "is missing");
  if (weir_json_type (*value) != type)
    return fail (error, WEIR_JSON_ERROR_TYPE, name, "has the wrong type");
  return TRUE;
}

static gboolean
parse_type (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan value;

  if (!get_member (message, "type", WEIR_JSON_STRING, &value, error))
    return FALSE;
  self->type = WEIR_FEED_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (type_words); i++)
    if (weir_json_string_equal (value, type_words[i]))
      self->type = i;
  return TRUE;
}

static gboolean
parse_now (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan value;

  if (!get_member (message, "now_ms", WEIR_JSON_NUMBER, &value, error))
    return FALSE;
  return weir_json_get_int (value, &self->now_ms) || fail (error, WEIR_JSON_ERROR_TYPE, "now_ms", "has the wrong type");
}

static gboolean
parse_channel (WeirFeed *self, WeirSpan value, GError **error)
{
  g_autoptr (JsonNode) node = weir_json_parse (value, error);
  WeirChannelInfo *info = node != NULL ? weir_channel_info_from_json (node, error) : NULL;

  if (info == NULL)
    return FALSE;
  g_ptr_array_add (self->channels, info);
  return TRUE;
}

static gboolean
parse_snapshot (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan channels, last, key, channel;
  WeirJsonIter iter;

  if (!parse_now (self, message, error) || !get_member (message, "channels", WEIR_JSON_ARRAY, &channels, error) ||
      !get_member (message, "last", WEIR_JSON_BOOLEAN, &last, error))
    return FALSE;
  self->is_last = last.text[0] == 't';
  weir_json_iter_init (&iter, channels);
  while (weir_json_iter_next (&iter, &key, &channel))
    if (!parse_channel (self, channel, error))
      return FALSE;
  return TRUE;
}

static gboolean
parse_opened (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan channel;

  return get_member (message, "channel", WEIR_JSON_OBJECT, &channel, error) && parse_channel (self, channel, error);
}

static gboolean
parse_id (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan channel_id;

  if (!get_member (message, "channel_id", WEIR_JSON_STRING, &channel_id, error))
    return FALSE;
  self->channel_id = weir_json_dup_string (channel_id);
  return TRUE;
}

/* For each place in a row the column of ours that stands there, or -1. */
static gboolean
parse_columns (WeirSpan columns, int places[MAX_COLUMNS], guint *n_places, GError **error)
{
  gboolean is_there[WEIR_TOTALS_N_COLUMNS] = { FALSE };
  WeirJsonIter iter;
  WeirSpan key, name;

  *n_places = 0;
  weir_json_iter_init (&iter, columns);
  while (*n_places < MAX_COLUMNS && weir_json_iter_next (&iter, &key, &name))
    {
      int *place = &places[(*n_places)++];

      *place = -1;
      for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
        if (weir_json_string_equal (name, weir_totals_columns[i]))
          is_there[ *place = i] = TRUE;
    }
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    if (!is_there[i] && !weir_totals_is_optional (i))
      return fail (error, WEIR_JSON_ERROR_MISSING, weir_totals_columns[i], "is missing in its columns");
  return TRUE;
}

/* A figure that the point does not know is null. */
static gboolean
take_figure (WeirTotals *totals, guint column, WeirSpan value)
{
  gint64 number;

  if (weir_json_type (value) == WEIR_JSON_NULL)
    {
      weir_totals_set_unknown (totals, 1u << column);
      return TRUE;
    }
  if (!weir_json_get_int (value, &number) || number < 0)
    return FALSE;
  weir_totals_set (totals, column, number);
  return TRUE;
}

static gboolean
parse_row (WeirFeed *self, WeirSpan row, const int *places, guint n_places)
{
  WeirSample sample = { 0 };
  WeirJsonIter iter;
  WeirSpan key, value;
  gint64 number;

  weir_json_iter_init (&iter, row);
  if (!weir_json_iter_next (&iter, &key, &value) || !weir_json_get_int (value, &number) || number < 0 ||
      number > G_MAXUINT32)
    return FALSE;
  sample.n = number;
  for (guint i = 0; i < n_places; i++)
    {
      if (!weir_json_iter_next (&iter, &key, &value))
        return FALSE;
      if (places[i] >= 0 && !take_figure (&sample.totals, places[i], value))
        return FALSE;
    }
  g_array_append_val (self->samples, sample);
  return TRUE;
}

static gboolean
parse_samples (WeirFeed *self, WeirSpan message, GError **error)
{
  WeirSpan columns, rows, key, row;
  WeirJsonIter iter;
  int places[MAX_COLUMNS];
  guint n_places;

  if (!parse_now (self, message, error) || !get_member (message, "columns", WEIR_JSON_ARRAY, &columns, error) ||
      !get_member (message, "rows", WEIR_JSON_ARRAY, &rows, error) ||
      !parse_columns (columns, places, &n_places, error))
    return FALSE;
  weir_json_iter_init (&iter, rows);
  while (weir_json_iter_next (&iter, &key, &row))
    if (weir_json_type (row) != WEIR_JSON_ARRAY || !parse_row (self, row, places, n_places))
      return fail (error, WEIR_JSON_ERROR_TYPE, "rows", "has one that does not fit its columns");
  return TRUE;
}

static gboolean
parse_message (WeirFeed *self, WeirSpan message, GError **error)
{
  if (!parse_type (self, message, error))
    return FALSE;
  switch (self->type)
    {
    case WEIR_FEED_SNAPSHOT:
      return parse_snapshot (self, message, error);
    case WEIR_FEED_OPENED:
      return parse_opened (self, message, error);
    case WEIR_FEED_CHANGED:
      return parse_channel (self, message, error);
    case WEIR_FEED_FORGOTTEN:
    case WEIR_FEED_INTERNAL:
      return parse_id (self, message, error);
    case WEIR_FEED_SAMPLES:
      return parse_samples (self, message, error);
    case WEIR_FEED_CALL:
      self->call = weir_call_info_from_span (message, error);
      return self->call != NULL;
    case WEIR_FEED_UNKNOWN:
    default:
      return TRUE;
    }
}

WeirFeed *
weir_feed_parse (WeirSpan text, GError **error)
{
  g_autoptr (WeirFeed) self = NULL;

  if (text.len > WEIR_FEED_MAX_SIZE)
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX,
                   "A message of the watch feed is larger than %d bytes", WEIR_FEED_MAX_SIZE);
      return NULL;
    }
  if (!weir_json_check (text, WEIR_JSON_MAX_DEPTH, error))
    return NULL;
  if (weir_json_type (text) != WEIR_JSON_OBJECT)
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TYPE, "A message of the watch feed is not an object");
      return NULL;
    }
  self = g_new0 (WeirFeed, 1);
  self->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_info_free);
  self->samples = g_array_new (FALSE, FALSE, sizeof (WeirSample));
  return parse_message (self, text, error) ? g_steal_pointer (&self) : NULL;
}

void
weir_feed_free (WeirFeed *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->channels);
  g_array_unref (self->samples);
  weir_call_info_free (self->call);
  g_free (self->channel_id);
  g_free (self);
}

static GString *
begin (WeirFeedType type)
{
  GString *out = g_string_new (NULL);

  g_string_printf (out, "{\"type\":\"%s\"", type_words[type]);
  return out;
}

/* Whether what was appended since @start still fits, with the @reserve that closes the message; else it is taken back.
 * The first one always fits: weir_channel_info_append () bounds what it writes. */
static gboolean
keep_if_fits (GString *out, gsize start, gsize reserve, gboolean is_first)
{
  if (is_first || out->len + reserve <= WEIR_FEED_MAX_SIZE)
    return TRUE;
  g_string_truncate (out, start);
  return FALSE;
}

GString *
weir_feed_write_snapshot (gint64 now_ms, WeirChannelInfo *const *infos, guint n_infos, guint first, guint *next)
{
  GString *out = begin (WEIR_FEED_SNAPSHOT);
  guint i;

  g_string_append_printf (out, ",\"now_ms\":%" G_GINT64_FORMAT ",\"channels\":[", now_ms);
  for (i = first; i < n_infos; i++)
    {
      gsize start = out->len;

      if (i > first)
        g_string_append_c (out, ',');
      weir_channel_info_append (out, infos[i]);
      if (!keep_if_fits (out, start, sizeof "],\"last\":false}", i == first))
        break;
    }
  g_string_append_printf (out, "],\"last\":%s}", i == n_infos ? "true" : "false");
  *next = i;
  return out;
}

GString *
weir_feed_write_opened (const WeirChannelInfo *info)
{
  GString *out = begin (WEIR_FEED_OPENED);

  g_string_append (out, ",\"channel\":");
  weir_channel_info_append (out, info);
  g_string_append_c (out, '}');
  return out;
}

GString *
weir_feed_write_changed (const WeirChannelInfo *info)
{
  GString *out = begin (WEIR_FEED_CHANGED);
  gsize brace = out->len;

  weir_channel_info_append (out, info);
  out->str[brace] = ','; /* its members go on where the type ended */
  return out;
}

static GString *
write_id (WeirFeedType type, const char *channel_id)
{
  GString *out = begin (type);

  g_string_append (out, ",\"channel_id\":");
  weir_json_append_string (out, channel_id, -1);
  g_string_append_c (out, '}');
  return out;
}

GString *
weir_feed_write_forgotten (const char *channel_id)
{
  return write_id (WEIR_FEED_FORGOTTEN, channel_id);
}

GString *
weir_feed_write_internal (const char *channel_id)
{
  return write_id (WEIR_FEED_INTERNAL, channel_id);
}

GString *
weir_feed_write_call (const WeirCallInfo *call)
{
  GString *out = begin (WEIR_FEED_CALL);

  weir_call_info_append (out, call);
  g_string_append_c (out, '}');
  return out;
}

static void
append_row (GString *out, const WeirSample *sample)
{
  g_string_append_printf (out, "[%u", sample->n);
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      g_string_append_c (out, ',');
      weir_totals_append (out, &sample->totals, i);
    }
  g_string_append_c (out, ']');
}

GString *
weir_feed_write_samples (gint64 now_ms, const WeirSample *samples, guint n_samples, guint first, guint *next)
{
  GString *out = begin (WEIR_FEED_SAMPLES);
  guint i;

  g_string_append_printf (out, ",\"now_ms\":%" G_GINT64_FORMAT ",\"columns\":[", now_ms);
  for (i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    g_string_append_printf (out, "%s\"%s\"", i > 0 ? "," : "", weir_totals_columns[i]);
  g_string_append (out, "],\"rows\":[");
  for (i = first; i < n_samples; i++)
    {
      gsize start = out->len;

      if (i > first)
        g_string_append_c (out, ',');
      append_row (out, &samples[i]);
      if (!keep_if_fits (out, start, sizeof "]}", i == first))
        break;
    }
  g_string_append (out, "]}");
  *next = i;
  return out;
}
