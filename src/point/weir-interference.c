/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-interference.h"

#include <string.h>

#include "weir-pipe.h"
#include "weir-request.h"
#include "weir-utf8.h"

/* Over all watches, and of calls that wait for a data thread. */
#define MAX_SHAPES 1000
#define MAX_WISHES 256

/* One TB/s: more than any channel moves. */
#define MAX_RATE (G_GINT64_CONSTANT (1) << 40)

/* What one watch has asked of one channel. */
typedef struct
{
  guint watch_id;
  guint32 n;
  WeirShapeInfo *info;
} Shape;

/* A call that a data thread is to answer. */
typedef struct
{
  WeirInvocation *call; /* nullable: nobody waits */
  guint32 n;
  WeirAct act;
  char *worker_name;
} Wish;

struct _WeirInterference
{
  WeirRegistry *registry;
  const WeirPointHost *host;
  gpointer host_data;
  GPtrArray *shapes;  /* (element-type Shape), in the order they were asked for */
  GHashTable *wishes; /* ticket → Wish */
  guint last_ticket;
};

static void
shape_free (gpointer data)
{
  Shape *shape = data;

  weir_shape_info_free (shape->info);
  g_free (shape);
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  if (wish->call != NULL)
    weir_invocation_return_error (wish->call, "invocation_stopped", "This point is being stopped");
  g_clear_object (&wish->call);
  g_free (wish->worker_name);
  g_free (wish);
}

/* --- wishes and their answers --- */

/* @call: (nullable). Returns the ticket; 0: there are too many, which the call has been told. */
static guint
add_wish (WeirInterference *self, WeirInvocation *call, guint32 n, WeirAct act, const char *worker_name)
{
  Wish *wish;

  if (call != NULL && g_hash_table_size (self->wishes) >= MAX_WISHES)
    {
      weir_invocation_return_error (call, "WEIR_LIMIT", "This point does at most %d such things at once", MAX_WISHES);
      return 0;
    }
  wish = g_new0 (Wish, 1);
  wish->call = call != NULL ? g_object_ref (call) : NULL;
  wish->n = n;
  wish->act = act;
  wish->worker_name = g_strdup (worker_name);
  if (++self->last_ticket == 0)
    self->last_ticket = 1;
  g_hash_table_insert (self->wishes, GUINT_TO_POINTER (self->last_ticket), wish);
  return self->last_ticket;
}

static void
return_failure (WeirInvocation *call, WeirOutcome outcome)
{
  switch (outcome)
    {
    case WEIR_OUTCOME_CLOSED:
      weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL",
                                    "The writer has closed that channel: nothing comes after its end");
      break;
    case WEIR_OUTCOME_NOT_CONNECTED:
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“side”: nobody is connected at that end");
      break;
    case WEIR_OUTCOME_TOO_MANY:
      weir_invocation_return_error (call, "WEIR_LIMIT",
                                    "At most %d injected messages, and as many bytes as the channel's buffer takes, "
                                    "wait for its reader: these have not been read",
                                    WEIR_PIPE_MAX_INJECTED);
      break;
    case WEIR_OUTCOME_NO_MEMORY:
      weir_invocation_return_error (call, "WEIR_LIMIT", "The memory of this server (--memory) is used up");
      break;
    case WEIR_OUTCOME_GONE:
    case WEIR_OUTCOME_DONE:
    default:
      weir_invocation_return_error (call, "WEIR_UNKNOWN_CHANNEL", "That channel has ended");
      break;
    }
}

static void
return_done (WeirInvocation *call, const Wish *wish, guint64 seq)
{
  JsonNode *answer = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (answer, json_object_new ());
  if (wish->act == WEIR_ACT_INJECTED)
    json_object_set_int_member (json_node_get_object (answer), "seq", (gint64) seq);
  weir_invocation_return (call, answer);
}

