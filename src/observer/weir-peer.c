/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-peer.h"

#include <string.h>

static const char *const text_names[] = { "id", "name", "version", "runtime", "os", "ip_address" };
enum
{
  TEXT_ID,
  TEXT_NAME,
  TEXT_VERSION,
  TEXT_RUNTIME,
  TEXT_OS,
  TEXT_ADDRESS,
  N_TEXTS
};
G_STATIC_ASSERT (G_N_ELEMENTS (text_names) == N_TEXTS);

static const char *const number_names[] = { "pid", "connected_at_ms", "active_invocations", "function_count" };
enum
{
  NUMBER_PID,
  NUMBER_CONNECTED_AT_MS,
  NUMBER_ACTIVE,
  NUMBER_FUNCTIONS,
  N_NUMBERS
};
G_STATIC_ASSERT (G_N_ELEMENTS (number_names) == N_NUMBERS);

struct _WeirPeer
{
  GObject parent_instance;

  char *texts[N_TEXTS];
  gint64 numbers[N_NUMBERS];
  gboolean has_refused;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirPeer, weir_peer, G_TYPE_OBJECT)

static void
weir_peer_finalize (GObject *object)
{
  for (guint i = 0; i < N_TEXTS; i++)
    g_free (WEIR_PEER (object)->texts[i]);
  G_OBJECT_CLASS (weir_peer_parent_class)->finalize (object);
}

static void
weir_peer_class_init (WeirPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_peer_finalize;
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_peer_init (WeirPeer *self)
{
  for (guint i = 0; i < N_NUMBERS; i++)
    self->numbers[i] = -1;
}

/* Once it is said it stays so: nobody takes back what was refused. */
static gboolean
take_refused (WeirPeer *self, WeirSpan value)
{
  if (self->has_refused || weir_json_type (value) != WEIR_JSON_BOOLEAN || *value.text != 't')
    return FALSE;
  self->has_refused = TRUE;
  return TRUE;
}

/* A list does not say all that is known: what it leaves out stays. */
static gboolean
take_members (WeirPeer *self, WeirSpan object)
{
  gboolean is_other = FALSE;

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *text = weir_json_dup_string (weir_json_member (object, text_names[i]));

      if (weir_json_type (weir_json_member (object, text_names[i])) == WEIR_JSON_ABSENT ||
          g_strcmp0 (text, self->texts[i]) == 0)
        continue;
      g_free (self->texts[i]);
      self->texts[i] = g_steal_pointer (&text);
      is_other = TRUE;
    }
  for (guint i = 0; i < N_NUMBERS; i++)
    {
      gint64 number;

      if (!weir_json_get_int (weir_json_member (object, number_names[i]), &number) || number == self->numbers[i])
        continue;
      self->numbers[i] = number;
      is_other = TRUE;
    }
  return take_refused (self, weir_json_member (object, "has_refused_functions")) || is_other;
}

WeirPeer *
weir_peer_new (WeirSpan object)
{
  g_autoptr (WeirPeer) self = NULL;

  if (weir_json_type (object) != WEIR_JSON_OBJECT ||
      weir_json_type (weir_json_member (object, "id")) != WEIR_JSON_STRING)
    return NULL;
  self = g_object_new (WEIR_TYPE_PEER, NULL);
  take_members (self, object);
  return g_steal_pointer (&self);
}

void
weir_peer_update (WeirPeer *self, WeirSpan object)
{
  if (weir_json_type (object) == WEIR_JSON_OBJECT && take_members (self, object))
    g_signal_emit (self, signals[CHANGED], 0);
}

const char *
weir_peer_get_id (WeirPeer *self)
{
  return self->texts[TEXT_ID];
}

const char *
weir_peer_get_name (WeirPeer *self)
{
  return self->texts[TEXT_NAME] != NULL ? self->texts[TEXT_NAME] : "";
}

const char *
weir_peer_get_version (WeirPeer *self)
{
  return self->texts[TEXT_VERSION];
}

const char *
weir_peer_get_runtime (WeirPeer *self)
{
  return self->texts[TEXT_RUNTIME];
}

const char *
weir_peer_get_os (WeirPeer *self)
{
  return self->texts[TEXT_OS];
}

const char *
weir_peer_get_address (WeirPeer *self)
{
  return self->texts[TEXT_ADDRESS];
}

gint64
weir_peer_get_pid (WeirPeer *self)
{
  return self->numbers[NUMBER_PID];
}

gint64
weir_peer_get_connected_at_ms (WeirPeer *self)
{
  return self->numbers[NUMBER_CONNECTED_AT_MS];
}

gint64
weir_peer_get_active_invocations (WeirPeer *self)
{
  return self->numbers[NUMBER_ACTIVE];
}

gint64
weir_peer_get_function_count (WeirPeer *self)
{
  return self->numbers[NUMBER_FUNCTIONS];
}

gboolean
weir_peer_has_refused_functions (WeirPeer *self)
{
  return self->has_refused;
}

gboolean
weir_peer_is_within_engine (WeirPeer *self)
{
  return g_strcmp0 (weir_peer_get_runtime (self), "engine") == 0 && weir_peer_get_address (self) == NULL;
}
