/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-rows.h"

#include <string.h>

#include "weir-describe.h"
#include "weir-search-text.h"

#define SORT_INTERVAL_US   G_USEC_PER_SEC
#define SOURCE_INTERVAL_US (G_USEC_PER_SEC / 4)

struct _WeirChannelRows
{
  GObject parent_instance;

  GListModel *source;
  GPtrArray *rows; /* (element-type WeirChannel) */
  WeirFilter filter;
  char *search; /* case folded; NULL: none */
  WeirChannel *kept;
  GHashTable *hidden; /* (element-type char): ids */
  guint n_hidden;     /* of them in the source */
  WeirSort sort;
  gboolean descending;
  gboolean is_held;
  gboolean is_asked;      /* by the user: now, whatever else holds */
  gboolean source_is_new; /* the source changed */
  gint64 updated_us;
  gint64 now_us;
};

/* What a row is sorted by, taken once for a sort: live figures may not change in the middle of one. */
typedef struct
{
  WeirChannel *channel;
  const char *id;
  gint64 created_ms;
  guint32 n; /* the point's count: of those made in one millisecond it knows the first */
  guint group;
  double number;
  char *text;
} WeirSortKey;

typedef struct
{
  gboolean by_text;
  gboolean descending;
} WeirSortOrder;

static void weir_channel_rows_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirChannelRows, weir_channel_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_channel_rows_list_model_init))

static GType
weir_channel_rows_get_item_type (GListModel *model)
{
  return WEIR_TYPE_CHANNEL;
}

static guint
weir_channel_rows_get_n_items (GListModel *model)
{
  return WEIR_CHANNEL_ROWS (model)->rows->len;
}

static gpointer
weir_channel_rows_get_item (GListModel *model, guint position)
{
  WeirChannelRows *self = WEIR_CHANNEL_ROWS (model);

  return position < self->rows->len ? g_object_ref (g_ptr_array_index (self->rows, position)) : NULL;
}

static void
weir_channel_rows_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = weir_channel_rows_get_item_type;
  iface->get_n_items = weir_channel_rows_get_n_items;
  iface->get_item = weir_channel_rows_get_item;
}

/* --- which --- */

static WeirFilter
filter_of_state (WeirState state)
{
  switch (state)
    {
    case WEIR_STATE_FLOWING:
    case WEIR_STATE_DRAINING:
      return WEIR_FILTER_FLOWING;
    case WEIR_STATE_STALLED:
    case WEIR_STATE_READER_GONE:
      return WEIR_FILTER_STALLED;
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_READER:
    case WEIR_STATE_WAITING_WRITER:
      return WEIR_FILTER_WAITING;
    case WEIR_STATE_HELD:
      return WEIR_FILTER_HELD;
    case WEIR_STATE_CLOSED:
      return WEIR_FILTER_CLOSED;
    case WEIR_STATE_IDLE:
      return WEIR_FILTER_IDLE;
    case WEIR_STATE_UNKNOWN:
    default:
      return WEIR_FILTER_UNKNOWN;
    }
}

static gboolean
weir_channel_rows_shows (WeirChannelRows *self, WeirChannel *channel, gint64 now_us)
{
  if (self->filter != WEIR_FILTER_ALL && filter_of_state (weir_channel_get_state (channel)) != self->filter)
    return FALSE;
  return self->search == NULL || weir_search_text_contains (channel, self->search, now_us);
}

static GPtrArray *
weir_channel_rows_collect (WeirChannelRows *self, gint64 now_us)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = self->source != NULL ? g_list_model_get_n_items (self->source) : 0;

  self->n_hidden = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (self->source, i);

      if (g_hash_table_contains (self->hidden, weir_channel_get_id (channel)))
        self->n_hidden++;
      else if (channel == self->kept || weir_channel_rows_shows (self, channel, now_us))
        g_ptr_array_add (found, g_steal_pointer (&channel));
    }

  return found;
}

/* --- in which order --- */