static void
settle_wish (WeirInterference *self, guint ticket, WeirOutcome outcome, guint64 seq)
{
  Wish *wish = g_hash_table_lookup (self->wishes, GUINT_TO_POINTER (ticket));
  g_autoptr (WeirInvocation) call = NULL;

  if (wish == NULL)
    return;
  call = g_steal_pointer (&wish->call);
  if (outcome == WEIR_OUTCOME_DONE && wish->act != WEIR_ACT_UNKNOWN)
    weir_registry_note_act (self->registry, wish->n, wish->act, wish->worker_name, seq, g_get_monotonic_time ());
  if (call != NULL && outcome == WEIR_OUTCOME_DONE)
    return_done (call, wish, seq);
  else if (call != NULL)
    return_failure (call, outcome);
  g_hash_table_remove (self->wishes, GUINT_TO_POINTER (ticket));
}

/* @ticket: of the wish that goes through the door; 0: there is none. NULL: so there is nothing to do any more. */
static WeirChannelDoor *
find_door (WeirInterference *self, guint32 n, guint ticket)
{
  WeirChannelDoor *door = ticket != 0 ? self->host->get_door (self->host_data, n) : NULL;

  if (ticket != 0 && door == NULL)
    settle_wish (self, ticket, WEIR_OUTCOME_GONE, 0);
  return door;
}

static void
answered_cb (WeirRegistry *registry, const WeirPipeEvent *event, WeirInterference *self)
{
  settle_wish (self, event->ticket, event->outcome, event->seq);
}

/* --- inject --- */

/* NULL: the call has been told what is wrong. */
static GBytes *
decode_base64 (WeirInvocation *call, JsonObject *object)
{
  const char *text = weir_request_get_string (call, object, "data_base64");
  g_autofree char *again = NULL;
  guchar *data;
  gsize len;

  if (text == NULL)
    return NULL;
  data = g_base64_decode (text, &len);
  again = g_base64_encode (data, len);
  if (g_str_equal (again, text))
    return g_bytes_new_take (data, len);
  g_free (data);
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“data_base64” is not base64 (with padding, without spaces)");
  return NULL;
}

static GBytes *
get_payload (WeirInvocation *call, JsonObject *object)
{
  gboolean has_base64 = json_object_has_member (object, "data_base64");
  const char *text;

  if (has_base64 == json_object_has_member (object, "data"))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "Either “data” or “data_base64” must be given");
      return NULL;
    }
  if (has_base64)
    return decode_base64 (call, object);
  text = weir_request_get_string (call, object, "data");
  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}

/* As a channel has it: NUL is legal there, and GLib refuses it. */
static gboolean
is_text (GBytes *payload)
{
  WeirUtf8 utf8 = { 0 };

  return weir_utf8_push (&utf8, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload)) &&
         weir_utf8_is_complete (&utf8);
}

static gboolean
check_payload (WeirInvocation *call, gboolean wants_text, GBytes *payload)
{
  gsize size = g_bytes_get_size (payload);

  if (size > WEIR_INTERFERENCE_MAX_INJECT)
    weir_invocation_return_error (call, "WEIR_LIMIT",
                                  "The message has %" G_GSIZE_FORMAT " bytes; at most %u are injected at once", size,
                                  WEIR_INTERFERENCE_MAX_INJECT);
  else if (wants_text && !is_text (payload))
    weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“data_base64” of a text message is not UTF-8");
  else
    return TRUE;
  return FALSE;
}

static char *
dup_caller_name (WeirInterference *self, WeirInvocation *call)
{
  const char *caller = weir_invocation_get_caller (call);

  return caller != NULL ? self->host->dup_worker_name (self->host_data, caller) : NULL;
}

void
weir_interference_inject (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info, JsonObject *object)
{
  const char *kind = weir_request_get_string (call, object, "kind");
  gboolean wants_text = g_strcmp0 (kind, "text") == 0;
  g_autofree char *by = dup_caller_name (self, call);
  g_autoptr (GBytes) payload = NULL;
  WeirChannelDoor *door;
  guint ticket;

  if (kind == NULL)
    return;
  if (!wants_text && !g_str_equal (kind, "binary"))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“kind” must be “text” or “binary”");
      return;
    }
  payload = get_payload (call, object);
  if (payload == NULL || !check_payload (call, wants_text, payload))
    return;
  ticket = add_wish (self, call, info->n, WEIR_ACT_INJECTED, by);
  door = find_door (self, info->n, ticket);
  if (door != NULL)
    weir_channel_door_inject (door, info->n, ticket, wants_text, payload, by);
}

