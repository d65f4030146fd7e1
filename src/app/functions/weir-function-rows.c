/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-rows.h"

#include <string.h>

/* --- a row --- */

struct _WeirFunctionEntry
{
  GObject parent_instance;

  WeirFunction *function; /* nullable */
  char *worker_name;      /* of a heading */
  guint n_functions;
  guint n_workers;
  gboolean has_refused;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirFunctionEntry, weir_function_entry, G_TYPE_OBJECT)

static void
weir_function_entry_finalize (GObject *object)
{
  WeirFunctionEntry *self = WEIR_FUNCTION_ENTRY (object);

  g_clear_object (&self->function);
  g_free (self->worker_name);
  G_OBJECT_CLASS (weir_function_entry_parent_class)->finalize (object);
}

static void
weir_function_entry_class_init (WeirFunctionEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_function_entry_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_FUNCTION_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_function_entry_init (WeirFunctionEntry *self)
{
}

WeirFunction *
weir_function_entry_get_function (WeirFunctionEntry *self)
{
  return self->function;
}

const char *
weir_function_entry_get_worker_name (WeirFunctionEntry *self)
{
  return self->function != NULL ? weir_function_get_worker_name (self->function) : self->worker_name;
}

guint
weir_function_entry_get_n_functions (WeirFunctionEntry *self)
{
  return self->n_functions;
}

guint
weir_function_entry_get_n_workers (WeirFunctionEntry *self)
{
  return self->n_workers;
}

gboolean
weir_function_entry_has_refused (WeirFunctionEntry *self)
{
  return self->has_refused;
}

/* --- all of them --- */

struct _WeirFunctionRows
{
  GObject parent_instance;

  WeirFunctionList *functions; /* nullable */
  char **search;               /* words, casefolded */
  gboolean shows_internal;
  gboolean shows_workers;
  guint update_idle;
  char *workers; /* (nullable): as they were last told of */
  GPtrArray *entries;
  GHashTable *headings; /* name of a worker → WeirFunctionEntry, borrowed from the entries */
  GHashTable *by_function;
  guint n_shown;
  guint n_all;
  guint n_idle;
};

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_FUNCTION_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_FUNCTION_ROWS (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirFunctionRows *self = WEIR_FUNCTION_ROWS (model);

  return position < self->entries->len ? g_object_ref (self->entries->pdata[position]) : NULL;
}

static void
weir_function_rows_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirFunctionRows, weir_function_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_function_rows_model_init))

static WeirFunctionEntry *
dup_heading (WeirFunctionRows *self, const char *worker_name)
{
  WeirFunctionEntry *known = g_hash_table_lookup (self->headings, worker_name);
  WeirFunctionEntry *entry;

  if (known != NULL)
    return g_object_ref (known);
  entry = g_object_new (WEIR_TYPE_FUNCTION_ENTRY, NULL);
  entry->worker_name = g_strdup (worker_name);
  return entry;
}

static WeirFunctionEntry *
dup_entry (WeirFunctionRows *self, WeirFunction *function)
{
  WeirFunctionEntry *known = g_hash_table_lookup (self->by_function, function);
  WeirFunctionEntry *entry;

  if (known != NULL)
    return g_object_ref (known);
  entry = g_object_new (WEIR_TYPE_FUNCTION_ENTRY, NULL);
  entry->function = g_object_ref (function);
  return entry;
}

/* --- workers --- */

/* The workers of one name. */
typedef struct
{
  const char *name;
  guint n;
  gboolean has_refused;
  gboolean is_idle; /* none of them has a function */
} Namesakes;

static gboolean
has_none (WeirPeer *peer)
{
  return weir_peer_get_function_count (peer) <= 0;
}

/* (transfer full): name → Namesakes; names are of the peers. */
static GHashTable *
count_workers (WeirFunctionRows *self)
{
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GPtrArray *peers = self->functions != NULL ? weir_function_list_get_peers (self->functions) : NULL;

  for (guint i = 0; peers != NULL && i < peers->len; i++)
    {
      WeirPeer *peer = peers->pdata[i];
      Namesakes *namesakes = g_hash_table_lookup (by_name, weir_peer_get_name (peer));

      if (weir_peer_is_within_engine (peer) && !self->shows_internal)
        continue;
      if (namesakes == NULL)
        {
          namesakes = g_new (Namesakes, 1);
          *namesakes = (Namesakes){ .name = weir_peer_get_name (peer), .is_idle = TRUE };
          g_hash_table_insert (by_name, (gpointer) namesakes->name, namesakes);
        }
      namesakes->n++;
      namesakes->has_refused |= weir_peer_has_refused_functions (peer);
      namesakes->is_idle &= has_none (peer);
    }
  return by_name;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strverscmp ((*(const Namesakes *const *) a)->name, (*(const Namesakes *const *) b)->name);
}