/* How urgent a state is: sorting by state brings together what needs a look. */
static double
rank_of_state (WeirChannel *channel)
{
  static const guint8 ranks[] = {
    [WEIR_STATE_STALLED] = 0,        [WEIR_STATE_READER_GONE] = 1, [WEIR_STATE_WAITING_READER] = 2,
    [WEIR_STATE_WAITING_WRITER] = 3, [WEIR_STATE_CREATED] = 4,     [WEIR_STATE_DRAINING] = 5,
    [WEIR_STATE_FLOWING] = 6,        [WEIR_STATE_IDLE] = 7,        [WEIR_STATE_UNKNOWN] = 8,
    [WEIR_STATE_CLOSED] = 9,         [WEIR_STATE_HELD] = 0,
  };
  WeirState state = weir_channel_get_state (channel);

  return state < G_N_ELEMENTS (ranks) ? ranks[state] : G_N_ELEMENTS (ranks);
}

static double
share_of_buffer (const WeirChannelInfo *info)
{
  return info->buffer_items > 0 ? (double) info->totals.buffered_messages / info->buffer_items
                                : info->totals.buffered_messages;
}

static void
weir_channel_rows_set_key (WeirChannelRows *self, WeirSortKey *key, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (key->channel);
  WeirSeriesColumn column;

  switch (self->sort)
    {
    case WEIR_SORT_STATE:
      key->number = rank_of_state (key->channel);
      break;
    case WEIR_SORT_CHANNEL:
      key->text = g_strdup (key->id);
      break;
    case WEIR_SORT_ROUTE:
      key->text = weir_describe_route (key->channel);
      break;
    case WEIR_SORT_THROUGHPUT:
      weir_channel_get_throughput (key->channel, now_us, &column, &key->number);
      break;
    case WEIR_SORT_BUFFER:
      key->number = share_of_buffer (info);
      break;
    case WEIR_SORT_BYTES:
      key->number = info->totals.written_bytes;
      break;
    case WEIR_SORT_AGE:
    default:
      key->number = -key->created_ms;
    }
}

/* Sorted by age a group stands where its newest channel does. */
static void
gather_groups (GArray *keys)
{
  g_autoptr (GHashTable) newest = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < keys->len; i++)
    {
      WeirSortKey *key = &g_array_index (keys, WeirSortKey, i);
      WeirSortKey *best = g_hash_table_lookup (newest, GUINT_TO_POINTER (key->group));

      if (key->group != 0 && (best == NULL || key->created_ms > best->created_ms))
        g_hash_table_insert (newest, GUINT_TO_POINTER (key->group), key);
    }
  for (guint i = 0; i < keys->len; i++)
    {
      WeirSortKey *key = &g_array_index (keys, WeirSortKey, i);
      WeirSortKey *best = key->group != 0 ? g_hash_table_lookup (newest, GUINT_TO_POINTER (key->group)) : key;

      key->number = -best->created_ms;
    }
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const WeirSortKey *first = a, *second = b;
  const WeirSortOrder *order = user_data;
  int result;

  if (order->by_text)
    result = strcmp (first->text, second->text);
  else
    result = (first->number > second->number) - (first->number < second->number);
  if (result != 0)
    return order->descending ? -result : result;

  /* Ties never depend on where a row was: by group, then the older first, then by id. */
  if (first->group != second->group)
    return first->group < second->group ? -1 : 1;
  if (first->created_ms != second->created_ms)
    return first->created_ms < second->created_ms ? -1 : 1;
  if (first->n != second->n)
    return first->n < second->n ? -1 : 1;
  return strcmp (first->id, second->id);
}

