/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"
#include "weir-points.h"

/* What the files of the observer share. */

G_BEGIN_DECLS

WeirPoints *weir_observer_get_point_set (WeirObserver *self);

G_END_DECLS