/* Who has a function in the list is not idle, whatever the engine counts. */
static void
find_owners (WeirFunctionRows *self, GHashTable *by_name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->functions));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirFunction) function = g_list_model_get_item (G_LIST_MODEL (self->functions), i);
      Namesakes *owners = g_hash_table_lookup (by_name, weir_function_get_worker_name (function));

      if (owners != NULL)
        owners->is_idle = FALSE;
    }
}

static void
collect_idle (GHashTable *by_name, GPtrArray *idle)
{
  GHashTableIter iter;
  gpointer namesakes;

  g_ptr_array_set_size (idle, 0);
  g_hash_table_iter_init (&iter, by_name);
  while (g_hash_table_iter_next (&iter, NULL, &namesakes))
    if (((Namesakes *) namesakes)->is_idle)
      g_ptr_array_add (idle, namesakes);
}

/* Those that have no function, as the source is sorted. Mostly there are none, and thousands of functions. */
static GPtrArray *
list_idle (WeirFunctionRows *self, GHashTable *by_name)
{
  GPtrArray *idle = g_ptr_array_new ();

  if (self->shows_workers)
    collect_idle (by_name, idle);
  if (idle->len == 0)
    return idle;
  find_owners (self, by_name);
  collect_idle (by_name, idle);
  g_ptr_array_sort (idle, compare_names);
  return idle;
}

static gboolean
is_searched (WeirFunctionRows *self, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; self->search[i] != NULL; i++)
    if (strstr (folded, self->search[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* --- what is shown --- */

typedef struct
{
  GPtrArray *entries;
  GHashTable *workers; /* name → Namesakes */
  GPtrArray *idle;
  guint next_idle;
  WeirFunctionEntry *heading; /* nullable */
  guint n_here;
} Collection;

static void
end_heading (Collection *collection)
{
  WeirFunctionEntry *heading = collection->heading;
  const Namesakes *workers = heading != NULL ? g_hash_table_lookup (collection->workers, heading->worker_name) : NULL;
  guint n_workers = workers != NULL ? workers->n : 0;
  gboolean has_refused = workers != NULL && workers->has_refused;

  if (heading == NULL || (heading->n_functions == collection->n_here && heading->n_workers == n_workers &&
                          heading->has_refused == has_refused))
    return;
  heading->n_functions = collection->n_here;
  heading->n_workers = n_workers;
  heading->has_refused = has_refused;
  g_signal_emit (heading, signals[CHANGED], 0);
}

static void
begin_heading (WeirFunctionRows *self, Collection *collection, const char *name)
{
  end_heading (collection);
  collection->heading = dup_heading (self, name);
  collection->n_here = 0;
  g_ptr_array_add (collection->entries, collection->heading);
}

/* Those that stand before the worker of that @name; NULL: all that are left. */
static void
add_idle (WeirFunctionRows *self, Collection *collection, const char *name)
{
  for (; collection->next_idle < collection->idle->len; collection->next_idle++)
    {
      const Namesakes *idle = collection->idle->pdata[collection->next_idle];

      if (name != NULL && strverscmp (idle->name, name) > 0)
        return;
      if (is_searched (self, idle->name))
        begin_heading (self, collection, idle->name);
    }
}

static void
add_function (WeirFunctionRows *self, Collection *collection, WeirFunction *function)
{
  const char *name = weir_function_get_worker_name (function);

  if (collection->heading == NULL || !g_str_equal (collection->heading->worker_name, name))
    {
      add_idle (self, collection, name);
      begin_heading (self, collection, name);
    }
  g_ptr_array_add (collection->entries, dup_entry (self, function));
  collection->n_here++;
  self->n_shown++;
}

/* By worker, as the source is sorted. */
static GPtrArray *
collect (WeirFunctionRows *self)
{
  g_autoptr (GHashTable) workers = count_workers (self);
  g_autoptr (GPtrArray) idle = list_idle (self, workers);
  Collection collection = { g_ptr_array_new_with_free_func (g_object_unref), workers, idle };
  guint n = self->functions != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->functions)) : 0;

  self->n_all = self->n_shown = 0;
  self->n_idle = idle->len;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirFunction) function = g_list_model_get_item (G_LIST_MODEL (self->functions), i);

      if (weir_function_is_internal (function) && !self->shows_internal)
        continue;
      self->n_all++;
      if (weir_function_contains (function, (const char *const *) self->search))
        add_function (self, &collection, function);
    }
  add_idle (self, &collection, NULL);
  end_heading (&collection);
  return collection.entries;
}

static void
index_entries (WeirFunctionRows *self)
{
  g_hash_table_remove_all (self->headings);
  g_hash_table_remove_all (self->by_function);
  for (guint i = 0; i < self->entries->len; i++)
    {
      WeirFunctionEntry *entry = self->entries->pdata[i];

      if (entry->function != NULL)
        g_hash_table_insert (self->by_function, entry->function, entry);
      else
        g_hash_table_insert (self->headings, entry->worker_name, entry);
    }
}

