/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-data-thread.h"
#include "weir-ref.h"
#include "weir-registry.h"

/* The channels of this engine: what is looked up by id and key on the control thread, and which data thread moves the
 * bytes. A channel is forgotten when both of its ends are over, or when an end did not come in time. */

G_BEGIN_DECLS

/* Items of a channel's buffer, as the stock engine has them (§4.1 of the protocol notes). */
#define WEIR_CHANNEL_DEFAULT_ITEMS 64
#define WEIR_CHANNEL_MAX_ITEMS     1024

/* Open channels: ten times what the budgets ask for, and some 100 MB at the least that one costs. */
#define WEIR_CHANNEL_TABLE_MAX 100000

/* An end that does not come ends the channel, as the stock engine has it (§5.8), but counted from the last sign of
 * life. */
#define WEIR_CHANNEL_EXPIRY_US (5 * 60 * G_USEC_PER_SEC)

typedef struct
{
  guint n_threads;
  guint64 memory_bytes; /* that all channels may hold together */
  guint64 buffer_bytes; /* that one may hold; one message always fits */
  gint64 expiry_us;
  gboolean probe;
} WeirChannelConfig;

typedef struct
{
  guint32 n;
  char *id;
  char *key; /* secret */
  WeirDataThread *thread;
} WeirEngineChannel;

typedef struct _WeirChannelTable WeirChannelTable;

/* Starts the data threads; their events come in the thread's default context. What happens is told to @registry. */
WeirChannelTable *weir_channel_table_new (const WeirChannelConfig *config, WeirRegistry *registry, GError **error);
void weir_channel_table_free (WeirChannelTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirChannelTable, weir_channel_table_free)

/* Closes all connections of channels with @code and @reason and gives them @timeout_us to answer. @stopped: when the
 * last data thread has ended; never from in here. Does not wait, and freeing after that does not either. Once. */
void weir_channel_table_stop (WeirChannelTable *self, guint16 code, const char *reason, gint64 timeout_us,
                              void (*stopped) (gpointer user_data), gpointer user_data);

/* Data threads that have not ended. */
guint weir_channel_table_get_n_running (WeirChannelTable *self);

/* @creator: (transfer full): an info in which who creates it is said; the rest is filled in here. NULL: there are
 * WEIR_CHANNEL_TABLE_MAX already. */
const WeirEngineChannel *weir_channel_table_create (WeirChannelTable *self, guint items, WeirChannelInfo *creator);

/* The same with an id and a key that were given away before. */
const WeirEngineChannel *weir_channel_table_create_named (WeirChannelTable *self, guint items, WeirChannelInfo *creator,
                                                          const char *id, const char *key);

/* NULL: unknown id or wrong key, which a peer is not told apart. */
const WeirEngineChannel *weir_channel_table_lookup (WeirChannelTable *self, const char *id, const char *key);

/* For the log alone. */
gboolean weir_channel_table_has_id (WeirChannelTable *self, const char *id);

/* A connection for an end of the channel of that number. @stream, @early: (transfer full). Closed if the channel has
 * gone. */
void weir_channel_table_attach (WeirChannelTable *self, guint32 n, WeirSide side, GIOStream *stream, GBytes *early);

/* Of all memory that --memory is about. (transfer none) */
WeirBudget *weir_channel_table_get_budget (WeirChannelTable *self);

guint weir_channel_table_get_size (WeirChannelTable *self);

/* Sums of all there are and were, but for what was buffered when they ended; observers' feeds are left out. */
void weir_channel_table_get_totals (WeirChannelTable *self, WeirTotals *totals);

/* Of the thread whose channel it is, also after its end; NULL: it is not remembered. (transfer none) */
WeirChannelDoor *weir_channel_table_get_door (WeirChannelTable *self, guint32 n);

/* How often the data threads tell their meters; 0: nobody watches. */
void weir_channel_table_set_interval (WeirChannelTable *self, guint interval_ms);

/* The access key: for those who may see it. NULL: unknown id. */
char *weir_channel_table_dup_key (WeirChannelTable *self, const char *id);

G_END_DECLS
