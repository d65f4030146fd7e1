/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-placeholder-completion.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- a proposal --- */

#define WEIR_TYPE_PLACEHOLDER_PROPOSAL (weir_placeholder_proposal_get_type ())
G_DECLARE_FINAL_TYPE (WeirPlaceholderProposal, weir_placeholder_proposal, WEIR, PLACEHOLDER_PROPOSAL, GObject)

struct _WeirPlaceholderProposal
{
  GObject parent_instance;

  const char *text;
  const char *meaning;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirPlaceholderProposal, weir_placeholder_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, NULL))

static void
weir_placeholder_proposal_class_init (WeirPlaceholderProposalClass *klass)
{
}

static void
weir_placeholder_proposal_init (WeirPlaceholderProposal *self)
{
}

/* --- the provider --- */

#define WEIR_TYPE_PLACEHOLDER_COMPLETION (weir_placeholder_completion_get_type ())
G_DECLARE_FINAL_TYPE (WeirPlaceholderCompletion, weir_placeholder_completion, WEIR, PLACEHOLDER_COMPLETION, GObject)

struct _WeirPlaceholderCompletion
{
  GObject parent_instance;
};

static gboolean
belongs (gunichar c)
{
  return g_unichar_isalnum (c) || c == '_' || c == '-' || c == ':' || c == '$';
}

/* What stands before @cursor and is being typed. */
static char *
dup_typed (const GtkTextIter *cursor, GtkTextIter *start)
{
  *start = *cursor;
  while (gtk_text_iter_backward_char (start))
    if (!belongs (gtk_text_iter_get_char (start)))
      {
        gtk_text_iter_forward_char (start);
        break;
      }
  return gtk_text_iter_get_text (start, cursor);
}

static GListModel *
populate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GError **error)
{
  static const struct
  {
    const char *text;
    const char *meaning;
  } rows[] = {
    { "$reader", N_ ("the function reads, Weir writes") },
    { "$writer", N_ ("the function writes, Weir reads") },
    { "$reader2", N_ ("a second channel to read from") },
    { "$writer2", N_ ("a second channel to write to") },
  };
  GListStore *store = g_list_store_new (WEIR_TYPE_PLACEHOLDER_PROPOSAL);
  gboolean is_asked =
      gtk_source_completion_context_get_activation (context) == GTK_SOURCE_COMPLETION_ACTIVATION_USER_REQUESTED;
  GtkTextIter begin, end, start;
  g_autofree char *typed = NULL;

  gtk_source_completion_context_get_bounds (context, &begin, &end);
  typed = dup_typed (&end, &start);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (typed[0] == '$' ? g_str_has_prefix (rows[i].text, typed) : is_asked)
      {
        g_autoptr (WeirPlaceholderProposal) proposal = g_object_new (WEIR_TYPE_PLACEHOLDER_PROPOSAL, NULL);

        proposal->text = rows[i].text;
        proposal->meaning = _ (rows[i].meaning);
        g_list_store_append (store, proposal);
      }
  return G_LIST_MODEL (store);
}

static void
populate_async (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GCancellable *cancellable,
                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_return_pointer (task, populate (provider, context, NULL), g_object_unref);
}

static GListModel *
populate_finish (GtkSourceCompletionProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_trigger (GtkSourceCompletionProvider *provider, const GtkTextIter *iter, gunichar c)
{
  return c == '$';
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model)
{
  g_autoptr (GListModel) fresh = populate (provider, context, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (fresh); i++)
    g_ptr_array_add (items, g_list_model_get_item (fresh, i));
  g_list_store_splice (G_LIST_STORE (model), 0, g_list_model_get_n_items (model), items->pdata, items->len);
}

static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context,
         GtkSourceCompletionProposal *proposal, GtkSourceCompletionCell *cell)
{
  WeirPlaceholderProposal *self = WEIR_PLACEHOLDER_PROPOSAL (proposal);
  GtkSourceCompletionColumn column = gtk_source_completion_cell_get_column (cell);

  if (column == GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT)
    gtk_source_completion_cell_set_text (cell, self->text);
  else if (column == GTK_SOURCE_COMPLETION_COLUMN_AFTER)
    gtk_source_completion_cell_set_text (cell, self->meaning);
  else
    gtk_source_completion_cell_set_text (cell, NULL);
}

/* With quotes around it, where there are none. */
static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context,
          GtkSourceCompletionProposal *proposal)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  GtkTextIter begin, end, start, before;
  g_autofree char *typed = NULL, *text = NULL;
  gboolean has_quote, has_end;

  gtk_source_completion_context_get_bounds (context, &begin, &end);
  typed = dup_typed (&end, &start);
  if (typed[0] != '$')
    start = end;
  before = start;
  has_quote = gtk_text_iter_backward_char (&before) && gtk_text_iter_get_char (&before) == '"';
  has_end = gtk_text_iter_get_char (&end) == '"';
  text = g_strconcat (has_quote ? "" : "\"", WEIR_PLACEHOLDER_PROPOSAL (proposal)->text, has_end ? "" : "\"", NULL);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static void
provider_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->populate_async = populate_async;
  iface->populate_finish = populate_finish;
  iface->is_trigger = is_trigger;
  iface->refilter = refilter;
  iface->display = display;
  iface->activate = activate;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirPlaceholderCompletion, weir_placeholder_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_init))

static void
weir_placeholder_completion_class_init (WeirPlaceholderCompletionClass *klass)
{
}

static void
weir_placeholder_completion_init (WeirPlaceholderCompletion *self)
{
}

GtkSourceCompletionProvider *
weir_placeholder_completion_new (void)
{
  return g_object_new (WEIR_TYPE_PLACEHOLDER_COMPLETION, NULL);
}
