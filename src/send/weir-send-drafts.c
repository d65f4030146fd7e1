/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-drafts.h"

#include <glib/gi18n.h>

#include "weir-kept-file.h"
#include "weir-send-entry-private.h"

/* A larger file is none of ours: a byte that is kept takes no more than six of the file. */
#define MAX_FILE_SIZE                                                                                                  \
  (6 * WEIR_SEND_DRAFTS_MAX * (WEIR_SEND_HISTORY_MAX_PAYLOAD + WEIR_SEND_HISTORY_MAX_SENDING + 4096))

struct _WeirSendDrafts
{
  GObject parent_instance;

  WeirKeptFile *file;
  GPtrArray *drafts; /* of Draft; newest first */
};

/* Does not change. A draft without an entry is one that was taken back before the file was read. */
typedef struct
{
  char *url;
  WeirSendEntry *entry; /* nullable */
} Draft;

G_DEFINE_FINAL_TYPE (WeirSendDrafts, weir_send_drafts, G_TYPE_OBJECT)

static void
draft_clear (gpointer data)
{
  Draft *draft = data;

  g_free (draft->url);
  g_clear_object (&draft->entry);
}

static void
draft_unref (gpointer draft)
{
  g_atomic_rc_box_release_full (draft, draft_clear);
}

/* @entry: (transfer full) (nullable) */
static Draft *
draft_new (const char *url, WeirSendEntry *entry)
{
  Draft *draft = g_atomic_rc_box_new0 (Draft);

  draft->url = g_strdup (url);
  draft->entry = entry;
  return draft;
}

static Draft *
draft_ref (Draft *draft)
{
  return g_atomic_rc_box_acquire (draft);
}

static int
find (GPtrArray *drafts, const char *url)
{
  for (guint i = 0; i < drafts->len; i++)
    if (g_str_equal (((Draft *) drafts->pdata[i])->url, url))
      return (int) i;
  return -1;
}

/* --- the file --- */

static void
append (GString *out, gpointer item)
{
  const Draft *draft = item;

  g_string_append (out, "{\"url\":");
  weir_json_append_string (out, draft->url, -1);
  g_string_append (out, ",\"draft\":");
  weir_send_entry_append (out, draft->entry);
  g_string_append_c (out, '}');
}

static gpointer
parse (WeirSpan value)
{
  gboolean is_object = weir_json_type (value) == WEIR_JSON_OBJECT;
  g_autofree char *url = is_object ? weir_json_dup_string (weir_json_member (value, "url")) : NULL;
  WeirSendEntry *entry = url != NULL ? weir_send_entry_from_json (weir_json_member (value, "draft")) : NULL;

  return entry != NULL ? draft_new (url, entry) : NULL;
}

static void
cut (WeirSendDrafts *self)
{
  if (self->drafts->len > WEIR_SEND_DRAFTS_MAX)
    g_ptr_array_set_size (self->drafts, WEIR_SEND_DRAFTS_MAX);
}

static void
merge (GObject *owner, GPtrArray *read)
{
  WeirSendDrafts *self = WEIR_SEND_DRAFTS (owner);

  for (guint i = 0; i < read->len; i++)
    if (find (self->drafts, ((Draft *) read->pdata[i])->url) < 0)
      g_ptr_array_add (self->drafts, draft_ref (read->pdata[i]));
  cut (self);
}

/* But for those that were taken back. */
static GPtrArray *
snapshot (GObject *owner)
{
  GPtrArray *drafts = WEIR_SEND_DRAFTS (owner)->drafts;
  GPtrArray *kept = g_ptr_array_new_with_free_func (draft_unref);

  for (guint i = 0; i < drafts->len; i++)
    if (((Draft *) drafts->pdata[i])->entry != NULL)
      g_ptr_array_add (kept, draft_ref (drafts->pdata[i]));
  return kept;
}

static char *
describe (WeirKeptProblem problem, const char *detail)
{
  switch (problem)
    {
    case WEIR_KEPT_NOT_WRITTEN:
      return g_strdup_printf (_ ("What stands on the Send page could not be kept: %s"), detail);
    case WEIR_KEPT_NOT_READ:
      return g_strdup_printf (_ ("What stood on the Send page cannot be read, and nothing more is kept: %s"), detail);
    case WEIR_KEPT_DAMAGED_ASIDE:
      return g_strdup_printf (_ ("What stood on the Send page was kept in a file that is damaged now; it is in %s"),
                              detail);
    case WEIR_KEPT_DAMAGED:
    default:
      return g_strdup_printf (_ ("What stood on the Send page was kept in a file that is damaged: %s"), detail);
    }
}

static const WeirKeptFormat format = {
  .name = "drafts",
  .max_items = WEIR_SEND_DRAFTS_MAX,
  .max_size = MAX_FILE_SIZE,
  .parse = parse,
  .append = append,
  .free = draft_unref,
  .merge = merge,
  .snapshot = snapshot,
  .describe = describe,
};

void
weir_send_drafts_load_async (WeirSendDrafts *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  weir_kept_file_load_async (self->file, cancellable, callback, user_data);
}

gboolean
weir_send_drafts_load_finish (WeirSendDrafts *self, GAsyncResult *result, GError **error)
{
  return weir_kept_file_load_finish (self->file, result, error);
}

void
weir_send_drafts_flush_async (WeirSendDrafts *self, GAsyncReadyCallback callback, gpointer user_data)
{
  weir_kept_file_flush_async (self->file, callback, user_data);
}

gboolean
weir_send_drafts_flush_finish (WeirSendDrafts *self, GAsyncResult *result, GError **error)
{
  return weir_kept_file_flush_finish (self->file, result, error);
}

/* --- drafts --- */

WeirSendEntry *
weir_send_drafts_get (WeirSendDrafts *self, const char *url)
{
  int i = find (self->drafts, url);

  return i >= 0 ? ((Draft *) self->drafts->pdata[i])->entry : NULL;
}

static gboolean
is_same (WeirSendEntry *a, WeirSendEntry *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return weir_send_entry_is_same (a, b) && weir_send_entry_get_timeout_ms (a) == weir_send_entry_get_timeout_ms (b);
}

void
weir_send_drafts_set (WeirSendDrafts *self, const char *url, WeirSendEntry *draft)
{
  int i = find (self->drafts, url);

  if (i >= 0 && is_same (((Draft *) self->drafts->pdata[i])->entry, draft))
    return;
  if (i >= 0)
    g_ptr_array_remove_index (self->drafts, i);
  g_ptr_array_insert (self->drafts, 0, draft_new (url, draft != NULL ? g_object_ref (draft) : NULL));
  cut (self);
  weir_kept_file_write (self->file);
}

/* --- GObject --- */

static void
weir_send_drafts_finalize (GObject *object)
{
  WeirSendDrafts *self = WEIR_SEND_DRAFTS (object);

  weir_kept_file_free (self->file);
  g_ptr_array_unref (self->drafts);
  G_OBJECT_CLASS (weir_send_drafts_parent_class)->finalize (object);
}

static void
weir_send_drafts_class_init (WeirSendDraftsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_send_drafts_finalize;

  g_signal_new ("failed", WEIR_TYPE_SEND_DRAFTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
weir_send_drafts_init (WeirSendDrafts *self)
{
  self->drafts = g_ptr_array_new_with_free_func (draft_unref);
}

WeirSendDrafts *
weir_send_drafts_new (GFile *file)
{
  WeirSendDrafts *self = g_object_new (WEIR_TYPE_SEND_DRAFTS, NULL);

  self->file = weir_kept_file_new (file, &format, G_OBJECT (self));
  return self;
}
