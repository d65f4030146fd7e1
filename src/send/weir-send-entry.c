/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-send-entry-private.h"

#include <string.h>

#include "weir-key-mask.h"

struct _WeirSendEntry
{
  GObject parent_instance;

  char *function_id;
  char *payload;
  gboolean is_cut;
  guint timeout_ms;
  gboolean is_void;
  char *sending; /* nullable */
  gint64 at_us;
  char *outcome;
  gint64 duration_us;
};

G_DEFINE_FINAL_TYPE (WeirSendEntry, weir_send_entry, G_TYPE_OBJECT)

static void
weir_send_entry_finalize (GObject *object)
{
  WeirSendEntry *self = WEIR_SEND_ENTRY (object);

  g_free (self->function_id);
  g_free (self->payload);
  g_free (self->sending);
  g_free (self->outcome);
  G_OBJECT_CLASS (weir_send_entry_parent_class)->finalize (object);
}

static void
weir_send_entry_class_init (WeirSendEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_send_entry_finalize;
}

static void
weir_send_entry_init (WeirSendEntry *self)
{
}

static char *
dup_masked (const char *text, gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, len);

  return weir_key_mask_dup_text (NULL, bytes);
}

WeirSendEntry *
weir_send_entry_new (const char *function_id, const char *payload, guint timeout_ms, gboolean is_void,
                     const char *sending, gint64 at_us, const char *outcome, gint64 duration_us)
{
  WeirSendEntry *self = g_object_new (WEIR_TYPE_SEND_ENTRY, NULL);
  gsize len = strlen (payload);
  gsize kept = len;

  self->is_cut = len > WEIR_SEND_HISTORY_MAX_PAYLOAD;
  if (self->is_cut) /* between characters */
    kept = (gsize) (g_utf8_find_prev_char (payload, payload + WEIR_SEND_HISTORY_MAX_PAYLOAD + 1) - payload);
  self->function_id = g_strdup (function_id);
  self->payload = dup_masked (payload, kept);
  self->timeout_ms = timeout_ms;
  self->is_void = is_void;
  if (sending != NULL && strlen (sending) > WEIR_SEND_HISTORY_MAX_SENDING)
    self->is_cut = TRUE;
  else
    self->sending = sending != NULL ? dup_masked (sending, strlen (sending)) : NULL;
  self->at_us = at_us;
  self->outcome = g_strdup (outcome);
  self->duration_us = duration_us;
  return self;
}

gsize
weir_send_entry_get_size (WeirSendEntry *self)
{
  return sizeof *self + strlen (self->function_id) + strlen (self->payload) + strlen (self->outcome) +
         (self->sending != NULL ? strlen (self->sending) : 0);
}

/* --- the file --- */

void
weir_send_entry_append (GString *out, WeirSendEntry *self)
{
  g_string_append (out, "{\"function_id\":");
  weir_json_append_string (out, self->function_id, -1);
  g_string_append (out, ",\"payload\":");
  weir_json_append_string (out, self->payload, -1);
  g_string_append_printf (out,
                          ",\"is_cut\":%s,\"timeout_ms\":%u,\"is_void\":%s,\"at_us\":%" G_GINT64_FORMAT
                          ",\"duration_us\":%" G_GINT64_FORMAT ",\"outcome\":",
                          self->is_cut ? "true" : "false", self->timeout_ms, self->is_void ? "true" : "false",
                          self->at_us, self->duration_us);
  weir_json_append_string (out, self->outcome, -1);
  if (self->sending != NULL)
    {
      g_string_append (out, ",\"sending\":");
      weir_json_append_string (out, self->sending, -1);
    }
  g_string_append_c (out, '}');
}

static gboolean
is_true (WeirSpan value)
{
  return weir_json_type (value) == WEIR_JSON_BOOLEAN && *value.text == 't';
}

static gint64
get_int (WeirSpan object, const char *name)
{
  gint64 number;

  return weir_json_get_int (weir_json_member (object, name), &number) ? MAX (number, 0) : 0;
}

WeirSendEntry *
weir_send_entry_from_json (WeirSpan object)
{
  gboolean is_object = weir_json_type (object) == WEIR_JSON_OBJECT;
  g_autofree char *function_id = is_object ? weir_json_dup_string (weir_json_member (object, "function_id")) : NULL;
  g_autofree char *payload = is_object ? weir_json_dup_string (weir_json_member (object, "payload")) : NULL;
  g_autofree char *sending = is_object ? weir_json_dup_string (weir_json_member (object, "sending")) : NULL;
  g_autofree char *outcome = is_object ? weir_json_dup_string (weir_json_member (object, "outcome")) : NULL;
  WeirSendEntry *self;

  if (function_id == NULL || payload == NULL)
    return NULL;
  self = weir_send_entry_new (function_id, payload, (guint) MIN (get_int (object, "timeout_ms"), G_MAXINT),
                              is_true (weir_json_member (object, "is_void")), sending, get_int (object, "at_us"),
                              outcome != NULL ? outcome : "abandoned", get_int (object, "duration_us"));
  self->is_cut |= is_true (weir_json_member (object, "is_cut"));
  return self;
}

gboolean
weir_send_entry_is_same (WeirSendEntry *self, WeirSendEntry *other)
{
  return g_str_equal (self->function_id, other->function_id) && g_str_equal (self->payload, other->payload) &&
         self->is_void == other->is_void && g_strcmp0 (self->sending, other->sending) == 0;
}

/* --- what it was --- */

const char *
weir_send_entry_get_function_id (WeirSendEntry *self)
{
  return self->function_id;
}

const char *
weir_send_entry_get_payload (WeirSendEntry *self)
{
  return self->payload;
}

gboolean
weir_send_entry_is_cut (WeirSendEntry *self)
{
  return self->is_cut;
}

guint
weir_send_entry_get_timeout_ms (WeirSendEntry *self)
{
  return self->timeout_ms;
}

gboolean
weir_send_entry_is_void (WeirSendEntry *self)
{
  return self->is_void;
}

const char *
weir_send_entry_get_sending (WeirSendEntry *self)
{
  return self->sending;
}

gint64
weir_send_entry_get_at_us (WeirSendEntry *self)
{
  return self->at_us;
}

const char *
weir_send_entry_get_outcome (WeirSendEntry *self)
{
  return self->outcome;
}

gint64
weir_send_entry_get_duration_us (WeirSendEntry *self)
{
  return self->duration_us;
}
