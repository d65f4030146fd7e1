/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"
#include "weir-plane.h"

/* One channel as several planes see it, made one: for each end the nearest that sees it wins, for each figure the
 * nearest that knows it, and what nobody knows stays unknown. Pure: time is an argument. Inner to the room. */

G_BEGIN_DECLS

typedef struct
{
  WeirPlane *plane;
  WeirChannelInfo *info;
  gboolean is_stale; /* the plane is lost: what it said last */
  gint64 stale_us;   /* since then; local; 0: it is not */
  gboolean is_kept;  /* the plane has forgotten it, and it had ended: that stays as it was said */
} WeirSighting;

/* @info: (transfer full) */
WeirSighting *weir_sighting_new (WeirPlane *plane, WeirChannelInfo *info);
void weir_sighting_free (WeirSighting *self);

/* Who wins what. They belong to the array that was merged. */
typedef struct
{
  WeirSighting *home; /* knows most: its clock is the merged info's, and its name the row's */
  WeirSighting *writer;
  WeirSighting *reader;
} WeirWinners;

/* @sightings: (element-type WeirSighting): one at least */
WeirWinners weir_merge_find_winners (GPtrArray *sightings);

/* (transfer full): all but its figures and its state, which the next function says. */
WeirChannelInfo *weir_merge_info (GPtrArray *sightings, const WeirWinners *winners);

/* The figures and the state of @merged: cheap enough for each sample. What it says of its state is as it was the last
 * time. @moved_us: local: when a figure last grew; 0: never. Returns when the state changes by the passing of time
 * alone, local: 0 if it does not, or a plane tells. */
gint64 weir_merge_figures (WeirChannelInfo *merged, GPtrArray *sightings, const WeirWinners *winners, gint64 moved_us,
                           gint64 now_us);

/* (nullable): the relay that was lost with an end of @merged, which broke for that: of several in a row the one next to
 * the engine, without which nothing is heard of the others. */
const char *weir_merge_find_lost_relay (const WeirChannelInfo *merged, GPtrArray *sightings,
                                        const WeirWinners *winners);

/* How near a plane is to an end that has this presence there; more is nearer. Of use for nothing but comparing. */
guint weir_merge_rate_end (const WeirSighting *sighting, gboolean is_writer);

G_END_DECLS
