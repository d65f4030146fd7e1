/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-notifier.h"

#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-settings.h"

#define NOTIFICATION_ID "alarms"
/* What goes wrong together is told together. */
#define GATHER_MS 1000
#define PAUSE_US  (10 * G_USEC_PER_SEC)
#define MAX_LINES 3

/* By what "notify-alarms" lets through. */
typedef enum
{
  WEIR_NOTIFY_STALLS = 1 << 0,
  WEIR_NOTIFY_FAILED_CALLS = 1 << 1,
  WEIR_NOTIFY_LOSSES = 1 << 2,
  WEIR_NOTIFY_OTHERS = 1 << 3,
} WeirNotifyFlags;

/* An alarm that nobody has looked at. */
typedef struct
{
  char *channel_id;
  char *headline;
  char *route;
  char *text;
} WeirNews;

struct _WeirNotifier
{
  GObject parent_instance;

  GtkApplication *application;
  WeirConnections *connections;
  GPtrArray *news;   /* (element-type WeirNews), oldest first */
  GPtrArray *heard;  /* (element-type WeirAlarms): those that are listened to */
  gint64 told_at_us; /* monotonic */
  guint timer;
  gboolean is_shown;
};

G_DEFINE_FINAL_TYPE (WeirNotifier, weir_notifier, G_TYPE_OBJECT)

static void
weir_news_free (gpointer data)
{
  WeirNews *self = data;

  g_free (self->channel_id);
  g_free (self->headline);
  g_free (self->route);
  g_free (self->text);
  g_free (self);
}

/* --- which alarms --- */

static WeirNotifyFlags
get_class (WeirFindingKind kind)
{
  switch ((int) kind) /* any other is none of these */
    {
    case WEIR_FINDING_READER_SLOW:
    case WEIR_FINDING_READER_HANGS:
    case WEIR_FINDING_READER_SWALLOWS:
    case WEIR_FINDING_BUFFER_FULL:
    case WEIR_FINDING_BUFFER_FILLS:
    case WEIR_FINDING_TEXT_WAITS:
    case WEIR_FINDING_DEADLOCK:
    case WEIR_FINDING_MEMORY_USED:
      return WEIR_NOTIFY_STALLS;
    case WEIR_FINDING_NO_FUNCTION:
    case WEIR_FINDING_CALL_FAILED:
    case WEIR_FINDING_READER_FAILED:
    case WEIR_FINDING_CALL_CUT_OFF:
      return WEIR_NOTIFY_FAILED_CALLS;
    case WEIR_FINDING_READER_GONE:
    case WEIR_FINDING_TOO_LARGE:
    case WEIR_FINDING_WRITER_LOST:
    case WEIR_FINDING_RELAY_LOST:
    case WEIR_FINDING_WORKER_LOST:
    case WEIR_FINDING_UNREAD_AT_END:
    case WEIR_FINDING_KEEPALIVE:
    case WEIR_FINDING_BROKE_PROTOCOL:
      return WEIR_NOTIFY_LOSSES;
    default:
      return WEIR_NOTIFY_OTHERS;
    }
}

static gboolean
is_wanted (WeirFindingKind kind)
{
  GSettings *settings = weir_settings_get ();

  return g_settings_get_boolean (settings, "notify") &&
         (g_settings_get_flags (settings, "notify-alarms") & get_class (kind)) != 0;
}

static gboolean
weir_notifier_is_in_front (WeirNotifier *self)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (gtk_window_is_active (l->data))
      return TRUE;
  return FALSE;
}

/* --- telling --- */

static gboolean
says_the_same (const WeirNews *a, const WeirNews *b)
{
  return g_str_equal (a->route, b->route) && g_str_equal (a->headline, b->headline);
}

/* How many say what the one at @i says; 0: one that came after it has said so. */
static guint
weir_notifier_count_same (WeirNotifier *self, guint i)
{
  guint n = 0;

  for (guint k = 0; k < self->news->len; k++)
    if (says_the_same (self->news->pdata[k], self->news->pdata[i]))
      {
        if (k > i)
          return 0;
        n++;
      }
  return n;
}

/* The newest first: it is why the notification comes. */
static char *
weir_notifier_dup_body (WeirNotifier *self)
{
  GString *body = g_string_new (NULL);
  guint n_lines = 0, n_more = self->news->len;

  for (guint i = self->news->len; i > 0 && n_lines < MAX_LINES; i--)
    {
      const WeirNews *news = self->news->pdata[i - 1];
      guint n = weir_notifier_count_same (self, i - 1);

      if (n == 0)
        continue;
      g_string_append_printf (body, "%s%s: %s", n_lines++ > 0 ? "\n" : "", news->route, news->headline);
      if (n > 1)
        g_string_append_printf (body, " × %u", n);
      n_more -= n;
    }
  if (n_more > 0)
    g_string_append_printf (body, ngettext ("\nand %u more", "\nand %u more", n_more), n_more);
  return g_string_free (body, FALSE);
}

static void
weir_notifier_tell (WeirNotifier *self)
{
  const WeirNews *newest = self->news->pdata[self->news->len - 1];
  guint n = self->news->len;
  g_autofree char *title = n > 1
                               ? g_strdup_printf (ngettext ("%u Channel Has an Alarm", "%u Channels Have Alarms", n), n)
                               : g_strdup (newest->headline);
  g_autofree char *body =
      n > 1 ? weir_notifier_dup_body (self) : g_strdup_printf ("%s\n%s", newest->route, newest->text);
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autoptr (GIcon) icon = g_themed_icon_new (WEIR_APP_ID);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_default_action_and_target (notification, "app.show-channel", "s", newest->channel_id);
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_ID, notification);
  self->is_shown = TRUE;
  self->told_at_us = g_get_monotonic_time ();
}

