/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-setup.h"

struct _WeirSendSetup
{
  GObject parent_instance;

  WeirWriting *writing;
  GPtrArray *channels; /* of WeirChannelSetup */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirSendSetup, weir_send_setup, G_TYPE_OBJECT)

/* --- a channel --- */

static WeirChannelSetup *
channel_new (const char *name, WeirHold hold)
{
  WeirChannelSetup *self = g_new0 (WeirChannelSetup, 1);

  self->name = g_strdup (name);
  self->hold = hold;
  self->buffer_size = WEIR_SEND_DEFAULT_BUFFER;
  return self;
}

gboolean
weir_channel_setup_is_for_call (const WeirChannelSetup *self)
{
  return self->is_wanted || self->ref != NULL;
}

WeirChannelSetup *
weir_channel_setup_copy (const WeirChannelSetup *self)
{
  WeirChannelSetup *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->ref = self->ref != NULL ? weir_ref_copy (self->ref) : NULL;
  return copy;
}

/* A ref that the function is given holds nothing here, and one that Weir takes is of one end. */
gboolean
weir_channel_setup_writes (const WeirChannelSetup *self)
{
  if (self->ref != NULL)
    return !self->is_wanted && self->ref->direction == WEIR_DIRECTION_WRITE;
  return self->hold == WEIR_HOLD_WRITER || self->hold == WEIR_HOLD_BOTH;
}

gboolean
weir_channel_setup_reads (const WeirChannelSetup *self)
{
  if (self->ref != NULL)
    return !self->is_wanted && self->ref->direction == WEIR_DIRECTION_READ;
  return self->hold == WEIR_HOLD_READER || self->hold == WEIR_HOLD_BOTH;
}

void
weir_channel_setup_free (WeirChannelSetup *self)
{
  g_free (self->name);
  g_clear_pointer (&self->ref, weir_ref_free);
  g_free (self);
}

static void
weir_send_setup_add_default (WeirSendSetup *self)
{
  if (self->channels->len == 0)
    g_ptr_array_add (self->channels, channel_new ("", WEIR_HOLD_WRITER));
}

static void
weir_send_setup_tell (WeirSendSetup *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- what the call wants --- */

/* What is left for Weir when the function is given the rest. */
static WeirHold
get_hold (const WeirPayloadChannel *wanted)
{
  if (wanted->gives_reader && wanted->gives_writer)
    return WEIR_HOLD_NONE;
  return wanted->gives_reader ? WEIR_HOLD_WRITER : WEIR_HOLD_READER;
}

static gboolean
is_same_as_wanted (WeirSendSetup *self, GPtrArray *wanted)
{
  guint n = 0;

  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirChannelSetup *channel = g_ptr_array_index (self->channels, i);
      const WeirPayloadChannel *other = n < wanted->len ? g_ptr_array_index (wanted, n) : NULL;

      if (!channel->is_wanted)
        continue;
      if (other == NULL || !g_str_equal (channel->name, other->name) || channel->hold != get_hold (other))
        return FALSE;
      n++;
    }
  return n == MIN (wanted->len, WEIR_SEND_MAX_CHANNELS);
}

/* What was set for a name stays, also when the other end is wanted now; but not a ref of the other direction. */
static WeirChannelSetup *
make_wanted (WeirSendSetup *self, const WeirPayloadChannel *wanted)
{
  int i = weir_send_setup_find (self, wanted->name);
  WeirHold hold = get_hold (wanted);
  WeirChannelSetup *channel =
      i >= 0 ? weir_channel_setup_copy (g_ptr_array_index (self->channels, i)) : channel_new (wanted->name, hold);

  if (channel->hold != hold)
    g_clear_pointer (&channel->ref, weir_ref_free);
  channel->hold = hold;
  channel->is_wanted = TRUE;
  return channel;
}

/* A channel that is there only because there must be one makes room for what is wanted. */
static gboolean
is_default (const WeirChannelSetup *channel)
{
  return channel->ref == NULL && channel->hold == WEIR_HOLD_WRITER && channel->buffer_size == WEIR_SEND_DEFAULT_BUFFER;
}

