/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-registry.h"

/* What the parts of the registry share: its table and signals (weir-registry.c), what a channel's state follows from
 * (weir-registry-state.c), the ways of refs and what calls had wrong (weir-registry-calls.c). */

G_BEGIN_DECLS

typedef struct
{
  WeirChannelInfo *info;
  WeirMeters meters;
  gint64 created_us;
  gint64 ended_us;
} WeirRegistryEntry;

struct _WeirRegistry
{
  GObject parent_instance;

  GHashTable *entries; /* n → WeirRegistryEntry */
  GHashTable *by_id;   /* channel id, borrowed from the info → WeirRegistryEntry */
  GHashTable *timed;   /* set of WeirRegistryEntry: the state may change without an event */
  GHashTable *calls;   /* invocation id → GArray of n */
  GQueue call_order;   /* the ids, oldest first, borrowed from calls */
  GPtrArray *wrong;    /* (element-type WeirCallInfo): see WEIR_REGISTRY_MAX_CALLS */
  GQueue ended;        /* WeirRegistryEntry, in the order in which they ended */
  GQueue feeds;        /* ids of channels, oldest first */
  guint32 last_n;
  gint64 expiry_us;
  gboolean expires_by_age;
};

typedef enum
{
  WEIR_REGISTRY_OPENED,
  WEIR_REGISTRY_CHANGED,
  WEIR_REGISTRY_ENDED,
  WEIR_REGISTRY_FORGOTTEN,
  WEIR_REGISTRY_SAMPLED,
  WEIR_REGISTRY_INTERNAL,
  WEIR_REGISTRY_ANSWERED,
  WEIR_REGISTRY_CALLED,
  WEIR_REGISTRY_FED,
  WEIR_REGISTRY_N_SIGNALS
} WeirRegistrySignal;

extern guint weir_registry_signals[WEIR_REGISTRY_N_SIGNALS];

/* (nullable) */
WeirRegistryEntry *weir_registry_find (WeirRegistry *self, guint32 n);
void weir_registry_emit_changed (WeirRegistry *self, WeirRegistryEntry *entry);

/* Takes over what follows from the meters. Returns whether something else than a figure is new. */
gboolean weir_registry_update_state (WeirRegistry *self, WeirRegistryEntry *entry, gint64 now_us);

/* Whose its ends are may follow from what has happened since their refs went. */
void weir_registry_find_owners (WeirRegistryEntry *entry);

/* A peer's string may be megabytes; the feed cuts what it tells at 1 KiB, so no more is kept. @text: (nullable) */
char *weir_registry_dup_bounded (const char *text);

G_END_DECLS