/* --- close --- */

void
weir_interference_close (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info, JsonObject *object)
{
  const char *word = weir_request_get_string (call, object, "side");
  gboolean is_writer = g_strcmp0 (word, weir_side_to_string (WEIR_SIDE_WRITER)) == 0;
  g_autofree char *by = dup_caller_name (self, call);
  WeirChannelDoor *door;
  guint ticket;

  if (word == NULL)
    return;
  if (!is_writer && !g_str_equal (word, weir_side_to_string (WEIR_SIDE_READER)))
    {
      weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“side” must be “writer” or “reader”");
      return;
    }
  ticket = add_wish (self, call, info->n, is_writer ? WEIR_ACT_CLOSED_WRITER : WEIR_ACT_CLOSED_READER, by);
  door = find_door (self, info->n, ticket);
  if (door != NULL)
    weir_channel_door_dismiss (door, info->n, ticket, is_writer ? WEIR_SIDE_WRITER : WEIR_SIDE_READER, by);
}

/* --- shape --- */

/* What all who shape the channel want of it together; @infos: (out): theirs, or NULL. */
static void
sum_up (WeirInterference *self, guint32 n, gboolean *is_held, guint64 *rate, GPtrArray **infos)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  *is_held = FALSE;
  *rate = 0;
  for (guint i = 0; i < self->shapes->len; i++)
    {
      const Shape *shape = self->shapes->pdata[i];

      if (shape->n != n)
        continue;
      g_ptr_array_add (list, shape->info);
      *is_held |= shape->info->pause;
      if (shape->info->rate_bytes_per_s > 0)
        *rate = *rate == 0 ? shape->info->rate_bytes_per_s : MIN (*rate, shape->info->rate_bytes_per_s);
    }
  *infos = list->len > 0 ? weir_shape_info_copy_all (list) : NULL;
}

/* Tells the data thread and the registry what is in force from now on. @call: (nullable) */
static void
apply (WeirInterference *self, WeirInvocation *call, guint32 n, const char *by)
{
  guint ticket = add_wish (self, call, n, WEIR_ACT_UNKNOWN, NULL);
  WeirChannelDoor *door;
  gboolean is_held;
  guint64 rate;
  GPtrArray *infos;

  if (ticket == 0)
    return;
  sum_up (self, n, &is_held, &rate, &infos);
  weir_registry_set_shapes (self->registry, n, infos);
  door = find_door (self, n, ticket);
  if (door != NULL)
    weir_channel_door_shape (door, n, ticket, is_held, rate, by);
}

