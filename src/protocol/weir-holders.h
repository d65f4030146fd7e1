/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* Who may be at an end of a channel: what the calls that carried its ref leave possible. No connection says whose it
 * is. A function that was handed it after it was taken is not; nor, beside others, is one that gave it on, that failed,
 * or that has returned while the end stays. */

G_BEGIN_DECLS

/* A function that lets go of an end and returns is heard to do so in either order. */
#define WEIR_HOLDERS_SLACK_MS 1000

typedef struct
{
  const WeirPassedInfo *calls[WEIR_CHANNEL_INFO_MAX_PASSED]; /* oldest first, one a function: its latest */
  guint n;                                                   /* 0: no call says it */
} WeirHolders;

void weir_holders_find (WeirHolders *self, const WeirChannelInfo *info, WeirDirection direction);

/* No call was seen to carry a ref of the channel, so that both of its ends are said to be its creator's: who is there
 * is a guess. A ref may have gone another way, as within a string. */
gboolean weir_holders_is_guess (const WeirChannelInfo *info, WeirDirection direction);

/* Its worker has left while it was executing: whether it has stopped as well is not known. */
gboolean weir_holders_is_cut_off (const WeirPassedInfo *call);

/* It took the ref to nobody: the engine did not pass it on. */
gboolean weir_holders_is_refused (const WeirPassedInfo *call);

G_END_DECLS