void
weir_send_setup_set_wanted (WeirSendSetup *self, GPtrArray *wanted)
{
  g_autoptr (GPtrArray) channels = NULL;

  g_return_if_fail (WEIR_IS_SEND_SETUP (self) && wanted != NULL);

  if (is_same_as_wanted (self, wanted))
    return;
  channels = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_setup_free);
  for (guint i = 0; i < wanted->len && channels->len < WEIR_SEND_MAX_CHANNELS; i++)
    g_ptr_array_add (channels, make_wanted (self, g_ptr_array_index (wanted, i)));
  for (guint i = 0; i < self->channels->len && channels->len < WEIR_SEND_MAX_CHANNELS; i++)
    {
      const WeirChannelSetup *channel = g_ptr_array_index (self->channels, i);

      if (!channel->is_wanted && !(wanted->len > 0 && is_default (channel)))
        g_ptr_array_add (channels, weir_channel_setup_copy (channel));
    }
  g_ptr_array_unref (self->channels);
  self->channels = g_steal_pointer (&channels);
  weir_send_setup_add_default (self);
  weir_send_setup_tell (self);
}

int
weir_send_setup_find (WeirSendSetup *self, const char *name)
{
  g_return_val_if_fail (WEIR_IS_SEND_SETUP (self) && name != NULL, -1);

  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirChannelSetup *channel = g_ptr_array_index (self->channels, i);

      if (channel->is_wanted && g_str_equal (channel->name, name))
        return i;
    }
  return -1;
}

/* --- what is set --- */

const WeirWriting *
weir_send_setup_get_writing (WeirSendSetup *self)
{
  return self->writing;
}

void
weir_send_setup_set_writing (WeirSendSetup *self, const WeirWriting *writing)
{
  WeirWriting *copy;

  g_return_if_fail (WEIR_IS_SEND_SETUP (self) && writing != NULL);

  if (weir_writing_equal (self->writing, writing))
    return;
  copy = weir_writing_copy (writing);
  weir_writing_free (self->writing);
  self->writing = copy;
  weir_send_setup_tell (self);
}

guint
weir_send_setup_get_n_channels (WeirSendSetup *self)
{
  return self->channels->len;
}

const WeirChannelSetup *
weir_send_setup_get_channel (WeirSendSetup *self, guint i)
{
  g_return_val_if_fail (WEIR_IS_SEND_SETUP (self) && i < self->channels->len, NULL);

  return g_ptr_array_index (self->channels, i);
}

static gboolean
channel_equal (const WeirChannelSetup *a, const WeirChannelSetup *b)
{
  return a->ref == NULL && b->ref == NULL && g_str_equal (a->name, b->name) && a->hold == b->hold &&
         a->buffer_size == b->buffer_size && a->is_wanted == b->is_wanted;
}

void
weir_send_setup_set_channel (WeirSendSetup *self, guint i, const WeirChannelSetup *channel)
{
  WeirChannelSetup *copy;

  g_return_if_fail (WEIR_IS_SEND_SETUP (self) && i <= self->channels->len && i < WEIR_SEND_MAX_CHANNELS);

  if (i < self->channels->len && channel_equal (g_ptr_array_index (self->channels, i), channel))
    return;
  copy = weir_channel_setup_copy (channel);
  copy->buffer_size = CLAMP (copy->buffer_size, 1, WEIR_SEND_MAX_BUFFER);
  if (i == self->channels->len)
    g_ptr_array_add (self->channels, copy);
  else
    {
      weir_channel_setup_free (g_ptr_array_index (self->channels, i));
      self->channels->pdata[i] = copy;
    }
  weir_send_setup_tell (self);
}

void
weir_send_setup_remove_channel (WeirSendSetup *self, guint i)
{
  g_return_if_fail (WEIR_IS_SEND_SETUP (self) && i < self->channels->len);

  g_ptr_array_remove_index (self->channels, i);
  weir_send_setup_add_default (self);
  weir_send_setup_tell (self);
}

gboolean
weir_send_setup_is_written_into (WeirSendSetup *self, gboolean for_call)
{
  g_return_val_if_fail (WEIR_IS_SEND_SETUP (self), FALSE);

  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirChannelSetup *channel = g_ptr_array_index (self->channels, i);

      if (weir_channel_setup_writes (channel) && (!for_call || weir_channel_setup_is_for_call (channel)))
        return TRUE;
    }
  return FALSE;
}

/* --- JSON --- */

static const char *const holds[] = { "writer", "reader", "both", "none" };