static void
weir_channel_rows_sort (WeirChannelRows *self, GPtrArray *rows, gint64 now_us)
{
  g_autoptr (GArray) keys = g_array_sized_new (FALSE, TRUE, sizeof (WeirSortKey), rows->len);
  WeirSortOrder order = { self->sort == WEIR_SORT_CHANNEL || self->sort == WEIR_SORT_ROUTE, self->descending };

  for (guint i = 0; i < rows->len; i++)
    {
      WeirChannel *channel = g_ptr_array_index (rows, i);
      const WeirChannelInfo *info = weir_channel_get_info (channel);
      WeirSortKey key = { channel, weir_channel_get_id (channel), weir_channel_get_begin_ms (channel), info->n,
                          weir_channel_get_group (channel) };

      weir_channel_rows_set_key (self, &key, now_us);
      g_array_append_val (keys, key);
    }
  if (self->sort == WEIR_SORT_AGE)
    gather_groups (keys);
  g_array_sort_with_data (keys, compare_keys, &order);

  for (guint i = 0; i < rows->len; i++)
    {
      WeirSortKey *key = &g_array_index (keys, WeirSortKey, i);

      rows->pdata[i] = key->channel;
      g_free (key->text);
    }
}

/* --- what changes --- */

/* Set of WeirChannel: borrowed */
static GHashTable *
weir_channel_rows_dup_known (WeirChannelRows *self)
{
  GHashTable *known = g_hash_table_new (NULL, NULL);
  guint n = self->source != NULL ? g_list_model_get_n_items (self->source) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (self->source, i); /* the source keeps it */

      g_hash_table_add (known, channel);
    }
  return known;
}

/* All that is shown stays where it is; what is new comes after it. Of channels that are forgotten the first rows stay:
 * the others are at the end, where the fewest move when they go. */
static GPtrArray *
weir_channel_rows_keep_order (WeirChannelRows *self, GPtrArray *found)
{
  GPtrArray *next = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) known = weir_channel_rows_dup_known (self);
  guint n_forgotten = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      if (!g_hash_table_contains (known, self->rows->pdata[i]) && n_forgotten++ >= WEIR_CHANNEL_ROWS_MAX_FORGOTTEN)
        continue;
      g_ptr_array_add (next, g_object_ref (self->rows->pdata[i]));
      g_hash_table_add (shown, self->rows->pdata[i]);
    }
  for (guint i = 0; i < found->len; i++)
    if (!g_hash_table_contains (shown, found->pdata[i]))
      g_ptr_array_add (next, g_object_ref (found->pdata[i]));

  return next;
}

/* Whether every row of @before is in @after, in the same order. */
static gboolean
is_subsequence (GPtrArray *before, GPtrArray *after)
{
  guint found = 0;

  for (guint i = 0; i < after->len && found < before->len; i++)
    if (after->pdata[i] == before->pdata[found])
      found++;

  return found == before->len;
}

/* One signal, for the range that differs. */
static WeirRowsChange
weir_channel_rows_replace (WeirChannelRows *self, GPtrArray *next)
{
  g_autoptr (GPtrArray) before = self->rows;
  guint shared = MIN (before->len, next->len);
  guint first = 0, last = 0;

  while (first < shared && before->pdata[first] == next->pdata[first])
    first++;
  while (last < shared - first && before->pdata[before->len - 1 - last] == next->pdata[next->len - 1 - last])
    last++;

  self->rows = next;
  if (first == before->len && first == next->len)
    return WEIR_ROWS_SAME;

  g_list_model_items_changed (G_LIST_MODEL (self), first, before->len - first - last, next->len - first - last);
  return is_subsequence (before, next) ? WEIR_ROWS_ADDED : WEIR_ROWS_MOVED;
}

static gboolean
weir_channel_rows_is_due (WeirChannelRows *self, gint64 now_us)
{
  gint64 since_us = now_us - self->updated_us;

  return self->is_asked || since_us >= SORT_INTERVAL_US || (self->source_is_new && since_us >= SOURCE_INTERVAL_US);
}

static void
weir_channel_rows_source_changed_cb (WeirChannelRows *self)
{
  self->source_is_new = TRUE;
}

static void
weir_channel_rows_dispose (GObject *object)
{
  WeirChannelRows *self = WEIR_CHANNEL_ROWS (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->source);
  g_clear_object (&self->kept);
  G_OBJECT_CLASS (weir_channel_rows_parent_class)->dispose (object);
}

static void
weir_channel_rows_finalize (GObject *object)
{
  WeirChannelRows *self = WEIR_CHANNEL_ROWS (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->hidden);
  g_free (self->search);
  G_OBJECT_CLASS (weir_channel_rows_parent_class)->finalize (object);
}

