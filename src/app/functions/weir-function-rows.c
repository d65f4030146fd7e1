/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-function-rows.h"

/* --- a row --- */

struct _WeirFunctionEntry
{
  GObject parent_instance;

  WeirFunction *function; /* nullable */
  char *worker_name;      /* of a heading */
  guint n_functions;
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

/* --- all of them --- */

struct _WeirFunctionRows
{
  GObject parent_instance;

  WeirFunctionList *functions; /* nullable */
  char **search;               /* words, casefolded */
  gboolean shows_internal;
  GPtrArray *entries;
  GHashTable *headings; /* name of a worker → WeirFunctionEntry, borrowed from the entries */
  GHashTable *by_function;
  guint n_shown;
  guint n_all;
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

static void
set_n_functions (WeirFunctionEntry *heading, guint n)
{
  if (heading == NULL || heading->n_functions == n)
    return;
  heading->n_functions = n;
  g_signal_emit (heading, signals[CHANGED], 0);
}

/* By worker, as the source is sorted. */
static GPtrArray *
collect (WeirFunctionRows *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = self->functions != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->functions)) : 0;
  WeirFunctionEntry *heading = NULL;
  guint n_here = 0;

  self->n_all = self->n_shown = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirFunction) function = g_list_model_get_item (G_LIST_MODEL (self->functions), i);

      if (weir_function_is_internal (function) && !self->shows_internal)
        continue;
      self->n_all++;
      if (!weir_function_contains (function, (const char *const *) self->search))
        continue;
      if (heading == NULL || !g_str_equal (heading->worker_name, weir_function_get_worker_name (function)))
        {
          set_n_functions (heading, n_here);
          heading = dup_heading (self, weir_function_get_worker_name (function));
          g_ptr_array_add (entries, heading);
          n_here = 0;
        }
      g_ptr_array_add (entries, dup_entry (self, function));
      n_here++;
      self->n_shown++;
    }
  set_n_functions (heading, n_here);
  return entries;
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

/* --- the type --- */

static void
weir_function_rows_finalize (GObject *object)
{
  WeirFunctionRows *self = WEIR_FUNCTION_ROWS (object);

  g_clear_object (&self->functions);
  g_strfreev (self->search);
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
  if (functions != NULL)
    g_signal_connect_object (functions, "items-changed", G_CALLBACK (weir_function_rows_update), self,
                             G_CONNECT_SWAPPED);
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