static gboolean
find_shape (WeirInterference *self, guint watch_id, guint32 n, guint *at)
{
  for (guint i = 0; i < self->shapes->len; i++)
    {
      const Shape *shape = self->shapes->pdata[i];

      if (shape->watch_id == watch_id && shape->n == n)
        {
          *at = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* @info: (transfer full): what that watch asks for from now on; the one before is replaced. */
static void
set_shape (WeirInterference *self, guint watch_id, guint32 n, WeirShapeInfo *info)
{
  WeirAct act = info->pause ? WEIR_ACT_HELD : info->rate_bytes_per_s > 0 ? WEIR_ACT_SLOWED : WEIR_ACT_LET_GO;
  gboolean had_one;
  guint at = 0;

  had_one = find_shape (self, watch_id, n, &at);
  if (had_one)
    g_ptr_array_remove_index (self->shapes, at);
  if (act != WEIR_ACT_LET_GO || had_one)
    weir_registry_note_act (self->registry, n, act, info->worker_name, info->rate_bytes_per_s, g_get_monotonic_time ());
  if (act == WEIR_ACT_LET_GO)
    {
      weir_shape_info_free (info);
      return;
    }
  g_ptr_array_add (self->shapes, g_memdup2 (&(Shape){ watch_id, n, info }, sizeof (Shape)));
}

static gboolean
get_pause (WeirInvocation *call, JsonObject *object, gboolean *pause)
{
  JsonNode *node = json_object_get_member (object, "pause");

  *pause = FALSE;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    {
      *pause = json_node_get_boolean (node);
      return TRUE;
    }
  weir_invocation_return_error (call, "WEIR_BAD_REQUEST", "“pause” must be true or false");
  return FALSE;
}

void
weir_interference_shape (WeirInterference *self, WeirInvocation *call, const WeirChannelInfo *info, JsonObject *object,
                         guint watch_id)
{
  WeirShapeInfo *shape;
  g_autofree char *by = dup_caller_name (self, call);
  guint32 n = info->n;
  gboolean pause;
  gint64 rate = 0;

  if (!get_pause (call, object, &pause) || !weir_request_get_int (call, object, "rate_bytes_per_s", 1, MAX_RATE, &rate))
    return;
  if (self->shapes->len >= MAX_SHAPES || g_hash_table_size (self->wishes) >= MAX_WISHES)
    {
      weir_invocation_return_error (call, "WEIR_LIMIT", "This point holds or slows at most %d channels at once",
                                    MAX_SHAPES);
      return;
    }

  shape = weir_shape_info_new ();
  shape->worker_id = g_strdup (weir_invocation_get_caller (call));
  shape->worker_name = g_strdup (by);
  shape->pause = pause;
  shape->rate_bytes_per_s = (guint64) rate;
  shape->since_ms = weir_registry_to_wall_ms (self->registry, g_get_monotonic_time ());
  set_shape (self, watch_id, n, shape);
  apply (self, call, n, by);
}

void
weir_interference_forget_watch (WeirInterference *self, guint watch_id)
{
  for (guint i = self->shapes->len; i > 0; i--)
    {
      Shape *shape = self->shapes->pdata[i - 1];
      g_autofree char *by = g_strdup (shape->info->worker_name);
      guint32 n = shape->n;

      if (shape->watch_id != watch_id)
        continue;
      g_ptr_array_remove_index (self->shapes, i - 1);
      weir_registry_note_act (self->registry, n, WEIR_ACT_LET_GO, by, 0, g_get_monotonic_time ());
      apply (self, NULL, n, by);
    }
}

/* It is nobody's to hold any more. */
static void
ended_cb (WeirRegistry *registry, guint n, WeirInterference *self)
{
  for (guint i = self->shapes->len; i > 0; i--)
    if (((Shape *) self->shapes->pdata[i - 1])->n == n)
      g_ptr_array_remove_index (self->shapes, i - 1);
  weir_registry_set_shapes (self->registry, n, NULL);
}

/* --- life --- */

WeirInterference *
weir_interference_new (WeirRegistry *registry, const WeirPointHost *host, gpointer host_data)
{
  WeirInterference *self = g_new0 (WeirInterference, 1);

  self->registry = g_object_ref (registry);
  self->host = host;
  self->host_data = host_data;
  self->shapes = g_ptr_array_new_with_free_func (shape_free);
  self->wishes = g_hash_table_new_full (NULL, NULL, NULL, wish_free);
  g_signal_connect (registry, "answered", G_CALLBACK (answered_cb), self);
  g_signal_connect (registry, "ended", G_CALLBACK (ended_cb), self);
  return self;
}

void
weir_interference_free (WeirInterference *self)
{
  g_signal_handlers_disconnect_by_data (self->registry, self);
  while (self->shapes->len > 0)
    weir_interference_forget_watch (self, ((Shape *) self->shapes->pdata[0])->watch_id);
  g_hash_table_unref (self->wishes);
  g_ptr_array_unref (self->shapes);
  g_object_unref (self->registry);
  g_free (self);
}