static void
weir_channel_rows_class_init (WeirChannelRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_channel_rows_dispose;
  object_class->finalize = weir_channel_rows_finalize;
}

static void
weir_channel_rows_init (WeirChannelRows *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sort = WEIR_SORT_AGE;
}

WeirChannelRows *
weir_channel_rows_new (void)
{
  return g_object_new (WEIR_TYPE_CHANNEL_ROWS, NULL);
}

void
weir_channel_rows_set_source (WeirChannelRows *self, GListModel *channels)
{
  if (self->source == channels)
    return;

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, channels);
  if (channels != NULL)
    g_signal_connect_swapped (channels, "items-changed", G_CALLBACK (weir_channel_rows_source_changed_cb), self);
  self->is_asked = TRUE;
  weir_channel_rows_replace (self, g_ptr_array_new_with_free_func (g_object_unref));
}

void
weir_channel_rows_set_filter (WeirChannelRows *self, WeirFilter filter, const char *search)
{
  g_free (self->search);
  self->search = search != NULL && *search != '\0' ? g_utf8_casefold (search, -1) : NULL;
  self->filter = filter;
  self->is_asked = TRUE;
  if (self->kept != NULL && !weir_channel_rows_shows (self, self->kept, weir_channel_rows_get_now_us (self)))
    g_clear_object (&self->kept);
}

void
weir_channel_rows_hide (WeirChannelRows *self, const char *channel_id)
{
  g_hash_table_add (self->hidden, g_strdup (channel_id));
  self->is_asked = TRUE;
}

void
weir_channel_rows_show_hidden (WeirChannelRows *self)
{
  g_hash_table_remove_all (self->hidden);
  self->is_asked = TRUE;
}

guint
weir_channel_rows_get_n_hidden (WeirChannelRows *self)
{
  return self->n_hidden;
}

void
weir_channel_rows_set_kept (WeirChannelRows *self, WeirChannel *channel)
{
  g_set_object (&self->kept, channel);
}

void
weir_channel_rows_set_sort (WeirChannelRows *self, WeirSort sort, gboolean descending)
{
  if (self->sort == sort && self->descending == descending)
    return;

  self->sort = sort;
  self->descending = descending;
  self->is_asked = TRUE;
}

void
weir_channel_rows_set_held (WeirChannelRows *self, gboolean held)
{
  self->is_held = held;
}

WeirRowsChange
weir_channel_rows_update (WeirChannelRows *self, gint64 now_us)
{
  g_autoptr (GPtrArray) found = NULL;

  self->now_us = now_us;
  if (!weir_channel_rows_is_due (self, now_us))
    return WEIR_ROWS_SAME;

  found = weir_channel_rows_collect (self, now_us);
  weir_channel_rows_sort (self, found, now_us);
  if (self->is_held && !self->is_asked)
    {
      GPtrArray *kept = weir_channel_rows_keep_order (self, found);

      g_ptr_array_unref (found);
      found = kept;
    }

  self->updated_us = now_us;
  self->is_asked = self->source_is_new = FALSE;
  return weir_channel_rows_replace (self, g_steal_pointer (&found));
}

gint64
weir_channel_rows_get_now_us (WeirChannelRows *self)
{
  return self->now_us != 0 ? self->now_us : g_get_monotonic_time ();
}

WeirJoin
weir_channel_rows_get_join (WeirChannelRows *self, guint position)
{
  WeirJoin join = WEIR_JOIN_NONE;
  guint group;

  if (position >= self->rows->len)
    return WEIR_JOIN_NONE;

  group = weir_channel_get_group (self->rows->pdata[position]);
  if (group == 0)
    return WEIR_JOIN_NONE;
  if (position > 0 && weir_channel_get_group (self->rows->pdata[position - 1]) == group)
    join |= WEIR_JOIN_ABOVE;
  if (position + 1 < self->rows->len && weir_channel_get_group (self->rows->pdata[position + 1]) == group)
    join |= WEIR_JOIN_BELOW;

  return join;
}
