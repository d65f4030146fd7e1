/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-alarms.h"

#define TURN_MS   100
#define N_TURNS   10 /* for all channels: a second */
#define MIN_STEPS 64 /* channels a turn: some 0.1 ms */

struct _WeirAlarms
{
  GObject parent_instance;

  WeirObserver *observer;
  GHashTable *kinds; /* id of a channel → its kind + 1 */
  guint next;        /* position of the channel that is looked at next */
  guint timer;
};

enum
{
  RAISED,
  OVER,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirAlarms, weir_alarms, G_TYPE_OBJECT)

/* The worst, unless the user has seen it and wants it out of sight. */
static gboolean
find_alarm (WeirChannel *channel, gint64 now_us, WeirFindingKind *kind)
{
  g_autoptr (GPtrArray) findings = NULL;

  if (weir_channel_is_stale (channel))
    return FALSE;

  findings = weir_channel_dup_findings (channel, now_us);
  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = findings->pdata[i];

      *kind = finding->kind;
      if (finding->severity == WEIR_SEVERITY_ERROR && !finding->is_dismissed)
        return TRUE;
    }
  return FALSE;
}

static void
weir_alarms_drop (WeirAlarms *self, const char *channel_id)
{
  g_autofree char *id = g_strdup (channel_id);

  if (!g_hash_table_remove (self->kinds, id))
    return;
  g_signal_emit (self, signals[OVER], 0, id);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
weir_alarms_look_at (WeirAlarms *self, WeirChannel *channel, gint64 now_us)
{
  const char *id = weir_channel_get_id (channel);
  gpointer before = g_hash_table_lookup (self->kinds, id);
  WeirFindingKind kind;

  if (!find_alarm (channel, now_us, &kind))
    {
      weir_alarms_drop (self, id);
      return;
    }
  if (before == GUINT_TO_POINTER (kind + 1))
    return;

  g_hash_table_insert (self->kinds, g_strdup (id), GUINT_TO_POINTER (kind + 1));
  g_signal_emit (self, signals[RAISED], 0, channel, (guint) kind);
  if (before == NULL)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* Those that are forgotten leave a list that does not say which they were. */
static void
removed_cb (WeirAlarms *self, guint position, guint n_removed, guint n_added)
{
  g_autoptr (GPtrArray) gone = NULL;
  GHashTableIter iter;
  gpointer id;

  if (n_removed == 0)
    return;

  gone = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, self->kinds);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (weir_observer_lookup (self->observer, id) == NULL)
      g_ptr_array_add (gone, g_strdup (id));
  for (guint i = 0; i < gone->len; i++)
    weir_alarms_drop (self, gone->pdata[i]);
}

/* Channels that come or go in between make it miss one or see one twice: the next second sees it. */
static void
weir_alarms_step (WeirAlarms *self, guint n, gint64 now_us)
{
  GListModel *channels = weir_observer_get_channels (self->observer);
  guint size = g_list_model_get_n_items (channels);

  for (guint i = 0; i < MIN (n, size); i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (channels, self->next < size ? self->next : 0);

      self->next = self->next + 1 < size ? self->next + 1 : 0;
      weir_alarms_look_at (self, channel, now_us);
    }
}

static gboolean
turn_cb (gpointer user_data)
{
  g_autoptr (WeirAlarms) self = g_object_ref (user_data);
  guint size = g_list_model_get_n_items (weir_observer_get_channels (self->observer));

  weir_alarms_step (self, MAX (MIN_STEPS, size / N_TURNS + 1), g_get_monotonic_time ());
  return self->timer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
weir_alarms_dispose (GObject *object)
{
  weir_alarms_stop (WEIR_ALARMS (object));
  G_OBJECT_CLASS (weir_alarms_parent_class)->dispose (object);
}

static void
weir_alarms_finalize (GObject *object)
{
  g_hash_table_unref (WEIR_ALARMS (object)->kinds);
  G_OBJECT_CLASS (weir_alarms_parent_class)->finalize (object);
}

static void
weir_alarms_class_init (WeirAlarmsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_alarms_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_alarms_finalize;
  signals[RAISED] = g_signal_new ("raised", WEIR_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  WEIR_TYPE_CHANNEL, G_TYPE_UINT);
  signals[OVER] =
      g_signal_new ("over", WEIR_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_ALARMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_alarms_init (WeirAlarms *self)
{
  self->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

WeirAlarms *
weir_alarms_new (WeirObserver *observer)
{
  WeirAlarms *self = g_object_new (WEIR_TYPE_ALARMS, NULL);

  self->observer = g_object_ref (observer);
  self->timer = g_timeout_add (TURN_MS, turn_cb, self);
  g_signal_connect_object (weir_observer_get_channels (observer), "items-changed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
weir_alarms_stop (WeirAlarms *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->observer != NULL)
    g_signal_handlers_disconnect_by_data (weir_observer_get_channels (self->observer), self);
  g_clear_object (&self->observer);
  if (g_hash_table_size (self->kinds) == 0)
    return;
  g_hash_table_remove_all (self->kinds);
  g_signal_emit (self, signals[CHANGED], 0);
}

guint
weir_alarms_get_count (WeirAlarms *self)
{
  return g_hash_table_size (self->kinds);
}

gboolean
weir_alarms_has (WeirAlarms *self, const char *channel_id)
{
  return g_hash_table_contains (self->kinds, channel_id);
}

void
weir_alarms_look (WeirAlarms *self, gint64 now_us)
{
  weir_alarms_step (self, G_MAXUINT, now_us);
}