static void
weir_notifier_withdraw (WeirNotifier *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_ptr_array_set_size (self->news, 0);
  if (!self->is_shown)
    return;

  self->is_shown = FALSE;
  g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_ID);
}

static gboolean
tell_cb (gpointer user_data)
{
  WeirNotifier *self = user_data;

  self->timer = 0;
  if (self->news->len > 0)
    weir_notifier_tell (self);
  return G_SOURCE_REMOVE;
}

static void
weir_notifier_tell_soon (WeirNotifier *self)
{
  gint64 pause_us = self->told_at_us != 0 ? self->told_at_us + PAUSE_US - g_get_monotonic_time () : 0;

  if (self->timer == 0)
    self->timer = g_timeout_add (MAX (GATHER_MS, pause_us / 1000), tell_cb, self);
}

/* --- hearing --- */

static gboolean
weir_notifier_drop (WeirNotifier *self, const char *channel_id)
{
  for (guint i = 0; i < self->news->len; i++)
    if (g_str_equal (((WeirNews *) self->news->pdata[i])->channel_id, channel_id))
      return g_ptr_array_remove_index (self->news, i) != NULL;
  return FALSE;
}

static WeirNews *
weir_news_new (WeirChannel *channel, WeirFindingKind kind)
{
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, now_us);
  WeirNews *self = g_new0 (WeirNews, 1);
  const WeirFinding *finding = findings->pdata[0];
  WeirSentence *sentence;

  for (guint i = 0; i < findings->len; i++)
    if (((WeirFinding *) findings->pdata[i])->kind == kind)
      finding = findings->pdata[i];
  sentence = weir_describe_finding (channel, finding, now_us, weir_settings_get_units ());
  self->channel_id = g_strdup (weir_channel_get_id (channel));
  self->route = weir_describe_route (channel);
  self->headline = g_strdup (sentence->headline);
  self->text = g_strdup (sentence->text);
  weir_sentence_free (sentence);
  return self;
}

static void
raised_cb (WeirAlarms *alarms, WeirChannel *channel, guint kind, WeirNotifier *self)
{
  if (!is_wanted (kind) || weir_notifier_is_in_front (self))
    return;

  weir_notifier_drop (self, weir_channel_get_id (channel));
  g_ptr_array_add (self->news, weir_news_new (channel, kind));
  weir_notifier_tell_soon (self);
}

static void
over_cb (WeirAlarms *alarms, const char *channel_id, WeirNotifier *self)
{
  if (weir_notifier_drop (self, channel_id) && self->news->len == 0)
    weir_notifier_withdraw (self);
}

static void
active_cb (WeirNotifier *self)
{
  if (weir_notifier_is_in_front (self))
    weir_notifier_withdraw (self);
}

static void
notify_changed_cb (WeirNotifier *self)
{
  if (!g_settings_get_boolean (weir_settings_get (), "notify"))
    weir_notifier_withdraw (self);
}

static void
stop_hearing (gpointer alarms, gpointer self)
{
  g_signal_handlers_disconnect_by_data (alarms, self);
}

/* Connections came or went. */
static void
weir_notifier_hear (WeirNotifier *self)
{
  g_ptr_array_foreach (self->heard, stop_hearing, self);
  g_ptr_array_set_size (self->heard, 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->connections)); i++)
    {
      g_autoptr (WeirConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), i);
      WeirAlarms *alarms = weir_connection_get_alarms (connection);

      g_signal_connect (alarms, "raised", G_CALLBACK (raised_cb), self);
      g_signal_connect (alarms, "over", G_CALLBACK (over_cb), self);
      g_ptr_array_add (self->heard, g_object_ref (alarms));
    }
}

/* --- the type --- */

static void
weir_notifier_dispose (GObject *object)
{
  WeirNotifier *self = WEIR_NOTIFIER (object);

  weir_notifier_withdraw (self);
  g_ptr_array_foreach (self->heard, stop_hearing, self);
  g_ptr_array_set_size (self->heard, 0);
  g_clear_object (&self->connections);
  G_OBJECT_CLASS (weir_notifier_parent_class)->dispose (object);
}

static void
weir_notifier_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_NOTIFIER (object)->news);
  g_ptr_array_unref (WEIR_NOTIFIER (object)->heard);
  G_OBJECT_CLASS (weir_notifier_parent_class)->finalize (object);
}

static void
weir_notifier_class_init (WeirNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_notifier_finalize;
}

static void
weir_notifier_init (WeirNotifier *self)
{
  self->news = g_ptr_array_new_with_free_func (weir_news_free);
  self->heard = g_ptr_array_new_with_free_func (g_object_unref);
}

WeirNotifier *
weir_notifier_new (GtkApplication *application, WeirConnections *connections)
{
  WeirNotifier *self = g_object_new (WEIR_TYPE_NOTIFIER, NULL);

  self->application = application; /* it outlives its windows, and they this */
  self->connections = g_object_ref (connections);
  g_signal_connect_object (connections, "items-changed", G_CALLBACK (weir_notifier_hear), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "notify::active-window", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (weir_settings_get (), "changed::notify", G_CALLBACK (notify_changed_cb), self,
                           G_CONNECT_SWAPPED);
  weir_notifier_hear (self);
  return self;
}
