/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-writing.h"
#include "weir-placeholder.h"

/* All that the user has set on the Send page besides the call: the channels, and what is to be written into those of
 * them that Weir writes into. The page's rows, the history and "Copy as code" read it and change it; "changed" tells.
 * Main thread. */

G_BEGIN_DECLS

/* Which end of a channel Weir holds. */
typedef enum
{
  WEIR_HOLD_WRITER,
  WEIR_HOLD_READER,
  WEIR_HOLD_BOTH,
  WEIR_HOLD_NONE, /* both ends are the function's */
} WeirHold;

/* The engine's rule: 64 unless asked for otherwise, at most 1024. */
#define WEIR_SEND_DEFAULT_BUFFER 64
#define WEIR_SEND_MAX_BUFFER     1024
/* Channels at once. */
#define WEIR_SEND_MAX_CHANNELS WEIR_PAYLOAD_MAX_CHANNELS

typedef struct
{
  char *name; /* the call's for it ("in", "out"); "" where none asks for it */
  WeirHold hold;
  guint buffer_size;
  WeirRef *ref; /* nullable: a ref that was pasted instead of a new channel. Where the call asks for the channel the
                   function is given it and Weir holds nothing, else Weir takes that end */
  gboolean is_wanted; /* a placeholder of the payload asks for it */
} WeirChannelSetup;

/* Whether Weir writes into it, whether it reads from it. */
gboolean weir_channel_setup_writes (const WeirChannelSetup *self);
gboolean weir_channel_setup_reads (const WeirChannelSetup *self);
/* Whether a call has a use for it. */
gboolean weir_channel_setup_is_for_call (const WeirChannelSetup *self);
WeirChannelSetup *weir_channel_setup_copy (const WeirChannelSetup *self);
void weir_channel_setup_free (WeirChannelSetup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirChannelSetup, weir_channel_setup_free)

#define WEIR_TYPE_SEND_SETUP (weir_send_setup_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendSetup, weir_send_setup, WEIR, SEND_SETUP, GObject)

WeirSendSetup *weir_send_setup_new (void); /* one new channel, whose writer Weir holds */

const WeirWriting *weir_send_setup_get_writing (WeirSendSetup *self);
void weir_send_setup_set_writing (WeirSendSetup *self, const WeirWriting *writing);

guint weir_send_setup_get_n_channels (WeirSendSetup *self);
/* (transfer none): until the setup changes */
const WeirChannelSetup *weir_send_setup_get_channel (WeirSendSetup *self, guint i);
/* @channel: copied. One more where @i is the number of channels. */
void weir_send_setup_set_channel (WeirSendSetup *self, guint i, const WeirChannelSetup *channel);
void weir_send_setup_remove_channel (WeirSendSetup *self, guint i);

/* @wanted: (element-type WeirPayloadChannel): what the payload of the call asks for now: there is a channel for each of
 * them, those that none asks for any more go, and those that were set before keep what was set. Without any there is at
 * least one channel: a new one, whose writer Weir holds. */
void weir_send_setup_set_wanted (WeirSendSetup *self, GPtrArray *wanted);

/* By its name; -1: there is none. */
int weir_send_setup_find (WeirSendSetup *self, const char *name);

/* Whether Weir holds a writer among them. @for_call: among those that a call has a use for. */
gboolean weir_send_setup_is_written_into (WeirSendSetup *self, gboolean for_call);

/* For the history: access keys of pasted refs are not in it, such a channel comes back as a new one. Of what was typed
 * only the start is kept: FALSE if there was more of what is to be written. */
JsonNode *weir_send_setup_to_json (WeirSendSetup *self);
char *weir_send_setup_to_text (WeirSendSetup *self);
gboolean weir_send_setup_load_json (WeirSendSetup *self, JsonNode *node);

/* (transfer full): a copy of the whole, pasted refs too. */
WeirSendSetup *weir_send_setup_copy (WeirSendSetup *self);
/* Makes it what @other is. */
void weir_send_setup_assign (WeirSendSetup *self, WeirSendSetup *other);

/* Signal "changed" */

G_END_DECLS
