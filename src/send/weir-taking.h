/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"

/* What connecting to a ref would do, from what is known of its channel: an engine gives each end to the first who asks,
 * once. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TAKING_FREE,    /* nobody has connected to it yet: who else was to have it will not get it */
  WEIR_TAKING_TAKEN,   /* somebody is connected: Weir would be turned away */
  WEIR_TAKING_USED,    /* somebody was: it is not given a second time */
  WEIR_TAKING_ENDED,   /* the channel is over */
  WEIR_TAKING_UNKNOWN, /* no channel of this id is seen where all would be */
  WEIR_TAKING_UNSEEN,  /* nothing sees channels here */
} WeirTakingKind;

typedef struct
{
  WeirTakingKind kind;
  char *headline; /* "files::process waits for this end" */
  char *text;     /* what taking it would do */
} WeirTaking;

WeirTaking *weir_taking_new (WeirObserver *observer, const WeirRef *ref);
void weir_taking_free (WeirTaking *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTaking, weir_taking_free)

G_END_DECLS