JsonNode *
weir_send_setup_to_json (WeirSendSetup *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *channels = json_array_new ();

  g_return_val_if_fail (WEIR_IS_SEND_SETUP (self), NULL);

  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirChannelSetup *channel = g_ptr_array_index (self->channels, i);
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "name", channel->name);
      json_object_set_string_member (item, "hold", holds[channel->hold]);
      json_object_set_int_member (item, "buffer_size", channel->buffer_size);
      json_object_set_boolean_member (item, "is_wanted", channel->is_wanted);
      json_array_add_object_element (channels, item);
    }
  json_object_set_array_member (object, "channels", channels);
  json_object_set_member (object, "writing", weir_writing_to_json (self->writing));

  return json_node_init_object (json_node_alloc (), object);
}

char *
weir_send_setup_to_text (WeirSendSetup *self)
{
  g_autoptr (JsonNode) node = weir_send_setup_to_json (self);

  return json_to_string (node, FALSE);
}

static JsonNode *
get_member (JsonNode *node, const char *name, GType type)
{
  JsonNode *member = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (json_node_get_object (node), name) : NULL;

  return member != NULL && (type == G_TYPE_NONE || json_node_get_value_type (member) == type) ? member : NULL;
}

static WeirChannelSetup *
channel_from_json (JsonNode *node)
{
  JsonNode *name = get_member (node, "name", G_TYPE_STRING), *hold = get_member (node, "hold", G_TYPE_STRING),
           *size = get_member (node, "buffer_size", G_TYPE_INT64),
           *is_wanted = get_member (node, "is_wanted", G_TYPE_BOOLEAN);
  WeirChannelSetup *channel = channel_new (name != NULL ? json_node_get_string (name) : "", WEIR_HOLD_WRITER);

  for (guint i = 0; hold != NULL && i < G_N_ELEMENTS (holds); i++)
    if (g_str_equal (json_node_get_string (hold), holds[i]))
      channel->hold = i;
  if (size != NULL)
    channel->buffer_size = CLAMP (json_node_get_int (size), 1, WEIR_SEND_MAX_BUFFER);
  channel->is_wanted = is_wanted != NULL && json_node_get_boolean (is_wanted);

  return channel;
}

gboolean
weir_send_setup_load_json (WeirSendSetup *self, JsonNode *node)
{
  JsonNode *list = get_member (node, "channels", G_TYPE_NONE), *writing = get_member (node, "writing", G_TYPE_NONE);
  JsonArray *array = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;
  guint n = array != NULL ? MIN (json_array_get_length (array), WEIR_SEND_MAX_CHANNELS) : 0;

  g_return_val_if_fail (WEIR_IS_SEND_SETUP (self), FALSE);

  g_ptr_array_set_size (self->channels, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->channels, channel_from_json (json_array_get_element (array, i)));
  weir_send_setup_add_default (self);
  weir_writing_free (self->writing);
  self->writing = writing != NULL ? weir_writing_from_json (writing) : weir_writing_new ();
  weir_send_setup_tell (self);
  return writing == NULL || !weir_writing_is_cut (writing);
}

/* --- copies --- */

void
weir_send_setup_assign (WeirSendSetup *self, WeirSendSetup *other)
{
  g_return_if_fail (WEIR_IS_SEND_SETUP (self) && WEIR_IS_SEND_SETUP (other) && self != other);

  g_ptr_array_set_size (self->channels, 0);
  for (guint i = 0; i < other->channels->len; i++)
    g_ptr_array_add (self->channels, weir_channel_setup_copy (other->channels->pdata[i]));
  weir_writing_free (self->writing);
  self->writing = weir_writing_copy (other->writing);
  weir_send_setup_tell (self);
}

WeirSendSetup *
weir_send_setup_copy (WeirSendSetup *self)
{
  WeirSendSetup *copy = weir_send_setup_new ();

  weir_send_setup_assign (copy, self);
  return copy;
}

/* --- GObject --- */

static void
weir_send_setup_finalize (GObject *object)
{
  WeirSendSetup *self = WEIR_SEND_SETUP (object);

  weir_writing_free (self->writing);
  g_ptr_array_unref (self->channels);
  G_OBJECT_CLASS (weir_send_setup_parent_class)->finalize (object);
}

static void
weir_send_setup_class_init (WeirSendSetupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_send_setup_finalize;

  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_send_setup_init (WeirSendSetup *self)
{
  self->writing = weir_writing_new ();
  self->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_setup_free);
  weir_send_setup_add_default (self);
}

WeirSendSetup *
weir_send_setup_new (void)
{
  return g_object_new (WEIR_TYPE_SEND_SETUP, NULL);
}
