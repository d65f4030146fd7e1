/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Work that may fill the whole time there is: it comes after GTK's frames (their priority is G_PRIORITY_HIGH_IDLE +
 * 20), and all of it has this one priority, so that none of it starves another. */
#define WEIR_PRIORITY_BACKGROUND (G_PRIORITY_HIGH_IDLE + 30)