/* Rows that stay are not touched: those before the first that differs, and those behind the last. */
static void
weir_function_rows_update (WeirFunctionRows *self)
{
  GPtrArray *entries = collect (self);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->entries);
  guint shorter = MIN (before->len, entries->len);
  guint start = 0, end = 0;

  while (start < shorter && before->pdata[start] == entries->pdata[start])
    start++;
  while (end < shorter - start && before->pdata[before->len - 1 - end] == entries->pdata[entries->len - 1 - end])
    end++;
  self->entries = entries;
  index_entries (self);
  if (before->len != entries->len || start + end < entries->len)
    g_list_model_items_changed (G_LIST_MODEL (self), start, before->len - start - end, entries->len - start - end);
}

static gboolean
update_cb (gpointer user_data)
{
  WeirFunctionRows *self = user_data;

  self->update_idle = 0;
  weir_function_rows_update (self);
  return G_SOURCE_REMOVE;
}

/* In a turn of its own: to read a list of thousands takes one already. */
static void
update_soon (WeirFunctionRows *self)
{
  if (self->update_idle == 0)
    self->update_idle = g_idle_add_full (G_PRIORITY_DEFAULT, update_cb, self, NULL);
}

/* What the rows say of the workers, in one word to compare. */
static char *
dup_workers (WeirFunctionRows *self)
{
  GPtrArray *peers = weir_function_list_get_peers (self->functions);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < peers->len; i++)
    g_string_append_printf (text, "%s %d %d\n", weir_peer_get_name (peers->pdata[i]), has_none (peers->pdata[i]),
                            weir_peer_has_refused_functions (peers->pdata[i]));
  return g_string_free (text, FALSE);
}

/* They are told of with each list of functions, and mostly as they were: thousands of rows are not looked at for that.
 */
static void
peers_changed_cb (WeirFunctionRows *self)
{
  g_autofree char *workers = dup_workers (self);

  if (g_strcmp0 (workers, self->workers) == 0)
    return;
  g_free (self->workers);
  self->workers = g_steal_pointer (&workers);
  update_soon (self);
}

/* --- the type --- */

static void
weir_function_rows_finalize (GObject *object)
{
  WeirFunctionRows *self = WEIR_FUNCTION_ROWS (object);

  g_clear_handle_id (&self->update_idle, g_source_remove);
  g_clear_object (&self->functions);
  g_strfreev (self->search);
  g_free (self->workers);
  g_hash_table_unref (self->headings);
  g_hash_table_unref (self->by_function);
  g_ptr_array_unref (self->entries);
  G_OBJECT_CLASS (weir_function_rows_parent_class)->finalize (object);
}

static void
weir_function_rows_class_init (WeirFunctionRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_function_rows_finalize;
}

static void
weir_function_rows_init (WeirFunctionRows *self)
{
  self->search = g_new0 (char *, 1);
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->headings = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_function = g_hash_table_new (NULL, NULL);
}

WeirFunctionRows *
weir_function_rows_new (void)
{
  return g_object_new (WEIR_TYPE_FUNCTION_ROWS, NULL);
}

void
weir_function_rows_set_source (WeirFunctionRows *self, WeirFunctionList *functions)
{
  if (self->functions == functions)
    return;
  if (self->functions != NULL)
    g_signal_handlers_disconnect_by_data (self->functions, self);
  g_set_object (&self->functions, functions);
  g_clear_pointer (&self->workers, g_free);
  if (functions != NULL)
    {
      g_signal_connect_object (functions, "items-changed", G_CALLBACK (update_soon), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (functions, "peers-changed", G_CALLBACK (peers_changed_cb), self, G_CONNECT_SWAPPED);
    }
  weir_function_rows_update (self);
}

void
weir_function_rows_set_shows_workers (WeirFunctionRows *self, gboolean shows_workers)
{
  self->shows_workers = shows_workers;
  weir_function_rows_update (self);
}

void
weir_function_rows_set_search (WeirFunctionRows *self, const char *search)
{
  g_autofree char *folded = g_utf8_casefold (search, -1);

  g_strfreev (self->search);
  self->search = g_strsplit_set (folded, " \t\n", -1);
  weir_function_rows_update (self);
}

void
weir_function_rows_set_internal (WeirFunctionRows *self, gboolean shows_internal)
{
  self->shows_internal = shows_internal;
  weir_function_rows_update (self);
}

guint
weir_function_rows_get_n_shown (WeirFunctionRows *self)
{
  return self->n_shown;
}

guint
weir_function_rows_get_n_all (WeirFunctionRows *self)
{
  return self->n_all;
}

guint
weir_function_rows_get_n_idle (WeirFunctionRows *self)
{
  return self->n_idle;
}

guint
weir_function_rows_find (WeirFunctionRows *self, const char *function_id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      WeirFunctionEntry *entry = self->entries->pdata[i];

      if (entry->function != NULL && g_str_equal (weir_function_get_id (entry->function), function_id))
        return i;
    }
  return G_MAXUINT;
}
